// Projects that have installed the tarball, for as long as a file of tests runs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { PACKAGE, install, pack } from "./consumer.mjs";

export { PACKAGE, ROOT, run } from "./consumer.mjs";
export { EXAMPLE } from "./example.mjs";

// Outside the checkout, so that nothing resolves from its node_modules by accident.
const temp = mkdtempSync(join(tmpdir(), "qonto-npm-"));
after(() => rmSync(temp, { recursive: true, force: true }));

let packing;
/** The tarball: its path and the files in it. */
export const tarball = () => (packing ??= pack(temp));

let projects = 0;
/** A fresh project with these files (path → text) that has installed the tarball; gives its folder. */
export async function project(files) {
  const folder = join(temp, `project-${++projects}`);
  await install(folder, files, (await tarball()).path);
  return folder;
}

/** The installed package, imported into this process; lines may export some of its subpaths. */
export async function installed(...lines) {
  const folder = await project({ "main.mjs": [`export * from "${PACKAGE}";`, ...lines].join("\n") });
  return import(pathToFileURL(join(folder, "main.mjs")).href);
}
