#!/usr/bin/env bash
# Checks the lints of the workspace, on every crate, target and feature; a warning is an error.
# Needs clippy. The lints themselves stand in Cargo.toml.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo clippy --workspace --all-targets --all-features -- -D warnings
# What the feature `portable` leaves out.
cargo clippy --workspace --all-targets -- -D warnings
