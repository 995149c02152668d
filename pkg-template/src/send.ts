// The one file that does I/O: it sends requests, reads answers, waits, and decides nothing. What to do next
// comes from Rust (src/api/call.rs), and what came of it goes back there.
//
// Every wait is a race against the call's own end, and everything foreign (what stands for `fetch`, its
// answer, a token function, a signal) is called where what it throws is caught: a call settles in any case.
import type { PaymentLinkErrorData } from "../index";
import { PaymentLinkError } from "./error";
import { Call } from "./instance";
import { withPacker } from "./pack";
import { DEFAULT_TIMEOUT_MS, EVENTS, FIELDS, MAX_BODY, TRACE_ID } from "./request-table";
import { readValidation } from "./report";
import { SAID } from "./said-table";
import { tell } from "./talk";

/** The words of something thrown: the thing itself may hold the request, and with it the token. */
interface Words {
  name?: string | undefined;
  message: string;
  code?: string | undefined;
}

/** What of the options is not data. */
export interface Means {
  fetch?: unknown;
  signal?: AbortSignal;
  onResponse?: (response: { status: number; traceId?: string; attempt: number }) => unknown;
  /** For the whole call, in milliseconds, if the caller named one. */
  timeoutMs?: number;
  token: unknown;
  /** The body of the request. */
  body?: string | undefined;
  /** Whether all of an answer's document is looked at. */
  whole: boolean;
}

/** What a call gave: the last answer's document, or a part of it. */
export interface Found {
  value: unknown;
  /** The page behind this one. */
  next?: number;
  /** Of a list, the entries that were looked for. */
  kept: unknown[];
}

type Fields = Record<string, unknown>;

/** Runs a call to its end, from the first thing that it said. It always settles. */
export async function run(call: Call, first: string, means: Means): Promise<Found> {
  refuse(call, first);
  const state = new State();
  const clock = new Clock(means.timeoutMs ?? DEFAULT_TIMEOUT_MS, means.signal);
  try {
    let says = first;
    for (;;) {
      const line = state.hear(says, means);
      const what = word(line);
      let event: (typeof EVENTS)[number] = "ready";
      let facts = "";
      try {
        if (what === "send") {
          warn(state.warning, means.token);
          event = "missing";
          facts = missing(means.fetch);
          if (facts === "") {
            facts = await sent(behind(line), state, means, clock);
            event = "answer";
          }
        } else if (what === "token") {
          const token: unknown = await clock.race((means.token as () => unknown)());
          event = typeof token === "string" && token !== "" ? "token" : "no_token";
          facts = event === "token" ? (token as string) : token === null ? "null" : typeof token;
        } else if (what === "wait") {
          await clock.pause(+behind(line));
        } else {
          break;
        }
      } catch (error) {
        event = clock.whyOf(error) ?? "thrown";
        facts = event === "thrown" ? JSON.stringify(words(error)) : "";
      }
      // An abort that nobody waited for, between two waits.
      if (event !== "answer" && clock.isAborted()) event = "aborted";
      says = told(call, event, facts, clock.left());
      refuse(call, says);
    }
    idle.push(call);
    return state.end(call, says);
  } finally {
    clock.stop();
  }
}

/** Tells a call what happened; gives what it says. */
function told(call: Call, event: (typeof EVENTS)[number], facts: string, leftMs: number): string {
  const random = Math.floor(Math.random() * 2 ** 32);
  return tell(facts, (packet, length) => call.next(packet, length, EVENTS.indexOf(event), leftMs, random));
}

/** What is kept of a call while it runs. */
class State {
  /** The last answer: its document and its status. */
  status = 0;
  document: unknown;
  warning = "";
  /** Of the request that is to be sent, each name before its value. */
  headers: string[] = [];
  private link: unknown;
  private next: number | undefined;
  private cause: Words | undefined;
  private readonly kept: unknown[] = [];

  /** Reads what the call says; gives the first line. */
  hear(says: string, { onResponse }: Means): string {
    const first = lineAt(says, 0);
    this.headers = [];
    for (let at = first.length + 1; at < says.length; ) {
      const whole = lineAt(says, at);
      const line = behind(whole);
      at += whole.length + 1;
      switch (word(whole)) {
        case "header": this.headers.push(word(line), behind(line)); break;
        case "warn": this.warning = line; break;
        case "at": this.link = line === "" ? this.document : (this.document as Fields)[line]; break;
        case "next": this.next = +line; break;
        case "kept": for (const index of line.split(",")) this.kept.push(list(this.document)[+index]); break;
        case "heard": report(onResponse, JSON.parse(line)); break;
        case "cause": this.cause = JSON.parse(line); break;
      }
    }
    return first;
  }

  /** Ends as the call says. */
  end(call: Call, says: string): Found {
    const line = lineAt(says, 0);
    const { status, document, link, next, cause, kept } = this;
    switch (word(line)) {
      case "fail": throw failed(JSON.parse(spoken(behind(line))), link, cause, call);
      case "pass_on": throw new PaymentLinkError({ ...(document as PaymentLinkErrorData), status });
    }
    return next === undefined ? { value: link, kept } : { value: link, kept, next };
  }
}

/** Throws where the caller misuses a call, which has ended with that. The message may have several lines. */
function refuse(call: Call, says: string) {
  const isMisuse = says.startsWith("misuse ");
  if (!isMisuse && !says.startsWith("options ")) return;
  idle.push(call);
  throw new TypeError(isMisuse ? spoken(behind(says)) : behind(says));
}

const idle: Call[] = [];

/** A call that is not begun: the objects are used again, for those of WebAssembly are dear. */
export function newCall(): Call {
  return idle.pop() ?? new Call();
}

function failed(failure: PaymentLinkErrorData, link: unknown, cause: Words | undefined, call: Call): Error {
  const data = { ...failure } as Fields;
  if (failure.code === "amount_mismatch") data.link = link;
  if (failure.code === "validation") {
    const { issues } = withPacker((packer) => {
      const length = call.report(packer.packet);
      return readValidation(packer.report(length), length);
    });
    const first = issues.find(({ severity }) => severity === "error");
    Object.assign(data, { issues, message: `${failure.message}; the first is at \`${first?.pointer}\`: ${first?.message}` });
  }
  return new PaymentLinkError(data as unknown as PaymentLinkErrorData, { cause: cause && thrown(cause) });
}

/** The line that begins at a place. */
function lineAt(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.slice(at) : text.slice(at, end);
}

/** The first word of a line. */
function word(line: string): string {
  const end = line.indexOf(" ");
  return end < 0 ? line : line.slice(0, end);
}

/** What stands behind it. */
function behind(line: string): string {
  const end = line.indexOf(" ");
  return end < 0 ? "" : line.slice(end + 1);
}

/** What the module says, with its texts in the place of the characters that stand for them. */
function spoken(text: string): string {
  // JSON has no control character as it stands, so that what is somebody else's is none of these.
  return text.replace(/\x01(.)/g, (_, place: string) => SAID[place.charCodeAt(0) - FIRST]!);
}

/** The character that stands for the first text. */
const FIRST = 0x30;

/** The end of a call: its time-out and its caller's signal. */
class Clock {
  private why: "timeout" | "aborted" | undefined;
  private readonly until: number;
  private readonly timer: ReturnType<typeof setTimeout>;
  /** Ends the wait that there is, with the clock itself: nothing foreign can throw that. */
  private end: (clock: Clock) => void = () => {};
  private readonly abort = () => this.over("aborted");

  constructor(timeoutMs: number, private readonly signal: AbortSignal | undefined) {
    this.until = Date.now() + timeoutMs;
    this.timer = setTimeout(() => this.over("timeout"), timeoutMs);
    try {
      signal?.addEventListener("abort", this.abort);
    } catch {
      // What only looks like a signal is asked whether it is aborted, and no more.
    }
  }

  stop() {
    clearTimeout(this.timer);
    try {
      this.signal?.removeEventListener("abort", this.abort);
    } catch {
      // As above.
    }
  }

  private over(why: "timeout" | "aborted") {
    this.why = why;
    this.end(this);
  }

  left(): number {
    return Math.max(this.until - Date.now(), 0);
  }

  isAborted(): boolean {
    try {
      return this.signal?.aborted === true;
    } catch {
      return false;
    }
  }

  /** Waits for what may be a promise, but not past the end. */
  race<T>(value: T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.end = reject;
      if (this.isAborted()) this.over("aborted");
      else if (this.left() === 0) this.over("timeout"); // its timer has no turn while all that is waited for is there
      Promise.resolve(value).then(resolve, reject);
    });
  }

  async pause(ms: number) {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.race(new Promise((resolve) => (timer = setTimeout(resolve, ms))));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Why the call ends, if that is why this was thrown. */
  whyOf(error: unknown) {
    return error === this ? this.why : undefined;
  }
}

/** What a request needs and the runtime lacks. */
function missing(fetch: unknown = globalThis.fetch): string {
  if (typeof fetch !== "function") return "fetch";
  if (typeof Headers !== "function") return "Headers";
  return typeof AbortController === "function" ? "" : "AbortController";
}

/** Sends one request and reads its answer; gives what Rust is told of it (see `Facts`). Redirects are not followed. */
async function sent(what: string, state: State, means: Means, clock: Clock): Promise<string> {
  const controller = new AbortController();
  const body = new Body();
  let promise: unknown;
  try {
    state.document = undefined;
    promise = request(what, state.headers, means, controller.signal);
    const response = (await clock.race(promise)) as Response;
    const status = statusOf(response);
    try {
      await body.read(response, clock);
    } catch (error) {
      if (error === clock) throw error;
      body.thrown = words(error);
    }
    state.status = status;
    state.document = parsed(body.text);
    return factsOf(response, state, means, body);
  } finally {
    if (body.text === undefined) {
      controller.abort();
      // A `fetch` that ignores its signal may answer later: what it gives is let go as well.
      Promise.resolve(promise).then((late) => (late as Response | undefined)?.body?.cancel(), () => {}).catch(() => {});
    }
  }
}

function request(what: string, pairs: string[], { fetch = globalThis.fetch, body }: Means, signal: AbortSignal): unknown {
  const headers = new Headers();
  for (let i = 0; i < pairs.length; i += 2) headers.set(pairs[i]!, pairs[i + 1]!);
  const method = word(what);
  // The URL and the init apart, not a `Request`: what stands for `fetch` may be of another realm.
  return (fetch as typeof globalThis.fetch)(behind(what), {
    method,
    headers,
    // workerd has no "error"; an opaque or 3xx answer is refused in Rust.
    redirect: "manual",
    signal,
    ...(method === "POST" && { body: body! }),
  });
}

function statusOf({ status }: Response): number {
  if (typeof status === "number" && status >= 0 && status < 1000) return status;
  throw new TypeError("`fetch` gave no Response");
}

/** What Rust is told of an answer. */
function factsOf(response: Response, { status, document }: State, { whole }: Means, { text, fault, thrown }: Body): string {
  const traceId = header(response, TRACE_ID);
  // What is not said at the end there is not, or it is not looked at.
  if (status < 300 && document !== undefined && !whole) return JSON.stringify([status, lookedAt(document), traceId]);
  const contentType = header(response, "Content-Type");
  const retryAfter = header(response, "Retry-After");
  const retryAfterMs = retryAfter && Math.max(0, Math.round(Date.parse(retryAfter) - Date.now()));
  // When each link was made, so that Rust needs no calendar.
  const createdMs = whole && list(document).map((link) => Math.max(0, Date.parse(String((link as Fields | null)?.created_at))));
  const raw = document === undefined ? text : undefined;
  return JSON.stringify([
    status, document, traceId, contentType, retryAfter, retryAfterMs, fault, thrown, createdMs, raw,
  ]);
}

/** Of a document that can be large, the fields that are looked at. */
function lookedAt(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(lookedAt);
  const fields: Fields = {};
  for (const name of Object.keys(value)) if (FIELDS.has(name)) fields[name] = lookedAt((value as Fields)[name]);
  return fields;
}

function header(response: Response, name: string): string | undefined {
  try {
    const value: unknown = response.headers.get(name);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text!);
  } catch {
    return undefined;
  }
}

function list(document: unknown): unknown[] {
  const links = (document as Fields | null | undefined)?.payment_links;
  return Array.isArray(links) ? links : [];
}

/** How many empty pieces a body may come in: they might never end, and leave no turn to the clock's timer. */
const MOST_EMPTY = 1000;

/** The body of an answer, or why there is none. */
class Body {
  text: string | undefined;
  fault: "too_large" | "not_utf8" | undefined;
  thrown: Words | undefined;
  private bytes: Uint8Array | undefined;
  private length = 0;
  private empty = 0;

  /** Reads up to a limit of bytes, and stops there. */
  async read(response: Response, clock: Clock): Promise<void> {
    const stream = response.body;
    // The bundle's own decoder is the glue's: this one has to refuse what is not UTF-8.
    if (typeof stream?.getReader !== "function" || typeof globalThis.TextDecoder !== "function") {
      return this.whole(await clock.race(response.text()));
    }
    const reader = stream.getReader();
    let isRead = false;
    try {
      for (;;) {
        const { done, value } = await clock.race(reader.read());
        isRead = done;
        if (done || !this.take(value)) break;
      }
    } finally {
      if (!isRead) Promise.resolve().then(() => reader.cancel()).catch(() => {});
    }
    if (isRead) this.decode();
  }

  private whole(text: unknown) {
    if (typeof text !== "string") throw new TypeError("`fetch` gave no Response");
    if (text.length > MAX_BODY) this.fault = "too_large";
    else this.text = text;
  }

  /** Takes a piece; gives whether more may come. */
  private take(value: unknown): boolean {
    if (!ArrayBuffer.isView(value)) throw new TypeError("`fetch` gave a body that is no bytes");
    const end = this.length + value.byteLength;
    if (value.byteLength === 0) this.empty++;
    if (end > MAX_BODY || this.empty > MOST_EMPTY) {
      this.fault = "too_large";
      return false;
    }
    const piece = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (this.bytes === undefined || this.length === 0) {
      this.bytes = piece; // nearly always all there is
    } else {
      if (end > this.bytes.length) {
        const larger = new Uint8Array(2 * end);
        larger.set(this.bytes);
        this.bytes = larger;
      }
      this.bytes.set(piece, this.length);
    }
    this.length = end;
    return true;
  }

  private decode() {
    try {
      decoder ??= new globalThis.TextDecoder("utf-8", { fatal: true });
      this.text = decoder.decode(this.length === this.bytes?.length ? this.bytes : this.bytes?.subarray(0, this.length));
    } catch {
      this.fault = "not_utf8";
    }
  }
}

let decoder: globalThis.TextDecoder | undefined;

/** What was thrown, by its words alone. Reading them may throw as well. */
function words(error: unknown): Words {
  const read = (from: unknown, name: string) => {
    try {
      const value = (from as Fields | null | undefined)?.[name];
      return typeof value === "string" && value !== "" ? value : undefined;
    } catch {
      return undefined;
    }
  };
  let inner: unknown;
  try {
    inner = (error as Fields | null | undefined)?.cause;
  } catch {
    // Then there is none.
  }
  const own = typeof error === "string" && error !== "" ? error : read(error, "message");
  const message = own ?? `a value of type \`${error === null ? "null" : typeof error}\` was thrown`;
  const more = typeof inner === "string" ? inner : read(inner, "message");
  return {
    name: read(error, "name"),
    message: more ? `${message}: ${more}` : message,
    code: read(error, "code") ?? read(inner, "code"),
  };
}

function thrown({ name, message, code }: Words): Error {
  const error = new Error(message);
  if (name !== undefined) error.name = name;
  return code === undefined ? error : Object.assign(error, { code });
}

/** Tells the caller of an answer; what the caller's function throws is its own affair. */
function report(onResponse: Means["onResponse"], heard: { status: number; traceId?: string; attempt: number }) {
  try {
    Promise.resolve(onResponse?.(heard)).catch(() => {});
  } catch {
    // See above.
  }
}

let warned = false;

function warn(warning: string, token: unknown) {
  if (warned || warning === "" || token === null || !("document" in globalThis)) return;
  warned = true;
  console.warn(spoken(warning));
}
