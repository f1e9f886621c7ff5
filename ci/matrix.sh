#!/usr/bin/env bash
# Every macro with a body inside every other one, in every place, left in every way: the whole matrix, of
# which the suite runs a sixth. Takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
TAIPAN_MATRIX=full cargo test -p taipan-tests --test with_matrix
