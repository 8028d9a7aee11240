/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of monotonic time: units, "never", no overflow.
 */
#include <math.h>
#include <time.h>

#include "core/mono.h"
#include "test/unit/unit.h"

static const mono_t t0 = { 1000000 };

START_TEST(units_are_microseconds)
{
	ck_assert_int_eq(span_us(7).us, 7);
	ck_assert_int_eq(span_ms(7).us, 7000);
	ck_assert_int_eq(span_s(7).us, 7000000);
	ck_assert_int_eq(span_mul(span_ms(250), 3).us, 750000);
	ck_assert_int_eq(span_sum(span_s(1), span_ms(-1)).us, 999000);
	ck_assert(fabs(span_seconds(span_ms(3609)) - 3.609) < 1e-9);
}
END_TEST

START_TEST(points_and_lengths_fit_together)
{
	mono_t t1 = mono_add(t0, span_s(2));

	ck_assert_int_eq(t1.us, 3000000);
	ck_assert_int_eq(mono_sub(t1, t0).us, 2000000);
	ck_assert_int_eq(mono_sub(t0, t1).us, -2000000);
	ck_assert(mono_before(t0, t1));
	ck_assert(!mono_before(t1, t0));
	ck_assert(!mono_before(t0, t0));
	ck_assert_int_eq(mono_min(t0, t1).us, t0.us);
	ck_assert_int_eq(mono_min(t1, t0).us, t0.us);
}
END_TEST

START_TEST(never_stays_never)
{
	ck_assert_int_eq(mono_add(MONO_NEVER, span_s(1)).us, MONO_NEVER.us);
	ck_assert_int_eq(mono_add(t0, span_us(INT64_MAX)).us, MONO_NEVER.us);
	ck_assert_int_eq(mono_min(t0, MONO_NEVER).us, t0.us);
	ck_assert(mono_before(t0, MONO_NEVER));
}
END_TEST

START_TEST(the_clock_is_the_kernels_and_goes_forward)
{
	mono_t a = mono_now(), b;
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	b = mono_now();
	ck_assert(!mono_before((mono_t){ (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000 }, a));
	ck_assert(!mono_before(b, a));
	ck_assert(fabs(mono_to_wall(b) - mono_to_wall(mono_add(b, span_s(-10))) - 10) < 1);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/mono");
	TCase *t = tcase_create("mono");

	tcase_add_test(t, units_are_microseconds);
	tcase_add_test(t, points_and_lengths_fit_together);
	tcase_add_test(t, never_stays_never);
	tcase_add_test(t, the_clock_is_the_kernels_and_goes_forward);
	suite_add_tcase(s, t);
	return s;
}
