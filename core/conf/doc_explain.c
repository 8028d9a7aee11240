/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keepd --explain KEYWORD: everything the tables say of it, at each place where it is known, for
 * somebody who has little time. An unknown keyword is answered with the nearest ones.
 */
#include <string.h>

#include "core/conf/doc_walk.h"

#define LINE_WIDTH   90
#define INDENT	     16 /* of what stands behind a label */
#define NEAR_MAX     8
#define INDEXES_MAX  512
#define LABEL_FORMAT "    %-12s"

struct page {
	FILE *out;
	struct arena *arena;
};

/* Text from column `indent` on, folded at blanks. */
static void fold(const struct page *p, const char *text, unsigned indent)
{
	unsigned column = indent;

	while (*text) {
		unsigned len = (unsigned)strcspn(text, " \n");

		if (column > indent && (column + 1 + len > LINE_WIDTH || text[-1] == '\n')) {
			fprintf(p->out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			putc(' ', p->out);
			column++;
		}
		fprintf(p->out, "%.*s", (int)len, text);
		column += len;
		text += len + (text[len] != '\0');
	}
	putc('\n', p->out);
}

static void field(const struct page *p, const char *label, const char *text)
{
	if (!*text)
		return;
	fprintf(p->out, LABEL_FORMAT, label);
	fold(p, text, INDENT);
}

static const char *joined(const struct page *p, const char *a, const char *b)
{
	size_t size = strlen(a) + strlen(b) + 2;
	char *text = arena_alloc(p->arena, size);

	snprintf(text, size, "%s%s%s", a, *a && *b ? " " : "", b);
	return text;
}

static const char *in_brackets(const struct page *p, const char *text)
{
	size_t size = strlen(text) + 3;
	char *copy = arena_alloc(p->arena, size);

	snprintf(copy, size, "(%s)", text);
	return copy;
}

static void put_default(const struct page *p, const struct conf_row *row)
{
	const char *where =
		row->flags & CONF_INHERIT ? "what stands in an enclosing block; else" : "";

	if (row->flags & CONF_REQUIRED)
		field(p, "default", "none: it must be written");
	else if (row->dflt && row->unit && (row->type != &conf_type_string))
		field(p, "default",
			joined(p, where, joined(p, row->dflt, in_brackets(p, row->unit))));
	else if (row->dflt)
		field(p, "default", joined(p, where, *row->dflt ? row->dflt : "nothing"));
	else if (row->type == &conf_type_flag)
		field(p, "default", joined(p, where, "off"));
	else if (*where)
		field(p, "default", joined(p, where, "as told above"));
}

static void put_inner(const struct page *p, const struct doc_block *b)
{
	struct doc_buffer keywords;
	const char *comma = "";

	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (r->is_arg && r->row->doc && *r->row->doc) {
			const char *range = doc_range(r, p->arena);

			fprintf(p->out, LABEL_FORMAT, r->row->name);
			fold(p,
				*range ? joined(p, r->row->doc, joined(p, "Value:", range))
				       : r->row->doc,
				14);
		}
	doc_buffer_open(&keywords);
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (!r->is_arg) {
			fprintf(keywords.out, "%s%s", comma,
				*r->row->name ? r->row->name : doc_syntax(r, p->arena));
			comma = " ";
		}
	field(p, "inside", doc_buffer_close(&keywords, p->arena));
}

static void put_reload(const struct page *p, const struct doc_row *r)
{
	if (r->is_arg || r->state != CONF_WORKS)
		return;
	if (r->row->scope == CONF_LIVE)
		field(p, "reload", "a change is taken over while all goes on");
	else
		field(p, "reload", joined(p, "with a change", doc_scope_text(r->row->scope)));
}

static const char *place(const struct doc_row *r)
{
	return r->home->opener ? r->home->path : "the outermost level";
}

static void put_row(const struct page *p, const struct doc_row *r, const char *asked)
{
	const struct conf_row *row = r->row;
	const char *state = doc_state_text(r->state);

	fprintf(p->out, "%s, in %s:\n",
		row->type->flags & TYPE_VERB ? asked
		: *row->name		     ? row->name
					     : "an entry",
		place(r));
	field(p, "written", doc_syntax(r, p->arena));
	if (r->inner && row->type == &conf_type_lines && !doc_is_bare(r->inner))
		field(p, "a line", doc_line_syntax(r->inner, p->arena));
	field(p, "meaning", row->doc ? row->doc : "");
	field(p, "value", doc_range(r, p->arena));
	put_default(p, row);
	if (r->inner)
		put_inner(p, r->inner);
	put_reload(p, r);
	field(p, "state",
		joined(p, *state ? state : "works",
			row->flags & CONF_OWN ? "(a keyword of keepd's own)" : ""));
	field(p, "instead", doc_instead(r, p->arena));
	if (row->aliases && !(row->type->flags & TYPE_VERB))
		field(p, "also", row->aliases);
	field(p, "deprecated", row->deprecated ? row->deprecated : "");
	if (row->type != &conf_type_none)
		field(p, "example", doc_example_whole(r, p->arena));
	putc('\n', p->out);
}

/* ---- what is no keyword of a table ---- */

static const struct {
	const char *names, *syntax, *text;
} directives[] = {
	{ "include includer includem includew includeb includea", "include FILE",
		"Reads another file, or all that a pattern stands for, in place. The other forms "
		"are "
		"stricter about what is missing." },
	{ "@ID @ @^ID @^", "@ID LINE",
		"The line is read only where ID is the config-id; with @^ID only where it is "
		"not." },
	{ "$NAME $", "$NAME=VALUE", "Defines a parameter; ${NAME} stands for its value." },
	{ "~SEQ ~SEQx", "~SEQ(VARIABLE, START, STEP, END) LINE",
		"As many lines as there are numbers." },
	{ "~LST", "~LST(VARIABLE, VALUE, VALUE...) LINE", "As many lines as there are values." },
};

/* ---- finding ---- */

static bool has_word(const char *words, const char *word, size_t len)
{
	while (words && *words) {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, word, len) == 0)
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

static bool is_called(const struct doc_row *r, const char *word, size_t len)
{
	return has_word(r->row->name, word, len) || has_word(r->row->aliases, word, len) ||
	       has_word(r->row->deprecated, word, len);
}

/* The words of "a/b c" as a list, last one first. */
struct query {
	const char *words[CONF_LEVELS_MAX + 1];
	size_t len[CONF_LEVELS_MAX + 1];
	unsigned count;
};

static void query_add(struct query *q, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "/ \t");

		if (len && q->count <= CONF_LEVELS_MAX) {
			memmove(q->words + 1, q->words, q->count * sizeof(*q->words));
			memmove(q->len + 1, q->len, q->count * sizeof(*q->len));
			q->words[0] = text;
			q->len[0] = len;
			q->count++;
		}
		text += len + (text[len] != '\0');
	}
}

static bool is_asked_for(const struct doc_row *r, const struct query *q)
{
	for (unsigned i = 0; i < q->count; i++) {
		if (!r || !is_called(r, q->words[i], q->len[i]))
			return false;
		r = r->home->opener;
	}
	return true;
}

static bool put_directive(const struct page *p, const struct query *q)
{
	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++) {
		if (q->count != 1 || !has_word(directives[i].names, q->words[0], q->len[0]))
			continue;
		fprintf(p->out, "%.*s, anywhere:\n", (int)q->len[0], q->words[0]);
		field(p, "written", directives[i].syntax);
		field(p, "meaning", directives[i].text);
		field(p, "more", "keepd.conf(5)");
		putc('\n', p->out);
		return true;
	}
	return false;
}

/* ---- what is near ---- */

static unsigned collect(struct block_index *b, struct block_index **all, unsigned n)
{
	if (n < INDEXES_MAX)
		all[n++] = b;
	for (unsigned i = 0; i < b->row_count; i++)
		if (b->children[i])
			n = collect(b->children[i], all, n);
	return n;
}

static const char *nearest(
	const struct conf_section *const *sections, const char *word, struct arena *a)
{
	struct conf_index *index = conf_index_new(sections, a);
	struct block_index **all = arena_alloc(a, INDEXES_MAX * sizeof(*all));
	unsigned n = 0;

	for (unsigned i = 0; i < index->count; i++)
		n = collect(index->roots[i], all, n);
	return conf_index_nearest(all, n, word);
}

/* Keywords that contain the word, each once. */
static void put_containing(const struct page *p, const struct doc *d, const char *word)
{
	const char *seen[NEAR_MAX];
	unsigned count = 0;

	for (const struct doc_block *b = d->blocks; b; b = b->next)
		for (const struct doc_row *r = b->rows; r && count < NEAR_MAX; r = r->next) {
			bool is_new = !r->is_arg && *r->row->name && strstr(r->row->name, word);

			for (unsigned i = 0; i < count && is_new; i++)
				is_new = strcmp(seen[i], r->row->name) != 0;
			if (!is_new)
				continue;
			fprintf(p->out, "    %s, in %s\n", r->row->name, place(r));
			seen[count++] = r->row->name;
		}
}

static void put_unknown(const struct page *p, const struct conf_section *const *sections,
	const struct doc *d, const struct query *q)
{
	const char *word = arena_strndup(p->arena, q->words[0], q->len[0]);
	const char *near = nearest(sections, word, p->arena);

	fprintf(p->out, "There is no keyword `%s`", word);
	for (unsigned i = 1; i < q->count; i++)
		fprintf(p->out, "%s `%.*s`", i == 1 ? " in" : ", in", (int)q->len[i], q->words[i]);
	if (near && strcmp(near, word) != 0)
		fprintf(p->out, "; did you mean `%s`?\n", near);
	else
		fputs(".\n", p->out);
	put_containing(p, d, word);
}

bool conf_doc_explain(const struct conf_section *const *sections, const char *const *words,
	unsigned count, FILE *out)
{
	struct page p = { .out = out, .arena = arena_new() };
	struct doc d = doc_read(sections, p.arena);
	struct query q = { .count = 0 };
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++)
		query_add(&q, words[i]);
	for (const struct doc_block *b = d.blocks; b && q.count; b = b->next)
		for (const struct doc_row *r = b->rows; r; r = r->next)
			if (!r->is_arg && is_asked_for(r, &q)) {
				put_row(&p, r, arena_strndup(p.arena, q.words[0], q.len[0]));
				found++;
			}
	if (!found && put_directive(&p, &q))
		found++;
	else if (!found && q.count)
		put_unknown(&p, sections, &d, &q);
	else if (!found)
		fputs("Name a keyword, perhaps with its block: real_server/weight.\n", out);
	arena_free(p.arena);
	return found > 0;
}
