// What was checked is what is sent, and that is what JSON.stringify makes of a payload, whatever it holds.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { PLACES, VALUES } from "./bad-payloads.mjs";
import { EXAMPLE, installed } from "./packed.mjs";

let api;
before(async () => {
  api = await installed();
});

/** What the call sends, and what it rejects with; the answer's amount is that of what was sent. */
async function created(payload) {
  const sent = {};
  const fetch = async (_url, { body }) => {
    sent.text = body;
    const { gross: value, currency } = api.previewTotals(JSON.parse(body)).totals;
    const link = { id: "1", url: "https://pay.qonto.com/1", amount: { value, currency } };
    return new Response(JSON.stringify({ payment_link: link }), { status: 201 });
  };
  const options = { fetch, retries: 0, amountCheck: "exact" };
  await api.createPaymentLink("tok_0123456789", payload, options).catch((error) => (sent.error = error));
  return sent;
}

/** The same of the text that JSON.stringify makes of it. */
async function expected(inner) {
  let text;
  try {
    text = JSON.stringify(inner);
  } catch {
    return { issues: ["not_serializable"] };
  }
  const wrapped = text === undefined ? { payment_link: undefined } : JSON.parse(`{"payment_link":${text}}`);
  const { valid, issues } = api.validatePayload(wrapped);
  return valid ? { text: `{"payment_link":${text}}` } : { issues: issues.map(({ code }) => code) };
}

async function compare(payload, what) {
  const inner = Object.hasOwn(payload ?? {}, "payment_link") ? payload.payment_link : payload;
  const { text, issues } = await expected(inner);
  const sent = await created(payload);
  assert.equal(sent.text, text, what);
  if (issues === undefined) assert.equal(sent.error, undefined, what);
  else assert.deepEqual(sent.error.issues.map(({ code }) => code), issues, what);
}

test("any value in any place", async () => {
  for (const [place, put] of Object.entries(PLACES)) {
    for (const [name, value] of Object.entries(VALUES)) {
      let payload;
      try {
        payload = put(value);
        Object.hasOwn(payload ?? {}, "payment_link");
      } catch {
        continue; // Nothing that has a field to look at.
      }
      await compare(payload, `${name} as ${place}`);
    }
  }
});

/** Numbers from 0 up to a limit, the same in each run. */
function numbers(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test("payloads with fields in any order, missing, too many, or of another kind", async () => {
  const number = numbers(7);
  const pick = (list) => list[number(list.length)];
  const shuffled = (fields) => {
    const entries = Object.entries(fields);
    for (let i = entries.length; i > 1; i--) entries.push(...entries.splice(number(i), 1));
    return Object.fromEntries(entries);
  };
  const odd = (fields) => {
    const name = pick([...Object.keys(fields), "measure_unit", "extra", "payment_link", "value", "items", "1"]);
    return { ...fields, [name]: pick([undefined, null, -1, -0, 0, 1.5, "", "x", true, [], ["x"], {}, { value: "1" }, NaN, () => 1]) };
  };
  const some = (fields, chance) => (number(chance) === 0 ? odd(fields) : number(2) ? shuffled(fields) : fields);
  for (let i = 0; i < 4_000; i++) {
    const items = Array.from({ length: 1 + number(3) }, () => {
      const item = {
        title: pick(["A", "Café", "\ud800", "a\u2028b"]), quantity: pick([1, 2, 0.5, 1e-7, 1e21]),
        unit_price: some({ value: pick(["10.99", "0.00", "-1.00"]), currency: pick(["EUR", "EUR", "USD"]) }, 8),
        vat_rate: pick(["21.0", "5.5", "0"]),
      };
      if (number(2)) item.type = pick(["good", "service"]);
      if (number(3) === 0) item.description = "text";
      if (number(3) === 0) item.measure_unit = "unit";
      return some(item, 6);
    });
    const payload = { potential_payment_methods: ["credit_card"], reusable: true, items };
    if (number(2)) payload.redirect_url = "https://shop.example/thanks";
    await compare(some(payload, 8), `payload ${i}`);
  }
});

test("fields that change while they are read", async () => {
  const counting = (fields) => {
    let reads = 0;
    return new Proxy(fields, { get: (target, name) => (name === "value" ? `${++reads}.00` : Reflect.get(target, name)) });
  };
  for (const change of [(price) => counting(price), (price) => Object.create(Object.prototype, {
    value: { enumerable: true, get: ((reads) => () => `${++reads}.00`)(0) }, currency: { enumerable: true, value: price.currency },
  })]) {
    const items = EXAMPLE.items.map((item) => ({ ...item, unit_price: change(item.unit_price) }));
    const { text, error } = await created({ ...EXAMPLE, items });
    assert.equal(error, undefined); // The amount is that of what was sent.
    assert.match(text, /"value":"[1-9]\.00"/);
  }
});

test("what scripts have given to all objects or lists", async () => {
  const lists = [Object.prototype, Array.prototype];
  const given = [
    ["type", { value: "good", enumerable: true }], ["type", { value: "good" }], ["extra", { value: 1, enumerable: true }],
    ["description", { value: "text" }], ["toJSON", { value() { return "changed"; } }],
    ["toJSON", { value() { return { ...this, reusable: false }; } }], ["redirect_url", { value: "https://shop.example" }],
  ];
  const [{ title, quantity, unit_price, vat_rate }] = EXAMPLE.items;
  const bare = { potential_payment_methods: ["credit_card"], reusable: true, items: [{ title, quantity, unit_price, vat_rate }] };
  const invoice = {
    invoice_id: "0196a0c8-5c5e-7b1c-9d53-6a1f2b3c4d5e", invoice_number: "F-1", debitor_name: "Ada",
    amount: { value: "13.30", currency: "EUR" }, potential_payment_methods: ["credit_card"],
  };
  for (const prototype of lists) {
    for (const [name, descriptor] of given) {
      Object.defineProperty(prototype, name, { configurable: true, writable: true, ...descriptor });
      try {
        for (const payload of [bare, invoice]) {
          const text = JSON.stringify(payload);
          const { text: sent, error } = await created(payload);
          const { valid } = api.validatePayload(JSON.parse(`{"payment_link":${text}}`));
          if (valid) assert.deepEqual([sent, error], [`{"payment_link":${text}}`, undefined], name);
          else assert.deepEqual([sent, error.code], [undefined, "validation"], name);
        }
      } finally {
        delete prototype[name];
      }
    }
  }
});

test("objects and lists that say themselves what their text is", async () => {
  const [line] = EXAMPLE.items;
  const other = { ...line, title: "Other" };
  const saying = (value, text) => Object.defineProperty(value, "toJSON", { value: () => text });
  class Lines extends Array {
    toJSON() {
      return [other, other];
    }
  }
  const proxy = new Proxy({ ...line }, { get: (target, name) => (name === "toJSON" ? () => other : target[name]) });
  for (const [what, payload] of Object.entries({
    payload: saying({ ...EXAMPLE }, { ...EXAMPLE, reusable: !EXAMPLE.reusable }),
    items: { ...EXAMPLE, items: saying([line], [other]) },
    "a list of a class": { ...EXAMPLE, items: Lines.from([line]) },
    methods: { ...EXAMPLE, potential_payment_methods: saying(["paypal"], ["ideal"]) },
    item: { ...EXAMPLE, items: [saying({ ...line }, other)] },
    proxy: { ...EXAMPLE, items: [proxy] },
    price: { ...EXAMPLE, items: [{ ...line, unit_price: saying({ ...line.unit_price }, { value: "9.00", currency: "EUR" }) }] },
  })) {
    await compare(payload, what);
  }
});
