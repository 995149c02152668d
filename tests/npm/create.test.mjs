// createPaymentLink from the packed package, against a server that records what it is sent.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { EXAMPLE, installed } from "./packed.mjs";

const TOKEN = "tok-secret-4f1c9a";
const LINK = {
  id: "0196a0c8-5c5e-7b1c-9d53-6a1f2b3c4d5e",
  status: "open",
  expiration_date: "2026-12-01T00:00:00.000Z",
  potential_payment_methods: ["credit_card"],
  amount: { value: "13.30", currency: "EUR" },
  resource_type: "Basket",
  items: EXAMPLE.items,
  reusable: true,
  created_at: "2026-11-24T00:00:00.000Z",
  url: "https://pay.qonto.com/payment-links/0196a0c8-5c5e-7b1c-9d53-6a1f2b3c4d5e",
  invoice_id: null,
  added_next_year: { kept: [1, "two", null] },
};

let api;
let baseUrl;
let requests = [];
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, url, headers } = request;
  const text = Buffer.concat(chunks).toString("utf8");
  requests.push({ method, url, headers, text, body: JSON.parse(text) });
  response.writeHead(201, { "content-type": "application/json", "x-tyk-trace-id": "trace-1" });
  response.end(JSON.stringify({ payment_link: LINK }));
});

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  baseUrl = `http://127.0.0.1:${server.address().port}`;
  api = await installed();
});
beforeEach(() => {
  requests = [];
});
after(() => {
  server.closeAllConnections();
  server.close();
});

test("one POST goes to /v2/payment_links with the token and the wrapped payload", async () => {
  await api.createPaymentLink(TOKEN, EXAMPLE, { baseUrl });
  assert.equal(requests.length, 1);
  const [{ method, url, headers, body }] = requests;
  assert.equal(method, "POST");
  assert.equal(url, "/v2/payment_links");
  assert.equal(headers.authorization, `Bearer ${TOKEN}`);
  assert.match(headers["content-type"], /^application\/json(; ?charset=utf-8)?$/i);
  assert.deepEqual(body, { payment_link: EXAMPLE });
});

test("a payload that is wrapped already is sent the same way", async () => {
  await api.createPaymentLink(TOKEN, { payment_link: EXAMPLE }, { baseUrl });
  assert.deepEqual(requests[0].body, { payment_link: EXAMPLE });
});

test("a payload in two wrappers is refused before anything is sent, however the second comes to be there", async () => {
  const wrapped = { payment_link: EXAMPLE };
  for (const payload of [{ payment_link: wrapped }, { toJSON: () => wrapped }, { payment_link: { toJSON: () => wrapped } }]) {
    await assert.rejects(api.createPaymentLink(TOKEN, payload, { baseUrl }), (error) => {
      const { issues } = api.validatePayload({ payment_link: wrapped });
      assert.deepEqual([error.code, error.issues], ["validation", issues]);
      return true;
    });
  }
  assert.deepEqual(requests, []);
});

test("the text that was validated is sent as it is, inside payment_link", async () => {
  for (const payload of [EXAMPLE, { payment_link: EXAMPLE }]) await api.createPaymentLink(TOKEN, payload, { baseUrl });
  const text = `{"payment_link":${JSON.stringify(EXAMPLE)}}`;
  assert.deepEqual(requests.map((request) => request.text), [text, text]);
});

test("the link is given back with the fields nobody knows yet", async () => {
  assert.deepEqual(await api.createPaymentLink(TOKEN, EXAMPLE, { baseUrl }), LINK);
});

test("a numeric vat_rate is refused before anything is sent", async () => {
  const payload = structuredClone(EXAMPLE);
  payload.items[0].vat_rate = 21;
  await assert.rejects(api.createPaymentLink(TOKEN, payload, { baseUrl }), (error) => {
    assert.ok(api.isPaymentLinkError(error));
    assert.ok(error instanceof Error);
    assert.equal(error.name, "PaymentLinkError");
    assert.equal(error.code, "validation");
    assert.ok(error.issues.some(({ pointer, severity }) => pointer === "/items/0/vat_rate" && severity === "error"));
    assert.ok(!`${error}${error.stack}${JSON.stringify(error)}`.includes(TOKEN));
    return true;
  });
  assert.deepEqual(requests, []);
});

test("a payload that is refused although it has totals is refused with the issues that validatePayload gives", async () => {
  const payload = { ...EXAMPLE, reusable: "yes", potential_payment_methods: [], items: [...EXAMPLE.items, { ...EXAMPLE.items[0], title: "" }] };
  const { issues } = api.validatePayload(payload);
  assert.equal(issues.length, 3);
  await assert.rejects(api.createPaymentLink(TOKEN, payload, { baseUrl }), (error) => {
    assert.deepEqual([error.code, error.issues], ["validation", issues]);
    return true;
  });
});

test("two links are created with two idempotency keys", async () => {
  await Promise.all([api.createPaymentLink(TOKEN, EXAMPLE, { baseUrl }), api.createPaymentLink(TOKEN, EXAMPLE, { baseUrl })]);
  const keys = requests.map(({ headers }) => headers["x-qonto-idempotency-key"]);
  assert.match(keys[0], /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(keys[0], keys[1]);
});

test("where there is no crypto.randomUUID, as in a page without https, the keys are UUIDs as well", async () => {
  const { randomUUID } = crypto;
  crypto.randomUUID = undefined;
  try {
    for (let i = 0; i < 50; i++) await api.createPaymentLink(TOKEN, EXAMPLE, { baseUrl });
  } finally {
    crypto.randomUUID = randomUUID;
  }
  const keys = requests.map(({ headers }) => headers["x-qonto-idempotency-key"]);
  for (const key of keys) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(keys).size, 50);
});

test("a payload with text of every kind arrives as it was", async () => {
  const payload = structuredClone(EXAMPLE);
  payload.items[0].title = 'Crème brûlée "à la carte" 😀 \u2028\\ 日本';
  await api.createPaymentLink(TOKEN, payload, { baseUrl });
  assert.deepEqual(requests[0].body, { payment_link: payload });
});

test("characters of the caller's that the module uses for a text of its own stand for themselves", async () => {
  for (const rounding of ["\u0001S", "\u0001é", "\u0001"]) {
    const message = `expected the option \`rounding\` to be one of \`line\`, \`rate\`, \`total\`, \`unit\`, received \`${rounding}\``;
    assert.throws(() => api.previewTotals(EXAMPLE, { rounding }), { name: "TypeError", message });
    await assert.rejects(api.createPaymentLink(TOKEN, EXAMPLE, { baseUrl, rounding }), { name: "TypeError", message });
  }
});

test("characters of the API's that the module uses for a text of its own stand for themselves", async () => {
  const detail = "\u00010 refused \u0001";
  const fetch = async () => new Response(JSON.stringify({ errors: [{ code: "invalid", detail }] }), { status: 400 });
  await assert.rejects(api.createPaymentLink(TOKEN, EXAMPLE, { baseUrl, fetch }), (error) => {
    assert.deepEqual(error.errors, [{ code: "invalid", detail }]);
    assert.ok(error.message.endsWith(detail), error.message);
    return true;
  });
});
