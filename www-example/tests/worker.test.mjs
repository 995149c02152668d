// The Worker in workerd, in front of the stand-in: what it lets through, what it refuses, what it passes on.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EXAMPLE as example } from "../../tests/npm/example.mjs";
import { startShop, TOKEN } from "./shop.mjs";

const PATH = "/api/v2/payment_links";
const KEY = "0b6f6a52-6b0c-4c38-9a5a-3c1f7f0d2a11";

let shop;
/** A request that hangs the longest the Worker waits, while the other tests go on. */
let hanging;

before(async () => {
  shop = await startShop();
  await shop.misbehave({ mode: "hang", times: 1 });
  hanging = create(example);
  while ((await shop.requests()).length === 0) await sleep(20);
  await shop.reset();
});
after(() => shop?.stop());
afterEach(() => shop.reset());

/** Calls the Worker; the token may be in no answer. */
async function call(path, init, base = shop.url) {
  const response = await fetch(base + path, init);
  const text = await response.text();
  assert.ok(!(text + JSON.stringify([...response.headers])).includes(TOKEN), "the token is in an answer");
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

function create(payload, headers, base) {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return call(PATH, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body }, base);
}

/** Resolves when the Worker has written this for its keeper, which may be after its answer. */
async function written({ output }, words) {
  for (let tries = 0; tries < 100 && !words.test(output()); tries++) await sleep(20);
  assert.match(output(), words);
}

describe("a link", () => {
  it("is created for the documented example, over the documented amount", async () => {
    const { status, headers, body } = await create({ payment_link: example });
    assert.equal(status, 201);
    assert.deepEqual(body.payment_link.amount, { value: "13.30", currency: "EUR" });
    assert.equal(body.payment_link.status, "open");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  });

  it("is asked for with the token and what was validated", async () => {
    assert.equal((await create(example)).status, 201);
    const [request, ...more] = await shop.requests();
    assert.deepEqual(more, []);
    assert.equal(request.headers.authorization, `Bearer ${TOKEN}`);
    assert.deepEqual(JSON.parse(request.body), { payment_link: example });
  });

  it("is one, however often it is asked for with one idempotency key", async () => {
    const first = await create(example, { "X-Qonto-Idempotency-Key": KEY });
    const second = await create(example, { "X-Qonto-Idempotency-Key": KEY });
    assert.equal(second.body.payment_link.id, first.body.payment_link.id);
    for (const { headers } of await shop.requests()) assert.equal(headers["x-qonto-idempotency-key"], KEY);
  });

  it("comes after a retry when the API asks to wait", async () => {
    await shop.misbehave({ mode: "rate_limited", retry_after: 0, times: 1 });
    assert.equal((await create(example)).status, 201);
    const keys = (await shop.requests()).map(({ headers }) => headers["x-qonto-idempotency-key"]);
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  });

  it("is asked for by the page's own origin", async () => {
    assert.equal((await create(example, { Origin: shop.url })).status, 201);
  });
});

describe("refused by the Worker, with nothing sent", () => {
  const big = JSON.stringify({ ...example, padding: "x".repeat(1 << 20) });
  const json = { "Content-Type": "application/json" };
  const cases = [
    ["another method", { method: "PUT", headers: json, body: "{}" }, 405, "rejected"],
    ["a form", { method: "POST", body: new URLSearchParams("a=1") }, 415, "rejected"],
    ["no content type", { method: "POST", body: new Uint8Array(2) }, 415, "rejected"],
    ["another origin", { method: "POST", headers: { ...json, Origin: "https://evil.example" }, body: "{}" }, 403, "forbidden"],
    ["the origin null", { method: "POST", headers: { ...json, Origin: "null" }, body: "{}" }, 403, "forbidden"],
    ["a body that is too large", { method: "POST", headers: json, body: big }, 413, "rejected"],
    ["a body that is not JSON", { method: "POST", headers: json, body: "{" }, 400, "rejected"],
    ["no body", { method: "POST", headers: json }, 400, "rejected"],
    ["an idempotency key that is none",
      { method: "POST", headers: { ...json, "X-Qonto-Idempotency-Key": "a b" }, body: "{}" }, 400, "rejected"],
    ["a basket of more items than a till has",
      { method: "POST", headers: json, body: JSON.stringify({ ...example, items: Array(51).fill(example.items[0]) }) },
      422, "validation"],
  ];
  for (const [name, init, status, code] of cases) {
    it(`${name} is ${status}`, async () => {
      const answer = await call(PATH, init);
      assert.equal(answer.status, status);
      assert.equal(answer.body.name, "PaymentLinkError");
      assert.deepEqual([answer.body.code, answer.body.maybeCreated], [code, false]);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      if (status === 405) assert.equal(answer.headers.get("allow"), "POST");
      assert.deepEqual(await shop.requests(), []);
    });
  }

  it("another path is 404", async () => {
    const { status, headers } = await call("/api/v2/clients", { method: "POST", headers: json, body: "{}" });
    assert.deepEqual([status, headers.get("cache-control")], [404, "no-store"]);
    assert.deepEqual(await shop.requests(), []);
  });

  it("a payload that is not valid is 422, with every issue", async () => {
    const { status, body } = await create({ ...example, reusable: "yes", potential_payment_methods: [] });
    assert.equal(status, 422);
    assert.equal(body.name, "PaymentLinkError");
    assert.equal(body.code, "validation");
    const pointers = body.issues.filter(({ severity }) => severity === "error").map(({ pointer }) => pointer);
    assert.deepEqual(pointers.sort(), ["/potential_payment_methods", "/reusable"]);
    assert.deepEqual(await shop.requests(), []);
  });

  for (const payload of ["null", "[]", "1", '"text"', "{}", '{"payment_link":null}', '{"__proto__":{"items":[]}}']) {
    it(`the body ${payload} is 422`, async () => {
      const { status, body } = await create(payload);
      assert.deepEqual([status, body.code], [422, "validation"]);
      assert.deepEqual(await shop.requests(), []);
    });
  }
});

describe("what goes wrong at Qonto is passed on as the typed error, without what Qonto said", () => {
  const cases = [
    [{ mode: "error_documented" }, 502, { code: "rejected", maybeCreated: false }],
    [{ mode: "error_object" }, 502, { code: "not_found", maybeCreated: false }],
    [{ mode: "error_flat" }, 502, { code: "rejected", maybeCreated: false }],
    [{ mode: "error_oauth" }, 502, { code: "unauthorized", maybeCreated: false }],
    [{ mode: "error_text" }, 502, { code: "server", maybeCreated: true }],
    [{ mode: "error_html" }, 502, { code: "server", maybeCreated: true }],
    [{ mode: "error_empty" }, 502, { code: "server", maybeCreated: true }],
    [{ mode: "forbidden" }, 502, { code: "forbidden", maybeCreated: false }],
    [{ mode: "not_connected" }, 502, { code: "not_connected", maybeCreated: false }],
    [{ mode: "not_found" }, 502, { code: "not_found", maybeCreated: false }],
    [{ mode: "rate_limited", retry_after: 1 }, 429, { code: "rate_limited", maybeCreated: false }],
    [{ mode: "unavailable" }, 502, { code: "server", maybeCreated: true }],
    [{ mode: "html_200" }, 502, { code: "bad_answer", maybeCreated: true }],
    [{ mode: "not_json" }, 502, { code: "bad_answer", maybeCreated: true }],
    [{ mode: "wrong_shape" }, 502, { code: "bad_answer", maybeCreated: true }],
    [{ mode: "no_id" }, 502, { code: "bad_answer", maybeCreated: true }],
    [{ mode: "javascript_url" }, 502, { code: "bad_answer", maybeCreated: true }],
    [{ mode: "reset" }, 502, { code: "network", maybeCreated: true }],
    [{ mode: "created_then_reset" }, 502, { code: "network", maybeCreated: true }],
    [{ mode: "wrong_amount" }, 502, { code: "amount_mismatch" }],
  ];
  for (const [behaviour, status, expected] of cases) {
    it(`${behaviour.mode} is ${expected.code}`, async () => {
      await shop.misbehave(behaviour);
      const answer = await create(example);
      const { body } = answer;
      assert.equal(answer.status, status);
      assert.equal(body.name, "PaymentLinkError");
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((field) => [field, body[field]])), expected);
      for (const field of ["errors", "traceId", "status", "cause"]) assert.equal(body[field], undefined, field);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.equal(answer.headers.get("retry-after"), behaviour.retry_after ? `${behaviour.retry_after}` : null);
    });
  }

  it("an answer that is cut off says that the link may exist", async () => {
    await shop.misbehave({ mode: "cut" });
    const { status, body } = await create(example);
    assert.equal(status, 502);
    assert.ok(["network", "bad_answer"].includes(body.code), body.code);
    assert.equal(body.maybeCreated, true);
  });

  it("an amount that is another comes with the link that asks for it", async () => {
    await shop.misbehave({ mode: "wrong_amount", notation: "fraction" });
    const { body } = await create(example);
    assert.equal(body.link.amount.value, "241.78");
    assert.ok(body.link.url);
  });

  for (const mode of ["unwrapped", "extra_fields", "slow_body"]) {
    it(`${mode} is no error`, async () => {
      await shop.misbehave({ mode });
      const { status, body } = await create(example);
      assert.equal(status, 201);
      assert.equal(body.payment_link.amount.value, "13.30");
    });
  }

  it("no answer at all is timeout, as 504", async () => {
    const { status, body } = await hanging;
    assert.equal(status, 504);
    assert.deepEqual([body.code, body.maybeCreated], ["timeout", true]);
  });
});

describe("a Worker that is not set up", () => {
  for (const [name, secrets, status, code] of [
    ["without a token", { QONTO_TOKEN: "" }, 502, "unauthorized"],
    ["with a base URL that is none", { QONTO_BASE_URL: "http://qonto.example" }, 500, "server"],
  ]) {
    it(`${name} says so without a detail, as ${status}, and tells its keeper`, async () => {
      const other = await startShop(secrets);
      try {
        const answer = await create(example, {}, other.url);
        assert.deepEqual([answer.status, answer.body.code, answer.body.maybeCreated], [status, code, false]);
        assert.ok(!JSON.stringify(answer.body).includes("qonto.example"));
        await written(other, /expected .*(token|baseUrl)/);
      } finally {
        await other.stop();
      }
    });
  }
});

describe("everywhere", () => {
  it("the page comes with its policy, and what it loads may be kept", async () => {
    const page = await call("/");
    assert.equal(page.status, 200);
    const policy = page.headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'/);
    assert.doesNotMatch(page.body, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page.body)?.[1];
    const { status, headers } = await call(script);
    assert.equal(status, 200);
    assert.match(headers.get("cache-control"), /immutable/);
  });

  it("what the Worker writes for its keeper has a trace id and no token in it", async () => {
    await shop.misbehave({ mode: "error_documented" });
    await create(example);
    await written(shop, /rejected [\w-]{8,} the API refused the request/);
    assert.ok(!shop.output().includes(TOKEN));
  });
});
