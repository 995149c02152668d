// Any JavaScript value is a legal payload: the answer is issues, never an exception, and the next call works.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { getter, hostile, item, PLACES, price, revoked, VALUES } from "./bad-payloads.mjs";
import { EXAMPLE, installed } from "./packed.mjs";

let api;
before(async () => {
  api = await installed();
});

function assertIssues(issues) {
  assert.ok(Array.isArray(issues));
  assert.ok(issues.length <= 101, `${issues.length} issues`);
  for (const { path, pointer, code, severity, message } of issues) {
    assert.ok(Array.isArray(path));
    assert.equal(pointer, path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""));
    assert.equal(typeof code, "string");
    assert.match(severity, /^(error|warning)$/);
    assert.ok(message.length > 0 && message.length < 2_000, `a message of ${message.length} characters`);
  }
}

/** Asks both questions about a value, and then about a good one. */
function ask(payload) {
  const validation = api.validatePayload(payload);
  assertIssues(validation.issues);
  assert.equal(validation.valid, !validation.issues.some(({ severity }) => severity === "error"));
  const preview = api.previewTotals(payload);
  assertIssues(preview.issues);
  assert.ok(preview.totals === null || typeof preview.totals.gross === "string");
  assert.equal(api.previewTotals(EXAMPLE).totals.gross, "13.30");
  return { ...validation, totals: preview.totals };
}

for (const [place, make] of Object.entries(PLACES)) {
  test(`any value as ${place} is answered`, () => {
    for (const [name, value] of Object.entries(VALUES)) {
      try {
        ask(make(value));
      } catch (error) {
        error.message = `${name}: ${error.message}`;
        throw error;
      }
    }
  });
}

test("validatePayload(null) gives an error at the root", () => {
  const { valid, issues } = api.validatePayload(null);
  assert.equal(valid, false);
  assert.deepEqual(issues[0].path, []);
});

test("a payload that throws when read is not valid", () => {
  for (const payload of [hostile({}), revoked({}), getter(EXAMPLE, "items"), { ...EXAMPLE, items: hostile([]) }]) {
    assert.equal(ask(payload).valid, false);
  }
});

test("a getter that throws in any place of an item is answered", () => {
  for (const name of Object.keys(EXAMPLE.items[0])) {
    ask({ ...EXAMPLE, items: [getter(EXAMPLE.items[0], name)] });
  }
  for (const name of ["value", "currency"]) ask(price(getter({ value: "1.00", currency: "EUR" }, name)));
});

test("a getter that calls back into the package is answered", () => {
  const nested = { get value() { return api.previewTotals(EXAMPLE).totals.gross; }, currency: "EUR" };
  const { totals } = ask({ ...EXAMPLE, items: [EXAMPLE.items[0], { ...EXAMPLE.items[0], unit_price: nested }] });
  // 10.99 and 13.30 with 21 %: 13.30 + 16.09.
  assert.equal(totals.gross, "29.39");
});

test("a getter that calls back without end is answered, and leaves the module as it was", () => {
  const endless = { ...EXAMPLE, items: [{ ...EXAMPLE.items[0], get title() { return api.validatePayload(endless) && "Tea"; } }] };
  ask(endless);
});

test("memory does not grow with calls from getters", () => {
  const nested = { ...EXAMPLE.items[0], get title() { return api.validatePayload(EXAMPLE).valid ? "Tea" : ""; } };
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 2_000; i++) assert.ok(api.validatePayload({ ...EXAMPLE, items: [nested] }).valid);
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 64 << 20, `${grown >> 20} MB`);
});

test("unknown fields of a price, however many, hide nothing of what stands behind them", async () => {
  for (const count of [1, 8, 30, 99]) {
    // A fresh copy of the package, whose buffer has its first size.
    const { validatePayload } = await installed();
    const names = Array.from({ length: count }, (_, i) => `field ${i}`);
    const unit_price = { value: "1.00", currency: "EUR", ...Object.fromEntries(names.map((name) => [name, 1])) };
    const { valid, issues } = validatePayload({ ...EXAMPLE, items: [{ ...EXAMPLE.items[0], unit_price, measure_unit: "x" }] });
    assert.equal(valid, false, `${count} fields`);
    const found = issues.map(({ pointer }) => pointer);
    assert.deepEqual(found, [...names.map((name) => `/items/0/unit_price/${name}`), "/items/0/measure_unit"]);
  }
});

test("an unknown field in the place of a known one is reported beside it", () => {
  const [line] = EXAMPLE.items;
  const swapped = (object, name) => {
    const { [name]: value, ...rest } = object;
    return { ...rest, other: value };
  };
  const places = [
    ...Object.keys(line.unit_price).map((name) => [`/items/0/unit_price`, name, price(swapped(line.unit_price, name))]),
    ...["title", "quantity", "unit_price", "vat_rate"].map((name) => [`/items/0`, name, { ...EXAMPLE, items: [swapped(line, name)] }]),
    ...["reusable", "items", "potential_payment_methods"].map((name) => ["", name, swapped(EXAMPLE, name)]),
  ];
  for (const [parent, name, payload] of places) {
    const found = ask(payload).issues.map(({ pointer, code }) => [pointer, code]);
    for (const issue of [[`${parent}/${name}`, "required"], [`${parent}/other`, "unknown_field"]]) {
      if (name !== "items" || issue[1] !== "required") assert.deepEqual(found.filter(([pointer]) => pointer === issue[0]), [issue]);
    }
  }
});

test("a Proxy of a list whose length is none is answered, and hides nothing", () => {
  for (const length of [-1, 0.5, 1.5, NaN, -Infinity, "x", undefined, 1n, Symbol("1"), {}]) {
    const list = (entries) => new Proxy(entries, { get: (target, key) => (key === "length" ? length : target[key]) });
    assert.deepEqual(
      ask({ ...EXAMPLE, potential_payment_methods: list(["paypal"]) }).issues.map(({ pointer, code }) => [pointer, code]),
      [["/potential_payment_methods", "unreadable"]],
    );
    assert.deepEqual(ask({ ...EXAMPLE, items: list(EXAMPLE.items) }).issues.map(({ code }) => code), ["unreadable"]);
  }
});

test("a getter that makes the module's memory grow loses nothing", () => {
  const big = { ...EXAMPLE, items: Array.from({ length: 40_000 }, () => EXAMPLE.items[0]) };
  const growing = { ...EXAMPLE.items[0], get title() { api.previewTotals(big); return "Tea"; } };
  const items = [EXAMPLE.items[0], growing, EXAMPLE.items[0], EXAMPLE.items[0]];
  assert.equal(ask({ ...EXAMPLE, items }).totals.gross, "53.20");
  const options = { get rounding() { api.previewTotals({ ...big, items: big.items.concat(big.items) }); return "unit"; } };
  assert.equal(api.previewTotals(EXAMPLE, options).totals.rounding, "unit");
});

test("an array that grows while it is read ends", () => {
  const items = [EXAMPLE.items[0]];
  items.push({ ...EXAMPLE.items[0], get vat_rate() { if (items.length < 1_000) items.push(EXAMPLE.items[0]); return "21.0"; } });
  ask({ ...EXAMPLE, items });
});

test("holes in items are errors of their own", () => {
  const items = [EXAMPLE.items[0], , EXAMPLE.items[0]];
  const { valid, issues } = ask({ ...EXAMPLE, items });
  assert.equal(valid, false);
  assert.ok(issues.some(({ pointer }) => pointer === "/items/1"), JSON.stringify(issues));
});

test("inherited fields are none, as in JSON, beside own ones too", () => {
  const inheriting = (object, name) => {
    const { [name]: inherited, ...own } = object;
    return Object.assign(Object.create({ [name]: inherited }), own);
  };
  const [line] = EXAMPLE.items;
  for (const [pointer, payload] of [
    ["/reusable", inheriting(EXAMPLE, "reusable")],
    ["/items/0/vat_rate", { ...EXAMPLE, items: [inheriting(line, "vat_rate")] }],
    ["/items/0/unit_price/currency", price(inheriting(line.unit_price, "currency"))],
  ]) {
    assert.deepEqual(ask(payload).issues.map(({ pointer, code }) => [pointer, code]), [[pointer, "required"]]);
  }
});

test("what a script gives to all objects is no field of a payload", () => {
  const without = (object, name) => Object.fromEntries(Object.entries(object).filter((field) => field[0] !== name));
  const [line] = EXAMPLE.items;
  for (const [pointer, name, value, payload] of [
    ["/reusable", "reusable", true, without(EXAMPLE, "reusable")],
    ["/items/0/vat_rate", "vat_rate", "20", { ...EXAMPLE, items: [without(line, "vat_rate")] }],
    ["/items/0/unit_price/currency", "currency", "EUR", price(without(line.unit_price, "currency"))],
  ]) {
    Object.prototype[name] = value;
    try {
      assert.deepEqual(ask(payload).issues.map(({ pointer, code }) => [pointer, code]), [[pointer, "required"]]);
    } finally {
      delete Object.prototype[name];
    }
  }
});

test("an own __proto__ key pollutes nothing", () => {
  ask(JSON.parse(JSON.stringify(EXAMPLE).replace("{", '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}},')));
  assert.equal({}.polluted, undefined);
});

test("a payload is read to the same depth in its wrapper and without, also where a field of it throws", () => {
  for (const throwing of [{ get description() { throw new Error("no"); } }, Object.create({ inherited: 1 })]) {
    const items = [Object.defineProperties({ ...EXAMPLE.items[0] }, Object.getOwnPropertyDescriptors(throwing))];
    Object.setPrototypeOf(items[0], Object.getPrototypeOf(throwing));
    const [alone, wrapped] = [{ ...EXAMPLE, items }, { payment_link: { ...EXAMPLE, items } }].map((payload) => api.previewTotals(payload));
    assert.equal(alone.totals.gross, "13.30");
    assert.deepEqual(wrapped, alone);
  }
});

test("a path with ~ and / is escaped in its pointer", () => {
  ask({ ...EXAMPLE, "a/b~c": 1 });
});

test("100 000 good items are added up", () => {
  const { valid, totals } = ask({ ...EXAMPLE, items: new Array(100_000).fill(EXAMPLE.items[0]) });
  assert.equal(valid, true);
  assert.equal(totals.gross, "1330000.00");
});

test("100 000 bad items give at most 101 issues", () => {
  assert.equal(ask({ ...EXAMPLE, items: new Array(100_000).fill({ title: 1 }) }).valid, false);
});

test("texts of 10 MB are answered, in every place", () => {
  const long = "9".repeat(10_000_000);
  for (const [place, make] of Object.entries(PLACES)) {
    if (place !== "items") ask(make(long));
  }
  ask(item({ title: "é😀".repeat(3_000_000) }));
  ask({ ...EXAMPLE, [long]: 1 });
});

test("deep nesting is answered", () => {
  let deep = {};
  for (let i = 0; i < 100_000; i++) deep = { deep };
  ask(deep);
  ask({ ...EXAMPLE, deep });
});

test("createPaymentLink rejects with validation for every value, and sends nothing", async () => {
  const sent = [];
  const options = { baseUrl: "http://127.0.0.1:1", fetch: async (url) => { sent.push(url); return new Response(null); } };
  for (const [name, value] of Object.entries(VALUES)) {
    await assert.rejects(
      api.createPaymentLink("tok-secret", value, options),
      (error) => error.name === "PaymentLinkError" && error.code === "validation" && error.issues.length > 0 && !error.maybeCreated,
      name,
    );
  }
  assert.deepEqual(sent, []);
});

test("memory does not grow with the number of bad calls", () => {
  const round = () => {
    for (const value of Object.values(VALUES)) for (const make of Object.values(PLACES)) api.validatePayload(make(value));
  };
  for (let i = 0; i < 20; i++) round();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 60; i++) round();
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 64 << 20, `${grown >> 20} MB`);
});
