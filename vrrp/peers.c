/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of peers. Called by adverts.c for each advert, and by router_conf.c.
 */
#include "vrrp/peers.h"

#include <stdbool.h>
#include <string.h>

struct vrrp_peer *vrrp_peers_find(
	struct vrrp_peer peers[VRRP_PEERS_MAX], const struct addr *address)
{
	for (size_t i = 0; i < VRRP_PEERS_MAX; i++)
		if (addr_is_set(&peers[i].address) && addr_equal(&peers[i].address, address))
			return &peers[i];
	return NULL;
}

struct vrrp_peer *vrrp_peers_place(
	struct vrrp_peer peers[VRRP_PEERS_MAX], const struct addr *address)
{
	struct vrrp_peer *found = vrrp_peers_find(peers, address), *oldest = NULL;

	if (found)
		return found;
	for (size_t i = 0; i < VRRP_PEERS_MAX; i++)
		if (!peers[i].is_configured && (!oldest || peers[i].heard_us < oldest->heard_us))
			oldest = &peers[i];
	if (oldest)
		*oldest = (struct vrrp_peer){ .address = *address };
	return oldest;
}

void vrrp_peers_configure(
	struct vrrp_peer peers[VRRP_PEERS_MAX], const struct addr *list, size_t count)
{
	struct vrrp_peer fresh[VRRP_PEERS_MAX] = { 0 };

	if (count == 0) {
		for (size_t i = 0; i < VRRP_PEERS_MAX; i++)
			peers[i].is_configured = false;
		return;
	}
	for (size_t i = 0; i < count && i < VRRP_PEERS_MAX; i++) {
		const struct vrrp_peer *known = vrrp_peers_find(peers, &list[i]);

		if (known)
			fresh[i] = *known;
		fresh[i].address = list[i];
		fresh[i].is_configured = true;
	}
	memcpy(peers, fresh, sizeof(fresh));
}
