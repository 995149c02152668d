// Runs every check and test in order, each with its whole output in target/test-logs, goes on after a
// failure, and ends with one line that sums what all the runners counted. An argument is what the names of
// the steps begin with that are to be run.
import { execFileSync, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const LOGS = "target/test-logs";
const EXAMPLE = "www-example";
const TIME_LIMIT_MS = 15 * 60_000;
const TAIL_LINES = 40;
const { QONTO_NODE, QONTO_MACHINE_NODE, CHROMIUM, CHROMEDRIVER, QONTO_COUNTS } = process.env;
const WASM = ["--target", "wasm32-unknown-unknown", "--features", "json"];
const RUNNER = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: "wasm-bindgen-test-runner" };
const NODE_TEST = ["--test", "--test-reporter=spec"];

// The committed webdriver.json names no browser, for it is elsewhere on each machine.
function webdriver() {
  const capabilities = JSON.parse(readFileSync("webdriver.json", "utf8"));
  capabilities["goog:chromeOptions"].binary = CHROMIUM;
  mkdirSync("target", { recursive: true });
  writeFileSync("target/webdriver.json", JSON.stringify(capabilities));
  return join(process.cwd(), "target/webdriver.json");
}

const nodeVersion = (path) => execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1);

/** The tests of the npm package, those named, by one Node. */
const packageTests = (node, names, more = {}) => ({
  name: `npm package, Node ${nodeVersion(node)}`,
  command: [node, ...NODE_TEST, ...names.map((name) => `tests/npm/${name}.test.mjs`)],
  needs: "package",
  tests: true,
  ...more,
});

const inExample = (name, command, more = {}) => ({ name: `example: ${name}`, command, cwd: EXAMPLE, needs: "example: install", ...more });

/** Vectors that Python counts, run by the crate and by the package: more than a million totals. */
const VECTORS = "target/vectors.tsv";

/**
 * `tests`: tests must have run. `needs`: the step without which this one makes no sense. `apart`: it is run only where
 * its name is asked for.
 */
function steps() {
  // What works in any Node is run by the machine's own as well, where that is another one.
  const everywhere = ["node", "basket", "create", "numbers", "limits", "gross", "bad-input", "words", "faults", "webhook", "server"];
  // Of these the twin in JavaScript gives the same answers.
  const behaviour = [...everywhere, "family", "runtimes", "messages", "json-schema", "integrations"];
  const others = QONTO_MACHINE_NODE === QONTO_NODE ? [] : [packageTests(QONTO_MACHINE_NODE, everywhere)];
  return [
    { name: "format", command: ["cargo", "fmt", "--all", "--check"] },
    { name: "lint, native", command: ["cargo", "clippy", "--locked", "--all-targets", "--all-features", "--", "-D", "warnings"] },
    { name: "lint, wasm32", command: ["cargo", "clippy", "--locked", ...WASM, "--lib", "--test", "wasm", "--", "-D", "warnings"] },
    { name: "Rust, native", command: ["cargo", "test", "--locked", "--all-features", "--no-fail-fast"], tests: true },
    { name: "Rust, wasm in Node", command: ["cargo", "test", "--locked", ...WASM, "--test", "wasm"], env: RUNNER, tests: true },
    {
      name: "Rust, wasm in Chromium",
      command: ["cargo", "test", "--locked", ...WASM, "--test", "wasm"],
      env: {
        ...RUNNER,
        CHROMEDRIVER,
        WASM_BINDGEN_USE_BROWSER: "1",
        WASM_BINDGEN_TEST_TIMEOUT: "120",
        WASM_BINDGEN_TEST_WEBDRIVER_JSON: webdriver(),
      },
      tests: true,
    },
    { name: "fuzz targets", command: ["scripts/fuzz.sh", "5"] },
    { name: "oracle: fixtures", command: ["python3", "tests/oracle/fixtures.py", "--check"] },
    { name: "vectors: oracle", command: ["python3", "tests/oracle/vectors.py", VECTORS] },
    {
      name: "vectors: native",
      command: ["cargo", "test", "--locked", "--all-features", "--test", "vectors", "--", "--nocapture"],
      env: { QONTO_VECTORS: VECTORS },
      needs: "vectors: oracle",
      tests: true,
    },
    { name: "package", command: ["make", "package"] },
    {
      name: "vectors: Node, Chromium, other libraries",
      command: [QONTO_NODE, ...NODE_TEST, "tests/npm/vectors.test.mjs"],
      env: { QONTO_VECTORS: VECTORS },
      needs: "vectors: native",
      tests: true,
    },
    { name: "size", command: [QONTO_NODE, "scripts/size.mjs"], needs: "package" },
    { name: "types", command: [QONTO_NODE, "node_modules/typescript/bin/tsc", "-p", "."], needs: "package" },
    { name: "types, and in other libraries", command: [QONTO_NODE, "node_modules/typescript/bin/tsc", "-p", "tests/types"] },
    { name: "types, TypeScript 5", command: [QONTO_NODE, "node_modules/typescript-5/bin/tsc", "-p", "tests/types"] },
    // The calls of the API are tested against the example's stand-in.
    { name: "example: install", command: ["scripts/tools.sh", `npm:${EXAMPLE}`], needs: "package" },
    packageTests(QONTO_NODE, [...behaviour, "contents", "consumers", "shaken", "slim", "policy", "twin", "matrix"]),
    ...others,
    packageTests(QONTO_NODE, [...behaviour, "vectors"], { name: "twin: the same tests in JavaScript", env: { QONTO_TWIN: "1" } }),
    packageTests(QONTO_NODE, ["vectors"], { name: "twin: vectors", env: { QONTO_TWIN: "1", QONTO_VECTORS: VECTORS }, apart: true }),
    inExample("types", ["npm", "run", "--silent", "typecheck"]),
    inExample("build", ["npm", "run", "--silent", "build"]),
    inExample("stand-in", [QONTO_NODE, ...NODE_TEST, "stand-in/stand-in.test.mjs"], { tests: true }),
    inExample("Worker", [QONTO_NODE, ...NODE_TEST, "tests/worker.test.mjs"], { tests: true }),
    inExample("page", [QONTO_NODE, "node_modules/@playwright/test/cli.js", "test", "--config", "tests/playwright.config.mjs", "--reporter=list"], {
      needs: "example: build",
      tests: true,
    }),
  ];
}

const sum = (text, pattern) => [...text.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);

/** What the runners say at their end: cargo test and wasm-bindgen-test, node:test, Playwright. */
function count(output) {
  const text = output.replace(/\x1b\[[0-9;]*m/g, "").replaceAll("\r", "\n");
  return {
    passed:
      sum(text, /^test result: .*?(\d+) passed;/gm) + sum(text, /^(?:ℹ|#) pass (\d+)$/gm) + sum(text, /^ +(\d+) (?:passed|flaky)\b/gm),
    failed:
      sum(text, /^test result: .*? (\d+) failed;/gm) +
      sum(text, /^(?:ℹ|#) (?:fail|cancelled) (\d+)$/gm) +
      sum(text, /^ +(\d+) (?:failed|did not run|interrupted)\b/gm),
    skipped:
      sum(text, /^test result: .*? (\d+) ignored;/gm) + sum(text, /^(?:ℹ|#) (?:skipped|todo) (\d+)$/gm) + sum(text, /^ +(\d+) skipped\b/gm),
  };
}

const live = process.stdout.isTTY;
const seconds = (ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

function show(text, end = "\n") {
  process.stdout.write(live ? `\r\x1b[K${text}${end}` : `${text}\n`);
}

let running;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    if (running) process.kill(-running.pid, "SIGTERM");
    process.exit(130);
  });
}

/** Runs one program; gives its exit code (null when it was ended for taking too long) and its output. */
function run({ name, command, cwd, env }, log) {
  return new Promise((resolve) => {
    const started = Date.now();
    const chunks = [];
    const file = createWriteStream(log);
    const child = spawn(command[0], command.slice(1), {
      cwd,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, CARGO_TERM_COLOR: "never", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that nothing it started outlives it.
      detached: true,
    });
    running = child;
    const end = (code) => {
      clearInterval(ticking);
      clearTimeout(limit);
      running = undefined;
      file.end(() => resolve({ code, output: Buffer.concat(chunks).toString("utf8"), ms: Date.now() - started }));
    };
    const keep = (chunk) => {
      chunks.push(chunk);
      file.write(chunk);
    };
    const ticking = setInterval(() => show(`… ${name}, ${seconds(Date.now() - started)}`, ""), live ? 1_000 : 30_000);
    const limit = setTimeout(() => {
      keep(Buffer.from(`\nended after ${seconds(TIME_LIMIT_MS)}\n`));
      process.kill(-child.pid, "SIGKILL");
    }, TIME_LIMIT_MS);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      keep(Buffer.from(`${error.message}\n`));
      end(null);
    });
    child.on("close", end);
  });
}

rmSync(LOGS, { recursive: true, force: true });
mkdirSync(LOGS, { recursive: true });
const results = [];
const [only = ""] = process.argv.slice(2);
for (const [index, step] of steps().filter(({ name, apart }) => (only ? name.startsWith(only) : !apart)).entries()) {
  const log = join(LOGS, `${String(index + 1).padStart(2, "0")}-${step.name.replace(/[^a-z0-9.]+/gi, "-")}.log`);
  const missing = results.find(({ name, ok }) => name === step.needs && !ok);
  if (missing) {
    results.push({ name: step.name, ok: false, passed: 0, failed: 1, skipped: 0, ms: 0 });
    show(`✖ ${step.name}: not run, for ${missing.name} failed`);
    continue;
  }
  if (live) show(`… ${step.name}`, "");
  const { code, output, ms } = await run(step, log);
  const counts = step.tests ? count(output) : { passed: 0, failed: 0, skipped: 0 };
  const nothing = step.tests && counts.passed + counts.failed === 0;
  const ok = code === 0 && counts.failed === 0 && !nothing;
  // A step that fails without saying how many tests did counts as one.
  if (!ok && counts.failed === 0) counts.failed = 1;
  results.push({ name: step.name, ok, ...counts, ms });
  const tests = step.tests ? `, ${counts.passed} passed${counts.failed ? `, ${counts.failed} failed` : ""}` : "";
  show(`${ok ? "✔" : "✖"} ${step.name}, ${seconds(ms)}${tests}${nothing ? " (no test ran)" : ""}`);
  if (!ok) {
    console.log(output.trimEnd().split("\n").slice(-TAIL_LINES).map((line) => `    ${line}`).join("\n"));
    console.log(`    the whole log: ${log}`);
  }
}

const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
const width = Math.max(...results.map(({ name }) => name.length));
const cell = (value) => String(value || "").padStart(8);
console.log(`\n  ${"step".padEnd(width)}${cell("passed")}${cell("failed")}${cell("skipped")}${cell("time")}`);
for (const { name, ok, passed, failed, skipped, ms } of results) {
  console.log(`${ok ? "✔" : "✖"} ${name.padEnd(width)}${cell(passed)}${cell(failed)}${cell(skipped)}${cell(seconds(ms))}`);
}
console.log(`  ${"".padEnd(width)}${cell("")}${cell("")}${cell("")}${cell(seconds(total("ms")))}\n`);

const line = `${total("passed")} passed, ${total("failed")} failed${total("skipped") ? `, ${total("skipped")} skipped` : ""}`;
// .ci/run asks for the line in a file, for it has to stand after what make says about a failure.
if (QONTO_COUNTS) writeFileSync(QONTO_COUNTS, `${line}\n`);
else console.log(line);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
