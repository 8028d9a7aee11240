/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepd --schema=sample: the reference part of keepd.conf.sample. Each block of the outermost level
 * stands there as it would be written, with all common keywords, and with # before each line: what
 * is left when that is taken away is a legal block.
 */
#include <string.h>

#include "core/conf/doc_walk.h"

#define LINE_WIDTH 96

struct page {
	FILE *out;
	struct arena *arena;
};

static void indent(const struct page *p, unsigned depth)
{
	putc('#', p->out);
	while (depth--)
		fputs("    ", p->out);
}

/* A comment inside a block, folded. */
static void comment(const struct page *p, const char *text, unsigned depth)
{
	unsigned column = 0;

	while (*text) {
		unsigned len = (unsigned)strcspn(text, " \n");

		if (!column || column + 1 + len > LINE_WIDTH) {
			if (column)
				putc('\n', p->out);
			indent(p, depth);
			putc('#', p->out);
			column = 4 * depth + 2;
		}
		fprintf(p->out, " %.*s", (int)len, text);
		column += 1 + len;
		text += len + (text[len] != '\0');
	}
	putc('\n', p->out);
}

static void row_comment(const struct page *p, const struct doc_row *r, unsigned depth)
{
	const char *range = doc_short_range(r, p->arena);
	struct doc_buffer b;

	doc_buffer_open(&b);
	if (r->row->state != CONF_WORKS)
		fputs(r->row->state == CONF_LATER ? "NOT YET (an error): " : "NOT YET (ignored): ",
			b.out);
	fputs(doc_first_sentence(r, p->arena), b.out);
	if (*range)
		fprintf(b.out, " Value: %s.", range);
	if (r->row->dflt && *r->row->dflt)
		fprintf(b.out, " Default: %s.", r->row->dflt);
	if (r->row->flags & CONF_REQUIRED)
		fputs(" Required.", b.out);
	comment(p, doc_buffer_close(&b, p->arena), depth);
}

/* What was shown for a block around this one and holds here too, unless everybody writes it. */
static bool is_inherited(const struct doc_row *r)
{
	if (!(r->row->flags & CONF_INHERIT) || r->row->tier == CONF_TIER_A)
		return false;
	for (const struct doc_row *up = r->home->opener; up; up = up->home->opener)
		for (const struct doc_row *x = up->home->rows; x && up->home->opener; x = x->next)
			if (x->row->type == r->row->type && strcmp(x->row->name, r->row->name) == 0)
				return true;
	return false;
}

/* What is rare is shown only if it works. */
static bool is_shown(const struct page *p, const struct doc_row *r)
{
	const struct conf_row *row = r->row;

	if (r->is_arg || row->tier == CONF_TIER_D || row->type == &conf_type_none)
		return false;
	if (row->state == CONF_OBSOLETE || row->state == CONF_REFUSED)
		return false;
	if (is_inherited(r))
		return false;
	if (row->tier == CONF_TIER_C && r->state != CONF_WORKS)
		return false;
	return r->inner || doc_example(r, 0, p->arena);
}

static void put_rows(const struct page *p, const struct doc_block *b, unsigned depth);

static void put_row(const struct page *p, const struct doc_row *r, unsigned depth)
{
	row_comment(p, r, depth);
	indent(p, depth);
	fprintf(p->out, "%s\n", doc_example_line(r, p->arena));
	if (!r->inner || r->row->type == &conf_type_line ||
		(r->row->type == &conf_type_block && doc_is_bare(r->inner)))
		return;
	if (r->row->type == &conf_type_lines) {
		indent(p, depth + 1);
		fprintf(p->out, "%s\n", doc_example_entry(r->inner, p->arena));
	} else {
		put_rows(p, r->inner, depth + 1);
	}
	indent(p, depth);
	fputs("}\n", p->out);
}

static void put_rows(const struct page *p, const struct doc_block *b, unsigned depth)
{
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (is_shown(p, r))
			put_row(p, r, depth);
}

void conf_doc_sample(const struct conf_section *const *sections, FILE *out)
{
	struct page p = { .out = out, .arena = arena_new() };
	struct doc d = doc_read(sections, p.arena);

	for (const struct doc_row *r = d.blocks->rows; r; r = r->next)
		if (is_shown(&p, r)) {
			put_row(&p, r, 0);
			putc('\n', out);
		}
	arena_free(p.arena);
}
