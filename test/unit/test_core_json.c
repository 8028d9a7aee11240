/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON: what is written can be read, and what is no object is refused whoever sent it.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "unit.h"

START_TEST(what_is_written_is_read)
{
	struct json *j = json_new_object(), *list = json_new_array(), *back;
	char text[512];

	json_set_string(j, "name", "a \"quoted\" \\ line\nand a / slash");
	json_set_int(j, "number", INT64_MIN);
	json_set_double(j, "since", 1234567890.1234);
	json_set_bool(j, "is_up", true);
	for (int i = 0; i < 3; i++) {
		struct json *item = json_new_object();

		json_set_int(item, "i", i);
		json_append(list, item);
	}
	json_set(j, "list", list);
	snprintf(text, sizeof(text), "%s", json_text(j));
	ck_assert_ptr_null(strchr(text, '\n')); /* one object per line is the control protocol */
	back = json_parse(text, strlen(text));
	ck_assert_ptr_nonnull(back);
	ck_assert_str_eq(json_get_string(back, "name"), json_get_string(j, "name"));
	ck_assert_int_eq(json_get_int(back, "number"), INT64_MIN);
	ck_assert_double_eq_tol(json_get_double(back, "since"), 1234567890.123, 0.0001);
	ck_assert(json_get_bool(back, "is_up"));
	ck_assert_uint_eq(json_count(json_get(back, "list")), 3);
	ck_assert_int_eq(json_get_int(json_at(json_get(back, "list"), 2), "i"), 2);
	ck_assert_str_eq(json_key_at(back, 0), "name");
	ck_assert_str_eq(json_key_at(back, 4), "list");
	ck_assert_ptr_null(json_key_at(back, 5));
	json_free(back);
	json_free(j);
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	bool is_fine;
} inputs[] = {
#define ROW(text, is_fine)                                                                         \
	{                                                                                          \
		text, sizeof(text) - 1, is_fine                                                    \
	}
	ROW("{}", true),
	ROW("{\"verb\":\"status\"}", true),
	ROW("  {\"verb\":\"status\"} \n", true),
	ROW("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}", true),
	ROW("", false),
	ROW(" ", false),
	ROW("{", false),
	ROW("{\"verb\":\"status\"", false),
	ROW("{\"verb\":\"sta", false),
	ROW("status", false),
	ROW("\"status\"", false),
	ROW("[]", false),
	ROW("null", false),
	ROW("1", false),
	ROW("{}{}", false),
	ROW("{\"verb\":\"status\"} x", false),
	ROW("{'verb':'status'}", false),
	ROW("{\"verb\":\"\xff\xfe\"}", false),
	ROW("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}", false),
	ROW("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", false),
	ROW("\0{}", false),
#undef ROW
};

START_TEST(whole_objects_only)
{
	/* At the end of its own memory, so that the sanitizer sees a byte too far. */
	char *text = malloc(inputs[_i].len + !inputs[_i].len);
	struct json *j;

	memcpy(text, inputs[_i].text, inputs[_i].len);
	j = json_parse(text, inputs[_i].len);
	ck_assert_msg((j != NULL) == inputs[_i].is_fine, "%s", inputs[_i].text);
	json_free(j);
	free(text);
}
END_TEST

static const struct {
	const char *text, *expected;
} texts[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "\u00fc \u20ac \U0001f600", "\u00fc \u20ac \U0001f600" },
	{ "latin \xe4 1", "latin ? 1" },
	{ "cut \xe2\x82", "cut ??" },
	{ "cut \xf0\x9f\x98", "cut ???" },
	{ "continued \x80\xbf", "continued ??" },
	{ "overlong \xc0\xaf \xe0\x80\xaf", "overlong ?? ???" },
	{ "surrogate \xed\xa0\x80", "surrogate ???" },
	{ "too high \xf4\x90\x80\x80 \xff", "too high ???? ?" },
	{ "\xe4\u00fc", "?\u00fc" },
};

START_TEST(bytes_that_are_no_text_do_not_spoil_the_rest)
{
	struct json *j = json_new_object(), *back;

	json_set_string(j, "text", texts[_i].text);
	back = json_parse(json_text(j), strlen(json_text(j)));
	ck_assert_ptr_nonnull(back);
	ck_assert_str_eq(json_get_string(back, "text"), texts[_i].expected);
	json_free(back);
	json_free(j);
}
END_TEST

START_TEST(missing_and_mistyped_values_are_empty)
{
	const char text[] = "{\"s\":\"x\",\"n\":7,\"o\":{},\"a\":[1],\"z\":null,\"huge\":1e999}";
	struct json *j = json_parse(text, sizeof(text) - 1);

	ck_assert_ptr_nonnull(j);
	ck_assert_str_eq(json_get_string(j, "n"), "");
	ck_assert_str_eq(json_get_string(j, "o"), "");
	ck_assert_str_eq(json_get_string(j, "z"), "");
	ck_assert_str_eq(json_get_string(j, "missing"), "");
	ck_assert_str_eq(json_get_string(NULL, "s"), "");
	ck_assert_int_eq(json_get_int(j, "s"), 0);
	ck_assert_int_eq(json_get_int(j, "missing"), 0);
	ck_assert_int_eq(json_get_int(NULL, "n"), 0);
	ck_assert(!json_get_bool(j, "n"));
	ck_assert_uint_eq(json_count(json_get(j, "s")), 0);
	ck_assert_uint_eq(json_count(NULL), 0);
	ck_assert_ptr_null(json_at(json_get(j, "a"), 1));
	ck_assert_ptr_null(json_get(json_get(j, "s"), "x"));
	ck_assert_ptr_null(json_key_at(json_get(j, "a"), 0));
	json_free(j);
	json_free(NULL);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/json");
	TCase *t = tcase_create("json");

	tcase_add_test(t, what_is_written_is_read);
	tcase_add_loop_test(t, whole_objects_only, 0, (int)COUNT(inputs));
	tcase_add_loop_test(t, bytes_that_are_no_text_do_not_spoil_the_rest, 0, (int)COUNT(texts));
	tcase_add_test(t, missing_and_mistyped_values_are_empty);
	suite_add_tcase(s, t);
	return s;
}
