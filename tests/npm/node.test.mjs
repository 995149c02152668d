// The packed package in Node, as ES module and CommonJS, and in the realm that Jest's jsdom gives.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { COMPILES, EXAMPLE, PACKAGE, installed, project, run } from "./packed.mjs";

const PRINT = `console.log(previewTotals(${JSON.stringify(EXAMPLE)}).totals.gross);`;

test(`Node ${process.versions.node}, ES module`, async () => {
  const dir = await project({ "main.mjs": `import { previewTotals } from "${PACKAGE}"; ${PRINT}` });
  assert.equal(await run(process.execPath, ["main.mjs"], { cwd: dir }), "13.30\n");
});

test(`Node ${process.versions.node}, CommonJS`, async () => {
  const dir = await project({ "main.cjs": `const { previewTotals } = require("${PACKAGE}"); ${PRINT}` });
  assert.equal(await run(process.execPath, ["main.cjs"], { cwd: dir }), "13.30\n");
});

const GERMAN = `for (const issue of validatePayload({ items: [] }).issues.slice(0, 2)) console.log(message(issue));`;
const IN_GERMAN = "Feld `potential_payment_methods` erwartet, keines erhalten\nFeld `reusable` erwartet, keines erhalten\n";

test("the messages of a language, as ES module and as CommonJS", async () => {
  const dir = await project({
    "main.mjs": `import { validatePayload } from "${PACKAGE}"; import { message } from "${PACKAGE}/messages/de"; ${GERMAN}`,
    "main.cjs": `const { validatePayload } = require("${PACKAGE}"); const { message } = require("${PACKAGE}/messages/de"); ${GERMAN}`,
  });
  for (const file of ["main.mjs", "main.cjs"]) {
    assert.equal(await run(process.execPath, [file], { cwd: dir }), IN_GERMAN, file);
  }
});

test("importing compiles nothing, the first call compiles once", async () => {
  const dir = await project({
    "main.mjs": `
      let compiled = 0;
      WebAssembly.Module = class extends WebAssembly.Module { constructor(bytes) { super(bytes); compiled++; } };
      const { previewTotals } = await import("${PACKAGE}");
      const before = compiled;
      for (let i = 0; i < 3; i++) previewTotals(${JSON.stringify(EXAMPLE)});
      console.log(before, compiled);`,
  });
  assert.equal(await run(process.execPath, ["main.mjs"], { cwd: dir }), `0 ${COMPILES}\n`);
});

test("init compiles ahead, and a second init or call does not compile again", async () => {
  const dir = await project({
    "main.mjs": `
      let compiled = 0;
      const { compile, Module } = WebAssembly;
      WebAssembly.compile = (bytes) => { compiled++; return compile(bytes); };
      WebAssembly.Module = class extends Module { constructor(bytes) { super(bytes); compiled++; } };
      const { init, previewTotals } = await import("${PACKAGE}");
      await Promise.all([init(), init()]);
      await init();
      console.log(compiled, previewTotals(${JSON.stringify(EXAMPLE)}).totals.gross, compiled);`,
  });
  assert.equal(await run(process.execPath, ["main.mjs"], { cwd: dir }), `${COMPILES} 13.30 ${COMPILES}\n`);
});

test("a call while init compiles makes the instance, and what it made stays", async () => {
  const dir = await project({
    "main.mjs": `
      import { Basket, init, previewTotals } from "${PACKAGE}";
      const pending = init();
      const basket = new Basket(${JSON.stringify(EXAMPLE)});
      await pending;
      await init();
      basket.setQuantity(0, 2);
      console.log(basket.gross, previewTotals(basket.toPayload()).totals.gross);`,
  });
  assert.equal(await run(process.execPath, ["main.mjs"], { cwd: dir }), "26.60 26.60\n");
});

test("a realm without TextDecoder and TextEncoder (Jest with jsdom) gives the same answers", async () => {
  const dir = await project({});
  const path = createRequire(join(dir, "package.json")).resolve(PACKAGE);
  const realm = vm.createContext({ atob, module: { exports: {} } });
  vm.runInContext(`(function (module) {${readFileSync(path, "utf8")}\n})(module)`, realm, { filename: path });
  const { validatePayload } = await installed();
  // Names and texts of one to four UTF-8 bytes a character go in and come back in issues.
  const odd = {
    ...EXAMPLE,
    "zaé€😀": 1,
    potential_payment_methods: ["crédit", "€", "😀"],
    items: [{ ...EXAMPLE.items[0], vat_rate: "21 €", "größe": 1 }],
  };
  const inRealm = vm.runInContext(`JSON.stringify(module.exports.validatePayload(${JSON.stringify(odd)}))`, realm);
  assert.equal(inRealm, JSON.stringify(validatePayload(odd)));
  assert.equal(JSON.parse(inRealm).valid, false);
});
