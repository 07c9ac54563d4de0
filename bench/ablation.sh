#!/bin/sh
# What each family of features is worth: `demarche train --without FAMILY`, by cross-validation on an outside corpus
# (holder and target given), and zero-shot from training/ on the same corpus. Prints a Markdown table; figures are
# accuracy / macro F1, and the difference to all families.
#   bench/ablation.sh [plv|cameo|dse|newsmtsc]… >bench/ABLATION.md
set -eu
D=${DEMARCHE:-build/demarche} shared=${SHARED:-../shared}
[ -d "$shared/data" ] || { echo "ablation: $shared/data is not here (outside corpora for measuring, not part of the project): nothing measured"; exit 0; }
command -v jq >/dev/null || { echo "bench/ablation.sh reads JSON with jq; as root: apt-get install -y jq" >&2; exit 3; }
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-ablation.XXXXXX")
trap 'rm -rf "$W"' EXIT
[ $# -gt 0 ] || set -- plv newsmtsc dse
figures() { jq -r "$1 | \"\\(.accuracy.value * 1000 | round / 10) \\(.macro_f1.value * 1000 | round / 10)\"" "$2"; }
cell() { # accuracy, F1, of all: accuracy, F1
    awk -v a="$1" -v f="$2" -v a0="$3" -v f0="$4" 'BEGIN { printf " %.1f / %.1f (%+.1f / %+.1f) |", a, f, a - a0, f - f0 }'
}
in_domain() { "$D" train "$shared/data/$1_train.jsonl" --without "$2" --solver dual --c 0.8 -q -j "$(nproc)" -f -o "$W/m" --report "$W/r"; figures .stance "$W/r"; }
zero_shot() {
    "$D" train training/*.jsonl --scheme labels/positions.json --min-count 10 --c 0.8 --folds 2 --without "$1" -q -j "$(nproc)" -f -o "$W/m"
    "$D" evaluate -m "$W/m" --rounds 0 --json "$shared/data/plv_train.jsonl" >"$W/e"; figures .given "$W/e"
}
printf '| without |'; for set in "$@"; do printf ' %s, in domain |' "$set"; done; echo ' plv, zero-shot |'
printf '|---|'; for set in "$@"; do printf -- '---|'; done; echo '---|'
for set in "$@"; do in_domain "$set" - >"$W/all.$set"; done
zero_shot - >"$W/all.zero"
while read -r families what; do
    printf '| %s (%s) |' "$what" "$families"
    for set in "$@"; do cell $(in_domain "$set" "$families") $(cat "$W/all.$set"); done
    cell $(zero_shot "$families") $(cat "$W/all.zero"); echo
done <<FAMILIES
- nothing
w words 1–3
m>,m<,b>,b<,a>,a< words by region and order
p stems of the path
h-,h+,t-,t+ stems near each mention
h3,t3 words right after each mention
cm letters between
ch,ct letters near each mention
NOT negated words
k,km>,km<,ka>,ka<,kb>,kb< word classes
x words mixed with classes
g,gm>,gm<,ga>,ga<,gb>,gb< composed signs
kh,kt,gh,gt classes and signs near each mention
j,f marks
k,km>,km<,ka>,ka<,kb>,kb<,x,g,gm>,gm<,ga>,ga<,gb>,gb<,kh,kt,gh,gt all of the lexicon
FAMILIES
