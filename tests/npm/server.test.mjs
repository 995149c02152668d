// The proxy handler from the packed package, in front of a fake Qonto: what it lets through, what it refuses,
// what it tells the page, and what the page makes of it.
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { COMPILES, EXAMPLE, PACKAGE, ROOT, installed, project, run } from "./packed.mjs";

// Node 18 has it behind a flag.
globalThis.crypto ??= webcrypto;
const { createPaymentLink, createPaymentLinkHandler, isPaymentLinkError, validatePayload } = await installed(`export * from "${PACKAGE}/server";`);

const TOKEN = `tok_${"Zq9xK2".repeat(6)}`;
const STAGING = `stg_${"Mw4rT8".repeat(5)}`;
const SECRETS = [TOKEN, STAGING];
const SHOP = "https://shop.example";
const URL_ = `${SHOP}/api/v2/payment_links`;
const KEY = "0b6f6a52-6b0c-4c38-9a5a-3c1f7f0d2a11";
const LINK = { id: "1", url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" }, new_field: [1] };

/** A Qonto that answers as told and keeps what it was asked. */
function qonto(answer = () => new Response(JSON.stringify({ payment_link: LINK }), { status: 201 })) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, headers: new Headers(init.headers), body: JSON.parse(init.body), text: init.body });
    return answer(url, init);
  };
  return { fetch, requests };
}

const SETTINGS = {
  token: TOKEN, stagingToken: STAGING, baseUrl: "https://qonto.example", allowedOrigins: [SHOP, "http://localhost:5173"], maxItems: 3,
};

/** A handler, the Qonto behind it, and what it told the shop. */
function shop(options = {}, answer) {
  const { fetch, requests } = qonto(answer);
  const errors = [];
  const handler = createPaymentLinkHandler({ ...SETTINGS, fetch, onError: (error) => errors.push(error), ...options });
  return { handler, requests, errors };
}

function request({ method = "POST", url = URL_, headers = {}, body = EXAMPLE, origin = SHOP, ...init } = {}) {
  const all = new Headers({ "Content-Type": "application/json", ...(origin && { Origin: origin }), ...headers });
  for (const [name, value] of [...all]) if (value === "undefined") all.delete(name);
  const hasBody = method !== "GET" && method !== "HEAD" && method !== "OPTIONS" && body !== null;
  return new Request(url, {
    method, headers: all, ...(hasBody && { body: typeof body === "string" || ArrayBuffer.isView(body) || body instanceof ReadableStream ? body : JSON.stringify(body) }), ...init,
  });
}

/** The answer, of which all must hold: no secret, not to be stored, JSON, and an error's form. */
async function answer(handler, ...args) {
  const response = await handler(...args);
  const text = await response.text();
  const shown = text + JSON.stringify([...response.headers]);
  for (const secret of SECRETS) assert.ok(!shown.includes(secret), shown);
  assert.equal(response.headers.get("cache-control"), "no-store");
  const body = text === "" ? undefined : JSON.parse(text);
  if (body !== undefined) {
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  }
  if (response.status >= 400) {
    assert.equal(body.name, "PaymentLinkError");
    assert.equal(typeof body.maybeCreated, "boolean");
    assert.ok(body.message);
  }
  return { status: response.status, headers: response.headers, body };
}

/** Refused by the handler itself: nothing reached Qonto, and no link can exist. */
async function refused(setting, args, status, code) {
  const { handler, requests, errors } = setting;
  const given = await answer(handler, args instanceof Request ? args : request(args));
  assert.deepEqual([given.status, given.body.code, given.body.maybeCreated], [status, code, false], given.body.message);
  assert.deepEqual(requests, []);
  if (status < 500) assert.deepEqual(errors, []);
  return given;
}

test("a link is created with the token, for what the page sent, and comes back whole", async () => {
  const { handler, requests, errors } = shop();
  for (const body of [EXAMPLE, { payment_link: EXAMPLE }]) {
    const { status, body: given, headers } = await answer(handler, request({ body }));
    assert.deepEqual([status, given], [201, { payment_link: LINK }]);
    assert.equal(headers.get("access-control-allow-origin"), SHOP);
    assert.match(headers.get("vary"), /origin/i);
  }
  assert.equal(requests.length, 2);
  for (const { url, headers, body } of requests) {
    assert.equal(url, "https://qonto.example/v2/payment_links");
    assert.equal(headers.get("authorization"), `Bearer ${TOKEN}`);
    assert.equal(headers.get("x-qonto-staging-token"), STAGING);
    assert.deepEqual(body, { payment_link: EXAMPLE });
  }
  assert.deepEqual(errors, []);
});

test("a token comes from a function too, and one that fails is unauthorized", async () => {
  const { handler, requests } = shop({ token: async () => TOKEN });
  assert.equal((await answer(handler, request())).status, 201);
  assert.equal(requests[0].headers.get("authorization"), `Bearer ${TOKEN}`);
  for (const token of [() => { throw new Error(TOKEN); }, async () => "", () => undefined]) {
    const other = shop({ token });
    const { status, body } = await answer(other.handler, request());
    assert.deepEqual([status, body.code, body.maybeCreated], [502, "unauthorized", false]);
    assert.equal(other.errors.length, 1);
    assert.deepEqual(other.requests, []);
  }
});

test("the page's idempotency key is Qonto's, on every try; without one each link has a fresh one", async () => {
  let tries = 0;
  const { handler, requests } = shop({}, () => tries++ === 0
    ? new Response("", { status: 429, headers: { "retry-after": "0" } })
    : new Response(JSON.stringify({ payment_link: LINK }), { status: 201 }));
  await answer(handler, request({ headers: { "X-Qonto-Idempotency-Key": KEY } }));
  await answer(handler, request());
  await answer(handler, request());
  const keys = requests.map(({ headers }) => headers.get("x-qonto-idempotency-key"));
  assert.deepEqual(keys.slice(0, 2), [KEY, KEY]);
  assert.equal(new Set(keys.slice(2)).size, 2);
  for (const key of ["a b", "", " ", "é", "x".repeat(129), `${KEY}, ${KEY}`]) {
    await refused(shop(), { headers: { "X-Qonto-Idempotency-Key": key } }, 400, "rejected");
  }
  assert.equal((await answer(shop().handler, request({ headers: { "X-Qonto-Idempotency-Key": "order:42/7" } }))).status, 201);
});

for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
  test(`${method} is 405, and POST is named`, async () => {
    const { handler } = shop();
    const response = await handler(request({ method }));
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "POST"]);
    assert.equal(response.headers.get("cache-control"), "no-store");
  });
}

for (const type of ["undefined", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json-patch+json", "application/jsonx", "text/plain, application/json"]) {
  test(`the content type ${type} is 415`, async () => {
    await refused(shop(), { headers: { "Content-Type": type }, body: new TextEncoder().encode("{}") }, 415, "rejected");
  });
}

for (const type of ["application/json", "Application/JSON", "application/json;charset=utf-8", "application/json ; charset=UTF-8"]) {
  test(`the content type ${type} is taken`, async () => {
    assert.equal((await answer(shop().handler, request({ headers: { "Content-Type": type } }))).status, 201);
  });
}

for (const [name, options, args, allowed] of [
  ["a listed one", {}, {}, true],
  ["another listed one", {}, { origin: "http://localhost:5173" }, true],
  ["no page's", {}, { origin: null }, true],
  ["no page's, for the same origin", { allowedOrigins: "same-origin" }, { origin: null }, true],
  ["the request's own", { allowedOrigins: "same-origin" }, {}, true],
  ["another's", {}, { origin: "https://evil.example" }, false],
  ["another's, for the same origin", { allowedOrigins: "same-origin" }, { origin: "https://evil.example" }, false],
  ["the request's own, which is not listed", { allowedOrigins: ["https://other.example"] }, {}, false],
  ["null", {}, { origin: "null" }, false],
  ["null, for the same origin", { allowedOrigins: "same-origin" }, { origin: "null" }, false],
  ["of another scheme", {}, { origin: "http://shop.example" }, false],
  ["of another port", {}, { origin: "https://shop.example:8443" }, false],
  ["a longer name", {}, { origin: "https://shop.example.evil.example" }, false],
  ["a subdomain", {}, { origin: "https://www.shop.example" }, false],
  ["in upper case", {}, { origin: "HTTPS://SHOP.EXAMPLE" }, false],
  ["with a path", {}, { origin: `${SHOP}/` }, false],
  ["two", {}, { origin: `${SHOP}, https://evil.example` }, false],
  ["not named by a browser that says another site asks", {}, { origin: null, headers: { "Sec-Fetch-Site": "cross-site" } }, false],
  ["not named by a browser on a neighbour", {}, { origin: null, headers: { "Sec-Fetch-Site": "same-site" } }, false],
  ["not named by a browser on the same origin", {}, { origin: null, headers: { "Sec-Fetch-Site": "same-origin" } }, true],
]) {
  test(`an origin that is ${name} is ${allowed ? "let through" : "403, without CORS headers"}`, async () => {
    const setting = shop(options);
    if (allowed) {
      const { status, headers } = await answer(setting.handler, request(args));
      assert.equal(status, 201);
      assert.equal(headers.get("access-control-allow-origin"), options.allowedOrigins || args.origin === null ? null : (args.origin ?? SHOP));
    } else {
      const { headers } = await refused(setting, args, 403, "forbidden");
      assert.equal(headers.get("access-control-allow-origin"), null);
    }
  });
}

test("a preflight of an allowed origin says what a page may send, and another's is 403", async () => {
  const { handler, requests } = shop({ rateLimit: () => assert.fail("a preflight is no request for a link") });
  const { status, headers, body } = await answer(handler, request({ method: "OPTIONS", headers: { "Access-Control-Request-Method": "POST" } }));
  assert.deepEqual([status, body], [204, undefined]);
  assert.equal(headers.get("access-control-allow-origin"), SHOP);
  assert.equal(headers.get("access-control-allow-methods"), "POST");
  assert.match(headers.get("access-control-allow-headers"), /content-type.*x-qonto-idempotency-key/i);
  assert.equal(headers.get("access-control-allow-credentials"), null);
  const other = await answer(handler, request({ method: "OPTIONS", origin: "https://evil.example" }));
  assert.deepEqual([other.status, other.headers.get("access-control-allow-origin")], [403, null]);
  assert.deepEqual(requests, []);
});

test("an error has the CORS headers as well, so that a page can read it", async () => {
  const { headers } = await answer(shop().handler, request({ body: "{" }));
  assert.equal(headers.get("access-control-allow-origin"), SHOP);
  assert.equal(headers.get("access-control-expose-headers"), "Retry-After");
});

const LIMIT = 8192 + 3 * 4096;

test("a body of the longest length is taken, and one byte more is 413", async () => {
  const body = (bytes) => JSON.stringify(EXAMPLE).padEnd(bytes);
  assert.equal((await answer(shop().handler, request({ body: body(LIMIT) }))).status, 201);
  await refused(shop(), { body: body(LIMIT + 1) }, 413, "rejected");
});

test("a body that says it is too long is not read, and one that says nothing is read no further than the limit", async () => {
  const stream = (pull) => new ReadableStream({ pull }, { highWaterMark: 0 });
  let pulled = 0;
  let cancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => { pulled++; controller.enqueue(new Uint8Array(1024)); },
    cancel: () => { cancelled = true; },
  }, { highWaterMark: 0 });
  await refused(shop(), { body: endless, duplex: "half" }, 413, "rejected");
  assert.ok(pulled <= LIMIT / 1024 + 2 && cancelled, String(pulled));
  const declared = request({ body: stream(() => assert.fail("it was read")), duplex: "half" });
  declared.headers.set("Content-Length", String(LIMIT + 1));
  await refused(shop(), declared, 413, "rejected");
});

test("a body that breaks off, or is no text, is 400", async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error(TOKEN)) }, { highWaterMark: 0 });
  await refused(shop(), { body: broken, duplex: "half" }, 400, "rejected");
  await refused(shop(), { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400, "rejected");
  await refused(shop(), { body: new Uint8Array([0x22, 0xe2, 0x82]) }, 400, "rejected");
});

const never = () => new Promise(() => {});
for (const [name, options, args, status, code] of [
  ["a body that stops coming", {}, { body: new ReadableStream({ pull: never }, { highWaterMark: 0 }), duplex: "half" }, 408, "rejected"],
  ["a rate limit that never answers", { rateLimit: never }, {}, 500, "server"],
  ["a catalogue that never answers", { price: never }, {}, 500, "server"],
]) {
  test(`${name} is ${status} after half a minute`, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const refusal = refused(shop(options), args, status, code);
    for (let i = 0; i < 100; i++) await Promise.resolve();
    t.mock.timers.tick(29_999);
    assert.equal(await Promise.race([refusal, new Promise((resolve) => setImmediate(resolve, "waiting"))]), "waiting");
    t.mock.timers.tick(1);
    await refusal;
  });
}

test("text in pieces that cut a character is read whole", async () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...EXAMPLE, items: [{ ...EXAMPLE.items[0], title: "Thé € 😀" }] }));
  const pieces = new ReadableStream({ start(controller) { for (const byte of bytes) controller.enqueue(Uint8Array.of(byte)); controller.close(); } });
  const { handler, requests } = shop();
  assert.equal((await answer(handler, request({ body: pieces, duplex: "half" }))).status, 201);
  assert.equal(requests[0].body.payment_link.items[0].title, "Thé € 😀");
});

for (const body of ["", "{", "undefined", "{'a':1}", "[1,]", "\u0000", "NaN"]) {
  test(`the body ${JSON.stringify(body)} is 400`, async () => {
    await refused(shop(), { body }, 400, "rejected");
  });
}

for (const body of ["null", "[]", "1", '"text"', "{}", '{"payment_link":null}', '{"__proto__":{"items":[]}}', '{"payment_link":{"payment_link":{}}}', "[".repeat(9000) + "]".repeat(9000), '{"items":{"length":1}}']) {
  for (const price of [undefined, () => null]) {
    test(`the body ${body.slice(0, 40)} is 422${price ? ", with a catalogue too" : ""}`, async () => {
      const { body: given } = await refused(shop({ price }), { body }, 422, "validation");
      assert.ok(given.issues.length > 0);
      assert.equal({}.items, undefined);
    });
  }
}

test("a payload with errors is 422 with every issue, in the form the module gives them", async () => {
  const { body } = await refused(shop(), { body: { ...EXAMPLE, reusable: "yes", potential_payment_methods: [] } }, 422, "validation");
  assert.deepEqual(body.issues.map(({ pointer }) => pointer), ["/potential_payment_methods", "/reusable"]);
  assert.equal(body.status, undefined);
});

test("a payload in two wrappers is refused, whatever stands in them", async () => {
  const setting = shop();
  for (const items of [EXAMPLE.items, Array(4).fill(EXAMPLE.items[0])]) {
    const body = { payment_link: { payment_link: { ...EXAMPLE, items } } };
    const answer = await refused(setting, { body }, 422, "validation");
    assert.deepEqual(answer.body.issues.map(({ code }) => code), validatePayload(body).issues.map(({ code }) => code));
  }
});

test("maxItems items are taken, and one more is 422", async () => {
  const items = (count) => ({ ...EXAMPLE, items: Array(count).fill({ ...EXAMPLE.items[0], unit_price: { value: "0.00", currency: "EUR" } }) });
  assert.equal((await answer(shop({ amountCheck: "off" }).handler, request({ body: items(3) }))).status, 201);
  for (const body of [items(4), { payment_link: items(4) }]) {
    const { body: given } = await refused(shop({ price: () => assert.fail("no price is asked for") }), { body }, 422, "validation");
    assert.deepEqual(given.issues, [{
      path: ["items"], pointer: "/items", code: "too_many_entries", severity: "error",
      message: "expected at most 3 entries, received 4", params: { max: 3, count: 4 },
    }]);
  }
});

const CATALOGUE = new Map([["tea", { title: "Tea", unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "21.0" }]]);
const price = ({ sku }) => CATALOGUE.get(sku);
const basket = (...items) => ({ reusable: false, potential_payment_methods: ["credit_card"], items });

test("with a catalogue, a page sets no price, rate, title or further field", async () => {
  const { handler, requests } = shop({ price });
  const item = { sku: "tea", quantity: 1, title: "Cheap tea", unit_price: { value: "0.01", currency: "EUR" }, vat_rate: "0", description: "As drunk", extra: 1, __proto__: { polluted: 1 } };
  const { status } = await answer(handler, request({ body: { ...basket(item), discount: "100", amount: { value: "1.00", currency: "EUR" }, invoice_id: "x" } }));
  assert.equal(status, 201);
  assert.deepEqual(requests[0].body, { payment_link: basket({ title: "Tea", quantity: 1, description: "As drunk", ...CATALOGUE.get("tea") }) });
});

test("with a catalogue, a page need not name prices at all", async () => {
  const { handler, requests } = shop({ price: async (item) => price(item) });
  assert.equal((await answer(handler, request({ body: basket({ sku: "tea", quantity: 1 }) }))).status, 201);
  assert.deepEqual(requests[0].body.payment_link.items, [{ title: "Tea", quantity: 1, ...CATALOGUE.get("tea") }]);
});

test("the catalogue is asked for each item with its place, and cannot change what the page sent", async () => {
  const asked = [];
  const { handler } = shop({ amountCheck: "off", price: (item, index) => { asked.push([item.sku, index]); delete item.quantity; return CATALOGUE.get("tea"); } });
  assert.equal((await answer(handler, request({ body: basket({ sku: "a", quantity: 1 }, { sku: "b", quantity: 2 }) }))).status, 201);
  assert.deepEqual(asked, [["a", 0], ["b", 1]]);
});

test("what the catalogue does not have is 422, item by item", async () => {
  for (const none of [null, undefined]) {
    const setting = shop({ price: async ({ sku }) => { await (sku === "x" && new Promise((resolve) => setImmediate(resolve))); return CATALOGUE.get(sku) ?? none; } });
    const { body } = await refused(setting, { body: basket({ sku: "x", quantity: 1 }, { sku: "tea", quantity: 1 }, { quantity: 1 }) }, 422, "validation");
    assert.deepEqual(body.issues.map(({ code, severity, path, pointer }) => [code, severity, path, pointer]), [
      ["not_for_sale", "error", ["items", 0], "/items/0"], ["not_for_sale", "error", ["items", 2], "/items/2"],
    ]);
  }
});

test("of more than 100 items that are not for sale, it says how many more there are", async () => {
  const setting = shop({ price: () => null, maxItems: 200 });
  const { body } = await refused(setting, { body: basket(...Array(130).fill({ quantity: 1 })) }, 422, "validation");
  assert.equal(body.issues.length, 101);
  const { code, severity, params, pointer } = body.issues.at(-1);
  assert.deepEqual([code, severity, params, pointer], ["more_issues", "error", { max: 100, count: 30 }, ""]);
});

test("a hundredth of an item is not for sale, unless the catalogue says so itself", async () => {
  const part = { body: basket({ sku: "tea", quantity: 0.01 }) };
  const { body } = await refused(shop({ price }), part, 422, "validation");
  assert.deepEqual(body.issues.map(({ code, pointer }) => [code, pointer]), [["not_for_sale", "/items/0/quantity"]]);
  const { handler, requests } = shop({ amountCheck: "off", price: ({ quantity }) => ({ ...CATALOGUE.get("tea"), quantity: Number(quantity) }) });
  assert.equal((await answer(handler, request(part))).status, 201);
  assert.equal(requests[0].body.payment_link.items[0].quantity, 0.01);
});

test("with a catalogue, a quantity of nothing or less is 422", async () => {
  for (const quantity of [0, -1, "1", null, undefined, 1e30]) {
    await refused(shop({ price }), { body: basket({ sku: "tea", quantity }) }, 422, "validation");
  }
});

test("with a catalogue, an invoice is refused: a page would set its amount", async () => {
  const invoice = {
    invoice_id: KEY, invoice_number: "F-1", debitor_name: "ACME", amount: { value: "0.01", currency: "EUR" }, potential_payment_methods: ["credit_card"],
  };
  assert.equal((await answer(shop({ amountCheck: "off" }).handler, request({ body: invoice }))).status, 201);
  const { body } = await refused(shop({ price }), { body: invoice }, 422, "validation");
  assert.deepEqual(body.issues.map(({ code, pointer }) => [code, pointer]), [["required", "/items"]]);
});

for (const [name, wrong] of [
  ["throws", () => { throw new Error(`${TOKEN} in the catalogue`); }], ["rejects", async () => { throw undefined; }],
  ["gives a text", () => "10.99"], ["gives a number", () => 10.99], ["gives an amount", () => ({ value: "10.99", currency: "EUR" })],
  ["gives no rate", () => ({ unit_price: { value: "10.99", currency: "EUR" } })], ["gives a rate that is a number", () => ({ ...CATALOGUE.get("tea"), vat_rate: 21 })],
  ["gives a price without a currency", () => ({ unit_price: { value: "10.99" }, vat_rate: "21" })], ["gives a prototype", () => Object.prototype],
]) {
  test(`a catalogue that ${name} is 500, and the shop is told`, async () => {
    const setting = shop({ price: wrong });
    await refused(setting, { body: basket({ sku: "tea", quantity: 1 }) }, 500, "server");
    assert.equal(setting.errors.length, 1);
  });
}

for (const [name, rateLimit, status, retryAfter] of [
  ["true", () => true, 201], ["nothing", () => undefined, 201], ["a promise of true", async () => true, 201],
  ["false", () => false, 429, null], ["a promise of false", async () => false, 429, null],
  ["seconds to wait", () => ({ retryAfterSeconds: 7 }), 429, "7"], ["parts of a second", async () => ({ retryAfterSeconds: 0.2 }), 429, "1"],
]) {
  test(`a rate limit that gives ${name} is ${status}`, async () => {
    const setting = shop({ rateLimit });
    if (status === 201) return assert.equal((await answer(setting.handler, request())).status, 201);
    const { headers, body } = await refused(setting, {}, 429, "rate_limited");
    assert.equal(headers.get("retry-after"), retryAfter);
    if (retryAfter) assert.equal(Math.ceil(body.retryAfterMs / 1000), Number(retryAfter));
  });
}

test("a rate limit is asked before the body is read, with the request", async () => {
  let seen;
  const setting = shop({ rateLimit: (request) => { seen = request.headers.get("cf-connecting-ip"); return false; } });
  await refused(setting, { headers: { "CF-Connecting-IP": "192.0.2.1" }, body: new ReadableStream({ pull: () => assert.fail("it was read") }, { highWaterMark: 0 }), duplex: "half" }, 429, "rate_limited");
  assert.equal(seen, "192.0.2.1");
});

test("a rate limit's own answer is the answer, with the CORS headers and not to be stored", async () => {
  const { handler, requests } = shop({ rateLimit: () => new Response("log in", { status: 401, headers: { "WWW-Authenticate": "Basic", "Cache-Control": "public" } }) });
  const response = await handler(request());
  assert.deepEqual([response.status, await response.text(), response.headers.get("www-authenticate")], [401, "log in", "Basic"]);
  assert.deepEqual([response.headers.get("cache-control"), response.headers.get("access-control-allow-origin")], ["no-store", SHOP]);
  assert.deepEqual(requests, []);
});

for (const [name, rateLimit] of [
  ["throws", () => { throw new Error(TOKEN); }], ["rejects", async () => { throw undefined; }], ["gives null", () => null], ["gives a number", () => 0],
  ["gives another limiter's object", () => ({ success: false })], ["gives a wait that is no number", () => ({ retryAfterSeconds: "7" })],
  ["gives a wait without end", () => ({ retryAfterSeconds: Infinity })], ["reads the body", async (request) => { await request.text(); return true; }],
]) {
  test(`a rate limit that ${name} is 500: nobody is let through by mistake`, async () => {
    const setting = shop({ rateLimit });
    await refused(setting, {}, 500, "server");
    assert.equal(setting.errors.length, 1);
  });
}

const DETAIL = "the IBAN FR7616798000010000005663951 of membership 4711";
const said = (status, body = { errors: [{ code: "invalid", detail: DETAIL, source: { pointer: "/items/0" } }], trace_id: "trace-4711" }, headers = {}) =>
  () => new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: { "x-tyk-trace-id": "trace-4711", ...headers } });

for (const [name, upstream, status, code, maybeCreated, retryAfter = null] of [
  ["400", said(400), 502, "rejected", false], ["401", said(401), 502, "unauthorized", false], ["403", said(403), 502, "forbidden", false],
  ["404", said(404), 502, "not_found", false], ["422", said(422), 502, "rejected", false], ["429", said(429, DETAIL, { "retry-after": "9" }), 429, "rate_limited", false, "9"],
  ["429 without a time", said(429, ""), 429, "rate_limited", false],
  ["not connected", said(400, { errors: [{ detail: `connection with the provider does not exist, ${DETAIL}` }] }), 502, "not_connected", false],
  ["500", said(500), 502, "server", true], ["503", said(503, DETAIL), 502, "server", true],
  ["503 with a time", said(503, DETAIL, { "retry-after": "5" }), 503, "server", false, "5"],
  ["a redirect", said(302, "", { location: "https://elsewhere.example" }), 502, "bad_answer", false],
  ["a web page", said(201, `<html>${DETAIL}`), 502, "bad_answer", true], ["no link", said(201, { payment_link: { id: DETAIL } }), 502, "bad_answer", true],
  ["a broken connection", () => { throw Object.assign(new Error(`${DETAIL} ${TOKEN}`), { cause: { code: "ECONNRESET" } }); }, 502, "network", true],
  ["no connection", () => { throw Object.assign(new Error(DETAIL), { cause: { code: "ECONNREFUSED" } }); }, 502, "network", false],
  ["no answer", () => new Promise(() => {}), 504, "timeout", true],
]) {
  test(`Qonto's ${name} is ${status} ${code}; what Qonto said is for the shop alone`, async () => {
    const { handler, errors } = shop({ retries: 0, timeoutMs: 100 }, upstream);
    const { body, headers, ...given } = await answer(handler, request());
    assert.deepEqual([given.status, body.code, body.maybeCreated, headers.get("retry-after")], [status, code, maybeCreated, retryAfter]);
    const shown = JSON.stringify([body, [...headers]]);
    for (const secret of ["IBAN", "4711", "trace", "elsewhere"]) assert.ok(!shown.includes(secret), shown);
    assert.deepEqual(Object.keys(body).filter((field) => !["name", "code", "message", "maybeCreated", "retryAfterMs"].includes(field)), []);
    if (maybeCreated) assert.match(body.message, /look whether the link exists/);
    assert.equal(errors.length, 1);
    assert.ok(isPaymentLinkError(errors[0]) && errors[0].code === code);
    if (typeof upstream === "function" && name === "400") {
      assert.equal(errors[0].traceId, "trace-4711");
      assert.equal(errors[0].errors[0].detail, DETAIL);
    }
  });
}

test("a server that cannot start the module answers 500, and tells the shop why", async () => {
  const dir = await project({
    "main.mjs": `
      import { isPaymentLinkError } from "${PACKAGE}";
      import { createPaymentLinkHandler } from "${PACKAGE}/server";
      // The module is compiled, its twin looks at its memory.
      WebAssembly.Module = globalThis.Int8Array = function () { throw new RangeError("no memory"); };
      const errors = [];
      const handler = createPaymentLinkHandler({ token: "tok_123456", allowedOrigins: "same-origin", maxItems: 5, onError: (error) => errors.push(error), fetch: () => { throw new Error("sent"); } });
      const request = new Request("https://shop.example", { method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(JSON.stringify(EXAMPLE))} });
      const answer = await handler(request);
      const { code, message, maybeCreated } = await answer.json();
      console.log(answer.status, code, message, maybeCreated, errors.map((error) => [isPaymentLinkError(error), error.code, error.cause.message]).join());`,
  });
  assert.equal(await run(process.execPath, ["main.mjs"], { cwd: dir }), "500 unavailable the shop cannot make payment links now false true,unavailable,no memory\n");
});

test("an amount that is another comes with the link, which exists, and both amounts", async () => {
  const { handler, errors } = shop({}, () => new Response(JSON.stringify({ payment_link: { ...LINK, amount: { value: "241.78", currency: "EUR" } } }), { status: 201 }));
  const { status, body } = await answer(handler, request());
  assert.deepEqual([status, body.code, body.maybeCreated, body.link.id], [502, "amount_mismatch", true, "1"]);
  assert.match(body.message, /13\.30 EUR.*241\.78 EUR/);
  assert.equal(errors[0].code, "amount_mismatch");
});

test("the shop is told of what is its own, and not of what is the page's", async () => {
  const { handler, errors } = shop({}, said(400));
  await answer(handler, request({ body: "{" }));
  await answer(handler, request({ body: {} }));
  await answer(handler, request({ origin: "https://evil.example" }));
  assert.deepEqual(errors, []);
  await answer(handler, request());
  assert.equal(errors.length, 1);
});

test("what the shop's own function for errors does changes no answer", async () => {
  for (const onError of [() => { throw new Error("x"); }, async () => { throw new Error("x"); }, () => new Promise(() => {}), undefined]) {
    assert.equal((await answer(shop({ onError }, said(400)).handler, request())).status, 502);
  }
});

test("an option that only createPaymentLink can judge is 500 with the first link, and the shop is told why", async () => {
  for (const option of [{ baseUrl: "http://qonto.example" }, { retries: 99 }, { rounding: "up" }, { token: "a b" }, { headers: { Authorization: "x" } }]) {
    const setting = shop(option);
    await refused(setting, {}, 500, "server");
    assert.ok(setting.errors[0] instanceof TypeError);
  }
});

test("options of createPaymentLink are passed on", async () => {
  const seen = [];
  const { handler, requests } = shop({ headers: { "X-Shop": "1" }, onResponse: ({ status }) => seen.push(status), vatRates: "fraction" });
  const body = { ...EXAMPLE, items: [{ ...EXAMPLE.items[0], vat_rate: "0.21" }] };
  assert.equal((await answer(handler, request({ body }))).status, 201);
  assert.equal(requests[0].headers.get("x-shop"), "1");
  assert.deepEqual(seen, [201]);
});

for (const [name, options] of [
  ["none", undefined], ["null", null], ["a text", "x"], ["an empty object", {}],
  ...[undefined, null, "", 5, {}, [TOKEN]].map((token) => [`a token of ${typeof token}, ${inspect(token).length} long`, { ...SETTINGS, token }]),
  ...[undefined, null, [], "*", ["*"], SHOP, "same-site", [`${SHOP}/`], [`${SHOP}/api`], ["shop.example"], ["null"], [""], [5], ["file:///x"], ["HTTPS://shop.example"], [SHOP, "https://shop.example:443"], new Set([SHOP])]
    .map((allowedOrigins) => [`the origins ${inspect(allowedOrigins)}`, { ...SETTINGS, allowedOrigins }]),
  ...[undefined, null, 0, -1, 1.5, NaN, Infinity, "3", 10_001].map((maxItems) => [`maxItems ${inspect(maxItems)}`, { ...SETTINGS, maxItems }]),
  ["a price list", { ...SETTINGS, price: CATALOGUE }], ["a number as rate limit", { ...SETTINGS, rateLimit: 5 }], ["a text for errors", { ...SETTINGS, onError: "x" }],
  ["an empty staging token", { ...SETTINGS, stagingToken: "" }], ["a URL object", { ...SETTINGS, baseUrl: new URL(SHOP) }],
  ["an option that does not exist", { ...SETTINGS, prices: price }], ["a key for all links", { ...SETTINGS, idempotencyKey: KEY }],
]) {
  test(`options that are wrong by ${name} are a TypeError at once, without a secret`, () => {
    assert.throws(() => createPaymentLinkHandler(options), (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^expected .*, received /);
      for (const secret of SECRETS) assert.ok(!inspect(error).includes(secret));
      return true;
    });
  });
}

test("whatever it is called with, there is an answer", async () => {
  for (const thing of [undefined, null, 5, "x", {}, { method: "POST" }, new Proxy({}, { get: () => { throw undefined; } })]) {
    const response = await shop().handler(thing);
    assert.ok(response instanceof Response && response.status >= 400, inspect(thing));
  }
});

/** The page's `fetch`, straight into the handler. */
const page = (handler) => (url, init) => handler(new Request(new URL(url, SHOP), { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), Origin: SHOP } }));
const fromPage = (setting, payload = EXAMPLE, options = {}) =>
  createPaymentLink(null, payload, { baseUrl: `${SHOP}/api`, retries: 0, fetch: page(setting.handler), ...options });

test("createPaymentLink in the page gets its link through the handler, with its key", async () => {
  const setting = shop();
  assert.deepEqual(await fromPage(setting, EXAMPLE, { idempotencyKey: KEY }), LINK);
  assert.equal(setting.requests[0].headers.get("x-qonto-idempotency-key"), KEY);
  assert.deepEqual(setting.requests[0].body, { payment_link: EXAMPLE });
});

for (const [name, options, upstream, expected] of [
  ["a refused token", {}, said(401), { code: "unauthorized", status: 502, maybeCreated: false }],
  ["a limit of Qonto's", {}, said(429, "", { "retry-after": "9" }), { code: "rate_limited", status: 429, retryAfterMs: 9000, maybeCreated: false }],
  ["a limit of the shop's", { rateLimit: () => ({ retryAfterSeconds: 2 }) }, undefined, { code: "rate_limited", status: 429, retryAfterMs: 2000, maybeCreated: false }],
  ["a failure of Qonto's", {}, said(500), { code: "server", status: 502, maybeCreated: true }],
  ["a failure of the shop's", { price: () => { throw new Error("x"); } }, undefined, { code: "server", status: 500, maybeCreated: false }],
  ["an origin that is not allowed", { allowedOrigins: ["https://other.example"] }, undefined, { code: "forbidden", status: 403, maybeCreated: false }],
  ["what is not for sale", { price: () => null }, undefined, { code: "validation", status: 422, maybeCreated: false }],
  ["no answer in time", { timeoutMs: 50 }, () => new Promise(() => {}), { code: "timeout", status: 504, maybeCreated: true }],
]) {
  test(`in the page, ${name} is the same error again`, async () => {
    await assert.rejects(fromPage(shop({ retries: 0, ...options }, upstream)), (error) => {
      assert.ok(isPaymentLinkError(error));
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((field) => [field, error[field]])), expected);
      if (error.code === "validation") assert.equal(error.issues[0].code, "not_for_sale");
      assert.equal(error.traceId, undefined);
      return true;
    });
  });
}

test("a page whose price is out of date gets the shop's link, as an amount that is another", async () => {
  const stale = { ...EXAMPLE, items: [{ ...EXAMPLE.items[0], sku: "tea", unit_price: { value: "9.99", currency: "EUR" } }] };
  await assert.rejects(fromPage(shop({ price }), stale), (error) => error.code === "amount_mismatch" && error.link.id === "1");
});

test("as CommonJS, and beside the entry for the same runtime, it is one module and one error class", async () => {
  const uses = `
    const answer = { payment_link: { id: "1", url: "https://pay.qonto.com/x", status: "open", amount: { value: "0.01", currency: "EUR" } } };
    const compiled = [];
    WebAssembly.Module = class extends WebAssembly.Module { constructor(bytes) { super(bytes); compiled.push(1); } };
    const handler = createPaymentLinkHandler({
      token: "x", allowedOrigins: "same-origin", maxItems: 1, fetch: async () => new Response(JSON.stringify(answer), { status: 201 }),
      onError: (error) => console.log(error instanceof PaymentLinkError, error.code),
    });
    const request = new Request("https://shop.example", { method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(JSON.stringify(EXAMPLE))} });
    previewTotals({});
    handler(request).then(({ status }) => console.log(status, compiled.length));`;
  const names = "{ PaymentLinkError, previewTotals }";
  const dir = await project({
    "main.cjs": `const ${names} = require("${PACKAGE}"); const { createPaymentLinkHandler } = require("${PACKAGE}/server"); globalThis.crypto ??= require("node:crypto").webcrypto; ${uses}`,
    "main.mjs": `import ${names} from "${PACKAGE}"; import { createPaymentLinkHandler } from "${PACKAGE}/server"; import { webcrypto } from "node:crypto"; globalThis.crypto ??= webcrypto; ${uses}`,
  });
  for (const file of ["main.cjs", "main.mjs"]) {
    assert.equal(await run(process.execPath, [file], { cwd: dir }), `true amount_mismatch\n502 ${COMPILES}\n`);
  }
});

test("the README's Worker, catalogue and webhook endpoint do what it says", async () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const code = (words) => [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, text]) => text).find((text) => text.includes(words));
  const dir = await project({
    "package.json": '{ "private": true, "type": "module" }',
    "worker.js": code("export default {\n  fetch"),
    "catalogue.js": code("const CATALOGUE"),
    "hook.js": `const queue = (...event) => console.log(...event);\n${code("verifyWebhook")}`,
    "main.js": `
      import { webcrypto } from "node:crypto";
      import { signWebhook } from "${PACKAGE}";
      globalThis.crypto ??= webcrypto;
      globalThis.fetch = async (url, { body }) => {
        console.log(url, body);
        return new Response(JSON.stringify({ payment_link: { id: "1", url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } } }), { status: 201 });
      };
      const { default: worker } = await import("./worker.js");
      const body = JSON.stringify({ items: [{ sku: "tea", quantity: 1 }], reusable: false, potential_payment_methods: ["paypal"] });
      const post = (url, headers, body) => new Request(url, { method: "POST", headers, body });
      const answer = await worker.fetch(post("https://shop.example/api/v2/payment_links", { "Content-Type": "application/json" }, body), { QONTO_TOKEN: "tok_123456" });
      console.log(answer.status, (await answer.json()).payment_link.id);
      process.env.QONTO_WEBHOOK_SECRET = "a secret";
      const { POST } = await import("./hook.js");
      const event = JSON.stringify({ id: "7", type: "v1/payment-links", data: { payment_link_id: "1", status: "paid" } });
      for (const secret of ["a secret", "another"]) {
        const { status } = await POST(post("https://shop.example/hook", { "X-Qonto-Signature": await signWebhook(event, secret) }, event));
        console.log(status);
      }`,
  });
  assert.equal(await run(process.execPath, ["main.js"], { cwd: dir }), [
    'https://thirdparty.qonto.com/v2/payment_links {"payment_link":{"items":[{"quantity":1,"title":"Tea","unit_price":{"value":"10.99","currency":"EUR"},"vat_rate":"21.0"}],"reusable":false,"potential_payment_methods":["paypal"]}}',
    "201 1", "7 1 paid", "204", "401", "",
  ].join("\n"));
});
