/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arguments of a sequence: which variables, and their values in each round. Parameters in the
 * arguments are replaced first, so that a list may come from one. See sequence.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/sequence.h"

#define NUMBER_MAX (INT64_C(1) << 62)
#define VALUE_COST 16

struct reading {
	struct expand *e;
	const char *what; /* ~SEQ, ~SEQx, ~LST */
	struct word_source args;
	struct sequence *s;
};

__attribute__((format(printf, 3, 4))) static int complain(
	struct reading *r, const struct word_source *at, const char *fmt, ...)
{
	uint32_t width;
	struct conf_pos pos = line_pos(at, 0, at->len, &width);
	va_list ap;

	va_start(ap, fmt);
	conf_report_addv(r->e->report, CONF_ERROR, pos, width ? width : 1, "", fmt, ap);
	va_end(ap);
	return -1;
}

/* What stands before the next comma outside {} and "", trimmed; false when nothing is left. */
static bool next_part(struct word_source *rest, struct word_source *part)
{
	bool is_quoted = false, is_grouped = false;
	size_t n = 0;

	if (!rest->text)
		return false;
	for (; n < rest->len; n++) {
		char c = rest->text[n];

		is_quoted ^= c == '"';
		if (is_quoted)
			continue;
		is_grouped = c == '{' || (is_grouped && c != '}');
		if (c == ',' && !is_grouped)
			break;
	}
	*part = *rest;
	part->len = n;
	line_trim(part);
	if (n < rest->len)
		line_advance(rest, n + 1);
	else
		rest->text = NULL;
	return true;
}

/* The inside of {...}; a part without braces is its own. True if there were braces. */
static bool ungroup(struct word_source *part)
{
	if (part->len < 2 || part->text[0] != '{' || part->text[part->len - 1] != '}')
		return false;
	part->len--;
	line_advance(part, 1);
	line_trim(part);
	return true;
}

static int add_name(struct reading *r, const struct word_source *name)
{
	struct sequence *s = r->s;

	if (!name->len || param_name_len(name->text, name->len) != name->len)
		return complain(r, name, "%s: `%.*s` cannot be the name of a variable", r->what,
			(int)name->len, name->text);
	if (s->vars == CONF_VARS_MAX)
		return complain(r, name, "%s: more than %d variables", r->what, CONF_VARS_MAX);
	s->names[s->vars++] = arena_strndup(r->e->arena, name->text, name->len);
	return 0;
}

/* ---- numbers ---- */

static int read_number(struct reading *r, const struct word_source *part, int64_t *number)
{
	char *text = arena_strndup(r->e->arena, part->text, part->len), *end;

	errno = 0;
	*number = strtoll(text, &end, 0);
	if (end == text || *end)
		return complain(r, part, "%s: `%s` is not a number", r->what, text);
	if (errno || *number > NUMBER_MAX || *number < -NUMBER_MAX)
		return complain(r, part, "%s: `%s` is too large", r->what, text);
	return 0;
}

static int check_step(struct reading *r, const struct word_source *at, int64_t end)
{
	struct sequence *s = r->s;
	int64_t way = end - s->start;

	if (!s->step)
		return complain(r, at, "%s: a step of 0 leads nowhere", r->what);
	if (way && (way < 0) != (s->step < 0))
		return complain(r, at,
			"%s: steps of %" PRId64 " do not lead from %" PRId64 " to %" PRId64,
			r->what, s->step, s->start, end);
	if (way / s->step >= CONF_ROUNDS_MAX)
		return complain(r, &r->args, "%s: this makes %" PRId64 " lines; at most %d",
			r->what, way / s->step + 1, CONF_ROUNDS_MAX);
	s->rounds = (size_t)(way / s->step) + 1;
	return 0;
}

static int read_numbers(struct reading *r)
{
	struct word_source rest = r->args, part, numbers[3], name;
	struct sequence *s = r->s;
	int64_t n[3], end;
	int count = 0;

	next_part(&rest, &name);
	if (add_name(r, &name) < 0)
		return -1;
	while (next_part(&rest, &part)) {
		if (count == 3)
			return complain(r, &part,
				"%s: too many numbers; write VARIABLE, START, STEP, END", r->what);
		numbers[count] = part;
		if (read_number(r, &part, &n[count]) < 0)
			return -1;
		count++;
	}
	if (!count)
		return complain(r, &r->args,
			"%s: the numbers are missing; write VARIABLE, END or "
			"VARIABLE, START, END or VARIABLE, START, STEP, END",
			r->what);
	end = n[count - 1];
	s->start = count > 1 ? n[0] : end < 0 ? -1 : 1;
	s->step = count == 3 ? n[1] : end < s->start ? -1 : 1;
	if (s->is_hex && (s->start < 0 || end < 0))
		return complain(r, &numbers[s->start < 0 ? 0 : count - 1],
			"%s: a hexadecimal number cannot be negative", r->what);
	return check_step(r, &numbers[count == 3 ? 1 : 0], end);
}

/* ---- lists ---- */

static int add_values(struct reading *r, struct word_source part)
{
	struct sequence *s = r->s;
	struct word_source rest, value;
	bool is_group = ungroup(&part);
	unsigned n = 0;

	rest = part;
	while (is_group || n == 0) {
		if (is_group && !next_part(&rest, &value))
			break;
		if (!is_group)
			value = part;
		if (n == s->vars)
			return complain(r, &value,
				"%s: `%.*s` is one value too many: there %s %u "
				"variable%s",
				r->what, (int)value.len, value.text, s->vars == 1 ? "is" : "are",
				s->vars, s->vars == 1 ? "" : "s");
		s->values[s->rounds * s->vars + n++] =
			arena_strndup(r->e->arena, value.text, value.len);
	}
	s->rounds++;
	return 0;
}

static int read_list(struct reading *r)
{
	struct word_source rest = r->args, part, name;
	struct sequence *s = r->s;
	size_t most = 1;

	next_part(&rest, &part);
	if (ungroup(&part)) {
		while (next_part(&part, &name))
			if (add_name(r, &name) < 0)
				return -1;
	} else if (add_name(r, &part) < 0) {
		return -1;
	}
	if (!rest.text)
		return complain(r, &r->args,
			"%s: the values are missing; write VARIABLE, VALUE, "
			"VALUE ... or {VARIABLE, VARIABLE}, {VALUE, VALUE} ...",
			r->what);
	for (size_t i = 0; i < rest.len; i++)
		most += rest.text[i] == ',';
	if (most * s->vars > CONF_ROUNDS_MAX)
		return complain(r, &r->args, "%s: more than %d values", r->what, CONF_ROUNDS_MAX);
	if (!expand_count(r->e, most * s->vars * VALUE_COST, r->args.pos, 1))
		return -1;
	s->values = arena_alloc(r->e->arena, most * s->vars * sizeof(*s->values));
	while (next_part(&rest, &part))
		if (add_values(r, part) < 0)
			return -1;
	return 0;
}

/* ---- the line ---- */

/* Takes ~WORD ( off the line; its word or NULL. */
static const char *take_word(struct word_source *line)
{
	static const char *const words[] = { "~SEQx", "~SEQ", "~LST" };

	for (int i = 0; i < 3; i++) {
		size_t len = strlen(words[i]);

		if (line->len <= len || memcmp(line->text, words[i], len) != 0)
			continue;
		while (len < line->len && is_blank(line->text[len]))
			len++;
		if (len == line->len || line->text[len] != '(')
			continue;
		line_advance(line, len + 1);
		return words[i];
	}
	return NULL;
}

/* Does the line end with a parameter, which may have several lines? */
static bool ends_with_param(const struct word_source *text)
{
	size_t at = text->len;

	while (at && text->text[at - 1] != '$' && !is_blank(text->text[at - 1]))
		at--;
	return at && text->text[at - 1] == '$';
}

/* A block that begins in the repeated line and goes on behind it: it would begin in each round. */
static bool has_open_block(struct reading *r, const struct word_source *text)
{
	struct word_source brace = *text;
	size_t open[32], depth = 0;
	bool is_quoted = false;

	for (size_t i = 0; i < text->len; i++) {
		char c = text->text[i];

		is_quoted ^= c == '"';
		if (is_quoted)
			continue;
		if (c == '{' && depth < 32)
			open[depth++] = i;
		else if (c == '}' && depth)
			depth--;
	}
	if (!depth || ends_with_param(text))
		return false;
	line_advance(&brace, open[depth - 1]);
	brace.len = 1;
	complain(r, &brace,
		"%s repeats only this line: the block that begins here must end on it, or be in a "
		"parameter of several lines",
		r->what);
	return true;
}

/* ~SEQ($i, ...): a variable that is written as if it were used. */
static bool has_undefined_name(struct reading *r)
{
	struct word_source name = r->args;

	if (!name.len || name.text[0] != '$')
		return false;
	name.len = 1 + param_name_len(name.text + 1, name.len - 1);
	if (name.len == 1 || param_get(r->e->params, name.text + 1, name.len - 1)->value)
		return false;
	complain(r, &name,
		"%s: `%.*s` cannot be the name of a variable: write it without the `$` here",
		r->what, (int)name.len, name.text);
	return true;
}

struct sequence *sequence_parse(
	struct expand *e, const struct word_source *line, const struct conf_origin *origin)
{
	struct reading r = { .e = e, .args = *line };
	struct word_source rest = *line;
	const char *end;

	r.what = take_word(&rest);
	if (!r.what) {
		complain(&r,
			&(struct word_source){
				.text = line->text, .len = 1, .pos = line->pos, .map = line->map },
			"`~` begins a sequence: ~SEQ(...), ~SEQx(...) or ~LST(...), but this is "
			"none");
		return NULL;
	}
	end = memchr(rest.text, ')', rest.len);
	if (!end) {
		complain(&r, line, "%s: `)` is missing", r.what);
		return NULL;
	}
	r.args = rest;
	r.args.len = (size_t)(end - rest.text);
	line_advance(&rest, r.args.len + 1);
	line_trim(&rest);
	if (!rest.len) {
		complain(&r, line, "%s(...): there is nothing to be repeated behind it", r.what);
		return NULL;
	}
	line_trim(&r.args);
	if (has_undefined_name(&r))
		return NULL;
	if (memchr(r.args.text, '$', r.args.len)) {
		if (!expand_line(e, &r.args, origin))
			return NULL;
		if (e->body) {
			complain(&r, &rest, "%s: `$%s` has several lines and cannot stand here",
				r.what, e->body_name);
			return NULL;
		}
	}
	r.s = arena_alloc(e->arena, sizeof(*r.s));
	r.s->is_hex = strcmp(r.what, "~SEQx") == 0;
	r.s->text = rest;
	line_simplify(&r.s->text);
	if ((r.what[1] == 'S' ? read_numbers(&r) : read_list(&r)) < 0)
		return NULL;
	if (r.s->rounds > 1 && has_open_block(&r, &rest))
		r.s->rounds = 1; /* what follows belongs to a block of this kind */
	return r.s;
}

const struct conf_origin *sequence_round(
	const struct sequence *s, size_t n, const struct conf_origin *outer, struct arena *a)
{
	for (unsigned i = 0; i < s->vars; i++) {
		struct conf_origin *o = origin_new(a, ORIGIN_ROUND, outer, s->names[i]);
		char text[24];

		if (s->values) {
			const char *value = s->values[n * s->vars + i];

			o->value = value ? value : "";
		} else {
			snprintf(text, sizeof(text), s->is_hex ? "%" PRIx64 : "%" PRId64,
				s->start + (int64_t)n * s->step);
			o->value = arena_strdup(a, text);
		}
		outer = o;
	}
	return outer;
}
