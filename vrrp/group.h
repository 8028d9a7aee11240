/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_GROUP_H
#define KEEPD_VRRP_GROUP_H

/*
 * The rules of a sync group (vrrp_sync_group): its members are Active together or not at all.
 * VRRP knows no groups; each member runs the state machine of fsm.h, and the group decides what may
 * reach it and what follows for the others. Pure; grouping.c executes.
 *
 *  - Fault: what is a fault of one is one of all. The others say priority 0 as they go.
 *  - Takeover: when the down timers of all have run out, all become Active, in the order of the
 *    group. So a group takes over from an active peer only if every member would.
 *  - Leaving: priority 0 heard by one member is the peer's group leaving; the others, whose links
 *    it may not reach any more, wait no longer than that one (Skew_Time).
 *  - Yielding: a member that becomes Backup takes the others along. Where two nodes are active at
 *    once and members disagree who is to yield (unequal priorities, addresses that are higher on
 *    one link and lower on the other), both nodes would, again and again. Therefore the member with
 *    the lowest VRID decides, and of these the one with the lowest virtual address: facts that
 *    both nodes have alike, in whatever order they name the members.
 */

#include <stddef.h>
#include "vrrp/fsm.h"

/* A superior router is heard by an active member: since when, and last; 0 = none. */
struct group_contest {
	mono_t from, last;
};

struct group_member {
	const struct vrrp_params *params;
	const struct vrrp_fsm *fsm;
	struct group_contest *contest;
	/* Its own: NONE, TRACKER_WAITS (not known yet), or why it cannot take part. */
	enum vrrp_reason fault;
	uint8_t vrid;
	struct addr lowest; /* of its virtual addresses; unset = it has none */
};

struct group {
	const struct group_member *list; /* in the order of the configuration */
	size_t count;
};

/*
 * Why member i cannot take part: its own fault; else GROUP if another one has a fault; else
 * TRACKER_WAITS if it has not begun and somebody's result is not known; else NONE. *by: whose fault
 * it is.
 */
enum vrrp_reason group_fault(const struct group *g, size_t i, size_t *by);

/* Must even an owner listen first, because not all members can become Active at once? */
bool group_must_listen(const struct group *g);

/* Has nobody a reason to wait for: is each member Active, or its down timer run out? */
bool group_is_ready(const struct group *g, mono_t now);

/* Who keeps the group from taking over though member i would: its index, or count. */
size_t group_waits_for(const struct group *g, size_t i, mono_t now);

/*
 * An advert for member i, before its state machine gets it: is it held to stay Active although the
 * sender is superior? Keeps the member's contest.
 */
bool group_holds(const struct group *g, size_t i, const struct vrrp_event *event, mono_t now);

/* What a step of one member means for the others. */
enum group_cue {
	GROUP_GOES_ON,
	GROUP_PEER_LEFT, /* it heard priority 0 */
	GROUP_YIELDS,	 /* it became Backup */
	GROUP_RESIGNS,	 /* it stalled; or it joined a group that is active, and cannot be */
	GROUP_SURVIVES,	 /* it announces again, after two were active */
	GROUP_CUE_COUNT
};

/* `was`: the state of member i before the step. */
enum group_cue group_cue(const struct group *g, size_t i, const struct vrrp_fsm *was,
	const struct vrrp_event *event);

/* What another member is told then, by its state; false: nothing. */
bool group_tell(enum group_cue cue, enum vrrp_state state, struct vrrp_event *event);

/*
 * The state of the group, for people and scripts. `was`: what it was; a member that a reload has
 * added to an active group may still be listening.
 */
enum vrrp_state group_state(const struct group *g, enum vrrp_state was);

#endif
