// Makes every panic of the module a bare trap: node scripts/trap.mjs <from.wasm> <to.wasm>
//
// A panic cannot be reached from outside (DESIGN.md), and on wasm32-unknown-unknown its message is printed
// nowhere: it ends in `unreachable`. The code that words it would be a twentieth of the module, and the places
// in the sources that it would name are paths of whoever built it.
import binaryen from "binaryen";
import { readFileSync, writeFileSync } from "node:fs";
import { Cursor, sections } from "./sections.mjs";

const PANICS = [
  /^core\b.*::panicking::/, /^core\b.*::(option|result|slice::index|str|cell)::.*(_fail|_failed|panic_already\w*)\b/,
  /^core\b.*len_mismatch_fail/, /^alloc\b.*::(handle_error|capacity_overflow|handle_alloc_error|assert_failed)\b/,
  /^<alloc\b.*assert_failed/, /^<?std\b.*::panicking::/, /rust_begin_unwind/, /rust_panic\b/,
];

// What js-sys brings for futures and closures, which the module has none of: JavaScript waits (send.ts). The
// glue calls none of it, or it would have to be imported there.
const TASKS = [/\bjs_sys::futures::/, /\bwasm_bindgen::convert::closures::/];

// What panics would say, and the pairs of digits that their numbers are written with. Whoever still said it would
// say nothing; but that no code does is known, for every function that words a panic is a trap.
const WORDS = [
  "index out of bounds: the len is ", " but the index is ", "attempt to add with overflow", "attempt to subtract with overflow",
  "attempt to multiply with overflow", "capacity overflow", "RefCell already mutably borrowed", "RefCell already borrowed",
  "copy_from_slice: source slice length (", ") does not match destination slice length (", "insertion index (is ",
  "removal index (is ", ") should be <= len (is ", ") should be < len (is ", "Tried to shrink to a larger capacity",
  "called `Result::unwrap_throw()` on an `Err` value", "closure invoked recursively or after being dropped",
  Array.from({ length: 100 }, (_, i) => String(i).padStart(2, "0")).join(""),
];

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
const bytes = module.emitBinary();
wipePlaces(bytes);
wipeWords(bytes);
writeFileSync(to, bytes);

/** Wipes the places in the sources that panics would name: the paths, and the records that point to them. */
function wipePlaces(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments = dataSegments(bytes);
  const text = (at, length) => String.fromCharCode(...bytes.subarray(at, at + length));
  const paths = new Map();
  for (const { address, at, length } of segments) {
    for (const { 0: path, index } of text(at, length).matchAll(/(?:\/rustc\/[0-9a-f]{40}\/library|crates|src)\/[\w/.-]+?\.rs/g)) {
      paths.set(address + index, path.length);
      bytes.fill(0, at + index, at + index + path.length);
    }
  }
  // A record is the path's address and length, a line and a column.
  const RECORD = 16;
  for (const { address, at, length } of segments) {
    for (let place = -address & 3; place + RECORD <= length; place += 4) {
      const [start, size] = [view.getUint32(at + place, true), view.getUint32(at + place + 4, true)];
      if (paths.get(start) === size) bytes.fill(0, at + place, at + place + RECORD);
    }
  }
}

/** Wipes the words of panics. */
function wipeWords(bytes) {
  for (const { at, length } of dataSegments(bytes)) {
    const segment = Buffer.from(bytes.buffer, bytes.byteOffset + at, length);
    for (const words of WORDS) {
      for (let found = segment.indexOf(words); found >= 0; found = segment.indexOf(words)) segment.fill(0, found, found + words.length);
    }
  }
}

/** Where each data segment lies in memory, and in the file. */
function dataSegments(bytes) {
  const DATA = 11;
  const section = sections(bytes).find(({ id }) => id === DATA);
  if (!section) return [];
  const cursor = new Cursor(bytes, section.content);
  return Array.from({ length: cursor.number() }, () => {
    // Active, in the one memory: flags 0, then `i32.const address; end`.
    if (cursor.number() !== 0 || cursor.byte() !== 0x41) throw new Error("expected an active data segment, received another");
    const address = cursor.number();
    cursor.byte();
    const length = cursor.number();
    const { at } = cursor;
    cursor.at += length;
    return { address, at, length };
  });
}
