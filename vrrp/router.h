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
#include "vrrp/extra_garp.h"
#include "vrrp/fsm.h"
#include "vrrp/grouping.h"
#include "vrrp/packet.h"
#include "vrrp/tracking.h"

struct vrrp_vip {
	const struct vrrp_vip_conf *conf;
	bool is_link_known, is_link_up; /* the interface it was last seen on ... */
	uint8_t mac[6];			/* ... by which the neighbours know it */
};

struct vrrp_router {
	struct vrrp_router *next;
	struct vrrp_engine *engine;
	const struct vrrp_instance_conf *conf;
	const struct vrrp_instance_conf *old_conf; /* while a reload is applied: what ran before */
	struct vrrp_params old_params;
	struct vrrp_iface *iface;
	struct vrrp_listener *listener; /* where adverts for this router come in */
	struct vrrp_router *same_vrid;	/* the next there */
	struct vrrp_packet_peer *peers; /* of unicast, in the order of the configuration */
	size_t peer_count;
	uint32_t next_number; /* of an advert with auth_type AH; 0 = not begun */
	int send_sysno;	      /* why the last advert was not sent; 0 = it was */
	struct vmac *vmacs;   /* vmac.h; that of the instance first */

	struct vrrp_params params;
	struct vrrp_fsm fsm;
	struct vrrp_tracking tracking;
	/* After a restart of the process: what the predecessor sent, until all results are known;
	 * 0 = no such. */
	uint8_t held_priority;
	uint8_t notified_priority;  /* those outside know of */
	enum vrrp_reason waits_for; /* why it is kept in Initialize; NONE = it is not */
	struct timer timer;	    /* advert or down timer, whichever runs */
	struct vrrp_group *group;   /* NULL: in none */
	struct group_contest contest;
	char words[TRACK_TEXT_BYTES];	  /* for its fault, or why it waits */
	char why[VRRP_REASON_TEXT_BYTES]; /* the words for its last transition */

	struct holdings holdings;
	uint32_t promoted; /* the ifindex on which it has set promote_secondaries; 0 = none */
	/* Of the addresses, which come first in holdings; arrays of vip_count. */
	struct vrrp_vip *vips;
	uint32_t *announce_left;
	size_t vip_count;
	struct announce_plan plan;
	struct extra_garp extra_garp;
	struct announce_turn turn;
	struct addr *advertised; /* those in adverts */
	size_t advertised_count;
	uint32_t mtu; /* for which these were chosen */

	struct vrrp_slot slot; /* what is published */
	uint32_t slot_index;
	uint64_t errors[VRRP_DROP_COUNT];
	bool is_dirty;
	struct log_limit drop_limits[VRRP_DROP_COUNT];
	struct log_limit send_limit, arp_limit, rival_limit, owner_limit, late_limit, sum_limit;
};

/* Makes it, in Initialize. Borrowed: conf. */
struct vrrp_router *vrrp_router_new(struct vrrp_engine *engine,
	const struct vrrp_instance_conf *conf, uint32_t slot_index, const struct vrrp_slot *left);
void vrrp_router_free(struct vrrp_router *r);

/* router_conf.c: what it is known by; where adverts go, NULL: to its peers; where they come from,
 * unset: that is up to the interface. Takes over all values of conf, which is borrowed. */
struct vrrp_identity vrrp_router_identity(const struct vrrp_instance_conf *conf);
const struct addr *vrrp_router_group(const struct vrrp_instance_conf *conf);
void vrrp_router_take_mtu(struct vrrp_router *r); /* that of its interface may be another one */
struct addr vrrp_router_configured_source(const struct vrrp_instance_conf *conf);
/* Do adverts carry an authentication header? */
bool vrrp_router_is_signed(const struct vrrp_instance_conf *conf);
bool vrrp_router_has_peer(const struct vrrp_router *r, const struct addr *address);
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

/* Feeds its state machine and does what that decides, also for the others in its group. */
void vrrp_router_step(struct vrrp_router *r, const struct vrrp_event *event);
/*
 * The same in parts, of this one alone: decide; send what it has to say before any address is
 * touched; do the rest (all that is not done yet).
 */
struct vrrp_step {
	struct vrrp_fsm was;
	struct vrrp_actions actions;
	unsigned done;
	mono_t now;
	char why[VRRP_REASON_TEXT_BYTES];
};
void vrrp_router_decide(
	struct vrrp_router *r, const struct vrrp_event *event, struct vrrp_step *step);
void vrrp_router_say(struct vrrp_router *r, struct vrrp_step *step);
void vrrp_router_finish(struct vrrp_router *r, struct vrrp_step *step);

/* May it go on where a dead process was? */
bool vrrp_router_may_resume(const struct vrrp_router *r);
/* Looks for the source address and at the trackers: why it cannot take part by itself, or NONE.
 * The words for that, "" where the reason says it all. */
enum vrrp_reason vrrp_router_find_fault(struct vrrp_router *r);
void vrrp_router_fault_words(
	const struct vrrp_router *r, enum vrrp_reason reason, char words[TRACK_TEXT_BYTES]);
/* Its interface, or an address somewhere, may be different. */
void vrrp_router_link(struct vrrp_router *r);

void vrrp_router_touch(struct vrrp_router *r); /* publish soon */
void vrrp_router_publish(struct vrrp_router *r);

/* router_tracks.c: the priority that follows from what it tracks, or, as long as not all of that is
 * known, the held one (0: none). */
void vrrp_router_hold_priority(struct vrrp_router *r, uint8_t held);
/* The same after `cause` changed, and the step for it. */
void vrrp_router_take_priority(struct vrrp_router *r, const struct track *cause);
/* What it tracks is different; owner is the router. */
void vrrp_router_tracked(void *owner, const struct track *cause);

/* adverts.c: sends one; takes a packet for its VRID. */
void vrrp_adverts_send(struct vrrp_router *r, uint8_t priority, span_t interval);
void vrrp_adverts_receive(struct vrrp_router *r, const struct vrrp_datagram *d);

/* addresses.c: makes the kernel's objects what the state asks for, now. */
void vrrp_addresses_reconcile(struct vrrp_router *r);
/* Sets promote_secondaries on the interface, or takes back what was set. */
void vrrp_addresses_promote(struct vrrp_router *r, bool is_on);
/* Says which of the list are the interface's own, by mistake. */
void vrrp_addresses_check(const struct vrrp_router *r);
struct addr_key vrrp_addresses_key(const struct vrrp_router *r, const struct vrrp_vip_conf *vip);
/* The ifindex of the interface an address goes to; 0 if it is missing. See struct holdings. */
uint32_t vrrp_addresses_device(const void *router, const struct conf_obj *conf);

/* rivals.c: what is told of others that claim to be active; `was` is the state before the step. */
void vrrp_rivals_heard(
	struct vrrp_router *r, const struct vrrp_fsm *was, const struct vrrp_event *advert);
void vrrp_rivals_stepped(struct vrrp_router *r, const struct vrrp_fsm *was);

#endif
