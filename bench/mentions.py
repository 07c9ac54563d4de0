#!/usr/bin/env python3
"""Actor resolution on tests/actor/mentions.txt: who is meant by words in context.

usage: bench/mentions.py [FILE] [--list]      prints the share resolved right; --list prints the others

Blocks parted by empty lines: "date: YYYY-MM-DD", then text with [words|ID], [words|ID+ID] or [words|-] (no actor)."""
import json, os, re, subprocess, sys, tempfile

D = os.environ.get('DEMARCHE', 'build/demarche')
args = [a for a in sys.argv[1:] if a != '--list']
path = args[0] if args else 'tests/actor/mentions.txt'
asked = []
for number, block in enumerate(re.split(r'\n\s*\n', open(path, encoding='utf-8').read().strip())):
    lines = [l for l in block.split('\n') if not l.startswith('#')]
    date, marked, text, at = lines[0].split(':', 1)[1].strip(), '\n'.join(lines[1:]), '', 0
    for m in re.finditer(r'\[([^]|]*)\|([^]]*)\]', marked):
        text += marked[at:m.start()]
        asked.append(dict(id='m%d' % number, date=date, start=len(text), mention=m.group(1), gold=m.group(2)))
        text += m.group(1)
        at = m.end()
    text += marked[at:]
    for a in asked:
        if a['id'] == 'm%d' % number:
            a['text'] = text
with tempfile.NamedTemporaryFile('w', suffix='.jsonl', encoding='utf-8') as f:
    f.writelines(json.dumps(a, ensure_ascii=False) + '\n' for a in asked)
    f.flush()
    run = subprocess.run([D, 'actors', 'resolve', f.name], capture_output=True, text=True)
if run.returncode:
    sys.exit('mentions: ' + run.stderr.strip())
right, wrong = 0, []
for a, line in zip(asked, run.stdout.splitlines()):
    got = {x for x in json.loads(line)['actor'].split('|') if x}
    want = set() if a['gold'] == '-' else set(a['gold'].split('+'))
    right += got == want
    if got != want:
        wrong.append('%s "%s": %s, not %s | %s' % (a['date'], a['mention'], '+'.join(sorted(got)) or '-', a['gold'], a['text'].replace('\n', ' / ')))
print('%d of %d mentions right: %.1f %%' % (right, len(asked), 100 * right / max(1, len(asked))))
if '--list' in sys.argv:
    print('\n'.join(wrong))
