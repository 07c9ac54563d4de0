/* Examples in the compact text form of training/text. */
#include "corpus_parts.h"

static const char *read_passage_head(dm_corpus_reading *r, dm_passage *p, dm_str line)
{
    dm_str part[4];
    size_t k = 0, from = 1;
    for (size_t i = 1; i <= line.n; i++)
        if (i == line.n || line.s[i] == '|') {
            if (k < 4)
                part[k] = dm_str_trim(dm_str_sub(line, from, i));
            k++;
            from = i + 1;
        }
    if (k != 4)
        return "a passage begins: @ id | date | register | theme";
    dm_buf theme = {.arena = r->corpus->arena};
    dm_buf_format(&theme, "%.*s/%.*s", DM_ARG(part[2]), DM_ARG(part[3]));
    *p = (dm_passage){.source = dm_corpus_keep(r, part[0].s, part[0].n), .date = dm_corpus_keep(r, part[1].s, part[1].n), .theme = dm_buf_view(&theme)};
    p->before.arena = r->corpus->arena;
    return NULL;
}

static void push_mentions(dm_corpus_reading *r, dm_example *e, size_t *capacity, uint32_t start, uint32_t end, dm_str ids)
{
    for (size_t from = 0, i = 0; i <= ids.n; i++)
        if (i == ids.n || ids.s[i] == '+') {
            dm_label_mention *m = DM_PUSH(r->corpus->arena, e->mentions, e->n_mentions, *capacity);
            *m = (dm_label_mention){start, end, dm_corpus_keep(r, ids.s + from, i - from)};
            from = i + 1;
        }
}

static bool are_ids(dm_str ids)
{
    for (size_t i = 0; i < ids.n; i++)
        if (!(ids.s[i] >= 'A' && ids.s[i] <= 'Z') && !(ids.s[i] >= '0' && ids.s[i] <= '9') && !strchr(":-+", ids.s[i]))
            return false;
    return true;
}

/* "[China|CHN] met [=JPN]" → "China met " with mentions; \[ and \] are brackets of the text. */
static const char *read_marked(dm_corpus_reading *r, dm_example *e, dm_str line)
{
    dm_buf text = {.arena = r->corpus->arena};
    size_t capacity = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (line.s[i] == '\\' && i + 1 < line.n && strchr("[]\\", line.s[i + 1])) {
            dm_buf_char(&text, line.s[++i]);
        } else if (line.s[i] == ']') {
            return "a bracket closes that was not opened";
        } else if (line.s[i] != '[') {
            dm_buf_char(&text, line.s[i]);
        } else {
            const char *close = memchr(line.s + i, ']', line.n - i);
            const char *bar = memchr(line.s + i, '|', line.n - i);
            bool zero = i + 1 < line.n && line.s[i + 1] == '=';
            if (!close || (!zero && (!bar || bar > close)))
                return "a mention is written [words|ID] or [=ID]";
            size_t to = (size_t)(close - line.s), id = zero ? i + 2 : (size_t)(bar - line.s) + 1;
            uint32_t start = (uint32_t)text.n;
            if (!zero)
                dm_buf_add(&text, line.s + i + 1, id - i - 2);
            if (memchr(text.s ? text.s + start : "", '[', text.n - start) || id >= to || !are_ids(dm_str_sub(line, id, to)))
                return "a mention inside a mention, or one whose id is not as CHN, IGO:EU, CHN+RUS";
            push_mentions(r, e, &capacity, start, (uint32_t)text.n, dm_str_sub(line, id, to));
            i = to;
        }
    }
    e->text = dm_buf_view(&text);
    return NULL;
}

static const char *read_sentence(dm_corpus_reading *r, dm_passage *p, dm_str line)
{
    if (!p->source.n)
        return "a sentence before the first passage (@ …)";
    dm_example *e = dm_corpus_new_example(r);
    dm_buf id = {.arena = r->corpus->arena};
    dm_buf_format(&id, "%.*s-%zu", DM_ARG(p->source), ++p->n);
    e->id = dm_buf_view(&id);
    e->source = p->source;
    e->date = p->date;
    e->theme = p->theme;
    e->before = dm_corpus_keep(r, dm_buf_view(&p->before).s, p->before.n);
    p->example = NULL;
    p->record_capacity = 0;
    const char *wrong = read_marked(r, e, line);
    if (wrong) {
        r->corpus->n--;
        return wrong;
    }
    if (p->before.n)
        dm_buf_char(&p->before, ' ');
    dm_buf_str(&p->before, e->text);
    p->example = e;
    return NULL;
}

/* "CHN", "CHN#2" or "-" → index of the mention. */
static bool find_party(const dm_example *e, dm_str name, int *index)
{
    size_t nth = 1;
    *index = -1;
    if (dm_str_is(name, "-"))
        return true;
    const char *hash = memchr(name.s, '#', name.n);
    if (hash) {
        nth = (size_t)(hash[1] - '0');
        name.n = (size_t)(hash - name.s);
    }
    for (size_t i = 0; i < e->n_mentions; i++)
        if (dm_str_equal(e->mentions[i].id, name) && --nth == 0) {
            *index = (int)i;
            return true;
        }
    return false;
}

static dm_str next_word(dm_str line, size_t *at)
{
    while (*at < line.n && line.s[*at] == ' ')
        ++*at;
    size_t from = *at;
    while (*at < line.n && line.s[*at] != ' ')
        ++*at;
    return dm_str_sub(line, from, *at);
}

static bool is_speech(dm_str w) { return dm_str_is(w, "asserted") || dm_str_is(w, "reported") || dm_str_is(w, "quoted"); }

static bool is_mood(dm_str w)
{
    return dm_str_is(w, "stated") || dm_str_is(w, "standing") || dm_str_is(w, "planned") || dm_str_is(w, "conditional") ||
           dm_str_is(w, "denied");
}

static const char *read_record_line(dm_corpus_reading *r, dm_passage *p, dm_str line)
{
    if (!p->example)
        return "a record without its sentence";
    dm_example *e = p->example;
    size_t at = 1;
    dm_label_record record = {.speech = DM_LIT("asserted"), .mood = DM_LIT("stated"), .topic = DM_LIT("")};
    dm_str holder = next_word(line, &at), target = next_word(line, &at), label = next_word(line, &at), code = next_word(line, &at);
    if (!code.n)
        return "a record line is: > HOLDER TARGET label CODE [speech] [mood] [topic: words]";
    if (!find_party(e, holder, &record.holder) || !find_party(e, target, &record.target))
        return "holder or target is not a mention of the sentence";
    for (dm_str w; (w = next_word(line, &at)).n;) {
        if (dm_str_is(w, "topic:")) {
            dm_str topic = dm_str_trim(dm_str_sub(line, at, line.n));
            record.topic = dm_corpus_keep(r, topic.s, topic.n);
            break;
        }
        if (is_speech(w))
            record.speech = dm_corpus_keep(r, w.s, w.n);
        else if (is_mood(w))
            record.mood = dm_corpus_keep(r, w.s, w.n);
        else
            return "unknown word in a record line";
    }
    record.label = dm_corpus_keep(r, label.s, label.n);
    record.code = dm_corpus_keep(r, code.s, code.n);
    *DM_PUSH(r->corpus->arena, e->records, e->n_records, p->record_capacity) = record;
    return NULL;
}

/* ---- pairs ----------------------------------------------------------------------------------------------- */

/* "= law-1 warn REQUEST: [H Amnesty] urged [T the government] to …" → one pair with its source, label and code. */
static const char *read_marked_pair(dm_corpus_reading *r, dm_example *e, dm_str line)
{
    static const char form[] = "a pair is: = id label CODE: words [H holder] words [T target]";
    dm_buf text = {.arena = r->corpus->arena};
    int *index[2] = {&e->records[0].holder, &e->records[0].target}, open = -1;
    for (size_t i = 0; i < line.n; i++) {
        char c = line.s[i];
        if (c == '\\' && i + 1 < line.n && strchr("[]\\", line.s[i + 1])) {
            dm_buf_char(&text, line.s[++i]);
        } else if (c == '[') {
            open = open < 0 && i + 2 < line.n && line.s[i + 2] == ' ' ? line.s[i + 1] == 'H' ? 0 : line.s[i + 1] == 'T' ? 1 : -1 : -1;
            if (open < 0 || *index[open] >= 0)
                return form;
            *index[open] = (int)e->n_mentions;
            e->mentions[e->n_mentions++].start = (uint32_t)text.n;
            i += 2;
        } else if (c == ']') {
            if (open < 0)
                return form;
            e->mentions[e->n_mentions - 1].end = (uint32_t)text.n;
            open = -1;
        } else {
            dm_buf_char(&text, c);
        }
    }
    e->text = dm_buf_view(&text);
    return open < 0 && e->n_mentions == 2 ? NULL : form;
}

static const char *read_pair_line(dm_corpus_reading *r, dm_passage *p, dm_str line)
{
    size_t at = 1;
    dm_str id = next_word(line, &at), label = next_word(line, &at), code = next_word(line, &at);
    if (!p->source.n || code.n < 2 || code.s[code.n - 1] != ':')
        return "a pair stands under a line @ …, and is: = id label CODE: words";
    dm_example *e = dm_corpus_new_example(r);
    e->pair = true;
    e->id = e->source = dm_corpus_keep(r, id.s, id.n);
    e->theme = p->theme;
    e->date = p->date;
    e->mentions = dm_arena_array(r->corpus->arena, 2, sizeof *e->mentions);
    e->records = dm_arena_alloc(r->corpus->arena, sizeof *e->records);
    e->n_records = 1;
    e->records[0] = (dm_label_record){.holder = -1, .target = -1, .label = dm_corpus_keep(r, label.s, label.n), .code = dm_corpus_keep(r, code.s, code.n - 1)};
    const char *wrong = read_marked_pair(r, e, dm_str_trim(dm_str_sub(line, at, line.n)));
    if (wrong)
        r->corpus->n--;
    return wrong;
}

const char *dm_corpus_text_line(dm_corpus_reading *r, dm_passage *p, dm_str line)
{
    switch (line.s[0]) {
    case '#': return NULL;
    case '@': return read_passage_head(r, p, line);
    case '>': return read_record_line(r, p, line);
    case '=': return read_pair_line(r, p, line);
    default: return read_sentence(r, p, line);
    }
}
