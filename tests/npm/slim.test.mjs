// `./slim`: the same API, whose module is given to `init`.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { build, preview } from "vite";
import { browser } from "./browser.mjs";
import { EXAMPLE, PACKAGE, ROOT, installed, project, run } from "./packed.mjs";
import { worker } from "./worker.mjs";

const BYTES = readFileSync(join(ROOT, "pkg/qonto_payment_links_bg.wasm"));
const root = await project({ "slim.mjs": `export * from "${PACKAGE}/slim";` });
const full = await installed();

let instances = 0;
/** The entry as if loaded for the first time. */
const fresh = () => import(`${pathToFileURL(join(root, "node_modules", PACKAGE, "slim.js")).href}?${++instances}`);

test("it has the names of the main entry, and no bytes", async () => {
  assert.deepEqual(Object.keys(await fresh()).sort(), Object.keys(full).sort());
  for (const file of ["slim.js", "slim.cjs"]) assert.doesNotMatch(readFileSync(join(ROOT, "pkg", file), "utf8"), /[A-Za-z0-9+/]{500,}/);
});

test("before init every function says what to do", async () => {
  const api = await fresh();
  const message = "expected `await init(source)`, with the bytes of `qonto-payment-links/qonto_payment_links_bg.wasm`, before the first call: `qonto-payment-links/slim` carries no module";
  for (const use of [() => api.previewTotals(EXAMPLE), () => api.validatePayload(EXAMPLE), () => api.grossUnitPrice({}), () => new api.Basket(), () => api.paymentLinkSchema["~standard"].validate({})]) {
    assert.throws(use, { name: "Error", message });
  }
  await assert.rejects(api.verifyWebhook("{}", "", "secret"), { name: "Error", message });
  const failure = { name: "PaymentLinkError", code: "unavailable", maybeCreated: false, message: `the module could not be started, and nothing was sent: ${message}` };
  const options = { baseUrl: "https://shop.example", fetch: () => assert.fail("sent") };
  for (const call of [() => api.createPaymentLink(null, EXAMPLE, options), () => api.getPaymentLink(null, "1", options), () => api.listPaymentLinks(null, {}, options)]) {
    await assert.rejects(async () => await call(), failure);
  }
  // What needs no module works.
  assert.equal(api.isPaymentLinkError(new Error("x")), false);
  assert.equal(api.issueCodes.too_long.code, "too_long");
});

const another = vm.createContext({ bytes: [...BYTES] });
const padded = Buffer.concat([Buffer.alloc(8), BYTES, Buffer.alloc(8)]);
const SOURCES = {
  "an ArrayBuffer": () => new Uint8Array(BYTES).buffer,
  "a Buffer": () => BYTES,
  "a view of a part of a buffer": () => new Uint8Array(padded.buffer, padded.byteOffset + 8, BYTES.length),
  "a DataView": () => new DataView(BYTES.buffer, BYTES.byteOffset, BYTES.length),
  "bytes of another realm": () => vm.runInContext("Uint8Array.from(bytes)", another),
  "a buffer of another realm": () => vm.runInContext("Uint8Array.from(bytes).buffer", another),
  "a compiled module": () => new WebAssembly.Module(BYTES),
  "a compiled module of another realm": () => vm.runInContext("new WebAssembly.Module(Uint8Array.from(bytes))", another),
  "a Response": () => new Response(BYTES),
  "a Response of a type that says nothing": () => new Response(BYTES, { headers: { "content-type": "application/octet-stream" } }),
  "a promise of bytes": async () => BYTES,
  "a promise of a promise of a Response": async () => Promise.resolve(new Response(BYTES)),
  "a thenable": () => ({ then: (resolve) => resolve(new WebAssembly.Module(BYTES)) }),
};

for (const [name, source] of Object.entries(SOURCES)) {
  test(`the module comes in as ${name}`, async () => {
    const api = await fresh();
    assert.equal(await api.init(source()), undefined);
    assert.deepEqual(api.previewTotals(EXAMPLE), full.previewTotals(EXAMPLE));
    assert.equal(new api.Basket(EXAMPLE).gross, "13.30");
  });
}

test("what is no module is refused in words, and init can be tried again", async () => {
  const api = await fresh();
  const cases = [
    [undefined, TypeError, /received undefined$/], [null, TypeError, /received null$/], ["/module.wasm", TypeError, /received a value of type `String`$/],
    [new URL("https://shop.example"), TypeError, /received a value of type `URL`$/], [5, TypeError, /`Number`$/], [{}, TypeError, /`Object`$/],
    [new Response("<!doctype html>", { headers: { "content-type": "text/html" } }), Error, /received another document \(text\/html\)$/],
    [new Response(null), Error, /received another document \(of no type\)$/],
    [new Response("no", { status: 404 }), Error, /received an answer with status 404$/],
    [Promise.reject(new RangeError("offline")), RangeError, /^offline$/], [new Uint8Array(8), WebAssembly.CompileError, /./],
    [BYTES.subarray(0, 5000), WebAssembly.CompileError, /./], [new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), Error, /received another module/],
  ];
  for (const [source, type, message] of cases) {
    await assert.rejects(api.init(source), (error) => error instanceof type && message.test(error.message), String(message));
    assert.throws(() => api.previewTotals(EXAMPLE), /init/);
  }
  await api.init(BYTES);
  assert.equal(api.previewTotals(EXAMPLE).totals.gross, "13.30");
});

test("init at the same time, and again, makes one instance", async () => {
  const api = await fresh();
  let asked = 0;
  const source = () => { asked++; return Promise.resolve(BYTES); };
  await Promise.all([api.init(source()), api.init(source())]);
  const basket = new api.Basket(EXAMPLE);
  await api.init(undefined);
  assert.equal(basket.gross, "13.30");
  assert.equal(asked, 2);
});

test("as CommonJS it is the same", async () => {
  const dir = await project({
    "main.cjs": `
      const { init, previewTotals } = require("${PACKAGE}/slim");
      const bytes = require("node:fs").readFileSync(require.resolve("${PACKAGE}/qonto_payment_links_bg.wasm"));
      init(bytes).then(() => console.log(previewTotals(${JSON.stringify(EXAMPLE)}).totals.gross));`,
  });
  assert.equal(await run(process.execPath, ["main.cjs"], { cwd: dir }), "13.30\n");
});

test("in workerd the module comes in as an import", async (t) => {
  const dir = await project({
    "wrangler.json": JSON.stringify({ name: "shop", main: "worker.js", compatibility_date: "2026-01-01" }),
    "worker.js": `
      import { init, previewTotals } from "${PACKAGE}/slim";
      import module from "${PACKAGE}/qonto_payment_links_bg.wasm";
      export default { async fetch(request) {
        await init(module);
        return Response.json(previewTotals(await request.json()).totals.gross);
      } };`,
  });
  const answer = await fetch(await worker(t, dir), { method: "POST", body: JSON.stringify(EXAMPLE) });
  assert.equal(await answer.json(), "13.30");
});

test("in Vite's production build the module is a file beside the scripts, in Chromium", async (t) => {
  const dir = await project({
    "index.html": '<!doctype html><script type="module" src="/main.js"></script>',
    "main.js": `
      import { init, previewTotals } from "${PACKAGE}/slim";
      import url from "${PACKAGE}/qonto_payment_links_bg.wasm?url";
      await init(fetch(url));
      window.said = previewTotals(${JSON.stringify(EXAMPLE)}).totals.gross;`,
  });
  await build({ root: dir, configFile: false, logLevel: "error" });
  const scripts = readdirSync(join(dir, "dist/assets"));
  assert.deepEqual(scripts.map((name) => name.split(".").pop()).sort(), ["js", "wasm"]);
  const server = await preview({ root: dir, configFile: false, logLevel: "error", preview: { host: "127.0.0.1", port: 0 } });
  t.after(() => server.close());
  const page = await (await browser()).newPage();
  t.after(() => page.close());
  await page.goto(server.resolvedUrls.local[0]);
  await page.waitForFunction(() => window.said, undefined, { timeout: 15_000 });
  assert.equal(await page.evaluate(() => window.said), "13.30");
});
