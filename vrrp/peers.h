/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_PEERS_H
#define KEEPD_VRRP_PEERS_H

/*
 * The other nodes of a virtual router, as far as they are known: those of unicast_peer, else those
 * that were heard last. A plain array, which stands in the state slot: what is known of a peer
 * outlives the process. Pure.
 */

#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"
#include "vrrp/ah.h"

#define VRRP_PEERS_MAX 16

struct vrrp_peer {
	struct addr address; /* unset = the place is free */
	uint8_t is_configured;
	uint8_t priority; /* of its last accepted advert */
	uint32_t sum;	  /* enum vrrp_sum: what its checksum covers */
	int64_t heard_us; /* mono_t; 0 = never */
	/* Of its signed adverts. The high-water mark of auth_hmac (64 bits) would stand here, too.
	 */
	struct ah_window window;
};

/* NULL: not known. */
struct vrrp_peer *vrrp_peers_find(
	struct vrrp_peer peers[VRRP_PEERS_MAX], const struct addr *address);
/*
 * The place of a peer that is heard; who is new takes that of the one silent for longest. NULL if
 * all places belong to configured ones.
 */
struct vrrp_peer *vrrp_peers_place(
	struct vrrp_peer peers[VRRP_PEERS_MAX], const struct addr *address);
/*
 * The first of that list, in its order, with what is known of them, and nobody else; an empty list:
 * whoever is heard.
 */
void vrrp_peers_configure(
	struct vrrp_peer peers[VRRP_PEERS_MAX], const struct addr *list, size_t count);

#endif
