#!/bin/sh
# Actor resolution: who is meant by words in context, over a list of marked texts.
#   bench/mentions.sh [FILE] [--list]     the share resolved right; --list prints the others (default: tests/actor/mentions.txt)
# The rules of the actor room were written with this list in view: its figure is one of development. tests/actor/mentions-held.txt
# was written by somebody who knew neither rules nor gazetteer: 72.8 % when first seen (few rules are newer than that).
# The file: blocks parted by empty lines; "date: YYYY-MM-DD", then text with [words|ID], [words|ID+ID] or [words|-] (no actor).
set -eu
export LC_ALL=C
D=${DEMARCHE:-build/demarche} file=tests/actor/mentions.txt list=0
for a in "$@"; do [ "$a" = --list ] && list=1 || file=$a; done
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-mentions.XXXXXX")
trap 'rm -rf "$W"' EXIT
awk -v gold="$W/gold" 'BEGIN { RS = ""; FS = "\n" }
    function code_points(s) { gsub(/[\200-\277]/, "", s); return length(s) }
    function json(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); gsub(/\n/, "\\n", s); return s }
    {
        date = text = marked = ""; n = 0
        for (i = 1; i <= NF; i++) if ($i ~ /^date: /) date = substr($i, 7); else if ($i !~ /^#/) marked = marked (marked == "" ? "" : "\n") $i
        while (match(marked, /\[[^]|]*\|[^]]*\]/)) {
            text = text substr(marked, 1, RSTART - 1); mark = substr(marked, RSTART + 1, RLENGTH - 2); marked = substr(marked, RSTART + RLENGTH)
            bar = index(mark, "|"); words[++n] = substr(mark, 1, bar - 1); at[n] = code_points(text); id[n] = substr(mark, bar + 1); text = text words[n]
        }
        text = text marked
        for (i = 1; i <= n; i++) {
            printf "{\"id\":\"%d\",\"date\":\"%s\",\"text\":\"%s\",\"start\":%d,\"mention\":\"%s\"}\n", NR, date, json(text), at[i], json(words[i])
            flat = text; gsub(/\n/, " / ", flat); print id[i] "\t" date "\t" words[i] "\t" flat >gold
        }
    }' "$file" >"$W/asked.jsonl"
"$D" actors resolve "$W/asked.jsonl" | sed 's/.*"actor": *"\([^"]*\)".*/\1/' >"$W/told"
paste "$W/told" "$W/gold" | awk -F'\t' -v list=$list '
    function sorted(s,    a, n, i, j, x) { n = split(s, a, /[+|]/); for (i = 2; i <= n; i++) for (j = i; j > 1 && a[j] < a[j - 1]; j--) { x = a[j]; a[j] = a[j - 1]; a[j - 1] = x }
        x = a[1]; for (i = 2; i <= n; i++) x = x "+" a[i]; return x }
    { told = $1 == "" ? "-" : sorted($1); right = told == sorted($2); n++; hits += right; if (!right && list) print $3 " \"" $4 "\": " told ", not " $2 " | " $5 }
    END { printf "%d of %d mentions right: %.1f %%\n", hits, n, n ? 100 * hits / n : 0 }'
