/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of trackers: see tracking.h. Called by those who own one, and by source.c; what results
 * mean is decided in track.c.
 */
#include "vrrp/tracking.h"

#include <stdlib.h>

#include "core/exit.h"
#include "core/log.h"
#include "vrrp/engine.h"

void vrrp_tracking_init(struct vrrp_tracking *t, struct vrrp_engine *engine,
	void (*changed)(void *owner, const struct track *cause), void *owner)
{
	*t = (struct vrrp_tracking){ .changed = changed, .owner = owner, .engine = engine };
	t->verdict = track_decide(NULL, 0);
}

/* ---- the list ---- */

static void *allocate(size_t count, size_t bytes)
{
	void *p = calloc(count + 1, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for trackers");
	return p;
}

static void leave(struct vrrp_source *s, const struct vrrp_use *use)
{
	struct vrrp_use **at = &s->users;

	while (*at != use)
		at = &(*at)->next;
	*at = use->next;
}

static void not_dirty(struct vrrp_tracking *t)
{
	struct vrrp_tracking **at;

	if (!t->is_dirty)
		return;
	for (at = &t->engine->sources.dirty; *at != t; at = &(*at)->next_dirty)
		;
	*at = t->next_dirty;
	t->is_dirty = false;
}

static void empty(struct vrrp_tracking *t)
{
	not_dirty(t);
	for (size_t i = 0; i < t->count; i++)
		leave(t->uses[i].source, &t->uses[i]);
	free(t->list);
	free(t->uses);
	t->list = NULL;
	t->uses = NULL;
	t->count = 0;
}

void vrrp_tracking_free(struct vrrp_tracking *t)
{
	if (t->engine)
		empty(t);
	*t = (struct vrrp_tracking){ 0 };
}

static void add(struct vrrp_tracking *t, enum track_kind kind, const struct vrrp_track_conf *conf)
{
	struct vrrp_source *s = vrrp_source_find(t->engine, kind, conf->name);
	struct vrrp_use *use = &t->uses[t->count];

	if (!s)
		return;
	*use = (struct vrrp_use){
		.next = s->users, .of = t, .source = s, .track = &t->list[t->count]
	};
	s->users = use;
	t->list[t->count++] = (struct track){ .source = &s->is,
		.weight = conf->weight.value,
		.is_reverse = conf->weight.is_reverse };
}

void vrrp_tracking_take(struct vrrp_tracking *t, const struct vrrp_tracks *conf)
{
	size_t room = 0;

	empty(t);
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		room += conf->lists[kind].count;
	t->list = allocate(room, sizeof(*t->list));
	t->uses = allocate(room, sizeof(*t->uses));
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		for (size_t i = 0; i < conf->lists[kind].count; i++)
			add(t, kind, conf->lists[kind].items[i]);
	t->verdict = track_decide(t->list, t->count);
}

/* ---- changes ---- */

void vrrp_tracking_mark(struct vrrp_tracking *t, const struct track *cause)
{
	t->cause = cause;
	if (t->is_dirty)
		return;
	t->is_dirty = true;
	t->next_dirty = t->engine->sources.dirty;
	t->engine->sources.dirty = t;
}

void vrrp_tracking_tell(struct vrrp_tracking *t)
{
	not_dirty(t);
	t->verdict = track_decide(t->list, t->count);
	t->changed(t->owner, t->cause);
}

/* ---- what it means ---- */

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
	return one ? track_text(one->source, buf) : buf;
}
