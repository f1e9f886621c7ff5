#!/usr/bin/env bash
# Runs the test suites N times while every core is kept busy, and stops at the first failure: a test
# that depends on the machine's speed does not survive it.
#
# usage: ci/stress.sh N [SUITE..]     (default: every suite but the compile-error tests, `ui`)
# By hand; not a part of `.ci/run`. Needs Rust only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

times=${1:?usage: ci/stress.sh N [SUITE..]}
shift

# The paths of the test programs, and the names that their suites have.
built=$(CARGO_TERM_COLOR=never cargo test --workspace --lib --tests --no-run 2>&1 | tee >(cat >&2) |
    sed -n 's/^ *Executable.*(\(.*\))$/\1/p')
programs=()
for program in $built; do
    suite=$(basename "$program" | sed 's/-[0-9a-f]*$//')
    if (($#)); then
        [[ " $* " == *" $suite "* ]] || continue
    elif [[ $suite == ui ]]; then
        continue
    fi
    programs+=("$PWD/$program")
done
((${#programs[@]})) || { echo "stress: no such suite: $*" >&2; exit 1; }

busy=()
out=$(mktemp)
trap 'kill "${busy[@]}" 2>/dev/null || true; rm -f "$out"' EXIT
for ((core = 0; core < $(getconf _NPROCESSORS_ONLN); core++)); do
    (while :; do :; done) &
    busy+=($!)
done

# A panic that prints where it was takes long, as in a CI run: it opens windows that are closed otherwise.
export RUST_BACKTRACE=1

# As cargo does: a suite runs in the folder of its crate and finds its manifest there, and the tests of the
# macros find the compiler's libraries.
libraries=$(rustc --print sysroot)/lib:$(rustc --print target-libdir)
export LD_LIBRARY_PATH="$libraries:${LD_LIBRARY_PATH:-}" DYLD_FALLBACK_LIBRARY_PATH="$libraries"
for ((round = 1; round <= times; round++)); do
    for program in "${programs[@]}"; do
        folder=tests
        case $(basename "$program") in
            taipan-*) folder=runtime ;;
            taipan_macros-*) folder=macros ;;
        esac
        (cd "$folder" && CARGO_MANIFEST_DIR=$PWD "$program" --quiet) >"$out" 2>&1 || {
            cat "$out"
            echo "stress: $(basename "$program") failed in round $round of $times" >&2
            exit 1
        }
    done
    echo "round $round of $times: ${#programs[@]} programs passed"
done
