// Where the time of a preview goes: by the engine's profiler, by the source that each function comes from. The
// profiler itself takes time, so its shares are of the time that the same calls take without it.
import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { previewTotals } from "../pkg/index.js";
import { FAULTS, faulty, ring } from "./payloads.mjs";

export const PARTS = ["packing", "the module", "reading the report", "the rest"];
const SIZES = [1, 5, 50, 1_000];
/** Items in all, of each measurement. */
const ITEMS = 4_000_000;
const MOST_CALLS = 1_000_000;

const BY_SOURCE = { "pack.ts": PARTS[0], "report.ts": PARTS[2], "render.ts": PARTS[2] };

/** The part that each line of the bundle belongs to: the bundler says where each source begins. */
function lines() {
  let part = PARTS[3];
  return readFileSync(new URL("../pkg/index.js", import.meta.url), "utf8").split("\n").map((line) => {
    const source = line.match(/^\/\/ \S+\/([\w.]+)$/)?.[1];
    if (source !== undefined) part = BY_SOURCE[source] ?? PARTS[3];
    return part;
  });
}

const partOf = ({ url, lineNumber }, byLine) =>
  url.startsWith("wasm") ? PARTS[1] : url.endsWith("/pkg/index.js") ? byLine[lineNumber] : PARTS[3];

async function measured(payloads, calls) {
  let next = 0;
  const run = () => {
    const started = performance.now();
    for (let i = 0; i < calls; i++) {
      previewTotals(payloads[next]);
      if (++next === payloads.length) next = 0;
    }
    return performance.now() - started;
  };
  run();
  const took = run();
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  run();
  const { profile: { nodes, samples, timeDeltas } } = await session.post("Profiler.stop");
  session.disconnect();
  const byLine = lines();
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame, byLine)]));
  const times = Object.fromEntries(PARTS.map((part) => [part, 0]));
  samples.forEach((id, i) => { times[parts.get(id)] += timeDeltas[i]; });
  const all = Object.values(times).reduce((sum, time) => sum + time, 0);
  return Object.fromEntries(PARTS.map((part) => [part, (times[part] / all) * (took / calls) * 1_000]));
}

/** Microseconds a call, by size and part, of valid baskets and of those with one fault in one item. */
export async function profile() {
  const single = Object.values(FAULTS).slice(0, -1);
  const rows = [];
  for (const size of SIZES) {
    const calls = Math.min(MOST_CALLS, ITEMS / size);
    rows.push({ size, valid: await measured(ring(size), calls), invalid: await measured(faulty(size, single), calls) });
  }
  return rows;
}
