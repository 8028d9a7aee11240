/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_ARENA_H
#define KEEPD_CORE_ARENA_H

/*
 * Memory with one owner and one end: everything allocated from an arena lives until the arena is
 * freed. A configuration is such a value. Out of memory ends the process (conf, start-up) by
 * fatal(); nothing that runs under load allocates from an arena.
 */

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */
/* Ends the life of everything allocated so far; the arena may be used on. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *a, size_t bytes);
/* The same, but what is in it is not known: for what is written at once. */
void *arena_take(struct arena *a, size_t bytes);
char *arena_strdup(struct arena *a, const char *text);
char *arena_strndup(struct arena *a, const char *text, size_t len);
/* Bytes handed out so far, for reports. */
size_t arena_used_bytes(const struct arena *a);

#endif
