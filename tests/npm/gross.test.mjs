// The net unit price for a gross amount, through the package: what is said is what previewTotals says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLE, installed } from "./packed.mjs";

const { grossUnitPrice, previewTotals } = await installed();
const RULES = ["line", "rate", "total", "unit"];
const RATES = ["0", "2.1", "5.5", "10", "19", "20", "21.0", "25.5", "100"];
const QUANTITIES = [1, 2, 3, 7, 10, 144, 0.25, 1.5];

/** What a line comes to, as previewTotals says. */
function gross(value, { quantity, vat_rate, currency = "EUR" }, options) {
  const items = [{ title: "Tea", quantity, unit_price: { value, currency }, vat_rate }];
  return previewTotals({ ...EXAMPLE, items }, options).totals.gross;
}

const cents = (amount) => BigInt(amount.replace(".", ""));
const price = (count) => {
  const digits = String(count).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** Holds an answer against previewTotals; says whether there is a price. */
function holds({ unitPrice, nearest, ...rest }, line, options) {
  const context = JSON.stringify({ line, options, unitPrice, nearest, ...rest });
  if (unitPrice !== null) {
    assert.match(unitPrice, /^-?\d+\.\d\d$/, context);
    assert.equal(gross(unitPrice, line, options), line.gross, context);
    assert.deepEqual(nearest, [], context);
    return true;
  }
  const [short, beyond] = nearest;
  assert.equal(nearest.length, 2, context);
  for (const near of nearest) assert.equal(gross(near.unitPrice, line, options), near.gross, context);
  // The gross never falls with the price, so where neighbours step over the amount no price reaches it.
  assert.equal(cents(beyond.unitPrice) - cents(short.unitPrice), 1n, context);
  assert.ok(cents(short.gross) < cents(line.gross) && cents(beyond.gross) > cents(line.gross), context);
  return false;
}

test("what is found for a line is what previewTotals says of it, under every rule", (t) => {
  let seed = 1;
  const below = (end) => (seed = (seed * 48_271) % 2_147_483_647) % end;
  const count = { reached: 0, single: 0, none: 0 };
  for (let i = 0; i < 5_000; i++) {
    const line = {
      gross: price(below(i % 2 ? 100_000_000 : 5_000) + 1),
      quantity: QUANTITIES[below(QUANTITIES.length)],
      vat_rate: RATES[below(RATES.length)],
    };
    const options = { rounding: RULES[below(4)] };
    const found = grossUnitPrice(line, options);
    if (holds(found, line, options)) {
      count.reached++;
      assert.equal(found.single, null);
    } else {
      count[holds(found.single, { ...line, quantity: 1 }, options) ? "single" : "none"]++;
    }
  }
  t.diagnostic(JSON.stringify(count));
  for (const [name, times] of Object.entries(count)) assert.ok(times > 100, `${name}: ${times}`);
});

test("an amount that three pieces never come to, one line of quantity 1 does", () => {
  assert.deepEqual(grossUnitPrice({ gross: "10.00", quantity: 3, vat_rate: "20" }), {
    unitPrice: null,
    nearest: [{ unitPrice: "2.77", gross: "9.97" }, { unitPrice: "2.78", gross: "10.01" }],
    single: { unitPrice: "8.33", nearest: [] },
    issues: [],
  });
});

test("the price for an amount that is reached stands alone", () => {
  for (const options of [undefined, {}, { rounding: "unit" }, { vatRates: "percent" }]) {
    assert.deepEqual(
      grossUnitPrice({ gross: "11.99", quantity: 1, vat_rate: "20" }, options),
      { unitPrice: "9.99", nearest: [], single: null, issues: [] },
    );
  }
});

test("an item of a basket may be given with a gross, and the price put into it", () => {
  const item = { title: "Tea", quantity: 3, vat_rate: "20", type: "good", measure_unit: "unit" };
  const options = { rounding: "unit" };
  const { unitPrice, issues } = grossUnitPrice({ ...item, gross: "35.97" }, options);
  assert.deepEqual(issues, []);
  const payload = { ...EXAMPLE, items: [{ ...item, unit_price: { value: unitPrice, currency: "EUR" } }] };
  assert.equal(previewTotals(payload, options).totals.gross, "35.97");
});

const line = { gross: "11.99", quantity: 1, vat_rate: "20" };
const codes = (given, options) => grossUnitPrice(given, options).issues.map(({ pointer, code }) => `${code} ${pointer}`);

test("what is wrong is said at its field, and nothing is looked for", () => {
  for (const [given, expected] of [
    [{}, ["required /gross", "required /quantity", "required /vat_rate"]],
    [{ ...line, gross: 11.99 }, ["wrong_type /gross"]],
    [{ ...line, gross: "11,99" }, ["not_a_decimal /gross"]],
    [{ ...line, gross: "11.999" }, ["too_many_decimals /gross"]],
    [{ ...line, quantity: "1" }, ["wrong_type /quantity"]],
    [{ ...line, quantity: -1 }, ["quantity_not_positive /quantity"]],
    [{ ...line, quantity: NaN }, ["not_finite /quantity"]],
    [{ ...line, vat_rate: 20 }, ["wrong_type /vat_rate"]],
    [{ ...line, vat_rate: "101" }, ["rate_out_of_range /vat_rate"]],
    [{ ...line, currency: "Euro" }, ["currency_unknown /currency"]],
    [{ ...line, currency: null }, ["wrong_type /currency"]],
  ]) {
    const { unitPrice, nearest, single, issues } = grossUnitPrice(given);
    assert.deepEqual(issues.map(({ pointer, code }) => `${code} ${pointer}`), expected);
    assert.deepEqual({ unitPrice, nearest, single }, { unitPrice: null, nearest: [], single: null });
  }
});

test("a misspelt field is named, with the field that was meant", () => {
  const { issues } = grossUnitPrice({ gross: "11.99", quantity: 1, vat_rate: "20", curency: "EUR" });
  assert.deepEqual(issues.map(({ code, params }) => [code, params.nearest]), [["unknown_field", "currency"]]);
});

test("what is doubtful does not hide the price", () => {
  assert.deepEqual(codes({ ...line, vat_rate: "0.2" }), ["rate_looks_like_fraction /vat_rate"]);
  assert.deepEqual(codes({ ...line, vat_rate: "0.2" }, { vatRates: "fraction" }), []);
  assert.deepEqual(codes({ ...line, gross: "-11.99" }), ["price_not_positive /gross"]);
  assert.equal(grossUnitPrice({ ...line, gross: "-11.99" }).unitPrice, "-9.99");
  const yen = { ...line, gross: "100", currency: "JPY" };
  assert.deepEqual(codes(yen), ["currency_not_eur /currency"]);
  assert.equal(grossUnitPrice(yen).unitPrice, "83.33");
});

test("any value at all is answered, as a line and in each field of one", () => {
  const boom = () => { throw new Error("boom"); };
  const hostile = new Proxy({}, { get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const cycle = {};
  cycle.cycle = cycle;
  const values = [
    undefined, null, true, 0, -0, NaN, Infinity, 2 ** 53, Number.MIN_VALUE, Number.MAX_VALUE, 10n, Symbol("s"), "", "abc",
    "\ud800", "1e400", "9".repeat(1_000_000), "0".repeat(1_000_000), new String("1"), boom, {}, Object.create(null), [],
    new Array(5), new Array(2 ** 32 - 1), hostile, proxy, cycle, new Date(NaN), JSON.parse('{"__proto__": {"polluted": 1}}'),
    Object.defineProperty({ ...line }, "gross", { get: boom, enumerable: true }),
    { ...line, get vat_rate() { return previewTotals({ ...EXAMPLE, items: new Array(50_000).fill(EXAMPLE.items[0]) }).totals.byRate[0].vatRate; } },
  ];
  for (const value of values) {
    const given = [value, ...["gross", "quantity", "vat_rate", "currency", "beside"].map((name) => ({ ...line, [name]: value }))];
    for (const one of given) {
      const { unitPrice, nearest, single, issues } = grossUnitPrice(one);
      const errors = issues.some(({ severity }) => severity === "error");
      assert.ok(issues.length <= 101);
      assert.equal(unitPrice === null && nearest.length === 0 && single === null, errors, String(issues[0]?.message));
    }
    assert.equal(grossUnitPrice(line).unitPrice, "9.99");
  }
  assert.equal({}.polluted, undefined);
});

test("a misused option is a TypeError, for a bad line too", () => {
  for (const options of [{ rounding: "up" }, { vatRates: 1 }, null, "line"]) {
    for (const given of [line, null]) {
      assert.throws(() => grossUnitPrice(given, options), (error) => error instanceof TypeError && /expected/.test(error.message));
    }
  }
});
