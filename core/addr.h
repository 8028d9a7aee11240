/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_ADDR_H
#define KEEPD_CORE_ADDR_H

/*
 * IP addresses and endpoints as plain values, neutral of family. Unused bytes are zero, so that
 * values may be hashed and compared bytewise.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct addr {
	uint16_t family; /* AF_INET, AF_INET6; AF_UNSPEC (0) = no address */
	union {
		struct in_addr v4;
		struct in6_addr v6;
		uint8_t bytes[16]; /* network order, zero behind an IPv4 address */
	};
};

struct endpoint {
	struct addr addr;
	uint16_t port; /* host order; 0 = none or any */
};

#define ADDR_TEXT_BYTES	    INET6_ADDRSTRLEN
#define ENDPOINT_TEXT_BYTES (INET6_ADDRSTRLEN + 8)

/* Reads "192.0.2.1" or "2001:db8::1", nothing else. Returns 0, or -1 and leaves *a unset. */
int addr_parse(const char *text, struct addr *a);

/* Writes the canonical text into buf and returns buf; "-" for no address. */
const char *addr_format(const struct addr *a, char buf[ADDR_TEXT_BYTES]);

/* "192.0.2.1:80", "[2001:db8::1]:80"; without a port just the address. Returns buf. */
const char *endpoint_format(const struct endpoint *e, char buf[ENDPOINT_TEXT_BYTES]);

struct addr addr_from_v4(struct in_addr v4);
struct addr addr_from_v6(const struct in6_addr *v6);

/* Is it a group (224.0.0.0/4, ff00::/8)? */
bool addr_is_multicast(const struct addr *a);

/* 4, 16, or 0 for no address. */
size_t addr_len_bytes(const struct addr *a);

/*
 * Order: by family, then unsigned in network byte order, as VRRP breaks ties (RFC 9568 6.4.3).
 * Returns <0, 0, >0.
 */
int addr_cmp(const struct addr *a, const struct addr *b);
int endpoint_cmp(const struct endpoint *a, const struct endpoint *b);

static inline bool addr_is_set(const struct addr *a)
{
	return a->family != AF_UNSPEC;
}

static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_cmp(a, b) == 0;
}

/* Fills a sockaddr for bind, connect, sendto; returns its length. */
socklen_t endpoint_to_sockaddr(const struct endpoint *e, struct sockaddr_storage *ss);
/* The reverse; an unknown family gives an endpoint without address. */
struct endpoint endpoint_from_sockaddr(const struct sockaddr_storage *ss);

#endif
