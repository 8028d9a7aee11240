/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_NETLINK_MACVLAN_H
#define KEEPD_VRRP_NETLINK_MACVLAN_H

/*
 * Links that are made and removed: macvlan, and the settings of IPv4 that go with them. All
 * functions are one request to the kernel and its answer; 0, or -1 and *e.
 */

#include "vrrp/netlink.h"
#include "vrrp/vmac_names.h"

/* What the kernel has of that kind. */
struct macvlan {
	uint32_t ifindex, base; /* base: the link below */
	uint8_t mac[6];
	char alias[VMAC_ALIAS_BYTES]; /* cut if longer */
};

struct macvlan_spec {
	const char *name;
	uint32_t base;
	uint8_t mac[6];
	uint32_t group;	    /* link group */
	uint32_t vrf;	    /* that it belongs to; 0 = none */
	bool is_forwarding; /* net.ipv4.conf.NAME.forwarding */
	const char *alias;
};

/* What is asked of the link below. */
struct link_below {
	uint32_t group, vrf;
	bool is_forwarding;
	struct vmac_below arp;
};

/* All links of the kind. Caller frees *list. */
int netlink_macvlans(struct netlink *n, struct macvlan **list, size_t *count, struct err *e);

/*
 * Makes the link, down: in private mode, so that no other link on the same base hears it, without
 * addresses of its own making, and such that packets of IPv4 are accepted that are answered through
 * the link below. sysno EEXIST: the name is taken.
 */
int netlink_macvlan_make(struct netlink *n, const struct macvlan_spec *spec, struct err *e);
/* The same for a link that is there and has base and MAC address already. */
int netlink_macvlan_take(
	struct netlink *n, uint32_t ifindex, const struct macvlan_spec *spec, struct err *e);

int netlink_link_set_up(struct netlink *n, uint32_t ifindex, bool is_up, struct err *e);
/*
 * fe80::/64 is on the link. The kernel says so where it makes a link-local address itself; here
 * nobody would be answered to whom a virtual one is the router. Gone when the link goes down.
 */
int netlink_link_local_route(struct netlink *n, uint32_t ifindex, struct err *e);
int netlink_link_remove(struct netlink *n, uint32_t ifindex, struct err *e); /* gone is fine */
/* All of them together: the kernel waits for its readers once, some 20 ms, and not for each. */
int netlink_links_remove(struct netlink *n, const uint32_t *ifindexes, size_t count, struct err *e);

int netlink_link_below(
	struct netlink *n, uint32_t ifindex, struct link_below *below, struct err *e);
int netlink_set_arp(
	struct netlink *n, uint32_t ifindex, const struct vmac_below *arp, struct err *e);

#endif
