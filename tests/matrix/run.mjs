// Runs the cells of tests/matrix/cells.mjs, one line each, and writes the README's table when all are well.
// Arguments are what the names of the cells that are to be run contain.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { ROOT, install, pack, run } from "../npm/consumer.mjs";
import { EXAMPLE } from "../npm/example.mjs";
import { WATCH, browser, closeBrowsers } from "./browsers.mjs";
import { CELLS, LINE } from "./cells.mjs";
import { freePort, serve, start } from "./servers.mjs";
import { withRows } from "./table.mjs";

/** Below the matrix's node_modules, so that a project finds its tools; the package itself is in none above. */
const PROJECTS = join(import.meta.dirname, "projects");
const README = join(ROOT, "README.md");
const STEP_MS = 5 * 60_000;
/** Nothing reports home, asks, or colours what it prints. */
const QUIET = {
  CI: "1", NO_COLOR: "1", FORCE_COLOR: undefined, DO_NOT_TRACK: "1",
  NEXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1", DENO_NO_UPDATE_CHECK: "1", RSPACK_TELEMETRY_DISABLED: "1",
};

/** The folder of a package: the matrix's own, or the repository's. */
function home(name) {
  const places = [import.meta.dirname, ROOT].map((folder) => join(folder, "node_modules", name));
  const found = places.find(existsSync);
  if (found === undefined) throw new Error(`${name} is not installed: run scripts/tools.sh npm npm:tests/matrix`);
  return found;
}

const manifest = (name) => JSON.parse(readFileSync(join(home(name), "package.json"), "utf8"));

/** Bun's and Deno's packages bring the program with an install script; without one it is in the platform's package. */
const IN_PLATFORM = { bun: ["@oven", "bin/bun"], deno: ["@deno", "deno"] };

/** A program and its first arguments: a Node, a platform's program, or a package's script in the project's Node. */
function program(name) {
  const node = process.env[name.toUpperCase().replace("-", "_")];
  if (node) return [node];
  if (IN_PLATFORM[name]) {
    const [scope, path] = IN_PLATFORM[name];
    const places = readdirSync(home(scope)).map((platform) => join(home(scope), platform, path));
    return [places.find(existsSync) ?? places[0]];
  }
  const { bin } = manifest(name);
  return [process.execPath, join(home(name), typeof bin === "string" ? bin : bin[name] ?? Object.values(bin)[0])];
}

const BROWSERS = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKit" };

async function version(name) {
  if (BROWSERS[name]) return `${BROWSERS[name]} ${(await browser(name)).version}`;
  if (name.startsWith("node-")) return `Node ${(await run(program(name)[0], ["--version"])).trim().slice(1)}`;
  const { name: real, version } = manifest(name);
  return `${real} ${version}`;
}

function expect(what, received, fits, expected) {
  if (!fits) throw new Error(`${what}: expected ${expected}\nreceived ${received}`);
}

async function ask(url, { path, post, says }) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(url + (path ?? post), post ? { method: "POST", headers, body: JSON.stringify(EXAMPLE) } : {});
  const text = await answer.text();
  expect(`${post ? "POST" : "GET"} ${path ?? post}`, `${answer.status} ${text}`, text.includes(says), says);
}

async function open(url, name) {
  const { title, said } = await (await browser(name)).open(url);
  expect(`the page in ${BROWSERS[name]}`, `${title}\n${said.join("\n")}`, title === LINE && said.length === 0, LINE);
}

/** How many bytes the scripts and modules of a folder have, compressed one by one. */
const weight = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((path) => /\.(m?js|wasm)$/.test(path))
    .reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path)), { level: 9 }).length, 0);

/** Runs one cell; throws where something is not as it must be. */
async function runCell({ name, files, steps = [], prints, shows, serves, folder, policy, asks = [], opens = [], weighs }, tarball) {
  const project = join(projects, name.replace(/\W+/g, "-").toLowerCase());
  await install(project, files, tarball);
  let printed = "";
  for (const [command, ...args] of steps) {
    const [file, ...first] = program(command);
    printed += await run(file, [...first, ...args], { cwd: project, env: QUIET, timeout: STEP_MS });
  }
  if (prints !== undefined) expect("the output", printed, printed === prints, prints);
  if (shows !== undefined) expect("the output", printed, printed.includes(shows), shows);
  if (serves) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const [file, ...first] = program(serves[0]);
    const args = serves.slice(1).map((word) => word.replace("$PORT", port));
    const server = await start(file, [...first, ...args], { url, cwd: project, env: QUIET });
    try {
      for (const request of asks) await ask(url, request);
      for (const name of opens) await open(url, name);
    } catch (error) {
      error.message += `\nthe server said\n${server.said()}`;
      throw error;
    } finally {
      await server.stop();
    }
  }
  if (folder) {
    for (const name of opens) {
      const server = await serve(join(project, folder), { policy, first: name === "webkit" ? WATCH : undefined });
      try {
        await open(server.url, name);
      } finally {
        await server.stop();
      }
    }
  }
  return weighs && weight(join(project, weighs));
}

const wanted = process.argv.slice(2).map((word) => word.toLowerCase());
const cells = CELLS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.toLowerCase().includes(word)));
const width = Math.max(...cells.map(({ name }) => name.length));
const started = Date.now();
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
mkdirSync(PROJECTS, { recursive: true });
const projects = mkdtempSync(join(PROJECTS, "run-"));
const tarball = await pack(projects);
const rows = [];
for (const cell of cells) {
  const { name, of, does } = cell;
  const since = Date.now();
  const line = (mark, said) => console.log(`${mark} ${name.padEnd(width)}  ${seconds(since).padStart(7)}  ${said}`);
  try {
    const bytes = await runCell(cell, tarball.path);
    const versions = [];
    for (const peer of of) versions.push(await version(peer));
    rows.push([name, versions.join(", "), does]);
    line("✔", bytes ? `${versions.join(", ")}; ${(bytes / 1024).toFixed(1)} KB gzip` : versions.join(", "));
  } catch (error) {
    line("✖", "FAILED");
    console.log(error.message.trimEnd().replaceAll(/^/gm, "    "));
  }
}
await closeBrowsers();
const failed = cells.length - rows.length;
console.log(`${rows.length} passed, ${failed} failed, ${seconds(started)}`);
if (failed) console.log(`the projects are left in ${projects}`);
else rmSync(projects, { recursive: true });
if (rows.length === CELLS.length) writeFileSync(README, withRows(readFileSync(README, "utf8"), rows));
process.exit(rows.length > 0 && !failed ? 0 : 1);
