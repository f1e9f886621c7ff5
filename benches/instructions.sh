#!/usr/bin/env bash
# Prints, as callgrind counts instructions: how many a scope, or a `with`, adds to a poll; how many a task's poll
# takes with its way through the run queue; how many what becomes of a task takes, a value on its way through a
# channel, a timer that never fires, and the primitives of `sync`, beside tokio's; and how many `select!` and `gather!`
# take, beside the same written by hand.
#
# Each kind runs twice, with different numbers of rounds: the difference leaves out start and end.
# Needs valgrind; ends with status 77 where it is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: no valgrind" >&2
    exit 77
fi

cargo build --quiet --release --package taipan-benches --bin scope_poll --bin macro_poll --bin channel_poll \
    --bin task_cost --bin timer_poll --bin sync_poll
programs="${CARGO_TARGET_DIR:-target}/release"
few=1000 many=101000

# instructions PROGRAM ARGUMENTS..: of the whole process.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$programs/$1" "${@:2}" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# per_round PROGRAM ARGUMENTS..: of one round.
per_round() {
    awk -v a="$(instructions "$@" "$few")" -v b="$(instructions "$@" "$many")" \
        -v rounds=$((many - few)) 'BEGIN { printf "%.1f", (b - a) / rounds }'
}

raw=
for kind in raw scope scope4 with task; do
    per_poll=$(per_round scope_poll "$kind")
    raw=${raw:-$per_poll}
    awk -v kind="$kind" -v a="$per_poll" -v raw="$raw" \
        'BEGIN { printf "%-8s %6.1f instructions a poll, %6.1f more than raw\n", kind, a, a - raw }'
done

for kind in spawn chain wake join; do
    awk -v kind="$kind" -v ours="$(per_round task_cost taipan "$kind")" \
        -v theirs="$(per_round task_cost tokio "$kind")" \
        'BEGIN { printf "%-8s %6.1f instructions, tokio %6.1f (%.2f times)\n", kind, ours, theirs, ours / theirs }'
done

# beside HAND KIND..: a line for each kind; a poll that finds nothing ready, and a whole life with two polls.
beside() {
    local hand_poll= hand_run= kind poll run
    for kind in "$@"; do
        poll=$(per_round macro_poll "$kind" poll)
        run=$(per_round macro_poll "$kind" run)
        hand_poll=${hand_poll:-$poll} hand_run=${hand_run:-$run}
        awk -v kind="$kind" -v p="$poll" -v r="$run" -v hp="$hand_poll" -v hr="$hand_run" 'BEGIN {
            printf "%-8s %6.1f instructions a poll (%.2f times by hand), %6.1f a life (%.2f times)\n",
                kind, p, p / hp, r, r / hr }'
    done
}

for arms in 2 3 8; do
    beside "hand$arms" "biased$arms" "select$arms"
done
for children in 2 3 10; do
    beside "all$children" "gather$children"
done

for kind in pass first full batch stream; do
    tokio=
    for side in tokio taipan queue; do
        value=$(per_round channel_poll "$side" "$kind")
        tokio=${tokio:-$value}
        awk -v side="$side" -v kind="$kind" -v v="$value" -v t="$tokio" \
            'BEGIN { printf "%-8s %-6s %6.1f instructions a value, %.2f times tokio\n", side, kind, v, v / t }'
    done
done

for kind in yield sleep timeout; do
    awk -v kind="$kind" -v a="$(per_round timer_poll "$kind" taipan)" -v b="$(per_round timer_poll "$kind" tokio)" \
        'BEGIN { printf "%-8s %6.1f instructions, %6.1f with tokio\n", kind, a, b }'
done

for kind in oneshot oneshot-sent lock lock-handoff permit permit-handoff read; do
    awk -v kind="$kind" -v a="$(per_round sync_poll "$kind" taipan)" \
        -v b="$(per_round sync_poll "$kind" tokio)" \
        'BEGIN { printf "%-14s %6.1f instructions (%.2f times tokio)\n", kind, a, a / b }'
done
