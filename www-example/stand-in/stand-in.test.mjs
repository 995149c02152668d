// What the stand-in promises: amounts, refusals, replay, every mode, and answers that keep to
// openapi.yaml. Needs Node 22.13 or newer: node --test stand-in.test.mjs
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { OpenAPIBackend } from "openapi-backend";
import { parse } from "yaml";
import { basketAmount, NOTATIONS, RULES } from "./amount.mjs";
import { MODES } from "./behaviour.mjs";
import { startStandIn } from "./server.mjs";

const PATH = "/v2/payment_links";
const MAIN = fileURLToPath(new URL("main.mjs", import.meta.url));
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const MINUTE = 60_000;

const document = await new OpenAPIBackend({
  definition: parse(await readFile(new URL("openapi.yaml", import.meta.url), "utf8")),
  strict: true,
  ajvOpts: {
    formats: { uuid: UUID, uri: URL.canParse, "date-time": (text) => !Number.isNaN(Date.parse(text)) },
  },
}).init();

/** @param {Record<string, unknown>} [change] */
const item = (change) => ({
  title: "Item 1",
  quantity: 1,
  unit_price: { value: "10.99", currency: "EUR" },
  vat_rate: "21.0",
  ...change,
});

/** @param {Record<string, unknown>} [change] */
const basket = (change) => ({
  payment_link: {
    potential_payment_methods: ["credit_card"],
    reusable: true,
    items: [item({ type: "good", description: "Item 1 description", measure_unit: "unit" })],
    ...change,
  },
});

/** @param {Record<string, unknown>} [change] */
const invoice = (change) => ({
  payment_link: {
    invoice_id: "6ff0a3f6-41cd-4d9c-9a5e-5e5f7a3cb1d4",
    invoice_number: "F-2026-001",
    debitor_name: "Ada Lovelace",
    amount: { value: "13.3", currency: "EUR" },
    potential_payment_methods: ["credit_card", "ideal"],
    ...change,
  },
});

let clock = Date.parse("2026-01-15T10:00:00Z");
const standIn = await startStandIn({ now: () => clock });
after(() => standIn.close());

/** @param {string} path @param {RequestInit & { base?: string, headers?: Record<string, string> }} [init] */
function call(path, { base = standIn.url, headers, ...init } = {}) {
  return fetch(base + path, {
    redirect: "manual",
    ...init,
    headers: { Authorization: "Bearer token", "Content-Type": "application/json", ...headers },
  });
}

/** @param {unknown} body @param {Record<string, string>} [headers] @param {object} [init] */
function create(body, headers, init) {
  return call(PATH, { method: "POST", body: JSON.stringify(body), headers, ...init });
}

/** @param {string} behaviour */
const createUnder = (behaviour, init) => create(basket(), { "X-Stand-In-Behaviour": behaviour }, init);

/** @param {object} behaviour */
const behave = (behaviour) =>
  call("/_stand-in/behaviour", { method: "PUT", body: JSON.stringify(behaviour) });

async function linkCount() {
  const answer = await call("/_stand-in/links");
  return (await answer.json()).payment_links.length;
}

/** The answer's body, once it satisfies the document. @param {string} operationId @param {Response} answer */
async function documented(operationId, answer) {
  const body = await answer.json();
  const operation = document.router.getOperation(operationId);
  assert.ok(operation.responses[answer.status], `${operationId} documents ${answer.status}`);
  const { errors } = document.validator.validateResponse(body, operationId, answer.status);
  assert.equal(errors, null, JSON.stringify(errors));
  const headers = { "X-Tyk-Trace-Id": answer.headers.get("x-tyk-trace-id") };
  if (answer.headers.has("retry-after")) headers["Retry-After"] = answer.headers.get("retry-after");
  const checked = document.validator.validateResponseHeaders(headers, operationId, {
    statusCode: answer.status,
    setMatchType: "subset",
  });
  assert.equal(checked.errors, null, JSON.stringify(checked.errors));
  return body;
}

afterEach(() => call("/_stand-in/behaviour", { method: "DELETE" }));

describe("amounts", () => {
  /** [quantity, unit price, VAT rate] per line, then the gross under unit, line, rate, total. */
  const TABLE = [
    [[[1, "10.99", "21"]], "13.30", "13.30", "13.30", "13.30"],
    [[[3, "0.33", "20"]], "1.20", "1.19", "1.19", "1.19"],
    [[[1, "0.33", "20"], [1, "0.33", "20"], [1, "0.33", "20"]], "1.20", "1.20", "1.19", "1.19"],
    [[[1, "1.01", "20"], [1, "1.01", "20"], [1, "1.01", "20"]], "3.63", "3.63", "3.64", "3.64"],
    [[[1, "0.33", "20"], [1, "0.33", "5.5"]], "0.75", "0.75", "0.75", "0.74"],
    [[[1920, "3.09", "21"]], "7180.80", "7178.69", "7178.69", "7178.69"],
    [
      [[9, "0.87", "10"], [5, "0.63", "5.5"], [6, "6.01", "5.5"], [6, "4.34", "10"]],
      "78.60", "78.61", "78.63", "78.62",
    ],
  ];

  for (const [lines, unit, line, rate, total] of TABLE) {
    const items = lines.map(([quantity, value, vat_rate]) => ({
      title: "Item",
      quantity,
      unit_price: { value, currency: "EUR" },
      vat_rate,
    }));
    const name = lines.map((entry) => entry.join(" × ")).join(" + ");

    for (const [rule, expected] of Object.entries({ unit, line, rate, total })) {
      it(`are ${expected} for ${name} under ${rule}`, async () => {
        assert.equal(basketAmount(items, { rule, notation: "percent" }), expected);
        const answer = await create(basket({ items }), {
          "X-Stand-In-Behaviour": `wrong_amount; rule=${rule}`,
        });
        const { payment_link } = await documented("createPaymentLink", answer);
        assert.deepEqual(payment_link.amount, { value: expected, currency: "EUR" });
      });
    }
  }

  it("are 13.30 for the documented example", async () => {
    const { payment_link } = await documented("createPaymentLink", await create(basket()));
    assert.equal(payment_link.amount.value, "13.30");
  });

  it("round half away from zero on both sides of it", () => {
    const of = (value) => basketAmount([item({ unit_price: { value, currency: "EUR" }, vat_rate: "50" })],
      { rule: "line", notation: "percent" });
    assert.equal(of("0.01"), "0.02");
    assert.equal(of("-0.01"), "-0.02");
  });

  it("read 0.1 as a tenth", () => {
    const items = [item({ quantity: 0.1, unit_price: { value: "0.3", currency: "EUR" }, vat_rate: "0" })];
    for (const rule of RULES) assert.equal(basketAmount(items, { rule, notation: "percent" }), "0.03");
  });

  it("group 5.5 and 5.50 as one rate", () => {
    const items = ["5.5", "5.50"].map((vat_rate) =>
      item({ unit_price: { value: "0.10", currency: "EUR" }, vat_rate }));
    assert.equal(basketAmount(items, { rule: "rate", notation: "percent" }), "0.21");
    assert.equal(basketAmount(items, { rule: "line", notation: "percent" }), "0.22");
  });

  it("follow the rule and the notation it was started with", async () => {
    const other = await startStandIn({ rule: "total", notation: "fraction" });
    try {
      const items = ["0.2", "0.055"].map((vat_rate) =>
        item({ unit_price: { value: "0.33", currency: "EUR" }, vat_rate }));
      const answer = await create(basket({ items }), {}, { base: other.url });
      assert.equal((await answer.json()).payment_link.amount.value, "0.74");
    } finally {
      await other.close();
    }
  });
});

describe("a created link", () => {
  it("shows a basket as the document says", async () => {
    const answer = await create(basket());
    assert.equal(answer.status, 201);
    const { payment_link } = await documented("createPaymentLink", answer);
    assert.match(payment_link.id, UUID);
    assert.equal(payment_link.status, "open");
    assert.equal(payment_link.resource_type, "Basket");
    assert.deepEqual(payment_link.items, basket().payment_link.items);
    assert.equal(payment_link.reusable, true);
    assert.equal(payment_link.created_at, new Date(clock).toISOString());
    assert.equal(payment_link.url, `${standIn.url}/pay/${payment_link.id}`);
    assert.equal(payment_link.invoice_id, null);
  });

  it("shows an invoice as the document says", async () => {
    const { payment_link } = await documented("createPaymentLink", await create(invoice()));
    assert.equal(payment_link.resource_type, "Invoice");
    assert.equal(payment_link.items, null);
    assert.deepEqual(payment_link.amount, { value: "13.30", currency: "EUR" });
    assert.equal(payment_link.invoice_number, "F-2026-001");
    assert.equal(payment_link.debitor_name, "Ada Lovelace");
  });

  it("can be read and deactivated", async () => {
    const { payment_link: link } = await (await create(basket())).json();
    assert.deepEqual(await documented("getPaymentLink", await call(`${PATH}/${link.id}`)), link);
    const deactivated = await call(`${PATH}/${link.id}/deactivate`, { method: "PATCH" });
    assert.deepEqual(await documented("deactivatePaymentLink", deactivated), { ...link, status: "canceled" });
    assert.equal((await (await call(`${PATH}/${link.id}`)).json()).status, "canceled");
  });

  it("is 404 when it does not exist", async () => {
    const unknown = `${PATH}/00000000-0000-4000-8000-000000000000`;
    const read = await call(unknown);
    assert.equal(read.status, 404);
    await documented("getPaymentLink", read);
    const deactivated = await call(`${unknown}/deactivate`, { method: "PATCH" });
    assert.equal(deactivated.status, 404);
    await documented("deactivatePaymentLink", deactivated);
  });
});

describe("the list", () => {
  let listed;
  before(async () => {
    listed = await startStandIn();
  });
  after(() => listed.close());
  const list = async (query) => documented("listPaymentLinks", await call(PATH + query, { base: listed.url }));

  it("says next_page 0 when it is empty", async () => {
    assert.deepEqual(await list(""), {
      payment_links: [],
      meta: { current_page: 1, next_page: 0, prev_page: null, total_pages: 0, total_count: 0, per_page: 100 },
    });
  });

  it("pages, sorts and filters", async () => {
    const ids = [];
    for (const value of ["2.00", "10.00", "1.00"]) {
      const created = await create(invoice({ amount: { value, currency: "EUR" } }), {}, { base: listed.url });
      ids.push((await created.json()).payment_link.id);
    }
    const amounts = async (query) => (await list(query)).payment_links.map(({ amount }) => amount.value);
    assert.deepEqual(await amounts(""), ["1.00", "10.00", "2.00"]);
    assert.deepEqual(await amounts("?sort_by=amount:asc"), ["1.00", "2.00", "10.00"]);
    assert.deepEqual(await amounts("?sort_by=amount:desc"), ["10.00", "2.00", "1.00"]);
    assert.deepEqual(await amounts("?sort_by=expiration_date:asc"), ["2.00", "10.00", "1.00"]);
    assert.deepEqual(await amounts("?sort_by=expiration_date:desc"), ["1.00", "10.00", "2.00"]);

    const first = (await list("?per_page=2")).meta;
    assert.deepEqual([first.next_page, first.prev_page, first.total_pages], [2, null, 2]);
    const last = await list("?per_page=2&page=2");
    assert.deepEqual([last.meta.next_page, last.meta.prev_page, last.payment_links.length], [null, 1, 1]);

    await call(`${PATH}/${ids[0]}/deactivate`, { method: "PATCH", base: listed.url });
    assert.deepEqual(await amounts("?status[]=canceled"), ["2.00"]);
    assert.deepEqual(await amounts("?status[]=open&status[]=canceled"), ["1.00", "10.00", "2.00"]);
  });

  for (const [query, parameter] of [
    ["?per_page=101", "per_page"], ["?page=0", "page"], ["?status[]=unknown", "status[]"],
    ["?sort_by=id", "sort_by"], ["?colour=red", "colour"],
  ]) {
    it(`refuses ${query}`, async () => {
      const answer = await call(PATH + query, { base: listed.url });
      assert.equal(answer.status, 400);
      const { errors } = await documented("listPaymentLinks", answer);
      assert.equal(errors[0].source.parameter, parameter);
    });
  }
});

describe("payments", () => {
  const pay = (id) => call("/_stand-in/payments", { method: "POST", body: JSON.stringify({ id }) });

  it("are listed newest first, and none for a link that nobody paid", async () => {
    const { id } = (await (await create(basket())).json()).payment_link;
    const list = async (query = "") => documented("listPayments", await call(`${PATH}/${id}/payments${query}`));
    assert.deepEqual((await list()).payments, []);
    assert.equal((await list()).meta.next_page, 0);
    const paid = [];
    for (let i = 0; i < 3; i++) paid.unshift((await (await pay(id)).json()).id);
    assert.deepEqual((await list()).payments.map((payment) => payment.id), paid);
    assert.deepEqual((await list("?sort_by=creation_date:asc")).payments.map((payment) => payment.id), paid.toReversed());
    const { payments, meta } = await list("?per_page=2");
    assert.deepEqual([payments.length, meta.next_page, meta.total_count], [2, 2, 3]);
    assert.deepEqual((await list("?status[]=failed")).payments, []);
    assert.equal((await (await call(`${PATH}/${id}`)).json()).status, "paid");
  });

  it("of a link that does not exist are 404", async () => {
    const nobody = "6ff0a3f6-41cd-4d9c-9a5e-5e5f7a3cb1d4";
    assert.equal((await call(`${PATH}/${nobody}/payments`)).status, 404);
    assert.equal((await pay(nobody)).status, 404);
  });
});

describe("the account", () => {
  const request = {
    partner_callback_url: "https://shop.example/connected",
    user_bank_account_id: "6ff0a3f6-41cd-4d9c-9a5e-5e5f7a3cb1d4",
    user_phone_number: "+33612345678",
    business_description: "We sell tea, and the pots, cups and kettles that it takes to make it, to people in Paris.",
  };
  const connect = (change) =>
    call(`${PATH}/connections`, { method: "POST", body: JSON.stringify({ ...request, ...change }) });

  it("has payment methods", async () => {
    const answer = await call(`${PATH}/payment_methods?amount=13.30&currency=EUR&locale=fr`);
    const { payment_link_payment_methods: methods } = await documented("listPaymentMethods", answer);
    assert.deepEqual(methods.map(({ name }) => name), ["credit_card", "apple_pay", "paypal", "ideal"]);
  });

  it("is connected, and pending once it asks again", async () => {
    const state = async () => documented("getConnection", await call(`${PATH}/connections`));
    assert.deepEqual(await state(), { status: "enabled" });
    const answer = await connect();
    assert.equal(answer.status, 201);
    assert.equal((await documented("connect", answer)).bank_account_id, request.user_bank_account_id);
    assert.equal((await state()).status, "pending");
  });

  for (const [change, field] of [
    [{ user_phone_number: "0612345678" }, "user_phone_number"], [{ business_description: "tea" }, "business_description"],
    [{ user_bank_account_id: "1" }, "user_bank_account_id"], [{ partner_callback_url: "shop" }, "partner_callback_url"],
  ]) {
    it(`is not connected with a wrong ${field}`, async () => {
      const answer = await connect(change);
      assert.equal(answer.status, 400);
      assert.equal((await documented("connect", answer)).errors[0].source.pointer, `/${field}`);
    });
  }
});

describe("a refused request", () => {
  const itemWith = (change) => basket({ items: [item(), item(change)] });
  const CASES = [
    ["a numeric vat_rate", itemWith({ vat_rate: 21 }), "/payment_link/items/1/vat_rate", "vat_rate must be string"],
    ["a vat_rate with a comma", itemWith({ vat_rate: "5,5" }), "/payment_link/items/1/vat_rate", "vat_rate has a wrong form"],
    ["a missing title", itemWith({ title: undefined }), "/payment_link/items/1/title", "title is missing"],
    ["a quantity of 0", itemWith({ quantity: 0 }), "/payment_link/items/1/quantity", "quantity must be above 0"],
    ["a quantity as a string", itemWith({ quantity: "1" }), "/payment_link/items/1/quantity", "quantity must be number"],
    [
      "a price with three decimals", itemWith({ unit_price: { value: "1.999", currency: "EUR" } }),
      "/payment_link/items/1/unit_price/value", "value has a wrong form",
    ],
    [
      "two currencies", itemWith({ unit_price: { value: "1.00", currency: "USD" } }),
      "/payment_link/items/1/unit_price/currency", "currency must be the same for all items",
    ],
    ["an unknown type", itemWith({ type: "gift" }), "/payment_link/items/1/type", "type must be one of good, service"],
    [
      "an unknown payment method", basket({ potential_payment_methods: ["cash"] }),
      "/payment_link/potential_payment_methods/0",
      "potential_payment_methods must be one of credit_card, apple_pay, paypal, ideal",
    ],
    ["no items", basket({ items: [] }), "/payment_link/items", "items must not be empty"],
    ["a basket without reusable", basket({ reusable: undefined }), "/payment_link/reusable", "reusable is missing"],
    [
      "a redirect_url that is a script", basket({ redirect_url: "javascript:alert(1)" }),
      "/payment_link/redirect_url", "redirect_url has a wrong form",
    ],
    ["an invoice without amount", invoice({ amount: undefined }), "/payment_link/amount", "amount is missing"],
    [
      "an unknown payment method of an invoice", invoice({ potential_payment_methods: ["cash"] }),
      "/payment_link/potential_payment_methods/0",
      "potential_payment_methods must be one of credit_card, apple_pay, paypal, ideal",
    ],
    [
      "an invoice_id that is no UUID", invoice({ invoice_id: "F-1" }),
      "/payment_link/invoice_id", 'invoice_id must match format "uuid"',
    ],
    [
      "both variants at once", basket(invoice().payment_link),
      "/payment_link", "payment_link must be either a basket or an invoice",
    ],
    ["no wrapper", basket().payment_link, "/payment_link", "payment_link is missing"],
    ["null", null, "/", "request body must be object"],
  ];

  for (const [name, body, pointer, detail] of CASES) {
    it(`names the field for ${name}`, async () => {
      const before = await linkCount();
      const answer = await create(body);
      assert.equal(answer.status, 400);
      const { errors, trace_id } = await documented("createPaymentLink", answer);
      assert.deepEqual(errors, [{ code: "invalid", detail, source: { pointer } }]);
      assert.equal(trace_id, answer.headers.get("x-tyk-trace-id"));
      assert.equal(await linkCount(), before);
    });
  }

  it("lists every fault", async () => {
    const answer = await create(basket({ items: [item({ vat_rate: 21, quantity: -1 })], reusable: "yes" }));
    const { errors } = await documented("createPaymentLink", answer);
    assert.deepEqual(errors.map(({ source }) => source.pointer).sort(), [
      "/payment_link/items/0/quantity", "/payment_link/items/0/vat_rate", "/payment_link/reusable",
    ]);
  });

  it("with extreme numbers still gets an answer", async () => {
    const extreme = (quantity, vat_rate) =>
      JSON.stringify(basket({ items: [item({ vat_rate })] })).replace('"quantity":1', `"quantity":${quantity}`);
    const attempt = (body) => call(PATH, { method: "POST", body });
    assert.equal((await attempt(extreme("1e308", "9".repeat(32)))).status, 201);
    assert.equal((await attempt(extreme("1e-300", "0.5"))).status, 201);
    assert.equal((await attempt(extreme("1e999", "1"))).status, 400);
    assert.equal((await attempt(extreme("1", "9".repeat(33)))).status, 400);
  });

  it("must be JSON and say so", async () => {
    const broken = await call(PATH, { method: "POST", body: "{" });
    assert.equal(broken.status, 400);
    assert.equal((await documented("createPaymentLink", broken)).errors[0].detail, "request body must be valid json");
    const untyped = await create(basket(), { "Content-Type": "text/plain" });
    assert.equal(untyped.status, 400);
    const { errors } = await documented("createPaymentLink", untyped);
    assert.equal(errors[0].detail, "request body must be application/json");
  });

  it("is 413 when it is too large", async () => {
    const answer = await create(basket({ items: [item({ title: "x".repeat(5 * 1024 * 1024) })] }));
    assert.equal(answer.status, 413);
  });

  it("is 404 for an unknown path, 405 for an unknown method, 400 for an id that is none", async () => {
    assert.equal((await call("/v3/payment_links")).status, 404);
    assert.equal((await call(PATH, { method: "DELETE" })).status, 405);
    const answer = await call(`${PATH}/1`);
    assert.equal(answer.status, 400);
    assert.equal((await documented("getPaymentLink", answer)).errors[0].source.parameter, "id");
    assert.equal((await call(`${PATH}/%E0%A4%A`)).status, 400);
  });
});

describe("access", () => {
  let guarded;
  before(async () => {
    guarded = await startStandIn({ token: "secret-1", stagingToken: "staging-1" });
  });
  after(() => guarded.close());
  const staging = { "X-Qonto-Staging-Token": "staging-1" };
  const attempt = (headers) => create(basket(), headers, { base: guarded.url });

  it("is given to the right token", async () => {
    assert.equal((await attempt({ ...staging, Authorization: "Bearer secret-1" })).status, 201);
  });

  for (const authorization of ["Bearer other", "secret-1", "Basic secret-1", ""]) {
    it(`is refused to ${JSON.stringify(authorization)}`, async () => {
      const answer = await attempt({ ...staging, Authorization: authorization });
      assert.equal(answer.status, 401);
      const { errors } = await documented("createPaymentLink", answer);
      assert.equal(errors[0].detail, "the access token is missing, invalid or expired");
    });
  }

  for (const authorization of ["Bearer login:secret", "login:secret"]) {
    it(`asks for OAuth2 when given ${authorization}`, async () => {
      for (const base of [standIn.url, guarded.url]) {
        const answer = await create(basket(), { ...staging, Authorization: authorization }, { base });
        assert.equal(answer.status, 401);
        const { errors } = await documented("createPaymentLink", answer);
        assert.equal(errors[0].detail, "OAuth2 authentication is required here");
      }
    });
  }

  it("shows a page with status 200 without the right staging token", async () => {
    for (const headers of [{}, { "X-Qonto-Staging-Token": "wrong" }]) {
      const answer = await attempt({ ...headers, Authorization: "Bearer secret-1" });
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("content-type"), /^text\/html/);
      assert.match(await answer.text(), /<h1>Sign in/);
    }
  });
});

describe("an idempotency key", () => {
  const key = (name) => ({ "X-Qonto-Idempotency-Key": name });

  it("replays the first answer, even if the body differs", async () => {
    const first = await documented("createPaymentLink", await create(basket(), key("a")));
    const count = await linkCount();
    const second = await create(invoice(), key("a"));
    assert.equal(second.status, 201);
    assert.deepEqual(await second.json(), first);
    assert.equal(await linkCount(), count);
  });

  it("replays the first answer after a deactivation", async () => {
    const first = await (await create(basket(), key("b"))).json();
    await call(`${PATH}/${first.payment_link.id}/deactivate`, { method: "PATCH" });
    assert.deepEqual(await (await create(basket(), key("b"))).json(), first);
  });

  it("is forgotten after 30 minutes", async () => {
    const first = await (await create(basket(), key("c"))).json();
    clock += 30 * MINUTE - 1;
    assert.deepEqual(await (await create(basket(), key("c"))).json(), first);
    clock += 1;
    const later = await (await create(basket(), key("c"))).json();
    assert.notEqual(later.payment_link.id, first.payment_link.id);
    assert.deepEqual(await (await create(basket(), key("c"))).json(), later);
  });

  it("does not replay a refusal", async () => {
    assert.equal((await create(basket({ items: [] }), key("d"))).status, 400);
    assert.equal((await create(basket(), key("d"))).status, 201);
  });

  it("finds the link that was created before the connection broke", async () => {
    const count = await linkCount();
    await assert.rejects(create(basket(), { ...key("e"), "X-Stand-In-Behaviour": "created_then_reset" }));
    assert.equal(await linkCount(), count + 1);
    assert.equal((await create(basket(), key("e"))).status, 201);
    assert.equal(await linkCount(), count + 1);
  });
});

describe("a mode", () => {
  const covered = new Set();
  /** @param {string} mode @param {string} promise @param {() => Promise<void>} check */
  const modeIt = (mode, promise, check) => {
    covered.add(mode);
    it(`${mode} ${promise}`, check);
  };

  modeIt("ok", "answers normally", async () => {
    assert.equal((await createUnder("ok")).status, 201);
  });

  /** The error shapes: status, content type, body for a trace id. */
  const ERROR_SHAPES = {
    error_documented: [400, /^application\/json/, (trace_id) => ({
      errors: [
        { code: "invalid", detail: "vat_rate is invalid", source: { pointer: "/data/attributes/vat_rate" } },
        { code: "invalid", detail: "per_page is invalid", source: { parameter: "per_page" } },
      ],
      trace_id,
    })],
    error_object: [404, /^application\/json/, (trace_id) => ({ errors: { message: "Not found" }, trace_id })],
    error_flat: [400, /^application\/json/, (trace_id) => ({ code: "bad_request", message: "bad request", trace_id })],
    error_oauth: [401, /^application\/json/, () => ({
      error: "invalid_token",
      error_description: "the access token expired",
    })],
    error_text: [502, /^text\/plain/, () => "bad gateway"],
    error_html: [500, /^text\/html/, () => undefined],
    error_empty: [500, null, () => ""],
  };
  for (const [mode, [status, type, expected]] of Object.entries(ERROR_SHAPES)) {
    modeIt(mode, `answers ${status} in its shape, and creates nothing`, async () => {
      const count = await linkCount();
      const answer = await createUnder(mode);
      assert.equal(answer.status, status);
      if (type) assert.match(answer.headers.get("content-type"), type);
      else assert.equal(answer.headers.get("content-type"), null);
      const traceId = answer.headers.get("x-tyk-trace-id");
      assert.match(traceId, /^[\da-f]{32}$/);
      const body = await answer.text();
      const wanted = expected(traceId);
      if (wanted === undefined) assert.match(body, /^<!doctype html>/);
      else assert.deepEqual(typeof wanted === "string" ? body : JSON.parse(body), wanted);
      assert.equal(await linkCount(), count);

      assert.equal((await createUnder(`${mode}; status=418`)).status, 418);
      if (MODES[mode].params.includes("detail")) {
        assert.match(await (await createUnder(`${mode}; detail=out of tea`)).text(), /out of tea/);
      }
    });
  }

  it("error_documented takes a pointer", async () => {
    const answer = await createUnder("error_documented; detail=a = b; pointer=/payment_link/items/0/title");
    const { errors } = await documented("createPaymentLink", answer);
    assert.deepEqual(errors[0], {
      code: "invalid",
      detail: "a = b",
      source: { pointer: "/payment_link/items/0/title" },
    });
  });

  for (const [mode, status, detail] of [
    ["not_connected", 400, "connection with the provider does not exist"],
    ["forbidden", 403, "missing required oauth scope"],
    ["not_found", 404, "not found"],
  ]) {
    modeIt(mode, `answers ${status} with the known text`, async () => {
      const answer = await createUnder(mode);
      assert.equal(answer.status, status);
      assert.equal((await documented("createPaymentLink", answer)).errors[0].detail, detail);
    });
  }

  modeIt("rate_limited", "answers 429, with Retry-After only when asked to", async () => {
    const plain = await createUnder("rate_limited");
    assert.equal(plain.status, 429);
    assert.equal(plain.headers.get("retry-after"), null);
    await documented("createPaymentLink", plain);
    const timed = await createUnder("rate_limited; retry_after=3");
    assert.equal(timed.headers.get("retry-after"), "3");
    await documented("createPaymentLink", timed);
  });

  modeIt("unavailable", "answers 503, with Retry-After only when asked to", async () => {
    const plain = await createUnder("unavailable");
    assert.equal(plain.status, 503);
    assert.equal(plain.headers.get("retry-after"), null);
    assert.equal((await createUnder("unavailable; retry_after=0")).headers.get("retry-after"), "0");
  });

  modeIt("redirect", "answers 302 to a sign-in page", async () => {
    const answer = await createUnder("redirect");
    assert.equal(answer.status, 302);
    const page = await call(answer.headers.get("location"));
    assert.match(await page.text(), /<h1>Sign in/);
  });

  modeIt("html_200", "answers 200 with a page", async () => {
    const answer = await createUnder("html_200");
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /^text\/html/);
  });

  modeIt("delay", "creates the link, waits, then answers", async () => {
    const start = performance.now();
    const answer = await createUnder("delay; ms=150");
    assert.equal(answer.status, 201);
    assert.ok(performance.now() - start >= 145);
    const count = await linkCount();
    await assert.rejects(createUnder("delay; ms=60000", { signal: AbortSignal.timeout(150) }));
    assert.equal(await linkCount(), count + 1);
  });

  modeIt("hang", "never answers and creates nothing", async () => {
    const count = await linkCount();
    await assert.rejects(createUnder("hang", { signal: AbortSignal.timeout(150) }), { name: "TimeoutError" });
    assert.equal(await linkCount(), count);
  });

  modeIt("slow_body", "sends the headers at once and the body in pieces", async () => {
    const answer = await createUnder("slow_body; ms=2");
    assert.equal(answer.status, 201);
    let pieces = 0;
    let body = "";
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      pieces += 1;
      body += piece;
    }
    assert.ok(pieces > 3, `${pieces} pieces`);
    assert.equal(JSON.parse(body).payment_link.status, "open");

    const abandoned = await createUnder("slow_body; ms=60000", { signal: AbortSignal.timeout(150) });
    assert.equal(abandoned.status, 201);
    await assert.rejects(abandoned.text());
  });

  modeIt("cut", "breaks off in the middle of the body", async () => {
    const count = await linkCount();
    const answer = await createUnder("cut");
    assert.equal(answer.status, 201);
    await assert.rejects(answer.text());
    assert.equal(await linkCount(), count + 1);
  });

  modeIt("reset", "drops the connection and creates nothing", async () => {
    const count = await linkCount();
    await assert.rejects(createUnder("reset"));
    assert.equal(await linkCount(), count);
  });

  modeIt("created_then_reset", "creates the link and drops the connection", async () => {
    const count = await linkCount();
    await assert.rejects(createUnder("created_then_reset"));
    assert.equal(await linkCount(), count + 1);
  });

  modeIt("wrong_amount", "reads the rate in the other notation, or says what it is told to", async () => {
    const amountUnder = async (behaviour, vat_rate) => {
      const answer = await create(basket({ items: [item({ vat_rate })] }), { "X-Stand-In-Behaviour": behaviour });
      return (await documented("createPaymentLink", answer)).payment_link.amount.value;
    };
    assert.equal(await amountUnder("wrong_amount", "21"), "241.78");
    assert.equal(await amountUnder("wrong_amount; notation=fraction", "21"), "241.78");
    assert.equal(await amountUnder("wrong_amount; notation=percent", "0.21"), "11.01");
    assert.equal(await amountUnder("wrong_amount; value=1.00", "21"), "1.00");
  });

  modeIt("not_json", "answers 201 with a body that does not parse", async () => {
    const answer = await createUnder("not_json");
    assert.equal(answer.status, 201);
    assert.match(answer.headers.get("content-type"), /^application\/json/);
    await assert.rejects(answer.json(), SyntaxError);
  });

  modeIt("wrong_shape", "answers 201 without a payment link", async () => {
    const answer = await createUnder("wrong_shape");
    assert.equal(answer.status, 201);
    assert.equal((await answer.json()).payment_link, undefined);
  });

  modeIt("unwrapped", "answers 201 without the wrapper", async () => {
    const answer = await createUnder("unwrapped");
    assert.equal(answer.status, 201);
    const link = await answer.json();
    assert.deepEqual(await (await call(`${PATH}/${link.id}`)).json(), link);
  });

  modeIt("extra_fields", "adds fields and values that nobody knows", async () => {
    const body = await (await createUnder("extra_fields")).json();
    assert.equal(body.payment_link.status, "in_review");
    assert.ok(body.payment_link.potential_payment_methods.includes("bank_transfer"));
    assert.ok("settlement" in body.payment_link && "meta" in body);
  });

  modeIt("no_id", "answers 201 without an id", async () => {
    const { payment_link } = await (await createUnder("no_id")).json();
    assert.equal("id" in payment_link, false);
    assert.equal(payment_link.status, "open");
  });

  modeIt("javascript_url", "answers 201 with a script as the address", async () => {
    const { payment_link } = await (await createUnder("javascript_url")).json();
    assert.equal(payment_link.url, "javascript:alert(1)");
  });

  modeIt("huge", "answers 201 with more than 1 MiB", async () => {
    const answer = await createUnder("huge");
    assert.equal(answer.status, 201);
    assert.ok((await answer.text()).length > 1024 * 1024);
  });

  it("has a test and a row in the README, each of them", async () => {
    const readme = await readFile(new URL("README.md", import.meta.url), "utf8");
    const table = readme.slice(readme.indexOf("| mode |"), readme.indexOf("| control path |"));
    const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, mode]) => mode);
    assert.deepEqual([...covered].sort(), Object.keys(MODES).sort());
    assert.deepEqual(rows.sort(), Object.keys(MODES).sort());
  });

  it("that changes a created link leaves a refusal as it is", async () => {
    const answer = await create(basket({ items: [] }), { "X-Stand-In-Behaviour": "unwrapped" });
    assert.equal(answer.status, 400);
    await documented("createPaymentLink", answer);
  });
});

describe("the behaviour", () => {
  it("lasts as many times as it is told to", async () => {
    assert.deepEqual(await (await behave({ mode: "unavailable", times: 2, retry_after: 1 })).json(), {
      mode: "unavailable", times: 2, retry_after: 1,
    });
    assert.equal((await create(basket())).status, 503);
    assert.equal((await (await call("/_stand-in/behaviour")).json()).times, 1);
    assert.equal((await create(basket())).status, 503);
    assert.equal((await create(basket())).status, 201);
    assert.deepEqual(await (await call("/_stand-in/behaviour")).json(), { mode: "ok", times: null });
  });

  it("lasts until it is changed when times is null", async () => {
    await behave({ mode: "not_found", times: null });
    for (let round = 0; round < 3; round += 1) assert.equal((await create(basket())).status, 404);
    await call("/_stand-in/behaviour", { method: "DELETE" });
    assert.equal((await create(basket())).status, 201);
  });

  it("that concerns created links is not used up by other calls", async () => {
    await behave({ mode: "created_then_reset", times: 1 });
    assert.equal((await call(PATH)).status, 200);
    await assert.rejects(create(basket()));
    assert.equal((await create(basket())).status, 201);
  });

  it("of a header goes before it and does not use it up", async () => {
    await behave({ mode: "not_found", times: 1 });
    assert.equal((await createUnder("ok")).status, 201);
    assert.equal((await create(basket())).status, 404);
  });

  it("of a function is for the request it is asked about, and goes before what is set", async () => {
    const other = await startStandIn({
      misbehave: ({ headers }) => (headers["x-qonto-idempotency-key"] === "bad" ? { mode: "forbidden" } : undefined),
    });
    try {
      const ask = async (key) => (await create(basket(), { "X-Qonto-Idempotency-Key": key }, { base: other.url })).status;
      assert.deepEqual([await ask("good"), await ask("bad")], [201, 403]);
      await call("/_stand-in/behaviour", { base: other.url, method: "PUT", body: JSON.stringify({ mode: "not_found" }) });
      assert.deepEqual([await ask("bad"), await ask("good")], [403, 404]);
    } finally {
      await other.close();
    }
  });

  it("of a header for created links does not touch other calls", async () => {
    const answer = await call(PATH, { headers: { "X-Stand-In-Behaviour": "created_then_reset" } });
    assert.equal(answer.status, 200);
  });

  for (const [wanted, expected] of [
    [{ mode: "nonsense" }, /^mode must be one of ok, /],
    [{ mode: "constructor" }, /^mode must be one of ok, /],
    [{ mode: "ok", times: 0 }, /^times must be null or an integer above 0$/],
    [{ mode: "ok", ms: 1 }, /^ok has no parameter ms$/],
    [{ mode: "delay", ms: "soon" }, /^ms must be an integer from 0 to 600000$/],
    [{ mode: "wrong_amount", rule: "none" }, /^rule must be one of unit, line, rate, total$/],
    [null, /^expected an object$/],
  ]) {
    it(`refuses ${JSON.stringify(wanted)}`, async () => {
      const answer = await behave(wanted);
      assert.equal(answer.status, 400);
      assert.match((await answer.json()).errors[0].detail, expected);
    });
  }

  it("refuses a header that it does not understand", async () => {
    const answer = await createUnder("nonsense");
    assert.equal(answer.status, 400);
    assert.match((await answer.json()).errors[0].detail, /^mode must be one of/);
  });
});

describe("the record of requests", () => {
  it("shows what arrived, until it is cleared", async () => {
    await call("/_stand-in/requests", { method: "DELETE" });
    const body = JSON.stringify(basket());
    await create(basket(), { "X-Mixed-Case": "kept" });
    await call(`${PATH}?page=1`);
    const { requests } = await (await call("/_stand-in/requests")).json();
    assert.deepEqual(requests.map(({ method, path, search }) => [method, path, search]), [
      ["POST", PATH, ""], ["GET", PATH, "page=1"],
    ]);
    assert.equal(requests[0].body, body);
    assert.equal(requests[0].headers["x-mixed-case"], "kept");
    await call("/_stand-in/requests", { method: "DELETE" });
    assert.deepEqual(await (await call("/_stand-in/requests")).json(), { requests: [] });
  });

  it("keeps the last 50", async () => {
    for (let page = 1; page <= 51; page += 1) await call(`${PATH}?page=${page}`);
    const { requests } = await (await call("/_stand-in/requests")).json();
    assert.equal(requests.length, 50);
    assert.equal(requests[0].search, "page=2");
  });

  it("leaves unknown control paths at 404", async () => {
    assert.equal((await call("/_stand-in/other")).status, 404);
  });
});

describe("the payment page", () => {
  const pageOf = async (body) => {
    const { payment_link } = await (await create(body)).json();
    const answer = await fetch(payment_link.url);
    return { answer, page: await answer.text() };
  };

  it("shows amount and items, escaped, under a strict policy", async () => {
    const title = `<script>alert("1")</script>`;
    const redirect_url = `https://shop.example/?a=1&b="'><script>`;
    const { answer, page } = await pageOf(basket({ items: [item({ title })], redirect_url }));
    assert.equal(answer.status, 200);
    const policy = answer.headers.get("content-security-policy");
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/=]+'; /);
    assert.doesNotMatch(policy, /unsafe/);
    assert.doesNotMatch(page, /<script/);
    assert.match(page, /&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/);
    assert.match(page, /href="https:\/\/shop\.example\/\?a=1&amp;b=&quot;&#39;&gt;&lt;script&gt;"/);
    assert.match(page, /13\.30 EUR/);
    assert.match(page, /not Qonto/);
  });

  it("shows an invoice", async () => {
    const { page } = await pageOf(invoice());
    assert.match(page, /Invoice F-2026-001 to Ada Lovelace/);
  });

  it("is 404 for an unknown link", async () => {
    const answer = await call("/pay/%3Cscript%3E");
    assert.equal(answer.status, 404);
    assert.match(answer.headers.get("content-security-policy"), /default-src 'none'/);
    assert.doesNotMatch(await answer.text(), /<script/);
  });
});

describe("started from the command line", () => {
  /** @param {string[]} options */
  const start = (...options) => spawn(process.execPath, [MAIN, ...options], { stdio: "pipe" });

  /** @param {string[]} options */
  async function failure(...options) {
    const program = start(...options);
    let stderr = "";
    program.stderr.on("data", (piece) => { stderr += piece; });
    const [code] = await once(program, "close");
    return { code, stderr };
  }

  it("says its address, keeps its links in the file and ends on SIGTERM", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stand-in-"));
    try {
      const ids = [];
      for (let run = 0; run < 2; run += 1) {
        const program = start("--port", "0", "--db", join(folder, "links.db"));
        let stderr = "";
        program.stderr.on("data", (piece) => { stderr += piece; });
        const [line] = await once(program.stdout, "data");
        const [, base] = /^stand-in of the Qonto payment links API: (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(line));
        if (run === 0) ids.push((await (await create(basket(), {}, { base })).json()).payment_link.id);
        const { payment_links } = await (await call(PATH, { base })).json();
        assert.deepEqual(payment_links.map(({ id }) => id), ids);
        program.kill("SIGTERM");
        assert.deepEqual(await once(program, "close"), [0, null]);
        assert.equal(stderr, "");
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("says in one line what is wrong", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address();
    try {
      const cases = [
        [["--port", String(port)], `stand-in: port ${port} of 127.0.0.1 is in use, choose another with --port\n`],
        [["--port", "many"], "stand-in: --port must be a number from 0 to 65535, not many\n"],
        [["--rule", "none"], "stand-in: --rule must be one of unit, line, rate, total, not none\n"],
        [["--notation", "none"], `stand-in: --notation must be one of ${NOTATIONS.join(", ")}, not none\n`],
        [["--colour"], "stand-in: Unknown option '--colour'\n"],
        [["--db", "/nowhere/links.db"], "stand-in: database /nowhere/links.db cannot be used: unable to open database file\n"],
        [["--port", "0", "--db", MAIN], `stand-in: database ${MAIN} cannot be used: file is not a database\n`],
      ];
      for (const [options, stderr] of cases) assert.deepEqual(await failure(...options), { code: 1, stderr });
    } finally {
      taken.close();
    }
  });
});
