#!/usr/bin/env python3
"""Who towards whom: how good it is and where it goes wrong.

usage: bench/whom.py [--folds N] [--list CLASS] [--only corpus,gold,plv]

  corpus  cross-validation over the whole passages of training/ (their marks are hidden): folds by passage
  gold    the outside articles of ../shared/gold (two readers agree with F1 93 without the label, 91 with it)
  plv     outside sentences with one marked pair: given the text alone, is the pair found, its direction, its label?

Each part prints precision, recall and F1 of (sentence, holder, target) and with the label, each with a 95 % interval
(bootstrap over articles, fixed seed), and puts every error into one class. --list prints the errors of one class.
Mentions: of the actors that the corpus marks, how many the program resolves to the same actor, by kind of mention."""
import argparse, collections, glob, json, os, random, re, subprocess, sys, tempfile

D = os.environ.get('DEMARCHE', 'build/demarche')
SHARED = os.environ.get('SHARED', '../shared')
GOLD_DATES = {'s01': '2022-03-18', 'g01': '2018-04-11', 'g02': '2017-11-28', 'g03': '2017-08-31', 'g04': '2018-01-23'}
PRONOUNS = set('he she it its his her him they their them we our us i my me himself itself themselves'.split())
CLASSES = ['mention missed', 'actor wrong', 'coreference', 'speaker', 'target', 'direction', 'detector', 'label']


def walk(jsonl, model):
    """doc → sentences as `demarche explain --article --json` tells them."""
    docs = collections.defaultdict(list)
    run = subprocess.run([D, 'explain', '--json', '--article', jsonl] + (['-m', model] if model else []), capture_output=True, text=True)
    if run.returncode:
        sys.exit('whom: ' + run.stderr.strip())
    for line in run.stdout.splitlines():
        s = json.loads(line)
        docs[s['doc']].append(s)
    return docs


def kind_of(words):
    """How a mention's words name its actor."""
    bare = re.sub(r'^(the|a|an|both) ', '', words)
    return 'pronoun' if words.lower() in PRONOUNS else 'role' if not bare[:1].isupper() else 'name'


class Article:
    """One article with what is asked and what was given; sentences are those asked for."""
    def __init__(self, doc):
        self.doc, self.sentences = doc, []  # each: text, asked [(holder, target, label, how)], mentions, given


FOLD = {'GRP:YPG': 'GRP:KURDS', 'GRP:SDF': 'GRP:KURDS', 'GRP:PYD': 'GRP:KURDS', 'KURDS': 'GRP:KURDS', 'YPG': 'GRP:KURDS', 'PYD': 'GRP:KURDS', 'WEST': 'GRP:WEST', 'ISIS': 'GRP:ISIS'}


def same(a, b):
    """Gold writes some groups by name."""
    def names(x):
        x = x.upper().replace(' ', '-')
        return {FOLD.get(x, x), FOLD.get(x, x).split(':')[-1]}
    return a == b or bool(a and b and names(a) & names(b))


def why_absent(actor, how, marks, mentions):
    """Class of an asked actor that the program does not have in the sentence."""
    if how in ('pronoun', 'role', 'ellipsis'):
        return 'coreference'
    if how in ('speaker', 'quoted'):
        return 'speaker'
    for m in marks:
        if actor in m['ids']:
            if any(x['start'] < m['end'] and m['start'] < x['end'] and x['actors'] for x in mentions):
                return 'actor wrong'
            return {'name': 'mention missed'}.get(kind_of(m['words']), 'coreference')
    return 'mention missed'


def judge(sentence, errors):
    """Counts of one sentence: asked, given, right, right with label; errors gets (class, text)."""
    asked, given = sentence['asked'], [p for p in sentence['pairs'] if p['record']]
    actors = {a for m in sentence['mentions'] for a in m['actors']}
    has = lambda actor: any(same(actor, a) for a in actors)
    right = labelled = 0
    used = set()

    def note(kind, what):
        errors.append((kind, '%s | %s' % (what, sentence['text'])))
    for h, t, label, how in asked:
        hit = next((k for k, p in enumerate(given) if k not in used and same(h, p['holder']) and same(t, p['target'])), None)
        if hit is not None:
            used.add(hit)
            right += 1
            if given[hit]['label'] == label:
                labelled += 1
            else:
                note('label', '%s -> %s %s, not %s' % (h, t, label, given[hit]['label']))
            continue
        what = 'missed %s -> %s %s' % (h, t or '(no actor)', label)
        if not has(h):
            note(why_absent(h, how, sentence['marks'], sentence['mentions']), what)
        elif t and not has(t):
            note(why_absent(t, '', sentence['marks'], sentence['mentions']), what)
        elif not t:
            note('target', what)
        elif any(same(h, p['target']) and same(t, p['holder']) for p in given) and not any(same(h, x[1]) and same(t, x[0]) for x in asked):
            note('direction', what)
        else:
            note('detector', what)
    for k, p in enumerate(given):
        if k in used or any(same(p['holder'], x[0]) and same(p['target'], x[1]) for x in sentence['open']):
            continue
        what = 'extra %s -> %s %s' % (p['holder'], p['target'] or '(no actor)', p['label'])
        marked = {a for m in sentence['marks'] for a in m['ids']}
        if any(same(p['holder'], x[1]) and same(p['target'], x[0]) for x in asked) and not any(same(p['holder'], x[0]) for x in asked):
            note('direction', what)
        elif marked and (p['holder'] not in marked or (p['target'] and p['target'] not in marked)):
            note('actor wrong', what)
        else:
            note('detector', what)
    open_given = sum(1 for k, p in enumerate(given) if k not in used and any(same(p['holder'], x[0]) and same(p['target'], x[1]) for x in sentence['open']))
    return len(asked), len(given) - open_given, right, labelled


def f1(given, asked, right):
    return 200 * right / max(1, given + asked)


def interval(articles, at):
    """95 % interval of F1 over articles drawn with replacement."""
    draw, rounds = random.Random(1), []
    for _ in range(1000):
        c = [draw.choice(articles) for _ in articles]
        rounds.append(f1(sum(a[1] for a in c), sum(a[0] for a in c), sum(a[at] for a in c)))
    rounds.sort()
    return rounds[25], rounds[974]


def show(name, articles, options):
    """articles: lists of sentences."""
    counts, errors = [], []
    for sentences in articles:
        c = [judge(s, errors) for s in sentences]
        counts.append([sum(x[i] for x in c) for i in range(4)])
    asked, given, right, labelled = (sum(c[i] for c in counts) for i in range(4))
    for what, at, n in (('pairs', 2, right), ('with label', 3, labelled)):
        low, high = interval(counts, at)
        print('%-8s %-11s P %.1f  R %.1f  F1 %.1f [%.1f–%.1f]' % (name, what, 100 * n / max(1, given), 100 * n / max(1, asked), f1(given, asked, n), low, high))
    table = collections.Counter(k for k, _ in errors)
    missed = collections.Counter(k for k, w in errors if w.startswith('missed'))
    print('%-8s errors      ' % name + ', '.join('%s %d (%d missed)' % (k, table[k], missed[k]) if missed[k] not in (0, table[k]) else '%s %d' % (k, table[k]) for k in CLASSES))
    for kind, what in errors:
        if options.list == kind:
            print('   ', what)


# ---- corpus ---------------------------------------------------------------------------------------------------

def passages():
    """source → its sentences in order, for the files of whole annotations."""
    found = collections.defaultdict(list)
    for path in sorted(glob.glob('training/*.jsonl')):
        if os.path.basename(path).startswith('pairs-'):
            continue
        for line in open(path, encoding='utf-8'):
            r = json.loads(line)
            found[r['source']].append(r)
    return found


def text_of(passage):
    """Headlines and list items stand alone; other sentences follow each other. Same length as one blank between them."""
    return ''.join(r['text'] + ('' if r is passage[-1] else ' ' if r['text'][-1] in '.!?…"”’)' else '\n') for r in passage)


def asked_sentences(passage, sentences):
    """The corpus's sentences with the program's mentions and pairs: matched by overlap in the passage's text."""
    at = 0
    for r in passage:
        marks = [dict(start=m['start'], end=m['end'], ids=m['id'].split('+') if isinstance(m['id'], str) else m['id'], words=r['text'][m['start']:m['end']]) for m in r['mentions']]
        end, pairs, mentions = at + len(r['text']), [], []
        for s in sentences:
            start = s['start']
            if min(end, start + len(s['text'])) - max(at, start) > min(len(s['text']), len(r['text'])) // 2:
                pairs += s['pairs']
                mentions += [dict(m, start=m['start'] + start - at, end=m['end'] + start - at) for m in s['mentions']]
        asked = {}
        for x in r['records']:
            for h in marks[x['holder']]['ids']:
                for t in marks[x['target']]['ids'] if x.get('target') is not None and x['target'] >= 0 else ['']:
                    if h != t:
                        asked[h, t] = (h, t, x['label'], 'speaker' if marks[x['holder']]['start'] == marks[x['holder']]['end'] else '')
        yield dict(text=r['text'], asked=list(asked.values()), open=[], marks=marks, mentions=mentions, pairs=pairs)
        at = end + 1


def mention_table(sentences):
    """Marked mentions by kind: resolved to the same actor, to another, not found; and found ones that nobody marked."""
    table, invented, found = collections.defaultdict(collections.Counter), 0, 0
    for s in sentences:
        for m in s['marks']:
            if m['end'] == m['start']:
                continue
            over = [x for x in s['mentions'] if x['start'] < m['end'] and m['start'] < x['end']]
            got = {a for x in over for a in x['actors']}
            kind = kind_of(m['words'])
            table[kind]['right' if got & set(m['ids']) else 'wrong' if got else 'missed'] += 1
        for x in s['mentions']:
            if x['actors'] and x['end'] > x['start']:
                found += 1
                invented += not any(x['start'] < m['end'] and m['start'] < x['end'] for m in s['marks'])
    for kind in ('name', 'role', 'pronoun'):
        c = table[kind]
        n = sum(c.values())
        print('corpus   mentions    %-8s %d: right %.1f %%, other actor %.1f %%, not found %.1f %%' % (kind, n, *(100 * c[k] / max(1, n) for k in ('right', 'wrong', 'missed'))))
    print('corpus   mentions    %d found, %.1f %% of them stand where the corpus marks no actor' % (found, 100 * invented / max(1, found)))


def corpus(options, work):
    found = passages()
    sources = sorted(found)
    random.Random(1).shuffle(sources)
    articles, everything = [], []
    pairs = sorted(glob.glob('training/pairs-*.jsonl'))
    for fold in range(options.folds):
        held = sources[fold::options.folds]
        with open(work + '/train.jsonl', 'w', encoding='utf-8') as out:
            for s in sources:
                if s not in set(held):
                    out.writelines(json.dumps(r, ensure_ascii=False) + '\n' for r in found[s])
        with open(work + '/held.jsonl', 'w', encoding='utf-8') as out:
            for s in held:
                out.write(json.dumps(dict(id=s, date=found[s][0].get('date', ''), text=text_of(found[s])), ensure_ascii=False) + '\n')
        run = subprocess.run([D, 'train', work + '/train.jsonl', *pairs, '--scheme', 'labels/positions.json', '--min-count', '5', '--c', '0.8', '--folds', '3', '-q', '-f', '-j', '2', '-o', work + '/model'], capture_output=True, text=True)
        if run.returncode:
            sys.exit('whom: ' + run.stderr.strip())
        docs = walk(work + '/held.jsonl', work + '/model')
        for s in held:
            articles.append(list(asked_sentences(found[s], docs.get(s, []))))
            everything += articles[-1]
    mention_table(everything)
    show('corpus', articles, options)


# ---- gold -----------------------------------------------------------------------------------------------------

def gold(options, work):
    asked = collections.defaultdict(list)
    for line in open(SHARED + '/gold/gold.jsonl', encoding='utf-8'):
        g = json.loads(line)
        asked[g['doc']].append(g)
    articles = []
    for doc, date in GOLD_DATES.items():
        raw = open('%s/gold/%s.txt' % (SHARED, doc), encoding='utf-8', newline='').read()
        run = lambda *a: subprocess.run([D, *a], capture_output=True, text=True).stdout.splitlines()
        walked = [json.loads(x) for x in run('explain', '--json', '--article', '%s/gold/%s.txt' % (SHARED, doc), '--date', date)]
        places = sorted({(g['sent_start'], g['sent_end']) for g in asked[doc]})
        bag = lambda t: collections.Counter(re.findall(r'\w+', t.lower()))
        sentences = [dict(text=raw[a:b], asked=[], open=[], marks=[], mentions=[], pairs=[]) for a, b in places]
        for g in asked[doc]:
            s = sentences[places.index((g['sent_start'], g['sent_end']))]
            (s['asked'] if g['status'] == 'sure' else s['open']).append((g['holder'], g['target'], g['label'], 'quoted' if g['speech'] == 'quoted' and g['via'] == 'person' else g['via']))
        bags = [bag(s['text']) for s in sentences]
        for w in walked:  # cleaning shifts offsets: matched by shared words
            b = bag(w['text'])
            best = max(range(len(bags)), key=lambda i: sum((bags[i] & b).values()))
            if sum((bags[best] & b).values()) * 2 > sum(b.values()):
                sentences[best]['pairs'] += w['pairs']
                sentences[best]['mentions'] += w['mentions']
            else:
                sentences.append(dict(text=w['text'], asked=[], open=[], marks=[], mentions=w['mentions'], pairs=w['pairs']))
        articles.append(sentences)
    show('gold', articles, options)


# ---- plv ------------------------------------------------------------------------------------------------------

def plv(options, work):
    rows = [json.loads(x) for x in open(SHARED + '/data/plv_train.jsonl', encoding='utf-8')]
    with open(work + '/plv.jsonl', 'w', encoding='utf-8') as out:
        for r in rows:
            out.write(json.dumps(dict(id=r['id'], date='2018-01-01', text=r['text']), ensure_ascii=False) + '\n')
    docs, table, shown = walk(work + '/plv.jsonl', None), collections.Counter(), []
    for r in rows:
        sentences = docs.get(r['id'], [])
        at = lambda spans, m, s: any(a < s['start'] + m['end'] and s['start'] + m['start'] < b for a, b in spans)
        spans = lambda role: r.get(role + '_spans') or [(r.get(role + '_start', 0), r.get(role + '_end', 0))]
        state = 'mention missed'
        for s in sentences:
            h = {a for m in s['mentions'] if at(spans('actor'), m, s) for a in m['actors']}
            t = {a for m in s['mentions'] if at(spans('target'), m, s) for a in m['actors']}
            if not h or not t or h == t:
                continue
            forth = [p for p in s['pairs'] if p['holder'] in h and p['target'] in t and p['record']]
            back = [p for p in s['pairs'] if p['holder'] in t and p['target'] in h and p['record']]
            state = 'found' if forth else 'direction' if back else 'detector'
            if forth and not any(p['label'] == r['label'] for p in forth):
                state = 'label'
        table[state] += 1
        shown.append((state, '%s -> %s %s | %s' % (r['actor'], r['target'], r['label'], r['text'])))
    n = len(rows)
    print('plv      pair among the candidates %.1f %%; of these found in this direction %.1f %%, only in the other %.1f %%; label of the found %.1f %%; all right %.1f %%' % (
        100 * (n - table['mention missed']) / n, 100 * (table['found'] + table['label']) / max(1, n - table['mention missed']), 100 * table['direction'] / max(1, n - table['mention missed']),
        100 * table['found'] / max(1, table['found'] + table['label']), 100 * table['found'] / n))
    for kind, what in shown:
        if options.list == kind:
            print('   ', what)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--folds', type=int, default=3)
    parser.add_argument('--list', default='')
    parser.add_argument('--only', default='corpus,gold,plv')
    options = parser.parse_args()
    parts = options.only.split(',')
    with tempfile.TemporaryDirectory(prefix='demarche-whom.') as work:
        if 'corpus' in parts:
            corpus(options, work)
        for name, part in (('gold', gold), ('plv', plv)):
            if name in parts and os.path.isdir(SHARED + '/gold'):
                part(options, work)
            elif name in parts:
                print('whom: %s is not here (outside texts for measuring, not part of the project): %s not measured' % (SHARED, name))


main()
