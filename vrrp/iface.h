/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_IFACE_H
#define KEEPD_VRRP_IFACE_H

/*
 * An interface that virtual routers run on: its receive socket, and who gets which advert. Made
 * with its first router, gone with its last. Followed by its number while it exists: when it is
 * renamed, its routers go with it; when it is gone, whatever has the configured name next takes its
 * place.
 */

#include "core/log.h"
#include "vrrp/engine.h"

struct vrrp_iface {
	struct vrrp_iface *next;
	struct vrrp_engine *engine;
	unsigned users;
	char name[LINK_NAME_BYTES]; /* as configured */
	bool is_renamed;	    /* has another name now */

	uint32_t ifindex; /* 0 = absent */
	uint64_t birth;	  /* of that link */
	enum vrrp_reason
		fault;	    /* why no router can run here; NO_SOURCE is the router's own matter */
	struct addr source; /* adverts are sent from, if nothing else is configured; unset = none */
	struct addr *own;   /* addresses of this node on the link */
	size_t own_count, own_room;

	int fd; /* receives; -1 = none */
	struct io io;
	mono_t retry_due; /* opening the socket failed */

	struct vrrp_router *by_vrid[256];
	uint64_t errors[VRRP_DROP_COUNT]; /* of packets that belong to no router */
	struct log_limit unknown_limit, malformed_limit, socket_limit;
	bool is_dirty;
};

/* Finds or makes the interface of that name; release it as often. */
struct vrrp_iface *vrrp_iface_get(struct vrrp_engine *engine, const char *name);
void vrrp_iface_release(struct vrrp_iface *iface);

/* Takes over what the table says now. */
void vrrp_iface_refresh(struct vrrp_iface *iface);

/* Reads what is there, at most 64 packets: there are timers to be served. */
void vrrp_iface_drain(struct vrrp_iface *iface);
/* Reads all that a full buffer can hold, before a decision that hangs on silence: what was heard
 * may stand behind a flood. Some milliseconds at worst. */
void vrrp_iface_hear_out(struct vrrp_iface *iface);

#endif
