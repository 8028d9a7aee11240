/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is different between two configurations, for people: objects added, removed, and changed
 * field by field. A value counts where it is written, not again in everything that inherits it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/rules.h"
#include "core/err.h"
#include "core/exit.h"

struct compare {
	const struct conf_index *index;
	unsigned section; /* which */
	FILE *out;
	struct conf_compare_result *result;
	/* the heads of the blocks around, printed when there is something to say inside */
	const struct conf_obj *around[CONF_LEVELS_MAX];
	unsigned depth, printed;
};

/* ---- what is printed ---- */

static void indent(const struct compare *c, unsigned depth, char sign)
{
	fprintf(c->out, "%c ", sign);
	for (unsigned i = 0; i < depth; i++)
		fputs("    ", c->out);
}

static void print_secret_or(const struct compare *c, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);

	if (row->flags & CONF_SECRET)
		fputs(CONF_MASK, c->out);
	else
		row->type->print(row, row_field_const(obj, row), c->out);
}

/* "virtual_server 192.0.2.1 80", or all of an object of one line. */
static void print_name(const struct compare *c, const struct conf_obj *obj)
{
	unsigned count =
		obj->block->is_line ? row_count(obj->block) : (unsigned)obj->block->arg_count;

	fputs(obj->block->name, c->out);
	for (unsigned i = 0; i < count; i++) {
		const struct conf_row *row = conf_row(obj->block, i);

		if (!bit_get(obj->set, i) || (row->type->flags & TYPE_BLOCK))
			continue;
		if (i >= obj->block->arg_count && !(row->type->flags & TYPE_VERB))
			fprintf(c->out, " %s", row->name);
		if (row->type == &conf_type_switch ||
			(row->type == &conf_type_flag && *(const bool *)row_field_const(obj, row)))
			continue;
		putc(' ', c->out);
		print_secret_or(c, obj, i);
	}
}

static void print_around(struct compare *c)
{
	for (; c->printed < c->depth; c->printed++) {
		indent(c, c->printed, ' ');
		print_name(c, c->around[c->printed]);
		putc('\n', c->out);
	}
}

static void print_object(struct compare *c, const struct conf_obj *obj, char sign)
{
	print_around(c);
	indent(c, c->depth, sign);
	print_name(c, obj);
	putc('\n', c->out);
	if (sign == '+')
		c->result->added++;
	else
		c->result->removed++;
}

static const char *scope_text(enum conf_scope scope)
{
	switch (scope) {
	case CONF_LIVE: return "";
	case CONF_RESTART: return " (begins anew)";
	case CONF_RESTART_ROLE: return " (the process begins anew)";
	case CONF_FIXED: return " (cannot be changed by a reload)";
	}
	return "";
}

static void print_side(const struct compare *c, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);

	if (row->type == &conf_type_flag || row->type == &conf_type_switch)
		fputs(*(const bool *)row_field_const(obj, row) ? "on" : "off", c->out);
	else if (bit_get(obj->set, i) || row->dflt)
		print_secret_or(c, obj, i);
	else
		fputs("nothing", c->out);
}

static void print_value(
	struct compare *c, const struct conf_obj *a, const struct conf_obj *b, unsigned i)
{
	const struct conf_row *row = conf_row(a->block, i);

	print_around(c);
	indent(c, c->depth, '~');
	fprintf(c->out, "%s: ", row->name);
	if (row->flags & CONF_SECRET) {
		fputs("changed", c->out);
	} else {
		print_side(c, a, i);
		fputs(" -> ", c->out);
		print_side(c, b, i);
	}
	fprintf(c->out, "%s\n", scope_text(row->scope));
	c->result->changed++;
}

/* ---- the walk ---- */

static void compare_objects(struct compare *c, const struct conf_obj *a, const struct conf_obj *b);

static void compare_inside(struct compare *c, const struct conf_obj *a, const struct conf_obj *b)
{
	if (c->depth == CONF_LEVELS_MAX)
		return;
	c->around[c->depth++] = b;
	compare_objects(c, a, b);
	c->depth--;
	if (c->printed > c->depth) /* the next one has a head of its own */
		c->printed = c->depth;
}

static void compare_lists(
	struct compare *c, const struct conf_list *old_list, const struct conf_list *new_list)
{
	size_t count;
	struct conf_change *changes = conf_diff(old_list, new_list, &count);

	for (size_t i = 0; i < count; i++) {
		const struct conf_change *ch = &changes[i];

		switch (ch->op) {
		case CONF_ADD: print_object(c, ch->new_obj, '+'); break;
		case CONF_DEL: print_object(c, ch->old_obj, '-'); break;
		case CONF_CHANGE: compare_inside(c, ch->old_obj, ch->new_obj); break;
		case CONF_SAME: break;
		}
	}
	free(changes);
}

static struct conf_list objects(const struct conf_obj *obj, unsigned i)
{
	struct obj_list in = row_objects(obj, i);

	return (struct conf_list){ (void **)(uintptr_t)in.items, in.count };
}

/* A value that is inherited in both is told where it is written. */
static bool is_written(const struct conf_obj *a, const struct conf_obj *b, unsigned i)
{
	return bit_get(a->set, i) || bit_get(b->set, i);
}

/* With an earlier section, that keeps the same row in its part of the block? */
static bool is_told(const struct compare *c, const struct conf_obj *a, const struct conf_row *row)
{
	return a->parent && !a->parent->parent &&
	       conf_index_is_shared(c->index, c->section, a->block->name, row->name);
}

static void compare_objects(struct compare *c, const struct conf_obj *a, const struct conf_obj *b)
{
	for (unsigned i = 0; i < row_count(a->block); i++) {
		const struct conf_row *row = conf_row(a->block, i);

		if ((row->flags & CONF_GENERATED) || row->type == &conf_type_none ||
			is_told(c, a, row))
			continue;
		if (row->type->flags & TYPE_BLOCK) {
			struct conf_list old_list = objects(a, i), new_list = objects(b, i);

			compare_lists(c, &old_list, &new_list);
		} else if (is_written(a, b, i) &&
			   !row->type->equal(row_field_const(a, row), row_field_const(b, row))) {
			print_value(c, a, b, i);
		}
	}
}

struct conf_compare_result conf_compare(const struct conf *a, const struct conf *b, FILE *out)
{
	struct conf_compare_result result = { 0 };

	for (unsigned i = 0; i < a->index->count && i < b->index->count; i++) {
		struct compare c = {
			.out = out, .result = &result, .index = a->index, .section = i
		};

		compare_objects(&c, a->roots[i], b->roots[i]);
	}
	return result;
}
