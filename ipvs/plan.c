/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The IPVS plan: a join of two sorted tables, walked twice, once for what adds and once for what
 * removes. Pure; see plan.h. Called by the writer's user (checker/reconcile.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/exit.h"
#include "ipvs/plan.h"

/* One service on both sides; either side may be missing. */
struct pair {
	const struct ipvs_table *desired_table, *actual_table;
	const struct ipvs_table_service *desired, *actual;
	uint32_t pool;
};

static void add_op(struct ipvs_plan *plan, const struct ipvs_op *op)
{
	if (plan->count == plan->room) {
		plan->room = plan->room ? plan->room * 2 : 32;
		plan->ops = reallocarray(plan->ops, plan->room, sizeof(*plan->ops));
		if (!plan->ops)
			fatal(EXIT_INTERNAL, "out of memory for a plan of %zu steps", plan->room);
	}
	plan->ops[plan->count++] = *op;
}

static void service_op(
	struct ipvs_plan *plan, const struct pair *p, enum ipvs_op_type type, bool is_addition)
{
	add_op(plan, &(struct ipvs_op){
			     .type = type,
			     .service = p->desired ? &p->desired->service : &p->actual->service,
			     .service_was = p->actual ? &p->actual->service : NULL,
			     .pool = p->pool,
			     .is_addition = is_addition,
		     });
}

/* Calls fn for each destination of either side. */
static void join_dests(const struct pair *p,
	void (*fn)(void *arg, const struct ipvs_dest *want, const struct ipvs_dest *is), void *arg)
{
	size_t wants = p->desired ? p->desired->count : 0, ares = p->actual ? p->actual->count : 0;
	size_t w = 0, a = 0;

	while (w < wants || a < ares) {
		const struct ipvs_dest *want =
			w < wants ? &p->desired_table->dests[p->desired->first + w] : NULL;
		const struct ipvs_dest *is =
			a < ares ? &p->actual_table->dests[p->actual->first + a] : NULL;
		int order = !want ? 1 : !is ? -1 : endpoint_cmp(&want->endpoint, &is->endpoint);

		fn(arg, order <= 0 ? want : NULL, order >= 0 ? is : NULL);
		w += order <= 0;
		a += order >= 0;
	}
}

struct walk {
	struct ipvs_plan *plan;
	const struct pair *pair;
	size_t staying; /* destinations that serve before and after */
	size_t coming;	/* those that begin to */
};

/* Does the change from `is` to `want` give the pool something (or nothing new), so that it goes
 * first? */
static bool is_gain(const struct ipvs_dest *want, const struct ipvs_dest *is)
{
	return want && (!is || want->weight || !is->weight);
}

static void dest_op(
	struct walk *w, const struct ipvs_dest *want, const struct ipvs_dest *is, bool is_addition)
{
	add_op(w->plan, &(struct ipvs_op){
				.type = !want ? IPVS_DEST_DEL
					: is  ? IPVS_DEST_SET
					      : IPVS_DEST_NEW,
				.service = w->pair->desired ? &w->pair->desired->service
							    : &w->pair->actual->service,
				.service_was = w->pair->actual ? &w->pair->actual->service : NULL,
				.dest = want ? want : is,
				.dest_was = is,
				.pool = w->pair->pool,
				.is_addition = is_addition,
				.is_serving = is_addition && want && want->weight,
				.needs_addition = !is_addition && !w->staying && w->coming,
			});
}

static void count_dest(void *arg, const struct ipvs_dest *want, const struct ipvs_dest *is)
{
	struct walk *w = arg;

	if (!want || !want->weight)
		return;
	if (is && is->weight)
		w->staying++;
	else
		w->coming++;
}

static void add_dest(void *arg, const struct ipvs_dest *want, const struct ipvs_dest *is)
{
	if (is_gain(want, is) && !(is && ipvs_dest_equal(want, is)))
		dest_op(arg, want, is, true);
}

static void remove_dest(void *arg, const struct ipvs_dest *want, const struct ipvs_dest *is)
{
	if (!is_gain(want, is))
		dest_op(arg, want, is, false);
}

static void plan_additions(struct ipvs_plan *plan, const struct pair *p)
{
	struct walk w = { .plan = plan, .pair = p };

	if (!p->desired)
		return;
	if (!p->actual)
		service_op(plan, p, IPVS_SVC_NEW, true);
	else if (!ipvs_service_equal(&p->desired->service, &p->actual->service))
		service_op(plan, p, IPVS_SVC_SET, true);
	join_dests(p, add_dest, &w);
}

static void plan_removals(struct ipvs_plan *plan, const struct pair *p)
{
	struct walk w = { .plan = plan, .pair = p };

	if (!p->desired) {
		service_op(plan, p, IPVS_SVC_DEL, false);
		return;
	}
	join_dests(p, count_dest, &w);
	join_dests(p, remove_dest, &w);
}

/* One walk over both tables in step; the number of a pool is the same in both walks. */
static uint32_t join_services(struct ipvs_plan *plan, const struct ipvs_table *desired,
	const struct ipvs_table *actual, const struct ipvs_keys *owned,
	void (*fn)(struct ipvs_plan *plan, const struct pair *p))
{
	struct pair p = { .desired_table = desired, .actual_table = actual };
	size_t d = 0, a = 0;

	while (d < desired->service_count || a < actual->service_count) {
		const struct ipvs_table_service *want =
			d < desired->service_count ? &desired->services[d] : NULL;
		const struct ipvs_table_service *is =
			a < actual->service_count ? &actual->services[a] : NULL;
		int order = !want ? 1
			    : !is ? -1
				  : ipvs_service_key_cmp(&want->service.key, &is->service.key);

		p.desired = order <= 0 ? want : NULL;
		p.actual = order >= 0 ? is : NULL;
		d += order <= 0;
		a += order >= 0;
		if (!p.desired && !ipvs_keys_has(owned, &is->service.key))
			continue;
		fn(plan, &p);
		p.pool++;
	}
	return p.pool;
}

void ipvs_plan_make(struct ipvs_plan *plan, const struct ipvs_table *desired,
	const struct ipvs_table *actual, const struct ipvs_keys *owned)
{
	plan->count = 0;
	plan->pools = join_services(plan, desired, actual, owned, plan_additions);
	plan->additions = plan->count;
	join_services(plan, desired, actual, owned, plan_removals);
}

void ipvs_plan_fini(struct ipvs_plan *plan)
{
	free(plan->ops);
	*plan = (struct ipvs_plan){ 0 };
}

/* What changed, most telling first: one thing, a line is about one thing. */
static void format_dest_change(const struct ipvs_op *op, const char *server, const char *service,
	char buf[IPVS_OP_TEXT_BYTES])
{
	const struct ipvs_dest *was = op->dest_was, *is = op->dest;

	if (was && was->weight != is->weight)
		snprintf(buf, IPVS_OP_TEXT_BYTES, "server %s of %s: weight %u -> %u", server,
			service, (unsigned)was->weight, (unsigned)is->weight);
	else if (was && was->method != is->method)
		snprintf(buf, IPVS_OP_TEXT_BYTES, "server %s of %s: method %s -> %s", server,
			service, ipvs_method_name((enum ipvs_method)was->method),
			ipvs_method_name((enum ipvs_method)is->method));
	else
		snprintf(buf, IPVS_OP_TEXT_BYTES, "server %s of %s: thresholds -> %u, %u", server,
			service, (unsigned)is->lower_threshold, (unsigned)is->upper_threshold);
}

const char *ipvs_op_format(const struct ipvs_op *op, char buf[IPVS_OP_TEXT_BYTES])
{
	char service[IPVS_KEY_TEXT_BYTES], server[ENDPOINT_TEXT_BYTES] = "";

	ipvs_service_key_format(&op->service->key, service);
	if (op->dest)
		endpoint_format(&op->dest->endpoint, server);
	switch (op->type) {
	case IPVS_SVC_NEW:
		snprintf(buf, IPVS_OP_TEXT_BYTES, "add service %s, scheduler %s", service,
			op->service->scheduler);
		break;
	case IPVS_SVC_SET:
		if (op->service_was && strcmp(op->service_was->scheduler, op->service->scheduler))
			snprintf(buf, IPVS_OP_TEXT_BYTES, "service %s: scheduler %s -> %s", service,
				op->service_was->scheduler, op->service->scheduler);
		else
			snprintf(buf, IPVS_OP_TEXT_BYTES,
				"service %s: flags 0x%x, persistence %u s", service,
				(unsigned)op->service->flags, (unsigned)op->service->timeout_s);
		break;
	case IPVS_SVC_DEL: snprintf(buf, IPVS_OP_TEXT_BYTES, "remove service %s", service); break;
	case IPVS_DEST_NEW:
		snprintf(buf, IPVS_OP_TEXT_BYTES, "add server %s to %s, weight %u", server, service,
			(unsigned)op->dest->weight);
		break;
	case IPVS_DEST_SET: format_dest_change(op, server, service, buf); break;
	case IPVS_DEST_DEL:
		snprintf(buf, IPVS_OP_TEXT_BYTES, "remove server %s from %s", server, service);
		break;
	}
	return buf;
}
