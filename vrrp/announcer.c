/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pace of announcements, and the frames of one address. Called by the engine, routers, and the
 * loop; what is due is decided in announce.c.
 */
#include "vrrp/announcer.h"

#include <unistd.h>

#include "vrrp/arp.h"
#include "vrrp/frame.h"
#include "vrrp/iface.h"
#include "vrrp/ndisc.h"
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

static enum pace_kind kind_of(const struct addr *addr)
{
	return addr->family == AF_INET6 ? PACE_NA : PACE_ARP;
}

static void spend(struct pace_budget *budget, enum pace_kind kind, mono_t now)
{
	budget->ready[kind] = mono_add(now, budget->gap[kind]);
}

/* ---- frames ---- */

static void send_frame(
	struct vrrp_router *r, const struct addr_key *key, const uint8_t *frame, size_t len)
{
	char text[ADDR_TEXT_BYTES];
	struct err e;

	if (frame_send(r->engine->announcer.fd, key->ifindex, frame, len, &e) == 0)
		r->slot.announcements++;
	else
		log_limited(&r->arp_limit, LOG_LEVEL_WARNING, "instance %s: address %s: %s",
			r->conf->name, addr_format(&key->addr, text), e.text);
}

static void announce_v4(
	struct vrrp_router *r, const struct addr_key *key, const struct link_info *link)
{
	uint8_t frame[ARP_FRAME_BYTES];

	for (enum arp_form form = ARP_REQUEST; form <= ARP_REPLY; form++) {
		arp_announcement(frame, form, link->mac, &key->addr);
		send_frame(r, key, frame, sizeof(frame));
	}
}

static void announce_v6(
	struct vrrp_router *r, const struct addr_key *key, const struct link_info *link)
{
	uint8_t frame[NDISC_FRAME_BYTES];

	ndisc_announcement(frame, link->mac, &key->addr, link->is_router6);
	send_frame(r, key, frame, sizeof(frame));
}

static void send_frames(struct vrrp_router *r, uint32_t index)
{
	const struct addr_key key = vrrp_addresses_key(r, r->vips[index].conf);
	const struct link_info *link = link_by_index(&r->engine->link.table, key.ifindex);

	if (!link || !link_can_arp(link))
		return;
	if (key.addr.family == AF_INET6)
		announce_v6(r, &key, link);
	else
		announce_v4(r, &key, link);
	vrrp_router_touch(r);
}

/* ---- the queue ---- */

static void push(struct announcer *a, struct vrrp_router *r)
{
	r->turn.next = NULL;
	r->turn.is_queued = true;
	if (a->first)
		a->last->turn.next = r;
	else
		a->first = r;
	a->last = r;
	a->count++;
}

static struct vrrp_router *pop(struct announcer *a)
{
	struct vrrp_router *r = a->first;

	a->first = r->turn.next;
	r->turn.is_queued = false;
	a->count--;
	return r;
}

/* Into the queue if something is due, else later. */
static void find_place(struct vrrp_router *r, mono_t now)
{
	struct announcer *a = &r->engine->announcer;
	mono_t due = announce_due(&r->plan, now);

	if (mono_before(now, due)) {
		timer_set(&r->turn.timer, due);
		return;
	}
	timer_off(&r->turn.timer);
	push(a, r);
	if (!timer_is_set(&a->timer))
		timer_set(&a->timer, mono_before(now, a->earliest) ? a->earliest : now);
}

static void on_turn(void *arg)
{
	announcer_plan(arg, mono_now());
}

/* ---- the pace ---- */

/* When the next address of a router may go out, or now. */
static mono_t ready_at(struct vrrp_router *r, uint32_t index, struct pace_budget **budget)
{
	const struct addr_key key = vrrp_addresses_key(r, r->vips[index].conf);
	const struct link_info *link = link_by_index(&r->engine->link.table, key.ifindex);

	*budget = link ? pace_budget(&r->engine->announcer.pace, link->name) : NULL;
	return *budget ? (*budget)->ready[kind_of(&key.addr)] : (mono_t){ 0 };
}

/*
 * Announces one address of the first in the queue, which goes to its end. False: none may be sent
 * yet, but at *wake.
 */
static bool announce_first(struct announcer *a, mono_t now, mono_t *wake)
{
	struct vrrp_router *r = pop(a);
	const struct announce_params params = params_of(r);
	struct pace_budget *budget;
	mono_t ready;
	uint32_t i;

	if (r->fsm.state != VRRP_ACTIVE || !announce_peek(&r->plan, &params, now, &i)) {
		announcer_plan(r, now);
		return true;
	}
	push(a, r);
	if (r->turn.tick != a->tick)
		r->turn.taken = 0;
	ready = ready_at(r, i, &budget);
	if (mono_before(now, ready) || r->turn.taken == r->vip_count) {
		*wake = mono_min(*wake, ready);
		return false;
	}
	announce_take(&r->plan, &params, now, &i);
	r->turn.tick = a->tick;
	r->turn.taken++;
	if (!r->holdings.items[i].is_there)
		return true; /* it is announced when it comes */
	send_frames(r, i);
	if (budget)
		spend(budget, kind_of(&r->vips[i].conf->prefix.addr), now);
	return true;
}

/*
 * One address of each router in turn, so that a router with many does not hold up the others; and
 * no address twice, so that the rounds of a burst are a little apart: whatever loses one frame, or
 * relearns an address just now, does not lose all of them.
 */
static void on_timer(void *arg)
{
	struct announcer *a = arg;
	mono_t now = mono_now(), wake = MONO_NEVER;
	size_t taken = 0, idle = 0;

	a->tick++;
	while (a->first && taken < ADDRESSES_AT_ONCE && idle < a->count) {
		bool is_taken = announce_first(a, now, &wake);

		taken += is_taken;
		idle = is_taken ? 0 : idle + 1;
	}
	if (taken)
		a->earliest = mono_add(now, span_ms(TICK_MS));
	if (a->first)
		timer_set(&a->timer, taken ? a->earliest : wake);
}

int announcer_open(struct announcer *a, struct vrrp_engine *engine, struct err *e)
{
	*a = (struct announcer){ .engine = engine, .fd = -1 };
	if (timer_open(&a->timer, engine->ctx->loop, on_timer, a, e) < 0)
		return -1;
	a->fd = frame_open(e);
	return a->fd < 0 ? -1 : 0;
}

void announcer_close(struct announcer *a)
{
	timer_close(&a->timer);
	pace_free(&a->pace);
	if (a->fd >= 0)
		close(a->fd);
	*a = (struct announcer){ .fd = -1 };
}

void announcer_take_conf(struct announcer *a, const struct vrrp_conf *conf)
{
	pace_take(&a->pace, conf);
}

/* ---- of one router ---- */

int announcer_join(struct vrrp_router *r, struct err *e)
{
	return timer_open(&r->turn.timer, r->engine->ctx->loop, on_turn, r, e);
}

void announcer_leave(struct vrrp_router *r)
{
	struct announcer *a = &r->engine->announcer;

	timer_close(&r->turn.timer);
	for (size_t i = a->count; i > 0 && r->turn.is_queued; i--) {
		struct vrrp_router *o = pop(a);

		if (o != r)
			push(a, o);
	}
}

void announcer_plan(struct vrrp_router *r, mono_t now)
{
	if (!r->turn.is_queued)
		find_place(r, now);
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
