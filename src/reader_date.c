/* reader_date.c: dates as feeds and archives write them → YYYY-MM-DD. The day is taken as it is written; a zone
 * does not move it, since the byline's day is what a reader of the article sees. */
#include "reader_format.h"

#include <stdio.h>

typedef struct {
    dm_str text;
    size_t at;
} scanner;

static bool read_number(scanner *sc, size_t least, size_t most, int *value)
{
    size_t n = 0;
    *value = 0;
    while (n < most && sc->at < sc->text.n && sc->text.s[sc->at] >= '0' && sc->text.s[sc->at] <= '9') {
        *value = *value * 10 + (sc->text.s[sc->at++] - '0');
        n++;
    }
    return n >= least;
}

static bool read_char(scanner *sc, char c)
{
    if (sc->at >= sc->text.n || sc->text.s[sc->at] != c)
        return false;
    sc->at++;
    return true;
}

static void skip_blanks(scanner *sc)
{
    while (read_char(sc, ' ') || read_char(sc, '\t'))
        ;
}

static bool at_digit(const scanner *sc)
{
    return sc->at < sc->text.n && sc->text.s[sc->at] >= '0' && sc->text.s[sc->at] <= '9';
}

static bool is_date(int year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap);
}

static bool read_iso(scanner sc, int *year, int *month, int *day)
{
    if (!read_number(&sc, 4, 4, year))
        return false;
    bool dashed = read_char(&sc, '-');
    if (!read_number(&sc, 2, 2, month) || (dashed && !read_char(&sc, '-')) || !read_number(&sc, 2, 2, day))
        return false;
    return sc.at == sc.text.n || (!at_digit(&sc) && strchr("Tt ", sc.text.s[sc.at]));
}

static bool read_month(scanner *sc, int *month)
{
    static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    if (sc->text.n - sc->at < 3)
        return false;
    for (int i = 0; i < 12; i++) {
        bool same = true;
        for (size_t j = 0; j < 3; j++)
            same = same && (sc->text.s[sc->at + j] | 0x20) == names[(size_t)i * 3 + j];
        if (same) {
            *month = i + 1;
            for (sc->at += 3; sc->at < sc->text.n && (sc->text.s[sc->at] | 0x20) >= 'a' &&
                              (sc->text.s[sc->at] | 0x20) <= 'z';)
                sc->at++; /* some write the month in full */
            return true;
        }
    }
    return false;
}

/* "Fri, 18 Mar 2022 09:00:00 GMT"; the weekday may be missing, and old feeds write the year with two digits. */
static bool read_rfc2822(scanner sc, int *year, int *month, int *day)
{
    const char *comma = memchr(sc.text.s, ',', sc.text.n);
    if (comma)
        sc.at = (size_t)(comma - sc.text.s) + 1;
    if (sc.at > 10)
        return false;
    skip_blanks(&sc);
    if (!read_number(&sc, 1, 2, day))
        return false;
    skip_blanks(&sc);
    if (!read_month(&sc, month))
        return false;
    skip_blanks(&sc);
    size_t from = sc.at;
    if (!read_number(&sc, 2, 4, year) || sc.at - from == 3)
        return false;
    if (sc.at - from == 2)
        *year += *year < 50 ? 2000 : 1900;
    return sc.at == sc.text.n || sc.text.s[sc.at] == ' ';
}

bool dm_read_date(dm_str text, char date[11])
{
    int year, month, day;
    scanner sc = {.text = dm_str_trim(text)};
    date[0] = '\0';
    if (!sc.text.n || (!read_iso(sc, &year, &month, &day) && !read_rfc2822(sc, &year, &month, &day)))
        return false;
    if (!is_date(year, month, day))
        return false;
    date[0] = (char)('0' + year / 1000);
    date[1] = (char)('0' + year / 100 % 10);
    date[2] = (char)('0' + year / 10 % 10);
    date[3] = (char)('0' + year % 10);
    date[5] = (char)('0' + month / 10);
    date[6] = (char)('0' + month % 10);
    date[8] = (char)('0' + day / 10);
    date[9] = (char)('0' + day % 10);
    date[4] = date[7] = '-';
    date[10] = '\0';
    return true;
}
