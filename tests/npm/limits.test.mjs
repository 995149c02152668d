// The limits of the README's table that are reached on the way through JavaScript, at both sides.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EXAMPLE, installed } from "./packed.mjs";

const { previewTotals, validatePayload } = await installed();
const MAX_ENTRIES = 1_000_000;
const MAX_TEXT = 2_048;
const [item] = EXAMPLE.items;

const codes = (payload) => validatePayload(payload).issues.map(({ code }) => code);
const priced = (value) => ({ ...EXAMPLE, items: [{ ...item, unit_price: { value, currency: "EUR" } }] });

test("a million items are added up, one more is refused, and the next call works", () => {
  const items = new Array(MAX_ENTRIES).fill(item);
  const { totals, issues } = previewTotals({ ...EXAMPLE, items });
  assert.deepEqual([totals.net, totals.vat, totals.gross], ["10990000.00", "2310000.00", "13300000.00"]);
  assert.deepEqual(issues.filter(({ severity }) => severity === "error"), []);
  items.push(item);
  const beyond = previewTotals({ ...EXAMPLE, items });
  assert.equal(beyond.totals, null);
  assert.deepEqual(beyond.issues.map(({ code }) => code), ["too_many_entries"]);
  assert.equal(previewTotals(EXAMPLE).totals.gross, "13.30");
});

test("items that differ in everything are added up as well", () => {
  const items = Array.from({ length: 20_000 }, (_, i) => ({
    title: `Article ${i}`,
    quantity: 1 + (i % 1_000) / 1_000,
    unit_price: { value: `${i}.${String(i % 100).padStart(2, "0")}`, currency: "EUR" },
    vat_rate: `${i % 100}.${i}`,
  }));
  const { totals } = previewTotals({ ...EXAMPLE, items }, { lines: true, rounding: "rate" });
  assert.equal(totals.lines.length, items.length);
  for (const key of ["net", "vat", "gross"]) {
    const cents = (rows) => rows.reduce((sum, row) => sum + BigInt(row[key].replace(".", "")), 0n);
    assert.equal(cents(totals.lines), cents([totals]), key);
    assert.equal(cents(totals.byRate), cents([totals]), key);
  }
});

test("a hundred issues are listed, and one more says how many there are beyond", () => {
  const wrong = (count) => ({ ...EXAMPLE, items: new Array(count).fill({ ...priced("1.00").items[0], vat_rate: "-1" }) });
  assert.equal(codes(wrong(100)).length, 100);
  assert.deepEqual(codes(wrong(101)).slice(99), ["rate_out_of_range", "more_issues"]);
});

test("a text is read as far as the crate says, and refused when it is longer", () => {
  const price = (length) => "1.50".padStart(length, "0");
  assert.equal(previewTotals(priced(price(MAX_TEXT))).totals.net, "1.50");
  assert.equal(previewTotals(priced(price(MAX_TEXT + 1))).totals, null);
  assert.deepEqual(codes(priced(price(MAX_TEXT + 1))), ["not_a_decimal"]);
  const url = (length) => ({ ...EXAMPLE, redirect_url: "https://shop.example/".padEnd(length, "a") });
  assert.deepEqual(codes(url(MAX_TEXT)), []);
  assert.deepEqual(codes(url(MAX_TEXT + 1)), ["not_an_http_url"]);
  // A rate that begins as one that was right is not taken for it.
  const rate = "21".padStart(MAX_TEXT, "0");
  const items = [{ ...item, vat_rate: rate }, { ...item, vat_rate: `${rate}5` }];
  assert.deepEqual(codes({ ...EXAMPLE, items }), ["not_a_decimal"]);
});

test("an amount to the last unit that can be added up, and beyond", () => {
  assert.equal(previewTotals(priced("92233720368547758.07")).totals, null); // with VAT it does not fit
  const untaxed = (value) => ({ ...EXAMPLE, items: [{ ...item, vat_rate: "0", unit_price: { value, currency: "EUR" } }] });
  assert.equal(previewTotals(untaxed("92233720368547758.07")).totals.gross, "92233720368547758.07");
  assert.equal(previewTotals(untaxed("-92233720368547758.07")).totals.gross, "-92233720368547758.07");
  assert.equal(previewTotals(untaxed("92233720368547758.08")).totals, null);
  assert.deepEqual(codes(untaxed("999999999999.99")), []);
  assert.deepEqual(codes(untaxed("1000000000000.00")), ["amount_out_of_range"]);
});
