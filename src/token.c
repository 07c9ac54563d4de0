#include "token.h"

#include <utf8proc.h>

typedef enum { C_BLANK, C_LOWER, C_UPPER, C_DIGIT, C_ALONE, C_MARK, C_OTHER } char_class;

static char_class class_of(uint32_t cp)
{
    if (cp < 0x80) {
        if (cp >= 'a' && cp <= 'z') return C_LOWER;
        if (cp >= 'A' && cp <= 'Z') return C_UPPER;
        if (cp >= '0' && cp <= '9') return C_DIGIT;
        return cp <= ' ' ? C_BLANK : C_OTHER;
    }
    if ((cp >= 0x0E00 && cp < 0x0F00) || (cp >= 0x1000 && cp < 0x10A0) || (cp >= 0x1780 && cp < 0x1800) ||
        (cp >= 0x3040 && cp < 0x3100) || (cp >= 0x3400 && cp < 0xA000) || (cp >= 0x20000 && cp < 0x32000))
        return C_ALONE;
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LT: return C_UPPER;
    case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO: return C_LOWER;
    case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO: return C_DIGIT;
    case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME: return C_MARK;
    case UTF8PROC_CATEGORY_ZS: case UTF8PROC_CATEGORY_ZL: case UTF8PROC_CATEGORY_ZP: return C_BLANK;
    default: return C_OTHER;
    }
}

static bool is_letter(char_class c) { return c == C_LOWER || c == C_UPPER || c == C_MARK; }
static bool is_apostrophe(uint32_t cp) { return cp == '\'' || cp == 0x2019 || cp == 0x02BC; }

typedef struct {
    dm_arena *arena;
    dm_str text;
    dm_token *tokens;
    size_t n, capacity;
    bool single_open; /* a single quotation mark was opened in this paragraph */
} splitter;

static uint32_t peek(const splitter *sp, size_t at, size_t *next)
{
    *next = at;
    return at < sp->text.n ? dm_utf8_next(sp->text.s, sp->text.n, next) : ' ';
}

static char_class class_at(const splitter *sp, size_t at)
{
    size_t next;
    return class_of(peek(sp, at, &next));
}

static void push(splitter *sp, size_t start, size_t end, dm_shape shape)
{
    dm_token *t = DM_PUSH(sp->arena, sp->tokens, sp->n, sp->capacity);
    *t = (dm_token){.start = (uint32_t)start, .end = (uint32_t)end, .shape = (uint8_t)shape};
    t->form = dm_str_sub(sp->text, start, end);
    t->fold = dm_str_fold(sp->arena, t->form);
}

/* "'s", "'ll", "'ve", "'re", "'d", "'m" stand alone; the "n't" of "don't" stays with its verb. */
static bool is_clitic(const splitter *sp, size_t at, size_t *end)
{
    static const char *const clitics[] = {"s", "S", "ll", "ve", "re", "d", "m"};
    size_t letters;
    if (!is_apostrophe(peek(sp, at, &letters)))
        return false;
    for (size_t i = 0; i < sizeof clitics / sizeof *clitics; i++) {
        size_t n = strlen(clitics[i]);
        if (letters + n <= sp->text.n && memcmp(sp->text.s + letters, clitics[i], n) == 0) {
            char_class c = class_at(sp, letters + n);
            if (!is_letter(c) && c != C_DIGIT) {
                *end = letters + n;
                return true;
            }
        }
    }
    return false;
}

/* "U.S.", "a.m.", "J.": letter, stop, and again; the stop belongs to the token. */
static size_t end_of_dotted(const splitter *sp, size_t at)
{
    size_t end = at, letters = 0;
    for (;;) {
        size_t next, after;
        uint32_t cp = peek(sp, end, &next);
        if (!is_letter(class_of(cp)) || peek(sp, next, &after) != '.')
            break;
        end = after;
        letters++;
    }
    if (letters == 1 && class_at(sp, at) != C_UPPER)
        return at;
    return letters && !is_letter(class_at(sp, end)) ? end : at;
}

static size_t end_of_word(const splitter *sp, size_t at)
{
    size_t end = at;
    while (end < sp->text.n) {
        size_t next, after, clitic;
        uint32_t cp = peek(sp, end, &next);
        char_class c = class_of(cp);
        if (is_letter(c) || c == C_DIGIT) {
            end = next;
        } else if (is_apostrophe(cp) && end > at && is_letter(class_of(peek(sp, next, &after))) &&
                   !is_clitic(sp, end, &clitic)) {
            end = next; /* don’t, O'Brien */
        } else {
            break;
        }
    }
    return end;
}

static size_t end_of_number(const splitter *sp, size_t at)
{
    size_t end = at;
    while (end < sp->text.n) {
        size_t next;
        uint32_t cp = peek(sp, end, &next);
        char_class c = class_of(cp);
        bool inner = (cp == '.' || cp == ',' || cp == ':') && class_at(sp, next) == C_DIGIT;
        if (c != C_DIGIT && !is_letter(c) && !inner)
            break;
        end = next;
    }
    return end;
}

static dm_shape shape_of_word(dm_str form)
{
    size_t at = 0, n = 0, upper = 0;
    bool first = false;
    while (at < form.n) {
        char_class c = class_of(dm_utf8_next(form.s, form.n, &at));
        if (c != C_LOWER && c != C_UPPER)
            continue;
        if (c == C_UPPER) {
            upper++;
            first |= n == 0;
        }
        n++;
    }
    if (upper == 0)
        return DM_SHAPE_LOWER;
    if (upper == n && (n > 1 || form.n > 1))
        return DM_SHAPE_UPPER;
    return first && upper == 1 ? DM_SHAPE_TITLE : DM_SHAPE_MIXED;
}

/* A quotation mark opens when a blank, a bracket or a dash stands before it, and closes otherwise. */
static dm_shape shape_of_mark(splitter *sp, uint32_t cp, size_t at, size_t next)
{
    bool left = at > 0 && !strchr(" \t\n([-", sp->text.s[at - 1]);
    if (left && at >= 3 && (unsigned char)sp->text.s[at - 3] == 0xE2 && (unsigned char)sp->text.s[at - 2] == 0x80 &&
        ((unsigned char)sp->text.s[at - 1] == 0x93 || (unsigned char)sp->text.s[at - 1] == 0x94))
        left = false; /* en or em dash */
    bool right = is_letter(class_at(sp, next)) || class_at(sp, next) == C_DIGIT;
    switch (cp) {
    case 0x201C: case 0x201E: case 0x201F: case 0x00AB: return DM_SHAPE_QUOTE_OPEN;
    case 0x201D: case 0x00BB: return left || !right ? DM_SHAPE_QUOTE_CLOSE : DM_SHAPE_QUOTE_OPEN;
    case '"': return left ? DM_SHAPE_QUOTE_CLOSE : DM_SHAPE_QUOTE_OPEN;
    case 0x2018: case '`':
        sp->single_open = true;
        return DM_SHAPE_QUOTE_OPEN;
    case '\'': case 0x2019:
        if (!left && right && cp == '\'') {
            sp->single_open = true;
            return DM_SHAPE_QUOTE_OPEN;
        }
        if (left && !right && sp->single_open) {
            sp->single_open = false;
            return DM_SHAPE_QUOTE_CLOSE;
        }
        return DM_SHAPE_PUNCT;
    default: return DM_SHAPE_PUNCT;
    }
}

static size_t take_token(splitter *sp, size_t at)
{
    size_t next, end;
    uint32_t cp = peek(sp, at, &next);
    char_class c = class_of(cp);
    if (is_letter(c)) {
        end = end_of_dotted(sp, at);
        if (end == at)
            end = end_of_word(sp, at);
        push(sp, at, end, shape_of_word(dm_str_sub(sp->text, at, end)));
        return end;
    }
    if (c == C_DIGIT) {
        end = end_of_number(sp, at);
        push(sp, at, end, DM_SHAPE_NUMBER);
        return end;
    }
    if (c == C_ALONE) {
        push(sp, at, next, DM_SHAPE_LOWER);
        return next;
    }
    if (at > 0 && is_clitic(sp, at, &end) && class_at(sp, at - 1) != C_BLANK) {
        push(sp, at, end, DM_SHAPE_LOWER);
        return end;
    }
    push(sp, at, next, shape_of_mark(sp, cp, at, next));
    return next;
}

dm_token *dm_token_split(dm_arena *arena, dm_str text, size_t *n_tokens)
{
    splitter sp = {.arena = arena, .text = text};
    for (size_t at = 0; at < text.n;) {
        size_t next;
        uint32_t cp = peek(&sp, at, &next);
        if (cp == '\n')
            sp.single_open = false;
        at = class_of(cp) == C_BLANK ? next : take_token(&sp, at);
    }
    *n_tokens = sp.n;
    return sp.tokens;
}

bool dm_token_is(const dm_token *token, const char *folded) { return dm_str_is(token->fold, folded); }

bool dm_token_is_word(const dm_token *token) { return token->shape <= DM_SHAPE_MIXED; }

bool dm_token_is_capital(const dm_token *token)
{
    size_t at = 0;
    return token->form.n && dm_token_is_word(token) &&
           class_of(dm_utf8_next(token->form.s, token->form.n, &at)) == C_UPPER;
}

bool dm_word_in(dm_str fold, const char *const *sorted, size_t n)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int c = dm_str_order(fold, dm_str_from(sorted[middle]));
        if (c == 0)
            return true;
        if (c < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}
