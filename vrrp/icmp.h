/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ICMP_H
#define KEEPD_VRRP_ICMP_H

/* Echo requests and replies, of ICMP (RFC 792) and ICMPv6 (RFC 4443, 4.1 and 4.2). Pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ICMP_ECHO_BYTES 16 /* with eight bytes of data */

/* For a raw socket of that family. The kernel fills in the checksum of ICMPv6. */
void icmp_echo_make(uint8_t out[ICMP_ECHO_BYTES], uint16_t family, uint16_t id, uint16_t sequence);

/*
 * What a raw socket of that family received: with IPv4 from the IP header on. True: it is an echo
 * reply, whose id and sequence are filled in.
 */
bool icmp_reply_parse(
	const uint8_t *bytes, size_t len, uint16_t family, uint16_t *id, uint16_t *sequence);

#endif
