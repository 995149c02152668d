// A million bad payloads through one process: the answers stay what they were, and memory stays flat. To be run
// with `--expose-gc`, and with `--max-semi-space-size`, for V8 gives young objects more room the longer it runs.
import { readFileSync } from "node:fs";
import { EXAMPLE } from "../npm/example.mjs";
import { getter, hostile, item, PLACES, price, revoked, VALUES } from "../npm/bad-payloads.mjs";
import { shown } from "./flat.mjs";

const PAYLOADS = 1_000_000;
/** Payloads of which no two are the same, beside those that come again. */
const FRESH_SHARE = 4;
const SAMPLE_EVERY = 20_000;
/** How much each may grow from the first third of the payloads to the last, in MiB. */
const PROCESS_BOUND = 16;
const HEAP_BOUND = 1;
const MIB = 1 << 20;

// The package keeps its memory to itself: it is seen where the module is made.
let wasm;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    wasm = Object.values(this.exports).find((value) => value instanceof WebAssembly.Memory);
  }
};
const { previewTotals, validatePayload } = await import("../../pkg/index.js");

const rules = JSON.parse(readFileSync(new URL("../fixtures/rules.json", import.meta.url), "utf8"));
const pool = [
  ...rules.map(({ payload, options }) => [payload, options]),
  ...Object.values(PLACES).flatMap((make) => Object.values(VALUES).map((value) => [make(value)])),
  ...[hostile({}), revoked({}), getter(EXAMPLE, "items"), { ...EXAMPLE, items: hostile([]) }].map((payload) => [payload]),
].filter(([payload, options]) => !validatePayload(payload, options).valid);

/** What was never seen before, in the places where texts that come again are remembered. */
const FRESH = [
  (text) => item({ vat_rate: text }),
  (text) => item({ title: "", description: text }),
  (text) => item({ measure_unit: text, type: text }),
  (text) => item({ [text]: 1, title: 1 }),
  (text) => price({ value: text, currency: "EUR" }),
  (text) => price({ value: "1.00", currency: text }),
  (text) => ({ ...EXAMPLE, potential_payment_methods: [text, text] }),
  (text) => ({ ...EXAMPLE, [text]: text, reusable: text }),
];

/** An answer, short enough to be kept and compared. */
const answer = (payload, options) => {
  const { valid, issues } = validatePayload(payload, options);
  const { totals, issues: again } = previewTotals(payload, options);
  if (valid || issues.length === 0) throw new Error("a bad payload was found good");
  return `${issues.map(({ code, pointer }) => `${code} ${pointer}`)} ${again.length} ${totals?.gross}`;
};
const first = pool.map(([payload, options]) => answer(payload, options));

const process_ = [];
const heap = [];
const module_ = [];
const start = performance.now();
let changed = 0;
let known = 0;
for (let i = 0; i < PAYLOADS; i++) {
  if (i % FRESH_SHARE === 0) {
    answer(FRESH[(i / FRESH_SHARE) % FRESH.length](`é${i}`));
  } else {
    const at = known++ % pool.length;
    const [payload, options] = pool[at];
    if (answer(payload, options) !== first[at]) changed++;
  }
  if ((i + 1) % SAMPLE_EVERY === 0) {
    gc();
    const { rss, heapUsed } = process.memoryUsage();
    process_.push(rss / MIB);
    heap.push(heapUsed / MIB);
    module_.push(wasm.buffer.byteLength / MIB);
  }
}
const seconds = (performance.now() - start) / 1000;

console.log(`${PAYLOADS} bad payloads, of ${pool.length} kinds and one in ${FRESH_SHARE} never seen before, validated and previewed in ${seconds.toFixed(0)} s`);
console.log(`answers that changed: ${changed}\n\nmemory in MiB, garbage collected`);
const failures = [
  changed > 0 && `${changed} answers changed`,
  shown("process", process_) > PROCESS_BOUND && `the process grew by more than ${PROCESS_BOUND} MiB`,
  shown("heap", heap) > HEAP_BOUND && `the heap of JavaScript grew by more than ${HEAP_BOUND} MiB`,
  shown("module", module_) > 0 && "the memory of the module grew",
].filter(Boolean);
for (const failure of failures) console.error(`failed: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
