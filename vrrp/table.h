/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TABLE_H
#define KEEPD_VRRP_TABLE_H

/*
 * What the kernel has: interfaces and their addresses, as netlink told. A plain value, filled by
 * table_netlink.c, kept by link.c, asked by everybody else.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"

#define LINK_NAME_BYTES 16

struct link_info {
	uint32_t ifindex;
	char name[LINK_NAME_BYTES];
	unsigned flags;	 /* IFF_* */
	uint16_t hwtype; /* ARPHRD_* */
	uint8_t mac[6];
	bool has_mac;
	bool is_router6;    /* forwards IPv6 */
	uint32_t mtu;	    /* bytes; 0 = not told */
	uint32_t vrf_table; /* it is a VRF with that table; 0 = it is none */
	bool promotes;	    /* promote_secondaries was set when it was told of last */
	uint64_t birth;	    /* another one: another link, even with the same number and name */
};

/*
 * What an address object is in the kernel: the same IP with another prefix length, or on another
 * interface, is another object.
 */
struct addr_key {
	uint32_t ifindex;
	struct addr addr;
	uint8_t len;
};

struct addr_info {
	struct addr_key key;
	uint8_t proto; /* IFA_PROTO: who made it; 0 = not said */
	uint8_t scope;
	bool is_secondary;
	bool is_tentative; /* IPv6: not sure yet that nobody else has it (RFC 4862 5.4) */
	bool is_duplicate; /* IPv6: somebody else has it, it is of no use */
	uint64_t order;	   /* smaller = longer there */
};

struct link_table {
	struct link_info *links;
	size_t link_count, link_room;
	struct addr_info *addrs; /* sorted by key */
	size_t addr_count, addr_room;
	uint64_t next_order, births;
	uint64_t changes; /* grows with everything that changes */
	uint64_t names;	  /* grows when another link may be behind a name */
	/* What changed, for whoever takes note of it and sets the count to 0; links: everything. */
	struct addr_key *touched;
	size_t touched_count, touched_room;
	bool is_all_touched;
	bool has_makers; /* some address says who made it: the kernel keeps that (5.18) */
};

void link_table_fini(struct link_table *t);
/* Forgets everything, for a fresh dump; keeps the memory. */
void link_table_clear(struct link_table *t);

/* Puts a fresh dump in the place of t, and leaves nothing in *fresh. Every link is a new one then:
 * whether it was removed and made again meanwhile is not known. */
void link_table_replace(struct link_table *t, struct link_table *fresh);

/* The same links and addresses, whatever became of them since. */
bool link_table_equal(const struct link_table *a, const struct link_table *b);

/* Out of memory is fatal: what is in the table is little, and without it nothing can be decided. */
void link_table_put_link(struct link_table *t, const struct link_info *link);
void link_table_set_router6(struct link_table *t, uint32_t ifindex, bool is_router6);
void link_table_drop_link(struct link_table *t, uint32_t ifindex); /* with its addresses */
void link_table_put_addr(struct link_table *t, const struct addr_info *addr);
void link_table_drop_addr(struct link_table *t, const struct addr_key *key);

/* Borrowed until the table changes; NULL if there is none. */
const struct link_info *link_by_index(const struct link_table *t, uint32_t ifindex);
const struct link_info *link_by_name(const struct link_table *t, const char *name);
/* Is it on any interface? */
bool link_has_addr(const struct link_table *t, const struct addr *addr);
const struct addr_info *link_find_addr(const struct link_table *t, const struct addr_key *key);

int addr_key_cmp(const struct addr_key *a, const struct addr_key *b);

/* Of one subnet on one interface: all but the first of these are secondary in the kernel. */
bool addr_key_is_same_subnet(const struct addr_key *a, const struct addr_key *b);

/* The addresses of one interface: [*first, returned) in t->addrs. */
size_t link_addrs(const struct link_table *t, uint32_t ifindex, size_t *first);

/* Do its neighbours ask for addresses by ARP over Ethernet? */
bool link_can_arp(const struct link_info *link);

/*
 * The address adverts are sent from: with IPv4 the primary address of the interface that has been
 * there longest, global ones first; with IPv6 the link-local one that has been there longest and
 * can be used (RFC 9568 5.1.2.1). Never one that is_vip() claims. Unset if there is none.
 */
struct addr link_source(const struct link_table *t, uint32_t ifindex, uint16_t family,
	bool (*is_vip)(const void *arg, const struct addr *addr), const void *arg);

#endif
