/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepd --schema=man: the tables as roff, the greater part of keepd.conf(5). A block is a section,
 * a keyword a paragraph; what works stands before what does not yet.
 */
#include <string.h>

#include "core/conf/doc_walk.h"

static const char intro[] =
	".SH KEYWORDS\n.ad l\n"
	"Words in capitals stand for what is to be written there; what is in [brackets] may be "
	"left out, | "
	"separates alternatives, ... means more of the same. The same is told at the terminal by\n"
	".BR \"keepd \\-\\-explain\" ,\n"
	"for one keyword.\n"
	"A keyword marked (not supported yet) is read and checked, but keepd cannot do it yet. A "
	"value is taken "
	"over by a reload while all goes on, unless it says what else a change does.\n";

struct page {
	FILE *out;
	struct arena *arena;
};

/* Text of ours in roff: a backslash, a leading dot or quote would be taken for commands. */
static void put(const struct page *p, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", p->out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", p->out);
		else if (*text == '-')
			fputs("\\-", p->out);
		else if (*text == '\n')
			fputs("\n.br\n", p->out);
		else
			putc(*text, p->out);
	}
}

/* An argument of a macro: in quotes, which are doubled inside. */
static void put_argument(const struct page *p, const char *text)
{
	putc('"', p->out);
	for (; *text; text++) {
		if (*text == '"')
			fputs("\"\"", p->out);
		else if (*text == '\\')
			fputs("\\e", p->out);
		else if (*text == '-')
			fputs("\\-", p->out);
		else
			putc(*text, p->out);
	}
	putc('"', p->out);
}

static void sentence(const struct page *p, const char *before, const char *text, const char *after)
{
	putc(' ', p->out);
	fputs(before, p->out);
	put(p, text);
	fputs(after, p->out);
}

/* What the arguments are of a keyword that opens no section of its own. */
static void put_bare_args(const struct page *p, const struct doc_block *b)
{
	for (const struct doc_row *r = b->rows; r; r = r->next) {
		const char *range = doc_range(r, p->arena);

		fprintf(p->out, "\n.br\n.I ");
		put_argument(p, r->row->name);
		fputs("\n", p->out);
		put(p, r->row->doc ? r->row->doc : "");
		if (*range)
			sentence(p, "Value: ", range, ".");
		if (r->row->dflt)
			sentence(p, "Default: ", r->row->dflt, ".");
	}
}

static void put_state(const struct page *p, const struct doc_row *r)
{
	const char *instead = doc_instead(r, p->arena);
	bool is_news = !r->home->opener || r->home->opener->state != r->state;

	if (r->state != CONF_WORKS && is_news)
		sentence(p, "(", doc_state_text(r->state), ")");
	if (*instead)
		sentence(p, "", instead, "");
	if (r->row->flags & CONF_OWN)
		sentence(p, "(", "keepd only", ")");
}

static void put_default(const struct page *p, const struct conf_row *row)
{
	if (row->dflt)
		sentence(p, "Default: ", *row->dflt ? row->dflt : "none",
			row->flags & CONF_INHERIT ? ", or what stands in an enclosing block."
						  : ".");
	else if (row->flags & CONF_INHERIT)
		sentence(p, "Default: ", "what stands in an enclosing block", ".");
	if (row->flags & CONF_REQUIRED)
		sentence(p, "", "Required.", "");
}

static void put_row(const struct page *p, const struct doc_row *r)
{
	const struct conf_row *row = r->row;
	const char *range = doc_range(r, p->arena);

	fputs(r->is_arg ? ".TP\n.I " : ".TP\n.B ", p->out);
	put_argument(p, doc_syntax(r, p->arena));
	putc('\n', p->out);
	if (row->doc && *row->doc)
		put(p, row->doc);
	else
		fputs("\\&", p->out);
	if (*range)
		sentence(p, "Value: ", range, ".");
	put_default(p, row);
	if (row->flags & CONF_REPEATS)
		sentence(p, "", "May be repeated.", "");
	if (row->aliases && !(row->type->flags & TYPE_VERB))
		sentence(p, "Also written ", row->aliases, ".");
	if (row->deprecated)
		sentence(p, "Deprecated spelling: ", row->deprecated, ".");
	if (row->scope != CONF_LIVE && !r->is_arg && r->state == CONF_WORKS)
		sentence(p, "With a change ", doc_scope_text(row->scope), ".");
	put_state(p, r);
	if (r->inner && doc_is_bare(r->inner))
		put_bare_args(p, r->inner);
	putc('\n', p->out);
}

/* Keywords that do nothing are in one paragraph at the end. */
static void put_obsolete(const struct page *p, const struct doc_block *b)
{
	const char *before = ".PP\nObsolete, accepted with a warning:\n";

	for (const struct doc_row *r = b->rows; r; r = r->next) {
		if (r->state != CONF_OBSOLETE || r->row->state != CONF_OBSOLETE)
			continue;
		fputs(before, p->out);
		fputs(".TP\n.B ", p->out);
		put_argument(p, r->row->name);
		putc('\n', p->out);
		put(p, doc_instead(r, p->arena));
		putc('\n', p->out);
		before = "";
	}
}

static void put_block(const struct page *p, const struct doc_block *b)
{
	const char *state = b->opener ? doc_state_text(b->opener->state) : "";

	if (b->opener && doc_is_bare(b))
		return; /* told where the keyword stands */
	fputs(".SS ", p->out);
	put_argument(p, b->opener ? b->path : "Outermost level");
	putc('\n', p->out);
	if (b->twin) {
		fputs("As in ", p->out);
		put(p, b->twin->path);
		fputs(".\n", p->out);
		return;
	}
	if (b->opener) {
		put(p, b->block->doc ? b->block->doc : b->opener->row->doc);
		if (*state)
			sentence(p, "(", state, ")");
		putc('\n', p->out);
	}
	if (b->block->is_line) {
		fputs(b->opener->row->type == &conf_type_lines ? ".br\nEach line:\n.B "
							       : ".br\nWritten:\n.B ",
			p->out);
		put_argument(p, b->opener->row->type == &conf_type_lines
					? doc_line_syntax(b, p->arena)
					: doc_syntax(b->opener, p->arena));
		putc('\n', p->out);
	}
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (r->row->state == CONF_WORKS)
			put_row(p, r);
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (r->row->state != CONF_WORKS && r->row->state != CONF_OBSOLETE)
			put_row(p, r);
	put_obsolete(p, b);
}

void conf_doc_man(const struct conf_section *const *sections, FILE *out)
{
	struct page p = { .out = out, .arena = arena_new() };
	struct doc d = doc_read(sections, p.arena);

	fputs(intro, out);
	for (const struct doc_block *b = d.blocks; b; b = b->next)
		put_block(&p, b);
	arena_free(p.arena);
}
