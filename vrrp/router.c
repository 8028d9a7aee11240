/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One virtual router: feeds its state machine and executes the actions in their order. Called by
 * the engine (life, reload, interfaces), by adverts.c (what peers say) and by its timer. What to do
 * is decided in fsm.c, which addresses to touch in addresses.c.
 */
#include "vrrp/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/notify.h"
#include "vrrp/vmac.h"

/* ---- what is published ---- */

/* Reasons for which the words of the table are not all that is to be said. */
static bool has_words(uint32_t reason)
{
	return reason == VRRP_BECAUSE_TRACKER || reason == VRRP_BECAUSE_TRACKER_WAITS ||
	       reason == VRRP_BECAUSE_STATIC_MISSING || reason == VRRP_BECAUSE_GROUP ||
	       reason == VRRP_BECAUSE_GROUP_YIELDS;
}

static void publish_group(const struct vrrp_router *r, struct vrrp_slot *s)
{
	const struct vrrp_group *g = r->group;

	memset(s->group, 0, sizeof(s->group));
	memset(s->group_waits_for, 0, sizeof(s->group_waits_for));
	if (!g)
		return;
	vrrp_group_waits_for(g, r, s->group_waits_for, sizeof(s->group_waits_for));
	strncpy(s->group, g->conf->name, sizeof(s->group) - 1);
	s->group_state = g->state;
	s->group_since_us = g->since.us;
	s->group_transitions = g->transitions;
}

static void publish_timers(const struct vrrp_router *r, struct vrrp_slot *s)
{
	bool is_adopted = r->params.version == 3 && r->fsm.active_int.us;
	span_t interval = is_adopted ? r->fsm.active_int : r->params.advert_int;

	s->nopreempt = !r->params.preempt;
	s->has_handed_over = r->fsm.has_handed_over;
	s->skew_us = vrrp_skew(&r->params, interval).us;
	s->down_int_us = vrrp_down_interval(&r->params, interval).us;
}

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
	s->preempt_us = vrrp_preempt_due(&r->params, &r->fsm).us;
	if (s->preempt_us == MONO_NEVER.us)
		s->preempt_us = 0;
	s->source = r->params.source;
	vrrp_vmac_name(r, s->vmac);
	s->priority = r->params.priority;
	memset(s->tracker, 0, sizeof(s->tracker));
	if (has_words(s->reason))
		memcpy(s->tracker, r->words, sizeof(r->words));
	publish_group(r, s);
	publish_timers(r, s);
	for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
		s->errors[i] = r->errors[i] + r->listener->errors[i];
	vrrp_lateness_publish(r->engine, s);
	vrrp_slots_write(&r->engine->slots, r->slot_index, s);
	vrrp_election_tell(r);
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
	snprintf(r->why, sizeof(r->why), "%s", why);
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
	case VRRP_DO_SEND: vrrp_adverts_send(r, a->priority, a->interval); break;
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
	if (!r->fsm.preempt_from.us)
		log_notice("instance %s: peer %s has priority %u: preempt_delay is over",
			r->conf->name, peer, r->fsm.peer_priority);
	else if (r->params.preempt_not_before.us)
		log_notice("instance %s: peer %s has a lower priority, %u: put up with until the "
			   "sync daemon has listened for preempt_after_sync, %.3f s",
			r->conf->name, peer, r->fsm.peer_priority,
			span_seconds(r->conf->preempt_after_sync));
	else
		log_notice("instance %s: peer %s has a lower priority, %u: put up with for "
			   "preempt_delay, %.3f s",
			r->conf->name, peer, r->fsm.peer_priority,
			span_seconds(r->params.preempt_delay));
}

void vrrp_router_decide(
	struct vrrp_router *r, const struct vrrp_event *event, struct vrrp_step *step)
{
	*step = (struct vrrp_step){ .was = r->fsm, .now = mono_now() };
	if (event->words && event->words[0])
		snprintf(r->words, sizeof(r->words), "%s", event->words);
	vrrp_fsm_step(&r->params, &step->was, event, step->now, &r->fsm, &step->actions);
	for (unsigned i = 0; i < step->actions.count; i++)
		if (step->actions.list[i].type == VRRP_DO_NOTIFY)
			vrrp_fsm_reason(&step->was, step->actions.list[i].reason, event, step->now,
				step->why);
}

static void perform(struct vrrp_router *r, struct vrrp_step *step, unsigned end)
{
	if (!step->done && r->fsm.state == VRRP_ACTIVE)
		vrrp_vmacs_follow(r); /* up, before anything leaves through it */
	while (step->done < end)
		execute(r, &step->actions.list[step->done++], step->why, step->now);
}

void vrrp_router_say(struct vrrp_router *r, struct vrrp_step *step)
{
	for (unsigned i = 0; i < step->actions.count; i++)
		switch (step->actions.list[i].type) {
		case VRRP_DO_SEND: perform(r, step, i + 1); return;
		case VRRP_DO_TIMER_SET:
		case VRRP_DO_TIMER_OFF: break;
		case VRRP_DO_VIPS_ADD:
		case VRRP_DO_VIPS_DEL:
		case VRRP_DO_ANNOUNCE:
		case VRRP_DO_NOTIFY: return;
		}
}

void vrrp_router_finish(struct vrrp_router *r, struct vrrp_step *step)
{
	if (!step->now.us)
		return; /* nothing was decided */
	perform(r, step, step->actions.count);
	if (!r->engine->is_stopping)
		vrrp_vmacs_follow(r);
	say_preempt_delay(r, &step->was);
	extra_garp_follow(r);
	vrrp_rivals_stepped(r, &step->was);
}

void vrrp_router_step(struct vrrp_router *r, const struct vrrp_event *event)
{
	struct vrrp_step step;

	if (r->group) {
		vrrp_group_step(r->group, r, event);
		return;
	}
	vrrp_router_decide(r, event, &step);
	vrrp_router_finish(r, &step);
}

/* ---- events ---- */

static void on_timer(void *arg)
{
	struct vrrp_router *r = arg;
	struct vrrp_event event = { .type = VRRP_EV_ADVERT_TIMER };
	mono_t due, now;

	vrrp_lateness_note(r->engine,
		r->fsm.state == VRRP_ACTIVE ? r->fsm.advert_due : r->fsm.down_due, mono_now());
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
	now = mono_now();
	if (r->group && event.type == VRRP_EV_DOWN_TIMER)
		vrrp_group_take_over(r->group, r, now);
	else
		vrrp_router_step(r, &event);
	/* Not due after all: something was heard, or the timer was a hair early. Or it is due, and
	 * waits for others in its group: then their timers count. */
	due = r->fsm.state == VRRP_ACTIVE   ? r->fsm.advert_due
	      : r->fsm.state == VRRP_BACKUP ? r->fsm.down_due
					    : MONO_NEVER;
	if (due.us != INT64_MAX && !timer_is_set(&r->timer) && (!r->group || mono_before(now, due)))
		timer_set(&r->timer, due);
}

static enum vrrp_reason link_fault(const struct vrrp_router *r)
{
	bool is_down = r->iface->fault == VRRP_BECAUSE_LINK_DOWN;

	return is_down && r->conf->dont_track_primary ? VRRP_BECAUSE_NONE : r->iface->fault;
}

static bool is_source_gone(const struct vrrp_router *r)
{
	const struct addr source = vrrp_router_configured_source(r->conf);

	return r->conf->track_src_ip && addr_is_set(&source) &&
	       !link_has_addr(&r->engine->link.table, &source);
}

/* Of what it tracks, and its group for it. */
static enum vrrp_reason find_tracker_fault(const struct vrrp_router *r)
{
	enum vrrp_reason own = vrrp_tracking_fault(&r->tracking);
	enum vrrp_reason common =
		r->group ? vrrp_tracking_fault(&r->group->tracking) : VRRP_BECAUSE_NONE;

	if (own == VRRP_BECAUSE_TRACKER || common == VRRP_BECAUSE_TRACKER)
		return VRRP_BECAUSE_TRACKER;
	/* Who takes part already goes on until something new has reported. */
	if (r->fsm.state == VRRP_BACKUP || r->fsm.state == VRRP_ACTIVE)
		return VRRP_BECAUSE_NONE;
	return own != VRRP_BECAUSE_NONE ? own : common;
}

enum vrrp_reason vrrp_router_find_fault(struct vrrp_router *r)
{
	struct addr source = vrrp_router_configured_source(r->conf);

	if (!addr_is_set(&source))
		source = *vrrp_iface_source(r->iface, r->conf->family);
	if (addr_is_set(&source))
		r->params.source = source;
	if (link_fault(r) != VRRP_BECAUSE_NONE)
		return link_fault(r);
	if (vrrp_vmac_is_missing(r))
		return VRRP_BECAUSE_NO_VMAC;
	if (!addr_is_set(&source))
		return VRRP_BECAUSE_NO_SOURCE;
	if (is_source_gone(r))
		return VRRP_BECAUSE_SOURCE_GONE;
	if (r->conf->unicast_fault_no_peer && !r->peer_count)
		return VRRP_BECAUSE_NO_UNICAST_PEER;
	if (r->listener->fd < 0)
		return VRRP_BECAUSE_NO_SOCKET;
	if (r->engine->is_in_maintenance)
		return VRRP_BECAUSE_MAINTENANCE;
	if (vrrp_statics_missing(&r->engine->statics, r->conf))
		return VRRP_BECAUSE_STATIC_MISSING;
	return find_tracker_fault(r);
}

void vrrp_router_fault_words(
	const struct vrrp_router *r, enum vrrp_reason reason, char words[TRACK_TEXT_BYTES])
{
	const struct holding *missing = vrrp_statics_missing(&r->engine->statics, r->conf);
	char text[OBJECT_TEXT_BYTES];

	words[0] = '\0';
	if (reason == VRRP_BECAUSE_STATIC_MISSING && missing)
		snprintf(words, TRACK_TEXT_BYTES, "static %.*s is missing", TRACK_TEXT_BYTES - 20,
			object_text(&missing->id, text));
	if (reason != VRRP_BECAUSE_TRACKER && reason != VRRP_BECAUSE_TRACKER_WAITS)
		return;
	if (vrrp_tracking_fault(&r->tracking) == reason)
		vrrp_tracking_text(&r->tracking, words);
	else if (r->group)
		vrrp_tracking_text(&r->group->tracking, words);
}

/* Its own fault, or that of another one in its group. */
static enum vrrp_reason find_fault(struct vrrp_router *r, char words[TRACK_TEXT_BYTES])
{
	enum vrrp_reason reason = vrrp_router_find_fault(r);

	if (r->group)
		return vrrp_group_fault(r->group, r, words);
	vrrp_router_fault_words(r, reason, words);
	return reason;
}

void vrrp_router_link(struct vrrp_router *r)
{
	struct vrrp_event event = { .type = VRRP_EV_LINK };
	char words[TRACK_TEXT_BYTES];

	vrrp_router_take_mtu(r);
	if (r->group) {
		vrrp_group_link(r->group);
		return;
	}
	if (r->waits_for != VRRP_BECAUSE_NONE) {
		vrrp_router_start(r);
		return;
	}
	event.words = words;
	event.reason = find_fault(r, words);
	event.is_silent = silence_lasts(&r->iface->silence);
	vrrp_router_step(r, &event);
	if (r->fsm.state != VRRP_INIT && r->holdings.is_stale)
		vrrp_addresses_reconcile(r);
	vrrp_notify_priority(r);
}

static void set_limits(struct vrrp_router *r)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };

	r->send_limit = r->arp_limit = r->sum_limit = limit;
	r->rival_limit = r->owner_limit = r->late_limit = limit;
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
	r->slot.queue = conf_hash(&conf->obj, true);
	r->conf = conf;
	vrrp_tracking_init(&r->tracking, engine, vrrp_router_tracked, r);
	r->iface = vrrp_iface_get(engine, conf->interface ? conf->interface : VRRP_IFACE_ANY);
	r->holdings.device = vrrp_addresses_device;
	r->holdings.arg = r;
	r->holdings.repairs = r->slot.repairs;
	keeper_join(&engine->keeper, &r->holdings);
	vrrp_router_take_conf(r, conf);
	vrrp_listener_join(r);
	if (left)
		for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
			r->errors[i] = left->errors[i];
	if (timer_open(&r->timer, engine->ctx->loop, on_timer, r, &e) < 0 ||
		announcer_join(r, &e) < 0 || extra_garp_open(r, &e) < 0)
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
	extra_garp_close(r);
	vrrp_listener_leave(r);
	keeper_leave(&r->engine->keeper, &r->holdings);
	vrrp_addresses_promote(r, false);
	vrrp_iface_release(r->iface);
	free(r->vips);
	free(r->announce_left);
	free(r->advertised);
	free(r->peers);
	vrrp_tracking_free(&r->tracking);
	free(r);
}

/*
 * What keeps a router out of the election until it is over: the delays of the start, and what may
 * be a fault when it reports.
 */
static bool must_wait(struct vrrp_router *r, enum vrrp_reason fault, const char *words)
{
	enum vrrp_reason before = r->waits_for;
	bool waits = fault == VRRP_BECAUSE_TRACKER_WAITS || fault == VRRP_BECAUSE_STARTUP_DELAY;

	r->waits_for = waits ? fault : VRRP_BECAUSE_NONE;
	if (fault == VRRP_BECAUSE_TRACKER_WAITS && fault != before)
		log_notice("instance %s: waits: %s", r->conf->name, words);
	if (waits) {
		snprintf(r->words, sizeof(r->words), "%s", words);
		vrrp_router_publish(r);
	}
	return waits;
}

bool vrrp_router_may_resume(const struct vrrp_router *r)
{
	const struct vrrp_identity id = vrrp_router_identity(r->conf);

	return vrrp_adopt_may_resume(&r->slot, &id, mono_now());
}

void vrrp_router_start(struct vrrp_router *r)
{
	const struct vrrp_slot left = r->slot;
	char words[TRACK_TEXT_BYTES];
	struct vrrp_event event = { .type = VRRP_EV_START,
		.words = words,
		.is_silent = silence_lasts(&r->iface->silence) };

	event.reason = find_fault(r, words);

	vrrp_addresses_check(r);
	r->slot.is_resumed = false;
	if (vrrp_router_may_resume(r) && (!r->group || r->group->may_resume)) {
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
		vrrp_vmacs_follow(r);
	}
	if (!must_wait(r, event.reason, words))
		vrrp_router_step(r, &event);
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
	vrrp_listener_join(r);
}

void vrrp_router_settle(struct vrrp_router *r)
{
	const struct vrrp_params was = r->old_params;
	struct vrrp_event event = { .type = VRRP_EV_LINK };
	char words[TRACK_TEXT_BYTES];

	if (r->fsm.state == VRRP_ACTIVE &&
		r->old_conf->garp_master_refresh.us != r->conf->garp_master_refresh.us)
		announcer_refresh(r, mono_now());
	r->old_conf = NULL;
	vrrp_addresses_check(r);
	event.words = words;
	event.reason = find_fault(r, words);
	if (was.version != r->params.version || was.priority != r->params.priority ||
		was.preempt != r->params.preempt || was.advert_int.us != r->params.advert_int.us ||
		was.down_adverts != r->params.down_adverts)
		vrrp_router_step(r, &(struct vrrp_event){ .type = VRRP_EV_PARAMS });
	event.is_silent = silence_lasts(&r->iface->silence);
	vrrp_router_step(r, &event);
	/* Due already, and it waited for others in the group it was in. */
	if (r->fsm.state == VRRP_BACKUP && !timer_is_set(&r->timer))
		timer_set(&r->timer, r->fsm.down_due);
	vrrp_addresses_reconcile(r);
	announcer_plan(r, mono_now());
	vrrp_router_publish(r);
	vrrp_notify_priority(r);
}
