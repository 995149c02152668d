// `wrangler dev` as a child process: the real runtime, on this machine alone, for the demo and the tests.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 5_000;
const POLL_MS = 100;

const wrangler = join(createRequire(import.meta.url).resolve("wrangler/package.json"), "../bin/wrangler.js");
const config = fileURLToPath(new URL("wrangler.jsonc", import.meta.url));

/**
 * Starts the Worker and the built page, and resolves when both answer.
 * The secrets reach it by a file that only this user can read and that is gone when it stops:
 * arguments would be seen in the process list.
 *
 * @param {{ port: number, secrets: Record<string, string>, signal?: AbortSignal }} options
 * @returns {Promise<{ url: string, died: Promise<string>, output: () => string, stop: () => Promise<void> }>}
 *   `died` resolves, with the reason, when the Worker ends unasked.
 */
export async function startWorker({ port, secrets, signal }) {
  const folder = await mkdtemp(join(tmpdir(), "qonto-payment-links-"));
  const envFile = join(folder, "secrets");
  await writeFile(envFile, Object.entries(secrets).map(envLine).join(""), { mode: 0o600 });

  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    [
      wrangler, "dev", "--config", config, "--env-file", envFile, "--ip", "127.0.0.1", "--port", `${port}`,
      "--inspector-port", "0", "--persist-to", folder, "--show-interactive-dev-session=false",
    ],
    {
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C is for whoever started it, who then stops it in order.
      detached: true,
      env: {
        ...environmentWithout(Object.keys(secrets)),
        // Nothing is told to, or asked from, anybody: no metrics, update check, log file or sample location.
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
        WRANGLER_WRITE_LOGS: "false",
        CLOUDFLARE_CF_FETCH_ENABLED: "false",
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const exited = once(child, "exit");
  let stopping = false;

  /** Ends what the child left behind, and removes its files. */
  function cleanUp() {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // All of its group has ended.
    }
    rmSync(folder, { recursive: true, force: true });
  }
  process.once("exit", cleanUp);

  async function stop() {
    stopping = true;
    child.kill("SIGTERM");
    await Promise.race([exited, sleep(STOPPED_WITHIN_MS, undefined, { ref: false })]);
    process.off("exit", cleanUp);
    cleanUp();
  }

  const died = exited.then(([code, by]) =>
    stopping ? new Promise(() => {}) : `the Worker ended (${code ?? by})${errorIn(output)}`,
  );
  try {
    await until(() => serves(url), { at: url, withinMs: READY_WITHIN_MS, died, signal });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, died, output: () => output, stop };
}

/** Single quotes keep a value as it is, but for `$`, which wrangler would expand. */
function envLine([name, value]) {
  return `${name}='${value.replaceAll("$", "\\$")}'\n`;
}

/** What the environment says of the same names would win over the file. */
function environmentWithout(names) {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));
}

/** The line that says why, of all that wrangler writes, where there is one. */
function errorIn(output) {
  const error = [...stripVTControlCharacters(output).matchAll(/\[ERROR\] (.+)/g)].at(-1);
  return error ? `: ${error[1]}` : "";
}

/**
 * Resolves when `answers` does so with true; it may reject while nobody listens yet.
 * Rejects when that takes too long, when `died` resolves with a reason, and by `signal`.
 */
export async function until(answers, { at, withinMs, died, signal }) {
  const deadline = Date.now() + withinMs;
  let reason;
  died.then((given) => (reason = given));
  while (reason === undefined && Date.now() < deadline) {
    if (await answers().catch(() => false)) return;
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new Error(reason ?? `nothing answered at ${at} within ${withinMs / 1000} s`);
}

/** Whether both the page and the API are there: the latter wants a POST, and says so with a 405. */
async function serves(url) {
  const [page, api] = await Promise.all([fetch(url), fetch(`${url}/api/v2/payment_links`)]);
  return page.ok && api.status === 405;
}
