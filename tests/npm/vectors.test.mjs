// The vectors of tests/oracle/vectors.py through the packed package, in Node and in Chromium, and as far as
// they go through two unrelated libraries. QONTO_VECTORS names a file of vectors that the native test has
// run; without it, the sample that is committed is run.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { browser } from "./browser.mjs";
import { PACKAGE, ROOT, TWIN, installed, project } from "./packed.mjs";
import { byBig, byDinero } from "./peers.mjs";
import { Checker, RULES, read } from "./vectors.mjs";

const FILE = process.env.QONTO_VECTORS ?? join(ROOT, "tests/fixtures/vectors.tsv");
const pieces = () => createReadStream(FILE, { encoding: "utf8", highWaterMark: 1 << 20 });

/** What the crate refuses natively has no totals here, and nothing else. */
function verify({ vectors, refused, count, first }, t) {
  t.diagnostic(`${vectors} vectors, ${refused.split("\n").length - 1} of them refused, ${count} differences`);
  assert.equal(count, 0, first);
  assert.ok(vectors > 0);
  const natively = `${FILE}.refused`;
  if (existsSync(natively)) assert.ok(refused === readFileSync(natively, "utf8"), `other vectors than those of ${natively} are refused`);
}

test("every vector in Node, to the last character", async (t) => {
  const checker = new Checker((await installed()).previewTotals);
  for await (const piece of pieces()) checker.add(piece);
  verify(checker.result(), t);
});

test("every vector in Chromium, to the last character", async (t) => {
  const root = await project({
    "vectors.mjs": readFileSync(join(ROOT, "tests/npm/vectors.mjs"), "utf8"),
    "main.mjs": `
      import { init, previewTotals } from "${PACKAGE}";
      import { Checker } from "./vectors.mjs";
      globalThis.run = async () => {
        await init();
        const checker = new Checker(previewTotals);
        const { body } = await fetch("/vectors");
        for await (const piece of body.pipeThrough(new TextDecoderStream())) checker.add(piece);
        return checker.result();
      };`,
  });
  const { outputFiles } = await build({ absWorkingDir: root, entryPoints: ["main.mjs"], bundle: true, write: false, format: "iife", logLevel: "error" });
  const server = createServer((request, response) => {
    if (request.url === "/vectors") return pieces().pipe(response);
    const isScript = request.url === "/main.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html; charset=utf-8" });
    response.end(isScript ? outputFiles[0].contents : '<!doctype html><script src="/main.js"></script>');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const page = await (await browser()).newPage();
  t.after(() => page.close());
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  verify(await page.evaluate("run()"), t);
});

const DECIMALS = { EUR: 2, USD: 2, CHF: 2, JPY: 0, ISK: 0, KWD: 3, TND: 3, CLF: 4 };
/** Both libraries are many times slower than the module, so of many baskets they get every 5th. */
const PART = 5;

for (const [name, totals] of TWIN ? [] : [["big.js", byBig], ["dinero.js", byDinero]]) {
  test(`${name} comes to the same totals`, async (t) => {
    const baskets = readFileSync(FILE, "utf8").trimEnd().split("\n");
    const step = baskets.length > 1_000 ? PART : 1;
    let compared = 0;
    for (let number = 0; number < baskets.length; number += step) {
      const { currency, lines, expected } = read(baskets[number]);
      for (const [place, rule] of RULES.entries()) {
        const received = totals(rule, lines, DECIMALS[currency], currency);
        assert.equal(`${expected[place]} `.slice(0, received.length + 1), `${received} `, `basket ${number}, ${rule}: ${baskets[number].split("\t")[2]}`);
        compared++;
      }
    }
    t.diagnostic(`${compared} totals compared`);
    assert.ok(compared > 0);
  });
}
