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

const decoder = /* @__PURE__ */ new TextDecoder();

/** The report that is read, where its next figure stands, all its texts, and where the next one starts. */
let bytes: Uint8Array;
let at = 0;
let texts = "";
let from = 0;

/** Starts to read a report of `length` bytes; gives what it holds. A misused option throws. */
function open(report: Uint8Array, length: number): number {
  bytes = report;
  at = 0;
  from = 0;
  texts = decoder.decode(bytes.subarray(count(), length));
  const kind = bytes[at++]!;
  if (kind === MISUSE) throw new TypeError(text());
  return kind;
}

export function readPreview(report: Uint8Array, length: number): Preview {
  const kind = open(report, length);
  const totals = kind & BASKET ? basket() : kind & INVOICE ? invoice() : null;
  return { totals, issues: issues() };
}

export function readValidation(report: Uint8Array, length: number): Validation {
  if (length === 0) return { valid: true, issues: [] };
  const kind = open(report, length);
  return { valid: (kind & VALID) !== 0, issues: issues() };
}

export function readUnitPrice(report: Uint8Array, length: number): GrossUnitPrice {
  open(report, length);
  const line = found() ?? { unitPrice: null, nearest: [] };
  return { ...line, single: found(), issues: issues() };
}

function found(): FoundUnitPrice | null {
  const kind = bytes[at++]!;
  if (kind === 0) return null;
  const result: FoundUnitPrice = { unitPrice: kind === 1 ? text() : null, nearest: [] };
  for (let left = kind - 1; left > 0; left--) result.nearest.push({ unitPrice: text(), gross: text() });
  return result;
}

function invoice(): Totals {
  return { currency: text(), gross: text() };
}

function basket(): BasketTotals {
  const totals: BasketTotals = {
    currency: text(), net: "", vat: "", gross: "", rounding: text() as Rounding, byRate: [],
  };
  totals.net = text();
  totals.vat = text();
  totals.gross = text();
  for (let rates = count(); rates > 0; rates--) {
    totals.byRate.push({ vatRate: text(), net: text(), vat: text(), gross: text() } satisfies RateTotals);
  }
  let left = count();
  if (left > 0) {
    const lines: LineTotals[] = (totals.lines = []);
    for (; left > 0; left--) lines.push({ net: text(), vat: text(), gross: text() });
  }
  return totals;
}

function issues(): Issue[] {
  const list: Issue[] = [];
  for (let left = count(); left > 0; left--) list.push(issue());
  return list;
}

function issue(): Issue {
  const [code, , template, names] = ISSUE_TABLE[bytes[at++]!]!;
  const severity = bytes[at++] === 1 ? "error" : "warning";
  const path: (string | number)[] = [];
  let pointer = "";
  for (let left = bytes[at++]!; left > 0; left--) {
    const step = bytes[at++] === 1 ? count() : text();
    path.push(step);
    pointer += `/${typeof step === "string" && /[~/]/.test(step) ? step.replaceAll("~", "~0").replaceAll("/", "~1") : step}`;
  }
  const params: Record<string, string | number | string[]> = {};
  const given = bytes[at++]!;
  for (let i = 0; i < given; i++) params[names[i]!] = param();
  return { path, pointer, code, severity, message: render(template, params as Issue["params"]), params } as Issue;
}

function param(): string | number | string[] {
  switch (bytes[at++]) {
    case 0: return text();
    case 1: return count();
  }
  const list: string[] = [];
  for (let left = bytes[at++]!; left > 0; left--) list.push(text());
  return list;
}

function count(): number {
  at += 4;
  return (bytes[at - 4]! | (bytes[at - 3]! << 8) | (bytes[at - 2]! << 16) | (bytes[at - 1]! << 24)) >>> 0;
}

function text(): string {
  let units = bytes[at++]!;
  if (units === 255) units = count();
  return texts.slice(from, (from += units));
}
