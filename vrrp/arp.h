/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ARP_H
#define KEEPD_VRRP_ARP_H

/*
 * Gratuitous ARP (RFC 5227 section 3 announces by request; some neighbours listen to replies only).
 */

#include <stdint.h>
#include "core/addr.h"

enum arp_form {
	ARP_REQUEST = 1, /* the opcode on the wire */
	ARP_REPLY = 2,
};

#define ARP_FRAME_BYTES 42

/* An Ethernet frame from mac to everybody: address is at mac. IPv4 only. */
void arp_announcement(uint8_t frame[ARP_FRAME_BYTES], enum arp_form form, const uint8_t mac[6],
	const struct addr *address);

#endif
