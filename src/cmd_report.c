/* cmd_report.c: demarche report. Records and tallies → one tally → text, files, or a partial tally.
 * Memory grows with the tally, not with the number of records. */
#include "base/file.h"
#include "cli.h"
#include "command.h"
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char help[] =
    "usage: demarche report RECORDS... [-o DIR] [options]\n"
    "       demarche report RECORDS... --partial -o FILE\n"
    "       demarche report [RECORDS...] --merge FILE... [-o DIR]\n"
    "\n"
    "Adds up who takes which position towards whom, with shares and the strongest sentences.\n"
    "RECORDS are what demarche classify writes; \"-\" is standard input.\n"
    "\n"
    "  -o, --output DIR   also write report.md, countries.csv, dyads.csv, timeline.csv, report.json\n"
    "      --by WHAT      a block for each country (default), source or month\n"
    "      --from DATE    only records from this day on (YYYY-MM-DD)\n"
    "      --to DATE      only records before this day\n"
    "      --entity ID    only positions of or towards this actor, such as CHN or IGO:EU\n"
    "      --partial      write a tally to FILE (or standard output) instead of a report\n"
    "      --merge        the files after it are such tallies: add them\n"
    "  -f, --force        overwrite files\n"
    "  -q, --quiet        no text on standard output\n"
    "  -h, --help         this help\n"
    "\n"
    "Exit: 0 all done, 1 some lines or files were skipped (named on standard error), 2 wrong usage,\n"
    "      3 input unusable, 4 system failure (disk full, closed pipe, out of memory)\n"
    "\n"
    "Example: demarche report records.jsonl --entity CHN --from 2022-01-01 -o china\n";

enum { OPTION_BY = 256, OPTION_FROM, OPTION_TO, OPTION_ENTITY, OPTION_PARTIAL, OPTION_MERGE };

static const struct option options[] = {
    {"output", required_argument, NULL, 'o'},        {"by", required_argument, NULL, OPTION_BY},
    {"from", required_argument, NULL, OPTION_FROM},  {"to", required_argument, NULL, OPTION_TO},
    {"entity", required_argument, NULL, OPTION_ENTITY}, {"partial", no_argument, NULL, OPTION_PARTIAL},
    {"merge", no_argument, NULL, OPTION_MERGE},      {"force", no_argument, NULL, 'f'},
    {"quiet", no_argument, NULL, 'q'},               {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

typedef struct {
    dm_tally_options tally;
    const char *output;
    bool partial, merge, force, quiet, help;
    const char **records, **tallies;
    size_t n_records, n_tallies;
} job;

static int refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int refuse(const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    dm_cli_harmless(text);
    command_say("report", "%s", text);
    return DM_USAGE;
}

/* ---- what was asked -------------------------------------------------------------------------------------- */
static void take_input(job *j, const char *file)
{
    if (j->merge)
        j->tallies[j->n_tallies++] = file;
    else
        j->records[j->n_records++] = file;
}

/* Options and files in the order given (the "-" in the list): what stands behind --merge is a tally. */
static int read_options(job *j, int argc, char **argv)
{
    opterr = 0;
    optind = 0; /* glibc: start afresh, also for a second command line in one program (tests) */
    for (int c; (c = getopt_long(argc, argv, "-:o:fqh", options, NULL)) != -1;)
        switch (c) {
        case 1: take_input(j, optarg); break;
        case 'o': j->output = optarg; break;
        case 'f': j->force = true; break;
        case 'q': j->quiet = true; break;
        case 'h': j->help = true; return DM_OK;
        case OPTION_BY: j->tally.by = optarg; break;
        case OPTION_FROM: j->tally.from = optarg; break;
        case OPTION_TO: j->tally.to = optarg; break;
        case OPTION_ENTITY: j->tally.entity = optarg; break;
        case OPTION_PARTIAL: j->partial = true; break;
        case OPTION_MERGE: j->merge = true; break;
        default: return dm_cli_bad_option("report", argv, options);
        }
    while (optind < argc)
        take_input(j, argv[optind++]);
    return DM_OK;
}

static int check_options(const job *j)
{
    const char *from = j->tally.from, *to = j->tally.to, *by = j->tally.by;
    if (by && strcmp(by, "country") != 0 && strcmp(by, "source") != 0 && strcmp(by, "month") != 0)
        return refuse("--by %s: country, source or month is possible", by);
    if (from && !dm_date_is_valid(dm_str_from(from)))
        return refuse("--from %s: not a date such as 2022-03-18", from);
    if (to && !dm_date_is_valid(dm_str_from(to)))
        return refuse("--to %s: not a date such as 2022-03-18", to);
    if (from && to && strcmp(from, to) >= 0)
        return refuse("--from %s is not before --to %s (the day of --to is left out)", from, to);
    if (j->merge && (from || to))
        return refuse("--from and --to cannot cut a tally, which knows months only: give them with --partial");
    if (j->merge && !j->n_tallies)
        return refuse("--merge needs a file behind it");
    if (j->tally.entity && !*j->tally.entity)
        return refuse("--entity needs an id such as CHN");
    if (!j->n_records && !j->n_tallies)
        return refuse("no records given (\"-\" reads standard input)");
    return DM_OK;
}

/* ---- reading --------------------------------------------------------------------------------------------- */
typedef struct {
    dm_tally *tally;
    dm_arena *arena; /* of one record */
    size_t n_read, n_skipped;
    } intake;

static void skip(intake *in, char *why)
{
    in->n_skipped++;
    dm_cli_harmless(why);
    command_say("report", "%s", why);
}

static dm_status add_line(intake *in, const dm_lines *lines, dm_str line, dm_error *error)
{
    dm_record record;
    dm_error reason = {0};
    char where[512];
    if (setjmp(*dm_arena_guard(in->arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    if (!dm_str_trim(line).n)
        return DM_OK;
    snprintf(where, sizeof where, "%s:%zu", lines->name, lines->number);
    dm_arena_reset(in->arena);
    if (dm_record_parse(line, where, in->arena, &record, &reason) != DM_OK) {
        if (reason.status == DM_SYSTEM)
            return dm_fail(error, DM_SYSTEM, "%s", reason.text);
        skip(in, reason.text);
        return DM_OK;
    }
    if (!record.holder.id.n || !(record.label.n || record.abstain)) { /* JSON, but pairs or something else */
        snprintf(reason.text, sizeof reason.text, "%s: no record: no holder or no label", where);
        skip(in, reason.text);
        return DM_OK;
    }
    in->n_read++;
    return dm_tally_add(in->tally, &record, error);
}

static dm_status add_lines(intake *in, dm_lines *lines, dm_error *error)
{
    dm_str line;
    dm_status status = DM_OK;
    while (status == DM_OK) {
        char reason[600];
        switch (dm_lines_next(lines, &line, error)) {
        case DM_LINE_END: return DM_OK;
        case DM_LINE_FAILED: return error->status;
        case DM_LINE_TOO_LONG:
            snprintf(reason, sizeof reason, "%s:%zu: line longer than %zu MiB", lines->name, lines->number, lines->limit >> 20);
            skip(in, reason);
            break;
        case DM_LINE:
            if (lines->number == 1 && dm_tally_is_header(line))
                return dm_fail(error, DM_USAGE, "%s is a tally: name it behind --merge", lines->name);
            status = add_line(in, lines, line, error);
        }
    }
    return status;
}

/* A file that cannot be read is skipped like a bad line; only memory and wrong usage end the run. */
static dm_status add_file(intake *in, const char *file, dm_error *error)
{
    dm_lines lines;
    dm_error reason = {0};
    dm_status status = dm_lines_open(&lines, file, &reason);
    if (status == DM_OK) {
        status = add_lines(in, &lines, &reason);
        dm_lines_close(&lines);
        in->n_read += status == DM_OK; /* an empty file was read, too */
    }
    if (status == DM_INPUT)
        skip(in, reason.text);
    return status == DM_OK || status == DM_INPUT ? DM_OK : dm_fail(error, status, "%s", reason.text);
}

static int read_all(const job *j, intake *in)
{
    dm_error error = {0};
    dm_status status = DM_OK;
    for (size_t i = 0; i < j->n_records && status == DM_OK; i++)
        status = add_file(in, j->records[i], &error);
    for (size_t i = 0; i < j->n_tallies && status == DM_OK; i++)
        status = dm_tally_merge(in->tally, j->tallies[i], &error);
    if (status != DM_OK)
        return command_fail("report", &error);
    if (in->n_skipped && !in->n_read && !j->n_tallies)
        return DM_INPUT; /* nothing at all could be opened; each file has been named */
    return in->n_skipped ? EXIT_SKIPPED : DM_OK;
}

/* ---- writing --------------------------------------------------------------------------------------------- */
enum { N_FORMS = 5 };
static const char *const form_files[N_FORMS] = {"report.md", "countries.csv", "dyads.csv", "timeline.csv", "report.json"};

static dm_status write_form(size_t form, const dm_report *report, dm_buf *out, dm_error *error)
{
    switch (form) {
    case 0: dm_report_md(report, out); return DM_OK;
    case 1: dm_report_countries_csv(report, out); return DM_OK;
    case 2: dm_report_dyads_csv(report, out); return DM_OK;
    case 3: dm_report_timeline_csv(report, out); return DM_OK;
    default: return dm_report_json(report, out, error);
    }
}

static void path_of(const char *folder, const char *file, char *path, size_t room)
{
    size_t n = strlen(folder);
    snprintf(path, room, "%s%s%s", folder, n && folder[n - 1] == '/' ? "" : "/", file);
}

/* Before an hour of reading, not after it. */
static int check_output(const job *j)
{
    struct stat st;
    char path[4096];
    if (!j->output || (j->partial && strcmp(j->output, "-") == 0))
        return DM_OK;
    if (j->partial && stat(j->output, &st) == 0 && S_ISDIR(st.st_mode))
        return refuse("-o %s is a folder; with --partial a file name is needed", j->output);
    if (j->partial && stat(j->output, &st) == 0 && S_ISREG(st.st_mode) && !j->force)
        return refuse("%s exists (-f overwrites it)", j->output);
    if (j->partial)
        return DM_OK;
    if (!*j->output || strlen(j->output) > sizeof path - 64)
        return refuse("-o needs the name of a folder");
    if (stat(j->output, &st) == 0 && !S_ISDIR(st.st_mode))
        return refuse("-o %s is no folder", j->output);
    for (size_t i = 0; i < N_FORMS && !j->force; i++) {
        path_of(j->output, form_files[i], path, sizeof path);
        if (lstat(path, &st) == 0)
            return refuse("%s exists (-f overwrites it)", path);
    }
    return DM_OK;
}

/* All files are written before the first takes its name: a full disk leaves the old report whole. */
static dm_status write_files(const job *j, const dm_report *report, dm_buf *buf, dm_out *outs, dm_error *error)
{
    char path[4096];
    dm_status status = dm_make_folder(j->output, error);
    for (size_t i = 0; i < N_FORMS && status == DM_OK; i++) {
        buf->n = 0;
        path_of(j->output, form_files[i], path, sizeof path);
        status = write_form(i, report, buf, error);
        if (status == DM_OK)
            status = dm_out_open(&outs[i], path, j->force, error);
        if (status == DM_OK && (fwrite(buf->s, 1, buf->n, outs[i].file) != buf->n || fflush(outs[i].file) != 0))
            status = dm_fail(error, DM_SYSTEM, "cannot write %s: %s", path, strerror(errno));
    }
    for (size_t i = 0; i < N_FORMS && status == DM_OK; i++)
        status = dm_out_commit(&outs[i], error);
    return status;
}

static dm_status write_report(const job *j, const dm_tally *tally, dm_arena *arena, dm_out *outs, dm_error *error)
{
    dm_report report;
    dm_buf buf = {.arena = arena};
    dm_report_style style = {.colour = dm_cli_colour(stdout), .width = dm_cli_width(stdout)};
    if (setjmp(*dm_arena_guard(arena)))
        return dm_fail(error, DM_SYSTEM, "out of memory");
    dm_report_make(tally, j->tally.entity, arena, &report);
    if (!report.n_blocks)
        command_say("report", "%s%s", "no record fits", j->tally.entity ? "; is the id right, such as CHN or IGO:EU?" : "");
    if (j->output) {
        dm_status status = write_files(j, &report, &buf, outs, error);
        if (status != DM_OK)
            return status;
    }
    if (!j->quiet) {
        buf.n = 0;
        dm_report_text(&report, &style, &buf);
        fwrite(buf.s, 1, buf.n, stdout); /* whether it arrived is asked once, at the end */
    }
    return DM_OK;
}

static dm_status write_partial(const job *j, const dm_tally *tally, dm_error *error)
{
    dm_out out;
    if (!j->output || strcmp(j->output, "-") == 0)
        return dm_tally_save(tally, stdout, error);
    dm_status status = dm_out_open(&out, j->output, j->force, error);
    if (status == DM_OK)
        status = dm_tally_save(tally, out.file, error);
    if (status == DM_OK)
        return dm_out_commit(&out, error);
    dm_out_abandon(&out);
    return status;
}

static int write_all(const job *j, const intake *in, int code)
{
    dm_error error = {0};
    dm_out outs[N_FORMS] = {0};
    dm_arena_reset(in->arena);
    dm_status status = j->partial ? write_partial(j, in->tally, &error) : write_report(j, in->tally, in->arena, outs, &error);
    for (size_t i = 0; i < N_FORMS; i++)
        dm_out_abandon(&outs[i]); /* those that were committed are forgotten already */
    return status == DM_OK ? code : command_fail("report", &error);
}

static int run(const job *j)
{
    dm_error error = {0};
    intake in = {.tally = dm_tally_new(&j->tally, &error), .arena = dm_arena_new()};
    int code;
    if (!in.arena)
        dm_fail(&error, DM_SYSTEM, "out of memory");
    if (error.status != DM_OK)
        code = command_fail("report", &error);
    else
        code = read_all(j, &in);
    if (code <= EXIT_SKIPPED)
        code = write_all(j, &in, code);
    dm_tally_free(in.tally);
    dm_arena_free(in.arena);
    return code;
}

int cmd_report(int argc, char **argv)
{
    job j = {0};
    dm_cli_start();
    j.records = calloc((size_t)argc + 1, sizeof *j.records);
    j.tallies = calloc((size_t)argc + 1, sizeof *j.tallies);
    int code = DM_SYSTEM;
    if (j.records && j.tallies)
        code = read_options(&j, argc, argv);
    else
        command_say("report", "out of memory");
    if (code == DM_OK && !j.help)
        code = check_options(&j);
    if (code == DM_OK && !j.help)
        code = check_output(&j);
    if (j.help)
        fputs(help, stdout);
    else if (code == DM_OK)
        code = run(&j);
    code = command_finish("report", code);
    free(j.records);
    free(j.tallies);
    return code;
}
