// Whether a memory is flat: its median in the last third of a run against that in the first.

const median = (values) => quantile(values, 0.5);

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
}

/**
 * Prints a memory over time; gives how much it grew.
 * @param {string} name
 * @param {number[]} samples in MiB
 */
export function shown(name, samples) {
  const part = (index, of) => median(samples.slice(Math.floor((samples.length * index) / of), Math.floor((samples.length * (index + 1)) / of)));
  const course = Array.from({ length: 10 }, (_, i) => part(i, 10).toFixed(1)).join(" ");
  const [first, last] = [part(0, 3), part(2, 3)];
  console.log(`${name.padEnd(12)}${course}; first third ${first.toFixed(1)}, last third ${last.toFixed(1)}, grown ${(last - first).toFixed(1)}`);
  return last - first;
}
