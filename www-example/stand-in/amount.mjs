// The gross amount of a basket, computed with big.js and on purpose without the package that the
// stand-in helps to test: two programs that agree by accident are less likely than one that errs.
import { Big } from "big.js";

/**
 * @typedef {"unit" | "line" | "rate" | "total"} Rule where the amount is rounded
 * @typedef {"percent" | "fraction"} Notation how `vat_rate` is read: "21" or "0.21"
 * @typedef {{ value: string, currency: string }} Money
 * @typedef {{ quantity: number, unit_price: Money, vat_rate: string }} PricedItem
 * @typedef {{ quantity: Big, price: Big, rate: Big }} Line `rate` as a fraction
 */

/** Half away from zero, to two decimals. @param {Big} amount */
const round = (amount) => amount.round(2, Big.roundHalfUp);

/** @param {Big[]} amounts */
const sum = (amounts) => amounts.reduce((total, amount) => total.plus(amount), new Big(0));

/** @param {Line} line */
const exactNet = (line) => line.quantity.times(line.price);

/** @param {Line[]} lines */
function sumPerRate(lines) {
  const nets = new Map();
  for (const line of lines) {
    const key = line.rate.toFixed();
    const net = nets.get(key)?.net ?? new Big(0);
    nets.set(key, { rate: line.rate, net: net.plus(round(exactNet(line))) });
  }
  return sum([...nets.values()].map(({ rate, net }) => net.plus(round(net.times(rate)))));
}

/** @type {Record<Rule, (lines: Line[]) => Big>} */
const grossUnder = {
  unit: (lines) =>
    sum(lines.map(({ quantity, price, rate }) =>
      round(quantity.times(round(price.times(rate.plus(1))))))),
  line: (lines) =>
    sum(lines.map((line) => {
      const net = round(exactNet(line));
      return net.plus(round(net.times(line.rate)));
    })),
  rate: sumPerRate,
  total: (lines) => round(sum(lines.map((line) => exactNet(line).times(line.rate.plus(1))))),
};

export const RULES = /** @type {Rule[]} */ (Object.keys(grossUnder));
export const NOTATIONS = /** @type {Notation[]} */ (["percent", "fraction"]);

/**
 * @param {PricedItem[]} items
 * @param {{ rule: Rule, notation: Notation }} reading
 * @returns {string} gross, two decimals
 */
export function basketAmount(items, { rule, notation }) {
  const lines = items.map((item) => {
    const rate = new Big(item.vat_rate);
    return {
      quantity: new Big(item.quantity),
      price: new Big(item.unit_price.value),
      rate: notation === "percent" ? rate.times("0.01") : rate,
    };
  });
  return grossUnder[rule](lines).toFixed(2);
}
