/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_LISTENER_H
#define KEEPD_VRRP_LISTENER_H

/*
 * Where adverts come in: one socket for each group on an interface, or for each address of this
 * node that adverts are sent to, and with it which router gets which advert. IPv4 and IPv6 routers
 * of one number are different ones, as their groups are. Made with its first router, gone with its
 * last.
 */

#include "core/log.h"
#include "vrrp/engine.h"

struct vrrp_listener {
	struct vrrp_listener *next; /* of the interface */
	struct vrrp_iface *iface;   /* that of no name: any */
	struct addr address; /* the group, or of this node; unspecified: all of the interface */
	uint8_t protocol;
	unsigned users;

	int fd;		       /* -1 = none */
	uint32_t buffer_bytes; /* the largest that one of its routers wants; 0 = none does */
	struct io io;
	mono_t retry_due; /* opening the socket failed */

	struct vrrp_router *by_vrid[256]; /* the first of a chain (same_vrid) */
	uint64_t errors[VRRP_DROP_COUNT]; /* of packets that belong to no router */
	struct log_limit malformed_limit, socket_limit;
	bool is_dirty;
};

/* The router listens where its configuration says, whatever it listened to before. */
void vrrp_listener_join(struct vrrp_router *r);
void vrrp_listener_leave(struct vrrp_router *r);

/* Has the socket that its interface allows now; for iface.c. */
void vrrp_listener_refresh(struct vrrp_listener *l, const char *ifname);
/* The interface is another one: the group and the binding went with it. */
void vrrp_listener_close(struct vrrp_listener *l);

/* Reads what is there, at most 64 packets: there are timers to be served. */
void vrrp_listener_drain(struct vrrp_listener *l);
/* Reads all that a full buffer can hold, before a decision that hangs on silence: what was heard
 * may stand behind a flood. Some milliseconds at worst. */
void vrrp_listener_hear_out(struct vrrp_listener *l);

#endif
