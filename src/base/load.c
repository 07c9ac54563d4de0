#include "base/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static dm_status read_stream(dm_arena *arena, FILE *in, const char *file, dm_str *text, dm_error *error)
{
    dm_buf buf = {.arena = arena};
    char block[65536];
    size_t n;
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        dm_buf_add(&buf, block, n);
    if (ferror(in))
        return dm_fail(error, DM_INPUT, "%s: %s", file, strerror(errno));
    *text = dm_buf_view(&buf);
    return DM_OK;
}

dm_status dm_read_file(dm_arena *arena, const char *file, dm_str *text, dm_error *error)
{
    if (strcmp(file, "-") == 0)
        return read_stream(arena, stdin, "standard input", text, error);
    FILE *in = fopen(file, "rb");
    if (!in)
        return dm_fail(error, DM_INPUT, "%s: %s", file, strerror(errno));
    dm_status status = read_stream(arena, in, file, text, error);
    fclose(in);
    return status;
}

static int by_bytes(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

dm_status dm_list_folder(dm_arena *arena, const char *folder, const char *suffix, char ***files, size_t *n, dm_error *error)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return dm_fail(error, DM_INPUT, "%s: %s", folder, strerror(errno));
    size_t capacity = 0;
    char **list = NULL;
    *n = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        struct stat st;
        dm_buf name = {.arena = arena};
        dm_buf_format(&name, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || !dm_str_ends(dm_str_from(e->d_name), suffix) || stat(name.s, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        *DM_PUSH(arena, list, *n, capacity) = name.s;
    }
    closedir(dir);
    if (*n)
        qsort(list, *n, sizeof *list, by_bytes);
    *files = list;
    return DM_OK;
}

dm_status dm_read_folder(dm_arena *arena, const char *folder, const char *suffix, dm_str *text, dm_error *error)
{
    char **files;
    size_t n;
    dm_status status = dm_list_folder(arena, folder, suffix, &files, &n, error);
    dm_buf all = {.arena = arena};
    for (size_t i = 0; i < n && status == DM_OK; i++) {
        dm_str one = {"", 0};
        status = dm_read_file(arena, files[i], &one, error);
        dm_buf_str(&all, one);
        if (one.n && one.s[one.n - 1] != '\n')
            dm_buf_char(&all, '\n');
    }
    *text = dm_buf_view(&all);
    return status;
}

bool dm_next_line(dm_str text, size_t *at, dm_str *line)
{
    if (*at >= text.n)
        return false;
    const char *end = memchr(text.s + *at, '\n', text.n - *at);
    size_t to = end ? (size_t)(end - text.s) : text.n;
    *line = dm_str_sub(text, *at, to);
    *at = to + 1;
    if (line->n && line->s[line->n - 1] == '\r')
        line->n--;
    return true;
}

size_t dm_split_tabs(dm_str line, dm_str *columns, size_t max)
{
    size_t k = 0, from = 0;
    for (size_t i = 0; i <= line.n; i++)
        if (i == line.n || line.s[i] == '\t') {
            if (k < max)
                columns[k] = dm_str_trim(dm_str_sub(line, from, i));
            k++;
            from = i + 1;
        }
    return k;
}
