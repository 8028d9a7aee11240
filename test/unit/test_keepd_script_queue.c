/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Serial queues of scripts: whatever happens, the last run of an object tells its last state.
 */
#include <check.h>
#include <stdlib.h>

#include "keepd/script_queue.h"

static struct script_queues *q;

static void setup(void)
{
	q = script_queues_new();
}

static void teardown(void)
{
	script_queues_free(q);
}

enum { HERE = 1, ELSEWHERE = 2 };

static unsigned here(void *arg, const struct msg_script_run *run)
{
	(void)arg;
	(void)run;
	return HERE;
}

/* All but one script can be started, even numbers here, odd numbers elsewhere. */
static unsigned not_now(void *arg, const struct msg_script_run *run)
{
	uint64_t script = run->script;

	if (script == *(uint64_t *)arg)
		return SCRIPT_QUEUE_LATER;
	return script % 2 ? ELSEWHERE : HERE;
}

static bool is(void *arg, uint64_t script)
{
	return script == *(uint64_t *)arg;
}

static unsigned push(uint64_t queue, uint64_t script, uint64_t step)
{
	const struct msg_script_run run = { .queue = queue, .script = script, .step = step };

	return script_queue_push(q, &run);
}

/* The script that may start now, 0 if there is none. */
static uint64_t next(void)
{
	struct msg_script_run run;
	unsigned place;

	return script_queue_next(q, here, NULL, &run, &place) ? run.script : 0;
}

static void done(uint64_t queue)
{
	script_queue_done(q, queue, HERE);
}

START_TEST(one_at_a_time_in_a_queue)
{
	push(1, 10, 1);
	push(1, 11, 1);
	ck_assert_uint_eq(next(), 10);
	ck_assert_uint_eq(next(), 0);
	done(1);
	ck_assert_uint_eq(next(), 11);
	done(1);
	ck_assert_uint_eq(script_queue_pending(q), 0);
}
END_TEST

START_TEST(queues_do_not_wait_for_each_other)
{
	push(1, 10, 1);
	push(2, 20, 1);
	ck_assert_uint_ne(next(), 0);
	ck_assert_uint_ne(next(), 0);
	ck_assert_uint_eq(next(), 0);
}
END_TEST

START_TEST(a_later_state_overtakes_what_waits_but_not_what_runs)
{
	push(1, 10, 1);
	ck_assert_uint_eq(next(), 10);
	ck_assert_uint_eq(push(1, 11, 2), 0);
	ck_assert_uint_eq(push(1, 12, 2), 0);
	ck_assert_uint_eq(push(1, 13, 3), 2);
	done(1);
	ck_assert_uint_eq(next(), 13);
}
END_TEST

/* A thousand flaps while one script hangs: bounded, and the last state is the last run. */
START_TEST(a_storm_ends_with_the_last_state)
{
	push(1, 1, 1);
	ck_assert_uint_eq(next(), 1);
	for (uint64_t step = 2; step <= 1000; step++) {
		push(1, step, step);
		push(1, step + 100000, step);
	}
	done(1);
	ck_assert_uint_eq(next(), 1000);
	done(1);
	ck_assert_uint_eq(next(), 101000);
	done(1);
	ck_assert_uint_eq(script_queue_pending(q), 0);
}
END_TEST

START_TEST(a_queue_is_bounded_and_keeps_the_newest)
{
	for (uint64_t script = 1; script <= 3 * SCRIPT_QUEUE_WAITING_MAX; script++)
		push(1, script, 1);
	for (uint64_t i = 1; i <= SCRIPT_QUEUE_WAITING_MAX; i++) {
		ck_assert_uint_eq(next(), 2 * SCRIPT_QUEUE_WAITING_MAX + i);
		done(1);
	}
}
END_TEST

START_TEST(a_script_without_a_runner_waits)
{
	uint64_t no_runner = 10;
	struct msg_script_run run;
	unsigned place;

	push(1, 10, 1);
	push(2, 20, 1);
	ck_assert(script_queue_next(q, not_now, &no_runner, &run, &place));
	ck_assert_uint_eq(run.script, 20);
	ck_assert(!script_queue_next(q, not_now, &no_runner, &run, &place));
	ck_assert(script_queue_waits(q, is, &no_runner));
	ck_assert(script_queue_next(q, here, NULL, &run, &place));
	ck_assert_uint_eq(run.script, 10);
	ck_assert(!script_queue_waits(q, is, &no_runner));
}
END_TEST

START_TEST(a_dead_runner_frees_its_queues_only)
{
	uint64_t none = 0;
	struct msg_script_run run;
	unsigned place;

	push(1, 10, 1);
	push(2, 21, 1);
	ck_assert(script_queue_next(q, not_now, &none, &run, &place));
	ck_assert_uint_eq(place, HERE);
	ck_assert(script_queue_next(q, not_now, &none, &run, &place));
	ck_assert_uint_eq(place, ELSEWHERE);
	push(1, 11, 2);
	push(2, 22, 2);
	script_queue_abandon(q, HERE, NULL, NULL);
	ck_assert_uint_eq(next(), 11);
	ck_assert_uint_eq(next(), 0);
	ck_assert_uint_eq(script_queue_pending(q), 2);
}
END_TEST

static void note_lost(void *arg, const struct msg_script_done *lost)
{
	ck_assert_int_eq(lost->status, SCRIPT_LOST);
	*(struct msg_script_done *)arg = *lost;
}

START_TEST(what_a_dead_runner_had_is_told)
{
	const struct msg_script_run run = {
		.queue = 1, .script = 10, .step = 7, .is_tracked = true
	};
	struct msg_script_done lost = { 0 };

	script_queue_push(q, &run);
	ck_assert_uint_eq(next(), 10);
	script_queue_abandon(q, ELSEWHERE, note_lost, &lost);
	ck_assert_uint_eq(lost.queue, 0);
	script_queue_abandon(q, HERE, note_lost, &lost);
	ck_assert_uint_eq(lost.queue, 1);
	ck_assert_uint_eq(lost.script, 10);
	ck_assert_uint_eq(lost.step, 7);
	ck_assert(lost.is_tracked);
	lost.queue = 0;
	script_queue_abandon(q, HERE, note_lost, &lost);
	ck_assert_uint_eq(lost.queue, 0);
}
END_TEST

START_TEST(nobody_misses_a_tracked_run)
{
	const struct msg_script_run run = { .queue = 1, .script = 10, .is_tracked = true };

	script_queue_push(q, &run);
	ck_assert_uint_eq(script_queue_pending(q), 0);
	ck_assert_uint_eq(next(), 10);
	ck_assert_uint_eq(script_queue_pending(q), 0);
	push(2, 20, 1);
	ck_assert_uint_eq(script_queue_pending(q), 1);
	done(1);
	ck_assert_uint_eq(next(), 20);
	ck_assert_uint_eq(script_queue_pending(q), 1);
}
END_TEST

START_TEST(an_end_told_by_another_runner_is_none)
{
	push(1, 10, 1);
	ck_assert_uint_eq(next(), 10);
	push(1, 11, 2);
	script_queue_done(q, 1, ELSEWHERE);
	script_queue_done(q, 2, HERE);
	ck_assert_uint_eq(next(), 0);
	done(1);
	ck_assert_uint_eq(next(), 11);
}
END_TEST

START_TEST(who_has_waited_longest_is_first)
{
	push(3, 30, 1);
	push(1, 10, 1);
	push(2, 20, 1);
	push(3, 31, 1);
	ck_assert_uint_eq(next(), 30);
	ck_assert_uint_eq(next(), 10);
	done(3);
	ck_assert_uint_eq(next(), 20);
	ck_assert_uint_eq(next(), 31);
}
END_TEST

/* All servers of a big node at once; the test's own deadline is the measure. */
START_TEST(a_hundred_thousand_queues)
{
	const uint64_t n = 100000;

	for (uint64_t i = 1; i <= n; i++)
		push(i * 4096, i, 1);
	for (uint64_t i = 1; i <= n; i++)
		push(i * 4096, n + i, 2);
	ck_assert_uint_eq(script_queue_pending(q), n);
	for (uint64_t i = 1; i <= n; i++) {
		ck_assert_uint_eq(next(), n + i);
		done(i * 4096);
	}
	ck_assert_uint_eq(script_queue_pending(q), 0);
	push(1, 10, 1); /* freed by the fixture */
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd/script_queue");
	TCase *t = tcase_create("script_queue");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, one_at_a_time_in_a_queue);
	tcase_add_test(t, queues_do_not_wait_for_each_other);
	tcase_add_test(t, a_later_state_overtakes_what_waits_but_not_what_runs);
	tcase_add_test(t, a_storm_ends_with_the_last_state);
	tcase_add_test(t, a_queue_is_bounded_and_keeps_the_newest);
	tcase_add_test(t, a_script_without_a_runner_waits);
	tcase_add_test(t, a_dead_runner_frees_its_queues_only);
	tcase_add_test(t, what_a_dead_runner_had_is_told);
	tcase_add_test(t, nobody_misses_a_tracked_run);
	tcase_add_test(t, an_end_told_by_another_runner_is_none);
	tcase_add_test(t, who_has_waited_longest_is_first);
	tcase_add_test(t, a_hundred_thousand_queues);
	suite_add_tcase(s, t);
	return s;
}
