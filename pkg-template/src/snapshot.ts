// A value read once, so that what is checked is what is sent.
import { type Fields, ITEM_FIELDS, MONEY_FIELDS, NOTHING, isObject, isPlain } from "./pack";

/** Thrown where a value has no plain copy. */
const notPlain = /* @__PURE__ */ Symbol("not plain");

/** How deep a copy goes: a payload is four levels deep, and what contains itself has no end. */
const DEEPEST = 8;

/**
 * A copy of plain data, of which each field was read once and which says what its text in JSON does. Of anything else
 * there is none: its text has to be parsed, which takes longer.
 */
export function snapshot(value: unknown): unknown {
  try {
    // What scripts have given to all objects is no field of one, and may change what its text is.
    for (const _ in NOTHING) return undefined;
    return copyOf(value, DEEPEST);
  } catch {
    return undefined;
  }
}

function copyOf(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
    case "boolean": return value;
    // JSON has no other numbers, but negative ones: nobody needs these to be fast, and one of them is -0.
    case "number": if (isCount(value)) return value;
  }
  if (typeof value !== "object" || value === null || depth === 0 || hasOwnText(value)) throw notPlain;
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    const { length } = value;
    for (let i = 0; i < length; i++) list.push(copyOf(value[i], depth - 1));
    return list;
  }
  if (!isPlain(value as Fields)) throw notPlain;
  const copy: Fields = {};
  for (const name in value) {
    if (name === "__proto__") throw notPlain;
    const field = (value as Fields)[name];
    copy[name] = name === "items" && Array.isArray(field) ? itemsOf(field) : copyOf(field, depth - 1);
  }
  return copy;
}

/** Whether an object may say itself what its text is, by a method that no loop over it sees. */
function hasOwnText(value: object): boolean {
  return (value as Fields).toJSON !== undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Infinity;
}

/** What there are many of in a payload: a copy that is made in one piece takes a fraction of the time. */
function itemsOf(items: unknown[]): unknown[] {
  if (hasOwnText(items)) throw notPlain;
  const list: unknown[] = [];
  const { length } = items;
  for (let i = 0; i < length; i++) list.push(itemOf(items[i]));
  return list;
}

function itemOf(item: unknown): unknown {
  if (!isObject(item) || !isPlain(item) || hasOwnText(item)) throw notPlain;
  const { title, quantity, unit_price, vat_rate, type, description, measure_unit } = item;
  if (!isObject(unit_price) || !isPlain(unit_price) || hasOwnText(unit_price)) throw notPlain;
  const { value, currency } = unit_price;
  if (typeof value !== "string" || typeof currency !== "string") throw notPlain;
  if (typeof title !== "string" || typeof vat_rate !== "string" || !isCount(quantity)) throw notPlain;
  const copy: Fields = { title, quantity, unit_price: { value, currency }, vat_rate };
  let left = 6 + add(copy, "type", type) + add(copy, "description", description) + add(copy, "measure_unit", measure_unit);
  // Its fields are these, in the order in which the copy has them.
  let place = 0;
  for (const name in item) {
    place = ITEM_FIELDS.indexOf(name, place) + 1;
    if (place === 0) throw notPlain;
    left--;
  }
  place = 0;
  for (const name in unit_price) {
    place = MONEY_FIELDS.indexOf(name, place) + 1;
    if (place === 0) throw notPlain;
    left--;
  }
  if (left !== 0) throw notPlain;
  return copy;
}

/** Adds a text; gives how many there are of it. */
function add(copy: Fields, name: string, value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value !== "string") throw notPlain;
  copy[name] = value;
  return 1;
}
