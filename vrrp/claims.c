/* SPDX-License-Identifier: Apache-2.0 */
/* The index of declared objects; see claims.h. Called by keeper.c and holdings.c. */
#include "vrrp/claims.h"

#include <stdlib.h>

#include "core/err.h"
#include "core/exit.h"

void claims_clear(struct claims *c)
{
	c->count = 0;
}

void claims_free(struct claims *c)
{
	free(c->items);
	*c = (struct claims){ 0 };
}

void claims_add(struct claims *c, const struct claim *claim)
{
	if (c->count == c->room) {
		c->room = c->room ? c->room * 2 : 64;
		c->items = reallocarray(c->items, c->room, sizeof(*c->items));
		if (!c->items)
			fatal(EXIT_INTERNAL, "out of memory for the list of objects");
	}
	c->items[c->count++] = *claim;
}

static int by_id(const void *a, const void *b)
{
	return object_id_cmp(&((const struct claim *)a)->id, &((const struct claim *)b)->id);
}

void claims_sort(struct claims *c)
{
	if (c->count)
		qsort(c->items, c->count, sizeof(*c->items), by_id);
}

size_t claims_of(const struct claims *c, const struct object_id *id, size_t *first)
{
	size_t lo = 0, hi = c->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (object_id_cmp(&c->items[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*first = lo;
	while (lo < c->count && object_id_cmp(&c->items[lo].id, id) == 0)
		lo++;
	return lo;
}
