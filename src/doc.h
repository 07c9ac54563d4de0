/* doc.h: one article on its way through the house. Each room fills its part and reads only those above it.
 *
 *     reader → article · clean → text · sentence, token → sentences, tokens · actor → mentions · claim → claims
 *
 * Everything lives in the article's arena. Offsets are bytes of the cleaned text unless a name says otherwise. */
#ifndef DM_DOC_H
#define DM_DOC_H

#include "base/str.h"

/* ---- reader ---------------------------------------------------------------------------------------------- */
typedef struct {
    dm_str id;      /* the input's own id, or the file name without folder and extension */
    dm_str input;   /* file name for messages ("-" for standard input) */
    size_t line;    /* line of a JSONL input, 0 otherwise */
    dm_str raw;     /* the bytes of the text as they came */
    dm_str source, title, url;
    dm_str date;    /* YYYY-MM-DD or empty */
    dm_str date_by; /* field, name, option, or empty */
    dm_str story;   /* the same for copies of one text, or empty */
    int64_t dup;    /* copies of it that came before */
} dm_article;

/* ---- clean ----------------------------------------------------------------------------------------------- */
typedef enum {
    DM_REPAIR_ENCODING,  /* bytes that were no UTF-8, read as Windows-1252, or replaced */
    DM_REPAIR_INVISIBLE, /* soft hyphens, zero-width characters, byte order marks, control characters */
    DM_REPAIR_BLANK,     /* odd or repeated blanks, line ends */
    DM_REPAIR_MISSING_BLANK, /* blank put in: "globe.While", "NATOcalls", "”In" */
    DM_REPAIR_STRAY_STOP,    /* full stop inside a sentence taken out: "such. actions" */
    DM_REPAIR_QUOTE,     /* quotation marks doubled, of the wrong kind, unbalanced */
    DM_REPAIR_CREDIT,    /* picture credits and captions glued into the text */
    DM_REPAIR_REPEAT,    /* title or paragraph that stands there twice */
    DM_REPAIR_TAIL,      /* "| Politics news" and other marks of the site */
    DM_REPAIR_FOOT,      /* comment forms, share lines, subscription calls */
    DM_REPAIR_FORM,      /* composed differently (NFC), entities, ligatures */
    DM_REPAIR_N
} dm_repair;

/* A run of cleaned bytes and the run of raw bytes that it came from. Runs are in order and cover the cleaned text;
 * `same`: byte i of one is byte i of the other. Raw bytes between two runs were dropped. */
typedef struct {
    uint32_t clean, n_clean;
    uint32_t raw, n_raw;
    bool same;
} dm_run;

typedef struct {
    dm_str text; /* valid UTF-8, NFC, one paragraph a line (LF), no empty lines */
    dm_run *runs;
    size_t n_runs;
    unsigned repairs[DM_REPAIR_N];
} dm_text;

/* ---- sentence, token ------------------------------------------------------------------------------------- */
typedef enum {
    DM_SHAPE_LOWER, DM_SHAPE_TITLE, DM_SHAPE_UPPER, DM_SHAPE_MIXED, /* words: said, China, NATO, McCain */
    DM_SHAPE_NUMBER, DM_SHAPE_PUNCT, DM_SHAPE_QUOTE_OPEN, DM_SHAPE_QUOTE_CLOSE
} dm_shape;

typedef struct {
    uint32_t start, end; /* bytes */
    dm_str form;         /* as it stands */
    dm_str fold;         /* dm_str_fold of it */
    uint8_t shape;       /* dm_shape */
    bool in_quote;       /* inside quotation marks that were open before it */
} dm_token;

typedef struct {
    uint32_t start, end;       /* bytes, without blanks at the ends */
    uint32_t token, token_end; /* half open */
    uint32_t code_point;       /* of the cleaned text, where `start` stands */
    uint32_t paragraph;
    bool quote_runs_in;  /* begins inside a quotation that an earlier sentence opened */
    bool quote_runs_out; /* its last quotation is still open at its end */
} dm_sentence;

/* ---- actor ----------------------------------------------------------------------------------------------- */
typedef enum {
    DM_VIA_NONE, DM_VIA_NAME, DM_VIA_DEMONYM, DM_VIA_CAPITAL, DM_VIA_METONYM, DM_VIA_INSTITUTION, DM_VIA_PERSON,
    DM_VIA_ROLE, DM_VIA_APPOSITION, DM_VIA_PRONOUN, DM_VIA_ELLIPSIS, DM_VIA_SPEAKER, DM_VIA_N
} dm_via;

enum { DM_MENTION_ACTORS = 4 };

typedef struct {
    uint32_t sentence;
    uint32_t token, token_end; /* half open; empty (token == token_end) for a speaker or left-out subject */
    uint32_t start, end;       /* bytes */
    dm_str actors[DM_MENTION_ACTORS]; /* ids: "CHN", "IGO:EU"; n_actors 0: known to be no actor, or unresolved */
    uint8_t n_actors;
    uint8_t via;   /* dm_via */
    dm_str person; /* "PER:JOE-BIDEN", or empty */
    dm_str name, office; /* of a person whom the article introduces: "Hulusi Akar", "defence minister"; else empty */
    bool human;    /* one person, named or not ("Turkey's president"): "he", not "it" */
    dm_str why;    /* in words: the gazetteer row or the mention that gave the actor */
} dm_mention;

/* ---- claim ----------------------------------------------------------------------------------------------- */
typedef enum { DM_SPEECH_ASSERTED, DM_SPEECH_REPORTED, DM_SPEECH_QUOTED } dm_speech;
typedef enum { DM_MOOD_STATED, DM_MOOD_STANDING, DM_MOOD_PLANNED, DM_MOOD_CONDITIONAL, DM_MOOD_DENIED } dm_mood;

#define DM_NO_MENTION UINT32_MAX

/* A candidate: this mention may hold a position towards that one. */
typedef struct {
    uint32_t sentence;
    uint32_t holder, target;               /* mentions; target DM_NO_MENTION: an issue with no owner */
    uint8_t holder_actor, target_actor;    /* which of the mention's actors */
    uint8_t speech, mood;
    bool negated;
    uint32_t speaker;                      /* mention that the words are attributed to, or DM_NO_MENTION */
    dm_str topic;                          /* of a pair: the words of the target, which need not stand in the text */
} dm_claim;

typedef struct {
    uint32_t sentence;
    const char *reason; /* "no-holder", "one-actor", "speaker-not-actor", "unresolved-pronoun", "no-position" … */
    dm_str text;        /* the words that it is about, or empty */
} dm_gap;

typedef struct {
    dm_arena *arena;
    dm_article article;
    dm_text text;
    dm_token *tokens;
    size_t n_tokens;
    dm_sentence *sentences;
    size_t n_sentences;
    dm_mention *mentions; /* in order of sentence, then token */
    size_t n_mentions;
    dm_claim *claims;
    size_t n_claims;
    dm_gap *gaps;
    size_t n_gaps;
} dm_doc;

#endif
