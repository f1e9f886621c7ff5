#!/usr/bin/env bash
# Checks that every file is formatted as rustfmt.toml says. Needs rustfmt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo fmt --all -- --check
# Workspaces of their own.
for folder in examples/starter fuzz; do
    cargo fmt --manifest-path "$folder/Cargo.toml" -- --check
done
