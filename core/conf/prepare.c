/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions, definitions, and lines that make lines. See prepare.h. Generators stand on a stack
 * that belongs to the file being read, so that an include among the lines they make is read before
 * the next of these lines.
 */
#include "core/conf/prepare.h"
#include "core/conf/sequence.h"

#define GENERATORS_MAX 64  /* sequences and parameters of several lines inside one another */
#define HEADS_MAX      8   /* parameters that stand for the beginning of a line, such as @ID */
#define LINE_COST      128 /* of a line made, beyond its bytes */

struct generator {
	struct generator *outer;
	const struct conf_origin *origin; /* body: of its lines; sequence: of the line it is on */
	const struct value_line *next;	  /* body */
	const struct sequence *sequence;  /* NULL = a body */
	size_t round;
};

struct prepare *prepare_new(struct arena *a, struct conf_report *report, const char *config_id,
	uint64_t random_seed, const char *(*folder)(void *arg), void *folder_arg)
{
	struct prepare *p = arena_alloc(a, sizeof(*p));

	p->arena = a;
	p->report = report;
	p->params = (struct params){ .arena = a,
		.config_id = config_id,
		.random_state = random_seed,
		.folder = folder,
		.folder_arg = folder_arg };
	p->expand = (struct expand){ .params = &p->params, .report = report, .arena = a };
	return p;
}

void prepare_free(struct prepare *p)
{
	if (!p)
		return;
	params_free(&p->params);
	expand_free(&p->expand);
}

__attribute__((format(printf, 4, 5))) static void complain(
	struct prepare *p, const struct word_source *line, size_t len, const char *fmt, ...)
{
	uint32_t width;
	struct conf_pos pos = line_pos(line, 0, len, &width);
	va_list ap;

	va_start(ap, fmt);
	conf_report_addv(p->report, CONF_ERROR, pos, width, "", fmt, ap);
	va_end(ap);
}

static size_t word_len(const struct word_source *line)
{
	size_t n = 0;

	while (n < line->len && !is_blank(line->text[n]))
		n++;
	return n;
}

/* ---- conditions ---- */

/* Replaces parameters in the first bytes of the line. */
static bool expand_beginning(
	struct prepare *p, struct word_source *line, size_t len, const struct conf_origin *origin)
{
	struct word_source head = *line;
	struct line_out out = { 0 };

	head.len = len;
	if (!expand_line(&p->expand, &head, origin))
		return false;
	line_out_copy(&out, &head, 0, head.len);
	line_out_copy(&out, line, len, line->len - len);
	*line = line_out_end(&out, p->arena);
	line_out_free(&out);
	return line->len > 0;
}

/* `@ID rest`: true if the rest, now the line, is to be read. */
static bool condition(struct prepare *p, struct word_source *line, const struct conf_origin *origin)
{
	size_t len = word_len(line), from;
	bool is_not, is_same;

	if (memchr(line->text, '$', len)) {
		if (!expand_beginning(p, line, len, origin))
			return false;
		len = word_len(line);
	}
	is_not = len > 1 && line->text[1] == '^';
	from = is_not ? 2 : 1;
	if (len == from) {
		complain(p, line, len, "`%.*s` must be followed by a config-id, without a blank",
			(int)len, line->text);
		return false;
	}
	is_same = strncmp(p->params.config_id, line->text + from, len - from) == 0 &&
		  !p->params.config_id[len - from];
	line_advance(line, len);
	line_trim(line);
	line_simplify(line);
	if (is_same != is_not && line->len && line->text[0] == '@') {
		complain(p, line, word_len(line), "only one `@` may stand before a line");
		return false;
	}
	return is_same != is_not;
}

/* ---- definitions ---- */

/* The length of `$NAME=` at the beginning, 0 if there is none. */
static size_t definition_len(const struct word_source *line)
{
	size_t n;

	if (!line->len || line->text[0] != '$')
		return 0;
	n = 1 + param_name_len(line->text + 1, line->len - 1);
	return n > 1 && n < line->len && line->text[n] == '=' ? n + 1 : 0;
}

/* Takes a backslash at the end off. */
static bool goes_on(struct word_source *line)
{
	if (!line->len || line->text[line->len - 1] != '\\')
		return false;
	line->len--;
	line_trim(line);
	return true;
}

static void define(struct prepare *p, const struct word_source *line, size_t len,
	const struct conf_origin *origin)
{
	struct word_source value = *line;
	struct param_value *v;
	bool is_multi;

	line_advance(&value, len);
	line_trim(&value);
	is_multi = goes_on(&value);
	if (is_multi && origin) {
		complain(p, line, len,
			"a definition of several lines cannot be one of the lines that a sequence "
			"or another definition makes");
		return;
	}
	if (origin && !expand_rounds(&p->expand, &value, origin))
		return;
	line_simplify(&value);
	v = param_define(
		&p->params, line->text + 1, len - 2, line_pos(line, 0, len, NULL), is_multi);
	param_add_line(&p->params, v, &value);
	p->is_open = is_multi;
	p->open = v;
	p->open_place = v->pos;
}

void prepare_definition(struct prepare *p, const struct word_source *line)
{
	struct word_source value = *line;

	p->is_open = goes_on(&value);
	if (p->open)
		param_add_line(&p->params, p->open, &value);
}

/* A definition that a condition leaves out is left out to its end. */
static void skip_definition(struct prepare *p, struct word_source *line)
{
	if (!definition_len(line) || !goes_on(line))
		return;
	p->is_open = true;
	p->open = NULL;
	p->open_place = line->pos;
}

void prepare_end_of_file(struct prepare *p)
{
	if (!p->is_open)
		return;
	p->is_open = false;
	conf_report_add(p->report, CONF_WARNING, p->open_place, 0, "",
		"the file ends within this definition: its last line ends with `\\`");
}

/* `$NAME =value` and `${NAME}=value` are no definitions, but meant as such. */
static bool looks_like_definition(struct prepare *p, const struct word_source *line)
{
	size_t braces = line->len > 2 && line->text[1] == '{' ? 1 : 0, at = 1 + braces, n, i;

	if (line->text[0] != '$' || !(n = param_name_len(line->text + at, line->len - at)))
		return false;
	i = at + n + braces;
	while (i < line->len && is_blank(line->text[i]))
		i++;
	if (i >= line->len || line->text[i] != '=')
		return false;
	complain(p, line, i + 1, "a definition is written $%.*s=value, without %s", (int)n,
		line->text + at, braces ? "braces" : "a blank before the `=`");
	return true;
}

/* ---- lines that make lines ---- */

static bool push(struct prepare *p, struct generator **generators, const struct generator *g,
	struct conf_pos pos, uint32_t width)
{
	struct generator *new;

	if (g->origin && g->origin->depth >= GENERATORS_MAX) {
		conf_report_add(p->report, CONF_ERROR, pos, width, "",
			"more than %d sequences and parameters of several lines inside one another",
			GENERATORS_MAX);
		return false;
	}
	new = arena_alloc(p->arena, sizeof(*new));
	*new = *g;
	new->outer = *generators;
	*generators = new;
	return true;
}

static void sequence(struct prepare *p, struct generator **generators,
	const struct word_source *line, const struct conf_origin *origin)
{
	struct sequence *s = sequence_parse(&p->expand, line, origin);

	if (s)
		push(p, generators, &(struct generator){ .origin = origin, .sequence = s },
			line->pos, 1);
}

/* The parameter of several lines the line has ended with. */
static bool push_body(
	struct prepare *p, struct generator **generators, const struct conf_origin *outer)
{
	struct expand *e = &p->expand;
	struct conf_origin *o = origin_new(p->arena, ORIGIN_BODY, outer, e->body_name);
	uint32_t width = (uint32_t)strlen(e->body_name) + 1;

	o->what = e->body;
	o->pos = e->body_place;
	for (const struct conf_origin *up = outer; up; up = up->outer)
		if (up->kind == ORIGIN_BODY && up->what == e->body) {
			conf_report_add(p->report, CONF_ERROR, e->body_place, width, "",
				"the value of `$%s` contains `$%s` itself", e->body_name,
				e->body_name);
			return false;
		}
	return push(p, generators, &(struct generator){ .origin = o, .next = e->body->lines },
		e->body_place, width);
}

/* The next line of the generator on top, as it is written; false if it was at its end. */
static bool generate(struct prepare *p, struct generator **generators, struct word_source *line,
	const struct conf_origin **origin)
{
	struct generator *g = *generators;

	if (g->sequence ? g->round == g->sequence->rounds : !g->next) {
		*generators = g->outer;
		return false;
	}
	if (g->sequence) {
		*origin = sequence_round(g->sequence, g->round++, g->origin, p->arena);
		*line = g->sequence->text;
	} else {
		*origin = g->origin;
		*line = g->next->text;
		g->next = g->next->next;
	}
	line_set_origin(line, p->arena, *origin);
	return expand_count(&p->expand, line->len + LINE_COST, line->pos, 1);
}

/* A line and the first one of the body it ends with become one. */
static bool join(struct prepare *p, struct generator **generators, struct word_source *line,
	const struct conf_origin **origin)
{
	struct word_source begin = *line, first;
	struct line_out out = { 0 };

	if (!generate(p, generators, &first, origin))
		return false;
	line_out_copy(&out, &begin, 0, begin.len);
	line_out_copy(&out, &first, 0, first.len);
	*line = line_out_end(&out, p->arena);
	line_out_free(&out);
	return true;
}

/* ---- all of it ---- */

/* Replaces the parameters; true if that makes a line. */
static bool replaced(struct prepare *p, struct generator **generators, struct word_source *line,
	const struct conf_origin *origin)
{
	for (;;) {
		struct word_source trimmed;

		if (!memchr(line->text, '$', line->len)) {
			line_trim(line);
			return line->len > 0;
		}
		if (!expand_line(&p->expand, line, origin))
			return false;
		trimmed = *line;
		line_trim(&trimmed);
		if (!p->expand.body) {
			*line = trimmed;
			return line->len > 0;
		}
		if (!push_body(p, generators, origin) || !trimmed.len ||
			!join(p, generators, line, &origin))
			return false;
	}
}

static bool prepared(struct prepare *p, struct generator **generators, struct word_source *line,
	const struct conf_origin *origin)
{
	bool has_condition = false;

	for (unsigned heads = 0;; heads++) {
		size_t len;

		if (line->len && line->text[0] == '@' && !has_condition) {
			has_condition = true;
			if (!condition(p, line, origin)) {
				if (!origin)
					skip_definition(p, line);
				return false;
			}
		}
		if (!line->len)
			return false;
		if ((len = definition_len(line))) {
			define(p, line, len, origin);
			return false;
		}
		if (looks_like_definition(p, line))
			return false;
		if (line->text[0] == '~') {
			sequence(p, generators, line, origin);
			return false;
		}
		if (heads == HEADS_MAX || !expand_head(&p->expand, line, origin))
			return replaced(p, generators, line, origin);
	}
}

bool prepare_line(struct prepare *p, struct generator **generators, struct word_source *line)
{
	return prepared(p, generators, line, NULL);
}

bool prepare_generated(struct prepare *p, struct generator **generators, struct word_source *line)
{
	const struct conf_origin *origin;

	return generate(p, generators, line, &origin) && prepared(p, generators, line, origin);
}
