/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the value of a row may be, in words and as examples, and the sentences about it. See
 * doc_walk.h.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "core/conf/doc_walk.h"

#define SPAN_OPEN (INT64_C(1000000000) * 1000000) /* who needs more than 30 years */

/* ---- ranges ---- */

bool doc_limits(const struct conf_row *row, int64_t *min, int64_t *max)
{
	static const struct {
		const struct conf_type *type;
		int64_t min, max;
	} numbers[] = {
		{ &conf_type_u8, 0, UINT8_MAX },
		{ &conf_type_u16, 0, UINT16_MAX },
		{ &conf_type_u32, 0, UINT32_MAX },
		{ &conf_type_i32, INT32_MIN, INT32_MAX },
		{ &conf_type_weight, INT32_MIN, INT32_MAX },
		{ &conf_type_span, 0, INT64_C(4294967295) * 1000000 },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (row->type == numbers[i].type) {
			bool is_given = row->min || row->max;

			*min = is_given ? row->min : numbers[i].min;
			*max = is_given ? row->max : numbers[i].max;
			return true;
		}
	return false;
}

const char *doc_range(const struct doc_row *r, struct arena *a)
{
	const struct conf_type *type = r->row->type;
	struct doc_buffer b;

	if (!type->describe || (type->flags & (TYPE_BLOCK | TYPE_VERB)) ||
		type == &conf_type_flag || type == &conf_type_none || type == &conf_type_ifname ||
		type == &conf_type_addr || type == &conf_type_user || type == &conf_type_script ||
		(type == &conf_type_string && !r->row->unit) || *doc_set_syntax(r->row, a))
		return "";
	doc_buffer_open(&b);
	type->describe(r->row, b.out);
	return doc_buffer_close(&b, a);
}

/* A number; of a time, its seconds as they would be written. */
static void put_number(const struct conf_row *row, int64_t value, FILE *out)
{
	int64_t fraction = value % 1000000;
	int digits = 6;

	if (row->type != &conf_type_span) {
		fprintf(out, "%" PRId64, value);
		return;
	}
	fprintf(out, "%" PRId64, value / 1000000);
	if (!fraction)
		return;
	for (; fraction % 10 == 0; fraction /= 10)
		digits--;
	fprintf(out, ".%0*" PRId64, digits, fraction);
}

const char *doc_short_range(const struct doc_row *r, struct arena *a)
{
	const char *set = doc_set_syntax(r->row, a), *unit = r->row->unit;
	int64_t min, max;
	struct doc_buffer b;
	bool is_open;

	if (*set)
		return set;
	if (!doc_limits(r->row, &min, &max))
		return doc_range(r, a);
	is_open = max >= (r->row->type == &conf_type_span ? SPAN_OPEN : INT32_MAX);
	if (is_open && min <= INT32_MIN)
		return "";
	doc_buffer_open(&b);
	put_number(r->row, min, b.out);
	fputs(is_open ? " or more" : " to ", b.out);
	if (!is_open)
		put_number(r->row, max, b.out);
	if (unit)
		fprintf(b.out, " %s", unit);
	return doc_buffer_close(&b, a);
}

const char *doc_instead(const struct doc_row *r, struct arena *a)
{
	const char *text = r->row->instead;
	char *sentence;
	size_t len, size;

	if (!text || !*text)
		return "";
	len = strlen(text);
	size = len + 2;
	sentence = arena_alloc(a, size);
	snprintf(sentence, size, "%s%s", text, text[len - 1] == '.' ? "" : ".");
	/* the name of a program or keyword keeps its small letter */
	if (strcspn(text, " ") == strspn(text, "abcdefghijklmnopqrstuvwxyz") &&
		strncmp(text, "keepd", 5) != 0 && strncmp(text, "keepctl", 7) != 0)
		sentence[0] = (char)toupper((unsigned char)sentence[0]);
	return sentence;
}

const char *doc_first_sentence(const struct doc_row *r, struct arena *a)
{
	const char *doc = r->row->doc ? r->row->doc : "", *at = doc;

	while ((at = strstr(at, ". "))) {
		if (isupper((unsigned char)at[2]))
			return arena_strndup(a, doc, (size_t)(at - doc) + 1);
		at++;
	}
	return doc;
}

/* ---- examples ---- */

static const char *nth_line(const char *text, unsigned n, struct arena *a)
{
	while (n--) {
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
	}
	return arena_strndup(a, text, strcspn(text, "\n"));
}

static const char *number_example(const struct conf_row *row, int64_t value, struct arena *a)
{
	struct doc_buffer b;

	doc_buffer_open(&b);
	put_number(row, value, b.out);
	return doc_buffer_close(&b, a);
}

/* What says more to people than the limits would. */
static const char *usual_value(const struct conf_row *row)
{
	int64_t min, max;

	if (row->type == &conf_type_script)
		return "\"/etc/keepd/script.sh argument\"";
	if (row->type == &conf_type_user)
		return "nobody";
	if (row->dflt || !doc_limits(row, &min, &max))
		return NULL;
	if (row->type == &conf_type_u16 && max == UINT16_MAX)
		return "80";
	if (row->type == &conf_type_weight)
		return min <= 10 && max >= 10 ? "10" : NULL;
	if (row->type == &conf_type_span)
		return min <= 1000000 && max >= 1000000 ? "1" : NULL;
	return min <= 1 && max >= 1 ? "1" : NULL;
}

/* Of a number: its default (if any), the least, the greatest. */
static const char *nth_number(const struct conf_row *row, unsigned n, struct arena *a)
{
	int64_t min, max;

	if (row->dflt && n-- == 0)
		return row->dflt;
	if (!doc_limits(row, &min, &max) || n > 1)
		return NULL;
	return number_example(row, n ? max : min, a);
}

const char *doc_example(const struct doc_row *r, unsigned n, struct arena *a)
{
	const struct conf_row *row = r->row;
	const struct conf_type *type = row->type;
	int64_t min, max;

	if (row->example)
		return nth_line(row->example, n, a);
	if (n == 0 && usual_value(row))
		return usual_value(row);
	if (type->flags & TYPE_VERB)
		return n ? NULL : "";
	if (doc_is_word_of_a_set(row)) {
		const struct conf_words *set = row->param;

		for (unsigned i = 0; i < n; i++)
			if (!set->words[i])
				return NULL;
		return set->words[n];
	}
	if (type == &conf_type_named)
		return nth_number(row, n, a);
	if (type == &conf_type_string && row->unit)
		return NULL; /* not any text will do */
	if (type == &conf_type_string && n == 0)
		return row->dflt ? row->dflt : "example";
	if (type->examples)
		return nth_line(type->examples, n, a);
	if (doc_limits(row, &min, &max))
		return nth_number(row, n, a);
	return n ? NULL : row->dflt;
}

static void put_example_args(const struct doc_block *b, struct arena *a, FILE *out)
{
	const char *blank = "";

	for (const struct doc_row *r = b->rows; r; r = r->next) {
		const char *value = r->is_arg ? doc_example(r, 0, a) : NULL;

		if (!value)
			continue;
		fprintf(out, "%s%s", blank, value);
		blank = " ";
	}
}

const char *doc_example_entry(const struct doc_block *b, struct arena *a)
{
	struct doc_buffer buf;

	doc_buffer_open(&buf);
	if (b->opener->row->example)
		fputs(nth_line(b->opener->row->example, 0, a), buf.out);
	else
		put_example_args(b, a, buf.out);
	return doc_buffer_close(&buf, a);
}

static void put_example_verb(const struct doc_row *r, FILE *out)
{
	const struct conf_words *set = r->row->param;

	fputs(set->words[0], out);
}

const char *doc_example_line(const struct doc_row *r, struct arena *a)
{
	const char *value;
	struct doc_buffer b;

	doc_buffer_open(&b);
	if (r->row->type->flags & TYPE_VERB) {
		put_example_verb(r, b.out);
		return doc_buffer_close(&b, a);
	}
	if (!r->is_arg)
		fputs(r->row->name, b.out);
	if (r->inner && r->row->type == &conf_type_lines)
		value = "{";
	else if (r->inner)
		value = doc_example_entry(r->inner, a);
	else
		value = doc_example(r, 0, a);
	if (value && *value)
		fprintf(b.out, "%s%s", r->is_arg || !*r->row->name ? "" : " ", value);
	if (r->inner && r->row->type == &conf_type_block && !doc_is_bare(r->inner))
		fputs(" {", b.out);
	return doc_buffer_close(&b, a);
}

const char *doc_example_whole(const struct doc_row *r, struct arena *a)
{
	const char *line = doc_example_line(r, a);
	struct doc_buffer b;

	if (!*line || line[strlen(line) - 1] != '{')
		return line;
	doc_buffer_open(&b);
	fprintf(b.out, "%s %s }", line,
		r->row->type == &conf_type_lines ? doc_example_entry(r->inner, a) : "...");
	return doc_buffer_close(&b, a);
}
