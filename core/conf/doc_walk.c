/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk over all tables that every form of documentation is made from: sections that share a
 * block (global_defs) are joined, what keepd writes for itself is left out. See doc_walk.h.
 */
#include <string.h>

#include "core/conf/doc_walk.h"

static struct doc_block *block_new(
	struct doc *d, const struct conf_block *block, const struct doc_row *opener)
{
	struct doc_block *b = arena_alloc(d->arena, sizeof(*b));

	b->block = block;
	b->opener = opener;
	b->rows_end = &b->rows;
	b->path = "";
	if (opener) {
		const char *outer = opener->home->path, *name = opener->row->name;
		size_t size = strlen(outer) + strlen(name) + 4;
		char *path = arena_alloc(d->arena, size);

		snprintf(path, size, "%s%s%s", outer, *outer ? " / " : "", name);
		b->path = path;
	}
	return b;
}

static struct doc_row *find(const struct doc_block *b, const char *name, bool is_arg)
{
	for (struct doc_row *r = b->rows; r; r = r->next)
		if (r->is_arg == is_arg && strcmp(r->row->name, name) == 0)
			return r;
	return NULL;
}

static enum conf_state state_of(const struct doc_block *home, const struct conf_row *row)
{
	if (row->state != CONF_WORKS || !home->opener)
		return row->state;
	return home->opener->state;
}

static void count(struct doc_totals *t, const struct doc_row *r)
{
	if (r->is_arg) {
		t->arguments++;
		return;
	}
	t->keywords++;
	t->states[r->state]++;
	t->own += (r->row->flags & CONF_OWN) != 0;
}

static void fill(struct doc *d, struct doc_block *b, const struct conf_section *section,
	const struct conf_block *block);

static void add_row(struct doc *d, struct doc_block *b, const struct conf_section *section,
	const struct conf_row *row, bool is_arg)
{
	struct doc_row *r = find(b, row->name, is_arg);
	bool is_block = (row->type->flags & TYPE_BLOCK) != 0;

	if (row->flags & CONF_GENERATED)
		return;
	if (!r) {
		r = arena_alloc(d->arena, sizeof(*r));
		*r = (struct doc_row){ .section = section,
			.row = row,
			.home = b,
			.state = state_of(b, row),
			.is_arg = is_arg };
		*b->rows_end = r;
		b->rows_end = &r->next;
		if (is_block)
			r->inner = block_new(d, row->param, r);
		count(&d->totals, r);
	}
	if (is_block && r->inner)
		fill(d, r->inner, section, row->param);
}

static void fill(struct doc *d, struct doc_block *b, const struct conf_section *section,
	const struct conf_block *block)
{
	for (unsigned i = 0; i < row_count(block); i++)
		add_row(d, b, section, conf_row(block, i), i < block->arg_count);
}

static void put_in_order(struct doc_block *b, struct doc_block ***end)
{
	**end = b;
	*end = &b->next;
	for (struct doc_row *r = b->rows; r; r = r->next)
		if (r->inner)
			put_in_order(r->inner, end);
}

/* The same table under another keyword is told once. */
static void find_twins(struct doc_block *all)
{
	for (struct doc_block *b = all; b; b = b->next)
		for (struct doc_block *x = all; x != b && !b->twin; x = x->next)
			if (x->block == b->block)
				b->twin = x;
}

struct doc doc_read(const struct conf_section *const *sections, struct arena *a)
{
	struct doc d = { .arena = a };
	struct doc_block *root = block_new(&d, (*sections)->root, NULL), **end = &d.blocks;

	for (; *sections; sections++)
		fill(&d, root, *sections, (*sections)->root);
	put_in_order(root, &end);
	find_twins(d.blocks);
	return d;
}

bool doc_is_bare(const struct doc_block *b)
{
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (!r->is_arg)
			return false;
	return true;
}
