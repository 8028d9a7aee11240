/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Privileges, as far as nobody has to be root: names, and a drop that must fail. The drop itself is
 * in test_core_priv_drop.c.
 */
#include <cap-ng.h>
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include "core/priv.h"
#include "test/unit/unit.h"

static struct err e, warn;

START_TEST(a_user_is_found_or_the_remedy_is_said)
{
	uid_t uid = 1;
	gid_t gid = 1;

	ck_assert_int_eq(priv_user("root", &uid, &gid, &e), 0);
	ck_assert_uint_eq(uid, 0);
	ck_assert_uint_eq(gid, 0);
	uid = gid = 7;
	ck_assert_int_eq(priv_user("no-such-user-here", &uid, &gid, &e), -1);
	ck_assert_str_eq(e.text,
		"user no-such-user-here does not exist: useradd --system --no-create-home "
		"--shell /usr/sbin/nologin no-such-user-here");
	ck_assert_uint_eq(uid, 7);
}
END_TEST

static void lose_all_capabilities(void)
{
	capng_clear(CAPNG_SELECT_CAPS);
	ck_assert_int_eq(capng_apply(CAPNG_SELECT_CAPS), 0);
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		ck_assert(!priv_has(cap));
}

static struct priv_spec own_user(const int *caps)
{
	return (struct priv_spec){
		.user = "itself", .uid = getuid(), .gid = getgid(), .caps = caps
	};
}

START_TEST(a_missing_capability_is_named)
{
	static const int caps[] = { CAP_NET_ADMIN, -1 };
	const struct priv_spec spec = own_user(caps);

	lose_all_capabilities();
	ck_assert_int_eq(priv_drop(&spec, getppid(), &warn, &e), -1);
	ck_assert_str_eq(e.text, "user itself lacks the capability net_admin");
}
END_TEST

START_TEST(without_the_power_to_change_the_user_it_is_an_error)
{
	struct priv_spec spec = own_user(NULL);

	spec.uid++;
	spec.user = "other";
	lose_all_capabilities();
	ck_assert_int_eq(priv_drop(&spec, getppid(), NULL, &e), -1);
	ck_assert_str_eq(e.text, "become user other: setgroups: Operation not permitted");
}
END_TEST

START_TEST(one_who_is_the_user_already_needs_no_power)
{
	const struct priv_spec spec = own_user(NULL);

	lose_all_capabilities();
	ck_assert_msg(priv_drop(&spec, getppid(), &warn, &e) == 0, "%s", e.text);
	ck_assert_str_eq(warn.text, "");
}
END_TEST

START_TEST(what_real_time_is_refused_is_a_warning)
{
	struct priv_spec spec = own_user(NULL);

	spec.realtime = true;
	lose_all_capabilities();
	ck_assert_msg(priv_drop(&spec, getppid(), &warn, &e) == 0, "%s", e.text);
	ck_assert_msg(
		priv_realtime() || strstr(warn.text, "no real-time priority"), "%s", warn.text);
	ck_assert_ptr_nonnull(strstr(warn.text, "oom_score_adj: Permission denied"));
}
END_TEST

START_TEST(an_orphan_is_told)
{
	const struct priv_spec spec = own_user(NULL);

	lose_all_capabilities();
	ck_assert_int_eq(priv_drop(&spec, getppid() + 1, &warn, &e), -1);
	ck_assert_str_eq(e.text, "the parent is gone");
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/priv");
	TCase *t = tcase_create("priv");

	tcase_add_test(t, a_user_is_found_or_the_remedy_is_said);
	tcase_add_test(t, a_missing_capability_is_named);
	tcase_add_test(t, without_the_power_to_change_the_user_it_is_an_error);
	tcase_add_test(t, one_who_is_the_user_already_needs_no_power);
	tcase_add_test(t, what_real_time_is_refused_is_a_warning);
	tcase_add_test(t, an_orphan_is_told);
	suite_add_tcase(s, t);
	return s;
}
