#include "feature.h"

#include "claim.h"
#include "token.h"

#include <libstemmer.h>
#include <stdlib.h>

/* The sentence as features see it: masks for mentions, classes for names, numbers and days, words otherwise. */
typedef struct {
    dm_str word; /* folded word or mask */
    dm_str stem;
    const char *class_name; /* of the lexicon, or NULL */
    bool negated;           /* within three words behind not, never, no */
    bool is_word;
} element;

struct dm_featurizer {
    const dm_lexicon *lexicon;
    struct sb_stemmer *stemmer;
    dm_arena *arena; /* of one claim; reset at each */
    element *elements;
    size_t n, capacity;
    size_t holder, target; /* elements; NOWHERE if not in the sentence */
    dm_buf name;
    dm_feature_sink *sink;
    void *context;
};

#define NOWHERE SIZE_MAX

static const char *const day_words[] = {"april", "august", "december", "february", "friday", "january", "july", "june",
    "monday", "november", "october", "saturday", "september", "sunday", "thursday", "tuesday", "wednesday"};

static const char *const negators[] = {"barely", "cannot", "hardly", "neither", "never", "no", "nor", "not", "nothing",
    "without"};

dm_featurizer *dm_featurizer_new(const dm_lexicon *lexicon)
{
    dm_featurizer *fz = calloc(1, sizeof *fz);
    if (!fz)
        return NULL;
    fz->lexicon = lexicon;
    fz->stemmer = sb_stemmer_new("english", NULL);
    fz->arena = dm_arena_new();
    if (fz->stemmer && fz->arena)
        return fz;
    dm_featurizer_free(fz);
    return NULL;
}

void dm_featurizer_free(dm_featurizer *fz)
{
    if (!fz)
        return;
    sb_stemmer_delete(fz->stemmer);
    dm_arena_free(fz->arena);
    free(fz);
}

/* ---- the sentence as elements ---------------------------------------------------------------------------- */

static dm_str stem_of(dm_featurizer *fz, dm_str word)
{
    const sb_symbol *stem = sb_stemmer_stem(fz->stemmer, (const sb_symbol *)word.s, (int)word.n);
    if (!stem)
        return word;
    size_t n = (size_t)sb_stemmer_length(fz->stemmer);
    return (dm_str){dm_arena_copy(fz->arena, (const char *)stem, n), n};
}

static bool is_negator(dm_str fold)
{
    return DM_WORD_IN(fold, negators) || dm_str_ends(fold, "n't");
}

static void push_mask(dm_featurizer *fz, const char *mask)
{
    if (fz->n && dm_str_is(fz->elements[fz->n - 1].word, mask) && strcmp(mask, "<N>") == 0)
        return; /* names of several words, and lists of names, are one */
    element *e = DM_PUSH(fz->arena, fz->elements, fz->n, fz->capacity);
    *e = (element){.word = dm_str_from(mask), .stem = dm_str_from(mask)};
}

static void push_word(dm_featurizer *fz, const dm_token *token)
{
    element *e = DM_PUSH(fz->arena, fz->elements, fz->n, fz->capacity);
    *e = (element){.word = token->fold, .stem = token->fold, .is_word = dm_token_is_word(token)};
    if (e->is_word)
        e->stem = stem_of(fz, token->fold);
    else if (token->shape == DM_SHAPE_QUOTE_OPEN)
        e->word = e->stem = DM_LIT("``");
    else if (token->shape == DM_SHAPE_QUOTE_CLOSE)
        e->word = e->stem = DM_LIT("''");
}

/* In a headline, or a text in capitals, a capital says nothing. */
static bool capitals_mean_names(const dm_doc *doc, const dm_sentence *s)
{
    size_t words = 0, capitals = 0;
    for (size_t t = s->token; t < s->token_end; t++)
        if (dm_token_is_word(&doc->tokens[t]) && doc->tokens[t].form.n > 3) {
            words++;
            capitals += dm_token_is_capital(&doc->tokens[t]);
        }
    return capitals * 10 < words * 7 || words < 4;
}

static bool begins_clause(const dm_doc *doc, const dm_sentence *s, size_t t)
{
    return t == s->token || doc->tokens[t - 1].shape == DM_SHAPE_QUOTE_OPEN || dm_token_is(&doc->tokens[t - 1], ":") ||
           dm_token_is(&doc->tokens[t - 1], "-");
}

static bool is_name(const dm_doc *doc, const dm_sentence *s, size_t t, bool capitals)
{
    const dm_token *token = &doc->tokens[t];
    if (!dm_token_is_capital(token) || !capitals)
        return false;
    if (token->shape == DM_SHAPE_UPPER || token->shape == DM_SHAPE_MIXED)
        return token->form.n > 1;
    return !begins_clause(doc, s, t) || (t + 1 < s->token_end && dm_token_is_capital(&doc->tokens[t + 1]));
}

static const char *mask_of(const dm_doc *doc, const dm_sentence *s, size_t t, bool capitals)
{
    if (DM_WORD_IN(doc->tokens[t].fold, day_words) && dm_token_is_capital(&doc->tokens[t]))
        return "<D>";
    if (doc->tokens[t].shape == DM_SHAPE_NUMBER)
        return "<0>";
    return is_name(doc, s, t, capitals) ? "<N>" : NULL;
}

static void push_token(dm_featurizer *fz, const dm_doc *doc, const dm_sentence *s, size_t t, bool capitals)
{
    const char *mask = mask_of(doc, s, t, capitals);
    if (mask)
        push_mask(fz, mask);
    else
        push_word(fz, &doc->tokens[t]);
}

static void mark_negations(dm_featurizer *fz)
{
    size_t left = 0;
    for (size_t i = 0; i < fz->n; i++) {
        element *e = &fz->elements[i];
        if (is_negator(e->word)) {
            left = 3;
        } else if (left && e->is_word) {
            e->negated = true;
            left--;
        } else if (dm_str_is(e->word, ".") || dm_str_is(e->word, ";") || dm_str_is(e->word, ",")) {
            left = 0;
        }
    }
}

static void mark_classes(dm_featurizer *fz)
{
    if (!fz->lexicon)
        return;
    dm_str *stems = dm_arena_array(fz->arena, fz->n + 1, sizeof *stems);
    for (size_t i = 0; i < fz->n; i++)
        stems[i] = fz->elements[i].stem;
    for (size_t i = 0; i < fz->n;) {
        size_t length = 1;
        const char *class_name = fz->elements[i].is_word ? dm_lexicon_find(fz->lexicon, stems + i, fz->n - i, &length) : NULL;
        for (size_t k = 0; k < length; k++)
            fz->elements[i + k].class_name = k == 0 ? class_name : NULL;
        i += length;
    }
}

static void build_elements(dm_featurizer *fz, const dm_doc *doc, const dm_claim *claim)
{
    const dm_sentence *s = &doc->sentences[claim->sentence];
    const dm_mention *holder = claim->holder == DM_NO_MENTION ? NULL : &doc->mentions[claim->holder];
    const dm_mention *target = claim->target == DM_NO_MENTION ? NULL : &doc->mentions[claim->target];
    bool capitals = capitals_mean_names(doc, s);
    fz->holder = fz->target = NOWHERE;
    for (size_t t = s->token; t <= s->token_end; t++) {
        bool here_holder = holder && t == holder->token && fz->holder == NOWHERE;
        bool here_target = target && t == target->token && fz->target == NOWHERE;
        if (here_holder) {
            fz->holder = fz->n;
            push_mask(fz, "<H>");
        }
        if (here_target) {
            fz->target = fz->n;
            push_mask(fz, "<T>");
        }
        if (t == s->token_end)
            break;
        bool inside = (holder && t >= holder->token && t < holder->token_end) || (target && t >= target->token && t < target->token_end);
        if (!inside)
            push_token(fz, doc, s, t, capitals);
    }
    mark_negations(fz);
    mark_classes(fz);
}

/* ---- telling features ------------------------------------------------------------------------------------ */

static void begin(dm_featurizer *fz, const char *family)
{
    fz->name.n = 0;
    dm_buf_add(&fz->name, family, strlen(family));
}

static void add(dm_featurizer *fz, dm_str part)
{
    dm_buf_char(&fz->name, ' ');
    dm_buf_str(&fz->name, part);
}

static void tell(dm_featurizer *fz) { fz->sink(fz->context, dm_buf_view(&fz->name)); }

static void tell_mark(dm_featurizer *fz, const char *mark)
{
    begin(fz, "f");
    add(fz, dm_str_from(mark));
    tell(fz);
}

/* n-grams of min..max words (or stems) of elements [from, to). */
static void tell_ngrams(dm_featurizer *fz, const char *family, size_t from, size_t to, size_t min, size_t max, bool stems)
{
    for (size_t i = from; i < to; i++) {
        begin(fz, family);
        for (size_t k = i; k < to && k < i + max; k++) {
            add(fz, stems ? fz->elements[k].stem : fz->elements[k].word);
            if (k + 1 - i >= min)
                tell(fz);
        }
    }
}

/* Characters of the words of [from, to), a blank at each end; valid UTF-8 may be cut, the name is only compared. */
static void tell_characters(dm_featurizer *fz, const char *family, size_t from, size_t to, size_t min, size_t max)
{
    for (size_t i = from; i < to; i++) {
        if (!fz->elements[i].is_word || fz->elements[i].word.n > 60)
            continue;
        char padded[64];
        size_t n = fz->elements[i].word.n;
        padded[0] = '_';
        memcpy(padded + 1, fz->elements[i].word.s, n);
        padded[n + 1] = '_';
        for (size_t k = min; k <= max; k++)
            for (size_t at = 0; at + k <= n + 2; at++) {
                begin(fz, family);
                add(fz, (dm_str){padded + at, k});
                tell(fz);
            }
    }
}

static size_t clamp(size_t at, size_t n) { return at < n ? at : n; }

/* Words, stems and characters in the neighbourhood of one mention. */
static void tell_side(dm_featurizer *fz, size_t at, const char *before, const char *after, const char *chars, const char *next)
{
    if (at == NOWHERE)
        return;
    size_t low = at > 5 ? at - 5 : 0, high = clamp(at + 6, fz->n);
    tell_ngrams(fz, before, low, at, 1, 2, true);
    tell_ngrams(fz, after, at + 1, high, 1, 2, true);
    tell_characters(fz, chars, at + 1, clamp(at + 5, fz->n), 3, 5);
    tell_characters(fz, chars, at > 2 ? at - 2 : 0, at, 3, 5);
    if (at + 1 < fz->n) {
        size_t end = clamp(at + 4, fz->n);
        tell_ngrams(fz, next, at + 1, end, end - at - 1, 3, true);
    }
}

/* ---- word classes and composition ------------------------------------------------------------------------ */

/* 1–4-grams of the classes of [from, to), all other words dropped. */
static void tell_classes(dm_featurizer *fz, const char *family, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (!fz->elements[i].class_name)
            continue;
        begin(fz, family);
        size_t length = 0;
        for (size_t k = i; k < to && length < 4; k++)
            if (fz->elements[k].class_name) {
                if (fz->elements[k].negated)
                    add(fz, DM_LIT("NOT"));
                add(fz, dm_str_from(fz->elements[k].class_name));
                tell(fz);
                length++;
            }
    }
}

/* 2–3-grams with class words replaced by their class and the others kept. */
static void tell_mixed(dm_featurizer *fz, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        bool any = false;
        begin(fz, "x");
        for (size_t k = i; k < to && k < i + 3; k++) {
            const element *e = &fz->elements[k];
            any |= e->class_name != NULL;
            add(fz, e->class_name ? dm_str_from(e->class_name) : e->stem);
            if (k > i && any)
                tell(fz);
        }
    }
}

/* Sign of a stretch: each good or bad class counts with the turners and negations in front of it
 * ("will not lift the ban": turn, turn, bad = bad). Tells the first and the last sign and their sum. */
static void tell_sign(dm_featurizer *fz, const char *family, size_t from, size_t to)
{
    int first = 0, last = 0, sum = 0, turn = 1;
    for (size_t i = from; i < to; i++) {
        const element *e = &fz->elements[i];
        bool turns = false;
        int sign = e->class_name ? dm_lexicon_sign(fz->lexicon, e->class_name, &turns) : 0;
        if (turns || is_negator(e->word))
            turn = -turn;
        if (sign) {
            last = sign * turn;
            first = first ? first : last;
            sum += last;
            turn = 1;
        }
    }
    static const char *const signs[] = {"-", "0", "+"};
    begin(fz, family);
    add(fz, dm_str_from(signs[first + 1]));
    tell(fz);
    add(fz, dm_str_from(signs[last + 1]));
    tell(fz);
    add(fz, dm_str_from(signs[(sum > 0) - (sum < 0) + 1]));
    tell(fz);
}

/* Classes within ten words of a mention, by side and distance, and the sums of their signs. */
static void tell_near(dm_featurizer *fz, size_t at, const char *family, const char *sums)
{
    if (at == NOWHERE || !fz->lexicon)
        return;
    static const char *const bands[2][3] = {{"<3", "<6", "<10"}, {">3", ">6", ">10"}};
    int sum[2][3] = {{0}}, turn = 1;
    size_t low = at > 10 ? at - 10 : 0, high = clamp(at + 11, fz->n);
    for (size_t i = low; i < high; i++) {
        const element *e = &fz->elements[i];
        if (i == at)
            turn = 1;
        bool turns = false;
        int sign = e->class_name ? dm_lexicon_sign(fz->lexicon, e->class_name, &turns) : 0;
        if (turns || is_negator(e->word))
            turn = -turn;
        if (e->class_name) {
            size_t d = i < at ? at - i : i - at, band = d <= 3 ? 0 : d <= 6 ? 1 : 2;
            begin(fz, family);
            add(fz, dm_str_from(bands[i > at][band]));
            if (turn < 0 && sign)
                add(fz, DM_LIT("NOT"));
            add(fz, dm_str_from(e->class_name));
            tell(fz);
            sum[i > at][band] += sign * turn;
        }
        if (sign)
            turn = 1;
    }
    static const char *const names[] = {"-2", "-1", "0", "+1", "+2"};
    int total = 0;
    for (int side = 0; side < 2; side++)
        for (int band = 0; band < 3; band++) {
            int v = sum[side][band];
            total += v;
            begin(fz, sums);
            add(fz, dm_str_from(bands[side][band]));
            add(fz, dm_str_from(names[(v > 2 ? 2 : v < -2 ? -2 : v) + 2]));
            tell(fz);
        }
    begin(fz, sums);
    add(fz, dm_str_from(names[(total > 2 ? 2 : total < -2 ? -2 : total) + 2]));
    tell(fz);
}

static void tell_lexicon(dm_featurizer *fz, size_t low, size_t high, bool forward)
{
    if (!fz->lexicon)
        return;
    tell_classes(fz, "k", 0, fz->n);
    tell_mixed(fz, 0, fz->n);
    tell_sign(fz, "g", 0, fz->n);
    if (high == NOWHERE)
        return;
    tell_classes(fz, forward ? "km>" : "km<", low, high + 1);
    tell_classes(fz, forward ? "ka>" : "ka<", high + 1, fz->n);
    tell_classes(fz, forward ? "kb>" : "kb<", 0, low);
    tell_sign(fz, forward ? "gm>" : "gm<", low, high);
    tell_sign(fz, forward ? "ga>" : "ga<", high, fz->n);
    tell_sign(fz, forward ? "gb>" : "gb<", 0, low);
}

/* "<H> and <T> met in Geneva": two coordinated names share what follows. */
static void tell_coordination(dm_featurizer *fz, size_t low, size_t high, bool forward)
{
    bool joined = high == low + 2 && (dm_str_is(fz->elements[low + 1].word, "and") || dm_str_is(fz->elements[low + 1].word, ",") ||
                                      dm_str_is(fz->elements[low + 1].word, "-") || dm_str_is(fz->elements[low + 1].word, "with"));
    if (!joined)
        return;
    tell_mark(fz, forward ? "joined>" : "joined<");
    for (size_t i = high + 1; i < clamp(high + 7, fz->n); i++) {
        begin(fz, "j");
        add(fz, fz->elements[low + 1].word);
        add(fz, fz->elements[i].class_name ? dm_str_from(fz->elements[i].class_name) : fz->elements[i].stem);
        tell(fz);
    }
}

/* ---- marks ----------------------------------------------------------------------------------------------- */

static bool is_be(dm_str w)
{
    return dm_str_is(w, "was") || dm_str_is(w, "were") || dm_str_is(w, "been") || dm_str_is(w, "is") ||
           dm_str_is(w, "are") || dm_str_is(w, "being") || dm_str_is(w, "be");
}

static bool has_passive(const dm_featurizer *fz, size_t low, size_t high)
{
    bool be = false;
    for (size_t i = low; i < high; i++) {
        be |= is_be(fz->elements[i].word);
        if (be && dm_str_is(fz->elements[i].word, "by"))
            return true;
    }
    return false;
}

/* Inside quotation marks, as far as the sentence alone can tell: so that a record explains itself. */
static bool is_quoted(const dm_doc *doc, const dm_claim *claim, size_t token)
{
    const dm_sentence *s = &doc->sentences[claim->sentence];
    bool open = false;
    for (size_t t = s->token; t < token; t++)
        open = doc->tokens[t].shape == DM_SHAPE_QUOTE_OPEN || (open && doc->tokens[t].shape != DM_SHAPE_QUOTE_CLOSE);
    return open;
}

static void tell_marks(dm_featurizer *fz, const dm_doc *doc, const dm_claim *claim, size_t low, size_t high, bool forward)
{
    static const char *const distances[] = {"d0", "d1", "d2", "d4", "d8", "d16", "d32"};
    const dm_mention *holder = claim->holder == DM_NO_MENTION ? NULL : &doc->mentions[claim->holder];
    if (holder && holder->token == holder->token_end)
        tell_mark(fz, "speaker");
    if (high == NOWHERE) {
        tell_mark(fz, fz->holder == NOWHERE ? "no-holder" : "no-target");
        return;
    }
    size_t bucket = 0, between = 0;
    for (size_t d = high - low - 1; d && bucket < 6; d >>= 1)
        bucket++;
    for (size_t i = low + 1; i < high; i++)
        between += dm_str_is(fz->elements[i].word, "<N>");
    tell_mark(fz, forward ? "forward" : "backward");
    begin(fz, forward ? "f >" : "f <");
    add(fz, dm_str_from(distances[bucket]));
    tell(fz);
    tell_mark(fz, between == 0 ? "names-between-0" : between == 1 ? "names-between-1" : "names-between-2");
    if (has_passive(fz, low, high))
        tell_mark(fz, forward ? "passive>" : "passive<");
    bool hq = is_quoted(doc, claim, holder->token), tq = is_quoted(doc, claim, doc->mentions[claim->target].token);
    tell_mark(fz, hq ? (tq ? "quoted-both" : "quoted-holder") : tq ? "quoted-target" : "quoted-none");
}

/* The words again, each with the topic: "@ abortion murder". */
static void tell_topic(dm_featurizer *fz, dm_str topic)
{
    dm_str name = dm_str_fold(fz->arena, topic);
    begin(fz, "@");
    add(fz, name);
    tell(fz);
    for (size_t i = 0; i < fz->n; i++) {
        begin(fz, "@");
        add(fz, name);
        for (size_t k = i; k < fz->n && k < i + 2; k++) {
            add(fz, fz->elements[k].word);
            tell(fz);
        }
    }
}

/* Names where no holder and no target is masked: of other people's texts they are a part of what is said. */
static void tell_names(dm_featurizer *fz, const dm_doc *doc, const dm_sentence *s)
{
    bool capitals = capitals_mean_names(doc, s);
    for (size_t t = s->token; t < s->token_end; t++)
        if (is_name(doc, s, t, capitals)) {
            begin(fz, "n");
            add(fz, doc->tokens[t].fold);
            tell(fz);
        }
}

static void tell_negated(dm_featurizer *fz)
{
    for (size_t i = 0; i < fz->n; i++)
        if (fz->elements[i].negated) {
            begin(fz, "NOT");
            add(fz, fz->elements[i].stem);
            tell(fz);
        }
}

static const struct {
    const char *name, *meaning;
} families[] = {
    {"w", "words"}, {"m>", "between, holder first"}, {"m<", "between, target first"}, {"b>", "before both, holder first"},
    {"b<", "before both, target first"}, {"a>", "after both, holder first"}, {"a<", "after both, target first"}, {"p", "stems from one to the other"},
    {"h-", "before the holder"}, {"h+", "after the holder"}, {"t-", "before the target"}, {"t+", "after the target"}, {"h3", "right after the holder"},
    {"t3", "right after the target"}, {"cm", "letters between"}, {"ch", "letters near the holder"}, {"ct", "letters near the target"},
    {"k", "classes"}, {"km>", "classes between, holder first"}, {"km<", "classes between, target first"}, {"ka>", "classes after both, holder first"},
    {"ka<", "classes after both, target first"}, {"kb>", "classes before both, holder first"}, {"kb<", "classes before both, target first"},
    {"kh", "class near the holder"}, {"kt", "class near the target"}, {"x", "words and classes"}, {"g", "tone of the sentence"},
    {"gm>", "tone between, holder first"}, {"gm<", "tone between, target first"}, {"ga>", "tone after both, holder first"},
    {"ga<", "tone after both, target first"}, {"gb>", "tone before both, holder first"}, {"gb<", "tone before both, target first"},
    {"gh", "tone near the holder"}, {"gt", "tone near the target"}, {"j", "after two joined names"}, {"f", "mark"}, {"NOT", "negated"}, {"n", "name"},
    {"@", "with the topic"}};

const char *dm_feature_family(dm_str feature, dm_str *said)
{
    const char *blank = memchr(feature.s, ' ', feature.n);
    size_t n = blank ? (size_t)(blank - feature.s) : feature.n;
    *said = dm_str_sub(feature, blank ? n + 1 : n, feature.n);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (dm_str_is((dm_str){feature.s, n}, families[i].name))
            return families[i].meaning;
    return "other";
}

bool dm_feature_is_word(dm_str f)
{
    return f.n > 2 && f.s[0] == 'w' && f.s[1] == ' ' && f.s[2] != '<' && !memchr(f.s + 2, ' ', f.n - 2);
}

void dm_feature_fill(dm_featurizer *fz, const dm_doc *doc, const dm_claim *claim, dm_feature_sink *sink, void *context)
{
    dm_arena_reset(fz->arena);
    fz->elements = NULL;
    fz->n = fz->capacity = 0;
    fz->name = (dm_buf){.arena = fz->arena};
    fz->sink = sink;
    fz->context = context;
    build_elements(fz, doc, claim);

    bool both = fz->holder != NOWHERE && fz->target != NOWHERE, forward = both && fz->holder < fz->target;
    size_t low = both ? (forward ? fz->holder : fz->target) : 0;
    size_t high = both ? (forward ? fz->target : fz->holder) : NOWHERE;
    tell_ngrams(fz, "w", 0, fz->n, 1, 3, false);
    if (both) {
        tell_ngrams(fz, forward ? "m>" : "m<", low + 1, high, 1, 2, false);
        tell_ngrams(fz, forward ? "b>" : "b<", 0, low, 1, 2, false);
        tell_ngrams(fz, forward ? "a>" : "a<", high + 1, fz->n, 1, 2, false);
        tell_ngrams(fz, "p", low, high + 1, 1, 4, true);
        tell_characters(fz, "cm", low + 1, high, 3, 5);
    } else {
        tell_ngrams(fz, "p", 0, fz->n, 1, 2, true);
        if (fz->holder == NOWHERE && fz->target == NOWHERE) {
            tell_characters(fz, "cm", 0, fz->n, 3, 5);
            tell_names(fz, doc, &doc->sentences[claim->sentence]);
        }
    }
    tell_side(fz, fz->holder, "h-", "h+", "ch", "h3");
    tell_side(fz, fz->target, "t-", "t+", "ct", "t3");
    tell_negated(fz);
    tell_near(fz, fz->holder, "kh", "gh");
    tell_near(fz, fz->target, "kt", "gt");
    tell_lexicon(fz, low, high, forward);
    if (both)
        tell_coordination(fz, low, high, forward);
    tell_marks(fz, doc, claim, low, high, forward);
    if (claim->topic.n)
        tell_topic(fz, claim->topic);
}
