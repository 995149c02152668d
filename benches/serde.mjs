// Builds the crate in benches/serde into target/bench/serde, with the tools that the package is built with.
import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WASM_OPT } from "../scripts/wasm-opt.mjs";

const CRATE = fileURLToPath(new URL("serde", import.meta.url));
const TARGET = fileURLToPath(new URL("../target/bench", import.meta.url));

export function buildSerde() {
  const out = join(TARGET, "serde");
  const options = ["--mode", "no-install", "--no-pack", "--target", "nodejs", "--release", "--out-dir", out, "--out-name", "serde_way"];
  execFileSync("wasm-pack", ["--log-level", "error", "build", ...options, "--", "--locked", "--quiet"], {
    cwd: CRATE,
    env: { ...process.env, CARGO_TARGET_DIR: join(TARGET, "cargo") },
    stdio: "inherit",
  });
  // wasm-pack would say so in its own package.json.
  writeFileSync(join(out, "package.json"), '{ "type": "commonjs" }');
  const module = join(out, "serde_way_bg.wasm");
  execFileSync(process.execPath, [...WASM_OPT, module, "-o", `${module}.opt`], { stdio: "inherit" });
  renameSync(`${module}.opt`, module);
}
