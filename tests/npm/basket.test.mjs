// The live basket: whatever is done to it, it says what the functions say of its payload, and its memory goes.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { EXAMPLE, PACKAGE, WATCH_MEMORY, installed, project, run } from "./packed.mjs";

let api;
before(async () => {
  api = await installed();
});

const AROUND = { potential_payment_methods: ["credit_card"], reusable: false };
const item = (changes) => ({ ...EXAMPLE.items[0], ...changes });

/** Everything a basket says, held against the functions. */
function assertFresh(basket, options = {}) {
  const payload = basket.toPayload();
  const { totals } = api.previewTotals(payload, options);
  assert.deepEqual(basket.totals, totals);
  assert.equal(basket.gross, totals?.gross ?? null);
  assert.deepEqual(basket.issues, api.validatePayload(payload, options).issues);
  const { totals: withLines } = api.previewTotals(payload, { ...options, lines: true });
  if (withLines?.lines) {
    const index = Math.trunc(basket.size / 2);
    assert.deepEqual(basket.line(index), withLines.lines[index]);
  }
  return totals;
}

/** Random numbers that are the same in every run: mulberry32. */
function random(seed) {
  return (end) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % end;
  };
}

const boom = () => {
  throw new Error("boom");
};
const hostile = () => new Proxy({}, { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom });
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};
const throwing = (name) => Object.defineProperty(item({}), name, { get: boom, enumerable: true });

const QUANTITIES = [1, 2, 3, 7, 12, 1, 2, 3, 0, 1.5, 0.1 + 0.2, -1, NaN, "2", 1e21, 10n, null, undefined, {}];
const PRICES = ["10.99", "0.33", "7", "19.90", "0.05", "149.00", "10.99", "0.00", "1,50", "", "92233720368547758.07", 5, null, "0.0000000001"];
const RATES = ["20", "5.5", "10", "2.1", "0", "20", "20.0", "33", "0.21", "x", "19.123456", 21, Symbol("rate"), undefined];
const CURRENCIES = ["EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "USD", "JPY", "KWD", "eur", undefined];
const ITEMS = [
  () => undefined, () => null, () => "item", () => [], () => ({}), hostile, revoked, () => throwing("unit_price"),
  () => throwing("title"), () => Object.create(item({})), () => new Map(), () => () => 1,
  () => JSON.parse('{"__proto__": {"quantity": 1}, "constructor": 1}'), () => item({ unit_price: hostile() }),
];

test("300 sessions of 1 000 changes leave no difference to a fresh preview", () => {
  for (let seed = 0; seed < 300; seed++) {
    const pick = random(seed);
    // How many of each list's values are used: some sessions hold good items alone, some hold anything.
    const wild = [0, 0, 400, 60, 12][pick(5)];
    const from = (list, good) => list[wild > 0 && pick(wild) === 0 ? pick(list.length) : pick(good)];
    const options = {
      rounding: ["line", "rate", "total", "unit"][pick(4)],
      ...(pick(5) === 0 && { vatRates: "fraction" }),
      ...(pick(4) === 0 && { lines: true }),
    };
    const make = () => wild > 0 && pick(wild * 4) === 0 ? ITEMS[pick(ITEMS.length)]() : {
      title: from(["Tea", "Café", " ", "x".repeat(121), 7, "日".repeat(65)], 2),
      quantity: from(QUANTITIES, 8),
      unit_price: { value: from(PRICES, 7), currency: from(CURRENCIES, 7) },
      vat_rate: from(RATES, 7),
      ...(pick(3) === 0 && { type: from(["good", "service", "goods"], 2) }),
      ...(pick(3) === 0 && { measure_unit: from(["unit", "hour", "units"], 2) }),
      ...(wild > 0 && pick(wild) === 0 && { more: 1 }),
    };
    const payload = [undefined, AROUND, EXAMPLE, { payment_link: EXAMPLE }, { payment_link: AROUND, more: 1 }][pick(5)];
    const basket = new api.Basket(payload, options);
    const most = [3, 8, 20, 600][pick(4)];
    for (let number = 0; number < 1_000; number++) {
      const { size } = basket;
      const index = pick(size + 1);
      const refused = (change) => {
        const before = basket.toPayload();
        assert.throws(change, RangeError);
        assert.deepEqual(basket.toPayload(), before);
      };
      const what = pick(size < most ? 12 : 16);
      const change = what < 5 ? () => basket.add(make())
        : what < 7 ? () => basket.set(index, make())
        : what < 8 ? () => basket.setQuantity(index, from(QUANTITIES, 8))
        : what < 9 ? () => basket.setUnitPrice(index, from(PRICES, 7))
        : what < 10 ? () => basket.setVatRate(index, from(RATES, 7))
        : what === 10 && pick(50) === 0 ? () => basket.clear()
        : () => basket.remove(index);
      if (what >= 5 && what !== 10 && index === size) refused(change);
      else if (what === 10 && index === size) basket.clear();
      else change();
      if (number % (most > 20 ? 97 : 7) === 0 || number === 999) {
        try {
          assertFresh(basket, options);
        } catch (error) {
          error.message = `session ${seed}, change ${number}: ${error.message}`;
          throw error;
        }
      }
    }
    basket.dispose();
  }
});

test("add gives the index, and the others follow it", () => {
  const basket = new api.Basket(AROUND);
  assert.equal(basket.add(item({})), 0);
  assert.equal(basket.add(item({ quantity: 2 })), 1);
  assert.equal(basket.gross, "39.90");
  basket.setQuantity(0, 3);
  basket.setUnitPrice(1, "1.00");
  basket.setVatRate(1, "5.5");
  assert.deepEqual(basket.line(1), { net: "2.00", vat: "0.11", gross: "2.11" });
  assert.equal(assertFresh(basket).gross, "42.00");
  basket.remove(0);
  assert.equal(basket.size, 1);
  assert.equal(basket.gross, "2.11");
  basket.clear();
  assert.deepEqual([basket.size, basket.gross, basket.totals], [0, null, null]);
  assertFresh(basket);
});

test("a payload's items are the basket's, and all else stays as it was given", () => {
  const more = { deep: { deeper: { still: [1] } } };
  for (const wrap of [(payload) => payload, (payment_link) => ({ payment_link, beside: 1 })]) {
    const payload = wrap({ more, ...EXAMPLE, redirect_url: "https://shop.example", "größe": 2 });
    const basket = new api.Basket(payload);
    assert.equal(basket.size, 1);
    assert.deepEqual(basket.toPayload(), payload);
    assertFresh(basket);
    basket.setQuantity(0, 2);
    const { items } = basket.toPayload().payment_link ?? basket.toPayload();
    assert.equal(items[0].quantity, 2);
    assert.equal(EXAMPLE.items[0].quantity, 1);
    assert.deepEqual(Object.keys(basket.toPayload()), Object.keys(payload));
  }
});

test("any value is a legal payload, which stays until there is a change", () => {
  const invoice = { invoice_id: "0196a0c8-5c5e-7b1c-9d53-6a1f2b3c4d5e", amount: { value: "13.30", currency: "EUR" } };
  const values = [
    null, 0, "abc", [], [1], 10n, Symbol("s"), () => 1, new Date(0), {}, { items: "abc" }, { items: new Array(5) },
    { items: new Array(2e9) }, { payment_link: 5 }, { items: null, more: 1 }, hostile(), revoked(), { items: hostile() },
    { items: revoked() }, { items: [hostile(), revoked(), throwing("quantity")] }, { payment_link: hostile() },
    Object.create(EXAMPLE), { ...EXAMPLE, potential_payment_methods: hostile() }, { ...AROUND, amount: hostile() },
    invoice, { ...invoice, items: [] }, JSON.parse('{"__proto__": {"items": []}, "items": [1]}'),
  ];
  for (const value of values) {
    const basket = new api.Basket(value);
    assertFresh(basket);
    basket.add(item({}));
    assertFresh(basket);
    basket.clear();
    assertFresh(basket);
  }
  assert.equal(new api.Basket(invoice).gross, "13.30");
  assert.deepEqual(new api.Basket(invoice).toPayload(), invoice);
  assert.deepEqual(new api.Basket().toPayload(), { items: [] });
});

test("what is given is copied, and what is handed out is a copy", () => {
  const given = structuredClone(EXAMPLE);
  const basket = new api.Basket(given);
  const added = item({ unit_price: { value: "1.00", currency: "EUR" } });
  basket.add(added);
  const said = () => JSON.stringify([basket.totals, basket.issues, basket.toPayload()]);
  const before = said();
  given.items[0].quantity = 99;
  given.items[0].unit_price.value = "x";
  given.items.push(1);
  given.potential_payment_methods.push("cash");
  given.reusable = 1;
  added.unit_price.value = "2.00";
  const out = basket.toPayload();
  out.items[1].unit_price.value = "3.00";
  out.items.length = 1;
  out.potential_payment_methods.length = 0;
  assert.equal(said(), before);
  assertFresh(basket);
});

test("a getter that changes the basket while an item is read changes it before", () => {
  const basket = new api.Basket(EXAMPLE);
  basket.add({ ...item({}), get title() { basket.add(item({})); return "Tea"; } });
  assert.equal(basket.size, 3);
  assertFresh(basket);
  assert.throws(() => basket.set(2, { ...item({}), get title() { basket.clear(); return "Tea"; } }), RangeError);
  assertFresh(basket);
  assert.throws(() => basket.add({ get title() { basket.dispose(); return "Tea"; } }), /disposed/);
});

test("a field that every object inherits is no item's", () => {
  Object.prototype.type = "goods";
  try {
    const basket = new api.Basket(AROUND);
    basket.add({ title: "Tea", quantity: 1, unit_price: { value: "1.00", currency: "EUR" }, vat_rate: "20" });
    assertFresh(basket);
  } finally {
    delete Object.prototype.type;
  }
});

test("an index that no item has is refused and changes nothing", () => {
  const basket = new api.Basket(EXAMPLE);
  const before = JSON.stringify(basket.toPayload());
  const changes = {
    set: (index) => basket.set(index, item({})),
    setQuantity: (index) => basket.setQuantity(index, 1),
    setUnitPrice: (index) => basket.setUnitPrice(index, "1.00"),
    setVatRate: (index) => basket.setVatRate(index, "20"),
    remove: (index) => basket.remove(index),
    line: (index) => basket.line(index),
  };
  for (const [name, change] of Object.entries(changes)) {
    for (const index of [1, -1, 0.5, NaN, Infinity, 2 ** 32]) {
      assert.throws(() => change(index), { name: "RangeError", message: `expected an index from 0 to 0, received \`${index}\`` }, name);
    }
    for (const index of ["0", undefined, null, 0n, {}]) assert.throws(() => change(index), TypeError, name);
  }
  assert.equal(JSON.stringify(basket.toPayload()), before);
  assert.throws(() => new api.Basket().remove(0), { name: "RangeError", message: /the basket is empty, received `0`/ });
});

test("a misused option is a TypeError of the constructor, with the message of previewTotals", () => {
  for (const options of [1, null, "line", { rounding: "up" }, { rounding: 1 }, { vatRates: "x" }, { lines: 1 }]) {
    let message;
    assert.throws(() => api.previewTotals(EXAMPLE, options), (error) => {
      message = error.message;
      return error instanceof TypeError;
    });
    assert.throws(() => new api.Basket(EXAMPLE, options), { name: "TypeError", message });
  }
});

test("a basket that was disposed of says so, whatever it is asked", () => {
  const basket = new api.Basket(EXAMPLE);
  basket.dispose();
  basket.dispose();
  const uses = [
    () => basket.add(item({})), () => basket.set(0, item({})), () => basket.setQuantity(0, 1), () => basket.setUnitPrice(0, "1"),
    () => basket.setVatRate(0, "1"), () => basket.remove(0), () => basket.clear(), () => basket.size, () => basket.totals,
    () => basket.gross, () => basket.issues, () => basket.line(0), () => basket.toPayload(),
  ];
  for (const use of uses) assert.throws(use, { name: "Error", message: "expected a basket in use, received one that was disposed of" });
  assert.equal(new api.Basket(EXAMPLE).gross, "13.30");
});

test("Symbol.dispose disposes where the runtime has it", () => {
  if (Symbol.dispose === undefined) return;
  const basket = new api.Basket(EXAMPLE);
  basket[Symbol.dispose]();
  assert.throws(() => basket.size, /disposed/);
});

/** Prints by how many megabytes the module's memory grew while `loop` ran a second and a third time. */
const GROWTH = (setup, loop) => `
  ${WATCH_MEMORY}
  const { Basket, previewTotals } = await import("${PACKAGE}");
  const payload = ${JSON.stringify({ ...EXAMPLE, items: new Array(20).fill(EXAMPLE.items[0]) })};
  previewTotals(payload);
  ${setup}
  const round = async () => { ${loop} };
  await round();
  const before = memory.buffer.byteLength;
  await round();
  await round();
  console.log((memory.buffer.byteLength - before) / 2 ** 20);`;

async function assertFlat(setup, loop) {
  const dir = await project({ "main.mjs": GROWTH(setup, loop) });
  assert.ok(Number(await run(process.execPath, ["--expose-gc", "main.mjs"], { cwd: dir })) <= 0.25);
}

test("100 000 baskets made and disposed of leave nothing in memory", () =>
  assertFlat("", "for (let i = 0; i < 33_334; i++) new Basket(payload).dispose();"));

test("baskets that are forgotten are freed", () =>
  assertFlat("", `
    for (let i = 0; i < 20; i++) {
      for (let k = 0; k < 500; k++) new Basket(payload);
      gc();
      await new Promise((resolve) => setTimeout(resolve));
    }`));

test("200 000 changes of one basket leave nothing in memory", () =>
  assertFlat("const basket = new Basket(payload);", `
    for (let i = 0; i < 66_667; i++) {
      basket.setUnitPrice(i % 20, String(i));
      basket.remove(i % 20);
      basket.add(payload.items[0]);
      if (i % 100 === 0) basket.issues.concat(basket.totals);
    }`));
