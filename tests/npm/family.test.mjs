// The calls of the API from the packed package, against the stand-in for Qonto's API, and against answers
// that it does not give.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startStandIn } from "../../www-example/stand-in/server.mjs";
import { EXAMPLE, installed } from "./packed.mjs";

const api = await installed();
const TOKEN = "tok_family_8Kd02LmQ";
const standIn = await startStandIn({ token: TOKEN });
after(() => standIn.close());
const at = { baseUrl: standIn.url };

const create = (options) => api.createPaymentLink(TOKEN, EXAMPLE, { ...at, ...options });
const control = (path, method, body) => fetch(`${standIn.url}/_stand-in/${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
const behave = (behaviour) => control("behaviour", "PUT", behaviour);
const requests = async () => (await (await control("requests", "GET")).json()).requests;
const links = async () => (await (await control("links", "GET")).json()).payment_links;

const CONNECTION = {
  partner_callback_url: "https://shop.example/connected",
  user_bank_account_id: "6ff0a3f6-41cd-4d9c-9a5e-5e5f7a3cb1d4",
  user_phone_number: "+33612345678",
  business_description: "We sell tea, and the pots, cups and kettles that it takes to make it, to people in Paris.",
};

test("a link is read, paid, listed and deactivated", async () => {
  const { id } = await create();
  assert.equal((await api.getPaymentLink(TOKEN, id, at)).id, id);
  assert.deepEqual((await api.listPayments(TOKEN, id, {}, at)).payments, []);
  await control("payments", "POST", { id });
  const { payments } = await api.listPayments(TOKEN, id, { status: "paid", sort_by: "creation_date:asc" }, at);
  assert.deepEqual(payments.map(({ status }) => status), ["paid"]);
  const other = await create();
  assert.equal((await api.deactivatePaymentLink(TOKEN, other.id, at)).status, "canceled");
  const canceled = await api.listPaymentLinks(TOKEN, { status: ["canceled"], per_page: 1, sort_by: "amount:desc" }, at);
  assert.deepEqual(canceled.payment_links.map((link) => link.id), [other.id]);
  assert.equal(canceled.meta.total_count, 1);
});

test("the account's methods and connection are read, and it asks to be connected", async () => {
  const methods = await api.listPaymentMethods(TOKEN, { amount: "13.30", currency: "EUR", locale: "fr" }, at);
  assert.deepEqual(methods[0], { name: "credit_card", enabled: true });
  assert.deepEqual(await api.listPaymentMethods(TOKEN, undefined, at), methods);
  assert.deepEqual(await api.getConnection(TOKEN, at), { status: "enabled" });
  const { status, bank_account_id } = await api.connect(TOKEN, CONNECTION, at);
  assert.deepEqual([status, bank_account_id], ["pending", CONNECTION.user_bank_account_id]);
  const { headers } = (await requests()).at(-1);
  assert.match(headers["x-qonto-idempotency-key"], /^[0-9a-f-]{36}$/);
});

test("all pages are gone through with for await, and one is awaited", async () => {
  const fresh = await startStandIn({ token: TOKEN });
  const there = { baseUrl: fresh.url };
  try {
    const empty = [];
    for await (const page of api.listPaymentLinks(TOKEN, {}, there)) empty.push(page);
    assert.deepEqual(empty.map(({ meta }) => meta.next_page), [0]);
    const ids = [];
    for (let i = 0; i < 5; i++) ids.unshift((await api.createPaymentLink(TOKEN, EXAMPLE, there)).id);
    const sizes = [];
    const seen = [];
    for await (const { payment_links } of api.listPaymentLinks(TOKEN, { per_page: 2 }, there)) {
      sizes.push(payment_links.length);
      seen.push(...payment_links.map(({ id }) => id));
    }
    assert.deepEqual(sizes, [2, 2, 1]);
    assert.deepEqual(seen, ids);
    const pages = [];
    for await (const { meta } of api.listPaymentLinks(TOKEN, { per_page: 2, page: 2 }, there)) pages.push(meta.current_page);
    assert.deepEqual(pages, [2, 3]);
    assert.equal((await api.listPaymentLinks(TOKEN, { per_page: 2 }, there)).payment_links.length, 2);
  } finally {
    await fresh.close();
  }
});

test("pages that never end by what the API says end all the same", async () => {
  let calls = 0;
  const meta = { current_page: 1, next_page: 2 };
  const fetch = async () => {
    calls++;
    return Response.json({ payment_links: [], meta });
  };
  for await (const _ of api.listPaymentLinks(TOKEN, {}, { ...at, fetch })) if (calls > 9) break;
  assert.equal(calls, 2);
});

test("what the caller asks for wrongly is a TypeError, and nothing is sent", async () => {
  const fetch = () => assert.fail("sent");
  const wrong = [
    () => api.getPaymentLink(TOKEN, "", { fetch }), () => api.getPaymentLink(TOKEN, "..", { fetch }),
    () => api.deactivatePaymentLink(TOKEN, undefined, { fetch }), () => api.listPayments(TOKEN, 5, {}, { fetch }),
    () => api.getPaymentLink(TOKEN, "a\nb", { fetch }), () => api.getPaymentLink(TOKEN, "x".repeat(300), { fetch }),
    ...[{ page: 0 }, { page: 1.5 }, { page: "1" }, { per_page: 101 }, { status: "" }, { status: [5] }, { sort_by: "id" }]
      .map((query) => () => api.listPaymentLinks(TOKEN, query, { fetch })),
    () => api.listPaymentMethods(TOKEN, { amount: "1,0" }, { fetch }),
    () => api.getConnection("a b", { fetch }), () => api.getConnection(TOKEN, { fetch, timeoutMs: 0 }),
    () => api.getConnection(TOKEN, 5), () => api.connect(TOKEN, CONNECTION, { fetch, retries: "1" }),
    () => api.recoverPaymentLink(TOKEN, EXAMPLE, { fetch, since: "soon" }),
  ];
  for (const call of wrong) await assert.rejects(call, TypeError, String(call));
});

test("an id goes into the path as it is, whatever is in it", async () => {
  let sent;
  const fetch = async (url) => {
    sent = url;
    return Response.json({ id: "x" });
  };
  await api.getPaymentLink(TOKEN, "../a b?c#d/é%\"", { baseUrl: "https://qonto.example/", fetch });
  assert.equal(sent, "https://qonto.example/v2/payment_links/..%2Fa%20b%3Fc%23d%2F%C3%A9%25%22");
});

test("a request to connect is checked before it is sent", async () => {
  const fetch = () => assert.fail("sent");
  const cases = [
    [undefined, ["wrong_type ''"]], [[], ["wrong_type ''"]], [null, ["wrong_type ''"]],
    [{}, ["required '/partner_callback_url'", "required '/user_bank_account_id'", "required '/user_phone_number'", "required '/business_description'"]],
    [{ ...CONNECTION, user_phone_number: 33 }, ["wrong_type '/user_phone_number'"]],
    [{ ...CONNECTION, user_phone_number: "+0612345678" }, ["not_a_phone_number '/user_phone_number'"]],
    [{ ...CONNECTION, user_phone_number: "+1234567890123456" }, ["not_a_phone_number '/user_phone_number'"]],
    [{ ...CONNECTION, business_description: "é".repeat(79) }, ["too_short '/business_description'"]],
    [{ ...CONNECTION, business_description: `${" ".repeat(80)}tea` }, ["too_short '/business_description'"]],
    [{ ...CONNECTION, user_bank_account_id: "1", user_website_url: "shop" }, ["not_a_uuid '/user_bank_account_id'", "not_an_http_url '/user_website_url'"]],
  ];
  for (const [request, expected] of cases) {
    await assert.rejects(api.connect(TOKEN, request, { fetch }), (error) => {
      assert.equal(error.code, "validation");
      assert.deepEqual(error.issues.map(({ code, pointer }) => `${code} '${pointer}'`), expected);
      return true;
    });
  }
  const right = { ...CONNECTION, business_description: "é".repeat(80), user_website_url: "https://shop.example" };
  assert.equal((await api.connect(TOKEN, right, at)).status, "pending");
});

test("answers are read wrapped or not, and an address that is a script is none", async () => {
  const answer = (body) => ({ ...at, fetch: async () => Response.json(body) });
  assert.equal((await api.getPaymentLink(TOKEN, "1", answer({ payment_link: { id: "1", status: "new" } }))).status, "new");
  assert.equal((await api.getPaymentLink(TOKEN, "1", answer({ id: "1" }))).id, "1");
  assert.deepEqual(await api.listPaymentMethods(TOKEN, {}, answer([])), []);
  assert.equal((await api.getConnection(TOKEN, answer({ connection: { status: "later" } }))).status, "later");
  const bad = [
    (options) => api.getPaymentLink(TOKEN, "1", options), (options) => api.listPaymentLinks(TOKEN, {}, options),
    (options) => api.listPayments(TOKEN, "1", {}, options), (options) => api.listPaymentMethods(TOKEN, {}, options),
    (options) => api.getConnection(TOKEN, options), (options) => api.connect(TOKEN, CONNECTION, options),
  ];
  for (const call of bad) {
    for (const body of [null, [1], {}, { id: 5 }, { payment_link: {} }, { payment_links: {} }, "text"]) {
      if (call === bad[3] && Array.isArray(body)) continue;
      await assert.rejects(call(answer(body)), { name: "PaymentLinkError", code: "bad_answer", maybeCreated: call === bad[5] });
    }
  }
  await assert.rejects(api.getPaymentLink(TOKEN, "1", answer({ id: "1", url: "javascript:1" })), { code: "bad_answer" });
  await assert.rejects(api.getConnection(TOKEN, answer({ status: "x", connection_location: "data:," })), { code: "bad_answer" });
});

test("what only reads is tried again after any failure, what writes only where nothing can have happened", async () => {
  const count = async (call, mode) => {
    await control("requests", "DELETE");
    await behave({ mode, times: 1 });
    const end = await call().then(() => "ok", ({ code, maybeCreated }) => code + (maybeCreated ? "+" : ""));
    await control("behaviour", "DELETE");
    return `${(await requests()).length} ${end}`;
  };
  const { id } = await create();
  for (const mode of ["unavailable", "error_text", "error_empty", "reset"]) {
    assert.equal(await count(() => api.getPaymentLink(TOKEN, id, at), mode), "2 ok", mode);
    assert.match(await count(() => api.deactivatePaymentLink(TOKEN, id, at), mode), /^1 (server|network)$/, mode);
    assert.match(await count(() => api.connect(TOKEN, CONNECTION, at), mode), /^1 (server|network)\+$/, mode);
    assert.match(await count(create, mode), /^1 (server|network)\+$/, mode);
  }
  assert.equal(await count(create, "rate_limited"), "2 ok");
});

test("a token function is asked once, once more after a 401, and the request is sent once more", async () => {
  const run = async (tokens) => {
    const given = [];
    const token = async () => {
      given.push(tokens[Math.min(given.length, tokens.length - 1)]);
      return given.at(-1);
    };
    await control("requests", "DELETE");
    const end = await api.createPaymentLink(token, EXAMPLE, { ...at, retries: 0 }).then(() => "ok", ({ code }) => code);
    const sent = await requests();
    const keys = new Set(sent.map(({ headers }) => headers["x-qonto-idempotency-key"]));
    return [end, given.length, sent.length, keys.size];
  };
  assert.deepEqual(await run([TOKEN]), ["ok", 1, 1, 1]);
  assert.deepEqual(await run(["tok_expired_1", TOKEN]), ["ok", 2, 2, 1]);
  assert.deepEqual(await run(["tok_expired_1", "tok_expired_2"]), ["unauthorized", 2, 2, 1]);
  await control("requests", "DELETE");
  await assert.rejects(api.createPaymentLink("tok_expired_1", EXAMPLE, at), { code: "unauthorized" });
  assert.equal((await requests()).length, 1);
});

test("a link with another amount is deactivated when asked, and the error says whether that worked", async () => {
  const wrong = { "X-Stand-In-Behaviour": "wrong_amount; notation=fraction" };
  const before = (await links()).length;
  await assert.rejects(create({ headers: wrong }), (error) => {
    const { code, link, expected, diagnosis, deactivated, status, maybeCreated } = error;
    assert.deepEqual(
      [code, link.amount.value, expected, diagnosis, deactivated, status, maybeCreated, link.status],
      ["amount_mismatch", "241.78", { value: "13.30", currency: "EUR" }, "percent_as_fraction", undefined, 201, true, "open"],
    );
    assert.deepEqual(JSON.parse(JSON.stringify(error)).expected, expected);
    return true;
  });
  await assert.rejects(create({ headers: wrong, onAmountMismatch: "deactivate" }), ({ code, deactivated, link, message }) => {
    assert.deepEqual([code, deactivated, link.status], ["amount_mismatch", true, "canceled"]);
    assert.match(message, /was read as a fraction; it was deactivated$/);
    return true;
  });
  assert.equal((await links()).length, before + 2);
  assert.equal((await links())[0].status, "canceled");

  const failing = async (url, init) =>
    init.method === "PATCH" ? new Response("no", { status: 500 }) : fetch(url, { ...init, headers: { ...Object.fromEntries(init.headers), ...wrong } });
  await assert.rejects(create({ fetch: failing, onAmountMismatch: "deactivate" }), ({ code, deactivated, link, message }) => {
    assert.deepEqual([code, deactivated, link.status], ["amount_mismatch", false, "open"]);
    assert.match(message, /; deactivating it failed: the API failed; it says: no$/);
    return true;
  });
});

test("each way to read a basket wrongly is named", async () => {
  const payload = structuredClone(EXAMPLE);
  payload.items[0].quantity = 3;
  const answer = (value) => async () =>
    Response.json({ payment_link: { id: "1", url: "https://pay.qonto.com/1", amount: { value, currency: "EUR" } } }, { status: 201 });
  const cases = [
    ["725.34", "percent_as_fraction"], ["32.97", "without_vat"], ["13.30", "quantity_ignored"], ["3.63", "price_ignored"],
    ["0.00", "price_ignored"], ["39.88", undefined],
  ];
  for (const [value, diagnosis] of cases) {
    await assert.rejects(api.createPaymentLink(TOKEN, payload, { ...at, fetch: answer(value) }), (error) => {
      assert.deepEqual([error.code, error.diagnosis], ["amount_mismatch", diagnosis], value);
      return true;
    });
  }
  payload.items[0].vat_rate = "0.21";
  const options = { ...at, vatRates: "fraction", fetch: answer("33.04") };
  await assert.rejects(api.createPaymentLink(TOKEN, payload, options), { diagnosis: "fraction_as_percent" });
  payload.items[0] = { ...payload.items[0], quantity: 3, unit_price: { value: "0.33", currency: "EUR" }, vat_rate: "20" };
  const exact = { ...at, amountCheck: "exact", fetch: answer("1.20") };
  await assert.rejects(api.createPaymentLink(TOKEN, payload, exact), { diagnosis: "rounded_by_unit" });
});

test("a link that may exist is found again by its payload", async () => {
  const payload = structuredClone(EXAMPLE);
  payload.items[0].title = 'Recovered "tea" 😀\n';
  const since = new Date(Date.now() - 1000);
  const recover = (wanted = payload, options = {}) => api.recoverPaymentLink(TOKEN, wanted, { ...at, since, ...options });
  assert.deepEqual(await recover(), []);
  await behave({ mode: "created_then_reset", times: 1 });
  await assert.rejects(api.createPaymentLink(TOKEN, payload, at), { code: "network", maybeCreated: true });
  const [found, ...more] = await recover();
  assert.deepEqual(more, []);
  assert.equal(found.items[0].title, payload.items[0].title);
  assert.deepEqual(await recover(payload, { since: Date.now() + 60_000 }), []);
  assert.equal((await recover({ payment_link: payload }, { since: undefined })).length, 1);
  payload.items[0].quantity = 2;
  assert.deepEqual(await recover(), []);
  await assert.rejects(recover({}), { code: "validation" });
});

test("a link matches by its items, its invoice, or where it has neither its amount", async () => {
  const [item] = EXAMPLE.items;
  const link = (change) => ({
    id: "1", url: "https://pay.qonto.com/1", amount: { value: "13.30", currency: "EUR" }, created_at: "2026-01-02T00:00:00+02:00",
    items: [item], ...change,
  });
  const invoice = {
    invoice_id: "6ff0a3f6-41cd-4d9c-9a5e-5e5f7a3cb1d4", invoice_number: "F-1", debitor_name: "Ada",
    amount: { value: "13.30", currency: "EUR" }, potential_payment_methods: ["paypal"],
  };
  const matches = async (change, payload = EXAMPLE, since = "2026-01-01T22:00:00Z") => {
    const fetch = async () => Response.json({ payment_links: [link({ id: "0", items: [] }), link(change)], meta: {} });
    return (await api.recoverPaymentLink(TOKEN, payload, { ...at, since, fetch })).length === 1;
  };
  const items = (change) => ({ items: [{ ...item, ...change }] });
  for (const [change, expected] of [
    [{}, true], [items({ vat_rate: "0.21" }), true], [items({ vat_rate: "21" }), true], [items({ vat_rate: "20" }), false],
    [items({ unit_price: { value: "10.990", currency: "EUR" } }), true], [items({ unit_price: { value: "10.99", currency: "USD" } }), false],
    [items({ title: "item 1" }), false], [items({ quantity: 1.0 }), true], [{ items: [item, item] }, false],
    [{ items: null }, true], [{ items: null, amount: { value: "13.31", currency: "EUR" } }, false],
    [{ items: null, amount: { value: "241.78", currency: "EUR" } }, true], [{ items: null, invoice_id: invoice.invoice_id }, false],
    [{ created_at: "2026-01-01T23:59:59+02:00" }, false], [{ created_at: null }, true], [{ created_at: "soon" }, true],
  ]) {
    assert.equal(await matches(change), expected, JSON.stringify(change));
  }
  assert.equal(await matches({ items: null, invoice_id: invoice.invoice_id.toUpperCase() }, invoice), true);
  assert.equal(await matches({ items: null }, invoice), false);
});

test("links are looked for on every page", async () => {
  let pages = 0;
  const fetch = async (url) => {
    const page = Number(new URL(url).searchParams.get("page"));
    pages++;
    const payment_links = [{ id: `${page}`, items: EXAMPLE.items }];
    return Response.json({ payment_links, meta: { current_page: page, next_page: page < 3 ? page + 1 : null } });
  };
  const found = await api.recoverPaymentLink(TOKEN, EXAMPLE, { ...at, fetch });
  assert.deepEqual(found.map(({ id }) => id), ["1", "2", "3"]);
  assert.equal(pages, 3);
});
