// Webhooks: the HMAC, which is Web Crypto's, around what Rust says of the header and of the clock.
import type {
  RawBody, WebhookError as WebhookErrorType, WebhookErrorCode, WebhookEvent, WebhookOptions, WebhookSecret,
} from "../index";
import { instance, webhookSignatures } from "./instance";
import { render } from "./render";
import { tell } from "./talk";
import { MAX_HEADER, TOLERANCE_SECONDS, WEBHOOK_TABLE } from "./webhook-table";

const HMAC = { name: "HMAC", hash: "SHA-256" };
/** The largest number of seconds that crosses to Rust: the clock of 2106. */
const MAX_SECONDS = 0xffff_ffff;

// Made by a call that is marked as pure: a bundler drops it where it is not used.
export const WebhookError = /* @__PURE__ */ (() => {
  class WebhookError extends Error implements WebhookErrorType {
    declare readonly name: "WebhookError";
    declare readonly code: WebhookErrorCode;

    constructor(code: WebhookErrorCode, message: string) {
      super(message);
      Object.assign(this, { code });
    }
  }

  Object.defineProperty(WebhookError.prototype, "name", { value: "WebhookError", writable: true, configurable: true });
  return WebhookError;
})();

export function isWebhookError(e: unknown): e is WebhookErrorType {
  // By its name and fields, not its class: the package may be loaded twice, as ESM and as CommonJS.
  if (!(e instanceof Error) && tag(e) !== "Error") return false;
  const { name, code } = e as Partial<WebhookErrorType>;
  return name === "WebhookError" && typeof code === "string";
}

export async function verifyWebhook(
  rawBody: RawBody,
  signatureHeader: string | null | undefined,
  secret: WebhookSecret,
  options?: WebhookOptions,
): Promise<WebhookEvent> {
  instance();
  // Before the first wait, after which the caller may have changed them.
  const body = bytesOf(rawBody);
  const now = clock(options?.now);
  const { toleranceSeconds = TOLERANCE_SECONDS } = options ?? {};
  const tolerance = seconds(toleranceSeconds, "toleranceSeconds", "a number of seconds, 0 or more");
  const key = await keyFor("verify", secret);
  // What is neither a string nor nothing has no signature in it.
  const header = typeof signatureHeader === "string" ? signatureHeader : (signatureHeader ?? "") && "?";
  // One that is too long stays so, and does not make the module's memory grow.
  const said = tell(header.slice(0, MAX_HEADER + 1), (packet, length) => webhookSignatures(packet, length, now, tolerance));
  const lines = said.split("\n");
  const [code, received, words] = lines as [WebhookErrorCode | "", string, string];
  const error = code === "" ? undefined : fault(code, { received, tolerance });
  if (error && words === "") throw error;
  const [time, ...signatures] = words.split(" ") as [string, ...string[]];
  const signed = withTime(time, body);
  if (!(await oneVerifies(key, signatures, signed))) throw fault("wrong_signature");
  // The time stamp is part of what is signed: only now is it known to be Qonto's.
  if (error) throw error;
  return eventIn(signed.subarray(time.length + 1));
}

export async function signWebhook(
  rawBody: RawBody,
  secret: WebhookSecret,
  options?: Pick<WebhookOptions, "now">,
): Promise<string> {
  const time = String(clock(options?.now));
  const signed = withTime(time, bytesOf(rawBody));
  const signature = new Uint8Array(await subtle().sign(HMAC.name, await keyFor("sign", secret), signed));
  return `t=${time},v1=${Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Web Crypto compares in constant time; how many signatures were tried is no secret. */
async function oneVerifies(key: CryptoKey, signatures: string[], signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  for (const hex of signatures) {
    const signature = Uint8Array.from({ length: hex.length / 2 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16));
    if (await subtle().verify(HMAC.name, key, signature, signed)) return true;
  }
  return false;
}

function eventIn(body: Uint8Array<ArrayBuffer>): WebhookEvent {
  let event: unknown;
  try {
    event = JSON.parse(new globalThis.TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // What a parser says shows what it read, so its words are not passed on.
  }
  if (typeof event !== "object" || event === null || Array.isArray(event)) throw fault("unreadable_event");
  return event as WebhookEvent;
}

async function keyFor(use: "sign" | "verify", secret: WebhookSecret): Promise<CryptoKey> {
  const bytes = copyOf(secret);
  if (!bytes?.length) {
    throw new TypeError("expected the secret to be a string or bytes, received an empty one or another value");
  }
  return subtle().importKey("raw", bytes, HMAC, false, [use]);
}

function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (found) return found;
  throw new TypeError(
    "expected Web Crypto, received a runtime without it: a page must be https, and Node 18 needs " +
      'globalThis.crypto = require("crypto").webcrypto',
  );
}

/** What is signed; a copy, so that nobody changes the body between its verification and its parsing. */
function withTime(time: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = new TextEncoder().encode(`${time}.`);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  return signed;
}

function bytesOf(rawBody: unknown): Uint8Array {
  const bytes = copyOf(rawBody);
  if (!bytes) throw fault("parsed_body", { received: rawBody === null ? "null" : typeof rawBody });
  return bytes;
}

/** The bytes of a text (in UTF-8), of any view or of a buffer, of any realm. */
function copyOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof value === "string") return new Uint8Array(new TextEncoder().encode(value));
  if (ArrayBuffer.isView(value)) return new Uint8Array(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return tag(value) === "ArrayBuffer" ? new Uint8Array((value as ArrayBuffer).slice(0)) : undefined;
}

/** Whole unix seconds. */
function clock(now: number | Date | undefined): number {
  const time = now === undefined ? Date.now() / 1000 : tag(now) === "Date" ? Number(now) / 1000 : now;
  return seconds(time, "now", "unix seconds (not milliseconds) or a Date");
}

function seconds(value: unknown, option: string, expected: string): number {
  if (typeof value === "number" && value >= 0 && value <= MAX_SECONDS) return Math.floor(value);
  throw new TypeError(`expected the option \`${option}\` to be ${expected}, received another value`);
}

function fault(code: WebhookErrorCode, params: Record<string, string | number> = {}): Error {
  return new WebhookError(code, render(WEBHOOK_TABLE[code], params));
}

function tag(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
