// valibot and decimal.js.
import { Decimal as Default } from "decimal.js";
import * as v from "valibot";
import { CURRENCIES, HTTP_URL, ITEM_TYPES, MAX_AMOUNT, MEASURE_UNITS, PAYMENT_METHODS, PRICE, RATE, areDifferent, haveOneCurrency, isRate } from "./rules.mjs";

const Item = v.object({
  title: v.pipe(v.string(), v.check((title) => title.trim() !== "")),
  quantity: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  unit_price: v.object({ value: v.pipe(v.string(), v.regex(PRICE)), currency: v.picklist(CURRENCIES) }),
  vat_rate: v.pipe(v.string(), v.regex(RATE), v.check(isRate)),
  type: v.optional(v.picklist(ITEM_TYPES)),
  description: v.optional(v.string()),
  measure_unit: v.optional(v.picklist(MEASURE_UNITS)),
});
const Basket = v.object({
  potential_payment_methods: v.pipe(v.array(v.picklist(PAYMENT_METHODS)), v.minLength(1), v.check(areDifferent)),
  reusable: v.boolean(),
  items: v.pipe(v.array(Item), v.minLength(1), v.check(haveOneCurrency)),
  redirect_url: v.optional(v.pipe(v.string(), v.regex(HTTP_URL))),
});

// Its default of 20 digits would round some products.
const Decimal = Default.clone({ precision: 60, rounding: Default.ROUND_HALF_UP });
const CENT = new Decimal("0.01");
const ZERO = new Decimal(0);

/** Net and VAT rounded line by line, with sums for each rate, the highest first. */
function totalsOf({ items }) {
  const rates = new Map();
  for (const { quantity, unit_price, vat_rate } of items) {
    const rate = Number(vat_rate);
    let row = rates.get(rate);
    if (row === undefined) rates.set(rate, (row = { rate, factor: new Decimal(vat_rate).times(CENT), net: ZERO, vat: ZERO }));
    const net = new Decimal(unit_price.value).times(quantity).toDecimalPlaces(2);
    row.net = row.net.plus(net);
    row.vat = row.vat.plus(net.times(row.factor).toDecimalPlaces(2));
  }
  let [net, vat] = [ZERO, ZERO];
  const byRate = [...rates.values()].sort((a, b) => b.rate - a.rate).map((row) => {
    net = net.plus(row.net);
    vat = vat.plus(row.vat);
    return { vatRate: String(row.rate), net: row.net.toFixed(2), vat: row.vat.toFixed(2), gross: row.net.plus(row.vat).toFixed(2) };
  });
  const gross = net.plus(vat);
  if (gross.abs().gt(MAX_AMOUNT)) return null;
  return { currency: items[0].unit_price.currency, net: net.toFixed(2), vat: vat.toFixed(2), gross: gross.toFixed(2), byRate };
}

export const validate = (payload) => v.safeParse(Basket, payload).issues ?? [];

export function validateAndTotal(payload) {
  const { output, issues } = v.safeParse(Basket, payload);
  if (issues) return { totals: null, issues };
  const totals = totalsOf(output);
  return { totals, issues: totals ? [] : [{ path: ["items"], message: `gross total above ${MAX_AMOUNT}` }] };
}
