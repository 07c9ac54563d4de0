#!/bin/sh
# Where the classifier stands, in one command, with fixed seeds:
#   cv         cross-validation on training/, grouped by passage (what `make models` wrote into the model card)
#   zero-shot  the shipped model on outside corpora that it never saw
#   in-domain  5-fold cross-validation of `demarche train` with its defaults on each of them
#   whom       who → whom from the bare text on outside articles
# Prints accuracy, macro F1, F1 of each label and calibration error with 95 % intervals, and appends a line for each to
# bench/accuracy.tsv under the name given as the first argument (default: the commit).
set -eu
D=${DEMARCHE:-build/demarche} shared=${SHARED:-../shared}
name=${1:-$(git describe --always --dirty 2>/dev/null || echo unnamed)}
command -v jq >/dev/null || { echo "bench/accuracy.sh reads JSON with jq; as root: apt-get install -y jq" >&2; exit 3; }
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-accuracy.XXXXXX")
trap 'rm -rf "$W"' EXIT
table=bench/accuracy.tsv
[ -f "$table" ] || printf 'version\tpart\tset\tn\taccuracy\tmacro_f1\tcalibration_error\tf1_by_label\n' >"$table"
show() { # part, set: figures (JSON of one judged set) on standard input
    jq -r --arg v "$name" --arg p "$1" --arg s "$2" '
        def pc: . * 1000 | round / 10;
        def span: "\(.value | pc) [\(.low | pc)–\(.high | pc)]";
        [$v, $p, $s, .n, (.accuracy | span), (.macro_f1 | span), (.calibration_error | span),
         (.labels | to_entries | map("\(.key) \(.value.f1 | pc)") | join(", "))] | @tsv' | tee -a "$table" | cut -f2-
}
jq .stance models/positions.json | show cv stance
jq -r --arg v "$name" '.detector | [$v, "cv", "detector", .pairs, "", "\(.f1 * 1000 | round / 10)", "", ""] | @tsv' models/positions.json | tee -a "$table" | cut -f2-
if [ ! -d "$shared/data" ]; then
    echo "accuracy: $shared/data is not here (outside corpora for measuring, not part of the project): only cross-validation measured"
    exit 0
fi
for set in plv cameo dse newsmtsc; do
    "$D" evaluate --json "$shared/data/${set}_train.jsonl" 2>"$W/err" | jq .given | show zero-shot $set
done
for set in plv cameo dse newsmtsc; do
    "$D" train "$shared/data/${set}_train.jsonl" -q -j "$(nproc)" -f -o "$W/m" --report "$W/r.json" 2>"$W/err"
    jq .stance "$W/r.json" | show in-domain $set
done
if [ -d "$shared/gold" ]; then tests/gold.sh | head -n 2; fi
