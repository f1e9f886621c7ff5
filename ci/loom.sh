#!/usr/bin/env bash
# Model-checks what wakes across threads: loom tries every order of its steps. Needs Rust only.
# `taipan_loom` is a cfg of our own: dependencies react to `loom`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Optimised, for there are many orders; but not as slowly built as what is measured.
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
# Of three threads that take many steps there are too many orders: those with so many switches that no thread asked for.
export LOOM_MAX_PREEMPTIONS="${LOOM_MAX_PREEMPTIONS:-3}"
export RUSTFLAGS="${RUSTFLAGS:-} --cfg taipan_loom"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/loom"
cargo test --package taipan --lib --release model::
