// Texts that repeat are known to the module from call to call. Whatever was packed before, a payload has the
// report that it has when it comes first.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installed } from "./packed.mjs";

let Basket, previewTotals, validatePayload;
before(async () => {
  ({ Basket, previewTotals, validatePayload } = await installed());
});

const item = (fields) => ({
  title: "Tea", quantity: 3, unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "20", type: "good", measure_unit: "unit", ...fields,
});
const payload = (...items) => ({ potential_payment_methods: ["paypal"], reusable: true, redirect_url: "https://shop.example/", items });

const CASES = [
  payload(item()),
  payload(item(), item({ vat_rate: "20.0" }), item({ vat_rate: "020" }), item({ vat_rate: "5.5" })),
  payload(item({ vat_rate: "0.2" })),
  payload(item({ unit_price: { value: "10.99", currency: "USD" } }), item()),
  payload(item({ unit_price: { value: "10.99", currency: "USD" } }), item({ unit_price: { value: "1.00", currency: "USD" } })),
  payload(item({ unit_price: { value: "10", currency: "JPY" } }), item({ unit_price: { value: "1.00", currency: "JPY" } })),
  payload(item({ type: "unit", measure_unit: "good" })),
  payload(item({ type: "20", measure_unit: "EUR", vat_rate: "unit" })),
  { ...payload(item()), potential_payment_methods: ["paypal", "paypal"] },
  { ...payload(item()), potential_payment_methods: ["EUR", "unit", "credit_card"] },
  { ...payload(item()), redirect_url: "paypal" },
  { ...payload(item()), redirect_url: `https://shop.example/${"é".repeat(40)}` },
  { ...payload(item()), redirect_url: `https://shop.example/${"e".repeat(80)}` },
  { ...payload(item()), items: [] },
  payload(...Array.from({ length: 60 }, (_, i) => item({ vat_rate: String(i), measure_unit: `unit ${i}` }))),
];
const OPTIONS = [undefined, { vatRates: "fraction" }, { rounding: "total", lines: true }, { rounding: "rate" }, { rounding: "unit" }];

const all = (cases) => cases.map((each) => OPTIONS.map((options) => [previewTotals(each, options), validatePayload(each, options)]));

test("a payload has the same report whatever was packed before", () => {
  const first = all(CASES);
  assert.deepEqual(all(CASES), first);
  assert.deepEqual(all(CASES.toReversed()).toReversed(), first);
  // So many texts that all words are forgotten, more than once.
  for (let i = 0; i < 5_000; i++) previewTotals(payload(item({ vat_rate: `${i}`, measure_unit: `unit ${i}` })));
  assert.deepEqual(all(CASES), first);
});

test("so has a live basket, whose words are its own", () => {
  for (const options of OPTIONS) {
    for (const each of CASES) {
      const basket = new Basket(each, options);
      // In another order than the words were learnt in.
      for (let i = 0; i < basket.size; i++) basket.set(basket.size - 1 - i, each.items[basket.size - 1 - i]);
      assert.deepEqual([basket.totals, basket.issues], Object.values(previewTotals(each, options)));
      assert.deepEqual(basket.toPayload(), each);
      basket.dispose();
    }
  }
});

test("a text that is a part of a larger one is as good as any", () => {
  const large = "x".repeat(1_000) + "cubic_meter_per_hour https://shop.example/thanks/again" + "x".repeat(1_000);
  const part = (text) => large.slice(large.indexOf(text), large.indexOf(text) + text.length);
  const parts = { ...payload(item({ quantity: 1, measure_unit: part("cubic_meter_per_hour") })), redirect_url: part("https://shop.example/thanks/again") };
  for (let i = 0; i < 3; i++) assert.deepEqual(validatePayload(parts), { valid: true, issues: [] });
});

test("memory that grows while a word is learnt loses nothing", () => {
  const long = payload(...Array.from({ length: 50_000 }, (_, i) => item({ title: `Article ${i}`, vat_rate: i < 49_999 ? "20" : "5.5" })));
  const { totals } = previewTotals(long);
  assert.equal(totals.net, (50_000 * 32.97).toFixed(2));
  assert.deepEqual(totals.byRate.map(({ vatRate }) => vatRate), ["20", "5.5"]);
});
