// The first call: fresh processes of Node, fresh pages of Chromium, fresh workerd, with ours, with zod and big.js, and
// with neither. They take turns.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { EXAMPLE } from "../tests/npm/example.mjs";
import { median } from "./measure.mjs";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ROUNDS = 21;
const READY_WITHIN_MS = 30_000;

export const NAMES = ["ours", "zod + big.js"];
const NOTHING = "nothing";

/** The module and the function of each in Node, as they are installed. */
export const IN_NODE = {
  ours: [new URL("../pkg/index.js", import.meta.url).href, "previewTotals"],
  "zod + big.js": [new URL("peers/zod-big.mjs", import.meta.url).href, "validateAndTotal"],
};

/** The script of each for a bundle that hands `first` on; `entry` is that of our package. */
const scripts = (entry) => ({
  [NOTHING]: "export const first = () => '13.30';",
  ours: `import { previewTotals } from "./pkg/${entry}"; export const first = (payload) => previewTotals(payload).totals.gross;`,
  "zod + big.js": `import { validateAndTotal } from "./benches/peers/zod-big.mjs"; export const first = (payload) => validateAndTotal(payload).totals.gross;`,
});

async function bundle(contents, options) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT }, bundle: true, minify: true, write: false, logLevel: "error", outdir: ROOT, ...options,
  });
  return outputFiles;
}

async function listening(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

async function freePort() {
  const probe = createServer();
  const port = await listening(probe);
  probe.close();
  await once(probe, "close");
  return port;
}

/** The medians of what `once` gives for each name, a record of milliseconds, over rounds in which they take turns. */
async function rounds(names, measureOnce) {
  const all = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of round % 2 ? [...names].reverse() : names) all[name].push(await measureOnce(name));
  }
  const medians = (records) => Object.fromEntries(Object.keys(records[0]).map((key) => [key, median(records.map((record) => record[key]))]));
  return Object.fromEntries(names.map((name) => [name, medians(all[name])]));
}

/** `imported`, `called`: inside the process. `process`: from its start to its end, over a process without either. */
export async function node() {
  const child = fileURLToPath(new URL("processes/first-call.mjs", import.meta.url));
  const env = { ...process.env, PAYLOAD: JSON.stringify(EXAMPLE) };
  const timed = async (args) => {
    const started = performance.now();
    const { stdout } = await run(process.execPath, args, { env });
    return { stdout, process: performance.now() - started };
  };
  const result = await rounds([NOTHING, ...NAMES], async (name) => {
    if (name === NOTHING) return { process: (await timed(["-e", ""])).process };
    const { stdout, process } = await timed([child, ...IN_NODE[name]]);
    return { ...JSON.parse(stdout), process };
  });
  return Object.fromEntries(NAMES.map((name) => [name, { ...result[name], process: result[name].process - result[NOTHING].process }]));
}

/**
 * `imported`: compiling and running the script, which stands in the page, so that no code of it is cached. `called`: the first
 * call. Each page has a context of its own, and so a process.
 */
export async function browser() {
  const bundles = {};
  for (const [name, contents] of Object.entries(scripts("index.js"))) {
    if (name === NOTHING) continue;
    const [{ text }] = await bundle(contents, { format: "iife", globalName: "contestant" });
    // A declaration of a script in strict mode would not be global.
    bundles[name] = `${text}\nwindow.first = contestant.first;`;
  }
  const server = createServer((_, response) => {
    // With these a page has a clock of 5 µs.
    response.writeHead(200, { "content-type": "text/html", "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" });
    response.end("<!doctype html><title>first call</title>");
  });
  const port = await listening(server);
  const chrome = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const times = await rounds(NAMES, async (name) => {
      const context = await chrome.newContext();
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      const { gross, isolated, ...times } = await page.evaluate(([text, payload]) => {
        const script = document.createElement("script");
        script.textContent = text;
        const begun = performance.now();
        document.head.append(script);
        const imported = performance.now();
        const gross = window.first(payload);
        const done = performance.now();
        return { gross, isolated: crossOriginIsolated, imported: imported - begun, called: done - imported };
      }, [bundles[name], EXAMPLE]);
      await context.close();
      if (gross !== "13.30" || !isolated) throw new Error(`${name}: a gross total of ${gross}, isolated: ${isolated}`);
      return times;
    });
    return { version: chrome.version(), ...times };
  } finally {
    await chrome.close();
    server.close();
  }
}

const capnp = (modules, port) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = (
    compatibilityDate = "2026-07-01",
    modules = [${modules.map((name) => `(name = "${name}", ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${name}")`)}]
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")]
);
`;

/** The Worker imports the contestant with its first request, for workerd would else do so before it listens. */
const WORKER = `
const payload = ${JSON.stringify(EXAMPLE)};
export default { async fetch(request) {
  if (request.method === "HEAD") return new Response();
  const { first } = await import("./contestant.js");
  return new Response(first(payload));
} };`;

/**
 * `request`: the first request that imports and calls, over that of a Worker that does neither. `started`: from
 * the start of workerd to the end of that request, over the same.
 */
export async function worker() {
  const wrangler = createRequire(import.meta.url).resolve("wrangler/package.json");
  const workerd = createRequire(wrangler)("workerd").default;
  const temp = await mkdtemp(join(tmpdir(), "qonto-bench-"));
  try {
    const folders = {};
    for (const [name, contents] of Object.entries(scripts("workerd.js"))) {
      const files = await bundle(contents, { format: "esm", conditions: ["workerd"], loader: { ".wasm": "copy" }, assetNames: "[name]", outdir: temp });
      const modules = ["index.js"];
      const folder = (folders[name] = { path: await mkdtemp(join(temp, "worker-")), modules });
      await writeFile(join(folder.path, "index.js"), WORKER);
      for (const { path, contents } of files) {
        const file = path.endsWith(".wasm") ? path.slice(temp.length + 1) : "contestant.js";
        modules.push(file);
        await writeFile(join(folder.path, file), contents);
      }
    }
    const result = await rounds([NOTHING, ...NAMES], async (name) => {
      const { path, modules } = folders[name];
      const port = await freePort();
      const url = `http://127.0.0.1:${port}/`;
      await writeFile(join(path, "config.capnp"), capnp(modules, port));
      const started = performance.now();
      const child = spawn(workerd, ["serve", "config.capnp"], { cwd: path, stdio: ["ignore", "ignore", "inherit"] });
      const exited = once(child, "exit");
      try {
        while (!(await fetch(url, { method: "HEAD" }).then(() => true, () => false))) {
          if (child.exitCode !== null || performance.now() - started > READY_WITHIN_MS) throw new Error(`workerd does not answer (${name})`);
          await sleep(2);
        }
        const ready = performance.now();
        const gross = await (await fetch(url)).text();
        const done = performance.now();
        if (gross !== "13.30") throw new Error(`${name}: a gross total of ${gross}`);
        return { request: done - ready, started: done - started };
      } finally {
        child.kill("SIGKILL");
        await exited;
      }
    });
    const over = (key) => (name) => result[name][key] - result[NOTHING][key];
    return Object.fromEntries(NAMES.map((name) => [name, { request: over("request")(name), started: over("started")(name) }]));
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}
