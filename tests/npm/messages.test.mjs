// Messages in JavaScript: made from the table's templates as Rust makes them, in every language.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { ISSUE_TABLE } from "../../pkg-template/src/issue-table.ts";
import { render } from "../../pkg-template/src/render.ts";
import { PACKAGE, ROOT, installed } from "./packed.mjs";

const SOURCES = join(ROOT, "pkg-template/src/messages");
const LANGUAGES = readdirSync(SOURCES).map((file) => basename(file, ".ts"));
const TRANSLATIONS = LANGUAGES.filter((language) => language !== "en");

const { issueCodes, validatePayload, ...functions } = await installed(
  ...LANGUAGES.map((language) => `export { message as ${language} } from "${PACKAGE}/messages/${language}";`),
);
const CASES = JSON.parse(readFileSync(join(ROOT, "tests/fixtures/rules.json"), "utf8"));

/** Every issue of every case, and of what no JSON document can hold. */
const ISSUES = [
  ...CASES.map(({ payload, options }) => [payload, options]),
  [{ items: [{ quantity: NaN }] }],
  [{ items: new Array(1_000_001) }],
  [new Proxy({}, { get: () => assert.fail(), has: () => assert.fail(), ownKeys: () => assert.fail() })],
].flatMap(([payload, options]) => validatePayload(payload, options).issues);

test("a message made in JavaScript is the one made in Rust", () => {
  const templates = new Map(ISSUE_TABLE.map(([code, , message]) => [code, message]));
  for (const [code, params, message] of JSON.parse(readFileSync(join(ROOT, "tests/fixtures/messages.json"), "utf8"))) {
    assert.equal(render(templates.get(code), params), message);
  }
});

test("an issue has the message and the severity of the table", () => {
  const table = new Map(ISSUE_TABLE.map(([code, severity, message]) => [code, { severity, message }]));
  for (const { code, severity, message, params } of ISSUES) {
    assert.equal(message, render(table.get(code).message, params));
    if (code !== "more_issues") assert.equal(severity, table.get(code).severity, code);
  }
  // Only the calls of the API say that data has no JSON form, only the proxy handler what is not for sale, and
  // only connect the others.
  const rest = ISSUE_TABLE.map(([code]) => code).filter((code) => !ISSUES.some((issue) => issue.code === code));
  assert.deepEqual(rest, ["not_serializable", "not_for_sale", "not_a_phone_number", "too_short"]);
});

test("a part in square brackets stands only when all its parameters are there", () => {
  const template = "a[ {x}][ {x}{y}], {z}";
  assert.equal(render(template, { z: 0 }), "a, 0");
  assert.equal(render(template, { x: "1", z: 0 }), "a 1, 0");
  assert.equal(render(template, { x: "", y: "[{z}]", z: ["p", "q"] }), "a  [{z}], `p`, `q`");
});

/** How each language says that something was expected, and that something was received. */
const WORDS = {
  de: [/\berwartet\b/, /\berhalten\b/],
  fr: [/\battendue?s?\b/, /\breçue?s?\b/],
  it: [/\battes[oaie]\b/, /\bricevut[oaie]\b/],
  es: [/\bse esperaban?\b/, /\bse recib(ió|ieron)(?!\p{L})/u],
};

/** What all languages must have in common: parameters and names, inside and outside of optional parts. */
function skeleton(template) {
  const names = (part) => (part.match(/`[^`]*`|\{\w+\}/g) ?? []).sort();
  const parts = template.split(/[[\]]/);
  return {
    always: names(parts.filter((_, index) => index % 2 === 0).join(" ")),
    optional: parts.filter((_, index) => index % 2 === 1).map(names),
  };
}

for (const language of TRANSLATIONS) {
  const { MESSAGES } = await import(join(SOURCES, `${language}.ts`));

  test(`${language}: every code has a message with the parameters and optional parts of the English one`, () => {
    assert.deepEqual(Object.keys(MESSAGES), ISSUE_TABLE.map(([code]) => code));
    for (const [code, , english] of ISSUE_TABLE) {
      assert.deepEqual(skeleton(MESSAGES[code]), skeleton(english), code);
      assert.notEqual(MESSAGES[code], english, code);
      assert.match(MESSAGES[code].replaceAll("{", "").replaceAll("}", ""), /^[^[\]]*(\[[^[\]]+\][^[\]]*)*$/, code);
    }
  });

  test(`${language}: a message says what was expected and received, in that language and without a final stop`, () => {
    for (const [code, whole] of Object.entries(MESSAGES)) {
      const template = whole.replace(/\{\w+\}/g, "{}");
      for (const word of WORDS[language]) assert.match(template, word, code);
      assert.doesNotMatch(template, /\b(expected|received|did you mean)\b|[.!]$|\s$|^\s|\s\s/, code);
      // German nouns keep their capital; so do the names of standards.
      if (language !== "de") assert.match(template, /^(\p{Ll}|`|UUID\b|URL\b)/u, code);
      // Straight apostrophes and missing no-break spaces are what translations most often get wrong.
      assert.doesNotMatch(template, /'| [%;?!:]/, code);
      if (language === "fr") assert.doesNotMatch(template, /[^\u202f\u00a0][;?!:]/, code);
      if (language === "es") assert.equal(template.includes("?"), template.includes("¿"), code);
    }
  });
}

for (const language of LANGUAGES) {
  test(`${language}: every issue has a message, with all of its parameters`, () => {
    const message = functions[language];
    for (const issue of ISSUES) {
      const { code, params } = issue;
      const text = message({ code, params });
      assert.equal(text, message(issue), code);
      if (language === "en") assert.equal(text, issue.message, code);
      let rest = text;
      // The longest first: one value may be a part of another.
      for (const value of Object.values(params).flat().map(String).sort((a, b) => b.length - a.length)) {
        assert.ok(text.includes(value), `${text} lacks ${value}`);
        if (value !== "") rest = rest.replaceAll(value, "");
      }
      assert.doesNotMatch(rest, /[{}[\]]|undefined/, text);
    }
  });

  test(`${language}: an issue of a newer version keeps its message`, () => {
    const message = functions[language];
    for (const code of ["not_yet_known", "constructor", "__proto__"]) {
      assert.equal(message({ code, params: {}, message: "expected more" }), "expected more");
      assert.equal(message({ code, params: {} }), code);
    }
  });
}

test("issueCodes says of every code what its issues have", () => {
  assert.deepEqual(Object.keys(issueCodes), ISSUE_TABLE.map(([code]) => code));
  for (const [code, severity, message] of ISSUE_TABLE) {
    const { meaning, params, example, ...rest } = issueCodes[code];
    assert.deepEqual(rest, { code, severity, message });
    assert.match(meaning, /^[A-Z].*\.$/);
    assert.notEqual(example, "");
  }
  const kinds = { text: (value) => typeof value === "string", count: Number.isInteger, list: Array.isArray };
  for (const { code, params } of ISSUES) {
    const given = issueCodes[code].params.filter(({ name, optional }) => !optional || name in params);
    assert.deepEqual(Object.keys(params), given.map(({ name }) => name), code);
    for (const { name, kind } of given) assert.ok(kinds[kind](params[name]), `${code}: ${name}`);
  }
});
