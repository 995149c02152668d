// The form: its rows, what they hold, and a draft put into them.

import type { Rounding } from "qonto-payment-links";
import { copyOf, find } from "./dom.ts";
import { emptyItem, type Draft, type DraftItem } from "./draft.ts";

export type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const items = find<HTMLOListElement>("#items");
const reusable = find<HTMLInputElement>("#reusable");
const redirectUrl = find<HTMLInputElement>("#redirect-url");

let rowsMade = 0;

export const rows = () => [...items.children] as HTMLElement[];
const controlsOf = (row: ParentNode) => [...row.querySelectorAll<Control>("[data-path]")];
const methods = () => [...document.querySelectorAll<HTMLInputElement>("[name=payment-method]")];
const roundings = () => [...document.querySelectorAll<HTMLInputElement>("[name=rounding]")];

/** Adds a row. A `fresh` one is not yet complained about. */
export function addRow(item: DraftItem, fresh = false): HTMLElement {
  const row = copyOf("#item");
  rowsMade += 1;
  for (const control of controlsOf(row)) {
    control.id = `item-${rowsMade}-${control.dataset.path}`;
    control.value = item[control.dataset.path as keyof DraftItem];
    control.toggleAttribute("data-fresh", fresh);
  }
  offerUsualRates(row);
  find<HTMLDetailsElement>("details", row).open = Boolean(item.type || item.measure_unit || item.description);
  items.append(row);
  numberRows();
  return row;
}

/** A new row with the VAT rate of the row above, which it most often shares. */
export function addFreshRow(): void {
  const above = readForm().items.at(-1);
  const row = addRow({ ...emptyItem, vat_rate: above?.vat_rate ?? emptyItem.vat_rate }, true);
  find("input", row).focus();
}

export function removeRow(row: HTMLElement): void {
  const neighbour = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  numberRows();
  find<HTMLElement>(neighbour ? ".remove" : "#add", neighbour ?? document).focus();
}

/** The field takes any rate; the list beside it types a usual one. */
function offerUsualRates(row: HTMLElement): void {
  const rate = find<HTMLInputElement>(".combo input", row);
  const usual = find<HTMLSelectElement>(".usual-rates", row);
  find<HTMLLabelElement>(".field:has(.combo) label", row).htmlFor = rate.id;
  usual.addEventListener("change", () => {
    rate.value = usual.value;
    usual.value = "";
    rate.dispatchEvent(new InputEvent("input", { bubbles: true }));
    rate.focus();
  });
}

function numberRows(): void {
  rows().forEach((row, index) => {
    find("legend", row).textContent = `Item ${index + 1}`;
    find(".remove", row).setAttribute("aria-label", `Remove item ${index + 1}`);
  });
}

export function fillForm(draft: Draft): void {
  items.replaceChildren();
  draft.items.forEach((item) => addRow(item));
  for (const method of methods()) method.checked = draft.methods.includes(method.value);
  for (const rounding of roundings()) rounding.checked = rounding.value === draft.rounding;
  reusable.checked = draft.reusable;
  redirectUrl.value = draft.redirectUrl;
}

export function readForm(): Draft {
  return {
    items: rows().map(
      (row) => Object.fromEntries(controlsOf(row).map((c) => [c.dataset.path, c.value])) as unknown as DraftItem,
    ),
    methods: methods().filter((method) => method.checked).map((method) => method.value),
    reusable: reusable.checked,
    redirectUrl: redirectUrl.value,
    rounding: roundings().find((rounding) => rounding.checked)?.value as Rounding,
  };
}

/** From now on every field is complained about, also those nobody has typed in yet. */
export function endFreshness(): void {
  for (const control of controlsOf(items)) control.removeAttribute("data-fresh");
}

/** The control, or group of controls, that an issue's path leads to. */
export function controlAt(path: readonly (string | number)[]): HTMLElement | null {
  const [first, index, field] = path;
  if (first !== "items") return document.querySelector(`form > .editor [data-path="${first}"]`);
  const row = rows()[Number(index)];
  return row?.querySelector<HTMLElement>(`[data-path="${field}"]`) ?? null;
}
