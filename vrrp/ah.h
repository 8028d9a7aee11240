/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_AH_H
#define KEEPD_VRRP_AH_H

/*
 * The authentication header (RFC 2402) around adverts of version 2, as keepalived speaks it: IPv4,
 * protocol 51 with 112 behind it, HMAC-MD5-96 (RFC 2403) over the packet, and a number that grows
 * with each advert. Pure but for OpenSSL's arithmetic.
 *
 * It shows that a sender knows the password and that a packet is not an old one. It hides nothing,
 * and MD5 is old: who needs more should not put VRRP on that link.
 *
 * Where keepalived deviates from the RFC, so do we: the SPI is the source address, and the TTL,
 * which routers change, is left out of what is signed with unicast only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AH_PROTOCOL  51
#define AH_BYTES     24
#define AH_KEY_BYTES 8

/*
 * Completes a packet: IPv4 header without options, AH_BYTES of room, message. The header says
 * protocol 51 and has its identification, which is signed: the kernel must not choose it.
 */
void ah_sign(uint8_t *packet, size_t len, const uint8_t key[AH_KEY_BYTES], uint32_t number,
	bool is_multicast);

enum ah_result {
	AH_GOOD,
	AH_FOREIGN, /* another password, or changed on the way */
	AH_BROKEN,  /* not a header of this kind */
};

/* A received packet whose IPv4 header has been found sound, ihl_bytes long. AH_GOOD: *number. */
enum ah_result ah_verify(const uint8_t *packet, size_t len, size_t ihl_bytes,
	const uint8_t key[AH_KEY_BYTES], bool is_multicast, uint32_t *number);

/*
 * The numbers of one sender. An old one is a repetition, unless the sender began anew: keepalived
 * counts from 1 after each start, a node whose clock was put back from below. That is believed when
 * several in a row grow from below and nothing newer came for as long as a sender may be silent;
 * a packet repeated over and over never is. All zero: nobody heard yet.
 */
struct ah_window {
	uint32_t last;	/* accepted */
	uint32_t below; /* the last one that was not */
	uint32_t below_count;
};

/* May it be accepted? is_silent: the last accepted one is a down interval ago. */
bool ah_window_take(struct ah_window *w, uint32_t number, bool is_silent);

/*
 * The number to go on with: after that of the predecessor, with some to spare for what it may have
 * sent since it was written down; and not below four for each second of the wall clock, more than
 * version 2 ever sends, so that a node that begins anew is believed at once.
 */
uint32_t ah_first_number(uint32_t left, int64_t wall_seconds);

#endif
