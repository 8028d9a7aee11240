/* SPDX-License-Identifier: Apache-2.0 */
/* What a process asks of the scheduler for itself: what changes, what is taken back, what is
 * refused. */
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/priv.h"
#include "core/tuning.h"
#include "unit.h"

static struct tuner tuner;
static struct err warn;

static int nice_now(void)
{
	return getpriority(PRIO_PROCESS, 0);
}

static void apply(const struct tuning *wanted)
{
	tuning_apply(&tuner, wanted, &warn);
}

START_TEST(nothing_wanted_changes_nothing)
{
	const struct tuning none = { 0 };
	int before = nice_now();

	apply(&none);
	ck_assert_str_eq(warn.text, "");
	ck_assert_int_eq(nice_now(), before);
	ck_assert(!priv_realtime());
}
END_TEST

START_TEST(processors_are_set_and_taken_back)
{
	struct tuning wanted = { .has_cpus = true };
	cpu_set_t before, now;
	int first = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(before), &before), 0);
	while (!CPU_ISSET(first, &before))
		first++;
	CPU_SET(first, &wanted.cpus);
	apply(&wanted);
	ck_assert_str_eq(warn.text, "");
	ck_assert_int_eq(sched_getaffinity(0, sizeof(now), &now), 0);
	ck_assert(CPU_EQUAL(&now, &wanted.cpus));
	apply(&(struct tuning){ 0 });
	ck_assert_int_eq(sched_getaffinity(0, sizeof(now), &now), 0);
	ck_assert(CPU_EQUAL(&now, &before));
}
END_TEST

START_TEST(processors_that_are_not_there_are_told)
{
	struct tuning wanted = { .has_cpus = true };

	CPU_SET(CPU_SETSIZE - 1, &wanted.cpus);
	apply(&wanted);
	ck_assert_str_eq(warn.text, "processors: Invalid argument");
	apply(&wanted);
	ck_assert_msg(!warn.text[0], "told again: %s", warn.text);
}
END_TEST

START_TEST(a_nice_value_is_set)
{
	const struct tuning wanted = { .nice = 19 };

	apply(&wanted);
	ck_assert_str_eq(warn.text, "");
	ck_assert_int_eq(nice_now(), 19);
}
END_TEST

START_TEST(what_is_refused_is_told_and_the_rest_is_done)
{
	const struct tuning wanted = { .nice = 19, .rt_priority = 99 };
	const struct rlimit none = { 0, 0 };
	const struct priv_spec nobody = { .user = "nobody", .uid = 65534, .gid = 65534 };
	struct err e;

	setrlimit(RLIMIT_RTPRIO, &none);
	if (priv_has(CAP_SETUID))
		ck_assert_msg(priv_drop(&nobody, getppid(), NULL, &e) == 0, "%s", e.text);
	apply(&wanted);
	ck_assert_str_eq(warn.text, "real-time priority: Operation not permitted");
	ck_assert_int_eq(nice_now(), 19);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/tuning");
	TCase *t = tcase_create("tuning");

	tcase_add_test(t, nothing_wanted_changes_nothing);
	tcase_add_test(t, processors_are_set_and_taken_back);
	tcase_add_test(t, processors_that_are_not_there_are_told);
	tcase_add_test(t, a_nice_value_is_set);
	tcase_add_test(t, what_is_refused_is_told_and_the_rest_is_done);
	suite_add_tcase(s, t);
	return s;
}
