// `./js`, the module's twin in JavaScript: beside the module in one process it gives the same answers. The rest of
// the corpus is run against it by QONTO_TWIN=1 (packed.mjs).
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { PLACES, VALUES } from "./bad-payloads.mjs";
import { BUNDLERS, bundled } from "./bundlers.mjs";
import { EXAMPLE, PACKAGE, ROOT, installed, project, run } from "./packed.mjs";

const { twin, ...wasm } = await installed(`export * as twin from "${PACKAGE}/js";`);
const ROUNDINGS = ["line", "rate", "total", "unit"];
const NOTATIONS = ["percent", "fraction"];

/** What both say of a payload, or throw. */
function both(name, ...given) {
  const [expected, received] = [wasm, twin].map((api) => {
    try {
      return { value: api[name](...given) };
    } catch ({ name, message }) {
      return { name, message };
    }
  });
  return [expected, received];
}

function assertEqual(name, ...given) {
  const [expected, received] = both(name, ...given);
  assert.deepEqual(received, expected);
}

/** A generator of numbers below `n` that gives the same ones each time: xorshift. */
function numbers(seed) {
  let state = seed;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}

function figures(below) {
  const pick = (...values) => values[below(values.length)];
  const digits = (most) => Array.from({ length: 1 + below(most) }, () => below(10)).join("");
  const price = () => pick(`${below(1000)}.${digits(2)}`, `${below(100_000)}`, `-${below(50)}.5`, `${digits(14)}.${digits(2)}`, digits(28), `0.${digits(3)}`);
  const rate = () => pick("0", "5.5", "20", "21.0", "10", "0.2", `${below(101)}.${digits(4)}`, digits(3));
  const quantity = () => pick(1, 1 + below(9), below(100_000), below(1000) / 8, 0.1 * below(50), 1 / (1 + below(7)), below(2 ** 31) * 2 ** below(40));
  const currency = () => pick("EUR", "EUR", "EUR", "EUR", "EUR", "JPY", "KWD", "USD");
  return () => {
    const unit = currency();
    const items = Array.from({ length: 1 + below(pick(2, 4, 12)) }, () => ({
      title: "Tea", quantity: quantity(), unit_price: { value: price(), currency: below(50) ? unit : currency() }, vat_rate: rate(),
    }));
    return { potential_payment_methods: ["paypal"], reusable: true, items };
  };
}

test("every case of the rules, with every option, is the same to the last character", () => {
  const cases = JSON.parse(readFileSync(join(ROOT, "tests/fixtures/rules.json"), "utf8"));
  for (const { payload } of cases) {
    for (const rounding of ROUNDINGS) {
      for (const vatRates of NOTATIONS) {
        assertEqual("previewTotals", payload, { rounding, vatRates, lines: true });
        assertEqual("validatePayload", payload, { rounding, vatRates });
      }
    }
  }
  assert.ok(cases.length > 100);
});

test("every case of the rules has in both what the crate says of it natively", () => {
  const cases = JSON.parse(readFileSync(join(ROOT, "tests/fixtures/rules.json"), "utf8"));
  for (const { name, payload, options, valid, gross } of cases) {
    for (const api of [wasm, twin]) {
      assert.equal(api.validatePayload(payload, options).valid, valid, name);
      assert.equal(api.previewTotals(payload, options).totals?.gross ?? null, gross, name);
    }
  }
});

test("every invoice comes to its figures under every rule in both", () => {
  const row = ({ net, vat, gross }) => [net, vat, gross];
  for (const { name, currency, lines, expected } of JSON.parse(readFileSync(join(ROOT, "tests/fixtures/invoices.json"), "utf8"))) {
    const items = lines.map(([title, value, quantity, vat_rate]) => ({ title, quantity, unit_price: { value, currency }, vat_rate }));
    const payload = { ...EXAMPLE, items };
    for (const rounding of ROUNDINGS) {
      for (const api of [wasm, twin]) {
        const { totals } = api.previewTotals(payload, { rounding, lines: true });
        const received = { total: row(totals), byRate: totals.byRate.map((rate) => [rate.vatRate, ...row(rate)]), lines: totals.lines.map(row) };
        assert.deepEqual(received, expected[rounding], `${name}, ${rounding}`);
      }
    }
  }
});

test("every form of an answer ends a call alike", async () => {
  const cases = JSON.parse(readFileSync(join(ROOT, "tests/fixtures/answers.json"), "utf8"));
  for (const { name, answer: { status, headers, body } } of cases) {
    const ends = await Promise.all([wasm, twin].map((api) => {
      const fetch = async () => new Response(status === 204 || status === 304 ? null : body, { status, headers });
      return api.createPaymentLink("tok_0123456789", EXAMPLE, { fetch, retries: 0 }).catch((error) => (api.isPaymentLinkError(error) ? error.toJSON() : error));
    }));
    assert.deepEqual(ends[1], ends[0], name);
  }
  assert.ok(cases.length > 50);
});

test("100 000 random baskets are the same to the last character", () => {
  const below = numbers(2_654_435_769);
  const basket = figures(below);
  let withTotals = 0;
  for (let i = 0; i < 100_000; i++) {
    const [payload, options] = [basket(), { rounding: ROUNDINGS[below(4)], vatRates: NOTATIONS[below(8) >> 2 & below(2)], lines: below(2) === 1 }];
    const [expected, received] = both("previewTotals", payload, options);
    if (JSON.stringify(received) !== JSON.stringify(expected)) assert.deepEqual(received, expected, JSON.stringify({ payload, options }));
    if (expected.value.totals) withTotals++;
  }
  assert.ok(withTotals > 50_000, `${withTotals}`);
});

test("any value in any place is answered alike", () => {
  for (const make of Object.values(PLACES)) {
    for (const value of Object.values(VALUES)) {
      assertEqual("previewTotals", make(value), { lines: true });
      assertEqual("validatePayload", make(value));
      assertEqual("grossUnitPrice", make(value));
    }
  }
  for (const options of [null, 5, [], { rounding: "up" }, { vatRates: 1 }, { lines: "yes" }]) assertEqual("previewTotals", EXAMPLE, options);
});

test("net unit prices for gross amounts are the same", () => {
  const below = numbers(40_503);
  for (let i = 0; i < 5_000; i++) {
    const line = { gross: (below(100_000) / 100).toFixed(2), quantity: 1 + below(12), vat_rate: ["21", "5.5", "19", "0"][below(4)] };
    assertEqual("grossUnitPrice", line, { rounding: ROUNDINGS[below(4)] });
  }
});

test("live baskets stay the same through 20 000 changes", () => {
  const below = numbers(97);
  const random = figures(below);
  const [expected, received] = [new wasm.Basket(random(), { lines: true }), new twin.Basket({}, { lines: true })];
  received.clear();
  for (const item of expected.toPayload().items) received.add(item);
  for (let i = 0; i < 20_000; i++) {
    const { items: [item] } = random();
    const [index, kind] = [below(expected.size || 1), below(9)];
    for (const basket of [expected, received]) {
      if (basket.size === 0 || (kind < 3 && basket.size < 40)) basket.add(item);
      else if (kind < 5) basket.remove(index);
      else if (kind < 7) basket.setQuantity(index, item.quantity);
      else if (kind < 8) basket.setUnitPrice(index, item.unit_price.value);
      else basket.set(index, item);
    }
    assert.equal(received.gross, expected.gross);
    if (i % 20 === 0) assert.deepEqual([received.totals, received.line(0) ?? null], [expected.totals, expected.line(0) ?? null]);
  }
});

/** A script that prints what is said while memory grows at each place of a payload where a getter can make it grow. */
const GROWS = (entry) => `
  import { Basket, previewTotals, validatePayload } from "${entry}";
  const item = (i) => ({ title: "Tea " + i, quantity: 1 + i % 7, unit_price: { value: i % 90 + ".95", currency: "EUR" }, vat_rate: ["21", "5.5"][i % 2] });
  const payload = (count) => ({ potential_payment_methods: ["paypal"], reusable: true, items: Array.from({ length: count }, (_, i) => item(i)) });
  let size = 2000;
  const said = [];
  const grow = () => said.push(previewTotals(payload(size += 3000)).totals.gross);
  const places = [
    (p) => [p, "items"], (p) => [p, "reusable"], (p) => [p.items[1], "title"], (p) => [p.items[0], "quantity"],
    (p) => [p.items[1], "unit_price"], (p) => [p.items[2].unit_price, "value"], (p) => [p.items[2].unit_price, "currency"],
    (p) => [p.items[0], "vat_rate"], (p) => [p.items[2], "measure_unit"],
  ];
  for (const place of places) {
    for (const ask of [previewTotals, validatePayload, (p) => new Basket(p, { lines: true }).totals]) {
      const given = payload(3);
      const [object, name] = place(given);
      const value = object[name];
      let times = 0;
      Object.defineProperty(object, name, { enumerable: true, get() { if (times++ < 2) grow(); return value; } });
      said.push(JSON.stringify(ask(given)));
    }
  }
  const options = { get rounding() { grow(); return "total"; }, lines: true };
  said.push(JSON.stringify(previewTotals(payload(3), options)));
  console.log(said.join("\\n"), size > 100_000);`;

test("memory that grows while a payload is packed changes nothing, and neither do bundlers that minify", async () => {
  const root = await project({ "wasm.mjs": GROWS(PACKAGE), "js.mjs": GROWS(`${PACKAGE}/js`) });
  const [expected, received] = [await run(process.execPath, ["wasm.mjs"], { cwd: root }), await run(process.execPath, ["js.mjs"], { cwd: root })];
  assert.match(expected, /true\n$/);
  assert.equal(received, expected);
  for (const bundler of Object.keys(BUNDLERS)) {
    writeFileSync(join(root, "bundle.mjs"), await bundled(bundler, root, GROWS(`${PACKAGE}/js`)));
    assert.equal(await run(process.execPath, ["bundle.mjs"], { cwd: root }), expected, bundler);
  }
});

test("where memory cannot grow a call throws, and the next one works, in both", async () => {
  const script = (entry) => `
    import { createPaymentLink, previewTotals } from "${entry}";
    const payload = ${JSON.stringify(EXAMPLE)};
    const large = { ...payload, items: new Array(300_000).fill(payload.items[0]) };
    const said = [];
    for (let i = 0; i < 3; i++) {
      try { said.push(previewTotals(large).totals); } catch (error) { said.push(error instanceof Error); }
      said.push(previewTotals(payload).totals.gross);
    }
    await createPaymentLink(null, large, { baseUrl: "https://shop.example" }).catch((error) => said.push(error instanceof Error));
    console.log(said.join(" "), previewTotals(payload).totals.gross);`;
  const root = await project({
    "few-bytes.cjs": `globalThis.ArrayBuffer = class extends ArrayBuffer {
      constructor(size) { if (size > 64 * 65_536) throw new RangeError("no memory"); super(size); }
    };`,
    "wasm.mjs": script(PACKAGE),
    "js.mjs": script(`${PACKAGE}/js`),
  });
  const expected = "true 13.30 true 13.30 true 13.30 true 13.30\n";
  assert.equal(await run(process.execPath, ["--wasm-max-mem-pages=64", "wasm.mjs"], { cwd: root }), expected);
  assert.equal(await run(process.execPath, ["--require", "./few-bytes.cjs", "js.mjs"], { cwd: root }), expected);
});

test("it runs where there is no WebAssembly and no code from text, as ES module and as CommonJS", async () => {
  const print = `console.log(previewTotals(${JSON.stringify(EXAMPLE)}).totals.gross, typeof init().then);`;
  const root = await project({
    "no-wasm.cjs": "delete globalThis.WebAssembly;",
    "main.mjs": `import { init, previewTotals } from "${PACKAGE}/js"; ${print}`,
    "main.cjs": `const { init, previewTotals } = require("${PACKAGE}/js"); ${print}`,
  });
  for (const file of ["main.mjs", "main.cjs"]) {
    const args = ["--disallow-code-generation-from-strings", "--require", "./no-wasm.cjs", file];
    assert.equal(await run(process.execPath, args, { cwd: root }), "13.30 function\n", file);
  }
  assert.deepEqual(Object.keys(createRequire(join(root, "x.js"))(`${PACKAGE}/js`)).sort(), Object.keys(wasm).sort());
});
