// JavaScript's numbers as quantities: each is its shortest decimal form, to the last digit, or is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLE, installed } from "./packed.mjs";

const { previewTotals, validatePayload } = await installed();
const NUMBERS = 200_000;
const MAX_DIGITS = 28;

/** SplitMix64: the same numbers in every run. */
function random(seed) {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let value = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    value = BigInt.asUintN(64, (value ^ (value >> 27n)) * 0x94d049bb133111ebn);
    return value ^ (value >> 31n);
  };
}

/** The digits and the place of the point in what `String` says: 1.5e-7 is { digits: 15n, decimals: 8 }. */
function shortest(number) {
  const [, whole, behind = "", exponent = "0"] = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number));
  return { digits: BigInt(whole + behind), decimals: behind.length - Number(exponent) };
}

/** How many digits the number has without an exponent; a zero before the point is not one. */
function written({ digits, decimals }) {
  return decimals > 0 ? Math.max(String(digits).length, decimals) : String(digits).length - decimals;
}

/** A price that makes the last digit of a quantity one ten-thousandth, the smallest unit of CLF. */
function lens({ decimals }) {
  const power = decimals - 4;
  return power >= 0 ? `1${"0".repeat(power)}` : `0.${"0".repeat(-power - 1)}1`;
}

function basket(quantity, value, currency) {
  return { ...EXAMPLE, items: [{ title: "Tea", quantity, unit_price: { value, currency }, vat_rate: "0" }] };
}

function check(number) {
  const parts = shortest(number);
  const price = lens(parts);
  const { totals, issues } = previewTotals(basket(number, price, "CLF"));
  const codes = issues.map(({ code }) => code);
  const context = `${number} at ${price}`;
  if (written(parts) > MAX_DIGITS) {
    assert.equal(totals, null, context);
    assert.ok(codes.includes("too_many_digits"), context);
    return "refused";
  }
  assert.ok(!issues.some(({ code, path }) => code === "too_many_digits" && path[2] === "quantity"), context);
  if (totals === null) return "price"; // the price that shows all digits has itself too many
  assert.equal(BigInt(totals.net.replace(".", "")), parts.digits, context);
  return "exact";
}

test("random doubles of any size", (t) => {
  const next = random(1n);
  const view = new DataView(new ArrayBuffer(8));
  const counts = { exact: 0, refused: 0, price: 0 };
  for (let i = 0; i < NUMBERS; i++) {
    let bits = next() & 0x7fffffffffffffffn;
    // Three of four near 1, where shops are: exponents from -100 to 99 around that of 1.
    if (i % 4 > 0) bits = (bits & 0xfffffffffffffn) | ((923n + (next() % 200n)) << 52n);
    view.setBigUint64(0, bits);
    const number = view.getFloat64(0);
    if (Number.isFinite(number) && number > 0) counts[check(number)]++;
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.exact > NUMBERS / 4 && counts.refused > NUMBERS / 4, JSON.stringify(counts));
});

test("random quantities as people write them", () => {
  const next = random(2n);
  for (let i = 0; i < NUMBERS / 4; i++) {
    const number = Number(next() % 10_000_000n + 1n) / 10 ** Number(next() % 7n);
    assert.equal(check(number), "exact");
  }
});

// With a price that shows its digits, in CLF with its four decimals.
for (const [number, price, net] of [
  [0.1, "1", "0.1000"],
  [0.1 + 0.2, "1000000000000", "300000000000.0000"],
  [0.1 + 0.2, "10000000000000", "3000000000000.0004"],
  [1.005, "1", "1.0050"],
  [1.5e-7, "10000", "0.0015"],
  [1e21, "0.00000000000001", "10000000.0000"],
  [1e27, "0.000000000000000000000000001", "1.0000"],
  [1e-28, "1000000000000", "0.0000"],
  [2 ** 53 + 2, "0.01", "90071992547409.9400"],
  [123456789012345680000, "0.0000000001", "12345678901.2346"],
  [1e28, "0.01", null],
  [1e-29, "1", null],
  [1.1e-28, "1", null],
  [5e-324, "1", null],
  [Number.MAX_VALUE, "0.01", null],
]) {
  test(`${number} times ${price} is ${net ?? "refused"}`, () => {
    const { totals, issues } = previewTotals(basket(number, price, "CLF"));
    assert.equal(totals === null ? null : totals.net, net);
    assert.equal(issues.some(({ code }) => code === "too_many_digits"), net === null);
  });
}

for (const number of [NaN, Infinity, -Infinity, 0, -0, -1, -1e-300]) {
  test(`${Object.is(number, -0) ? "-0" : number} is an error`, () => {
    assert.equal(validatePayload(basket(number, "1.00", "EUR")).valid, false);
  });
}

test("a number where a text belongs is refused, whatever it is", () => {
  for (const number of [0.1, 21, 1e21, NaN]) {
    const item = EXAMPLE.items[0];
    for (const wrong of [{ ...item, vat_rate: number }, { ...item, unit_price: { value: number, currency: "EUR" } }]) {
      const { totals, issues } = previewTotals({ ...EXAMPLE, items: [wrong] });
      assert.equal(totals, null);
      assert.ok(issues.some(({ code }) => code === "wrong_type"));
    }
  }
});
