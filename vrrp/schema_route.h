/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SCHEMA_ROUTE_H
#define KEEPD_VRRP_SCHEMA_ROUTE_H

/*
 * The lines of static_routes and virtual_routes. What an option means stands in its row; whether
 * one without a neutral value was written at all is asked by conf_is_set().
 */

#include "core/conf/schema.h"
#include "vrrp/schema_iproute_types.h"

enum vrrp_route_type {
	VRRP_ROUTE_UNICAST,
	VRRP_ROUTE_LOCAL,
	VRRP_ROUTE_BROADCAST,
	VRRP_ROUTE_ANYCAST,
	VRRP_ROUTE_MULTICAST,
	VRRP_ROUTE_BLACKHOLE,
	VRRP_ROUTE_UNREACHABLE,
	VRRP_ROUTE_PROHIBIT,
	VRRP_ROUTE_THROW,
};

enum vrrp_route_insert {
	VRRP_ROUTE_PREPEND,
	VRRP_ROUTE_ADD,
	VRRP_ROUTE_APPEND,
};

enum vrrp_family_hint {
	VRRP_FAMILY_INET,
	VRRP_FAMILY_INET6,
};

/* encap ip|ip6|mpls LABELS|ila LOCATOR ... */
struct vrrp_encap_conf {
	struct conf_obj obj;
	struct vrrp_encap_target target;
	uint64_t id; /* ip and ip6 only, as all below */
	struct addr dst, src;
	uint32_t tos; /* or traffic class */
	uint8_t ttl;  /* or hop limit */
	uint32_t flags;
};

/* nexthop [via ADDR] [dev IF] ... */
struct vrrp_nexthop_conf {
	struct conf_obj obj;
	struct addr via; /* unset: on the link of dev */
	const char *dev; /* NULL: the kernel finds it */
	uint32_t weight; /* 1..256 */
	bool onlink;
	uint32_t realms;
	struct vrrp_encap_conf *encap; /* NULL: none */
};

struct vrrp_route_conf {
	struct conf_obj obj;
	struct conf_prefix dest; /* after the rules of a family, and without host bits */
	struct addr as;		 /* means nothing; empty after the rules */
	struct vrrp_to to;	 /* how it may be written; empty after the rules */
	uint32_t type;		 /* enum vrrp_route_type */
	uint32_t family;	 /* enum vrrp_family_hint, if it is written */
	uint32_t insert;	 /* enum vrrp_route_insert */
	struct addr via, or_via; /* unset: on the link; or_via: a second way, of equal weight */
	const char *dev;
	struct addr src;
	struct conf_prefix from; /* IPv6 only; unset: any */
	uint32_t table;		 /* 254: main */
	uint32_t metric;
	uint32_t scope, tos;
	uint32_t protocol; /* 18: keepalived */
	bool onlink;
	struct vrrp_metric mtu, advmss, rtt, rttvar, reordering, cwnd, ssthresh, rto_min;
	struct vrrp_congctl congctl;
	uint32_t window, initcwnd, initrwnd;
	uint8_t hoplimit, quickack, fastopen_no_cookie;
	const char *features; /* "ecn" or NULL */
	uint32_t realms;      /* IPv4 only */
	uint32_t pref;	      /* IPv6 only: ICMPV6_ROUTER_PREF_... */
	uint32_t expires;     /* IPv6 only: seconds */
	uint32_t ttl_propagate;
	const char *vrf;
	struct vrrp_encap_conf *encap;
	bool no_track;
	const char *track_group;   /* of static_routes only */
	struct conf_list nexthops; /* of struct vrrp_nexthop_conf */
};

extern const struct conf_block vrrp_route_block, vrrp_static_route_block;

struct conf_rules;

/* The same route twice in a list: the first stays, with a warning. */
void vrrp_routes_drop_twins(struct conf_list *routes, struct conf_rules *r);

#endif
