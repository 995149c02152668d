// What is held in memory by a process that previews, once its garbage is collected.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { IN_NODE } from "./cold.mjs";

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL("processes/memory.mjs", import.meta.url));

export const CALLS = 100_000;
export const ITEMS = 50;

/** By contestant, bytes before the import, behind the first call, and after the calls. */
export async function memory() {
  const all = {};
  for (const [name, [module, call]] of Object.entries(IN_NODE)) {
    const { stdout } = await run(process.execPath, ["--expose-gc", CHILD, module, call, CALLS, ITEMS]);
    const [before, first, after] = JSON.parse(stdout);
    all[name] = { before, first, after };
  }
  return all;
}
