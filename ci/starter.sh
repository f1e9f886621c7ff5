#!/usr/bin/env bash
# Builds, runs and tests the project in examples/starter, where it lies and as a copy, and shows that its lints catch what
# they are there for: each mistake of ci/starter/*.rs is planted in a copy, and must be the one error that is told.
# Needs Rust with rustfmt and clippy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}/starter"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "starter: $1" >&2
    exit 1
}

# What is locked for the workspace is at hand; without it cargo would look for newer versions.
[[ ! -e Cargo.lock ]] || cp Cargo.lock examples/starter/Cargo.lock
(cd examples/starter && cargo build)

# As the readme says: a copy, and the one line.
cp -r examples/starter "$work/copy"
cd "$work/copy"
sed -i "s|^taipan = { path = .*|taipan = { path = \"$root/runtime\" }|" Cargo.toml
[[ $(diff Cargo.toml "$root/examples/starter/Cargo.toml" | grep -c '^<') == 1 ]] || fail "not one line to change"
cargo fmt -- --check
cargo test
cargo clippy --all-targets -- -D warnings
printf 'attic 20\ngarden 10\n' >sensors.txt
[[ $(cargo run --quiet -- sensors.txt) == $'attic: 20\ngarden: 10\nthe line is closed: Returned' ]] ||
    fail "the program says something else"

# The lint of each error, from what cargo says in JSON.
errors() { sed -n '/"rendered":"error/s/.*"code":{"code":"\([^"]*\)".*/\1/p'; }

cp src/main.rs "$work/main.rs"
for mistake in "$root"/ci/starter/*.rs; do
    name=$(basename "$mistake" .rs)
    lint=$(sed -n 's|^//! lint: ||p' "$mistake")
    # rustc's own lints stop a build, those of clippy want clippy.
    command=build
    [[ $lint != clippy::* ]] || command=clippy
    { cat "$work/main.rs" && echo '#[allow(dead_code)]' && sed 1d "$mistake"; } >src/main.rs
    status=0
    cargo "$command" --quiet --message-format=json >"$work/json" 2>/dev/null || status=$?
    told=$(errors <"$work/json")
    [[ $status != 0 && $told == "$lint" ]] || {
        grep compiler-message "$work/json"
        fail "$name: cargo $command ended with status $status and told of '$told', not of '$lint'"
    }
    echo "$name: cargo $command tells of $lint"
done
