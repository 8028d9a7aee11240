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
#include "vrrp/arp.h"
#include "vrrp/iface.h"

/* ---- what is published ---- */

void vrrp_router_publish(struct vrrp_router *r)
{
	struct vrrp_slot *s = &r->slot;

	r->is_dirty = false;
	s->state = r->fsm.state;
	s->reason = r->is_waiting ? VRRP_BECAUSE_TRACKER_WAITS : r->fsm.reason;
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
		s->errors[i] = r->errors[i] + r->iface->errors[i];
	if (r->engine->page && r->slot_index < VRRP_SLOTS)
		page_write(r->engine->page, r->slot_index, s);
}

void vrrp_router_touch(struct vrrp_router *r)
{
	r->is_dirty = true;
	vrrp_engine_publish_soon(r->engine);
}

/* ---- actions ---- */

static struct announce_params announce_params(const struct vrrp_router *r)
{
	return (struct announce_params){ .repeat = r->conf->garp_master_repeat,
		.delay = r->conf->garp_master_delay,
		.refresh = r->conf->garp_master_refresh,
		.refresh_repeat = r->conf->garp_master_refresh_repeat };
}

static void announce(struct vrrp_router *r, bool is_once, mono_t now)
{
	const struct announce_params params = announce_params(r);

	if (is_once)
		announce_resume(&r->plan, &params, now);
	else
		announce_start(&r->plan, &params, now);
	vrrp_engine_announce_at(r->engine, announce_due(&r->plan, now));
}

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
	case VRRP_DO_ANNOUNCE: announce(r, a->is_once, now); break;
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
	for (unsigned i = 0; i < actions.count; i++)
		execute(r, &actions.list[i], why, now);
	say_preempt_delay(r, &was);
}

/* ---- events ---- */

static void on_timer(void *arg)
{
	struct vrrp_router *r = arg;
	struct vrrp_event event = { .type = VRRP_EV_ADVERT_TIMER };
	mono_t due;

	/* Whoever was late (stopped, paused, flooded) hears first what happened meanwhile. */
	if (r->fsm.state == VRRP_BACKUP)
		vrrp_iface_hear_out(r->iface);
	else
		vrrp_iface_drain(r->iface);
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
		source = r->iface->source;
	if (addr_is_set(&source))
		r->params.source = source;
	if (r->iface->fault != VRRP_BECAUSE_NONE)
		return r->iface->fault;
	if (!addr_is_set(&source))
		return VRRP_BECAUSE_NO_SOURCE;
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
	uint8_t priority = r->params.priority;

	vrrp_tracking_refresh(r);
	if (r->is_waiting) {
		vrrp_router_start(r);
		return;
	}
	if (priority != r->params.priority) {
		vrrp_router_step(r, &(struct vrrp_event){ .type = VRRP_EV_PRIORITY });
		vrrp_router_touch(r);
	}
	step_fault(r, (struct vrrp_event){ .type = VRRP_EV_LINK, .reason = find_fault(r) });
	if (r->fsm.state != VRRP_INIT)
		vrrp_addresses_reconcile(r);
}

bool vrrp_router_announce(struct vrrp_router *r, mono_t now)
{
	const struct announce_params params = announce_params(r);
	const struct link_info *link;
	struct addr_key key;
	struct err e;
	uint32_t i;

	if (r->fsm.state != VRRP_ACTIVE || !announce_take(&r->plan, &params, now, &i))
		return false;
	if (!r->vips[i].was_present)
		return true; /* when it comes, it is announced */
	key = vrrp_addresses_key(r, r->vips[i].conf);
	link = link_by_index(&r->engine->link.table, key.ifindex);
	if (!link || !link_can_arp(link) || key.addr.family != AF_INET)
		return true;
	for (enum arp_form form = ARP_REQUEST; form <= ARP_REPLY; form++) {
		if (arp_send(r->engine->arp_fd, key.ifindex, form, link->mac, &key.addr, &e) == 0)
			r->slot.announcements++;
		else
			log_limited(&r->arp_limit, LOG_LEVEL_WARNING, "instance %s: %s",
				r->conf->name, e.text);
	}
	vrrp_router_touch(r);
	return true;
}

/* ---- configuration ---- */

static void *allocate(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for a virtual router");
	return p;
}

static bool text_equal(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

bool vrrp_vip_is_alike(const struct vrrp_vip_conf *a, const struct vrrp_vip_conf *b)
{
	return a->scope == b->scope && text_equal(a->label, b->label);
}

static const struct vrrp_vip *find_vip(
	const struct vrrp_vip *vips, size_t count, const struct vrrp_vip_conf *conf)
{
	for (size_t i = 0; i < count; i++) {
		const struct vrrp_vip_conf *c = vips[i].conf;

		if (c->prefix.len == conf->prefix.len &&
			addr_equal(&c->prefix.addr, &conf->prefix.addr) &&
			text_equal(c->dev, conf->dev))
			return &vips[i];
	}
	return NULL;
}

static void take_advertised(struct vrrp_router *r)
{
	r->advertised = allocate(r->vip_count, sizeof(*r->advertised));
	r->advertised_count = 0;
	for (size_t i = 0; i < r->vip_count && r->advertised_count < VRRP_ADDRESSES_MAX; i++)
		if (r->vips[i].conf->prefix.addr.family == AF_INET)
			r->advertised[r->advertised_count++] = r->vips[i].conf->prefix.addr;
}

/* The list of addresses; what is known of those that were in the old list stays known. */
static void take_vips(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	const struct announce_params params = announce_params(r);
	struct vrrp_vip *old = r->vips;
	uint32_t *old_left = r->announce_left;
	size_t old_count = r->vip_count;
	struct announce_plan plan = r->plan;

	free(r->wants);
	free(r->ops);
	free(r->advertised);
	r->vip_count = conf->vips.count;
	r->vips = allocate(r->vip_count, sizeof(*r->vips));
	r->wants = allocate(r->vip_count, sizeof(*r->wants));
	r->ops = allocate(r->vip_count, sizeof(*r->ops));
	r->announce_left = allocate(r->vip_count, sizeof(*r->announce_left));
	announce_init(&r->plan, r->announce_left, (uint32_t)r->vip_count);
	if (old) {
		r->plan.second_due = plan.second_due;
		r->plan.refresh_due = plan.refresh_due;
	}
	for (size_t i = 0; i < r->vip_count; i++) {
		const struct vrrp_vip_conf *c = conf->vips.items[i];
		const struct vrrp_vip *known = find_vip(old, old_count, c);

		if (known) {
			r->vips[i] = *known;
			r->vips[i].was_present &= vrrp_vip_is_alike(known->conf, c);
			announce_raise(&r->plan, (uint32_t)i, old_left[known - old]);
		} else if (r->fsm.state == VRRP_ACTIVE) {
			announce_one(&r->plan, &params, (uint32_t)i);
		}
		r->vips[i].conf = c;
	}
	take_advertised(r);
	r->slot.vips = (uint32_t)r->vip_count;
	free(old);
	free(old_left);
}

static void take_conf(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	r->conf = conf;
	r->params.version = conf->version;
	r->params.preempt = !conf->nopreempt;
	r->params.preempt_delay = conf->preempt_delay;
	r->params.advert_int = conf->advert_int;
	r->params.down_adverts = conf->down_timer_adverts;
	memset(r->slot.name, 0, sizeof(r->slot.name));
	strncpy(r->slot.name, conf->name, sizeof(r->slot.name) - 1);
	r->slot.version = conf->version;
	r->slot.priority_base = conf->priority;
	r->slot.down_adverts = conf->down_timer_adverts;
	r->slot.advert_int_us = conf->advert_int.us;
	vrrp_tracking_take(r, conf);
	take_vips(r, conf);
}

struct vrrp_identity vrrp_router_identity(const struct vrrp_instance_conf *conf)
{
	struct vrrp_identity id = { .family = AF_INET, .vrid = conf->vrid };

	strncpy(id.ifname, conf->interface, sizeof(id.ifname) - 1);
	return id;
}

static void set_limits(struct vrrp_router *r)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };

	r->send_limit = r->vip_limit = r->arp_limit = r->rival_limit = r->sum_limit = limit;
	for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
		r->drop_limits[i] = limit;
}

struct vrrp_router *vrrp_router_new(struct vrrp_engine *engine,
	const struct vrrp_instance_conf *conf, uint32_t slot_index, const struct vrrp_slot *left)
{
	const struct vrrp_identity id = vrrp_router_identity(conf);
	struct vrrp_router *r = allocate(1, sizeof(*r));
	struct err e;

	r->engine = engine;
	r->slot_index = slot_index;
	r->fsm.advert_due = r->fsm.down_due = MONO_NEVER;
	r->work_due = MONO_NEVER;
	set_limits(r);
	if (left)
		r->slot = *left; /* its counters go on */
	memcpy(r->slot.ifname, id.ifname, sizeof(r->slot.ifname));
	r->slot.family = id.family;
	r->slot.vrid = id.vrid;
	r->slot.unicast_source = id.unicast_source;
	r->slot.queue = conf_hash(&conf->obj, true);
	r->conf = conf;
	take_conf(r, conf);
	r->iface = vrrp_iface_get(engine, conf->interface);
	r->iface->by_vrid[conf->vrid] = r;
	if (left)
		for (size_t i = 0; i < VRRP_DROP_COUNT; i++)
			r->errors[i] = left->errors[i];
	if (timer_open(&r->timer, engine->ctx->loop, on_timer, r, &e) < 0)
		fatal(EXIT_INTERNAL, "instance %s: %s", conf->name, e.text);
	return r;
}

void vrrp_router_free(struct vrrp_router *r)
{
	if (!r)
		return;
	timer_close(&r->timer);
	r->iface->by_vrid[r->conf->vrid] = NULL;
	vrrp_iface_release(r->iface);
	free(r->vips);
	free(r->wants);
	free(r->ops);
	free(r->announce_left);
	free(r->advertised);
	vrrp_tracking_free(&r->tracking);
	free(r);
}

/* What may be a fault when it reports keeps the router out of the election until it has. */
static bool must_wait(struct vrrp_router *r, enum vrrp_reason fault)
{
	char tracker[TRACK_TEXT_BYTES];
	bool was_waiting = r->is_waiting;

	r->is_waiting = fault == VRRP_BECAUSE_TRACKER_WAITS;
	if (r->is_waiting && !was_waiting)
		log_notice("instance %s: waits: %s", r->conf->name,
			vrrp_tracking_text(&r->tracking, tracker));
	if (r->is_waiting)
		vrrp_router_publish(r);
	return r->is_waiting;
}

void vrrp_router_start(struct vrrp_router *r)
{
	const struct vrrp_identity id = vrrp_router_identity(r->conf);
	const struct vrrp_slot left = r->slot;
	struct vrrp_event event = { .type = VRRP_EV_START, .reason = find_fault(r) };

	vrrp_addresses_check(r);
	r->slot.is_resumed = false;
	if (vrrp_adopt_may_resume(&left, &id, mono_now())) {
		event.type = VRRP_EV_RESUME;
		if (event.reason == VRRP_BECAUSE_TRACKER_WAITS)
			event.reason = VRRP_BECAUSE_NONE; /* as the predecessor left it */
		r->tracking.held_priority = left.priority;
		vrrp_tracking_refresh(r);
		event.last_sent = (mono_t){ left.last_advert_us };
		r->slot.is_resumed = true;
		r->fsm.since = (mono_t){ left.since_us };
	} else if (r->params.priority != VRRP_OWNER_PRIORITY || event.reason != VRRP_BECAUSE_NONE) {
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
	take_conf(r, conf);
}

void vrrp_router_settle(struct vrrp_router *r)
{
	const struct vrrp_params was = r->old_params;
	enum vrrp_reason fault;

	vrrp_addresses_drop_old(r, r->old_conf);
	if (r->fsm.state == VRRP_ACTIVE &&
		r->old_conf->garp_master_refresh.us != r->conf->garp_master_refresh.us) {
		const struct announce_params params = announce_params(r);

		announce_refresh(&r->plan, &params, mono_now());
	}
	r->old_conf = NULL;
	vrrp_addresses_check(r);
	fault = find_fault(r);
	if (was.version != r->params.version || was.priority != r->params.priority ||
		was.preempt != r->params.preempt || was.advert_int.us != r->params.advert_int.us ||
		was.down_adverts != r->params.down_adverts)
		vrrp_router_step(r, &(struct vrrp_event){ .type = VRRP_EV_PARAMS });
	step_fault(r, (struct vrrp_event){ .type = VRRP_EV_LINK, .reason = fault });
	vrrp_addresses_reconcile(r);
	vrrp_engine_announce_at(r->engine, announce_due(&r->plan, mono_now()));
	vrrp_router_publish(r);
}
