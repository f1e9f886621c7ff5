#!/usr/bin/env bash
# Runs the unit tests of the runtime under Miri, which finds undefined behaviour.
# Optional: skipped (status 77) unless rustup has a nightly toolchain with Miri.
#
# Miri has no sockets, so nothing that parks in the reactor runs in it: the tests that are
# `#[cfg_attr(miri, ignore)]` do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! cargo +nightly miri --version >/dev/null 2>&1; then
    echo "SKIPPED: no Miri (rustup +nightly component add miri rust-src)" >&2
    exit 77
fi

# The reactor's helper thread outlives `main`.
export MIRIFLAGS="${MIRIFLAGS:-} -Zmiri-ignore-leaks"
CARGO_TARGET_DIR=target/miri cargo +nightly miri test --package taipan --lib
