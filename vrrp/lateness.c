/* SPDX-License-Identifier: Apache-2.0 */
/* How late we are, and our peers: see lateness.h. Called by the engine, router.c and adverts.c. */
#include "vrrp/lateness.h"

#include <stdio.h>

#include "vrrp/router.h"

enum {
	TICK_S = 1,
	STALL_MS = 500, /* as late as this, we stood still */
};

/* ---- ourselves ---- */

unsigned vrrp_lateness_bucket(span_t late)
{
	unsigned bucket = 0;

	for (int64_t limit = 1000; late.us > limit && bucket < VRRP_LATENESS_BUCKETS - 1;
		limit *= 10)
		bucket++;
	return bucket;
}

static void say_stall(struct vrrp_engine *engine, span_t late)
{
	char reason[64];

	snprintf(reason, sizeof(reason), "%.3f s late: this process stood still",
		span_seconds(late));
	log_limited(&engine->lateness.limit, LOG_LEVEL_WARNING, "%s", reason);
	role_event(engine->ctx, "stall", "vrrp", "", "", reason);
}

void vrrp_lateness_note(struct vrrp_engine *engine, mono_t due, mono_t now)
{
	struct vrrp_lateness *l = &engine->lateness;
	span_t late = mono_sub(now, due);

	l->counts[vrrp_lateness_bucket(late)]++;
	l->worst = span_max(l->worst, late);
	if (late.us < STALL_MS * 1000)
		return;
	/* Several timers are late after one stall. */
	if (mono_before(l->stalled_until, due))
		say_stall(engine, late);
	l->stalled_until = now;
}

static void set_tick(struct vrrp_lateness *l, mono_t now)
{
	l->tick_due = mono_add(now, span_s(TICK_S));
	timer_set(&l->tick, l->tick_due);
}

static void on_tick(void *arg)
{
	struct vrrp_engine *engine = arg;
	mono_t now = mono_now();

	vrrp_lateness_note(engine, engine->lateness.tick_due, now);
	set_tick(&engine->lateness, now);
}

int vrrp_lateness_open(struct vrrp_engine *engine, struct err *e)
{
	engine->lateness.limit = (struct log_limit){ .burst = 3, .per = span_s(60) };
	if (timer_open(&engine->lateness.tick, engine->ctx->loop, on_tick, engine, e) < 0)
		return -1;
	set_tick(&engine->lateness, mono_now());
	return 0;
}

void vrrp_lateness_close(struct vrrp_engine *engine)
{
	timer_close(&engine->lateness.tick);
}

void vrrp_lateness_publish(const struct vrrp_engine *engine, struct vrrp_slot *slot)
{
	for (unsigned i = 0; i < VRRP_LATENESS_BUCKETS; i++)
		slot->lateness[i] = engine->lateness.counts[i];
	slot->lateness_worst_us = engine->lateness.worst.us;
}

/* ---- peers ---- */

uint32_t vrrp_lateness_missed(const struct vrrp_fsm *was, const struct vrrp_event *advert,
	const struct vrrp_params *params, mono_t stalled_until, mono_t now)
{
	span_t interval = params->version == 3 ? was->peer_int : params->advert_int;
	int64_t passed = mono_sub(now, was->peer_heard).us;

	if (!params->advert_warn || was->state != VRRP_BACKUP || advert->priority == 0 ||
		!addr_equal(&was->active, &advert->source) ||
		!addr_equal(&was->peer, &advert->source) || interval.us <= 0 ||
		mono_before(was->peer_heard, stalled_until))
		return 0;
	passed /= interval.us;
	return passed >= params->advert_warn ? (uint32_t)passed : 0;
}

void vrrp_lateness_heard(
	struct vrrp_router *r, const struct vrrp_fsm *was, const struct vrrp_event *advert)
{
	const struct vrrp_lateness *l = &r->engine->lateness;
	mono_t now = mono_now(), stalled = l->stalled_until;
	char source[ADDR_TEXT_BYTES], reason[96];

	/* Woken up, and the packet comes before the tick that will tell. */
	if (mono_before(mono_add(l->tick_due, span_ms(STALL_MS)), now))
		stalled = now;
	if (!vrrp_lateness_missed(was, advert, &r->params, stalled, now))
		return;
	r->slot.late_adverts++;
	snprintf(reason, sizeof(reason), "advert of peer %s came after %.3f s",
		addr_format(&advert->source, source), span_seconds(mono_sub(now, was->peer_heard)));
	log_limited(&r->late_limit, LOG_LEVEL_WARNING, "instance %s: %s", r->conf->name, reason);
	role_event(r->engine->ctx, "late", r->conf->name, "", "", reason);
}
