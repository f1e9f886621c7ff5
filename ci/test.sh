#!/usr/bin/env bash
# Runs the README's test command: unit, integration, compile-error and doc tests, and the checks of
# the layout (tests/tests/structure: floors, and where unsafe code may stand). Needs Rust only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo test --workspace
# Sockets that wait through async-io alone, as on other systems than Linux.
cargo test --package taipan-tests --features taipan/portable --test net_tcp --test net_tcp_life
