// Projects that have installed the tarball, for as long as a file of tests runs.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
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

/** Whether the twin in JavaScript stands in for the module: the same tests, the same answers. */
export const TWIN = process.env.QONTO_TWIN === "1";

/** Puts the scripts of `./js` in place of those of the main entry. */
function useTwin(folder) {
  const at = (file) => join(folder, "node_modules", PACKAGE, file);
  for (const kind of ["js", "cjs"]) copyFileSync(at(`js.${kind}`), at(`index.${kind}`));
}

/** How often an instance compiles the module. */
export const COMPILES = TWIN ? 0 : 1;

/** The start of a script in which `memory.buffer` is the memory of the module that is used after it. */
export const WATCH_MEMORY = TWIN
  ? `
    const memory = {};
    globalThis.ArrayBuffer = class extends ArrayBuffer {
      constructor(size) { super(size); if (size >= 2 ** 17 && size % 2 ** 16 === 0) memory.buffer = this; }
    };`
  : `
    let memory;
    const { Instance } = WebAssembly;
    WebAssembly.Instance = class extends Instance { constructor(...all) { super(...all); memory = this.exports.memory; } };`;

let projects = 0;
/** A fresh project with these files (path → text) that has installed the tarball; gives its folder. */
export async function project(files) {
  const folder = join(temp, `project-${++projects}`);
  await install(folder, files, (await tarball()).path);
  if (TWIN) useTwin(folder);
  return folder;
}

/** The installed package, imported into this process; lines may export some of its subpaths. */
export async function installed(...lines) {
  const folder = await project({ "main.mjs": [`export * from "${PACKAGE}";`, ...lines].join("\n") });
  return import(pathToFileURL(join(folder, "main.mjs")).href);
}
