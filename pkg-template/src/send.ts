// The one file that does I/O: it sends requests, reads answers, waits, and decides nothing. What to do next
// comes from Rust (src/api/call.rs), and what came of it goes back there.
//
// Every wait is a race against the call's own end, and everything foreign (what stands for `fetch`, its
// answer, a token function, a signal) is called where what it throws is caught: a call settles in any case.
import type { PaymentLinkErrorData } from "../index";
import { PaymentLinkError } from "./error";
import type { Call } from "./instance";
import { MAX_BODY, TRACE_ID } from "./request-table";
import { readValidation } from "./report";
import { SAID } from "./said-table";

/** What Rust says is to be done; see `Action`. */
type Action = {
  heard?: { status: number; traceId?: string; attempt: number };
  kept?: number[];
  at?: string;
} & (
  | { what: "token" }
  | { what: "send"; method: string; url: string; before?: string; behind?: string }
  | { what: "wait"; ms: number }
  | { what: "done"; next?: number }
  | { what: "fail"; failure: PaymentLinkErrorData; cause?: Words }
  | { what: "pass_on" }
);

/** The words of something thrown: the thing itself may hold the request, and with it the token. */
interface Words {
  name?: string | undefined;
  message: string;
  code?: string | undefined;
}

/** What Rust is told of an answer; see `Answer::read`. */
interface Answered {
  status: number;
  traceId?: string | undefined;
  retryAfter?: string | undefined;
  retryAfterMs?: number;
  contentType?: string | undefined;
  document?: unknown;
  text?: string;
  fault?: "too_large" | "not_utf8";
  thrown?: Words;
  createdMs?: number[];
}

/** What of the options is not data. */
export interface Means {
  fetch?: unknown;
  signal?: AbortSignal;
  onResponse?: (response: { status: number; traceId?: string; attempt: number }) => unknown;
  token: unknown;
  /** The text of the payload. */
  text?: string;
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
type End = "timeout" | "aborted";

/** Runs a call to its end. It always settles. */
export async function run(call: Call, means: Means): Promise<Found> {
  const clock = new Clock(call.timeoutMs(), means.signal);
  const kept: unknown[] = [];
  let answered: unknown;
  let link: unknown;
  let [event, facts]: Happened = ["ready", undefined];
  try {
    for (;;) {
      // An abort that nobody waited for: before the call, or between two waits.
      if (event !== "answer" && clock.aborted()) event = "aborted";
      const text = written(facts);
      const said = spoken(call.next(event, text, clock.left(), Math.floor(Math.random() * 2 ** 32)));
      if (!said.startsWith("{")) throw new TypeError(said);
      const action = JSON.parse(said) as Action;
      if (action.heard) tell(means.onResponse, action.heard);
      for (const index of action.kept ?? []) kept.push(list(answered)[index]);
      if (action.at !== undefined) link = action.at === "" ? answered : (answered as Fields)[action.at];
      switch (action.what) {
        case "token":
          [event, facts] = await asked(means.token, clock);
          break;
        case "send":
          warn(call, means.token);
          [event, facts] = await sent(action, call, means, clock);
          answered = event === "answer" ? (facts as Answered).document : undefined;
          break;
        case "wait":
          [event, facts] = await clock.race(new Promise((resolve) => setTimeout(resolve, action.ms)), "ready");
          break;
        case "done":
          return { value: link, kept, ...(action.next !== undefined && { next: action.next }) };
        case "fail":
          throw failed(action.failure, link, action.cause, call);
        case "pass_on":
          throw new PaymentLinkError({ ...(answered as PaymentLinkErrorData), status: (facts as Answered).status });
      }
    }
  } finally {
    clock.stop();
    call.free();
  }
}

function failed(failure: PaymentLinkErrorData, link: unknown, cause: Words | undefined, call: Call): Error {
  const data = { ...failure } as Fields;
  if (failure.code === "amount_mismatch") data.link = link;
  if (failure.code === "validation") {
    const report = call.report();
    const { issues } = readValidation(report, report.length);
    const first = issues.find(({ severity }) => severity === "error");
    Object.assign(data, { issues, message: `${failure.message}; the first is at \`${first?.pointer}\`: ${first?.message}` });
  }
  return new PaymentLinkError(data as unknown as PaymentLinkErrorData, { cause: cause && thrown(cause) });
}

/** What Rust is told: JSON, and of an answer its document last, for that is looked through field by field. */
function written(facts: unknown): string {
  if (facts === undefined) return "";
  if (typeof facts === "string") return facts;
  const { document, ...others } = facts as Answered;
  const text = json(others);
  return document === undefined ? text : `${text}${json(document)}`;
}

/** The characters that stand for texts of the module. */
const MARKS = /[\ue000-\uf8ff]/g;

/** What the module says, with its texts in the place of the characters that stand for them. */
function spoken(text: string): string {
  return text.replace(MARKS, (mark) => SAID[mark.charCodeAt(0) - 0xe000] ?? mark);
}

/** JSON in which such a character of somebody else's is escaped, so that it stands for itself. */
function json(value: unknown): string {
  return JSON.stringify(value).replace(MARKS, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

type Happened = [event: string, facts: unknown];

/** The end of a call: its time-out and its caller's signal, in one promise that never rejects. */
class Clock {
  private readonly ended: Promise<End>;
  private end!: (why: End) => void;
  private readonly until: number;
  private readonly timer: ReturnType<typeof setTimeout>;
  private readonly abort = () => this.end("aborted");

  constructor(timeoutMs: number, private readonly signal: AbortSignal | undefined) {
    this.ended = new Promise((resolve) => (this.end = resolve));
    this.until = Date.now() + timeoutMs;
    this.timer = setTimeout(() => this.end("timeout"), timeoutMs);
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

  left(): number {
    return Math.max(this.until - Date.now(), 0);
  }

  aborted(): boolean {
    try {
      return this.signal?.aborted === true;
    } catch {
      return false;
    }
  }

  /** Waits for what may be a promise, and says what happened. */
  async race(value: unknown, event: string): Promise<Happened> {
    if (this.aborted()) {
      Promise.resolve(value).catch(() => {});
      return ["aborted", undefined];
    }
    try {
      // `race` turns even a value whose `then` throws into a rejected promise.
      const won = await Promise.race([this.ended.then((why) => new Ended(why)), value]);
      return won instanceof Ended ? [won.why, undefined] : [event, won];
    } catch (error) {
      return ["thrown", words(error)];
    }
  }
}

class Ended {
  constructor(readonly why: End) {}
}

async function asked(token: unknown, clock: Clock): Promise<Happened> {
  try {
    const [event, value] = await clock.race((token as () => unknown)(), "token");
    if (event !== "token" || (typeof value === "string" && value !== "")) return [event, value];
    return ["no_token", value === null ? "null" : typeof value];
  } catch (error) {
    return ["thrown", words(error)];
  }
}

/** Sends one request and reads its answer. Redirects are not followed. */
async function sent(
  { method, url, before, behind }: Action & { what: "send" },
  call: Call,
  { fetch = globalThis.fetch, text }: Means,
  clock: Clock,
): Promise<Happened> {
  for (const [name, value] of [["fetch", fetch], ["Headers", globalThis.Headers], ["AbortController", globalThis.AbortController]] as const) {
    if (typeof value !== "function") return ["missing", name];
  }
  const controller = new AbortController();
  let promise: unknown;
  let response: unknown;
  let whole = false;
  try {
    // The URL and the init apart, not a `Request`: what stands for `fetch` may be of another realm.
    promise = (fetch as typeof globalThis.fetch)(url, {
      method,
      headers: call.headers() as Headers,
      // workerd has no "error"; an opaque or 3xx answer is refused in Rust.
      redirect: "manual",
      signal: controller.signal,
      ...(before !== undefined && { body: before + text + behind }),
    });
    const happened = await clock.race(promise, "answer");
    if (happened[0] !== "answer") return happened;
    response = happened[1];
    const read = await answer(response as Response, clock);
    whole = read[0] === "answer" && !(read[1] as Answered).fault && !(read[1] as Answered).thrown;
    return read;
  } catch (error) {
    return ["thrown", words(error)];
  } finally {
    if (!whole) {
      controller.abort();
      // A `fetch` that ignores its signal may answer later: what it gives is let go as well.
      Promise.resolve(promise).then((late) => (late as Response | undefined)?.body?.cancel(), () => {}).catch(() => {});
    }
  }
}

async function answer(response: Response, clock: Clock): Promise<Happened> {
  const { status } = response;
  if (typeof status !== "number" || !(status >= 0 && status < 1000)) throw new TypeError("`fetch` gave no Response");
  const facts: Answered = { status };
  const header = (name: string) => {
    try {
      const value = response.headers.get(name);
      return typeof value === "string" ? value : undefined;
    } catch {
      return undefined;
    }
  };
  facts.traceId = header(TRACE_ID);
  facts.contentType = header("Content-Type");
  facts.retryAfter = header("Retry-After");
  if (facts.retryAfter !== undefined) facts.retryAfterMs = Math.max(0, Math.round(Date.parse(facts.retryAfter) - Date.now()));
  const [event, read] = await body(response, clock);
  if (event === "thrown") facts.thrown = read as Words;
  else if (event !== "answer") return [event, undefined];
  else if (read === "too_large" || read === "not_utf8") facts.fault = read;
  else parse((read as { text: string }).text, facts);
  return ["answer", facts];
}

function parse(text: string, facts: Answered) {
  try {
    facts.document = JSON.parse(text);
  } catch {
    facts.text = text;
    return;
  }
  // When each link was made, so that Rust needs no calendar.
  const links = list(facts.document);
  if (links.length > 0) facts.createdMs = links.map((link) => Math.max(0, Date.parse(String((link as Fields | null)?.created_at))));
}

function list(document: unknown): unknown[] {
  const links = (document as Fields | null)?.payment_links;
  return Array.isArray(links) ? links : [];
}

/** Reads a body up to a limit of bytes, and stops there. */
async function body(response: Response, clock: Clock): Promise<Happened> {
  const stream = response.body;
  // The bundle's own decoder is the glue's: this one has to refuse what is not UTF-8.
  const { TextDecoder } = globalThis;
  if (typeof stream?.getReader !== "function" || typeof TextDecoder !== "function") {
    const [event, text] = await clock.race(response.text(), "answer");
    if (event !== "answer") return [event, text];
    if (typeof text !== "string") throw new TypeError("`fetch` gave no Response");
    return ["answer", text.length > MAX_BODY ? "too_large" : { text }];
  }
  const reader = stream.getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let bytes = 0;
  let whole = false;
  try {
    for (;;) {
      const [event, read] = await clock.race(reader.read(), "answer");
      if (event !== "answer") return [event, read];
      const { done, value } = read as ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
      if (!done) {
        if (!ArrayBuffer.isView(value)) throw new TypeError("`fetch` gave a body that is no bytes");
        bytes += value.byteLength;
        if (bytes > MAX_BODY) return ["answer", "too_large"];
      }
      try {
        text += done ? decoder.decode() : decoder.decode(value, { stream: true });
      } catch {
        return ["answer", "not_utf8"];
      }
      if (done) {
        whole = true;
        return ["answer", { text }];
      }
    }
  } finally {
    if (!whole) Promise.resolve(reader.cancel()).catch(() => {});
  }
}

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
function tell(onResponse: Means["onResponse"], heard: NonNullable<Action["heard"]>) {
  try {
    Promise.resolve(onResponse?.(heard)).catch(() => {});
  } catch {
    // See above.
  }
}

let warned = false;

function warn(call: Call, token: unknown) {
  if (warned || token === null || !("document" in globalThis)) return;
  const warning = spoken(call.warning());
  if (warning === "") return;
  warned = true;
  console.warn(warning);
}
