// The module for Vercel's edge runtime and Next.js: as in Workers, but the import says `?module`.
import module from "./qonto_payment_links_bg.wasm?module";

export function compile(): WebAssembly.Module {
  return module;
}

export function compileAsync(): Promise<WebAssembly.Module> {
  return Promise.resolve(module);
}
