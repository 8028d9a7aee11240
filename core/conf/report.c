/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collecting what is wrong with a configuration and showing it to people: place, what, the line
 * with a caret, the blocks around. Keeps copies of all it shows, so that it outlives the
 * configuration.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/report.h"
#include "core/conf/source.h"
#include "core/err.h"
#include "core/exit.h"

#define SHOWN_BYTES 120 /* of a long line */

struct finding {
	enum conf_severity severity;
	unsigned file_number, order;
	char *file;
	uint32_t line, col, width;
	char *text, *context;
	char *source;	     /* the line, or a part of it; NULL = not at hand */
	uint32_t source_col; /* of the place within source, from 1 */
};

struct conf_report {
	struct finding *errors[CONF_ERRORS_MAX], *warnings[CONF_WARNINGS_MAX];
	unsigned error_count, warning_count; /* found, kept or not */
	bool is_unreadable;
	char first[ERR_TEXT_BYTES];
};

struct conf_report *conf_report_new(void)
{
	struct conf_report *r = calloc(1, sizeof(*r));

	if (!r)
		fatal(EXIT_INTERNAL, "out of memory");
	return r;
}

static unsigned kept(unsigned count, unsigned max)
{
	return count < max ? count : max;
}

static void free_findings(struct finding **f, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		free(f[i]->file);
		free(f[i]->text);
		free(f[i]->context);
		free(f[i]->source);
		free(f[i]);
	}
}

void conf_report_free(struct conf_report *r)
{
	if (!r)
		return;
	free_findings(r->errors, kept(r->error_count, CONF_ERRORS_MAX));
	free_findings(r->warnings, kept(r->warning_count, CONF_WARNINGS_MAX));
	free(r);
}

unsigned conf_report_errors(const struct conf_report *r)
{
	return r->error_count;
}

unsigned conf_report_warnings(const struct conf_report *r)
{
	return r->warning_count;
}

bool conf_report_is_unreadable(const struct conf_report *r)
{
	return r->is_unreadable;
}

/* ---- adding ---- */

static char *copy(const char *text, size_t len)
{
	char *p = malloc(len + 1);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory");
	memcpy(p, text, len);
	p[len] = '\0';
	for (size_t i = 0; i < len;
		i++) { /* what a file contains does not reach a terminal as it is */
		unsigned char c = (unsigned char)p[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			p[i] = '?';
	}
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
	while (n < len && !memchr(" \t{}\"", text[n], 5))
		n++;
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
	char *text, *clean;

	if (vasprintf(&text, fmt, ap) < 0)
		fatal(EXIT_INTERNAL, "out of memory");
	clean = copy(text, strlen(text));
	free(text);
	return clean;
}

void conf_report_addv(struct conf_report *r, enum conf_severity severity, struct conf_pos pos,
	uint32_t width, const char *context, const char *fmt, va_list ap)
{
	bool is_error = severity == CONF_ERROR;
	unsigned *count = is_error ? &r->error_count : &r->warning_count;
	unsigned max = is_error ? CONF_ERRORS_MAX : CONF_WARNINGS_MAX;
	struct finding *f;

	if (*count >= max) {
		++*count;
		return;
	}
	f = calloc(1, sizeof(*f));
	if (!f)
		fatal(EXIT_INTERNAL, "out of memory");
	f->severity = severity;
	f->order = *count;
	f->file_number = pos.file ? pos.file->number : 0;
	f->file = pos.file ? copy(pos.file->name, strlen(pos.file->name)) : NULL;
	f->line = pos.line;
	f->col = pos.col;
	f->width = width;
	f->text = format(fmt, ap);
	f->context = copy(context, strlen(context));
	keep_source(f, &pos);
	(is_error ? r->errors : r->warnings)[(*count)++] = f;
}

void conf_report_add(struct conf_report *r, enum conf_severity severity, struct conf_pos pos,
	uint32_t width, const char *context, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	conf_report_addv(r, severity, pos, width, context, fmt, ap);
	va_end(ap);
}

void conf_report_unreadable(struct conf_report *r, const char *path, const char *why)
{
	struct conf_file file = { .name = path };

	r->is_unreadable = true;
	conf_report_add(r, CONF_ERROR, (struct conf_pos){ .file = &file }, 0, "",
		"cannot be read: %s", why);
}

/* ---- showing ---- */

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
	if (x->severity != y->severity)
		return x->severity == CONF_ERROR ? -1 : 1;
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
	fprintf(out, "%s: %s", f->severity == CONF_ERROR ? "error" : "warning", f->text);
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
	if (*f->context)
		fprintf(out, "      %s\n", f->context);
}

void conf_report_print(const struct conf_report *r, FILE *out)
{
	struct finding *all[CONF_ERRORS_MAX + CONF_WARNINGS_MAX];
	unsigned errors = kept(r->error_count, CONF_ERRORS_MAX);
	unsigned warnings = kept(r->warning_count, CONF_WARNINGS_MAX);

	memcpy(all, r->errors, errors * sizeof(*all));
	memcpy(all + errors, r->warnings, warnings * sizeof(*all));
	qsort(all, errors + warnings, sizeof(*all), by_place);
	for (unsigned i = 0; i < errors + warnings; i++)
		print_finding(all[i], out);
	if (r->error_count > errors)
		fprintf(out, "... and %u further errors\n", r->error_count - errors);
	if (r->warning_count > warnings)
		fprintf(out, "... and %u further warnings\n", r->warning_count - warnings);
}

const char *conf_report_first(const struct conf_report *r)
{
	const struct finding *first = NULL;
	/* the buffer is part of the report and written here only: the same text each time */
	char *text = ((struct conf_report *)(uintptr_t)r)->first;
	FILE *out;

	for (unsigned i = 0; i < kept(r->error_count, CONF_ERRORS_MAX); i++)
		if (!first || by_place(&r->errors[i], &first) < 0)
			first = r->errors[i];
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
