# Sourced by bash: which tools at which versions, where they are, and PATH with them in front.
# It installs nothing and prints nothing; scripts/tools.sh brings what is missing.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=${QONTO_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/qonto-payment-links}

WASM_PACK_VERSION=0.15.1
CARGO_DENY_VERSION=0.20.2
CARGO_FUZZ_VERSION=0.13.2
CARGO_MUTANTS_VERSION=27.1.0
CARGO_LLVM_COV_VERSION=0.9.1
NODE_VERSION=24.21.0
# Those that the consumer matrix runs the package in.
MATRIX_NODES=(20.20.2 22.23.3 "$NODE_VERSION")
# wasm-pack insists on a wasm-bindgen of exactly the crate's version.
WASM_BINDGEN_VERSION=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' "$ROOT/Cargo.lock")

WASM_PACK_DIR=$TOOLS/wasm-pack-$WASM_PACK_VERSION
WASM_BINDGEN_DIR=$TOOLS/wasm-bindgen-$WASM_BINDGEN_VERSION
CARGO_DENY_DIR=$TOOLS/cargo-deny-$CARGO_DENY_VERSION
CARGO_FUZZ_DIR=$TOOLS/cargo-fuzz-$CARGO_FUZZ_VERSION
CARGO_MUTANTS_DIR=$TOOLS/cargo-mutants-$CARGO_MUTANTS_VERSION
CARGO_LLVM_COV_DIR=$TOOLS/cargo-llvm-cov-$CARGO_LLVM_COV_VERSION
NODE_DIR=$TOOLS/node-$NODE_VERSION

# Whether version $1 is at least $2 (three numbers each).
at_least() {
  local IFS=.-
  # shellcheck disable=SC2206
  local have=($1) want=($2) i
  for i in 0 1 2; do
    [ "${have[i]:-0}" -gt "${want[i]:-0}" ] 2>/dev/null && return 0
    [ "${have[i]:-0}" -lt "${want[i]:-0}" ] 2>/dev/null && return 1
  done
  return 0
}

# The first of the arguments that is a program.
first_program() {
  local candidate
  for candidate in "$@"; do
    if command -v "$candidate" >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

# NODE_20, NODE_22 and NODE_24 are their programs.
for version in "${MATRIX_NODES[@]}"; do
  export "NODE_${version%%.*}=$TOOLS/node-$version/bin/node"
done

# The machine's own Node, remembered because the brought one comes first in PATH from here on.
if [ -z "${QONTO_MACHINE_NODE:-}" ]; then
  QONTO_MACHINE_NODE=$(command -v node || true)
fi
# wrangler and workerd's runtime need Node 22.12, the built-in test runner's options 22.13.
node_is_old() { ! at_least "$("$QONTO_MACHINE_NODE" --version 2>/dev/null | tr -d v)" 22.13.0; }
if [ -n "$QONTO_MACHINE_NODE" ] && node_is_old; then
  QONTO_NODE=$NODE_DIR/bin/node
  PATH=$NODE_DIR/bin:$PATH
else
  QONTO_NODE=$QONTO_MACHINE_NODE
fi

for dir in "$CARGO_LLVM_COV_DIR" "$CARGO_MUTANTS_DIR" "$CARGO_FUZZ_DIR" "$CARGO_DENY_DIR" "$WASM_BINDGEN_DIR" "$WASM_PACK_DIR"; do
  PATH=$dir/bin:$PATH
done

# Set CHROMIUM and CHROMEDRIVER, FIREFOX, WEBKITDRIVER to use others than those found.
find_browsers() {
  CHROMIUM=${CHROMIUM:-$(first_program chromium chromium-browser google-chrome google-chrome-stable \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
    "/Applications/Chromium.app/Contents/MacOS/Chromium" || true)}
  CHROMEDRIVER=${CHROMEDRIVER:-$(first_program chromedriver /usr/lib/chromium/chromedriver \
    /usr/lib/chromium-browser/chromedriver || true)}
  FIREFOX=${FIREFOX:-$(first_program firefox firefox-esr /Applications/Firefox.app/Contents/MacOS/firefox || true)}
  WEBKITDRIVER=${WEBKITDRIVER:-$(first_program WebKitWebDriver || true)}
  local name
  for name in CHROMIUM CHROMEDRIVER FIREFOX WEBKITDRIVER; do
    if [ -n "${!name}" ]; then export "${name?}"; else unset "$name"; fi
  done
}
find_browsers

export PATH QONTO_MACHINE_NODE QONTO_NODE
# wrangler would otherwise ask and report.
export WRANGLER_SEND_METRICS=false
