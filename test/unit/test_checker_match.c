/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions over long and hostile bodies: right answers, bounded time.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "checker/match.h"
#include "core/mono.h"

#define LONG ((size_t)1 << 20)

static const struct row {
	const char *pattern, *subject;
	enum match_result result;
} table[] = {
	{ "Still alive", "<p>Still alive</p>", MATCH_FOUND },
	{ "Still alive", "Still  alive", MATCH_NOT_FOUND },
	{ "^ok$", "ok", MATCH_FOUND },
	{ "^ok$", "not ok", MATCH_NOT_FOUND },
	{ "", "", MATCH_FOUND },
	{ "x", "", MATCH_NOT_FOUND },
	{ "(?i)ALIVE", "still alive", MATCH_FOUND },
	{ "(?<=still )alive", "still alive", MATCH_FOUND },
	{ "a.c", "a\nc", MATCH_NOT_FOUND },
	{ "(?s)a.c", "a\nc", MATCH_FOUND },
};

START_TEST(each_expression)
{
	struct err e = { 0 };
	struct match *m = match_new(table[_i].pattern, &e);

	ck_assert_ptr_nonnull(m);
	ck_assert_int_eq(
		match_find(m, table[_i].subject, strlen(table[_i].subject)), table[_i].result);
	match_free(m);
}
END_TEST

START_TEST(found_wherever_it_stands)
{
	struct match *m = match_new("needle", NULL);
	char *hay = malloc(LONG);

	for (size_t at = 16370; at < 16400; at++) {
		memset(hay, 'n', LONG);
		memcpy(hay + at, "needle", 6);
		ck_assert_int_eq(match_find(m, hay, LONG), MATCH_FOUND);
	}
	memset(hay, 'n', LONG);
	memcpy(hay + LONG - 6, "needle", 6);
	ck_assert_int_eq(match_find(m, hay, LONG), MATCH_FOUND);
	ck_assert_int_eq(match_find(m, hay, LONG - 1), MATCH_NOT_FOUND);
	free(hay);
	match_free(m);
}
END_TEST

/* What people write for "this, and later that", over a page without line ends. */
START_TEST(simple_expressions_span_a_long_page)
{
	static const struct {
		const char *pattern;
		enum match_result result;
	} rows[] = {
		{ "begin.*end", MATCH_FOUND },
		{ "begin.*?end", MATCH_FOUND },
		{ "begin(.|\\n)*end", MATCH_FOUND },
		{ "(?s)begin.*end", MATCH_FOUND },
		{ "begin[^x]*end", MATCH_FOUND },
		{ "begin.*nothing", MATCH_NOT_FOUND },
	};
	const size_t len = (size_t)96 << 10;
	char *page = malloc(len);

	memset(page, '-', len);
	memcpy(page + 20000, "begin", 5);
	memcpy(page + 22000, "end", 3);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct match *m = match_new(rows[i].pattern, NULL);

		ck_assert_msg(match_find(m, page, len) == rows[i].result, "%s", rows[i].pattern);
		match_free(m);
	}
	free(page);
}
END_TEST

START_TEST(expressions_that_explode_are_given_up)
{
	static const char *const patterns[] = { "(a+)+$", "(a|aa)+$", "(.*)*x", "(a*)*b",
		"a*a*a*a*b" };
	char *body = malloc(LONG);

	memset(body, 'a', LONG);
	body[LONG - 1] = '!';
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct match *m = match_new(patterns[i], NULL);
		mono_t begin = mono_now();

		ck_assert_int_ne(match_find(m, body, LONG), MATCH_FOUND);
		ck_assert_msg(span_seconds(mono_sub(mono_now(), begin)) < 3, "%s", patterns[i]);
		match_free(m);
	}
	free(body);
}
END_TEST

START_TEST(a_bad_expression_is_refused_with_its_place)
{
	struct err e = { 0 };

	ck_assert_ptr_null(match_new("a(b", &e));
	ck_assert_ptr_nonnull(strstr(e.text, "at character 4"));
	ck_assert_ptr_null(match_new("a\\Cb", &e)); /* may split characters */
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("checker/match");
	TCase *t = tcase_create("match");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, each_expression, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(t, found_wherever_it_stands);
	tcase_add_test(t, simple_expressions_span_a_long_page);
	tcase_add_test(t, expressions_that_explode_are_given_up);
	tcase_add_test(t, a_bad_expression_is_refused_with_its_place);
	suite_add_tcase(s, t);
	return s;
}
