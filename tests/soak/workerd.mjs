// The bundle that a deployment would upload, in workerd alone: `wrangler dev` in front of it keeps some 100 KB for
// each request, whatever the Worker does, and takes most of the time.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "../../www-example/tests/shop.mjs";
import { until } from "../../www-example/worker/dev-server.mjs";

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;
const CONFIG = fileURLToPath(new URL("worker/wrangler.jsonc", import.meta.url));
const COMPATIBILITY_DATE = "2026-07-01";

const wrangler = createRequire(new URL("../../www-example/worker/", import.meta.url)).resolve("wrangler/package.json");
const workerd = createRequire(wrangler)("workerd").default;

/** V8 gives young objects more room the longer it runs, in steps of many MiB: a leak would hide behind them. */
const V8_FLAGS = ["--expose-gc", "--min-semi-space-size=2", "--max-semi-space-size=2"];

/** What workerd is told: one Worker with these modules and variables, which may call this machine. */
const capnp = (modules, variables, port) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      compatibilityDate = "${COMPATIBILITY_DATE}",
      modules = [${modules.map((name) => `(name = "${name}", ${name.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${name}")`)}],
      bindings = [${variables.map((name) => `(name = "${name}", fromEnvironment = "${name}")`)}]
    )),
    (name = "internet", network = (allow = ["private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "worker")],
  v8Flags = ${JSON.stringify(V8_FLAGS)}
);
`;

/** @param {Record<string, string>} secrets the Worker's variables */
export async function startWorkerd(secrets) {
  const folder = await mkdtemp(join(tmpdir(), "qonto-soak-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  await run(process.execPath, [join(wrangler, "../bin/wrangler.js"), "deploy", "--dry-run", "--outdir", folder, "--config", CONFIG], {
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false" },
  });
  // The bundle first: the first module is the one that is started.
  const modules = (await readdir(folder)).filter((name) => /\.(js|wasm)$/.test(name)).sort((a) => (a === "index.js" ? -1 : 1));
  const port = await freePort();
  await writeFile(join(folder, "workerd.capnp"), capnp(modules, Object.keys(secrets), port));

  const child = spawn(workerd, ["serve", "workerd.capnp"], { cwd: folder, env: { ...process.env, ...secrets }, stdio: ["ignore", "ignore", "pipe"] });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said = (said + text).slice(-2_000)));
  const exited = once(child, "exit");
  async function stop() {
    process.off("exit", end);
    end();
    await exited;
    await remove();
  }
  const url = `http://127.0.0.1:${port}`;
  const died = exited.then(() => `workerd ended: ${said}`);
  try {
    await until(async () => (await fetch(`${url}/collect`)).ok, { at: url, withinMs: READY_WITHIN_MS, died });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    /** What is held once the garbage is collected, in MiB: by workerd, and by the module in it. */
    async memory() {
      const { module } = await (await fetch(`${url}/collect`)).json();
      const { stdout } = await run("ps", ["-o", "rss=", "-p", `${child.pid}`]);
      return { workerd: Number(stdout) / 1024, module: module / (1 << 20) };
    },
    stop,
  };
}
