// The plot of the README: microseconds an item over the items of a basket, both logarithmic. Pure.
import { OURS, PEERS } from "./hot.mjs";

const [WIDTH, HEIGHT] = [840, 440];
const [LEFT, RIGHT, TOP, BOTTOM] = [64, 584, 64, 380];
/** So far apart are the names at the ends of the lines. */
const LINE_HEIGHT = 18;
const COLOURS = ["#d9480f", "#7c6f9f", "#4c8f3a", "#b08800", "#3b82c4", "#8a8a8a"];

const place = (value, [from, to], [start, end]) => start + (Math.log(value / from) / Math.log(to / from)) * (end - start);
const round = (value) => Number(value.toFixed(1));
const short = (value) => String(Number(value.toPrecision(1)));

export function plot({ valid, machine }) {
  const names = [OURS, ...Object.keys(PEERS)];
  const sizes = valid.map(({ size }) => size);
  const each = valid.flatMap((row) => names.map((name) => row[name] / row.size));
  const ticks = [];
  for (let decade = -3; decade < 3; decade++) for (const step of [1, 2, 5]) ticks.push(step * 10 ** decade);
  const low = ticks.findLast((tick) => tick <= Math.min(...each));
  const high = ticks.find((tick) => tick >= Math.max(...each));
  const x = (size) => round(place(size, [sizes[0], sizes.at(-1)], [LEFT, RIGHT]));
  const y = (value) => round(place(value, [low, high], [BOTTOM, TOP]));

  const lines = names.map((name, i) => ({ name, colour: COLOURS[i], points: valid.map((row) => [x(row.size), y(row[name] / row.size)]) }));
  const ends = [...lines].sort((a, b) => a.points.at(-1)[1] - b.points.at(-1)[1]);
  let above = -Infinity;
  for (const line of ends) above = line.at = Math.max(line.points.at(-1)[1], above + LINE_HEIGHT);
  // Names that were pushed out at the bottom come up again.
  let below = HEIGHT - 30;
  for (const line of ends.reverse()) {
    line.at = Math.min(line.at, below);
    below = line.at - LINE_HEIGHT;
  }

  const text = (x, y, content, more = "") => `<text x="${x}" y="${y}"${more}>${content}</text>`;
  const parts = [
    ...ticks.filter((tick) => tick >= low && tick <= high).map((tick) =>
      `<path class="grid" d="M${LEFT} ${y(tick)}H${RIGHT}"/>${text(LEFT - 8, y(tick) + 4, short(tick), ' text-anchor="end"')}`),
    ...sizes.map((size) => `<path class="grid" d="M${x(size)} ${TOP}V${BOTTOM}"/>${text(x(size), BOTTOM + 20, size.toLocaleString("en").replace(",", " "), ' text-anchor="middle"')}`),
    ...lines.map(({ name, colour, points }) =>
      `<g stroke="${colour}" fill="${colour}"><polyline fill="none" stroke-width="${name === OURS ? 3.5 : 2}" points="${points.join(" ")}"/>` +
      `${points.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="${name === OURS ? 4 : 3}" stroke="none"/>`).join("")}</g>`),
    ...lines.map(({ name, colour, points, at }) =>
      `<path stroke="${colour}" d="M${RIGHT + 6} ${points.at(-1)[1]}L${RIGHT + 18} ${round(at)}"/>` +
      text(RIGHT + 24, round(at) + 4, name === OURS ? "qonto-payment-links" : name, name === OURS ? ' font-weight="bold"' : "")),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-labelledby="title">
<title id="title">Validate a basket and total it: microseconds an item, by the number of items</title>
<style>
.page { fill: #ffffff } text { fill: #24292f } .grid { stroke: #d8dee4 }
@media (prefers-color-scheme: dark) { .page { fill: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d } }
</style>
<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="6"/>
${text(LEFT, 28, "Validate a basket and total it", ' font-size="16" font-weight="bold"')}
${text(LEFT, 48, `µs an item, lower is faster; Node ${machine.node}, ${machine.cores} cores`)}
${parts.join("\n")}
${text((LEFT + RIGHT) / 2, HEIGHT - 18, "items in the basket (logarithmic)", ' text-anchor="middle"')}
${text(18, (TOP + BOTTOM) / 2, "µs an item (logarithmic)", ` text-anchor="middle" transform="rotate(-90 18 ${(TOP + BOTTOM) / 2})"`)}
</svg>
`;
}
