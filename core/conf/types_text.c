/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The types whose values are free text: strings, interface names, users, scripts, regular
 * expressions. See types.h.
 */
#include <net/if.h>
#include <string.h>

#include "core/conf/line.h"
#include "core/conf/types.h"

bool text_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* ---- quotes ---- */

static void print_quoted(const char *text, FILE *out)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

void type_print_word(const char *text, FILE *out)
{
	if (*text && !strpbrk(text, " \t\v\f\r\"'#!{}\\"))
		fputs(text, out);
	else
		print_quoted(text, out);
}

/* ---- string ---- */

static int string_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);

	if (!w)
		return -1;
	if ((in->row->flags & CONF_SECRET) && strcmp(w->text, CONF_MASK) == 0)
		return type_complain(in, w,
			"%s: " CONF_MASK " stands for a secret that was not to be shown: write the "
			"secret",
			in->row->name);
	*(const char **)field = arena_strndup(in->arena, w->text, w->len);
	return 0;
}

void type_string_print(const struct conf_row *row, const void *field, FILE *out)
{
	const char *text = *(const char *const *)field;

	(void)row;
	if (text)
		type_print_word(text, out);
}

bool type_string_equal(const void *a, const void *b)
{
	return text_equal(*(const char *const *)a, *(const char *const *)b);
}

uint64_t type_string_hash(uint64_t h, const void *field)
{
	return hash_text(h, *(const char *const *)field);
}

static void string_describe(const struct conf_row *row, FILE *out)
{
	fputs(row->unit ? row->unit : "a word, or several in quotes", out);
}

const struct conf_type conf_type_string = { "STRING", sizeof(const char *), 0, string_read,
	type_string_print, type_string_equal, type_string_hash, string_describe,
	.examples = "plain\n\"two words\"\n\"#!{} "
		    "x\"\na\\#b\\!c\n\"it's\"\n\"\\x41\"\n\"\"\n\"a\tb\"\ncaf\xc3\xa9\n\"'\"" };

/* ---- interface name ---- */

static int ifname_read(struct type_in *in, void *field)
{
	const struct word *w = type_peek(in);

	if (w && (!w->len || w->len >= IF_NAMESIZE || strpbrk(w->text, "/ \t\v\f\r\"#!{}\\") ||
			 strcmp(w->text, ".") == 0 || strcmp(w->text, "..") == 0)) {
		in->next++;
		return type_unfit(in, w);
	}
	return string_read(in, field);
}

static void ifname_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a name of 1 to 15 characters", out);
}

const struct conf_type conf_type_ifname = { "INTERFACE", sizeof(const char *), 0, ifname_read,
	type_string_print, type_string_equal, type_string_hash, ifname_describe,
	.examples = "eth0\nbond0.100" };

/* ---- user and group ---- */

static const char *user_part(struct type_in *in, const struct word *w)
{
	return arena_strndup(in->arena, w->text, w->len);
}

/* [:]GROUP; the colon asks for supplementary groups. */
static const char *group_part(struct type_in *in, const struct word *w)
{
	if (w->text[0] == ':') {
		type_warn(in, w, "`%s`: supplementary groups are not set; the group is %s", w->text,
			w->text + 1);
		return arena_strdup(in->arena, w->text + 1);
	}
	return user_part(in, w);
}

static int user_read(struct type_in *in, void *field)
{
	const struct word *w = type_word(in);
	struct conf_user *u = field;

	if (!w)
		return -1;
	if (!w->len)
		return type_unfit(in, w);
	*u = (struct conf_user){ .name = user_part(in, w) };
	w = type_peek(in);
	if (!w)
		return 0;
	in->next++;
	u->group = group_part(in, w);
	return *u->group ? 0 : type_unfit(in, w);
}

static void user_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_user *u = field;

	(void)row;
	if (!u->name)
		return;
	type_print_word(u->name, out);
	if (u->group) {
		putc(' ', out);
		type_print_word(u->group, out);
	}
}

static bool user_equal(const void *a, const void *b)
{
	const struct conf_user *x = a, *y = b;

	return text_equal(x->name, y->name) && text_equal(x->group, y->group);
}

static uint64_t user_hash(uint64_t h, const void *field)
{
	const struct conf_user *u = field;

	return hash_text(hash_text(h, u->name), u->group);
}

static void user_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("the name of a user, and perhaps of a group", out);
}

const struct conf_type conf_type_user = { "USER [GROUP]", sizeof(struct conf_user), 0, user_read,
	user_print, user_equal, user_hash, user_describe,
	.examples = "root\nnobody\nnobody nogroup" };

/* ---- lines cut in the way of scripts ---- */

/* The words of the whole line, keyword first; -1 after a complaint. */
static int raw_words(struct type_in *in, enum word_style style, struct word **words)
{
	const char *why;
	size_t at;
	int n = words_split(in->scratch, in->raw, style, words, &at, &why);

	in->next =
		in->count; /* whatever ordinary words there are: they are read in this other way */
	if (n < 0)
		return type_complain(in,
			&(struct word){ .pos = line_pos(in->raw, at, 1, NULL), .width = 1 },
			"%s: %s", in->row->name, why);
	if (n < 2)
		return type_complain(in, NULL, "%s: a value is missing", in->row->name);
	return n;
}

/* ---- script ---- */

void conf_script_complete(struct conf_script *s)
{
	uint64_t h = hash_text(HASH_START, s->command);

	s->id = hash_end(hash_text(hash_text(h, s->user), s->group));
	if (!s->id)
		s->id = 1;
}

/* No user or group is called like that: an option, a path, a number, an address. */
static bool is_argument(const char *text)
{
	return text[0] == '-' || text[strcspn(text, "/=")] ||
	       (text[0] && !text[strspn(text, "0123456789.:")]);
}

static int script_read(struct type_in *in, void *field)
{
	struct conf_script *s = field;
	struct word *words;
	char **argv;
	struct err e;
	int n;

	if ((in->row->flags & CONF_OPTIONAL_ARG) && in->count < 2)
		return 0;
	n = raw_words(in, WORDS_SCRIPT, &words);
	if (n < 0)
		return -1;
	if (script_argv(in->scratch, words[1].text, &argv, &e) < 0)
		return type_complain(in, &words[1], "%s: %s", in->row->name, e.text);
	for (int i = 2; i < n && i < 4; i++)
		if (is_argument(words[i].text))
			return type_complain(in, &words[i],
				"%s: `%s` is not the name of a user or group: put the command with "
				"its arguments in quotes",
				in->row->name, words[i].text);
	if (n > 4)
		return type_complain(in, &words[4],
			"%s: after the command only a user and a group may stand: put the command "
			"with its arguments in quotes",
			in->row->name);
	*s = (struct conf_script){ .command = user_part(in, &words[1]) };
	if (n > 2)
		s->user = user_part(in, &words[2]);
	if (n > 3)
		s->group = group_part(in, &words[3]);
	if ((s->user && !*s->user) || (s->group && !*s->group))
		return type_complain(in, &words[n - 1], "%s: an empty name", in->row->name);
	if (s->user)
		conf_script_complete(s);
	return 0;
}

static void script_print(const struct conf_row *row, const void *field, FILE *out)
{
	const struct conf_script *s = field;

	(void)row;
	if (!s->command)
		return;
	print_quoted(s->command, out);
	if (s->user) {
		putc(' ', out);
		type_print_word(s->user, out);
	}
	if (s->user && s->group) {
		putc(' ', out);
		type_print_word(s->group, out);
	}
}

static bool script_equal(const void *a, const void *b)
{
	const struct conf_script *x = a, *y = b;

	return text_equal(x->command, y->command) && text_equal(x->user, y->user) &&
	       text_equal(x->group, y->group);
}

static uint64_t script_hash(uint64_t h, const void *field)
{
	const struct conf_script *s = field;

	return hash_text(hash_text(hash_text(h, s->command), s->user), s->group);
}

static void script_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a command, in quotes if it has arguments, and perhaps a user and a group", out);
}

const struct conf_type conf_type_script = { "COMMAND [USER [GROUP]]", sizeof(struct conf_script),
	TYPE_FIRST_WINS, script_read, script_print, script_equal, script_hash, script_describe,
	.examples = "/bin/true\n\"/bin/x a b\" root\n'/bin/x \"a  b\"' nobody nogroup\n\"/bin/x 'a "
		    "b' \\x41 #\"\n/bin/x\\#y root" };

/* ---- regex ---- */

static int regex_read(struct type_in *in, void *field)
{
	struct word *words;
	int n = raw_words(in, WORDS_SCRIPT_ESCAPED, &words);

	if (n < 0)
		return -1;
	if (n > 2)
		return type_complain(in, &words[2],
			"%s: only one expression may stand here: put it in quotes", in->row->name);
	if (!words[1].len)
		return type_complain(in, &words[1], "%s: an empty expression", in->row->name);
	*(const char **)field = user_part(in, &words[1]);
	return 0;
}

static void regex_print(const struct conf_row *row, const void *field, FILE *out)
{
	const char *text = *(const char *const *)field;

	(void)row;
	if (!text)
		return;
	putc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\\')
			fputs("\\\\", out);
		else if (c < ' ' || c == '"' || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

static void regex_describe(const struct conf_row *row, FILE *out)
{
	(void)row;
	fputs("a regular expression in quotes", out);
}

const struct conf_type conf_type_regex = { "\"EXPRESSION\"", sizeof(const char *), 0, regex_read,
	regex_print, type_string_equal, type_string_hash, regex_describe,
	.examples = "\"Still alive\"\n^a\n\"\\\\d+ \\x22 # {}\"\n'x y'\n\"tab\\there\\n\"\na\\ "
		    "b\n\"\\\"\\\"\"" };
