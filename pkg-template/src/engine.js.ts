// Runs the module's twin, which Binaryen makes of it (scripts/twin.mjs): plain JavaScript, for pages whose policy
// forbids WebAssembly. Slower and larger, and otherwise the same.
import type { Exports } from "#engine";
import instantiate from "#twin";

let memory: Exports["memory"] | undefined;

export function start(imports: WebAssembly.Imports): Exports {
  const exports = instantiate(imports);
  memory = exports.memory;
  return exports;
}

export async function startAsync(imports: WebAssembly.Imports): Promise<Exports> {
  return start(imports);
}

/** A memory that grows copies itself to another buffer: the views of the old one stay as they are. */
export function moved(view: Uint8Array): boolean {
  return view.buffer !== memory?.buffer;
}
