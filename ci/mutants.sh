#!/usr/bin/env bash
# Breaks the mechanism of cancellation in one way after the other, and checks that each time a test fails:
# by an assertion, not by a hang, and not because the code no longer compiles.
#
# usage: ci/mutants.sh [NAME..]     (default: all of ci/mutants/*.patch)
# By hand; not a part of `.ci/run`: it takes a quarter of an hour on two cores. Needs Rust, git and patch.
#
# A mutant is a patch. Above it stands what it breaks, and `run: SUITE [TEST..]`, once or several times: where it
# is to be caught (`lib`: the unit tests of the runtime). A patch that no longer applies is an error:
# the code it breaks has changed, so the mutant has to change with it. All happens in a copy of the tree.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

limit=90 # seconds for one test program; unbroken, and alone on the machine, each needs less than ten

root=$PWD
work=${CARGO_TARGET_DIR:-$root/target}/mutants
tree=$work/tree
export CARGO_TARGET_DIR=$work/build CARGO_TERM_COLOR=never RUST_BACKTRACE=0
# A mutant that loses things loses them in a short storm as well.
export TAIPAN_STORM_CUTS=${TAIPAN_STORM_CUTS:-2000}

rm -rf "$tree"
mkdir -p "$tree"
# Files as they stand, times and all: what has not changed since the last time is not built again.
git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -T - -cf - | tar -xf - -C "$tree"
cd "$tree"
# But for what a run before this one may have left broken.
sed -n 's/^+++ b\///p' "$root"/ci/mutants/*.patch | sort -u | xargs touch

# program SUITE: builds it and prints its path.
program() {
    local target=(--package taipan-tests --test "$1")
    [[ $1 != lib ]] || target=(--package taipan --lib)
    cargo test --no-run "${target[@]}" 2>&1 >/dev/null | tee "$work/build.log" |
        sed -n 's/^ *Executable.*(\(.*\))$/\1/p'
}

# folder SUITE: where its tests expect to run, as cargo does it.
folder() {
    if [[ $1 == lib ]]; then echo runtime; else echo tests; fi
}

# failed: the tests that failed by themselves, from the log of a test program. One that hit the limit of
# its time did not.
failed() {
    awk '
        /^test .* \.\.\. FAILED/ { names[++count] = $2 }
        /^---- .* stdout ----$/ { block = $2 }
        /the test did not end within|the case does not end/ { hung[block] = 1 }
        END { for (i = 1; i <= count; i++) if (!hung[names[i]]) print names[i] }
    ' "$work/test.log"
}

# run SUITE [TEST..]: builds and runs; prints the verdict: `passed`, `hung`, `does not compile`, or
# `caught` with the first test that failed and how many more did.
run() {
    local suite=$1 path status=0 names
    shift
    path=$(program "$suite")
    if [[ -z $path ]]; then
        echo "does not compile"
        return
    fi
    (cd "$(folder "$suite")" && timeout "$limit" "$path" "$@") >"$work/test.log" 2>&1 || status=$?
    mapfile -t names < <(failed)
    if ((status == 0)); then
        echo passed
    elif ((status == 124)); then
        echo "hung in $suite"
    elif ((${#names[@]})); then
        echo "caught $suite: ${names[0]}$( ((${#names[@]} == 1)) || echo " (+$((${#names[@]} - 1)))")"
    else
        echo "ended with status $status in $suite, and no test failed"
    fi
}

patches=()
for name in "$@"; do patches+=("$root/ci/mutants/$name.patch"); done
((${#patches[@]})) || patches=("$root"/ci/mutants/*.patch)

# What is caught must not fail by itself.
echo "unbroken:"
sed -n 's/^run: \([^ ]*\).*/\1/p' "${patches[@]}" | sort -u | while read -r suite; do
    verdict=$(run "$suite")
    printf '  %-16s %s\n' "$suite" "$verdict"
    if [[ $verdict != passed ]]; then
        cat "$work/build.log" "$work/test.log"
        exit 1
    fi
done

missed=()
for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    if ! patch --strip=1 --fuzz=0 --batch --forward --no-backup-if-mismatch <"$patch" >"$work/patch.log" 2>&1; then
        cat "$work/patch.log"
        echo "mutants: $patch no longer applies" >&2
        exit 1
    fi
    verdict="has no line that says where it runs" started=$SECONDS
    while read -r -a suite; do
        verdict=$(run "${suite[@]}")
        [[ $verdict == passed ]] || break
    done < <(sed -n 's/^run: //p' "$patch")
    [[ $verdict == caught* ]] || missed+=("$name")
    printf '%-40s %s, %d s\n' "$name" "$verdict" $((SECONDS - started))
    patch --strip=1 --fuzz=0 --batch --reverse --no-backup-if-mismatch <"$patch" >/dev/null
done

if ((${#missed[@]})); then
    echo "mutants: ${#missed[@]} of ${#patches[@]} not caught by a test that fails: ${missed[*]}" >&2
    exit 1
fi
echo "all ${#patches[@]} mutants are caught by a test that fails"
