#include "demarche.h"

#include "classify.h"
#include "corpus.h"

#include <stdio.h>
#include <stdlib.h>

struct demarche {
    dm_model *model;
    dm_gazetteer *gazetteer;
    dm_worker *worker;
    dm_arena *arena;
};

enum { LARGEST = 64 << 20 };

const char *demarche_version(void) { return DM_VERSION; }

static void tell(char *message, const char *text) { snprintf(message, DEMARCHE_MESSAGE, "%s", text); }

demarche *demarche_open(const char *model, const char *actors, char message[DEMARCHE_MESSAGE])
{
    dm_error error = {0};
    demarche *d = calloc(1, sizeof *d);
    if (d && (d->model = dm_model_open(model, &error)) && (d->gazetteer = dm_gazetteer_load(actors, &error)) &&
        (d->worker = dm_worker_new(d->model)) && (d->arena = dm_arena_new()))
        return d;
    tell(message, error.status ? error.text : "out of memory");
    demarche_close(d);
    return NULL;
}

void demarche_close(demarche *d)
{
    if (!d)
        return;
    dm_arena_free(d->arena);
    dm_worker_free(d->worker);
    dm_gazetteer_free(d->gazetteer);
    dm_model_close(d->model);
    free(d);
}

char *demarche_classify(demarche *d, const char *text, size_t bytes, const char *id, const char *date, char message[DEMARCHE_MESSAGE])
{
    if (bytes > LARGEST) {
        tell(message, "the text is larger than 64 MiB");
        return NULL;
    }
    dm_arena_reset(d->arena);
    if (setjmp(*dm_arena_guard(d->arena))) {
        tell(message, "out of memory");
        return NULL;
    }
    dm_doc doc = {.arena = d->arena};
    dm_buf out = {.arena = d->arena};
    dm_classify_counts counts = {0};
    const dm_classify_options options = {.gazetteer = d->gazetteer};
    doc.article = (dm_article){.raw = {text, bytes}, .id = dm_str_from(id), .date = dm_str_from(date)};
    if (doc.article.date.n)
        doc.article.date_by = DM_LIT("option");
    dm_classify_read(d->gazetteer, &doc);
    dm_classify_doc(d->worker, d->model, &options, &doc, &out, &counts);
    char *records = malloc(out.n + 1);
    if (!records) {
        tell(message, "out of memory");
        return NULL;
    }
    memcpy(records, dm_buf_view(&out).s, out.n);
    records[out.n] = '\0';
    return records;
}

const char *demarche_position(demarche *d, const char *sentence, size_t bytes, demarche_span holder, demarche_span target, double *probability,
    char message[DEMARCHE_MESSAGE])
{
    if (bytes > LARGEST || holder.start > holder.end || holder.end > bytes || target.start > target.end || target.end > bytes) {
        tell(message, "holder and target are bytes inside a sentence of at most 64 MiB");
        return NULL;
    }
    dm_arena_reset(d->arena);
    if (setjmp(*dm_arena_guard(d->arena))) {
        tell(message, "out of memory");
        return NULL;
    }
    dm_label_mention mentions[2] = {{(uint32_t)holder.start, (uint32_t)holder.end, {"", 0}}, {(uint32_t)target.start, (uint32_t)target.end, {"", 0}}};
    dm_example example = {.pair = true, .text = {sentence, bytes}, .mentions = mentions, .n_mentions = 2};
    dm_doc doc = {.arena = d->arena};
    dm_decision decision;
    dm_corpus_to_doc(&example, &doc);
    dm_claim claim = {.holder = holder.end > holder.start ? 0 : DM_NO_MENTION, .target = target.end > target.start ? 1 : DM_NO_MENTION};
    dm_model_decide(d->worker, &doc, &claim, &decision);
    if (probability)
        *probability = decision.conf;
    return dm_model_label(d->model, decision.label);
}

void demarche_free(char *records) { free(records); }
