/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collecting what is wrong with a configuration and showing it to people: place, what, the line
 * with a caret, the blocks around. Keeps copies of all it shows, so that it outlives the
 * configuration.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/line.h"
#include "core/conf/report.h"
#include "core/err.h"
#include "core/exit.h"

#define FLOOD	    1000 /* findings */
#define SHOWN_BYTES 120	 /* of a long line */

struct finding {
	enum conf_severity severity;
	unsigned file_number, order;
	unsigned again; /* CONF_NOT_BUILT, CONF_IGNORED: in how many further places */
	char *file;
	uint32_t line, col, width;
	char *text, *context;
	char *origin;	     /* how the line came to be read; NULL = it stands there */
	char *source;	     /* the line, or a part of it; NULL = not at hand */
	uint32_t source_col; /* of the place within source, from 1 */
};

/* Findings of one kind, the first `max` of them kept. */
struct findings {
	struct finding **items;
	unsigned max, kept, found;
};

enum kind {
	KIND_ERROR,
	KIND_WARNING,
	KIND_NOT_BUILT, /* each text once */
	KIND_IGNORED,	/* each text once */
	KIND_COUNT,
};

struct conf_report {
	struct findings kinds[KIND_COUNT];
	bool is_unreadable, hides_lines;
	unsigned repeated; /* in further rounds of a sequence, not counted as found */
	char first[ERR_TEXT_BYTES];
};

struct conf_report *conf_report_new(void)
{
	struct conf_report *r = calloc(1, sizeof(*r));

	static const unsigned max[KIND_COUNT] = { CONF_ERRORS_MAX, CONF_WARNINGS_MAX,
		CONF_KEYWORDS_MAX, CONF_KEYWORDS_MAX };

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

/* Keeps the line, of a very long one the part around the place. */
static void keep_source(struct finding *f, const struct conf_pos *pos)
{
	size_t len = 0, from = 0, at = pos->col ? pos->col - 1 : 0;
	const char *line;

	if (!pos->file || !pos->file->text || !pos->line)
		return;
	line = find_line(pos->file, pos->line, &len);
	if (!line)
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
	f->order = all->kept;
	f->file_number = pos.file ? pos.file->number : 0;
	f->file = pos.file ? copy(pos.file->name, strlen(pos.file->name)) : NULL;
	f->line = pos.line;
	f->col = pos.col;
	f->width = width;
	f->text = text;
	f->context = copy(context, strlen(context));
	f->origin = line_origin_text(&pos);
	if (f->origin)
		clean(f->origin, strlen(f->origin));
	if (!r->hides_lines)
		keep_source(f, &pos);
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

void conf_report_unreadable(struct conf_report *r, const char *path, const char *why)
{
	struct conf_file file = { .name = path };

	r->is_unreadable = true;
	conf_report_add(r, CONF_ERROR, (struct conf_pos){ .file = &file }, 0, "",
		"cannot be read: %s", why);
}

/* ---- showing ---- */

static bool is_error(const struct finding *f)
{
	return f->severity == CONF_ERROR || f->severity == CONF_NOT_BUILT;
}

static int by_place(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a;
	const struct finding *y = *(const struct finding *const *)b;

	if (x->file_number != y->file_number)
		return x->file_number < y->file_number ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	if (is_error(x) != is_error(y))
		return is_error(x) ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void print_place(const struct finding *f, FILE *out)
{
	if (f->file)
		fprintf(out, "%s:", f->file);
	if (f->line)
		fprintf(out, "%u:%u:", f->line, f->col);
	if (f->file || f->line)
		putc(' ', out);
	fprintf(out, "%s: %s", is_error(f) ? "error" : "warning", f->text);
	if (f->again)
		fprintf(out, " (here and in %u further place%s)", f->again,
			f->again == 1 ? "" : "s");
}

/* The line, and below it a caret and tildes under the word; tabs stay tabs in both. */
static void print_source(const struct finding *f, FILE *out)
{
	uint32_t width = f->width ? f->width : 1, len = (uint32_t)strlen(f->source);

	if (width > len - (f->source_col - 1))
		width = len - (f->source_col - 1);
	fprintf(out, "%5u | %s\n      | ", f->line, f->source);
	for (uint32_t i = 0; i + 1 < f->source_col; i++)
		if (f->source[i] == '\t')
			putc('\t', out);
		else if ((f->source[i] & 0xc0) != 0x80) /* one column for each UTF-8 character */
			putc(' ', out);
	putc('^', out);
	for (uint32_t i = f->source_col; i + 1 < f->source_col + width; i++)
		if ((f->source[i] & 0xc0) != 0x80)
			putc('~', out);
	putc('\n', out);
}

static void print_finding(const struct finding *f, FILE *out)
{
	print_place(f, out);
	putc('\n', out);
	if (f->source && *f->source)
		print_source(f, out);
	if (f->origin)
		fprintf(out, "      %s\n", f->origin);
	if (*f->context)
		fprintf(out, "      %s\n", f->context);
}

/* All that is kept, by place; *count of them. Caller frees the array. */
static struct finding **sorted(const struct conf_report *r, unsigned *count)
{
	struct finding **all;

	*count = 0;
	for (int i = 0; i < KIND_COUNT; i++)
		*count += r->kinds[i].kept;
	all = calloc(*count + 1, sizeof(struct finding *));
	if (!all)
		fatal(EXIT_INTERNAL, "out of memory");
	*count = 0;
	for (int i = 0; i < KIND_COUNT; i++) {
		const struct findings *from = &r->kinds[i];

		if (from->kept)
			memcpy(all + *count, from->items, from->kept * sizeof(struct finding *));
		*count += from->kept;
	}
	qsort(all, *count, sizeof(struct finding *), by_place);
	return all;
}

void conf_report_print(const struct conf_report *r, FILE *out)
{
	static const struct {
		enum kind kind;
		const char *name;
	} shortened[] = { { KIND_ERROR, "errors" }, { KIND_WARNING, "warnings" } };
	unsigned count;
	struct finding **all = sorted(r, &count);

	for (unsigned i = 0; i < count; i++)
		print_finding(all[i], out);
	free(all);
	for (unsigned i = 0; i < sizeof(shortened) / sizeof(*shortened); i++) {
		const struct findings *f = &r->kinds[shortened[i].kind];

		if (f->found > f->kept)
			fprintf(out, "... and %u further %s\n", f->found - f->kept,
				shortened[i].name);
	}
}

static const char *plural(unsigned n)
{
	return n == 1 ? "" : "s";
}

void conf_report_sum(const struct conf_report *r, FILE *out)
{
	unsigned errors = r->kinds[KIND_ERROR].found, warnings = r->kinds[KIND_WARNING].found;
	unsigned not_built = r->kinds[KIND_NOT_BUILT].kept, ignored = r->kinds[KIND_IGNORED].kept;

	fprintf(out, "%u error%s, %u warning%s", errors, plural(errors), warnings,
		plural(warnings));
	if (not_built)
		fprintf(out, ", %u keyword%s not supported yet", not_built, plural(not_built));
	if (ignored)
		fprintf(out, ", %u keyword%s ignored", ignored, plural(ignored));
}

const char *conf_report_first(const struct conf_report *r)
{
	const struct finding *first = NULL;
	/* the buffer is part of the report and written here only: the same text each time */
	char *text = ((struct conf_report *)(uintptr_t)r)->first;
	FILE *out;

	for (int kind = 0; kind < KIND_COUNT; kind++)
		for (unsigned i = 0; i < r->kinds[kind].kept; i++) {
			struct finding *const *f = &r->kinds[kind].items[i];

			if (is_error(*f) && (!first || by_place(f, &first) < 0))
				first = *f;
		}
	if (!first)
		return "";
	out = fmemopen(text, sizeof(r->first), "w");
	if (!out)
		return first->text;
	print_place(first, out);
	fclose(out);
	text[sizeof(r->first) - 1] = '\0';
	return text;
}
