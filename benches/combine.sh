#!/usr/bin/env bash
# Prints how many instructions gathering and selecting take, as callgrind counts them, beside what tokio's users take
# for it: `join_all`, `tokio::join!` and `tokio::select!`. An argument names the kinds to count, as
# `combine.sh yield1000 select2`; without any it counts them all.
#
# Each kind runs twice, with different numbers of rounds: the difference leaves out start and end. A locked instruction
# counts as one here, and takes some 20 times as long.
# Needs valgrind; ends with status 77 where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: no valgrind" >&2
    exit 77
fi

cargo build --quiet --release --package taipan-benches --bin combine_poll
program="${CARGO_TARGET_DIR:-target}/release/combine_poll"

# instructions KIND SIDE ROUNDS: of the whole process.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# per_life KIND SIDE CHILDREN
per_life() {
    local few=$((2000 / $3 + 1))
    local many=$((few * 6))
    awk -v a="$(instructions "$1" "$2" "$few")" -v b="$(instructions "$1" "$2" "$many")" \
        -v rounds=$((many - few)) 'BEGIN { printf "%.1f", (b - a) / rounds }'
}

kinds=("$@")
if [[ ${#kinds[@]} -eq 0 ]]; then
    kinds=({ready,yield,channel}{10,100,1000,10000} join{2,3,10} {select,pending,receive}{2,3,8} race2)
fi
for kind in "${kinds[@]}"; do
    children=${kind//[^0-9]/}
    awk -v kind="$kind" -v n="$children" -v own="$(per_life "$kind" taipan "$children")" \
        -v rival="$(per_life "$kind" rival "$children")" 'BEGIN {
            printf "%-12s %11.1f instructions, %8.1f a child; the rival %11.1f, %8.1f a child: %.2f times\n",
                kind, own, own / n, rival, rival / n, own / rival }'
done
