#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 64 * 1024, ALIGN = 16 };

typedef struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ALIGN) unsigned char data[];
} block;

struct dm_arena {
    block *blocks; /* newest first */
    size_t bytes;
    jmp_buf guard;
};

dm_arena *dm_arena_new(void) { return calloc(1, sizeof(dm_arena)); }

static void free_blocks(block *b)
{
    while (b) {
        block *next = b->next;
        free(b);
        b = next;
    }
}

void dm_arena_free(dm_arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

void dm_arena_reset(dm_arena *arena)
{
    block *keep = arena->blocks;
    if (!keep)
        return;
    free_blocks(keep->next);
    keep->next = NULL;
    if (keep->size > 64 * (size_t)FIRST_BLOCK) { /* one huge article must not hold its memory for ever */
        free(keep);
        keep = NULL;
    } else {
        memset(keep->data, 0, keep->used);
        keep->used = 0;
    }
    arena->blocks = keep;
    arena->bytes = keep ? keep->size : 0;
}

jmp_buf *dm_arena_guard(dm_arena *arena) { return &arena->guard; }

size_t dm_arena_bytes(const dm_arena *arena) { return arena->bytes; }

static block *add_block(dm_arena *arena, size_t bytes)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    if (size > ((size_t)1 << 26))
        size = (size_t)1 << 26;
    if (size < bytes)
        size = bytes;
    block *b = bytes < SIZE_MAX / 2 ? calloc(1, sizeof *b + size) : NULL;
    if (!b)
        longjmp(arena->guard, 1);
    b->size = size;
    b->next = arena->blocks;
    arena->blocks = b;
    arena->bytes += size;
    return b;
}

void *dm_arena_alloc(dm_arena *arena, size_t bytes)
{
    block *b = arena->blocks;
    if (bytes > SIZE_MAX / 4)
        longjmp(arena->guard, 1);
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    if (!b || b->size - b->used < bytes)
        b = add_block(arena, bytes);
    void *p = b->data + b->used;
    b->used += bytes;
    return p;
}

void *dm_arena_array(dm_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 4 / size)
        longjmp(arena->guard, 1);
    return dm_arena_alloc(arena, count * size);
}

char *dm_arena_copy(dm_arena *arena, const char *bytes, size_t n)
{
    char *p = dm_arena_alloc(arena, n + 1);
    if (n)
        memcpy(p, bytes, n);
    return p;
}

void *dm_arena_grow(dm_arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    size_t more = *capacity ? *capacity * 2 : 16;
    void *wider = dm_arena_array(arena, more, size);
    if (count)
        memcpy(wider, array, count * size);
    *capacity = more;
    return wider;
}
