#!/usr/bin/env bash
# Runs the unit and integration tests under AddressSanitizer.
# Optional: skipped (status 77) unless rustup has a nightly toolchain for x86-64 Linux. The standard
# library is not instrumented (that would need rust-src); what it allocates is watched all the same.
# The tests named `..is_forgotten..` leak on purpose, and are left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=x86_64-unknown-linux-gnu
if ! cargo +nightly --version >/dev/null 2>&1; then
    echo "SKIPPED: no nightly toolchain (rustup toolchain install nightly --profile minimal)" >&2
    exit 77
fi
if [[ $(rustc +nightly -vV | sed -n 's/^host: //p') != "$target" ]]; then
    echo "SKIPPED: written for $target only" >&2
    exit 77
fi

export CARGO_TARGET_DIR=target/asan
export RUSTFLAGS="${RUSTFLAGS:-} -Zsanitizer=address"
export TAIPAN_STORM_CUTS=2000
# What the compile-error tests would run is the compiler: nothing of ours is in it.
# Not those that run no code of ours, nor the one that measures memory, which the sanitizer keeps.
suites=$(cd tests/tests && ls -d -- *.rs */main.rs 2>/dev/null | sed 's/\.rs$//; s/\/main$//' | grep -vx -e ui -e structure -e fmt -e run_repeat)
cargo +nightly test --target "$target" --package taipan --lib -- --skip is_forgotten
# shellcheck disable=SC2046 # one word each
cargo +nightly test --target "$target" --package taipan-tests $(printf -- '--test %s ' $suites) -- --skip is_forgotten
