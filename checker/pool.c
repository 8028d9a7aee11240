/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of a virtual service; see pool.h. Pure: model.c calls it and turns what changed into
 * events, scripts and operations on the kernel's table.
 */
#include "checker/pool.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void sum_weights(const struct pool_params *p, struct pool_result *r, uint64_t *total)
{
	*total = 0;
	for (size_t i = 0; i < p->count; i++) {
		*total += p->servers[i].dest.weight;
		if (!p->servers[i].is_up)
			continue;
		r->alive_weight += p->servers[i].dest.weight;
		r->servers_up++;
	}
}

static void decide_quorum(const struct pool_params *p, uint64_t total, struct pool_result *r)
{
	uint64_t quorum = smaller(p->quorum, total);
	uint64_t hysteresis = quorum ? smaller(p->hysteresis, quorum - 1) : 0;

	r->gain_at = smaller(quorum + hysteresis, total);
	r->lose_below = quorum - hysteresis;
	if (!r->alive_weight)
		r->has_quorum = false;
	else if (p->had_quorum)
		r->has_quorum = r->alive_weight >= r->lose_below;
	else
		r->has_quorum = r->alive_weight >= r->gain_at;
}

static void place_sorry(const struct pool_params *p, struct ipvs_dest *dests, struct pool_result *r)
{
	for (size_t i = 0; i < r->dest_count; i++)
		if (!endpoint_cmp(&dests[i].endpoint, &p->sorry->endpoint)) {
			dests[i].weight = p->sorry->weight;
			return;
		}
	dests[r->dest_count++] = *p->sorry;
}

void pool_compute(const struct pool_params *p, struct ipvs_dest *dests, struct pool_result *r)
{
	uint64_t total;

	*r = (struct pool_result){ 0 };
	sum_weights(p, r, &total);
	decide_quorum(p, total, r);
	r->is_sorry_in_use = p->sorry && !r->has_quorum;
	for (size_t i = 0; i < p->count; i++) {
		const struct pool_server *s = &p->servers[i];

		if (!s->is_up && !s->inhibit)
			continue;
		dests[r->dest_count] = s->dest;
		if (!s->is_up || r->is_sorry_in_use)
			dests[r->dest_count].weight = 0;
		r->dest_count++;
	}
	if (r->is_sorry_in_use)
		place_sorry(p, dests, r);
}
