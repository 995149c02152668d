// The calls of Qonto's API: each is prepared here, decided on in Rust, and run by send.ts. What they do is
// documented in index.d.ts.
import type {
  CallOptions, Connection, ConnectionRequest, CreateOptions, Page, PaymentLink, PaymentLinkPage,
  PaymentMethodAvailability, PaymentPage, RecoverOptions, Token, TotalsOptions,
} from "../index";
import { PaymentLinkError } from "./error";
import { instance } from "./instance";
import { OPTIONS, VERBS } from "./request-table";
import { type Found, type Means, newCall, run } from "./send";
import { snapshot } from "./snapshot";
import { tellAbout } from "./talk";

type Fields = Record<string, unknown>;
type Verb = (typeof VERBS)[number];

/** Stands for a value that throws when it is read: of no type that an option can have. */
const UNREADABLE = /* @__PURE__ */ Symbol("unreadable");

export function createPaymentLink(token: Token, payload: unknown, options?: CreateOptions): Promise<PaymentLink> {
  return about("create", token, payload, undefined, options).then(({ value }) => value as PaymentLink);
}

export async function recoverPaymentLink(
  token: Token, payload: unknown, options: RecoverOptions = {},
): Promise<PaymentLink[]> {
  const { since } = options;
  const from = since === undefined ? undefined : new Date(since).getTime();
  if (Number.isNaN(from)) throw new TypeError("expected `since` to be a date, received another value");
  const { kept } = await about("recover", token, payload, { since: from }, options);
  return kept as PaymentLink[];
}

export async function getPaymentLink(token: Token, id: string, options?: CallOptions): Promise<PaymentLink> {
  return (await call("get", token, { id }, options)).value as PaymentLink;
}

export async function deactivatePaymentLink(token: Token, id: string, options?: CallOptions): Promise<PaymentLink> {
  return (await call("deactivate", token, { id }, options)).value as PaymentLink;
}

export function listPaymentLinks(token: Token, query?: object, options?: CallOptions): Page<PaymentLinkPage> {
  return pages("list", token, {}, query, options);
}

export function listPayments(token: Token, id: string, query?: object, options?: CallOptions): Page<PaymentPage> {
  return pages("payments", token, { id }, query, options);
}

export async function listPaymentMethods(
  token: Token, query?: object, options?: CallOptions,
): Promise<PaymentMethodAvailability[]> {
  return (await call("methods", token, { query: query ?? {} }, options)).value as PaymentMethodAvailability[];
}

export async function getConnection(token: Token, options?: CallOptions): Promise<Connection> {
  return (await call("connection", token, {}, options)).value as Connection;
}

export async function connect(token: Token, request: ConnectionRequest, options?: CallOptions): Promise<Connection> {
  const { text, data } = once(request);
  return (await call("connect", token, { body: data }, options, text)).value as Connection;
}

/** A page, which is also all the pages from it on. */
function pages<T>(
  verb: Verb, token: Token, subject: Fields, query: object | undefined, options: CallOptions | undefined,
): Page<T> {
  const page = (more?: number) =>
    call(verb, token, { ...subject, query: more === undefined ? query ?? {} : { ...query, page: more } }, options);
  const first = page();
  const value = first.then(({ value }) => value as T);
  return Object.assign(value, {
    async *[Symbol.asyncIterator]() {
      value.catch(() => {}); // who goes through the pages hears of it there, and need not wait here as well
      for (let found = await first; ; found = await page(found.next)) {
        yield found.value as T;
        if (found.next === undefined) return;
      }
    },
  });
}

/** Makes a value a text once: what that text says is checked, and that text is sent. A plain copy says what its text does. */
function once(value: unknown): { text?: string; data?: unknown; cannot?: true } {
  try {
    const copy = snapshot(value);
    const text = JSON.stringify(copy ?? value);
    return text === undefined ? {} : { text, data: copy ?? JSON.parse(text) };
  } catch {
    return { cannot: true };
  }
}

/** A call about a payload. */
function about(
  verb: Verb, token: Token, payload: unknown, subject: Fields | undefined, options: TotalsOptions & CallOptions | undefined,
): Promise<Found> {
  let wrapped = false;
  try {
    wrapped = Object.hasOwn(payload as object, "payment_link");
  } catch {
    // It is nothing that has fields.
  }
  let inner = payload;
  try {
    if (wrapped) inner = (payload as { payment_link: unknown }).payment_link;
  } catch {
    return call(verb, token, { ...subject, cannot: true }, options, undefined, undefined);
  }
  const { text, data, cannot } = once(inner);
  const body = text && `{"payment_link":${text}}`;
  // In its wrapper, as it is sent: what stands in that may look like one as well.
  const wrapper = { payment_link: data };
  const known = verb === "recover" ? { ...subject, body: data } : subject;
  return call(verb, token, cannot ? { cannot } : known, options, body, wrapper);
}

/** Begins a call and runs it; all that goes wrong is in the promise. */
function call(
  verb: Verb, token: Token, subject: Fields | undefined, options: CallOptions | undefined, body?: string, data?: unknown,
): Promise<Found> {
  try {
    start();
    const values = optionsOf(options);
    if (values.idempotencyKey === undefined) values.idempotencyKey = random();
    const { fetch, signal, onResponse, timeoutMs } = values;
    const call = newCall();
    const says = tellAbout(data, options, given(subject, token, values), (packet, packed, length) =>
      call.begin(packet, packed, length, VERBS.indexOf(verb)));
    return run(call, says, { fetch, signal, onResponse, timeoutMs, token, body, whole: verb === "recover" } as Means);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** What Rust is given of a call, as a list in JSON. */
function given(subject: Fields | undefined, token: Token, values: Fields): string {
  const { baseUrl } = values;
  const href = typeof baseUrl === "string" ? hrefOf(baseUrl) : undefined;
  let list = `[${subject ? JSON.stringify(subject) : "{}"},${written(token)},${written(href)}`;
  // What is not there need not be said at the end.
  let absent = 0;
  for (const name of OPTIONS) {
    const value = values[name];
    if (value === undefined) {
      absent++;
      continue;
    }
    const text = name === "signal" ? looked(value) : name === "headers" ? JSON.stringify(pairs(value)) : written(value);
    list += absent === 0 ? `,${text}` : `${",u".repeat(absent)},${text}`;
    absent = 0;
  }
  return `${list}]`;
}

/** Starts the module: a page may forbid it, and then a call ends as calls do. */
function start() {
  try {
    instance();
  } catch (cause) {
    const message = `the module could not be started, and nothing was sent: ${(cause as { message?: unknown } | null)?.message}`;
    throw new PaymentLinkError({ code: "unavailable", message, maybeCreated: false }, { cause });
  }
}

/** The options that are about the call; those about totals are packed with the payload. */
function optionsOf(given: unknown): Fields {
  const options = given ?? {};
  try {
    const {
      fetch, onResponse, signal, stagingToken, idempotencyKey, headers, baseUrl, timeoutMs, retries, amountCheck,
      onAmountMismatch, allowTokenInBrowser,
    } = options as Fields;
    return {
      fetch, onResponse, signal, stagingToken, idempotencyKey, headers, baseUrl, timeoutMs, retries, amountCheck,
      onAmountMismatch, allowTokenInBrowser,
    };
  } catch {
    const values: Fields = {};
    for (const name of OPTIONS) {
      try {
        values[name] = (options as Fields)[name];
      } catch {
        values[name] = UNREADABLE;
      }
    }
    return values;
  }
}

/** A value as JSON, or where JSON has no form for it the name of its type; `u` for nothing. */
function written(value: unknown): string {
  switch (typeof value) {
    case "string": return JSON.stringify(value);
    case "undefined": return "u";
    case "number":
    case "boolean": return String(value);
    default: return value === null ? "null" : typeof value;
  }
}

/** Of a signal what Rust looks at. */
function looked(signal: unknown): string {
  try {
    const isObject = typeof signal === "object" && signal !== null;
    return isObject ? JSON.stringify({ aborted: (signal as AbortSignal).aborted }) : written(signal);
  } catch {
    return written(UNREADABLE);
  }
}

let last: { text: string; page: string | undefined; href: string } | undefined;

/** A URL as a parser writes it; in a page it may be relative to the page. One that comes again is not parsed again. */
function hrefOf(text: string): string | undefined {
  try {
    const page = globalThis.location?.href;
    if (last?.text !== text || last.page !== page) {
      last = { text, page, href: new URL(text, page?.startsWith("http") ? page : undefined).href };
    }
    return last.href;
  } catch {
    return undefined;
  }
}

/** The fields of a plain object as pairs, or `null` for what is none. */
function pairs(headers: unknown): unknown[] | null {
  try {
    const prototype: unknown = Object.getPrototypeOf(headers);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return null;
    const texts = (value: unknown) => (typeof value === "string" ? value : null);
    return Reflect.ownKeys(headers as object)
      .map((name) => [texts(name), texts((headers as Record<PropertyKey, unknown>)[name])]);
  } catch {
    return null;
  }
}

/** A fresh UUID; none where the runtime has no source of random numbers. */
function random(): string | undefined {
  try {
    // Only over https and on loopback, but much cheaper.
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    let digits = "";
    for (const byte of bytes) digits += (256 + byte).toString(16).slice(1);
    const variant = "89ab"[bytes[8]! & 3];
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})/, `$1-$2-4$3-${variant}$4-`);
  } catch {
    return undefined;
  }
}
