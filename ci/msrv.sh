#!/usr/bin/env bash
# Checks that the crates build with the `rust-version` of Cargo.toml.
# Optional: skipped (status 77) unless rustup has that toolchain.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if ! cargo "+$version" --version >/dev/null 2>&1; then
    echo "SKIPPED: no toolchain $version (rustup toolchain install $version --profile minimal)" >&2
    exit 77
fi

# A target directory of its own: the artifacts of two compilers do not mix.
CARGO_TARGET_DIR=target/msrv cargo "+$version" check --workspace --all-targets
