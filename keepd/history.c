/* SPDX-License-Identifier: Apache-2.0 */
/* What happened to instances and groups: see history.h. Called by control.c. */
#include "keepd/history.h"

#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "core/log.h"
#include "core/mono.h"

enum { BUCKETS = 512, DEPTH = 24 };

struct object {
	struct object *next; /* in its bucket; the one that changed last comes first */
	unsigned count;	     /* events ever, of which the last HISTORY_EACH are kept */
	struct msg_event events[HISTORY_EACH];
};

struct history {
	struct object *buckets[BUCKETS];
};

static const char *const kinds[] = { "instance", "group" };

struct history *history_new(void)
{
	struct history *h = calloc(1, sizeof(*h));

	if (!h)
		fatal(EXIT_INTERNAL, "out of memory for the history");
	return h;
}

void history_free(struct history *h)
{
	for (unsigned b = 0; h && b < BUCKETS; b++)
		while (h->buckets[b]) {
			struct object *o = h->buckets[b];

			h->buckets[b] = o->next;
			free(o);
		}
	free(h);
}

/* FNV-1a */
static unsigned bucket_of(const char *kind, const char *name)
{
	uint32_t hash = 2166136261u;

	for (const char *at = name; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	return (hash ^ (unsigned char)*kind) % BUCKETS;
}

static bool is_of(const struct object *o, const char *kind, const char *name)
{
	return !strcmp(o->events[0].kind, kind) && !strcmp(o->events[0].object, name);
}

/* The one of this event, at the front of its bucket; the last one's memory if that is full. */
static struct object *object_of(struct history *h, const struct msg_event *event)
{
	struct object **first = &h->buckets[bucket_of(event->kind, event->object)];
	struct object **at = first, *o;
	unsigned depth = 1;

	while ((o = *at) && !is_of(o, event->kind, event->object) && depth++ < DEPTH)
		at = &o->next;
	if (o) {
		*at = o->next;
		if (!is_of(o, event->kind, event->object))
			o->count = 0;
	} else if (!(o = calloc(1, sizeof(*o)))) {
		return NULL; /* it is only the history */
	}
	o->next = *first;
	*first = o;
	return o;
}

static bool is_kept(const char *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

void history_add(struct history *h, const struct msg_event *event)
{
	struct object *o = is_kept(event->kind) ? object_of(h, event) : NULL;

	if (o)
		o->events[o->count++ % HISTORY_EACH] = *event;
}

struct json *history_event_json(const struct msg_event *event)
{
	struct json *j = json_new_object();

	json_set_double(j, "at", mono_to_wall((mono_t){ event->at_us }));
	json_set_string(j, "kind", event->kind);
	json_set_string(j, "object", event->object);
	json_set_string(j, "from", event->from);
	json_set_string(j, "to", event->to);
	json_set_string(j, "reason", event->reason);
	return j;
}

static void append(struct json *list, const struct object *o)
{
	unsigned first = o->count > HISTORY_EACH ? o->count - HISTORY_EACH : 0;

	for (unsigned i = first; i < o->count; i++)
		json_append(list, history_event_json(&o->events[i % HISTORY_EACH]));
}

struct json *history_json(const struct history *h, const char *name)
{
	struct json *list = json_new_array();

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		const struct object *o = h->buckets[bucket_of(kinds[k], name)];

		while (o && !is_of(o, kinds[k], name))
			o = o->next;
		if (o)
			append(list, o);
	}
	return list;
}
