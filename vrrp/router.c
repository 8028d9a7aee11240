/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One virtual router: feeds its state machine and executes the actions in their order. Called by
 * the engine (life, reload, interfaces), by adverts.c (what peers say) and by its timer. What to do
 * is decided in fsm.c, which addresses to touch in addresses.c.
 */
#include "vrrp/router.h"

#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/notify.h"
#include "vrrp/vmac.h"

/* ---- what is published ---- */

void vrrp_router_publish(struct vrrp_router *r)
{
	struct vrrp_slot *s = &r->slot;

	r->is_dirty = false;
	s->state = r->fsm.state;
	s->reason = r->waits_for != VRRP_BECAUSE_NONE ? r->waits_for : r->fsm.reason;
	s->since_us = r->fsm.since.us;
	s->peer = r->fsm.peer;
	s->peer_priority = r->fsm.peer_priority;
	s->peer_heard_us = r->fsm.peer_heard.us;
	s->peer_int_us = r->fsm.peer_int.us;
	s->preempt_us = r->fsm.preempt_from.us ? vrrp_preempt_due(&r->params, &r->fsm).us : 0;
	s->source = r->params.source;
	s->priority = r->params.priority;
	s->tracker[0] = '\0';
	if (s->reason == VRRP_BECAUSE_TRACKER || s->reason == VRRP_BECAUSE_TRACKER_WAITS)
		vrrp_tracking_text(&r->tracking, s->tracker);
	for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
		s->errors[i] = r->errors[i] + r->listener->errors[i];
	vrrp_slots_write(&r->engine->slots, r->slot_index, s);
}

void vrrp_router_touch(struct vrrp_router *r)
{
	r->is_dirty = true;
	vrrp_engine_publish_soon(r->engine);
}

/* ---- actions ---- */

static void on_transition(struct vrrp_router *r, const struct vrrp_action *a, const char *why)
{
	struct vrrp_slot *s = &r->slot;
	bool is_change = a->from != a->to;

	if (is_change) {
		s->transitions++;
		s->previous = a->from;
		s->became_active += a->to == VRRP_ACTIVE;
		s->released += a->from == VRRP_ACTIVE;
	}
	if (a->to != VRRP_ACTIVE)
		announce_stop(&r->plan);
	vrrp_router_publish(r);
	if (!is_change) {
		log_notice(
			"instance %s: stays %s (%s)", r->conf->name, vrrp_state_word(a->to), why);
		return;
	}
	log_notice("instance %s: %s -> %s (%s)", r->conf->name, vrrp_state_word(a->from),
		vrrp_state_word(a->to), why);
	role_event(r->engine->ctx, "instance", r->conf->name, vrrp_state_word(a->from),
		vrrp_state_word(a->to), why);
	vrrp_notify(r, a->from, a->to, a->reason);
}

static void execute(struct vrrp_router *r, const struct vrrp_action *a, const char *why, mono_t now)
{
	switch (a->type) {
	case VRRP_DO_SEND: vrrp_adverts_send(r, a->priority); break;
	case VRRP_DO_VIPS_ADD: vrrp_addresses_reconcile(r); break;
	case VRRP_DO_VIPS_DEL:
		/* When all stop, all say priority 0 first: their peers need not wait for addresses.
		 */
		if (!r->engine->is_stopping)
			vrrp_addresses_reconcile(r);
		break;
	case VRRP_DO_ANNOUNCE: announcer_start(r, a->what, now); break;
	case VRRP_DO_TIMER_SET: timer_set(&r->timer, a->due); break;
	case VRRP_DO_TIMER_OFF: timer_off(&r->timer); break;
	case VRRP_DO_NOTIFY: on_transition(r, a, why); break;
	}
}

/* Why the higher priority does not take over yet. */
static void say_preempt_delay(const struct vrrp_router *r, const struct vrrp_fsm *was)
{
	char peer[ADDR_TEXT_BYTES];

	if (r->fsm.state != VRRP_BACKUP || !was->preempt_from.us == !r->fsm.preempt_from.us)
		return;
	addr_format(&r->fsm.peer, peer);
	if (r->fsm.preempt_from.us)
		log_notice("instance %s: peer %s has a lower priority, %u: put up with for "
			   "preempt_delay, %.3f s",
			r->conf->name, peer, r->fsm.peer_priority,
			span_seconds(r->params.preempt_delay));
	else
		log_notice("instance %s: peer %s has priority %u: preempt_delay is over",
			r->conf->name, peer, r->fsm.peer_priority);
}

void vrrp_router_step(struct vrrp_router *r, const struct vrrp_event *event)
{
	struct vrrp_fsm was = r->fsm;
	struct vrrp_actions actions;
	char why[VRRP_REASON_TEXT_BYTES] = "";
	mono_t now = mono_now();

	vrrp_fsm_step(&r->params, &was, event, now, &r->fsm, &actions);
	for (unsigned i = 0; i < actions.count; i++)
		if (actions.list[i].type == VRRP_DO_NOTIFY)
			vrrp_fsm_reason(&was, actions.list[i].reason, event, now, why);
	if (r->fsm.state == VRRP_ACTIVE)
		vrrp_vmacs_follow(r); /* up, before anything leaves through it */
	for (unsigned i = 0; i < actions.count; i++)
		execute(r, &actions.list[i], why, now);
	if (!r->engine->is_stopping)
		vrrp_vmacs_follow(r);
	say_preempt_delay(r, &was);
	vrrp_rivals_stepped(r, &was);
}

/* ---- events ---- */

static void on_timer(void *arg)
{
	struct vrrp_router *r = arg;
	struct vrrp_event event = { .type = VRRP_EV_ADVERT_TIMER };
	mono_t due;

	/* Whoever was late (stopped, paused, flooded) hears first what happened meanwhile. */
	if (r->fsm.state == VRRP_BACKUP)
		vrrp_listener_hear_out(r->listener);
	else
		vrrp_listener_drain(r->listener);
	vrrp_vmac_drain(r);
	if (r->fsm.state == VRRP_BACKUP) {
		vrrp_engine_sync(r->engine);
		event.type = VRRP_EV_DOWN_TIMER;
	}
	vrrp_router_step(r, &event);
	/* Not due after all: something was heard, or the timer was a hair early. */
	due = r->fsm.state == VRRP_ACTIVE   ? r->fsm.advert_due
	      : r->fsm.state == VRRP_BACKUP ? r->fsm.down_due
					    : MONO_NEVER;
	if (due.us != INT64_MAX && !timer_is_set(&r->timer))
		timer_set(&r->timer, due);
}

/* Looks for the source address and at the trackers; returns why the router cannot run, or NONE. */
static enum vrrp_reason find_fault(struct vrrp_router *r)
{
	struct addr source = r->conf->mcast_src_ip;

	if (!addr_is_set(&source))
		source = *vrrp_iface_source(r->iface, r->conf->family);
	if (addr_is_set(&source))
		r->params.source = source;
	if (r->iface->fault != VRRP_BECAUSE_NONE)
		return r->iface->fault;
	if (vrrp_vmac_is_missing(r))
		return VRRP_BECAUSE_NO_VMAC;
	if (!addr_is_set(&source))
		return VRRP_BECAUSE_NO_SOURCE;
	if (r->listener->fd < 0)
		return VRRP_BECAUSE_NO_SOCKET;
	/* Who takes part already goes on until something new has reported. */
	if (!r->tracking.verdict.fault &&
		(r->fsm.state == VRRP_BACKUP || r->fsm.state == VRRP_ACTIVE))
		return VRRP_BECAUSE_NONE;
	return vrrp_tracking_fault(&r->tracking);
}

static void step_fault(struct vrrp_router *r, struct vrrp_event event)
{
	char tracker[TRACK_TEXT_BYTES];

	event.tracker = vrrp_tracking_text(&r->tracking, tracker);
	vrrp_router_step(r, &event);
}

void vrrp_router_link(struct vrrp_router *r)
{
	vrrp_router_take_mtu(r);
	if (r->waits_for != VRRP_BECAUSE_NONE) {
		vrrp_router_start(r);
		return;
	}
	step_fault(r, (struct vrrp_event){ .type = VRRP_EV_LINK,
			      .reason = find_fault(r),
			      .is_silent = silence_lasts(&r->iface->silence) });
	if (r->fsm.state != VRRP_INIT && r->holdings.is_stale)
		vrrp_addresses_reconcile(r);
	vrrp_notify_priority(r);
}

static void detach_listener(struct vrrp_listener *l, const struct vrrp_router *r)
{
	if (l->by_vrid[r->conf->vrid] == r)
		l->by_vrid[r->conf->vrid] = NULL;
	vrrp_listener_release(l);
}

/* On the group of its configuration, whatever it was before. */
static void attach_listener(struct vrrp_router *r)
{
	struct vrrp_listener *old = r->listener;

	r->listener = vrrp_listener_get(r->iface, vrrp_router_group(r->conf));
	if (old)
		detach_listener(old, r);
	r->listener->by_vrid[r->conf->vrid] = r;
}

static void set_limits(struct vrrp_router *r)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };

	r->send_limit = r->arp_limit = r->sum_limit = limit;
	r->rival_limit = r->owner_limit = limit;
	for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
		r->drop_limits[i] = limit;
}

struct vrrp_router *vrrp_router_new(struct vrrp_engine *engine,
	const struct vrrp_instance_conf *conf, uint32_t slot_index, const struct vrrp_slot *left)
{
	const struct vrrp_identity id = vrrp_router_identity(conf);
	struct vrrp_router *r = calloc(1, sizeof(*r));
	struct err e;

	if (!r)
		fatal(EXIT_INTERNAL, "out of memory for a virtual router");
	r->engine = engine;
	r->slot_index = slot_index;
	r->fsm.advert_due = r->fsm.down_due = MONO_NEVER;
	set_limits(r);
	if (left)
		r->slot = *left; /* its counters go on */
	memcpy(r->slot.ifname, id.ifname, sizeof(r->slot.ifname));
	r->slot.family = id.family;
	r->slot.vrid = id.vrid;
	r->slot.unicast_source = id.unicast_source;
	r->slot.queue = conf_hash(&conf->obj, true);
	r->conf = conf;
	vrrp_tracking_init(&r->tracking, engine, vrrp_router_tracked, r);
	r->iface = vrrp_iface_get(engine, conf->interface);
	r->holdings.device = vrrp_addresses_device;
	r->holdings.arg = r;
	r->holdings.repairs = r->slot.repairs;
	keeper_join(&engine->keeper, &r->holdings);
	vrrp_router_take_conf(r, conf);
	attach_listener(r);
	if (left)
		for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
			r->errors[i] = left->errors[i];
	if (timer_open(&r->timer, engine->ctx->loop, on_timer, r, &e) < 0 ||
		announcer_join(r, &e) < 0)
		fatal(EXIT_INTERNAL, "instance %s: %s", conf->name, e.text);
	return r;
}

void vrrp_router_free(struct vrrp_router *r)
{
	if (!r)
		return;
	timer_close(&r->timer);
	vrrp_vmacs_free(r);
	announcer_leave(r);
	detach_listener(r->listener, r);
	keeper_leave(&r->engine->keeper, &r->holdings);
	vrrp_addresses_promote(r, false);
	vrrp_iface_release(r->iface);
	free(r->vips);
	free(r->announce_left);
	free(r->advertised);
	vrrp_tracking_free(&r->tracking);
	free(r);
}

/*
 * What keeps a router out of the election until it is over: the delays of the start, and what may
 * be a fault when it reports.
 */
static bool must_wait(struct vrrp_router *r, enum vrrp_reason fault)
{
	char tracker[TRACK_TEXT_BYTES];
	enum vrrp_reason before = r->waits_for;
	bool waits = fault == VRRP_BECAUSE_TRACKER_WAITS || fault == VRRP_BECAUSE_STARTUP_DELAY;

	r->waits_for = waits ? fault : VRRP_BECAUSE_NONE;
	if (fault == VRRP_BECAUSE_TRACKER_WAITS && fault != before)
		log_notice("instance %s: waits: %s", r->conf->name,
			vrrp_tracking_text(&r->tracking, tracker));
	if (waits)
		vrrp_router_publish(r);
	return waits;
}

void vrrp_router_start(struct vrrp_router *r)
{
	const struct vrrp_identity id = vrrp_router_identity(r->conf);
	const struct vrrp_slot left = r->slot;
	struct vrrp_event event = { .type = VRRP_EV_START,
		.reason = find_fault(r),
		.is_silent = silence_lasts(&r->iface->silence) };

	vrrp_addresses_check(r);
	r->slot.is_resumed = false;
	if (vrrp_adopt_may_resume(&left, &id, mono_now())) {
		event.type = VRRP_EV_RESUME;
		if (event.reason == VRRP_BECAUSE_TRACKER_WAITS)
			event.reason = VRRP_BECAUSE_NONE; /* as the predecessor left it */
		vrrp_router_hold_priority(r, left.priority);
		event.last_sent = (mono_t){ left.last_advert_us };
		event.priority = left.priority;
		r->slot.is_resumed = true;
		r->fsm.since = (mono_t){ left.since_us };
	} else if (mono_before(mono_now(), r->engine->startup.due)) {
		event.reason = VRRP_BECAUSE_STARTUP_DELAY;
	}
	if (event.type == VRRP_EV_START &&
		(r->params.priority != VRRP_OWNER_PRIORITY || event.reason != VRRP_BECAUSE_NONE)) {
		/* What a dead process left behind must not answer while we listen, or cannot run.
		 */
		vrrp_addresses_reconcile(r);
	}
	if (!must_wait(r, event.reason))
		step_fault(r, event);
}

void vrrp_router_stop(struct vrrp_router *r, enum vrrp_reason reason)
{
	vrrp_router_step(r, &(struct vrrp_event){ .type = VRRP_EV_STOP, .reason = reason });
}

void vrrp_router_take(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	r->old_conf = r->conf;
	r->old_params = r->params;
	vrrp_router_take_conf(r, conf);
	attach_listener(r);
}

void vrrp_router_settle(struct vrrp_router *r)
{
	const struct vrrp_params was = r->old_params;
	enum vrrp_reason fault;

	if (r->fsm.state == VRRP_ACTIVE &&
		r->old_conf->garp_master_refresh.us != r->conf->garp_master_refresh.us)
		announcer_refresh(r, mono_now());
	r->old_conf = NULL;
	vrrp_addresses_check(r);
	fault = find_fault(r);
	if (was.version != r->params.version || was.priority != r->params.priority ||
		was.preempt != r->params.preempt || was.advert_int.us != r->params.advert_int.us ||
		was.down_adverts != r->params.down_adverts)
		vrrp_router_step(r, &(struct vrrp_event){ .type = VRRP_EV_PARAMS });
	step_fault(r, (struct vrrp_event){ .type = VRRP_EV_LINK,
			      .reason = fault,
			      .is_silent = silence_lasts(&r->iface->silence) });
	vrrp_addresses_reconcile(r);
	announcer_plan(r, mono_now());
	vrrp_router_publish(r);
	vrrp_notify_priority(r);
}
