// createPaymentLink under faults: every call settles, with a typed error that says whether a link may exist,
// and no secret in anything the error shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { EXAMPLE, installed } from "./packed.mjs";

const { createPaymentLink, isPaymentLinkError } = await installed();

const TOKEN = `tok_${"Zq9xK2".repeat(6)}`;
const STAGING = `stg_${"Mw4rT8".repeat(5)}`;
const LINK = { id: "1", url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } };

const answer = (body, status = 201, headers = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const good = () => answer({ payment_link: LINK });
const never = () => new Promise(() => {});
const duck = (members) => ({ status: 201, headers: new Headers(), text: async () => JSON.stringify({ payment_link: LINK }), ...members });

/** How a call ends: "ok", a code with + where the link may exist, or the name of another error. */
async function outcome(options, token = TOKEN) {
  const call = createPaymentLink(token, EXAMPLE, {
    baseUrl: "https://qonto.example", stagingToken: STAGING, timeoutMs: 200, retries: 0, ...options,
  });
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(reject, 3_000, new Error("the call never settled")); });
  try {
    await Promise.race([call, late]);
    return "ok";
  } catch (error) {
    const shown = [error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 12, showHidden: true })];
    for (const secret of [TOKEN, STAGING]) assert.ok(!shown.join().includes(secret), inspect(error));
    return isPaymentLinkError(error) ? error.code + (error.maybeCreated ? "+" : "") : error.constructor.name;
  } finally {
    clearTimeout(timer);
  }
}

const FETCHES = {
  "throws": [() => { throw new Error(TOKEN); }, "network+"],
  "throws nothing": [() => { throw undefined; }, "network+"],
  "rejects with nothing": [() => Promise.reject(), "network+"],
  "gives undefined": [() => undefined, "network+"],
  "gives a number": [() => 5, "network+"],
  "gives a plain object": [() => ({}), "network+"],
  "gives an object whose getters throw": [() => new Proxy({}, { get(_, key) { if (key !== "then") throw new Error(TOKEN); } }), "network+"],
  "gives a thenable that throws": [() => ({ get then() { throw new Error(TOKEN); } }), "network+"],
  "gives a thenable that never settles": [() => ({ then() {} }), "timeout+"],
  "ignores its signal": [never, "timeout+"],
  "gives headers that throw": [() => duck({ headers: { get() { throw new Error(TOKEN); } } }), "ok"],
  "gives a body that throws": [() => duck({ text() { throw new Error(TOKEN); } }), "network+"],
  "gives a body that is no promise": [() => duck({ text: () => JSON.stringify({ payment_link: LINK }) }), "ok"],
  "gives a body that is no text": [() => duck({ text: () => 5 }), "network+"],
  "gives a body that never comes": [() => duck({ text: never }), "timeout+"],
  "gives an opaque redirect": [() => duck({ status: 0, text: async () => "" }), "bad_answer"],
};
for (const [name, [fetch, expected]] of Object.entries(FETCHES)) {
  test(`a fetch that ${name} ends in ${expected}`, async () => {
    assert.equal(await outcome({ fetch }), expected);
    assert.equal(await outcome({ fetch: good }), "ok");
  });
}

const ANSWERS = [
  ["", 201, {}, "bad_answer+"], ["{}", 201, {}, "bad_answer+"], ["null", 201, {}, "bad_answer+"], ["[]", 201, {}, "bad_answer+"],
  ["not json", 201, {}, "bad_answer+"], ["<html>", 200, { "content-type": "text/html" }, "bad_answer+"],
  [{ payment_link: { ...LINK, id: "" } }, 201, {}, "bad_answer+"],
  [{ payment_link: { ...LINK, url: "javascript:alert(1)" } }, 201, {}, "bad_answer+"],
  [{ payment_link: { ...LINK, amount: { value: "241.78", currency: "EUR" } } }, 201, {}, "amount_mismatch+"],
  [LINK, 201, {}, "ok"],
  [{ errors: [{ code: "a", detail: `bad ${TOKEN}`, source: { pointer: `/${TOKEN}` } }], trace_id: TOKEN }, 400, {}, "rejected"],
  [{ errors: { message: "Not found" } }, 404, {}, "not_found"], [{ code: "x", message: `y ${STAGING}` }, 422, {}, "rejected"],
  [{ error: "a", error_description: TOKEN }, 401, {}, "unauthorized"], [`text ${TOKEN}`, 403, { "x-tyk-trace-id": TOKEN }, "forbidden"],
  [{ errors: [null, 5, "x", { detail: {} }] }, 400, {}, "rejected"], ["<html>", 500, {}, "server+"], ["", 500, {}, "server+"],
  ["", 429, {}, "rate_limited"], ["", 503, {}, "server+"], ["", 503, { "retry-after": "5" }, "server"],
  ["", 302, { location: "https://elsewhere.example/" }, "bad_answer"],
  [{ errors: [{ code: "invalid", detail: "connection with the provider does not exist" }] }, 400, {}, "not_connected"],
];
for (const [body, status, headers, expected] of ANSWERS) {
  test(`${status} with ${JSON.stringify(body).slice(0, 60)} is ${expected}`, async () => {
    assert.equal(await outcome({ fetch: () => answer(body, status, headers) }), expected);
  });
}

test("an abort with any reason ends the call, before it, while it connects and while it reads", async () => {
  for (const reason of [undefined, "text", { a: 1 }, null, new Error(TOKEN)]) {
    for (const fetch of [never, () => duck({ text: never })]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 20);
      assert.equal(await outcome({ fetch, signal: controller.signal }), "aborted+");
    }
    assert.equal(await outcome({ fetch: () => assert.fail("sent"), signal: AbortSignal.abort(reason) }), "aborted");
  }
});

test("a token is a string, or what a function gives, that a header can carry", async () => {
  const cases = [
    [() => TOKEN, "ok"], [async () => TOKEN, "ok"], [null, "ok"], [() => undefined, "unauthorized"], [() => "", "unauthorized"],
    [() => { throw new Error("no"); }, "unauthorized"], [never, "timeout"], [() => "a\nb", "TypeError"], ["", "TypeError"],
    ["a b", "TypeError"], ["é", "TypeError"], ["x".repeat(17_000), "TypeError"], [5, "TypeError"], [{}, "TypeError"],
  ];
  for (const [token, expected] of cases) assert.equal(await outcome({ fetch: good }, token), expected, String(token).slice(0, 40));
  await assert.rejects(createPaymentLink(null, EXAMPLE), TypeError);
});

test("an option that cannot be meant is a TypeError, and nothing is sent", async () => {
  const options = [
    { baseUrl: "http://qonto.example" }, { baseUrl: "ftp://x" }, { baseUrl: "/api" }, { baseUrl: "https://u:p@x.example" },
    { timeoutMs: 0 }, { timeoutMs: NaN }, { timeoutMs: "5" }, { retries: -1 }, { retries: 1.5 }, { fetch: 5 }, { signal: {} },
    { headers: { authorization: "x" } }, { headers: { x: "a\nb" } }, { headers: new Headers() }, { rounding: "x" },
    { vatRates: 5 }, { amountCheck: "no" }, { onResponse: 5 }, { idempotencyKey: "a b" }, { stagingToken: "" },
  ];
  for (const option of options) {
    assert.equal(await outcome({ fetch: () => assert.fail("sent"), ...option }), "TypeError", JSON.stringify(option));
  }
});

test("a request that surely created nothing is sent again, with the same key, and no other is", async () => {
  const refused = () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } }));
  for (const [first, times] of [[() => answer("", 429, { "retry-after": "0" }), 3], [refused, 3], [() => answer("", 500), 1]]) {
    const keys = [];
    const fetch = (_, init) => {
      assert.equal(init.signal.aborted, false);
      assert.equal(init.redirect, "manual");
      return keys.push(new Headers(init.headers).get("x-qonto-idempotency-key")) < 3 ? first() : good();
    };
    await outcome({ fetch, retries: 2, timeoutMs: 5_000 });
    assert.equal(keys.length, times);
    assert.equal(new Set(keys).size, 1);
  }
});

test("what onResponse is told has no secret, and what it throws changes nothing", async () => {
  const told = [];
  const onResponse = (response) => { told.push(response); throw new Error("mine"); };
  const fetch = () => answer({ payment_link: LINK }, 201, { "x-tyk-trace-id": `trace ${TOKEN}` });
  assert.equal(await outcome({ fetch, onResponse }), "ok");
  assert.deepEqual(told, [{ status: 201, traceId: "trace [redacted]", attempt: 1 }]);
});

test("an error that a proxy passes on is the same error; one that Qonto's answer pretends is not", async () => {
  const error = { name: "PaymentLinkError", code: "timeout", message: "the time was up", maybeCreated: true };
  const call = (token) => createPaymentLink(token, EXAMPLE, { baseUrl: "https://shop.example", fetch: () => answer(error, 504) });
  await assert.rejects(call(null), { code: "timeout", status: 504, maybeCreated: true });
  await assert.rejects(call(TOKEN), { code: "server", status: 504, maybeCreated: true });
});

test("what was validated is what is sent, whatever a getter says the second time", async () => {
  let reads = 0;
  const item = { ...EXAMPLE.items[0], get vat_rate() { return reads++ === 0 ? "21.0" : "99"; } };
  let sent;
  const fetch = (_, init) => { sent = JSON.parse(init.body).payment_link; return good(); };
  await createPaymentLink(TOKEN, { ...EXAMPLE, items: [item] }, { baseUrl: "https://qonto.example", fetch });
  assert.equal(sent.items[0].vat_rate, "21.0");
});
