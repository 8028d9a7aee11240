/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shell of the rules in group.c: see grouping.h. Called by router.c, which hands over what
 * happens to a member of a group, and by the engine.
 */
#include "vrrp/grouping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/notify.h"
#include "vrrp/router.h"

static size_t place_of(const struct vrrp_group *g, const struct vrrp_router *r)
{
	size_t i = 0;

	while (g->members[i] != r)
		i++;
	return i;
}

/* ---- the state of the group ---- */

static void publish(struct vrrp_group *g)
{
	for (size_t i = 0; i < g->group.count; i++)
		vrrp_router_publish(g->members[i]);
}

/* Who is to blame: the member whose fault it is, else who was stepped first. */
static const struct vrrp_router *cause_of(const struct vrrp_group *g, const struct vrrp_router *r)
{
	size_t by;

	for (size_t i = 0; i < g->group.count; i++)
		if (group_fault(&g->group, i, &by) != VRRP_BECAUSE_NONE)
			return g->members[by];
	return r ? r : g->members[0];
}

/* After steps of members: does the group as a whole have another state? */
static void settle(struct vrrp_group *g, const struct vrrp_router *r)
{
	char why[TRACK_TEXT_BYTES + VRRP_REASON_TEXT_BYTES];
	enum vrrp_state from = g->state, to;

	/* While a reload is applied members may be gone already. */
	if (g->engine->groups.holds || !g->group.count)
		return;
	to = group_state(&g->group, from);
	if (to == from)
		return;
	r = cause_of(g, r);
	g->state = to;
	g->since = mono_now();
	g->transitions++;
	g->is_waiting = false;
	snprintf(why, sizeof(why), "instance %s: %s", r->conf->name, r->why);
	publish(g);
	log_notice("group %s: %s -> %s (%s)", g->conf->name, vrrp_state_word(from),
		vrrp_state_word(to), why);
	role_event(g->engine->ctx, "group", g->conf->name, vrrp_state_word(from),
		vrrp_state_word(to), why);
	vrrp_notify_group(g->engine->ctx, g->conf, g->transitions, from, to, r->fsm.reason);
}

void vrrp_groups_hold(struct vrrp_engine *engine)
{
	engine->groups.holds++;
}

void vrrp_groups_release(struct vrrp_engine *engine)
{
	if (--engine->groups.holds)
		return;
	for (struct vrrp_group *g = engine->groups.list; g; g = g->next)
		settle(g, NULL);
}

/* ---- steps ---- */

/*
 * The same event for several members, one after the other; but what they say comes before anybody
 * touches an address, so that no peer of the last one waits for the addresses of the first.
 */
struct batch {
	struct vrrp_group *g;
	struct vrrp_step *steps;
};

static struct batch batch_begin(struct vrrp_group *g)
{
	struct batch b = { g, calloc(g->group.count + 1, sizeof(*b.steps)) };

	if (!b.steps)
		fatal(EXIT_INTERNAL, "out of memory for a sync group");
	return b;
}

static void batch_add(struct batch *b, size_t i, const struct vrrp_event *event)
{
	vrrp_router_decide(b->g->members[i], event, &b->steps[i]);
	vrrp_router_say(b->g->members[i], &b->steps[i]);
}

static void batch_end(struct batch *b)
{
	for (size_t i = 0; i < b->g->group.count; i++)
		vrrp_router_finish(b->g->members[i], &b->steps[i]);
	free(b->steps);
}

static void tell_others(struct vrrp_group *g, const struct vrrp_router *r, enum group_cue cue)
{
	struct batch b = batch_begin(g);
	char words[TRACK_TEXT_BYTES];
	struct vrrp_event event;

	snprintf(words, sizeof(words), "instance %.*s: %.*s", 40, r->conf->name, 40, r->why);
	for (size_t i = 0; i < g->group.count; i++) {
		if (g->members[i] == r || !group_tell(cue, g->members[i]->fsm.state, &event))
			continue;
		event.words = words;
		batch_add(&b, i, &event);
	}
	batch_end(&b);
}

void vrrp_group_step(struct vrrp_group *g, struct vrrp_router *r, const struct vrrp_event *event)
{
	const struct vrrp_fsm was = r->fsm;
	size_t i = place_of(g, r);
	struct vrrp_event e = *event;
	struct vrrp_step step;
	enum group_cue cue;

	if (e.type == VRRP_EV_ADVERT)
		e.is_held = group_holds(&g->group, i, &e, mono_now());
	if (e.type == VRRP_EV_START || e.type == VRRP_EV_LINK)
		e.is_held = group_must_listen(&g->group);
	vrrp_router_decide(r, &e, &step);
	vrrp_router_finish(r, &step);
	cue = group_cue(&g->group, i, &was, &e);
	if (cue != GROUP_GOES_ON)
		tell_others(g, r, cue);
	settle(g, r);
}

void vrrp_group_tell(struct vrrp_group *g, const struct vrrp_event *event)
{
	struct batch b = batch_begin(g);

	for (size_t i = 0; i < g->group.count; i++)
		batch_add(&b, i, event);
	batch_end(&b);
	settle(g, NULL);
}

/* Once for each time: why nothing happens although a timer ran out. */
static void say_waiting(struct vrrp_group *g, size_t i, mono_t now)
{
	size_t other = group_waits_for(&g->group, i, now);

	if (other != g->group.count)
		vrrp_router_touch(g->members[i]);
	if (g->is_waiting || other == g->group.count)
		return;
	g->is_waiting = true;
	log_notice("group %s: instance %s would become active, and waits for instance %s, which %s",
		g->conf->name, g->members[i]->conf->name, g->members[other]->conf->name,
		addr_is_set(&g->members[other]->fsm.active) ? "hears an active peer"
							    : "listens still");
}

void vrrp_group_take_over(struct vrrp_group *g, struct vrrp_router *r, mono_t now)
{
	const struct vrrp_event event = { .type = VRRP_EV_DOWN_TIMER };
	struct batch b;

	for (size_t i = 0; i < g->group.count; i++)
		vrrp_listener_hear_out(g->members[i]->listener);
	/* On a silent link the timer begins again. */
	for (size_t i = 0; i < g->group.count; i++)
		if (vrrp_fsm_is_link_silent(&g->members[i]->params, &g->members[i]->fsm, now))
			vrrp_group_step(g, g->members[i], &event);
	if (!group_is_ready(&g->group, now)) {
		say_waiting(g, place_of(g, r), now);
		return;
	}
	b = batch_begin(g);
	for (size_t i = 0; i < g->group.count; i++)
		if (g->members[i]->fsm.state == VRRP_BACKUP)
			batch_add(&b, i, &event);
	batch_end(&b);
	settle(g, r);
}

void vrrp_group_waits_for(
	const struct vrrp_group *g, const struct vrrp_router *r, char *name, size_t room)
{
	size_t other = group_waits_for(&g->group, place_of(g, r), mono_now());

	snprintf(name, room, "%s", other < g->group.count ? g->members[other]->conf->name : "");
}

/* ---- faults ---- */

void vrrp_group_look(struct vrrp_group *g)
{
	g->may_resume = true;
	for (size_t i = 0; i < g->group.count; i++) {
		struct vrrp_router *r = g->members[i];

		g->list[i].fault = vrrp_router_find_fault(r);
		g->may_resume &= r->fsm.state != VRRP_INIT || r->slot.state != VRRP_ACTIVE ||
				 vrrp_router_may_resume(r);
	}
}

enum vrrp_reason vrrp_group_fault(
	const struct vrrp_group *g, const struct vrrp_router *r, char words[TRACK_TEXT_BYTES])
{
	size_t by;
	enum vrrp_reason reason = group_fault(&g->group, place_of(g, r), &by);
	const struct vrrp_router *other = g->members[by];
	char own[TRACK_TEXT_BYTES];

	vrrp_router_fault_words(other, g->list[by].fault, own);
	if (other == r || reason == VRRP_BECAUSE_NONE) {
		memcpy(words, own, sizeof(own));
		return reason;
	}
	snprintf(words, TRACK_TEXT_BYTES, "instance %.*s: %.*s", 40, other->conf->name, 40,
		own[0] ? own : vrrp_reason_words(g->list[by].fault));
	return reason;
}

/* Those whose own fault it is come first: the order in which it happened. */
static void tell_faults(struct vrrp_group *g, bool is_own)
{
	struct batch b = batch_begin(g);
	char words[TRACK_TEXT_BYTES];

	for (size_t i = 0; i < g->group.count; i++) {
		struct vrrp_event event = { .type = VRRP_EV_LINK,
			.is_held = group_must_listen(&g->group),
			.is_silent = silence_lasts(&g->members[i]->iface->silence),
			.words = words };

		if (g->members[i]->waits_for != VRRP_BECAUSE_NONE ||
			(g->list[i].fault != VRRP_BECAUSE_NONE) != is_own)
			continue;
		event.reason = vrrp_group_fault(g, g->members[i], words);
		batch_add(&b, i, &event);
	}
	batch_end(&b);
}

void vrrp_group_link(struct vrrp_group *g)
{
	vrrp_groups_hold(g->engine);
	for (size_t i = 0; i < g->group.count; i++)
		vrrp_router_take_mtu(g->members[i]);
	vrrp_group_look(g);
	tell_faults(g, true);
	tell_faults(g, false);
	for (size_t i = 0; i < g->group.count; i++) {
		if (g->members[i]->waits_for != VRRP_BECAUSE_NONE)
			vrrp_router_start(g->members[i]);
		else if (g->members[i]->fsm.state != VRRP_INIT && g->members[i]->holdings.is_stale)
			vrrp_addresses_reconcile(g->members[i]);
		vrrp_notify_priority(g->members[i]);
	}
	vrrp_groups_release(g->engine);
}

/* What the group tracks is different: for all members. */
static void on_tracked(void *owner, const struct track *cause)
{
	struct vrrp_group *g = owner;

	for (size_t i = 0; i < g->group.count; i++)
		vrrp_router_take_priority(g->members[i], cause);
	vrrp_group_link(g);
}

/* ---- configuration ---- */

static struct vrrp_group *find_group(const struct vrrp_engine *engine, const char *name)
{
	struct vrrp_group *g = engine->groups.list;

	/* Names of those not taken over yet are in the old configuration. */
	while (g && strcmp(g->conf->name, name) != 0)
		g = g->next;
	return g;
}

static struct vrrp_group *new_group(struct vrrp_engine *engine)
{
	struct vrrp_group *g = calloc(1, sizeof(*g)), **at = &engine->groups.list;

	if (!g)
		fatal(EXIT_INTERNAL, "out of memory for a sync group");
	g->engine = engine;
	vrrp_tracking_init(&g->tracking, engine, on_tracked, g);
	while (*at)
		at = &(*at)->next;
	*at = g;
	return g;
}

static struct addr lowest_address(const struct vrrp_router *r)
{
	struct addr lowest = { 0 };

	for (size_t i = 0; i < r->advertised_count; i++)
		if (i == 0 || addr_cmp(&r->advertised[i], &lowest) < 0)
			lowest = r->advertised[i];
	return lowest;
}

/* What a predecessor of this process, or a member that came from elsewhere, knows of the group. */
static void take_left(struct vrrp_group *g, const struct vrrp_router *r)
{
	const struct vrrp_slot *s = &r->slot;

	if (g->transitions || strncmp(s->group, g->conf->name, sizeof(s->group) - 1) != 0 ||
		s->group_state >= VRRP_STATE_COUNT)
		return;
	g->state = (enum vrrp_state)s->group_state;
	g->since = (mono_t){ s->group_since_us };
	g->transitions = s->group_transitions;
}

static void take_members(struct vrrp_group *g)
{
	size_t count = 0;

	free(g->members);
	free(g->list);
	g->members = calloc(g->conf->members.count + 1, sizeof(struct vrrp_router *));
	g->list = calloc(g->conf->members.count + 1, sizeof(*g->list));
	if (!g->members || !g->list)
		fatal(EXIT_INTERNAL, "out of memory for a sync group");
	for (size_t i = 0; i < g->conf->members.count; i++) {
		const struct vrrp_member_conf *m = g->conf->members.items[i];
		struct vrrp_router *r = vrrp_engine_find(g->engine, m->instance);

		if (!r)
			continue;
		take_left(g, r);
		r->group = g;
		g->list[count] = (struct group_member){ .params = &r->params,
			.fsm = &r->fsm,
			.contest = &r->contest,
			.vrid = r->conf->vrid,
			.lowest = lowest_address(r) };
		g->members[count++] = r;
	}
	g->group = (struct group){ g->list, count };
	for (size_t i = 0; i < count; i++)
		vrrp_router_hold_priority(g->members[i], g->members[i]->held_priority);
}

static void free_group(struct vrrp_group *g)
{
	vrrp_tracking_free(&g->tracking);
	free(g->members);
	free(g->list);
	free(g);
}

void vrrp_groups_take(struct vrrp_engine *engine, const struct vrrp_conf *conf)
{
	struct vrrp_group **at = &engine->groups.list, *g;

	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		r->group = NULL;
	for (g = *at; g; g = g->next)
		g->is_wanted = false;
	for (size_t i = 0; i < conf->sync_groups.count; i++) {
		const struct vrrp_sync_group_conf *one = conf->sync_groups.items[i];

		g = find_group(engine, one->name);
		if (!g)
			g = new_group(engine);
		g->conf = one;
		g->is_wanted = true;
		g->tracking.owner_name = one->name;
		g->tracking.is_group = true;
		vrrp_tracking_take(&g->tracking, &one->tracks);
		take_members(g);
		vrrp_group_look(g);
	}
	/* What a group adds to the priority of its members goes with it. */
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		if (!r->group)
			vrrp_router_hold_priority(r, r->held_priority);
	while ((g = *at)) {
		if (g->is_wanted) {
			at = &g->next;
			continue;
		}
		*at = g->next;
		free_group(g);
	}
}

void vrrp_groups_free(struct vrrp_engine *engine)
{
	while (engine->groups.list) {
		struct vrrp_group *g = engine->groups.list;

		engine->groups.list = g->next;
		free_group(g);
	}
}
