/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said of one row, in words: how it is written, what it may be, whether it works. The
 * forms of the documentation put these together. See doc_walk.h.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/doc_walk.h"
#include "core/exit.h"

#define SYNTAX_WIDE                                                                                \
	70 /* an enumeration or a list of options wider than this is not spelled out               \
	    */

void doc_buffer_open(struct doc_buffer *b)
{
	b->out = open_memstream(&b->text, &b->len);
	if (!b->out)
		fatal(EXIT_INTERNAL, "out of memory");
}

const char *doc_buffer_close(struct doc_buffer *b, struct arena *a)
{
	const char *copy;

	fclose(b->out);
	copy = arena_strdup(a, b->text);
	free(b->text);
	return copy;
}

/* ---- states and scopes ---- */

const char *doc_state_word(enum conf_state state)
{
	static const char *const words[] = { "works", "later", "later_ok", "obsolete", "refused" };

	return words[state];
}

const char *doc_state_text(enum conf_state state)
{
	static const char *const texts[] = { "", "not supported yet: an error",
		"not supported yet: ignored with a warning", "obsolete: accepted with a warning",
		"refused: an error" };

	return texts[state];
}

const char *doc_scope_word(enum conf_scope scope)
{
	static const char *const words[] = { "live", "restart", "restart_process", "fixed" };

	return words[scope];
}

const char *doc_scope_text(enum conf_scope scope)
{
	static const char *const texts[] = { "", "the object starts anew",
		"the process starts anew", "a change is refused" };

	return texts[scope];
}

const char *doc_tier_word(enum conf_tier tier)
{
	static const char *const words[] = { "A", "B", "C", "D" };

	return words[tier];
}

/* ---- syntax ---- */

static void put_words(const struct conf_words *set, FILE *out)
{
	for (int i = 0; set->words[i]; i++)
		fprintf(out, "%s%s", i ? "|" : "", set->words[i]);
}

static bool is_word_of_a_set(const struct conf_row *row)
{
	return row->type == &conf_type_enum || row->type == &conf_type_choice;
}

/* The words that may stand there, joined by bars; "" if there are none or too many. */
static const char *set_syntax(const struct conf_row *row, struct arena *a)
{
	struct doc_buffer b;
	const char *text;

	doc_buffer_open(&b);
	if (is_word_of_a_set(row))
		put_words(row->param, b.out);
	else if (row->type == &conf_type_named)
		for (const struct conf_name *n = row->param; n->name; n++)
			fprintf(b.out, "%s|%s", n->name, n[1].name ? "" : "NUMBER");
	text = doc_buffer_close(&b, a);
	return strlen(text) > SYNTAX_WIDE ? "" : text;
}

static const char *type_syntax(const struct conf_row *row, struct arena *a)
{
	const char *set = set_syntax(row, a);
	char *text;
	size_t size;

	if (*set)
		return set;
	if (row->type == &conf_type_none || (row->type->flags & TYPE_VERB))
		return "";
	if (!(row->flags & CONF_OPTIONAL_ARG) || *row->type->name == '[')
		return row->type->name;
	size = strlen(row->type->name) + 3;
	text = arena_alloc(a, size);
	snprintf(text, size, "[%s]", row->type->name);
	return text;
}

/* An option of a line, as "[dev INTERFACE]". */
static void put_option(const struct doc_row *r, struct arena *a, FILE *out)
{
	bool is_needed = r->row->flags & CONF_REQUIRED;
	const char *value = doc_value_syntax(r, a);

	fputs(is_needed ? "" : "[", out);
	if (r->row->type->flags & TYPE_VERB)
		put_words(r->row->param, out);
	else
		fprintf(out, "%s%s%s", r->row->name, *value ? " " : "", value);
	fputs(is_needed ? "" : "]", out);
}

static void put_arg(const struct doc_row *r, FILE *out)
{
	bool is_optional = r->row->flags & CONF_OPTIONAL_ARG;

	fprintf(out, is_optional ? "[%s]" : "%s", r->row->name);
}

static void put_args(const struct doc_block *b, FILE *out)
{
	const char *blank = "";

	for (const struct doc_row *r = b->rows; r; r = r->next) {
		if (!r->is_arg)
			continue;
		fputs(blank, out);
		put_arg(r, out);
		blank = " ";
	}
}

const char *doc_line_syntax(const struct doc_block *b, struct arena *a)
{
	struct doc_buffer buf;
	const char *args;
	unsigned options = 0;

	doc_buffer_open(&buf);
	put_args(b, buf.out);
	args = doc_buffer_close(&buf, a);
	doc_buffer_open(&buf);
	fputs(args, buf.out);
	for (const struct doc_row *r = b->rows; r; r = r->next)
		if (!r->is_arg && r->state != CONF_OBSOLETE && r->state != CONF_REFUSED) {
			fputs(*args || options ? " " : "", buf.out);
			put_option(r, a, buf.out);
			options++;
		}
	fflush(buf.out);
	if (buf.len > SYNTAX_WIDE && options > 1) {
		doc_buffer_close(&buf, a);
		doc_buffer_open(&buf);
		fprintf(buf.out, "%s%s[OPTION] ...", args, *args ? " " : "");
	}
	return doc_buffer_close(&buf, a);
}

static void put_inner(const struct doc_row *r, struct arena *a, FILE *out)
{
	const struct doc_block *inner = r->inner;

	if (r->row->type == &conf_type_line) {
		fputs(doc_line_syntax(inner, a), out);
	} else if (r->row->type == &conf_type_lines) {
		if (doc_is_bare(inner))
			fprintf(out, "{ %s ... }", doc_line_syntax(inner, a));
		else
			fputs("{ ... }", out);
	} else {
		put_args(inner, out);
		if (!doc_is_bare(inner))
			fprintf(out, "%s{ ... }", inner->rows && inner->rows->is_arg ? " " : "");
	}
}

const char *doc_value_syntax(const struct doc_row *r, struct arena *a)
{
	struct doc_buffer b;

	if (!r->inner)
		return type_syntax(r->row, a);
	doc_buffer_open(&b);
	put_inner(r, a, b.out);
	return doc_buffer_close(&b, a);
}

const char *doc_syntax(const struct doc_row *r, struct arena *a)
{
	const char *value = doc_value_syntax(r, a);
	struct doc_buffer b;

	doc_buffer_open(&b);
	if (r->is_arg)
		put_arg(r, b.out);
	else if (r->row->type->flags & TYPE_VERB)
		put_words(r->row->param, b.out);
	else
		fprintf(b.out, "%s%s%s", r->row->name, *value ? " " : "", value);
	return doc_buffer_close(&b, a);
}

/* ---- values ---- */

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
		{ &conf_type_span, 0, INT64_C(4294967295) * 1000000 },
	};

	*min = row->min;
	*max = row->max;
	if (row->min || row->max)
		return true;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (row->type == numbers[i].type) {
			*min = numbers[i].min;
			*max = numbers[i].max;
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
		(type == &conf_type_string && !r->row->unit) || *set_syntax(r->row, a))
		return "";
	doc_buffer_open(&b);
	type->describe(r->row, b.out);
	return doc_buffer_close(&b, a);
}

static void put_limit(const struct conf_row *row, int64_t value, FILE *out)
{
	if (row->type != &conf_type_span || value % 1000000 == 0)
		fprintf(out, "%lld",
			(long long)(row->type == &conf_type_span ? value / 1000000 : value));
	else
		fprintf(out, "%g", (double)value / 1e6);
}

const char *doc_short_range(const struct doc_row *r, struct arena *a)
{
	const char *set = set_syntax(r->row, a), *unit = r->row->unit;
	int64_t min, max;
	struct doc_buffer b;

	if (*set)
		return set;
	if (!doc_limits(r->row, &min, &max))
		return doc_range(r, a);
	doc_buffer_open(&b);
	put_limit(r->row, min, b.out);
	if (max >= (r->row->type == &conf_type_span ? INT64_C(1000000000) * 1000000 : INT32_MAX))
		fputs(" or more", b.out);
	else {
		fputs(" to ", b.out);
		put_limit(r->row, max, b.out);
	}
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
	char text[40];

	if (row->type == &conf_type_span && value % 1000000)
		snprintf(text, sizeof(text), "%lldus", (long long)value);
	else
		snprintf(text, sizeof(text), "%lld",
			(long long)(row->type == &conf_type_span ? value / 1000000 : value));
	return arena_strdup(a, text);
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
	if (type->flags & TYPE_VERB)
		return n ? NULL : "";
	if (is_word_of_a_set(row)) {
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
		fprintf(b.out, "%s%s", r->is_arg ? "" : " ", value);
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
