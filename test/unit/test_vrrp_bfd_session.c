/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BFD sessions: the table of states, and two sessions that talk over a wire of this test on a clock
 * of this test: how they come up, what a cut wire, a switched-off, a changed and a restarted
 * neighbor look like.
 */
#include <string.h>

#include "unit.h"
#include "vrrp/bfd_session.h"

#define T0	((mono_t){ 1000000 })
#define WIRE_US 100

static const struct bfd_params usual = {
	.min_tx = { 10000 }, .min_rx = { 10000 }, .idle_tx = { 1000000 }, .multiplier = 5
};

/* ---- one session, one packet ---- */

static struct bfd_packet from_neighbor(enum bfd_state state)
{
	return (struct bfd_packet){ .state = state,
		.multiplier = 3,
		.mine = 77,
		.yours = 1,
		.desired_tx = span_ms(20),
		.required_rx = span_ms(15) };
}

static struct bfd_session in_state(enum bfd_state state)
{
	struct bfd_session s;

	bfd_session_init(&s, &usual, 1, T0);
	s.state = state;
	return s;
}

#define DOWN_ BFD_DOWN
#define ADMIN BFD_ADMIN_DOWN

static const struct {
	enum bfd_state state, received, next;
	enum bfd_diag diag;
} table[] = {
	/* clang-format off */
	{ DOWN_,    ADMIN,    DOWN_,    BFD_DIAG_NONE },
	{ DOWN_,    DOWN_,    BFD_INIT, BFD_DIAG_NONE },
	{ DOWN_,    BFD_INIT, BFD_UP,   BFD_DIAG_NONE },
	{ DOWN_,    BFD_UP,   DOWN_,    BFD_DIAG_NONE },
	{ BFD_INIT, ADMIN,    DOWN_,    BFD_DIAG_NEIGHBOR },
	{ BFD_INIT, DOWN_,    BFD_INIT, BFD_DIAG_NONE },
	{ BFD_INIT, BFD_INIT, BFD_UP,   BFD_DIAG_NONE },
	{ BFD_INIT, BFD_UP,   BFD_UP,   BFD_DIAG_NONE },
	{ BFD_UP,   ADMIN,    DOWN_,    BFD_DIAG_NEIGHBOR },
	{ BFD_UP,   DOWN_,    DOWN_,    BFD_DIAG_NEIGHBOR },
	{ BFD_UP,   BFD_INIT, BFD_UP,   BFD_DIAG_NONE },
	{ BFD_UP,   BFD_UP,   BFD_UP,   BFD_DIAG_NONE },
	/* clang-format on */
};

START_TEST(state_follows_the_table)
{
	struct bfd_session s = in_state(table[_i].state);
	struct bfd_packet p = from_neighbor(table[_i].received);
	struct bfd_output out;

	ck_assert_int_eq(bfd_session_receive(&s, &usual, &p, T0, 0, &out), BFD_DROP_NONE);
	ck_assert_int_eq(s.state, table[_i].next);
	ck_assert_int_eq(s.diag, table[_i].diag);
	ck_assert_int_eq(out.from, table[_i].state);
	ck_assert_int_eq(out.to, table[_i].next);
	/* A new state is told at once, nothing else is. */
	ck_assert_uint_eq(out.count, out.from != out.to);
	ck_assert_uint_eq(s.yours, 77);
}
END_TEST

START_TEST(packet_is_dropped_for_its_reason_and_changes_nothing)
{
	static const struct {
		bool is_authenticated, is_poll, is_final;
		enum bfd_state state;
		enum bfd_drop drop;
	} rows[] = {
		{ true, true, true, BFD_UP, BFD_DROP_AUTHENTICATION },
		{ false, true, true, BFD_UP, BFD_DROP_POLL_FINAL },
		{ false, true, true, ADMIN, BFD_DROP_POLL_FINAL },
		{ false, true, false, ADMIN, BFD_DROP_ADMIN_DOWN },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bfd_session s = in_state(rows[i].state), was = s;
		struct bfd_packet p = from_neighbor(BFD_DOWN);
		struct bfd_output out;

		p.is_authenticated = rows[i].is_authenticated;
		p.is_poll = rows[i].is_poll;
		p.is_final = rows[i].is_final;
		ck_assert_int_eq(bfd_session_receive(&s, &usual, &p, T0, 0, &out), rows[i].drop);
		ck_assert_mem_eq(&s, &was, sizeof(s));
		ck_assert_uint_eq(out.count, 0);
		ck_assert_int_eq(out.from, out.to);
	}
}
END_TEST

START_TEST(poll_is_answered_at_once_with_final_alone)
{
	struct bfd_session s = in_state(BFD_UP);
	struct bfd_packet p = from_neighbor(BFD_UP);
	struct bfd_output out;

	s.polls = 1;
	p.is_poll = true;
	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_uint_eq(out.count, 1);
	ck_assert(out.packets[0].is_final && !out.packets[0].is_poll);
	ck_assert_uint_eq(out.packets[0].yours, 77);
	ck_assert_uint_eq(s.polls, 1);
}
END_TEST

START_TEST(interval_and_detection_time_are_the_slower_of_both)
{
	struct bfd_session s = in_state(BFD_INIT);
	struct bfd_packet p = from_neighbor(BFD_UP);
	struct bfd_output out;

	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_int_eq(bfd_session_tx_interval(&s).us, 15000);
	ck_assert_int_eq(bfd_session_detection_time(&s).us, 60000);
	ck_assert_int_eq(s.detect_due.us, T0.us + 60000);
	p.desired_tx = p.required_rx = span_ms(1);
	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_int_eq(bfd_session_tx_interval(&s).us, 10000);
	ck_assert_int_eq(bfd_session_detection_time(&s).us, 30000);
	p.required_rx = span_us(0); /* send me nothing */
	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_int_eq(s.tx_due.us, MONO_NEVER.us);
	p.is_poll = true; /* but answer */
	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_uint_eq(out.count, 1);
}
END_TEST

START_TEST(jitter_takes_up_to_a_quarter_and_a_tenth_at_least_with_multiplier_1)
{
	static const struct {
		uint8_t multiplier;
		int64_t least, most;
	} rows[] = { { 5, 750000, 1000000 }, { 1, 750000, 900000 } };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bfd_params params = usual;
		int64_t least = INT64_MAX, most = 0;

		params.multiplier = rows[i].multiplier;
		for (uint32_t random = 0; random < 2000; random++) {
			struct bfd_output out;
			struct bfd_session s;
			int64_t us;

			bfd_session_init(&s, &params, 1, T0);
			bfd_session_tick(&s, &params, T0, random, &out);
			us = s.tx_due.us - T0.us;
			least = us < least ? us : least;
			most = us > most ? us : most;
		}
		ck_assert_int_eq(least, rows[i].least);
		ck_assert_int_eq(most, rows[i].most);
	}
}
END_TEST

START_TEST(passive_one_waits_and_one_in_demand_mode_is_left_alone)
{
	struct bfd_params passive = usual;
	struct bfd_packet p = from_neighbor(BFD_DOWN);
	struct bfd_session s;
	struct bfd_output out;

	passive.is_passive = true;
	bfd_session_init(&s, &passive, 1, T0);
	bfd_session_tick(&s, &passive, T0, 0, &out);
	ck_assert_uint_eq(out.count, 0);
	bfd_session_receive(&s, &passive, &p, T0, 0, &out);
	ck_assert_uint_eq(out.count, 1);
	ck_assert_int_ne(s.tx_due.us, MONO_NEVER.us);

	s = in_state(BFD_UP);
	p = from_neighbor(BFD_UP);
	p.is_demand = true;
	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_int_eq(s.tx_due.us, MONO_NEVER.us);
	bfd_session_change(&s, &usual, T0, 0, &out); /* a poll sequence is still told */
	ck_assert_uint_eq(out.count, 1);
	ck_assert(out.packets[0].is_poll);
}
END_TEST

/* ---- two sessions and a wire ---- */

struct end {
	struct bfd_session s;
	struct bfd_params params;
	bool is_deaf; /* what the other sends is lost */
	unsigned sent, polls_sent;
	unsigned downs;		/* transitions from Up */
	unsigned verdict_downs; /* of the verdict to DOWN */
	mono_t verdict_down_at;
};

struct flight {
	mono_t at;
	unsigned to;
	struct bfd_packet packet;
};

struct wire {
	struct end ends[2];
	struct flight flights[64];
	size_t count;
	mono_t now;
	uint32_t random;
};

static uint32_t draw(struct wire *w)
{
	return w->random = w->random * 1664525 + 1013904223;
}

static void act(struct wire *w, unsigned i, const struct bfd_output *out)
{
	struct end *e = &w->ends[i];

	e->downs += out->from == BFD_UP && out->to != BFD_UP;
	if (e->s.verdict == BFD_VERDICT_DOWN && out->verdict_was != BFD_VERDICT_DOWN) {
		e->verdict_downs++;
		e->verdict_down_at = w->now;
	}
	for (unsigned n = 0; n < out->count; n++) {
		e->sent++;
		e->polls_sent += out->packets[n].is_poll;
		if (w->ends[1 - i].is_deaf)
			continue;
		ck_assert_uint_lt(w->count, COUNT(w->flights));
		w->flights[w->count++] = (struct flight){ mono_add(w->now, span_us(WIRE_US)), 1 - i,
			out->packets[n] };
	}
}

static void deliver(struct wire *w)
{
	struct flight f = w->flights[0];
	struct bfd_output out;
	struct end *e = &w->ends[f.to];

	memmove(w->flights, w->flights + 1, --w->count * sizeof(f));
	bfd_session_receive(&e->s, &e->params, &f.packet, w->now, draw(w), &out);
	act(w, f.to, &out);
}

static void run_until(struct wire *w, mono_t end)
{
	struct bfd_output out;

	for (unsigned steps = 0; steps < 1000000; steps++) {
		mono_t next =
			mono_min(bfd_session_due(&w->ends[0].s), bfd_session_due(&w->ends[1].s));

		if (w->count)
			next = mono_min(next, w->flights[0].at);
		if (mono_before(end, next))
			break;
		if (mono_before(w->now, next))
			w->now = next;
		if (w->count && !mono_before(w->now, w->flights[0].at)) {
			deliver(w);
			continue;
		}
		for (unsigned i = 0; i < 2; i++) {
			struct end *e = &w->ends[i];

			bfd_session_tick(&e->s, &e->params, w->now, draw(w), &out);
			act(w, i, &out);
		}
	}
	w->now = end;
}

static void run(struct wire *w, int64_t ms)
{
	run_until(w, mono_add(w->now, span_ms(ms)));
}

static void open_wire(struct wire *w, uint32_t seed)
{
	*w = (struct wire){ .now = T0, .random = seed };
	for (unsigned i = 0; i < 2; i++) {
		w->ends[i].params = usual;
		bfd_session_init(&w->ends[i].s, &usual, i + 1, w->now);
	}
}

static bool are_up(const struct wire *w)
{
	return w->ends[0].s.state == BFD_UP && w->ends[1].s.state == BFD_UP;
}

/* Changes the parameters of one end. */
static void change(struct wire *w, unsigned i, struct bfd_params params)
{
	struct bfd_output out;

	w->ends[i].params = params;
	bfd_session_change(&w->ends[i].s, &params, w->now, draw(w), &out);
	act(w, i, &out);
}

START_TEST(two_come_up_within_a_slow_period_and_stay)
{
	struct wire w;

	open_wire(&w, (uint32_t)_i);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_UNKNOWN);
	run(&w, 1100);
	ck_assert(are_up(&w));
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_UP);
	ck_assert_int_eq(bfd_session_tx_interval(&w.ends[0].s).us, 10000);
	ck_assert_int_eq(bfd_session_detection_time(&w.ends[0].s).us, 50000);
	w.ends[0].sent = 0;
	run(&w, 10000);
	ck_assert(are_up(&w));
	ck_assert_uint_eq(w.ends[0].downs + w.ends[1].downs, 0);
	ck_assert_uint_eq(w.ends[0].s.polls + w.ends[1].s.polls, 0);
	/* 10 s, 7.5 to 10 ms each */
	ck_assert_uint_ge(w.ends[0].sent, 1000);
	ck_assert_uint_le(w.ends[0].sent, 1334);
}
END_TEST

START_TEST(cut_wire_is_noticed_after_the_detection_time)
{
	struct wire w;
	mono_t cut;

	open_wire(&w, (uint32_t)_i);
	run(&w, 2000);
	cut = w.now;
	w.ends[0].is_deaf = true; /* the other way it works: the neighbor is told */
	run(&w, 200);
	ck_assert_uint_eq(w.ends[0].verdict_downs, 1);
	ck_assert_int_eq(w.ends[0].s.diag, BFD_DIAG_EXPIRED);
	ck_assert_uint_eq(w.ends[0].s.yours, 0);
	ck_assert_int_ge(w.ends[0].verdict_down_at.us - cut.us, 40000);
	ck_assert_int_le(w.ends[0].verdict_down_at.us - cut.us, 50000 + WIRE_US);
	ck_assert_int_eq(w.ends[1].s.diag, BFD_DIAG_NEIGHBOR);
	ck_assert_uint_eq(w.ends[1].verdict_downs, 1);
	ck_assert_int_eq(bfd_session_tx_interval(&w.ends[0].s).us, 1000000);
	w.ends[0].is_deaf = false;
	run(&w, 2500);
	ck_assert(are_up(&w));
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_UP);
	ck_assert_int_eq(w.ends[1].s.verdict, BFD_VERDICT_UP);
}
END_TEST

START_TEST(neighbor_that_never_speaks_is_down_after_a_while)
{
	struct wire w;

	open_wire(&w, 1);
	w.ends[0].is_deaf = w.ends[1].is_deaf = true;
	run(&w, 2900);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_UNKNOWN);
	run(&w, 200);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_DOWN);
}
END_TEST

START_TEST(neighbor_that_is_switched_off_has_not_failed)
{
	struct bfd_output out;
	struct wire w;

	open_wire(&w, 1);
	run(&w, 2000);
	bfd_session_stop(&w.ends[1].s, &w.ends[1].params, w.now, &out);
	ck_assert_uint_eq(out.count, 1);
	ck_assert_int_eq(out.packets[0].state, BFD_ADMIN_DOWN);
	ck_assert_int_eq(out.packets[0].diag, BFD_DIAG_ADMIN);
	act(&w, 1, &out);
	run(&w, 10000);
	ck_assert_int_eq(w.ends[0].s.state, BFD_DOWN);
	ck_assert_int_eq(w.ends[0].s.diag, BFD_DIAG_NEIGHBOR);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_UP);
	ck_assert_int_eq(w.ends[1].s.state, BFD_ADMIN_DOWN);
	bfd_session_init(&w.ends[1].s, &w.ends[1].params, 5, w.now);
	run(&w, 2000);
	ck_assert(are_up(&w));
	w.ends[0].is_deaf = true;
	run(&w, 100);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_DOWN);
}
END_TEST

START_TEST(neighbor_that_was_switched_off_before_holds_nobody_up)
{
	struct bfd_session s = in_state(BFD_DOWN);
	struct bfd_packet p = from_neighbor(BFD_ADMIN_DOWN);
	struct bfd_output out;

	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_int_eq(s.verdict, BFD_VERDICT_UP);
	s = in_state(BFD_DOWN);
	s.verdict = BFD_VERDICT_DOWN; /* and makes nothing good that failed */
	bfd_session_receive(&s, &usual, &p, T0, 0, &out);
	ck_assert_int_eq(s.verdict, BFD_VERDICT_DOWN);
}
END_TEST

START_TEST(slower_parameters_are_polled_and_lose_nothing)
{
	struct bfd_params slow = usual;
	struct wire w;

	open_wire(&w, (uint32_t)_i);
	run(&w, 2000);
	slow.min_tx = slow.min_rx = span_ms(200);
	w.ends[0].polls_sent = 0;
	change(&w, 0, slow);
	ck_assert_uint_eq(w.ends[0].s.polls, 1);
	/* Sending slows down only when the neighbor knows. */
	ck_assert_int_eq(w.ends[0].s.desired_tx.us, 10000);
	ck_assert_int_eq(w.ends[0].s.required_rx.us, 200000);
	run(&w, 1);
	ck_assert_uint_eq(w.ends[0].s.polls, 0);
	ck_assert_uint_eq(w.ends[0].polls_sent, 1);
	ck_assert_int_eq(w.ends[0].s.desired_tx.us, 200000);
	ck_assert_int_eq(bfd_session_tx_interval(&w.ends[1].s).us, 200000);
	ck_assert_int_eq(bfd_session_detection_time(&w.ends[1].s).us, 1000000);
	run(&w, 5000);
	change(&w, 0, usual); /* and fast again */
	ck_assert_int_eq(w.ends[0].s.required_rx.us, 200000);
	run(&w, 1);
	ck_assert_int_eq(bfd_session_detection_time(&w.ends[0].s).us, 50000);
	ck_assert_int_eq(bfd_session_detection_time(&w.ends[1].s).us, 50000);
	run(&w, 5000);
	ck_assert(are_up(&w));
	ck_assert_uint_eq(w.ends[0].downs + w.ends[1].downs, 0);
}
END_TEST

START_TEST(poll_goes_on_until_it_is_answered_also_when_it_changes_again)
{
	struct bfd_params slow = usual, slower = usual;
	struct wire w;

	open_wire(&w, 1);
	run(&w, 2000);
	slow.min_tx = span_ms(20);
	slower.min_tx = span_ms(30);
	w.ends[0].is_deaf = true;
	change(&w, 0, slow);
	run(&w, 30);
	change(&w, 0, slower);
	ck_assert_uint_eq(w.ends[0].s.polls, 2);
	ck_assert_int_eq(w.ends[0].s.desired_tx.us, 10000);
	w.ends[0].is_deaf = false;
	run(&w, 40);
	ck_assert_uint_eq(w.ends[0].s.polls, 0);
	ck_assert_int_eq(w.ends[0].s.desired_tx.us, 30000);
	ck_assert_uint_eq(w.ends[0].downs, 0);
}
END_TEST

/* The process of end 0 dies, and another one takes over after so many milliseconds. */
static void restart(struct wire *w, int64_t ms)
{
	struct bfd_session kept = w->ends[0].s;
	struct bfd_params mute = usual;

	mute.is_passive = true;
	bfd_session_init(&w->ends[0].s, &mute, 99, w->now);
	w->ends[0].s.state = BFD_ADMIN_DOWN;
	w->ends[0].s.settle_due = MONO_NEVER;
	run(w, ms);
	w->count = 0;
	ck_assert(bfd_session_resume(&kept, &usual, w->now));
	w->ends[0].s = kept;
}

START_TEST(process_that_comes_back_in_time_is_not_missed)
{
	struct wire w;

	open_wire(&w, (uint32_t)_i);
	run(&w, 2000);
	restart(&w, 35);
	run(&w, 5000);
	ck_assert(are_up(&w));
	ck_assert_uint_eq(w.ends[0].s.mine, 1);
	ck_assert_uint_eq(w.ends[0].downs + w.ends[1].downs, 0);
	ck_assert_uint_eq(w.ends[0].verdict_downs + w.ends[1].verdict_downs, 0);
}
END_TEST

START_TEST(process_that_comes_back_late_sees_no_failure_of_its_neighbor)
{
	static const int64_t after_ms[] = { 60, 300, 2000, 30000 };
	struct wire w;

	open_wire(&w, 1);
	run(&w, 2000);
	restart(&w, after_ms[_i]);
	run(&w, 2500);
	ck_assert(are_up(&w));
	ck_assert_uint_eq(w.ends[1].downs, 1);
	ck_assert_uint_eq(w.ends[0].verdict_downs, 0);
	/* But a real one is none the less one. */
	w.ends[0].is_deaf = true;
	run(&w, 100);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_DOWN);
}
END_TEST

START_TEST(neighbor_that_went_meanwhile_has_failed_after_a_while)
{
	struct wire w;

	open_wire(&w, 1);
	run(&w, 2000);
	w.ends[0].is_deaf = true;
	restart(&w, 100);
	run(&w, 2900);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_UP);
	run(&w, 200);
	ck_assert_int_eq(w.ends[0].s.verdict, BFD_VERDICT_DOWN);
}
END_TEST

START_TEST(nonsense_is_not_resumed)
{
	struct bfd_session zero = { 0 }, far = in_state(BFD_UP), off = in_state(BFD_ADMIN_DOWN);

	far.remote_desired_tx = span_us(INT64_MAX);
	ck_assert(!bfd_session_resume(&zero, &usual, T0));
	ck_assert(!bfd_session_resume(&far, &usual, T0));
	ck_assert(!bfd_session_resume(&off, &usual, T0));
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp bfd session");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, state_follows_the_table, 0, COUNT(table));
	tcase_add_test(t, packet_is_dropped_for_its_reason_and_changes_nothing);
	tcase_add_test(t, poll_is_answered_at_once_with_final_alone);
	tcase_add_test(t, interval_and_detection_time_are_the_slower_of_both);
	tcase_add_test(t, jitter_takes_up_to_a_quarter_and_a_tenth_at_least_with_multiplier_1);
	tcase_add_test(t, passive_one_waits_and_one_in_demand_mode_is_left_alone);
	tcase_add_loop_test(t, two_come_up_within_a_slow_period_and_stay, 0, 20);
	tcase_add_loop_test(t, cut_wire_is_noticed_after_the_detection_time, 0, 20);
	tcase_add_test(t, neighbor_that_never_speaks_is_down_after_a_while);
	tcase_add_test(t, neighbor_that_is_switched_off_has_not_failed);
	tcase_add_test(t, neighbor_that_was_switched_off_before_holds_nobody_up);
	tcase_add_loop_test(t, slower_parameters_are_polled_and_lose_nothing, 0, 20);
	tcase_add_test(t, poll_goes_on_until_it_is_answered_also_when_it_changes_again);
	tcase_add_loop_test(t, process_that_comes_back_in_time_is_not_missed, 0, 20);
	tcase_add_loop_test(t, process_that_comes_back_late_sees_no_failure_of_its_neighbor, 0, 4);
	tcase_add_test(t, neighbor_that_went_meanwhile_has_failed_after_a_while);
	tcase_add_test(t, nonsense_is_not_resumed);
	suite_add_tcase(s, t);
	return s;
}
