/**
 * The same API without the module's bytes, for who hosts or compiles them: `init` is given them once, before
 * the first call. They are the file `qonto-payment-links/qonto_payment_links_bg.wasm` of the same version.
 *
 * ```ts
 * import { init, previewTotals } from "qonto-payment-links/slim";
 *
 * await init(fetch("/qonto_payment_links_bg.wasm"));
 * ```
 */
export * from "./index.js";

/**
 * What the module comes in: its bytes, an answer with its bytes, or a compiled `WebAssembly.Module`, which no type
 * tells from other objects.
 */
export type ModuleSource = ArrayBuffer | ArrayBufferView | Response | object;

/**
 * Compiles the module, off the main thread where the runtime can. Any call before it has come to its end throws
 * or rejects; after a failure it can be called again, and once it has succeeded again does nothing.
 *
 * @param source the module, or a promise of it.
 * @throws {TypeError} (rejects) for what is no source.
 * @throws {Error} (rejects) for an answer that is not the module, or the module of another version; a
 *   `WebAssembly.CompileError` for bytes that are no module.
 */
export declare function init(source: ModuleSource | Promise<ModuleSource>): Promise<void>;
