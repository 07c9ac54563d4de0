#!/bin/sh
# The main job on real articles: from twelve texts to a report per country.
set -eu
cd "$(dirname "$0")"
out=build/demo
mkdir -p "$out"
build/demarche classify tests/articles/*.txt -f -o "$out/records.jsonl" --docs "$out/docs.jsonl"
build/demarche report "$out/records.jsonl" -f -o "$out/report"
cat <<END

Records: $out/records.jsonl   repairs of the texts: $out/docs.jsonl   report: $out/report/
Try next (from $(pwd)):

  build/demarche explain $out/records.jsonl | head -40
  build/demarche explain --article tests/articles/2015-07-14-vienna-deal.txt | less
  build/demarche classify YOUR-ARTICLE.txt --date 2024-05-01 | build/demarche report -
END
