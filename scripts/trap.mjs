// Makes every panic of the module a bare trap: node scripts/trap.mjs <from.wasm> <to.wasm>
//
// A panic cannot be reached from outside (DESIGN.md), and on wasm32-unknown-unknown its message is printed
// nowhere: it ends in `unreachable`. The code that words it would be a twentieth of the module.
import binaryen from "binaryen";
import { readFileSync, writeFileSync } from "node:fs";

const PANICS = [
  /^core\b.*::panicking::/, /^core\b.*::(option|result|slice::index|str|cell)::.*(_fail|_failed|panic_already\w*)\b/,
  /^core\b.*len_mismatch_fail/, /^alloc\b.*::(handle_error|capacity_overflow|handle_alloc_error|assert_failed)\b/,
  /^<alloc\b.*assert_failed/, /^<?std\b.*::panicking::/, /rust_begin_unwind/, /rust_panic\b/,
];

// What js-sys brings for futures and closures, which the module has none of: JavaScript waits (send.ts). The
// glue calls none of it, or it would have to be imported there.
const TASKS = [/\bjs_sys::futures::/, /\bwasm_bindgen::convert::closures::/];

binaryen.setDebugInfo(true);
const [from, to] = process.argv.slice(2);
const module = binaryen.readBinary(readFileSync(from));
let trapped = 0;
const functions = Array.from({ length: module.getNumFunctions() }, (_, i) =>
  binaryen.getFunctionInfo(module.getFunctionByIndex(i)));
for (const { name, base, params, results } of functions) {
  if (base || ![...PANICS, ...TASKS].some((pattern) => pattern.test(name.replace(/\[[0-9a-f]{16}\]/g, "")))) continue;
  module.removeFunction(name);
  module.addFunction(name, params, results, [], module.unreachable());
  trapped++;
}
if (trapped === 0) {
  console.error(`error: ${from} has no function that panics: its names were stripped, or Rust names them otherwise now`);
  process.exit(1);
}
writeFileSync(to, module.emitBinary());
