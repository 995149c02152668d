// The baskets that are measured, each as JSON.parse makes it. The same for every contestant and every run.

/** Numbers that look random and are the same every time (Mulberry32). */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const COUNTRIES = [["20", "10", "5.5", "2.1"], ["21", "10", "4"], ["19", "7"], ["22", "10", "5", "4"], ["21.0", "12.0", "6.0"]];
const WORDS = "tea coffee mug kettle lamp notebook pencil candle soap towel basket honey oil chair print poster vase café thé crème für größe".split(" ");
const SORTS = "green black small large blue organic classic XL 250g 500g n°5 set de luxe".split(" ");

function basket(size, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const rates = pick(COUNTRIES);
  const whole = (most) => 1 + Math.floor(next() * most);
  return {
    potential_payment_methods: next() < 0.5 ? ["credit_card"] : ["credit_card", "paypal"],
    reusable: next() < 0.3,
    items: Array.from({ length: size }, () => ({
      title: `${pick(SORTS)} ${pick(WORDS)} ${pick(WORDS)} ${whole(999)}`,
      quantity: next() < 0.8 ? whole(4) : whole(60),
      unit_price: { value: (whole(next() < 0.8 ? 9_999 : 199_999) / 100).toFixed(2), currency: "EUR" },
      vat_rate: pick(rates),
      type: next() < 0.9 ? "good" : "service",
      ...(next() < 0.3 && { description: `A ${pick(SORTS)} ${pick(WORDS)} with ${pick(WORDS)}` }),
      measure_unit: pick(["unit", "unit", "unit", "kilogram", "liter", "hour"]),
    })),
    redirect_url: "https://shop.example/thanks",
  };
}

const parsed = (value) => JSON.parse(JSON.stringify(value));

/** How many items a ring has in all, at least. */
const RING_ITEMS = 40_000;
const RING = 64;

/** So many different baskets that none is met again soon. */
export function ring(size) {
  const next = random(size);
  const length = Math.max(4, Math.min(RING, Math.floor(RING_ITEMS / size)));
  return Array.from({ length }, () => parsed(basket(size, next)));
}

/** What can be wrong in a basket, by how it is called in tables: each changes a payload, and `i` is one of its items. */
export const FAULTS = {
  "a price with a comma": ({ items }, i) => (items[i].unit_price.value = items[i].unit_price.value.replace(".", ",")),
  "a price with three decimals": ({ items }, i) => (items[i].unit_price.value += "9"),
  "no title": ({ items }, i) => delete items[i].title,
  "a rate that is a number": ({ items }, i) => (items[i].vat_rate = Number(items[i].vat_rate)),
  "an unknown currency": ({ items }, i) => (items[i].unit_price.currency = "EUX"),
  "a quantity of 0": ({ items }, i) => (items[i].quantity = 0),
  "an unknown type": ({ items }, i) => (items[i].type = "goods"),
  "no payment method": (payload) => (payload.potential_payment_methods = []),
  "every price with a comma": ({ items }) => items.forEach(({ unit_price }) => (unit_price.value = unit_price.value.replace(".", ","))),
};
/** For ours a warning, and for the peers nothing. */
export const DOUBTS = {
  "an unknown field": ({ items }, i) => (items[i].sku = "A-1"),
  "a quantity with a fraction": ({ items }, i) => (items[i].quantity += 0.5),
};

/** A ring of which each basket has the next of these faults in one of its items. */
export function faulty(size, faults) {
  const next = random(size + 1);
  return ring(size).map((payload, i) => {
    faults[i % faults.length](payload, Math.floor(next() * size));
    return parsed(payload);
  });
}
