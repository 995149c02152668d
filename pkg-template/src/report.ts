// Reads the reports that src/packed/report.rs writes: its table describes the format. A codec, not logic.
import type {
  BasketTotals, FoundUnitPrice, GrossUnitPrice, Issue, LineTotals, Preview, RateTotals, Rounding, Totals, Validation,
} from "../index";
import { ISSUE_TABLE } from "./issue-table";
import { render } from "./render";
import { TextDecoder } from "./text";

const VALID = 1;
const BASKET = 2;
const INVOICE = 4;
const MISUSE = 8;
const DIFFER = 16;

/** What stands behind the units of an amount, by its hundredths. */
const HUNDREDTHS = /* @__PURE__ */ Array.from({ length: 100 }, (_, i) => `.${String(i).padStart(2, "0")}`);

/** The rules, in the order of their table in src/totals.rs. */
const ROUNDINGS: readonly Rounding[] = ["line", "rate", "total", "unit"];

const decoder = /* @__PURE__ */ new TextDecoder();
/** Up to here, texts in ASCII are read letter by letter: the decoder is faster from there on. */
const FEW_BYTES = 24;

/** The report that is read, where its next figure stands, all its texts, and where the next one starts. */
let bytes: Uint8Array;
/** The same bytes, for several at once. */
let view: DataView;
let at = 0;
let texts = "";
let from = 0;

/** Starts to read a report of `length` bytes; gives what it holds. A misused option throws. */
function open(report: Uint8Array, length: number): number {
  if (bytes !== report) {
    bytes = report;
    view = new DataView(report.buffer, report.byteOffset, report.byteLength);
  }
  at = 0;
  from = 0;
  texts = decoded(count(), length);
  const kind = bytes[at++]!;
  if (kind === MISUSE) throw new TypeError(text());
  return kind;
}

function decoded(start: number, end: number): string {
  if (end - start > FEW_BYTES) return decoder.decode(bytes.subarray(start, end));
  let few = "";
  for (let i = start; i < end; i++) {
    if (bytes[i]! > 127) return decoder.decode(bytes.subarray(start, end));
    few += String.fromCharCode(bytes[i]!);
  }
  return few;
}

export function readPreview(report: Uint8Array, length: number): Preview {
  const kind = open(report, length);
  const totals = kind & BASKET ? basket() : kind & INVOICE ? invoice() : null;
  return { totals, issues: issues(kind) };
}

export function readValidation(report: Uint8Array, length: number): Validation {
  if (length === 0) return { valid: true, issues: [] };
  const kind = open(report, length);
  return { valid: (kind & VALID) !== 0, issues: issues(kind) };
}

export function readUnitPrice(report: Uint8Array, length: number): GrossUnitPrice {
  open(report, length);
  const line = found() ?? { unitPrice: null, nearest: [] };
  return { ...line, single: found(), issues: issues(0) };
}

function found(): FoundUnitPrice | null {
  const kind = bytes[at++]!;
  if (kind === 0) return null;
  const result: FoundUnitPrice = { unitPrice: kind === 1 ? decimal() : null, nearest: [] };
  for (let left = kind - 1; left > 0; left--) result.nearest.push({ unitPrice: decimal(), gross: decimal() });
  return result;
}

function invoice(): Totals {
  return { currency: currency(), gross: decimal() };
}

function basket(): BasketTotals {
  const code = currency();
  const rounding = ROUNDINGS[bytes[at++]!]!;
  const net = decimal();
  const vat = decimal();
  const gross = decimal();
  const rates = count();
  const byRate = rates === 1 ? [{ vatRate: decimal(), net, vat, gross }] : rows(rates);
  const totals: BasketTotals = { currency: code, net, vat, gross, rounding, byRate };
  let left = count();
  if (left > 0) {
    const lines: LineTotals[] = (totals.lines = []);
    for (; left > 0; left--) lines.push({ net: decimal(), vat: decimal(), gross: decimal() });
  }
  return totals;
}

/** The rows of few rates are a list that is just as long: engines give one that grows room for many more. */
function rows(rates: number): RateTotals[] {
  if (rates === 2) return [row(), row()];
  if (rates === 3) return [row(), row(), row()];
  const list: RateTotals[] = [];
  for (let left = rates; left > 0; left--) list.push(row());
  return list;
}

function row(): RateTotals {
  return { vatRate: decimal(), net: decimal(), vat: decimal(), gross: decimal() };
}

function issues(kind: number): Issue[] {
  let left = count();
  if (left === 0) return kind & DIFFER ? [differing()] : [];
  const list: Issue[] = [];
  for (; left > 0; left--) list.push(issue());
  if (kind & DIFFER) list.push(differing());
  return list;
}

const DIFFERING = "rounding_dependent";
/** Its severity, and what stands around its parameters. */
let differs: { severity: Issue["severity"]; around: string[] } | undefined;

/** The issue that most baskets have: an object of known fields is made several times faster. */
function differing(): Issue {
  if (differs === undefined) {
    const [, severity, template] = ISSUE_TABLE.find(([code]) => code === DIFFERING)!;
    differs = { severity, around: template.split(/\{\w+\}/) };
  }
  const { severity, around } = differs;
  const line = decimal();
  const rate = same() ? line : decimal();
  const total = same() ? rate : decimal();
  const unit = same() ? total : decimal();
  return {
    path: ["items"], pointer: "/items", code: DIFFERING, severity,
    message: around[0] + line + around[1] + rate + around[2] + total + around[3] + unit + around[4],
    params: { line, rate, total, unit },
  };
}

/** Whether the next decimal is the one before it, as most are; it is read then. */
function same(): boolean {
  if (bytes[at] === 255 || bytes[at] !== bytes[at - 5] || view.getUint32(at + 1) !== view.getUint32(at - 4)) return false;
  at += 5;
  return true;
}

function issue(): Issue {
  const number = bytes[at++]!;
  const { 0: code, 2: template, 3: names } = ISSUE_TABLE[number]!;
  const severity = bytes[at++] === 1 ? "error" : "warning";
  const path: (string | number)[] = [];
  let pointer = "";
  for (let left = bytes[at++]!; left > 0; left--) {
    const step = bytes[at++] === 1 ? count() : text();
    path.push(step);
    pointer += `/${typeof step === "string" ? escaped(step) : step}`;
  }
  const given = bytes[at++]!;
  const params: Params = given === names.length ? { ...(shapes[number] ??= shape(names)) } : {};
  for (let i = 0; i < given; i++) params[names[i]!] = param();
  return { path, pointer, code, severity, message: render(template, params as Issue["params"]), params } as Issue;
}

type Params = Record<string, string | number | string[]>;

/** All parameters of an issue, by its code: setting what is there is much faster than adding it. */
const shapes: Params[] = [];

function shape(names: readonly string[]): Params {
  return Object.fromEntries(names.map((name) => [name, ""]));
}

/** A step of a JSON pointer (RFC 6901). */
function escaped(step: string): string {
  return step.includes("~") || step.includes("/") ? step.replaceAll("~", "~0").replaceAll("/", "~1") : step;
}

function param(): string | number | string[] {
  switch (bytes[at++]) {
    case 0: return text();
    case 1: return count();
    case 3: return decimal();
  }
  const list: string[] = [];
  for (let left = bytes[at++]!; left > 0; left--) list.push(text());
  return list;
}

function currency(): string {
  const letters = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  at += 3;
  return letters === EURO ? "EUR" : String.fromCharCode(letters & 255, (letters >> 8) & 255, letters >> 16);
}

/** The letters of nearly every basket's currency. */
const EURO = 0x52_55_45;

function decimal(): string {
  const decimals = bytes[at]!;
  const digits = view.getUint32(at + 1, true);
  if (decimals === 2 && digits < 0x100_0000) {
    at += 5;
    const units = (digits / 100) | 0;
    return units + HUNDREDTHS[digits - units * 100]!;
  }
  at++;
  if (decimals === 255) return text();
  at += 4;
  if (decimals === 0) return String(digits);
  if (decimals === 1) return `${Math.floor(digits / 10)}.${digits % 10}`;
  const padded = String(digits).padStart(decimals + 1, "0");
  return `${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

function count(): number {
  at += 4;
  return view.getUint32(at - 4, true);
}

function text(): string {
  let units = bytes[at++]!;
  if (units === 255) units = count();
  return texts.slice(from, (from += units));
}
