/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_VMAC_H
#define KEEPD_VRRP_VMAC_H

/*
 * The links with virtual MAC addresses (use_vmac): macvlan interfaces that hold the addresses of a
 * virtual router, so that its neighbours see the same MAC address whoever is Active (RFC 9568 7.3).
 * Such a link is kept as an address is: made when it is not there, made again when somebody removes
 * it, adopted by the next process, gone at stop.
 *
 * It is up only while its router is Active. A Backup must not be found behind the virtual MAC
 * address, nor take packets sent to it (6.4.2): a link that is down sends no report of IGMP or MLD
 * from which a switch would learn, and nothing is received by it. Adverts of peers that send from
 * the virtual MAC address arrive on the interface below then; while the link is up, on the link.
 *
 * The interface below gets arp_ignore 1 and arp_announce 2 as long as there is such a link on it;
 * what it had stands in the alias of the links, where a successor and keepd --withdraw find it.
 */

#include "core/err.h"
#include "core/log.h"
#include "core/loop.h"
#include "vrrp/repair.h"
#include "vrrp/schema.h"
#include "vrrp/table.h"
#include "vrrp/vmac_names.h"

struct netlink;
struct vrrp_engine;
struct vrrp_router;

struct vmac {
	struct vmac *next;	   /* of the same router */
	char dev[LINK_NAME_BYTES]; /* the interface below, as configured */
	uint16_t family;
	bool is_main; /* of the instance, not of single addresses */
	uint8_t mac[6];
	uint32_t base;		 /* the interface below; 0 = absent */
	uint32_t ifindex;	 /* 0 = absent */
	uint64_t birth;		 /* of that link */
	struct vmac_below below; /* what base had before */
	int fd;			 /* hears peers that send from the same MAC address; -1 = none */
	struct io io;
	struct repair repair;
	struct log_limit limit;
	mono_t held_until; /* not to be made before */
};

/* Does it need another set of links? Then the router starts anew. */
bool vrrp_vmacs_differ(const struct vrrp_instance_conf *a, const struct vrrp_instance_conf *b);

/* The links that its configuration needs; those it needs no more go at settle. */
void vrrp_vmacs_take(struct vrrp_router *r);
void vrrp_vmacs_free(struct vrrp_router *r); /* leaves the links */
/* Adverts come to another group, or in another protocol: settle opens the sockets again. */
void vrrp_vmacs_deafen(struct vrrp_router *r);

/* Makes what is missing, of all routers. What fails is tried again. */
void vrrp_vmacs_settle(struct vrrp_engine *engine);
/* Is there one to be made? */
bool vrrp_vmacs_are_missing(const struct vrrp_engine *engine);
/* Removes the links of one router. */
void vrrp_vmacs_remove(struct vrrp_router *r);
void vrrp_vmacs_remove_all(struct vrrp_engine *engine);

/* The one that holds this address; NULL = it is on an ordinary interface. */
const struct vmac *vrrp_vmac_of(const struct vrrp_router *r, const struct vrrp_vip_conf *vip);
/* The one that belongs to the whole instance; NULL = there is none. */
const struct vmac *vrrp_vmac_main(const struct vrrp_router *r);
/* Is it missing? Then the router cannot run. */
bool vrrp_vmac_is_missing(const struct vrrp_router *r);
/* What the main one is called now; empty if there is none. */
void vrrp_vmac_name(const struct vrrp_router *r, char name[LINK_NAME_BYTES]);
/* The interface adverts leave through. */
uint32_t vrrp_vmac_exit(const struct vrrp_router *r);

/* Removes those of this configuration that a dead process left behind. t: interfaces as they are.
 */
int vrrp_vmacs_withdraw(
	const struct vrrp_conf *c, struct netlink *n, const struct link_table *t, struct err *e);

/* Reads what is there. While the link is up, such adverts arrive on it alone. */
void vrrp_vmac_drain(struct vrrp_router *r);

/* Up or down, as the state of the router asks for. */
void vrrp_vmacs_follow(struct vrrp_router *r);

#endif
