#!/bin/sh
# The shipped model is what training/ and labels/ give, byte for byte, with the figures of its card; the JSONL of the
# corpus is what its text form gives; the number of threads changes nothing.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0 failed=0
check() { # name, command…
    name=$1; shift
    if "$@" >"$tmp/out" 2>&1; then passed=$((passed + 1)); echo "ok   $name"; else failed=$((failed + 1)); echo "FAIL $name"; head -5 "$tmp/out"; fi
}
for f in training/text/*.txt; do
    check "corpus $(basename "$f" .txt): JSONL equals text form" sh -c "$DEMARCHE corpus import $f | cmp - training/$(basename "$f" .txt).jsonl"
done
check "the counts of the data card are true" sh -c "$DEMARCHE corpus stats training/*.jsonl | cmp - training/stats.txt"
check "the agreement of the data card is true" sh -c "$DEMARCHE corpus agree training/agreement/first.txt training/agreement/second.txt | grep -q '0.836 *0.836'"
check "corpus has no faults" "$DEMARCHE" corpus check training/*.jsonl
make --no-print-directory retrain OUT="$tmp" >/dev/null
check "shipped model rebuilt byte for byte" cmp "$tmp/positions.model" models/positions.model
check "figures of its card are true" cmp "$tmp/positions.json" models/positions.json
check "and those of the card to read" cmp "$tmp/positions.model.md" models/positions.model.md
head -300 training/asia.jsonl >"$tmp/small.jsonl"
for j in 1 2; do "$DEMARCHE" train "$tmp/small.jsonl" --scheme labels/positions.json -j $j -q -o "$tmp/small$j.model"; done
check "one thread or two: the same bytes" cmp "$tmp/small1.model" "$tmp/small2.model"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
