/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values: what the texts look like, and that they never outgrow their room.
 */
#include <errno.h>
#include <string.h>

#include "core/err.h"
#include "test/unit/unit.h"

START_TEST(says_what_was_tried_and_why_not)
{
	struct err e;

	ck_assert_int_eq(err_sys(&e, EADDRNOTAVAIL, "bind %s", "192.0.2.1%eth0"), -1);
	ck_assert_str_eq(e.text, "bind 192.0.2.1%eth0: Cannot assign requested address");
	ck_assert_int_eq(e.sysno, EADDRNOTAVAIL);
	ck_assert_int_eq(err_context(&e, "instance %s", "VI_1"), -1);
	ck_assert_str_eq(
		e.text, "instance VI_1: bind 192.0.2.1%eth0: Cannot assign requested address");
	ck_assert_int_eq(e.sysno, EADDRNOTAVAIL);
	ck_assert_int_eq(err_set(&e, "port %d", 80), -1);
	ck_assert_str_eq(e.text, "port 80");
	ck_assert_int_eq(e.sysno, 0);
}
END_TEST

START_TEST(a_caller_may_not_care)
{
	ck_assert_int_eq(err_set(NULL, "x"), -1);
	ck_assert_int_eq(err_sys(NULL, EIO, "x"), -1);
	ck_assert_int_eq(err_context(NULL, "x"), -1);
}
END_TEST

START_TEST(long_texts_are_cut)
{
	char text[2 * ERR_TEXT_BYTES];
	struct err e;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_sys(&e, EIO, "%s", text);
	ck_assert_uint_eq(strlen(e.text), ERR_TEXT_BYTES - 1);
	err_context(&e, "file");
	ck_assert_uint_eq(strlen(e.text), ERR_TEXT_BYTES - 1);
	ck_assert_int_eq(strncmp(e.text, "file: xxx", 9), 0);
	err_context(&e, "%s", text);
	ck_assert_uint_eq(strlen(e.text), ERR_TEXT_BYTES - 1);
}
END_TEST

START_TEST(an_unknown_number_is_no_crash)
{
	struct err e;

	err_sys(&e, 123456, "try");
	ck_assert_int_eq(strncmp(e.text, "try: ", 5), 0);
	ck_assert_int_eq(e.sysno, 123456);
}
END_TEST

START_TEST(fatal_ends_with_the_given_status)
{
	fatal(42, "the end of %s", "it");
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/err");
	TCase *t = tcase_create("err");

	tcase_add_test(t, says_what_was_tried_and_why_not);
	tcase_add_test(t, a_caller_may_not_care);
	tcase_add_test(t, long_texts_are_cut);
	tcase_add_test(t, an_unknown_number_is_no_crash);
	tcase_add_exit_test(t, fatal_ends_with_the_given_status, 42);
	suite_add_tcase(s, t);
	return s;
}
