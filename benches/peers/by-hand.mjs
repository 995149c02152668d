// JavaScript by hand, made to be fast: one pass, whole cents in plain numbers, no library and hardly a regular
// expression. What plain numbers cannot hold exactly goes through bigints.
import { CURRENCIES, HTTP_URL, ITEM_TYPES, MAX_AMOUNT, MEASURE_UNITS, PAYMENT_METHODS } from "./rules.mjs";

const METHODS = new Set(PAYMENT_METHODS);
const TYPES = new Set(ITEM_TYPES);
const UNITS = new Set(MEASURE_UNITS);
const CODES = new Set(CURRENCIES);
const MAX_CENTS = Number(MAX_AMOUNT) * 100;
const SAFE = Number.MAX_SAFE_INTEGER;
/** The highest rate, in hundredths of a per cent. */
const MAX_RATE = 10_000;

const ZERO = 48;
const POINT = 46;
const MINUS = 45;

/** A decimal without its point, with at most two decimals filled up to two; NaN where it is none, or has more. */
function hundredths(text) {
  const { length } = text;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let value = 0;
  let at = start;
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (at === start) return NaN;
  let decimals = 0;
  if (at < length) {
    if (text.charCodeAt(at++) !== POINT) return NaN;
    decimals = length - at;
    if (decimals < 1 || decimals > 2) return NaN;
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - ZERO;
      if (digit < 0 || digit > 9) return NaN;
      value = value * 10 + digit;
    }
  }
  if (decimals < 2) value *= decimals === 0 ? 100 : 10;
  return start === 1 ? -value : value;
}

/** `value / by`, rounded half away from zero; both are safe integers. */
function divided(value, by) {
  const size = value < 0 ? -value : value;
  const rest = size % by;
  const whole = (size - rest) / by + (2 * rest >= by ? 1 : 0);
  return value < 0 ? -whole : whole;
}

/** The digits of a decimal, or of a number as JavaScript writes it, and how many of them are decimals. */
function exact(text) {
  const [mantissa, exponent = "0"] = text.split("e");
  const [whole, behind = ""] = mantissa.split(".");
  const scale = behind.length - Number(exponent);
  const digits = BigInt(whole + behind);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

/** `digits` of so many decimals, rounded half away from zero to two. */
function cents(digits, scale) {
  if (scale <= 2) return digits * 10n ** BigInt(2 - scale);
  const by = 10n ** BigInt(scale - 2);
  const size = digits < 0n ? -digits : digits;
  const rounded = (2n * size + by) / (2n * by);
  return digits < 0n ? -rounded : rounded;
}

/** Net and VAT of a line that plain numbers cannot hold, in cents. */
function exactLine(price, quantity, rate) {
  const [p, q, r] = [exact(price), exact(String(quantity)), exact(rate)];
  const net = cents(p.digits * q.digits, p.scale + q.scale);
  return [Number(net), Number(cents(net * r.digits, r.scale + 4))];
}

/** Whether a text is a decimal from 0 to 100, however many decimals it has. */
const isLongRate = (text) => /^\d+\.\d{3,}$/.test(text) && Number(text) <= 100;

function isVisible(text) {
  const first = text.charCodeAt(0);
  return (first > 32 && first < 127) || text.trim() !== "";
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Judges a payload and, where all is well and `rows` is there, adds it up into the rows, one a rate. */
function check(payload, rows) {
  const issues = [];
  const wrong = (path, message) => void issues.push({ path, message });
  const type = (path, expected, value) => {
    if (value === undefined) wrong(path, "expected a value, received none");
    else wrong(path, `expected ${expected}, received ${value === null ? "null" : Array.isArray(value) ? "array" : typeof value}`);
  };
  if (!isObject(payload)) {
    type([], "object", payload);
    return issues;
  }
  const { potential_payment_methods: methods, reusable, items, redirect_url } = payload;
  if (!Array.isArray(methods)) {
    type(["potential_payment_methods"], "array", methods);
  } else {
    if (methods.length === 0) wrong(["potential_payment_methods"], "expected at least one entry, received none");
    for (let i = 0; i < methods.length; i++) {
      const path = () => ["potential_payment_methods", i];
      if (typeof methods[i] !== "string") type(path(), "string", methods[i]);
      else if (!METHODS.has(methods[i])) wrong(path(), `expected a payment method, received ${methods[i]}`);
      else if (methods.indexOf(methods[i]) < i) wrong(path(), `expected each payment method once, received ${methods[i]} again`);
    }
  }
  if (typeof reusable !== "boolean") type(["reusable"], "boolean", reusable);
  if (!Array.isArray(items)) type(["items"], "array", items);
  else if (items.length === 0) wrong(["items"], "expected at least one entry, received none");
  else checkItems(items, rows, wrong, type);
  if (redirect_url !== undefined) {
    if (typeof redirect_url !== "string") type(["redirect_url"], "string", redirect_url);
    else if (!HTTP_URL.test(redirect_url)) wrong(["redirect_url"], `expected an absolute URL, received ${redirect_url}`);
  }
  return issues;
}

function checkItems(items, rows, wrong, type) {
  let known;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (!isObject(item)) {
      type(["items", i], "object", item);
      continue;
    }
    const { title, quantity, unit_price, vat_rate, type: kind, description, measure_unit } = item;
    if (typeof title !== "string") type(["items", i, "title"], "string", title);
    else if (!isVisible(title)) wrong(["items", i, "title"], "expected visible text");
    if (typeof quantity !== "number") type(["items", i, "quantity"], "number", quantity);
    else if (!(quantity > 0 && quantity < Infinity)) wrong(["items", i, "quantity"], `expected a quantity above 0, received ${quantity}`);

    let price = NaN;
    if (!isObject(unit_price)) {
      type(["items", i, "unit_price"], "object", unit_price);
    } else {
      const { value, currency } = unit_price;
      if (typeof value !== "string") {
        type(["items", i, "unit_price", "value"], "string", value);
      } else {
        price = hundredths(value);
        if (price !== price) wrong(["items", i, "unit_price", "value"], `expected a decimal such as 10.99, received ${value}`);
      }
      if (currency !== known || known === undefined) {
        const path = () => ["items", i, "unit_price", "currency"];
        if (typeof currency !== "string") type(path(), "string", currency);
        else if (!CODES.has(currency)) wrong(path(), `expected an ISO 4217 code, received ${currency}`);
        else if (known === undefined) known = currency;
        else wrong(path(), `expected ${known}, the currency of the first item, received ${currency}`);
      }
    }

    let rate = NaN;
    if (typeof vat_rate !== "string") {
      type(["items", i, "vat_rate"], "string", vat_rate);
    } else {
      rate = hundredths(vat_rate);
      if (!(rate >= 0 && rate <= MAX_RATE && vat_rate.charCodeAt(0) !== MINUS) && !isLongRate(vat_rate)) {
        wrong(["items", i, "vat_rate"], `expected a VAT rate from 0 to 100, received ${vat_rate}`);
      }
    }
    if (kind !== undefined && !TYPES.has(kind)) wrong(["items", i, "type"], `expected good or service, received ${kind}`);
    if (description !== undefined && typeof description !== "string") type(["items", i, "description"], "string", description);
    if (measure_unit !== undefined && !UNITS.has(measure_unit)) wrong(["items", i, "measure_unit"], `expected a unit, received ${measure_unit}`);
    if (rows !== undefined) addLine(rows, quantity, price, rate, item);
  }
}

/** What is not right gives a line of NaN, and an issue besides. */
function addLine(rows, quantity, price, rate, item) {
  let net = quantity * price;
  let vat = net * rate;
  if (Number.isInteger(quantity) && vat <= SAFE && vat >= -SAFE) {
    vat = divided(vat, 10_000);
  } else if (typeof quantity === "number" && quantity > 0 && price === price && typeof item.vat_rate === "string" && (rate === rate || isLongRate(item.vat_rate))) {
    [net, vat] = exactLine(item.unit_price.value, quantity, item.vat_rate);
    if (rate !== rate) rate = Number(item.vat_rate) * 100;
  }
  for (let i = 0; i < rows.length; i++) {
    if (rows[i].rate === rate) {
      rows[i].net += net;
      rows[i].vat += vat;
      return;
    }
  }
  rows.push({ rate, net, vat });
}

function text(cents) {
  const size = cents < 0 ? -cents : cents;
  const behind = size % 100;
  return (cents < 0 ? "-" : "") + (size - behind) / 100 + (behind < 10 ? ".0" : ".") + behind;
}

export const validate = (payload) => check(payload);

export function validateAndTotal(payload) {
  const rows = [];
  const issues = check(payload, rows);
  if (issues.length > 0) return { totals: null, issues };
  let net = 0;
  let vat = 0;
  if (rows.length > 1) rows.sort((a, b) => b.rate - a.rate);
  const byRate = [];
  for (const row of rows) {
    net += row.net;
    vat += row.vat;
    byRate.push({ vatRate: String(row.rate / 100), net: text(row.net), vat: text(row.vat), gross: text(row.net + row.vat) });
  }
  const gross = net + vat;
  if (gross > MAX_CENTS || gross < -MAX_CENTS) return { totals: null, issues: [{ path: ["items"], message: `gross total above ${MAX_AMOUNT}` }] };
  return { totals: { currency: payload.items[0].unit_price.currency, net: text(net), vat: text(vat), gross: text(gross), byRate }, issues };
}
