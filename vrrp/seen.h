/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SEEN_H
#define KEEPD_VRRP_SEEN_H

/*
 * Who advertises which virtual router on which interface, ours and others: a table of bounded size,
 * pure, and its rows as they stand in PAGE_SEEN. A free row has vrid 0. When the table is full, the
 * row that was silent for longest gives way, so a flood of forged sources costs no memory.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/addr.h"
#include "core/mono.h"

#define SEEN_ROWS 256

struct seen_row {
	/* identity */
	char ifname[16];
	struct addr source;
	uint8_t vrid;

	uint8_t version, priority; /* of the last advert, as it says itself */
	bool is_ours;		   /* a virtual router that is configured here ... */
	bool is_foreign; /* ... and the sender of a right advert has another list of addresses */
	int64_t first_us, last_us; /* mono_t */
	uint64_t count;
};

struct seen {
	struct seen_row rows[SEEN_ROWS];
	bool is_dirty[SEEN_ROWS];
};

/*
 * One more advert like this one, of which the identity and what an advert says is filled in.
 * Returns its row; *is_new: it was not there.
 */
struct seen_row *seen_note(struct seen *s, const struct seen_row *advert, mono_t now, bool *is_new);

#endif
