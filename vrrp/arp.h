/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ARP_H
#define KEEPD_VRRP_ARP_H

/*
 * Gratuitous ARP (RFC 5227 section 3 announces by request; some neighbours listen to replies only):
 * the frame, and the socket that sends it.
 */

#include <stdint.h>
#include "core/addr.h"
#include "core/err.h"

enum arp_form {
	ARP_REQUEST = 1, /* the opcode on the wire */
	ARP_REPLY = 2,
};

#define ARP_FRAME_BYTES 42

/* An Ethernet frame from mac to everybody: address is at mac. IPv4 only. */
void arp_announcement(uint8_t frame[ARP_FRAME_BYTES], enum arp_form form, const uint8_t mac[6],
	const struct addr *address);

/* A packet socket that receives nothing. Caller closes; -1 and *e on failure. */
int arp_open(struct err *e);
/* Sends one announcement. Never blocks; a full queue is an error as any other. */
int arp_send(int fd, uint32_t ifindex, enum arp_form form, const uint8_t mac[6],
	const struct addr *address, struct err *e);

#endif
