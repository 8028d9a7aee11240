/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Showing to people what a report has collected: by place, compiler-like, with the line and a
 * caret.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/finding.h"
#include "core/exit.h"

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
		enum finding_kind kind;
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
