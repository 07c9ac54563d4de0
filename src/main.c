/* demarche: chooses the command. */
#include "command.h"

#include <jansson.h>
#include <libsvm/svm.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"classify", cmd_classify, "articles → records: who takes which position towards whom"},
    {"report", cmd_report, "records → a report per country"},
    {"explain", cmd_explain, "why a record says what it says"},
    {"predict", cmd_predict, "adds the position to lines with a given holder and target"},
    {"train", cmd_train, "labelled sentences → a model"},
    {"evaluate", cmd_evaluate, "how good a model is on labelled sentences"},
    {"actors", cmd_actors, "who, resolve, lint: the gazetteer of actors"},
    {"corpus", cmd_corpus, "check, stats, import: the labelled corpus"},
};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void greet(FILE *out)
{
    fprintf(out, "demarche reads news and writes down who takes which position towards whom.\n\nusage: demarche COMMAND …\n\n");
    for (size_t i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\nbegin with:\n  demarche classify article.txt --date 2024-05-01 -o records.jsonl\n  demarche report records.jsonl\n"
                 "  demarche explain records.jsonl\n\ndemarche COMMAND --help tells more.\n");
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    const char *name = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0) {
        printf("demarche %s\nlibsvm %d.%02d, utf8proc %s, jansson %s\n", DM_VERSION, libsvm_version / 100, libsvm_version % 100, utf8proc_version(), jansson_version_str());
        return command_finish("--version", 0);
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        greet(stdout);
        return command_finish("--help", 0);
    }
    if (argc < 2) {
        greet(stderr);
        return DM_USAGE;
    }
    const char *names[N_COMMANDS], *near;
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i].name;
    near = command_nearest(name, names, N_COMMANDS);
    fprintf(stderr, "demarche: no command \"%s\"%s%s%s\n", name, near ? "; did you mean \"" : "; see demarche --help", near ? near : "", near ? "\"?" : "");
    return DM_USAGE;
}
