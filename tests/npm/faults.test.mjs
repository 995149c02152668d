// createPaymentLink under faults: every call settles, with a typed error that says whether a link may exist,
// and no secret in anything the error shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { STAGING, survive, TOKEN } from "./fault-cases.mjs";
import { EXAMPLE, PACKAGE, TWIN, WATCH_MEMORY, installed, project, run } from "./packed.mjs";

const api = await installed();
const { createPaymentLink, isPaymentLinkError } = api;

const LINK = { id: "1", url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } };

const answer = (body, status = 201, headers = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
const good = () => answer({ payment_link: LINK });
const never = () => new Promise(() => {});

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

/** What an error shows in Node, beside what it shows everywhere. */
const inspected = (error) => inspect(error, { depth: 12, showHidden: true });

test("in Node every fault settles, typed and without a secret, and the next call works", async () => {
  const unhandled = [];
  const note = (error) => unhandled.push(error);
  process.on("unhandledRejection", note);
  const { count, wrong } = await survive(api, inspected);
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.off("unhandledRejection", note);
  assert.deepEqual(wrong, []);
  assert.deepEqual(unhandled, []);
  assert.ok(count > 90, `${count}`);
});

test("a call leaves no timer and no listener behind, and lets go of a body that it does not read", async () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args) => { listeners++; addEventListener.apply(signal, args); };
  signal.removeEventListener = (...args) => { listeners--; removeEventListener.apply(signal, args); };
  let cancelled = 0;
  let pulled = 0;
  const endless = () => new Response(new ReadableStream({
    pull(stream) { pulled++; stream.enqueue(new Uint8Array(1 << 16)); },
    cancel() { cancelled++; },
  }), { status: 201 });
  // A fetch that ignores its signal, and answers when nobody waits any more.
  let answerLate;
  const late = () => new Promise((resolve) => { answerLate = () => resolve(endless()); });
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  for (const [fetch, timeoutMs] of [[good, 5_000], [endless, 5_000], [() => { throw new Error("no"); }, 5_000], [late, 20]]) {
    await outcome({ fetch, signal, timeoutMs });
  }
  answerLate();
  for (let i = 0; i < 100 && cancelled < 2; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(cancelled, 2);
  assert.equal(listeners, 0);
  assert.ok(pulled < 30, `${pulled}`);
  assert.ok(timers() <= before, `${timers()} timers, ${before} before`);
});

test("an answer is read whose bytes are of another realm, as those of Node's fetch in Vitest's jsdom", async () => {
  const foreign = (text) => runInNewContext("Uint8Array.from(codes)", { codes: Buffer.from(text) });
  const body = () => new ReadableStream({
    start(stream) {
      stream.enqueue(foreign(JSON.stringify({ payment_link: LINK })));
      stream.close();
    },
  });
  assert.equal(await outcome({ fetch: () => ({ status: 201, headers: new Headers(), body: body() }) }), "ok");
});

test("no token stays in the module's memory after a call", async () => {
  const script = `
    ${WATCH_MEMORY}
    const { createPaymentLink } = await import("${PACKAGE}");
    const token = "tok_" + "Qx7".repeat(20), staging = "stg_" + "Vw9".repeat(20), key = "key_" + "Ab1".repeat(9);
    const has = (text) => Buffer.from(memory.buffer).includes(text);
    const payload = ${JSON.stringify(EXAMPLE)};
    const link = ${JSON.stringify(LINK)};
    const [seen, left] = [[], []];
    const run = (given, fetch, further) => createPaymentLink(given, payload, {
      baseUrl: "https://qonto.example", stagingToken: staging, idempotencyKey: key, retries: 1, timeoutMs: 2000, headers: { "X-Shop": "Crème".normalize("NFKD").replace(/[^ -~]/g, "") },
      fetch: async (...args) => { seen.push(has(token) || has(staging)); return fetch(...args); }, ...further,
    }).catch(({ code, name }) => code ?? name).finally(() => left.push(has(token) || has(staging)));
    const ends = [
      await run(token, () => Response.json(link, { status: 201 })),
      await run(async () => token, () => Response.json(link, { status: 201 })),
      await run(token, () => { throw new Error("bad " + token); }),
      await run(token, () => new Response(JSON.stringify({ errors: [{ detail: token + staging }] }), { status: 400 })),
      await run(token, () => new Response(token, { status: 429, headers: { "retry-after": "0" } })),
      // The buffer has to grow when the token is in it.
      await run(token, () => {}, { headers: { "X-Shop": "é".repeat(200_000) } }),
      await run(token, () => Response.json({ ...link, id: token + staging + "é".repeat(400_000) }, { status: 201 }), { headers: { "X-Shop": "x".repeat(900_000) } }),
    ];
    ends.at(-1).id = ends.at(-1).id?.length;
    console.log(JSON.stringify([ends.map((end) => end.id ?? end), seen.some(Boolean), left.some(Boolean)]));`;
  const root = await project({ "main.mjs": script });
  const printed = JSON.parse(await run(process.execPath, ["main.mjs"], { cwd: root }));
  assert.deepEqual(printed, [
    ["1", "1", "network", "rejected", "rate_limited", "TypeError", 400_128], true, false,
  ]);
});

test("pages that are gone through fail where they are, and nowhere else", async () => {
  const unhandled = [];
  const note = (error) => unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    const options = { fetch: () => answer({}, 404) };
    for (const list of [() => api.listPaymentLinks(TOKEN, {}, options), () => api.listPayments(TOKEN, "1", {}, options)]) {
      await assert.rejects(async () => {
        for await (const page of list()) assert.fail(inspect(page));
      }, { code: "not_found" });
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    process.off("unhandledRejection", note);
  }
  assert.deepEqual(unhandled, []);
});

test("a body of empty pieces without end ends the call, though no timer has its turn meanwhile", async () => {
  const body = () => new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array()) });
  assert.equal(await outcome({ fetch: () => new Response(body(), { status: 201 }) }), "bad_answer+");
  const getReader = () => ({ read: async () => ({ done: false, value: new Uint8Array() }), cancel() {} });
  assert.equal(await outcome({ fetch: () => ({ status: 201, headers: new Headers(), body: { getReader } }) }), "bad_answer+");
});

test("a body whose cancel throws hides not why it was let go", async () => {
  const body = (read) => ({ getReader: () => ({ read, cancel() { throw new Error("no"); } }) });
  const fetch = (read) => () => ({ status: 201, headers: new Headers(), body: body(read) });
  assert.equal(await outcome({ fetch: fetch(never) }), "timeout+");
  const controller = new AbortController();
  const aborting = () => { controller.abort(); return never(); };
  assert.equal(await outcome({ fetch: fetch(aborting), signal: controller.signal }), "aborted+");
  assert.equal(await outcome({ fetch: fetch(async () => ({ done: false, value: new Uint8Array(1 << 20) })) }), "bad_answer+");
});

test("pages without end that come at once end with the time of the call, though no timer has its turn meanwhile", async () => {
  let page = 0;
  const text = async () => JSON.stringify({ payment_links: [], meta: { current_page: ++page, next_page: page + 1 } });
  const fetch = async () => ({ status: 200, headers: new Headers(), text });
  await assert.rejects(api.recoverPaymentLink(TOKEN, EXAMPLE, { fetch, timeoutMs: 100 }), { code: "timeout", maybeCreated: false });
});

test("calls that are misused leave nothing in memory", async () => {
  const script = `
    ${WATCH_MEMORY}
    const { createPaymentLink } = await import("${PACKAGE}");
    const payload = ${JSON.stringify(EXAMPLE)};
    const round = async () => {
      for (let i = 0; i < 20_000; i++) {
        const misused = i % 2 ? createPaymentLink("", payload) : createPaymentLink("tok_123456", payload, { rounding: "x" });
        await misused.catch(() => {});
      }
    };
    await round();
    const before = memory.buffer.byteLength;
    await round();
    await round();
    console.log((memory.buffer.byteLength - before) / 2 ** 20);`;
  const dir = await project({ "main.mjs": script });
  assert.ok(Number(await run(process.execPath, ["main.mjs"], { cwd: dir })) <= 0.25);
});

test("a call that finds no memory spoils none after it", { skip: TWIN && "only the module's memory can be used up from outside" }, async () => {
  const script = `
    ${WATCH_MEMORY}
    const { Basket, createPaymentLink, previewTotals } = await import("${PACKAGE}");
    const payload = ${JSON.stringify(EXAMPLE)};
    const large = { ...payload, items: Array(40_000).fill(payload.items[0]) };
    previewTotals(large);
    for (let pages = 65_536; pages > 0;) {
      try { memory.grow(pages); } catch { pages >>= 1; }
    }
    const baskets = [];
    try {
      for (;;) baskets.push(new Basket(payload));
    } catch {
      // What was free is used up as well.
    }
    const ends = await createPaymentLink("tok_123456", large, { fetch() { throw new Error("sent"); } }).catch(({ name }) => name);
    for (const basket of baskets) basket[Symbol.dispose]();
    const { gross } = previewTotals(payload).totals;
    console.log(JSON.stringify([ends, gross, new Basket(payload).gross]));`;
  const root = await project({ "main.mjs": script });
  assert.deepEqual(JSON.parse(await run(process.execPath, ["main.mjs"], { cwd: root })), ["RuntimeError", "13.30", "13.30"]);
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

test("how long the API asks to wait is told whole, however long it is, and is not waited for past the call's time", async () => {
  for (const [after, ms] of [["5184000", 5_184_000_000], ["315360000", 315_360_000_000], ["7", 7_000]]) {
    let sent = 0;
    const fetch = () => { sent++; return answer("", 429, { "retry-after": after }); };
    await assert.rejects(createPaymentLink(TOKEN, EXAMPLE, { baseUrl: "https://qonto.example", fetch, timeoutMs: 5_000 }), { code: "rate_limited", retryAfterMs: ms });
    assert.equal(sent, 1);
  }
});

test("a pause that is cut short leaves no timer behind", async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const controller = new AbortController();
  const fetch = () => { setTimeout(() => controller.abort(), 20); return answer("", 429, { "retry-after": "60" }); };
  const call = createPaymentLink(TOKEN, EXAMPLE, { baseUrl: "https://qonto.example", fetch, timeoutMs: 90_000, signal: controller.signal });
  await assert.rejects(call, { code: "aborted", maybeCreated: false });
  assert.ok(timers() <= before, `${timers()} timers, ${before} before`);
});

test("a wrong amount is explained though the texts of the payload were forgotten while the answer was awaited", async () => {
  let answerNow;
  const fetch = () => new Promise((resolve) => {
    answerNow = () => resolve(answer({ payment_link: { ...LINK, amount: { value: "241.78", currency: "EUR" } } }));
  });
  for (let round = 0; round < 3; round++) {
    const call = createPaymentLink(TOKEN, EXAMPLE, { baseUrl: "https://qonto.example", fetch });
    for (let i = 0; i < 2_000; i++) {
      const item = { ...EXAMPLE.items[0], vat_rate: `${i % 97}.${i % 89}`, type: `other ${i}` };
      api.previewTotals({ ...EXAMPLE, items: [item, item, item] });
    }
    answerNow();
    await assert.rejects(call, { code: "amount_mismatch", diagnosis: "percent_as_fraction", expected: { value: "13.30", currency: "EUR" } });
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
