/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The strings of a MSG_SCRIPT_RUN: what stands in the message, and what is left out.
 */
#include <check.h>
#include <string.h>

#include "core/script_run.h"
#include "test/unit/unit.h"

START_TEST(arguments_then_environment)
{
	static const char strings[] =
		"INSTANCE\0VI 1\0KEEPD_STATE=up\0KEEPD_PRIORITY=7\0KEEPD_NONE=";
	struct msg_script_run run = script_run_begin(11, 22, 33);

	script_run_arg(&run, "INSTANCE");
	script_run_arg(&run, "VI 1");
	script_run_var(&run, "KEEPD_STATE", "%s", "up");
	script_run_var(&run, "KEEPD_PRIORITY", "%d", 7);
	script_run_var(&run, "KEEPD_NONE", "%s", "");
	ck_assert_uint_eq(run.script, 11);
	ck_assert_uint_eq(run.queue, 22);
	ck_assert_uint_eq(run.step, 33);
	ck_assert_uint_eq(run.args, 2);
	ck_assert_uint_eq(run.vars, 3);
	ck_assert_uint_eq(run.bytes, sizeof(strings));
	ck_assert_mem_eq(run.strings, strings, sizeof(strings));
}
END_TEST

/* The receiver refuses a message whose strings do not end. */
START_TEST(what_does_not_fit_is_left_out_whole)
{
	struct msg_script_run run = script_run_begin(1, 2, 3);
	char text[MSG_SCRIPT_STRINGS_BYTES];

	for (size_t len = 0; len < sizeof(text); len++) {
		unsigned ends = 0;

		memset(text, 'x', len);
		text[len] = '\0';
		run = script_run_begin(1, 2, 3);
		script_run_arg(&run, text);
		script_run_var(&run, "NAME", "%s", text);
		script_run_var(&run, "N", "%d", 1);
		for (size_t i = 0; i < run.bytes; i++)
			ends += !run.strings[i];
		ck_assert_uint_le(run.bytes, sizeof(run.strings));
		ck_assert_uint_eq(run.args, 1);
		ck_assert_uint_eq(ends, (unsigned)run.args + run.vars);
		ck_assert_uint_eq(run.strings[run.bytes - 1], 0);
		ck_assert_uint_eq(
			run.vars, len + 1 + 5 + len + 1 + 4 <= sizeof(run.strings)
					  ? 2
					  : (len + 1 + 5 + len + 1 <= sizeof(run.strings) ||
						    len + 1 + 4 <= sizeof(run.strings)));
	}
	run = script_run_begin(1, 2, 3);
	script_run_arg(&run, "short");
	memset(text, 'x', sizeof(text) - 1);
	script_run_arg(&run, text);
	ck_assert_uint_eq(run.args, 1);
	ck_assert_uint_eq(run.bytes, 6);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/script_run");
	TCase *t = tcase_create("script_run");

	tcase_add_test(t, arguments_then_environment);
	tcase_add_test(t, what_does_not_fit_is_left_out_whole);
	suite_add_tcase(s, t);
	return s;
}
