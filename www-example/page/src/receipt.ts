// The totals: of each line, of each VAT rate, and in all.

import { previewTotals, type Basket, type BasketPayload, type Rounding } from "qonto-payment-links";
import { find } from "./dom.ts";
import { CURRENCY } from "./draft.ts";
import { rows } from "./form.ts";
import { money, percent } from "./format.ts";

const UNKNOWN = "–";
/** A screen reader would otherwise start over at each keystroke. */
const ANNOUNCE_AFTER_MS = 700;

const net = find("#net");
const rates = find("#rates");
const gross = find("#gross");
const barTotal = find("#bar strong");
const noTotal = find("#no-total");
const announcement = find("#announcement");
const roundings = find<HTMLDetailsElement>("#rounding");

let announcing: ReturnType<typeof setTimeout> | undefined;

/** A line is shown even while another one cannot be added up. */
export function showTotals(basket: Basket): void {
  const { totals } = basket;
  const amount = (value: string | undefined) =>
    value === undefined ? UNKNOWN : money({ value, currency: CURRENCY });

  net.textContent = amount(totals?.net);
  gross.textContent = amount(totals?.gross);
  barTotal.textContent = amount(totals?.gross);
  noTotal.hidden = totals !== null;
  rates.replaceChildren(
    ...(totals?.byRate ?? []).map((rate) => rateRow(percent(rate.vatRate), amount(rate.net), amount(rate.vat))),
  );
  rows().forEach((row, index) => {
    find(".line .figure", row).textContent = amount((totals?.lines?.[index] ?? basket.line(index))?.gross);
  });

  clearTimeout(announcing);
  announcing = setTimeout(() => {
    announcement.textContent = totals ? `Total ${amount(totals.gross)}, VAT included` : "No total yet";
  }, ANNOUNCE_AFTER_MS);
}

function rateRow(rate: string, net: string, vat: string): HTMLTableRowElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  const of = document.createElement("small");
  head.scope = "row";
  of.textContent = `of ${net}`;
  head.append(`VAT ${rate} `, of);
  row.append(head);
  row.insertCell().textContent = vat;
  return row;
}

/** The name of the chosen rule, and what each rule makes of this basket. */
export function showRoundings(payload: BasketPayload): void {
  for (const label of roundings.querySelectorAll("label")) {
    const input = find<HTMLInputElement>("input", label);
    const name = find("span", label).firstChild?.textContent?.trim() ?? "";
    if (input.checked) find("#rounding-name").textContent = name;
    find(".figure", label).textContent = grossOf(payload, input.value as Rounding);
  }
}

function grossOf(payload: BasketPayload, rounding: Rounding): string {
  const { totals } = previewTotals(payload, { rounding });
  return totals ? money({ value: totals.gross, currency: totals.currency }) : UNKNOWN;
}
