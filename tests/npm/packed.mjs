// The package as its users get it: packed from pkg/, installed from the tarball into fresh projects.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

export { EXAMPLE } from "./example.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const PACKAGE = "qonto-payment-links";

// Outside the checkout, so that nothing resolves from its node_modules by accident.
const temp = mkdtempSync(join(tmpdir(), "qonto-npm-"));
after(() => rmSync(temp, { recursive: true, force: true }));

const execFileAsync = promisify(execFile);

/** Runs a program and gives what it printed; an error carries both streams. */
export async function run(file, args, { cwd, env } = {}) {
  try {
    const { stdout } = await execFileAsync(file, args, {
      cwd,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
      maxBuffer: 1 << 26,
    });
    return stdout;
  } catch (error) {
    throw new Error(`${file} ${args.join(" ")}\n${error.stdout ?? ""}\n${error.stderr ?? error.message}`);
  }
}

const npm = (args, cwd) => run("npm", [...args, "--silent", "--offline", "--no-audit", "--no-fund"], { cwd });

async function pack() {
  const [{ filename, files }] = Object.values(
    JSON.parse(await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", temp], join(ROOT, "pkg"))),
  );
  return { path: join(temp, filename), files: files.map(({ path }) => path) };
}

let packing;
/** The tarball: its path and the files in it. */
export const tarball = () => (packing ??= pack());

let projects = 0;
/** A fresh project with these files (path → text) that has installed the tarball; gives its folder. */
export async function project(files) {
  const dir = join(temp, `project-${++projects}`);
  const all = { "package.json": '{ "private": true }', ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  await npm(["install", "--ignore-scripts", (await tarball()).path], dir);
  return dir;
}

/** The installed package, imported into this process; lines may export some of its subpaths. */
export async function installed(...lines) {
  const dir = await project({ "main.mjs": [`export * from "${PACKAGE}";`, ...lines].join("\n") });
  return import(pathToFileURL(join(dir, "main.mjs")).href);
}
