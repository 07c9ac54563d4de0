/* agreement.h: how far two coders agree who labelled the same things.
 *
 *   Cohen's κ: J. Cohen, "A coefficient of agreement for nominal scales", 1960.
 *   Krippendorff's α, nominal, two coders, nothing missing: K. Krippendorff, "Content Analysis", 2004, ch. 11. */
#ifndef DM_AGREEMENT_H
#define DM_AGREEMENT_H

#include "corpus.h"

enum { DM_AGREEMENT_CATEGORIES = 32 };

typedef struct {
    size_t n;                  /* things labelled by both */
    double same, kappa, alpha; /* share of equal labels; the coefficients are 1 where only one category occurs */
} dm_agreement;

/* first[i], second[i] < DM_AGREEMENT_CATEGORIES: the categories that the coders gave thing i. */
dm_agreement dm_agree(const uint8_t *first, const uint8_t *second, size_t n);

typedef struct {
    size_t sentences;      /* examples with the same id and text in both corpora */
    size_t only_first, only_second; /* examples without a counterpart */
    size_t records_first, records_second, records_both; /* (sentence, holder, target) with a position */
    dm_agreement position; /* over all ordered pairs of actors of a sentence, and topics: a position or none */
    dm_agreement all;      /* the same: none, support, neutral, warn */
    dm_agreement label;    /* where both gave a position: which one */
} dm_corpus_agreement;

/* Called for each difference; label "none" where a coder gave no record; target "-" for a record with a topic only. */
typedef void dm_agreement_difference(void *context, const dm_example *example, dm_str holder, dm_str target, dm_str first, dm_str second);

/* Compares two corpora, example by example (by id); several records of one pair count once, the first. */
dm_corpus_agreement dm_corpus_agree(const dm_corpus *first, const dm_corpus *second, dm_agreement_difference *tell, void *context);

#endif
