/* reader.c: which input is next, which format it has, and what is said of one that gives nothing. */
#include "reader_format.h"

#include "base/table.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

/* The first that matches reads the input; "text" matches all, so it stands last. */
static const dm_format *const formats[] = {&dm_format_jsonl, &dm_format_text};

static const char *const field_names[DM_FIELD_N] = {"id", "text", "title", "date", "source", "url"};

typedef struct { /* a folder on the way down */
    char *path;
    char **names; /* in byte order */
    size_t n, next;
} folder;

struct dm_reader {
    const char *const *inputs;
    size_t n_inputs, next;
    const dm_format *wanted; /* NULL: told from the content */
    char date[11];           /* of --date; "" = none */
    const char *paths[DM_FIELD_N];

    folder *folders; /* innermost last */
    size_t n_folders, folder_capacity;
    size_t n_files;  /* found under the folder that the user named */
    const char *root; /* that folder */

    dm_arena *arena; /* of the table */
    dm_table seen;   /* folders entered: device and inode; a link back to one is not followed */

    dm_source source;
    const dm_format *format; /* of the open source; NULL: none is open */
    char *path;              /* of the open source, if the walk built it */
};

/* ---- sources --------------------------------------------------------------------------------------------- */
void dm_source_fill(dm_source *source)
{
    source->at = source->n = 0;
    while (!source->ended && source->n < DM_CHUNK) {
        source->n += fread(source->chunk + source->n, 1, DM_CHUNK - source->n, source->file);
        if (ferror(source->file))
            source->broken = errno ? errno : EIO;
        source->ended = feof(source->file) || source->broken;
    }
}

static bool add_text(dm_source *source, const unsigned char *bytes, size_t n)
{
    if (source->n_text + n + 1 > source->capacity) {
        size_t capacity = source->capacity ? source->capacity : 4096;
        while (capacity < source->n_text + n + 1)
            capacity *= 2;
        char *wider = realloc(source->text, capacity);
        if (!wider)
            return false;
        source->text = wider;
        source->capacity = capacity;
    }
    if (n)
        memcpy(source->text + source->n_text, bytes, n);
    source->n_text += n;
    source->text[source->n_text] = '\0';
    return true;
}

/* Bytes up to `stop` (−1: to the end), which is swallowed. What is too long is read past, not kept. */
static dm_got read_until(dm_source *source, int stop)
{
    bool any = false, too_long = false;
    source->n_text = 0;
    if (!add_text(source, NULL, 0))
        return DM_GOT_NO_MEMORY;
    for (;;) {
        if (source->at == source->n)
            dm_source_fill(source);
        if (source->n == 0)
            break;
        any = true;
        const unsigned char *from = source->chunk + source->at;
        size_t left = source->n - source->at;
        const unsigned char *end = stop < 0 ? NULL : memchr(from, stop, left);
        size_t n = end ? (size_t)(end - from) : left;
        too_long = too_long || source->n_text + n > DM_TEXT_LIMIT;
        if (!too_long && !add_text(source, from, n))
            return DM_GOT_NO_MEMORY;
        source->at += n + (end != NULL);
        source->offset += n + (end != NULL);
        if (end)
            break;
    }
    return too_long ? DM_GOT_TOO_LONG : any ? DM_GOT : DM_GOT_NOTHING;
}

dm_got dm_source_line(dm_source *source)
{
    dm_got got = read_until(source, '\n');
    source->line += got != DM_GOT_NOTHING;
    return got;
}

dm_got dm_source_all(dm_source *source) { return read_until(source, -1); }

static dm_read tell_skip(dm_skip *skip, const char *input, size_t line, uint64_t offset, const char *format,
                         va_list args)
{
    *skip = (dm_skip){.input = dm_str_from(input), .line = line, .offset = offset};
    vsnprintf(skip->reason, sizeof skip->reason, format, args);
    return DM_READ_SKIPPED;
}

dm_read dm_source_skip(dm_source *source, dm_skip *skip, uint64_t offset, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    dm_read result = tell_skip(skip, source->name, source->line, offset, format, args);
    va_end(args);
    source->given++;
    return result;
}

__attribute__((format(printf, 3, 4)))
static dm_read skip_input(dm_skip *skip, const char *input, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    dm_read result = tell_skip(skip, input, 0, 0, format, args);
    va_end(args);
    return result;
}

/* "news/2022/a.b.txt" → "a.b"; a name that is all extension keeps it. */
static dm_str base_name(const char *path)
{
    if (strcmp(path, "-") == 0)
        return DM_LIT("stdin");
    const char *slash = strrchr(path, '/');
    dm_str base = dm_str_from(slash ? slash + 1 : path);
    for (size_t i = base.n; i-- > 1;)
        if (base.s[i] == '.')
            return dm_str_sub(base, 0, i);
    return base;
}

static void close_source(dm_reader *reader)
{
    if (reader->source.file && reader->source.file != stdin)
        fclose(reader->source.file);
    reader->source.file = NULL;
    reader->format = NULL;
}

static const dm_format *format_of(const dm_reader *reader, const dm_source *source)
{
    if (reader->wanted)
        return reader->wanted;
    size_t i = 0;
    while (!formats[i]->matches(source))
        i++;
    return formats[i];
}

/* READ_END: it is open, go on. */
static dm_read open_source(dm_reader *reader, const char *path, dm_skip *skip)
{
    dm_source *source = &reader->source;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file)
        return skip_input(skip, path, "cannot be opened: %s", strerror(errno));
    char *text = source->text; /* the buffer is worth keeping */
    size_t capacity = source->capacity;
    *source = (dm_source){.file = file, .name = path, .base = base_name(path), .text = text, .capacity = capacity};
    memcpy(source->paths, reader->paths, sizeof source->paths);
    dm_source_fill(source);
    reader->format = format_of(reader, source);
    return DM_READ_END;
}

/* ---- folders --------------------------------------------------------------------------------------------- */
static void drop_folder(folder *f)
{
    for (size_t i = 0; i < f->n; i++)
        free(f->names[i]);
    free(f->names);
    free(f->path);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b); /* strcmp compares unsigned char, whatever the locale */
}

static bool add_name(folder *f, size_t *capacity, const char *name)
{
    if (f->n == *capacity) {
        size_t wider = *capacity ? *capacity * 2 : 64;
        char **names = realloc(f->names, wider * sizeof *names);
        if (!names)
            return false;
        f->names = names;
        *capacity = wider;
    }
    f->names[f->n] = strdup(name);
    return f->names[f->n] && ++f->n;
}

/* 0, or the errno of what went wrong. Hidden files and the folder's own two names begin with a stop. */
static int list_names(folder *f, const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return errno;
    size_t capacity = 0;
    int broken = 0;
    for (;;) {
        errno = 0;
        struct dirent *entry = readdir(dir);
        if (!entry) {
            broken = errno;
            break;
        }
        if (entry->d_name[0] != '.' && !add_name(f, &capacity, entry->d_name)) {
            broken = ENOMEM;
            break;
        }
    }
    closedir(dir);
    if (f->n)
        qsort(f->names, f->n, sizeof *f->names, by_bytes);
    return broken;
}

static bool push_folder(dm_reader *reader, folder f)
{
    if (reader->n_folders == reader->folder_capacity) {
        size_t capacity = reader->folder_capacity ? reader->folder_capacity * 2 : 16;
        folder *wider = realloc(reader->folders, capacity * sizeof *wider);
        if (!wider)
            return false;
        reader->folders = wider;
        reader->folder_capacity = capacity;
    }
    reader->folders[reader->n_folders++] = f;
    return true;
}

static bool entered_before(dm_reader *reader, const struct stat *info)
{
    uint64_t key[2] = {(uint64_t)info->st_dev, (uint64_t)info->st_ino};
    dm_str name = {(const char *)key, sizeof key};
    if (dm_table_find(&reader->seen, name) != DM_TABLE_NONE)
        return true;
    dm_table_add(&reader->seen, name);
    return false;
}

/* READ_END: it is on the stack, go on. */
static dm_read enter_folder(dm_reader *reader, const char *path, const struct stat *info, dm_skip *skip,
                            dm_error *error)
{
    if (entered_before(reader, info)) /* a link to a folder above, or to one that was read already */
        return skip_input(skip, path, "folder was read before (symbolic link)");
    folder f = {.path = strdup(path)};
    int broken = f.path ? list_names(&f, path) : ENOMEM;
    if (!broken && push_folder(reader, f))
        return DM_READ_END;
    drop_folder(&f);
    if (!broken || broken == ENOMEM) {
        dm_fail(error, DM_SYSTEM, "%s: out of memory", path);
        return DM_READ_FAILED;
    }
    return skip_input(skip, path, "folder cannot be read: %s", strerror(broken));
}

/* ---- the next input -------------------------------------------------------------------------------------- */
static dm_read open_input(dm_reader *reader, const char *path, bool named, dm_skip *skip, dm_error *error)
{
    struct stat info;
    if (strcmp(path, "-") == 0 && named)
        return open_source(reader, path, skip);
    reader->n_files += !named; /* it is there, readable or not; a folder takes itself off again */
    if (stat(path, &info) != 0)
        return skip_input(skip, path, "cannot be opened: %s", strerror(errno));
    if (S_ISDIR(info.st_mode)) {
        reader->n_files -= !named;
        return enter_folder(reader, path, &info, skip, error);
    }
    if (!named && !S_ISREG(info.st_mode)) /* a pipe in a folder would wait for ever */
        return skip_input(skip, path, "not a regular file");
    return open_source(reader, path, skip);
}

static dm_read open_in_folder(dm_reader *reader, dm_skip *skip, dm_error *error)
{
    folder *f = &reader->folders[reader->n_folders - 1];
    if (f->next == f->n) {
        drop_folder(f);
        if (--reader->n_folders == 0 && reader->n_files == 0)
            return skip_input(skip, reader->root, "folder without files");
        return DM_READ_END;
    }
    const char *name = f->names[f->next++];
    size_t n = strlen(f->path);
    const char *slash = n && f->path[n - 1] == '/' ? "" : "/";
    free(reader->path);
    reader->path = malloc(n + strlen(name) + 2);
    if (!reader->path) {
        dm_fail(error, DM_SYSTEM, "%s: out of memory", f->path);
        return DM_READ_FAILED;
    }
    sprintf(reader->path, "%s%s%s", f->path, slash, name);
    return open_input(reader, reader->path, false, skip, error);
}

static dm_read open_next(dm_reader *reader, dm_skip *skip, dm_error *error)
{
    if (reader->n_folders)
        return open_in_folder(reader, skip, error);
    reader->root = reader->inputs[reader->next++];
    reader->n_files = 0;
    return open_input(reader, reader->root, true, skip, error);
}

static void fill_common(const dm_reader *reader, dm_doc *doc)
{
    dm_article *a = &doc->article;
    size_t n = strlen(reader->source.name);
    char date[11];
    a->input = (dm_str){dm_arena_copy(doc->arena, reader->source.name, n), n};
    dm_str base = reader->source.base;
    if (!a->date.n && base.n >= 10 && dm_read_date(dm_str_sub(base, 0, 10), date)) { /* 2024-01-26-icj-gaza.txt */
        a->date = (dm_str){dm_arena_copy(doc->arena, date, 10), 10};
        a->date_by = DM_LIT("name");
    }
    if (!a->date.n && reader->date[0]) {
        a->date = (dm_str){dm_arena_copy(doc->arena, reader->date, 10), 10};
        a->date_by = DM_LIT("option");
    }
}

/* A read that broke off in the middle is told, even though the part before it was good. */
static dm_read from_source(dm_reader *reader, dm_doc *doc, dm_skip *skip, dm_error *error)
{
    dm_source *source = &reader->source;
    if (source->broken) {
        dm_read result = dm_source_skip(source, skip, source->offset, "cannot be read: %s", strerror(source->broken));
        close_source(reader);
        return result;
    }
    doc->article = (dm_article){0};
    dm_read result = reader->format->next(source, doc, skip, error);
    if (source->broken && result != DM_READ_FAILED)
        return from_source(reader, doc, skip, error);
    if (result == DM_READ_ARTICLE)
        fill_common(reader, doc);
    if (result == DM_READ_END)
        close_source(reader);
    return result;
}

static dm_read next_article(dm_reader *reader, dm_doc *doc, dm_skip *skip, dm_error *error)
{
    for (;;) {
        dm_read result;
        if (reader->format)
            result = from_source(reader, doc, skip, error);
        else if (reader->n_folders || reader->next < reader->n_inputs)
            result = open_next(reader, skip, error);
        else
            return DM_READ_END;
        if (result != DM_READ_END)
            return result;
    }
}

/* The caller's guard of the article's arena is lent for the time of the call and given back. */
dm_read dm_reader_next(dm_reader *reader, dm_doc *doc, dm_skip *skip, dm_error *error)
{
    jmp_buf outer;
    memcpy(&outer, dm_arena_guard(doc->arena), sizeof outer);
    dm_read result = DM_READ_FAILED;
    if (setjmp(*dm_arena_guard(doc->arena)))
        dm_fail(error, DM_SYSTEM, "out of memory");
    else if (setjmp(*dm_arena_guard(reader->arena)))
        dm_fail(error, DM_SYSTEM, "out of memory");
    else
        result = next_article(reader, doc, skip, error);
    memcpy(dm_arena_guard(doc->arena), &outer, sizeof outer);
    return result;
}

/* ---- opening --------------------------------------------------------------------------------------------- */
static dm_status set_field(dm_reader *reader, const char *pair, dm_error *error)
{
    const char *equals = strchr(pair, '=');
    for (size_t i = 0; equals && equals[1] && i < DM_FIELD_N; i++)
        if (dm_str_is((dm_str){pair, (size_t)(equals - pair)}, field_names[i])) {
            reader->paths[i] = equals + 1;
            return DM_OK;
        }
    return dm_fail(error, DM_USAGE, "--field %s: want NAME=PATH with NAME one of id, text, title, date, source, url",
                   pair);
}

static dm_status set_format(dm_reader *reader, const char *name, dm_error *error)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i]->name, name) == 0) {
            reader->wanted = formats[i];
            return DM_OK;
        }
    return dm_fail(error, DM_USAGE, "--format %s: unknown; there are text and jsonl", name);
}

static dm_status set_options(dm_reader *reader, const dm_reader_options *options, dm_error *error)
{
    for (size_t i = 0; i < DM_FIELD_N; i++)
        reader->paths[i] = field_names[i];
    if (!options)
        return DM_OK;
    if (options->date && !dm_read_date(dm_str_from(options->date), reader->date))
        return dm_fail(error, DM_USAGE, "--date %s: want YYYY-MM-DD", options->date);
    dm_status status = options->format ? set_format(reader, options->format, error) : DM_OK;
    for (const char *const *field = options->fields; status == DM_OK && field && *field; field++)
        status = set_field(reader, *field, error);
    return status;
}

dm_reader *dm_reader_open(const char *const *inputs, size_t n_inputs, const dm_reader_options *options, dm_error *error)
{
    dm_reader *reader = calloc(1, sizeof *reader);
    dm_arena *arena = dm_arena_new();
    if (!reader || !arena) {
        free(reader);
        dm_arena_free(arena);
        dm_fail(error, DM_SYSTEM, "out of memory");
        return NULL;
    }
    reader->arena = reader->seen.arena = arena;
    reader->inputs = inputs;
    reader->n_inputs = n_inputs;
    if (set_options(reader, options, error) == DM_OK)
        return reader;
    dm_reader_close(reader);
    return NULL;
}

void dm_reader_close(dm_reader *reader)
{
    if (!reader)
        return;
    close_source(reader);
    while (reader->n_folders)
        drop_folder(&reader->folders[--reader->n_folders]);
    free(reader->folders);
    free(reader->source.text);
    free(reader->path);
    dm_arena_free(reader->arena);
    free(reader);
}
