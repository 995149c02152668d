// What a page carries that uses a part of the package: bundlers leave out the rest, without configuration.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { BUNDLERS, PAGES, bundled, withoutBytes } from "./bundlers.mjs";
import { PACKAGE, ROOT, installed, project } from "./packed.mjs";

const { issueCodes } = await installed();
const root = await project({});
const manifest = JSON.parse(readFileSync(join(ROOT, "pkg/package.json"), "utf8"));

/** What only the client's code says, and what only that of webhooks does. */
const CLIENT = ["onResponse", "stagingToken", "amountCheck", "timeoutMs", "getReader", "maybeCreated", "PaymentLinkError", "call_next"];
const WEBHOOKS = ["WebhookError", "HMAC", "webhookSignatures"];
const found = (text, marks) => marks.filter((mark) => withoutBytes(text).includes(mark));

for (const bundler of Object.keys(BUNDLERS)) {
  test(`${bundler}: a page carries what it uses`, async (t) => {
    for (const { name, source, most } of PAGES) {
      const text = withoutBytes(await bundled(bundler, root, source));
      t.diagnostic(`${name}: ${text.length} bytes, at most ${most}`);
      assert.ok(text.length <= most, `${name}: ${text.length}`);
    }
  });

  test(`${bundler}: a live total has nothing of the client and of webhooks in it`, async () => {
    const text = await bundled(bundler, root, PAGES.find(({ name }) => name === "the live total").source);
    assert.deepEqual(found(text, [...CLIENT, ...WEBHOOKS, issueCodes.too_long.meaning]), []);
  });
}

test("the client and webhooks are known by what the test above looks for", async () => {
  const text = await bundled("esbuild", root, `import { createPaymentLink, verifyWebhook } from "${PACKAGE}"; console.log(createPaymentLink, verifyWebhook);`);
  assert.deepEqual(found(text, [...CLIENT, ...WEBHOOKS]), [...CLIENT, ...WEBHOOKS]);
});

test("no script does anything while it loads, so that bundlers need not be told", async () => {
  // Copies, which no `sideEffects: false` stands beside. A runtime's script imports the module, and that stays.
  const files = manifest.files.filter((file) => file.endsWith(".js") && !/workerd|edge-light/.test(file));
  for (const file of files) {
    await mkdir(dirname(join(root, "copies", file)), { recursive: true });
    await copyFile(join(ROOT, "pkg", file), join(root, "copies", file));
  }
  for (const file of files) {
    for (const bundler of ["esbuild", "Rollup", "Vite"]) {
      const text = await bundled(bundler, root, `import "./copies/${file}";`);
      assert.ok(text.length < 50, `${bundler}, ${file}: ${text.slice(0, 500)}`);
    }
  }
});

test("only types: nothing is left", async () => {
  for (const bundler of Object.keys(BUNDLERS)) {
    const text = await bundled(bundler, root, `import { previewTotals } from "${PACKAGE}"; console.log(1);`);
    assert.ok(text.length < 100, `${bundler}: ${text.slice(0, 500)}`);
  }
});
