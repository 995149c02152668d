// The packed package in the tools its users have: bundlers, browsers, Workers, TypeScript.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { build as esbuild } from "esbuild";
import { build as viteBuild, createServer as viteServer, preview as vitePreview } from "vite";
import { browser } from "./browser.mjs";
import { EXAMPLE, PACKAGE, ROOT, installed, project, run } from "./packed.mjs";
import { worker } from "./worker.mjs";

const { createPaymentLinkHandler, issueCodes } = await installed(`export * from "${PACKAGE}/server";`);
const PAYLOAD = JSON.stringify(EXAMPLE);
const PAGE = {
  "index.html": '<!doctype html><meta charset="utf-8"><title>shop</title><p id="total"></p><script type="module" src="/main.js"></script>',
  "main.js": `
    import { init, previewTotals } from "${PACKAGE}";
    await init();
    document.querySelector("#total").textContent = previewTotals(${PAYLOAD}).totals.gross;`,
};

/** The text of #total once it has one, and what the page complained about. */
async function totalOn(url) {
  const page = await (await browser()).newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  try {
    await page.goto(url);
    await page.waitForFunction(() => document.querySelector("#total").textContent !== "", undefined, { timeout: 15_000 })
      .catch((error) => complaints.push(String(error)));
    // A missing favicon is the only thing that may be missing.
    assert.deepEqual(complaints.filter((text) => !text.includes("404")), []);
    return await page.textContent("#total");
  } finally {
    await page.close();
  }
}

test("Vite's development server, in Chromium", async (t) => {
  const root = await project(PAGE);
  const server = await viteServer({ root, configFile: false, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  t.after(() => server.close());
  await server.listen();
  assert.equal(await totalOn(server.resolvedUrls.local[0]), "13.30");
});

test("Vite's production build, in Chromium", async (t) => {
  const root = await project(PAGE);
  await viteBuild({ root, configFile: false, logLevel: "error" });
  const server = await vitePreview({ root, configFile: false, logLevel: "error", preview: { host: "127.0.0.1", port: 0 } });
  t.after(() => server.close());
  assert.equal(await totalOn(server.resolvedUrls.local[0]), "13.30");
});

/** Serves one script and a page that loads it the old way, under an optional content security policy. */
async function serve(t, script, headers = {}) {
  const server = createServer((request, response) => {
    const isScript = request.url === "/main.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html; charset=utf-8", ...headers });
    response.end(isScript ? script : '<!doctype html><p id="total"></p><script src="/main.js"></script>');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/`;
}

test("esbuild, a classic script in Chromium under a strict content security policy", async (t) => {
  const root = await project({
    "main.js": `
      import { previewTotals } from "${PACKAGE}";
      document.querySelector("#total").textContent = previewTotals(${PAYLOAD}).totals.gross;`,
  });
  const outfile = join(root, "dist/main.js");
  await esbuild({ absWorkingDir: root, entryPoints: ["main.js"], bundle: true, minify: true, outfile, logLevel: "error" });
  const url = await serve(t, await readFile(outfile), {
    "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  });
  assert.equal(await totalOn(url), "13.30");
});

test("a page of another origin gets links and readable errors from the proxy handler, in Chromium", async (t) => {
  const root = await project({
    "main.js": `
      import { createPaymentLink } from "${PACKAGE}";
      const outcomes = [];
      const ask = (item, options) => createPaymentLink(null, { ...${PAYLOAD}, items: [item] }, { baseUrl: api, retries: 0, ...options }).then(
        ({ id }) => outcomes.push(id),
        ({ code, status, retryAfterMs, maybeCreated, issues }) => outcomes.push([code, status, retryAfterMs, maybeCreated, issues?.[0].code].join()),
      );
      const [item] = ${PAYLOAD}.items;
      const api = location.hash.slice(1);
      await ask(item, { idempotencyKey: "a-key" });
      await ask({ ...item, title: "Gold" });
      await ask(item, { idempotencyKey: "busy" });
      await ask(item, { headers: { "X-Other": "1" } });
      document.querySelector("#total").textContent = outcomes.join(" ");`,
  });
  const { outputFiles } = await esbuild({ absWorkingDir: root, entryPoints: ["main.js"], bundle: true, write: false, format: "esm", logLevel: "error" });
  const page = await serve(t, `(async () => {${outputFiles[0].text}})()`);
  const link = (id) => new Response(JSON.stringify({ payment_link: { id, url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } } }), { status: 201 });
  const options = {
    token: "tok_123456", maxItems: 1, retries: 0,
    price: ({ title, unit_price, vat_rate }) => title === "Item 1" ? { unit_price, vat_rate } : null,
    fetch: async (_, { headers }) => {
      const key = new Headers(headers).get("X-Qonto-Idempotency-Key");
      return key === "busy" ? new Response("", { status: 429, headers: { "Retry-After": "7" } }) : link(key);
    },
  };
  const handlers = { "/ours": createPaymentLinkHandler({ ...options, allowedOrigins: [new URL(page).origin] }), "/theirs": createPaymentLinkHandler({ ...options, allowedOrigins: "same-origin" }) };
  const proxy = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method, headers, url } = incoming;
    const body = chunks.length > 0 && { body: Buffer.concat(chunks) };
    const handle = handlers[url.slice(0, url.indexOf("/", 1))];
    const answer = await handle(new Request(`http://${headers.host}${url}`, { method, headers, ...body }));
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => proxy.close());
  const tab = await (await browser()).newPage();
  t.after(() => tab.close());
  const outcomes = async (path) => {
    await tab.goto("about:blank");
    await tab.goto(`${page}#http://127.0.0.1:${proxy.address().port}${path}`);
    await tab.waitForFunction(() => document.querySelector("#total").textContent !== "", undefined, { timeout: 15_000 });
    return tab.textContent("#total");
  };
  // A header that the preflight does not allow is the browser's to refuse, before anything is sent.
  assert.equal(await outcomes("/ours"), "a-key validation,422,,false,not_for_sale rate_limited,429,7000,false, network,,,true,");
  assert.equal(await outcomes("/theirs"), Array(4).fill("network,,,true,").join(" "));
});

for (const format of ["esm", "cjs"]) {
  test(`esbuild, ${format} for Node`, async () => {
    const root = await project({ "main.js": `import { previewTotals } from "${PACKAGE}"; console.log(previewTotals(${PAYLOAD}).totals.gross);` });
    const outfile = join(root, format === "esm" ? "out.mjs" : "out.cjs");
    await esbuild({ absWorkingDir: root, entryPoints: ["main.js"], bundle: true, platform: "node", format, outfile, logLevel: "error" });
    assert.equal(await run(process.execPath, [outfile]), "13.30\n");
  });
}

/** What a bundler makes of a module. */
async function bundled(source) {
  const root = await project({ "main.js": source });
  const { outputFiles } = await esbuild({ absWorkingDir: root, entryPoints: ["main.js"], bundle: true, write: false, format: "esm", logLevel: "error" });
  return outputFiles[0].text;
}

test("a bundler takes meanings and examples of codes along only for who imports them", async () => {
  const meaning = issueCodes.too_long.meaning;
  const preview = await bundled(`import { previewTotals } from "${PACKAGE}"; console.log(previewTotals);`);
  assert.ok(!preview.includes(meaning) && !preview.includes("issueCodes"));
  const table = await bundled(`import { issueCodes } from "${PACKAGE}"; console.log(issueCodes);`);
  assert.ok(table.includes(meaning));
  assert.ok(table.length < 60_000, `${table.length}: the bytes of the module came along`);
});

test("a bundler takes one language along, and no module, for messages alone", async () => {
  const text = await bundled(`import { message } from "${PACKAGE}/messages/fr"; console.log(message);`);
  assert.ok(text.includes("au plus") && !text.includes("at most") && !text.includes("höchstens"));
  assert.ok(text.length < 6_000, String(text.length));
});

test("workerd, by wrangler", async (t) => {
  const root = await project({
    "wrangler.json": JSON.stringify({ name: "shop", main: "worker.js", compatibility_date: "2026-01-01" }),
    "worker.js": `
      import { isPaymentLinkError, PaymentLinkError, previewTotals, verifyWebhook } from "${PACKAGE}";
      import { message } from "${PACKAGE}/messages/es";
      import { createPaymentLinkHandler } from "${PACKAGE}/server";
      const seen = [];
      const links = createPaymentLinkHandler({
        token: "tok_0123456789", allowedOrigins: ["https://shop.example"], maxItems: 2,
        price: ({ sku }) => sku === "tea" ? { title: "Tea", unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "21" } : null,
        rateLimit: async () => true,
        onError: (error) => seen.push(error),
        fetch: async (url, { headers, body }) => {
          const value = JSON.parse(body).payment_link.items[0].unit_price.value;
          if (new Headers(headers).get("X-Qonto-Idempotency-Key") === "fail") return new Response("no", { status: 401, headers: { "X-Tyk-Trace-Id": "t" } });
          return Response.json({ payment_link: { id: value, url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } } }, { status: 201 });
        },
      });
      export default { async fetch(request) {
        const { pathname } = new URL(request.url);
        if (pathname === "/api/v2/payment_links") return links(request);
        if (pathname === "/errors") return Response.json(seen.map((error) => [error instanceof PaymentLinkError, isPaymentLinkError(error), error.code, error.traceId]));
        if (pathname === "/hook") {
          const event = await verifyWebhook(await request.arrayBuffer(), request.headers.get("X-Qonto-Signature"), "test-secret", { now: 1704110400 })
            .catch(({ name, code }) => ({ name, code }));
          return Response.json(event);
        }
        const { totals, issues } = previewTotals(await request.json());
        return Response.json({ totals, messages: issues.map(message) });
      } };`,
  });
  const url = await worker(t, root);
  const payload = { ...EXAMPLE, items: [{ ...EXAMPLE.items[0], title: "" }] };
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(payload) });
  const { totals, messages } = await answer.json();
  assert.equal(totals.gross, "13.30");
  assert.deepEqual(messages, ["se esperaba un texto visible, se recibió un texto de longitud 0 sin caracteres visibles"]);

  const signature = "t=1704110400,v1=56aff06dc227db80d6568a5070f912c601c31f20451745d257cbc0b5dfa93805";
  for (const [body, expected] of [['{"test":"data"}', { test: "data" }], ['{"test":"dato"}', { name: "WebhookError", code: "wrong_signature" }]]) {
    const hook = await fetch(`${url}/hook`, { method: "POST", headers: { "X-Qonto-Signature": signature }, body });
    assert.deepEqual(await hook.json(), expected);
  }

  const ask = async (items, headers, body = JSON.stringify({ reusable: false, potential_payment_methods: ["paypal"], items })) => {
    const given = await fetch(`${url}/api/v2/payment_links`, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });
    assert.equal(given.headers.get("cache-control"), "no-store");
    const said = await given.json();
    return [given.status, said.code ?? said.payment_link.id];
  };
  const tea = { sku: "tea", quantity: 1, unit_price: { value: "0.01", currency: "EUR" } };
  assert.deepEqual(await ask([tea]), [201, "10.99"]);
  assert.deepEqual(await ask([tea], { Origin: "https://shop.example" }), [201, "10.99"]);
  assert.deepEqual(await ask([tea], { Origin: "https://evil.example" }), [403, "forbidden"]);
  assert.deepEqual(await ask([{ ...tea, sku: "gold" }]), [422, "validation"]);
  assert.deepEqual(await ask([tea, tea, tea]), [422, "validation"]);
  assert.deepEqual(await ask([], {}, "{"), [400, "rejected"]);
  assert.deepEqual(await ask([], {}, " ".repeat(1 << 20)), [413, "rejected"]);
  assert.deepEqual(await ask([tea], { "X-Qonto-Idempotency-Key": "fail" }), [502, "unauthorized"]);
  assert.deepEqual(await (await fetch(`${url}/errors`)).json(), [[true, true, "unauthorized", "t"]]);
});

// What Next.js's bundler makes of `?module`: an import that gives the compiled module.
const MODULE_IMPORT = `
  import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
  import { fileURLToPath } from "node:url";
  export async function load(url, context, next) {
    if (!url.endsWith(".wasm?module")) return next(url, context);
    const bytes = JSON.stringify((await readFile(fileURLToPath(url.slice(0, -"?module".length)))).toString("base64"));
    return { format: "module", shortCircuit: true, source: \`export default new WebAssembly.Module(Buffer.from(\${bytes}, "base64"));\` };
  }`;

test("edge-light, with the import that its bundlers provide", async () => {
  const root = await project({
    "hooks.mjs": MODULE_IMPORT,
    "register.mjs": 'import { register } from "node:module"; register("./hooks.mjs", import.meta.url);',
    "main.mjs": `
      import { init, previewTotals } from "${PACKAGE}";
      await init();
      console.log(import.meta.resolve("${PACKAGE}").split("/").pop(), previewTotals(${PAYLOAD}).totals.gross);`,
  });
  const printed = await run(process.execPath, ["--conditions=edge-light", "--import", "./register.mjs", "main.mjs"], { cwd: root });
  assert.equal(printed, "edge-light.js 13.30\n");
});

/** The subpaths, each imported in one way. */
const SUBPATHS = `
  import { message } from "${PACKAGE}/messages/it";
  import { createPaymentLinkHandler, type PaymentLinkHandlerOptions } from "${PACKAGE}/server";
  import * as slim from "${PACKAGE}/slim";
  import * as twin from "${PACKAGE}/js";`;
const USES = `
  const payload: api.BasketPayload = ${PAYLOAD};
  const preview: api.Preview = api.previewTotals(payload, { rounding: "rate", lines: true });
  const gross: string | undefined = preview.totals?.gross;
  const valid: boolean = api.validatePayload(null).valid;
  const { unitPrice, single }: api.GrossUnitPrice = api.grossUnitPrice({ ...payload.items[0]!, gross: "13.30" }, { rounding: "unit" });
  const net: string | null | undefined = unitPrice ?? single?.unitPrice ?? single?.nearest[0]?.unitPrice;
  const basket: api.Basket = new api.Basket(payload, { rounding: "total", lines: true });
  basket.setQuantity(basket.add(payload.items[0]!), 2);
  const live: string | null | undefined = basket.gross ?? basket.totals?.gross ?? basket.line(0)?.vat;
  // @ts-expect-error a price is a string
  basket.setUnitPrice(0, 10.99);
  basket.dispose();
  // @ts-expect-error an amount is a string
  api.grossUnitPrice({ gross: 13.3, quantity: 1, vat_rate: "21" });
  // @ts-expect-error a rate is a string
  const wrong: api.Item = { title: "x", quantity: 1, unit_price: { value: "1", currency: "EUR" }, vat_rate: 21 };
  // @ts-expect-error there is no such rule
  api.previewTotals(payload, { rounding: "up" });
  export async function pay(token: string): Promise<string> {
    try {
      return (await api.createPaymentLink(token, payload, { retries: 0 })).url;
    } catch (error) {
      if (api.isPaymentLinkError(error) && error.code === "rate_limited") return String(error.retryAfterMs);
      throw error;
    }
  }
  export function hint(issue: api.Issue): string {
    // @ts-expect-error not every issue has a largest number
    const max: number = issue.params.max;
    if (issue.code === "too_long") return String(issue.params.max - issue.params.length + max);
    // @ts-expect-error there is no such code
    if (issue.code === "too_wide") return "";
    const nearest: string | undefined = issue.params.nearest;
    const record: Record<string, unknown> = issue.params;
    const meaning: string = api.issueCodes[issue.code].meaning;
    return [message(issue), message({ code: "required", params: { field: "items" } }), nearest, record, meaning].join();
  }
  const shop: PaymentLinkHandlerOptions = { token: async () => "x", allowedOrigins: "same-origin", maxItems: 5 };
  const price = ({ sku }: { readonly [field: string]: unknown }) =>
    sku === "tea" ? { unit_price: { value: "1.00", currency: "EUR" }, vat_rate: "20" } : null;
  export const POST: (request: Request) => Promise<Response> = createPaymentLinkHandler({ ...shop, price });
  // @ts-expect-error a catalogue gives a rate as well
  createPaymentLinkHandler({ ...shop, price: () => ({ unit_price: { value: "1.00", currency: "EUR" } }) });
  // @ts-expect-error there is no token of nobody's
  createPaymentLinkHandler({ ...shop, token: null });
  export async function hook(body: Uint8Array, header: string | null): Promise<string> {
    try {
      const event = await api.verifyWebhook(body, header, "secret", { now: new Date() });
      if (event.type === "v1/payment-links") return event.data.payment_link_id + event.data.resource_metadata?.invoice_number;
      // @ts-expect-error other events have other data
      event.data.payment_link_id.trim();
      return api.signWebhook("{}", "secret");
    } catch (error) {
      if (!api.isWebhookError(error)) throw error;
      const code: api.WebhookErrorCode = error.code;
      return code;
    }
  }
  export async function others(): Promise<string | undefined> {
    await slim.init(new Uint8Array(8));
    // @ts-expect-error the module is required
    await slim.init();
    await twin.init();
    const same: api.Basket[] = [new slim.Basket(payload), new twin.Basket(payload)];
    return (same[0]?.gross ?? slim.previewTotals(payload).totals?.gross) || twin.previewTotals(payload).totals?.gross;
  }
  export { gross, valid, wrong };
`;

/** Compiles files with what a strict project says, and `options`. */
async function compiles(compiler, files, options) {
  const root = await project({
    ...files,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noEmit: true, skipLibCheck: false,
        target: "es2022", lib: ["es2022", "dom"], types: [], ...options,
      },
      files: Object.keys(files),
    }),
  });
  await run(process.execPath, [join(ROOT, "node_modules", compiler, "bin/tsc"), "-p", root]);
}

const ESM = { "main.mts": `import * as api from "${PACKAGE}";\n${SUBPATHS}${USES}` };
const COMMON_JS = { "main.cts": `import api = require("${PACKAGE}");\n${SUBPATHS}${USES}` };
/** The module system that a resolution goes with, where that has another name. */
const MODULES = { bundler: "preserve", node10: "commonjs" };

for (const compiler of ["typescript", "typescript-5"]) {
  const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules", compiler, "package.json"), "utf8"));
  // TypeScript 7 has no `node10` any more.
  for (const moduleResolution of ["node16", "nodenext", "bundler", ...(compiler === "typescript-5" ? ["node10"] : [])]) {
    for (const [kind, files] of [["ES module", ESM], ["CommonJS", COMMON_JS]]) {
      // It reads no `.mts` as an ES module.
      if (moduleResolution === "node10" && files === ESM) continue;
      test(`TypeScript ${version}, ${moduleResolution}, ${kind}`, () =>
        compiles(compiler, files, { module: MODULES[moduleResolution] ?? moduleResolution, moduleResolution }));
    }
  }

  test(`TypeScript ${version}, Node's types without the DOM's`, () =>
    compiles(compiler, ESM, { module: "nodenext", moduleResolution: "nodenext", lib: ["es2022"], types: ["node"], typeRoots: [join(ROOT, "node_modules/@types")] }));
}
