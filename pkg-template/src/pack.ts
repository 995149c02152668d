// Packs options and payload into the module's memory, in one pass and for one crossing. A codec, not
// logic: no rule lives here. src/packed/reader.rs describes the format and reads it.
//
// The hot path trusts nothing but is made for plain data. Whatever is not (a getter or Proxy that
// throws, inherited fields) is copied into plain data first, field by field, and packed again.
import { type LiveBasket, Packet, instance, moved } from "./instance";

const OBJECT = 4;
const ARRAY = 5;
const UNREADABLE = 9;
const WHOLE = 10;
const NUMBER = 11;
const TEXT = 12;
const VISIBLE = 14;
const BLANK = 15;
const STRING = 16;
const LONG_LIST = 17;
const ITEM = 18;
const FIRST_WORD = 32;
const ASCII = 128;

/** How many words there can be. */
const MOST_WORDS = 32;
/** All words are forgotten when so many texts could not be one: others repeat by now. */
const MOST_MISSED = 1024;
/** The longest text of which all is packed, in UTF-16 units. */
const LONGEST_TEXT = 2048;
/** Prose up to here is measured in UTF-16 units: no limit is that low. */
const SHORT_PROSE = 64;
/** The longest text that is written unit by unit, if it is ASCII: the encoder is faster from there on. */
const LONGEST_ASCII = 64;
/** The longest text that is shorter than any that an engine keeps as a part of a larger one, which stays with it. */
const LONGEST_OWN = 12;
/** Bytes that a value takes at most: its tag and its lengths, and three for each unit of the longest text. */
const VALUE = 6148;
const MOST_NAMES = 101;
/** More payment methods than there are; a list of more is packed one by one. */
const MAX_METHODS = 8;

export const ITEM_FIELDS = ["title", "quantity", "unit_price", "vat_rate", "type", "description", "measure_unit"];
/** A line with a gross price may have the other fields of an item. */
const LINE_FIELDS = /* @__PURE__ */ ["gross", "currency"].concat(ITEM_FIELDS);
export const MONEY_FIELDS = ["value", "currency"];
const PAYLOAD_FIELDS = [
  "potential_payment_methods", "reusable", "invoice_id", "invoice_number", "debitor_name", "amount",
  "redirect_url", "items",
];

export type Fields = Record<string, unknown>;

/** Stands for a value that throws when it is read. */
const unreadable = /* @__PURE__ */ Symbol("unreadable");
/** Thrown to have the payload copied into plain data and packed again. */
const notPlain = /* @__PURE__ */ Symbol("not plain");

const encoder = /* @__PURE__ */ (() => {
  let made: TextEncoder | undefined;
  return () => (made ??= new TextEncoder());
})();

const NONE: string[] = [];
/** A loop over it sees what scripts have given to all objects. */
export const NOTHING = {};

/** How many characters a text for people has, if it shows something and has at most so many units; else -1. */
function shown(value: unknown, most: number): number {
  if (typeof value !== "string" || value.length > most) return -1;
  const first = value.charCodeAt(0);
  if (!(first > 32 && first < 127) && value.trim() === "") return -1;
  return characters(value);
}

/** The tag of a text that is a word, 0 for none; of anything else -1. */
function tag({ texts, tags, places }: Kind, value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value !== "string") return -1;
  const place = (value.charCodeAt(0) + 8 * value.length) & 31;
  let i = places[place]!;
  if (texts[i] !== value) {
    i = texts.indexOf(value);
    if (i < 0) return -1;
    places[place] = i;
  }
  return tags[i]!;
}

/** Whether the fields that a loop sees are the object's own. Asked as soon as they are read, it costs nothing. */
export function isPlain(fields: Fields): boolean {
  return Object.getPrototypeOf(fields) === Object.prototype;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The words of one kind of field, with the tags by which the module knows them. */
class Kind {
  readonly texts: string[] = [];
  readonly tags: number[] = [];
  /** Where a text was last found, by its length and first letter. */
  readonly places = new Uint8Array(32);

  set(text: string, tag: number) {
    this.texts.push(text);
    this.tags.push(tag);
  }
}

/** The words of a packer or a live basket, by the kind of field they stand in. */
export class Words {
  /** Of options and a payload's own fields. Engines compare the short words of items faster where these are elsewhere. */
  readonly head = new Map<string, number>();
  readonly currencies = new Kind();
  readonly rates = new Kind();
  readonly types = new Kind();
  readonly units = new Kind();
  count = 0;
}

export class Packer {
  readonly packet: Packet;
  private readonly mostEntries: number;
  private bytes!: Uint8Array;
  /** The same bytes, for several at once. */
  private view!: DataView;
  private at = 0;
  private words = new Words();
  /** The live basket whose words these are, if any's. */
  private live: LiveBasket | undefined;
  private missed = 0;
  /** Whether what is packed is kept, and so may have no word in it. */
  private alone = false;

  constructor() {
    instance();
    this.packet = new Packet(1 << 16);
    this.mostEntries = Packet.maxEntries();
    this.look();
  }

  /** Packs options and payload; gives the length. */
  pack(payload: unknown, options: unknown): number {
    this.begin();
    this.options(options);
    return this.packed(this.payload, payload, 5);
  }

  /** Packs options and payload to be kept; gives the length. */
  packAlone(payload: unknown, options: unknown): number {
    this.alone = true;
    try {
      return this.pack(payload, options);
    } finally {
      this.alone = false;
    }
  }

  /** Packs an item of a live basket, which is kept and so has that basket's words; gives the length. */
  packItem(item: unknown, live: LiveBasket, words: Words): number {
    this.begin();
    this.room(8 * VALUE);
    const own = this.words;
    this.words = words;
    this.live = live;
    try {
      return this.packed(this.item, item, 2);
    } finally {
      this.words = own;
      this.live = undefined;
    }
  }

  /** Packs options and a line with a gross price; gives the length. Seldom called, so from a copy at once. */
  packLine(line: unknown, options: unknown): number {
    const copy = plain(line, 1);
    this.begin();
    this.options(options);
    this.room(8 * VALUE);
    if (!isObject(copy)) {
      this.kind(copy);
    } else {
      this.byte(OBJECT);
      this.text(copy.gross);
      this.number(copy.quantity);
      this.text(copy.vat_rate);
      this.text(copy.currency);
      this.unknown(copy, LINE_FIELDS);
    }
    return this.at;
  }

  /** Puts a text as it is behind what is packed; gives how many bytes it takes. */
  append(text: string): number {
    for (let most = text.length; ; most *= 3) {
      this.room(most);
      const free = this.bytes.subarray(this.at);
      const { read, written } = encoder().encodeInto(text, free);
      if (read === text.length) {
        this.at += written;
        return written;
      }
      free.fill(0); // what makes room leaves a copy of what is there behind, and there may be secrets in this
    }
  }

  /** The u32 numbers, so many, at the start of what was packed. */
  counts(length: number): number[] {
    const { buffer, byteOffset } = this.report(4 * length);
    const view = new DataView(buffer, byteOffset);
    return Array.from({ length }, (_, i) => view.getUint32(4 * i, true));
  }

  /** The ASCII text of `length` bytes at the start of what was packed. */
  ascii(length: number): string {
    const bytes = this.report(length);
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }

  /** The bytes that a report of `length` bytes was written to, in the place of what was packed. */
  report(length: number): Uint8Array {
    if (length > this.bytes.length || moved(this.bytes)) this.look(); // the memory has moved, or the buffer in it
    return this.bytes;
  }

  /** Whether the packet can be used: one that was in use at a trap, for want of memory, is so for ever. */
  isWhole(): boolean {
    try {
      this.packet.reserve(0); // as who changes it: one that was only looked at can still be looked at
      return true;
    } catch {
      return false;
    }
  }

  /** Packs a value as it is, or else a plain copy of it; gives where it ends. */
  private packed(write: (this: Packer, value: unknown) => void, value: unknown, depth: number): number {
    const start = this.at;
    try {
      // A loop over an object would see these as well, and its fields are read as if they were its own.
      for (const _ in NOTHING) throw notPlain;
      write.call(this, value);
      if (!moved(this.bytes)) return this.at;
    } catch {
      // A plain copy does not throw.
    }
    // Reading it threw, or called back into this package and made the memory move.
    const copy = plain(value, depth);
    if (moved(this.bytes)) this.look();
    this.at = start;
    write.call(this, copy);
    return this.at;
  }

  /** Begins anew. */
  begin() {
    if (moved(this.bytes)) this.look(); // the memory has grown and moved
    this.at = 0;
    if (this.missed > MOST_MISSED) {
      this.packet.forget();
      this.words = new Words();
      this.missed = 0;
    }
  }

  /** Looks at the buffer anew. */
  private look() {
    this.bytes = new Uint8Array(instance().buffer, this.packet.address(), this.packet.reserve(0));
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  /** Makes room for `size` more bytes. */
  private room(size: number) {
    if (this.at + size > this.bytes.length) {
      if (moved(this.bytes)) throw notPlain; // a getter made the memory move: what it saw is lost
      this.packet.reserve(this.at + size);
      this.look();
    }
  }

  private options(options: unknown) {
    if (options === undefined) return this.byte(0);
    if (!isObject(options)) return this.kind(options);
    const { rounding, vatRates, lines } = options;
    this.begin(); // a getter may have made the memory move
    this.room(4 * VALUE);
    this.byte(OBJECT);
    this.headWord(rounding);
    this.headWord(vatRates);
    this.kind(lines);
  }

  private payload(payload: unknown) {
    this.room(16 * VALUE);
    if (!isObject(payload)) return this.kind(payload);
    let fields = payload;
    let beside = NONE;
    // Engines look a name up faster than they ask whether it is the object's own.
    if ("payment_link" in payload && Object.hasOwn(payload, "payment_link")) {
      if (!isObject(payload.payment_link)) return this.kind(payload.payment_link);
      fields = payload.payment_link;
      const names = Object.keys(payload);
      if (names.length > 1) beside = names.filter((name) => name !== "payment_link");
    }
    const {
      potential_payment_methods, reusable, items, invoice_id, invoice_number, debitor_name, amount, redirect_url,
    } = fields;
    const plain = isPlain(fields);
    const rest =
      +(invoice_id !== undefined) + +(invoice_number !== undefined) + +(debitor_name !== undefined) + +(amount !== undefined);
    const present =
      +(potential_payment_methods !== undefined) + +(reusable !== undefined) + +(items !== undefined) +
      +(redirect_url !== undefined) + rest;
    let count = 0;
    for (const _ in fields) count++;
    const known = count === present && beside === NONE && plain;
    if (!(known && rest === 0 && this.head(potential_payment_methods, reusable, redirect_url))) {
      this.byte(OBJECT);
      this.methods(potential_payment_methods);
      this.kind(reusable);
      this.room(8 * VALUE);
      this.text(invoice_id);
      this.prose(invoice_number);
      this.prose(debitor_name);
      this.money(amount);
      this.room(4 * VALUE);
      this.headWord(redirect_url);
      if (known) this.byte(0);
      else this.unknown(fields, PAYLOAD_FIELDS, beside);
    }
    this.items(items);
  }

  /** The hot path: what a basket usually has before its items; false, and nothing is written, for any other. */
  private head(methods: unknown, reusable: unknown, url: unknown): boolean {
    const { bytes, view, words: { head } } = this;
    let { at } = this;
    if (!Array.isArray(methods) || typeof reusable !== "boolean" || this.alone) return false;
    const { length } = methods;
    if (length >>> 0 !== length || length > MAX_METHODS) return false;
    view.setUint32(at, OBJECT | (ARRAY << 8) | (length << 16), true);
    view.setUint16(at + 4, 0);
    at += 6;
    for (let i = 0; i < length; i++) {
      const tag = head.get(methods[i]);
      if (tag === undefined) return false;
      bytes[at++] = tag;
    }
    const tag = url === undefined ? 0 : head.get(url as string);
    if (tag === undefined) return false;
    bytes[at] = reusable ? 3 : 2;
    view.setUint32(at + 1, 0);
    bytes[at + 5] = tag;
    bytes[at + 6] = 0;
    this.at = at + 7;
    return true;
  }

  /** An item in its usual form, where it has that, or else value by value. */
  private item(item: unknown) {
    if (!isObject(item)) return this.kind(item);
    const { title, quantity, unit_price, vat_rate, type, description, measure_unit } = item;
    const plain = isPlain(item);
    const present =
      +(title !== undefined) + +(quantity !== undefined) + +(unit_price !== undefined) + +(vat_rate !== undefined) +
      +(type !== undefined) + +(description !== undefined) + +(measure_unit !== undefined);
    // Counted here and not in `unknown`: a loop that sees objects of one shape alone is much faster.
    let count = 0;
    for (const _ in item) count++;
    const known = count === present && plain;
    if (
      known && typeof quantity === "number" && (quantity & 0xffff) === quantity && isObject(unit_price) &&
      this.short(title, quantity, unit_price, vat_rate, type, description, measure_unit)
    ) return;
    this.byte(OBJECT);
    this.prose(title);
    this.number(quantity);
    this.money(unit_price);
    this.word(this.words.rates, vat_rate);
    this.word(this.words.types, type);
    this.prose(description);
    this.word(this.words.units, measure_unit);
    if (known) this.byte(0);
    else this.unknown(item, ITEM_FIELDS);
  }

  /** The hot path: an item of the usual kind, with words for what repeats; false, and nothing is written, for any other. */
  private short(
    title: unknown, quantity: number, money: Fields, rate: unknown, type: unknown, description: unknown, unit: unknown,
  ): boolean {
    const { value, currency } = money;
    const plain = isPlain(money);
    let count = 0;
    for (const _ in money) count++;
    if (count !== 2 || !plain || typeof value !== "string" || value.length > LONGEST_ASCII) return false;
    const { words, bytes, view } = this;
    const letters = shown(title, 255);
    const more = description === undefined ? 0 : shown(description, 0xffff);
    const tags = tag(words.currencies, currency) | (tag(words.rates, rate) << 8) | (tag(words.types, type) << 16) | (tag(words.units, unit) << 24);
    // Of two fields one may be unknown, in the place of the currency.
    if (letters < 0 || more < 0 || tags < 0 || currency === undefined || this.alone) return false;
    let { at } = this;
    view.setUint32(at, ITEM | (letters << 8) | (quantity << 16), true);
    view.setUint32(at + 4, tags, true);
    view.setUint32(at + 8, more | (value.length << 16), true);
    at += 11;
    let all = 0;
    for (let i = 0; i < value.length; i++) {
      const letter = value.charCodeAt(i);
      all |= letter;
      bytes[at++] = letter;
    }
    if (all > 127) return false;
    this.at = at;
    return true;
  }

  private money(money: unknown) {
    if (!isObject(money)) return this.kind(money);
    const { value, currency } = money;
    const plain = isPlain(money);
    this.bytes[this.at++] = OBJECT;
    this.text(value);
    this.word(this.words.currencies, currency);
    let count = 0;
    for (const _ in money) count++;
    if (count === +(value !== undefined) + +(currency !== undefined) && plain) {
      this.bytes[this.at++] = 0;
    } else {
      this.unknown(money, MONEY_FIELDS);
    }
  }

  private methods(methods: unknown) {
    const length = this.list(methods);
    for (let i = 0; i < length; i++) {
      this.room(2 * VALUE);
      this.headWord((methods as unknown[])[i]);
    }
  }

  private items(items: unknown) {
    const length = this.list(items);
    for (let i = 0; i < length; i++) {
      this.room(8 * VALUE);
      this.item((items as unknown[])[i]);
    }
  }

  /** The head of a list; gives the number of entries to be packed behind it. */
  private list(list: unknown): number {
    this.room(VALUE);
    if (!Array.isArray(list)) {
      this.kind(list);
      return 0;
    }
    const { length } = list;
    if (length > this.mostEntries) {
      this.byte(LONG_LIST);
      this.digits(String(length));
      return 0;
    }
    if (length >>> 0 !== length) throw notPlain; // a Proxy's
    this.byte(ARRAY);
    this.count(length);
    return length;
  }

  /** The names of the fields that no rule knows, and of those `beside` the payload's wrapper. */
  private unknown(fields: Fields, known: readonly string[], beside: string[] = NONE) {
    for (const name of known) {
      if (fields[name] !== undefined && !Object.hasOwn(fields, name)) throw notPlain;
    }
    const unknown = Object.keys(fields).filter((name) => !known.includes(name) && fields[name] !== undefined);
    const names = unknown.concat(beside);
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
    if ((value & 0xffff) === value) {
      this.byte(WHOLE);
      this.byte(value & 255);
      this.byte(value >> 8);
    } else {
      this.byte(NUMBER);
      this.digits(String(value));
    }
  }

  /** A text that is short and made of ASCII takes the fast way. */
  private text(value: unknown) {
    if (typeof value !== "string") return this.kind(value);
    const { length } = value;
    if (length > LONGEST_ASCII) return this.utf8(value);
    const { bytes } = this;
    let at = this.at;
    bytes[at++] = ASCII + length;
    let all = 0;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      all |= unit;
      bytes[at++] = unit;
    }
    if (all > 127) return this.utf8(value);
    this.at = at;
  }

  /** A text of which there are few: one that was packed before takes one byte. */
  private word(kind: Kind, value: unknown) {
    if (typeof value !== "string") return this.kind(value);
    if (this.alone) return this.text(value);
    const known = tag(kind, value);
    if (known < 0) this.learn(kind, value);
    else this.byte(known);
  }

  /** The same in options and in a payload's own fields. */
  private headWord(value: unknown) {
    if (typeof value !== "string") return this.kind(value);
    if (this.alone) return this.text(value);
    const { head } = this.words;
    const tag = head.get(value);
    if (tag === undefined) this.learn(head, value);
    else this.byte(tag);
  }

  /** Makes a text a word, if it is short and ASCII and there is room for one. */
  private learn(words: { set(text: string, tag: number): unknown }, value: string) {
    const { at } = this;
    this.text(value);
    const { length } = value;
    // A getter may have made the memory move: what was written since is lost, and all is packed again.
    if (moved(this.bytes) || this.bytes[at] !== ASCII + length) return;
    if (this.words.count === MOST_WORDS) {
      this.missed++;
      return;
    }
    if (this.live) this.live.learn(this.packet, at + 1, length);
    else this.packet.learn(at + 1, length);
    if (moved(this.bytes)) this.look(); // the memory has grown, with all that is in it
    const tag = FIRST_WORD + this.words.count++;
    words.set(length > LONGEST_OWN ? [...value].join("") : value, tag);
    this.at = at;
    this.byte(tag);
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
    this.byte(value.trim() === "" ? BLANK : VISIBLE);
    this.count(characters(value));
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
    this.view.setUint32(this.at, count, true);
    this.at += 4;
  }

  private byte(byte: number) {
    this.bytes[this.at++] = byte;
  }
}

/** The number of code points; of a short text, of UTF-16 units. */
function characters(text: string): number {
  let count = text.length;
  if (count <= SHORT_PROSE) return count;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

/** A copy with own, enumerable data alone, so many steps deep; what throws becomes the mark for it. Never throws. */
export function plain(value: unknown, depth: number): unknown {
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

/** How many packers there may be: getters that call back without end must not use all memory up. */
const MOST_PACKERS = 16;

const idle: Packer[] = [];
/** Those that a trap left half done; kept, for freeing them would trap again. */
const broken: Packer[] = [];
let lent = 0;

/** Lends a packer; a getter that calls this package while its payload is packed gets another. */
export function withPacker<T>(use: (packer: Packer) => T): T {
  if (lent === MOST_PACKERS) throw new RangeError("expected a payload that can be read, received getters that call back without end");
  const packer = idle.pop() ?? new Packer();
  let whole = true;
  lent++;
  try {
    return use(packer);
  } catch (error) {
    whole = packer.isWhole();
    throw error;
  } finally {
    lent--;
    (whole ? idle : broken).push(packer);
  }
}
