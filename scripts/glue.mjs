// Makes what wasm-bindgen generates do nothing while it loads, so that bundlers leave out what a page does not
// use: importing it must have no effect, or at least none that a bundler has to keep.

/** What is changed, each in so many places as the text has; one that is found nowhere has another form now. */
const CHANGES = [
  // What documents the exports, which nobody calls from outside.
  [/^ *\/\*\*\n(?: *\*.*\n)+/gm, ""],
  // Nobody frees these with `using`.
  [/^if \(Symbol\.dispose\) .*\n/gm, ""],
  [/: new FinalizationRegistry\(/g, ": /* @__PURE__ */ new FinalizationRegistry("],
  // src/text.ts stands for both, and has `encodeInto`.
  [/^let cachedTextDecoder = new /gm, "let cachedTextDecoder = /* @__PURE__ */ new "],
  [/^cachedTextDecoder\.decode\(\);\n/gm, ""],
  [/^const cachedTextEncoder = new /gm, "const cachedTextEncoder = /* @__PURE__ */ new "],
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[^]*?\n\};?\n/gm, ""],
];

/** Of the twin's glue, which keeps JavaScript's values in a list; and whose memory does not detach its old buffer. */
const TWIN_CHANGES = [
  [
    /^let heap = (.*);\n(heap\.push\(.*\);)\n\nlet heap_next = heap\.length;$/m,
    "let heap = /* @__PURE__ */ (() => {\nconst heap = $1;\n$2\nreturn heap;\n})();\nlet heap_next = 1028;",
  ],
  [/\b(cached\w+Memory0)\.byteLength === 0/g, "$1.buffer !== wasm.memory.buffer"],
  [/\b(cached\w+Memory0)\.buffer\.detached === true \|\| \(\1\.buffer\.detached === undefined && (\1\.buffer !== wasm\.memory\.buffer)\)/g, "$2"],
];

/** The text of a glue without effects of its own. */
export function shakeable(text, path) {
  const changes = text.includes("\nlet heap = ") ? [...CHANGES, ...TWIN_CHANGES] : CHANGES;
  for (const [pattern, replacement] of changes) {
    if (text.search(pattern) < 0) throw new Error(`${path} has nothing that matches ${pattern}: wasm-bindgen writes it otherwise now`);
    text = text.replace(pattern, replacement);
  }
  return text;
}
