// Starts the stand-in from the command line. Whatever prevents that is told in one line.
import { parseArgs } from "node:util";

const USAGE = "node main.mjs [--port 8788] [--host 127.0.0.1] [--db :memory:] [--token T] "
  + "[--staging-token S] [--rule line|rate|total|unit] [--notation percent|fraction]";
const [MAJOR, MINOR] = [22, 13];

try {
  requireNode();
  const options = await readOptions();
  silenceSqliteWarning();
  const { startStandIn } = await import("./server.mjs");
  const standIn = await startStandIn(options);
  console.log(`stand-in of the Qonto payment links API: ${standIn.url}`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, standIn.close);
} catch (error) {
  console.error(`stand-in: ${error.message.split("\n")[0]}`);
  process.exit(1);
}

/** `node:sqlite` exists before, but only behind a flag. */
function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < MAJOR || (major === MAJOR && minor < MINOR)) {
    throw new Error(`Node ${MAJOR}.${MINOR} or newer is needed, this is ${process.version}`);
  }
}

/** @returns {Promise<import("./server.mjs").StandInOptions>} */
async function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "8788" },
      host: { type: "string", default: "127.0.0.1" },
      db: { type: "string", default: ":memory:" },
      token: { type: "string" },
      "staging-token": { type: "string" },
      rule: { type: "string", default: "line" },
      notation: { type: "string", default: "percent" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  }
  const { NOTATIONS, RULES } = await import("./amount.mjs");
  const rule = oneOf("--rule", values.rule, RULES);
  const notation = oneOf("--notation", values.notation, NOTATIONS);
  const { host, db, token, "staging-token": stagingToken } = values;
  return { port, host, db, token, stagingToken, rule, notation };
}

/** @template {string} T @param {string} option @param {string} value @param {T[]} allowed @returns {T} */
function oneOf(option, value, allowed) {
  const found = allowed.find((name) => name === value);
  if (!found) throw new Error(`${option} must be one of ${allowed.join(", ")}, not ${value}`);
  return found;
}

/** Node calls it experimental on every start; that is no news to who starts this. */
function silenceSqliteWarning() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith("SQLite ")) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
}
