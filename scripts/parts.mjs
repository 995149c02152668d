// Prints what each part of the module costs: the module's weight, less its weight without that part.
// A part is left out by its exports; what only it needs goes with them.
import binaryen from "binaryen";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { WASM_OPT } from "./wasm-opt.mjs";

const MODULE = "target/wasm-opt/qonto_payment_links_trap.wasm";
const PARTS = {
  "the live basket": /livebasket/,
  "unit prices for gross amounts": /unitPrice/,
  "webhooks": /webhook/,
  "calls of the API": /call/i,
};

const folder = mkdtempSync(join(tmpdir(), "parts-"));

/** Bytes after gzip of the module without the exports of some parts. */
function weigh(patterns) {
  const module = binaryen.readBinary(readFileSync(MODULE));
  for (let i = module.getNumExports() - 1; i >= 0; i--) {
    const { name } = binaryen.getExportInfo(module.getExportByIndex(i));
    if (patterns.some((pattern) => pattern.test(name))) module.removeExport(name);
  }
  const [from, to] = [join(folder, "from.wasm"), join(folder, "to.wasm")];
  writeFileSync(from, module.emitBinary());
  module.dispose();
  execFileSync(process.execPath, [...WASM_OPT, from, "-o", to]);
  return gzipSync(readFileSync(to), { level: 9 }).length;
}

const row = (name, bytes) => console.log(`${name.padEnd(34)}${String(bytes).padStart(9)}`);
try {
  const whole = weigh([]);
  row("part", "gzip -9");
  for (const [name, pattern] of Object.entries(PARTS)) row(name, whole - weigh([pattern]));
  row("rules and totals", weigh(Object.values(PARTS)));
  row("rules, totals and calls", weigh(Object.values(PARTS).slice(0, 3)));
  row("everything", whole);
} finally {
  rmSync(folder, { recursive: true });
}
