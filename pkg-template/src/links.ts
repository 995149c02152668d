// The calls of Qonto's API: each is prepared here, decided on in Rust, and run by send.ts. What they do is
// documented in index.d.ts.
import type {
  CallOptions, Connection, ConnectionRequest, CreateOptions, Page, PaymentLink, PaymentLinkPage,
  PaymentMethodAvailability, PaymentPage, RecoverOptions, Token, TotalsOptions,
} from "../index";
import { PaymentLinkError } from "./error";
import { Call, instance } from "./instance";
import { withPacker } from "./pack";
import { type Found, type Means, run } from "./send";

type Fields = Record<string, unknown>;

/** The options that are about the call; those about totals are packed with the payload. */
const OPTIONS = [
  "baseUrl", "stagingToken", "idempotencyKey", "signal", "timeoutMs", "retries", "fetch", "headers", "amountCheck",
  "onAmountMismatch", "onResponse", "allowTokenInBrowser",
] as const;

/** Stands for a value that throws when it is read: of no type that an option can have. */
const UNREADABLE = /* @__PURE__ */ Symbol("unreadable");

export async function createPaymentLink(token: Token, payload: unknown, options?: CreateOptions): Promise<PaymentLink> {
  const { value } = await about("create", token, payload, {}, options);
  return value as PaymentLink;
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
  verb: string, token: Token, subject: Fields, query: object | undefined, options: CallOptions | undefined,
): Page<T> {
  const page = (more?: number) =>
    call(verb, token, { ...subject, query: more === undefined ? query ?? {} : { ...query, page: more } }, options);
  const first = page();
  return Object.assign(first.then(({ value }) => value as T), {
    async *[Symbol.asyncIterator]() {
      for (let found = await first; ; found = await page(found.next)) {
        yield found.value as T;
        if (found.next === undefined) return;
      }
    },
  });
}

/** Makes a value a text once: what that text says is checked, and that text is sent. */
function once(value: unknown): { text?: string; data?: unknown; cannot?: true } {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? {} : { text, data: JSON.parse(text) };
  } catch {
    return { cannot: true };
  }
}

/** A call about a payload. */
function about(
  verb: string, token: Token, payload: unknown, subject: Fields, options: TotalsOptions & CallOptions | undefined,
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
  return call(verb, token, { ...subject, cannot, body: verb === "recover" ? data : undefined }, options, text, data);
}

async function call(
  verb: string, token: Token, subject: Fields, options: CallOptions | undefined, text?: string, data?: unknown,
): Promise<Found> {
  start();
  const given: unknown = options;
  const values: Fields = { token: typeof token === "string" ? "" : token };
  for (const name of OPTIONS) {
    try {
      values[name] = (given as Fields | null | undefined)?.[name];
    } catch {
      values[name] = UNREADABLE;
    }
  }
  const { fetch, signal, onResponse } = values as unknown as Means;
  // Texts that are secret go on their own.
  const stagingToken = typeof values.stagingToken === "string" ? values.stagingToken : "";
  if (stagingToken !== "") values.stagingToken = "";
  if (typeof values.baseUrl === "string") values.url = parsed(values.baseUrl);
  if (values.headers !== undefined) values.headers = pairs(values.headers);
  if (signal !== undefined) values.signal = looked(signal);
  values.random = random();
  const about = JSON.stringify(subject);
  const begun = withPacker((packer) => Call.begin(
    packer.packet, packer.packAlone(data, given), verb, typeof token === "string" ? token : "", stagingToken, written(values), about,
  ));
  return run(begun, { fetch, signal, onResponse, token, text } as Means);
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

/** The options that are made into data here. */
const DATA = ["url", "headers", "signal"];

/** Options as text: JSON where JSON has a form for a value, and else the name of its type. */
function written(values: Fields): string {
  let text = "";
  for (const name in values) {
    const value = values[name];
    if (value === undefined) continue;
    const kind = typeof value;
    const isData = value === null || kind === "string" || kind === "boolean" || (kind === "object" && DATA.includes(name));
    text += `,"${name}":${isData ? JSON.stringify(value) : kind === "number" ? String(value) : kind}`;
  }
  return `{${text.slice(1)}}`;
}

/** What Rust looks at in a signal. */
function looked(signal: unknown): unknown {
  try {
    return typeof signal === "object" && signal !== null ? { aborted: (signal as AbortSignal).aborted } : signal;
  } catch {
    return UNREADABLE;
  }
}

/** The parts of a URL; in a page it may be relative to the page. */
function parsed(text: string): Fields | undefined {
  try {
    const page = globalThis.location?.href;
    const { href, protocol, hostname, username, password, search, hash } =
      new URL(text, page?.startsWith("http") ? page : undefined);
    return { href, protocol, hostname, username, password, search, hash };
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

/** Random hexadecimal digits, or nothing where the runtime has no source of them. */
function random(): string | undefined {
  try {
    // Only over https and on loopback, but much cheaper.
    if (typeof crypto.randomUUID === "function") return crypto.randomUUID().replaceAll("-", "");
    let digits = "";
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) digits += (256 + byte).toString(16).slice(1);
    return digits;
  } catch {
    return undefined;
  }
}
