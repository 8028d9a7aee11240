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

#define HOLE_BYTES                                                                                 \
	200 /* {{ NAME }} is no longer; looking for its end to the end of a line costs             \
	     */

/* {{ NAME }}, left by a generator: words like others, and wrong wherever they stand. 0 = none. */
static size_t unfilled(const char *text, size_t len)
{
	size_t most = len < HOLE_BYTES ? len : HOLE_BYTES;
	const char *end = len > 4 && text[1] == '{' ? memmem(text, most, "}}", 2) : NULL;

	return end ? (size_t)(end - text) + 2 : 0;
}

/* The first brace from an offset on, or the length. */
static size_t next_brace(const struct word_source *line, size_t at)
{
	const char *begin = line->text + at, *open = memchr(begin, '{', line->len - at);
	size_t len = open ? (size_t)(open - begin) : line->len - at;
	const char *close = memchr(begin, '}', len);

	return at + (close ? (size_t)(close - begin) : len);
}

/* Is the number of quotes from one offset to another odd? */
static bool is_odd(const struct word_source *line, size_t from, size_t to)
{
	bool odd = false;

	if (line->absent & BYTE_QUOTE)
		return false;
	while (from < to)
		odd ^= line->text[from++] == '"';
	return odd;
}

/* The length up to the first brace outside quotes. */
static size_t up_to_brace(const struct word_source *line)
{
	size_t at = next_brace(line, 0), seen = 0;
	bool is_quoted = false;

	while (at < line->len) {
		size_t hole = 0;

		is_quoted ^= is_odd(line, seen, at);
		seen = at;
		if (!is_quoted) {
			if (line->text[at] == '{')
				hole = unfilled(line->text + at, line->len - at);
			if (!hole)
				return at;
		}
		at = next_brace(line, at + (hole ? hole : 1));
	}
	return line->len;
}

/* The kind of the next piece, at the beginning of what is left of the line. */
static enum piece_kind peek(struct tree *t)
{
	struct word_source *line = &t->line;

	while (line->len && is_blank(line->text[0]))
		line_advance(line, 1);
	if (!line->len && (t->is_at_end || !source_next(t->source, line))) {
		t->is_at_end = true;
		t->is_line_begun = true;
		*line = (struct word_source){ .pos = t->source->last };
		return PIECE_END;
	}
	if (line->text[0] == '}')
		return PIECE_CLOSE;
	return line->text[0] == '{' && !unfilled(line->text, line->len) ? PIECE_OPEN : PIECE_WORDS;
}

/* So many bytes of the line are read. */
static void take(struct tree *t, size_t len)
{
	t->is_line_begun = t->line.len > len;
	line_advance(&t->line, len);
}

/* What would mean something at the beginning of a line is behind a brace. */
static bool begins_too_late(struct tree *t, const struct word_source *text)
{
	size_t len = 0;

	if ((text->absent & BYTE_SPECIAL) || t->source->is_canonical ||
		(text->text[0] != '@' && text->text[0] != '~'))
		return false;
	while (len < text->len && !is_blank(text->text[len]) && text->text[len] != '(')
		len++;
	conf_report_add(t->source->report, CONF_ERROR, text->pos, (uint32_t)len, "",
		"`%.*s` must stand at the beginning of a line", (int)len, text->text);
	return true;
}

/* The piece of words that comes next, as a statement; takes it. */
static struct tree_line *statement(struct tree *t)
{
	struct tree_line *line = arena_take(t->arena, sizeof(*line));
	const char *why;
	size_t at, len;
	int n;

	line->raw = t->line;
	line->words = line->room.words;
	line->has_block = false;
	line->children = line->last_child = line->next = NULL;
	n = words_split_few(&line->room, &line->raw, &len);
	if (!n)
		len = up_to_brace(&line->raw);
	take(t, len);
	line->raw.len = len;
	if (begins_too_late(t, &line->raw))
		return NULL;
	if (n) {
		const struct word *last = &line->words[n - 1];

		line->raw.len = (size_t)(last->text - line->room.text) + last->len;
	} else {
		line_trim(&line->raw);
		n = words_split(t->arena, &line->raw, WORDS_PLAIN, &line->words, &at, &why);
	}
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
	unsigned depth = 1;

	while (depth)
		switch (peek(t)) {
		case PIECE_END: return;
		case PIECE_WORDS: take(t, up_to_brace(&t->line)); break;
		case PIECE_OPEN:
			depth++;
			take(t, 1);
			break;
		case PIECE_CLOSE:
			depth--;
			take(t, 1);
			break;
		}
}

/* An opening brace, not taken yet, that nothing stands before. */
static void stray_open(struct tree *t)
{
	conf_report_add(t->source->report, CONF_ERROR, t->line.pos, 1, "",
		"`{` without a keyword before it; what is inside is skipped");
	take(t, 1);
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
		enum piece_kind kind = peek(t);

		if (kind == PIECE_END) {
			not_closed(t, in);
			return;
		}
		if (kind == PIECE_WORDS) {
			line = statement(t);
			if (line)
				append(in, line);
		} else if (kind == PIECE_CLOSE) {
			look_at_indentation(t, in);
			take(t, 1);
			depth--;
		} else if (!line || line->has_block) {
			stray_open(t);
		} else if (depth == CONF_DEPTH_MAX) {
			conf_report_add(t->source->report, CONF_ERROR, t->line.pos, 1, "",
				"more than %d blocks inside one another", CONF_DEPTH_MAX);
			take(t, 1);
			skip_block(t);
		} else {
			take(t, 1);
			line->has_block = true;
			stack[depth++] = line;
		}
	}
}

struct tree_line *tree_next(struct tree *t)
{
	struct tree_line *line = NULL;

	t->suspect = NULL;
	while (!line) {
		switch (peek(t)) {
		case PIECE_END: return NULL;
		case PIECE_WORDS: line = statement(t); break;
		case PIECE_OPEN: stray_open(t); break;
		case PIECE_CLOSE:
			conf_report_add(t->source->report, CONF_ERROR, t->line.pos, 1, "",
				"`}` too many: no block is open here");
			take(t, 1);
			break;
		}
	}
	if (peek(t) == PIECE_OPEN) {
		take(t, 1);
		line->has_block = true;
		block(t, line);
	}
	return line;
}
