#!/usr/bin/env bash
# Prints how many instructions a scope, or a `with`, adds to a poll, and how many a task's poll takes with its way
# through the run queue, as callgrind counts them.
#
# Each kind runs twice, with different numbers of polls: the difference leaves out start and end.
# Needs valgrind; ends with status 77 where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: no valgrind" >&2
    exit 77
fi

cargo build --quiet --release --package taipan-benches --bin scope_poll
program="${CARGO_TARGET_DIR:-target}/release/scope_poll"

# instructions KIND POLLS: of the whole process.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

few=1000 many=101000
raw=
for kind in raw scope scope4 with task; do
    per_poll=$(awk -v a="$(instructions "$kind" "$few")" -v b="$(instructions "$kind" "$many")" \
        -v polls=$((many - few)) 'BEGIN { printf "%.1f", (b - a) / polls }')
    raw=${raw:-$per_poll}
    awk -v kind="$kind" -v a="$per_poll" -v raw="$raw" \
        'BEGIN { printf "%-8s %6.1f instructions a poll, %6.1f more than raw\n", kind, a, a - raw }'
done
