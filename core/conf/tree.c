/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From lines to statements and blocks. Braces delimit themselves anywhere outside "...": `a { b }`
 * on one line is three pieces. A brace too many or too few is reported with the line of the block
 * it belongs to.
 */
#include <string.h>

#include "core/conf/tree.h"

enum piece_kind {
	PIECE_WORDS,
	PIECE_OPEN,
	PIECE_CLOSE,
	PIECE_END,
};

/* What comes next: `len` bytes at the beginning of what is left of the line. */
struct piece {
	enum piece_kind kind;
	size_t len;
};

/* {{ NAME }}, left by a generator: words like others, and wrong wherever they stand. 0 = none. */
static size_t unfilled(const char *text, size_t len)
{
	const char *end = len > 4 && text[1] == '{' ? memmem(text, len, "}}", 2) : NULL;

	return end ? (size_t)(end - text) + 2 : 0;
}

/* The length up to the first brace outside quotes. */
static size_t up_to_brace(const struct word_source *line)
{
	bool is_quoted = false;
	size_t hole;

	if (line->absent & BYTE_BRACE)
		return line->len;
	for (size_t i = 0; i < line->len; i++) {
		char c = line->text[i];

		if (!(byte_kind(c) & (BYTE_BRACE | BYTE_QUOTE)))
			continue;
		if (c == '"')
			is_quoted = !is_quoted;
		if (is_quoted || (c != '{' && c != '}'))
			continue;
		hole = c == '{' ? unfilled(line->text + i, line->len - i) : 0;
		if (!hole)
			return i;
		i += hole - 1;
	}
	return line->len;
}

/* The next piece; it stays the next one until take(). */
static struct piece peek(struct tree *t)
{
	struct word_source *line = &t->line;
	size_t len;

	while (line->len && is_blank(line->text[0]))
		line_advance(line, 1);
	if (!line->len && (t->is_at_end || !source_next(t->source, line))) {
		t->is_at_end = true;
		t->is_line_begun = true;
		*line = (struct word_source){ .pos = t->source->last };
		return (struct piece){ PIECE_END, 0 };
	}
	len = up_to_brace(line);
	if (len)
		return (struct piece){ PIECE_WORDS, len };
	return (struct piece){ line->text[0] == '{' ? PIECE_OPEN : PIECE_CLOSE, 1 };
}

static void take(struct tree *t, const struct piece *p)
{
	t->is_line_begun = t->line.len > p->len;
	line_advance(&t->line, p->len);
}

/* What would mean something at the beginning of a line is behind a brace. */
static bool begins_too_late(struct tree *t, const struct word_source *text)
{
	size_t len = 0;

	if (t->source->is_canonical || (text->text[0] != '@' && text->text[0] != '~'))
		return false;
	while (len < text->len && !is_blank(text->text[len]) && text->text[len] != '(')
		len++;
	conf_report_add(t->source->report, CONF_ERROR, text->pos, (uint32_t)len, "",
		"`%.*s` must stand at the beginning of a line", (int)len, text->text);
	return true;
}

/* The piece of words as a statement, and takes it. */
static struct tree_line *statement(struct tree *t, const struct piece *p)
{
	struct tree_line *line = arena_alloc(t->arena, sizeof(*line));
	const char *why;
	size_t at;
	int n;

	line->raw = t->line;
	line->raw.len = p->len;
	take(t, p);
	if (begins_too_late(t, &line->raw))
		return NULL;
	while (line->raw.len && is_blank(line->raw.text[line->raw.len - 1]))
		line->raw.len--;
	n = words_split(t->arena, &line->raw, WORDS_PLAIN, &line->words, &at, &why);
	if (n < 0) {
		conf_report_add(t->source->report, CONF_ERROR, line_pos(&line->raw, at, 1, NULL), 1,
			"", "%s", why);
		return NULL;
	}
	line->count = (unsigned)n;
	return line;
}

static void not_closed(struct tree *t, const struct tree_line *open)
{
	uint32_t end = t->source->last.line;

	if (t->source->is_given_up)
		return; /* there is more, but it is not read */
	if (t->suspect)
		conf_report_add(t->source->report, CONF_ERROR, open->words[0].pos,
			(uint32_t)open->raw.len, "",
			"`}` is missing: this block is not closed before the end (line %u); by the "
			"indentation, look at `%s` in line %u",
			end, t->suspect->words[0].text, t->suspect->words[0].pos.line);
	else
		conf_report_add(t->source->report, CONF_ERROR, open->words[0].pos,
			(uint32_t)open->raw.len, "",
			"`}` is missing: this block is not closed before the end (line %u)", end);
}

/*
 * A `}` that begins its line further left than the block it closes may be meant for another one. It
 * is not taken yet.
 */
static void look_at_indentation(struct tree *t, const struct tree_line *closed)
{
	const struct conf_pos *open = &closed->words[0].pos, *here = &t->line.pos;

	if (!t->suspect && !t->is_line_begun && here->file == open->file &&
		here->line != open->line && here->col < open->col)
		t->suspect = closed;
}

/* Reads over a block without looking at it; the opening brace is taken. */
static void skip_block(struct tree *t)
{
	for (unsigned depth = 1; depth;) {
		struct piece p = peek(t);

		if (p.kind == PIECE_END)
			return;
		take(t, &p);
		if (p.kind == PIECE_OPEN)
			depth++;
		else if (p.kind == PIECE_CLOSE)
			depth--;
	}
}

/* An opening brace, not taken yet, that nothing stands before. */
static void stray_open(struct tree *t, const struct piece *p)
{
	conf_report_add(t->source->report, CONF_ERROR, t->line.pos, 1, "",
		"`{` without a keyword before it; what is inside is skipped");
	take(t, p);
	skip_block(t);
}

static void append(struct tree_line *in, struct tree_line *line)
{
	if (in->last_child)
		in->last_child->next = line;
	else
		in->children = line;
	in->last_child = line;
}

/*
 * The statements up to the brace that closes `open`. A loop over a stack of open blocks rather than
 * a recursion, so that the depth of a file costs no stack of ours.
 */
static void block(struct tree *t, struct tree_line *open)
{
	struct tree_line *stack[CONF_DEPTH_MAX] = { open };
	unsigned depth = 1;

	while (depth) {
		struct tree_line *in = stack[depth - 1], *line = in->last_child;
		struct piece p = peek(t);

		if (p.kind == PIECE_END) {
			not_closed(t, in);
			return;
		}
		if (p.kind == PIECE_CLOSE) {
			look_at_indentation(t, in);
			take(t, &p);
			depth--;
		} else if (p.kind == PIECE_WORDS) {
			line = statement(t, &p);
			if (line)
				append(in, line);
		} else if (!line || line->has_block) {
			stray_open(t, &p);
		} else if (depth == CONF_DEPTH_MAX) {
			conf_report_add(t->source->report, CONF_ERROR, t->line.pos, 1, "",
				"more than %d blocks inside one another", CONF_DEPTH_MAX);
			take(t, &p);
			skip_block(t);
		} else {
			take(t, &p);
			line->has_block = true;
			stack[depth++] = line;
		}
	}
}

struct tree_line *tree_next(struct tree *t)
{
	struct tree_line *line = NULL;
	struct piece p;

	t->suspect = NULL;
	while (!line) {
		p = peek(t);
		if (p.kind == PIECE_END)
			return NULL;
		if (p.kind == PIECE_WORDS) {
			line = statement(t, &p);
		} else if (p.kind == PIECE_OPEN) {
			stray_open(t, &p);
		} else {
			conf_report_add(t->source->report, CONF_ERROR, t->line.pos, 1, "",
				"`}` too many: no block is open here");
			take(t, &p);
		}
	}
	p = peek(t);
	if (p.kind == PIECE_OPEN) {
		take(t, &p);
		line->has_block = true;
		block(t, line);
	}
	return line;
}
