#!/usr/bin/env bash
# Prints what taipan's macros cost at compile time, beside what they are to be measured by, and fails
# if a goal is missed. Runs by hand: it takes minutes.
#
#   ci/compile-cost.sh [ROUNDS]
#
# Three pairs: a cold build of the macro crate beside one of `syn` alone with the same features; and 300
# copies of a function that are checked: a 3-arm `select!` beside the same by hand, a 3-child `gather!`
# beside `tokio::join!`. Measured is the CPU time in user mode of cargo and all rustcs, which says the same on
# a machine that does other work as well. The two of a pair run one after the other, round by round;
# what counts is the median of the rounds' ratios.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source benches/externs.sh

rounds=${1:-5}
copies=300
export CARGO_INCREMENTAL=0
unset RUSTC_WRAPPER

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# seconds COMMAND..: the CPU time of a command that succeeds, and that prints nothing but errors.
seconds() {
    local TIMEFORMAT=%U
    { time "$@" 1>&3 2>&3; } 3>"$scratch/output" 2>&1 || { cat "$scratch/output" >&2; return 1; }
}

# An empty crate that depends on syn as the workspace does, and on the same version of it.
mkdir -p "$scratch/syn/src"
touch "$scratch/syn/src/lib.rs"
cat >"$scratch/syn/Cargo.toml" <<END
[package]
name = "syn-alone"
edition = "2024"
[dependencies]
$(sed -n '/^syn = /p' Cargo.toml)
[workspace]
[profile.dev]
$(sed -n '/^\[profile.dev\]/,/^$/{/^debug/p}' Cargo.toml)
END

cold_macros() {
    rm -rf "$scratch/target"
    seconds cargo build --quiet --package taipan-macros --target-dir "$scratch/target"
}

cold_syn() {
    rm -rf "$scratch/target"
    seconds cargo build --quiet --manifest-path "$scratch/syn/Cargo.toml" --target-dir "$scratch/target"
}

# write NAME: the copies of benches/compile_cost/NAME.rs.
write() {
    cat benches/compile_cost/head.rs
    for ((copy = 0; copy < copies; copy++)); do
        sed "s/ copy()/ copy_$copy()/" "benches/compile_cost/$1.rs"
    done
}

# check NAME: checks them, as `cargo check` does.
check() {
    seconds rustc --edition 2024 --crate-type lib --emit metadata -o "$scratch/$1.rmeta" "${externs[@]}" "$scratch/$1.rs"
}

names=(gather join select select_by_hand)
for name in "${names[@]}"; do write "$name" >"$scratch/$name.rs"; done
externs=$(externs)
mapfile -t externs <<<"$externs"
cp Cargo.lock "$scratch/syn/"

for ((round = 1; round <= rounds; round++)); do
    echo "build $(cold_macros) $(cold_syn)"
    echo "select $(check select) $(check select_by_hand)"
    echo "gather $(check gather) $(check join)"
done | tee "$scratch/figures" | sed "s/^/  /" >&2

# verdict KIND GOAL TEXT: the median ratio of a pair, and from where to where the rounds go.
verdict() {
    awk -v kind="$1" -v goal="$2" -v text="$3" '
        function median(list, n) { return (list[int((n + 1) / 2)] + list[int(n / 2) + 1]) / 2 }
        function sort(list, n,  i, j, x) {
            for (i = 2; i <= n; i++) {
                x = list[i]
                for (j = i - 1; j >= 1 && list[j] > x; j--) list[j + 1] = list[j]
                list[j + 1] = x
            }
        }
        $1 == kind { n++; ours[n] = $2; theirs[n] = $3; ratio[n] = $2 / $3 }
        END {
            sort(ours, n); sort(theirs, n); sort(ratio, n)
            met = n > 0 && median(ratio, n) <= goal
            printf "%-60s %5.2f s %5.2f s %5.2fx (%.2f to %.2f), goal %.1fx: %s\n", text, median(ours, n),
                median(theirs, n), median(ratio, n), ratio[1], ratio[n], goal, met ? "met" : "MISSED"
            exit !met
        }' "$scratch/figures"
}

status=0
echo "$(rustc --version), $rounds rounds, $copies copies"
verdict build 1.6 "cold build: the macro crate, syn alone" || status=1
verdict select 2.0 "check: select! of 3 arms, the same by hand" || status=1
verdict gather 1.5 "check: gather! of 3 children, tokio::join!" || status=1
exit "$status"
