// The WebAssembly instance: made on the first call, at once, or ahead of it by `init`.
import * as glue from "#glue";
import { compile, compileAsync } from "#module";

export { Call, LiveBasket, Packet, webhookSignatures } from "#glue";

let memory: WebAssembly.Memory | undefined;

function instantiate(module: WebAssembly.Module): WebAssembly.Memory {
  const { exports } = new WebAssembly.Instance(module, { "./qonto_payment_links_bg.js": { ...glue } });
  glue.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as (() => void) | undefined)?.();
  return exports.memory as WebAssembly.Memory;
}

/** A page's policy may forbid WebAssembly; the error must name the way out. */
function explained(error: unknown): unknown {
  const about = String((error as { message?: unknown } | null)?.message);
  if (!/Content Security Policy|unsafe-eval|code generation/i.test(about)) return error;
  return new Error(
    "this page's Content Security Policy forbids WebAssembly; add `'wasm-unsafe-eval'` to its `script-src`",
    { cause: error },
  );
}

/** The module's memory; the first call compiles the module. */
export function instance(): WebAssembly.Memory {
  if (memory) return memory;
  try {
    return (memory = instantiate(compile()));
  } catch (error) {
    throw explained(error);
  }
}

let pending: Promise<void> | undefined;

/** Compiles the module ahead of the first call; a failure can be tried again. */
export function init(): Promise<void> {
  if (memory) return Promise.resolve();
  pending ??= compileAsync()
    .then((module) => {
      memory ??= instantiate(module);
    })
    .catch((error: unknown) => {
      throw explained(error);
    })
    .finally(() => {
      pending = undefined;
    });
  return pending;
}
