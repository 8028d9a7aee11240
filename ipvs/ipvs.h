/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_IPVS_H
#define KEEPD_IPVS_IPVS_H

/*
 * What the kernel's IPVS table is made of, as values: services and destinations, neutral of address
 * family and forwarding method. No netlink type appears here; genl.c translates.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/addr.h"
#include "core/mono.h"

enum ipvs_protocol {
	IPVS_TCP,
	IPVS_UDP,
	IPVS_SCTP,
};

enum ipvs_method {
	IPVS_NAT,
	IPVS_DR,
	IPVS_TUN,
	IPVS_LOCAL, /* only read: how some kernels show a destination that is an address of this
		       host */
	IPVS_OTHER, /* only read: a method we do not know */
};

#define IPVS_NAME_BYTES 16 /* scheduler and persistence engine names, NUL included */

enum ipvs_service_flags {
	IPVS_SVC_PERSISTENT = 0x1,
	IPVS_SVC_ONEPACKET = 0x4,
	IPVS_SVC_SCHED1 = 0x8,
	IPVS_SVC_SCHED2 = 0x10,
	IPVS_SVC_SCHED3 = 0x20,
};

/* Identity of a service: protocol and endpoint, or a firewall mark with its family. */
struct ipvs_service_key {
	uint16_t family;
	uint16_t protocol; /* enum ipvs_protocol; unused with a mark */
	uint32_t fwmark;   /* 0 = by address */
	struct endpoint endpoint;
};

struct ipvs_service {
	struct ipvs_service_key key;
	char scheduler[IPVS_NAME_BYTES];
	char engine[IPVS_NAME_BYTES]; /* persistence engine, "" = none */
	uint32_t flags;		      /* enum ipvs_service_flags */
	uint32_t timeout_s;	      /* of persistence; 0 without */
	uint8_t persistence_prefix;   /* 0, or 32 resp. 128: each client by itself */
};

/* Identity within a service: address (with its family) and port. */
struct ipvs_dest {
	struct endpoint endpoint;
	uint32_t method; /* enum ipvs_method */
	uint32_t weight; /* 0 = quiesced */
	uint32_t upper_threshold, lower_threshold;
};

/* What the kernel counts; read only. */
struct ipvs_dest_counters {
	uint32_t active, inactive, persistent;
	uint64_t connections;
};

int ipvs_service_key_cmp(const struct ipvs_service_key *a, const struct ipvs_service_key *b);
/*
 * Do both mean the same to the kernel? Identity included; what has no effect (a timeout without
 * persistence) is not looked at.
 */
bool ipvs_service_equal(const struct ipvs_service *a, const struct ipvs_service *b);
bool ipvs_dest_equal(const struct ipvs_dest *a, const struct ipvs_dest *b);

/* 1 .. 32 resp. 128: the prefix of the clients that share a persistence template. */
uint8_t ipvs_service_prefix(const struct ipvs_service *s);

#define IPVS_KEY_TEXT_BYTES 80
/* "tcp 192.0.2.1:80", "fwmark 5 inet6". Returns buf. */
const char *ipvs_service_key_format(
	const struct ipvs_service_key *k, char buf[IPVS_KEY_TEXT_BYTES]);
const char *ipvs_protocol_name(enum ipvs_protocol p); /* "tcp" */
const char *ipvs_method_name(enum ipvs_method m);     /* "NAT", "DR", "TUN" */

#endif
