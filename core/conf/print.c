/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical text: what was written, in one spelling, in the order of the tables; lists in the
 * order of the file. Reading it gives an equal configuration. For people it may also show what was
 * not written (the effective values), and hides secrets.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/conf/value.h"
#include "core/conf/words.h"
#include "core/err.h"
#include "core/exit.h"

struct printer {
	FILE *out;
	unsigned how; /* enum conf_print_flags */
	unsigned depth;
};

static void indent(const struct printer *p)
{
	for (unsigned i = 0; i < p->depth; i++)
		putc('\t', p->out);
}

/* ---- values ---- */

static bool is_zero(const void *field, size_t size)
{
	const unsigned char *bytes = field;

	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Is there something to show: written, or effective all the same? */
static bool is_shown(const struct printer *p, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);

	if (bit_get(obj->set, i))
		return true;
	if (!(p->how & CONF_PRINT_EFFECTIVE) || (row->flags & CONF_GENERATED) ||
		row->state != CONF_WORKS || row->tier == CONF_TIER_D ||
		(row->type->flags & TYPE_BLOCK))
		return false;
	if (row->type == &conf_type_flag)
		return !obj->block->is_line;
	/* without default and not inherited: there is no value */
	return row->dflt || !is_zero(row_field_const(obj, row), row->type->size);
}

static bool is_harmless(const char *text)
{
	static const char marks[] = "./-_:=,+@%";
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || (text[n] && strchr(marks, text[n])))
		n++;
	return n && !text[n];
}

/* An argument for a command within "...": in '...' with escapes, unless it is harmless. */
static void print_argument(const char *text, FILE *out)
{
	if (is_harmless(text)) {
		fputs(text, out);
		return;
	}
	putc('\'', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\'' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c == '"' || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			putc(c, out);
	}
	putc('\'', out);
}

/*
 * The same command without ", which only canonical text has within "...". Malloc'ed, or NULL if
 * it has none.
 */
static char *without_quotes(const char *command)
{
	struct arena *scratch;
	struct err e;
	char **argv, *text = NULL;
	size_t len;
	FILE *out;

	if (!command || !strchr(command, '"'))
		return NULL;
	scratch = arena_new();
	out = open_memstream(&text, &len);
	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	if (script_argv(scratch, command, &argv, &e) > 0)
		for (size_t i = 0; argv[i]; i++) {
			fputs(i ? " " : "", out);
			print_argument(argv[i], out);
		}
	if (fclose(out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	arena_free(scratch);
	return text;
}

/*
 * What people wrote, in a form that can be written in a file: a user that was taken because none
 * was written is not shown.
 */
static void print_script(const struct printer *p, const struct conf_row *row, const void *field)
{
	struct conf_script script = *(const struct conf_script *)field;
	char *command = p->how & CONF_PRINT_MASKED ? without_quotes(script.command) : NULL;

	if (command)
		script.command = command;
	if (script.is_default_user && (p->how & CONF_PRINT_MASKED) &&
		!(p->how & CONF_PRINT_EFFECTIVE))
		script.user = script.group = NULL;
	row->type->print(row, &script, p->out);
	free(command);
}

/* A value that may be empty: then there is no blank either. */
static void print_optional(const struct printer *p, const struct conf_row *row, const void *field)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	row->type->print(row, field, out);
	if (fclose(out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	fprintf(p->out, "%s%s", len ? " " : "", text);
	free(text);
}

static void print_value(const struct printer *p, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);
	const void *field = row_field_const(obj, row);

	if (row->type == &conf_type_switch ||
		(row->type == &conf_type_flag && *(const bool *)field))
		return; /* the keyword alone */
	if ((row->flags & CONF_OPTIONAL_ARG) && i >= obj->block->arg_count && *row->name) {
		print_optional(p, row, field);
		return;
	}
	if (*row->name)
		putc(' ', p->out);
	if ((p->how & CONF_PRINT_MASKED) && (row->flags & CONF_SECRET))
		fputs(CONF_MASK, p->out);
	else if (row->type == &conf_type_script)
		print_script(p, row, field);
	else
		row->type->print(row, field, p->out);
}

/* ---- objects of one line ---- */

static void print_line(const struct printer *p, const struct conf_obj *obj);

static void print_nested(const struct printer *p, const struct conf_obj *obj, unsigned i)
{
	struct obj_list lines = row_objects(obj, i);

	for (size_t j = 0; j < lines.count; j++) {
		fprintf(p->out, " %s", conf_row(obj->block, i)->name);
		print_line(p, lines.items[j]);
	}
}

/* The order of the words of a line: arguments in front, what leads the others, the others, options.
 */
static int rank(const struct conf_block *block, unsigned i)
{
	const struct conf_row *row = conf_row(block, i);

	if (i >= block->arg_count)
		return row->flags & CONF_LEADS ? 1 : 3;
	return row->flags & CONF_FLOATS ? 2 : 0;
}

static void print_word(const struct printer *p, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);

	if ((row->type->flags & TYPE_BLOCK) || !is_shown(p, obj, i))
		return;
	if (i >= obj->block->arg_count && !(row->type->flags & TYPE_VERB))
		fprintf(p->out, " %s", row->name);
	print_value(p, obj, i);
}

/* Each word with a blank before it. Lines within the line come last, whatever their row. */
static void print_line(const struct printer *p, const struct conf_obj *obj)
{
	const struct block_index *index = obj_meta_const(obj)->index;

	for (int r = 0; r <= 3; r++)
		for (unsigned i = 0; i < index->row_count; i++)
			if (rank(obj->block, i) == r)
				print_word(p, obj, i);
	for (unsigned i = 0; i < index->block_row_count; i++)
		print_nested(p, obj, index->block_rows[i]);
}

/* An entry of a list: the first word without the blank. */
static void print_entry(const struct printer *p, const struct conf_obj *obj)
{
	char *text = NULL;
	size_t len;
	struct printer line = { .out = open_memstream(&text, &len), .how = p->how };

	if (!line.out)
		fatal(EXIT_INTERNAL, "out of memory");
	print_line(&line, obj);
	if (fclose(line.out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	indent(p);
	fprintf(p->out, "%s\n", text + (len > 0));
	free(text);
}

static void print_entries(struct printer *p, const struct conf_obj *obj, unsigned i)
{
	struct obj_list lines = row_objects(obj, i);

	indent(p);
	fprintf(p->out, "%s {\n", conf_row(obj->block, i)->name);
	p->depth++;
	for (size_t j = 0; j < lines.count; j++)
		print_entry(p, lines.items[j]);
	p->depth--;
	indent(p);
	fputs("}\n", p->out);
}

/* ---- blocks ---- */

static void print_rows(struct printer *p, const struct conf_obj *obj);

static void print_head(const struct printer *p, const struct conf_obj *obj)
{
	indent(p);
	fputs(obj->block->name, p->out);
	for (unsigned i = 0; i < obj->block->arg_count; i++)
		if (bit_get(obj->set, i))
			print_value(p, obj, i);
}

static void print_block(struct printer *p, const struct conf_obj *obj)
{
	print_head(p, obj);
	if (obj->block->row_count) {
		fputs(" {\n", p->out);
		p->depth++;
		print_rows(p, obj);
		p->depth--;
		indent(p);
		putc('}', p->out);
	}
	putc('\n', p->out);
}

/* Is there anything in it to show? */
static bool is_worth_it(const struct printer *p, const struct conf_obj *obj)
{
	for (unsigned i = 0; i < row_count(obj->block); i++)
		if (is_shown(p, obj, i))
			return true;
	return false;
}

/* The objects of a row; those of a shared list all stand at its first row. */
static void print_objects(struct printer *p, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);
	struct obj_list in = row_objects(obj, i);

	for (size_t j = 0; j < in.count; j++) {
		const struct conf_obj *inner = in.items[j];

		if ((row->flags & CONF_ALWAYS) && !is_worth_it(p, inner))
			continue;
		if (!inner->block->is_line) {
			print_block(p, inner);
			continue;
		}
		indent(p);
		fputs(row->name, p->out);
		print_line(p, inner);
		putc('\n', p->out);
	}
}

static void print_row(struct printer *p, const struct conf_obj *obj, unsigned i)
{
	const struct conf_row *row = conf_row(obj->block, i);

	if (row->type == &conf_type_lines) {
		if (bit_get(obj->set, i))
			print_entries(p, obj, i);
	} else if (row->type->flags & TYPE_BLOCK) {
		print_objects(p, obj, i);
	} else if (row->type != &conf_type_none && is_shown(p, obj, i)) {
		indent(p);
		fputs(row->name, p->out);
		print_value(p, obj, i);
		putc('\n', p->out);
	}
}

static void print_rows(struct printer *p, const struct conf_obj *obj)
{
	for (unsigned i = (unsigned)obj->block->arg_count; i < row_count(obj->block); i++)
		print_row(p, obj, i);
}

void conf_print(const struct conf *c, const struct conf_section *section, FILE *out)
{
	const struct conf_obj *root = conf_root(c, section);
	struct printer p = { .out = out };

	if (root)
		print_rows(&p, root);
}

char *conf_print_text(const struct conf *c, const struct conf_section *section, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	conf_print(c, section, out);
	if (fclose(out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	return text;
}

/* ---- all sections as one file ---- */

/* The row of that name at the outermost level of section n; -1 if there is none. */
static int root_row(const struct conf *c, unsigned n, const char *name)
{
	enum keyword_kind kind;

	return block_index_find(c->index->roots[n], name, strlen(name), &kind);
}

static bool is_known_before(const struct conf *c, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (root_row(c, i, name) >= 0)
			return true;
	return false;
}

/* One block for what several sections keep in theirs (global_defs). */
static void print_joined(struct printer *p, const struct conf *c, unsigned first, const char *name)
{
	bool is_begun = false;

	for (unsigned n = first; n < c->index->count; n++) {
		int i = root_row(c, n, name);
		struct obj_list in = { 0 };
		const struct conf_obj *obj;

		if (i >= 0)
			in = row_objects(c->roots[n], (unsigned)i);
		if (!in.count || !is_worth_it(p, in.items[0]))
			continue;
		if (!is_begun)
			fprintf(p->out, "%s {\n", name);
		is_begun = true;
		obj = in.items[0];
		p->depth++;
		for (unsigned r = 0; r < row_count(obj->block); r++)
			if (!conf_index_is_shared(c->index, n, name, conf_row(obj->block, r)->name))
				print_row(p, obj, r);
		p->depth--;
	}
	if (is_begun)
		fputs("}\n", p->out);
}

void conf_print_all(const struct conf *c, unsigned how, FILE *out)
{
	struct printer p = { .out = out, .how = how };

	for (unsigned n = 0; n < c->index->count; n++) {
		const struct conf_obj *root = c->roots[n];

		for (unsigned i = 0; i < row_count(root->block); i++) {
			const struct conf_row *row = conf_row(root->block, i);

			if (is_known_before(c, n, row->name) || (row->flags & CONF_GENERATED))
				continue;
			if (row->type == &conf_type_block && !(row->flags & CONF_REPEATS))
				print_joined(&p, c, n, row->name);
			else
				print_row(&p, root, i);
		}
	}
}
