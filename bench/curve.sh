#!/bin/sh
# The learning curve of the corpus: a model for every n-th line of it, judged on an outside corpus that none of them
# saw. Prints examples, accuracy and macro F1; then the same by kind of text.
set -eu
D=${DEMARCHE:-build/demarche} shared=${SHARED:-../shared}
test=$shared/data/plv_train.jsonl
[ -f "$test" ] || { echo "curve: $test is not here (outside corpus for measuring, not part of the project): nothing measured"; exit 0; }
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-curve.XXXXXX")
trap 'rm -rf "$W"' EXIT
point() { # name, corpus: one line of the table
    "$D" train "$2" --scheme labels/positions.json --c 0.8 --min-count 3 -q -f -o "$W/m" -j "$(nproc)"
    "$D" evaluate -m "$W/m" --rounds 0 "$test" | awk -v name="$1" -v n="$(wc -l <"$2")" '/^accuracy/ { a = $2 } /^macro F1/ { print sprintf("%-28s %7d  %5.1f  %5.1f", name, n, a, $3); exit }'
}
printf '%-28s %7s  %5s  %5s\n' "corpus" "lines" "acc." "F1"
cat training/*.jsonl >"$W/all"
for every in 16 8 4 2 1; do
    awk -v k="$every" 'NR % k == 0' "$W/all" >"$W/part"
    point "every $every" "$W/part"
done
cat training/pairs-wire-*.jsonl >"$W/part"; point "pairs, as agencies file" "$W/part"
cat $(ls training/pairs-*.jsonl | grep -v wire) >"$W/part"; point "pairs, other styles" "$W/part"
cat $(ls training/*.jsonl | grep -v pairs) >"$W/part"; point "whole sentences" "$W/part"
