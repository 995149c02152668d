/**
 * The same API in JavaScript alone, for pages whose Content Security Policy forbids WebAssembly
 * (`script-src 'self'`): larger and slower, with the same answers.
 *
 * ```ts
 * import { previewTotals } from "qonto-payment-links/js";
 * ```
 */
export * from "./index.js";
