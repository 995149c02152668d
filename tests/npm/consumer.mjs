// The package as its users get it: packed from pkg/, installed from the tarball into a project.
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const PACKAGE = "qonto-payment-links";

const execFileAsync = promisify(execFile);

/** Runs a program and gives what it printed; an error carries both streams. */
export async function run(file, args, { cwd, env, timeout } = {}) {
  try {
    const { stdout } = await execFileAsync(file, args, {
      cwd,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...env },
      maxBuffer: 1 << 26,
      timeout,
    });
    return stdout;
  } catch (error) {
    throw new Error(`${file} ${args.join(" ")}\n${error.stdout ?? ""}\n${error.stderr ?? error.message}`);
  }
}

const npm = (args, cwd) => run("npm", [...args, "--silent", "--offline", "--no-audit", "--no-fund"], { cwd });

/** Makes the tarball in a folder; gives its path and the files in it. */
export async function pack(folder) {
  const [{ filename, files }] = Object.values(
    JSON.parse(await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], join(ROOT, "pkg"))),
  );
  return { path: join(folder, filename), files: files.map(({ path }) => path) };
}

/** Makes a project of these files (path → text), and installs the tarball there. */
export async function install(folder, files, tarball) {
  const all = { "package.json": '{ "private": true }', ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  await npm(["install", "--ignore-scripts", tarball], folder);
}
