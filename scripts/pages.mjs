// Prints how much JavaScript of the package a page carries, by what it uses and by bundler: minified, and without
// the module's bytes. tests/npm/shaken.test.mjs holds the ceilings.
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
} finally {
  rmSync(root, { recursive: true });
}
