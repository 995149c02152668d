// The live basket: keeps the items as they were given, hands each change over in one crossing, and gives
// the answers their shape. What it costs and what is wrong with it is decided in Rust.
import type {
  Basket as Declared, BasketPayload, Issue, Item, LineTotals, PreviewOptions, Totals,
} from "../index";
import { instance, LiveBasket, Packet } from "./instance";
import { type Fields, isObject, plain, withPacker, Words } from "./pack";
import { readPreview, readValidation } from "./report";

// What a live basket can be asked: the table in src/wasm/basket.rs.
const PUT = 0;
const REMOVE = 1;
const SLOT = 2;
const SLOTS = 3;
const GROSS = 4;
const TOTALS = 5;
const ISSUES = 6;
const LINE = 7;
const PAYLOAD = 8;
const CLEAR = 9;

/** What `own` copies from a value, or plain data in its place where reading it throws. */
function copied<T>(value: unknown, depth: number, own: (value: unknown) => T): T {
  try {
    return own(value);
  } catch {
    return own(plain(value, depth));
  }
}

/** A copy as deep as anything is looked at: what stands deeper, or in a field no rule knows, is the caller's. */
function ownItem(item: unknown): unknown {
  if (!isObject(item)) return item;
  const copy = { ...item };
  if (isObject(copy.unit_price)) copy.unit_price = { ...copy.unit_price };
  return copy;
}

const copyItem = (item: unknown) => copied(item, 2, ownItem);

/** The payload without its wrapper. */
function unwrapped(payload: unknown): unknown {
  return isObject(payload) && Object.hasOwn(payload, "payment_link") ? payload.payment_link : payload;
}

function rewrapped(payload: unknown, fields: unknown): unknown {
  return isObject(payload) && Object.hasOwn(payload, "payment_link") ? { ...payload, payment_link: fields } : fields;
}

/** A copy of the payload; of its items only the list. */
function ownPayload(payload: unknown): unknown {
  const fields = unwrapped(payload);
  if (!isObject(fields)) return rewrapped(payload, fields);
  const copy = { ...fields };
  const { amount, potential_payment_methods: methods, items } = copy;
  if (isObject(amount)) copy.amount = { ...amount };
  if (isList(methods)) copy.potential_payment_methods = [...methods];
  if (isList(items)) copy.items = [...items];
  return rewrapped(payload, copy);
}

/** Whether it is a list that is read entry by entry. */
function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length <= Packet.maxEntries();
}

// Made by a call that is marked as pure: a bundler drops it, and the module with it, where it is not used.
export const Basket: typeof Declared = /* @__PURE__ */ (() => {
  class Basket implements Declared {
    #live: LiveBasket | undefined;
    /** The payload; where the basket has a list of items, that in it is empty. */
    #payload: unknown;
    #isList: boolean;
    /** By slot: a number that an item keeps as long as it is there, and that is then given to another. */
    readonly #items: unknown[] = [];
    #size = 0;
    readonly #words = new Words();

    constructor(payload?: unknown, options?: PreviewOptions) {
      instance();
      this.#payload = copied(payload === undefined ? { items: [] } : payload, 4, ownPayload);
      const fields = unwrapped(this.#payload);
      let items: unknown[] = [];
      this.#isList = isObject(fields) && isList(fields.items);
      if (this.#isList) {
        items = (fields as { items: unknown[] }).items;
        (fields as Fields).items = [];
      }
      this.#live = withPacker((packer) => {
        const packed = packer.packAlone(this.#payload, options);
        const live = LiveBasket.create(packer.packet, packed);
        if (live) return live;
        // An option is misused: reading this report throws.
        const length = packer.packet.validate(packed);
        readValidation(packer.report(length), length);
        return undefined;
      });
      for (const item of items) this.#put(this.#size, copyItem(item));
    }

    add(item: Item): number {
      const copy = copyItem(item);
      this.#alive();
      this.#list();
      this.#put(this.#size, copy);
      return this.#size - 1;
    }

    set(index: number, item: Item): void {
      const copy = copyItem(item);
      this.#slot(index);
      this.#put(index, copy);
    }

    setQuantity(index: number, quantity: number): void {
      this.#put(index, { ...this.#fields(index), quantity });
    }

    setUnitPrice(index: number, value: string): void {
      const fields = this.#fields(index);
      const { unit_price } = fields;
      this.#put(index, { ...fields, unit_price: { ...(isObject(unit_price) && unit_price), value } });
    }

    setVatRate(index: number, rate: string): void {
      this.#put(index, { ...this.#fields(index), vat_rate: rate });
    }

    remove(index: number): void {
      this.#slot(index);
      this.#items[this.#ask(REMOVE, index)] = undefined;
      this.#size--;
    }

    clear(): void {
      this.#alive();
      this.#list();
      this.#ask(CLEAR);
      this.#items.length = 0;
      this.#size = 0;
    }

    get size(): number {
      this.#alive();
      return this.#size;
    }

    get totals(): Totals | null {
      return this.#read(TOTALS).totals;
    }

    get gross(): string | null {
      const live = this.#alive();
      return withPacker((packer) => packer.ascii(live.ask(packer.packet, GROSS, 0, 0))) || null;
    }

    get issues(): Issue[] {
      return this.#read(ISSUES).issues;
    }

    line(index: number): LineTotals | null {
      this.#slot(index);
      const { totals } = this.#read(LINE, index);
      return totals && ({ net: totals.net, vat: totals.vat, gross: totals.gross } as LineTotals);
    }

    toPayload(): BasketPayload {
      const live = this.#alive();
      const copy = ownPayload(this.#payload);
      if (this.#isList) {
        const slots = withPacker((packer) => {
          live.ask(packer.packet, SLOTS, 0, 0);
          return packer.counts(this.#size);
        });
        (unwrapped(copy) as Fields).items = slots.map((slot) => ownItem(this.#items[slot]));
      }
      return copy as BasketPayload;
    }

    dispose(): void {
      this.#live?.free();
      this.#live = undefined;
      this.#items.length = 0;
    }

    declare [Symbol.dispose]: () => void;

    #alive(): LiveBasket {
      if (this.#live) return this.#live;
      throw new Error("expected a basket in use, received one that was disposed of");
    }

    /** The slot of an index. */
    #slot(index: number): number {
      this.#alive();
      if (typeof index !== "number") {
        throw new TypeError(`expected the index to be of type \`number\`, received type \`${typeof index}\``);
      }
      const size = this.#size;
      if (!(index >= 0 && index < size && Number.isInteger(index))) {
        const expected = size === 0 ? "no index, for the basket is empty" : `an index from 0 to ${size - 1}`;
        throw new RangeError(`expected ${expected}, received \`${index}\``);
      }
      return this.#ask(SLOT, index);
    }

    /** The fields of an item; of what is no object, none. */
    #fields(index: number): Fields {
      const item = this.#items[this.#slot(index)];
      return isObject(item) ? item : {};
    }

    /** Puts a copy of an item in the place of another, or behind all. */
    #put(index: number, item: unknown): void {
      const live = this.#alive();
      const slot = withPacker((packer) => live.ask(packer.packet, PUT, index, packer.packItem(item, live, this.#words)));
      if (slot === 0xffff_ffff) {
        throw new RangeError(`expected at most ${Packet.maxEntries()} items, received another`);
      }
      this.#items[slot] = item;
      if (index === this.#size) this.#size++;
    }

    /** Gives the payload a list of items, in the place of what stood there. */
    #list(): void {
      if (this.#isList) return;
      const fields = unwrapped(this.#payload);
      this.#payload = rewrapped(this.#payload, { ...(isObject(fields) && fields), items: [] });
      const live = this.#alive();
      withPacker((packer) => live.ask(packer.packet, PAYLOAD, 0, packer.packAlone(this.#payload, undefined)));
      this.#isList = true;
    }

    #ask(what: number, index = 0): number {
      const live = this.#alive();
      return withPacker((packer) => live.ask(packer.packet, what, index, 0));
    }

    #read(what: number, index = 0) {
      const live = this.#alive();
      return withPacker((packer) => {
        const length = live.ask(packer.packet, what, index, 0);
        return readPreview(packer.report(length), length);
      });
    }
  }

  // Not every runtime has it.
  if (Symbol.dispose) {
    Object.defineProperty(Basket.prototype, Symbol.dispose, {
      value: Basket.prototype.dispose, writable: true, configurable: true,
    });
  }
  return Basket;
})();
