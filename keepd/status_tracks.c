/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is tracked, from its page to JSON: each source with who uses it, and with each instance and
 * group what it tracks and what that adds to its priority. See status.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/json.h"
#include "core/log.h"
#include "core/mono.h"
#include "core/page.h"
#include "keepd/status.h"
#include "vrrp/track.h"
#include "vrrp/track_slot.h"

/* ---- reading ---- */

static bool is_text(const char *text, size_t bytes)
{
	return memchr(text, '\0', bytes);
}

static bool is_sound(const struct track_slot *s)
{
	if (s->kind == TRACK_SLOT_SOURCE)
		return s->source.kind < TRACK_KIND_COUNT && s->source.result < TRACK_RESULT_COUNT &&
		       is_text(s->source.name, sizeof(s->source.name)) &&
		       is_text(s->source.why, sizeof(s->source.why));
	return s->kind == TRACK_SLOT_USE && is_text(s->use.owner, sizeof(s->use.owner));
}

struct status_tracks {
	struct track_slot *slots; /* all that are sound, the others are free */
	uint32_t count;
};

struct status_tracks *status_tracks_read(const struct page *page)
{
	struct status_tracks *t = calloc(1, sizeof(*t));
	struct track_slot slot;

	while (t && t->count < TRACK_SLOTS && page_read(page, t->count, &slot))
		t->count++;
	if (!t || !(t->slots = calloc(t->count + 1, sizeof(*t->slots))))
		fatal(EXIT_INTERNAL, "out of memory for the status");
	for (uint32_t i = 0; i < t->count; i++) {
		page_read(page, i, &t->slots[i]);
		if (!is_sound(&t->slots[i]))
			t->slots[i].kind = TRACK_SLOT_FREE;
	}
	return t;
}

void status_tracks_free(struct status_tracks *t)
{
	free(t->slots);
	free(t);
}

static const struct track_source_slot *source_of(
	const struct status_tracks *t, const struct track_use_slot *use)
{
	const struct track_slot *s = use->source < t->count ? &t->slots[use->source] : NULL;

	return s && s->kind == TRACK_SLOT_SOURCE ? &s->source : NULL;
}

/* ---- JSON ---- */

static void set_result(struct json *j, const struct track_source_slot *s)
{
	bool is_number = s->kind == TRACK_FILE && s->result != TRACK_UNKNOWN;

	json_set_string(j, "kind", track_kind_word(s->kind));
	json_set_string(j, "name", s->name);
	json_set_string(j, "result", is_number ? "known" : track_result_word(s->result));
	if (is_number)
		json_set_int(j, "number", s->value);
}

static struct json *track_json(const struct track_use_slot *use, const struct track_source_slot *s)
{
	const struct track_source source = { .kind = (enum track_kind)s->kind,
		.name = s->name,
		.result = (enum track_result)s->result,
		.value = s->value,
		.missing = s->missing };
	const struct track track = {
		.source = &source, .weight = use->weight, .is_reverse = use->is_reverse
	};
	const struct track_effect effect = track_effect(&track);
	struct json *j = json_new_object();
	char text[TRACK_TEXT_BYTES];

	set_result(j, s);
	json_set_string(j, "text", track_text(&source, text));
	json_set_int(j, "weight", use->weight);
	json_set_bool(j, "reverse", use->is_reverse);
	json_set_int(j, "adds", effect.priority);
	json_set_bool(j, "fault", effect.is_fault);
	json_set_bool(j, "waits", effect.is_undecided);
	return j;
}

struct json *status_tracks_of(const struct status_tracks *t, const char *owner, bool is_group)
{
	struct json *list = json_new_array();

	for (uint32_t i = 0; i < t->count; i++) {
		const struct track_use_slot *use = &t->slots[i].use;

		if (t->slots[i].kind == TRACK_SLOT_USE && use->is_group == is_group &&
			!strncmp(use->owner, owner, TRACK_NAME_BYTES - 1) && source_of(t, use))
			json_append(list, track_json(use, source_of(t, use)));
	}
	return list;
}

static struct json *source_json(const struct track_source_slot *s, struct json *users)
{
	struct json *j = json_new_object();

	set_result(j, s);
	if (s->since_us)
		json_set_double(j, "since", mono_to_wall((mono_t){ s->since_us }));
	json_set_string(j, "reason", s->why);
	if (s->looked_us) {
		json_set_double(j, "last", mono_to_wall((mono_t){ s->looked_us }));
		json_set_double(j, "duration", span_seconds(span_us(s->took_us)));
	}
	json_set(j, "used_by", users);
	return j;
}

static struct json *user_json(const struct track_use_slot *use)
{
	struct json *j = json_new_object();

	json_set_string(j, "name", use->owner);
	json_set_bool(j, "group", use->is_group);
	return j;
}

struct json *status_trackers(const struct status_tracks *t)
{
	struct json *list = json_new_array(), *users = NULL;

	/* Who uses a source stands behind it. */
	for (uint32_t i = 0; i < t->count; i++) {
		const struct track_slot *s = &t->slots[i];

		if (s->kind == TRACK_SLOT_SOURCE) {
			users = json_new_array();
			json_append(list, source_json(&s->source, users));
		} else if (s->kind == TRACK_SLOT_USE && users) {
			json_append(users, user_json(&s->use));
		}
	}
	return list;
}
