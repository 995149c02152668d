// Runs the module as WebAssembly. Where its compiled form comes from differs by entry.
import type { Exports } from "#engine";
import { compile, compileAsync } from "#module";

export function start(imports: WebAssembly.Imports): Exports {
  try {
    return new WebAssembly.Instance(compile(), imports).exports as unknown as Exports;
  } catch (error) {
    throw explained(error);
  }
}

export async function startAsync(imports: WebAssembly.Imports, source: unknown): Promise<Exports> {
  try {
    const { exports } = await WebAssembly.instantiate(await compileAsync(source), imports);
    return exports as unknown as Exports;
  } catch (error) {
    throw explained(error);
  }
}

/** A memory that grows lets go of its old buffer, and views of that become empty. */
export function moved(view: Uint8Array): boolean {
  return view.length === 0;
}

/** A page's policy may forbid WebAssembly, and a browser may be without; the error must name the ways out. */
function explained(error: unknown): unknown {
  const about = String((error as { message?: unknown } | null)?.message);
  const forbidden = /Content Security Policy|\bCSP\b|unsafe-eval|code generation/i.test(about);
  if (!forbidden && typeof WebAssembly === "object") return error;
  return new Error(
    "expected to run WebAssembly, which this page or runtime forbids: allow `'wasm-unsafe-eval'` in the `script-src` " +
      "of its Content Security Policy, or import `qonto-payment-links/js` in place of `qonto-payment-links`",
    { cause: error },
  );
}
