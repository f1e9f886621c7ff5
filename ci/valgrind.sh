#!/usr/bin/env bash
# Runs the tests that share memory between tasks and threads under valgrind's memcheck.
# Optional: skipped (status 77) without valgrind.
#
# What it is for: the unit tests of the runtime (where its unsafe code is) and the suites that spawn.
# Left out: the tests named `..is_forgotten..`, which leak on purpose, the
# compile-error tests and the layout, which run no code of ours, and every suite that starts processes,
# which memcheck would not follow.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: no valgrind" >&2
    exit 77
fi

# A storm in a glass: memcheck is some fifty times slower.
export TAIPAN_STORM_CUTS=200

# Prints the path of each test program that cargo builds for these arguments.
programs() {
    cargo test --no-run "$@" 2>&1 | tee >(cat >&2) |
        sed -n 's/^ *Executable.*(\(.*\))$/\1/p'
}

programs=$(
    CARGO_TERM_COLOR=never programs --package taipan --lib
    CARGO_TERM_COLOR=never programs --package taipan-tests --test 'combine_*' --test 'time_*' --test 'with_*'
)
[[ -n $programs ]]
for program in $programs; do
    echo "memcheck: $program"
    # One thread a test at a time: memcheck runs only one anyway, and fewer threads take turns faster.
    # Lost for good counts; what threads still hold when the process ends does not.
    valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
        --errors-for-leak-kinds=definite --fair-sched=yes "$program" --test-threads=1 --quiet --skip is_forgotten
done
