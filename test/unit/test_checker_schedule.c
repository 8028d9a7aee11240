/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schedule of probes on a virtual clock, its heap against a plain list, and the identity map.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "checker/idmap.h"
#include "checker/schedule.h"
#include "checker/verdict.h"

#define SECOND 1000000

static uint64_t seed = 1;

static const struct probe_timing timing = {
	.delay_loop = { 5 * SECOND },
	.delay_before_retry = { 1 * SECOND },
	.warmup = { 5 * SECOND },
	.retry = 2,
};

static struct probe_slot slot_after(const char *results, mono_t started, mono_t finished)
{
	struct probe_slot slot = { .id = 1 };

	for (; *results; results++) {
		struct check_result r = { .status = *results == '+'   ? CHECK_OK
						    : *results == '-' ? CHECK_CONNECT
								      : CHECK_LOCAL_ERROR };

		probe_count(&slot, &r, started, finished);
	}
	return slot;
}

/* A probe that began at 100 s and took 0.5 s: when is the next one, in seconds from its start? */
static const struct row {
	const char *name, *results;
	double earliest, latest;
} table[] = {
	{ "after a success: one interval from start to start", "+", 4.9, 5.0 },
	{ "after a failure: the pause from its end", "+-", 1.5, 1.5 },
	{ "and again", "+--", 1.5, 1.5 },
	{ "retries used up: the interval", "+---", 4.9, 5.0 },
	{ "down: the interval", "+------", 4.9, 5.0 },
	{ "the first failure of all: the interval", "-", 4.9, 5.0 },
	{ "an error of our own: a second", "+0", 1.5, 1.5 },
};

START_TEST(next_probe_after_each_result)
{
	const struct row *row = &table[_i];
	mono_t start = { 100 * SECOND };
	struct probe_slot slot = slot_after(row->results, start, mono_add(start, span_ms(500)));

	for (int i = 0; i < 1000; i++) {
		double next = span_seconds(
			mono_sub(probe_next(&timing, &slot, chance_next(&seed)), start));

		ck_assert_msg(next >= row->earliest - 1e-6 && next <= row->latest + 1e-6,
			"%s: %f s", row->name, next);
	}
}
END_TEST

START_TEST(a_probe_longer_than_its_interval_is_followed_at_once)
{
	mono_t start = { 100 * SECOND }, end = mono_add(start, span_s(7));
	struct probe_slot slot = slot_after("+---", start, end);

	ck_assert_int_eq(probe_next(&timing, &slot, 7).us, end.us);
}
END_TEST

START_TEST(first_probes_are_spread_over_the_warmup)
{
	mono_t now = { 100 * SECOND };
	unsigned parts[5] = { 0 };

	for (int i = 0; i < 10000; i++) {
		int64_t us = mono_sub(probe_first(&timing, now, chance_next(&seed)), now).us;

		ck_assert_int_ge(us, 0);
		ck_assert_int_le(us, timing.warmup.us);
		parts[us * 5 / (timing.warmup.us + 1)]++;
	}
	for (int i = 0; i < 5; i++)
		ck_assert_uint_gt(parts[i], 1800);
	ck_assert_int_eq(
		probe_first(&(struct probe_timing){ .warmup = { 0 } }, now, 12345).us, now.us);
}
END_TEST

START_TEST(after_a_pause_probes_are_spread_again)
{
	mono_t start = { 100 * SECOND }, now = mono_add(start, span_s(60));
	struct probe_slot slot = slot_after("+", start, start);
	unsigned early = 0;

	for (int i = 0; i < 1000; i++) {
		int64_t us =
			mono_sub(probe_resume(&timing, &slot, now, chance_next(&seed)), now).us;

		ck_assert_int_ge(us, 0);
		ck_assert_int_le(us, timing.delay_loop.us / 2);
		early += us < timing.delay_loop.us / 4;
	}
	ck_assert_uint_gt(early, 400);
	ck_assert_uint_lt(early, 600);
}
END_TEST

START_TEST(a_successor_goes_on_in_turn)
{
	mono_t start = { 100 * SECOND }, now = mono_add(start, span_s(2));
	struct probe_slot slot = slot_after("+", start, start), none = { .id = 1 };
	int64_t due = mono_sub(probe_resume(&timing, &slot, now, 3), start).us;

	ck_assert_int_ge(due, 49 * SECOND / 10);
	ck_assert_int_le(due, 5 * SECOND);
	due = mono_sub(probe_resume(&timing, &none, now, 3), now).us;
	ck_assert_int_le(due, timing.warmup.us);
	/* A slot from the future (another machine's, a bad one) does not stop the probe. */
	slot.last_start_us = slot.last_at_us = 1000000 * (int64_t)SECOND;
	due = mono_sub(probe_resume(&timing, &slot, now, 3), now).us;
	ck_assert_int_le(due, timing.delay_loop.us);
}
END_TEST

/* All servers dead, each probe until its deadline: no server waits longer than 1.5 intervals. */
START_TEST(every_server_has_its_turn)
{
	enum { PROBES = 500 };
	struct schedule s = { 0 };
	static struct probe_slot slots[PROBES];
	mono_t now = { 100 * SECOND }, last[PROBES], end = mono_add(now, span_s(120));

	memset(slots, 0, sizeof(slots));
	for (uint32_t i = 0; i < PROBES; i++) {
		schedule_set(&s, i, probe_first(&timing, now, chance_next(&seed)));
		last[i] = now;
	}
	while (mono_before(now, end)) {
		uint32_t i;

		now = schedule_due(&s);
		while (schedule_take(&s, now, &i)) {
			struct check_result r = { .status = i % 2 ? CHECK_OK : CHECK_CONNECT };
			mono_t done = mono_add(now, span_ms(i % 2 ? 5 : 3000));

			ck_assert_int_le(mono_sub(now, last[i]).us, timing.delay_loop.us * 3 / 2);
			last[i] = now;
			probe_count(&slots[i], &r, now, done);
			schedule_set(&s, i, probe_next(&timing, &slots[i], chance_next(&seed)));
		}
	}
	ck_assert_uint_eq(s.count, PROBES);
	schedule_fini(&s);
}
END_TEST

START_TEST(the_heap_agrees_with_a_list)
{
	enum { N = 200 };
	int64_t due[N]; /* 0 = not in */
	struct schedule s = { 0 };
	size_t count = 0;

	memset(due, 0, sizeof(due));
	for (int step = 0; step < 50000; step++) {
		uint32_t i = (uint32_t)(chance_next(&seed) % N), taken;
		int64_t first = INT64_MAX;

		switch (chance_next(&seed) % 4) {
		case 0:
		case 1:
			count += !due[i];
			due[i] = 1 + (int64_t)(chance_next(&seed) % 1000);
			schedule_set(&s, i, (mono_t){ due[i] });
			break;
		case 2:
			count -= due[i] != 0;
			due[i] = 0;
			schedule_remove(&s, i);
			break;
		default:
			if (!schedule_take(&s, (mono_t){ 500 }, &taken))
				break;
			ck_assert(due[taken] && due[taken] <= 500);
			for (int j = 0; j < N; j++)
				ck_assert(!due[j] || due[j] >= due[taken]);
			due[taken] = 0;
			count--;
		}
		for (int j = 0; j < N; j++)
			if (due[j] && due[j] < first)
				first = due[j];
		ck_assert_uint_eq(s.count, count);
		ck_assert_int_eq(schedule_due(&s).us, first);
	}
	schedule_fini(&s);
}
END_TEST

START_TEST(the_identity_map_agrees_with_a_list)
{
	enum { N = 300 };
	struct idmap m = { 0 };
	uint32_t value[N];

	for (int i = 0; i < N; i++)
		value[i] = IDMAP_NONE;
	ck_assert_uint_eq(idmap_get(&m, 5), IDMAP_NONE);
	for (int step = 0; step < 20000; step++) {
		uint32_t i = (uint32_t)(chance_next(&seed) % N);
		/* Many identities share their low bits: collisions. */
		uint64_t id = (uint64_t)(i / 8 + 1) | (uint64_t)(i % 8) << 40;

		if (chance_next(&seed) % 3) {
			value[i] = (uint32_t)step;
			idmap_set(&m, id, value[i]);
		} else {
			value[i] = IDMAP_NONE;
			idmap_remove(&m, id);
		}
		for (uint32_t j = 0; step % 16 == 0 && j < N; j++)
			ck_assert_uint_eq(
				idmap_get(&m, (uint64_t)(j / 8 + 1) | (uint64_t)(j % 8) << 40),
				value[j]);
	}
	idmap_fini(&m);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("checker/schedule");
	TCase *t = tcase_create("schedule");

	tcase_set_timeout(t, 30);
	tcase_add_loop_test(t, next_probe_after_each_result, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(t, a_probe_longer_than_its_interval_is_followed_at_once);
	tcase_add_test(t, first_probes_are_spread_over_the_warmup);
	tcase_add_test(t, after_a_pause_probes_are_spread_again);
	tcase_add_test(t, a_successor_goes_on_in_turn);
	tcase_add_test(t, every_server_has_its_turn);
	tcase_add_test(t, the_heap_agrees_with_a_list);
	tcase_add_test(t, the_identity_map_agrees_with_a_list);
	suite_add_tcase(s, t);
	return s;
}
