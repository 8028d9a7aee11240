/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said of one row, in words: how it is written, whether it works. The
 * forms of the documentation put these together. See doc_walk.h.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/doc_walk.h"
#include "core/exit.h"

#define SYNTAX_WIDE                                                                                \
	70 /* an enumeration or a list of options wider than this is not spelled out               \
	    */

void doc_buffer_open(struct doc_buffer *b)
{
	b->out = open_memstream(&b->text, &b->len);
	if (!b->out)
		fatal(EXIT_INTERNAL, "out of memory");
}

const char *doc_buffer_close(struct doc_buffer *b, struct arena *a)
{
	const char *copy;

	fclose(b->out);
	copy = arena_strdup(a, b->text);
	free(b->text);
	return copy;
}

/* ---- states and scopes ---- */

const char *doc_state_word(enum conf_state state)
{
	static const char *const words[] = { "works", "later", "later_ok", "obsolete", "refused" };

	return words[state];
}

const char *doc_state_text(enum conf_state state)
{
	static const char *const texts[] = { "", "not supported yet: an error",
		"not supported yet: ignored with a warning", "obsolete: accepted with a warning",
		"refused: an error" };

	return texts[state];
}

const char *doc_scope_word(enum conf_scope scope)
{
	static const char *const words[] = { "live", "restart", "restart_process", "fixed" };

	return words[scope];
}

const char *doc_scope_text(enum conf_scope scope)
{
	static const char *const texts[] = { "", "the object starts anew",
		"the process starts anew", "the reload is refused" };

	return texts[scope];
}

const char *doc_tier_word(enum conf_tier tier)
{
	static const char *const words[] = { "A", "B", "C", "D" };

	return words[tier];
}

/* ---- syntax ---- */

static void put_words(const struct conf_words *set, FILE *out)
{
	for (int i = 0; set->words[i]; i++)
		fprintf(out, "%s%s", i ? "|" : "", set->words[i]);
}

bool doc_is_word_of_a_set(const struct conf_row *row)
{
	return row->type == &conf_type_enum || row->type == &conf_type_choice;
}

const char *doc_set_syntax(const struct conf_row *row, struct arena *a)
{
	struct doc_buffer b;
	const char *text;

	doc_buffer_open(&b);
	if (doc_is_word_of_a_set(row))
		put_words(row->param, b.out);
	else if (row->type == &conf_type_named)
		for (const struct conf_name *n = row->param; n->name; n++)
			fprintf(b.out, "%s|%s", n->name, n[1].name ? "" : "NUMBER");
	text = doc_buffer_close(&b, a);
	return strlen(text) > SYNTAX_WIDE ? "" : text;
}

static const char *type_syntax(const struct conf_row *row, struct arena *a)
{
	const char *set = doc_set_syntax(row, a);
	char *text;
	size_t size;

	if (*set)
		return set;
	if (row->type == &conf_type_none || (row->type->flags & TYPE_VERB))
		return "";
	if (!(row->flags & CONF_OPTIONAL_ARG) || *row->type->name == '[')
		return row->type->name;
	size = strlen(row->type->name) + 3;
	text = arena_alloc(a, size);
	snprintf(text, size, "[%s]", row->type->name);
	return text;
}

/* An option of a line, as "[dev INTERFACE]". */
static void put_option(const struct doc_row *r, struct arena *a, FILE *out)
{
	bool is_needed = r->row->flags & CONF_REQUIRED;
	const char *value = doc_value_syntax(r, a);

	fputs(is_needed ? "" : "[", out);
	if (r->row->type->flags & TYPE_VERB)
		put_words(r->row->param, out);
	else
		fprintf(out, "%s%s%s", r->row->name, *value ? " " : "", value);
	fputs(is_needed ? "" : "]", out);
}

static void put_arg(const struct doc_row *r, FILE *out)
{
	bool is_optional = r->row->flags & CONF_OPTIONAL_ARG;

	fprintf(out, is_optional ? "[%s]" : "%s", r->row->name);
}

static void put_args(const struct doc_block *b, FILE *out)
{
	const char *blank = "";

	for (const struct doc_row *r = b->rows; r; r = r->next) {
		if (!r->is_arg)
			continue;
		fputs(blank, out);
		put_arg(r, out);
		blank = " ";
	}
}

const char *doc_line_syntax(const struct doc_block *b, struct arena *a)
{
	struct doc_buffer buf;
	const char *args;
	unsigned options = 0;

	doc_buffer_open(&buf);
	put_args(b, buf.out);
	args = doc_buffer_close(&buf, a);
	doc_buffer_open(&buf);
	fputs(args, buf.out);
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (!r->is_arg && r->state != CONF_OBSOLETE && r->state != CONF_REFUSED) {
			fputs(*args || options ? " " : "", buf.out);
			put_option(r, a, buf.out);
			options++;
		}
	fflush(buf.out);
	if (buf.len > SYNTAX_WIDE && options > 1) {
		doc_buffer_close(&buf, a);
		doc_buffer_open(&buf);
		fprintf(buf.out, "%s%s[OPTION] ...", args, *args ? " " : "");
	}
	return doc_buffer_close(&buf, a);
}

static void put_inner(const struct doc_row *r, struct arena *a, FILE *out)
{
	const struct doc_block *inner = r->inner;

	if (r->row->type == &conf_type_line) {
		fputs(doc_line_syntax(inner, a), out);
	} else if (r->row->type == &conf_type_lines) {
		if (doc_is_bare(inner))
			fprintf(out, "{ %s ... }", doc_line_syntax(inner, a));
		else
			fputs("{ ... }", out);
	} else {
		put_args(inner, out);
		if (!doc_is_bare(inner))
			fprintf(out, "%s{ ... }", inner->rows && inner->rows->is_arg ? " " : "");
	}
}

const char *doc_value_syntax(const struct doc_row *r, struct arena *a)
{
	struct doc_buffer b;

	if (!r->inner)
		return type_syntax(r->row, a);
	doc_buffer_open(&b);
	put_inner(r, a, b.out);
	return doc_buffer_close(&b, a);
}

const char *doc_syntax(const struct doc_row *r, struct arena *a)
{
	const char *value = doc_value_syntax(r, a);
	struct doc_buffer b;

	doc_buffer_open(&b);
	if (r->is_arg)
		put_arg(r, b.out);
	else if (r->row->type->flags & TYPE_VERB)
		put_words(r->row->param, b.out);
	else
		fprintf(b.out, "%s%s%s", r->row->name, *r->row->name && *value ? " " : "", value);
	return doc_buffer_close(&b, a);
}
