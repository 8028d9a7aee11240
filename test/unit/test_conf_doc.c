/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is made from the tables for people and programs: each row has what it needs, each form says
 * what the tables say, and what the sample configuration shows is legal.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/doc.h"
#include "core/conf/types.h"
#include "core/conf/value.h"
#include "core/json.h"
#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

#define ROWS_MAX 4096

/* ---- a walk of our own over all rows, to compare with ---- */

struct place {
	char path[200]; /* "virtual_server / real_server"; sections that share a block are one */
	const struct conf_block *block;
	const struct conf_row *row;
	enum conf_state state;
	bool is_arg;
};

static struct place places[ROWS_MAX];
static unsigned place_count;

static bool is_known(const char *path, const struct conf_row *row, bool is_arg)
{
	for (unsigned i = 0; i < place_count; i++)
		if (places[i].is_arg == is_arg && strcmp(places[i].path, path) == 0 &&
			strcmp(places[i].row->name, row->name) == 0)
			return true;
	return false;
}

static void walk(const struct conf_block *block, const char *path, enum conf_state state)
{
	for (unsigned i = 0; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);
		enum conf_state own = row->state ? row->state : state;
		char inner[200];

		if (row->flags & CONF_GENERATED)
			continue;
		ck_assert_uint_lt(place_count, ROWS_MAX);
		if (!is_known(path, row, i < block->arg_count)) {
			struct place *p = &places[place_count++];

			*p = (struct place){ .block = block,
				.row = row,
				.state = own,
				.is_arg = i < block->arg_count };
			snprintf(p->path, sizeof(p->path), "%s", path);
		}
		snprintf(
			inner, sizeof(inner), "%.150s%s%.40s", path, *path ? " / " : "", row->name);
		if (row->type->flags & TYPE_BLOCK)
			walk(row->param, inner, own);
	}
}

static void walk_all(void)
{
	place_count = 0;
	for (int i = 0; conf_text_sections[i]; i++)
		walk(conf_text_sections[i]->root, "", CONF_WORKS);
}

/* ---- the rows themselves ---- */

START_TEST(each_row_says_what_people_need)
{
	walk_all();
	for (unsigned i = 0; i < place_count; i++) {
		const struct conf_row *row = places[i].row;
		bool asks_for_remedy = row->state == CONF_OBSOLETE || row->state == CONF_REFUSED;

		if (row->type != &conf_type_none)
			ck_assert_msg(
				row->doc && row->doc[0] && row->doc[strlen(row->doc) - 1] == '.',
				"%s: %s has no sentence for the manual", places[i].path, row->name);
		ck_assert_msg(!asks_for_remedy || (row->instead && *row->instead),
			"%s: %s: what to do instead?", places[i].path, row->name);
	}
}
END_TEST

/* conf_index_new() reads all defaults, too; here is the place for a message. */
START_TEST(each_default_is_in_its_range)
{
	walk_all();
	for (unsigned i = 0; i < place_count; i++) {
		const struct conf_row *row = places[i].row;
		char *end;
		double value;

		if (!row->dflt || (!row->min && !row->max))
			continue;
		value = strtod(row->dflt, &end);
		if (*end || row->type == &conf_type_span)
			continue;
		ck_assert_msg(row->unit || (value >= (double)row->min && value <= (double)row->max),
			"%s: %s: default %s", places[i].path, row->name, row->dflt);
	}
}
END_TEST

/* ---- the forms ---- */

static char *printed(void (*print)(const struct conf_section *const *sections, FILE *out))
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(conf_text_sections, out);
	fclose(out);
	return text;
}

START_TEST(text_and_manual_show_the_rows)
{
	char *text = printed(_i ? conf_doc_man : conf_doc_text);

	ck_assert_ptr_nonnull(
		strstr(text, _i ? ".B \"virtual_router_id NUMBER\"" : "virtual_router_id NUMBER"));
	ck_assert_ptr_null(strstr(text, "script ID")); /* generated */
	ck_assert_ptr_null(strstr(text, "\n'"));
	free(text);
}
END_TEST

START_TEST(json_has_each_row_and_counts_them)
{
	char *text = printed(conf_doc_json);
	struct json *j = json_parse(text, strlen(text));
	const struct json *rows = json_get(j, "rows"), *totals = json_get(j, "totals");
	static const char *const states[] = { "works", "later", "later_ok", "obsolete", "refused" };
	unsigned counts[COUNT(states)] = { 0 }, keywords = 0, own = 0;

	ck_assert_ptr_nonnull(j);
	walk_all();
	ck_assert_uint_eq(json_count(rows), place_count);
	for (unsigned i = 0; i < place_count; i++) {
		if (places[i].is_arg)
			continue;
		keywords++;
		counts[places[i].state]++;
		own += (places[i].row->flags & CONF_OWN) != 0;
	}
	ck_assert_int_eq(json_get_int(totals, "keywords"), keywords);
	ck_assert_int_eq(json_get_int(totals, "own"), own);
	ck_assert_int_eq(json_get_int(totals, "arguments"), place_count - keywords);
	for (size_t i = 0; i < COUNT(states); i++)
		ck_assert_msg(json_get_int(totals, states[i]) == counts[i], "%s: %u", states[i],
			counts[i]);
	json_free(j);
	free(text);
}
END_TEST

/* ---- --explain ---- */

static char *explained(const char *a, const char *b, bool *is_found)
{
	const char *const words[] = { a, b };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	*is_found = conf_doc_explain(conf_text_sections, words, b ? 2 : 1, out);
	fclose(out);
	return text;
}

START_TEST(each_spelling_is_explained)
{
	char *all = printed(conf_doc_keywords), *word, *at = NULL;

	for (word = strtok_r(all, "\n", &at); word; word = strtok_r(NULL, "\n", &at)) {
		bool is_found;
		char *text = explained(word, NULL, &is_found);

		ck_assert_msg(is_found && strstr(text, word), "%s: %s", word, text);
		free(text);
	}
	free(all);
}
END_TEST

START_TEST(each_keyword_is_explained_in_its_block)
{
	walk_all();
	for (unsigned i = 0; i < place_count; i++) {
		const char *block = strrchr(places[i].path, ' ');
		bool is_found;
		char *text;

		if (places[i].is_arg || !*places[i].path || !*places[i].row->name)
			continue;
		text = explained(
			block ? block + 1 : places[i].path, places[i].row->name, &is_found);
		ck_assert_msg(is_found && strstr(text, places[i].path), "%s %s: %s", places[i].path,
			places[i].row->name, text);
		free(text);
	}
}
END_TEST

START_TEST(an_unknown_keyword_is_answered_with_the_nearest)
{
	bool is_found;
	char *text = explained("virtual_ruoter_id", NULL, &is_found);

	ck_assert(!is_found);
	ck_assert_ptr_nonnull(strstr(text, "did you mean `virtual_router_id`?"));
	free(text);
	text = explained("real_server/weigth", NULL, &is_found);
	ck_assert(!is_found);
	ck_assert_ptr_nonnull(strstr(text, "did you mean `weight`?"));
	free(text);
}
END_TEST

/* ---- the sample ---- */

static char *sample_path(char path[300])
{
	const char *top = getenv("srcdir");

	snprintf(path, 300, "%s/etc/keepd.conf.sample", top ? top : ".");
	return path;
}

static char *sample_text(void)
{
	char path[300], *text = NULL;
	size_t size = 0;
	FILE *f = fopen(sample_path(path), "r");

	ck_assert_msg(f != NULL, "%s", path);
	ck_assert_int_gt(getdelim(&text, &size, '\0', f), 0);
	fclose(f);
	return text;
}

START_TEST(the_sample_is_right_as_it_is)
{
	const struct conf_params params = { .sections = conf_text_sections, .generation = 1 };
	struct conf_report *r = conf_report_new();
	char path[300];
	struct conf *c = conf_read_file(sample_path(path), &params, r);

	ck_assert_msg(c != NULL, "%s", conf_report_first(r));
	ck_assert_uint_eq(conf_report_warnings(r), 0);
	conf_report_free(r);
	conf_free(c);
}
END_TEST

/* A copy of the sample in which the block that begins at `from` is no comment any more. */
static char *with_block(const char *sample, const char *from, const char *end)
{
	/* what the checks of the sample refer to by name */
	static const char named[] = "track_file example {\n file /run/x\n}\n"
				    "bfd_instance example {\n neighbor_ip 192.0.2.9\n}\n";
	char *copy = malloc(strlen(sample) + sizeof(named));
	size_t to = (size_t)(from - sample);

	strcpy(copy, sample);

	for (const char *at = from; at < end; at++)
		if (*at != '#' || (at > sample && at[-1] != '\n'))
			copy[to++] = *at;
	strcpy(copy + to, end);
	if (strncmp(from, "#virtual_server ", strlen("#virtual_server ")) == 0)
		strcat(copy, named);
	return copy;
}

/* The next line that begins with # and a keyword. */
static const char *next_block(const char *at)
{
	while ((at = strstr(at, "\n#"))) {
		at++;
		if (at[1] >= 'A' && at[1] <= 'z')
			return at;
	}
	return NULL;
}

START_TEST(each_block_of_the_sample_is_legal)
{
	const struct conf_params params = {
		.sections = conf_text_sections, .generation = 1, .is_to_look_at = true
	};
	char *sample = sample_text();
	unsigned count = 0;

	for (const char *at = sample; (at = next_block(at)); count++) {
		const char *end = strstr(at, "\n\n");
		struct conf_report *r = conf_report_new();
		char *text;
		struct conf *c;

		end = end ? end + 1 : at + strlen(at);
		text = with_block(sample, at, end);
		c = conf_read_text("sample", text, strlen(text), &params, r);
		if (!c)
			conf_report_print(r, stderr);
		ck_assert_msg(c != NULL, "%.40s", at);
		conf_report_free(r);
		conf_free(c);
		free(text);
		at = end - 1;
	}
	ck_assert_uint_ge(count, 3);
	free(sample);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_doc");
	TCase *t = tcase_create("doc");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, each_row_says_what_people_need);
	tcase_add_test(t, each_default_is_in_its_range);
	tcase_add_loop_test(t, text_and_manual_show_the_rows, 0, 2);
	tcase_add_test(t, json_has_each_row_and_counts_them);
	tcase_add_test(t, each_spelling_is_explained);
	tcase_add_test(t, each_keyword_is_explained_in_its_block);
	tcase_add_test(t, an_unknown_keyword_is_answered_with_the_nearest);
	tcase_add_test(t, the_sample_is_right_as_it_is);
	tcase_add_test(t, each_block_of_the_sample_is_legal);
	suite_add_tcase(s, t);
	return s;
}
