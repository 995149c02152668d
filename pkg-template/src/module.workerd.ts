// The module for Cloudflare Workers, where compiling from bytes is forbidden: the runtime compiles the
// file at deployment and an import gives the finished module.
import module from "./qonto_payment_links_bg.wasm";

export function compile(): WebAssembly.Module {
  return module;
}

export function compileAsync(): Promise<WebAssembly.Module> {
  return Promise.resolve(module);
}
