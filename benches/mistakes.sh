#!/usr/bin/env bash
# Compiles the same mistakes with taipan and with tokio, and prints what rustc says to each, as a table.
#
#   benches/mistakes.sh           prints the table
#   benches/mistakes.sh --check   compares it with that of the docs; skipped (status 77) under another rustc
#   benches/mistakes.sh NAME      shows all that rustc says to one mistake
#
# mistakes/taipan and mistakes/tokio hold one program each for a mistake. `//!` says what it is; what is wrong
# stands between `/*<*/` and `/*>*/`; words that tell what to write, if there are any, stand behind
# `//@ fix:`, and have to be in what rustc says.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source benches/externs.sh

page=runtime/src/docs/guide/when_the_compiler_complains/beside_tokio.md
rustc_of_the_page="rustc 1.95."

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
externs=$(externs)
mapfile -t externs <<<"$externs"

# complain FILE: prints what rustc says to a program. A test is compiled as one.
complain() {
    local options=(--edition 2024 --emit metadata -o "$output/metadata" --crate-name mistake)
    if grep -q '::test' "$1"; then options+=(--test); fi
    rustc "${options[@]}" "${externs[@]}" "$1" 2>&1 || true
}

# judge FILE: prints ` how many | how many of them on the mistake | whether the fix is named `.
judge() {
    local fix
    fix=$(sed -n 's,^//@ fix: ,,p' "$1")
    complain "$1" >"$output/text"
    if [[ -n $fix ]] && ! grep -qF -- "$fix" "$output/text"; then
        echo "$1: rustc does not say: $fix" >&2
        return 1
    fi
    awk -v named="$fix" '
        # The first file is the program: between which lines and columns is the mistake?
        FNR == NR {
            if (column = index($0, "/*<*/")) { from = FNR; start = column }
            if (column = index($0, "/*>*/")) { to = FNR; end = column }
            next
        }
        /^error(\[E[0-9]+\])?: aborting/ { next }
        /^warning: [0-9]+ warnings? emitted/ { next }
        /^error/ { errors++; wants = 1; error = 1 }
        /^warning/ { warnings++; wants = 1; error = 0 }
        wants && /^ *--> / {
            wants = 0
            n = split($NF, at, ":")
            line = at[n - 1]; column = at[n]
            inside = (line > from || line == from && column >= start) && (line < to || line == to && column < end)
            if (inside) if (error) hits++; else warned++
        }
        function count(n, what) { return n " " what (n == 1 ? "" : "s") }
        END {
            if (errors) printf "%s | %d | %s", count(errors, "error"), hits, named ? "yes" : "no"
            else if (warnings) printf "%s | %d | %s", count(warnings, "warning"), warned, named ? "yes" : "no"
            else printf "compiles | |"
        }' "$1" "$output/text"
}

# table: the rows, and below them how often it is as it should be.
table() {
    rows | awk -F '|' '
        function right(errors, hits) { return errors ~ /^ 1 error / && hits == 1 }
        { print }
        NR > 2 { n++; ours += right($3, $4); our_fixes += $5 ~ /yes/; theirs += right($6, $7); their_fixes += $8 ~ /yes/ }
        END {
            printf "| one error, on the mistake; the fix is named | %d of %d | | %d |", ours, n, our_fixes
            printf " %d of %d | | %d |\n", theirs, n, their_fixes
        }'
}

rows() {
    local file name what ours theirs
    echo "| mistake | taipan | on it | fix | tokio | on it | fix |"
    echo "|---|---|---|---|---|---|---|"
    for file in benches/mistakes/taipan/*.rs; do
        name=$(basename "$file")
        what=$(sed -n '1s,^//! ,,p' "$file")
        ours=$(judge "$file")
        theirs=$(judge "benches/mistakes/tokio/$name")
        echo "| $what | $ours | $theirs |"
    done
}

case ${1:-} in
    "")
        rustc --version >&2
        cargo tree --quiet --package taipan-benches --depth 1 | grep -oE '(taipan|tokio) v[0-9.]+' | sort -u >&2
        table
        ;;
    --check)
        if [[ $(rustc --version) != "$rustc_of_the_page"* ]]; then
            echo "SKIPPED: the table is that of $rustc_of_the_page*" >&2
            exit 77
        fi
        diff <(grep '^|' "$page") <(table)
        ;;
    *)
        for file in benches/mistakes/{taipan,tokio}/"$1".rs; do
            printf '\n==== %s ====\n' "$file"
            complain "$file"
        done
        ;;
esac
