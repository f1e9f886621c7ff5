#!/usr/bin/env bash
# Runs every example to its end, within a time limit, and checks that it says it ended well; then
# interrupts `crawl` once, which must close what it has open and end with status 130.
# Needs Rust, and `timeout` of the coreutils.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

limit=60 # seconds; each example is made to end within 10
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# fail MESSAGE: shows what the example printed, and ends.
fail() {
    cat "$out"
    echo "examples: $1" >&2
    exit 1
}

cargo build --package taipan-examples --examples
programs="${CARGO_TARGET_DIR:-target}/debug/examples"

# The names are in the manifest: `[[example]]`, then `name = ".."`.
names=$(awk '/^\[/ { example = $0 == "[[example]]" } example && $1 == "name" { gsub(/"/, "", $3); print $3 }' \
    examples/Cargo.toml)
[[ -n $names ]] || fail "examples/Cargo.toml names none"

# A program that nobody lists is a program that nobody runs.
for file in examples/*.rs examples/*/main.rs; do
    [[ -e $file ]] || continue
    grep -qF "path = \"${file#examples/}\"" examples/Cargo.toml || fail "$file is not in examples/Cargo.toml"
done

for name in $names; do
    started=$SECONDS status=0
    timeout "$limit" "$programs/$name" </dev/null >"$out" 2>&1 || status=$?
    ((status == 0)) || fail "$name ended with status $status"
    echo "$name: ended well after $((SECONDS - started)) s, $(wc -l <"$out") lines"
done

: >"$out" # or what the last example printed would be taken for its first row
# Job control on: a background child would else be started with SIGINT ignored.
set -m
timeout "$limit" "$programs/crawl" </dev/null >"$out" 2>&1 &
crawl=$!
set +m
until [[ -s $out ]]; do
    kill -0 "$crawl" 2>/dev/null || fail "crawl ended before it printed a row"
    sleep 0.05
done
kill -INT "$crawl"
status=0
wait "$crawl" || status=$?
((status == 130)) || fail "crawl, interrupted, ended with status $status instead of 130"
# A program that the signal kills has that status as well: it must have said its goodbye.
grep -qi "closed" "$out" || fail "crawl, interrupted, did not say what it closed"
echo "crawl: ended with status 130 when interrupted"
