/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_CLAIMS_H
#define KEEPD_VRRP_CLAIMS_H

/*
 * Who declares which object: an index over all of them, so that neither a leftover nor an event of
 * the kernel is looked for in the lists of everybody. Pure.
 */

#include "vrrp/object.h"

struct claim {
	struct object_id id;
	const void *message; /* borrowed; NULL: it cannot be made now */
	void *holder;
	size_t index; /* in the holder's list */
};

struct claims {
	struct claim *items; /* sorted by id */
	size_t count, room;
};

void claims_clear(struct claims *c); /* keeps the memory */
void claims_free(struct claims *c);
/* Out of memory is fatal. After the last one: claims_sort(). */
void claims_add(struct claims *c, const struct claim *claim);
void claims_sort(struct claims *c);

/* Those of one object: [*first, returned) in c->items. */
size_t claims_of(const struct claims *c, const struct object_id *id, size_t *first);

#endif
