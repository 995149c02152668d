#!/usr/bin/env bash
# Fuzzes for some seconds each: scripts/fuzz.sh 600 [target …]. The targets are in fuzz/.
# An input that fails goes into tests/fixtures/fuzz/<target>/, where tests/fuzz.rs runs it from then on.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
SECONDS_EACH=$1
shift
LOGS=target/fuzz-logs
# No sanitizer: there is no unsafe code for one to watch, and so the stable compiler does.
BUILD=(--sanitizer none)

mkdir -p "$LOGS"
QONTO_FUZZ_SEEDS=$ROOT/fuzz/corpus cargo test -q --locked --all-features --test fuzz seeds_are_written >"$LOGS/seeds.log" 2>&1 ||
  { cat "$LOGS/seeds.log"; exit 1; }
# cargo-fuzz would write a lock file anew that says something else than its manifest.
cargo fetch -q --locked --manifest-path fuzz/Cargo.toml
cargo fuzz build "${BUILD[@]}" >"$LOGS/build.log" 2>&1 || { cat "$LOGS/build.log"; exit 1; }

failed=0
for target in ${*:-$(cargo fuzz list)}; do
  log=$LOGS/$target.log
  code=0
  cargo fuzz run "${BUILD[@]}" "$target" -- -max_total_time="$SECONDS_EACH" -timeout=10 >"$log" 2>&1 || code=$?
  reached=$(grep -oE 'cov: [0-9]+ ft: [0-9]+ corp: [0-9]+' "$log" | tail -n 1)
  if [ "$code" = 0 ]; then
    printf '%s: %s, %s\n' "$target" "$(grep -oE '[0-9]+ runs in [0-9]+ second' "$log" | tail -n 1)s" "$reached"
  else
    failed=1
    grep -vE '^ *([0-9]+: |at )' "$log" | tail -n 40
    printf '%s: an input fails; log: %s\n' "$target" "$log"
  fi
done
exit "$failed"
