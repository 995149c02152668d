// Pages with a Content Security Policy, in Chromium: which entry runs under which, and what a page is told where the
// module may not run.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { browser } from "./browser.mjs";
import { EXAMPLE, PACKAGE, ROOT, project, run } from "./packed.mjs";

const WITH_WASM = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const WITHOUT_WASM = "default-src 'none'; connect-src 'self'; script-src 'self'; require-trusted-types-for 'script'";
/** Both ways out. */
const WAYS_OUT = /allow `'wasm-unsafe-eval'` in the `script-src` of its Content Security Policy, or import `qonto-payment-links\/js` in place of/;

const root = await project({});
const WASM = readFileSync(join(ROOT, "pkg/qonto_payment_links_bg.wasm"));

/** What a page under a policy puts into `window.said` by `script`, and what the page complained about. */
async function saidUnder(t, policy, script) {
  const contents = `(async () => { ${script} })().then((said) => { window.said = said; });`.replace(/import (.*?) from (".*?");/g, "");
  const imports = [...script.matchAll(/import .*? from ".*?";/g)].map(([text]) => text).join("\n");
  const { outputFiles } = await build({
    stdin: { contents: imports + contents, resolveDir: root }, bundle: true, minify: true, write: false, format: "esm", logLevel: "error",
  });
  const served = {
    "/": ["text/html; charset=utf-8", '<!doctype html><script type="module" src="/main.js"></script>'],
    "/main.js": ["text/javascript", outputFiles[0].contents],
    "/module.wasm": ["application/wasm", WASM],
    "/untyped.wasm": ["application/octet-stream", WASM],
  };
  const server = createServer(({ url }, response) => {
    const [type, body] = served[url] ?? ["text/html", "<!doctype html><p>not here</p>"];
    response.writeHead(url === "/gone.wasm" ? 404 : 200, { "content-type": type, "content-security-policy": policy });
    response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const page = await (await browser()).newPage();
  t.after(() => page.close());
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => window.said, undefined, { timeout: 15_000 }).catch((error) => complaints.push(String(error)));
  return { said: await page.evaluate(() => window.said), complaints };
}

const PAYLOAD = JSON.stringify(EXAMPLE);
const LINK = `{ payment_link: { id: "7", url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } } }`;

/** Uses every kind of function, and gives what they say. */
const USES = (entry, before = "") => `
  import { Basket, createPaymentLink, init, paymentLinkSchema, previewTotals, signWebhook, validatePayload, verifyWebhook } from "${entry}";
  ${before}
  const basket = new Basket(${PAYLOAD});
  basket.setQuantity(0, 3);
  const link = await createPaymentLink(null, ${PAYLOAD}, { baseUrl: "/api", fetch: async () => Response.json(${LINK}, { status: 201 }) });
  const event = await verifyWebhook('{"a":1}', await signWebhook('{"a":1}', "secret"), "secret");
  return [previewTotals(${PAYLOAD}).totals.gross, validatePayload({}).issues.length, basket.gross, link.id, event.a, paymentLinkSchema["~standard"].validate(5).issues[0].code];`;
const EXPECTED = ["13.30", 2, "39.89", "7", 1, "wrong_type"];

test("`script-src 'self' 'wasm-unsafe-eval'`: the main entry runs, compiled on first use or ahead", async (t) => {
  for (const before of ["", "await init();"]) {
    assert.deepEqual(await saidUnder(t, WITH_WASM, USES(PACKAGE, before)), { said: EXPECTED, complaints: [] });
  }
});

test("`script-src 'self'`: the twin in JavaScript runs, also under Trusted Types", async (t) => {
  for (const before of ["", "await init();"]) {
    assert.deepEqual(await saidUnder(t, WITHOUT_WASM, USES(`${PACKAGE}/js`, before)), { said: EXPECTED, complaints: [] });
  }
});

test("`script-src 'self' 'wasm-unsafe-eval'`: `./slim` runs with all that its module can come in", async (t) => {
  const sources = [
    'fetch("/module.wasm")', 'await fetch("/untyped.wasm")', 'new Uint8Array(await (await fetch("/module.wasm")).arrayBuffer())',
    'await WebAssembly.compileStreaming(fetch("/module.wasm"))',
  ];
  for (const source of sources) {
    assert.deepEqual(await saidUnder(t, WITH_WASM, USES(`${PACKAGE}/slim`, `await init(${source});`)), { said: EXPECTED, complaints: [] }, source);
  }
});

test("`./slim` says what came in place of its module", async (t) => {
  const { said } = await saidUnder(t, WITH_WASM, `
    import { init, previewTotals } from "${PACKAGE}/slim";
    const said = [];
    for (const path of ["/gone.wasm", "/page"]) await init(fetch(path)).catch(({ message }) => said.push(message));
    await init(fetch("/module.wasm"));
    return [...said, previewTotals(${PAYLOAD}).totals.gross];`);
  assert.deepEqual(said, [
    "expected the module's bytes, received an answer with status 404",
    "expected the module's bytes, received another document (text/html)", "13.30",
  ]);
});

/** What each function ends in where the module may not run. */
const ENDS = (entry, source = "") => `
  import { Basket, createPaymentLink, init, isPaymentLinkError, listPaymentLinks, previewTotals, validatePayload, verifyWebhook } from "${entry}";
  const said = [];
  const tell = (error) => said.push({
    name: error.name, message: error.message, code: error.code, maybeCreated: error.maybeCreated, typed: isPaymentLinkError(error), cause: error.cause?.name,
  });
  for (const use of [() => previewTotals(${PAYLOAD}), () => validatePayload(${PAYLOAD}), () => new Basket()]) {
    try { use(); } catch (error) { tell(error); }
  }
  await init(${source}).catch(tell);
  await verifyWebhook("{}", "", "secret").catch(tell);
  for (const call of [() => createPaymentLink(null, ${PAYLOAD}, { baseUrl: "/api" }), () => listPaymentLinks(null, {}, { baseUrl: "/api" })]) {
    await call().catch(tell);
  }
  return said;`;

function assertWaysOut(said, causes) {
  assert.equal(said.length, 7);
  for (const [index, { message, cause, ...rest }] of said.entries()) {
    assert.match(message, WAYS_OUT);
    const isCall = index > 4;
    assert.deepEqual(rest, isCall
      ? { name: "PaymentLinkError", code: "unavailable", maybeCreated: false, typed: true }
      : { name: "Error", code: undefined, maybeCreated: undefined, typed: false });
    if (!isCall) assert.ok(causes.includes(cause), cause);
  }
}

/** JSON, in which what is undefined is missing, as it is where a page's values come from. */
const withUndefined = (said) => said.map((each) => ({ code: undefined, maybeCreated: undefined, ...each }));

test("`script-src 'self'`: the main entry's errors name both ways out, and every call settles", async (t) => {
  const { said } = await saidUnder(t, WITHOUT_WASM, ENDS(PACKAGE));
  assertWaysOut(withUndefined(said), ["CompileError"]);
});

test("a runtime without WebAssembly is told the same", async () => {
  const script = ENDS(PACKAGE);
  const imports = script.match(/import .*? from ".*?";/)[0];
  const dir = await project({
    "no-wasm.cjs": "delete globalThis.WebAssembly;",
    "main.mjs": `${imports}\nconst said = await (async () => { ${script.replace(imports, "")} })();\nconsole.log(JSON.stringify(said));`,
  });
  const said = JSON.parse(await run(process.execPath, ["--require", "./no-wasm.cjs", "main.mjs"], { cwd: dir }));
  assertWaysOut(withUndefined(said), ["ReferenceError"]);
});

/** What each engine says, and of what, when a policy forbids it. */
const FORBIDDEN = {
  Firefox: ["Module", "call to WebAssembly.Module() blocked by CSP"],
  WebKit: ["Instance", "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script"],
  workerd: ["Module", "WebAssembly.Module(): Wasm code generation disallowed by embedder"],
};

for (const [engine, [what, message]] of Object.entries(FORBIDDEN)) {
  test(`a policy that forbids WebAssembly is understood by what ${engine} says`, async () => {
    const dir = await project({
      "main.mjs": `
        WebAssembly.${what} = function () { throw new WebAssembly.CompileError(${JSON.stringify(message)}); };
        const { previewTotals } = await import("${PACKAGE}");
        try { previewTotals({}); } catch (error) { console.log(error.message); }`,
    });
    assert.match(await run(process.execPath, ["main.mjs"], { cwd: dir }), WAYS_OUT);
  });
}

test("another failure to start stays what it is", async () => {
  const dir = await project({
    "main.mjs": `
      import { previewTotals } from "${PACKAGE}";
      WebAssembly.Module = function () { throw new RangeError("out of memory"); };
      try { previewTotals({}); } catch (error) { console.log(error.name, error.message); }`,
  });
  assert.equal(await run(process.execPath, ["main.mjs"], { cwd: dir }), "RangeError out of memory\n");
});
