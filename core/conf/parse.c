/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From statements to typed objects: each keyword is looked up in the tables of the block it stands
 * in, and its type reads the value. What a keyword is worth by itself is decided here (unknown,
 * later, deprecated, twice, missing); what values mean together is decided in rules.c. Objects of
 * one line are read in parse_line.c.
 */
#include <string.h>

#include "core/conf/scope.h"

/* ---- keywords ---- */

static void complain_of_words(
	struct parser *p, const struct tree_line *line, unsigned next, enum conf_severity severity)
{
	enum keyword_kind kind;
	const struct word *w = &line->words[next];
	bool is_keyword = false;

	for (unsigned i = 0; i < p->scope->count; i++)
		is_keyword |= block_index_find(p->scope->index[i], w->text, w->len, &kind) >= 0;
	p->scope->is_blurred |= is_keyword;
	if (is_keyword)
		scope_complain(p, CONF_ERROR, w,
			"`%s` is a keyword of its own and must begin a new line", w->text);
	else
		scope_complain(p, severity, w, "unexpected `%s` after `%s`%s", w->text,
			line->words[0].text, severity == CONF_WARNING ? "; it is ignored" : "");
}

/* The words may be the rest of a password. */
static void extra_secret(struct parser *p, const struct tree_line *line, unsigned next)
{
	if (next < line->count)
		scope_complain(p, CONF_WARNING, &line->words[next],
			"`%s` takes one word, what follows is ignored: put a value with blanks in "
			"quotes",
			line->words[0].text);
}

static inline void extra_words(
	struct parser *p, const struct tree_line *line, unsigned next, enum conf_severity severity)
{
	if (next < line->count)
		complain_of_words(p, line, next, severity);
}

static void statement(struct parser *p, const struct tree_line *line);

/* A line beside a list that can only be meant for an entry of it. */
static void stray_entry(struct parser *p, const struct tree_line *line, unsigned row_number)
{
	struct scope *s = p->scope;
	struct tree_line entry = *line, list = *s->line;

	scope_complain(p, CONF_WARNING, &line->words[0],
		"`%s` stands outside `%s { }` and is taken for an entry of it: write it there",
		line->words[0].text, conf_row(s->index[0]->block, row_number)->name);
	entry.next = NULL;
	list.children = &entry;
	scope_place(s, 0, row_number, &line->words[0]);
	bit_set(s->obj[0]->set, row_number);
	scope_read_lines(p, s, 0, row_number, &list);
}

/* What follows a misspelled `auth_pass` is a password all the same. */
static bool is_secret(const struct scope *s, const char *keyword)
{
	enum keyword_kind kind;

	for (unsigned i = 0; i < s->count; i++) {
		int row = block_index_find(s->index[i], keyword, strlen(keyword), &kind);

		if (row >= 0 && (conf_row(s->index[i]->block, (unsigned)row)->flags & CONF_SECRET))
			return true;
	}
	return false;
}

static void complain_of_unknown(
	struct parser *p, const struct word *w, const char *home, const char *near)
{
	const struct scope *s = p->scope;

	if (strncmp(w->text, "include", strlen("include")) == 0)
		scope_complain(
			p, CONF_ERROR, w, "`%s` must stand at the beginning of a line", w->text);
	else if (home && !*home && s->outer)
		scope_complain(p, CONF_ERROR, w,
			"`%s` cannot stand inside %s: is a `}` missing before this line?", w->text,
			s->line->words[0].text);
	else if (near)
		scope_complain(p, CONF_ERROR, w, "unknown keyword `%s`; did you mean `%s`?",
			w->text, near);
	else if (home)
		scope_complain(p, CONF_ERROR, w, "`%s` is not known here; it belongs in %s",
			w->text, home);
	else
		scope_complain(p, CONF_ERROR, w, "unknown keyword `%s`", w->text);
}

static void unknown(struct parser *p, const struct tree_line *line)
{
	const struct word *w = &line->words[0];
	const char *home = conf_index_home(p->conf->index, w->text, w->len);
	const char *near = conf_index_nearest(p->scope->index, p->scope->count, w->text);
	struct scope *s = p->scope;
	enum keyword_kind kind;

	if (!home && !near && !line->has_block && s->index[0]->stray_row >= 0) {
		stray_entry(p, line, (unsigned)s->index[0]->stray_row);
		return;
	}
	s->is_blurred = true;
	if (s->is_headless_list ||
		(s->headless && block_index_find(s->headless, w->text, w->len, &kind) >= 0)) {
		scope_mark_faulty(s); /* belongs to the block without `{`, which was reported */
		return;
	}
	conf_report_hide(p->report, near && is_secret(s, near));
	complain_of_unknown(p, w, home, near);
	conf_report_hide(p->report, false);
}

/* Written a second time: says which of them counts, if only one can; true if it is the first. */
static bool is_taken_again(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	const struct conf_row *row = conf_row(s->index[n]->block, row_number);
	bool is_first = row->type->flags & TYPE_FIRST_WINS;
	const struct obj_meta *meta = obj_meta(s->obj[n]);

	if ((row->type->flags & TYPE_ADDS) || (row->flags & CONF_REPEATS))
		return false;
	scope_complain(p, CONF_WARNING, &line->words[0],
		"`%s` is written twice; the %s is taken (the other is in line %u)",
		line->words[0].text, is_first ? "first" : "later",
		bit_get(meta->placed, row_number) ? s->places[n][row_number].line : 0);
	return is_first;
}

static inline bool is_taken_already(struct parser *p, struct scope *s, unsigned n,
	unsigned row_number, const struct tree_line *line)
{
	return bit_get(s->obj[n]->set, row_number) && is_taken_again(p, s, n, row_number, line);
}

static void value(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	const struct conf_row *row = conf_row(s->index[n]->block, row_number);
	struct type_in in = scope_input(p, line, 1, row);

	if (is_taken_already(p, s, n, row_number, line))
		return;
	if (line->has_block && line->count <= 2)
		scope_complain(p, CONF_ERROR, &line->words[0],
			"`%s` has no block: `{` cannot follow", line->words[0].text);
	else if (scope_read_value(p, s, n, row_number, &in) < 0)
		return;
	else if (row->flags & CONF_SECRET)
		extra_secret(p, line, in.next);
	else
		extra_words(p, line, in.next, line->has_block ? CONF_ERROR : CONF_WARNING);
}

static void scalar(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	bool is_secret = conf_row(s->index[n]->block, row_number)->flags & CONF_SECRET;

	if (is_secret)
		conf_report_hide(p->report, true);
	value(p, s, n, row_number, line);
	if (is_secret)
		conf_report_hide(p->report, false);
}

/* The object a block keyword stands for: a new one, or the one that is there and goes on. */
static struct conf_obj *object_of(struct parser *p, struct scope *s, unsigned n,
	unsigned row_number, const struct tree_line *line)
{
	struct conf_obj *owner = s->obj[n];
	struct block_index *index = s->index[n]->children[row_number];
	const struct conf_row *row = conf_row(s->index[n]->block, row_number);
	struct conf_obj **field = row_field(owner, row), *obj;

	if (!(row->flags & CONF_REPEATS) && *field && !index->block->arg_count) {
		if (!bit_get(owner->set, row_number))
			(*field)->pos = line->words[0].pos;
		return *field;
	}
	obj = obj_new(index, owner, line->words[0].pos, p->conf->arena);
	if (row->flags & CONF_REPEATS) {
		conf_list_add(row_field(owner, row), obj, p->conf->arena);
		return obj;
	}
	if (*field)
		scope_complain(p, CONF_WARNING, &line->words[0],
			"`%s` is written twice; the later is taken (the other is in line %u)",
			line->words[0].text, (*field)->pos.line);
	*field = obj;
	return obj;
}

/* A block of one or more sections: its arguments, then what is inside its braces. */
static void sub_block(struct parser *p, struct scope *s, const struct tree_line *line)
{
	bool has_rows = false;
	unsigned next = 1;

	p->scope = s;
	for (unsigned i = 0; i < s->count; i++) {
		unsigned from = 1;

		has_rows |= s->index[i]->block->row_count > 0;
		if (scope_read_args(p, s, i, line, &from) == 0 && i == 0)
			extra_words(p, line, from, CONF_ERROR);
		next = from;
	}
	if (!line->has_block && has_rows) {
		scope_complain(p, CONF_ERROR,
			&line->words[next < line->count ? next : line->count - 1],
			"`{` is missing after `%s`", line->words[0].text);
		s->outer->headless = s->index[0];
	}
	if (line->has_block && !has_rows && line->children)
		scope_complain(p, CONF_ERROR, &line->words[0],
			"`%s` has no block: `{` cannot follow", line->words[0].text);
	for (const struct tree_line *child = has_rows ? line->children : NULL; child;
		child = child->next)
		statement(p, child);
	for (unsigned i = 0; i < s->count; i++) {
		if (line->has_block || !has_rows)
			scope_check_required(p, s, i);
		scope_leave(p, s, i);
	}
	p->scope = s->outer;
}

/* Lists: what stands between the braces, one entry a line. */
static void list_block(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	extra_words(p, line, 1, CONF_ERROR);
	if (!line->has_block)
		scope_complain(p, CONF_ERROR, &line->words[0], "`{` is missing after `%s`",
			line->words[0].text);
	s->is_headless_list = !line->has_block;
	scope_place(s, n, row_number, &line->words[0]);
	bit_set(s->obj[n]->set, row_number);
	scope_read_lines(p, s, n, row_number, line);
}

/* `keyword ARGS name value ...` */
static void line_statement(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	unsigned next = 1;

	if (line->has_block)
		scope_complain(p, CONF_ERROR, &line->words[0],
			"`%s` has no block: `{` cannot follow", line->words[0].text);
	else if (!is_taken_already(p, s, n, row_number, line))
		scope_read_line(p, s, n, row_number, line, &next, false);
}

/* A keyword with a block: one object in each section that knows it; its rows there, or -1. */
static void block_statement(struct parser *p, const struct tree_line *line, const int *rows)
{
	struct scope *s = p->scope, inner = { .outer = s, .line = line };

	for (unsigned i = 0; i < s->count; i++) {
		unsigned row = (unsigned)rows[i];

		if (rows[i] < 0)
			continue;
		scope_enter(p, &inner, inner.count, object_of(p, s, i, row, line),
			s->index[i]->children[row]);
		inner.count++;
		scope_place(s, i, row, &line->words[0]);
		bit_set(s->obj[i]->set, row);
	}
	sub_block(p, &inner, line);
}

/* What a keyword says in one section. True if that is a block. */
static bool say(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	const struct conf_row *row = conf_row(s->index[n]->block, row_number);

	if (!(row->type->flags & TYPE_BLOCK))
		scalar(p, s, n, row_number, line);
	else if (row->type == &conf_type_lines)
		list_block(p, s, n, row_number, line);
	else if (row->type == &conf_type_line)
		line_statement(p, s, n, row_number, line);
	else
		return true;
	return false;
}

static void statement(struct parser *p, const struct tree_line *line)
{
	struct scope *s = p->scope;
	const struct word *w = &line->words[0];
	bool is_known = false, is_block = false;
	int rows[CONF_SECTIONS_MAX];

	for (unsigned i = 0; i < s->count; i++) {
		enum keyword_kind kind;
		const struct conf_row *row;

		rows[i] = block_index_find(s->index[i], w->text, w->len, &kind);
		if (rows[i] < 0)
			continue;
		row = conf_row(s->index[i]->block, (unsigned)rows[i]);
		if (!is_known && scope_is_remarkable(row, kind) && scope_announce(p, w, row, kind))
			return;
		is_known = true;
		is_block |= say(p, s, i, (unsigned)rows[i], line);
	}
	if (!is_known)
		unknown(p, line);
	else if (is_block)
		block_statement(p, line, rows);
	else if (!s->is_headless_list)
		s->headless = NULL;
}

/* ---- all of it ---- */

void conf_parse(struct conf *c, struct source *source, struct conf_report *report)
{
	struct arena *scratch = arena_new();
	struct tree tree = { .source = source, .arena = scratch };
	struct parser p = { .conf = c, .report = report, .is_canonical = source->is_canonical };
	struct arena *root_scratch = arena_new();
	struct scope root = { .count = c->index->count };
	const struct tree_line *line;

	p.scratch = root_scratch;
	for (unsigned i = 0; i < root.count; i++) {
		struct conf_pos pos = { .file = source->last.file, .line = 1, .col = 1 };

		c->roots[i] = obj_new(c->index->roots[i], NULL, pos, c->arena);
		scope_enter(&p, &root, i, c->roots[i], c->index->roots[i]);
	}
	p.scratch = scratch;
	while ((line = tree_next(&tree))) {
		p.scope = &root;
		statement(&p, line);
		arena_reset(scratch);
	}
	for (unsigned i = 0; i < root.count; i++)
		scope_leave(&p, &root, i);
	arena_free(scratch);
	arena_free(root_scratch);
}
