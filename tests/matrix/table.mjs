// The README's table of the consumer matrix.
const START = "<!-- matrix -->\n| where | versions | what was run |\n|---|---|---|\n";
const END = "<!-- /matrix -->";

function parts(readme) {
  const [before, rest] = readme.split(START);
  const [rows, after] = rest.split(END);
  return { before, rows, after };
}

/** The rows that stand there, each as the texts of its cells. */
export const rowsOf = (readme) =>
  parts(readme).rows.trim().split("\n").map((row) => row.slice(2, -2).split(" | "));

/** The README with these rows. */
export function withRows(readme, rows) {
  const { before, after } = parts(readme);
  return before + START + rows.map((row) => `| ${row.join(" | ")} |\n`).join("") + END + after;
}
