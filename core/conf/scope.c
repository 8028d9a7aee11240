/* SPDX-License-Identifier: Apache-2.0 */
/* What the parsers of blocks and of lines share; see scope.h. */
#include <stdlib.h>
#include <string.h>

#include "core/conf/scope.h"

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

void scope_mark_faulty(struct scope *s)
{
	for (; s; s = s->outer)
		for (unsigned i = 0; i < s->count; i++)
			obj_mark_faulty(s->obj[i]);
}

void scope_complain(
	struct parser *p, enum conf_severity severity, const struct word *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	conf_report_addv(p->report, severity, w->pos, w->width, context(p, &w->pos), fmt, ap);
	va_end(ap);
	if (severity == CONF_ERROR)
		scope_mark_faulty(p->scope);
}

bool scope_announce(
	struct parser *p, const struct word *w, const struct conf_row *row, enum keyword_kind kind)
{
	const char *instead = row->instead ? row->instead : "";
	const char *colon = row->instead ? ": " : "";

	if (p->is_canonical)
		return false;
	if (row->flags & CONF_GENERATED) {
		scope_complain(p, CONF_ERROR, w, "`%s` is written by keepd itself only", w->text);
		return true;
	}
	if (kind == KEYWORD_DEPRECATED)
		scope_complain(
			p, CONF_WARNING, w, "`%s` is deprecated; write `%s`", w->text, row->name);
	switch (row->state) {
	case CONF_WORKS: return false;
	case CONF_LATER:
		scope_complain(p, CONF_NOT_BUILT, w, "`%s` is not supported yet%s%s", w->text,
			colon, instead);
		break;
	case CONF_LATER_OK:
		scope_complain(p, CONF_IGNORED, w, "`%s` is not supported yet and is ignored%s%s",
			w->text, colon, instead);
		break;
	case CONF_OBSOLETE:
		scope_complain(p, CONF_WARNING, w, "`%s` is obsolete%s%s", w->text, colon, instead);
		break;
	case CONF_REFUSED:
		scope_complain(p, CONF_ERROR, w, "`%s` is refused%s%s", w->text, colon, instead);
		return true;
	}
	return row->type == &conf_type_none;
}

struct type_in scope_input(
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

void scope_place(struct scope *s, unsigned n, unsigned row, const struct word *w)
{
	struct obj_meta *meta = obj_meta(s->obj[n]);

	if (bit_get(meta->placed, row))
		return;
	bit_set(meta->placed, row);
	s->places[n][row] = w->pos;
}

int scope_read_value(
	struct parser *p, struct scope *s, unsigned n, unsigned row_number, struct type_in *in)
{
	struct conf_obj *obj = s->obj[n];
	const struct conf_row *row = in->row;
	void *field = row_field(obj, row);
	const struct word *w = in->next < in->count ? &in->words[in->next] : in->keyword;

	if (!bit_get(obj->set, row_number) && (row->type->flags & TYPE_ADDS))
		memset(field, 0, row->type->size); /* what is written replaces the default */
	scope_place(s, n, row_number, w);
	bit_set(obj->set, row_number);
	if (row->type->read(in, field) == 0)
		return 0;
	scope_mark_faulty(p->scope);
	return -1;
}

/* Does the line go on with an option of the block, or not at all? */
static bool is_missing(const struct block_index *index, const struct tree_line *line, unsigned next)
{
	const struct word *w = &line->words[next];
	enum keyword_kind kind;

	return next == line->count ||
	       (index->block->is_line && block_index_find(index, w->text, w->len, &kind) >= 0);
}

int scope_read_args(
	struct parser *p, struct scope *s, unsigned n, const struct tree_line *line, unsigned *next)
{
	const struct conf_block *block = s->index[n]->block;
	struct type_in in;

	if (!block->arg_count)
		return 0;
	in = scope_input(p, line, *next, NULL);
	in.is_arg = true;
	for (unsigned i = 0; i < block->arg_count; i++) {
		const struct conf_row *arg = in.row = &block->args[i];

		if (arg->flags & CONF_FLOATS)
			continue;
		if ((arg->flags & CONF_OPTIONAL_ARG) && is_missing(s->index[n], line, *next))
			continue;
		if (*next == line->count) {
			type_word(&in); /* complains */
			scope_mark_faulty(p->scope);
			return -1;
		}
		if (scope_read_value(p, s, n, i, &in) < 0)
			return -1;
		*next = in.next;
	}
	return 0;
}

/* ---- objects ---- */

void scope_enter(struct parser *p, struct scope *s, unsigned n, struct conf_obj *obj,
	struct block_index *index)
{
	const struct obj_meta *meta = obj_meta(obj);
	unsigned known = 0;

	s->obj[n] = obj;
	s->index[n] = index;
	s->places[n] = arena_take(p->scratch, index->row_count * sizeof(struct conf_pos));
	if (!meta->places)
		return;
	for (unsigned i = 0; i < index->row_count; i++) /* a block that goes on */
		if (bit_get(meta->placed, i))
			s->places[n][i] = meta->places[known++];
}

/* The places of the written rows, packed, go with the object. */
void scope_leave(struct parser *p, struct scope *s, unsigned n)
{
	struct obj_meta *meta = obj_meta(s->obj[n]);
	struct conf_pos *packed = s->places[n]; /* in place: no row moves up */
	unsigned count = 0;

	for (unsigned word = 0; word < CONF_SET_WORDS; word++)
		for (uint64_t bits = meta->placed[word]; bits; bits &= bits - 1)
			packed[count++] = packed[word * 64 + (unsigned)__builtin_ctzll(bits)];
	meta->places = arena_take(p->conf->arena, count * sizeof(*meta->places));
	memcpy(meta->places, packed, count * sizeof(*packed));
}

void scope_check_required(struct parser *p, struct scope *s, unsigned n)
{
	const struct block_index *index = s->index[n];

	for (unsigned i = 0; i < index->required_count; i++) {
		unsigned number = index->required_rows[i];
		const struct conf_row *row = conf_row(index->block, number);

		if (bit_get(s->obj[n]->set, number) || s->is_blurred)
			continue;
		p->scope = s->outer;
		scope_complain(p, CONF_ERROR, &s->line->words[0], "%s: `%s` is missing",
			index->block->is_line ? s->line->words[0].text : index->block->name,
			row->name);
		p->scope = s;
		scope_mark_faulty(s);
	}
}
