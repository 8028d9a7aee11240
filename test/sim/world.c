/* SPDX-License-Identifier: Apache-2.0 */
/* The clock and the faults: takes the earliest of what is to come, one thing after the other. */
#include "test/sim/world.h"

#include <stdlib.h>

/* A fault or a start, and whether it is its end. */
struct moment {
	int64_t at;
	unsigned order;
	const struct sim_fault *fault; /* NULL: the first start of router `node` */
	unsigned node;
	bool is_end;
};

#define MOMENTS (SIM_ROUTERS + 2 * SIM_FAULTS)

static int by_time(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static bool has_end(const struct sim_fault *f)
{
	return f->type != SIM_CLOCK && f->type != SIM_RELOAD && f->type != SIM_FORGE;
}

static unsigned plan(const struct scenario *s, struct moment *moments)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		if (s->routers[i].is_present)
			moments[count++] = (struct moment){ .at = s->routers[i].start, .node = i };
	for (unsigned i = 0; i < s->fault_count; i++) {
		const struct sim_fault *f = &s->faults[i];

		moments[count++] = (struct moment){ .at = f->at, .fault = f, .node = f->node };
		if (has_end(f))
			moments[count++] = (struct moment){
				.at = f->at + f->lasts, .fault = f, .node = f->node, .is_end = true
			};
	}
	for (unsigned i = 0; i < count; i++)
		moments[i].order = i;
	qsort(moments, count, sizeof(*moments), by_time);
	return count;
}

/* ---- faults ---- */

static void may_start(struct world *w, struct node *n)
{
	if (--n->down)
		return;
	invariants_disturb(w);
	/* Stopped while it did not run any process: it still does. */
	if (n->is_running)
		n->is_stop_pending = false;
	else
		node_start(n);
}

static void on_node(struct world *w, struct node *n, const struct sim_fault *f, bool is_end)
{
	switch ((int)f->type) {
	case SIM_PAUSE:
	case SIM_SUSPEND:
		invariants_disturb(w);
		if (is_end)
			node_wake(n);
		else if (f->type == SIM_PAUSE)
			node_pause(n);
		else
			node_suspend(n);
		break;
	case SIM_LINK:
		invariants_disturb(w);
		n->links_down += is_end ? -1u : 1u;
		node_link_changed(n);
		break;
	case SIM_STOP:
		if (is_end) {
			may_start(w, n);
			break;
		}
		invariants_resigns(w, n);
		n->down++;
		node_stop(n);
		break;
	case SIM_CRASH:
	case SIM_KILL:
	case SIM_REBOOT:
		if (is_end) {
			may_start(w, n);
			break;
		}
		invariants_disturb(w);
		n->down++;
		node_die(n, f->type);
		break;
	case SIM_CLOCK: n->wall += f->value; break;
	case SIM_RELOAD:
		invariants_disturb(w);
		n->settings = f->settings;
		node_reload(n);
		break;
	default: break;
	}
}

/* Heard at once by all. Priority 0 of somebody who is not active is to have no effect at all. */
static void forge(struct world *w, uint8_t priority)
{
	if (priority)
		invariants_disturb(w);
	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		struct net_frame frame = node_forge(w, &w->nodes[i], priority);

		if (w->nodes[i].is_running)
			node_receive(&w->nodes[i], &frame);
	}
}

static void on_moment(struct world *w, const struct moment *m)
{
	const struct sim_fault *f = m->fault;
	struct net *net = &w->net;

	if (!f) {
		w->nodes[m->node].down++;
		may_start(w, &w->nodes[m->node]);
		return;
	}
	switch ((int)f->type) {
	case SIM_CORRUPT: net->corrupt = m->is_end ? 0 : f->value; break;
	case SIM_FORGE: forge(w, (uint8_t)f->value); break;
	case SIM_LOSS: net->loss = m->is_end ? 0 : f->value; break;
	case SIM_DUPLICATE: net->duplicate = m->is_end ? 0 : f->value; break;
	case SIM_DELAY:
		net->delay = m->is_end ? 0 : f->value;
		invariants_delays(w);
		break;
	case SIM_PARTITION: net->parted = m->is_end ? 0 : f->value; break;
	case SIM_ONEWAY: net->oneway[f->node][f->peer] += m->is_end ? -1u : 1u; break;
	default: on_node(w, &w->nodes[m->node], f, m->is_end); break;
	}
}

/* ---- the loop ---- */

static void arrive(struct world *w)
{
	const struct net_frame frame = net_take(&w->net);

	if (frame.kind == NET_ANNOUNCE)
		invariants_announced(w, &frame);
	else
		node_receive(&w->nodes[frame.to], &frame);
}

static int64_t next_time(const struct world *w, int64_t moment)
{
	int64_t next = net_due(&w->net) < moment ? net_due(&w->net) : moment;

	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		if (node_due(&w->nodes[i]) < next)
			next = node_due(&w->nodes[i]);
	return next;
}

static void run(struct world *w)
{
	struct moment moments[MOMENTS];
	unsigned count = plan(w->scenario, moments), i = 0;

	while (!w->inv.violation.invariant) {
		int64_t next = next_time(w, i < count ? moments[i].at : w->scenario->end);

		if (next >= w->scenario->end)
			break;
		w->now = next;
		invariants_check(w);
		if (i < count && moments[i].at <= next)
			on_moment(w, &moments[i++]);
		else if (net_due(&w->net) <= next)
			arrive(w);
		else
			for (unsigned k = 0; k < SIM_ROUTERS; k++)
				if (node_due(&w->nodes[k]) <= next)
					node_run(&w->nodes[k]);
		invariants_check(w);
	}
}

int64_t world_run(const struct scenario *s, FILE *trace, struct violation *v)
{
	struct world *w = calloc(1, sizeof(*w));
	int64_t ran;

	if (!w)
		abort();
	w->scenario = s;
	w->trace = trace;
	w->net.seed = s->seed;
	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		w->nodes[i].world = w;
		w->nodes[i].index = i;
		w->nodes[i].settings = s->routers[i].settings;
		w->nodes[i].timer = w->nodes[i].timer_fires = NODE_NEVER;
		w->nodes[i].announce_at = w->nodes[i].withdraw_at = NODE_NEVER;
	}
	invariants_init(w);
	run(w);
	*v = w->inv.violation;
	ran = w->now;
	net_free(&w->net);
	free(w);
	return ran;
}
