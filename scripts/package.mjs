// Assembles pkg/, the folder that is published: the scripts, types and exports map of each subpath, the module
// itself and the papers. It is built aside and moved into place whole. HACKING.md explains the exports map.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { shakeable } from "./glue.mjs";

const NAME = "qonto_payment_links_bg";
/** The module or its twin, with the glue that fits. */
const KINDS = {
  wasm: { module: `target/wasm-opt/${NAME}.wasm`, glue: `target/wasm-pack/${NAME}.js` },
  js: { module: "target/twin/lowered.wasm", glue: `target/twin/${NAME}.js` },
};
const TEMPLATE = "pkg-template";
const OUT = "pkg";
const NEW = "target/pkg-new";

/** A language is a file here. */
const LANGUAGES = readdirSync(join(TEMPLATE, "src/messages")).map((file) => basename(file, ".ts")).sort();

/** Runtimes that need another script: the condition by which they ask for it, in the order of the exports map. */
const RUNTIMES = ["workerd", "edge-light"];

/**
 * The subpaths that are code. `module` is where the entry has the compiled module from (`module.*.ts`); a proxy
 * handler imports the entry beside it, so that the module is there once. `runtimes`: it has a script for each.
 */
const SUBPATHS = [
  { path: ".", file: "index", types: "index.d.ts", module: "inline", runtimes: RUNTIMES },
  { path: "./server", file: "server", types: "server.d.ts", main: "index", runtimes: RUNTIMES },
  { path: "./slim", file: "slim", types: "slim.d.ts", module: "slim", runtimes: [] },
  { path: "./js", file: "js", types: "js.d.ts", module: "js", runtimes: [] },
  ...LANGUAGES.map((language) => (
    { path: `./messages/${language}`, file: `messages/${language}`, types: "messages.d.ts", language, runtimes: [] }
  )),
];

/** The script of a subpath for a runtime: of the main entry it has the runtime's own name. */
const scriptOf = (file, runtime) => (file === "index" ? `${runtime}.js` : `${file}.${runtime}.js`);

/** The scripts of a subpath; a runtime takes the place of what differs there. */
function scripts({ file, main, module, runtimes, language }) {
  const plain = [{ kind: "js", format: "esm" }, { kind: "cjs", format: "cjs" }].map(({ kind, format }) => (
    { out: `${file}.${kind}`, format, module, language, main: main && `${main}.${kind}` }
  ));
  return [...plain, ...runtimes.map((runtime) => (
    { out: scriptOf(file, runtime), format: "esm", module: main ? undefined : runtime, main: main && scriptOf(main, runtime) }
  ))];
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

/** What stands for the names that src/module.d.ts declares. */
function resolveModule({ module, language, main }) {
  const kind = KINDS[module === "js" ? "js" : "wasm"];
  const places = {
    "#engine": join(TEMPLATE, `src/engine.${module === "js" ? "js" : "wasm"}.ts`),
    "#module": join(TEMPLATE, "src", `module.${module}.ts`),
    "#messages": join(TEMPLATE, "src/messages", `${language}.ts`),
    "#glue": kind.glue,
    "#wasm": kind.module,
  };
  return {
    name: "module",
    setup(b) {
      b.onResolve({ filter: /^#(engine|module|messages|glue|wasm)$/ }, ({ path }) => ({ path: join(process.cwd(), places[path]) }));
      b.onResolve({ filter: /^#(imports|twin)$/ }, ({ path }) => ({ path, namespace: "made" }));
      b.onLoad({ filter: /^#imports$/, namespace: "made" }, () => ({ contents: imports(kind.module), resolveDir: process.cwd() }));
      b.onLoad({ filter: /^#twin$/, namespace: "made" }, () => ({ contents: `export default (imports) => { ${TWIN_PLACE} };` }));
      b.onLoad({ filter: new RegExp(`${NAME}\\.js$`) }, ({ path }) => ({ contents: shakeable(readFileSync(path, "utf8"), path) }));
      b.onResolve({ filter: /^#main$/ }, () => ({ path: `./${main}`, external: true }));
      b.onResolve({ filter: /^\.\/.*\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

/**
 * A script that gives what the module imports, by name: the whole glue would hold on to all that is in it. And the
 * names of what it exports.
 */
function imports(file) {
  const module = new WebAssembly.Module(readFileSync(file));
  const needed = WebAssembly.Module.imports(module);
  const names = needed.map(({ name }) => name).join(", ");
  const [from] = new Set(needed.map((each) => each.module));
  const exported = WebAssembly.Module.exports(module).map(({ name }) => name);
  return `import { ${names} } from "#glue";
export const imports = () => ({ "${from}": { ${names} } });
export const EXPORTED = ${JSON.stringify(exported)};
`;
}

/** Where the twin is put in, as it is: esbuild would write half a megabyte of line breaks, or drop the marks for bundlers. */
const TWIN_PLACE = 'return ["the twin", imports];';
/** The same as esbuild writes it, where `imports` may have another name. */
const TWIN_WRITTEN = /return \["the twin", (\w+)\];/;

function putTwin(file) {
  const text = readFileSync(file, "utf8");
  const [place, given] = text.match(TWIN_WRITTEN) ?? fail(`${file} has no place for the twin`);
  writeFileSync(file, text.replace(place, () => `${readFileSync("target/twin/twin.js", "utf8")}return instantiate(${given});`));
}

async function bundle(script) {
  const { out, format, module, language, main } = script;
  const source = language ? "message.ts" : main ? "server.ts" : "api.ts";
  const result = await build({
    entryPoints: [join(TEMPLATE, "src", source)],
    outfile: join(NEW, out),
    bundle: true,
    format,
    // As old as the module itself: engines that read its reference types know ES2022.
    target: "es2022",
    platform: "neutral",
    charset: "ascii",
    legalComments: "none",
    loader: { ".wasm": "base64" },
    inject: source === "api.ts" ? [join(TEMPLATE, "src/text.ts")] : [],
    plugins: [resolveModule(script)],
    metafile: true,
    logLevel: "error",
  });
  if (module === "js") putTwin(join(NEW, out));
  // A bundle that imports anything but its .wasm, or the entry beside it, would need something at run time.
  const [output] = Object.values(result.metafile.outputs);
  const foreign = output.imports.filter(({ path }) => !path.startsWith(`./${NAME}.wasm`) && path !== `./${main}`);
  if (foreign.length > 0) fail(`${out} imports ${foreign.map(({ path }) => path).join(", ")}`);
}

function crate() {
  const metadata = execFileSync("cargo", ["metadata", "--format-version=1", "--no-deps", "--offline"], { encoding: "utf8" });
  return JSON.parse(metadata).packages[0];
}

/** A subpath in the exports map: each condition says its types first. */
function exported({ file, runtimes }) {
  const esm = { types: `./${file}.d.ts`, default: `./${file}.js` };
  return {
    ...Object.fromEntries(runtimes.map((runtime) => [runtime, { ...esm, default: `./${scriptOf(file, runtime)}` }])),
    import: esm,
    require: { types: `./${file}.d.cts`, default: `./${file}.cjs` },
    default: esm,
  };
}

const typesOf = ({ file }) => [`${file}.d.ts`, `${file}.d.cts`];

function packageJson() {
  const { version, description, keywords, license, repository } = crate();
  const { name, exports, files, ...rest } = JSON.parse(readFileSync(join(TEMPLATE, "package.json"), "utf8"));
  return {
    name,
    version,
    description,
    keywords,
    license,
    repository: { type: "git", url: `git+${repository}.git` },
    ...rest,
    exports: { ...Object.fromEntries(SUBPATHS.map((subpath) => [subpath.path, exported(subpath)])), ...exports },
    // For TypeScript's resolution `node10`, which does not read the exports map.
    typesVersions: {
      "*": Object.fromEntries(SUBPATHS.filter(({ path }) => path !== ".").map(({ path, file }) => [path.slice(2), [`./${file}.d.ts`]])),
    },
    files: [...SUBPATHS.flatMap((subpath) => [...scripts(subpath).map(({ out }) => out), ...typesOf(subpath)]), ...files],
  };
}

rmSync(NEW, { recursive: true, force: true });
mkdirSync(join(NEW, "messages"), { recursive: true });
// esbuild has said by then what is wrong and where.
await Promise.all(SUBPATHS.flatMap(scripts).map(bundle)).catch(() => process.exit(1));
writeFileSync(join(NEW, "package.json"), `${JSON.stringify(packageJson(), null, 2)}\n`);
for (const subpath of SUBPATHS) {
  const text = readFileSync(join(TEMPLATE, subpath.types), "utf8");
  for (const types of typesOf(subpath)) {
    const index = `${subpath.language ? ".." : "."}/index.${types.endsWith(".cts") ? "cjs" : "js"}`;
    writeFileSync(join(NEW, types), text.replace('"./index.js"', `"${index}"`).replaceAll("messages/de", `messages/${subpath.language ?? "de"}`));
  }
}
for (const [from, to] of [
  [join(TEMPLATE, "payment-link.schema.json"), "payment-link.schema.json"],
  [join(TEMPLATE, "README.md"), "README.md"],
  [KINDS.wasm.module, `${NAME}.wasm`],
  ["CHANGELOG.md", "CHANGELOG.md"],
  ["LICENSE-MIT", "LICENSE-MIT"],
  ["LICENSE-APACHE", "LICENSE-APACHE"],
]) {
  if (!existsSync(from)) fail(`${from} is missing`);
  copyFileSync(from, join(NEW, to));
}
rmSync(OUT, { recursive: true, force: true });
renameSync(NEW, OUT);
