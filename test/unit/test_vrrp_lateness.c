/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as late, of ourselves and of the active peer. */
#include <check.h>
#include <netinet/in.h>

#include "vrrp/lateness.h"

#define T0 INT64_C(1000000000)
#define A  INT64_C(1000000)

START_TEST(buckets_end_at_powers_of_ten)
{
	static const struct {
		int64_t late;
		unsigned bucket;
	} rows[] = {
		{ 0, 0 },
		{ 1000, 0 },
		{ 1001, 1 },
		{ 10000, 1 },
		{ 99999, 2 },
		{ A, 3 },
		{ A + 1, 4 },
		{ 10 * A + 1, 5 },
		{ INT64_MAX, 5 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_uint_eq(vrrp_lateness_bucket(span_us(rows[i].late)), rows[i].bucket);
}
END_TEST

static struct addr host(uint8_t last)
{
	return addr_from_v4((struct in_addr){ htonl(0xc0000200u + last) });
}

/* A backup that heard the active router, 192.0.2.20, at T0. */
static const struct {
	const char *name;
	uint8_t version;
	enum vrrp_state state;
	uint32_t warn;
	int64_t peer_int; /* of the active router, as it says */
	uint8_t from, priority;
	int64_t at, stalled_until; /* after T0; 0 = never */
	uint32_t missed;
} table[] = {
	{ "on_time", 2, VRRP_BACKUP, 2, A, 20, 150, A, 0, 0 },
	{ "a_little_late", 2, VRRP_BACKUP, 2, A, 20, 150, 2 * A - 1, 0, 0 },
	{ "two_intervals", 2, VRRP_BACKUP, 2, A, 20, 150, 2 * A, 0, 2 },
	{ "three_intervals", 2, VRRP_BACKUP, 2, A, 20, 150, 3 * A + 5, 0, 3 },
	{ "fewer_than_asked_for", 2, VRRP_BACKUP, 3, A, 20, 150, 2 * A, 0, 0 },
	{ "not_asked_for", 2, VRRP_BACKUP, 0, A, 20, 150, 3 * A, 0, 0 },
	{ "interval_of_the_active_one", 3, VRRP_BACKUP, 2, 10 * A, 20, 150, 3 * A, 0, 0 },
	{ "short_interval_of_the_active_one", 3, VRRP_BACKUP, 2, A / 10, 20, 150, A / 5, 0, 2 },
	{ "it_says_that_it_leaves", 2, VRRP_BACKUP, 2, A, 20, 0, 3 * A, 0, 0 },
	{ "somebody_else", 2, VRRP_BACKUP, 2, A, 21, 150, 3 * A, 0, 0 },
	{ "we_are_active", 2, VRRP_ACTIVE, 2, A, 20, 50, 3 * A, 0, 0 },
	{ "it_was_us_who_stood_still", 2, VRRP_BACKUP, 2, A, 20, 150, 3 * A, 3 * A, 0 },
	{ "we_stood_still_before_that", 2, VRRP_BACKUP, 2, A, 20, 150, 3 * A, -A, 3 },
};

START_TEST(advert_that_is_late_is_told_from_one_that_is_not)
{
	const struct vrrp_params params = { .version = table[_i].version,
		.advert_int = span_us(A),
		.advert_warn = table[_i].warn };
	const struct vrrp_fsm was = { .state = table[_i].state,
		.active = host(20),
		.peer = host(20),
		.peer_heard = { T0 },
		.peer_int = span_us(table[_i].peer_int) };
	const struct vrrp_event advert = { .type = VRRP_EV_ADVERT,
		.source = host(table[_i].from),
		.priority = table[_i].priority };
	mono_t stalled = { table[_i].stalled_until ? T0 + table[_i].stalled_until : 0 };

	ck_assert_msg(vrrp_lateness_missed(&was, &advert, &params, stalled,
			      (mono_t){ T0 + table[_i].at }) == table[_i].missed,
		"%s", table[_i].name);
}
END_TEST

Suite *make_suite(void);
Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp lateness");
	TCase *t = tcase_create("late");

	tcase_add_test(t, buckets_end_at_powers_of_ten);
	tcase_add_loop_test(t, advert_that_is_late_is_told_from_one_that_is_not, 0,
		sizeof(table) / sizeof(table[0]));
	suite_add_tcase(s, t);
	return s;
}
