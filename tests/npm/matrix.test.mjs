// The consumer matrix itself is run by `make matrix`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CELLS } from "../matrix/cells.mjs";
import { rowsOf } from "../matrix/table.mjs";
import { ROOT } from "./consumer.mjs";

test("the README's table lists exactly the cells of the consumer matrix", () => {
  const rows = rowsOf(readFileSync(join(ROOT, "README.md"), "utf8"));
  assert.deepEqual(rows.map(([name, , does]) => [name, does]), CELLS.map(({ name, does }) => [name, does]));
});
