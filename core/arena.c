/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arena allocation: bump pointers in chunks of growing size. Chunks are not zeroed as a whole but
 * each allocation is, so that a reset costs nothing. See arena.h.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/exit.h"

#define CHUNK_MIN ((size_t)16 << 10)
#define CHUNK_MAX ((size_t)1 << 20)
#define ALIGNMENT sizeof(max_align_t)

struct chunk {
	struct chunk *next;
	size_t size, used;
	max_align_t bytes[];
};

struct arena {
	struct chunk *chunks; /* the one in use first */
	size_t used_bytes, next_size;
};

static _Noreturn void out_of_memory(void)
{
	fatal(EXIT_INTERNAL, "out of memory");
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		out_of_memory();
	a->next_size = CHUNK_MIN;
	return a;
}

static void free_chunks(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_chunks(a->chunks);
	free(a);
}

void arena_reset(struct arena *a)
{
	a->used_bytes = 0;
	if (!a->chunks)
		return;
	free_chunks(a->chunks->next);
	a->chunks->next = NULL;
	a->chunks->used = 0;
}

static struct chunk *chunk_for(struct arena *a, size_t bytes)
{
	size_t size = a->next_size;
	struct chunk *c;

	if (bytes > size / 4) /* its own chunk, behind the one in use */
		size = bytes;
	else if (a->next_size < CHUNK_MAX)
		a->next_size *= 2;
	c = malloc(sizeof(*c) + size);
	if (!c)
		out_of_memory();
	c->size = size;
	c->used = 0;
	if (size == bytes && a->chunks) {
		c->next = a->chunks->next;
		a->chunks->next = c;
	} else {
		c->next = a->chunks;
		a->chunks = c;
	}
	return c;
}

void *arena_take(struct arena *a, size_t bytes)
{
	struct chunk *c = a->chunks;
	void *p;

	if (bytes > SIZE_MAX / 2)
		out_of_memory();
	bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!c || c->size - c->used < bytes)
		c = chunk_for(a, bytes);
	p = (char *)c->bytes + c->used;
	c->used += bytes;
	a->used_bytes += bytes;
	return p;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	return memset(arena_take(a, bytes), 0, bytes);
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_take(a, len + 1);

	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

size_t arena_used_bytes(const struct arena *a)
{
	return a->used_bytes;
}
