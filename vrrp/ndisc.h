/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_NDISC_H
#define KEEPD_VRRP_NDISC_H

/*
 * Unsolicited neighbour advertisement (RFC 4861 section 7.2.6), which announces an IPv6 address as
 * gratuitous ARP does an IPv4 one. Hosts that know the address change its MAC; none learns it.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/addr.h"

#define NDISC_FRAME_BYTES 86

/*
 * An Ethernet frame from mac to all nodes: address is at mac. is_router: the node forwards; hosts
 * that hear otherwise take it off their list of routers (RFC 4861 7.2.5).
 */
void ndisc_announcement(uint8_t frame[NDISC_FRAME_BYTES], const uint8_t mac[6],
	const struct addr *address, bool is_router);

#endif
