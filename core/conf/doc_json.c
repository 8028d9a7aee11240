/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepd --schema=json: every row with everything its table says, for programs: editors, converters,
 * tests.
 */
#include <string.h>

#include "core/conf/doc_walk.h"
#include "core/json.h"

static void set_words(struct json *j, const char *key, const char *text, struct arena *a)
{
	struct json *list = json_new_array();

	while (text && *text) {
		size_t len = strcspn(text, " ");

		if (len)
			json_append(list, json_new_string(arena_strndup(a, text, len)));
		text += len + (text[len] == ' ');
	}
	json_set(j, key, list);
}

static void set_text(struct json *j, const char *key, const char *text)
{
	if (text && *text)
		json_set_string(j, key, text);
}

static void set_flag(struct json *j, const char *key, const struct conf_row *row, unsigned flag)
{
	json_set_bool(j, key, (row->flags & flag) != 0);
}

static void set_limits(struct json *j, const struct conf_row *row)
{
	int64_t min, max;

	if (!doc_limits(row, &min, &max))
		return;
	if (row->type != &conf_type_span) {
		json_set_int(j, "min", min);
		json_set_int(j, "max", max);
		return;
	}
	json_set_double(j, "min", (double)min / 1e6);
	json_set_double(j, "max", (double)max / 1e6);
}

static void set_arguments(struct json *j, const struct doc_block *b)
{
	struct json *list = json_new_array();

	for (const struct doc_row *r = b ? b->rows : NULL; r; r = r->next)
		if (r->is_arg)
			json_append(list, json_new_string(r->row->name));
	json_set(j, "arguments", list);
}

static const char *kind(const struct doc_row *r)
{
	if (r->is_arg)
		return "argument";
	if (!r->inner)
		return "value";
	if (r->row->type == &conf_type_lines)
		return "list";
	return r->row->type == &conf_type_line ? "line" : "block";
}

static struct json *row_json(const struct doc_row *r, struct arena *a)
{
	const struct conf_row *row = r->row;
	struct json *j = json_new_object();

	json_set_string(j, "block", r->home->path);
	json_set_string(j, "name", row->name);
	json_set_string(j, "kind", kind(r));
	json_set_string(j, "section", r->section->name);
	json_set_string(j, "state", doc_state_word(r->state));
	json_set_string(j, "tier", doc_tier_word(row->tier));
	json_set_string(j, "scope", doc_scope_word(row->scope));
	json_set_string(j, "syntax", doc_syntax(r, a));
	json_set_string(j, "type", row->type->name);
	set_words(j, "aliases", row->aliases, a);
	set_words(j, "deprecated", row->deprecated, a);
	set_arguments(j, r->inner);
	set_limits(j, row);
	set_text(j, "unit", row->unit);
	if (row->dflt)
		json_set_string(j, "default", row->dflt);
	set_flag(j, "own", row, CONF_OWN);
	set_flag(j, "repeats", row, CONF_REPEATS);
	set_flag(j, "required", row, CONF_REQUIRED);
	set_flag(j, "optional", row, CONF_OPTIONAL_ARG);
	set_flag(j, "inherited", row, CONF_INHERIT);
	set_flag(j, "secret", row, CONF_SECRET);
	set_text(j, "instead", row->instead);
	set_text(j, "doc", row->doc);
	set_text(j, "example", row->type == &conf_type_none ? NULL : doc_example_whole(r, a));
	return j;
}

static struct json *totals_json(const struct doc_totals *t)
{
	struct json *j = json_new_object();

	json_set_int(j, "keywords", t->keywords);
	for (enum conf_state s = CONF_WORKS; s <= CONF_REFUSED; s++)
		json_set_int(j, doc_state_word(s), t->states[s]);
	json_set_int(j, "own", t->own);
	json_set_int(j, "arguments", t->arguments);
	return j;
}

void conf_doc_json(const struct conf_section *const *sections, FILE *out)
{
	struct arena *a = arena_new();
	struct doc d = doc_read(sections, a);
	struct json *all = json_new_object(), *rows = json_new_array();

	for (const struct doc_block *b = d.blocks; b; b = b->next)
		for (const struct doc_row *r = b->rows; r; r = r->next)
			json_append(rows, row_json(r, a));
	json_set(all, "rows", rows);
	json_set(all, "totals", totals_json(&d.totals));
	fprintf(out, "%s\n", json_text_pretty(all));
	json_free(all);
	arena_free(a);
}
