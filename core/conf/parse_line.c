/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects that stand on one line: the arguments, then `name value` in any order. Entries of a list
 * between braces (virtual_ipaddress), what stands behind a keyword (lvs_sync_daemon), and lines
 * within lines (nexthop of a route).
 */
#include <string.h>

#include "core/conf/scope.h"

/* The next argument that may stand anywhere and was not written; -1 if there is none. */
static int floating_arg(const struct scope *s)
{
	const struct conf_block *block = s->index[0]->block;

	for (unsigned i = 0; i < block->arg_count; i++)
		if ((block->args[i].flags & CONF_FLOATS) && !bit_get(s->obj[0]->set, i))
			return (int)i;
	return -1;
}

/* Does the word look like the beginning of another entry of a list between braces? */
static bool is_next_entry(const struct scope *s, const struct word *w)
{
	const struct block_index *index = s->index[0], *outer = index->parent;
	const struct conf_type *type = index->block->arg_count ? index->block->args[0].type : NULL;
	bool is_list = false;

	for (unsigned i = 0; outer && i < outer->row_count; i++)
		if (outer->children[i] == index)
			is_list = conf_row(outer->block, i)->type == &conf_type_lines;
	return is_list &&
	       (type == &conf_type_ifname || type == &conf_type_string || strpbrk(w->text, ".:"));
}

/* A number where only a weight can be meant. */
static bool is_weight(const struct scope *s, const struct word *w)
{
	enum keyword_kind kind;
	int64_t value;

	return type_integer(w->text, INT32_MIN, INT32_MAX, &value) == 0 &&
	       block_index_find(s->index[0], "weight", strlen("weight"), &kind) >= 0;
}

static void unknown_option(struct parser *p, struct scope *s, const struct word *w)
{
	const char *near = conf_index_nearest(s->index, 1, w->text);

	if (!s->index[0]->block->row_count)
		scope_complain(p, CONF_ERROR, w, "unexpected `%s`", w->text);
	else if (is_weight(s, w))
		scope_complain(p, CONF_ERROR, w, "unknown option `%s`; did you mean `weight %s`?",
			w->text, w->text);
	else if (near)
		scope_complain(
			p, CONF_ERROR, w, "unknown option `%s`; did you mean `%s`?", w->text, near);
	else
		scope_complain(p, CONF_ERROR, w, "unknown option `%s`%s", w->text,
			is_next_entry(s, w) ? "; another entry stands on a line of its own" : "");
}

/* `second` after `first` where the keyword is the value: which of them is meant? */
static void two_verbs(
	struct parser *p, struct scope *s, unsigned row_number, const struct word *second)
{
	const struct conf_row *row = conf_row(s->index[0]->block, row_number);
	const struct conf_words *set = row->param;
	uint32_t first = *(const uint32_t *)row_field(s->obj[0], row);

	scope_complain(p, CONF_ERROR, second, "`%s` and `%s` cannot both stand here", second->text,
		set->words[first]);
}

/* One option; the word at *next is its keyword. */
static int read_option(struct parser *p, struct scope *s, unsigned row_number,
	enum keyword_kind kind, const struct tree_line *line, unsigned *next)
{
	const struct word *w = &line->words[*next];
	struct type_in in =
		scope_input(p, line, *next + 1, conf_row(s->index[0]->block, row_number));
	bool is_again = bit_get(s->obj[0]->set, row_number) && !(in.row->flags & CONF_REPEATS) &&
			!(in.row->type->flags & TYPE_ADDS);

	in.keyword = w;
	if (scope_announce(p, w, in.row, kind)) {
		*next = line->count; /* how many words are its value is not known */
		return 0;
	}
	if (is_again && (in.row->type->flags & TYPE_VERB)) {
		two_verbs(p, s, row_number, w);
		return -1;
	}
	if (is_again)
		scope_complain(
			p, CONF_WARNING, w, "`%s` is written twice; the later is taken", w->text);
	if (in.row->type == &conf_type_line) {
		++*next;
		scope_read_line(p, s, 0, row_number, line, next, true);
		return 0;
	}
	if (scope_read_value(p, s, 0, row_number, &in) < 0)
		return -1;
	*next = in.next;
	return 0;
}

static int read_floating(struct parser *p, struct scope *s, unsigned arg,
	const struct tree_line *line, unsigned *next)
{
	struct type_in in = scope_input(p, line, *next, conf_row(s->index[0]->block, arg));

	in.is_arg = true;
	if (scope_read_value(p, s, 0, arg, &in) < 0)
		return -1;
	*next = in.next;
	return 0;
}

/* Arguments and options from word *next on, as far as they belong to the object. */
static void read_object(struct parser *p, struct scope *s, const struct tree_line *line,
	unsigned *next, bool is_nested)
{
	if (scope_read_args(p, s, 0, line, next) < 0) {
		*next = line->count;
		return;
	}
	while (*next < line->count) {
		const struct word *w = &line->words[*next];
		enum keyword_kind kind;
		int row = block_index_find(s->index[0], w->text, w->len, &kind);
		int arg = row < 0 ? floating_arg(s) : -1, status;

		if (row < 0 && arg < 0) {
			if (is_nested)
				return;
			unknown_option(p, s, w);
			break;
		}
		status = row >= 0 ? read_option(p, s, (unsigned)row, kind, line, next)
				  : read_floating(p, s, (unsigned)arg, line, next);
		if (status < 0)
			break;
	}
	if (*next < line->count)
		*next = line->count; /* there was an error: what follows would follow from it */
}

/* Entries without options may share a line. */
static bool is_word_list(const struct conf_block *block)
{
	return block->arg_count == 1 && block->row_count == 0;
}

static struct conf_obj *add_object(
	struct parser *p, struct scope *outer, unsigned n, unsigned row_number, struct conf_pos pos)
{
	struct conf_obj *owner = outer->obj[n];
	const struct conf_row *row = conf_row(outer->index[n]->block, row_number);
	struct conf_obj *obj =
		obj_new(outer->index[n]->children[row_number], owner, pos, p->conf->arena);

	if (row->type == &conf_type_lines || (row->flags & CONF_REPEATS))
		conf_list_add(row_field(owner, row), obj, p->conf->arena);
	else
		*(struct conf_obj **)row_field(owner, row) = obj;
	return obj;
}

void scope_read_lines(struct parser *p, struct scope *outer, unsigned n, unsigned row_number,
	const struct tree_line *list)
{
	struct block_index *index = outer->index[n]->children[row_number];

	for (const struct tree_line *line = list->children; line; line = line->next) {
		unsigned next = 0;

		while (next < line->count) {
			struct scope s = { .outer = outer, .line = list, .count = 1 };
			struct conf_pos pos = line->words[next].pos;

			scope_enter(p, &s, 0, add_object(p, outer, n, row_number, pos), index);
			p->scope = &s;
			if (line->has_block)
				scope_complain(
					p, CONF_ERROR, &line->words[0], "`{` cannot follow here");
			read_object(p, &s, line, &next, is_word_list(index->block));
			s.line = line;
			scope_check_required(p, &s, 0);
			scope_leave(p, &s, 0);
			p->scope = outer;
		}
	}
}

void scope_read_line(struct parser *p, struct scope *outer, unsigned n, unsigned row_number,
	const struct tree_line *line, unsigned *next, bool is_nested)
{
	const struct word *keyword = &line->words[*next - 1];
	struct scope s = { .outer = outer, .line = line, .count = 1 };

	scope_enter(p, &s, 0, add_object(p, outer, n, row_number, keyword->pos),
		outer->index[n]->children[row_number]);
	scope_place(outer, n, row_number, keyword);
	bit_set(outer->obj[n]->set, row_number);
	p->scope = &s;
	conf_report_hide(p->report, s.index[0]->has_secrets);
	read_object(p, &s, line, next, is_nested);
	scope_check_required(p, &s, 0);
	conf_report_hide(p->report, false);
	scope_leave(p, &s, 0);
	p->scope = outer;
}
