// The four rounding rules as somebody would write them with big.js or with dinero.js, for the vectors: net, VAT
// and gross in all and, where each rate is rounded on its own, of each rate. Neither library shares cents as
// the rows of `total` and the lines of `rate` need it, so those are left to Python's oracle.
import Big from "big.js";
import * as dinero from "dinero.js/bigint";

/** Groups lines ([price, quantity, percent]) by the value of their rates, the highest first. */
function byRate(lines) {
  const rates = [];
  for (const line of lines) {
    const percent = new Big(line[2]);
    const known = rates.find((rate) => rate.percent.eq(percent));
    if (known) known.lines.push(line);
    else rates.push({ percent, lines: [line] });
  }
  return rates.sort((a, b) => b.percent.cmp(a.percent));
}

/** The words that the oracle's totals begin with. */
function words(rule, lines, { zero, add, subtract, round, figures, text }) {
  const sum = (amounts) => amounts.reduce(add, zero);
  if (rule === "total") {
    const all = lines.map(figures);
    const net = round(sum(all.map((line) => line.exactNet())));
    const gross = round(sum(all.map((line) => line.exactGross())));
    return [net, subtract(gross, net), gross].map(text).join(" ");
  }
  const rows = byRate(lines).map(({ percent, lines }) => {
    const all = lines.map(figures);
    const net = sum(all.map((line) => line.net()));
    if (rule === "unit") {
      const gross = sum(all.map((line) => line.unitGross()));
      return { percent, net, vat: subtract(gross, net) };
    }
    const vats = all.map((line) => line.exactVat());
    return { percent, net, vat: rule === "line" ? sum(vats.map(round)) : round(sum(vats)) };
  });
  const three = ({ net, vat }) => [net, vat, add(net, vat)].map(text).join(" ");
  const whole = three({ net: sum(rows.map((row) => row.net)), vat: sum(rows.map((row) => row.vat)) });
  return [whole, rows.length, ...rows.map((row) => `${row.percent.toFixed()} ${three(row)}`)].join(" ");
}

/** With numbers of any size, as big.js has them. */
export function byBig(rule, lines, decimals) {
  const round = (amount) => amount.round(decimals, Big.roundHalfUp);
  return words(rule, lines, {
    zero: new Big(0),
    add: (a, b) => a.plus(b),
    subtract: (a, b) => a.minus(b),
    round,
    text: (amount) => (amount.eq(0) ? new Big(0) : amount).toFixed(decimals),
    figures: ([price, quantity, percent]) => {
      const factor = new Big(percent).times("0.01");
      const exactNet = () => new Big(price).times(quantity);
      const net = () => round(exactNet());
      return {
        exactNet,
        exactGross: () => exactNet().times(factor.plus(1)),
        net,
        exactVat: () => net().times(factor),
        unitGross: () => round(round(new Big(price).times(factor.plus(1))).times(quantity)),
      };
    },
  });
}

/** With bigints and a scale, as dinero.js has them. */
export function byDinero(rule, lines, decimals, currency) {
  const money = (amount, scale) => dinero.dinero({ amount, currency: dinero[currency], scale });
  const round = (amount) => dinero.transformScale(amount, BigInt(decimals), dinero.halfAwayFromZero);
  const scaled = (text) => {
    const [whole, behind = ""] = text.split(".");
    return { amount: BigInt(whole + behind), scale: BigInt(behind.length) };
  };
  return words(rule, lines, {
    zero: money(0n, BigInt(decimals)),
    add: dinero.add,
    subtract: dinero.subtract,
    round,
    text: (amount) => dinero.toDecimal(amount),
    figures: ([price, quantity, percent]) => {
      const { amount, scale } = scaled(price);
      const unitPrice = money(amount, scale);
      const times = scaled(new Big(quantity).toFixed());
      const rate = scaled(percent);
      const factor = { amount: rate.amount, scale: rate.scale + 2n };
      const grossFactor = { amount: rate.amount + 100n * 10n ** rate.scale, scale: factor.scale };
      const exactNet = () => dinero.multiply(unitPrice, times);
      const net = () => round(exactNet());
      return {
        exactNet,
        exactGross: () => dinero.multiply(exactNet(), grossFactor),
        net,
        exactVat: () => dinero.multiply(net(), factor),
        unitGross: () => round(dinero.multiply(round(dinero.multiply(unitPrice, grossFactor)), times)),
      };
    },
  });
}
