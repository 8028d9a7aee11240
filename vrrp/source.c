/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sources of all trackers: see source.h. Called by the engine and by the kinds of sources
 * themselves; what results mean is decided in track.c, who is told in tracking.c.
 */
#include "vrrp/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "core/log.h"
#include "vrrp/engine.h"
#include "vrrp/reach.h"
#include "vrrp/tracking.h"

/* Kinds that are not built have no row: the configuration refuses them. */
static const struct vrrp_source_ops *const kinds[TRACK_KIND_COUNT] = {
	[TRACK_INTERFACE] = &vrrp_interface_ops,
	[TRACK_SCRIPT] = &vrrp_script_ops,
	[TRACK_FILE] = &vrrp_file_ops,
	[TRACK_BFD] = &vrrp_bfd_ops,
	[TRACK_PING] = &vrrp_ping_ops,
	[TRACK_TCP] = &vrrp_tcp_ops,
	[TRACK_PROCESS] = &vrrp_process_ops,
};

static const struct vrrp_source_ops *ops_of(const struct vrrp_source *s)
{
	return kinds[s->is.kind];
}

/* ---- reports ---- */

void vrrp_sources_hold(struct vrrp_engine *engine)
{
	engine->sources.holds++;
}

void vrrp_sources_release(struct vrrp_engine *engine)
{
	if (--engine->sources.holds)
		return;
	while (engine->sources.dirty)
		vrrp_tracking_tell(engine->sources.dirty);
}

static const char *value_word(const struct track_source *s, char *buf, size_t room)
{
	if (s->result == TRACK_UNKNOWN)
		return track_result_word(s->result);
	if (s->kind == TRACK_FILE)
		snprintf(buf, room, "%lld", (long long)s->value);
	else if (s->value + s->missing > 1)
		snprintf(buf, room, "%lld/%lld", (long long)s->value,
			(long long)(s->value + s->missing));
	else
		return track_result_word(s->result);
	return buf;
}

static void say(const struct vrrp_source *s, const struct track_source *was, const char *why)
{
	char from[48], to[48];
	const char *a = value_word(was, from, sizeof(from));
	const char *b = value_word(&s->is, to, sizeof(to));
	const char *word = track_kind_word(s->is.kind);

	log_notice("%s %s: %s -> %s%s%s%s", word, s->is.name, a, b, why[0] ? " (" : "", why,
		why[0] ? ")" : "");
	role_event(s->engine->ctx, word, s->is.name, a, b, why);
}

static bool is_same(const struct track_source *a, const struct track_source *b)
{
	return a->result == b->result && a->value == b->value && a->missing == b->missing;
}

void vrrp_source_report_as(
	struct vrrp_source *s, const struct track_source *result, const char *why)
{
	const struct track_source was = s->is;

	snprintf(s->why, sizeof(s->why), "%s", why);
	if (is_same(&was, result)) {
		vrrp_track_page_update(s);
		return;
	}
	s->is.result = result->result;
	s->is.value = result->value;
	s->is.missing = result->missing;
	s->since = mono_now();
	vrrp_track_page_update(s);
	say(s, &was, why);
	vrrp_sources_hold(s->engine);
	for (struct vrrp_use *u = s->users; u; u = u->next)
		vrrp_tracking_mark(u->of, u->track);
	vrrp_sources_release(s->engine);
}

void vrrp_source_report(struct vrrp_source *s, enum track_result result, const char *why)
{
	struct track_source now = { .kind = s->is.kind };

	track_source_set(&now, result);
	vrrp_source_report_as(s, &now, why);
}

void vrrp_sources_links(struct vrrp_engine *engine)
{
	vrrp_sources_hold(engine);
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		for (struct vrrp_source *s = engine->sources.lists[kind]; s; s = s->next)
			if (kinds[kind]->links)
				kinds[kind]->links(s);
	vrrp_sources_release(engine);
}

void vrrp_source_seen(struct vrrp_engine *engine, enum track_kind kind, uint64_t id, int64_t number)
{
	struct vrrp_source *s;

	if (kind >= TRACK_KIND_COUNT || !kinds[kind] || !kinds[kind]->seen)
		return;
	for (s = engine->sources.lists[kind]; s; s = s->next)
		if (s->id == id && s->conf)
			kinds[kind]->seen(s, number);
}

/* ---- life ---- */

static struct vrrp_source *make(struct vrrp_engine *engine, enum track_kind kind)
{
	struct vrrp_source *s = calloc(1, kinds[kind]->bytes);

	if (!s)
		fatal(EXIT_INTERNAL, "out of memory for trackers");
	s->is.kind = kind;
	s->engine = engine;
	s->since = mono_now();
	s->next = engine->sources.lists[kind];
	engine->sources.lists[kind] = s;
	return s;
}

static struct vrrp_source *by_name(
	const struct vrrp_engine *engine, enum track_kind kind, const char *name)
{
	struct vrrp_source *s = engine->sources.lists[kind];
	bool has_blocks = vrrp_track_places[kind].block != NULL;

	while (s && ((has_blocks && !s->conf) || strcmp(s->is.name, name) != 0))
		s = s->next;
	return s;
}

struct vrrp_source *vrrp_source_find(
	struct vrrp_engine *engine, enum track_kind kind, const char *name)
{
	struct vrrp_source *s = by_name(engine, kind, name);

	if (s || vrrp_track_places[kind].block)
		return s;
	s = make(engine, kind);
	s->name = strdup(name);
	if (!s->name)
		fatal(EXIT_INTERNAL, "out of memory for trackers");
	s->is.name = s->name;
	kinds[kind]->open(s);
	return s;
}

static void free_one(struct vrrp_source *s)
{
	if (ops_of(s)->close)
		ops_of(s)->close(s);
	free(s->name);
	free(s);
}

/* ---- configuration ---- */

static void take_one(struct vrrp_engine *engine, enum track_kind kind, const struct conf_obj *conf)
{
	uint64_t id = conf_hash(conf, true);
	struct vrrp_source *s = engine->sources.lists[kind];
	bool is_new;

	while (s && s->id != id)
		s = s->next;
	is_new = !s;
	if (is_new)
		s = make(engine, kind);
	s->id = id;
	s->conf = conf;
	s->is.name = *(
		const char *const *)(const void *)((const char *)conf + conf->block->args->offset);
	if (is_new)
		kinds[kind]->open(s);
	else if (kinds[kind]->change)
		kinds[kind]->change(s, s->old_conf);
}

static void take_kind(
	struct vrrp_engine *engine, enum track_kind kind, const struct vrrp_conf *conf)
{
	const struct vrrp_track_place *place = &vrrp_track_places[kind];
	const struct conf_list *list = (const void *)((const char *)conf + place->list);

	for (struct vrrp_source *s = engine->sources.lists[kind]; s; s = s->next) {
		s->old_conf = s->conf;
		s->conf = NULL;
	}
	for (size_t i = 0; place->block && i < list->count; i++)
		take_one(engine, kind, list->items[i]);
}

void vrrp_sources_take(struct vrrp_engine *engine, const struct vrrp_conf *conf)
{
	vrrp_sources_hold(engine);
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		if (kinds[kind])
			take_kind(engine, kind, conf);
}

/* One without a block is there for those who use it, one with a block for its block. */
static void sweep_kind(struct vrrp_source **at)
{
	while (*at) {
		struct vrrp_source *s = *at;

		s->old_conf = NULL;
		if (s->conf || s->users) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		free_one(s);
	}
}

void vrrp_sources_sweep(struct vrrp_engine *engine)
{
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		sweep_kind(&engine->sources.lists[kind]);
	vrrp_track_page_write(engine);
	vrrp_sources_release(engine);
}

void vrrp_sources_free(struct vrrp_engine *engine)
{
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		while (engine->sources.lists[kind]) {
			struct vrrp_source *s = engine->sources.lists[kind];

			engine->sources.lists[kind] = s->next;
			free_one(s);
		}
}
