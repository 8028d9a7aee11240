/* SPDX-License-Identifier: Apache-2.0 */
/* A command line as a table; see cli.h. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/cli.h"

static bool has_letter(const struct cli_option *o)
{
	return o->id < 128;
}

static const struct cli_option *find(const struct cli *c, int id)
{
	const struct cli_option *o = c->options;

	while (o->name && o->id != id)
		o++;
	return o->name ? o : NULL;
}

static int next(const struct cli *c, int argc, char **argv)
{
	struct option list[CLI_OPTIONS_MAX + 1] = { 0 };
	char letters[3 * CLI_OPTIONS_MAX + 1];
	size_t n = 0, len = 0;

	for (const struct cli_option *o = c->options; o->name && n < CLI_OPTIONS_MAX; o++, n++) {
		list[n] = (struct option){ o->name,
			o->kind == CLI_NONE ? no_argument
			: o->is_optional    ? optional_argument
					    : required_argument,
			NULL, o->id };
		if (!has_letter(o))
			continue;
		letters[len++] = (char)o->id;
		if (o->kind != CLI_NONE)
			letters[len++] = ':';
		if (o->is_optional)
			letters[len++] = ':';
	}
	letters[len] = '\0';
	return getopt_long(argc, argv, letters, list, NULL);
}

int cli_next(const struct cli *c, int argc, char **argv)
{
	for (;;) {
		int id = next(c, argc, argv);
		const struct cli_option *o = find(c, id);

		if (!o || o->state == CLI_WORKS)
			return id;
		if (o->state == CLI_IGNORED)
			fprintf(stderr, "%s: --%s does nothing: %s\n", c->program, o->name, o->doc);
		if (o->state == CLI_REFUSED) {
			fprintf(stderr, "%s: --%s is not possible: %s\n", c->program, o->name,
				o->doc);
			return '?';
		}
	}
}

int cli_word(const struct cli *c, const char *option, const char *word, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(word, words[i]))
			return i;
	fprintf(stderr, "%s: --%s %s: not one of", c->program, option, word);
	for (int i = 0; words[i]; i++)
		fprintf(stderr, " %s", words[i]);
	fprintf(stderr, "\n");
	return -1;
}

/* ---- --help ---- */

static void put_words(const char *const *words, const char *separator, FILE *out)
{
	for (int i = 0; words[i]; i++)
		fprintf(out, "%s%s", i ? separator : "", words[i]);
}

static void put_option(const struct cli_option *o, FILE *out)
{
	char head[64];
	int len = 0;

	if (has_letter(o))
		len = snprintf(head, sizeof(head), "  -%c, --%s", o->id, o->name);
	else
		len = snprintf(head, sizeof(head), "      --%s", o->name);
	if (o->kind != CLI_NONE)
		snprintf(head + len, sizeof(head) - (size_t)len, o->is_optional ? "[=%s]" : " %s",
			o->value);
	fprintf(out, "%-30s ", head);
	if (strlen(head) > 30)
		fprintf(out, "\n%31s", "");
	fputs(o->doc, out);
	if (o->kind == CLI_WORD) {
		fputs(": ", out);
		put_words(o->words, ", ", out);
	}
	if (o->dflt)
		fprintf(out, " [%s]", o->dflt);
	putc('\n', out);
}

static void put_options(const struct cli *c, const char *title, enum cli_state state, FILE *out)
{
	for (const struct cli_option *o = c->options; o->name; o++) {
		if (!o->doc || o->state != state)
			continue;
		if (title)
			fprintf(out, "\n%s\n", title);
		title = NULL;
		put_option(o, out);
	}
}

void cli_print(const struct cli *c, FILE *out)
{
	for (const struct cli_verb *v = c->verbs; v && v->name; v++) {
		char call[64];

		snprintf(call, sizeof(call), "%s %s", v->name, v->args ? v->args : "");
		fprintf(out, "  %-28s %s\n", call, v->doc);
	}
	if (c->verbs)
		putc('\n', out);
	put_options(c, NULL, CLI_WORKS, out);
	put_options(c, "Taken, and so anyway:", CLI_MOOT, out);
	put_options(c, "Taken, but without effect:", CLI_IGNORED, out);
	put_options(c, "Not possible:", CLI_REFUSED, out);
}

/* ---- completion ---- */

static void put_values(const struct cli_option *o, FILE *out)
{
	fputs("\t\tCOMPREPLY=($(compgen ", out);
	switch (o->kind) {
	case CLI_FILE: fputs("-f", out); break;
	case CLI_DIR: fputs("-d", out); break;
	case CLI_USER: fputs("-u", out); break;
	case CLI_KEYWORD: fputs("-W \"$_keepd_keywords\"", out); break;
	case CLI_WORD:
		fputs("-W '", out);
		put_words(o->words, " ", out);
		putc('\'', out);
		break;
	case CLI_NONE:
	case CLI_TEXT: fputs("-W ''", out); break;
	}
	fputs(" -- \"$word\"))\n", out);
}

/* The second words of verbs that have such. */
static void put_verb_cases(const struct cli *c, FILE *out)
{
	for (const struct cli_verb *v = c->verbs; v && v->name; v++) {
		if (!v->args || (v > c->verbs && strcmp(v[-1].name, v->name) == 0))
			continue;
		fprintf(out, "\t%s)\n\t\tCOMPREPLY=($(compgen -W '", v->name);
		for (const struct cli_verb *w = v; w->name && strcmp(w->name, v->name) == 0; w++)
			fprintf(out, "%s%.*s", w > v ? " " : "", (int)strcspn(w->args, " "),
				w->args);
		fputs("' -- \"$word\"))\n\t\treturn\n\t\t;;\n", out);
	}
}

static void put_cases(const struct cli *c, FILE *out)
{
	fputs("\tcase $before in\n", out);
	for (const struct cli_option *o = c->options; o->name; o++) {
		if (!o->doc || o->kind == CLI_NONE || o->state != CLI_WORKS)
			continue;
		fputs("\t", out);
		if (has_letter(o))
			fprintf(out, "-%c | ", o->id);
		fprintf(out, "--%s)\n", o->name);
		put_values(o, out);
		fputs("\t\treturn\n\t\t;;\n", out);
	}
	put_verb_cases(c, out);
	fputs("\tesac\n", out);
}

static void put_all(const struct cli *c, FILE *out)
{
	const char *blank = "";

	fputs("\tCOMPREPLY=($(compgen -W '", out);
	for (const struct cli_verb *v = c->verbs; v && v->name; v++) {
		if (v > c->verbs && strcmp(v[-1].name, v->name) == 0)
			continue;
		fprintf(out, "%s%s", blank, v->name);
		blank = " ";
	}
	for (const struct cli_option *o = c->options; o->name; o++) {
		if (!o->doc || o->state != CLI_WORKS)
			continue;
		fprintf(out, "%s--%s%s", blank, o->name,
			o->is_optional && o->kind == CLI_WORD ? "=" : "");
		blank = " ";
	}
	fputs("' -- \"$word\"))\n", out);
}

/* bash gives `--log=x` as three words: --log, =, x. */
void cli_print_bash(const struct cli *c, FILE *out)
{
	fprintf(out,
		"_%s()\n"
		"{\n"
		"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
		"\n"
		"\tif [ \"$word\" = = ]; then\n"
		"\t\tword=\n"
		"\telif [ \"$before\" = = ]; then\n"
		"\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n"
		"\tfi\n",
		c->program);
	put_cases(c, out);
	put_all(c, out);
	fprintf(out,
		"\t[ \"${COMPREPLY[0]-}\" = \"${COMPREPLY[0]%%=}\" ] || compopt -o nospace\n"
		"}\n"
		"complete -F _%s %s\n",
		c->program, c->program);
}
