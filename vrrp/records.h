/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_RECORDS_H
#define KEEPD_VRRP_RECORDS_H

/*
 * Routes and rules that are in the kernel and may be ours: those of the protocols asked for, as the
 * kernel shows them. It does not always say when a route goes (with a link that goes down, with an
 * address), so that they are read again after anything that may have changed them; what keepd does
 * itself is entered at once.
 */

#include "vrrp/netlink.h"
#include "vrrp/object.h"

struct record {
	struct object_id id;
	void *message; /* owned */
};

struct records {
	struct record *items; /* sorted by id */
	size_t count, room;
	bool is_protocol[256];	    /* whose routes are read; 0 is never */
	bool are_routes, are_rules; /* somebody declares some */
	bool is_stale;		    /* what is here may not be so any more */
};

void records_free(struct records *r);
/* Out of memory is fatal. */
void records_add(struct records *r, const void *message);
void records_drop(struct records *r, const struct record *record);
/* The one that shows all that the message asks for, and nothing else; NULL: there is none. */
const struct record *records_find(
	const struct records *r, const struct object_id *id, const void *message);
/* Those of one object: [*first, returned) in r->items. */
size_t records_of(const struct records *r, const struct object_id *id, size_t *first);

/* Reads all; on failure what is there stays. -1 and *e. */
int records_read(struct records *r, struct netlink *n, struct err *e);

#endif
