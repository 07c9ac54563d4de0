#include "cli.h"

#include "base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

void dm_cli_start(void)
{
    signal(SIGPIPE, SIG_IGN);
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY); /* the wrong way on purpose: using it fails */
}

/* ---- messages -------------------------------------------------------------------------------------------- */
static void make_harmless(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++) {
        if (*c < 0x20 || *c == 0x7F)
            *c = '?';
        else if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0) /* C1 controls */
            c[0] = c[1] = '?';
    }
}

static void say(const char *command, const char *format, va_list args)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    make_harmless(text);
    fflush(stdout); /* keeps the order when both go to one terminal */
    fprintf(stderr, "demarche%s%s: %s\n", command && *command ? " " : "", command ? command : "", text);
}

void dm_cli_say(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(command, format, args);
    va_end(args);
}

int dm_cli_fail(const char *command, const dm_error *error)
{
    dm_cli_say(command, "%s", error->text[0] ? error->text : "failed");
    return error->status == DM_OK ? DM_EXIT_SYSTEM : (int)error->status;
}

static int point_to_help(const char *command)
{
    bool named = command && *command;
    fprintf(stderr, "Try: demarche%s%s --help\n", named ? " " : "", named ? command : "");
    return DM_EXIT_USAGE;
}

int dm_cli_usage(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(command, format, args);
    va_end(args);
    return point_to_help(command);
}

/* ---- wrong options --------------------------------------------------------------------------------------- */
/* Levenshtein distance, for words shorter than 32; longer ones are far from everything. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 32 };
    size_t row[LONGEST + 1], n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < step ? change : step;
        }
    }
    return row[m];
}

static const char *nearest(const char *word, const struct option *options)
{
    const char *best = NULL;
    size_t least = 3; /* two slips at most */
    for (; options->name; options++) {
        size_t d = distance(word, options->name);
        if (d < least && d < strlen(options->name)) {
            least = d;
            best = options->name;
        }
    }
    return best;
}

static const struct option *by_value(const struct option *options, int value)
{
    for (; options->name; options++)
        if (options->val == value)
            return options;
    return NULL;
}

int dm_cli_bad_option(const char *command, char **argv, const struct option *options)
{
    const char *given = argv[optind - 1];
    const struct option *known = optopt ? by_value(options, optopt) : NULL;
    char word[64] = "";
    if (strncmp(given, "--", 2) == 0)
        snprintf(word, sizeof word, "%.*s", (int)strcspn(given + 2, "="), given + 2);
    const char *meant = !known && word[0] ? nearest(word, options) : NULL;
    if (known && known->has_arg == no_argument)
        return dm_cli_usage(command, "option --%s takes no value", known->name);
    if (known)
        return dm_cli_usage(command, "option --%s needs a value", known->name);
    if (optopt)
        return dm_cli_usage(command, "no option -%c", optopt);
    if (meant)
        return dm_cli_usage(command, "no option --%s; did you mean --%s?", word, meant);
    return dm_cli_usage(command, "no option %s, or it may mean several", given);
}

/* ---- standard output ------------------------------------------------------------------------------------- */
int dm_cli_help(const char *command, const char *text)
{
    fputs(text, stdout);
    return dm_cli_finish(command, DM_EXIT_DONE);
}

bool dm_cli_colour(FILE *stream)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return !(no && *no) && term && strcmp(term, "dumb") != 0 && isatty(fileno(stream));
}

size_t dm_cli_width(FILE *stream)
{
    struct winsize size;
    return isatty(fileno(stream)) && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int dm_cli_finish(const char *command, int code)
{
    dm_error error = {0};
    return dm_finish_stream(stdout, "standard output", &error) == DM_OK ? code : dm_cli_fail(command, &error);
}
