// Measures contestants in one process: they take turns, round by round, so that a busy machine and a warm processor
// concern all of them alike.
import { random } from "./payloads.mjs";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function shuffled(list, next) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

/**
 * Microseconds a call, each the median of the rounds.
 *
 * @template {string} Name
 * @param {Record<Name, { run: (payload: any) => number, payloads: unknown[] }>} contestants each is called on its
 *   payloads in turn; it gives a number that depends on its answer, so that no engine leaves the work out
 * @param {{ rounds?: number, roundMs?: number, warmUpMs?: number }} [options]
 * @returns {Record<Name, number>}
 */
export function measure(contestants, { rounds = 25, roundMs = 5, warmUpMs = 120 } = {}) {
  const runners = Object.entries(contestants).map(([name, { run, payloads }]) => {
    let next = 0;
    let seen = 0;
    const calls = (count) => {
      const started = performance.now();
      for (let i = 0; i < count; i++) {
        seen += run(payloads[next]);
        if (++next === payloads.length) next = 0;
      }
      return performance.now() - started;
    };
    return { name, calls, times: [], seen: () => seen, perRound: 1 };
  });
  for (const runner of runners) {
    let done = 0;
    let took = 0;
    for (let count = 1; took < warmUpMs; count *= 2) {
      took += runner.calls(count);
      done += count;
    }
    runner.perRound = Math.max(1, Math.round((done * roundMs) / took));
  }
  const next = random(rounds);
  for (let round = 0; round < rounds; round++) {
    // In another order each time: what one leaves behind, garbage and a full cache, the next one pays for.
    for (const runner of shuffled(runners, next)) {
      runner.times.push((runner.calls(runner.perRound) * 1_000) / runner.perRound);
    }
  }
  for (const { name, seen } of runners) if (Number.isNaN(seen())) throw new Error(`${name} gave no figures`);
  return Object.fromEntries(runners.map(({ name, times }) => [name, median(times)]));
}
