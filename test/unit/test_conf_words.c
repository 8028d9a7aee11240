/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting lines into words, and commands into arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/words.h"
#include "test/unit/unit.h"

/* The words joined by |; a leading ! for a failure. */
static char *cut(const char *text, enum word_style style, bool is_canonical)
{
	struct arena *a = arena_new();
	struct word_source src = { .text = text,
		.len = strlen(text),
		.pos = { .line = 1, .col = 1 },
		.is_canonical = is_canonical };
	char *out = calloc(1, 2 * strlen(text) + 80);
	struct word *words;
	const char *why;
	size_t at;
	int n = words_split(a, &src, style, &words, &at, &why);

	if (n < 0)
		sprintf(out, "!%zu", at);
	for (int i = 0; i < n; i++) {
		strcat(out, i ? "|" : "");
		strcat(out, words[i].text);
		ck_assert_uint_eq(words[i].len, strlen(words[i].text));
	}
	arena_free(a);
	return out;
}

static const struct {
	const char *text;
	enum word_style style;
	bool is_canonical;
	const char *words;
} rows[] = {
	{ "state BACKUP", WORDS_PLAIN, false, "state|BACKUP" },
	{ "  a \t b\r", WORDS_PLAIN, false, "a|b" },
	{ "", WORDS_PLAIN, false, "" },
	{ "name \"two words\"", WORDS_PLAIN, false, "name|two words" },
	{ "a\"b c\"", WORDS_PLAIN, false, "a|b c" },
	{ "\"a\"b", WORDS_PLAIN, false, "a|b" },
	{ "p ''", WORDS_PLAIN, false, "p|''" },
	{ "p \"\"", WORDS_PLAIN, false, "p|" },
	{ "p \\n\\x41", WORDS_PLAIN, false, "p|\\n\\x41" },
	{ "p a\\#b\\!", WORDS_PLAIN, false, "p|a#b!" },
	{ "p \"a\\#b\"", WORDS_PLAIN, false, "p|a\\#b" },
	{ "p \"open", WORDS_PLAIN, false, "!2" },
	{ "p \"a\"\"b\"", WORDS_PLAIN, true, "p|a\"b" },
	{ "p \"\"\"\"", WORDS_PLAIN, true, "p|\"" },
	{ "notify \"/bin/x a b\" user group", WORDS_SCRIPT, false, "notify|/bin/x a b|user|group" },
	{ "notify /bin/x user", WORDS_SCRIPT, false, "notify|/bin/x|user" },
	{ "n /b'c d'\"e f\"g", WORDS_SCRIPT, false, "n|/bc de fg" },
	{ "n '/b \"c\" d'", WORDS_SCRIPT, false, "n|/b \"c\" d" },
	{ "n \"/b \\x41 'c d'\"", WORDS_SCRIPT, false, "n|/b \\x41 'c d'" },
	{ "n '/b", WORDS_SCRIPT, false, "!2" },
	{ "n \"/b 'c'\" u", WORDS_SCRIPT, true, "n|/b 'c'|u" },
	{ "n \"/b \"\"c\"\"\" u", WORDS_SCRIPT, true, "n|/b \"c\"|u" },
	{ "r \"a\\tb\\x41\\101\\\\.\"", WORDS_SCRIPT_ESCAPED, false, "r|a\tbAA\\." },
	{ "r \"\\a\\b\\E\\f\\n\\r\\v\"", WORDS_SCRIPT_ESCAPED, false, "r|\a\b\033\f\n\r\v" },
	{ "r \"\\cA\\q\\\"\"", WORDS_SCRIPT_ESCAPED, false, "r|\001q\"" },
	{ "r \"\\x4g\\xg\"", WORDS_SCRIPT_ESCAPED, false, "r|\004gxg" },
	{ "r \"\\1011\"", WORDS_SCRIPT_ESCAPED, false, "r|A1" },
	{ "r \"\\x00\"", WORDS_SCRIPT_ESCAPED, false, "!3" },
	{ "r \"\\0\"", WORDS_SCRIPT_ESCAPED, false, "!3" },
	{ "r a\\ b", WORDS_SCRIPT_ESCAPED, false, "r|a b" },
	{ "r a\\", WORDS_SCRIPT_ESCAPED, false, "r|a\\" },
};

START_TEST(lines_are_cut_as_keepalived_cuts_them)
{
	char *words = cut(rows[_i].text, rows[_i].style, rows[_i].is_canonical);

	ck_assert_str_eq(words, rows[_i].words);
	free(words);
}
END_TEST

START_TEST(words_know_their_column_and_width)
{
	struct arena *a = arena_new();
	struct word_source src = {
		.text = "ab \"c d\" e", .len = 10, .pos = { .line = 7, .col = 5 }
	};
	struct word *words;
	const char *why;
	size_t at;

	ck_assert_int_eq(words_split(a, &src, WORDS_PLAIN, &words, &at, &why), 3);
	ck_assert_uint_eq(words[0].pos.col, 5);
	ck_assert_uint_eq(words[0].pos.line, 7);
	ck_assert_uint_eq(words[1].pos.col, 8);
	ck_assert_uint_eq(words[1].width, 5);
	ck_assert_uint_eq(words[2].pos.col, 14);
	arena_free(a);
}
END_TEST

START_TEST(a_long_line_of_any_kind_is_cut)
{
	size_t len = 1 << 20;
	char *text = malloc(len + 1);
	struct arena *a = arena_new();
	struct word *words;
	const char *why;
	size_t at;

	for (size_t i = 0; i < len; i++)
		text[i] = i % 3 ? 'x' : ' ';
	struct word_source src = { .text = text, .len = len };

	ck_assert_int_eq(words_split(a, &src, WORDS_PLAIN, &words, &at, &why), (int)(len / 3));
	arena_free(a);
	free(text);
}
END_TEST

static const struct {
	const char *command;
	const char *argv; /* joined by |; NULL = an error */
} commands[] = {
	{ "/bin/x", "/bin/x" },
	{ "/bin/x a 'b c' \"d e\"", "/bin/x|a|b c|d e" },
	{ "  /bin/x\\ y  ", "/bin/x y" },
	{ "/bin/x \\x41\\n", "/bin/x|A\n" },
	{ "/bin/x ''", "/bin/x|" },
	{ "/bin/x 'a", NULL },
	{ "/bin/x \\x00", NULL },
	{ "", NULL },
	{ "'' x", NULL },
};

START_TEST(commands_become_arguments)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	char joined[100] = "", **argv;
	int n = script_argv(a, commands[_i].command, &argv, &e);

	if (!commands[_i].argv) {
		ck_assert_int_eq(n, -1);
		ck_assert_str_ne(e.text, "");
	} else {
		for (int i = 0; i < n; i++) {
			strcat(joined, i ? "|" : "");
			strcat(joined, argv[i]);
		}
		ck_assert_str_eq(joined, commands[_i].argv);
		ck_assert_ptr_null(argv[n]);
	}
	arena_free(a);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_words");
	TCase *t = tcase_create("words");

	tcase_add_loop_test(t, lines_are_cut_as_keepalived_cuts_them, 0, COUNT(rows));
	tcase_add_test(t, words_know_their_column_and_width);
	tcase_add_test(t, a_long_line_of_any_kind_is_cut);
	tcase_add_loop_test(t, commands_become_arguments, 0, COUNT(commands));
	suite_add_tcase(s, t);
	return s;
}
