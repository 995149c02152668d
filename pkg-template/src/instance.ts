// The one instance of the module: made on the first call, at once, or ahead of it by `init`.
import { type Exports, start, startAsync } from "#engine";
import { __wbg_set_wasm } from "#glue";
import { imports } from "#imports";

export { moved } from "#engine";
export { Call, LiveBasket, Packet, webhookSignatures } from "#glue";

let memory: Exports["memory"] | undefined;

function use(exports: Exports): Exports["memory"] {
  __wbg_set_wasm(exports);
  (exports.__wbindgen_start as (() => void) | undefined)?.();
  return (memory = exports.memory);
}

/** The module's memory; the first call makes the instance. */
export function instance(): Exports["memory"] {
  return memory ?? use(start(imports()));
}

let pending: Promise<void> | undefined;

/** Makes the instance ahead of the first call; a failure can be tried again. */
export function init(source?: unknown): Promise<void> {
  if (memory) return Promise.resolve();
  pending ??= startAsync(imports(), source)
    .then((exports) => {
      // A call may have made one meanwhile.
      if (!memory) use(exports);
    })
    .finally(() => {
      pending = undefined;
    });
  return pending;
}
