#!/usr/bin/env bash
# Rust to WebAssembly: wasm-pack into target/wasm-pack, then Binaryen's wasm-opt from npm into target/wasm-opt,
# and the twin in JavaScript into target/twin.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
NAME=qonto_payment_links

# No path of this machine goes into the module (panic messages name source files): the same source gives
# the same bytes in every checkout. A registry's folder is named after its host, so it goes as well.
if ! problem=$(cargo fetch --locked --target wasm32-unknown-unknown 2>&1); then
  printf 'error: the crates could not be fetched: %s\n' "$(tail -n 1 <<<"$problem" | sed 's/^ *//')" >&2
  exit 1
fi
sysroot=$(rustc --print sysroot)
commit=$(rustc -vV | awk '/^commit-hash/ { print $2 }')
flags=("$ROOT=." "$sysroot/lib/rustlib/src/rust=/rustc/$commit")
for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
  flags+=("$registry=crates")
done
# The unit separator keeps paths with spaces whole.
CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; printf '%s' "${flags[*]/#/--remap-path-prefix=}")
# A stack of 64 KiB: the frames of all functions together are 27 KB, and none calls itself deeper than a path is
# long. The usual megabyte is memory that each instance would take, and makes every address a byte longer.
CARGO_ENCODED_RUSTFLAGS+=$'\x1f-Clink-arg=-zstack-size=65536'
export CARGO_ENCODED_RUSTFLAGS
# One place for every profile setting: a flag from the environment would make other bytes.
unset RUSTFLAGS

wasm-pack --log-level warn build --mode no-install --no-pack --target bundler --release \
  --out-dir target/wasm-pack --out-name $NAME -- --locked

# wasm-pack types what it means to be imported; the loaders import the glue itself.
cat >target/wasm-pack/${NAME}_bg.d.ts <<TYPES
export * from "./$NAME.js";
export function __wbg_set_wasm(exports: object): void;
TYPES

mkdir -p target/wasm-opt
"$QONTO_NODE" scripts/trap.mjs target/wasm-pack/${NAME}_bg.wasm target/wasm-opt/${NAME}_trap.wasm
"$QONTO_NODE" scripts/wasm-opt.mjs target/wasm-opt/${NAME}_trap.wasm -o target/wasm-opt/${NAME}_bg.wasm

# The same crate as JavaScript, for pages that may not run WebAssembly.
"$QONTO_NODE" scripts/twin.mjs "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/$NAME.wasm" target/twin
