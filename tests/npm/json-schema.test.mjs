// The JSON Schema against the validator, with ajv: both say the same of every payload, except for what
// needs more than one value at a time.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020.js";
import Ajv04 from "ajv-draft-04";
import { EXAMPLE, PACKAGE, ROOT, installed, project } from "./packed.mjs";

const { paymentLinkSchema, validatePayload } = await installed();
const file = JSON.parse(
  readFileSync(createRequire(join(await project({}), "package.json")).resolve(`${PACKAGE}/payment-link.schema.json`), "utf8"),
);
const rules = JSON.parse(readFileSync(join(ROOT, "tests/fixtures/rules.json"), "utf8"));

/** The errors that a JSON Schema cannot say, and where: the README says what the schema accepts. */
const BEYOND = {
  currency_mixed: () => true,
  amount_out_of_range: ({ path }, { amount }) => path[0] === "items" || amount.currency !== "EUR",
  not_calculable: () => true,
  too_many_digits: ({ path }) => path.at(-1) === "quantity",
  not_an_http_url: (issue, { redirect_url }) => typeof redirect_url === "string" && redirect_url.length > 2048,
  more_issues: () => true,
};

const STRICT = { strict: true, strictTypes: true, strictRequired: true, allErrors: false };
const TARGETS = {
  "draft-2020-12": new Ajv2020(STRICT),
  "draft-07": new Ajv(STRICT),
  // What OpenAPI 3.0 has is draft 4's, with an example of its own.
  "openapi-3.0": new Ajv04(STRICT).addVocabulary(["example"]),
};
const NOTATIONS = ["percent", "fraction"];
const schema = (target, vatRates) => paymentLinkSchema.with({ vatRates })["~standard"].jsonSchema.input({ target });

/** By target and notation: what ajv says of a payload. */
const validators = Object.entries(TARGETS).flatMap(([target, ajv]) =>
  NOTATIONS.map((vatRates) => ({ target, vatRates, accepts: ajv.compile(schema(target, vatRates)) })),
);

/** Compares what the schemas and the validator say; gives whether the payload is valid. */
function agree(payload, vatRates = "percent", among = validators) {
  const { valid, issues } = validatePayload(payload, { vatRates });
  const errors = issues.filter(({ severity }) => severity === "error");
  const sayable = errors.filter((issue) => !BEYOND[issue.code]?.(issue, payload.payment_link ?? payload));
  for (const { target, accepts } of among.filter((validator) => validator.vatRates === vatRates)) {
    const accepted = accepts(payload);
    const about = () => `${target}, ${vatRates}: ${String(JSON.stringify(payload)).slice(0, 600)} ${JSON.stringify(errors)} ${JSON.stringify(accepts.errors)}`;
    if (valid) assert.ok(accepted, about());
    if (sayable.length > 0) assert.ok(!accepted, about());
  }
  return valid;
}

const INVOICE = {
  potential_payment_methods: ["ideal", "paypal"],
  invoice_id: "7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d",
  invoice_number: "F-2026-001",
  debitor_name: "Ada Lovelace",
  amount: { value: "13.30", currency: "EUR" },
  redirect_url: "https://shop.example/thanks",
};
const BASES = [EXAMPLE, { payment_link: EXAMPLE }, INVOICE, { payment_link: INVOICE }];

const nines = (count) => "9".repeat(count);
const VALUES = [
  null, true, false, [], {}, [[]], [null], [1], [{}], ["paypal"], ["paypal", "paypal"], ["paypal", "bitcoin"], ["PayPal"],
  0, -0, 1, -1, 0.5, 255, 256, 1e15, 1e21, 9.999999999999999e27, 1e28, 1e300, 1e-7, 5e-28, 5e-29, 5e-324, 0.1234567890123456,
  "", " ", "\t\r\n", "\u00a0\ufeff\u2028", "\u0085", "\u200b", "\u180e", "x", " x", "é", "😀", "\ud800",
  "0", "-0", "00", "-00.00", "1", "-1", "10", "21", "21.0", "5.5", "05.50", "0.21", "0.9", "0.99", "1.0", "99.99", "100", "0100.00",
  "100.01", "101", "-0.01", "10.990", "10.99", "10.9", "10.", ".5", "-", "-.5", "+1", "--1", "1.2.3", "1e3", "1,5", " 1", "1 ", "1\n",
  "0x10", "NaN", "Infinity", "١", "１", nines(12), `${nines(12)}.99`, `${nines(13)}`, `-${nines(12)}.99`, nines(26), `${nines(26)}.99`,
  `${nines(27)}.99`, `${nines(27)}.9`, nines(28), nines(29), `-000${nines(28)}`, `0.${nines(28)}`, `0.${nines(29)}`,
  `0.${"0".repeat(28)}`, `0.${"0".repeat(29)}`, `5.${nines(27)}`, `5.${nines(28)}`, `99.${nines(26)}`, `99.${nines(27)}`,
  `100.${"0".repeat(25)}`, `100.${"0".repeat(26)}`,
  "EUR", "eur", "EURO", "EUR ", "USD", "JPY", "XXX", "KWD",
  "good", "service", "Good", "goods", "unit", "kilogram", "units",
  INVOICE.invoice_id, INVOICE.invoice_id.toUpperCase(), `{${INVOICE.invoice_id}}`, `urn:uuid:${INVOICE.invoice_id}`,
  `${INVOICE.invoice_id}0`, INVOICE.invoice_id.replaceAll("-", ""), `g${INVOICE.invoice_id.slice(1)}`,
  "https://shop.example", "HTTP://a", "http:/a", "https://", "https:///a", "http://a b", "http://é", "http://a:65535", "http://a:65536",
  "http://a:", "http://:1", "http://a:1:2", "http://u:p@a", "http://@a", "http://a@", "http://a@b@c", "http://[::1]:8/a", "http://[a]", "http://[::1]a",
  "http://[::1", "ftp://a", "//a", "javascript:alert(1)", "http://a/\\", "http://a?[x]", "http://a#|", "http://a|b", "http://a/\u2028",
  ..."09x ".split("").flatMap((end) => [2047, 2048].map((length) => "0".repeat(length) + end)),
  ...["a", "é", "😀"].flatMap((filling) => [1009, 1010, 2029, 2030].map((length) => `https://shop.example/${filling.repeat(length)}`)),
];

/** Every place in a payload, as a path. */
function* places(value, path = []) {
  yield path;
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) yield* places(value[key], [...path, key]);
}

/** A copy with something else at a path; `undefined` takes away what is there. */
function changed(payload, path, value) {
  if (path.length === 0) return value;
  const copy = structuredClone(payload);
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
  if (value !== undefined) parent[path.at(-1)] = value;
  else if (Array.isArray(parent)) parent.splice(path.at(-1), 1);
  else delete parent[path.at(-1)];
  return copy;
}

/** Whole numbers below `below`, the same on every run (xorshift). */
function dice(seed) {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

test("the file is the schema that the package gives for draft 2020-12", () => {
  assert.deepEqual(file, schema("draft-2020-12", "percent"));
});

test("the file is valid by its own meta-schema, and strict", () => {
  const ajv = new Ajv2020(STRICT);
  assert.ok(ajv.validateSchema(file), JSON.stringify(ajv.errors));
  assert.ok(ajv.compile(file));
});

test("its examples are valid", () => {
  for (const example of file.examples) assert.ok(agree(example));
  assert.deepEqual(file.examples[0], EXAMPLE);
});

test("the examples of each part are valid", () => {
  const ajv = new Ajv2020(STRICT).addSchema(file, "file");
  let count = 0;
  const within = (node, pointer) => {
    if (typeof node !== "object" || node === null) return;
    if (Array.isArray(node.examples)) {
      const validate = ajv.getSchema(`file#${pointer}`);
      for (const example of node.examples) {
        assert.ok(validate(example), `${pointer} ${JSON.stringify(example)}`);
        count++;
      }
    }
    for (const [key, value] of Object.entries(node)) if (key !== "examples") within(value, `${pointer}/${key}`);
  };
  within(file.$defs, "/$defs");
  assert.ok(count >= 15, count);
});

test("what the schema cannot say is what the README lists", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, table] = readme.match(/<!-- beyond the schema -->\n(.*?)<!--/s);
  assert.deepEqual([...table.matchAll(/^\| `(\w+)`/gm)].map(([, code]) => code).sort(), Object.keys(BEYOND).sort());
});

test("all cases of the rules", () => {
  for (const { payload, options } of rules) agree(payload, options?.vatRates);
});

test("each code of the rules is refused by the schema, or beyond it", () => {
  const seen = new Set();
  for (const { payload, options, issues } of rules) {
    for (const { code } of issues.filter(({ severity }) => severity === "error")) {
      const vatRates = options?.vatRates ?? "percent";
      const refused = validators.filter((validator) => validator.vatRates === vatRates).every(({ accepts }) => !accepts(payload));
      if (refused) seen.add(code);
    }
  }
  const errors = rules.flatMap(({ issues }) => issues).filter(({ severity }) => severity === "error").map(({ code }) => code);
  const missed = [...new Set(errors)].filter((code) => !seen.has(code) && !(code in BEYOND));
  assert.deepEqual(missed, []);
});

test("any value at any place of a valid payload", () => {
  let [valid, all] = [0, 0];
  for (const base of BASES) {
    for (const path of places(base)) {
      for (const value of [undefined, ...VALUES]) {
        for (const vatRates of NOTATIONS) valid += agree(changed(base, path, value), vatRates), all++;
      }
    }
  }
  // Neither side may be a handful.
  assert.ok(all > 10_000 && valid > all / 100 && valid < all / 2, `${valid} of ${all}`);
});

test("fields added to every object of a valid payload", () => {
  const names = ["payment_link", ...Object.keys(EXAMPLE), ...Object.keys(INVOICE), "value", "currency", "title", "x", "", "constructor", "toString"];
  for (const base of BASES) {
    for (const path of places(base)) {
      const at = path.reduce((value, key) => value[key], base);
      if (typeof at !== "object" || Array.isArray(at)) continue;
      for (const name of names) {
        if (Object.hasOwn(at, name)) continue;
        for (const value of [null, 1, "x", {}, [], EXAMPLE, INVOICE]) agree(changed(base, [...path, name], value));
      }
    }
  }
});

test("two changes at once", () => {
  const roll = dice(7);
  for (let i = 0; i < 20_000; i++) {
    let payload = BASES[roll(BASES.length)];
    for (let change = 0; change < 2; change++) {
      const all = [...places(payload)].slice(1);
      if (all.length > 0) payload = changed(payload, all[roll(all.length)], [undefined, ...VALUES][roll(VALUES.length + 1)]);
    }
    agree(payload, NOTATIONS[roll(2)]);
  }
});

test("decimals and URLs put together at random", () => {
  const roll = dice(11);
  const few = validators.filter(({ target }) => target !== "openapi-3.0");
  const pieces = {
    decimal: ["", "-", ".", "0", "00", "1", "9", "10", "100", "000000", nines(13), nines(25), "e", ","],
    url: [
      "http", "https", "HTTPS", "://", ":", "/", "//", "?", "#", "@", "[", "]", "::1", "a", "é", "😀", "shop.example", "65535", "65536", "080", "%20",
      " ", "\\", "|", "^", "{", "}", "<", ">", '"', "`", "\u0000", "\u007f", "\u0085", "\u00a0", "\u00ad", "\u1680", "\u180e", "\u2000", "\u200b", "\u2028", "\u3000", "\ufeff",
    ],
  };
  const text = (kind, most) => Array.from({ length: roll(most) + 1 }, () => pieces[kind][roll(pieces[kind].length)]).join("");
  const counts = { valid: 0, all: 0 };
  for (let i = 0; i < 30_000; i++) {
    const vatRates = NOTATIONS[roll(2)];
    const url = (roll(4) ? "https://a" : "") + text("url", 7);
    for (const [base, path, value] of [
      [EXAMPLE, ["items", 0, "vat_rate"], text("decimal", 4)],
      [EXAMPLE, ["items", 0, "unit_price", "value"], text("decimal", 5)],
      [INVOICE, ["amount", "value"], text("decimal", 5)],
      [INVOICE, ["redirect_url"], url],
    ]) {
      counts.valid += agree(changed(base, path, value), vatRates, few);
      counts.all++;
    }
  }
  assert.ok(counts.valid > counts.all / 20, JSON.stringify(counts));
});

test("a regular expression takes no longer than its text is long", () => {
  const { accepts } = validators[0];
  for (const text of ["0", "9", "0.", "http://@", "http://a@", "http://[:", "http://a:0", " "]) {
    const value = `${text}${text.at(-1).repeat(200_000)}!`;
    const started = performance.now();
    for (const payload of [
      changed(EXAMPLE, ["items", 0, "vat_rate"], value),
      changed(EXAMPLE, ["items", 0, "unit_price", "value"], value),
      changed(EXAMPLE, ["items", 0, "title"], value),
      { ...EXAMPLE, redirect_url: value },
    ]) accepts(payload);
    assert.ok(performance.now() - started < 2_000, text);
  }
});
