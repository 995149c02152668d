// The Worker in workerd, in front of the stand-in: what it lets through, what it refuses, what it passes on.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startShop, TOKEN } from "./shop.mjs";

const PATH = "/api/v2/payment_links";
const KEY = "0b6f6a52-6b0c-4c38-9a5a-3c1f7f0d2a11";

/** The example of Qonto's own documentation. */
const example = {
  potential_payment_methods: ["credit_card"],
  reusable: true,
  items: [
    {
      title: "Item 1",
      quantity: 1,
      unit_price: { value: "10.99", currency: "EUR" },
      vat_rate: "21.0",
      type: "good",
      description: "Item 1 description",
      measure_unit: "unit",
    },
  ],
};

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
  const big = JSON.stringify({ ...example, padding: "x".repeat(64 * 1024) });
  const json = { "Content-Type": "application/json" };
  const cases = [
    ["another path", "/api/v2/clients", { method: "POST", headers: json, body: "{}" }, 404, "not_found"],
    ["another method", PATH, { method: "PUT", headers: json, body: "{}" }, 405, "method_not_allowed"],
    ["a form", PATH, { method: "POST", body: new URLSearchParams("a=1") }, 415, "unsupported_media_type"],
    ["no content type", PATH, { method: "POST", body: new Uint8Array(2) }, 415, "unsupported_media_type"],
    ["another origin", PATH, { method: "POST", headers: { ...json, Origin: "https://evil.example" }, body: "{}" },
      403, "forbidden_origin"],
    ["the origin null", PATH, { method: "POST", headers: { ...json, Origin: "null" }, body: "{}" },
      403, "forbidden_origin"],
    ["a body that is too large", PATH, { method: "POST", headers: json, body: big }, 413, "content_too_large"],
    ["a body that is not JSON", PATH, { method: "POST", headers: json, body: "{" }, 400, "invalid_json"],
    ["no body", PATH, { method: "POST", headers: json }, 400, "invalid_json"],
    ["an idempotency key that is none", PATH,
      { method: "POST", headers: { ...json, "X-Qonto-Idempotency-Key": "a b" }, body: "{}" },
      400, "invalid_idempotency_key"],
  ];
  for (const [name, path, init, status, code] of cases) {
    it(`${name} is ${status}`, async () => {
      const answer = await call(path, init);
      assert.equal(answer.status, status);
      assert.equal(answer.body.errors[0].code, code);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      if (status === 405) assert.equal(answer.headers.get("allow"), "POST");
      assert.deepEqual(await shop.requests(), []);
    });
  }

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

describe("what goes wrong at Qonto is passed on as the typed error", () => {
  const cases = [
    [{ mode: "error_documented" }, 502, { code: "rejected", status: 400, maybeCreated: false }],
    [{ mode: "error_object" }, 502, { code: "not_found", status: 404, maybeCreated: false }],
    [{ mode: "error_flat" }, 502, { code: "rejected", status: 400, maybeCreated: false }],
    [{ mode: "error_oauth" }, 502, { code: "unauthorized", status: 401, maybeCreated: false }],
    [{ mode: "error_text" }, 502, { code: "server", status: 502, maybeCreated: true }],
    [{ mode: "error_html" }, 502, { code: "server", status: 500, maybeCreated: true }],
    [{ mode: "error_empty" }, 502, { code: "server", status: 500, maybeCreated: true }],
    [{ mode: "forbidden" }, 502, { code: "forbidden", status: 403, maybeCreated: false }],
    [{ mode: "not_connected" }, 502, { code: "not_connected", status: 400, maybeCreated: false }],
    [{ mode: "not_found" }, 502, { code: "not_found", status: 404, maybeCreated: false }],
    [{ mode: "rate_limited", retry_after: 1 }, 429, { code: "rate_limited", status: 429, maybeCreated: false }],
    [{ mode: "unavailable" }, 502, { code: "server", status: 503, maybeCreated: true }],
    [{ mode: "html_200" }, 502, { code: "bad_answer", status: 200, maybeCreated: true }],
    [{ mode: "not_json" }, 502, { code: "bad_answer", status: 201, maybeCreated: true }],
    [{ mode: "wrong_shape" }, 502, { code: "bad_answer", status: 201, maybeCreated: true }],
    [{ mode: "no_id" }, 502, { code: "bad_answer", status: 201, maybeCreated: true }],
    [{ mode: "javascript_url" }, 502, { code: "bad_answer", status: 201, maybeCreated: true }],
    [{ mode: "reset" }, 502, { code: "network", maybeCreated: true }],
    [{ mode: "created_then_reset" }, 502, { code: "network", maybeCreated: true }],
    [{ mode: "wrong_amount" }, 502, { code: "amount_mismatch", status: 201 }],
  ];
  for (const [behaviour, status, expected] of cases) {
    it(`${behaviour.mode} is ${expected.code}`, async () => {
      await shop.misbehave(behaviour);
      const answer = await create(example);
      const { body } = answer;
      assert.equal(answer.status, status);
      assert.equal(body.name, "PaymentLinkError");
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((field) => [field, body[field]])), expected);
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
  for (const [name, secrets] of [
    ["without a token", { QONTO_TOKEN: "" }],
    ["with a base URL that is none", { QONTO_BASE_URL: "http://qonto.example" }],
  ]) {
    it(`${name} says so without a detail, as 500`, async () => {
      const other = await startShop(secrets);
      try {
        const { status, body } = await create(example, {}, other.url);
        assert.equal(status, 500);
        assert.equal(body.errors[0].code, "not_configured");
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

  it("what the Worker writes for its keeper has no token in it", () => {
    assert.ok(!shop.output().includes(TOKEN));
  });
});
