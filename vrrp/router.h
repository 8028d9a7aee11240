/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ROUTER_H
#define KEEPD_VRRP_ROUTER_H

/*
 * One virtual router: its state machine, and the execution of what that decides.
 */

#include "core/log.h"
#include "vrrp/adopt.h"
#include "vrrp/announce.h"
#include "vrrp/engine.h"
#include "vrrp/fsm.h"
#include "vrrp/packet.h"
#include "vrrp/repair.h"
#include "vrrp/tracking.h"
#include "vrrp/vips.h"

struct vrrp_vip {
	const struct vrrp_vip_conf *conf;
	bool was_present; /* on the interface, since this router put it there or found it */
	bool is_added;	  /* put on, and not seen there yet */
	bool is_link_known, is_link_up; /* the interface it was last seen on ... */
	uint8_t mac[6];			/* ... by which the neighbours know it */
	struct repair repair;
	mono_t held_until;
};

struct vrrp_router {
	struct vrrp_router *next;
	struct vrrp_engine *engine;
	const struct vrrp_instance_conf *conf;
	const struct vrrp_instance_conf *old_conf; /* while a reload is applied: what ran before */
	struct vrrp_params old_params;
	struct vrrp_iface *iface;
	struct vrrp_listener *listener; /* on it: where adverts for this router come in */

	struct vrrp_params params;
	struct vrrp_fsm fsm;
	struct vrrp_tracking tracking;
	/* After a restart of the process: what the predecessor sent, until all results are known;
	 * 0 = no such. */
	uint8_t held_priority;
	uint8_t notified_priority;  /* those outside know of */
	enum vrrp_reason waits_for; /* why it is kept in Initialize; NONE = it is not */
	struct timer timer;	    /* advert or down timer, whichever runs */

	/* Arrays of vip_count, in the order of the configuration. */
	struct vrrp_vip *vips;
	struct vip_want *wants; /* scratch of addresses.c */
	struct vip_op *ops;
	uint32_t *announce_left;
	size_t vip_count;
	struct announce_plan plan;
	struct announce_turn turn;
	struct addr *advertised; /* those in adverts */
	size_t advertised_count;
	mono_t work_due; /* addresses to be tried again */

	struct vrrp_slot slot; /* what is published */
	uint32_t slot_index;
	uint64_t errors[VRRP_DROP_COUNT];
	bool is_dirty;
	struct log_limit drop_limits[VRRP_DROP_COUNT];
	struct log_limit send_limit, vip_limit, arp_limit, rival_limit, owner_limit, sum_limit;
};

/* Makes it, in Initialize. Borrowed: conf. */
struct vrrp_router *vrrp_router_new(struct vrrp_engine *engine,
	const struct vrrp_instance_conf *conf, uint32_t slot_index, const struct vrrp_slot *left);
void vrrp_router_free(struct vrrp_router *r);

/* router_conf.c: what it is known by, where adverts go; takes over all values of conf, which is
 * borrowed. */
struct vrrp_identity vrrp_router_identity(const struct vrrp_instance_conf *conf);
const struct addr *vrrp_router_group(const struct vrrp_instance_conf *conf);
void vrrp_router_take_conf(struct vrrp_router *r, const struct vrrp_instance_conf *conf);

/* Brings it to life: resumes if its predecessor's slot allows, else removes leftovers and starts.
 */
void vrrp_router_start(struct vrrp_router *r);
void vrrp_router_stop(struct vrrp_router *r, enum vrrp_reason reason);
/*
 * The same virtual router with other values, in two steps: conf replaces the old one, which stays
 * borrowed until the router has settled; then addresses, timers and state follow.
 */
void vrrp_router_take(struct vrrp_router *r, const struct vrrp_instance_conf *conf);
void vrrp_router_settle(struct vrrp_router *r);

/* Feeds its state machine and does what that decides. */
void vrrp_router_step(struct vrrp_router *r, const struct vrrp_event *event);
/* Its interface, or an address somewhere, may be different. */
void vrrp_router_link(struct vrrp_router *r);

void vrrp_router_touch(struct vrrp_router *r); /* publish soon */
void vrrp_router_publish(struct vrrp_router *r);

/* The same label and scope, which the kernel fixes when an address is made? */
bool vrrp_vip_is_alike(const struct vrrp_vip_conf *a, const struct vrrp_vip_conf *b);

/* router_tracks.c: the priority that follows from what it tracks, or, as long as not all of that is
 * known, the held one (0: none). */
void vrrp_router_hold_priority(struct vrrp_router *r, uint8_t held);
/* What it tracks is different; owner is the router. */
void vrrp_router_tracked(void *owner, const struct track *cause);

/* adverts.c: sends one; takes a packet for its VRID. */
void vrrp_adverts_send(struct vrrp_router *r, uint8_t priority);
void vrrp_adverts_receive(struct vrrp_router *r, const struct vrrp_datagram *d);

/* addresses.c: makes the kernel's addresses what the state asks for, now. */
void vrrp_addresses_reconcile(struct vrrp_router *r);
/* Removes those of conf that are not in the router's new list, or with other properties. */
void vrrp_addresses_drop_old(struct vrrp_router *r, const struct vrrp_instance_conf *old_conf);
/* Says which of the list are the interface's own, by mistake. */
void vrrp_addresses_check(const struct vrrp_router *r);
struct addr_key vrrp_addresses_key(const struct vrrp_router *r, const struct vrrp_vip_conf *vip);

/* rivals.c: what is told of others that claim to be active; `was` is the state before the step. */
void vrrp_rivals_heard(
	struct vrrp_router *r, const struct vrrp_fsm *was, const struct vrrp_event *advert);
void vrrp_rivals_stepped(struct vrrp_router *r, const struct vrrp_fsm *was);

#endif
