/* arena.h: all memory of one article (or one corpus) in one place, freed in one call.
 *
 * Running out of memory leaves by longjmp to the place that armed the arena, so that no room needs to check
 * an allocation:
 *
 *     if (setjmp(*dm_arena_guard(arena))) return dm_fail(error, DM_SYSTEM, "out of memory");
 *
 * An arena belongs to one thread. Memory is zeroed and aligned for any type. */
#ifndef DM_ARENA_H
#define DM_ARENA_H

#include <setjmp.h>
#include <stddef.h>

typedef struct dm_arena dm_arena;

dm_arena *dm_arena_new(void);         /* NULL: out of memory */
void dm_arena_free(dm_arena *arena);  /* NULL is allowed */
void dm_arena_reset(dm_arena *arena); /* forgets everything, keeps one block for the next article */
jmp_buf *dm_arena_guard(dm_arena *arena);
size_t dm_arena_bytes(const dm_arena *arena); /* bytes held from the system */

void *dm_arena_alloc(dm_arena *arena, size_t bytes);
void *dm_arena_array(dm_arena *arena, size_t count, size_t size); /* checks count * size for overflow */
char *dm_arena_copy(dm_arena *arena, const char *bytes, size_t n); /* adds a NUL */

/* Room for one more in a growing array: copies to twice the size when *capacity is reached. Returns the array. */
void *dm_arena_grow(dm_arena *arena, void *array, size_t count, size_t *capacity, size_t size);
#define DM_PUSH(arena, array, count, capacity)                                                          \
    ((array) = dm_arena_grow((arena), (array), (count), &(capacity), sizeof *(array)), &(array)[(count)++])

#endif
