/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_INVARIANTS_H
#define KEEPD_TEST_SIM_INVARIANTS_H

/*
 * What must hold, judged from what goes over the wire, from the addresses on each router, and from
 * what the RFCs make of the adverts a router has read; never from what the state machine thinks of
 * its timers. See invariants.c for the bounds.
 */

#include "test/sim/net.h"
#include "vrrp/fsm.h"
#include "vrrp/packet.h"

struct node;
struct world;

struct violation {
	unsigned invariant; /* I1 to I6; 0 = all hold */
	int64_t at;
	char text[160];
};

/* What the RFC says of one router, kept beside its state machine. */
struct expected {
	int64_t heard;	       /* Backup: what the down timer counts from ... */
	bool is_skew;	       /* ... only for the skew */
	int64_t adopted;       /* version 3: Active_Adver_Interval; 0 = its own */
	int64_t putting_up;    /* preempt_delay counts from then; 0 = it does not */
	int active;	       /* whose advert set its timer; -1 = nobody's */
	uint8_t said;	       /* the last priority it sent but 0 ... */
	uint8_t said_before;   /* ... before the advert at hand */
	int64_t sent;	       /* the last advert that went out */
	int64_t silent;	       /* and for how long it had sent none before that */
	int64_t gap_from;      /* nothing before this counts as a gap between adverts */
	unsigned became, left; /* role changes since the last disturbance */
};

struct client {
	int owner;    /* whose address its neighbour table has; -1 = nobody's yet */
	bool is_deaf; /* something it depends on was lost: excused */
};

struct invariants {
	int64_t disturbed; /* the last time anything was wrong */
	bool is_messy;	   /* and old adverts may still be under way */
	int64_t ownerless_since, rivals_since;
	int64_t resigned_bound; /* after a clean stop: when there must be another owner */
	struct expected nodes[SIM_ROUTERS];
	struct client clients[SIM_ROUTERS];
	bool was_owner[SIM_ROUTERS];
	struct violation violation;
};

void invariants_init(struct world *w);
/* A fault begins or ends. */
void invariants_disturb(struct world *w);
/* From now on the network delays: no fault by itself, but not in the middle of one. */
void invariants_delays(struct world *w);
/* A router is about to stop cleanly. */
void invariants_resigns(struct world *w, const struct node *n);

void invariants_lost(struct world *w, const struct net_frame *frame);
void invariants_sent(struct world *w, const struct node *n, const struct net_frame *frame);
void invariants_decoded(struct world *w, const struct node *n, const struct net_frame *frame,
	enum vrrp_drop why, const struct vrrp_advert *advert);
void invariants_stepped(
	struct world *w, const struct node *n, const struct vrrp_event *event, enum vrrp_state was);
void invariants_read(
	struct world *w, const struct node *n, const struct net_frame *frame, enum vrrp_state was);
void invariants_announced(struct world *w, const struct net_frame *frame);

/* Before every event, for the time until then, and after it. */
void invariants_check(struct world *w);

#endif
