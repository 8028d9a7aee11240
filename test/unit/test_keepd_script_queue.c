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

static bool yes(void *arg, uint64_t script)
{
	(void)arg;
	(void)script;
	return true;
}

static bool is_not(void *arg, uint64_t script)
{
	return script != *(uint64_t *)arg;
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

	return script_queue_next(q, yes, NULL, &run) ? run.script : 0;
}

START_TEST(one_at_a_time_in_a_queue)
{
	push(1, 10, 1);
	push(1, 11, 1);
	ck_assert_uint_eq(next(), 10);
	ck_assert_uint_eq(next(), 0);
	script_queue_done(q, 1);
	ck_assert_uint_eq(next(), 11);
	script_queue_done(q, 1);
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
	script_queue_done(q, 1);
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
	script_queue_done(q, 1);
	ck_assert_uint_eq(next(), 1000);
	script_queue_done(q, 1);
	ck_assert_uint_eq(next(), 101000);
	script_queue_done(q, 1);
	ck_assert_uint_eq(script_queue_pending(q), 0);
}
END_TEST

START_TEST(a_queue_is_bounded_and_keeps_the_newest)
{
	for (uint64_t script = 1; script <= 3 * SCRIPT_QUEUE_WAITING_MAX; script++)
		push(1, script, 1);
	for (uint64_t i = 1; i <= SCRIPT_QUEUE_WAITING_MAX; i++) {
		ck_assert_uint_eq(next(), 2 * SCRIPT_QUEUE_WAITING_MAX + i);
		script_queue_done(q, 1);
	}
}
END_TEST

START_TEST(a_script_without_a_runner_waits)
{
	uint64_t no_runner = 10;
	struct msg_script_run run;

	push(1, 10, 1);
	push(2, 20, 1);
	ck_assert(script_queue_next(q, is_not, &no_runner, &run));
	ck_assert_uint_eq(run.script, 20);
	ck_assert(!script_queue_next(q, is_not, &no_runner, &run));
	ck_assert(script_queue_next(q, yes, NULL, &run));
	ck_assert_uint_eq(run.script, 10);
}
END_TEST

START_TEST(a_dead_runner_frees_its_queues_only)
{
	uint64_t dead = 10;

	push(1, 10, 1);
	push(2, 20, 1);
	next();
	next();
	push(1, 11, 2);
	push(2, 21, 2);
	script_queue_abandon(q, is, &dead);
	ck_assert_uint_eq(next(), 11);
	ck_assert_uint_eq(next(), 0);
	ck_assert_uint_eq(script_queue_pending(q), 2);
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
	suite_add_tcase(s, t);
	return s;
}
