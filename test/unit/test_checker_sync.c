/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sync daemons of the kernel: from those that run to those that should, what should run by
 * configuration, role and interface, and the daemons of an in-memory kernel on a virtual clock.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "checker/sync.h"
#include "ipvs/fake.h"
#include "unit.h"

static struct ipvs_sync_daemon daemon_of(uint8_t id)
{
	return (struct ipvs_sync_daemon){ .is_there = true,
		.interface = "eth0",
		.id = id,
		.port = 8848,
		.ttl = 1,
		.group = { .family = AF_INET, .bytes = { 224, 0, 0, 81 } } };
}

/* Roles as letters, with their ids: "m1", "m1b1"; x: doomed. */
static struct ipvs_sync sync_of(const char *text)
{
	struct ipvs_sync s = { 0 };

	for (; *text; text += 2) {
		struct ipvs_sync_daemon *d =
			&s.daemons[*text == 'm' ? IPVS_SYNC_MASTER : IPVS_SYNC_BACKUP];

		*d = daemon_of((uint8_t)(text[1] == 'x' ? 1 : text[1] - '0'));
		d->is_doomed = text[1] == 'x';
	}
	return s;
}

/* ---- the plan ---- */

static const struct {
	const char *found, *wanted, *ops; /* +m starts a master, -b stops a backup */
} plans[] = {
	{ "", "", "" },
	{ "", "m1", "+m" },
	{ "m1", "m1", "" },
	{ "m1", "", "-m" },
	{ "b1", "m1", "+m-b" }, /* the new role first */
	{ "m1", "b1", "+b-m" },
	{ "m2", "m1", "-m+m" },
	{ "mx", "m1", "-m+m" },
	{ "m1b1", "m1", "-b" },
	{ "", "m1b1", "+m+b" },
	{ "m2b2", "m1b1", "-m+m-b+b" },
	{ "mxb1", "b1", "-m" },
	{ "m1b1", "", "-m-b" },
};

START_TEST(plan_makes_what_is_into_what_ought_to_be)
{
	struct ipvs_sync found = sync_of(plans[_i].found), wanted = sync_of(plans[_i].wanted);
	struct ipvs_sync_plan plan = ipvs_sync_plan(&found, &wanted);
	char ops[2 * IPVS_SYNC_OPS_MAX + 1] = "";

	for (size_t i = 0; i < plan.count; i++)
		snprintf(ops + 2 * i, sizeof(ops) - 2 * i, "%c%c", plan.ops[i].is_start ? '+' : '-',
			plan.ops[i].role == IPVS_SYNC_MASTER ? 'm' : 'b');
	ck_assert_msg(!strcmp(ops, plans[_i].ops), "%s -> %s: %s", plans[_i].found,
		plans[_i].wanted, ops);
}
END_TEST

START_TEST(each_difference_is_one_but_a_datagram_size_that_nobody_asked_for)
{
	struct ipvs_sync is = sync_of("m1"), ought = is;
	struct ipvs_sync_daemon *d = &is.daemons[IPVS_SYNC_MASTER];

	d->maxlen = 1472;
	ck_assert_uint_eq(ipvs_sync_plan(&is, &ought).count, 0);
	ought.daemons[IPVS_SYNC_MASTER].maxlen = 1200;
	ck_assert_uint_eq(ipvs_sync_plan(&is, &ought).count, 2);
	is = ought = sync_of("m1");
	strcpy(d->interface, "eth1");
	ck_assert_uint_eq(ipvs_sync_plan(&is, &ought).count, 2);
	is = ought;
	d->port++;
	ck_assert_uint_eq(ipvs_sync_plan(&is, &ought).count, 2);
	is = ought;
	d->ttl++;
	ck_assert_uint_eq(ipvs_sync_plan(&is, &ought).count, 2);
	is = ought;
	d->group.bytes[3]++;
	ck_assert_uint_eq(ipvs_sync_plan(&is, &ought).count, 2);
}
END_TEST

/* ---- what should run ---- */

static const struct {
	const char *instance;
	bool has_id;
	int election; /* -1: not known, 0: not active, 1: active */
	uint32_t ifindex;
	enum sync_state state;
	const char *wanted;
} wants[] = {
	{ NULL, false, 1, 5, SYNC_OFF, "" },
	{ "", false, -1, 5, SYNC_OK, "m0b0" },
	{ "", true, -1, 5, SYNC_OK, "m3b3" },
	{ "", true, -1, 0, SYNC_NO_LINK, "" },
	{ "VI_1", true, -1, 5, SYNC_WAITS, "" },
	{ "VI_1", true, 0, 5, SYNC_OK, "b3" },
	{ "VI_1", true, 1, 5, SYNC_OK, "m3" },
	{ "VI_1", false, 1, 5, SYNC_OK, "m7" }, /* the number of the instance */
	{ "VI_1", true, 1, 0, SYNC_NO_LINK, "" },
};

START_TEST(what_should_run_follows_from_role_and_interface)
{
	const struct election_slot election = {
		.instance = "VI_1", .vrid = 7, .is_active = wants[_i].election == 1
	};
	struct sync_conf conf = { .is_there = wants[_i].instance != NULL,
		.has_id = wants[_i].has_id,
		.daemon = daemon_of(wants[_i].has_id ? 3 : 0) };
	struct ipvs_sync wanted, expected = sync_of(wants[_i].wanted);

	snprintf(conf.instance, sizeof(conf.instance), "%s",
		wants[_i].instance ? wants[_i].instance : "");
	ck_assert_int_eq(sync_wanted(&conf, wants[_i].election < 0 ? NULL : &election,
				 wants[_i].ifindex, &wanted),
		wants[_i].state);
	ck_assert_uint_eq(ipvs_sync_plan(&expected, &wanted).count, 0);
	ck_assert_uint_eq(ipvs_sync_plan(&wanted, &expected).count, 0);
}
END_TEST

/* ---- with a kernel ---- */

static struct ipvs_fake fake;
static struct sync sync_;
static uint32_t ifindex;
static mono_t now;

static uint32_t find_interface(const char *name)
{
	ck_assert_str_eq(name, "eth0");
	return ifindex;
}

static void setup(void)
{
	const struct sync_conf conf = {
		.is_there = true, .has_id = true, .daemon = daemon_of(1), .instance = "VI_1"
	};
	struct ipvs_kernel kernel;

	fake = (struct ipvs_fake){ 0 };
	kernel = ipvs_fake_kernel(&fake);
	ifindex = 5;
	now = (mono_t){ 1000000 };
	sync_init(&sync_, &kernel, find_interface);
	sync_configure(&sync_, &conf);
}

static void elect(bool is_active)
{
	const struct election_slot e = { .instance = "VI_1", .vrid = 7, .is_active = is_active };

	sync_elect(&sync_, &e);
	sync_run(&sync_, now);
}

static void later(void)
{
	ck_assert_int_ne(sync_.next.us, MONO_NEVER.us);
	now = sync_.next;
	sync_run(&sync_, now);
}

static bool runs(const char *text)
{
	struct ipvs_sync expected = sync_of(text);

	return !ipvs_sync_plan(&fake.sync, &expected).count;
}

START_TEST(daemons_follow_the_role)
{
	sync_run(&sync_, now);
	ck_assert_int_eq(sync_.status.state, SYNC_WAITS);
	elect(false);
	ck_assert(runs("b1"));
	elect(true);
	ck_assert(runs("m1"));
	ck_assert(sync_.status.is_master && !sync_.status.is_backup);
	elect(true);
	ck_assert_uint_eq(fake.ops, 3);
	sync_withdraw(&sync_);
	ck_assert(runs(""));
}
END_TEST

START_TEST(what_somebody_stopped_runs_again)
{
	elect(true);
	fake.sync = (struct ipvs_sync){ 0 };
	later();
	ck_assert(runs("m1"));
}
END_TEST

START_TEST(interface_that_goes_or_is_another_one_restarts_them)
{
	elect(true);
	ifindex = 0;
	later();
	ck_assert(runs(""));
	ck_assert_int_eq(sync_.status.state, SYNC_NO_LINK);
	ifindex = 6;
	later();
	ck_assert(runs("m1"));
	ck_assert_uint_eq(fake.ops, 3);
	ifindex = 7;
	later();
	ck_assert(runs("m1"));
	ck_assert_uint_eq(fake.ops, 5);
}
END_TEST

START_TEST(kernel_that_refuses_is_asked_again_ever_less_often)
{
	static const int64_t waits_s[] = { 1, 2, 4, 8, 16, 30, 30 };

	fake.sync_error = ENODEV;
	elect(true);
	for (size_t i = 0; i < COUNT(waits_s); i++) {
		ck_assert_int_eq(sync_.status.state, SYNC_FAILED);
		ck_assert_int_eq(mono_sub(sync_.next, now).us, waits_s[i] * 1000000);
		later();
	}
	fake.sync_error = 0;
	later();
	ck_assert(runs("m1"));
	ck_assert_int_eq(sync_.status.state, SYNC_OK);
}
END_TEST

START_TEST(time_of_listening_begins_anew_with_each_start)
{
	elect(false);
	ck_assert_int_eq(sync_.listening_since.us, now.us);
	later();
	ck_assert_int_eq(mono_sub(now, sync_.listening_since).us, 1000000);
	fake.sync = (struct ipvs_sync){ 0 };
	later();
	ck_assert_int_eq(sync_.listening_since.us, now.us);
	elect(true);
	ck_assert_int_eq(sync_.listening_since.us, 0);
}
END_TEST

START_TEST(time_of_listening_goes_on_over_the_death_of_the_process)
{
	fake.sync = sync_of("b1");
	sync_.listening_since = (mono_t){ 7 }; /* as the page says */
	elect(false);
	ck_assert_int_eq(sync_.listening_since.us, 7);
	fake.status = IPVS_FAILED; /* who knows */
	later();
	ck_assert_int_eq(sync_.listening_since.us, 0);
}
END_TEST

START_TEST(what_is_configured_no_longer_is_stopped_and_then_left_alone)
{
	const struct sync_conf nothing = { 0 };

	elect(true);
	sync_configure(&sync_, &nothing);
	sync_run(&sync_, now);
	ck_assert(runs(""));
	ck_assert_int_eq(sync_.next.us, MONO_NEVER.us);
	fake.sync = sync_of("m1"); /* somebody else's */
	sync_run(&sync_, now);
	ck_assert(runs("m1"));
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("checker sync");
	TCase *pure = tcase_create("pure"), *kernel = tcase_create("kernel");

	tcase_add_loop_test(pure, plan_makes_what_is_into_what_ought_to_be, 0, COUNT(plans));
	tcase_add_test(pure, each_difference_is_one_but_a_datagram_size_that_nobody_asked_for);
	tcase_add_loop_test(pure, what_should_run_follows_from_role_and_interface, 0, COUNT(wants));
	suite_add_tcase(s, pure);
	tcase_add_checked_fixture(kernel, setup, NULL);
	tcase_add_test(kernel, daemons_follow_the_role);
	tcase_add_test(kernel, what_somebody_stopped_runs_again);
	tcase_add_test(kernel, interface_that_goes_or_is_another_one_restarts_them);
	tcase_add_test(kernel, kernel_that_refuses_is_asked_again_ever_less_often);
	tcase_add_test(kernel, time_of_listening_begins_anew_with_each_start);
	tcase_add_test(kernel, time_of_listening_goes_on_over_the_death_of_the_process);
	tcase_add_test(kernel, what_is_configured_no_longer_is_stopped_and_then_left_alone);
	suite_add_tcase(s, kernel);
	return s;
}
