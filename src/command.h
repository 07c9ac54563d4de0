/* command.h: what all commands share: options by table, messages, exit codes, where the shipped files are.
 *
 * Exit codes: 0 all done · 1 done, some inputs skipped · 2 wrong usage · 3 input or model unusable · 4 system failure. */
#ifndef DM_COMMAND_H
#define DM_COMMAND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { EXIT_SKIPPED = 1 };

typedef enum { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_LIST } option_kind;

typedef struct {
    const char **items; /* NULL-terminated */
    size_t n;
} option_list;

typedef struct {
    char letter;       /* 0: long name only */
    const char *name;
    const char *value; /* name of the value in --help, NULL for a flag */
    const char *help;
    option_kind kind;
    void *target;      /* bool, const char *, double or option_list */
} command_option;

typedef struct {
    const char *name;    /* "train" */
    const char *operands; /* "CORPUS…" */
    const char *summary; /* one line */
    const char *details; /* more lines for --help, or NULL */
    const command_option *options;
    size_t n_options;
    size_t min_operands, max_operands; /* max 0: any number */
} command_spec;

/* Reads argv[1…]; options may stand before or after operands. Returns -1 to go on with argv[*first] … argv[argc - 1]
 * the operands, or the exit code (0 after --help, 2 after wrong usage, with the message printed). */
int command_options(const command_spec *spec, int argc, char **argv, int *first);

/* "demarche train: …" on standard error; returns the exit code of the error. */
int command_fail(const char *command, const dm_error *error);
void command_say(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Flushes standard output and tells whether everything was written: 0, or 4 with a message. */
int command_finish(const char *command, int code);

/* Path of a shipped file ("models/positions.model", "labels/actors"): beside the program, or installed. */
const char *command_shipped(const char *name, char *path, size_t size);

/* The nearest of the words, or NULL if none is near. */
const char *command_nearest(const char *word, const char *const *words, size_t n);

int cmd_train(int argc, char **argv);
int cmd_evaluate(int argc, char **argv);
int cmd_predict(int argc, char **argv);
int cmd_classify(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_actors(int argc, char **argv);
int cmd_corpus(int argc, char **argv);

#endif
