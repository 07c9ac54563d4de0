#!/bin/sh
# Measures classify on the outside gold articles, which the project does not ship: precision, recall and F1 of
# (sentence, holder, target) and with the label. LIST=--list shows each missing and each wrong record.
set -eu
shared=${SHARED:-../shared}
D=${DEMARCHE:-build/demarche}
if [ ! -d "$shared/gold" ]; then
    echo "gold: $shared/gold is not here (outside articles for measuring, not part of the project): nothing measured"
    exit 0
fi
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-gold.XXXXXX")
trap 'rm -rf "$W"' EXIT
while read -r name date; do
    "$D" classify -q "$shared/gold/$name.txt" --date "$date" -o "$W/$name.jsonl"
done <<DATES
s01 2022-03-18
g01 2018-04-11
g02 2017-11-28
g03 2017-08-31
g04 2018-01-23
DATES
cat "$W"/*.jsonl >"$W/all"
"$shared/tools/score-gold" "$shared/gold" "$W/all" ${LIST:-}
