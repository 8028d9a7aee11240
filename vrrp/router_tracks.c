/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a virtual router makes of its trackers: a priority, and perhaps a fault. Called by its
 * tracking.c, router.c and router_conf.c; what results mean is decided in track.c.
 */
#include <stdio.h>

#include "vrrp/router.h"

void vrrp_router_hold_priority(struct vrrp_router *r, uint8_t held)
{
	const struct track_verdict *own = &r->tracking.verdict;
	const struct track_verdict *common = r->group ? &r->group->tracking.verdict : NULL;
	bool is_complete = own->is_complete && (!common || common->is_complete);
	int64_t sum = own->sum + (common ? common->sum : 0);

	r->held_priority = is_complete ? 0 : held;
	r->params.priority =
		r->held_priority ? r->held_priority : track_priority(r->conf->priority, sum);
}

/* Which one changed the priority is said by its last words. */
static void say_priority(struct vrrp_router *r, uint8_t from, const struct track *cause)
{
	char was[8], is[8], why[TRACK_TEXT_BYTES];

	if (r->fsm.state == VRRP_INIT)
		return;
	snprintf(was, sizeof(was), "%u", from);
	snprintf(is, sizeof(is), "%u", r->params.priority);
	track_text(cause->source, why);
	log_notice("instance %s: priority %s -> %s (%s)", r->conf->name, was, is, why);
	role_event(r->engine->ctx, "priority", r->conf->name, was, is, why);
}

void vrrp_router_take_priority(struct vrrp_router *r, const struct track *cause)
{
	uint8_t was = r->params.priority;

	vrrp_router_hold_priority(r, r->held_priority);
	if (r->params.priority == was)
		return;
	say_priority(r, was, cause);
	if (r->waits_for == VRRP_BECAUSE_NONE)
		vrrp_router_step(r, &(struct vrrp_event){ .type = VRRP_EV_PRIORITY });
	vrrp_router_touch(r);
}

void vrrp_router_tracked(void *owner, const struct track *cause)
{
	vrrp_router_take_priority(owner, cause);
	vrrp_router_link(owner);
}
