// Faults in the runtimes that are not Node, and what a page is told.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { build as esbuild } from "esbuild";
import { browser } from "./browser.mjs";
import { TOKEN } from "./fault-cases.mjs";
import { EXAMPLE, PACKAGE, ROOT, project } from "./packed.mjs";
import { worker } from "./worker.mjs";

const CASES = readFileSync(join(ROOT, "tests/npm/fault-cases.mjs"), "utf8");
const LINK = { id: "1", url: "https://pay.qonto.com/x", status: "open", amount: { value: "13.30", currency: "EUR" } };

/** A page that runs a project's main.js, bundled. */
async function pageOf(t, root) {
  await esbuild({ absWorkingDir: root, entryPoints: ["main.js"], bundle: true, format: "esm", outfile: join(root, "out.js"), logLevel: "error" });
  const server = createServer((request, response) => {
    const isScript = request.url === "/out.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? readFileSync(join(root, "out.js")) : '<!doctype html><script type="module" src="/out.js"></script>');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const page = await (await browser()).newPage();
  t.after(() => page.close());
  page.messages = [];
  page.on("console", (message) => page.messages.push(message.text()));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return page;
}

test("in Chromium every fault settles, typed and without a secret, and the next call works", async (t) => {
  const root = await project({
    "main.js": `
      import * as api from "${PACKAGE}";
      import { survive } from "./cases.js";
      const unhandled = [];
      addEventListener("unhandledrejection", ({ reason }) => unhandled.push(String(reason)));
      const result = await survive(api);
      await new Promise((resolve) => setTimeout(resolve, 200));
      window.result = { ...result, unhandled };`,
    "cases.js": CASES,
  });
  const page = await pageOf(t, root);
  await page.waitForFunction(() => window.result, undefined, { timeout: 60_000 });
  const { count, wrong, unhandled } = await page.evaluate(() => window.result);
  assert.deepEqual(wrong, []);
  assert.deepEqual(unhandled, []);
  assert.ok(count > 90, `${count}`);
});

test("in workerd every fault settles, typed and without a secret, and the next call works", async (t) => {
  const root = await project({
    "wrangler.json": JSON.stringify({ name: "shop", main: "worker.js", compatibility_date: "2026-01-01" }),
    "worker.js": `
      import * as api from "${PACKAGE}";
      import { survive } from "./cases.js";
      export default { async fetch() { return Response.json(await survive(api)); } };`,
    "cases.js": CASES,
  });
  const answer = await fetch(await worker(t, root));
  const { count, wrong } = await answer.json();
  assert.deepEqual(wrong, []);
  assert.ok(count > 90, `${count}`);
});

/** A server of another origin than any page's, and the methods it was asked with. */
async function elsewhere(t, answer) {
  const methods = [];
  const server = createServer((request, response) => {
    methods.push(request.method);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { baseUrl: `http://127.0.0.1:${server.address().port}`, methods, server };
}

test("in Chromium no connection, and an answer that CORS keeps from the page, are `network`: a link may exist, and nothing is sent again", async (t) => {
  const closed = await elsewhere(t, () => {});
  closed.server.close();
  // On a connection that it kept from the preflight, Chromium itself would send a request again that breaks.
  const preflight = (response) => response.writeHead(204, {
    connection: "close", "access-control-allow-origin": "*", "access-control-allow-headers": "*, authorization", "access-control-allow-methods": "POST",
  }).end();
  const created = (response, headers) => {
    response.writeHead(201, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ payment_link: LINK }));
  };
  const forbids = await elsewhere(t, (_, response) => response.writeHead(204).end());
  const hides = await elsewhere(t, ({ method }, response) => (method === "OPTIONS" ? preflight(response) : created(response)));
  const breaks = await elsewhere(t, ({ method }, response) => (method === "OPTIONS" ? preflight(response) : response.socket.destroy()));
  const allows = await elsewhere(t, ({ method }, response) => (method === "OPTIONS" ? preflight(response) : created(response, { "access-control-allow-origin": "*" })));
  const servers = [closed, forbids, hides, breaks, allows];
  const page = await pageOf(t, await project({
    "main.js": `
      import { createPaymentLink, isPaymentLinkError } from "${PACKAGE}";
      const ends = [];
      for (const baseUrl of ${JSON.stringify(servers.map(({ baseUrl }) => baseUrl))}) {
        await createPaymentLink("${TOKEN}", ${JSON.stringify(EXAMPLE)}, { baseUrl, timeoutMs: 10_000 }).then(
          ({ id }) => ends.push(id),
          (error) => ends.push([isPaymentLinkError(error), error.code, error.maybeCreated, error.cause?.name, \`\${error.stack}\${JSON.stringify(error)}\`.includes("${TOKEN}")]),
        );
      }
      window.result = ends;`,
  }));
  await page.waitForFunction(() => window.result);
  const network = [true, "network", true, "TypeError", false];
  assert.deepEqual(await page.evaluate(() => window.result), [network, network, network, network, LINK.id]);
  // A page is not told whether it was sent, so that it may have been.
  assert.deepEqual(servers.map(({ methods }) => methods.filter((method) => method === "POST").length), [0, 0, 1, 1, 1]);
});

test("a page that sends a token to Qonto itself is warned once, unless that is meant", async (t) => {
  const script = (options) => `
    import { createPaymentLink, getConnection } from "${PACKAGE}";
    const options = ${options};
    options.fetch = async () => Response.json({ payment_link: ${JSON.stringify(LINK)}, status: "enabled" }, { status: 201 });
    const payload = ${JSON.stringify(EXAMPLE)};
    const done = [await createPaymentLink("${TOKEN}", payload, options), await getConnection(() => "${TOKEN}", options)];
    window.result = done.length;`;
  for (const [options, warnings] of [["{}", 1], ['{ baseUrl: "sandbox" }', 1], ["{ allowTokenInBrowser: true }", 0], ['{ baseUrl: "https://shop.example" }', 0]]) {
    const page = await pageOf(t, await project({ "main.js": script(options) }));
    await page.waitForFunction(() => window.result === 2);
    const warned = page.messages.filter((text) => text.includes("qonto-payment-links"));
    assert.equal(warned.length, warnings, options);
    for (const text of warned) assert.match(text, /allowTokenInBrowser: true/);
    assert.ok(!page.messages.join().includes(TOKEN));
  }
});
