// What bundlers make of the package in a page, as they come: for production, without configuration.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild, transform } from "esbuild";
import { rollup } from "rollup";
import { build as vite } from "vite";
import webpack from "webpack";

const ENTRY = "main.js";
const OUT = "out.js";

/** Each takes a folder with a script `main.js` and gives the text of the bundle, minified. */
export const BUNDLERS = {
  async esbuild(root) {
    const { outputFiles } = await esbuild({ absWorkingDir: root, entryPoints: [ENTRY], bundle: true, minify: true, format: "esm", write: false, logLevel: "error" });
    return outputFiles[0].text;
  },
  async Rollup(root) {
    const bundle = await rollup({ input: join(root, ENTRY), plugins: [nodeResolve()] });
    const { output } = await bundle.generate({ format: "es" });
    // It does not minify, and what does must not shake what it has left.
    return (await transform(output[0].code, { minifyWhitespace: true, minifyIdentifiers: true, format: "esm", treeShaking: false })).code;
  },
  async Vite(root) {
    const options = { lib: { entry: join(root, ENTRY), formats: ["iife"], name: "page" }, write: false, minify: true };
    const [{ output }] = await vite({ root, configFile: false, logLevel: "silent", build: options });
    return output[0].code;
  },
  async webpack(root) {
    const stats = await promisify(webpack)({ mode: "production", context: root, entry: `./${ENTRY}`, output: { path: root, filename: OUT }, performance: false });
    if (stats.hasErrors()) throw new Error(stats.toString("errors-only"));
    return readFile(join(root, OUT), "utf8");
  },
};

/** What `bundler` makes of `source` in a folder where the package is installed. */
export async function bundled(bundler, root, source) {
  await writeFile(join(root, ENTRY), source);
  return BUNDLERS[bundler](root);
}

/** A bundle without the bytes of the module, which stand in it as one text. */
export const withoutBytes = (text) => text.replace(/[A-Za-z0-9+/]{1000,}=*/, "");

/** Pages, and the most bytes of JavaScript (minified, without the module's) that they may carry of the package. */
export const PAGES = [
  { name: "nothing of it", imports: [], most: 100 },
  { name: "the table of issues", imports: ["issueCodes"], most: 12_000 },
  { name: "the live total", imports: ["previewTotals", "Basket"], most: 25_100 },
  { name: "a link", imports: ["createPaymentLink"], most: 37_000 },
].map(({ name, imports, most }) => (
  { name, most, source: `import { ${imports} } from "qonto-payment-links"; console.log(${imports});` }
));
