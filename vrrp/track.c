/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weights, faults and rows of equal results: see track.h. Called by tracking.c, script.c, status.c
 * of the parent and the unit tests.
 */
#include "vrrp/track.h"

#include <stdio.h>

enum {
	PRIORITY_OWNER = 255,
	PRIORITY_MAX = 254,
	NUMBER_FAULT = -254, /* of a file, times the weight: so little is a fault */
	EFFECT_MAX = 253,
};

static const struct {
	const char *word, *up, *down, *unknown;
} kinds[TRACK_KIND_COUNT] = {
#define X(name, word, up, down, unknown) [TRACK_##name] = { word, up, down, unknown },
	TRACK_KIND_LIST(X)
#undef X
};

const char *track_kind_word(unsigned kind)
{
	return kind < TRACK_KIND_COUNT ? kinds[kind].word : "?";
}

const char *track_result_word(unsigned result)
{
	static const char *const words[TRACK_RESULT_COUNT] = { "unknown", "up", "down" };

	return result < TRACK_RESULT_COUNT ? words[result] : "?";
}

/* ---- results ---- */

void track_source_set(struct track_source *s, enum track_result result)
{
	s->result = result;
	s->value = result == TRACK_UP;
	s->missing = result == TRACK_DOWN;
}

void track_source_number(struct track_source *s, int64_t number)
{
	s->result = number ? TRACK_DOWN : TRACK_UP;
	s->value = s->missing = number;
}

/* ---- what they mean ---- */

static int64_t times(int64_t amount, int64_t weight)
{
	int64_t product;

	if (__builtin_mul_overflow(amount, weight, &product))
		product = (amount < 0) == (weight < 0) ? INT64_MAX : INT64_MIN;
	return product;
}

static int limited(int64_t n)
{
	return n > EFFECT_MAX ? EFFECT_MAX : n < -EFFECT_MAX ? -EFFECT_MAX : (int)n;
}

struct track_effect track_effect(const struct track *t)
{
	const struct track_source *s = t->source;
	int64_t weight = t->is_reverse ? -(int64_t)t->weight : t->weight, product;
	bool is_number = s->kind == TRACK_FILE;

	if (s->result == TRACK_UNKNOWN)
		return (struct track_effect){ .is_undecided = t->weight == 0 || is_number };
	if (t->weight == 0)
		return (struct track_effect){ .is_fault =
						      (s->result == TRACK_UP) == t->is_reverse };
	product = times(t->weight > 0 ? s->value : s->missing, weight);
	if (is_number && product <= NUMBER_FAULT)
		return (struct track_effect){ .is_fault = true };
	return (struct track_effect){ .priority = limited(product) };
}

struct track_verdict track_decide(const struct track *tracks, size_t count)
{
	struct track_verdict v = { .is_complete = true };

	for (size_t i = 0; i < count; i++) {
		const struct track *t = &tracks[i];
		struct track_effect effect = track_effect(t);

		v.sum += effect.priority;
		if (effect.is_fault && !v.fault)
			v.fault = t;
		if (effect.is_undecided && !v.undecided)
			v.undecided = t;
		v.is_complete &= t->source->result != TRACK_UNKNOWN;
	}
	return v;
}

uint8_t track_priority(uint8_t base, int64_t sum)
{
	int64_t priority = base + sum;

	if (base == PRIORITY_OWNER)
		return base;
	return (uint8_t)(priority < 1 ? 1 : priority > PRIORITY_MAX ? PRIORITY_MAX : priority);
}

const char *track_text(const struct track_source *s, char buf[TRACK_TEXT_BYTES])
{
	const char *verb = s->result == TRACK_UP     ? kinds[s->kind].up
			   : s->result == TRACK_DOWN ? kinds[s->kind].down
						     : kinds[s->kind].unknown;
	char number[48] = "";

	if (s->result != TRACK_UNKNOWN && s->kind == TRACK_FILE)
		snprintf(number, sizeof(number), " %lld", (long long)s->value);
	else if (s->value + s->missing > 1)
		snprintf(number, sizeof(number), " (%lld of %lld)", (long long)s->value,
			(long long)(s->value + s->missing));
	/* A long name is cut, what is said of it never. */
	snprintf(buf, TRACK_TEXT_BYTES, "tracked %s %.38s %s%s", kinds[s->kind].word, s->name, verb,
		number);
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

/* ---- results that must last ---- */

mono_t track_delay_see(struct track_delay *d, const struct track_delays *delays,
	enum track_result seen, mono_t now)
{
	bool is_first = d->shown == TRACK_UNKNOWN;

	if (seen != d->seen)
		d->due = mono_add(now, seen == TRACK_UP ? delays->up : delays->down);
	d->seen = seen;
	if (is_first || !mono_before(now, d->due))
		d->shown = seen;
	return d->shown == seen ? MONO_NEVER : d->due;
}
