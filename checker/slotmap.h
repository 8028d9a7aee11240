/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SLOTMAP_H
#define KEEPD_CHECKER_SLOTMAP_H

/*
 * Which object stands in which slot of a state page: dense from 0 on, freed slots used again. Both
 * pages of this module (slot.h) are written through it; identities and free places survive in the
 * page itself.
 */

#include <stdbool.h>
#include "checker/idmap.h"
#include "core/page.h"

struct slotmap {
	struct page *page;   /* borrowed; NULL = nowhere to write to (yet) */
	uint32_t slots;	     /* of the page */
	struct idmap ids;    /* to slots */
	uint64_t *owners;    /* identity in each slot, 0 = free */
	bool *is_kept;	     /* see slotmap_sweep */
	uint32_t used, room; /* slots [0, used) were written at some time */
	uint32_t next_free;  /* none is free below */
};

void slotmap_fini(struct slotmap *m);

/*
 * Takes over a page. identity(value) is what stands in a slot's value. fn (may be NULL) is called
 * for each slot that is in use.
 */
void slotmap_open(struct slotmap *m, struct page *page, uint32_t slots, void *value,
	uint64_t (*identity)(const void *value),
	void (*fn)(void *arg, uint32_t slot, const void *value), void *arg);

/* The slot of an identity; gives it one if it has none. IDMAP_NONE when the page is full. */
uint32_t slotmap_get(struct slotmap *m, uint64_t id);

/*
 * Writes the value of an identity and marks it as kept. False: no slot is free; slotmap_sweep() may
 * make some.
 */
bool slotmap_write(struct slotmap *m, uint64_t id, const void *value);

/* Marks nothing as kept ... */
void slotmap_begin(struct slotmap *m);
/* ... and frees all slots that were not written since; `empty` is the value of a free slot. */
void slotmap_sweep(struct slotmap *m, const void *empty);

#endif
