/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From statements to typed objects: each keyword is looked up in the tables of the block it stands
 * in, and its type reads the value. What a keyword is worth by itself is decided here (unknown,
 * later, deprecated, twice, missing); what values mean together is decided in rules.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/tree.h"
#include "core/conf/value.h"

/* A block being read: one object for each section that knows it. */
struct scope {
	struct scope *outer; /* NULL = the outermost level */
	const struct tree_line *line;
	unsigned count;
	struct block_index *index[CONF_SECTIONS_MAX];
	struct conf_obj *obj[CONF_SECTIONS_MAX];
	struct conf_pos *places[CONF_SECTIONS_MAX]; /* by row, in the scratch arena */
	bool is_blurred;		    /* there was a word that may be a keyword misspelled */
	const struct block_index *headless; /* the block whose `{` was missing ... */
	bool is_headless_list;		    /* ... or there was such a list */
};

struct parser {
	struct conf *conf;
	struct conf_report *report;
	struct arena *scratch; /* of the statement of the outermost level */
	struct scope *scope;
	bool is_canonical;
};

/* ---- complaints ---- */

/* "in url, line 9, in HTTP_GET, line 8, in ..."; what begins on the very line is seen anyway */
static const char *context(void *arg, const struct conf_pos *pos)
{
	struct parser *p = arg;
	const char *word = "in";
	char *text = NULL, *copy;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return "";
	for (const struct scope *s = p->scope; s && s->line; s = s->outer) {
		const struct conf_pos *begin = &s->line->words[0].pos;

		if (begin->file == pos->file && begin->line == pos->line)
			continue;
		fputs(word, out);
		for (unsigned i = 0; i < s->line->count && i < 4; i++)
			fprintf(out, " %s", s->line->words[i].text);
		fprintf(out, ", line %u", begin->line);
		word = ", in";
	}
	fclose(out);
	copy = arena_strdup(p->scratch, text);
	free(text);
	return copy;
}

static void mark_faulty(struct scope *s)
{
	for (; s; s = s->outer)
		for (unsigned i = 0; i < s->count; i++)
			obj_mark_faulty(s->obj[i]);
}

__attribute__((format(printf, 4, 5))) static void complain(
	struct parser *p, enum conf_severity severity, const struct word *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	conf_report_addv(p->report, severity, w->pos, w->width, context(p, &w->pos), fmt, ap);
	va_end(ap);
	if (severity == CONF_ERROR)
		mark_faulty(p->scope);
}

static struct type_in input(
	struct parser *p, const struct tree_line *line, unsigned next, const struct conf_row *row)
{
	return (struct type_in){
		.words = line->words,
		.count = line->count,
		.next = next,
		.keyword = &line->words[0],
		.raw = &line->raw,
		.row = row,
		.arena = p->conf->arena,
		.scratch = p->scratch,
		.report = p->report,
		.context = context,
		.context_arg = p,
		.is_canonical = p->is_canonical,
	};
}

/* ---- values ---- */

static void place(struct scope *s, unsigned n, unsigned row, const struct word *w)
{
	struct obj_meta *meta = obj_meta(s->obj[n]);

	if (bit_get(meta->placed, row))
		return;
	bit_set(meta->placed, row);
	s->places[n][row] = w->pos;
}

/* Reads one value into the object; the row counts as written even if it is wrong. */
static int read_value(
	struct parser *p, struct scope *s, unsigned n, unsigned row_number, struct type_in *in)
{
	struct conf_obj *obj = s->obj[n];
	const struct conf_row *row = in->row;
	void *field = row_field(obj, row);
	const struct word *w = in->next < in->count ? &in->words[in->next] : in->keyword;

	if (!bit_get(obj->set, row_number) && (row->type->flags & TYPE_ADDS))
		memset(field, 0, row->type->size); /* what is written replaces the default */
	place(s, n, row_number, w);
	bit_set(obj->set, row_number);
	if (row->type->read(in, field) == 0)
		return 0;
	mark_faulty(p->scope);
	return -1;
}

/* The positional arguments of a block or a line, from in->next on. */
static int read_args(
	struct parser *p, struct scope *s, unsigned n, const struct tree_line *line, unsigned *next)
{
	const struct conf_block *block = s->index[n]->block;

	for (unsigned i = 0; i < block->arg_count; i++) {
		struct type_in in = input(p, line, *next, &block->args[i]);

		in.is_arg = true;

		if (*next == line->count && (block->args[i].flags & CONF_OPTIONAL_ARG))
			continue;
		if (*next == line->count) {
			type_word(&in); /* complains */
			mark_faulty(p->scope);
			return -1;
		}
		if (read_value(p, s, n, i, &in) < 0)
			return -1;
		*next = in.next;
	}
	return 0;
}

static void extra_words(
	struct parser *p, const struct tree_line *line, unsigned next, enum conf_severity severity)
{
	enum keyword_kind kind;
	const struct word *w = &line->words[next];
	bool is_keyword = false;

	if (next >= line->count)
		return;
	for (unsigned i = 0; i < p->scope->count; i++)
		is_keyword |= block_index_find(p->scope->index[i], w->text, w->len, &kind) >= 0;
	p->scope->is_blurred |= is_keyword;
	if (is_keyword)
		complain(p, CONF_ERROR, w, "`%s` is a keyword of its own and must begin a new line",
			w->text);
	else
		complain(p, severity, w, "unexpected `%s` after `%s`%s", w->text,
			line->words[0].text, severity == CONF_WARNING ? "; it is ignored" : "");
}

/* ---- scopes ---- */

static void enter(struct parser *p, struct scope *s, unsigned n, struct conf_obj *obj,
	struct block_index *index)
{
	const struct obj_meta *meta = obj_meta(obj);
	unsigned known = 0;

	s->obj[n] = obj;
	s->index[n] = index;
	s->places[n] = arena_alloc(p->scratch, index->row_count * sizeof(struct conf_pos));
	for (unsigned i = 0; i < index->row_count; i++) /* a block that goes on */
		if (bit_get(meta->placed, i))
			s->places[n][i] = meta->places[known++];
}

/* The places of the written rows, packed, go with the object. */
static void leave(struct parser *p, struct scope *s, unsigned n)
{
	struct obj_meta *meta = obj_meta(s->obj[n]);
	unsigned count = 0;

	for (unsigned i = 0; i < CONF_SET_WORDS; i++)
		count += (unsigned)__builtin_popcountll(meta->placed[i]);
	meta->places = arena_alloc(p->conf->arena, count * sizeof(*meta->places));
	count = 0;
	for (unsigned i = 0; i < s->index[n]->row_count; i++)
		if (bit_get(meta->placed, i))
			meta->places[count++] = s->places[n][i];
}

static void check_required(struct parser *p, struct scope *s, unsigned n)
{
	const struct conf_block *block = s->index[n]->block;

	for (unsigned i = (unsigned)block->arg_count; i < s->index[n]->row_count; i++) {
		const struct conf_row *row = conf_row(block, i);

		if (!(row->flags & CONF_REQUIRED) || bit_get(s->obj[n]->set, i) || s->is_blurred)
			continue;
		p->scope = s->outer;
		complain(p, CONF_ERROR, &s->line->words[0], "%s: `%s` is missing",
			block->is_line ? s->line->words[0].text : block->name, row->name);
		p->scope = s;
		mark_faulty(s);
	}
}

/* ---- lines of a list ---- */

static void read_line(struct parser *p, struct scope *s, const struct tree_line *line)
{
	const struct conf_block *block = s->index[0]->block;
	unsigned next = 0;

	if (line->has_block)
		complain(p, CONF_ERROR, &line->words[0], "`{` cannot follow here");
	if (read_args(p, s, 0, line, &next) < 0)
		return;
	while (next < line->count) {
		const struct word *w = &line->words[next];
		enum keyword_kind kind;
		int row = block_index_find(s->index[0], w->text, w->len, &kind);
		struct type_in in;

		if (row < 0) {
			const char *near = conf_index_nearest(s->index, 1, w->text);

			complain(p, CONF_ERROR, w, "unknown option `%s`%s%s%s", w->text,
				near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
			return;
		}
		in = input(p, line, next + 1, conf_row(block, (unsigned)row));
		in.keyword = w;
		if (in.row->state == CONF_LATER || in.row->state == CONF_REFUSED) {
			complain(p, CONF_ERROR, w, "`%s` %s%s%s", w->text,
				in.row->state == CONF_LATER ? "is not supported yet" : "is refused",
				in.row->instead ? ": " : "",
				in.row->instead ? in.row->instead : "");
			return;
		}
		if (bit_get(s->obj[0]->set, (unsigned)row))
			complain(p, CONF_WARNING, w, "`%s` is written twice; the later is taken",
				w->text);
		if (read_value(p, s, 0, (unsigned)row, &in) < 0)
			return;
		next = in.next;
	}
}

static void read_lines(struct parser *p, struct scope *outer, unsigned n, unsigned row_number,
	const struct tree_line *list)
{
	struct conf_obj *owner = outer->obj[n];
	const struct conf_row *row = conf_row(outer->index[n]->block, row_number);

	for (const struct tree_line *line = list->children; line; line = line->next) {
		struct scope s = { .outer = outer, .line = list, .count = 1 };
		struct block_index *index = outer->index[n]->children[row_number];

		enter(p, &s, 0, obj_new(index, owner, line->words[0].pos, p->conf->arena), index);
		p->scope = &s;
		read_line(p, &s, line);
		leave(p, &s, 0);
		conf_list_add(row_field(owner, row), s.obj[0], p->conf->arena);
		p->scope = outer;
	}
}

/* ---- keywords ---- */

static void statement(struct parser *p, const struct tree_line *line);

/* Does the row say something other than "works"? True if the statement is done with. */
static bool announced(struct parser *p, const struct tree_line *line, const struct conf_row *row,
	enum keyword_kind kind)
{
	const struct word *w = &line->words[0];
	const char *instead = row->instead ? row->instead : "";
	const char *colon = row->instead ? ": " : "";

	if ((row->flags & CONF_GENERATED) && !p->is_canonical) {
		complain(p, CONF_ERROR, w, "`%s` is written by keepd itself only", w->text);
		return true;
	}
	switch (row->state) {
	case CONF_WORKS:
		if (kind == KEYWORD_DEPRECATED && !p->is_canonical)
			complain(p, CONF_WARNING, w, "`%s` is deprecated; write `%s`", w->text,
				row->name);
		return false;
	case CONF_LATER:
		complain(
			p, CONF_ERROR, w, "`%s` is not supported yet%s%s", w->text, colon, instead);
		return true;
	case CONF_LATER_OK:
		complain(p, CONF_WARNING, w, "`%s` is not supported yet and is ignored%s%s",
			w->text, colon, instead);
		return true;
	case CONF_OBSOLETE:
		complain(p, CONF_WARNING, w, "`%s` is obsolete%s%s", w->text, colon, instead);
		return row->type == &conf_type_none;
	case CONF_REFUSED:
		complain(p, CONF_ERROR, w, "`%s` is refused%s%s", w->text, colon, instead);
		return true;
	}
	return true;
}

static void unknown(struct parser *p, const struct tree_line *line)
{
	const struct word *w = &line->words[0];
	const char *home = conf_index_home(p->conf->index, w->text, w->len);
	const char *near = conf_index_nearest(p->scope->index, p->scope->count, w->text);
	struct scope *s = p->scope;
	enum keyword_kind kind;

	s->is_blurred = true;
	if (s->is_headless_list ||
		(s->headless && block_index_find(s->headless, w->text, w->len, &kind) >= 0))
		mark_faulty(s); /* belongs to the block without `{`, which was reported */
	else if (strncmp(w->text, "include", strlen("include")) == 0)
		complain(p, CONF_ERROR, w, "`%s` must stand at the beginning of a line", w->text);
	else if (home && !*home && p->scope->outer)
		complain(p, CONF_ERROR, w,
			"`%s` cannot stand inside %s: is a `}` missing before this line?", w->text,
			p->scope->line->words[0].text);
	else if (near)
		complain(p, CONF_ERROR, w, "unknown keyword `%s`; did you mean `%s`?", w->text,
			near);
	else if (home)
		complain(p, CONF_ERROR, w, "`%s` is not known here; it belongs in %s", w->text,
			home);
	else
		complain(p, CONF_ERROR, w, "unknown keyword `%s`", w->text);
}

static void scalar(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	const struct conf_row *row = conf_row(s->index[n]->block, row_number);
	struct type_in in = input(p, line, 1, row);
	const struct obj_meta *meta = obj_meta(s->obj[n]);

	if (bit_get(s->obj[n]->set, row_number) && !(row->type->flags & TYPE_ADDS)) {
		bool is_first = row->type->flags & TYPE_FIRST_WINS;

		complain(p, CONF_WARNING, &line->words[0],
			"`%s` is written twice; the %s is taken (the other is in line %u)",
			line->words[0].text, is_first ? "first" : "later",
			bit_get(meta->placed, row_number) ? s->places[n][row_number].line : 0);
		if (is_first)
			return;
	}
	if (line->has_block && line->count <= 2)
		complain(p, CONF_ERROR, &line->words[0], "`%s` has no block: `{` cannot follow",
			line->words[0].text);
	else if (read_value(p, s, n, row_number, &in) == 0)
		extra_words(p, line, in.next, line->has_block ? CONF_ERROR : CONF_WARNING);
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
		complain(p, CONF_WARNING, &line->words[0],
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
		if (read_args(p, s, i, line, &from) == 0 && i == 0)
			extra_words(p, line, from, CONF_ERROR);
		next = from;
	}
	if (!line->has_block && has_rows) {
		complain(p, CONF_ERROR, &line->words[next < line->count ? next : line->count - 1],
			"`{` is missing after `%s`", line->words[0].text);
		s->outer->headless = s->index[0];
	}
	if (line->has_block && !has_rows && line->children)
		complain(p, CONF_ERROR, &line->words[0], "`%s` has no block: `{` cannot follow",
			line->words[0].text);
	for (const struct tree_line *child = has_rows ? line->children : NULL; child;
		child = child->next)
		statement(p, child);
	for (unsigned i = 0; i < s->count; i++) {
		if (line->has_block || !has_rows)
			check_required(p, s, i);
		leave(p, s, i);
	}
	p->scope = s->outer;
}

/* Lists: what stands between the braces, one entry a line. */
static void list_block(struct parser *p, struct scope *s, unsigned n, unsigned row_number,
	const struct tree_line *line)
{
	extra_words(p, line, 1, CONF_ERROR);
	if (!line->has_block)
		complain(p, CONF_ERROR, &line->words[0], "`{` is missing after `%s`",
			line->words[0].text);
	s->is_headless_list = !line->has_block;
	place(s, n, row_number, &line->words[0]);
	bit_set(s->obj[n]->set, row_number);
	read_lines(p, s, n, row_number, line);
}

static void statement(struct parser *p, const struct tree_line *line)
{
	struct scope *s = p->scope, inner = { .outer = s, .line = line };
	const struct word *w = &line->words[0];
	bool is_known = false;

	for (unsigned i = 0; i < s->count; i++) {
		enum keyword_kind kind;
		int found = block_index_find(s->index[i], w->text, w->len, &kind);
		const struct conf_row *row;

		if (found < 0)
			continue;
		row = conf_row(s->index[i]->block, (unsigned)found);
		if (!is_known && announced(p, line, row, kind))
			return;
		is_known = true;
		if (row->type == &conf_type_block) {
			struct conf_obj *obj = object_of(p, s, i, (unsigned)found, line);

			enter(p, &inner, inner.count, obj, s->index[i]->children[found]);
			inner.count++;
			place(s, i, (unsigned)found, w);
			bit_set(s->obj[i]->set, (unsigned)found);
		} else if (row->type == &conf_type_lines) {
			list_block(p, s, i, (unsigned)found, line);
		} else {
			scalar(p, s, i, (unsigned)found, line);
		}
	}
	if (!is_known)
		unknown(p, line);
	else if (inner.count)
		sub_block(p, &inner, line);
	else if (!s->is_headless_list)
		s->headless = NULL;
}

/* ---- all of it ---- */

void conf_parse(struct conf *c, struct source *source, struct conf_report *report)
{
	struct arena *scratch = arena_new();
	struct tree tree = { .source = source, .arena = scratch };
	struct parser p = { .conf = c,
		.report = report,
		.scratch = scratch,
		.is_canonical = source->is_canonical };
	struct arena *root_scratch = arena_new();
	struct scope root = { .count = c->index->count };
	const struct tree_line *line;

	p.scratch = root_scratch;
	for (unsigned i = 0; i < root.count; i++) {
		struct conf_pos pos = { .file = source->last.file, .line = 1, .col = 1 };

		c->roots[i] = obj_new(c->index->roots[i], NULL, pos, c->arena);
		enter(&p, &root, i, c->roots[i], c->index->roots[i]);
	}
	p.scratch = scratch;
	while ((line = tree_next(&tree))) {
		p.scope = &root;
		statement(&p, line);
		arena_reset(scratch);
	}
	for (unsigned i = 0; i < root.count; i++)
		leave(&p, &root, i);
	arena_free(scratch);
	arena_free(root_scratch);
}
