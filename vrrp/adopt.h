/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ADOPT_H
#define KEEPD_VRRP_ADOPT_H

/*
 * May a fresh process go on as Active where a dead one was? Pure. The question is whether any peer
 * can have moved meanwhile: a peer waits down_adverts intervals plus its skew after our last
 * advert. Without the skew there is time left to send the next one.
 */

#include <stdbool.h>
#include "core/mono.h"
#include "vrrp/slot.h"

/* What a virtual router is, whatever it is called. */
struct vrrp_identity {
	char ifname[16];
	uint16_t family;
	uint8_t vrid;
	struct addr unicast_source; /* unset for multicast */
};

bool vrrp_adopt_is_same(const struct vrrp_slot *slot, const struct vrrp_identity *id);

/* The slot was left behind by a predecessor: nothing in it is trusted beyond its range. */
bool vrrp_adopt_may_resume(
	const struct vrrp_slot *slot, const struct vrrp_identity *id, mono_t now);

#endif
