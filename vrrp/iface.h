/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_IFACE_H
#define KEEPD_VRRP_IFACE_H

/*
 * An interface that virtual routers run on. Made with its first router, gone with its last.
 * Followed by its number while it exists: when it is renamed, its routers go with it; when it is
 * gone, whatever has the configured name next takes its place.
 * The one with the name VRRP_IFACE_ANY stands for all: unicast needs none in particular.
 */

#include "vrrp/engine.h"
#include "vrrp/silence.h"

#define VRRP_IFACE_ANY ""

struct vrrp_listener;

struct vrrp_iface {
	struct vrrp_iface *next;
	struct vrrp_engine *engine;
	unsigned users;
	char name[LINK_NAME_BYTES];	  /* as configured */
	char words[LINK_NAME_BYTES + 16]; /* "interface eth0" */
	bool is_renamed;		  /* has another name now */

	uint32_t ifindex;	  /* 0 = absent */
	uint64_t birth;		  /* of that link */
	struct track_delay delay; /* how long its state lasts already */
	enum vrrp_reason
		fault; /* why no router can run here; what concerns a family is its own matter */
	struct addr source4, source6; /* adverts are sent from, if nothing else is configured */
	struct addr *own;	      /* addresses of this node on it, but for virtual ones */
	size_t own_count, own_room;

	struct vrrp_listener *listeners; /* the sockets */
	bool is_up;			 /* usable, as of the last refresh */
	struct silence silence;		 /* since it is */
};

/* Finds or makes the interface of that name; release it as often. */
struct vrrp_iface *vrrp_iface_get(struct vrrp_engine *engine, const char *name);
void vrrp_iface_release(struct vrrp_iface *iface);

/* Takes over what the table says now. */
void vrrp_iface_refresh(struct vrrp_iface *iface);
/* Is there a socket that could not be opened? */
/* Has its state lasted long enough to count, so that it is to be refreshed? If it will, work is
 * scheduled for then. */
bool vrrp_iface_is_stale(const struct vrrp_iface *iface, mono_t now);

bool vrrp_iface_lacks_socket(const struct vrrp_iface *iface);

/* Adverts of the family are sent from; unset = there is none. */
static inline const struct addr *vrrp_iface_source(const struct vrrp_iface *iface, uint16_t family)
{
	return family == AF_INET6 ? &iface->source6 : &iface->source4;
}

#endif
