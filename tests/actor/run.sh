#!/bin/sh
# The shipped gazetteer: no faults; who is meant in a list of mentions in context; and against two outside lists of states
# from Debian: every state of iso-codes has an actor of its alpha-3 code
# that its names resolve to, and so do the English names of CLDR (looked at where unicode-cldr-core is installed).
set -eu
D=${DEMARCHE:-build/demarche}
iso=${ISO_CODES:-/usr/share/iso-codes/json/iso_3166-1.json} cldr=${CLDR:-/usr/share/unicode/cldr/common/main/en.xml}
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-names.XXXXXX")
trap 'rm -rf "$W"' EXIT
"$D" actors lint
for asked in "2004-04-30 15" "2004-05-01 25" "2021-01-01 27"; do
    "$D" actors who EU --date "${asked% *}" | grep -q "members on ${asked% *} (${asked#* }):" || { echo "FAIL not ${asked#* } members of the EU on ${asked% *}"; exit 1; }
done
share=$(bench/mentions.sh | tee /dev/stderr | sed 's/.*: \([0-9]*\)\..*/\1/')
[ "$share" -ge 85 ] || { echo "FAIL fewer mentions in context are resolved right than before"; exit 1; }
[ -f "$iso" ] || { echo "names: $iso is not here (apt-get install iso-codes): not checked"; exit 0; }
# A line a name: code, name. ISO's inverted names ("Korea, Republic of") are no running text.
awk -F'"' '$2 == "alpha_2" { two = $4 } $2 == "alpha_3" { three = $4; print two "\t" three >"'"$W"'/codes" }
    $2 ~ /name$/ { print three "\t" $4 }' "$iso" >"$W/names"
if [ -f "$cldr" ]; then
    sed -n '/<territories>/,/<\/territories>/s/.*<territory type="\([A-Z][A-Z]\)"[^>]*>\([^<]*\)<.*/\1\t\2/p' "$cldr" |
        awk -F'\t' 'NR == FNR { three[$1] = $2; next } $1 in three { gsub(/&amp;/, "\\&", $2); print three[$1] "\t" $2 }' "$W/codes" - >>"$W/names"
else
    echo "names: $cldr is not here (apt-get install unicode-cldr-core): CLDR's names not checked"
fi
# Places without people or government need no voice; Hong Kong SAR China and the like are CLDR's own labels.
sort -u "$W/names" | grep -v '	.*[,(]' | grep -v 'SAR China$' | grep -Ev '^(ATA|ATF|BVT|HMD|IOT|SGS|UMI)	' |
    grep -v '^COG	Congo$' | # the press means the other one
    awk -F'\t' '{ printf "{\"id\":\"%s\",\"date\":\"2024-01-01\",\"text\":\"We spoke to %s.\",\"start\":12,\"mention\":\"%s\"}\n", $1, $2, $2 }' >"$W/asked.jsonl"
"$D" actors resolve "$W/asked.jsonl" >"$W/told.jsonl"
awk -F'"' '{ for (i = 1; i < NF; i++) { if ($i == "id") id = $(i + 2); if ($i == "mention") name = $(i + 2); if ($i == "actor") actor = $(i + 2) }
    n++; if (id != actor) { bad++; print "FAIL " name ": " (actor ? actor : "nobody") ", not " id } }
    END { print n - bad " passed, " bad + 0 " failed"; exit bad > 0 }' "$W/told.jsonl"
