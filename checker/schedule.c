/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Due times and the heap they stand in; see schedule.h. The prober drives it.
 */
#include <stdlib.h>
#include <string.h>

#include "checker/schedule.h"
#include "core/err.h"
#include "core/exit.h"

#define JITTER_DIVISOR 50 /* of the interval: 2 % */
#define OWN_ERROR_US   1000000

static span_t random_part(span_t d, uint64_t chance)
{
	return span_us(d.us > 0 ? (int64_t)(chance % ((uint64_t)d.us + 1)) : 0);
}

mono_t probe_first(const struct probe_timing *t, mono_t now, uint64_t chance)
{
	return mono_add(now, random_part(t->warmup, chance));
}

static mono_t later(mono_t a, mono_t b)
{
	return mono_before(a, b) ? b : a;
}

mono_t probe_next(const struct probe_timing *t, const struct probe_slot *slot, uint64_t chance)
{
	mono_t started = { slot->last_start_us }, finished = { slot->last_at_us };
	span_t jitter = random_part(span_us(t->delay_loop.us / JITTER_DIVISOR), chance);
	mono_t in_turn = mono_add(started, span_us(t->delay_loop.us - jitter.us));

	if (check_outcome(&slot->result) == CHECK_SAYS_NOTHING)
		return mono_min(
			later(in_turn, finished), mono_add(finished, span_us(OWN_ERROR_US)));
	if (slot->failed_run && slot->ok_total && slot->failed_run <= t->retry)
		return mono_add(finished, t->delay_before_retry);
	return later(in_turn, finished);
}

mono_t probe_resume(
	const struct probe_timing *t, const struct probe_slot *slot, mono_t now, uint64_t chance)
{
	mono_t due;

	if (!slot->last_at_us)
		return probe_first(t, now, chance);
	due = probe_next(t, slot, chance);
	if (mono_before(now, due))
		return mono_min(due, mono_add(now, t->delay_loop));
	return mono_add(now, random_part(span_us(t->delay_loop.us / 2), chance));
}

void schedule_fini(struct schedule *s)
{
	free(s->heap);
	free(s->places);
	*s = (struct schedule){ 0 };
}

static void put(struct schedule *s, size_t at, struct schedule_item item)
{
	s->heap[at] = item;
	s->places[item.index] = (uint32_t)at + 1;
}

/* Moves the item to where it belongs, starting from the hole at `at`. */
static void settle(struct schedule *s, size_t at, struct schedule_item item)
{
	while (at > 0 && mono_before(item.due, s->heap[(at - 1) / 2].due)) {
		put(s, at, s->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < s->count && mono_before(s->heap[child + 1].due, s->heap[child].due))
			child++;
		if (child >= s->count || !mono_before(s->heap[child].due, item.due))
			break;
		put(s, at, s->heap[child]);
		at = child;
	}
	put(s, at, item);
}

static void make_room(struct schedule *s, uint32_t index)
{
	size_t need = (size_t)index + 1;

	if (need > s->places_room) {
		size_t room = s->places_room ? s->places_room : 64;

		while (room < need)
			room *= 2;
		s->places = reallocarray(s->places, room, sizeof(*s->places));
		if (!s->places)
			fatal(EXIT_INTERNAL, "out of memory");
		memset(s->places + s->places_room, 0, (room - s->places_room) * sizeof(*s->places));
		s->places_room = room;
	}
	if (s->count < s->room)
		return;
	s->room = s->room ? s->room * 2 : 64;
	s->heap = reallocarray(s->heap, s->room, sizeof(*s->heap));
	if (!s->heap)
		fatal(EXIT_INTERNAL, "out of memory");
}

void schedule_set(struct schedule *s, uint32_t index, mono_t due)
{
	size_t at;

	make_room(s, index);
	at = s->places[index] ? s->places[index] - 1 : s->count++;
	settle(s, at, (struct schedule_item){ .due = due, .index = index });
}

void schedule_remove(struct schedule *s, uint32_t index)
{
	struct schedule_item last;
	size_t at;

	if (index >= s->places_room || !s->places[index])
		return;
	at = s->places[index] - 1;
	s->places[index] = 0;
	last = s->heap[--s->count];
	if (at < s->count)
		settle(s, at, last);
}

mono_t schedule_when(const struct schedule *s, uint32_t index)
{
	if (index >= s->places_room || !s->places[index])
		return MONO_NEVER;
	return s->heap[s->places[index] - 1].due;
}

mono_t schedule_due(const struct schedule *s)
{
	return s->count ? s->heap[0].due : MONO_NEVER;
}

bool schedule_take(struct schedule *s, mono_t now, uint32_t *index)
{
	if (!s->count || mono_before(now, s->heap[0].due))
		return false;
	*index = s->heap[0].index;
	schedule_remove(s, *index);
	return true;
}
