#!/bin/sh
# Is one model better than another? Accuracy and macro F1 of both on the same labelled pairs, the difference with its
# 95 % interval and the share of rounds in which it vanishes: paired bootstrap (Efron and Tibshirani 1993), fixed seed.
#   bench/compare.sh OLD.model NEW.model GOLD.jsonl      (OLD_DEMARCHE: the program for the old one, if it is older too)
set -eu
D=${DEMARCHE:-build/demarche}
[ $# -eq 3 ] || { echo "usage: bench/compare.sh OLD.model NEW.model GOLD.jsonl" >&2; exit 2; }
command -v jq >/dev/null || { echo "bench/compare.sh reads JSON with jq; as root: apt-get install -y jq" >&2; exit 3; }
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-compare.XXXXXX")
trap 'rm -rf "$W"' EXIT
"${OLD_DEMARCHE:-$D}" predict -m "$1" "$3" | jq -r '[.label, .pred] | @tsv' >"$W/old"
"$D" predict -m "$2" "$3" | jq -r '.pred' >"$W/new"
paste "$W/old" "$W/new" | awk -F'\t' '
    { gold[NR] = $1; given[1, NR] = $2; given[2, NR] = $3; label[$1] }
    function random() { state = (state * 1103515245 + 12345) % 2147483648; return state / 2147483648 }
    function figures(m, drawn,    i, k, l, n, hit, right, asked, said, sum) {
        for (i = 1; i <= NR; i++) {
            k = drawn ? pick[i] : i
            hit = gold[k] == given[m, k]; n += hit
            asked[gold[k]]++; said[given[m, k]]++; right[gold[k]] += hit
        }
        for (l in label) sum += asked[l] + said[l] ? 2 * right[l] / (asked[l] + said[l]) : 0
        acc = 100 * n / NR; f1 = 100 * sum / length(label)
    }
    function show(name, d, zero,    i) {
        asort_(d); printf "%-9s difference %+.1f  [%+.1f, %+.1f]  no better in %.1f %% of %d rounds\n", name, mean, d[int(ROUNDS * 0.025) + 1], d[int(ROUNDS * 0.975)], 100 * zero / ROUNDS, ROUNDS
    }
    function asort_(d,    i, j, v) { for (i = 2; i <= ROUNDS; i++) { v = d[i]; for (j = i - 1; j > 0 && d[j] > v; j--) d[j + 1] = d[j]; d[j + 1] = v } }
    END {
        ROUNDS = 1000; state = 1
        figures(1, 0); a1 = acc; b1 = f1; figures(2, 0); a2 = acc; b2 = f1
        printf "old  accuracy %.1f  macro F1 %.1f\nnew  accuracy %.1f  macro F1 %.1f\n", a1, b1, a2, b2
        for (r = 1; r <= ROUNDS; r++) {
            for (i = 1; i <= NR; i++) pick[i] = 1 + int(random() * NR)
            figures(1, 1); x = acc; y = f1; figures(2, 1)
            da[r] = acc - x; df[r] = f1 - y; za += da[r] <= 0; zf += df[r] <= 0
        }
        mean = a2 - a1; show("accuracy", da, za); mean = b2 - b1; show("macro F1", df, zf)
    }'
