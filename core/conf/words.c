/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cutting lines into words; see words.h for the two ways. Knows no keyword and no file: the tree
 * (tree.c) calls it for each line, the script and regex types (types_text.c) a second time, the
 * runner for the argv of a command.
 */
#include <string.h>

#include "core/conf/line.h"

struct cutter {
	struct arena *arena;
	const struct word_source *src;
	enum word_style style;
	size_t at;
	char *out; /* text of all words; never longer than the source plus a NUL for each word */
	size_t out_len;
	const char *why;
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static void put(struct cutter *c, char byte)
{
	c->out[c->out_len++] = byte;
}

static bool more(const struct cutter *c)
{
	return c->at < c->src->len;
}

static char peek(const struct cutter *c)
{
	return c->src->text[c->at];
}

/* Up to `digits` digits of the base at the place; at least one is there. */
static int number(struct cutter *c, int base, int digits)
{
	int value = 0;

	while (digits-- && more(c)) {
		int d = hex_value(peek(c));

		if (d < 0 || d >= base)
			break;
		value = value * base + d;
		c->at++;
	}
	return value & 0xff;
}

/* Behind a backslash. Returns the byte, or -1 for a NUL. */
static int escape(struct cutter *c)
{
	static const char names[] = "abEfnrtv", bytes[] = "\a\b\033\f\n\r\t\v";
	char byte = peek(c);
	const char *name = memchr(names, byte, sizeof(names) - 1);
	int value = (unsigned char)byte;

	if (byte >= '0' && byte <= '7') {
		value = number(c, 8, 3);
	} else if (byte == 'x' && c->at + 1 < c->src->len &&
		   hex_value(c->src->text[c->at + 1]) >= 0) {
		c->at++;
		value = number(c, 16, 2);
	} else if (byte == 'c' && c->at + 1 < c->src->len) {
		value = c->src->text[c->at + 1] & 0x1f;
		c->at += 2;
	} else {
		if (name)
			value = bytes[name - names];
		c->at++;
	}
	return value ? value : -1;
}

static int put_escape(struct cutter *c)
{
	size_t begin = c->at++;
	int byte;

	if (!more(c)) { /* a backslash at the very end stands for itself */
		put(c, '\\');
		return 0;
	}
	byte = escape(c);
	if (byte < 0) {
		c->at = begin;
		c->why = "an escape cannot stand for a NUL byte";
		return -1;
	}
	put(c, (char)byte);
	return 0;
}

/* From an opening quote to behind the closing one. */
static int quoted(struct cutter *c)
{
	size_t begin = c->at;
	char quote = c->src->text[c->at++];

	while (more(c)) {
		char byte = peek(c);

		if (byte == quote && c->src->is_canonical && c->style != WORDS_SCRIPT_ESCAPED &&
			c->at + 1 < c->src->len && c->src->text[c->at + 1] == quote) {
			put(c, quote);
			c->at += 2;
		} else if (byte == quote) {
			c->at++;
			return 0;
		} else if (byte == '\\' && c->style == WORDS_SCRIPT_ESCAPED) {
			if (put_escape(c) < 0)
				return -1;
		} else {
			put(c, byte);
			c->at++;
		}
	}
	c->at = begin;
	c->why = quote == '"' ? "the quote \" is not closed on this line"
			      : "the quote ' is not closed on this line";
	return -1;
}

/* One byte outside quotes: \# and \! stand for # and ! (unprotected they begin a comment). */
static int unquoted(struct cutter *c)
{
	char byte = peek(c);
	char next = c->at + 1 < c->src->len ? c->src->text[c->at + 1] : '\0';

	if (byte == '\\' && (next == '#' || next == '!')) {
		put(c, next);
		c->at += 2;
		return 0;
	}
	if (byte == '\\' && c->style == WORDS_SCRIPT_ESCAPED)
		return put_escape(c);
	put(c, byte);
	c->at++;
	return 0;
}

static int plain_word(struct cutter *c)
{
	if (peek(c) == '"')
		return quoted(c);
	while (more(c) && !is_blank(peek(c)) && peek(c) != '"')
		if (unquoted(c) < 0)
			return -1;
	return 0;
}

static int script_word(struct cutter *c)
{
	while (more(c) && !is_blank(peek(c))) {
		bool is_quote = peek(c) == '"' || (peek(c) == '\'' && !c->src->is_canonical) ||
				(peek(c) == '\'' && c->style == WORDS_SCRIPT_ESCAPED);

		if ((is_quote ? quoted(c) : unquoted(c)) < 0)
			return -1;
	}
	return 0;
}

static unsigned count_at_most(const struct word_source *src)
{
	unsigned n = 1;

	for (size_t i = 1; i < src->len; i++)
		n += src->text[i] == '"' || (is_blank(src->text[i]) && !is_blank(src->text[i - 1]));
	return n;
}

/* One copy, in which blanks become the ends of words. */
int words_split_few(struct words_room *room, const struct word_source *src, size_t *used)
{
	struct word *w = room->words;
	char *at = room->text, *begin;

	if (src->len >= sizeof(room->text) || src->map || !(src->absent & BYTE_QUOTE) ||
		!(src->absent & BYTE_ESCAPE))
		return 0;
	memcpy(at, src->text, src->len);
	at[src->len] = '\0'; /* which is BYTE_END */
	for (;; w++) {
		while (byte_kind(*at) == BYTE_BLANK)
			at++;
		*used = (size_t)(at - room->text);
		if (!*at || *at == '}' || (*at == '{' && at[1] != '{'))
			return (int)(w - room->words);
		if (*at == '{' || w == room->words + FEW_WORDS)
			return 0;
		begin = at;
		while (!(byte_kind(*at) & (BYTE_BLANK | BYTE_END | BYTE_BRACE)))
			at++;
		if (byte_kind(*at) == BYTE_BRACE)
			return 0; /* without a blank before it */
		w->text = begin;
		w->len = w->width = (uint32_t)(at - begin);
		w->pos = src->pos;
		w->pos.col += (uint32_t)(begin - room->text);
		if (*at)
			*at++ = '\0';
	}
}

int words_split(struct arena *a, const struct word_source *src, enum word_style style,
	struct word **words, size_t *at, const char **why)
{
	struct cutter c = { .arena = a, .src = src, .style = style };
	unsigned max = count_at_most(src);
	int n = 0;

	*words = arena_alloc(a, max * sizeof(**words));
	c.out = arena_alloc(a, src->len + max);
	for (;;) {
		struct word *w = &(*words)[n];
		size_t begin, out = c.out_len;

		while (more(&c) && is_blank(peek(&c)))
			c.at++;
		if (!more(&c))
			return n;
		begin = c.at;
		if ((style == WORDS_PLAIN ? plain_word(&c) : script_word(&c)) < 0) {
			*at = c.at;
			*why = c.why;
			return -1;
		}
		w->text = c.out + out;
		w->len = (uint32_t)(c.out_len - out);
		w->pos = line_pos(src, begin, c.at - begin, &w->width);
		put(&c, '\0');
		n++;
	}
}

int script_argv(struct arena *a, const char *command, char ***argv, struct err *e)
{
	struct word_source src = { .text = command, .len = strlen(command) };
	struct word *words;
	const char *why;
	size_t at;
	int n = words_split(a, &src, WORDS_SCRIPT_ESCAPED, &words, &at, &why);

	if (n < 0)
		return err_set(e, "command `%s`, column %zu: %s", command, at + 1, why);
	if (n == 0 || !words[0].len)
		return err_set(e, "an empty command");
	*argv = arena_alloc(a, ((size_t)n + 1) * sizeof(**argv));
	for (int i = 0; i < n; i++)
		(*argv)[i] = arena_strndup(a, words[i].text, words[i].len);
	return n;
}
