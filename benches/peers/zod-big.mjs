// zod 4 and big.js: the pair most shops would take.
import Big from "big.js";
import * as z from "zod";
import { CURRENCIES, ITEM_TYPES, MAX_AMOUNT, MEASURE_UNITS, PAYMENT_METHODS, PRICE, RATE, areDifferent, haveOneCurrency, isRate } from "./rules.mjs";

const Item = z.object({
  title: z.string().refine((title) => title.trim() !== ""),
  quantity: z.number().positive(),
  unit_price: z.object({ value: z.string().regex(PRICE), currency: z.enum(CURRENCIES) }),
  vat_rate: z.string().regex(RATE).refine(isRate),
  type: z.enum(ITEM_TYPES).optional(),
  description: z.string().optional(),
  measure_unit: z.enum(MEASURE_UNITS).optional(),
});
const Basket = z.object({
  potential_payment_methods: z.array(z.enum(PAYMENT_METHODS)).min(1).refine(areDifferent),
  reusable: z.boolean(),
  items: z.array(Item).min(1).refine(haveOneCurrency),
  redirect_url: z.url({ protocol: /^https?$/ }).optional(),
});

const CENT = new Big("0.01");
const MAX = new Big(MAX_AMOUNT);
const ZERO = new Big(0);
const rounded = (amount) => amount.round(2, Big.roundHalfUp);

/** Net and VAT rounded line by line, with sums for each rate, the highest first. */
export function totalsOf({ items }) {
  const rates = new Map();
  for (const { quantity, unit_price, vat_rate } of items) {
    const rate = Number(vat_rate);
    let row = rates.get(rate);
    if (row === undefined) rates.set(rate, (row = { rate, factor: new Big(vat_rate).times(CENT), net: ZERO, vat: ZERO }));
    const net = rounded(new Big(unit_price.value).times(quantity));
    row.net = row.net.plus(net);
    row.vat = row.vat.plus(rounded(net.times(row.factor)));
  }
  let [net, vat] = [ZERO, ZERO];
  const byRate = [...rates.values()].sort((a, b) => b.rate - a.rate).map((row) => {
    net = net.plus(row.net);
    vat = vat.plus(row.vat);
    return { vatRate: String(row.rate), net: row.net.toFixed(2), vat: row.vat.toFixed(2), gross: row.net.plus(row.vat).toFixed(2) };
  });
  const gross = net.plus(vat);
  if (gross.abs().gt(MAX)) return null;
  return { currency: items[0].unit_price.currency, net: net.toFixed(2), vat: vat.toFixed(2), gross: gross.toFixed(2), byRate };
}

export const validate = (payload) => Basket.safeParse(payload).error?.issues ?? [];

export function validateAndTotal(payload) {
  const { data, error } = Basket.safeParse(payload);
  if (error) return { totals: null, issues: error.issues };
  const totals = totalsOf(data);
  return { totals, issues: totals ? [] : [{ path: ["items"], message: `gross total above ${MAX_AMOUNT}` }] };
}
