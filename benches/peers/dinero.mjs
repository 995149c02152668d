// dinero.js, which validates nothing: with the hand-written checks, the fastest there are here.
import { EUR, add, dinero, halfAwayFromZero, multiply, toDecimal, transformScale } from "dinero.js";
import { validate } from "./by-hand.mjs";
import { MAX_AMOUNT } from "./rules.mjs";

const CENTS = 2;
const MAX = Number(MAX_AMOUNT);
const rounded = (amount) => transformScale(amount, CENTS, halfAwayFromZero);

/** A decimal as it takes one: whole digits and a scale. */
function scaled(text) {
  const point = text.indexOf(".");
  if (point < 0) return { amount: Number(text), scale: 0 };
  return { amount: Number(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

/** Net and VAT rounded line by line, with sums for each rate, the highest first. */
function totalsOf({ items }) {
  // Of a currency it uses the number of decimals alone.
  const zero = dinero({ amount: 0, currency: EUR });
  const rates = new Map();
  for (const { quantity, unit_price, vat_rate } of items) {
    const rate = Number(vat_rate);
    let row = rates.get(rate);
    if (row === undefined) {
      const { amount, scale } = scaled(vat_rate);
      rates.set(rate, (row = { rate, factor: { amount, scale: scale + 2 }, net: zero, vat: zero }));
    }
    const price = dinero({ ...scaled(unit_price.value), currency: EUR });
    const net = rounded(multiply(price, Number.isInteger(quantity) ? quantity : scaled(String(quantity))));
    row.net = add(row.net, net);
    row.vat = add(row.vat, rounded(multiply(net, row.factor)));
  }
  let [net, vat] = [zero, zero];
  const byRate = [...rates.values()].sort((a, b) => b.rate - a.rate).map((row) => {
    net = add(net, row.net);
    vat = add(vat, row.vat);
    return { vatRate: String(row.rate), net: toDecimal(row.net), vat: toDecimal(row.vat), gross: toDecimal(add(row.net, row.vat)) };
  });
  const gross = toDecimal(add(net, vat));
  if (Math.abs(Number(gross)) > MAX) return null;
  return { currency: items[0].unit_price.currency, net: toDecimal(net), vat: toDecimal(vat), gross, byRate };
}

export function validateAndTotal(payload) {
  const issues = validate(payload);
  if (issues.length > 0) return { totals: null, issues };
  const totals = totalsOf(payload);
  return { totals, issues: totals ? [] : [{ path: ["items"], message: `gross total above ${MAX_AMOUNT}` }] };
}
