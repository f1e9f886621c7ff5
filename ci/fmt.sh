#!/usr/bin/env bash
# Checks that every file is formatted as rustfmt.toml says. Needs rustfmt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo fmt --all -- --check
