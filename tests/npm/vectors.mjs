// Vectors of tests/oracle/vectors.py, whose docstring says what stands in a line, against the package. Runs
// in Node and in a page alike.

export const RULES = ["line", "rate", "total", "unit"];
const NOTATIONS = ["percent", "fraction"];

/** The totals as words, in the oracle's order. */
function words({ net, vat, gross, byRate, lines }) {
  let text = `${net} ${vat} ${gross} ${byRate.length}`;
  for (const row of byRate) text += ` ${row.vatRate} ${row.net} ${row.vat} ${row.gross}`;
  for (const line of lines) text += ` ${line.net} ${line.vat} ${line.gross}`;
  return text;
}

/** Reads a basket: what must happen, its payload in both notations, its totals under each rule. */
export function read(text) {
  const [must, currency, items, ...expected] = text.split("\t");
  const lines = items.split(";").map((item) => item.split(" "));
  const payloads = NOTATIONS.map((_, notation) => ({
    potential_payment_methods: ["paypal"],
    reusable: true,
    items: lines.map(([price, quantity, ...rates]) => ({
      title: "Tea",
      quantity: Number(quantity),
      unit_price: { value: price, currency },
      vat_rate: rates[notation],
    })),
  }));
  return { must, currency, lines, payloads, expected };
}

/** Checks vectors that come in pieces of text; gives how many, those refused, and those that differ. */
export class Checker {
  vectors = 0;
  refused = "";
  differences = [];
  #previewTotals;
  #baskets = 0;
  #rest = "";

  constructor(previewTotals) {
    this.#previewTotals = previewTotals;
  }

  add(piece) {
    const baskets = (this.#rest + piece).split("\n");
    this.#rest = baskets.pop();
    for (const text of baskets) this.#check(text);
  }

  #check(text) {
    const number = this.#baskets++;
    const { must, currency, payloads, expected } = read(text);
    for (const [notation, vatRates] of NOTATIONS.entries()) {
      for (const [place, rounding] of RULES.entries()) {
        this.vectors++;
        const { totals } = this.#previewTotals(payloads[notation], { rounding, vatRates, lines: true });
        if (totals === null && must !== "exact") {
          this.refused += `${number} ${vatRates} ${rounding}\n`;
          continue;
        }
        const received = totals && `${totals.currency} ${totals.rounding} ${words(totals)}`;
        const wanted = `${currency} ${rounding} ${expected[place]}`;
        if (received !== wanted) {
          this.differences.push(`basket ${number}, ${vatRates}: ${text.split("\t")[2]}\n  expected ${wanted}\n  received ${received ?? "no totals"}`);
        }
      }
    }
  }

  result() {
    const { vectors, refused, differences } = this;
    return { vectors, refused, count: differences.length, first: differences.slice(0, 5).join("\n") };
  }
}
