/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_NODE_H
#define KEEPD_TEST_SIM_NODE_H

/*
 * One router: the real state machine, codec, announcement plan and rule of adoption, and around
 * them what vrrp/router.c and vrrp/engine.c do, on a virtual link and with virtual timers. Also
 * the two others that matter when the process does not run: the kernel, in which addresses stay,
 * and the parent, which withdraws them in time.
 */

#include "test/sim/net.h"
#include "vrrp/announce.h"
#include "vrrp/fsm.h"
#include "vrrp/slot.h"

/* No timer is later than this. */
#define NODE_LATENESS_US 1000
#define NODE_QUEUE	 256
#define NODE_NEVER	 INT64_MAX

/* What the router needs of the world around it. */
struct world;

struct node {
	struct world *world;
	unsigned index;

	/* the process */
	bool is_running, is_paused, is_resumed;
	bool is_suspended;			 /* and the node with it */
	bool is_stop_pending, is_reload_pending; /* asked for while it was paused */
	struct vrrp_params params;
	struct vrrp_fsm fsm;
	int64_t timer, timer_fires; /* due, and when it will be noticed */
	struct announce_plan plan;
	uint32_t rounds;
	int64_t announce_at;
	bool knows_link; /* what netlink has told */
	struct net_frame queue[NODE_QUEUE];
	unsigned queued, queue_from;

	/* what survives it */
	struct vrrp_slot slot;
	struct sim_settings settings; /* the configuration file */
	bool has_addresses;
	int64_t withdraw_at; /* by the parent of a dead process */
	unsigned down;	     /* reasons not to run */
	unsigned links_down; /* reasons to have no link */

	int64_t wall; /* what the wall clock is ahead */
	uint64_t timers_set;
};

struct addr node_source(unsigned index);

void node_start(struct node *n);
void node_stop(struct node *n);
/* What the death of its process leaves: its slot, its addresses. */
void node_die(struct node *n, enum sim_fault_type how);
void node_pause(struct node *n);
void node_wake(struct node *n);
void node_link_changed(struct node *n);
void node_suspend(struct node *n);
/* What a stranger sends to it, with its own interval. */
struct net_frame node_forge(const struct world *w, const struct node *to, uint8_t priority);
void node_reload(struct node *n);
void node_receive(struct node *n, const struct net_frame *frame);

/* The next moment something of its own happens, and what happens then. */
int64_t node_due(const struct node *n);
void node_run(struct node *n);

static inline bool node_is_awake(const struct node *n)
{
	return n->is_running && !n->is_paused;
}

#endif
