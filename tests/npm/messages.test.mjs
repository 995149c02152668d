// Messages in JavaScript: made from the table's templates, as Rust makes them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ISSUE_TABLE } from "../../pkg-template/src/issue-table.ts";
import { render } from "../../pkg-template/src/render.ts";
import { ROOT, installed } from "./packed.mjs";

const { validatePayload } = await installed();
const CASES = JSON.parse(readFileSync(join(ROOT, "tests/fixtures/rules.json"), "utf8"));

/** Every issue of every case, and of what no JSON document can hold. */
const ISSUES = [
  ...CASES.map(({ payload, options }) => [payload, options]),
  [{ items: [{ quantity: NaN }] }],
  [{ items: new Array(1_000_001) }],
  [new Proxy({}, { get: () => assert.fail(), has: () => assert.fail(), ownKeys: () => assert.fail() })],
].flatMap(([payload, options]) => validatePayload(payload, options).issues);

test("a message made in JavaScript is the one made in Rust", () => {
  const table = new Map(ISSUE_TABLE.map(([code, severity, message]) => [code, { severity, message }]));
  for (const { code, severity, message, params } of ISSUES) {
    assert.equal(render(table.get(code).message, params), message);
    if (code !== "more_issues") assert.equal(table.get(code).severity, severity, code);
  }
  // Only createPaymentLink says that a payload has no JSON form.
  const rest = ISSUE_TABLE.map(([code]) => code).filter((code) => !ISSUES.some((issue) => issue.code === code));
  assert.deepEqual(rest, ["not_serializable"]);
});

test("a part in square brackets stands only when all its parameters are there", () => {
  const template = "a[ {x}][ {x}{y}], {z}";
  assert.equal(render(template, { z: 0 }), "a, 0");
  assert.equal(render(template, { x: "1", z: 0 }), "a 1, 0");
  assert.equal(render(template, { x: "", y: "[{z}]", z: ["p", "q"] }), "a  [{z}], `p`, `q`");
});
