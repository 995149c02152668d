// What is in the tarball, and what must not be.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import ts from "typescript-5";
import { ROOT, run, tarball } from "./packed.mjs";

const manifest = JSON.parse(readFileSync(join(ROOT, "pkg/package.json"), "utf8"));

test("the tarball holds the listed files and nothing else", async () => {
  const { files } = await tarball();
  assert.deepEqual([...files].sort(), [...manifest.files, "README.md", "package.json"].sort());
});

test("the package needs no other package and runs no script", () => {
  for (const key of ["dependencies", "peerDependencies", "optionalDependencies", "scripts"]) {
    assert.equal(manifest[key], undefined, key);
  }
});

test("version, description and licence are the crate's", () => {
  const cargo = readFileSync(join(ROOT, "Cargo.toml"), "utf8");
  for (const key of ["version", "description", "license"]) {
    assert.equal(manifest[key], cargo.match(new RegExp(`^${key} = "(.*)"$`, "m"))[1], key);
  }
});

test("no file names a path of the machine that built it", async () => {
  const { files } = await tarball();
  for (const file of files) {
    const text = readFileSync(join(ROOT, "pkg", file), "latin1");
    for (const path of [ROOT, homedir(), "/.cargo/", "/.rustup/", "/rustlib/"]) {
      // A root user's home or a checkout at the top is too short a word to look for.
      if (path.length > 5) assert.ok(!text.includes(path), `${file} contains ${path}`);
    }
  }
});

test("the module names no place in a source, and has no words for a panic", () => {
  const text = readFileSync(join(ROOT, "pkg", "qonto_payment_links_bg.wasm"), "latin1");
  assert.doesNotMatch(text, /\w\.rs\b|\/rustc\/|panicked at/);
});

test("the scripts use nothing that some runtime lacks", () => {
  for (const file of manifest.files.filter((file) => /\.c?js$/.test(file))) {
    const text = readFileSync(join(ROOT, "pkg", file), "utf8");
    // An ArrayBuffer is everywhere, a Buffer is not.
    for (const word of [/import\.meta/, /node:/, /process\./, /\bBuffer\b/, /document\./, /new Function/, /eval\(/]) {
      assert.ok(!word.test(text), `${file} contains ${word}`);
    }
  }
});

test("the lock files name no registry host", () => {
  for (const lock of ["package-lock.json", "www-example/package-lock.json"]) {
    assert.ok(!readFileSync(join(ROOT, lock), "utf8").includes('"resolved": "http'), lock);
  }
});

test("the exports map has its conditions in order, types first, each with its files, and HACKING.md names them", () => {
  const order = ["workerd", "edge-light", "import", "require", "default"];
  const hacking = readFileSync(join(ROOT, "HACKING.md"), "utf8");
  for (const [subpath, target] of Object.entries(manifest.exports)) {
    assert.ok(hacking.includes(`\`${subpath.replace(/(messages)\/\w\w$/, "$1/xx")}\``), subpath);
    if (typeof target === "string") continue;
    const conditions = Object.keys(target);
    assert.deepEqual(conditions, order.filter((name) => conditions.includes(name)), subpath);
    assert.deepEqual(conditions.slice(-3), order.slice(-3), subpath);
    for (const [condition, files] of Object.entries(target)) {
      assert.ok(hacking.includes(`| \`${condition}\` |`), condition);
      assert.deepEqual(Object.keys(files), ["types", "default"], `${subpath}, ${condition}`);
      for (const file of Object.values(files)) assert.ok(manifest.files.includes(file.slice(2)), file);
    }
    if (subpath !== ".") assert.deepEqual(manifest.typesVersions["*"][subpath.slice(2)], [target.import.types], subpath);
  }
});

/** What is documented: what a file declares, and its members at any depth. */
const DOCUMENTED = [
  "InterfaceDeclaration", "TypeAliasDeclaration", "FunctionDeclaration", "ClassDeclaration", "VariableStatement", "PropertySignature",
  "MethodSignature", "PropertyDeclaration", "MethodDeclaration", "Constructor", "ConstructSignature",
].map((name) => ts.SyntaxKind[name]);
/** Types that are computed of others, whose members are documented there. */
const COMPUTED = /^(FieldsOf|PaymentLinkError|PaymentLinkErrorData|SchemaIssue)\./;

function undocumented(file) {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, "pkg", file), "utf8"), ts.ScriptTarget.Latest, true);
  const missing = [];
  const look = (node, path) => {
    // What goes into a function and out of it is the function's to say, and an issue's parameters are its code's.
    if (ts.isParameter(node) || ts.isFunctionTypeNode(node) || /^IssueParams\.\w+\./.test(path)) return;
    const isNamed = DOCUMENTED.includes(node.kind);
    const name = (ts.isVariableStatement(node) ? node.declarationList.declarations[0] : node).name?.text ?? "new";
    const here = isNamed ? `${path}${name}.` : path;
    if (isNamed && !node.jsDoc?.length && !(COMPUTED.test(here) && path !== "")) missing.push(here);
    ts.forEachChild(node, (child) => look(child, here));
  };
  look(source, "");
  return missing;
}

test("every type, function, member and code has documentation", () => {
  const files = manifest.files.filter((file) => /\.d\.c?ts$/.test(file));
  for (const file of files) assert.deepEqual(undocumented(file), [], file);
  assert.ok(files.length > 15);
});

test("publint finds nothing", async () => {
  const packed = new Uint8Array(readFileSync((await tarball()).path)).buffer;
  const { messages } = await publint({ strict: true, pack: { tarball: packed } });
  assert.deepEqual(messages.map((message) => formatMessage(message, manifest)), []);
});

test("are the types wrong? finds nothing, in its strict profile", async () => {
  const cli = join(ROOT, "node_modules/@arethetypeswrong/cli/dist/index.js");
  await run(process.execPath, [cli, (await tarball()).path, "--profile", "strict", "--format", "ascii", "--exclude-entrypoints", "qonto_payment_links_bg.wasm"]);
});
