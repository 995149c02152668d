#!/usr/bin/env bash
# Brings what the build and the tests need, each thing once: scripts/tools.sh rust wasm npm browser …
# What is there already costs nothing and prints nothing. Each failure is one line that says what to do.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
LOGS=$TOOLS/logs

# What must not outlive this run, however it ends.
TEMP= LOCK=
trap 'rm -rf ${TEMP:+"$TEMP"} ${LOCK:+"$LOCK"}' EXIT

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Says why an installer's log ends badly, where that can be told.
reason() {
  if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|[Cc]ould ?n.t resolve host|Could not resolve|Temporary failure|Connection refused|spurious network error|[Dd]ns error' "$1"; then
    printf 'the registry cannot be reached (no network?)'
  elif grep -qE 'ENOSPC|No space left' "$1"; then
    printf 'the disk is full'
  else
    grep -E '^(npm error|error|E:)' "$1" | head -n 1 | cut -c 1-200 || true
  fi
}

# logged <name> <how long it takes> <command…>: runs it with its output in a log, and shows how far it is.
logged() {
  local name=$1 usual=$2 log pid started last=0 now
  shift 2
  mkdir -p "$LOGS"
  log=$LOGS/${name//[^A-Za-z0-9.-]/-}.log
  printf '%s: installing (%s)\n' "$name" "$usual"
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  trap 'kill "$pid" 2>/dev/null || true; exit 130' INT TERM
  started=$SECONDS
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    now=$((SECONDS - started))
    if [ -t 1 ]; then
      printf '\r\033[K  %3d s  %s' "$now" "$(tail -n 1 "$log" | tr -d '\r' | cut -c 1-60)"
    elif [ $((now - last)) -ge 15 ]; then
      last=$now
      printf '  %3d s  %s\n' "$now" "$(tail -n 1 "$log" | tr -d '\r' | cut -c 1-60)"
    fi
  done
  if [ -t 1 ]; then printf '\r\033[K'; fi
  trap - INT TERM
  if ! wait "$pid"; then
    die "$name could not be installed: $(reason "$log"); log: $log"
  fi
  printf '%s: ready after %d s\n' "$name" $((SECONDS - started))
}

# locked <folder> <command…>: runs it while no other run of this script holds that lock.
locked() {
  local dir=$1 holder told=
  shift
  while ! mkdir "$dir" 2>/dev/null; do
    holder=$(cat "$dir/pid" 2>/dev/null || true)
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$dir"
      continue
    fi
    if [ -z "$told" ]; then
      printf 'waiting for another run (process %s) to finish installing\n' "${holder:-unknown}"
      told=yes
    fi
    sleep 1
  done
  LOCK=$dir
  echo $$ >"$dir/pid"
  "$@"
  rm -rf "$LOCK"
  LOCK=
}

# once <folder> <command…>: runs it in a fresh $TEMP, and what it leaves in $TEMP/new becomes the folder.
# So the folder is there whole or not at all, and two runs do not install it twice.
once() {
  [ -d "$1" ] && return 0
  mkdir -p "$TOOLS"
  locked "$1.lock" once_locked "$@"
}

once_locked() {
  local dir=$1
  shift
  [ -d "$dir" ] && return 0
  TEMP=$(mktemp -d "$TOOLS/.new-XXXXXX")
  "$@"
  mv "$TEMP/new" "$dir"
  rm -rf "$TEMP"
  TEMP=
}

# cargo_tool <crate> <version> <how long> <options…>
cargo_tool() {
  local crate=$1 version=$2 usual=$3
  shift 3
  logged "$crate $version" "$usual" env CARGO_TARGET_DIR="$TEMP/target" \
    cargo install "$crate" --version "=$version" --root "$TEMP/new" "$@"
}

need_rust() {
  command -v cargo >/dev/null || die "cargo is missing: install Rust from https://rustup.rs and run this again"
  first_program cc gcc clang >/dev/null || die "a C compiler is missing (Rust links with it): on Debian, apt-get install build-essential"
  local have want sysroot part
  have=$(rustc --version | cut -d ' ' -f 2)
  want=$(awk -F '"' '/^rust-version/ { print $2 }' Cargo.toml)
  at_least "$have" "$want" || die "Rust $want or newer is needed, this is $have: run rustup update"
  sysroot=$(rustc --print sysroot)
  if [ ! -d "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib" ]; then
    command -v rustup >/dev/null || die "Rust's target wasm32-unknown-unknown is missing and there is no rustup to add it: install Rust from https://rustup.rs"
    logged "target wasm32-unknown-unknown" "some seconds" rustup target add wasm32-unknown-unknown
  fi
  for part in fmt clippy; do
    if [ ! -x "$sysroot/bin/cargo-$part" ]; then
      command -v rustup >/dev/null || die "cargo $part is missing and there is no rustup to add it"
      logged "cargo $part" "some seconds" rustup component add "${part/fmt/rustfmt}"
    fi
  done
}

need_wasm() {
  [ -n "$WASM_BINDGEN_VERSION" ] || die "Cargo.lock names no wasm-bindgen: is the checkout complete?"
  once "$WASM_PACK_DIR" cargo_tool wasm-pack "$WASM_PACK_VERSION" "2 to 3 min on 2 cores" --locked
  once "$WASM_BINDGEN_DIR" cargo_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "3 to 4 min on 2 cores" --locked --no-default-features
}

need_deny() {
  once "$CARGO_DENY_DIR" cargo_tool cargo-deny "$CARGO_DENY_VERSION" "about 3 min on 2 cores" --locked
}

need_fuzz() {
  once "$CARGO_FUZZ_DIR" cargo_tool cargo-fuzz "$CARGO_FUZZ_VERSION" "about 1 min on 2 cores" --locked
  first_program c++ g++ clang++ >/dev/null || die "a C++ compiler is missing (libFuzzer is built with it): on Debian, apt-get install build-essential"
}

need_mutants() {
  once "$CARGO_MUTANTS_DIR" cargo_tool cargo-mutants "$CARGO_MUTANTS_VERSION" "about 2 min on 2 cores" --locked
}

need_coverage() {
  once "$CARGO_LLVM_COV_DIR" cargo_tool cargo-llvm-cov "$CARGO_LLVM_COV_VERSION" "about 1 min on 2 cores" --locked
  local sysroot
  sysroot=$(rustc --print sysroot)
  if ! ls "$sysroot"/lib/rustlib/*/bin/llvm-profdata* >/dev/null 2>&1; then
    command -v rustup >/dev/null || die "llvm-tools is missing and there is no rustup to add it"
    logged "llvm-tools" "some seconds" rustup component add llvm-tools
  fi
}

# The binary alone, from the platform's package: the package `node` would only fetch the same with a script.
node_binary() {
  local version=$1 platform package
  platform=$("$QONTO_MACHINE_NODE" -p 'process.platform + "-" + process.arch')
  case $platform in
    darwin-arm64) package=node-bin-$platform ;;
    win32-*) package=node-win-${platform#win32-} ;;
    *) package=node-$platform ;;
  esac
  logged "Node $version" "about 10 s, 50 MB" \
    npm install --prefix "$TEMP" --no-save --ignore-scripts --no-audit --no-fund "$package@$version"
  mv "$TEMP/node_modules/$package" "$TEMP/new"
}

need_node() {
  [ -n "$QONTO_MACHINE_NODE" ] || die "node is missing: install Node 18 or newer (https://nodejs.org)"
  command -v npm >/dev/null || die "npm is missing: install it with Node (https://nodejs.org)"
  local have
  have=$("$QONTO_MACHINE_NODE" --version | tr -d v)
  at_least "$have" 18.0.0 || die "Node 18 or newer is needed, this is $have ($QONTO_MACHINE_NODE)"
  if [ "$QONTO_NODE" = "$NODE_DIR/bin/node" ]; then once "$NODE_DIR" node_binary "$NODE_VERSION"; fi
}

npm_ci() {
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock" && return 0
  local name=${1#.}
  logged "npm packages${name:+ of $name}" "about 20 s" npm ci --prefix "$1" --no-audit --no-fund
  cp "$1/package-lock.json" "$1/node_modules/.installed-lock"
}

# npm_in <folder>: node_modules as its lock says, anew only when the lock has changed.
npm_in() {
  need_node
  [ -f "$1/package-lock.json" ] || die "$1/package-lock.json is missing: is the checkout complete?"
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock" && return 0
  locked "$1/.npm-ci.lock" npm_ci "$1"
}

major() { "$1" --version 2>/dev/null | grep -oE '[0-9]+\.[0-9.]+' | head -n 1 | cut -d . -f 1; }

browser_ready() {
  [ -n "${CHROMIUM:-}" ] && [ -n "${CHROMEDRIVER:-}" ] && [ "$(major "$CHROMIUM")" = "$(major "$CHROMEDRIVER")" ]
}

# What a command is run with as root, where that needs no password.
as_root() {
  if [ "$(id -u)" = 0 ]; then return 0; fi
  sudo -n true 2>/dev/null && printf 'sudo -n'
}

debian_install() {
  local packages=$1
  shift
  # shellcheck disable=SC2086
  "$@" apt-get update -q && "$@" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $packages
}

# debian <how long> <package…>: installs them where that may be done.
debian() {
  local usual=$1 sudo
  shift
  sudo=$(as_root) && command -v apt-get >/dev/null || return 1
  # shellcheck disable=SC2086
  logged "$*" "$usual" debian_install "$*" $sudo
}

need_browser() {
  browser_ready && return 0
  if debian "about 30 s" chromium chromium-driver; then
    CHROMIUM='' CHROMEDRIVER=''
    find_browsers
    browser_ready && return 0
  fi
  if [ -z "${CHROMIUM:-}" ]; then
    die "no Chromium or Chrome was found: install one and its chromedriver (on Debian, apt-get install chromium chromium-driver), or set CHROMIUM and CHROMEDRIVER"
  elif [ -z "${CHROMEDRIVER:-}" ]; then
    die "chromedriver was not found: install the one of $CHROMIUM (version $(major "$CHROMIUM")), or set CHROMEDRIVER"
  fi
  die "$CHROMEDRIVER is of version $(major "$CHROMEDRIVER"), $CHROMIUM of $(major "$CHROMIUM"): set CHROMIUM and CHROMEDRIVER to a pair"
}

need_firefox() {
  if [ -n "${FIREFOX:-}" ] || debian "about 15 s" firefox-esr; then return 0; fi
  die "Firefox was not found: install it (on Debian, apt-get install firefox-esr), or set FIREFOX"
}

webkit_ready() { [ -n "${WEBKITDRIVER:-}" ] && command -v xvfb-run >/dev/null; }

need_webkit() {
  if webkit_ready || debian "about 30 s" webkit2gtk-driver xvfb xauth; then return 0; fi
  die "WebKit's driver and xvfb-run were not found: install them (on Debian, apt-get install webkit2gtk-driver xvfb xauth), or set WEBKITDRIVER"
}

need_nodes() {
  need_node
  local version
  for version in "${MATRIX_NODES[@]}"; do once "$TOOLS/node-$version" node_binary "$version"; done
}

python_ready() { python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; }

need_python() {
  if python_ready || { debian "about 15 s" python3 && python_ready; }; then return 0; fi
  die "python3, 3.8 or newer, is missing (it counts what the tests expect): install it (on Debian, apt-get install python3)"
}

for part in "$@"; do
  case $part in
    rust | wasm | deny | fuzz | mutants | coverage | node | nodes | browser | firefox | webkit | python) "need_$part" ;;
    npm) npm_in . ;;
    npm:*) npm_in "${part#npm:}" ;;
    *) die "unknown part $part: rust, wasm, deny, fuzz, mutants, coverage, node, nodes, npm, npm:<folder>, browser, firefox, webkit and python are known" ;;
  esac
done
