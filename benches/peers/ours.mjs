// The packed package. It looks at more than the peers do: its warnings, among them all four rounding rules.
import { previewTotals, validatePayload } from "../../pkg/index.js";

export const validate = (payload) => validatePayload(payload).issues;
export const validateAndTotal = (payload) => previewTotals(payload);
