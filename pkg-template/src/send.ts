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

/** What became of a request. */
interface Answered {
  status: number;
  /** What Rust is told of it; see `Facts`. */
  facts: string;
  document: unknown;
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
  let says = first;
  refuse(says);
  const clock = new Clock(means.timeoutMs ?? DEFAULT_TIMEOUT_MS, means.signal);
  const kept: unknown[] = [];
  let answered: Answered | undefined;
  let link: unknown;
  let warning = "";
  try {
    for (;;) {
      const lines = says.split("\n");
      const headers: [name: string, value: string][] = [];
      const rest = behind(lines[0]!);
      let next: number | undefined;
      let cause: Words | undefined;
      for (let i = 1; i < lines.length; i++) {
        const line = behind(lines[i]!);
        switch (word(lines[i]!)) {
          case "header": headers.push([word(line), behind(line)]); break;
          case "warn": warning = line; break;
          case "at": link = line === "" ? answered?.document : (answered?.document as Fields)[line]; break;
          case "next": next = +line; break;
          case "kept": for (const index of line.split(",")) kept.push(list(answered?.document)[+index]); break;
          case "heard": report(means.onResponse, JSON.parse(line)); break;
          case "cause": cause = JSON.parse(line); break;
        }
      }
      let event: (typeof EVENTS)[number] = "ready";
      let facts = "";
      const what = word(lines[0]!);
      if (what !== "token" && what !== "send" && what !== "wait") idle.push(call); // it has ended
      if (what === "done") return next === undefined ? { value: link, kept } : { value: link, kept, next };
      if (what === "fail") throw failed(JSON.parse(spoken(rest)), link, cause, call);
      if (what === "pass_on") {
        throw new PaymentLinkError({ ...(answered?.document as PaymentLinkErrorData), status: answered!.status });
      }
      try {
        if (what === "token") {
          const token: unknown = await clock.race((means.token as () => unknown)());
          event = typeof token === "string" && token !== "" ? "token" : "no_token";
          facts = event === "token" ? (token as string) : token === null ? "null" : typeof token;
        } else if (what === "send") {
          warn(warning, means.token);
          answered = undefined;
          event = "missing";
          facts = missing(means.fetch);
          if (facts === "") {
            answered = await sent(word(rest), behind(rest), headers, means, clock);
            event = "answer";
            facts = answered.facts;
          }
        } else {
          await clock.pause(+rest);
        }
      } catch (error) {
        event = clock.whyOf(error) ?? "thrown";
        facts = event === "thrown" ? JSON.stringify(words(error)) : "";
      }
      // An abort that nobody waited for, between two waits.
      if (event !== "answer" && clock.isAborted()) event = "aborted";
      const random = Math.floor(Math.random() * 2 ** 32);
      says = tell(facts, (packet, length) => call.next(packet, length, EVENTS.indexOf(event), clock.left(), random));
      refuse(says);
    }
  } finally {
    clock.stop();
  }
}

/** Throws where the caller misuses a call. The message may have several lines. */
function refuse(says: string) {
  if (says.startsWith("misuse ")) throw new TypeError(spoken(behind(says)));
  if (says.startsWith("options ")) throw new TypeError(behind(says));
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

/** Sends one request and reads its answer. Redirects are not followed. */
async function sent(
  method: string,
  url: string,
  named: [name: string, value: string][],
  { fetch = globalThis.fetch, body, whole }: Means,
  clock: Clock,
): Promise<Answered> {
  const controller = new AbortController();
  const headers = new Headers();
  for (const [name, value] of named) headers.set(name, value);
  let promise: unknown;
  let isRead = false;
  try {
    // The URL and the init apart, not a `Request`: what stands for `fetch` may be of another realm.
    promise = (fetch as typeof globalThis.fetch)(url, {
      method,
      headers,
      // workerd has no "error"; an opaque or 3xx answer is refused in Rust.
      redirect: "manual",
      signal: controller.signal,
      ...(method === "POST" && { body: body! }),
    });
    const response = (await clock.race(promise)) as Response;
    const { status } = response;
    if (typeof status !== "number" || !(status >= 0 && status < 1000)) throw new TypeError("`fetch` gave no Response");
    const traceId = header(response, TRACE_ID);
    const contentType = header(response, "Content-Type");
    const retryAfter = header(response, "Retry-After");
    const retryAfterMs = retryAfter && Math.max(0, Math.round(Date.parse(retryAfter) - Date.now()));
    let read: Read = {};
    let thrown: Words | undefined;
    try {
      read = await textOf(response, clock);
    } catch (error) {
      if (error === clock) throw error;
      thrown = words(error);
    }
    isRead = read.text !== undefined;
    const document = parsed(read.text);
    // When each link was made, so that Rust needs no calendar.
    const createdMs = whole && list(document).map((link) => Math.max(0, Date.parse(String((link as Fields | null)?.created_at))));
    const text = document === undefined ? read.text : undefined;
    const facts: unknown[] = [status, whole || status >= 300 ? document : lookedAt(document), traceId, contentType];
    // The rest there seldom is, and at the end need not be said.
    if (!isRead || text !== undefined || retryAfter !== undefined || whole) {
      facts.push(retryAfter, retryAfterMs, read.fault, thrown, createdMs, text);
    }
    return { status, facts: JSON.stringify(facts), document };
  } finally {
    if (!isRead) {
      controller.abort();
      // A `fetch` that ignores its signal may answer later: what it gives is let go as well.
      Promise.resolve(promise).then((late) => (late as Response | undefined)?.body?.cancel(), () => {}).catch(() => {});
    }
  }
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

/** A body, or why there is none. */
interface Read {
  text?: string;
  fault?: "too_large" | "not_utf8";
}

/** How many empty pieces a body may come in: they might never end, and leave no turn to the clock's timer. */
const MOST_EMPTY = 1000;

/** Reads a body up to a limit of bytes, and stops there. */
async function textOf(response: Response, clock: Clock): Promise<Read> {
  const stream = response.body;
  // The bundle's own decoder is the glue's: this one has to refuse what is not UTF-8.
  const { TextDecoder } = globalThis;
  if (typeof stream?.getReader !== "function" || typeof TextDecoder !== "function") {
    const text: unknown = await clock.race(response.text());
    if (typeof text !== "string") throw new TypeError("`fetch` gave no Response");
    return text.length > MAX_BODY ? { fault: "too_large" } : { text };
  }
  const reader = stream.getReader();
  let bytes = new Uint8Array();
  let length = 0;
  let empty = 0;
  let isRead = false;
  try {
    for (;;) {
      const { done, value } = await clock.race(reader.read());
      if (done) {
        isRead = true;
        break;
      }
      if (!ArrayBuffer.isView(value)) throw new TypeError("`fetch` gave a body that is no bytes");
      const piece = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      const end = length + piece.length;
      if (piece.length === 0) empty++;
      if (end > MAX_BODY || empty > MOST_EMPTY) return { fault: "too_large" };
      if (length === 0) {
        bytes = piece; // nearly always all there is
      } else {
        if (end > bytes.length) {
          const larger = new Uint8Array(2 * end);
          larger.set(bytes);
          bytes = larger;
        }
        bytes.set(piece, length);
      }
      length = end;
    }
  } finally {
    if (!isRead) Promise.resolve(reader.cancel()).catch(() => {});
  }
  try {
    decoder ??= new TextDecoder("utf-8", { fatal: true });
    return { text: decoder.decode(bytes.subarray(0, length)) };
  } catch {
    return { fault: "not_utf8" };
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
