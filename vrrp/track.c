/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights, faults and rows of equal results: see track.h. Called by tracking.c, script.c and the
 * unit tests.
 */
#include "vrrp/track.h"

#include <stdio.h>

enum {
	PRIORITY_OWNER = 255,
	PRIORITY_MAX = 254,
	VALUE_FAULT = -254, /* of a file: so little or less is a fault, whatever the base */
	VALUE_MAX = 253,
};

struct effect {
	int priority;
	bool is_fault, is_undecided;
};

static struct effect effect_of_result(const struct track *t)
{
	bool is_up = t->result == TRACK_UP;
	int weight = t->is_reverse ? -t->weight : t->weight;

	if (t->result == TRACK_UNKNOWN)
		return (struct effect){ .is_undecided = t->weight == 0 };
	if (t->weight == 0)
		return (struct effect){ .is_fault = is_up == t->is_reverse };
	return (struct effect){ .priority = is_up == (t->weight > 0) ? weight : 0 };
}

static struct effect effect_of_value(const struct track *t)
{
	int64_t value = t->result == TRACK_UNKNOWN ? 0 : t->value;
	int64_t weight = t->is_reverse ? -(int64_t)t->weight : t->weight, product;

	if (t->weight == 0)
		return (struct effect){ .is_fault = (value != 0) != t->is_reverse };
	if (__builtin_mul_overflow(value, weight, &product))
		product = (value < 0) == (weight < 0) ? INT64_MAX : INT64_MIN;
	if (product <= VALUE_FAULT)
		return (struct effect){ .is_fault = true };
	return (struct effect){ .priority = product > VALUE_MAX ? VALUE_MAX : (int)product };
}

struct track_verdict track_decide(const struct track *tracks, size_t count, uint8_t base)
{
	struct track_verdict v = { .priority = base, .is_complete = true };
	int64_t sum = base;

	for (size_t i = 0; i < count; i++) {
		const struct track *t = &tracks[i];
		struct effect effect =
			t->kind == TRACK_FILE ? effect_of_value(t) : effect_of_result(t);

		sum += effect.priority;
		if (effect.is_fault && !v.fault)
			v.fault = t;
		if (effect.is_undecided && !v.undecided)
			v.undecided = t;
		v.is_complete &= t->result != TRACK_UNKNOWN;
	}
	if (base != PRIORITY_OWNER)
		v.priority = (uint8_t)(sum < 1 ? 1 : sum > PRIORITY_MAX ? PRIORITY_MAX : sum);
	return v;
}

const char *track_text(const struct track *t, char buf[TRACK_TEXT_BYTES])
{
	static const struct {
		const char *noun, *up, *down, *unknown;
	} words[TRACK_KIND_COUNT] = {
		[TRACK_INTERFACE] = { "interface", "is up", "is down", "is not known yet" },
		[TRACK_SCRIPT] = { "script", "succeeds", "fails", "has not reported yet" },
		[TRACK_FILE] = { "file", "has a value", "has a value", "has not been read yet" },
	};
	const char *verb = t->result == TRACK_UP     ? words[t->kind].up
			   : t->result == TRACK_DOWN ? words[t->kind].down
						     : words[t->kind].unknown;

	/* A long name is cut, what is said of it never. */
	if (t->kind == TRACK_FILE && t->result != TRACK_UNKNOWN)
		snprintf(buf, TRACK_TEXT_BYTES, "tracked file %.40s has the value %lld", t->name,
			(long long)t->value);
	else
		snprintf(buf, TRACK_TEXT_BYTES, "tracked %s %.50s %s", words[t->kind].noun, t->name,
			verb);
	return buf;
}

/* ---- so many equal results in a row ---- */

struct track_count track_count_init_fail(void)
{
	return (struct track_count){ .is_known = true };
}

void track_count_add(struct track_count *c, uint32_t rise, uint32_t fall, bool is_success)
{
	uint32_t top = rise + fall - 1;

	if (!c->is_known)
		c->level = is_success ? top : 0;
	else if (is_success)
		c->level = c->level + 1 < rise ? c->level + 1 : top;
	else
		c->level = c->level > rise ? c->level - 1 : 0;
	c->is_known = true;
}

enum track_result track_count_result(const struct track_count *c, uint32_t rise)
{
	if (!c->is_known)
		return TRACK_UNKNOWN;
	return c->level >= rise ? TRACK_UP : TRACK_DOWN;
}

void track_count_limits(
	struct track_count *c, uint32_t old_rise, uint32_t new_rise, uint32_t new_fall)
{
	if (c->is_known)
		c->level = c->level >= old_rise ? new_rise + new_fall - 1 : 0;
}
