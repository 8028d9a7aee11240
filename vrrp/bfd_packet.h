/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_BFD_PACKET_H
#define KEEPD_VRRP_BFD_PACKET_H

/*
 * The BFD control packet on the wire (RFC 5880 section 4.1), without authentication. Pure: bytes
 * in, a value or the reason why not out; and back. The only code of keepd that reads bytes a BFD
 * neighbour sent.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/mono.h"

#define BFD_PACKET_BYTES   24
#define BFD_PORT_SINGLEHOP 3784 /* RFC 5881 section 4 */
#define BFD_PORT_MULTIHOP  4784 /* RFC 5883 section 5 */
#define BFD_TTL		   255	/* of GTSM, RFC 5881 section 5 */

/*
 * bfd.SessionState, with its numbers on the wire, which stand in state pages, too.
 *
 *    name	    word
 */
#define BFD_STATE_LIST(X)                                                                          \
	X(ADMIN_DOWN, "admin down")                                                                \
	X(DOWN, "down")                                                                            \
	X(INIT, "init")                                                                            \
	X(UP, "up")

enum bfd_state {
#define X(name, word) BFD_##name,
	BFD_STATE_LIST(X)
#undef X
		BFD_STATE_COUNT
};

/*
 * bfd.LocalDiag: why a session is in its state, with its numbers on the wire.
 *
 *    name	    words
 */
#define BFD_DIAG_LIST(X)                                                                           \
	X(NONE, "no diagnostic")                                                                   \
	X(EXPIRED, "control detection time expired")                                               \
	X(ECHO, "echo function failed")                                                            \
	X(NEIGHBOR, "neighbor signaled session down")                                              \
	X(FORWARDING, "forwarding plane reset")                                                    \
	X(PATH, "path down")                                                                       \
	X(CONCATENATED, "concatenated path down")                                                  \
	X(ADMIN, "administratively down")                                                          \
	X(REVERSE, "reverse concatenated path down")

enum bfd_diag {
#define X(name, words) BFD_DIAG_##name,
	BFD_DIAG_LIST(X)
#undef X
		BFD_DIAG_COUNT
};

/*
 * Why a packet is dropped (RFC 5880 section 6.8.6). The order is that of the checks: down to
 * YOUR_DISCRIMINATOR by bfd_packet_decode(), then by who knows the sessions, then by the session.
 * Numbers index counters in state pages: append only.
 *
 *    name	    key		    words
 */
#define BFD_DROP_LIST(X)                                                                           \
	X(NONE, "none", "accepted")                                                                \
	X(LENGTH, "length", "wrong length")                                                        \
	X(VERSION, "version", "another version of BFD")                                            \
	X(MULTIPLIER, "multiplier", "detection multiplier 0")                                      \
	X(MULTIPOINT, "multipoint", "the multipoint bit is set")                                   \
	X(MY_DISCRIMINATOR, "my_discriminator", "it names no discriminator of its own")            \
	X(YOUR_DISCRIMINATOR, "your_discriminator",                                                \
		"it names no discriminator of ours, and is neither down nor admin down")           \
	X(SESSION, "session", "there is no such session")                                          \
	X(TTL, "ttl", "its TTL is too low: it came through too many routers")                      \
	X(AUTHENTICATION, "authentication", "it is authenticated, which is not configured")        \
	X(POLL_FINAL, "poll_final", "both the poll and the final bit are set")                     \
	X(ADMIN_DOWN, "admin_down", "the session is administratively down here")

enum bfd_drop {
#define X(name, key, words) BFD_DROP_##name,
	BFD_DROP_LIST(X)
#undef X
		BFD_DROP_COUNT
};

/* "?" for a number that is none of them. */
const char *bfd_state_word(unsigned state);
const char *bfd_diag_words(unsigned diag);
const char *bfd_drop_key(unsigned drop);
const char *bfd_drop_words(unsigned drop);

/* One control packet; the discriminators as numbers, in host order. */
struct bfd_packet {
	enum bfd_state state;
	uint8_t diag; /* enum bfd_diag, or a number that was assigned later */
	bool is_poll, is_final, is_demand;
	bool is_independent;   /* C: the sender's BFD is not part of its control plane */
	bool is_authenticated; /* A */
	uint8_t multiplier;    /* Detect Mult */
	uint32_t mine, yours;  /* My Discriminator, Your Discriminator: as the sender sees it */
	span_t desired_tx;     /* Desired Min TX Interval */
	span_t required_rx;    /* Required Min RX Interval; 0: send me nothing */
	span_t required_echo;  /* Required Min Echo RX Interval; 0: no echo */
};

/*
 * Reads the payload of a UDP packet. BFD_DROP_NONE: *packet is filled; anything up to
 * YOUR_DISCRIMINATOR: it is not. What is not of the packet's own length is not looked at.
 */
enum bfd_drop bfd_packet_decode(const uint8_t *bytes, size_t len, struct bfd_packet *packet);

/* Writes it. Intervals are below 2^32 microseconds; is_authenticated is not looked at. */
void bfd_packet_encode(const struct bfd_packet *packet, uint8_t bytes[BFD_PACKET_BYTES]);

#endif
