#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- lines in -------------------------------------------------------------------------------------------- */
dm_status dm_lines_open(dm_lines *lines, const char *file, dm_error *error)
{
    bool standard = strcmp(file, "-") == 0;
    struct stat st;
    *lines = (dm_lines){.name = standard ? "standard input" : file, .limit = DM_LINE_LIMIT};
    lines->file = standard ? stdin : fopen(file, "rb");
    if (!lines->file)
        return dm_fail(error, DM_INPUT, "%s: %s", file, strerror(errno));
    if (fstat(fileno(lines->file), &st) == 0 && S_ISDIR(st.st_mode)) {
        dm_lines_close(lines);
        return dm_fail(error, DM_INPUT, "%s: is a folder, a file is needed", file);
    }
    return DM_OK;
}

void dm_lines_close(dm_lines *lines)
{
    if (lines->file && lines->file != stdin)
        fclose(lines->file);
    free(lines->buffer);
    *lines = (dm_lines){.number = lines->number};
}

/* Makes room behind the unread bytes: moves them to the front, then doubles the buffer if they fill it. */
static bool make_room(dm_lines *lines)
{
    size_t kept = lines->end - lines->begin;
    if (lines->begin && kept)
        memmove(lines->buffer, lines->buffer + lines->begin, kept);
    lines->begin = 0;
    lines->end = kept;
    if (kept < lines->capacity)
        return true;
    size_t wider = lines->capacity ? lines->capacity * 2 : 64 * 1024;
    char *buffer = realloc(lines->buffer, wider);
    if (!buffer)
        return false;
    lines->buffer = buffer;
    lines->capacity = wider;
    return true;
}

static bool fill(dm_lines *lines, dm_error *error)
{
    if (!make_room(lines)) {
        dm_fail(error, DM_SYSTEM, "%s: out of memory", lines->name);
        return false;
    }
    size_t n = fread(lines->buffer + lines->end, 1, lines->capacity - lines->end, lines->file);
    lines->end += n;
    if (n == 0 && ferror(lines->file)) {
        dm_fail(error, DM_INPUT, "%s: %s", lines->name, strerror(errno));
        return false;
    }
    lines->at_end = n == 0;
    return true;
}

static dm_str without_line_end(const dm_lines *lines, const char *s, size_t n)
{
    if (n && s[n - 1] == '\r')
        n--;
    if (lines->number == 1 && n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) {
        s += 3;
        n -= 3;
    }
    return (dm_str){s, n};
}

dm_line dm_lines_next(dm_lines *lines, dm_str *line, dm_error *error)
{
    size_t seen = 0; /* bytes behind begin that hold no line feed */
    bool too_long = false;
    *line = (dm_str){"", 0};
    for (;;) {
        size_t unread = lines->end - lines->begin;
        const char *from = unread ? lines->buffer + lines->begin : "";
        const char *feed = unread > seen ? memchr(from + seen, '\n', unread - seen) : NULL;
        if (feed || lines->at_end) {
            size_t n = feed ? (size_t)(feed - from) : unread;
            if (!feed && n == 0 && !too_long)
                return DM_LINE_END;
            lines->number++;
            lines->begin += n + (feed != NULL);
            if (too_long || n > lines->limit)
                return DM_LINE_TOO_LONG;
            *line = without_line_end(lines, from, n);
            return DM_LINE;
        }
        seen = unread;
        if (seen > lines->limit) { /* pass over it piece by piece: memory stays bounded however long it is */
            too_long = true;
            lines->begin = lines->end = 0;
            seen = 0;
        }
        if (!fill(lines, error))
            return DM_LINE_FAILED;
    }
}

/* ---- files out ------------------------------------------------------------------------------------------- */
static dm_status fail_write(const char *path, dm_error *error)
{
    return dm_fail(error, DM_SYSTEM, "cannot write %s: %s", path, strerror(errno));
}

/* A new file beside the goal. O_EXCL and 0666 give the mode that the user's umask asks for, which mkstemp would not. */
static int open_temporary(dm_out *out, mode_t mode)
{
    size_t room = strlen(out->path) + 64;
    out->temporary = malloc(room);
    if (!out->temporary)
        return -1;
    for (unsigned attempt = 0; attempt < 1000; attempt++) {
        snprintf(out->temporary, room, "%s.%ld-%u.tmp", out->path, (long)getpid(), attempt);
        int fd = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 && mode)
            (void)!fchmod(fd, mode & 0777); /* an overwritten file keeps its mode where we may */
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static void forget(dm_out *out)
{
    free(out->path);
    free(out->temporary);
    *out = (dm_out){0};
}

dm_status dm_out_open(dm_out *out, const char *path, bool overwrite, dm_error *error)
{
    struct stat st;
    bool there = stat(path, &st) == 0;
    bool direct = there && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode); /* renaming over /dev/full would replace it */
    *out = (dm_out){.overwrite = overwrite};
    if (there && S_ISDIR(st.st_mode))
        return dm_fail(error, DM_USAGE, "%s is a folder, a file name is needed", path);
    if (there && !direct && !overwrite)
        return dm_fail(error, DM_USAGE, "%s exists (-f overwrites it)", path);
    out->path = there ? realpath(path, NULL) : NULL; /* write through a symbolic link, not over it */
    if (!out->path)
        out->path = strdup(path);
    int fd = -1;
    if (out->path)
        fd = direct ? open(path, O_WRONLY | O_CLOEXEC) : open_temporary(out, there ? st.st_mode : 0);
    out->file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (out->file)
        return DM_OK;
    dm_status status = fail_write(path, error);
    if (fd >= 0) {
        close(fd);
        if (out->temporary)
            unlink(out->temporary);
    }
    forget(out);
    return status;
}

/* Without leave to overwrite, link() is used, which fails if somebody made the file meanwhile. File systems without
 * hard links (FAT) refuse it for another reason; there the check at opening has to do. */
static bool take_name(const dm_out *out)
{
    if (out->overwrite)
        return rename(out->temporary, out->path) == 0;
    if (link(out->temporary, out->path) == 0)
        return unlink(out->temporary) == 0;
    return errno != EEXIST && rename(out->temporary, out->path) == 0;
}

dm_status dm_out_commit(dm_out *out, dm_error *error)
{
    if (!out->file)
        return DM_OK;
    FILE *file = out->file;
    out->file = NULL;
    bool written = fflush(file) == 0 && !ferror(file) && (!out->temporary || fsync(fileno(file)) == 0);
    int reason = errno;
    written = fclose(file) == 0 && written;
    if (written && out->temporary) {
        written = take_name(out);
        reason = errno;
    }
    errno = reason;
    dm_status status = written ? DM_OK : fail_write(out->path, error);
    if (!written && out->temporary)
        unlink(out->temporary);
    forget(out);
    return status;
}

void dm_out_abandon(dm_out *out)
{
    if (out->file)
        fclose(out->file);
    if (out->temporary)
        unlink(out->temporary);
    forget(out);
}

dm_status dm_make_folder(const char *folder, dm_error *error)
{
    struct stat st;
    char *path = strdup(folder);
    if (!path)
        return dm_fail(error, DM_SYSTEM, "out of memory");
    for (char *slash = path; (slash = strchr(slash + 1, '/')) != NULL; *slash = '/') {
        *slash = '\0';
        mkdir(path, 0777); /* whether it worked, the last step tells */
    }
    bool made = mkdir(path, 0777) == 0;
    int reason = errno;
    free(path);
    if (made || (stat(folder, &st) == 0 && S_ISDIR(st.st_mode)))
        return DM_OK;
    bool occupied = reason == EEXIST || reason == ENOTDIR;
    return dm_fail(error, occupied ? DM_USAGE : DM_SYSTEM, "cannot make the folder %s: %s", folder, strerror(reason));
}

dm_status dm_finish_stream(FILE *stream, const char *name, dm_error *error)
{
    errno = 0;
    bool written = fflush(stream) == 0 && !ferror(stream);
    int reason = errno;
    if (fclose(stream) != 0 && written) {
        written = false;
        reason = errno;
    }
    errno = reason ? reason : EIO;
    return written ? DM_OK : fail_write(name, error);
}

/* ---- dates ----------------------------------------------------------------------------------------------- */
static int digits(const char *s, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        value = value * 10 + (s[i] - '0');
    }
    return value;
}

bool dm_date_is_valid(dm_str date)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (date.n != 10 || date.s[4] != '-' || date.s[7] != '-')
        return false;
    int year = digits(date.s, 4), month = digits(date.s + 5, 2), day = digits(date.s + 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap);
}

bool dm_date_within(dm_str date, dm_str from, dm_str to)
{
    return (!from.n || dm_str_order(from, date) <= 0) && (!to.n || dm_str_order(date, to) < 0);
}
