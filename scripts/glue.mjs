// Makes what wasm-bindgen generates do nothing while it loads, so that bundlers leave out what a page does not
// use: importing it must have no effect, or at least none that a bundler has to keep.

/** What is changed, each in so many places as the text has; one that is found nowhere has another form now. */
const CHANGES = [
  // What documents the exports, which nobody calls from outside.
  [/^ *\/\*\*\n(?: *\*.*\n)+/gm, ""],
  // Nobody frees these with `using`.
  [/^if \(Symbol\.dispose\) .*\n/gm, ""],
  [/: new FinalizationRegistry\(/g, ": /* @__PURE__ */ new FinalizationRegistry("],
  // src/text.ts stands for it.
  [/^let cachedTextDecoder = new /gm, "let cachedTextDecoder = /* @__PURE__ */ new "],
  [/^cachedTextDecoder\.decode\(\);\n/gm, ""],
  // The memory of the twin does not detach its old buffer.
  [/\b(cached\w+Memory0)\.byteLength === 0/g, "$1.buffer !== wasm.memory.buffer"],
];

/** The text of a glue without effects of its own. */
export function shakeable(text, path) {
  for (const [pattern, replacement] of CHANGES) {
    if (text.search(pattern) < 0) throw new Error(`${path} has nothing that matches ${pattern}: wasm-bindgen writes it otherwise now`);
    text = text.replace(pattern, replacement);
  }
  return text;
}
