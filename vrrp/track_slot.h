/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TRACK_SLOT_H
#define KEEPD_VRRP_TRACK_SLOT_H

/*
 * What stands in PAGE_TRACK: the sources that are tracked, then who tracks them, from slot 0 on
 * without gaps in what was ever written. Read by the parent for status. Fixed-size values only;
 * times are mono_t, 0 = never.
 */

#include <stdint.h>

#define TRACK_SLOTS	 16384
#define TRACK_NAME_BYTES 64
#define TRACK_WHY_BYTES	 48

enum track_slot_kind {
	TRACK_SLOT_FREE,
	TRACK_SLOT_SOURCE,
	TRACK_SLOT_USE,
};

struct track_source_slot {
	uint32_t kind;	 /* enum track_kind */
	uint32_t result; /* enum track_result */
	int64_t value, missing;
	int64_t since_us;	     /* of the result */
	int64_t looked_us, took_us;  /* the last look began then and took so long, if known */
	char name[TRACK_NAME_BYTES]; /* cut if longer */
	char why[TRACK_WHY_BYTES];   /* what the last look found */
};

struct track_use_slot {
	uint32_t source; /* its slot */
	int32_t weight;
	uint32_t is_reverse;
	uint32_t is_group;	      /* the owner is a sync group, else an instance */
	char owner[TRACK_NAME_BYTES]; /* cut if longer */
};

struct track_slot {
	uint32_t kind; /* enum track_slot_kind */
	uint32_t pad;
	union {
		struct track_source_slot source;
		struct track_use_slot use;
	};
};

#endif
