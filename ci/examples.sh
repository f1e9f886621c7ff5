#!/usr/bin/env bash
# Runs every example to its end, within a time limit, and checks that it says it ended well; then
# interrupts `crawl` and `workers` once, which must close what they have open and end with status 130.
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

# interrupt NAME TEXT: interrupts an example once it has said something, and wants TEXT in what it says in the end.
interrupt() {
    local name=$1 text=$2 pid status=0
    : >"$out" # or what the last example printed would be taken for its first line
    # Job control on: a background child would else be started with SIGINT ignored.
    set -m
    # In the foreground, or `timeout` would pass the signal on twice: the second one ends a program at once.
    timeout --foreground "$limit" "$programs/$name" </dev/null >"$out" 2>&1 &
    pid=$!
    set +m
    until [[ -s $out ]]; do
        kill -0 "$pid" 2>/dev/null || fail "$name ended before it said anything"
        sleep 0.05
    done
    kill -INT "$pid"
    wait "$pid" || status=$?
    ((status == 130)) || fail "$name, interrupted, ended with status $status instead of 130"
    # A program that the signal kills has that status as well: it must have said its goodbye.
    grep -qiE "$text" "$out" || fail "$name, interrupted, did not say \`$text\`"
    echo "$name: ended with status 130 when interrupted"
}

interrupt crawl closed
# What was taken is done, and nothing lies in the queue.
interrupt workers '^-- ([0-9]+) of \1 done, 0 in the queue, 0 downloads: closed$'
