// What can go wrong in a call, in any runtime: faults.test.mjs runs this in Node, in Chromium and in workerd.
// It must need nothing that one of them lacks.

export const TOKEN = `tok_${"Zq9xK2".repeat(6)}`;
export const STAGING = `stg_${"Mw4rT8".repeat(5)}`;
const LINK = { id: "1", url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } };
const PAYLOAD = {
  potential_payment_methods: ["credit_card"],
  reusable: true,
  items: [{ title: "Item 1", quantity: 1, unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "21.0" }],
};
const MIB = 1 << 20;

const answer = (body, status = 201, headers = {}) =>
  new Response(typeof body === "string" || body === null || body instanceof Uint8Array || body instanceof ReadableStream ? body : JSON.stringify(body), { status, headers });
const good = () => answer({ payment_link: LINK });
const never = () => new Promise(() => {});
const duck = (members) => ({ status: 201, headers: new Headers(), text: async () => JSON.stringify({ payment_link: LINK }), ...members });
const bytes = (text) => new TextEncoder().encode(text);
const throwing = (known = {}) => new Proxy(known, { get(target, key) { if (key in target || key === "then") return target[key]; throw new Error(TOKEN); } });

/** A body that gives these pieces, and then ends, fails or goes on for ever. */
function stream(pieces, then = "end") {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      if (at < pieces.length) return controller.enqueue(pieces[at++]);
      if (then === "end") return controller.close();
      if (then === "fail") return controller.error(new Error(`broken ${TOKEN}`));
      if (then === "hang") return never();
      controller.enqueue(pieces.at(-1));
    },
  });
}

const whole = JSON.stringify({ payment_link: LINK });
const padded = (size) => JSON.stringify({ payment_link: { ...LINK, padding: "x".repeat(size - whole.length - 13) } });

/** What stands for `fetch`, and how the call ends: a code, with + where a link may exist. */
const FETCHES = {
  "throws": [() => { throw new Error(TOKEN); }, "network+"],
  "throws nothing": [() => { throw undefined; }, "network+"],
  "throws a text": [() => { throw TOKEN; }, "network+"],
  "throws what throws": [() => { throw throwing(); }, "network+"],
  "rejects with nothing": [() => Promise.reject(), "network+"],
  "rejects with the request": [(url, init) => Promise.reject(Object.assign(new Error("no"), { request: init, headers: [...init.headers] })), "network+"],
  "gives undefined": [() => undefined, "network+"],
  "gives null": [() => null, "network+"],
  "gives a number": [() => 5, "network+"],
  "gives a plain object": [() => ({}), "network+"],
  "gives an object whose getters throw": [() => throwing(), "network+"],
  "gives a status and then throws": [() => throwing({ status: 201 }), "network+"],
  "gives a thenable that throws": [() => ({ get then() { throw new Error(TOKEN); } }), "network+"],
  "gives a thenable that never settles": [() => ({ then() {} }), "timeout+"],
  "ignores its signal": [never, "timeout+"],
  "answers after the time is up": [() => new Promise((resolve) => setTimeout(resolve, 150, good())), "timeout+"],
  "gives headers that throw": [() => duck({ headers: { get() { throw new Error(TOKEN); } } }), "ok"],
  "gives headers that are none": [() => duck({ headers: 5 }), "ok"],
  "gives a body that throws": [() => duck({ text() { throw new Error(TOKEN); } }), "network+"],
  "gives a body that is no promise": [() => duck({ text: () => whole }), "ok"],
  "gives a body that is no text": [() => duck({ text: () => 5 }), "network+"],
  "gives a body that never comes": [() => duck({ text: never }), "timeout+"],
  "gives a body of texts": [() => duck({ body: stream([whole]) }), "network+"],
  "gives a body that was read already": [() => { const used = good(); void used.text(); return used; }, "network+"],
  "gives an opaque redirect": [() => duck({ status: 0, text: async () => "" }), "bad_answer"],
  "gives a status that is none": [() => duck({ status: "201" }), "network+"],
  "is not a number's status": [() => duck({ status: NaN }), "network+"],
};

/** Bodies that are wrong, with status 201 unless it is said. */
const BODIES = {
  "nothing": ["", "bad_answer+"],
  "an object without a link": ["{}", "bad_answer+"],
  "null": ["null", "bad_answer+"],
  "a list": ["[]", "bad_answer+"],
  "a text that is not JSON": ["not json", "bad_answer+"],
  "JSON that is cut": [whole.slice(0, -1), "bad_answer+"],
  "a page with status 200": ["<html>", "bad_answer+", 200, { "content-type": "text/html" }],
  "a link without id": [{ payment_link: { ...LINK, id: "" } }, "bad_answer+"],
  "a link whose url is a script": [{ payment_link: { ...LINK, url: "javascript:alert(1)" } }, "bad_answer+"],
  "a link without amount": [{ payment_link: { ...LINK, amount: null } }, "bad_answer+"],
  "another amount": [{ payment_link: { ...LINK, amount: { value: "241.78", currency: "EUR" } } }, "amount_mismatch+"],
  "bytes that are not UTF-8": [() => new Uint8Array([0x22, 0xff, 0xfe, 0x22]), "bad_answer+"],
  "half a character at its end": [() => bytes('"é"').slice(0, 2), "bad_answer+"],
  "more than 1 MiB": [() => padded(MIB + 1), "bad_answer+"],
  "exactly 1 MiB": [() => padded(MIB), "ok"],
  "pieces without end": [() => stream([new Uint8Array(1 << 16)], "more"), "bad_answer+"],
  "a body that breaks": [() => stream([bytes(whole.slice(0, 20))], "fail"), "network+"],
  "a body that stops coming": [() => stream([bytes(whole.slice(0, 20))], "hang"), "timeout+"],
  "a body in pieces of one byte": [() => stream([...bytes(JSON.stringify({ payment_link: { ...LINK, title: "é😀" } }))].map((byte) => new Uint8Array([byte]))), "ok"],
  "a byte order mark": [() => bytes(`\ufeff${whole}`), "ok"],
  "a link that is not wrapped": [LINK, "ok"],
  "the documented error": [{ errors: [{ code: "a", detail: `bad ${TOKEN}`, source: { pointer: `/items/${TOKEN}` } }, { detail: "b" }], trace_id: TOKEN }, "rejected", 400],
  "errors as an object": [{ errors: { message: "Not found" }, trace_id: "t" }, "not_found", 404],
  "a flat error": [{ code: "x", message: `y ${STAGING}`, trace_id: "t" }, "rejected", 422],
  "an error of the token endpoint": [{ error: "a", error_description: TOKEN }, "unauthorized", 401],
  "an error as text": [`text ${TOKEN}`, "forbidden", 403, { "x-tyk-trace-id": TOKEN }],
  "an error as a page": ["<html>", "server+", 500],
  "an error without a body": ["", "server+", 500],
  "entries that are none": [{ errors: [null, 5, "x", { detail: {} }] }, "rejected", 400],
  "an error that breaks": [() => stream([bytes("{")], "fail"), "rejected", 400],
  "an error that is too large": [() => `"${"x".repeat(MIB)}"`, "rejected", 400],
  "too many requests": ["", "rate_limited", 429],
  "unavailable": ["", "server+", 503],
  "unavailable for a time": ["", "server", 503, { "retry-after": "5" }],
  "unavailable until a date": ["", "server", 503, { "retry-after": "Wed, 25 Nov 2037 13:17:13 GMT" }],
  "a redirect": ["", "bad_answer", 302, { location: "https://elsewhere.example/" }],
  "no connection": [{ errors: [{ code: "invalid", detail: "connection with the provider does not exist" }] }, "not_connected", 400],
};

/** Reasons that a caller can abort for. */
const REASONS = { "no reason": [], "a text": ["text"], "an object": [{ a: 1 }], "null": [null], "an error with the token": [new Error(TOKEN)] };

function* cases() {
  for (const [name, [fetch, expected]] of Object.entries(FETCHES)) yield [`a fetch that ${name}`, () => ({ fetch }), expected];
  for (const [name, [body, expected, status, headers]] of Object.entries(BODIES)) {
    yield [`an answer of ${name}`, () => ({ fetch: async () => answer(typeof body === "function" ? body() : body, status, headers) }), expected];
  }
  for (const [name, reason] of Object.entries(REASONS)) {
    const aborted = (fetch) => () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(...reason), 15);
      return { fetch, signal: controller.signal, timeoutMs: 2_000 };
    };
    yield [`an abort with ${name}, before the call`, () => ({ fetch: () => { throw new Error("sent"); }, signal: AbortSignal.abort(...reason) }), "aborted"];
    yield [`an abort with ${name}, while it connects`, aborted(never), "aborted+"];
    yield [`an abort with ${name}, that fetch obeys`, aborted((_, { signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))), "aborted+"];
    yield [`an abort with ${name}, during the body`, aborted(() => answer(stream([bytes("{")], "hang"))), "aborted+"];
    yield [`an abort with ${name}, during a pause`, aborted(() => answer("", 429, { "retry-after": "1" })), "aborted", 2];
  }
  yield ["a signal that throws", () => ({ fetch: async () => good(), signal: { get aborted() { throw new Error(TOKEN); } } }), "TypeError"];
  yield ["a token function that throws", () => ({ token: () => { throw new Error("no"); } }), "unauthorized"];
  yield ["a token function that never answers", () => ({ token: never }), "timeout"];
  yield ["a token function that gives nothing", () => ({ token: async () => undefined }), "unauthorized"];
  yield ["a token with a line break", () => ({ token: `${TOKEN}\r\nX-Evil: 1` }), "TypeError"];
  yield ["a token function with a line break", () => ({ token: () => `${TOKEN}\r\nX-Evil: 1` }), "TypeError"];
  yield ["a token that is too long", () => ({ token: "x".repeat(16 * 1024 + 1) }), "TypeError"];
  yield ["a token as long as can be", () => ({ token: "x".repeat(16 * 1024), fetch: async () => good() }), "ok"];
}

/** All that an error shows of itself, walked into every corner. */
function shown(error) {
  const texts = [];
  const seen = new Set();
  const walk = (value) => {
    if (typeof value === "string") texts.push(value);
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      texts.push(String(key));
      try { walk(value[key]); } catch {}
    }
    if (value instanceof Error) texts.push(value.stack ?? "", String(value));
  };
  walk(error);
  try { texts.push(JSON.stringify(error) ?? ""); } catch {}
  return texts.join("\n");
}

/** Runs all cases with the package's functions; `more` shows an error in the runtime's own way. Gives what is wrong. */
export async function survive({ createPaymentLink, isPaymentLinkError }, more = () => "") {
  const said = [];
  const methods = ["log", "warn", "error", "info", "debug"];
  const originals = methods.map((method) => console[method]);
  for (const method of methods) console[method] = (...values) => said.push(values.map((value) => `${value} ${shown(value)}`).join(" "));
  const wrong = [];
  let count = 0;
  const call = async ({ token = TOKEN, ...options }) => {
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(resolve, 3_000, "never settled"); });
    const ended = createPaymentLink(token, PAYLOAD, { baseUrl: "https://qonto.example", stagingToken: STAGING, timeoutMs: 100, retries: 0, ...options }).then(
      () => "ok",
      (error) => {
        const all = `${shown(error)} ${more(error)}`;
        for (const secret of [TOKEN, STAGING]) if (all.includes(secret)) return `shows a secret: ${all}`;
        return isPaymentLinkError(error) ? error.code + (error.maybeCreated ? "+" : "") : error.constructor.name;
      },
    );
    try { return await Promise.race([ended, late]); } finally { clearTimeout(timer); }
  };
  for (const [name, options, expected, retries = 0] of cases()) {
    count++;
    const received = await call({ fetch: async () => good(), retries, ...options() });
    if (received !== expected) wrong.push(`${name}: expected ${expected}, received ${received}`);
    const next = await call({ fetch: async () => good() });
    if (next !== "ok") wrong.push(`${name}: the next call ends in ${next}`);
  }
  methods.forEach((method, i) => { console[method] = originals[i]; });
  if (said.length > 0) wrong.push(`the console was told ${said.join("\n")}`);
  return { count, wrong };
}
