#!/usr/bin/env bash
# Builds the module once more, from a copy of the sources in another folder and with nothing built before, and fails
# unless its bytes are those of the first.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$ROOT"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  [ ! -e "$file" ] || printf '%s\0' "$file"
done | xargs -0 cp --parents -t "$copy"
ln -s "$ROOT/node_modules" "$copy/node_modules"
echo "building the module once more, in $copy"
"$copy/scripts/wasm.sh" >"$copy/log" 2>&1 || { cat "$copy/log" >&2; exit 1; }
hashes=$(sha256sum {"$ROOT","$copy"}/target/wasm-opt/qonto_payment_links_bg.wasm)
echo "$hashes"
[ "$(cut -d ' ' -f 1 <<<"$hashes" | sort -u | wc -l)" = 1 ] || { echo "error: expected the same bytes, received others" >&2; exit 1; }
