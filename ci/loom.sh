#!/bin/sh
# Model-checks what wakes across threads. `taipan_loom` is a cfg of our own: dependencies react to `loom`.
set -eu
cd "$(dirname "$0")/.."
export RUSTFLAGS="--cfg taipan_loom"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/loom"
cargo test -p taipan --lib --release wakeset
