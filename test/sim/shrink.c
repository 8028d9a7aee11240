/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tries smaller scenarios, each once, and keeps those that still fail, until none does: without
 * half of the faults, without one, without a router, with shorter and rounder times.
 */
#include "test/sim/shrink.h"

#include <string.h>

#include "test/sim/world.h"

static bool keeps(struct scenario *s, struct violation *v, const struct scenario *smaller)
{
	struct violation got;

	world_run(smaller, NULL, &got);
	if (got.invariant != v->invariant)
		return false;
	*s = *smaller;
	*v = got;
	return true;
}

static void remove_faults(struct scenario *s, unsigned from, unsigned count)
{
	memmove(&s->faults[from], &s->faults[from + count],
		(s->fault_count - from - count) * sizeof(s->faults[0]));
	s->fault_count -= count;
}

static bool fewer_faults(struct scenario *s, struct violation *v)
{
	bool is_smaller = false;

	for (unsigned count = s->fault_count; count > 0; count /= 2)
		for (unsigned from = 0; from + count <= s->fault_count;) {
			struct scenario t = *s;

			remove_faults(&t, from, count);
			if (keeps(s, v, &t))
				is_smaller = true;
			else
				from++;
		}
	return is_smaller;
}

/* Whatever stands before ONEWAY is a fault of the whole network. */
static bool concerns(const struct sim_fault *f, unsigned node)
{
	return f->type >= SIM_ONEWAY &&
	       (f->node == node || (f->type == SIM_ONEWAY && f->peer == node));
}

static bool fewer_routers(struct scenario *s, struct violation *v)
{
	bool is_smaller = false;

	for (unsigned node = 0; node < SIM_ROUTERS; node++) {
		struct scenario t = *s;

		if (!t.routers[node].is_present)
			continue;
		t.routers[node] = (struct sim_router){ 0 };
		for (unsigned i = t.fault_count; i-- > 0;)
			if (concerns(&t.faults[i], node))
				remove_faults(&t, i, 1);
		is_smaller |= keeps(s, v, &t);
	}
	return is_smaller;
}

/* The time without whatever is smaller than a second, 100 ms ..., else half of it. */
static bool shorter(struct scenario *s, struct violation *v, int64_t *time)
{
	int64_t was = *time;

	*time = 0;
	if (was != *time && keeps(s, v, s))
		return true;
	for (int64_t unit = 1000000; unit > 1; unit /= 10) {
		*time = was / unit * unit;
		if (was != *time && keeps(s, v, s))
			return true;
	}
	*time = was / 2;
	if (was > 1000 && keeps(s, v, s))
		return true;
	*time = was;
	return false;
}

static bool shorter_times(struct scenario *s, struct violation *v)
{
	bool is_smaller = false;
	struct scenario t = *s;

	if (s->end > v->at + 1) {
		t.end = v->at + 1;
		keeps(s, v, &t);
	}
	for (unsigned i = 0; i < s->fault_count; i++) {
		is_smaller |= shorter(s, v, &s->faults[i].lasts);
		is_smaller |= shorter(s, v, &s->faults[i].at);
	}
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		if (s->routers[i].is_present)
			is_smaller |= shorter(s, v, &s->routers[i].start);
	return is_smaller;
}

void shrink(struct scenario *s, struct violation *v)
{
	for (int round = 0; round < 20; round++) {
		bool is_smaller = fewer_faults(s, v);

		is_smaller |= fewer_routers(s, v);
		is_smaller |= shorter_times(s, v);
		if (!is_smaller)
			break;
	}
}
