// What scripts/package.mjs puts in place of these names.
declare module "#engine" {
  /** The module's exports, at once; throws where this realm may not run it. */
  export function start(imports: WebAssembly.Imports): Exports;
  /** The same, off the main thread where the runtime can; `source` is what `init` was given. */
  export function startAsync(imports: WebAssembly.Imports, source: unknown): Promise<Exports>;
  /** Whether the memory has grown since this view of it was made: then it looks at nothing, or at what is no more. */
  export function moved(view: Uint8Array): boolean;

  export interface Exports {
    readonly memory: { readonly buffer: ArrayBuffer };
    readonly [name: string]: unknown;
  }
}

declare module "#module" {
  /** The compiled module, at once; throws where this realm may not compile. */
  export function compile(): WebAssembly.Module;
  /** The same, off the main thread where the runtime can. */
  export function compileAsync(source: unknown): Promise<WebAssembly.Module>;
}

declare module "#imports" {
  /** What the module imports: functions of the glue, and of these no other. */
  export function imports(): Record<string, Record<string, Function>>;
  /** The names of what it exports. */
  export const EXPORTED: readonly string[];
}

declare module "#wasm" {
  const base64: string;
  export default base64;
}

declare module "#twin" {
  import type { Exports } from "#engine";
  /** Runs the module's twin in JavaScript. */
  export default function instantiate(imports: WebAssembly.Imports): Exports;
}

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "#messages" {
  /** The templates of one language. */
  export const MESSAGES: Record<import("../index").IssueCode, string>;
}
