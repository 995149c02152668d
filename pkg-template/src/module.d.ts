// What scripts/package.mjs puts in place of these names.
declare module "#module" {
  /** The compiled module, at once; throws where this realm may not compile. */
  export function compile(): WebAssembly.Module;
  /** The same, off the main thread where the runtime can. */
  export function compileAsync(): Promise<WebAssembly.Module>;
}

declare module "#wasm" {
  const base64: string;
  export default base64;
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
