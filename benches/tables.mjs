// What was measured, as tables for the console and as the parts of the documents that say so. Pure.
import { CALLS, ITEMS } from "./memory.mjs";
import { BY_HAND, OURS, PEERS, ZOD } from "./hot.mjs";
import { PARTS } from "./profile.mjs";

const peers = Object.keys(PEERS);

const figure = (value) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0));
const times = (ratio) => `${ratio.toFixed(ratio < 1 ? 2 : ratio < 10 ? 1 : 0)}×`;
const whole = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, " ");
const mebi = (bytes) => (bytes / (1 << 20)).toFixed(1);
const items = (size) => `${whole(size)} item${size === 1 ? "" : "s"}`;
const listed = (texts) => texts.join(", ").replace(/, ([^,]*)$/, " and $1");

/** A row for each size: ours, and each peer with its time and how many times ours that is. */
function against(title, rows, names = peers.filter((name) => name in rows[0])) {
  return {
    title,
    head: ["items", OURS, ...names],
    rows: rows.map((row) => [
      whole(row.size), figure(row.ours), ...names.map((name) => `${figure(row[name])} (${times(row[name] / row.ours)})`),
    ]),
  };
}

/** Each target of what was to be reached, and what was. */
export function targets({ valid, invalid, live, browser }) {
  const bySize = Object.fromEntries(valid.map((row) => [row.size, row]));
  const rows = [];
  const row = (what, target, reached, met) => rows.push([what, target, reached, met ? "yes" : "no"]);
  for (const [size, least] of [[1, 5], [5, 8], [50, 10], [1_000, 12], [10_000, 12]]) {
    const ratio = bySize[size][ZOD] / bySize[size].ours;
    row(`against ${ZOD}, ${items(size)}`, `${least}×`, times(ratio), ratio >= least);
  }
  for (const [size, most] of [[1, 1.3], [5, 1.3], [50, 1.3], [1_000, 1], [10_000, 1]]) {
    const ratio = bySize[size].ours / bySize[size][BY_HAND];
    row(`our time over that of ${BY_HAND}, ${items(size)}`, most === 1 ? "below 1" : `at most ${most}`, ratio.toFixed(2), most === 1 ? ratio < 1 : ratio <= most);
  }
  for (const { size, byFault } of invalid) {
    const ratio = byFault.mixed / byFault.valid;
    row(`an invalid basket over a valid one, ${items(size)}`, "at most 1", ratio.toFixed(2), ratio <= 1);
  }
  for (const { size, ours } of live) row(`a live change with its gross, ${items(size)}`, "below 1 µs", `${figure(ours)} µs`, ours < 1);
  row("first call in Chromium, with compilation", "below 10 ms", `${figure(browser.ours.called)} ms`, browser.ours.called < 10);
  return { title: "Targets", head: ["what", "target", "reached", "met"], rows };
}

/** Where the time of a preview goes. */
function parts({ profile }) {
  const row = (size, kind, times) => [`${items(size)}, ${kind}`, ...PARTS.map((part) => figure(times[part]))];
  return {
    title: "Where the time goes: µs a call",
    head: ["basket", ...PARTS],
    rows: profile.flatMap(({ size, valid, invalid }) => [row(size, "valid", valid), row(size, "with one fault", invalid)]),
  };
}

export function allTables(results) {
  const { valid, validation, invalid, seasoned, live, node, browser, worker, memory } = results;
  const pair = (name) => [node[name].imported, node[name].called, node[name].process, browser[name].imported, browser[name].called, worker[name].request, worker[name].started].map(figure);
  return [
    against("Validate and total, valid baskets: µs a call (times ours)", valid),
    against("The same, once all have seen the odd baskets of the rules' cases: µs a call (times ours)", seasoned),
    against("The same basket again and again: µs a call (times ours)", valid.map(({ size, same }) => ({ size, ...same }))),
    against("Validate alone, valid baskets: µs a call (times ours)", validation),
    against("Validate and total, each basket with one fault: µs a call (times ours)", invalid),
    {
      title: "Ours on each fault: its time over that of valid baskets",
      head: ["fault in each basket", ...invalid.map(({ size }) => items(size))],
      rows: Object.keys(invalid[0].byFault).filter((name) => name !== "valid").map((name) => [
        name === "mixed" ? "one of these eight in turn" : name, ...invalid.map(({ byFault }) => (byFault[name] / byFault.valid).toFixed(2)),
      ]),
    },
    {
      title: "A live change and its gross total: µs (times ours)",
      head: ["items", OURS, "big.js over all items"],
      rows: live.map(({ size, ours, big }) => [whole(size), figure(ours), `${figure(big)} (${times(big / ours)})`]),
    },
    {
      title: "The first call: ms, Worker and process over an empty one",
      head: ["", "Node: import", "first call", "process", "Chromium: script", "first call", "workerd: request", "start and request"],
      rows: [OURS, ZOD].map((name) => [name, ...pair(name)]),
    },
    {
      title: `Memory once garbage is collected: MiB more than before the import`,
      head: ["", "heap, first call", `heap, ${whole(CALLS)} calls`, "module's memory", "process, first call", "process, all calls"],
      rows: [OURS, ZOD].map((name) => {
        const { before, first, after } = memory[name];
        const over = (state, key) => mebi(state[key] - before[key]);
        return [name, over(first, "heap"), over(after, "heap"), mebi(after.wasm), over(first, "resident"), over(after, "resident")];
      }),
    },
    targets(results),
    parts(results),
  ];
}

export function forConsole({ title, head, rows }) {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i].length)));
  const line = (row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  ");
  return [title, line(head), ...rows.map(line)].join("\n");
}

function markdown({ head, rows }) {
  const line = (row) => `| ${row.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Who is faster than ours where, in words. */
function faster(rows) {
  const all = peers.flatMap((name) => {
    const where = rows.filter((row) => row[name] < row.ours);
    if (where.length === 0) return [];
    const ratios = where.map((row) => row.ours / row[name]);
    const [least, most] = [Math.min(...ratios).toFixed(1), Math.max(...ratios).toFixed(1)];
    return [`${name} at ${listed(where.map(({ size }) => whole(size)))} (${least === most ? "" : `${least} to `}${most} times)`];
  });
  return all.length === 0 ? "nothing here" : all.join("; ");
}

/** The README's part. */
export function forReadme(results) {
  const { machine, valid, invalid, live, node, browser, worker, memory } = results;
  const table = {
    head: ["items", `${OURS}, µs`, ...peers],
    rows: valid.map((row) => [whole(row.size), figure(row.ours), ...peers.map((name) => times(row[name] / row.ours))]),
  };
  const faults = invalid.map(({ byFault }) => byFault.mixed / byFault.valid);
  const flat = live.at(-1).ours / live[0].ours;
  const held = (name, state) => memory[name][state].heap - memory[name].before.heap;
  return `${markdown(table)}

Node ${machine.node}, ${machine.cores} cores (${machine.cpu}); medians of one process in which all take turns.

- **Faster than the package**, by the number of items: on valid baskets ${faster(valid)}; on invalid ones ${faster(invalid)}.
- **An invalid basket** takes ${Math.min(...faults).toFixed(1)} to ${Math.max(...faults).toFixed(1)} times the time of a valid one.
- **A live change and its gross**: ${figure(live[0].ours)} µs in a basket of 1 item and ${figure(live.at(-1).ours)} µs in one of ${whole(live.at(-1).size)} (${flat.toFixed(1)} times).
- **Import and first call**: ${figure(node.ours.imported + node.ours.called)} ms in Node (${ZOD} ${figure(node[ZOD].imported + node[ZOD].called)}),
  ${figure(browser.ours.imported + browser.ours.called)} ms in Chromium (${figure(browser[ZOD].imported + browser[ZOD].called)}), of which the first call, with compilation, ${figure(browser.ours.called)};
  in workerd ${figure(worker.ours.request)} ms over an empty Worker (${figure(worker[ZOD].request)}).
- **Memory** after the first call: ${mebi(held(OURS, "first"))} MiB of heap and ${mebi(memory.ours.first.wasm)} MiB of the module's own (${ZOD} ${mebi(held(ZOD, "first"))} MiB of
  heap); after ${whole(CALLS)} baskets of ${ITEMS} items ${mebi(held(OURS, "after"))} and ${mebi(memory.ours.after.wasm)} (${mebi(held(ZOD, "after"))}).`;
}

/** DESIGN.md's parts. */
export const whereTimeGoes = (results) => markdown(parts(results));
export const forDesign = (results) => markdown(targets(results));
