/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of announcements. Called by the engine; frames are made by arp.c.
 */
#include "vrrp/announce.h"

#include <string.h>

void announce_init(struct announce_plan *p, uint32_t *left, uint32_t count)
{
	*p = (struct announce_plan){
		.left = left, .count = count, .second_due = MONO_NEVER, .refresh_due = MONO_NEVER
	};
	if (count)
		memset(left, 0, count * sizeof(*left));
}

void announce_raise(struct announce_plan *p, uint32_t index, uint32_t rounds)
{
	if (p->left[index] == 0 && rounds > 0)
		p->pending++;
	if (p->left[index] < rounds)
		p->left[index] = rounds;
}

static void raise_all(struct announce_plan *p, uint32_t rounds)
{
	for (uint32_t i = 0; i < p->count; i++)
		announce_raise(p, i, rounds);
}

static mono_t after(mono_t t, span_t d)
{
	return d.us > 0 ? mono_add(t, d) : MONO_NEVER;
}

static void bursts(struct announce_plan *p, uint32_t rounds, span_t delay, mono_t now)
{
	raise_all(p, rounds);
	p->second_due = rounds ? after(now, delay) : MONO_NEVER;
	p->second_rounds = rounds;
}

void announce_start(struct announce_plan *p, const struct announce_params *params,
	enum announcement what, mono_t now)
{
	switch (what) {
	case ANNOUNCE_TAKEOVER:
		bursts(p, params->repeat, params->delay, now);
		p->refresh_due = after(mono_add(now, params->delay), params->refresh);
		break;
	case ANNOUNCE_RESUMED:
		bursts(p, 1, span_us(0), now);
		p->refresh_due = after(now, params->refresh);
		break;
	case ANNOUNCE_CONFLICT: /* What a takeover has still to come, comes. */
		if (params->conflict_delay.us > 0 && params->conflict_repeat)
			bursts(p, params->conflict_repeat, params->conflict_delay, now);
		else
			raise_all(p, params->conflict_repeat);
		break;
	}
}

void announce_refresh(struct announce_plan *p, const struct announce_params *params, mono_t now)
{
	p->refresh_due = after(now, params->refresh);
}

void announce_one(struct announce_plan *p, const struct announce_params *params, uint32_t index)
{
	if (index < p->count)
		announce_raise(p, index, params->repeat ? params->repeat : 1);
}

void announce_stop(struct announce_plan *p)
{
	announce_init(p, p->left, p->count);
}

static void begin_what_is_due(
	struct announce_plan *p, const struct announce_params *params, mono_t now)
{
	if (!mono_before(now, p->second_due)) {
		raise_all(p, p->second_rounds);
		p->second_due = MONO_NEVER;
	}
	if (!mono_before(now, p->refresh_due)) {
		raise_all(p, params->refresh_repeat);
		p->refresh_due = after(now, params->refresh);
	}
}

bool announce_peek(
	struct announce_plan *p, const struct announce_params *params, mono_t now, uint32_t *index)
{
	begin_what_is_due(p, params, now);
	if (!p->pending)
		return false;
	while (p->left[p->next] == 0)
		p->next = (p->next + 1) % p->count;
	*index = p->next;
	return true;
}

bool announce_take(
	struct announce_plan *p, const struct announce_params *params, mono_t now, uint32_t *index)
{
	if (!announce_peek(p, params, now, index))
		return false;
	if (--p->left[p->next] == 0)
		p->pending--;
	p->next = (p->next + 1) % p->count;
	return true;
}

mono_t announce_due(const struct announce_plan *p, mono_t now)
{
	return p->pending ? now : mono_min(p->second_due, p->refresh_due);
}
