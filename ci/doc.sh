#!/usr/bin/env bash
# Checks that the documentation builds without a warning: no dead link, no bad HTML. Needs rustdoc.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

RUSTDOCFLAGS="${RUSTDOCFLAGS:-} -D warnings" cargo doc --workspace --no-deps
