/**
 * The messages of issues in one language, made from code and parameters alone: no WebAssembly is loaded.
 * The languages are `en`, `de`, `fr`, `it` and `es`, each a module of its own:
 *
 * ```ts
 * import { previewTotals } from "qonto-payment-links";
 * import { message } from "qonto-payment-links/messages/de";
 *
 * const texts = previewTotals(payload).issues.map(message);
 * ```
 */
import type { Issue } from "./index.js";

/**
 * What was expected and what was received, in this module's language: like {@link Issue.message}, on one line,
 * without a final stop, with names, values and amounts as they stand in `params`.
 *
 * @param issue An issue, or its code and parameters. One with a code that this version does not know gets
 *   its own `message` back, or the code where it has none.
 */
export declare function message(issue: Pick<Issue, "code" | "params"> & { readonly message?: string }): string;
