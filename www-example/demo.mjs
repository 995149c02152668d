// `node demo.mjs`: the shop on this machine. It talks to Qonto's sandbox when QONTO_TOKEN and
// QONTO_STAGING_TOKEN are set, else to the stand-in, which needs no account.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startWorker, until } from "./worker/dev-server.mjs";

const USAGE = `node demo.mjs [--port 8787] [--stand-in-port 8788] [--check]
  --check  start, fetch the page, create a link, stop`;
/** Anybody may know it: the stand-in accepts it on this machine, nobody else does anywhere. */
const STAND_IN_TOKEN = "demo-token";
const STAND_IN_READY_WITHIN_MS = 15_000;

/** The example of Qonto's own documentation, and its amount. */
const EXAMPLE = {
  payment_link: {
    potential_payment_methods: ["credit_card"],
    reusable: true,
    items: [{ title: "Item 1", quantity: 1, unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "21.0" }],
  },
};
const EXAMPLE_AMOUNT = "13.30";

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stopped.abort());
const { signal } = stopped;
const interrupted = once(signal, "abort");
const started = [];

try {
  await main();
} catch (error) {
  if (!signal.aborted) {
    console.error(`demo: ${error.message}`);
    process.exitCode = 1;
  }
} finally {
  await Promise.all(started.map((server) => server.stop()));
}

async function main() {
  const options = readOptions();
  if (!existsSync(new URL("page/dist/index.html", import.meta.url))) {
    throw new Error("the page is not built yet: npm run build");
  }
  await expectFree(options.port, "--port");
  const secrets = sandboxSecrets() ?? (await standInSecrets(options.standInPort));
  const worker = await start("page and Worker", startWorker({ port: options.port, secrets, signal }));
  if (options.check) return check(worker.url);

  console.log("Ctrl-C ends it. The shop is open at");
  console.log(worker.url);
  const died = Promise.race(started.map((server) => server.died)).then((reason) => {
    throw new Error(reason);
  });
  await Promise.race([died, interrupted]);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8787" },
      "stand-in-port": { type: "string", default: "8788" },
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const [port, standInPort] = ["port", "stand-in-port"].map((name) => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1 || number > 65535) {
      throw new Error(`--${name} must be a number from 1 to 65535, not ${values[name]}`);
    }
    return number;
  });
  return { port, standInPort, check: values.check };
}

/** The tokens of the sandbox when there are any. */
function sandboxSecrets() {
  const { QONTO_TOKEN, QONTO_STAGING_TOKEN } = process.env;
  if (!QONTO_TOKEN && !QONTO_STAGING_TOKEN) return null;
  if (!QONTO_TOKEN) throw new Error("QONTO_STAGING_TOKEN is set, QONTO_TOKEN is missing; the sandbox needs both");
  if (!QONTO_STAGING_TOKEN) throw new Error("QONTO_TOKEN is set, QONTO_STAGING_TOKEN is missing; the sandbox needs both");
  console.log("links are created in Qonto's sandbox");
  return { QONTO_TOKEN, QONTO_STAGING_TOKEN, QONTO_BASE_URL: "sandbox" };
}

async function standInSecrets(port) {
  console.log("links are created in a stand-in; for Qonto's sandbox set QONTO_TOKEN and QONTO_STAGING_TOKEN");
  await expectFree(port, "--stand-in-port");
  const { url } = await start("stand-in", startStandIn(port));
  return { QONTO_TOKEN: STAND_IN_TOKEN, QONTO_BASE_URL: url };
}

async function start(name, starting) {
  process.stdout.write(`${name}: starting, `);
  const since = Date.now();
  const server = await starting.catch((error) => {
    console.log(signal.aborted ? "stopped" : "failed");
    throw error;
  });
  console.log(`ready after ${((Date.now() - since) / 1000).toFixed(1)} s`);
  started.push(server);
  return server;
}

async function startStandIn(port) {
  const url = `http://127.0.0.1:${port}`;
  const main = fileURLToPath(new URL("stand-in/main.mjs", import.meta.url));
  const child = spawn(process.execPath, [main, "--port", `${port}`, "--token", STAND_IN_TOKEN], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said = text.trim()));
  const exited = once(child, "exit");
  let stopping = false;
  const died = exited.then(([code, by]) => (stopping ? new Promise(() => {}) : said || `the stand-in ended (${code ?? by})`));
  const answers = async () => (await fetch(`${url}/_stand-in/requests`)).ok;
  const stop = async () => {
    stopping = true;
    child.kill("SIGTERM");
    await exited;
  };
  try {
    await until(answers, { at: url, withinMs: STAND_IN_READY_WITHIN_MS, died, signal });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, died, stop };
}

async function expectFree(port, option) {
  const probe = createServer().listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    const reason = error.code === "EADDRINUSE" ? "is in use" : `cannot be used (${error.code})`;
    throw new Error(`port ${port} ${reason}: choose another with ${option}`);
  }
  probe.close();
  await once(probe, "close");
}

async function check(url) {
  const page = await (await fetch(url, { signal })).text();
  if (!page.includes("Create payment link")) throw new Error(`${url} does not show the page`);
  const answer = await fetch(`${url}/api/v2/payment_links`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(EXAMPLE),
    signal,
  });
  const { payment_link: link, ...error } = await answer.json();
  if (link?.amount.value !== EXAMPLE_AMOUNT) {
    throw new Error(`no link over ${EXAMPLE_AMOUNT} EUR was created: ${answer.status} ${JSON.stringify(link ?? error)}`);
  }
  console.log(`checked: the page, and a link over ${link.amount.value} ${link.amount.currency}`);
}
