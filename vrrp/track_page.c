/* SPDX-License-Identifier: Apache-2.0 */
/* What is published of trackers: see track_page.h. Called by source.c and by kinds of sources. */
#include "vrrp/track_page.h"

#include <stdio.h>
#include <string.h>

#include "core/page.h"
#include "vrrp/engine.h"
#include "vrrp/track_slot.h"
#include "vrrp/tracking.h"

void vrrp_track_page_take(struct vrrp_track_page *t, struct page *page)
{
	struct track_slot slot;

	t->page = page;
	for (t->written = 0; t->written < TRACK_SLOTS; t->written++)
		if (!page_read(page, t->written, &slot))
			break;
}

static struct track_slot slot_of(const struct vrrp_source *s)
{
	struct track_slot slot = { .kind = TRACK_SLOT_SOURCE,
		.source = { .kind = s->is.kind,
			.result = s->is.result,
			.value = s->is.value,
			.missing = s->is.missing,
			.since_us = s->since.us,
			.looked_us = s->looked.us,
			.took_us = s->took.us } };

	snprintf(slot.source.name, sizeof(slot.source.name), "%s", s->is.name);
	snprintf(slot.source.why, sizeof(slot.source.why), "%s", s->why);
	return slot;
}

void vrrp_track_page_update(struct vrrp_source *s)
{
	struct page *page = s->engine->track_page.page;
	struct track_slot slot;

	if (!page || !s->is_shown)
		return;
	slot = slot_of(s);
	page_write(page, s->slot, &slot);
}

static struct track_slot slot_of_use(const struct vrrp_use *use)
{
	const struct vrrp_tracking *t = use->of;
	struct track_slot slot = { .kind = TRACK_SLOT_USE,
		.use = { .source = use->source->slot,
			.weight = use->track->weight,
			.is_reverse = use->track->is_reverse,
			.is_group = t->is_group } };

	snprintf(slot.use.owner, sizeof(slot.use.owner), "%s", t->owner_name ? t->owner_name : "");
	return slot;
}

/* The slot behind those of the source. What has no room is not shown. */
static uint32_t write_source(struct page *page, struct vrrp_source *s, uint32_t at)
{
	struct track_slot slot;

	s->slot = at;
	s->is_shown = at < TRACK_SLOTS;
	if (!s->is_shown)
		return at;
	vrrp_track_page_update(s);
	at++;
	for (const struct vrrp_use *use = s->users; use && at < TRACK_SLOTS; use = use->next) {
		slot = slot_of_use(use);
		page_write(page, at++, &slot);
	}
	return at;
}

void vrrp_track_page_write(struct vrrp_engine *engine)
{
	const struct track_slot none = { .kind = TRACK_SLOT_FREE };
	struct vrrp_track_page *t = &engine->track_page;
	uint32_t at = 0;

	if (!t->page)
		return;
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		for (struct vrrp_source *s = engine->sources.lists[kind]; s; s = s->next)
			at = write_source(t->page, s, at);
	for (uint32_t i = at; i < t->written; i++)
		page_write(t->page, i, &none);
	if (t->written < at)
		t->written = at;
}
