// The consumer matrix as data: a cell is a fresh project that has the packed package, what is done there, and
// what must come of it. tests/matrix/run.mjs runs them.
//
//   name     what stands in the first column of the README's table
//   of       whose versions stand in the second: packages, Nodes, browsers
//   does     what stands in the third
//   files    the project's, path → text
//   steps    programs and their arguments, run in order, each of which has to succeed
//   prints   what the steps print, to the last character
//   shows    or a text that is in there
//   serves   a program that is a server at $PORT
//   folder   or a folder of static files
//   policy   the Content Security Policy that they are served under, where it is not the usual one
//   asks     requests to the server, each with a text that has to be in the answer; a `post` is the shop's payload
//   opens    browsers in which the page's title becomes `LINE`, with nothing on the console
//   weighs   a folder whose scripts and modules are weighed
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";

const SHOP = join(import.meta.dirname, "shop");
const MODULES = Object.fromEntries(readdirSync(SHOP).map((name) => [name, readFileSync(join(SHOP, name), "utf8")]));

/** What `shop` gives, and with it `serve`. */
export const LINE = "13.30 39.89 a-link wrong_type warning atteso il tipo `array`, ricevuto il tipo `null`";
const PRINTED = `${LINE}\n201 a-link\n`;
const ANSWERED = '"url":"https://pay.qonto.com/a-link"';

const written = (names, change) => Object.fromEntries(names.map((name) => change(name, MODULES[name])));
const SCRIPTS = ["shop.js", "server.js", "main.js"];
const COMMON_JS = written(SCRIPTS, (name, source) => [name, transformSync(source, { format: "cjs" }).code]);
// The one type that cannot be inferred.
const TYPED = written(SCRIPTS, (name, source) => [
  name.replace(".js", ".ts"),
  source.replace("const payload =", 'const payload: import("qonto-payment-links").BasketPayload =').replaceAll(/(?<="\.\/\w+)\.js(?=")/g, ".ts"),
]);
const TYPESCRIPT = { ...TYPED, "package.json": MODULES["package.json"] };

/** The same shop by another entry. */
const by = (entry) => MODULES["shop.js"].replace('"qonto-payment-links"', `"qonto-payment-links/${entry}"`);
const WASM = "qonto-payment-links/qonto_payment_links_bg.wasm";

const EVERY = ["chromium", "firefox", "webkit"];
const ICON = '<link rel="icon" href="data:,">';
const html = (script) => `<!doctype html><meta charset="utf-8"><title></title>${ICON}<script type="module" src="${script}"></script>`;

const NODES = [20, 22, 24].flatMap((version) => {
  const [node, name] = [`node-${version}`, `Node ${version}`];
  const files = Object.fromEntries(["esm", "cjs"].flatMap((format) => Object.entries(TYPED).map(([path, source]) => [`${format}/${path}`, source])));
  return [
    { name: `${name}, ES module`, of: [node], does: "`import`, the proxy handler", files: MODULES, steps: [[node, "main.js"]], prints: PRINTED },
    { name: `${name}, CommonJS`, of: [node], does: "`require`, the proxy handler", files: COMMON_JS, steps: [[node, "main.js"]], prints: PRINTED },
    {
      name: `${name}, TypeScript`,
      of: [node, version === 20 ? "typescript-5" : "typescript"],
      does: "compiled by `tsc` to ES modules and to CommonJS, and both run",
      files: {
        ...files,
        "esm/package.json": '{ "type": "module" }',
        "tsconfig.json": JSON.stringify({
          compilerOptions: {
            strict: true, module: "nodenext", target: "es2022", lib: ["es2022", "dom"], types: [],
            rewriteRelativeImportExtensions: true, rootDir: ".", outDir: "out",
          },
          include: ["esm", "cjs"],
        }),
        "out/esm/package.json": '{ "type": "module" }',
      },
      steps: [[version === 20 ? "typescript-5" : "typescript", "-p", "."], [node, "out/esm/main.js"], [node, "out/cjs/main.js"]],
      prints: PRINTED + PRINTED,
    },
  ];
});

const IN_CHROMIUM = { folder: "dist", opens: ["chromium"], weighs: "dist" };
const ESBUILD = ["esbuild", "page.js", "--bundle", "--minify", "--format=esm", "--outfile=dist/main.js"];
const WEBPACK = ["webpack-cli", "build", "--mode", "production", "--entry", "./page.js", "--output-path", "dist"];

/** What a bundler makes of page.js is dist/main.js. */
const bundler = (name, of, step) => ({
  name, of, does: "a production build, in Chromium", files: { ...MODULES, "dist/index.html": html("main.js") }, steps: [step], ...IN_CHROMIUM,
});

/** Imports from static files, as a page has to write them. */
const unbundled = (source) =>
  source.replaceAll(/from "(qonto-payment-links)\/?(.*)"/g, (_, name, path) => `from "./node_modules/${name}/${path || "index"}.js"`);

/** A page that gives ./slim the module, by a URL that the bundler makes for the file. */
const slim = (imports, source) => `${imports}
  import { init } from "qonto-payment-links/slim";
  import { shop } from "./shop.js";
  init(fetch(${source})).then(shop).then((line) => { document.title = line; }, (error) => { document.title = String(error); });`;
const NO_WASM = "default-src 'none'; script-src 'self'; img-src data:";
const FETCHES = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";
const slimmed = (name, of, step, page, more) => ({
  name: `${name}, \`/slim\``, of, does: "a production build that fetches the module, in Chromium",
  files: { ...MODULES, "shop.js": by("slim"), "page.js": page, "dist/index.html": html("main.js"), ...more }, steps: [step], policy: FETCHES, ...IN_CHROMIUM,
});

const INIT = `import { readFileSync } from "node:fs";
  import { createRequire } from "node:module";
  import { init } from "qonto-payment-links/slim";
  import { shop } from "./shop.js";
  init(readFileSync(createRequire(import.meta.url).resolve("${WASM}"))).then(shop).then(console.log);`;
const ENTRIES = [
  {
    name: "A plain page, `/js`", of: EVERY, does: "JavaScript alone, where `script-src 'self'` forbids WebAssembly, in Chromium, Firefox and WebKit",
    files: { ...MODULES, "index.html": html("page.js"), "shop.js": unbundled(by("js")) },
    folder: ".", opens: EVERY, policy: NO_WASM,
  },
  {
    name: "esbuild, `/js`", of: ["esbuild"], does: "a production build where `script-src 'self'` forbids WebAssembly, in Chromium",
    files: { ...MODULES, "shop.js": by("js"), "dist/index.html": html("main.js") },
    steps: [ESBUILD], policy: NO_WASM, ...IN_CHROMIUM,
  },
  {
    name: "Node 20, `/js`", of: ["node-20"], does: "JavaScript alone",
    files: { ...MODULES, "shop.js": by("js"), "main.js": 'import { shop } from "./shop.js";\nshop().then(console.log);' },
    steps: [["node-20", "main.js"]], prints: `${LINE}\n`,
  },
  {
    name: "Node 20, `/slim`", of: ["node-20"], does: "the module's file, read by the program",
    files: { ...MODULES, "shop.js": by("slim"), "main.js": INIT }, steps: [["node-20", "main.js"]], prints: `${LINE}\n`,
  },
  slimmed("esbuild", ["esbuild"], [...ESBUILD, "--loader:.wasm=file"], slim(`import url from "${WASM}";`, "new URL(url, import.meta.url)")),
  slimmed("webpack", ["webpack"], WEBPACK, slim("", `new URL("${WASM}", import.meta.url)`)),
  slimmed("Vite 8", ["vite"], ["vite", "build"], slim(`import url from "${WASM}?url";`, "url"), { "index.html": html("/page.js") }),
];

const VITES = [["vite-5", 5], ["vite-6", 6], ["vite-7", 7], ["vite", 8]].flatMap(([vite, version]) => {
  const files = { ...MODULES, "index.html": html("/page.js") };
  // The page and what is around it are the same in all four: one of them is opened in every browser.
  const every = version === 8;
  return [
    {
      name: `Vite ${version}, dev`, of: [vite], does: "the development server, in Chromium", files,
      serves: [vite, "--host", "127.0.0.1", "--port", "$PORT", "--strictPort"], opens: ["chromium"],
    },
    {
      name: `Vite ${version}, build`, of: every ? [vite, ...EVERY] : [vite],
      does: `a production build, in ${every ? "Chromium, Firefox and WebKit" : "Chromium"}`,
      files, steps: [[vite, "build"]], ...IN_CHROMIUM, ...(every && { opens: EVERY }),
    },
  ];
});

const next = (name, flag) => ({
  name: `Next.js, ${name}`, of: ["next", "react"],
  does: "a build and its server: a server component, a client component in Chromium, the proxy handler as a route, and as an edge route",
  files: {
    ...MODULES,
    // With "type": "module", Next 16.4.6 cannot build an edge route by webpack, whatever is in it.
    "package.json": '{ "private": true }',
    "next.config.mjs": 'import { join } from "node:path";\nconst root = join(import.meta.dirname, "../../..");\nexport default { turbopack: { root }, outputFileTracingRoot: root };',
    "app/layout.js": 'export default ({ children }) => <html lang="en"><head><link rel="icon" href="data:," /></head><body>{children}</body></html>;',
    "app/page.js": `
      import { shop } from "../shop.js";
      import { Client } from "./client.js";
      export const dynamic = "force-dynamic";
      export default async function Page() { return <main><p>{await shop()}</p><Client /></main>; }`,
    "app/client.js": `"use client";
      import { useEffect } from "react";
      import { shop } from "../shop.js";
      export function Client() { useEffect(() => { shop().then((line) => { document.title = line; }); }, []); }`,
    "app/node/route.js": 'export { handle as POST } from "../../server.js";',
    "app/edge/route.js": 'export const runtime = "edge";\nexport { handle as POST } from "../../server.js";',
  },
  steps: [["next", "build", flag]],
  serves: ["next", "start", "--hostname", "127.0.0.1", "--port", "$PORT"],
  asks: [{ path: "/", says: LINE }, { post: "/node", says: ANSWERED }, { post: "/edge", says: ANSWERED }],
  opens: ["chromium"],
});

const WORKER = {
  ...MODULES,
  "wrangler.json": JSON.stringify({ name: "shop", main: "worker.js", compatibility_date: "2026-01-01" }),
  "worker.js": `
    import { handle } from "./server.js";
    import { shop } from "./shop.js";
    export default { fetch: async (request) => request.method === "POST" ? handle(request) : new Response(await shop()) };`,
};
const WORKERD = ["--ip", "127.0.0.1", "--port", "$PORT", "--inspector-port", "0", "--show-interactive-dev-session=false"];
const WORKED = [{ path: "/", says: LINE }, { post: "/", says: ANSWERED }];

const JEST = {
  ...COMMON_JS,
  "package.json": '{ "private": true, "jest": { "transform": {} } }',
  "shop.test.js": `
    // What Jest's jsdom lacks, an answer of \`fetch\` cannot be made without.
    globalThis.Response ??= class { constructor(text, { status }) { this.status = status; this.text = async () => text; } };
    const { shop } = require("./shop.js");
    test("a shop", async () => expect(await shop()).toBe(${JSON.stringify(LINE)}));`,
};
const jest = (environment) => ({
  name: `Jest, ${environment}`, of: ["jest"], does: `a test in the environment \`${environment}\``,
  files: JEST, steps: [["jest", "--env", environment, "--json"]], shows: '"numPassedTests":1',
});

const vitest = (environment) => ({
  name: `Vitest, ${environment}`, of: environment === "node" ? ["vitest"] : ["vitest", environment], does: `a test in the environment \`${environment}\``,
  files: {
    ...MODULES,
    "shop.test.js": `
      import { expect, test } from "vitest";
      import { shop } from "./shop.js";
      test("a shop", async () => expect(await shop()).toBe(${JSON.stringify(LINE)}));`,
  },
  steps: [["vitest", "run", "--environment", environment]], shows: "Tests  1 passed",
});

export const CELLS = [
  ...NODES,
  { name: "Node 24, types stripped", of: ["node-24"], does: "TypeScript without a build", files: TYPESCRIPT, steps: [["node-24", "main.ts"]], prints: PRINTED },
  {
    name: "Bun", of: ["bun"], does: "TypeScript, and the proxy handler by `Bun.serve`",
    files: { ...TYPESCRIPT, "serve.js": 'import { handle } from "./server.ts";\nBun.serve({ hostname: "127.0.0.1", port: Number(Bun.argv[2]), fetch: handle });' },
    steps: [["bun", "main.ts"]], prints: PRINTED, serves: ["bun", "serve.js", "$PORT"], asks: [{ post: "/", says: ANSWERED }],
  },
  {
    name: "Deno", of: ["deno"], does: "TypeScript, checked and run without any permission, and the proxy handler by `Deno.serve`",
    files: { ...TYPESCRIPT, "serve.js": 'import { handle } from "./server.ts";\nDeno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0]) }, handle);' },
    steps: [["deno", "run", "--check", "--no-prompt", "main.ts"]], prints: PRINTED,
    serves: ["deno", "run", "--no-prompt", "--allow-net", "serve.js", "$PORT"], asks: [{ post: "/", says: ANSWERED }],
  },
  {
    name: "A plain page", of: EVERY, does: '`<script type="module">` from static files, in Chromium, Firefox and WebKit',
    files: {
      ...MODULES,
      "index.html": html("page.js"),
      "shop.js": unbundled(MODULES["shop.js"]),
    },
    folder: ".", opens: EVERY,
  },
  bundler("esbuild", ["esbuild"], ESBUILD),
  bundler("Rollup", ["rollup"], ["rollup", "page.js", "--plugin", "node-resolve", "--format", "es", "--file", "dist/main.js"]),
  bundler("webpack", ["webpack"], WEBPACK),
  bundler("Rspack", ["@rspack/core"], ["@rspack/cli", "build", "--mode", "production", "--entry", "./page.js", "--output-path", "dist"]),
  bundler("Bun's bundler", ["bun"], ["bun", "build", "page.js", "--minify", "--outfile", "dist/main.js"]),
  {
    name: "Parcel", of: ["parcel"], does: "a production build, in Chromium",
    files: { ...MODULES, "index.html": html("page.js") },
    steps: [["parcel", "build", "index.html", "--no-cache", "--no-source-maps"]], ...IN_CHROMIUM,
  },
  ...VITES,
  ...ENTRIES,
  next("Turbopack", "--turbopack"),
  next("webpack", "--webpack"),
  {
    name: "Astro", of: ["astro"], does: "a build: at build time, and a script in Chromium",
    files: {
      ...MODULES,
      "src/pages/index.astro": `---\nimport { shop } from "../../shop.js";\nconst line = await shop();\n---\n<html lang="en"><head><meta charset="utf-8">${ICON}</head><body><p>{line}</p><script>import "../../page.js";</script></body></html>`,
    },
    steps: [["astro", "build"]], serves: ["astro", "preview", "--host", "127.0.0.1", "--port", "$PORT"], asks: [{ path: "/", says: LINE }], opens: ["chromium"],
  },
  { name: "Cloudflare Workers, dev", of: ["wrangler"], does: "`wrangler dev`: the proxy handler in workerd", files: WORKER, serves: ["wrangler", "dev", ...WORKERD], asks: WORKED },
  {
    name: "Cloudflare Workers, deploy", of: ["wrangler"], does: "`wrangler deploy --dry-run`, and what it would deploy, in workerd",
    files: WORKER, steps: [["wrangler", "deploy", "--dry-run", "--outdir", "dist"]],
    serves: ["wrangler", "dev", "dist/worker.js", "--no-bundle", ...WORKERD], asks: WORKED, weighs: "dist",
  },
  jest("node"), jest("jsdom"),
  vitest("node"), vitest("jsdom"), vitest("happy-dom"),
];
