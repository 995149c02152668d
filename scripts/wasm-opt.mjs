// Binaryen's wasm-opt with the options this module is made with: node scripts/wasm-opt.mjs <from> -o <to>
//
// The features are those rustc uses for this target, by name: --all-features writes an import encoding that
// Node 24, Bun and Deno refuse. Functions with one caller are inlined up to a size at which the module does not weigh
// more for it; all of them would be 1 % after gzip. The first kilobyte of memory is the end of a stack of 64 KiB
// (wasm.sh), so no address is in it.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The arguments of Node that run it. */
export const WASM_OPT = [
  fileURLToPath(new URL("../node_modules/binaryen/bin/wasm-opt", import.meta.url)),
  "-O3", "--one-caller-inline-max-function-size=200", "--flexible-inline-max-function-size=8", "--low-memory-unused",
  "--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext",
  "--enable-mutable-globals", "--enable-reference-types", "--enable-multivalue",
  "--strip-debug", "--strip-producers", "--strip-target-features",
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  execFileSync(process.execPath, [...WASM_OPT, ...process.argv.slice(2)], { stdio: "inherit" });
}
