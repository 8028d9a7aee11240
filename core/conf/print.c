/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical text: what was written, in one spelling, in the order of the tables; lists in the
 * order of the file. Reading it gives an equal configuration.
 */
#include <stdlib.h>

#include "core/conf/value.h"
#include "core/err.h"
#include "core/exit.h"

static void indent(unsigned depth, FILE *out)
{
	while (depth--)
		putc('\t', out);
}

static void print_value(const struct conf_obj *obj, const struct conf_row *row, FILE *out)
{
	const void *field = row_field_const(obj, row);

	if (row->type == &conf_type_flag && *(const bool *)field)
		return; /* the keyword alone */
	putc(' ', out);
	row->type->print(row, field, out);
}

static void print_args(const struct conf_obj *obj, FILE *out)
{
	for (unsigned i = 0; i < obj->block->arg_count; i++)
		if (bit_get(obj->set, i))
			print_value(obj, &obj->block->args[i], out);
}

static void print_rows(const struct conf_obj *obj, unsigned depth, FILE *out);

static void print_line(const struct conf_obj *obj, unsigned depth, FILE *out)
{
	indent(depth, out);
	for (unsigned i = 0; i < row_count(obj->block); i++) {
		const struct conf_row *row = conf_row(obj->block, i);

		if (!bit_get(obj->set, i))
			continue;
		if (i >= obj->block->arg_count)
			fprintf(out, " %s", row->name);
		if (i)
			print_value(obj, row, out);
		else
			row->type->print(row, row_field_const(obj, row), out);
	}
	putc('\n', out);
}

static void print_block(const struct conf_obj *obj, unsigned depth, FILE *out)
{
	indent(depth, out);
	fputs(obj->block->name, out);
	print_args(obj, out);
	if (obj->block->row_count) {
		fputs(" {\n", out);
		print_rows(obj, depth + 1, out);
		indent(depth, out);
		putc('}', out);
	}
	putc('\n', out);
}

static void print_lines(const struct conf_obj *obj, unsigned i, unsigned depth, FILE *out)
{
	struct obj_list lines = row_objects(obj, i);

	indent(depth, out);
	fprintf(out, "%s {\n", conf_row(obj->block, i)->name);
	for (size_t j = 0; j < lines.count; j++)
		print_line(lines.items[j], depth + 1, out);
	indent(depth, out);
	fputs("}\n", out);
}

/* Is there anything in it that was written? */
static bool is_written(const struct conf_obj *obj)
{
	for (unsigned i = 0; i < CONF_SET_WORDS; i++)
		if (obj->set[i])
			return true;
	return false;
}

static void print_rows(const struct conf_obj *obj, unsigned depth, FILE *out)
{
	for (unsigned i = (unsigned)obj->block->arg_count; i < row_count(obj->block); i++) {
		const struct conf_row *row = conf_row(obj->block, i);

		if (row->type == &conf_type_block) { /* of a shared list: all at its first row */
			struct obj_list in = row_objects(obj, i);

			for (size_t j = 0; j < in.count; j++)
				if (!(row->flags & CONF_ALWAYS) || is_written(in.items[j]))
					print_block(in.items[j], depth, out);
		} else if (row->type == &conf_type_lines) {
			if (bit_get(obj->set, i))
				print_lines(obj, i, depth, out);
		} else if (bit_get(obj->set, i) && row->type != &conf_type_none) {
			indent(depth, out);
			fputs(row->name, out);
			print_value(obj, row, out);
			putc('\n', out);
		}
	}
}

void conf_print(const struct conf *c, const struct conf_section *section, FILE *out)
{
	const struct conf_obj *root = conf_root(c, section);

	if (root)
		print_rows(root, 0, out);
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
