/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_GROUPING_H
#define KEEPD_VRRP_GROUPING_H

/*
 * Sync groups as they run: which routers are members, what the group tracks, and the execution of
 * the rules of group.h. A group owns nothing of its members.
 */

#include "vrrp/group.h"
#include "vrrp/schema.h"
#include "vrrp/tracking.h"

struct vrrp_engine;
struct vrrp_router;

struct vrrp_group {
	struct vrrp_group *next;
	struct vrrp_engine *engine;
	const struct vrrp_sync_group_conf *conf; /* borrowed until the next reload */
	bool is_wanted;				 /* while a reload is applied */
	struct vrrp_tracking tracking;		 /* for all members */

	/* Arrays of group.count, in the order of the configuration. */
	struct vrrp_router **members;
	struct group_member *list;
	struct group group; /* what the rules see; of list */

	enum vrrp_state state;
	mono_t since;
	uint64_t transitions; /* grows with every one, over restarts too */
	bool is_waiting;      /* somebody would be Active, and waits for another one */
	bool may_resume;
};

/* All of them; changes of their state are told while nobody holds them. */
struct vrrp_groups {
	struct vrrp_group *list;
	unsigned holds;
};

/* Members are known: call after all routers have taken their configuration over. */
void vrrp_groups_take(struct vrrp_engine *engine, const struct vrrp_conf *conf);
void vrrp_groups_free(struct vrrp_engine *engine);

/* Several steps that are one for those outside. They nest. */
void vrrp_groups_hold(struct vrrp_engine *engine);
void vrrp_groups_release(struct vrrp_engine *engine);

/* Looks again for the faults of all members, and whether they may go on after a crash. */
void vrrp_group_look(struct vrrp_group *g);

/* Feeds the state machine of a member, and those of the others with what follows. */
void vrrp_group_step(struct vrrp_group *g, struct vrrp_router *r, const struct vrrp_event *event);
/* A down timer ran out at `now`: everybody becomes Active, if nobody has to wait. */
void vrrp_group_take_over(struct vrrp_group *g, struct vrrp_router *r, mono_t now);
/* The link of a member, or what somebody tracks, is different. */
void vrrp_group_link(struct vrrp_group *g);

/*
 * Why a member may not take part, for all that is known of the group since vrrp_group_look(), and
 * the words for it, "" for NONE and where the reason says it all.
 */
enum vrrp_reason vrrp_group_fault(
	const struct vrrp_group *g, const struct vrrp_router *r, char words[TRACK_TEXT_BYTES]);

/* The same event for all members, from outside. */
void vrrp_group_tell(struct vrrp_group *g, const struct vrrp_event *event);

/* The name of the member without which r would be Active; "" if there is none. */
void vrrp_group_waits_for(
	const struct vrrp_group *g, const struct vrrp_router *r, char *name, size_t room);

#endif
