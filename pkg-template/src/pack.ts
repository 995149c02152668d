// Packs options and payload into the module's memory, in one pass and for one crossing. A codec, not
// logic: no rule lives here. src/packed.rs describes the format and reads it.
//
// The hot path trusts nothing but is made for plain data. Whatever is not (a getter or Proxy that
// throws, inherited fields) is copied into plain data first, field by field, and packed again.
import { Packet, instance } from "./instance";

const OBJECT = 4;
const ARRAY = 5;
const UNREADABLE = 9;
const WHOLE = 10;
const NUMBER = 11;
const TEXT = 12;
const REMEMBER = 13;
const VISIBLE = 14;
const BLANK = 15;
const STRING = 16;
const LONG_LIST = 17;
const REMEMBERED = 32;
const ASCII = 128;

/** How many texts can be remembered. */
const MOST_REMEMBERED = 32;
/** The longest text of which all is packed, in UTF-16 units. */
const LONGEST_TEXT = 2048;
/** Prose up to here is measured in UTF-16 units: no limit is that low. */
const SHORT_PROSE = 64;
/** Bytes that a value takes at most: a text, its tag and its lengths. */
const VALUE = 4 + 3 * LONGEST_TEXT;
const MOST_NAMES = 101;

const ITEM_FIELDS = ["title", "quantity", "unit_price", "vat_rate", "type", "description", "measure_unit"];
const MONEY_FIELDS = ["value", "currency"];
const PAYLOAD_FIELDS = [
  "potential_payment_methods", "reusable", "invoice_id", "invoice_number", "debitor_name", "amount",
  "redirect_url", "items",
];

type Fields = Record<string, unknown>;

/** Stands for a value that throws when it is read. */
const unreadable = Symbol("unreadable");
/** Thrown to have the payload copied into plain data. */
const notPlain = Symbol("not plain");

const encoder = /* @__PURE__ */ (() => {
  let made: TextEncoder | undefined;
  return () => (made ??= new TextEncoder());
})();

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export class Packer {
  readonly packet: Packet;
  private readonly mostEntries: number;
  private bytes: Uint8Array;
  private at = 0;
  private remembered: string[] = [];

  constructor() {
    instance();
    this.packet = new Packet(1 << 16);
    this.mostEntries = Packet.maxEntries();
    this.bytes = this.view();
  }

  /** Packs options and payload; gives the length. */
  pack(payload: unknown, options: unknown): number {
    if (this.bytes.length === 0) this.bytes = this.view(); // the memory has grown and moved
    this.begin();
    this.options(options);
    const start = this.at;
    const remembered = this.remembered.length;
    try {
      this.payload(payload);
    } catch {
      // Only reading the payload throws here; its plain copy does not.
      this.at = start;
      this.remembered.length = remembered;
      this.payload(plain(payload, 4));
    }
    return this.at;
  }

  private begin() {
    this.at = 0;
    this.remembered.length = 0;
  }

  private view(): Uint8Array {
    return new Uint8Array(instance().buffer, this.packet.address(), this.packet.reserve(0));
  }

  /** Makes room for `size` more bytes. */
  private room(size: number) {
    if (this.at + size > this.bytes.length) {
      this.packet.reserve(this.at + size);
      this.bytes = this.view();
    }
  }

  private options(options: unknown) {
    this.room(4 * VALUE);
    if (!isObject(options)) return this.kind(options);
    const { rounding, vatRates, lines } = options;
    this.byte(OBJECT);
    this.text(rounding);
    this.text(vatRates);
    this.kind(lines);
  }

  private payload(payload: unknown) {
    this.room(16 * VALUE);
    if (!isObject(payload)) return this.kind(payload);
    let fields = payload;
    let beside: string[] = [];
    if (Object.hasOwn(payload, "payment_link")) {
      if (!isObject(payload.payment_link)) return this.kind(payload.payment_link);
      fields = payload.payment_link;
      beside = Object.keys(payload).filter((name) => name !== "payment_link");
    }
    this.byte(OBJECT);
    this.list(fields.potential_payment_methods, Packer.prototype.text, 0);
    this.kind(fields.reusable);
    this.room(8 * VALUE);
    this.text(fields.invoice_id);
    this.prose(fields.invoice_number);
    this.prose(fields.debitor_name);
    this.money(fields.amount);
    this.text(fields.redirect_url);
    this.unknown(fields, PAYLOAD_FIELDS, this.present(fields, PAYLOAD_FIELDS), beside);
    this.list(fields.items, Packer.prototype.item, 0);
  }

  private item(item: unknown) {
    if (!isObject(item)) return this.kind(item);
    const { title, quantity, unit_price, vat_rate, type, description, measure_unit } = item;
    this.byte(OBJECT);
    this.prose(title);
    this.number(quantity);
    this.money(unit_price);
    this.text(vat_rate);
    this.text(type);
    this.prose(description);
    this.text(measure_unit);
    const present =
      +(title !== undefined) + +(quantity !== undefined) + +(unit_price !== undefined) + +(vat_rate !== undefined) +
      +(type !== undefined) + +(description !== undefined) + +(measure_unit !== undefined);
    this.unknown(item, ITEM_FIELDS, present);
  }

  private money(money: unknown) {
    if (!isObject(money)) return this.kind(money);
    const { value, currency } = money;
    this.byte(OBJECT);
    this.text(value);
    this.text(currency);
    this.unknown(money, MONEY_FIELDS, +(value !== undefined) + +(currency !== undefined));
  }

  private list(list: unknown, entry: (this: Packer, value: unknown) => void, _: 0) {
    this.room(VALUE);
    if (!Array.isArray(list)) return this.kind(list);
    const { length } = list;
    if (length > this.mostEntries) {
      this.byte(LONG_LIST);
      return this.digits(String(length));
    }
    this.byte(ARRAY);
    this.count(length);
    for (let i = 0; i < length; i++) {
      this.room(8 * VALUE);
      entry.call(this, list[i]);
    }
  }

  private present(fields: Fields, known: readonly string[]): number {
    let present = 0;
    for (const name of known) if (fields[name] !== undefined) present++;
    return present;
  }

  /** The names of the fields that no rule knows; `present` known fields have a value. */
  private unknown(fields: Fields, known: readonly string[], present: number, beside: string[] = []) {
    const keys = Object.keys(fields);
    if (keys.length === present && beside.length === 0) return this.byte(0);
    for (const name of known) {
      if (fields[name] !== undefined && !Object.hasOwn(fields, name)) throw notPlain;
    }
    const names = keys.filter((name) => !known.includes(name) && fields[name] !== undefined).concat(beside);
    if (names.length === 0) return this.byte(0);
    const named = Math.min(names.length, MOST_NAMES);
    this.room((named + 8) * VALUE);
    this.byte(1);
    this.count(named);
    this.count(names.length - named);
    for (let i = 0; i < named; i++) this.utf8(names[i]!);
  }

  private number(value: unknown) {
    if (typeof value !== "number") return this.kind(value);
    if (value >= 0 && value <= 255 && value % 1 === 0) {
      this.byte(WHOLE);
      this.byte(value);
    } else {
      this.byte(NUMBER);
      this.digits(String(value));
    }
  }

  /** A text that is short and made of ASCII, or one of the few that repeat, takes the fast way. */
  private text(value: unknown) {
    if (typeof value !== "string") return this.kind(value);
    const { length } = value;
    if (length > 24) return this.utf8(value);
    const { remembered } = this;
    for (let i = 0; i < remembered.length; i++) {
      if (remembered[i] === value) return this.byte(REMEMBERED + i);
    }
    const { bytes } = this;
    const start = this.at;
    const known = remembered.length < MOST_REMEMBERED;
    let at = start;
    if (known) bytes[at++] = REMEMBER;
    bytes[at++] = known ? length : ASCII + length;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 127) return this.utf8(value);
      bytes[at++] = unit;
    }
    this.at = at;
    if (known) remembered.push(value);
  }

  private utf8(value: string) {
    const cut = value.length > LONGEST_TEXT;
    const { written } = encoder().encodeInto(cut ? value.slice(0, LONGEST_TEXT) : value, this.bytes.subarray(this.at + 4));
    this.byte(TEXT);
    this.byte(+cut);
    this.byte(written & 255);
    this.byte(written >> 8);
    this.at += written;
  }

  /** Of a text for people: whether it shows anything, and how long it is. */
  private prose(value: unknown) {
    if (typeof value !== "string") return this.kind(value);
    const first = value.charCodeAt(0);
    const visible = (first > 32 && first < 127) || value.trim() !== "";
    this.byte(visible ? VISIBLE : BLANK);
    this.count(value.length > SHORT_PROSE ? characters(value) : value.length);
  }

  /** A value of a type that the field does not have, nothing, or a boolean. */
  private kind(value: unknown) {
    switch (typeof value) {
      case "undefined": return this.byte(0);
      case "boolean": return this.byte(value ? 3 : 2);
      case "string": return this.byte(STRING);
      case "bigint": return this.byte(6);
      case "symbol": return this.byte(value === unreadable ? UNREADABLE : 7);
      case "function": return this.byte(8);
      case "number":
        this.byte(NUMBER);
        return this.digits(String(value));
    }
    this.byte(value === null ? 1 : Array.isArray(value) ? ARRAY : OBJECT);
  }

  private digits(ascii: string) {
    this.byte(ascii.length);
    for (let i = 0; i < ascii.length; i++) this.byte(ascii.charCodeAt(i));
  }

  private count(count: number) {
    this.byte(count & 255);
    this.byte((count >> 8) & 255);
    this.byte((count >> 16) & 255);
    this.byte((count >> 24) & 255);
  }

  private byte(byte: number) {
    this.bytes[this.at++] = byte;
  }
}

/** The number of code points. */
function characters(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

/** A copy with own, enumerable data alone; what throws becomes the mark for it. Never throws. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  try {
    if (Array.isArray(value)) {
      const { length } = value;
      const copy: unknown[] = [];
      copy.length = length;
      // A list too long to be packed is known by its length alone.
      if (depth > 0 && length <= Packet.maxEntries()) for (let i = 0; i < length; i++) copy[i] = read(value, i, depth);
      return copy;
    }
    const copy: Fields = Object.create(null);
    if (depth > 0) for (const name of Object.keys(value)) copy[name] = read(value as Fields, name, depth);
    return copy;
  } catch {
    return unreadable;
  }
}

function read(from: Fields | unknown[], name: string | number, depth: number): unknown {
  try {
    return plain((from as Fields)[name], depth - 1);
  } catch {
    return unreadable;
  }
}

let idle: Packer | undefined;

/** Lends a packer; a getter that calls this package while its payload is packed gets another. */
export function withPacker<T>(use: (packer: Packer) => T): T {
  const packer = idle ?? new Packer();
  idle = undefined;
  try {
    return use(packer);
  } finally {
    idle = packer;
  }
}
