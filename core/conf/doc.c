/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables as documentation: roff for keepd.conf(5) and plain text for --schema. Same walk, two
 * ways of writing.
 */
#include <string.h>

#include "core/conf/value.h"

static const char *scope_name(enum conf_scope scope)
{
	switch (scope) {
	case CONF_LIVE: return "live";
	case CONF_RESTART: return "restarts the object";
	case CONF_RESTART_ROLE: return "restarts the process";
	case CONF_FIXED: return "not changeable";
	}
	return "";
}

struct doc {
	FILE *out;
	bool is_roff;
};

/* Text of ours in roff: a backslash, a leading dot or quote would be taken for commands. */
static void words(const struct doc *d, const char *text)
{
	if (d->is_roff && (*text == '.' || *text == '\''))
		fputs("\\&", d->out);
	for (; *text; text++) {
		if (d->is_roff && *text == '\\')
			fputs("\\e", d->out);
		else if (d->is_roff && *text == '-')
			fputs("\\-", d->out);
		else
			putc(*text, d->out);
	}
}

static void describe(const struct doc *d, const struct conf_row *row)
{
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	if (!out)
		return;
	row->type->describe(row, out);
	fclose(out);
	text[sizeof(text) - 1] = '\0';
	words(d, text);
}

static void syntax(const struct doc *d, const struct conf_row *row)
{
	if (row->type == &conf_type_block || row->type == &conf_type_lines) {
		const struct conf_block *block = row->param;

		for (size_t i = 0; row->type == &conf_type_block && i < block->arg_count; i++) {
			const struct conf_row *arg = &block->args[i];
			bool may_miss = arg->flags & CONF_OPTIONAL_ARG;

			fprintf(d->out, may_miss ? " [%s]" : " %s", arg->name);
		}
		if (block->row_count || block->is_line)
			fputs(" { ... }", d->out);
	} else if (row->type != &conf_type_none) {
		putc(' ', d->out);
		words(d, row->type->name);
	}
}

static void names(const struct doc *d, const char *label, const char *list)
{
	if (list && *list) {
		fprintf(d->out, " %s: ", label);
		words(d, list);
		putc('.', d->out);
	}
}

static void row_doc(const struct doc *d, const struct conf_row *row)
{
	if (d->is_roff)
		fputs(".TP\n.B ", d->out);
	words(d, row->name);
	syntax(d, row);
	fputs(d->is_roff ? "\n" : "\n\t", d->out);
	words(d, row->doc ? row->doc : "");
	if (row->type->read && row->type != &conf_type_none && row->type != &conf_type_string) {
		fputs(" Value: ", d->out);
		describe(d, row);
		putc('.', d->out);
	}
	if (row->dflt) {
		fputs(" Default: ", d->out);
		words(d, row->dflt);
		fputs(row->flags & CONF_INHERIT ? ", or what stands in an enclosing block." : ".",
			d->out);
	}
	if (row->flags & CONF_REQUIRED)
		fputs(" Required.", d->out);
	names(d, "Also written", row->aliases);
	names(d, "Deprecated spelling", row->deprecated);
	if (row->scope != CONF_LIVE)
		fprintf(d->out, " On reload: %s.", scope_name(row->scope));
	if (row->flags & CONF_OWN)
		fputs(" (keepd only)", d->out);
	putc('\n', d->out);
}

static bool is_shown(const struct conf_row *row)
{
	return row->state == CONF_WORKS && !(row->flags & CONF_GENERATED);
}

/* Keywords that do nothing: in one paragraph for each state, with the remedy where there is one. */
static void others_doc(const struct doc *d, const struct conf_block *block, enum conf_state state,
	const char *label)
{
	unsigned count = 0;

	for (unsigned i = 0; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (row->state != state)
			continue;
		if (count++ == 0)
			fprintf(d->out, d->is_roff ? ".TP\n.I %s\n" : "%s:\n\t", label);
		else
			fputs(d->is_roff ? ",\n" : ", ", d->out);
		words(d, row->name);
		if (row->instead) {
			fputs(" (", d->out);
			words(d, row->instead);
			putc(')', d->out);
		}
	}
	if (count)
		fputs(".\n", d->out);
}

static void block_doc(const struct doc *d, const struct conf_block *block, const char *path)
{
	char inner[256];

	if (d->is_roff)
		fputs(".SS ", d->out);
	words(d, *path ? path : "outermost level");
	putc('\n', d->out);
	if (block->doc) {
		fputs(d->is_roff ? "" : "\t", d->out);
		words(d, block->doc);
		putc('\n', d->out);
	}
	for (unsigned i = 0; i < row_count(block); i++)
		if (is_shown(conf_row(block, i)))
			row_doc(d, conf_row(block, i));
	others_doc(d, block, CONF_OBSOLETE, "Obsolete, accepted with a warning");
	others_doc(d, block, CONF_LATER_OK, "Not supported yet, ignored with a warning");
	others_doc(d, block, CONF_LATER, "Not supported yet, an error");
	others_doc(d, block, CONF_REFUSED, "Refused");
	if (!d->is_roff)
		putc('\n', d->out);
	for (unsigned i = 0; i < row_count(block); i++) {
		const struct conf_row *row = conf_row(block, i);

		if (!(row->type->flags & TYPE_BLOCK) || !is_shown(row))
			continue;
		if (!row_count(row->param))
			continue;
		snprintf(inner, sizeof(inner), "%s%s%s", path, *path ? " / " : "", row->name);
		block_doc(d, row->param, inner);
	}
}

static void all(const struct conf_section *const *sections, const struct doc *d)
{
	for (; *sections; sections++) {
		if (d->is_roff)
			fprintf(d->out, ".SH KEYWORDS OF %s\n", (*sections)->name);
		else
			fprintf(d->out, "# %s\n", (*sections)->name);
		block_doc(d, (*sections)->root, "");
	}
}

void conf_doc_man(const struct conf_section *const *sections, FILE *out)
{
	all(sections, &(struct doc){ .out = out, .is_roff = true });
}

void conf_doc_text(const struct conf_section *const *sections, FILE *out)
{
	all(sections, &(struct doc){ .out = out });
}
