/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trackers of a virtual router: made from its configuration, fed from the table of links
 * and the scripts. Called by router.c; what results mean is decided in track.c.
 */
#include "vrrp/tracking.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/exit.h"
#include "vrrp/router.h"
#include "vrrp/script.h"

static enum track_result look_at_link(const struct vrrp_engine *engine, const char *name)
{
	const struct link_info *link = link_by_name(&engine->link.table, name);
	unsigned both = IFF_UP | IFF_RUNNING;

	return link && (link->flags & both) == both ? TRACK_UP : TRACK_DOWN;
}

static enum track_result look(const struct vrrp_router *r, size_t i)
{
	if (r->tracking.list[i].kind == TRACK_INTERFACE)
		return look_at_link(r->engine, r->tracking.list[i].name);
	return r->tracking.scripts[i] ? r->tracking.scripts[i]->result : TRACK_UNKNOWN;
}

/* Which one changed the priority is said by its last words. */
static void say_priority(struct vrrp_router *r, uint8_t from, const struct track *changed)
{
	char was[8], is[8], why[TRACK_TEXT_BYTES];

	if (r->fsm.state == VRRP_INIT || !changed)
		return;
	snprintf(was, sizeof(was), "%u", from);
	snprintf(is, sizeof(is), "%u", r->params.priority);
	track_text(changed, why);
	log_notice("instance %s: priority %s -> %s (%s)", r->conf->name, was, is, why);
	role_event(r->engine->ctx, "priority", r->conf->name, was, is, why);
}

static const struct track *feed(struct vrrp_router *r)
{
	const struct track *changed = NULL;

	for (size_t i = 0; i < r->tracking.count; i++) {
		struct track *t = &r->tracking.list[i];
		enum track_result result = look(r, i);

		if (result == t->result)
			continue;
		t->result = result;
		if (t->weight)
			changed = t;
	}
	return changed;
}

static void decide(struct vrrp_router *r, uint8_t base)
{
	struct vrrp_tracking *t = &r->tracking;

	t->verdict = track_decide(t->list, t->count, base);
	if (t->verdict.is_complete)
		t->held_priority = 0;
	r->params.priority = t->held_priority ? t->held_priority : t->verdict.priority;
}

void vrrp_tracking_refresh(struct vrrp_router *r)
{
	uint8_t was = r->params.priority;
	const struct track *changed = feed(r);

	decide(r, r->conf->priority);
	if (r->params.priority != was)
		say_priority(r, was, changed);
}

static void *allocate(size_t count, size_t bytes)
{
	void *p = calloc(count + 1, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for a virtual router");
	return p;
}

static void add(struct vrrp_tracking *t, enum track_kind kind, const char *name,
	struct conf_weight weight, const struct vrrp_script *script)
{
	t->scripts[t->count] = script;
	t->list[t->count++] = (struct track){
		.kind = kind, .name = name, .weight = weight.value, .is_reverse = weight.is_reverse
	};
}

void vrrp_tracking_take(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	const struct vrrp_tracks *c = &conf->tracks;
	struct vrrp_tracking *t = &r->tracking;
	size_t room = c->interfaces.count + c->scripts.count;

	free(t->list);
	free(t->scripts);
	t->count = 0;
	t->list = allocate(room, sizeof(*t->list));
	t->scripts = allocate(room, sizeof(*t->scripts));
	for (size_t i = 0; i < c->interfaces.count; i++) {
		const struct vrrp_track_interface_conf *one = c->interfaces.items[i];

		add(t, TRACK_INTERFACE, one->interface, one->weight, NULL);
	}
	for (size_t i = 0; i < c->scripts.count; i++) {
		const struct vrrp_track_conf *one = c->scripts.items[i];

		add(t, TRACK_SCRIPT, one->name, one->weight,
			vrrp_script_find(r->engine, one->name));
	}
	feed(r);
	decide(r, conf->priority);
}

void vrrp_tracking_free(struct vrrp_tracking *t)
{
	free(t->list);
	free(t->scripts);
	*t = (struct vrrp_tracking){ 0 };
}

enum vrrp_reason vrrp_tracking_fault(const struct vrrp_tracking *t)
{
	if (t->verdict.fault)
		return VRRP_BECAUSE_TRACKER;
	return t->verdict.undecided ? VRRP_BECAUSE_TRACKER_WAITS : VRRP_BECAUSE_NONE;
}

const char *vrrp_tracking_text(const struct vrrp_tracking *t, char buf[TRACK_TEXT_BYTES])
{
	const struct track *one = t->verdict.fault ? t->verdict.fault : t->verdict.undecided;

	buf[0] = '\0';
	return one ? track_text(one, buf) : buf;
}
