#!/bin/sh
# The commands as people use them: exit code and output of each. Run from the repository root; DEMARCHE names another
# program. One line a check; ends with "N passed, N failed", and fails if one failed.
D=${DEMARCHE:-build/demarche}
case $D in /*) ;; *) D=$PWD/$D ;; esac
ROOT=$PWD
[ -x "$D" ] || { echo "$D is not there: run make first"; exit 2; }
W=$(mktemp -d "${TMPDIR:-/tmp}/demarche-cli.XXXXXX") || exit 2
trap 'rm -rf "$W"' EXIT
trap 'exit 130' INT TERM
cd "$W" || exit 2
MODEL=$ROOT/models/positions.model
ACTORS=$ROOT/tests/actor/gazetteer
CORPUS=$ROOT/tests/model/corpus.jsonl
passed=0 failed=0

verdict() { # verdict NAME yes|no: counts and tells
    if [ "$2" = yes ]; then passed=$((passed + 1)); echo "ok      $1"
    else failed=$((failed + 1)); echo "FAILED  $1"; [ -z "${3:-}" ] || echo "        $3"; fi
}
# run CODE NAME command…: standard output in ./out, standard error in ./err
run() {
    want=$1 name=$2; shift 2
    "$@" >out 2>err </dev/null; code=$?
    [ $code = "$want" ] && verdict "$name (exit $want)" yes || verdict "$name (exit $want)" no "exit $code: $(head -c 300 err)"
}
holds() { name=$1; shift; if "$@" >/dev/null 2>&1; then verdict "$name" yes; else verdict "$name" no "$*"; fi; }
says() { holds "$1" grep -q -e "$3" "$2"; } # says NAME FILE PATTERN
lines() { [ "$(wc -l <"$1")" -eq "$2" ]; }
no_temporaries() { [ -z "$(find . -name '*.tmp')" ]; }
classify() { "$D" classify --actors "$ACTORS" -m "$MODEL" "$@"; }

# ---- inputs -----------------------------------------------------------------------------------------------------
printf 'China accused the United States of bullying on Tuesday.\n\nTurkey thanked France for its help. “Iran must choose,” Macron said.\n' >article.txt
mkdir folder && cp article.txt folder/b.txt && printf 'Russia condemned the European Union for its sanctions.\n' >folder/a.txt
{
    echo '{"id":"j1","date":"2022-03-01","title":"One","text":"China praised Russia and thanked Iran."}'
    echo '{"id":"j2","date":"2022-03-02","text":"Turkey accused France of lying."}'
} >two.jsonl
{ head -n 1 two.jsonl; echo '{"id":"broken", '; echo '{"id":"no text"}'; tail -n 1 two.jsonl; } >bad.jsonl
: >empty.txt
head -c 4096 /dev/zero >binary.bin
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "China accused the United States of bullying and more. " }' >huge.txt
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "abcdefghij" }' >word.txt
cat >pairs.jsonl <<'P'
{"id":"a","text":"Kenya signed a trade accord with Uganda.","actor":"Kenya","target":"Uganda","label":"support","extra":{"x":[1,"é"]}}
{"id":"b","text":"Iran accused Israel of a crime.","actor":"Iran","target":"Israel","label":"warn","note":"kept"}
P

# ---- help and wrong usage ---------------------------------------------------------------------------------------
run 0 "--version" "$D" --version
says "--version names the program" out '^demarche [0-9]'
run 0 "--help" "$D" --help
run 2 "no command" "$D"
run 2 "unknown command" "$D" clasify
says "unknown command: suggestion" err 'classify'
for c in classify report explain predict train evaluate actors corpus; do
    run 0 "$c --help" "$D" $c --help
    says "$c --help shows the usage" out "usage: demarche $c"
    holds "$c --help says nothing on standard error" test ! -s err
    run 2 "$c: unknown option" "$D" $c --hepl x y
    says "$c: suggestion" err -- '--help'
    run 2 "$c without operands" "$D" $c
done
run 2 "classify: misspelt option" "$D" classify --actor-s x article.txt
says "classify: nearest option" err -- '--actors'
run 2 "classify: bad date" classify --date 2022-02-30 article.txt
run 2 "classify: bad number" classify -j many article.txt
run 2 "classify: no threads" classify -j 0 article.txt
run 2 "classify: bad format" classify --format pdf article.txt
run 2 "classify: bad field" classify --field txet=body article.txt
run 2 "report: bad --by" "$D" report --by planet x.jsonl

# ---- classify ---------------------------------------------------------------------------------------------------
run 0 "classify a file" classify article.txt --date 2022-03-01 --threshold 0.000001
cp out all.jsonl
holds "records come out" test -s all.jsonl
says "China towards the United States" all.jsonl '"holder":"CHN".*"target":"USA"'
says "summary on standard error" err '1 articles'
holds "fields in the order of the design" grep -q '^{"v":1,"id":"[^"]*","doc":"article","sent":' all.jsonl
run 0 "classify -q" classify -q article.txt --date 2022-03-01
holds "-q says nothing" test ! -s err
run 0 "classify -o" classify -q article.txt --date 2022-03-01 --threshold 0.000001 -o o.jsonl
holds "-o gives the same bytes" cmp all.jsonl o.jsonl
holds "-o leaves standard output alone" test ! -s out
run 2 "-o refuses what is there" classify -q article.txt -o o.jsonl
says "and names -f" err '(-f overwrites'
holds "what was there is unharmed" cmp all.jsonl o.jsonl
run 0 "-o -f overwrites" classify -q article.txt --date 2022-03-01 --threshold 0.000001 -o o.jsonl -f
holds "with the same bytes" cmp all.jsonl o.jsonl
"$D" classify --actors "$ACTORS" -m "$MODEL" -q --date 2022-03-01 --threshold 0.000001 - <article.txt >stdin.jsonl 2>err
verdict "classify standard input (exit 0)" "$([ $? = 0 ] && echo yes || echo no)"
holds "as many records as from the file" test "$(wc -l <stdin.jsonl)" = "$(wc -l <all.jsonl)"
run 0 "classify a folder" classify folder --date 2022-03-01 --docs docs.jsonl --threshold 0.000001
holds "--docs has a line an article, in byte order" test "$(sed 's/.*"doc":"\([^"]*\)".*/\1/' docs.jsonl | tr '\n' ' ')" = 'a b '
run 0 "classify JSONL" classify two.jsonl --threshold 0.000001
says "its own id and date" out '"doc":"j1".*"date":"2022-03-01","date_by":"field"'
for j in 1 2 4; do classify -q folder two.jsonl huge.txt article.txt --date 2022-03-01 -j $j >j$j.jsonl 2>err; done
holds "-j 1 and -j 2 give the same bytes" cmp j1.jsonl j2.jsonl
holds "-j 1 and -j 4 give the same bytes" cmp j1.jsonl j4.jsonl
classify -q folder two.jsonl huge.txt article.txt --date 2022-03-01 >again.jsonl 2>err
holds "twice gives the same bytes" cmp j1.jsonl again.jsonl

# ---- inputs that are no articles --------------------------------------------------------------------------------
run 1 "an empty file is skipped" classify empty.txt
says "and named" err 'empty.txt'
run 1 "a binary file is skipped" classify binary.bin article.txt --skipped skipped.jsonl
says "and named in --skipped" skipped.jsonl 'binary.bin'
run 1 "a missing file is skipped" classify nowhere.txt
says "and named" err 'nowhere.txt'
run 0 "one line of a megabyte" classify -q huge.txt
run 0 "one word of a megabyte" classify -q word.txt
run 1 "bad lines of JSONL are skipped" classify bad.jsonl --threshold 0.000001
says "with their numbers" err 'bad.jsonl:2'
says "the good line behind them is read" out '"doc":"j2"'

# ---- model, disk, pipe ------------------------------------------------------------------------------------------
run 3 "missing model" "$D" classify -m no.model article.txt
says "named" err 'no.model'
head -c 5000 "$MODEL" >cut.model
run 3 "cut model" "$D" classify -m cut.model article.txt
run 3 "text as model" "$D" predict -m article.txt pairs.jsonl
run 3 "missing gazetteer" "$D" classify --actors nodir article.txt
if [ -c /dev/full ]; then
    "$D" classify --actors "$ACTORS" -m "$MODEL" -q --threshold 0.000001 article.txt >/dev/full 2>err; code=$?
    verdict "classify to a full disk (exit 4)" "$([ $code = 4 ] && echo yes || echo no)" "exit $code"
    run 4 "classify -o /dev/full" classify -q --threshold 0.000001 article.txt -o /dev/full
    "$D" predict -m "$MODEL" pairs.jsonl >/dev/full 2>err; code=$?
    verdict "predict to a full disk (exit 4)" "$([ $code = 4 ] && echo yes || echo no)" "exit $code"
    "$D" report all.jsonl >/dev/full 2>err; code=$?
    verdict "report to a full disk (exit 4)" "$([ $code = 4 ] && echo yes || echo no)" "exit $code"
    "$D" actors who China --actors "$ACTORS" >/dev/full 2>err; code=$?
    verdict "actors who to a full disk (exit 4)" "$([ $code = 4 ] && echo yes || echo no)" "exit $code"
    "$D" --help >/dev/full 2>err; code=$?
    verdict "--help to a full disk (exit 4)" "$([ $code = 4 ] && echo yes || echo no)" "exit $code"
fi
{ classify -q --threshold 0.000001 huge.txt 2>err; echo $? >code; } | head -c 10 >/dev/null
holds "a closed pipe ends the run (exit 4)" test "$(cat code)" = 4
holds "without a message" test ! -s err
run 4 "-o into a folder that is not there" classify -q article.txt -o nodir/x.jsonl
holds "which is not made" test ! -e nodir

# ---- train, predict, evaluate -----------------------------------------------------------------------------------
run 0 "train" "$D" train "$CORPUS" -o t.model --folds 3 --report cv.json -q
holds "with its report" grep -q '"stance"' cv.json
run 2 "train refuses what is there" "$D" train "$CORPUS" -o t.model --folds 3 -q
run 0 "train with two threads" "$D" train "$CORPUS" -o t2.model --folds 3 -j 2 -q
holds "gives the same bytes" cmp t.model t2.model
run 2 "train without -o" "$D" train "$CORPUS"
run 3 "train on nothing" "$D" train empty.txt -o none.model -q
holds "leaves no model behind" test ! -e none.model
run 0 "predict with the new model" "$D" predict -m t.model pairs.jsonl
holds "a line a pair" lines out 2
says "all fields are kept" out '"extra":{"x":\[1,"é"\]}'
says "and stand before the new ones" out '"note":"kept","pred":"[a-z]*","p_neutral":[0-9.]*,"p_support":[0-9.]*,"p_warn":[0-9.]*,"score":[0-9.]*,"abstain":\(true\|false\)}$'
says "it learnt what a trade accord is" out '"id":"a".*"pred":"support"'
says "and an accusation" out '"id":"b".*"pred":"warn"'
{ head -n 1 pairs.jsonl; echo 'no json'; } >mixed.jsonl
run 1 "predict skips a bad line" "$D" predict -m t.model mixed.jsonl
says "and names it" err 'mixed.jsonl:2'
run 3 "predict: missing file" "$D" predict -m t.model nowhere.jsonl
run 0 "evaluate" "$D" evaluate -m t.model --actors "$ACTORS" pairs.jsonl
says "accuracy" out '[Aa]ccuracy'
run 0 "evaluate --json" "$D" evaluate -m t.model --actors "$ACTORS" "$CORPUS" --json
holds "is JSON with the figures" grep -q '"macro_f1"' out

# ---- report and explain -----------------------------------------------------------------------------------------
run 0 "report" "$D" report all.jsonl
says "China has a block" out 'China'
holds "no escapes in a file" sh -c '! grep -q "$(printf "\033")" out'
run 0 "report -o DIR" "$D" report -q all.jsonl -o pages
for f in report.md countries.csv dyads.csv timeline.csv report.json; do holds "$f is there" test -s pages/$f; done
run 2 "report -o refuses what is there" "$D" report -q all.jsonl -o pages
run 0 "report -o -f" "$D" report -q all.jsonl -o pages -f
"$D" report -q all.jsonl --partial -o whole.tally 2>err
head -n 1 all.jsonl >part1.jsonl; tail -n +2 all.jsonl >part2.jsonl
"$D" report -q part1.jsonl --partial -o 1.tally 2>>err; "$D" report -q part2.jsonl --partial -o 2.tally 2>>err
run 0 "report --merge" "$D" report -q --merge 2.tally 1.tally --partial -o sum.tally
holds "the parts add up to the whole" cmp whole.tally sum.tally
{ cat all.jsonl; echo 'no record'; } >spoilt.jsonl
run 1 "report skips a bad line" "$D" report spoilt.jsonl
run 0 "report of nothing" "$D" report empty.txt
run 3 "report of a missing file" "$D" report nowhere.jsonl
id=$(sed -n '1s/^{"v":1,"id":"\([^"]*\)".*/\1/p' all.jsonl)
run 0 "explain with an id" "$D" explain -m "$MODEL" all.jsonl "$id"
says "shows that record" out "^$id "
holds "and no other" test "$(grep -c 'by name; target: ' out)" = 1
says "with decision values" out 'decision value'
run 3 "explain: unknown id" "$D" explain -m "$MODEL" all.jsonl feedfeedfeed
run 0 "explain --json" "$D" explain -m "$MODEL" --actors "$ACTORS" --article article.txt --json
says "explain --json: an object a sentence" out '"sent":0,"start":0,"text":'
run 0 "explain --article" "$D" explain -m "$MODEL" --actors "$ACTORS" --article article.txt --date 2022-03-01
says "shows the mentions" out 'mention .*China'

# ---- actors and corpus ------------------------------------------------------------------------------------------
run 0 "actors who" "$D" actors who "Mike Pompeo" --date 2019-03-01 --actors "$ACTORS"
says "in office: his state" out '^USA'
run 0 "actors who, later" "$D" actors who "Mike Pompeo" --date 2022-03-01 --actors "$ACTORS"
says "out of office: a person" out '^PER:MIKE-POMPEO'
run 1 "actors who nobody" "$D" actors who "Nobody Known" --actors "$ACTORS"
run 0 "actors lint" "$D" actors lint --actors "$ACTORS"
says "counts rows" out '0 faults'
mkdir lint && printf 'form\tid\tkind\tsector\tfrom\tto\tflags\tnote\nChina\tCHN\tname\tstate\t2020-01-01\t2010-01-01\t\t\n' >lint/x.tsv
run 1 "actors lint finds from behind to" "$D" actors lint --actors lint
printf 'too\tfew\n' >>lint/x.tsv
run 3 "a broken gazetteer is refused" "$D" actors lint --actors lint
says "with its line" err 'x.tsv:3'
echo '{"id":"1","date":"2022-03-01","text":"Beijing protested.","start":0,"mention":"Beijing"}' >mentions.jsonl
printf "Turkey's customs minister, Orhan Yaltirik, told Iran to wait. Yaltirik said so twice. Maria Delvaux said nothing was agreed.\n" >unknown.txt
run 0 "actors suggest" "$D" actors suggest unknown.txt --actors "$ACTORS" --date 2020-03-01
says "suggest: a row from the article" out "Orhan Yaltirik	TUR	person	customs minister	2020-03-01"
says "suggest: nobody's voice is a person" out "Maria Delvaux	PER:MARIA-DELVAUX	person	figure"
run 0 "actors suggest: nothing unknown" "$D" actors suggest article.txt --actors "$ACTORS" --top 1
run 2 "actors suggest without articles" "$D" actors suggest --actors "$ACTORS"
run 0 "actors resolve" "$D" actors resolve mentions.jsonl --actors "$ACTORS"
says "adds actor and via" out '"actor":"CHN","via":"capital"'
run 0 "corpus check" "$D" corpus check "$CORPUS"
says "no faults" out '0 faults'
run 1 "corpus check of a bad line" "$D" corpus check mixed.jsonl
says "names it" out 'mixed.jsonl:2'
run 0 "corpus stats" "$D" corpus stats "$CORPUS"
SMALL=$ROOT/tests/corpus/small.txt
run 0 "corpus agree with itself" "$D" corpus agree "$SMALL" "$ROOT/tests/corpus/small.jsonl"
says "full agreement" out '100.0 %  *1.000  *1.000'
run 2 "corpus agree with one corpus" "$D" corpus agree "$SMALL"
run 2 "corpus export without a tool" "$D" corpus export "$SMALL"
run 2 "corpus export to an unknown tool" "$D" corpus export "$SMALL" --to word
for tool in doccano label-studio prodigy; do
    run 0 "corpus export to $tool" "$D" corpus export "$SMALL" --to $tool -o tasks
    run 0 "corpus import from $tool" "$D" corpus import tasks --from $tool
    holds "$tool and back: the same bytes" cmp out "$ROOT/tests/corpus/small.jsonl"
    rm -f tasks
done
run 0 "train --errors" "$D" train "$CORPUS" -q -o errors.model --errors errors.jsonl
holds "each held-out error is a line" sh -c "! grep -v '\"label\":.*\"pred\":.*\"p\":' errors.jsonl"

# ---- a model's doubts -------------------------------------------------------------------------------------------
holds "the card stands beside the model" grep -q '^| accuracy | [0-9.]* | [0-9.]*–[0-9.]* |$' t.model.md
run 3 "a model of an older form is refused" sh -c "{ head -c 8 t.model; printf '\\001'; tail -c +10 t.model; } >older.model; '$D' predict -m older.model pairs.jsonl"
run 0 "predict on texts unlike the training" "$D" predict -m "$MODEL" "$ROOT/bench/strange.jsonl"
holds "no confident answer on any of them" sh -c "! grep -E '\"score\":(0\.(6[5-9]|[7-9])|1)' out"
run 0 "predict --max-error" "$D" predict -m "$MODEL" --max-error 0.05 pairs.jsonl
says "answers what is plain" out '"abstain":false'
run 0 "predict --max-error of nothing" "$D" predict -m "$MODEL" --max-error 0.0000001 pairs.jsonl
holds "answers nothing" sh -c "! grep '\"abstain\":false' out"
run 2 "predict --max-error above 1" "$D" predict -m "$MODEL" --max-error 3 pairs.jsonl
run 2 "classify --max-error below 0" "$D" classify -m "$MODEL" --max-error -1 article.txt
run 0 "classify --max-error" "$D" classify -m "$MODEL" --actors "$ACTORS" --max-error 0.0000001 -q article.txt
holds "abstains" sh -c "grep -q '\"abstain\":true' out && ! grep '\"abstain\":false' out"
run 0 "evaluate --unlabelled on news" "$D" evaluate -m "$MODEL" --actors "$ACTORS" --unlabelled "$ROOT/tests/articles"
says "trusts the model" out 'is like that of the training'
sed 's/"actor":.*/"date":"2020-01-01"}/' "$ROOT/bench/strange.jsonl" >strange.jsonl
run 0 "evaluate --unlabelled on other text" "$D" evaluate -m "$MODEL" --actors "$ACTORS" --unlabelled strange.jsonl
says "does not" out 'do not trust the model'
run 0 "evaluate --unlabelled --json" "$D" evaluate -m t.model --actors "$ACTORS" --unlabelled --json article.txt
says "has a verdict" out '"verdict":'
run 3 "evaluate --unlabelled on nothing" "$D" evaluate -m "$MODEL" --actors "$ACTORS" --unlabelled empty.jsonl
classify article.txt -q >plain.jsonl
run 0 "explain --counterfactual" "$D" explain -m "$MODEL" --counterfactual --top 1 plain.jsonl
says "names the change" out 'would be support .* with: .* "accused"'
run 0 "explain --missing" "$D" explain -m "$MODEL" --actors "$ACTORS" --missing article.txt
says "says why a pair has no record" out 'USA -> CHN: no position is likely (0\.[0-9]*, alone 0\.[0-9]*; a record needs 0\.[0-9]*); against it: '

# ---- other people's corpora -------------------------------------------------------------------------------------
# 40 sentences about two topics that do not stand in the text: "good" is for the one and against the other
i=0; while [ $i -lt 40 ]; do
    i=$((i + 1))
    echo "{\"id\":\"a$i\",\"text\":\"truly good day number w$i\",\"target\":\"Alpha party\",\"label\":\"dafür\"}"
    echo "{\"id\":\"b$i\",\"text\":\"truly good day number w$i x\",\"target\":\"Beta party\",\"label\":\"dagegen\"}"
    echo "{\"id\":\"c$i\",\"text\":\"very bad day number v$i\",\"target\":\"Alpha party\",\"label\":\"dagegen\"}"
    echo "{\"id\":\"d$i\",\"text\":\"very bad day number v$i x\",\"target\":\"Beta party\",\"label\":\"dafür\"}"
done >topics.jsonl
run 0 "train on topics that do not stand in the text" "$D" train topics.jsonl -q -f -o topics.model --report topics.json
holds "one word means this for one topic and that for the other" grep -q '"value": \(1.0\|0.9[0-9]*\)' topics.json
echo '{"id":"q","text":"a good day","target":"Beta party"}' >q.jsonl
run 0 "predict with a topic" "$D" predict -m topics.model q.jsonl
says "knows the topic" out '"pred":"dagegen"'
i=0; while [ $i -lt 12 ]; do
    i=$((i + 1))
    for l in 甲 乙 丙 丁 戊 己 庚 辛 壬 癸; do echo "{\"text\":\"今天第${i}个消息来自${l}地\",\"label\":\"类$l\",\"fine\":\"细$l$((i % 2))\"}"; done
done >chinese.jsonl
run 0 "train on ten labels in a script without blanks" "$D" train chinese.jsonl -q -f -o chinese.model --aux fine
run 0 "predict with it" "$D" predict -m chinese.model chinese.jsonl
sed 's/.*"label":"\([^"]*\)".*"pred":"\([^"]*\)".*/\1 \2/' out | awk '$1 == $2' >right
holds "it has learnt them" lines right 120
{ cat topics.jsonl topics.jsonl; echo '{"text":"truly good day number w1","target":"Alpha party","label":"dagegen"}'; echo '{"text":"hm","target":"Alpha party","label":"rare"}'; } >faulty.jsonl
run 0 "train on a corpus with faults" "$D" train faulty.jsonl -f -o faulty.model
says "warns of copies" err 'repeat an earlier one'
says "of a rare label" err 'label "rare" has 1 example'
says "of contradictions" err 'another label than the same text'
holds "and the card keeps it" grep -q 'label "rare" has 1 example' faulty.model.md
sed 's/"label":"\(dafür\)"/"label":"support"/; s/"label":"\(dagegen\)"/"label":"warn"/' topics.jsonl >own.jsonl
run 0 "train --with-shipped" "$D" train own.jsonl --with-shipped --c 0.4 -q -f -o own.model --report own.json
says "weighs the shipped corpus" own.json '"extra_weight"'
holds "judges only one's own" grep -q '"n": 160' own.json

holds "no temporary file is left behind" no_temporaries
echo "$passed passed, $failed failed"
[ $failed = 0 ]
