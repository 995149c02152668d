// The proxy handler: a request is checked, priced and passed on, and what comes back is stripped of all that
// is not a page's business. Which payload is right is Rust's to say; what is here concerns Request and Response.
import type {
  BasketPayload, CreateOptions, Issue, IssueCode, IssueParams, Item, PaymentLinkError, PaymentLinkErrorCode,
  PaymentLink, PaymentLinkErrorData,
} from "../index";
import type { CatalogueItem, PaymentLinkHandlerOptions, RateLimitVerdict } from "../server";
import { createPaymentLink, isPaymentLinkError, issueCodes } from "#main";
import { MAX_ISSUES } from "./issue-table";
import { render } from "./render";

const MAX_ITEMS = 10_000;
/** How many bytes a body may have, and how many more for each item: more than full texts need. */
const BODY_BYTES = 8192;
const ITEM_BYTES = 4096;
/** For how long a body, or a function of the shop's, is waited for. */
const WAIT_MS = 30_000;
const IDEMPOTENCY_KEY = "X-Qonto-Idempotency-Key";
const IDEMPOTENCY_KEY_FORM = /^[!-~]{1,128}$/;
/** For how long a browser may remember what it may ask for, in seconds. */
const PREFLIGHT_SECONDS = "600";

/** The status of each code, and what a page is told where the error's own words are the shop's business. */
const ANSWERS: Record<PaymentLinkErrorCode, readonly [status: number, message?: string]> = {
  validation: [422],
  unauthorized: [502, "the shop's access to Qonto was refused"],
  forbidden: [502, "the shop's access to Qonto does not allow payment links"],
  not_connected: [502, "the shop's account has not connected payment links"],
  not_found: [502, "the shop's account has no payment links"],
  rejected: [502, "Qonto refused the request"],
  rate_limited: [429, "too many requests; wait before trying again"],
  server: [502, "Qonto failed"],
  network: [502, "no answer came from Qonto"],
  timeout: [504, "Qonto did not answer in time"],
  aborted: [503, "the request was stopped"],
  bad_answer: [502, "the answer was not one that Qonto gives"],
  amount_mismatch: [502],
  unavailable: [500, "the shop cannot make payment links now"],
};

/** Every option: the handler's own, and those of `createPaymentLink`. */
const OPTIONS: Record<keyof PaymentLinkHandlerOptions, "own" | "passed on"> = {
  token: "own", allowedOrigins: "own", maxItems: "own", price: "own", rateLimit: "own", onError: "own",
  baseUrl: "passed on", stagingToken: "passed on", timeoutMs: "passed on", retries: "passed on", fetch: "passed on",
  headers: "passed on", amountCheck: "passed on", onAmountMismatch: "passed on", onResponse: "passed on",
  rounding: "passed on", vatRates: "passed on",
};

/** With a catalogue: what a page may set, and what only the catalogue does. */
const BASKET_FIELDS = ["items", "reusable", "potential_payment_methods", "redirect_url"] as const satisfies (keyof BasketPayload)[];
const ITEM_FIELDS = ["title", "quantity", "type", "description", "measure_unit"] as const satisfies (keyof Item)[];
const PRICE_FIELDS = ["unit_price", "vat_rate"] as const satisfies (keyof Item)[];

type Fields = Record<string, unknown>;
type HeaderFields = Record<string, string>;

/** What ends a request before anything was sent, for a reason that the page may know. */
class Refusal {
  constructor(
    readonly status: number,
    readonly code: PaymentLinkErrorCode,
    readonly message: string,
    readonly more: { headers?: HeaderFields; issues?: Issue[]; retryAfterMs?: number } = {},
  ) {}
}

export function createPaymentLinkHandler(options: PaymentLinkHandlerOptions): (request: Request) => Promise<Response> {
  check(options);
  const { token, allowedOrigins, maxItems, price, rateLimit, onError } = options;
  const passedOn: CreateOptions = Object.fromEntries(
    Object.entries(options).filter(([name]) => OPTIONS[name as keyof PaymentLinkHandlerOptions] === "passed on"),
  );

  /** What is to be sent, and under which key. */
  async function accept(request: Request): Promise<[payload: unknown, idempotencyKey: string | null]> {
    const { headers } = request;
    if (!/^application\/json\s*(;|$)/i.test(headers.get("Content-Type") ?? "")) {
      throw new Refusal(415, "rejected", "expected the content type `application/json`, received another");
    }
    const idempotencyKey = headers.get(IDEMPOTENCY_KEY);
    if (idempotencyKey !== null && !IDEMPOTENCY_KEY_FORM.test(idempotencyKey)) {
      throw new Refusal(400, "rejected", `expected ${IDEMPOTENCY_KEY} to be 1 to 128 visible ASCII characters, received another`);
    }
    const body = parse(await textOf(request, BODY_BYTES + maxItems * ITEM_BYTES));
    const payload = isObject(body) && Object.hasOwn(body, "payment_link") ? body.payment_link : body;
    if (!isObject(payload)) return [payload, idempotencyKey];
    const { items } = payload;
    if (Array.isArray(items) && items.length > maxItems) {
      throw invalid([issue(["items"], "too_many_entries", { max: maxItems, count: items.length })]);
    }
    return [price ? await priced(payload, price) : payload, idempotencyKey];
  }

  /** Tells the shop; what its function does is its own affair. */
  function report(error: unknown, request: Request): void {
    try {
      Promise.resolve(onError?.(error, request)).catch(() => {});
    } catch {
      // As said.
    }
  }

  return async (request) => {
    let cors: HeaderFields = {};
    let sending = false;
    try {
      if (request.method === "OPTIONS") return preflight(corsFor(request, allowedOrigins));
      if (request.method !== "POST") {
        throw new Refusal(405, "rejected", "expected the method `POST`, received another", { headers: { Allow: "POST" } });
      }
      cors = corsFor(request, allowedOrigins);
      const verdict = await told("rateLimit", rateLimit?.(request));
      if (isA<Response>("Response", verdict)) return withHeaders(verdict, cors);
      limit(verdict);
      const [payload, idempotencyKey] = await accept(request);
      sending = true;
      // In a wrapper: a payload that looks like one was not looked into, and is not to be unwrapped again.
      const link = await createPaymentLink(token, { payment_link: payload as BasketPayload }, {
        ...passedOn,
        ...(idempotencyKey !== null && { idempotencyKey }),
      });
      return json(201, { payment_link: link }, cors);
    } catch (error) {
      if (error instanceof Refusal) return refused(error, cors);
      if (isPaymentLinkError(error)) {
        if (error.code !== "validation") report(error, request);
        return failed(error, cors);
      }
      report(error, request);
      // A function of the shop's that threw, or misuse: what it says is for the shop. Misuse sends nothing.
      const maybeCreated = sending && !(error instanceof TypeError);
      return json(500, data("server", "the shop is not set up to create payment links", { maybeCreated }), cors);
    }
  };
}

function check(options: unknown): asserts options is PaymentLinkHandlerOptions {
  const expect = (right: boolean, name: string, expected: string) => {
    if (!right) throw new TypeError(`expected the option \`${name}\` to be ${expected}, received another value`);
  };
  if (!isObject(options)) throw new TypeError("expected the options of the handler as an object, received another value");
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new TypeError(`expected options named ${Object.keys(OPTIONS).join(", ")}, received \`${name.slice(0, 60)}\``);
    }
  }
  const { token, stagingToken, baseUrl, allowedOrigins, maxItems } = options;
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  expect(isText(token) || typeof token === "function", "token", "a token that is not empty, or a function that gives one");
  expect(stagingToken === undefined || isText(stagingToken), "stagingToken", "a text that is not empty");
  expect(baseUrl === undefined || isText(baseUrl), "baseUrl", "a text that is not empty");
  expect(
    allowedOrigins === "same-origin" || (Array.isArray(allowedOrigins) && allowedOrigins.length > 0 && allowedOrigins.every(isOrigin)),
    "allowedOrigins",
    '"same-origin" or a list of origins such as `https://shop.example` (no path, no `/` at the end)',
  );
  expect(Number.isInteger(maxItems) && Number(maxItems) >= 1 && Number(maxItems) <= MAX_ITEMS, "maxItems", `a whole number from 1 to ${MAX_ITEMS}`);
  for (const name of ["price", "rateLimit", "onError"]) {
    expect(options[name] === undefined || typeof options[name] === "function", name, "a function");
  }
}

function isOrigin(value: unknown): boolean {
  try {
    const { origin, protocol } = new URL(String(value));
    return origin === value && /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}

/** The CORS headers for a request of an allowed origin. */
function corsFor({ headers, url }: Request, allowed: PaymentLinkHandlerOptions["allowedOrigins"]): HeaderFields {
  const origin = headers.get("Origin");
  // A browser names the origin of every POST; should one not, it says whether another site asks.
  const site = headers.get("Sec-Fetch-Site") ?? "same-origin";
  const sameOrigin = allowed === "same-origin";
  const isAllowed = origin === null ? site === "same-origin" : sameOrigin ? origin === new URL(url).origin : allowed.includes(origin);
  if (!isAllowed) throw new Refusal(403, "forbidden", "expected a request of an allowed origin, received one of another");
  if (sameOrigin || origin === null) return {};
  return { "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After", Vary: "Origin" };
}

function preflight(cors: HeaderFields): Response {
  return withHeaders(new Response(null, { status: 204 }), {
    Allow: "POST",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": `Content-Type, ${IDEMPOTENCY_KEY}`,
    "Access-Control-Max-Age": PREFLIGHT_SECONDS,
    ...cors,
  });
}

/** Ends the request unless it may go on. */
function limit(verdict: Exclude<RateLimitVerdict, Response>): void {
  if (verdict === undefined || verdict === true) return;
  const seconds = isObject(verdict) ? verdict.retryAfterSeconds : 0;
  if ((verdict !== false && !isObject(verdict)) || typeof seconds !== "number" || !(seconds >= 0 && seconds < Infinity)) {
    throw new TypeError("expected `rateLimit` to give a boolean, `{ retryAfterSeconds }`, a Response or nothing, received another value");
  }
  const more = isObject(verdict) ? { retryAfterMs: Math.ceil(seconds * 1000) } : {};
  throw new Refusal(429, "rate_limited", ANSWERS.rate_limited[1]!, more);
}

/** The body as text, read no further than `limit` bytes. */
async function textOf(request: Request, limit: number): Promise<string> {
  if (request.bodyUsed) throw new TypeError("expected a request whose body nobody has read, received one that was");
  const tooLarge = new Refusal(413, "rejected", `expected a body of at most ${limit} bytes, received a longer one`);
  if (Number(request.headers.get("Content-Length")) > limit) throw tooLarge;
  const reader = request.body?.getReader();
  if (!reader) return "";
  const read = async (): Promise<string> => {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      if ((bytes += value.byteLength) > limit) throw tooLarge;
      text += decoder.decode(value, { stream: true });
    }
  };
  try {
    return await inTime(read(), () => new Refusal(408, "rejected", `expected the body within ${WAIT_MS} ms, received a part of it`));
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof Refusal ? error : new Refusal(400, "rejected", "expected a body of text in UTF-8, received another");
  }
}

/** What is waited for, or what is thrown when that takes too long. */
async function inTime<T>(work: T | Promise<T>, late: () => unknown): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), WAIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a function of the shop's says. */
function told<T>(name: string, work: T | Promise<T>): Promise<T> {
  return inTime(work, () => new TypeError(`expected \`${name}\` to answer within ${WAIT_MS} ms, received nothing`));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "rejected", "expected a body of JSON, received another");
  }
}

/** The basket with the shop's own prices, and nothing of the page's but what a page may set. */
async function priced(payload: Fields, price: NonNullable<PaymentLinkHandlerOptions["price"]>): Promise<Fields> {
  if (!Object.hasOwn(payload, "items")) throw invalid([issue(["items"], "required", { field: "items" })]);
  const basket = pick(payload, BASKET_FIELDS);
  const { items } = basket;
  if (!Array.isArray(items)) return basket;
  const issues: Issue[] = [];
  const pricedItem = async (item: unknown, index: number): Promise<unknown> => {
    // What is no item at all is for the validation to say.
    if (!isObject(item)) return item;
    const answer = await price({ ...item }, index);
    if (answer === null || answer === undefined) {
      issues.push(issue(["items", index], "not_for_sale", {}));
      return item;
    }
    if (!isCatalogueItem(answer)) {
      throw new TypeError(
        "expected `price` to give `{ unit_price: { value, currency }, vat_rate }` with texts, or null, received another value",
      );
    }
    const { quantity } = item;
    // A hundredth of an item has a hundredth of its price: as good as setting the price.
    if (answer.quantity === undefined && typeof quantity === "number" && quantity % 1 !== 0) {
      issues.push(issue(["items", index, "quantity"], "not_for_sale", {}));
    }
    return { ...pick(item, ITEM_FIELDS), ...pick(answer as unknown as Fields, [...ITEM_FIELDS, ...PRICE_FIELDS]) };
  };
  basket.items = await told("price", Promise.all(items.map(pricedItem)));
  if (issues.length === 0) return basket;
  issues.sort((a, b) => Number(a.path[1]) - Number(b.path[1]));
  const more = issues.splice(MAX_ISSUES).length;
  if (more > 0) issues.push({ ...issue([], "more_issues", { max: MAX_ISSUES, count: more }), severity: "error" } as Issue);
  throw invalid(issues);
}

function isCatalogueItem(answer: unknown): answer is CatalogueItem {
  if (!isObject(answer)) return false;
  const { unit_price: unitPrice, vat_rate: rate } = answer;
  return isObject(unitPrice) && [unitPrice.value, unitPrice.currency, rate].every((text) => typeof text === "string");
}

function pick(from: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(from, name) && from[name] !== undefined).map((name) => [name, from[name]]));
}

function issue<C extends IssueCode>(path: Issue["path"], code: C, params: IssueParams[C]): Issue {
  const { severity, message } = issueCodes[code];
  const issue = { path, pointer: path.map((step) => `/${step}`).join(""), code, severity, message: render(message, params as Issue["params"]), params };
  return issue as unknown as Issue;
}

function invalid(issues: Issue[]): Refusal {
  const [first] = issues;
  const message = `the payload has ${issues.length} errors and was not sent; the first is at ${first?.pointer}: ${first?.message}`;
  return new Refusal(422, "validation", message, { issues });
}

function refused({ status, code, message, more }: Refusal, cors: HeaderFields): Response {
  const { headers, ...rest } = more;
  return json(status, data(code, message, { ...rest, maybeCreated: false }), { ...headers, ...cors });
}

/** What a page may know of an error: nothing that Qonto said, and no trace id. */
function failed({ code, message, issues, retryAfterMs, link, maybeCreated }: PaymentLinkError, cors: HeaderFields): Response {
  const [status, words = message] = ANSWERS[code];
  const look = maybeCreated && words !== message ? "; look whether the link exists before creating it again" : "";
  // Qonto asks to come back later, and has taken nothing on.
  const later = code === "server" && !maybeCreated;
  return json(
    later ? 503 : status,
    data(code, words + look, {
      ...(issues && { issues }), ...(retryAfterMs !== undefined && { retryAfterMs }), ...(link && { link }), maybeCreated,
    }),
    cors,
  );
}

function data(
  code: PaymentLinkErrorCode,
  message: string,
  more: Pick<PaymentLinkErrorData, "retryAfterMs" | "maybeCreated"> & { issues?: Issue[]; link?: PaymentLink },
): PaymentLinkErrorData {
  return { name: "PaymentLinkError", code, message, ...more } as unknown as PaymentLinkErrorData;
}

function json(status: number, body: object, headers: HeaderFields): Response {
  const { retryAfterMs } = body as Partial<PaymentLinkErrorData>;
  return withHeaders(new Response(JSON.stringify(body), { status }), {
    "Content-Type": "application/json",
    "X-Content-Type-Options": "nosniff",
    ...(retryAfterMs !== undefined && { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) }),
    ...headers,
  });
}

/** A copy with these headers, which nobody may store. */
function withHeaders(response: Response, headers: HeaderFields): Response {
  const copy = new Response(response.body, response);
  for (const [name, value] of Object.entries({ ...headers, "Cache-Control": "no-store" })) copy.headers.set(name, value);
  return copy;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of whatever realm or library. */
function isA<T>(name: string, value: unknown): value is T {
  return Object.prototype.toString.call(value) === `[object ${name}]`;
}
