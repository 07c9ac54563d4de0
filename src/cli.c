#include "cli.h"

#include "command.h"

#include <fcntl.h>
#include <signal.h>
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

void dm_cli_harmless(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++) {
        if (*c < 0x20 || *c == 0x7F)
            *c = '?';
        else if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0) /* C1 controls */
            c[0] = c[1] = '?';
    }
}

/* ---- wrong options --------------------------------------------------------------------------------------- */
static const char *nearest(const char *word, const struct option *options)
{
    const char *names[64];
    size_t n = 0;
    for (; options->name && n < 64; options++)
        names[n++] = options->name;
    return *word ? command_nearest(word, names, n) : NULL;
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
    const char *meant = nearest(word, options);
    if (known && known->has_arg == no_argument)
        command_say(command, "option --%s takes no value", known->name);
    else if (known)
        command_say(command, "option --%s needs a value", known->name);
    else if (optopt)
        command_say(command, "no option -%c; see demarche %s --help", optopt, command);
    else if (meant)
        command_say(command, "no option --%s; did you mean --%s?", word, meant);
    else
        command_say(command, "no option %s; see demarche %s --help", given, command);
    return DM_USAGE;
}

/* ---- the terminal ---------------------------------------------------------------------------------------- */
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
