/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_BFD_SLOT_H
#define KEEPD_VRRP_BFD_SLOT_H

/*
 * What stands in PAGE_BFD: one slot per BFD session, without gaps in what was ever written; a slot
 * that is free (again) has no name. Read by the parent for status, and by a successor of the vrrp
 * child, which goes on with the sessions so that their neighbors notice nothing. Fixed-size values
 * only.
 */

#include "core/addr.h"
#include "vrrp/bfd_session.h"

#define BFD_SLOTS	    1024
#define BFD_NO_SLOT	    BFD_SLOTS
#define BFD_SLOT_NAME_BYTES 32

struct bfd_slot {
	char name[BFD_SLOT_NAME_BYTES]; /* identity, with what follows */
	struct addr neighbor, source;	/* source unset: as the kernel chooses */
	uint32_t is_multihop;

	uint16_t port; /* packets are sent from */
	uint8_t multiplier;
	uint8_t is_resumed; /* this process took it over from a dead one */
	struct bfd_session session;

	uint64_t sent, received, send_errors;
	uint64_t came_up, went_down;
	uint64_t drops[BFD_DROP_COUNT];
};

#endif
