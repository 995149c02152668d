// `node demo.mjs`: what it says, and that it leaves nothing behind.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "./shop.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const { QONTO_TOKEN, QONTO_STAGING_TOKEN, ...environment } = process.env;

/** Starts the demo on free ports. */
async function demo({ options = [], env = {}, port, standInPort }) {
  const ports = ["--port", port ?? (await freePort()), "--stand-in-port", standInPort ?? (await freePort())];
  const child = spawn(process.execPath, ["demo.mjs", ...ports, ...options], { cwd, env: { ...environment, ...env } });
  const said = { out: "", err: "" };
  child.stdout.on("data", (text) => (said.out += text));
  child.stderr.on("data", (text) => (said.err += text));
  const ended = once(child, "close").then(([code]) => ({ code, ...said }));
  return { child, said, ended, url: `http://127.0.0.1:${ports[1]}` };
}

const secretFolders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith("qonto-payment-links-"));

it("--check starts all of it, creates a link, and ends", async () => {
  const { code, out, err } = await (await demo({ options: ["--check"] })).ended;
  assert.equal(err, "");
  assert.match(out, /checked: the page, and a link over 13\.30 EUR\n$/);
  assert.equal(code, 0);
});

for (const [set, missing] of [["QONTO_TOKEN", "QONTO_STAGING_TOKEN"], ["QONTO_STAGING_TOKEN", "QONTO_TOKEN"]]) {
  it(`${set} alone is not enough`, async () => {
    const { code, err } = await (await demo({ env: { [set]: "secret" } })).ended;
    assert.equal(err, `demo: ${set} is set, ${missing} is missing; the sandbox needs both\n`);
    assert.equal(code, 1);
  });
}

for (const [name, option] of [["port", "--port"], ["standInPort", "--stand-in-port"]]) {
  it(`a port in use is told in one line, with ${option}`, async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address();
    const { code, err } = await (await demo({ [name]: port })).ended;
    taken.close();
    assert.equal(err, `demo: port ${port} is in use: choose another with ${option}\n`);
    assert.equal(code, 1);
  });
}

it("Ctrl-C ends it cleanly; tokens are in no process list and in no file that stays", async () => {
  const secret = "a-secret-of-the-sandbox";
  const before = await secretFolders();
  const { child, said, ended, url } = await demo({
    env: { QONTO_TOKEN: secret, QONTO_STAGING_TOKEN: `${secret}-too` },
  });
  while (!said.out.endsWith(`${url}\n`)) {
    assert.equal(child.exitCode, null, said.err);
    await sleep(50);
  }
  assert.ok(!execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }).includes(secret));
  assert.ok((await secretFolders()).length > before.length);
  child.kill("SIGINT");
  const { code, out, err } = await ended;
  assert.equal(code, 0, err);
  assert.ok(!(out + err).includes(secret));
  assert.deepEqual(await secretFolders(), before);
  await assert.rejects(fetch(url));
});
