// `make bench`: measures, prints the tables and draws the plot into target/bench. UPDATE_DOCS=1 writes both into the
// README, DESIGN.md and benches/speed.svg as well. Ratios carry over to other machines, microseconds do not.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import * as rules from "./peers/rules.mjs";
import { buildSerde } from "./serde.mjs";

const started = performance.now();
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

// The peers judge by the same lists.
const { item, currency, potential_payment_methods } = JSON.parse(read("../pkg/payment-link.schema.json")).$defs;
assert.deepEqual(rules.ITEM_TYPES, item.properties.type.enum);
assert.deepEqual(rules.MEASURE_UNITS, item.properties.measure_unit.enum);
assert.deepEqual(rules.PAYMENT_METHODS, potential_payment_methods.items.enum);
assert.deepEqual(rules.CURRENCIES, currency.enum);

console.log("building the serde-wasm-bindgen way (the first time about 1 min)");
buildSerde();
const hot = await import("./hot.mjs");
const cold = await import("./cold.mjs");
const { memory } = await import("./memory.mjs");
const { profile } = await import("./profile.mjs");
const { plot } = await import("./plot.mjs");
const { allTables, forConsole, forDesign, forReadme, whereTimeGoes } = await import("./tables.mjs");

const results = {
  machine: { node: process.versions.node, cores: availableParallelism(), cpu: cpus()[0].model.trim() },
};
const steps = {
  valid: hot.valid, validation: hot.validation, live: hot.live, invalid: hot.invalid,
  oddities: hot.oddities, seasoned: hot.valid,
  node: cold.node, browser: cold.browser, worker: cold.worker, memory, profile,
};
for (const [name, step] of Object.entries(steps)) {
  const begun = performance.now();
  results[name] = await step();
  console.log(`measured ${name}: ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
}

const { node, cores, cpu } = results.machine;
console.log(`\nNode ${node}, ${cores} cores (${cpu}), Chromium ${results.browser.version}; medians, and many different baskets in turn`);
for (const table of allTables(results)) console.log(`\n${forConsole(table)}`);

const { cases, by } = results.oddities;
console.log(`\nof ${cases} cases of the rules the peers judge otherwise than the package: ${by.map(([name, count]) => `${name} ${count}`).join(", ")}`);

/** A document with what stands between two marks replaced. */
function between(document, mark, content) {
  const [start, end] = [`<!-- ${mark} -->\n`, `<!-- /${mark} -->`];
  const [before, rest, none] = document.split(start);
  assert.ok(rest !== undefined && none === undefined && rest.includes(end), `a document without ${start.trim()}`);
  return `${before}${start}${content}\n` + rest.slice(rest.indexOf(end));
}

mkdirSync(new URL("../target/bench", import.meta.url), { recursive: true });
const write = (path, content) => writeFileSync(new URL(path, import.meta.url), content);
write("../target/bench/speed.svg", plot(results));
write("../target/bench/speed.json", JSON.stringify(results, null, 1));
if (process.env.UPDATE_DOCS === "1") {
  write("speed.svg", plot(results));
  write("../README.md", between(read("../README.md"), "speed", forReadme(results)));
  write("../DESIGN.md", between(read("../DESIGN.md"), "speed targets", forDesign(results)));
  write("../DESIGN.md", between(read("../DESIGN.md"), "where the time goes", whereTimeGoes(results)));
}
console.log(`\n${((performance.now() - started) / 60_000).toFixed(1)} min; the plot is target/bench/speed.svg`);
