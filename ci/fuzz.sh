#!/usr/bin/env bash
# Fuzzes the parsers of the macros, each for SECONDS: an expansion or an error, never a panic. What is new is kept
# in fuzz/corpus, made as small as covers the same; `cargo test -p taipan-macros` replays it.
#
# usage: ci/fuzz.sh SECONDS [TARGET..]     (default: every target)
# By hand; not a part of `.ci/run`. Skipped (status 77) without a nightly toolchain and cargo-fuzz.
#
# A crash is kept in fuzz/artifacts/TARGET, where it fails the test that replays the corpus, which shows its tokens:
# it becomes a test of its own, and then the parser is mended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:?usage: ci/fuzz.sh SECONDS [TARGET..]}
shift
if ! cargo +nightly fuzz --version >/dev/null 2>&1; then
    echo "SKIPPED: no nightly toolchain with cargo-fuzz (cargo install cargo-fuzz)" >&2
    exit 77
fi

targets=("$@")
((${#targets[@]})) || mapfile -t targets < <(cargo +nightly fuzz list)

# No sanitizer: there is no unsafe code in the macros.
fuzz() { nice -n 19 cargo +nightly fuzz "$1" --sanitizer none "${@:2}"; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
corpus() { cargo +nightly run --quiet --manifest-path fuzz/Cargo.toml --example corpus "$@"; }

corpus unpack "$work" "${targets[@]}"
failed=()
for target in "${targets[@]}"; do
    # Longer input is deeper, and not other.
    fuzz run "$target" "$work/$target" -- \
        -max_total_time="$seconds" -max_len=160 -timeout=60 -print_final_stats=1 || failed+=("$target")
    # How often an edge is passed does not count here: else there would be thousands of inputs.
    fuzz cmin "$target" "$work/$target" -- -max_len=160 -use_counters=0
    corpus pack "$work" "$target"
done
wc -lc fuzz/corpus/*.hex
if ((${#failed[@]})); then
    echo "fuzz: crashes of ${failed[*]} are in fuzz/artifacts" >&2
    exit 1
fi
