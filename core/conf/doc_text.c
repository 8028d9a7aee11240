/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepd --schema: the tables for people at a terminal, block by block, a keyword a line; and the
 * bare list of keywords that completion is made from.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/doc_walk.h"
#include "core/exit.h"

#define SYNTAX_COLUMNS 46

/* "[5] required, keepd only, not supported yet: an error" */
static const char *remarks(const struct doc_row *r, struct arena *a)
{
	const char *texts[] = {
		r->row->flags & CONF_REQUIRED ? "required" : "",
		r->row->flags & CONF_OWN ? "keepd only" : "",
		doc_state_text(r->state),
	};
	const char *comma = "";
	struct doc_buffer b;

	if (r->home->opener && r->home->opener->state == r->state)
		texts[2] = ""; /* the head of the block says so */
	doc_buffer_open(&b);
	if (r->row->dflt && *r->row->dflt) {
		fprintf(b.out, "[%s]", r->row->dflt);
		comma = " ";
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (*texts[i]) {
			fprintf(b.out, "%s%s", comma, texts[i]);
			comma = ", ";
		}
	return doc_buffer_close(&b, a);
}

static void put_row(const struct doc_row *r, struct arena *a, FILE *out)
{
	const char *text = remarks(r, a), *syntax = doc_syntax(r, a);

	if (!*text)
		fprintf(out, "    %s\n", syntax);
	else if (strlen(syntax) <= SYNTAX_COLUMNS)
		fprintf(out, "    %-*s %s\n", SYNTAX_COLUMNS, syntax, text);
	else
		fprintf(out, "    %s\n    %*s %s\n", syntax, SYNTAX_COLUMNS, "", text);
}

static void put_block(const struct doc_block *b, struct arena *a, FILE *out)
{
	if (b->opener && doc_is_bare(b))
		return; /* one line in the block around it says all */
	if (!b->opener) {
		fputs("outermost level\n", out);
	} else {
		const char *state = doc_state_text(b->opener->state);

		fprintf(out, "\n%s%s%s%s\n", b->path, *state ? " (" : "", state, *state ? ")" : "");
	}
	if (b->twin) {
		fprintf(out, "    as in %s\n", b->twin->path);
		return;
	}
	if (b->opener && b->opener->row->type == &conf_type_lines)
		fprintf(out, "    each line: %s\n", doc_line_syntax(b, a));
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (r->row->state == CONF_WORKS)
			put_row(r, a, out);
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (r->row->state != CONF_WORKS)
			put_row(r, a, out);
}

static void put_totals(const struct doc_totals *t, FILE *out)
{
	static const struct {
		enum conf_state state;
		const char *text;
	} lines[] = {
		{ CONF_WORKS, "work" },
		{ CONF_LATER, "are not supported yet: an error" },
		{ CONF_LATER_OK, "are not supported yet: ignored with a warning" },
		{ CONF_OBSOLETE, "are obsolete: accepted with a warning" },
		{ CONF_REFUSED, "are refused" },
	};

	fprintf(out, "\n%u keywords, of which\n", t->keywords);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		fprintf(out, "%5u %s\n", t->states[lines[i].state], lines[i].text);
	fprintf(out, "%5u are keepd's own\n", t->own);
}

void conf_doc_text(const struct conf_section *const *sections, FILE *out)
{
	struct arena *a = arena_new();
	struct doc d = doc_read(sections, a);

	for (const struct doc_block *b = d.blocks; b; b = b->next)
		put_block(b, a, out);
	put_totals(&d.totals, out);
	arena_free(a);
}

/* ---- keywords ---- */

struct words {
	const char **items;
	size_t count, size;
	struct arena *arena;
};

static void add_words(struct words *w, const char *text)
{
	while (text && *text) {
		size_t len = strcspn(text, " ");

		if (w->count == w->size) {
			w->size = w->size ? w->size * 2 : 256;
			w->items = realloc(w->items, w->size * sizeof(*w->items));
			if (!w->items)
				fatal(EXIT_INTERNAL, "out of memory");
		}
		if (len)
			w->items[w->count++] = arena_strndup(w->arena, text, len);
		text += len + (text[len] == ' ');
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void conf_doc_keywords(const struct conf_section *const *sections, FILE *out)
{
	struct arena *a = arena_new();
	struct doc d = doc_read(sections, a);
	struct words w = { .arena = a };

	for (const struct doc_block *b = d.blocks; b; b = b->next)
		for (const struct doc_row *r = b->rows; r; r = r->next) {
			if (r->is_arg)
				continue;
			if (!(r->row->type->flags & TYPE_VERB))
				add_words(&w, r->row->name);
			add_words(&w, r->row->aliases);
			add_words(&w, r->row->deprecated);
		}
	qsort(w.items, w.count, sizeof(*w.items), by_text);
	for (size_t i = 0; i < w.count; i++)
		if (!i || strcmp(w.items[i - 1], w.items[i]) != 0)
			fprintf(out, "%s\n", w.items[i]);
	free(w.items);
	arena_free(a);
}
