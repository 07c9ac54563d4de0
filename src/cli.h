/* cli.h: habits that all commands share: messages, exit codes, colour, help, the end of standard output. */
#ifndef DM_CLI_H
#define DM_CLI_H

#include "base/error.h"

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    DM_EXIT_DONE = 0,
    DM_EXIT_SKIPPED = 1, /* done, but some inputs were skipped, each named on standard error */
    DM_EXIT_USAGE = 2,
    DM_EXIT_INPUT = 3,  /* input or model unusable */
    DM_EXIT_SYSTEM = 4, /* disk full, closed pipe, out of memory */
};

/* At the start of a command. A closed pipe becomes a write error, which the end can report, instead of a signal; and
 * the numbers 0 to 2 are taken, so that no output file can become "standard output" when that was closed. */
void dm_cli_start(void);

/* "demarche report: …" and a line feed on standard error; control characters (of file names, of broken records) are
 * replaced. */
void dm_cli_say(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says the error and gives its exit code. */
int dm_cli_fail(const char *command, const dm_error *error);

/* Says what is wrong with the option that getopt_long has just refused ('?' or ':', with opterr = 0), proposes one
 * that it may have meant, points to --help. Returns DM_EXIT_USAGE. */
int dm_cli_bad_option(const char *command, char **argv, const struct option *options);

/* "demarche report: …" for wrong usage, pointing to --help. Returns DM_EXIT_USAGE. */
int dm_cli_usage(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the help on standard output. Returns the exit code. */
int dm_cli_help(const char *command, const char *text);

/* Colour: only on a terminal, and not with NO_COLOR set (no-color.org) or TERM=dumb. */
bool dm_cli_colour(FILE *stream);
size_t dm_cli_width(FILE *stream); /* columns of the terminal, 0: none */

/* Once, as the last thing: was all written to standard output? Returns `code`, or DM_EXIT_SYSTEM with a message. */
int dm_cli_finish(const char *command, int code);

#endif
