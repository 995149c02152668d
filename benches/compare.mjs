// The packed package against zod 4 and big.js doing the same work, in one process, taking turns.
// Ratios carry over to other machines, microseconds do not.
import Big from "big.js";
import assert from "node:assert/strict";
import { z } from "zod";
import { Basket as LiveBasket, previewTotals, validatePayload } from "../pkg/index.js";

const SIZES = [1, 5, 50, 1_000];
const ROUNDS = 41;
const ROUND_MS = 8;

const UNITS = (
  "unit hour day month gram kilogram liter meter square_meter cubic_meter ampere number_of_articles centimeter " +
  "cubic_meter_per_hour gigajoule gigawatt gigawatt_hour half_year joule kilojoule kilovar kilowatt kilowatt_hour " +
  "megajoule megawatt megawatt_hour milligram milliliter millimeter minute pair quarter second set ton two_week " +
  "watt_hour week year"
).split(" ");

// The errors that validatePayload knows, as someone who knows zod would write them. Its warnings and the
// nearest names of unknown fields are left out, in zod's favour.
const Item = z.object({
  title: z.string().refine((title) => title.trim() !== ""),
  quantity: z.number().positive(),
  unit_price: z.object({
    value: z.string().regex(/^-?\d+(\.\d{1,2})?$/),
    currency: z.string().regex(/^[A-Z]{3}$/),
  }),
  vat_rate: z.string().regex(/^\d+(\.\d+)?$/).refine((rate) => Number(rate) <= 100),
  type: z.enum(["good", "service"]).optional(),
  description: z.string().optional(),
  measure_unit: z.enum(UNITS).optional(),
});
const Basket = z.object({
  items: z.array(Item).min(1).refine((items) => items.every((item) => item.unit_price.currency === items[0].unit_price.currency)),
  reusable: z.boolean(),
  potential_payment_methods: z.array(z.enum(["credit_card", "apple_pay", "paypal", "ideal"])).min(1)
    .refine((methods) => new Set(methods).size === methods.length),
  redirect_url: z.url({ protocol: /^https?$/ }).optional(),
});

/** Net and VAT rounded line by line, with sums for each rate. */
function bigTotals({ items }) {
  const rates = new Map();
  for (const { quantity, unit_price, vat_rate } of items) {
    const net = new Big(unit_price.value).times(quantity).round(2, Big.roundHalfUp);
    const vat = net.times(vat_rate).div(100).round(2, Big.roundHalfUp);
    const row = rates.get(vat_rate);
    if (row === undefined) {
      rates.set(vat_rate, { net, vat });
    } else {
      row.net = row.net.plus(net);
      row.vat = row.vat.plus(vat);
    }
  }
  let net = new Big(0);
  let vat = new Big(0);
  const byRate = [];
  for (const [vatRate, row] of rates) {
    net = net.plus(row.net);
    vat = vat.plus(row.vat);
    byRate.push({ vatRate, net: row.net.toFixed(2), vat: row.vat.toFixed(2), gross: row.net.plus(row.vat).toFixed(2) });
  }
  return { net: net.toFixed(2), vat: vat.toFixed(2), gross: net.plus(vat).toFixed(2), byRate };
}

function basket(size) {
  const rates = ["20", "10", "5.5", "2.1"];
  return {
    potential_payment_methods: ["credit_card", "paypal"],
    reusable: false,
    redirect_url: "https://shop.example/thanks",
    items: Array.from({ length: size }, (_, i) => ({
      title: `Article ${i}`,
      quantity: 1 + (i % 7),
      unit_price: { value: ((i * 7_919) % 50_000 / 100 + 0.01).toFixed(2), currency: "EUR" },
      vat_rate: rates[i % rates.length],
      type: "good",
      measure_unit: "unit",
    })),
  };
}

const TASKS = [
  {
    name: "validate",
    ours: (payload) => validatePayload(payload).valid,
    others: { zod: (payload) => Basket.safeParse(payload).success },
  },
  {
    name: "validate and total",
    ours: (payload) => previewTotals(payload).totals.gross,
    others: {
      "zod + big.js": (payload) => (Basket.safeParse(payload).success ? bigTotals(payload).gross : null),
      "big.js alone": (payload) => bigTotals(payload).gross,
    },
  },
];

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** Microseconds a call, for each contestant; they take turns, so that a busy machine slows all of them. */
function measure(contestants, payload) {
  const names = Object.keys(contestants);
  const calls = {};
  const times = {};
  for (const name of names) {
    const started = performance.now();
    let done = 0;
    // Also the warm-up.
    while (performance.now() - started < 20 * ROUND_MS) {
      contestants[name](payload);
      done++;
    }
    calls[name] = Math.max(1, Math.round(done / 20));
    times[name] = [];
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      const started = performance.now();
      for (let i = 0; i < calls[name]; i++) contestants[name](payload);
      times[name].push(((performance.now() - started) * 1_000) / calls[name]);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}

const short = (value) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0));
const row = (...cells) => console.log(cells.map((cell, i) => (i < 1 ? cell.padEnd(20) : cell.padStart(i === 2 ? 16 : 10))).join(""));

console.log(`Node ${process.versions.node}; medians of ${ROUNDS} rounds, µs a call; × is theirs divided by ours\n`);
row("", "items", "against", "theirs", "ours", "×");
for (const { name, ours, others } of TASKS) {
  for (const size of SIZES) {
    const payload = basket(size);
    for (const [other, run] of Object.entries(others)) assert.equal(run(payload), ours(payload), `${other} and we disagree`);
    const result = measure({ ours, ...others }, payload);
    for (const other of Object.keys(others)) {
      row(name, String(size), other, short(result[other]), short(result.ours), (result[other] / result.ours).toFixed(1));
    }
  }
}

// A keystroke in a live basket: the quantity of one item changes, and the gross total is read. Against adding
// up the whole basket with big.js, and against the same keystroke in a basket of one item.
console.log();
row("live change + gross", "items", "against", "theirs", "ours", "×");
const LIVE_SIZES = [1, 50, 10_000];
const live = LIVE_SIZES.map((size) => {
  const payload = basket(size);
  const ours = new LiveBasket(payload);
  assert.equal(bigTotals(payload).gross, ours.gross, "big.js and we disagree");
  let i = 0;
  const change = (set) => {
    i = (i + 7_919) % size;
    set(i, 1 + ((i + 1) % 9));
  };
  return {
    size,
    ours: () => {
      change((index, quantity) => ours.setQuantity(index, quantity));
      return ours.gross;
    },
    big: () => {
      change((index, quantity) => {
        payload.items[index].quantity = quantity;
      });
      return bigTotals(payload).gross;
    },
  };
});
for (const { ours, big, size } of live.slice(0, 2)) {
  const result = measure({ ours, big });
  row("", String(size), "big.js, whole", short(result.big), short(result.ours), (result.big / result.ours).toFixed(1));
}
const sizes = measure(Object.fromEntries(live.map(({ size, ours }) => [`of ${size}`, ours])));
for (const { size } of live.slice(1)) {
  const [one, ours] = [sizes["of 1"], sizes[`of ${size}`]];
  row("", String(size), "ours, 1 item", short(one), short(ours), (one / ours).toFixed(2));
}
