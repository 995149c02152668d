// Payloads that no program should send: one of each kind of value, and each place of a payload it can stand in.
import { EXAMPLE } from "./example.mjs";

const boom = () => {
  throw new Error("boom");
};
export const hostile = (target) => new Proxy(target, {
  get: boom, has: boom, ownKeys: boom, getOwnPropertyDescriptor: boom, getPrototypeOf: boom,
});
export const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};
export const getter = (object, name) => Object.defineProperty({ ...object }, name, { get: boom, enumerable: true });
const cycle = (object) => {
  const result = { ...object };
  result.self = result;
  return result;
};
export const item = (changes) => ({ ...EXAMPLE, items: [{ ...EXAMPLE.items[0], ...changes }] });
export const price = (unit_price) => item({ unit_price });

/** One of each kind of value; each is tried as payload, as wrapper and in each place of a payload. */
export const VALUES = {
  undefined,
  null: null,
  true: true,
  zero: 0,
  "minus zero": -0,
  NaN,
  Infinity,
  "2^53": 2 ** 53,
  "the smallest number": Number.MIN_VALUE,
  "the largest number": Number.MAX_VALUE,
  BigInt: 10n,
  "a large BigInt": 10n ** 400n,
  symbol: Symbol("s"),
  "empty string": "",
  string: "abc",
  "a lone high surrogate": "\ud800",
  "a lone low surrogate": "a\udc00b",
  "NUL": "\0",
  "a number in a string": "1e400",
  "a String object": new String("21.0"),
  "a Number object": new Number(1),
  function: () => 1,
  class: class A {},
  "an empty object": {},
  "an object without a prototype": Object.create(null),
  "an empty array": [],
  "a sparse array": new Array(5),
  "a nested array": [[[[]]]],
  date: new Date(0),
  "an invalid date": new Date(NaN),
  regex: /a/,
  map: new Map([["items", []]]),
  set: new Set([1]),
  "a weak map": new WeakMap(),
  "a typed array": new Float64Array(3),
  "an array buffer": new ArrayBuffer(8),
  promise: Promise.resolve(1),
  error: new Error("e"),
  "a Proxy that throws": hostile({}),
  "a Proxy of an array that throws": hostile([]),
  "a Proxy of a function that throws": hostile(() => 1),
  "a revoked Proxy": revoked({}),
  "a revoked Proxy of an array": revoked([]),
  "an array-like with a huge length": { length: 2 ** 53 - 1 },
  "an own __proto__ key": JSON.parse('{"__proto__": {"items": []}}'),
  "a throwing toString, valueOf and toJSON": { toString: boom, valueOf: boom, toJSON: boom, [Symbol.toPrimitive]: boom },
  "a cycle": cycle({}),
  globalThis,
};

/** Where a value can stand. */
export const PLACES = {
  "the payload": (value) => value,
  "the wrapper": (value) => ({ payment_link: value }),
  items: (value) => ({ ...EXAMPLE, items: value }),
  "an item": (value) => ({ ...EXAMPLE, items: [EXAMPLE.items[0], value] }),
  title: (value) => item({ title: value }),
  quantity: (value) => item({ quantity: value }),
  unit_price: (value) => price(value),
  "unit_price.value": (value) => price({ value, currency: "EUR" }),
  "unit_price.currency": (value) => price({ value: "1.00", currency: value }),
  vat_rate: (value) => item({ vat_rate: value }),
  type: (value) => item({ type: value }),
  description: (value) => item({ description: value }),
  measure_unit: (value) => item({ measure_unit: value }),
  reusable: (value) => ({ ...EXAMPLE, reusable: value }),
  potential_payment_methods: (value) => ({ ...EXAMPLE, potential_payment_methods: value }),
  "a payment method": (value) => ({ ...EXAMPLE, potential_payment_methods: [value] }),
  redirect_url: (value) => ({ ...EXAMPLE, redirect_url: value }),
  amount: (value) => ({ ...INVOICE, amount: value }),
  invoice_id: (value) => ({ ...INVOICE, invoice_id: value }),
  "an unknown field": (value) => ({ ...EXAMPLE, unknown_field: value }),
};
const INVOICE = {
  invoice_id: "0196a0c8-5c5e-7b1c-9d53-6a1f2b3c4d5e",
  invoice_number: "F-1",
  debitor_name: "Ada",
  amount: { value: "13.30", currency: "EUR" },
  potential_payment_methods: ["credit_card"],
};
