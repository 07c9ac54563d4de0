#include "instance.h"

#include "claim.h"
#include "feature.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    dm_instances *out;
    dm_corpus *corpus;
    const dm_scheme *scheme;
    const char *without;
    dm_featurizer *featurizer;
    bool by_topic;
    dm_table all;           /* every feature name */
    uint32_t *counts;       /* instances that have it */
    size_t counts_capacity;
    uint32_t *ids;          /* of the instance at work */
    size_t n_ids, ids_capacity;
    size_t capacity[7];
    dm_table codes; /* "label\tcode" */
    int *code_labels;
    size_t code_capacity;
    bool take_codes;
    dm_table sources;
    dm_error *error;
    dm_status status;
} builder;

/* ---- labels ---------------------------------------------------------------------------------------------- */

static dm_str label_text(const builder *b, const dm_label_record *r)
{
    return b->scheme && dm_scheme_uses_code(b->scheme) && r->code.n ? r->code : r->label;
}

static int by_bytes(const void *a, const void *b) { return dm_str_order(*(const dm_str *)a, *(const dm_str *)b); }

static void collect_labels(builder *b)
{
    dm_arena *arena = b->corpus->arena;
    dm_table seen = {.arena = arena};
    for (size_t i = 0; i < b->corpus->n; i++)
        for (size_t k = 0; k < b->corpus->examples[i].n_records && !b->corpus->examples[i].extra; k++)
            dm_table_add(&seen, b->corpus->examples[i].records[k].label);
    if (seen.count)
        qsort(seen.names, seen.count, sizeof *seen.names, by_bytes);
    b->out->label_names = dm_arena_array(arena, seen.count + 1, sizeof *b->out->label_names);
    for (size_t i = 0; i < seen.count; i++)
        b->out->label_names[i] = seen.names[i].s;
    b->out->n_labels = seen.count;
}

static void take_labels(builder *b)
{
    if (!b->scheme) {
        collect_labels(b);
        return;
    }
    b->out->n_labels = dm_scheme_labels(b->scheme);
    b->out->label_names = dm_arena_array(b->corpus->arena, b->out->n_labels, sizeof *b->out->label_names);
    for (size_t i = 0; i < b->out->n_labels; i++)
        b->out->label_names[i] = dm_scheme_label(b->scheme, i);
}

/* Index of the label; -1 for "none" of a scheme that does not name it; -2: unknown. */
static int label_index(const builder *b, dm_str label)
{
    for (size_t i = 0; i < b->out->n_labels; i++)
        if (dm_str_is(label, b->out->label_names[i]))
            return (int)i;
    return dm_str_is(label, "none") ? DM_LABEL_NONE : -2;
}

/* Pairs about a few topics, each often: what a word says may depend on the topic (Daumé 2007). With many targets it
 * would teach a prior on persons. */
static bool has_few_topics(const dm_corpus *corpus)
{
    enum { MOST = 50, EXAMPLES = 20 };
    dm_table topics = {.arena = corpus->arena};
    for (size_t i = 0; i < corpus->n && topics.count <= MOST; i++)
        if (corpus->examples[i].pair && !corpus->examples[i].extra)
            dm_table_add(&topics, corpus->examples[i].records[0].topic);
    return topics.count > 1 && topics.count <= MOST && topics.count * EXAMPLES <= corpus->n;
}

/* ---- one instance ---------------------------------------------------------------------------------------- */

static bool is_left_out(const char *without, dm_str name)
{
    const char *blank = memchr(name.s, ' ', name.n);
    size_t n = blank ? (size_t)(blank - name.s) : name.n;
    for (const char *at = without; at && *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strcspn(at, ",") == n && memcmp(at, name.s, n) == 0)
            return true;
    return false;
}

static void take_feature(void *context, dm_str name)
{
    builder *b = context;
    if (b->without && is_left_out(b->without, name))
        return;
    *DM_PUSH(b->corpus->arena, b->ids, b->n_ids, b->ids_capacity) = dm_table_add(&b->all, name);
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_distinct(uint32_t *ids, size_t *n)
{
    if (*n < 2)
        return;
    qsort(ids, *n, sizeof *ids, by_id);
    size_t kept = 1;
    for (size_t i = 1; i < *n; i++)
        if (ids[i] != ids[i - 1])
            ids[kept++] = ids[i];
    *n = kept;
}

/* Number of the code under this label; one code under two labels is two. */
static int code_index(builder *b, int label, dm_str code)
{
    enum { MOST = 200 };
    if (!b->take_codes || label < 0 || !code.n)
        return -1;
    dm_buf name = {.arena = b->corpus->arena};
    dm_buf_format(&name, "%d\t%.*s", label, DM_ARG(code));
    size_t known = b->codes.count;
    uint32_t id = dm_table_add(&b->codes, dm_buf_view(&name));
    if (id == known) {
        b->code_labels = dm_arena_grow(b->corpus->arena, b->code_labels, id, &b->code_capacity, sizeof *b->code_labels);
        b->code_labels[id] = label;
    }
    return id < MOST ? (int)id : -1;
}

static void add_instance(builder *b, const dm_example *e, const dm_doc *doc, const dm_claim *claim, int label, dm_str code)
{
    dm_instances *out = b->out;
    dm_arena *arena = b->corpus->arena;
    b->n_ids = 0;
    dm_feature_fill(b->featurizer, doc, claim, take_feature, b);
    sort_distinct(b->ids, &b->n_ids);
    while (b->counts_capacity < b->all.count) {
        size_t capacity = b->counts_capacity;
        b->counts = dm_arena_grow(arena, b->counts, capacity, &b->counts_capacity, sizeof *b->counts);
    }
    for (size_t i = 0; i < b->n_ids; i++)
        b->counts[b->ids[i]]++;
    uint32_t *kept = dm_arena_array(arena, b->n_ids + 1, sizeof *kept);
    if (b->n_ids)
        memcpy(kept, b->ids, b->n_ids * sizeof *kept);
    size_t n = out->n;
    *DM_PUSH(arena, out->rows, n, b->capacity[0]) = (dm_row){.ids = kept, .n = (uint32_t)b->n_ids};
    n = out->n;
    *DM_PUSH(arena, out->labels, n, b->capacity[1]) = label;
    n = out->n;
    dm_str source = e->source.n ? e->source : e->text; /* without a source, equal texts stay together */
    *DM_PUSH(arena, out->groups, n, b->capacity[2]) = dm_table_add(&b->sources, source);
    n = out->n;
    *DM_PUSH(arena, out->whole, n, b->capacity[3]) = !e->pair && !e->extra;
    n = out->n;
    *DM_PUSH(arena, out->origins, n, b->capacity[4]) = (dm_instance_origin){e,
        claim->holder == DM_NO_MENTION ? -1 : (int)claim->holder, claim->target == DM_NO_MENTION ? -1 : (int)claim->target};
    n = out->n;
    *DM_PUSH(arena, out->extra, n, b->capacity[5]) = e->extra;
    n = out->n;
    *DM_PUSH(arena, out->codes, n, b->capacity[6]) = code_index(b, label, code);
    out->n = n;
}

/* ---- examples -------------------------------------------------------------------------------------------- */

static void fail_label(builder *b, const dm_example *e, dm_str label)
{
    b->status = dm_fail(b->error, DM_INPUT, "%s:%zu: label \"%.*s\" is not one of the scheme", e->file, e->line, DM_ARG(label));
}

static void add_pair(builder *b, const dm_example *e, const dm_doc *doc)
{
    const dm_label_record *r = &e->records[0];
    dm_str text = label_text(b, r);
    int label = label_index(b, text);
    if (label == -2) {
        if (!e->extra) /* of the other corpus, what fits */
            fail_label(b, e, text);
        return;
    }
    dm_claim claim = dm_corpus_claim(e, 0);
    if (!b->by_topic)
        claim.topic.n = 0;
    add_instance(b, e, doc, &claim, label, e->extra ? (dm_str){"", 0} : r->code);
}

static dm_str id_of(const dm_example *e, int mention) { return mention < 0 ? (dm_str){"", 0} : e->mentions[mention].id; }

/* Which record joins these mentions (exact), or at least these actors? */
static const dm_label_record *record_of(const dm_example *e, const dm_claim *c, bool *exact)
{
    int target = c->target == DM_NO_MENTION ? -1 : (int)c->target;
    const dm_label_record *same_actors = NULL;
    *exact = false;
    for (size_t i = 0; i < e->n_records; i++) {
        const dm_label_record *r = &e->records[i];
        if (r->holder == (int)c->holder && r->target == target) {
            *exact = true;
            return r;
        }
        if (dm_str_equal(id_of(e, r->holder), id_of(e, (int)c->holder)) && dm_str_equal(id_of(e, r->target), id_of(e, target)))
            same_actors = r;
    }
    return same_actors;
}

static void add_whole(builder *b, const dm_example *e, dm_doc *doc)
{
    dm_claim_pair(doc);
    for (size_t i = 0; i < doc->n_claims && b->status == DM_OK; i++) {
        bool exact;
        const dm_label_record *r = record_of(e, &doc->claims[i], &exact);
        if ((r && !exact) || (!r && e->extra))
            continue;
        int label = r ? label_index(b, label_text(b, r)) : DM_LABEL_NONE;
        if (label != -2)
            add_instance(b, e, doc, &doc->claims[i], label, r ? r->code : (dm_str){"", 0});
        else if (!e->extra)
            fail_label(b, e, label_text(b, r));
    }
}

/* Drops rare features and gives the others new numbers, in order of arrival. */
static void keep_frequent(builder *b, unsigned min_count)
{
    dm_arena *arena = b->corpus->arena;
    dm_instances *out = b->out;
    uint32_t *renamed = dm_arena_array(arena, b->all.count + 1, sizeof *renamed);
    out->features.arena = arena;
    for (size_t f = 0; f < b->all.count; f++)
        renamed[f] = b->counts[f] >= min_count ? dm_table_add(&out->features, b->all.names[f]) : DM_TABLE_NONE;
    out->values = dm_arena_array(arena, out->features.count + 1, sizeof *out->values);
    for (size_t f = 0; f < b->all.count; f++)
        if (renamed[f] != DM_TABLE_NONE)
            out->values[renamed[f]] = (float)(1 + log((1 + (double)out->n) / (1 + (double)b->counts[f])));
    for (size_t i = 0; i < out->n; i++) {
        uint32_t *ids = (uint32_t *)(uintptr_t)out->rows[i].ids, n = 0;
        for (uint32_t k = 0; k < out->rows[i].n; k++)
            if (renamed[ids[k]] != DM_TABLE_NONE)
                ids[n++] = renamed[ids[k]];
        out->rows[i].n = n;
        out->rows[i].scale = dm_row_scale(ids, n, out->values);
    }
}

/* ---- familiarity ----------------------------------------------------------------------------------------- */

typedef struct {
    const dm_table *known;
    size_t words, seen;
} familiarity;

static void count_word(void *context, dm_str name)
{
    familiarity *f = context;
    if (dm_feature_is_word(name)) {
        f->words++;
        f->seen += dm_table_find(f->known, name) != DM_TABLE_NONE;
    }
}

static int by_share(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The share of known words that all but 2 in 100 of (at most 2,000) examples reach. */
static double measure_familiarity(builder *b, dm_arena *scratch)
{
    enum { SAMPLE = 2000 };
    dm_corpus *corpus = b->corpus;
    double shares[SAMPLE];
    size_t step = corpus->n / SAMPLE + 1, n = 0;
    for (size_t i = 0; i < corpus->n && n < SAMPLE; i += step) {
        dm_doc doc = {.arena = scratch};
        familiarity f = {.known = &b->out->features};
        dm_arena_reset(scratch);
        dm_corpus_to_doc(&corpus->examples[i], &doc);
        dm_claim claim = corpus->examples[i].pair ? dm_corpus_claim(&corpus->examples[i], 0) : (dm_claim){.holder = DM_NO_MENTION, .target = DM_NO_MENTION};
        dm_feature_fill(b->featurizer, &doc, &claim, count_word, &f);
        if (f.words)
            shares[n++] = (double)f.seen / (double)f.words;
    }
    b->out->known = 0;
    for (size_t i = 0; i < n; i++)
        b->out->known += shares[i] / (double)n;
    if (n)
        qsort(shares, n, sizeof *shares, by_share);
    return n ? shares[n / 50] : 0;
}

dm_status dm_instances_build(dm_corpus *corpus, const dm_instance_options *options, dm_instances *instances, dm_error *error)
{
    *instances = (dm_instances){.arena = corpus->arena};
    builder b = {.out = instances, .corpus = corpus, .scheme = options->scheme, .without = options->without, .take_codes = options->codes, .codes.arena = corpus->arena, .error = error, .all.arena = corpus->arena, .sources.arena = corpus->arena};
    dm_arena *scratch = dm_arena_new();
    b.featurizer = dm_featurizer_new(options->lexicon);
    if (!scratch || !b.featurizer || setjmp(*dm_arena_guard(scratch))) {
        dm_featurizer_free(b.featurizer);
        dm_arena_free(scratch);
        return dm_fail(error, DM_SYSTEM, "out of memory");
    }
    take_labels(&b);
    b.by_topic = has_few_topics(corpus);
    for (size_t i = 0; i < corpus->n && b.status == DM_OK; i++) {
        const dm_example *e = &corpus->examples[i];
        dm_doc doc = {.arena = scratch};
        dm_arena_reset(scratch);
        dm_corpus_to_doc(e, &doc);
        if (e->pair)
            add_pair(&b, e, &doc);
        else
            add_whole(&b, e, &doc);
    }
    instances->n_groups = b.sources.count;
    if (b.status == DM_OK) {
        keep_frequent(&b, options->min_count);
        instances->familiar = measure_familiarity(&b, scratch);
        instances->n_codes = b.codes.count < 200 ? b.codes.count : 200;
        instances->code_labels = b.code_labels;
    }
    dm_featurizer_free(b.featurizer);
    dm_arena_free(scratch);
    return b.status;
}
