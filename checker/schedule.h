/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEDULE_H
#define KEEPD_CHECKER_SCHEDULE_H

/*
 * When which probe is due: spread over time, from start to start, retries in between. Pure: the
 * clock and chance are arguments.
 */

#include <stddef.h>
#include "checker/slot.h"
#include "core/mono.h"

struct probe_timing {
	span_t delay_loop, delay_before_retry, warmup;
	uint32_t retry;
};

/* The first probe: at a random point of the warm-up time. `chance` is any random number. */
mono_t probe_first(const struct probe_timing *t, mono_t now, uint64_t chance);

/*
 * The next probe, after the slot has counted the last one. After a success, or with the retries
 * used up: delay_loop after the start of the last one, up to 2 % earlier so that probes of the same
 * interval drift apart. A server that was up and failed: delay_before_retry after the end of the
 * last one. After an error of our own: a second later at most.
 */
mono_t probe_next(const struct probe_timing *t, const struct probe_slot *slot, uint64_t chance);

/*
 * Goes on after somebody else made the probe of this slot, or none for a while: when it is due by
 * the slot, and if that has passed, spread over half its interval.
 */
mono_t probe_resume(
	const struct probe_timing *t, const struct probe_slot *slot, mono_t now, uint64_t chance);

/* A heap of numbered probes by due time. A zeroed struct is an empty one. */
struct schedule {
	struct schedule_item {
		mono_t due;
		uint32_t index;
	} * heap;
	uint32_t *places; /* of each index in the heap, from 1; 0 = not there */
	size_t count, room, places_room;
};

void schedule_fini(struct schedule *s);
/* Puts the probe in, or moves it. */
void schedule_set(struct schedule *s, uint32_t index, mono_t due);
void schedule_remove(struct schedule *s, uint32_t index);
/* When this one is due; MONO_NEVER if it is not there. */
mono_t schedule_when(const struct schedule *s, uint32_t index);
/* When the next one is due; MONO_NEVER when empty. */
mono_t schedule_due(const struct schedule *s);
/* Takes out one that is due, the oldest first. False if there is none. */
bool schedule_take(struct schedule *s, mono_t now, uint32_t *index);

/* A small generator of random numbers (splitmix64). */
static inline uint64_t chance_next(uint64_t *state)
{
	uint64_t x = *state += 0x9e3779b97f4a7c15u;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

#endif
