// Assembles pkg/, the folder that is published: one script per entry of the exports map, the types, the
// module itself and the papers. It is built aside and moved into place whole.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const NAME = "qonto_payment_links_bg";
const WASM = `target/wasm-opt/${NAME}.wasm`;
const GLUE = `target/wasm-pack/${NAME}.js`;
const TEMPLATE = "pkg-template";
const OUT = "pkg";
const NEW = "target/pkg-new";

/** A language is a file here. */
const LANGUAGES = readdirSync(join(TEMPLATE, "src/messages")).map((file) => basename(file, ".ts")).sort();

/** The entries differ only by where the compiled module, or the messages, come from and by their module format. */
const ENTRIES = [
  { file: "index.js", format: "esm", module: "inline" },
  { file: "index.cjs", format: "cjs", module: "inline" },
  { file: "workerd.js", format: "esm", module: "workerd" },
  { file: "edge-light.js", format: "esm", module: "edge-light" },
  // The proxy handler imports the entry beside it, so that the module is there once.
  { file: "server.js", format: "esm", main: "index.js" },
  { file: "server.cjs", format: "cjs", main: "index.cjs" },
  { file: "server.workerd.js", format: "esm", main: "workerd.js" },
  { file: "server.edge-light.js", format: "esm", main: "edge-light.js" },
  ...LANGUAGES.flatMap((language) => [
    { file: `messages/${language}.js`, format: "esm", language },
    { file: `messages/${language}.cjs`, format: "cjs", language },
  ]),
];

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

function resolveModule({ module, language, main }) {
  const places = {
    "#module": join(TEMPLATE, "src", `module.${module}.ts`),
    "#messages": join(TEMPLATE, "src/messages", `${language}.ts`),
    "#glue": GLUE,
    "#wasm": WASM,
  };
  return {
    name: "module",
    setup(b) {
      b.onResolve({ filter: /^#(module|messages|glue|wasm)$/ }, ({ path }) => ({ path: join(process.cwd(), places[path]) }));
      b.onResolve({ filter: /^#main$/ }, () => ({ path: `./${main}`, external: true }));
      b.onResolve({ filter: /^\.\/.*\.wasm(\?module)?$/ }, ({ path }) => ({ path, external: true }));
    },
  };
}

async function bundle(entry) {
  const { file, format, language, main } = entry;
  const source = language ? "message.ts" : main ? "server.ts" : "api.ts";
  const result = await build({
    entryPoints: [join(TEMPLATE, "src", source)],
    outfile: join(NEW, file),
    bundle: true,
    format,
    // As old as the module itself: engines that read its reference types know ES2022.
    target: "es2022",
    platform: "neutral",
    charset: "ascii",
    legalComments: "none",
    loader: { ".wasm": "base64" },
    inject: source === "api.ts" ? [join(TEMPLATE, "src/text.ts")] : [],
    plugins: [resolveModule(entry)],
    metafile: true,
    logLevel: "error",
  });
  // A bundle that imports anything but its .wasm, or the entry beside it, would need something at run time.
  const [output] = Object.values(result.metafile.outputs);
  const foreign = output.imports.filter(({ path }) => !path.startsWith(`./${NAME}.wasm`) && path !== `./${main}`);
  if (foreign.length > 0) fail(`${file} imports ${foreign.map(({ path }) => path).join(", ")}`);
}

function crate() {
  const metadata = execFileSync("cargo", ["metadata", "--format-version=1", "--no-deps", "--offline"], { encoding: "utf8" });
  return JSON.parse(metadata).packages[0];
}

function packageJson() {
  const { version, description, keywords, license, repository } = crate();
  const { name, exports, files, ...rest } = JSON.parse(readFileSync(join(TEMPLATE, "package.json"), "utf8"));
  const subpaths = LANGUAGES.map((language) => [`./messages/${language}`, messagesExport(`./messages/${language}`)]);
  return {
    name,
    version,
    description,
    keywords,
    license,
    repository: { type: "git", url: `git+${repository}.git` },
    ...rest,
    exports: { ...exports, ...Object.fromEntries(subpaths) },
    files: [...files, ...LANGUAGES.flatMap((language) => ["js", "cjs", "d.ts", "d.cts"].map((kind) => `messages/${language}.${kind}`))],
  };
}

const messagesExport = (path) => ({
  import: { types: `${path}.d.ts`, default: `${path}.js` },
  require: { types: `${path}.d.cts`, default: `${path}.cjs` },
  default: { types: `${path}.d.ts`, default: `${path}.js` },
});

rmSync(NEW, { recursive: true, force: true });
mkdirSync(NEW, { recursive: true });
// esbuild has said by then what is wrong and where.
await Promise.all(ENTRIES.map(bundle)).catch(() => process.exit(1));
writeFileSync(join(NEW, "package.json"), `${JSON.stringify(packageJson(), null, 2)}\n`);
for (const [from, to] of [
  [join(TEMPLATE, "index.d.ts"), "index.d.ts"],
  [join(TEMPLATE, "index.d.ts"), "index.d.cts"],
  [join(TEMPLATE, "payment-link.schema.json"), "payment-link.schema.json"],
  [join(TEMPLATE, "README.md"), "README.md"],
  [WASM, `${NAME}.wasm`],
  ["CHANGELOG.md", "CHANGELOG.md"],
  ["LICENSE-MIT", "LICENSE-MIT"],
  ["LICENSE-APACHE", "LICENSE-APACHE"],
]) {
  if (!existsSync(from)) fail(`${from} is missing`);
  copyFileSync(from, join(NEW, to));
}
const types = readFileSync(join(TEMPLATE, "messages.d.ts"), "utf8");
for (const language of LANGUAGES) {
  for (const kind of ["js", "cjs"]) {
    const file = join(NEW, `messages/${language}.d.${kind === "js" ? "ts" : "cts"}`);
    writeFileSync(file, types.replace('"./index.js"', `"../index.${kind}"`).replaceAll("messages/de", `messages/${language}`));
  }
}
const server = readFileSync(join(TEMPLATE, "server.d.ts"), "utf8");
writeFileSync(join(NEW, "server.d.ts"), server);
writeFileSync(join(NEW, "server.d.cts"), server.replace('"./index.js"', '"./index.cjs"'));
rmSync(OUT, { recursive: true, force: true });
renameSync(NEW, OUT);
