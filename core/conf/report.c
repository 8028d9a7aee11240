/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collecting what is wrong with a configuration: place, what, the line, the blocks around. Keeps
 * copies of all that report_print.c shows, so that it outlives the configuration.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/finding.h"
#include "core/conf/line.h"
#include "core/exit.h"

#define FLOOD	    1000 /* findings */
#define SHOWN_BYTES 120	 /* of a long line */

struct conf_report *conf_report_new(void)
{
	static const unsigned max[KIND_COUNT] = { CONF_ERRORS_MAX, CONF_WARNINGS_MAX,
		CONF_KEYWORDS_MAX, CONF_KEYWORDS_MAX };
	struct conf_report *r = calloc(1, sizeof(*r));

	if (!r)
		fatal(EXIT_INTERNAL, "out of memory");
	for (int i = 0; i < KIND_COUNT; i++)
		r->kinds[i].max = max[i];
	return r;
}

static void free_findings(struct findings *all)
{
	for (unsigned i = 0; i < all->kept; i++) {
		free(all->items[i]->file);
		free(all->items[i]->text);
		free(all->items[i]->context);
		free(all->items[i]->origin);
		free(all->items[i]->source);
		free(all->items[i]);
	}
	free(all->items);
}

void conf_report_free(struct conf_report *r)
{
	if (!r)
		return;
	for (int i = 0; i < KIND_COUNT; i++)
		free_findings(&r->kinds[i]);
	free(r);
}

unsigned conf_report_errors(const struct conf_report *r)
{
	return r->kinds[KIND_ERROR].found + r->kinds[KIND_NOT_BUILT].found;
}

unsigned conf_report_warnings(const struct conf_report *r)
{
	return r->kinds[KIND_WARNING].found + r->kinds[KIND_IGNORED].found;
}

unsigned conf_report_not_built(const struct conf_report *r)
{
	return r->kinds[KIND_NOT_BUILT].found;
}

bool conf_report_is_unreadable(const struct conf_report *r)
{
	return r->is_unreadable;
}

bool conf_report_is_flooded(const struct conf_report *r)
{
	return conf_report_errors(r) && conf_report_errors(r) + r->repeated > FLOOD;
}

/* ---- adding ---- */

/* What a file contains does not reach a terminal as it is. */
static void clean(char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			p[i] = '?';
	}
}

static char *copy(const char *text, size_t len)
{
	char *p = malloc(len + 1);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory");
	memcpy(p, text, len);
	p[len] = '\0';
	clean(p, len);
	return p;
}

static const char *find_line(const struct conf_file *file, uint32_t number, size_t *len)
{
	const char *at = file->text, *end = file->text + file->len, *newline;

	for (uint32_t i = 1; i < number; i++) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			return NULL;
		at = newline + 1;
	}
	newline = memchr(at, '\n', (size_t)(end - at));
	*len = (size_t)((newline ? newline : end) - at);
	while (*len && at[*len - 1] == '\r')
		(*len)--;
	return at;
}

static uint32_t word_width(const char *text, size_t len)
{
	size_t n = 0;

	if (len && *text == '"') {
		const char *end = memchr(text + 1, '"', len - 1);

		return end ? (uint32_t)(end - text) + 1 : 1;
	}
	while (n < len && !memchr(" \t{}\"", text[n], 5)) {
		const char *end = text[n] == '$' && n + 1 < len && text[n + 1] == '{'
					  ? memchr(text + n, '}', len - n)
					  : NULL;

		n = end ? (size_t)(end - text) + 1 : n + 1; /* ${NAME} is part of the word */
	}
	return n ? (uint32_t)n : 1;
}

static bool is_in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool has_word(const char *line, size_t len, const char *word)
{
	size_t word_len = strlen(word);
	const char *end = line + len, *at = line;

	while ((at = memmem(at, (size_t)(end - at), word, word_len))) {
		const char *behind = at + word_len;

		if ((at == line || !is_in_word(at[-1])) && (behind == end || !is_in_word(*behind)))
			return true;
		at = behind;
	}
	return false;
}

static bool names_secret(const struct conf_report *r, const char *line, size_t len)
{
	for (unsigned i = 0; i < SECRETS_MAX && r->secrets[i]; i++)
		if (has_word(line, len, r->secrets[i]))
			return true;
	return false;
}

/* Keeps the line, of a very long one the part around the place. */
static void keep_source(const struct conf_report *r, struct finding *f, const struct conf_pos *pos)
{
	size_t len = 0, from = 0, at = pos->col ? pos->col - 1 : 0;
	const char *line;

	if (r->hides_lines || !pos->file || !pos->file->text || !pos->line)
		return;
	line = find_line(pos->file, pos->line, &len);
	if (!line || names_secret(r, line, len))
		return;
	if (at > len)
		at = len;
	if (!f->width)
		f->width = word_width(line + at, len - at);
	if (len > SHOWN_BYTES) {
		from = at > SHOWN_BYTES / 2 ? at - SHOWN_BYTES / 2 : 0;
		for (int i = 0; i < 3 && from && (line[from] & 0xc0) == 0x80; i++)
			from--; /* not into the middle of a UTF-8 character */
		len = len - from > SHOWN_BYTES ? SHOWN_BYTES : len - from;
	}
	while (len > at - from && len &&
		(line[from + len - 1] == ' ' || line[from + len - 1] == '\t'))
		len--;
	f->source = copy(line + from, len);
	f->source_col = (uint32_t)(at - from) + 1;
}

__attribute__((format(printf, 1, 0))) static char *format(const char *fmt, va_list ap)
{
	char *text, *printable;

	if (vasprintf(&text, fmt, ap) < 0)
		fatal(EXIT_INTERNAL, "out of memory");
	printable = copy(text, strlen(text));
	free(text);
	return printable;
}

static struct findings *kind_of(struct conf_report *r, enum conf_severity severity)
{
	switch (severity) {
	case CONF_WARNING: return &r->kinds[KIND_WARNING];
	case CONF_ERROR: break;
	case CONF_NOT_BUILT: return &r->kinds[KIND_NOT_BUILT];
	case CONF_IGNORED: return &r->kinds[KIND_IGNORED];
	}
	return &r->kinds[KIND_ERROR];
}

static bool is_once(enum conf_severity severity)
{
	return severity == CONF_NOT_BUILT || severity == CONF_IGNORED;
}

static void keep(struct findings *all, struct finding *f)
{
	if ((all->kept & (all->kept - 1)) == 0) { /* 0 or a power of two: it is full */
		unsigned room = all->kept ? all->kept * 2 : 1;

		all->items = reallocarray(all->items, room, sizeof(struct finding *));
		if (!all->items)
			fatal(EXIT_INTERNAL, "out of memory");
	}
	all->items[all->kept++] = f;
}

/* The finding that says the same already, or NULL. */
static struct finding *same(const struct findings *all, const char *text)
{
	for (unsigned i = 0; i < all->kept; i++)
		if (strcmp(all->items[i]->text, text) == 0)
			return all->items[i];
	return NULL;
}

/* Did another round of a sequence say the same, or another section that reads the block, too? */
static bool is_told(const struct findings *all, const struct conf_pos *pos, const char *text)
{
	for (unsigned i = 0; pos->file && i < all->kept; i++) {
		const struct finding *f = all->items[i];

		if (f->file_number == pos->file->number && f->line == pos->line &&
			f->col == pos->col && strcmp(f->text, text) == 0)
			return true;
	}
	return false;
}

void conf_report_addv(struct conf_report *r, enum conf_severity severity, struct conf_pos pos,
	uint32_t width, const char *context, const char *fmt, va_list ap)
{
	struct findings *all = kind_of(r, severity);
	struct finding *f;
	char *text;

	if (severity == CONF_ERROR && line_is_faulty(&pos) && all->found)
		return;
	all->found++;
	if (all->kept == all->max)
		return;
	text = format(fmt, ap);
	if (is_told(all, &pos, text)) {
		r->repeated++;
		all->found--;
		free(text);
		return;
	}
	f = is_once(severity) ? same(all, text) : NULL;
	if (f) {
		f->again++;
		free(text);
		return;
	}
	f = calloc(1, sizeof(*f));
	if (!f)
		fatal(EXIT_INTERNAL, "out of memory");
	f->severity = severity;
	f->order = r->order++;
	f->file_number = pos.file ? pos.file->number : 0;
	f->file = pos.file ? copy(pos.file->name, strlen(pos.file->name)) : NULL;
	f->line = pos.line;
	f->col = pos.col;
	f->width = width;
	f->text = text;
	f->context = copy(context, strlen(context));
	f->origin = r->hides_lines ? NULL : line_origin_text(&pos); /* has values */
	if (f->origin)
		clean(f->origin, strlen(f->origin));
	keep_source(r, f, &pos);
	keep(all, f);
}

void conf_report_add(struct conf_report *r, enum conf_severity severity, struct conf_pos pos,
	uint32_t width, const char *context, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	conf_report_addv(r, severity, pos, width, context, fmt, ap);
	va_end(ap);
}

void conf_report_hide(struct conf_report *r, bool is_hidden)
{
	r->hides_lines = is_hidden;
}

void conf_report_hide_keyword(struct conf_report *r, const char *keyword)
{
	for (unsigned i = 0; i < SECRETS_MAX; i++) {
		if (!r->secrets[i])
			r->secrets[i] = keyword;
		if (strcmp(r->secrets[i], keyword) == 0)
			return;
	}
	fatal(EXIT_INTERNAL, "more than %d keywords of secrets", SECRETS_MAX);
}

void conf_report_unreadable(struct conf_report *r, const char *path, const char *why)
{
	struct conf_file file = { .name = path };

	r->is_unreadable = true;
	conf_report_add(r, CONF_ERROR, (struct conf_pos){ .file = &file }, 0, "",
		"cannot be read: %s", why);
}
