// A line from its total with VAT: the net unit price that comes to it, or the two nearest to choose from.

import { grossUnitPrice } from "qonto-payment-links";
import { find } from "./dom.ts";
import { CURRENCY, type DraftItem } from "./draft.ts";
import { readForm, rows } from "./form.ts";
import { money } from "./format.ts";
import { wordsForIssue } from "./words.ts";

const inMoney = (value: string) => money({ value, currency: CURRENCY });

/** Looks for the price as the total is typed; a price that is found goes into its field. */
export function priceFromTotal(row: HTMLElement): void {
  const hint = find(".nearest", row);
  const gross = find<HTMLInputElement>(".from-total", row).value;
  hint.replaceChildren();
  if (gross === "") return;
  const draft = readForm();
  const { quantity, vat_rate } = draft.items[rows().indexOf(row)] as DraftItem;
  const line = { gross, quantity: Number(quantity), vat_rate, currency: CURRENCY };
  const { unitPrice, nearest, issues } = grossUnitPrice(line, { rounding: draft.rounding });
  const error = issues.find(({ severity }) => severity === "error");
  if (unitPrice !== null) find<HTMLInputElement>("[data-path=unit_price]", row).value = unitPrice;
  else if (error) hint.textContent = `No price yet: ${wordsForIssue(error)}`;
  else hint.append(`No price comes to ${inMoney(gross)}. Nearest: `, ...nearest.map((near) => choice(row, near.gross)));
}

/** Once something else of the line is typed, its total is another. */
export function forgetTotal(row: HTMLElement): void {
  find<HTMLInputElement>(".from-total", row).value = "";
  find(".nearest", row).replaceChildren();
}

function choice(row: HTMLElement, gross: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "secondary";
  button.textContent = inMoney(gross);
  button.addEventListener("click", () => {
    const total = find<HTMLInputElement>(".from-total", row);
    total.value = gross;
    total.focus();
    total.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
  return button;
}
