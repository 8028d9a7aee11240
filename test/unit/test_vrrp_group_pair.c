/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two nodes with one sync group each, on virtual links and a virtual clock: the real state machine
 * and the real rules of the group, and the few lines around them that grouping.c has. Played are
 * all mixtures of priorities, addresses and nopreempt of two members, also those that contradict
 * each other, and random ones of three members, with nodes and links that fail at bad moments.
 * Whatever the mixture: no node is active with half its group for longer than two intervals, and in
 * the end one node has the whole group and stays that way.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/sim/rng.h"
#include "unit.h"
#include "vrrp/group.h"

#define A	   INT64_C(1000000)
#define SECONDS(n) ((n)*A)
#define EPSILON	   INT64_C(20000)
#define NEVER	   INT64_MAX

enum { NODES = 2, LINKS_MAX = 3, FLYING_MAX = 64 };

struct member {
	struct vrrp_params params;
	struct vrrp_fsm fsm;
	struct group_contest contest;
	enum vrrp_reason fault;
	uint8_t vrid;
	int64_t timer;
};

struct node {
	bool is_alive;
	struct member members[LINKS_MAX]; /* by link; the second node names them backwards */
	int64_t half_since;		  /* 0 = all members agree */
	int64_t whole_since;		  /* all Active; 0 = not */
};

struct packet {
	int64_t due;
	unsigned to, link;
	uint8_t priority;
	struct addr source;
};

struct world {
	unsigned links;
	int64_t now;
	struct rng rng;
	struct node nodes[NODES];
	bool is_cut[LINKS_MAX][NODES]; /* what would arrive at that node */
	struct packet flying[FLYING_MAX];
	unsigned flying_count;
	int64_t dual_since, last_change;
	char failure[160];
};

static void violated(struct world *w, const char *what, unsigned node)
{
	if (!w->failure[0])
		snprintf(w->failure, sizeof(w->failure), "%s, node %u, at %.3f s", what, node,
			(double)w->now / 1e6);
}

/* ---- the shell ---- */

/* Of a link in the group of a node. */
static unsigned place(const struct world *w, unsigned n, unsigned link)
{
	return n == 0 ? link : w->links - 1 - link;
}

static struct group view(struct world *w, unsigned n, struct group_member list[LINKS_MAX])
{
	for (unsigned i = 0; i < w->links; i++) {
		struct member *m = &w->nodes[n].members[i];

		list[place(w, n, i)] =
			(struct group_member){ &m->params, &m->fsm, &m->contest, m->fault, m->vrid,
				addr_from_v4((struct in_addr){ htonl(0xcb007100u + i) }) };
	}
	return (struct group){ list, w->links };
}

static void send_advert(struct world *w, unsigned n, unsigned link, uint8_t priority)
{
	unsigned to = 1 - n;

	if (w->is_cut[link][to] || !w->nodes[to].is_alive ||
		w->nodes[n].members[link].fault != VRRP_BECAUSE_NONE ||
		w->nodes[to].members[link].fault != VRRP_BECAUSE_NONE)
		return;
	ck_assert_uint_lt(w->flying_count, FLYING_MAX);
	w->flying[w->flying_count++] = (struct packet){ w->now + rng_between(&w->rng, 100, 900), to,
		link, priority, w->nodes[n].members[link].params.source };
}

static void step(struct world *w, unsigned n, unsigned i, const struct vrrp_event *event)
{
	struct member *m = &w->nodes[n].members[i];
	struct vrrp_actions actions;

	vrrp_fsm_step(&m->params, &m->fsm, event, (mono_t){ w->now }, &m->fsm, &actions);
	for (unsigned k = 0; k < actions.count; k++) {
		const struct vrrp_action *a = &actions.list[k];

		if (a->type == VRRP_DO_SEND)
			send_advert(w, n, i, a->priority);
		else if (a->type == VRRP_DO_TIMER_SET)
			m->timer = a->due.us;
		else if (a->type == VRRP_DO_TIMER_OFF)
			m->timer = NEVER;
		else if (a->type == VRRP_DO_NOTIFY && a->from != a->to)
			w->last_change = w->now;
	}
}

static void feed(struct world *w, unsigned n, unsigned i, struct vrrp_event event)
{
	struct group_member list[LINKS_MAX];
	const struct group g = view(w, n, list);
	const struct vrrp_fsm was = w->nodes[n].members[i].fsm;
	struct vrrp_event told;
	enum group_cue cue;

	if (event.type == VRRP_EV_ADVERT)
		event.is_held = group_holds(&g, place(w, n, i), &event, (mono_t){ w->now });
	step(w, n, i, &event);
	cue = group_cue(&g, place(w, n, i), &was, &event);
	for (unsigned k = 0; k < w->links; k++)
		if (k != i && group_tell(cue, w->nodes[n].members[k].fsm.state, &told))
			step(w, n, k, &told);
}

static void on_timer(struct world *w, unsigned n, unsigned i)
{
	struct group_member list[LINKS_MAX];
	const struct group g = view(w, n, list);

	w->nodes[n].members[i].timer = NEVER;
	if (w->nodes[n].members[i].fsm.state == VRRP_ACTIVE) {
		feed(w, n, i, (struct vrrp_event){ .type = VRRP_EV_ADVERT_TIMER });
		return;
	}
	if (!group_is_ready(&g, (mono_t){ w->now }))
		return;
	for (unsigned k = 0; k < w->links; k++)
		if (w->nodes[n].members[k].fsm.state == VRRP_BACKUP)
			step(w, n, k, &(struct vrrp_event){ .type = VRRP_EV_DOWN_TIMER });
}

/* START, or LINK after faults have changed: of all members. */
static void tell_faults(struct world *w, unsigned n, enum vrrp_event_type type)
{
	struct group_member list[LINKS_MAX];
	const struct group g = view(w, n, list);
	struct vrrp_event event = { .type = type, .is_held = group_must_listen(&g) };
	size_t by;

	for (unsigned i = 0; w->nodes[n].is_alive && i < w->links; i++) {
		event.reason = group_fault(&g, place(w, n, i), &by);
		step(w, n, i, &event);
	}
}

static void start(struct world *w, unsigned n)
{
	w->nodes[n].is_alive = true;
	tell_faults(w, n, VRRP_EV_START);
}

static void crash(struct world *w, unsigned n)
{
	w->nodes[n].is_alive = false;
	for (unsigned i = 0; i < w->links; i++) {
		memset(&w->nodes[n].members[i].fsm, 0, sizeof(struct vrrp_fsm));
		memset(&w->nodes[n].members[i].contest, 0, sizeof(struct group_contest));
		w->nodes[n].members[i].timer = NEVER;
	}
}

static void stop(struct world *w, unsigned n)
{
	for (unsigned i = 0; i < w->links; i++)
		step(w, n, i, &(struct vrrp_event){ .type = VRRP_EV_STOP });
	crash(w, n);
}

static void set_link(struct world *w, unsigned n, unsigned link, bool is_up)
{
	w->nodes[n].members[link].fault = is_up ? VRRP_BECAUSE_NONE : VRRP_BECAUSE_LINK_DOWN;
	tell_faults(w, n, VRRP_EV_LINK);
}

/* ---- time ---- */

static unsigned active_count(const struct world *w, unsigned n)
{
	unsigned count = 0;

	for (unsigned i = 0; i < w->links; i++)
		count += w->nodes[n].members[i].fsm.state == VRRP_ACTIVE;
	return count;
}

static void look(struct world *w)
{
	unsigned dual = 0;

	for (unsigned n = 0; n < NODES; n++) {
		struct node *node = &w->nodes[n];
		unsigned count = active_count(w, n);

		if (count == 0 || count == w->links)
			node->half_since = 0;
		else if (!node->half_since)
			node->half_since = w->now;
		else if (w->now - node->half_since > 2 * A)
			violated(w, "half a group", n);
		if (count < w->links)
			node->whole_since = 0;
		else if (!node->whole_since)
			node->whole_since = w->now;
		dual += count > 0;
	}
	for (unsigned i = 0; i < w->links; i++)
		if (w->is_cut[i][0] || w->is_cut[i][1])
			dual = 0;
	if (dual < 2)
		w->dual_since = 0;
	else if (!w->dual_since)
		w->dual_since = w->now;
	else if (w->now - w->dual_since > 2 * A + EPSILON)
		violated(w, "two active", 0);
}

static void deliver(struct world *w, unsigned which)
{
	const struct packet p = w->flying[which];

	w->flying[which] = w->flying[--w->flying_count];
	if (w->nodes[p.to].is_alive && !w->is_cut[p.link][p.to] &&
		w->nodes[p.to].members[p.link].fault == VRRP_BECAUSE_NONE)
		feed(w, p.to, p.link,
			(struct vrrp_event){ .type = VRRP_EV_ADVERT,
				.priority = p.priority,
				.source = p.source,
				.interval = span_us(A) });
}

static void run_until(struct world *w, int64_t until)
{
	for (;;) {
		int64_t best = until;
		unsigned packet = FLYING_MAX, node = NODES, link = 0;

		for (unsigned k = 0; k < w->flying_count; k++)
			if (w->flying[k].due < best) {
				best = w->flying[k].due;
				packet = k;
			}
		for (unsigned n = 0; n < NODES; n++)
			for (unsigned i = 0; i < w->links; i++)
				if (w->nodes[n].members[i].timer < best) {
					best = w->nodes[n].members[i].timer;
					node = n;
					link = i;
				}
		w->now = best;
		look(w);
		if (node < NODES)
			on_timer(w, node, link);
		else if (packet < FLYING_MAX)
			deliver(w, packet);
		else
			return;
		look(w);
	}
}

/* ---- what happens to them ---- */

static unsigned who_is_active(const struct world *w)
{
	return active_count(w, 1) == w->links;
}

static void cut(struct world *w, unsigned link, bool is_cut)
{
	w->is_cut[link][0] = w->is_cut[link][1] = is_cut;
}

static void cut_all(struct world *w, bool is_cut)
{
	for (unsigned i = 0; i < w->links; i++)
		cut(w, i, is_cut);
}

static void nothing(struct world *w)
{
	run_until(w, SECONDS(30));
}

static void partition(struct world *w)
{
	run_until(w, SECONDS(30));
	cut_all(w, true);
	run_until(w, SECONDS(50));
	cut_all(w, false);
}

static void one_link_cut(struct world *w)
{
	run_until(w, SECONDS(30));
	cut(w, 0, true);
	run_until(w, SECONDS(50));
	cut(w, 0, false);
}

static void started_with_one_link_cut(struct world *w)
{
	cut(w, 0, true);
	run_until(w, SECONDS(50));
	cut(w, 0, false);
}

static void last_link_cut_for_ever(struct world *w)
{
	run_until(w, SECONDS(30));
	cut(w, w->links - 1, true);
}

static void partition_heals_link_by_link(struct world *w)
{
	run_until(w, SECONDS(30));
	cut_all(w, true);
	run_until(w, SECONDS(50));
	cut(w, 1, false);
	run_until(w, SECONDS(60));
	cut_all(w, false);
}

static void deaf_on_one_link(struct world *w)
{
	run_until(w, SECONDS(30));
	w->is_cut[0][1] = true;
	run_until(w, SECONDS(50));
	w->is_cut[0][1] = false;
}

static void deaf_when_a_partition_heals(struct world *w)
{
	run_until(w, SECONDS(30));
	cut_all(w, true);
	run_until(w, SECONDS(50));
	cut_all(w, false);
	w->is_cut[0][1] = true;
}

static void crash_and_return(struct world *w)
{
	unsigned active;

	run_until(w, SECONDS(30));
	active = who_is_active(w);
	crash(w, active);
	run_until(w, SECONDS(50));
	start(w, active);
}

/* The other node has the whole group a Skew_Time after: that of its lowest priority at most. */
static void expect_takeover(struct world *w, unsigned node, int64_t since)
{
	const struct node *other = &w->nodes[1 - node];

	if (!other->whole_since || other->whole_since - since > A * 156 / 256 + EPSILON)
		violated(w, "takeover after Skew_Time", 1 - node);
}

static void stop_and_return(struct world *w)
{
	unsigned active;
	int64_t since;

	run_until(w, SECONDS(30));
	active = who_is_active(w);
	since = w->now;
	stop(w, active);
	run_until(w, SECONDS(50));
	expect_takeover(w, active, since);
	start(w, active);
}

static void link_down_and_up(struct world *w)
{
	unsigned active;
	int64_t since;

	run_until(w, SECONDS(30));
	active = who_is_active(w);
	since = w->now;
	set_link(w, active, 0, false);
	run_until(w, SECONDS(50));
	expect_takeover(w, active, since);
	set_link(w, active, 0, true);
}

static void links_of_both_down(struct world *w)
{
	run_until(w, SECONDS(30));
	set_link(w, 0, 0, false);
	set_link(w, 1, 1, false);
	run_until(w, SECONDS(50));
	if (active_count(w, 0) || active_count(w, 1))
		violated(w, "active without a link", active_count(w, 1) > 0);
	set_link(w, 0, 0, true);
	run_until(w, SECONDS(60));
	set_link(w, 1, 1, true);
}

static const struct {
	const char *name;
	void (*play)(struct world *w);
} plays[] = {
	{ "nothing", nothing },
	{ "partition", partition },
	{ "one link cut", one_link_cut },
	{ "started with one link cut", started_with_one_link_cut },
	{ "last link cut for ever", last_link_cut_for_ever },
	{ "partition heals link by link", partition_heals_link_by_link },
	{ "deaf on one link", deaf_on_one_link },
	{ "deaf when a partition heals", deaf_when_a_partition_heals },
	{ "crash and return", crash_and_return },
	{ "stop and return", stop_and_return },
	{ "link down and up", link_down_and_up },
	{ "links of both down", links_of_both_down },
};

/* ---- mixtures ---- */

struct mixture {
	unsigned links;
	uint8_t priority[NODES][LINKS_MAX];
	bool nopreempt[NODES][LINKS_MAX];
	int64_t preempt_delay[NODES][LINKS_MAX];
	unsigned higher[LINKS_MAX]; /* the node with the higher address */
	uint8_t vrid[LINKS_MAX];
	int64_t second_starts;
};

static void set_up(struct world *w, const struct mixture *x, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	w->now = A;
	w->rng.state = seed;
	w->links = x->links;
	for (unsigned n = 0; n < NODES; n++)
		for (unsigned i = 0; i < x->links; i++) {
			uint8_t last = x->higher[i] == n ? 2 : 1;
			struct member *m = &w->nodes[n].members[i];

			m->timer = NEVER;
			m->vrid = x->vrid[i];
			m->params = (struct vrrp_params){ .version = 2,
				.priority = x->priority[n][i],
				.preempt = !x->nopreempt[n][i],
				.preempt_delay = span_us(x->preempt_delay[n][i]),
				.advert_int = span_us(A),
				.down_adverts = 3,
				.source = addr_from_v4(
					(struct in_addr){ htonl(0xc0000200u + 256 * i + last) }) };
		}
}

static void describe(const struct mixture *x, char *buf, size_t room)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < x->links; i++)
		len += (size_t)snprintf(buf + len, room - len,
			" [vrid %u: %u%s/%lld against %u%s/%lld, higher address %u]", x->vrid[i],
			x->priority[0][i], x->nopreempt[0][i] ? " nopreempt" : "",
			(long long)x->preempt_delay[0][i] / A, x->priority[1][i],
			x->nopreempt[1][i] ? " nopreempt" : "",
			(long long)x->preempt_delay[1][i] / A, x->higher[i]);
	snprintf(buf + len, room - len, " second after %lld us", (long long)x->second_starts);
}

static void play(unsigned which, const struct mixture *x, uint64_t seed)
{
	char text[512];
	struct world w;

	set_up(&w, x, seed);
	start(&w, 0);
	run_until(&w, A + x->second_starts);
	start(&w, 1);
	plays[which].play(&w);
	run_until(&w, w.now + SECONDS(40));
	if (w.now - w.last_change < SECONDS(20))
		violated(&w, "no rest", 0);
	if (active_count(&w, 0) + active_count(&w, 1) != w.links)
		violated(&w, "not one whole group", active_count(&w, 0));
	describe(x, text, sizeof(text));
	ck_assert_msg(!w.failure[0], "%s: %s:%s", plays[which].name, w.failure, text);
}

static const int64_t offsets[] = { 0, 300, SECONDS(5) };

/* Every mixture of two priorities, two orders of addresses and nopreempt, of two members. */
START_TEST(two_members_agree_in_the_end)
{
	for (unsigned bits = 0; bits < 1u << 11; bits++)
		for (size_t o = 0; o < COUNT(offsets); o++) {
			struct mixture x = { .links = 2, .second_starts = offsets[o] };

			for (unsigned i = 0; i < 4; i++) {
				x.priority[i / 2][i % 2] = bits & (1u << i) ? 150 : 100;
				x.nopreempt[i / 2][i % 2] = bits & (16u << i);
			}
			x.higher[0] = (bits >> 8) & 1;
			x.higher[1] = (bits >> 9) & 1;
			x.vrid[0] = bits & (1u << 10) ? 7 : 51;
			x.vrid[1] = 51;
			play((unsigned)_i, &x, bits);
		}
}
END_TEST

START_TEST(three_members_agree_in_the_end)
{
	for (uint64_t seed = 0; seed < 1000; seed++) {
		struct rng rng = { rng_mix(seed) };
		struct mixture x = { .links = 3, .second_starts = rng_below(&rng, SECONDS(6)) };

		for (unsigned i = 0; i < x.links; i++) {
			for (unsigned n = 0; n < NODES; n++) {
				x.priority[n][i] = (uint8_t)(100 + 50 * rng_below(&rng, 3));
				x.nopreempt[n][i] = rng_below(&rng, 4) == 0;
				x.preempt_delay[n][i] = rng_below(&rng, 4) ? 0 : SECONDS(7);
			}
			x.higher[i] = (unsigned)rng_below(&rng, 2);
			x.vrid[i] = (uint8_t)rng_between(&rng, 1, 3);
		}
		if (rng_below(&rng, 2))
			x.second_starts = rng_below(&rng, 1000);
		play((unsigned)_i, &x, seed);
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp group pair");
	TCase *t = tcase_create("all");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, two_members_agree_in_the_end, 0, COUNT(plays));
	tcase_add_loop_test(t, three_members_agree_in_the_end, 0, COUNT(plays));
	suite_add_tcase(s, t);
	return s;
}
