/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the operator is told of other routers that claim to be active while we do, or that behave as
 * if they were: log, counters, events. What to do about them is decided in fsm_advert.c. Called by
 * adverts.c with each advert, and by router.c after each step.
 */
#include <stdio.h>

#include "vrrp/notify.h"
#include "vrrp/router.h"

static void say_rival(struct vrrp_router *r, const struct vrrp_event *advert)
{
	char source[ADDR_TEXT_BYTES];

	r->slot.rivals++;
	vrrp_notify_lower_priority(r);
	log_limited(&r->rival_limit, LOG_LEVEL_WARNING,
		"instance %s: peer %s with priority %u is active, too; %s", r->conf->name,
		addr_format(&advert->source, source), advert->priority,
		r->params.lower_prio_no_advert ? "announcing" : "answering and announcing");
}

/* RFC 9568 erratum 8298: a mistake that no election can put right. */
static void say_owners(struct vrrp_router *r, const struct vrrp_event *advert)
{
	bool is_higher = addr_cmp(&advert->source, &r->params.source) > 0;
	char source[ADDR_TEXT_BYTES];

	log_limited(&r->owner_limit, LOG_LEVEL_ERROR,
		"instance %s: CONFIGURATION ERROR: peer %s has priority 255, too, and only one "
		"router can own the addresses; %s: set a lower priority on one of them",
		r->conf->name, addr_format(&advert->source, source),
		r->params.is_ignoring_adverts ? "its adverts are ignored (owner_ignore_adverts)"
		: is_higher		      ? "its address is higher, so this one gives way"
					      : "its address is lower, so it has to give way");
}

void vrrp_rivals_heard(
	struct vrrp_router *r, const struct vrrp_fsm *was, const struct vrrp_event *advert)
{
	if (r->params.priority == VRRP_OWNER_PRIORITY && advert->priority == VRRP_OWNER_PRIORITY &&
		was->state == VRRP_ACTIVE)
		say_owners(r, advert);
	if (r->fsm.state == VRRP_ACTIVE && advert->priority > 0)
		say_rival(r, advert);
}

/* An episode with two active routers begins or ends while we are active. */
void vrrp_rivals_stepped(struct vrrp_router *r, const struct vrrp_fsm *was)
{
	char source[ADDR_TEXT_BYTES], reason[VRRP_REASON_TEXT_BYTES];
	bool is_over = was->is_contested;

	if (was->state != VRRP_ACTIVE || r->fsm.state != VRRP_ACTIVE ||
		was->is_contested == r->fsm.is_contested)
		return;
	addr_format(&r->fsm.peer, source);
	if (is_over)
		snprintf(reason, sizeof(reason), "peer %s gave way; announced again", source);
	else
		snprintf(reason, sizeof(reason), "peer %s with priority %u is active, too", source,
			r->fsm.peer_priority);
	if (is_over)
		log_notice("instance %s: alone active again (%s)", r->conf->name, reason);
	role_event(r->engine->ctx, "conflict", r->conf->name, is_over ? "two active" : "one active",
		is_over ? "one active" : "two active", reason);
}
