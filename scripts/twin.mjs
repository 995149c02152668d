// Makes the module's twin in JavaScript, for pages whose policy forbids WebAssembly:
// node scripts/twin.mjs <cargo's module> <folder>
//
// The same compiled crate goes through wasm-bindgen once more, without the reference types and multiple results
// that Binaryen's wasm2js cannot express, then through what the module goes through, then through wasm2js.
import { transformSync } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { Cursor, HEAD, sections } from "./sections.mjs";
import { WASM_OPT } from "./wasm-opt.mjs";

const NAME = "qonto_payment_links";
const WASM2JS = fileURLToPath(new URL("../node_modules/binaryen/bin/wasm2js", import.meta.url));
/** Instructions that JavaScript has no form of, made of others. Before all else, so that they are optimized as well. */
const LOWERING = ["--signext-lowering", "--llvm-nontrapping-fptoint-lowering"];

const [module, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const at = (file) => join(folder, file);
const node = (...args) => execFileSync(process.execPath, args, { stdio: "inherit" });

writeFileSync(at("plain.wasm"), withoutFeatures(readFileSync(module)));
execFileSync("wasm-bindgen", [at("plain.wasm"), "--target", "bundler", "--no-typescript", "--out-dir", folder, "--out-name", NAME], { stdio: "inherit" });
node("scripts/trap.mjs", at(`${NAME}_bg.wasm`), at("trap.wasm"));
const [program, ...options] = WASM_OPT;
node(program, ...LOWERING, ...options, at("trap.wasm"), "-o", at("lowered.wasm"));
// As for Emscripten: one function of the imports, and nothing done while the script loads.
node(WASM2JS, at("lowered.wasm"), "--enable-bulk-memory", "-O", "--emscripten", "-o", at("twin.js"));
const { code } = transformSync(withGrowth(readFileSync(at("twin.js"), "utf8")), { minify: true, charset: "ascii", target: "es2022" });
writeFileSync(at("twin.js"), code);

/** The module without the section by which wasm-bindgen knows what it may use. */
function withoutFeatures(bytes) {
  const parts = [bytes.subarray(0, HEAD)];
  for (const { id, start, content, end } of sections(bytes)) {
    const cursor = new Cursor(bytes, content);
    const length = id === 0 ? cursor.number() : 0;
    if (bytes.toString("utf8", cursor.at, cursor.at + length) !== "target_features") parts.push(bytes.subarray(start, end));
  }
  return Buffer.concat(parts);
}

/**
 * wasm2js's memory says that it has grown also when it has not; this one gives -1 then, as WebAssembly does. And
 * it leaves nothing in the buffer that it copies itself from: a token may be in it.
 */
function withGrowth(text) {
  const grow = /(function __wasm_memory_grow\(pagesToAdd\) \{[^]*?)if \(\(oldPages < newPages\) && \(newPages < 65536\)\) \{\s*var newBuffer = (.*?);([^]*?)\n  \}\n  return oldPages;/;
  if (!text.match(grow)?.[3].includes(".set(HEAP8);")) {
    console.error("error: wasm2js writes its memory.grow otherwise now: scripts/twin.mjs does not find it");
    process.exit(1);
  }
  // From 2 GiB on an address is a negative number, which `copyWithin` would count from the end.
  return text.replace(grow, (_, head, made, rest) => `${head}if (newPages >= 32768) return -1;
  var newBuffer;
  try { newBuffer = ${made}; } catch { return -1; }${rest.replace(".set(HEAP8);", ".set(HEAP8); HEAP8.fill(0);")}
  return oldPages;`);
}
