/* SPDX-License-Identifier: Apache-2.0 */
/* See names.h. */
#include <string.h>

#include "core/conf/index.h"
#include "core/conf/names.h"

#define ASKED_MAX 20

struct name_slot {
	const char *name; /* NULL = free */
	uint64_t hash;
	void *obj;
};

struct conf_names {
	struct name_slot *slots;
	size_t mask;
	unsigned asked;
};

struct conf_names *conf_names_new(size_t count, struct arena *scratch)
{
	struct conf_names *n = arena_alloc(scratch, sizeof(*n));
	size_t size = 4;

	while (size < 2 * count)
		size *= 2;
	n->slots = arena_alloc(scratch, size * sizeof(*n->slots));
	n->mask = size - 1;
	return n;
}

static struct name_slot *slot_of(const struct conf_names *n, const char *name)
{
	uint64_t hash = hash_end(hash_text(HASH_START, name));
	size_t i = hash & n->mask;

	while (n->slots[i].name &&
		(n->slots[i].hash != hash || strcmp(n->slots[i].name, name) != 0))
		i = (i + 1) & n->mask;
	if (!n->slots[i].name)
		n->slots[i].hash = hash;
	return &n->slots[i];
}

void *conf_names_add(struct conf_names *n, const char *name, void *obj)
{
	struct name_slot *slot = slot_of(n, name);

	if (slot->name)
		return slot->obj;
	slot->name = name;
	slot->obj = obj;
	return NULL;
}

void *conf_names_find(const struct conf_names *n, const char *name)
{
	return slot_of(n, name)->obj;
}

const char *conf_names_nearest(struct conf_names *n, const char *name)
{
	size_t len = strlen(name);
	unsigned best = len < 4 ? 2 : (unsigned)len / 3 + 1; /* must be less than this */
	const char *nearest = NULL;

	if (n->asked++ >= ASKED_MAX)
		return NULL;
	for (size_t i = 0; i <= n->mask; i++) {
		unsigned d;

		if (!n->slots[i].name)
			continue;
		d = conf_word_distance(name, len, n->slots[i].name, strlen(n->slots[i].name));
		if (d < best) {
			best = d;
			nearest = n->slots[i].name;
		}
	}
	return nearest;
}
