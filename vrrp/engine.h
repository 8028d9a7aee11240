/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ENGINE_H
#define KEEPD_VRRP_ENGINE_H

/*
 * All virtual routers of this node: brings them to life from the configuration, gives them what the
 * kernel tells about interfaces, and what they have in common: the sending sockets, the pace of
 * announcements, the state page. One per process.
 */

#include "core/role.h"
#include "vrrp/announcer.h"
#include "vrrp/bfd.h"
#include "vrrp/election.h"
#include "vrrp/census.h"
#include "vrrp/firewall.h"
#include "vrrp/grouping.h"
#include "vrrp/keeper.h"
#include "vrrp/lateness.h"
#include "vrrp/link.h"
#include "vrrp/schema.h"
#include "vrrp/slots.h"
#include "vrrp/socket.h"
#include "vrrp/source.h"
#include "vrrp/startup.h"
#include "vrrp/statics.h"
#include "vrrp/track_page.h"
#include "vrrp/watched.h"

struct vrrp_iface;
struct vrrp_router;

struct vrrp_engine {
	struct role_ctx *ctx;
	struct link_monitor link;
	struct keeper keeper;
	struct vrrp_statics statics;
	struct vrrp_sender sender;

	struct vrrp_router *routers; /* in the order they came */
	struct addr *vips;	     /* of all routers that are not their owners, in order */
	size_t vip_count;
	struct vrrp_iface *ifaces;
	struct vrrp_firewall firewall;
	const struct vrrp_global_conf *global; /* of the configuration that runs; borrowed */
	const struct conf_list *link_delays;   /* of struct vrrp_link_delay_conf; borrowed */
	struct vrrp_sources sources;	       /* what is tracked ... */
	struct vrrp_watched watched;	       /* ... and what others see of it */
	struct vrrp_track_page track_page;
	struct bfd_speaker bfd;
	struct vrrp_election election;

	struct vrrp_slots slots;
	struct announcer announcer;
	struct vrrp_startup startup;
	struct vrrp_lateness lateness;
	struct vrrp_census census;
	struct vrrp_groups groups;
	struct timer work_timer;    /* addresses to be put on later, sockets to be opened again */
	struct timer publish_timer; /* counters that changed */
	span_t silence;		    /* struct vrrp_params */
	bool is_stopping;
	bool is_in_maintenance;
};

/* Opens sockets and reads the interfaces. -1 and *e. */
int vrrp_engine_open(struct vrrp_engine *engine, struct role_ctx *ctx, struct err *e);
/* Frees everything; withdraws nothing. */
void vrrp_engine_close(struct vrrp_engine *engine);

/* Is there such an interface, or was there, for one who runs on it or ran on it before? */
bool vrrp_engine_knows_interface(const struct vrrp_engine *engine, const char *name);

/* From the configuration that runs (NULL: none) to a new one. */
void vrrp_engine_apply(struct vrrp_engine *engine, const struct vrrp_conf *old_conf,
	const struct vrrp_conf *new_conf);

/* Priority 0 for all that is Active, then their addresses, then the last scripts. Synchronous. */
void vrrp_engine_stop(struct vrrp_engine *engine, bool keep);

/* operator.c: what the operator wants. */
void vrrp_engine_order(struct vrrp_engine *engine, const struct msg_order *order);
/* Looks again for faults everywhere. */
void vrrp_engine_look(struct vrrp_engine *engine);

/* ---- for routers, interfaces and groups ---- */

/* The one with this configuration; NULL if there is none. */
struct vrrp_router *vrrp_engine_find(
	const struct vrrp_engine *engine, const struct vrrp_instance_conf *conf);

/* An address operation is to be tried at `due`, an interface to be opened. */
void vrrp_engine_work_at(struct vrrp_engine *engine, mono_t due);
/* Counters of somebody changed: published within a tenth of a second. */
void vrrp_engine_publish_soon(struct vrrp_engine *engine);
/* Is it a virtual address of somebody here who does not own it? For link_source(). */
bool vrrp_engine_is_vip(const void *engine, const struct addr *addr);
/* Reads what the kernel has told until now, and acts on it. */
void vrrp_engine_sync(struct vrrp_engine *engine);

#endif
