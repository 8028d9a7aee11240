/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pace of announcements, and the frames of one address. Called by the engine, routers, and the
 * loop; what is due is decided in announce.c.
 */
#include "vrrp/announcer.h"

#include <unistd.h>

#include "vrrp/arp.h"
#include "vrrp/iface.h"
#include "vrrp/router.h"

enum {
	/* 1000 frames a second, request and reply for each address. */
	TICK_MS = 10,
	ADDRESSES_AT_ONCE = 5,
};

static struct announce_params params_of(const struct vrrp_router *r)
{
	return (struct announce_params){ .repeat = r->conf->garp_master_repeat,
		.delay = r->conf->garp_master_delay,
		.conflict_repeat = r->conf->garp_lower_prio_repeat,
		.conflict_delay = r->conf->garp_lower_prio_delay,
		.refresh = r->conf->garp_master_refresh,
		.refresh_repeat = r->conf->garp_master_refresh_repeat };
}

static void set_due(struct announcer *a, mono_t due)
{
	if (mono_before(due, a->earliest))
		due = a->earliest;
	if (due.us != INT64_MAX && mono_before(due, a->timer.due))
		timer_set(&a->timer, due);
}

/* ---- frames ---- */

static void send_frames(struct vrrp_router *r, uint32_t index)
{
	const struct addr_key key = vrrp_addresses_key(r, r->vips[index].conf);
	const struct link_info *link = link_by_index(&r->engine->link.table, key.ifindex);
	struct err e;

	if (!link || !link_can_arp(link) || key.addr.family != AF_INET)
		return;
	for (enum arp_form form = ARP_REQUEST; form <= ARP_REPLY; form++) {
		if (arp_send(r->engine->announcer.fd, key.ifindex, form, link->mac, &key.addr,
			    &e) == 0)
			r->slot.announcements++;
		else
			log_limited(&r->arp_limit, LOG_LEVEL_WARNING, "instance %s: %s",
				r->conf->name, e.text);
	}
	vrrp_router_touch(r);
}

/* Announces one address that is due, if there is one; false if not. */
static bool announce_one_of(struct vrrp_router *r, mono_t now)
{
	const struct announce_params params = params_of(r);
	uint32_t i;

	if (r->fsm.state != VRRP_ACTIVE || !announce_take(&r->plan, &params, now, &i))
		return false;
	if (r->vips[i].was_present) /* else it is announced when it comes */
		send_frames(r, i);
	return true;
}

/* ---- the pace ---- */

/*
 * One address of each router in turn, so that a router with many does not hold up the others; and
 * no address twice, so that the rounds of a burst are a little apart: whatever loses one frame, or
 * relearns an address just now, does not lose all of them.
 */
static int announce_some(struct announcer *a, mono_t now)
{
	struct vrrp_router *r = a->from;
	int idle = 0, sent = 0, routers = 0;

	for (struct vrrp_router *o = a->engine->routers; o; o = o->next, routers++)
		o->announced = 0;
	while (sent < ADDRESSES_AT_ONCE && idle < routers) {
		if (!r)
			r = a->engine->routers;
		if (r->announced < r->vip_count && announce_one_of(r, now)) {
			r->announced++;
			sent++;
			idle = 0;
		} else {
			idle++;
		}
		r = r->next;
	}
	a->from = r;
	return sent;
}

static void on_timer(void *arg)
{
	struct announcer *a = arg;
	mono_t now = mono_now();

	if (announce_some(a, now))
		a->earliest = mono_add(now, span_ms(TICK_MS));
	for (const struct vrrp_router *r = a->engine->routers; r; r = r->next)
		if (r->fsm.state == VRRP_ACTIVE)
			set_due(a, announce_due(&r->plan, now));
}

int announcer_open(struct announcer *a, struct vrrp_engine *engine, struct err *e)
{
	*a = (struct announcer){ .engine = engine, .fd = -1 };
	if (timer_open(&a->timer, engine->ctx->loop, on_timer, a, e) < 0)
		return -1;
	a->fd = arp_open(e);
	return a->fd < 0 ? -1 : 0;
}

void announcer_close(struct announcer *a)
{
	timer_close(&a->timer);
	if (a->fd >= 0)
		close(a->fd);
	*a = (struct announcer){ .fd = -1 };
}

/* ---- of one router ---- */

void announcer_plan(struct vrrp_router *r, mono_t now)
{
	set_due(&r->engine->announcer, announce_due(&r->plan, now));
}

void announcer_start(struct vrrp_router *r, enum announcement what, mono_t now)
{
	const struct announce_params params = params_of(r);

	announce_start(&r->plan, &params, what, now);
	announcer_plan(r, now);
}

void announcer_add(struct vrrp_router *r, size_t index, mono_t now)
{
	const struct announce_params params = params_of(r);

	announce_one(&r->plan, &params, (uint32_t)index);
	announcer_plan(r, now);
}

void announcer_refresh(struct vrrp_router *r, mono_t now)
{
	const struct announce_params params = params_of(r);

	announce_refresh(&r->plan, &params, now);
	announcer_plan(r, now);
}

void announcer_forget(struct announcer *a, const struct vrrp_router *r)
{
	if (a->from == r)
		a->from = NULL;
}
