// The crate in benches/serde, as `wasm-pack build --target nodejs` and wasm-opt make it: `speed.mjs` builds it.
import { previewTotals } from "../../target/bench/serde/serde_way.js";

export const validateAndTotal = (payload) => previewTotals(payload);
