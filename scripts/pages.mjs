// Prints how much JavaScript of the package a page carries, by what it uses and by bundler: minified, and without
// the module's bytes. tests/npm/shaken.test.mjs holds the ceilings. And what a page with the live total loads, by the
// way in which it loads the module (the table in pkg-template/README.md).
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { BUNDLERS, PAGES, bundled, withoutBytes } from "../tests/npm/bundlers.mjs";

const root = mkdtempSync(join(tmpdir(), "pages-"));
const cell = (value) => String(value).padStart(16);
try {
  mkdirSync(join(root, "node_modules"));
  symlinkSync(resolve("pkg"), join(root, "node_modules/qonto-payment-links"));
  console.log(`${"a page with".padEnd(20)}${Object.keys(BUNDLERS).map(cell).join("")}${cell("at most")}`);
  for (const { name, source, most } of PAGES) {
    let row = name.padEnd(20);
    for (const bundler of Object.keys(BUNDLERS)) {
      const text = withoutBytes(await bundled(bundler, root, source));
      row += cell(`${text.length} / ${gzipSync(text, { level: 9 }).length}`);
    }
    console.log(row + cell(most));
  }
  console.log("\nthe live total with all that it loads, by esbuild, after gzip");
  for (const entry of ["qonto-payment-links", "qonto-payment-links/slim", "qonto-payment-links/js"]) {
    const { source } = PAGES.find(({ name }) => name === "the live total");
    const text = await bundled("esbuild", root, source.replace("qonto-payment-links", entry));
    console.log(`${entry.padEnd(28)}${String(gzipSync(text, { level: 9 }).length).padStart(8)}`);
  }
} finally {
  rmSync(root, { recursive: true });
}
