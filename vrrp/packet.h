/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_PACKET_H
#define KEEPD_VRRP_PACKET_H

/*
 * The advertisement on the wire: version 2 (RFC 3768 section 5) over IPv4, version 3 (RFC 9568
 * section 5) over IPv4 and IPv6. Pure: bytes in, a value or the reason why not out; and back. This
 * is the only code of keepd that reads bytes a VRRP peer sent.
 *
 * The message is the same over both; around it there is an IPv4 header, which a raw socket delivers
 * and takes, or nothing: with IPv6 the kernel tells apart from the bytes what stood in the header.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"
#include "core/mono.h"

#define VRRP_PROTOCOL	      112
#define VRRP_TTL	      255
#define VRRP_TOS	      0xc0
#define VRRP_OWNER_PRIORITY   255
#define VRRP_ADDRESSES_MAX    255
#define VRRP_PASSWORD_BYTES   8
#define VRRP_PACKET_MAX_BYTES (60 + 16 + 16 * VRRP_ADDRESSES_MAX)

/*
 * Why an advert is dropped, or noted although it is accepted. Numbers index counters in state
 * pages: append only. The order of the checks is that of vrrp_packet_decode().
 *
 *    name	    key		    words		    version 2: RFC 3768, 3: RFC 9568
 */
#define VRRP_DROP_LIST(X)                                                                          \
	X(NONE, "none", "accepted", "7.1", "7.1")                                                  \
	X(LENGTH, "length", "wrong length", "7.1", "7.1")                                          \
	X(VRID, "vrid", "unknown virtual router id", "7.1", "7.1")                                 \
	X(OWN_SOURCE, "own_source", "comes from one of our own addresses", "7.1", "7.1")           \
	X(TTL, "ttl", "wrong TTL: it was sent from further away than it may be", "7.1", "7.1")     \
	X(VERSION, "version", "another version of VRRP", "7.1", "7.1")                             \
	X(AUTH_TYPE, "auth_type", "another authentication type", "5.3.6", "-")                     \
	X(TYPE, "type", "not an advertisement", "5.3.2", "5.2.2")                                  \
	X(CHECKSUM, "checksum", "wrong checksum", "7.1", "7.1")                                    \
	X(INTERVAL, "interval", "another advertisement interval: both may become active", "7.1",   \
		"-")                                                                               \
	X(DESTINATION, "destination", "not sent to where this virtual router listens", "5.2.2",    \
		"5.1")                                                                             \
	X(ADDRESS_LIST, "address_list", "another list of virtual addresses (accepted)", "7.1",     \
		"7.1")                                                                             \
	X(PASSWORD, "password", "another password: both may become active", "5.3.10", "-")         \
	X(INTERVAL_ZERO, "interval_zero", "advertisement interval 0", "-", "erratum 8301")         \
	X(NO_ADDRESS, "no_address", "no virtual address", "-", "erratum 8299")                     \
	X(INTERVAL_ADOPTED, "interval_adopted", "another advertisement interval (accepted)", "-",  \
		"7.1")                                                                             \
	X(LEAVE, "leave", "priority 0, but not of the active router: without effect", "6.4.2",     \
		"6.4.2")                                                                           \
	X(SOURCE, "source", "not from a node of unicast_peer", "-", "-")                           \
	X(SIGNATURE, "signature", "wrong signature (auth_type AH): both may become active",        \
		"5.3.6", "-")                                                                      \
	X(REPLAY, "replay", "an old advert once more (auth_type AH)", "5.3.6", "-")

enum vrrp_drop {
#define X(name, key, words, v2, v3) VRRP_DROP_##name,
	VRRP_DROP_LIST(X)
#undef X
		VRRP_DROP_COUNT
};

const char *vrrp_drop_key(unsigned drop);
const char *vrrp_drop_words(unsigned drop);
/* The clause: "RFC 3768 7.1". */
const char *vrrp_drop_rfc(unsigned drop, uint8_t version);

/*
 * What the checksum of an advert covers. With IPv4, version 3 is spoken both ways; version 2 never
 * has a pseudo-header, IPv6 always. The third is that of keepalived up to 1.3.6 with IPv4 unicast:
 * the pseudo-header has 224.0.0.18 as destination. Numbers stand in state pages: append only.
 */
#define VRRP_SUM_LIST(X)                                                                           \
	X(UNKNOWN, "unknown")                                                                      \
	X(PSEUDO_HEADER, "pseudo-header")                                                          \
	X(MESSAGE, "message")                                                                      \
	X(OLD_UNICAST, "old-unicast")

enum vrrp_sum {
#define X(name, key) VRRP_SUM_##name,
	VRRP_SUM_LIST(X)
#undef X
		VRRP_SUM_COUNT
};

const char *vrrp_sum_key(unsigned sum);

/* The authentication of version 2 (RFC 2338 5.3.6, 5.3.10). */
enum vrrp_packet_auth {
	VRRP_PACKET_AUTH_NONE,
	VRRP_PACKET_AUTH_PASS,
	VRRP_PACKET_AUTH_AH, /* ah.h: the password is the key of the header around the message */
};

/* What arrived: the message, and what the header in front of it said. */
struct vrrp_datagram {
	struct addr source, destination; /* of one family */
	uint8_t ttl;			 /* with IPv6 the hop limit */
	const uint8_t *message;		 /* borrowed */
	size_t len;
	const uint8_t *ip; /* the IPv4 packet, if there is an authentication header in it */
	size_t ip_len, ihl_bytes;
};

/*
 * Finds the message in an IPv4 packet (header first, as a raw socket delivers it). VRRP_DROP_NONE,
 * or VRRP_DROP_LENGTH if the lengths contradict one another.
 */
enum vrrp_drop vrrp_packet_open(const uint8_t *ip, size_t len, struct vrrp_datagram *d);

/* Who may send adverts to one address, which no RFC has. */
struct vrrp_packet_peer {
	struct addr address;
	uint8_t min_ttl, max_ttl; /* it must be in */
};

/* What an advert is held against. */
struct vrrp_packet_params {
	uint8_t version; /* 2 or 3 */
	uint8_t vrid;
	struct addr group;		      /* adverts are sent to; unset: to this node alone */
	const struct vrrp_packet_peer *peers; /* without a group */
	size_t peer_count;
	bool is_anybody_heard;	  /* also who is none of them */
	bool is_old_sum_accepted; /* VRRP_SUM_OLD_UNICAST */
	span_t advert_int;
	enum vrrp_packet_auth auth;
	uint8_t password[VRRP_PASSWORD_BYTES]; /* zero at its end */
	const struct addr *addrs; /* the advertised addresses, in the order they are sent */
	size_t addr_count;
	struct addr trusted;	/* of that sender the list is not compared; unset: of all */
	const struct addr *own; /* addresses of this node on the link */
	size_t own_count;
};

/* One accepted advert. */
struct vrrp_advert {
	struct addr source;
	uint8_t vrid;
	uint8_t priority; /* 0: the sender leaves */
	span_t interval;
	enum vrrp_sum sum;
	bool is_list_equal; /* same addresses as ours, in any order */
	uint32_t number;    /* with AUTH_AH: grows; whether it is old is the caller's to see */
};

/*
 * The virtual router an advert is for, before anything else is known of it. VRRP_DROP_NONE or
 * VRRP_DROP_LENGTH.
 */
enum vrrp_drop vrrp_packet_vrid(const struct vrrp_datagram *d, uint8_t *vrid);

/* Reads an advert against params. VRRP_DROP_NONE: *advert is filled; anything else: it is not. */
enum vrrp_drop vrrp_packet_decode(const struct vrrp_datagram *d,
	const struct vrrp_packet_params *params, struct vrrp_advert *advert);

struct vrrp_packet_spec {
	uint8_t version; /* 2 or 3 */
	uint8_t vrid;
	uint8_t priority;
	span_t advert_int; /* version 2: whole seconds, 1 to 255; 3: steps of 10 ms, 1 to 4095 */
	uint8_t ttl;	   /* with IPv6 a matter of the socket */
	enum vrrp_sum sum; /* version 3 over IPv4 only; else there is no choice */
	enum vrrp_packet_auth auth;
	uint8_t password[VRRP_PASSWORD_BYTES];
	uint32_t number; /* with AUTH_AH */
	struct addr source, destination;
	uint16_t ip_id; /* IPv4; 0: the kernel chooses, with AUTH_AH the number does */
	const struct addr *addrs;
	size_t addr_count; /* at most VRRP_ADDRESSES_MAX, all of the family of source */
};

/*
 * Writes what a socket of the family takes: with IPv4 the whole packet, with IPv6 the message.
 * Returns its length, 0 if it does not fit.
 */
size_t vrrp_packet_encode(const struct vrrp_packet_spec *spec, uint8_t *buf, size_t room);

/* How long an advert with so many addresses is, its IP header included. */
size_t vrrp_packet_bytes(uint8_t version, uint16_t family, size_t addr_count);
/* How many addresses an advert over that family can name in one packet of that many bytes. */
size_t vrrp_packet_room(uint8_t version, uint16_t family, size_t mtu);

#endif
