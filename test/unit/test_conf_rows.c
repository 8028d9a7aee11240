/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests made from the tables, so that a new row is tested without a line here: limits, junk,
 * missing and double values of each row, and random configurations there and back.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/types.h"
#include "core/conf/value.h"
#include "test/unit/conf_random.h"
#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

#define RANDOM_TEXTS 300

/* ---- a walk over all rows ---- */

typedef void (*row_test)(const struct conf_block *block, unsigned row);

static void walk(const struct conf_block *block, row_test test)
{
	for (unsigned i = 0; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (!(row->flags & CONF_GENERATED))
			test(block, i);
		if ((row->type->flags & TYPE_BLOCK) && !(row->flags & CONF_GENERATED))
			walk(row->param, test);
	}
}

static void walk_all(row_test test)
{
	for (int i = 0; conf_text_sections[i]; i++)
		walk(conf_text_sections[i]->root, test);
}

/* The report about a text that is right but for this line. */
static char *report_with(
	const struct conf_block *block, unsigned row, const char *line, struct conf **conf)
{
	struct conf_random r = {
		.seed = 1, .is_minimal = true, .block = block, .row = row, .line = line
	};
	char *text = NULL, *report;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_random_text(&r, out);
	fclose(out);
	ck_assert_msg(r.line == NULL, "%s: no place for `%s`", block->name, line);
	report = conf_text_report_values(text, conf);
	free(text);
	return report;
}

/* `name value`, of an argument the value alone. */
static void line_of(const struct conf_block *block, unsigned row, const char *value, char line[200])
{
	if (row < block->arg_count)
		snprintf(line, 200, "%s", value);
	else
		snprintf(line, 200, "%s %s", conf_row(block, row)->name, value);
}

static void accepted(const struct conf_block *block, unsigned row, const char *value)
{
	struct conf *conf;
	char line[200], *report;

	line_of(block, row, value, line);
	report = report_with(block, row, line, &conf);
	ck_assert_msg(conf != NULL, "%s: `%s`: %s", block->name, line, report);
	conf_text_round_trip_values(conf);
	conf_free(conf);
	free(report);
}

static void refused(
	const struct conf_block *block, unsigned row, const char *value, const char *why)
{
	struct conf *conf;
	char line[200], *report;

	line_of(block, row, value, line);
	report = report_with(block, row, line, &conf);
	ck_assert_msg(conf == NULL && strstr(report, why),
		"%s: `%s` is taken, or not with `%s`: %s", block->name, line, why, report);
	free(report);
}

/* ---- limits ---- */

static const char *number_text(const struct conf_row *row, int64_t value, char text[40])
{
	if (row->type == &conf_type_span && value < 0)
		snprintf(text, 40, "-0.000001");
	else if (row->type == &conf_type_span)
		snprintf(text, 40, "%" PRId64 "us", value);
	else
		snprintf(text, 40, "%" PRId64, value);
	return text;
}

static void limits(const struct conf_block *block, unsigned i)
{
	const struct conf_row *row = conf_row(block, i);
	struct conf_random_limits limits;
	char text[40];

	if (!conf_random_is_number(row, &limits))
		return;
	accepted(block, i, number_text(row, limits.min, text));
	accepted(block, i, number_text(row, limits.max, text));
	refused(block, i, number_text(row, limits.min - 1, text), "is not a ");
	refused(block, i, number_text(row, limits.max + 1, text), "is not a ");
	refused(block, i, "99999999999999999999999", "is not a ");
	refused(block, i, "1x", "is not a ");
	refused(block, i, "0x1", "is not a ");
	refused(block, i, "\"\"", "is not a ");
	refused(block, i, "-", "is not a ");
}

START_TEST(each_number_has_its_limits)
{
	walk_all(limits);
}
END_TEST

/* ---- junk ---- */

/* Types whose values are of a fixed form; others are asked not to crash, and to keep what they
 * take. */
static bool is_exact(const struct conf_row *row)
{
	static const struct conf_type *const types[] = { &conf_type_flag, &conf_type_addr,
		&conf_type_prefix, &conf_type_enum, &conf_type_choice, &conf_type_named,
		&conf_type_ranges };
	struct conf_random_limits limits;

	for (size_t i = 0; i < COUNT(types); i++)
		if (row->type == types[i])
			return true;
	return conf_random_is_number(row, &limits);
}

static void taken_or_refused(const struct conf_block *block, unsigned i, const char *value)
{
	struct conf *conf;
	char line[200], *report;

	line_of(block, i, value, line);
	report = report_with(block, i, line, &conf);
	ck_assert_msg(conf != NULL || strstr(report, "error: "), "%s: `%s`", block->name, line);
	if (conf)
		conf_text_round_trip_values(conf);
	conf_free(conf);
	free(report);
}

static void junk(const struct conf_block *block, unsigned i)
{
	static const char *const texts[] = { "\"what is this, then?\"", "junk", "-1",
		"18446744073709551616", "1.2.3.4.5", "::g", "\"\"", "a/b/c", "0-0-0", "%s%n",
		"~!" };
	const struct conf_row *row = conf_row(block, i);
	bool is_option = block->is_line && row->type == &conf_type_flag;

	if (row->type == &conf_type_none || (row->type->flags & (TYPE_BLOCK | TYPE_VERB)))
		return;
	for (size_t j = 0; j < COUNT(texts); j++)
		if (is_exact(row) && j < 2)
			refused(block, i, texts[j], is_option ? "" : "is not ");
		else
			taken_or_refused(block, i, texts[j]);
}

START_TEST(junk_is_refused_by_each_row)
{
	walk_all(junk);
}
END_TEST

static void missing(const struct conf_block *block, unsigned i)
{
	const struct conf_row *row = conf_row(block, i);

	if (row->type == &conf_type_none || row->type == &conf_type_flag ||
		(row->type->flags & (TYPE_BLOCK | TYPE_VERB)) || (row->flags & CONF_OPTIONAL_ARG) ||
		i < block->arg_count || (row->type->examples && !*row->type->examples))
		return;
	refused(block, i, "", "is missing");
}

START_TEST(a_missing_value_is_told_by_each_row)
{
	walk_all(missing);
}
END_TEST

static void without(const struct conf_block *block, unsigned i)
{
	const struct conf_row *row = conf_row(block, i);
	char why[100], *report;
	struct conf *conf;

	if (!(row->flags & CONF_REQUIRED))
		return;
	report = report_with(block, i, "# nothing", &conf);
	snprintf(why, sizeof(why), "`%s` is missing", row->name);
	ck_assert_msg(conf == NULL && strstr(report, why), "%s", report);
	free(report);
}

START_TEST(what_is_required_is_asked_for)
{
	walk_all(without);
}
END_TEST

static void twice(const struct conf_block *block, unsigned i)
{
	const struct conf_row *row = conf_row(block, i);
	struct conf_random r = { .seed = 5 };
	char value[100] = "", line[300], *report;
	struct conf *conf;
	FILE *out;

	if (i < block->arg_count || row->type == &conf_type_none || row->state == CONF_REFUSED ||
		(row->type->flags & (TYPE_BLOCK | TYPE_ADDS | TYPE_VERB)))
		return;
	if (!block->is_line || row->type != &conf_type_flag) {
		out = fmemopen(value, sizeof(value), "w");
		conf_random_value(&r, row, out);
		fclose(out);
	}
	snprintf(line, sizeof(line), "%s %s%c%s %s", row->name, value, block->is_line ? ' ' : '\n',
		row->name, value);
	report = report_with(block, i, line, &conf);
	ck_assert_msg(conf != NULL && strstr(report, "is written twice"), "%s: %s", line, report);
	conf_free(conf);
	free(report);
}

START_TEST(a_value_written_twice_is_told_by_each_row)
{
	walk_all(twice);
}
END_TEST

/* ---- rows that are announced or refused, and other spellings ---- */

/* What is said of the states, once and with the remedy. */
static void announced(const struct conf_block *block, unsigned i)
{
	static const char *const words[] = { [CONF_LATER] = "is not supported yet",
		[CONF_LATER_OK] = "is not supported yet and is ignored",
		[CONF_OBSOLETE] = "is obsolete",
		[CONF_REFUSED] = "is refused" };
	const struct conf_row *row = conf_row(block, i);
	char *report, *line = NULL;
	struct conf_random r = { .seed = 7 };
	struct conf *conf;
	size_t len;
	FILE *out;

	if (row->state == CONF_WORKS || i < block->arg_count || (row->type->flags & TYPE_VERB) ||
		((row->type->flags & TYPE_BLOCK) && row->type != &conf_type_none))
		return;
	out = open_memstream(&line, &len);
	fputs(row->name, out);
	putc(' ', out);
	if (row->type == &conf_type_none)
		fputs(block->is_line ? "" : "a b {\n c {\n d\n }\n }", out);
	else if (!block->is_line || row->type != &conf_type_flag)
		conf_random_value(&r, row, out);
	fclose(out);
	report = report_with(block, i, line, &conf);
	ck_assert_msg(strstr(report, words[row->state]), "%s: %s", line, report);
	ck_assert_msg((conf == NULL) == (row->state == CONF_REFUSED), "%s: %s", line, report);
	ck_assert_msg(strstr(report, "error: unknown") == NULL, "follow-on errors: %s", report);
	conf_free(conf);
	free(report);
	free(line);
}

START_TEST(keywords_to_come_are_announced_and_their_blocks_skipped)
{
	walk_all(announced);
}
END_TEST

static void spelling(const struct conf_block *block, unsigned i)
{
	const struct conf_row *row = conf_row(block, i);
	struct conf_random r = { .seed = 5 };
	char value[100] = "", line[300], word[60], *report;
	const char *names = row->aliases ? row->aliases : row->deprecated;
	struct conf *conf;
	FILE *out;

	if (!names || row->type == &conf_type_none || block->is_line ||
		(row->type->flags & (TYPE_BLOCK | TYPE_VERB)))
		return;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(names, " "), names);
	out = fmemopen(value, sizeof(value), "w");
	conf_random_value(&r, row, out);
	fclose(out);
	snprintf(line, sizeof(line), "%s %s", word, value);
	report = report_with(block, i, line, &conf);
	ck_assert_msg(conf != NULL, "%s", report);
	ck_assert_msg(
		(strstr(report, "is deprecated; write") != NULL) == !row->aliases, "%s", report);
	conf_free(conf);
	free(report);
}

START_TEST(other_spellings_are_taken)
{
	walk_all(spelling);
}
END_TEST

/* ---- random configurations ---- */

START_TEST(random_configurations_survive_printing)
{
	struct conf_random r = { .seed = (uint64_t)_i * 7919 + 1 };
	char *text = NULL, *report;
	struct conf *conf;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_random_text(&r, out);
	fclose(out);
	report = conf_text_report_values(text, &conf);
	ck_assert_msg(conf != NULL, "%s\n%s", report, text);
	conf_text_round_trip_values(conf);
	conf_free(conf);
	free(report);
	free(text);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_rows");
	TCase *t = tcase_create("rows");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, each_number_has_its_limits);
	tcase_add_test(t, junk_is_refused_by_each_row);
	tcase_add_test(t, a_missing_value_is_told_by_each_row);
	tcase_add_test(t, what_is_required_is_asked_for);
	tcase_add_test(t, a_value_written_twice_is_told_by_each_row);
	tcase_add_test(t, keywords_to_come_are_announced_and_their_blocks_skipped);
	tcase_add_test(t, other_spellings_are_taken);
	tcase_add_loop_test(t, random_configurations_survive_printing, 0, RANDOM_TEXTS);
	suite_add_tcase(s, t);
	return s;
}
