#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void command_say(const char *command, const char *format, ...)
{
    va_list args;
    fprintf(stderr, "demarche %s: ", command);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

int command_fail(const char *command, const dm_error *error)
{
    command_say(command, "%s", error->text);
    return error->status == DM_OK ? DM_SYSTEM : (int)error->status;
}

int command_finish(const char *command, int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno != EPIPE) /* a reader that has seen enough needs no message */
        command_say(command, "standard output: %s", strerror(errno));
    return DM_SYSTEM;
}

static bool share_of(char *path, size_t size, const char *name)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0)
        return false;
    self[n] = '\0';
    static const char *const roots[] = {"..", "../share/demarche", "../.."};
    char *slash = strrchr(self, '/');
    *slash = '\0';
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        int length = snprintf(path, size, "%s/%s/%s", self, roots[i], name);
        if (length > 0 && (size_t)length < size && access(path, R_OK) == 0)
            return true;
    }
    return false;
}

const char *command_shipped(const char *name, char *path, size_t size)
{
    if (!share_of(path, size, name))
        snprintf(path, size, "%s", name);
    return path;
}

/* ---- did you mean ---------------------------------------------------------------------------------------- */

static size_t distance(const char *a, const char *b)
{
    size_t row[64], n = strlen(b);
    if (n >= 63)
        return 99;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < n; j++) {
            size_t cost = diagonal + (a[i] != b[j]), above = row[j + 1];
            size_t next = above + 1 < row[j] + 1 ? above + 1 : row[j] + 1;
            row[j + 1] = cost < next ? cost : next;
            diagonal = above;
        }
    }
    return row[n];
}

const char *command_nearest(const char *word, const char *const *words, size_t n)
{
    const char *best = NULL;
    size_t least = strlen(word) / 2 + 1;
    for (size_t i = 0; i < n; i++)
        if (distance(word, words[i]) < least) {
            least = distance(word, words[i]);
            best = words[i];
        }
    return best;
}

/* ---- options --------------------------------------------------------------------------------------------- */

static void print_help(const command_spec *spec)
{
    printf("usage: demarche %s %s [options]\n\n%s\n", spec->name, spec->operands, spec->summary);
    if (spec->details)
        printf("\n%s\n", spec->details);
    printf("\noptions:\n");
    for (size_t i = 0; i < spec->n_options; i++) {
        const command_option *o = &spec->options[i];
        char left[80];
        snprintf(left, sizeof left, "%c%c%s--%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ', o->letter ? ", " : "  ",
            o->name, o->value ? " " : "", o->value ? o->value : "");
        printf("  %-28s %s\n", left, o->help);
    }
    printf("  %-28s %s\n", "-h, --help", "this text");
    printf("\nexit codes: 0 done, 1 done but inputs were skipped, 2 wrong usage, 3 input or model unusable, 4 system failure\n");
}

static int store(const command_spec *spec, const command_option *o, const char *value)
{
    char *end;
    option_list *list;
    const char **wider;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)o->target = true;
        return -1;
    case OPTION_TEXT:
        *(const char **)o->target = value;
        return -1;
    case OPTION_NUMBER:
        *(double *)o->target = strtod(value, &end);
        if (!*value || *end) {
            command_say(spec->name, "--%s wants a number, not \"%s\"", o->name, value);
            return DM_USAGE;
        }
        return -1;
    case OPTION_LIST:
        list = o->target;
        wider = realloc(list->items, (list->n + 2) * sizeof *wider);
        if (!wider) {
            command_say(spec->name, "out of memory");
            return DM_SYSTEM;
        }
        list->items = wider;
        list->items[list->n++] = value;
        list->items[list->n] = NULL;
        return -1;
    }
    return -1;
}

static int complain(const command_spec *spec, char **argv)
{
    const char *names[64], *given = argv[optind - 1];
    size_t n = 0;
    for (; n < spec->n_options; n++)
        names[n] = spec->options[n].name;
    const char *near = strncmp(given, "--", 2) == 0 ? command_nearest(given + 2, names, n) : NULL;
    if (near)
        command_say(spec->name, "unknown option %s; did you mean --%s?", given, near);
    else if (optopt)
        command_say(spec->name, "unknown option, or one without its value: %s", given);
    else
        command_say(spec->name, "unknown option %s; see demarche %s --help", given, spec->name);
    return DM_USAGE;
}

int command_options(const command_spec *spec, int argc, char **argv, int *first)
{
    struct option longs[64] = {{0}};
    char letters[160] = ":h";
    for (size_t i = 0; i < spec->n_options; i++) {
        const command_option *o = &spec->options[i];
        longs[i] = (struct option){o->name, o->value ? required_argument : no_argument, NULL, 256 + (int)i};
        if (o->letter)
            snprintf(letters + strlen(letters), sizeof letters - strlen(letters), "%c%s", o->letter, o->value ? ":" : "");
    }
    longs[spec->n_options] = (struct option){"help", no_argument, NULL, 'h'};
    optind = 1;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
        if (c == 'h') {
            print_help(spec);
            return command_finish(spec->name, 0);
        }
        const command_option *o = c >= 256 ? &spec->options[c - 256] : NULL;
        for (size_t i = 0; !o && i < spec->n_options; i++)
            if (spec->options[i].letter == c)
                o = &spec->options[i];
        int code = o ? store(spec, o, optarg) : complain(spec, argv);
        if (code >= 0)
            return code;
    }
    *first = optind;
    size_t n = (size_t)(argc - optind);
    if (n < spec->min_operands || (spec->max_operands && n > spec->max_operands)) {
        command_say(spec->name, "usage: demarche %s %s; see demarche %s --help", spec->name, spec->operands, spec->name);
        return DM_USAGE;
    }
    return -1;
}
