/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_ELECTION_H
#define KEEPD_CORE_ELECTION_H

/*
 * What stands in PAGE_ELECTION: who is active, as far as others than vrrp need to know. One slot
 * for each instance, from slot 0 on without gaps in what was ever written; a slot that is free
 * (again) has vrid 0. Written by vrrp, which rings after each change.
 */

#include <stdint.h>

#define ELECTION_SLOTS	    4096
#define ELECTION_NAME_BYTES 64

struct election_slot {
	char instance[ELECTION_NAME_BYTES]; /* cut if longer */
	uint8_t vrid;			    /* 0 = free */
	uint8_t is_active;
};

#endif
