/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replacing parameters in a line. A value is replaced in for itself, when it is used, not when it
 * is defined. What cannot be replaced is told at the place where the user wrote the outermost
 * parameter, and marked, so that nothing that follows from it is told again. See expand.h.
 */
#include <string.h>

#include "core/conf/expand.h"

#define VALUE_SHOWN    40
#define REFERENCE_COST 8

struct reference {
	const char *name, *args;
	size_t name_len, args_len;
	size_t len; /* of all of it; 0 = a $ that is only that */
	bool is_braced;
	bool is_bad; /* ${ without a name or } */
};

void expand_free(struct expand *e)
{
	line_out_free(&e->out);
}

struct conf_origin *origin_new(
	struct arena *a, enum origin_kind kind, const struct conf_origin *outer, const char *name)
{
	struct conf_origin *o = arena_alloc(a, sizeof(*o));

	o->kind = kind;
	o->outer = outer;
	o->depth = outer ? outer->depth + 1 : 1;
	o->name = name;
	return o;
}

__attribute__((format(printf, 3, 4))) static void complain(
	struct expand *e, enum conf_severity severity, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	conf_report_addv(e->report, severity, e->place, e->width, "", fmt, ap);
	va_end(ap);
}

bool expand_count(struct expand *e, size_t bytes, struct conf_pos pos, uint32_t width)
{
	e->total += bytes;
	if (e->total > CONF_EXPANDED_MAX && !e->is_exhausted) {
		e->is_exhausted = true;
		conf_report_add(e->report, CONF_ERROR, pos, width, "",
			"parameters and sequences make more than %zu MiB of text; nothing is read "
			"from here on",
			CONF_EXPANDED_MAX >> 20);
	}
	return !e->is_exhausted;
}

/* Counts what replacing costs; false when it is too much. */
static bool may_go_on(struct expand *e, size_t bytes)
{
	if (e->is_failed)
		return false;
	e->cost += bytes;
	if (e->cost > CONF_LINE_MAX) {
		complain(e, CONF_ERROR,
			"with its parameters replaced this line is longer than %zu MiB",
			CONF_LINE_MAX >> 20);
		e->is_failed = true;
	}
	if (!expand_count(e, bytes, e->place, e->width))
		e->is_failed = true;
	return !e->is_failed;
}

/* ---- what stands in the line ---- */

static struct reference braced(const char *text, size_t len)
{
	struct reference r = { .name = text + 2, .is_braced = true };
	const char *end = memchr(text, '}', len);

	r.name_len = len > 2 ? param_name_len(text + 2, len - 2) : 0;
	r.args = text + 2 + r.name_len;
	if (!end || !r.name_len || (r.args != end && !is_blank(*r.args)) ||
		(r.args != end && !param_is_predefined(r.name, r.name_len))) {
		r.is_bad = true;
		r.len = 2;
		return r;
	}
	r.args_len = (size_t)(end - r.args);
	r.len = (size_t)(end - text) + 1;
	return r;
}

/* The reference that begins with the $ at the beginning of the text. */
static struct reference reference(const char *text, size_t len)
{
	struct reference r = { .name = text + 1, .args = "" };

	if (len > 1 && text[1] == '{')
		return braced(text, len);
	r.name_len = param_name_len(text + 1, len - 1);
	if (!r.name_len)
		return r;
	if (1 + r.name_len < len && !is_blank(text[1 + r.name_len]) &&
		text[1 + r.name_len] != ',' && text[1 + r.name_len] != ')')
		return r;
	r.len = 1 + r.name_len;
	return r;
}

static const struct conf_origin *round_of(const struct expand *e, const char *name, size_t name_len)
{
	for (const struct conf_origin *o = e->origin; o; o = o->outer)
		if (o->kind == ORIGIN_ROUND && strncmp(o->name, name, name_len) == 0 &&
			!o->name[name_len])
			return o;
	return NULL;
}

/* ---- putting ---- */

static void count_quotes(struct expand *e, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		e->is_quoted ^= text[i] == '"';
}

/* Text that stands for the place of the outermost parameter. */
static void put(struct expand *e, const char *text, size_t len)
{
	if (!may_go_on(e, len))
		return;
	count_quotes(e, text, len);
	line_out_put(&e->out, text, len);
}

/* What stands in the text itself: of the line with its places, of a value without. */
static void put_verbatim(
	struct expand *e, const struct word_source *text, size_t at, size_t len, bool is_outermost)
{
	if (!is_outermost) {
		put(e, text->text + at, len);
		return;
	}
	count_quotes(e, text->text + at, len);
	line_out_copy(&e->out, text, at, len);
}

/* From here to the end of the parameter, complaints of others are not worth telling. */
static void mark_faulty(struct expand *e)
{
	struct conf_origin *o = origin_new(
		e->arena, ORIGIN_FAULT, e->place.file ? e->place.file->origin : NULL, "");

	e->place.file = line_view(e->arena, e->place.file, o);
	line_out_place(&e->out, e->place, e->width);
}

static void fault(struct expand *e, const struct reference *r)
{
	mark_faulty(e);
	put(e, "$", 1);
	put(e, r->name, r->name_len);
}

/* ---- what is not defined ---- */

static void bad_braces(struct expand *e)
{
	if (e->is_quoted) {
		put(e, "${", 2);
		return;
	}
	complain(e, CONF_ERROR,
		"`${` must be followed by the name of a parameter and `}`; if it is meant as it "
		"stands, put the word in quotes");
	mark_faulty(e);
	put(e, "$", 1);
}

/* `$a.b` is not replaced, but looks as if it should be. */
static void not_replaced(struct expand *e, const struct reference *r)
{
	struct param *p;

	if (!r->name_len)
		return;
	p = param_get(e->params, r->name, r->name_len);
	if ((!p->value && !round_of(e, r->name, r->name_len)) || p->is_warned)
		return;
	p->is_warned = true;
	complain(e, CONF_WARNING,
		"`$%s` is not replaced, because only a blank, `,`, `)` or the end of the line may "
		"follow it: write `${%s}`",
		p->name, p->name);
}

static void undefined(
	struct expand *e, const struct word_source *text, size_t at, const struct reference *r)
{
	struct param *p = param_get(e->params, r->name, r->name_len);
	bool is_error = (r->is_braced && !e->is_quoted) || !e->out.len;
	bool *is_told = is_error ? &p->is_told : &p->is_warned;

	if (!*is_told) {
		const char *near = param_nearest(e->params, r->name, r->name_len);

		*is_told = true;
		complain(e, is_error ? CONF_ERROR : CONF_WARNING, "`%.*s` is not defined%s%s%s%s",
			(int)r->len, text->text + at, is_error ? "" : " and stays as it is",
			near ? "; did you mean `$" : "", near ? near : "", near ? "`?" : "");
	}
	if (is_error)
		fault(e, r);
	else
		put(e, text->text + at, r->len);
}

/* ---- replacing ---- */

static void replace(
	struct expand *e, const struct word_source *text, bool is_outermost, bool is_last);

static void replace_predefined(struct expand *e, const struct reference *r)
{
	const char *why = NULL;
	const char *value =
		param_predefined(e->params, r->name, r->name_len, r->args, r->args_len, &why);

	if (why) {
		complain(e, CONF_ERROR, "`$%.*s`: %s", (int)r->name_len, r->name, why);
		fault(e, r);
		return;
	}
	if ((*value == '#' || *value == '!') && !value[1] && !e->is_quoted &&
		e->comment_at == SIZE_MAX)
		e->comment_at = e->out.len;
	put(e, value, strlen(value));
}

/* The file of the line, with a word on the value. */
static const struct conf_file *view_of_value(
	struct expand *e, const struct param *p, const struct word_source *text)
{
	struct param_value *value = p->value;
	bool is_long = text->len > VALUE_SHOWN;
	struct conf_origin *o;
	char *shown;

	if (value->view_of == e->place.file)
		return value->view;
	o = origin_new(e->arena, ORIGIN_VALUE, e->origin, p->name);
	shown = arena_alloc(e->arena, VALUE_SHOWN + 4);
	memcpy(shown, text->text, is_long ? VALUE_SHOWN : text->len);
	strcat(shown, is_long ? "..." : "");
	o->value = shown;
	o->pos = value->pos;
	value->view_of = e->place.file;
	value->view = line_view(e->arena, e->place.file, o);
	return value->view;
}

/* The value of one line, or of several of which there is only one. */
static void replace_value(struct expand *e, const struct param *p, bool is_outermost, bool is_last)
{
	struct param_value *value = p->value;
	struct word_source empty = { .text = "" };
	const struct word_source *text = value->lines ? &value->lines->text : &empty;

	if (value->is_busy || e->depth == CONF_EXPAND_DEPTH) {
		if (value->is_busy)
			complain(e, CONF_ERROR, "the value of `$%s` contains `$%s` itself", p->name,
				p->name);
		else
			complain(e, CONF_ERROR, "more than %d parameters inside one another",
				CONF_EXPAND_DEPTH);
		value->is_faulty = true;
		mark_faulty(e);
		return;
	}
	if (is_outermost) {
		e->place.file = view_of_value(e, p, text);
		line_out_place(&e->out, e->place, e->width);
	}
	value->is_busy = true;
	e->depth++;
	replace(e, text, false, is_last);
	e->depth--;
	value->is_busy = false;
}

static void replace_param(struct expand *e, const struct param *p, bool is_outermost, bool is_last)
{
	struct param_value *value = p->value;

	if (value->is_faulty) {
		mark_faulty(e);
	} else if (!value->lines || !value->lines->next) {
		replace_value(e, p, is_outermost, is_last);
	} else if (!is_last) {
		complain(e, CONF_ERROR,
			"`$%s` has several lines: nothing may follow it on the line it is used on",
			p->name);
		fault(e, &(struct reference){ .name = p->name, .name_len = p->len });
	} else {
		e->body = value;
		e->body_name = p->name;
		e->body_place = e->place;
	}
}

static void replace_reference(struct expand *e, const struct word_source *text, size_t at,
	const struct reference *r, bool is_outermost, bool is_last)
{
	const struct conf_origin *round = round_of(e, r->name, r->name_len);
	struct param *p;

	if (!may_go_on(e, REFERENCE_COST))
		return;
	if (r->is_bad) {
		bad_braces(e);
		return;
	}
	if (round) {
		put(e, round->value, strlen(round->value));
		return;
	}
	p = param_get(e->params, r->name, r->name_len);
	if (p->value)
		replace_param(e, p, is_outermost, is_last);
	else if (param_is_predefined(r->name, r->name_len))
		replace_predefined(e, r);
	else
		undefined(e, text, at, r);
}

static void replace(
	struct expand *e, const struct word_source *text, bool is_outermost, bool is_last)
{
	size_t at = 0;

	while (at < text->len && !e->is_failed) {
		const char *dollar = memchr(text->text + at, '$', text->len - at);
		size_t here = dollar ? (size_t)(dollar - text->text) : text->len;
		struct reference r;

		put_verbatim(e, text, at, here - at, is_outermost);
		at = here;
		if (!dollar)
			return;
		r = reference(dollar, text->len - at);
		if (is_outermost)
			e->place = line_pos(text, at, r.len ? r.len : r.name_len + 1, &e->width);
		if (e->is_rounds_only && (!r.len || !round_of(e, r.name, r.name_len)))
			r.len = 0;
		else if (!r.len)
			not_replaced(e, &r);
		if (!r.len) {
			put_verbatim(e, text, at, 1, is_outermost);
			at++;
			continue;
		}
		if (is_outermost)
			line_out_place(&e->out, e->place, e->width);
		replace_reference(
			e, text, at, &r, is_outermost, is_last && at + r.len == text->len);
		at += r.len;
	}
}

/* ---- a line ---- */

/* What a value brought in may begin a comment, too. */
static void strip_comment(struct expand *e)
{
	size_t len = e->out.len ? line_without_comment(e->out.text, e->out.len) : 0;

	if (len == e->out.len)
		return;
	if (len == e->comment_at) {
		e->place = line_out_pos(&e->out, len, &e->width);
		complain(e, CONF_WARNING,
			"the rest of the line is a comment; put the word in quotes if the `%c` is "
			"part of it",
			e->out.text[len]);
	}
	line_out_cut(&e->out, len);
	e->body = NULL;
}

static bool run(struct expand *e, struct word_source *line, const struct conf_origin *origin,
	bool is_rounds_only)
{
	struct conf_pos begin = line->pos;

	e->origin = origin;
	e->is_rounds_only = is_rounds_only;
	e->cost = 0;
	e->comment_at = SIZE_MAX;
	e->depth = 0;
	e->is_quoted = e->is_failed = false;
	e->body = NULL;
	line_out_begin(&e->out);
	replace(e, line, true, true);
	if (e->is_failed)
		return false;
	if (!is_rounds_only)
		strip_comment(e);
	*line = line_out_end(&e->out, e->arena);
	if (!line->len)
		line->pos = begin;
	return true;
}

bool expand_line(struct expand *e, struct word_source *line, const struct conf_origin *origin)
{
	return run(e, line, origin, false);
}

bool expand_rounds(struct expand *e, struct word_source *line, const struct conf_origin *origin)
{
	return run(e, line, origin, true);
}

/* What the text begins with, if that is a parameter with a value of one line; else NULL. */
static const struct param *head_of(struct expand *e, const struct word_source *text, size_t *len)
{
	struct reference r = { 0 };
	struct param *p;

	if (text->len && text->text[0] == '$')
		r = reference(text->text, text->len);
	if (!r.len || r.is_bad)
		return NULL;
	*len = r.len;
	p = param_get(e->params, r.name, r.name_len);
	return p->value && p->value->lines && !p->value->lines->next ? p : NULL;
}

bool expand_head(struct expand *e, struct word_source *line, const struct conf_origin *origin)
{
	size_t len = 0, inner;
	const struct param *head = head_of(e, line, &len), *p = head;
	const struct word_source *value = NULL;

	for (unsigned depth = 0; p && depth < CONF_EXPAND_DEPTH; depth++) {
		value = &p->value->lines->text;
		p = head_of(e, value, &inner);
	}
	if (!value || p || (value->text[0] != '@' && value->text[0] != '~'))
		return false;
	e->origin = origin;
	e->place = line_pos(line, 0, len, &e->width);
	value = &head->value->lines->text;
	if (!expand_count(e, value->len, e->place, e->width))
		return false;
	e->place.file = view_of_value(e, head, value);
	line_out_begin(&e->out);
	line_out_place(&e->out, e->place, e->width);
	line_out_put(&e->out, value->text, value->len);
	line_out_copy(&e->out, line, len, line->len - len);
	*line = line_out_end(&e->out, e->arena);
	return true;
}
