/* cli.h: terminal habits beside command.h: a safe start, colour, width, wrong options of getopt_long.
 * Messages, exit codes and the end of standard output are in command.h. */
#ifndef DM_CLI_H
#define DM_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* At the start of a command. A closed pipe becomes a write error, which the end can report, instead of a signal; and
 * the numbers 0 to 2 are taken, so that no output file can become "standard output" when that was closed. */
void dm_cli_start(void);

/* Replaces control characters in a message that quotes file names or broken input, in place. */
void dm_cli_harmless(char *text);

/* Says what is wrong with the option that getopt_long has just refused ('?' or ':', with opterr = 0), and proposes
 * one that it may have meant. Returns DM_USAGE. */
int dm_cli_bad_option(const char *command, char **argv, const struct option *options);

/* Colour: only on a terminal, and not with NO_COLOR set (no-color.org) or TERM=dumb. */
bool dm_cli_colour(FILE *stream);
size_t dm_cli_width(FILE *stream); /* columns of the terminal, 0: none */

#endif
