/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: timers in order and never early, watchers that close themselves and each other. Waits
 * are a few milliseconds of real time, because the kernel's timer is what is tested. The module is
 * included as text, so that even those can be made in pieces.
 */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t wait_max_us = INT64_C(3600) * 1000000;

#define WAIT_MAX_US wait_max_us
#include "core/loop.c"

#include "test/unit/unit.h"

static struct loop *loop;
static struct err e;
static int pipes[2][2];
static char trace[64];

static void setup(void)
{
	loop = loop_new(&e);
	ck_assert_ptr_nonnull(loop);
	for (size_t i = 0; i < COUNT(pipes); i++)
		ck_assert_int_eq(pipe(pipes[i]), 0);
}

static void teardown(void)
{
	loop_free(loop);
	for (size_t i = 0; i < COUNT(pipes); i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
}

static void note(const char *what)
{
	strncat(trace, what, sizeof(trace) - strlen(trace) - 1);
}

/* ---- timers ---- */

struct alarm {
	struct timer timer;
	const char *name;
	mono_t due;
	bool is_last;
};

static void alarm_fired(void *arg)
{
	struct alarm *a = arg;

	ck_assert(!mono_before(mono_now(), a->due));
	ck_assert(!timer_is_set(&a->timer));
	note(a->name);
	if (a->is_last)
		loop_stop(loop, 7);
}

static void alarm_open(struct alarm *a, const char *name)
{
	*a = (struct alarm){ .name = name };
	ck_assert_int_eq(timer_open(&a->timer, loop, alarm_fired, a, &e), 0);
	ck_assert(!timer_is_set(&a->timer));
}

static void alarm_set(struct alarm *a, mono_t due)
{
	a->due = due;
	timer_set(&a->timer, due);
	ck_assert(timer_is_set(&a->timer));
}

START_TEST(timers_fire_in_order_and_once)
{
	span_t unit = span_ms(1);
	struct alarm a, b, c;
	mono_t now;

	alarm_open(&a, "a");
	alarm_open(&b, "b");
	alarm_open(&c, "c");
	c.is_last = true;
	do { /* on a busy machine, again with more distance */
		unit = span_mul(unit, 2);
		now = mono_now();
		alarm_set(&c, mono_add(now, span_mul(unit, 3)));
		alarm_set(&b, mono_add(now, span_mul(unit, 2)));
		alarm_set(&a, mono_add(now, unit));
	} while (mono_sub(mono_now(), now).us > unit.us / 2);
	ck_assert_int_eq(loop_run(loop), 7);
	ck_assert_str_eq(trace, "abc");
	timer_close(&a.timer);
	timer_close(&b.timer);
	timer_close(&c.timer);
}
END_TEST

static unsigned fired;

static void fire_again(void *arg)
{
	struct alarm *a = arg;

	ck_assert_msg(!mono_before(mono_now(), a->due), "early by %lld us",
		(long long)mono_sub(a->due, mono_now()).us);
	if (++fired == 200) {
		loop_stop(loop, 0);
		return;
	}
	/* Odd lengths, and some work between reading the clock and setting the timer. */
	a->due = mono_add(mono_now(), span_us(1 + (fired * 37) % 211));
	for (volatile int i = 0; i < 1000; i++)
		;
	timer_set(&a->timer, a->due);
}

START_TEST(a_timer_never_fires_early)
{
	struct alarm a = { 0 };

	ck_assert_int_eq(timer_open(&a.timer, loop, fire_again, &a, &e), 0);
	alarm_set(&a, mono_add(mono_now(), span_us(50)));
	ck_assert_int_eq(loop_run(loop), 0);
	timer_close(&a.timer);
}
END_TEST

START_TEST(a_past_due_fires_at_once_and_never_means_off)
{
	struct alarm past, never, off, far;

	alarm_open(&past, "past");
	alarm_open(&never, "never");
	alarm_open(&off, "off");
	alarm_open(&far, "far");
	past.is_last = true;
	timer_set(&never.timer, MONO_NEVER);
	ck_assert(!timer_is_set(&never.timer));
	alarm_set(&off, mono_now());
	timer_off(&off.timer);
	ck_assert(!timer_is_set(&off.timer));
	alarm_set(&far, mono_add(mono_now(), span_us(INT64_MAX / 2)));
	alarm_set(&past, (mono_t){ 1 });
	ck_assert_int_eq(loop_run(loop), 7);
	ck_assert_str_eq(trace, "past");
	ck_assert(timer_is_set(&far.timer));
	timer_close(&past.timer);
	timer_close(&never.timer);
	timer_close(&off.timer);
	timer_close(&far.timer);
	timer_close(&far.timer);
}
END_TEST

START_TEST(a_long_wait_in_pieces_is_not_early)
{
	struct alarm a;

	wait_max_us = 300;
	alarm_open(&a, "a");
	a.is_last = true;
	alarm_set(&a, mono_add(mono_now(), span_ms(2)));
	ck_assert_int_eq(loop_run(loop), 7);
	timer_close(&a.timer);
}
END_TEST

START_TEST(a_new_setting_replaces_the_old)
{
	mono_t now = mono_now();
	struct alarm a, b;

	alarm_open(&a, "a");
	alarm_open(&b, "b");
	b.is_last = true;
	alarm_set(&a, mono_add(now, span_ms(1)));
	alarm_set(&b, mono_add(now, span_ms(2)));
	alarm_set(&a, mono_add(now, span_s(3600)));
	ck_assert_int_eq(loop_run(loop), 7);
	ck_assert_str_eq(trace, "b");
	timer_close(&a.timer);
	timer_close(&b.timer);
}
END_TEST

static void free_alarm(void *arg)
{
	struct alarm *a = arg;

	timer_close(&a->timer);
	free(a);
	loop_stop(loop, 1);
}

START_TEST(a_timer_may_be_freed_by_its_own_callback)
{
	struct alarm *a = calloc(1, sizeof(*a));

	ck_assert_int_eq(timer_open(&a->timer, loop, free_alarm, a, &e), 0);
	timer_set(&a->timer, mono_now());
	ck_assert_int_eq(loop_run(loop), 1);
}
END_TEST

/* ---- descriptors ---- */

static void free_io(void *arg, unsigned events)
{
	struct io *io = arg;

	ck_assert_uint_eq(events, IO_READ);
	io_close(io);
	free(io);
	loop_stop(loop, 2);
}

START_TEST(a_watcher_may_be_freed_by_its_own_callback)
{
	struct io *io = calloc(1, sizeof(*io));

	ck_assert_int_eq(io_open(io, loop, pipes[0][0], IO_READ, free_io, io, &e), 0);
	ck_assert_int_eq(write(pipes[0][1], "x", 1), 1);
	ck_assert_int_eq(loop_run(loop), 2);
}
END_TEST

static struct io ios[2];

static void close_both(void *arg, unsigned events)
{
	(void)events;
	(void)arg;
	note("x");
	io_close(&ios[0]);
	io_close(&ios[1]);
}

START_TEST(a_closed_watcher_is_not_called_even_if_it_was_ready)
{
	struct alarm a;

	alarm_open(&a, ".");
	a.is_last = true;
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(
			io_open(&ios[i], loop, pipes[i][0], IO_READ, close_both, NULL, &e), 0);
		ck_assert_int_eq(write(pipes[i][1], "x", 1), 1);
	}
	alarm_set(&a, mono_add(mono_now(), span_ms(2)));
	ck_assert_int_eq(loop_run(loop), 7);
	ck_assert_str_eq(trace, "x.");
	timer_close(&a.timer);
	io_close(&ios[0]); /* once more is harmless */
}
END_TEST

static void stop_third(void *arg, unsigned events)
{
	(void)arg;
	note(events & IO_READ ? "r" : "w");
	if (strlen(trace) == 3)
		loop_stop(loop, 3);
}

START_TEST(readiness_is_told_again_until_it_is_served)
{
	struct io io;
	int fd = _i == 0 ? pipes[0][0] : pipes[0][1];

	ck_assert_int_eq(write(pipes[0][1], "x", 1), 1);
	ck_assert_int_eq(
		io_open(&io, loop, fd, _i == 0 ? IO_READ : IO_WRITE, stop_third, NULL, &e), 0);
	ck_assert_int_eq(loop_run(loop), 3);
	ck_assert_str_eq(trace, _i == 0 ? "rrr" : "www");
	io_close(&io);
}
END_TEST

START_TEST(a_bad_descriptor_is_an_error)
{
	struct io io;

	ck_assert_int_eq(io_open(&io, loop, 1000000, IO_READ, stop_third, NULL, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "descriptor 1000000"));
	io_close(&io);
}
END_TEST

/* ---- signals and the end ---- */

static void on_signal(void *arg, int signo)
{
	sig_close(arg);
	loop_stop(loop, signo);
}

START_TEST(a_signal_is_delivered_in_the_loop)
{
	struct sig sig;

	ck_assert_int_eq(sig_open(&sig, loop, SIGUSR1, on_signal, &sig, &e), 0);
	raise(SIGUSR1);
	ck_assert_ptr_nonnull(sig.event);
	ck_assert_int_eq(loop_run(loop), SIGUSR1);
	ck_assert_ptr_null(sig.event);
}
END_TEST

START_TEST(a_stop_before_the_run_counts)
{
	loop_stop(loop, 5);
	ck_assert_int_eq(loop_run(loop), 5);
}
END_TEST

START_TEST(zeroed_watchers_may_be_closed)
{
	struct timer timer = { 0 };
	struct sig sig = { 0 };
	struct io io = { 0 };

	ck_assert(!timer_is_set(&timer));
	timer_off(&timer);
	timer_close(&timer);
	sig_close(&sig);
	io_close(&io);
	loop_free(NULL);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/loop");
	TCase *t = tcase_create("loop");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, timers_fire_in_order_and_once);
	tcase_add_test(t, a_timer_never_fires_early);
	tcase_add_test(t, a_past_due_fires_at_once_and_never_means_off);
	tcase_add_test(t, a_long_wait_in_pieces_is_not_early);
	tcase_add_test(t, a_new_setting_replaces_the_old);
	tcase_add_test(t, a_timer_may_be_freed_by_its_own_callback);
	tcase_add_test(t, a_watcher_may_be_freed_by_its_own_callback);
	tcase_add_test(t, a_closed_watcher_is_not_called_even_if_it_was_ready);
	tcase_add_loop_test(t, readiness_is_told_again_until_it_is_served, 0, 2);
	tcase_add_test(t, a_bad_descriptor_is_an_error);
	tcase_add_test(t, a_signal_is_delivered_in_the_loop);
	tcase_add_test(t, a_stop_before_the_run_counts);
	tcase_add_test(t, zeroed_watchers_may_be_closed);
	suite_add_tcase(s, t);
	return s;
}
