/* SPDX-License-Identifier: Apache-2.0 */
/* Files, lines, comments and include: what reaches the parser, and what is refused before. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf/tree.h"
#include "test/unit/unit.h"

static char folder[] = "/tmp/keepd-conf-XXXXXX";

static void enter_folder(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
	char command[100];

	ck_assert_int_eq(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	ck_assert_int_eq(system(command), 0);
}

static void put(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static void put_text(const char *path, const char *text)
{
	put(path, text, strlen(text));
}

struct reading {
	struct arena *arena;
	struct conf_report *report;
	struct source source;
};

static void reading_init(struct reading *r)
{
	r->arena = arena_new();
	r->report = conf_report_new();
	r->source = (struct source){ .arena = r->arena, .report = r->report };
}

static void reading_fini(struct reading *r)
{
	source_close(&r->source);
	conf_report_free(r->report);
	arena_free(r->arena);
}

/* All lines as "file:line:col text;" */
static char *lines(struct reading *r)
{
	struct word_source line;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	while (source_next(&r->source, &line))
		fprintf(out, "%s:%u:%u %.*s;", line.pos.file->name, line.pos.line, line.pos.col,
			(int)line.len, line.text);
	fclose(out);
	return text;
}

static void check_lines(struct reading *r, const char *want)
{
	char *have = lines(r);

	ck_assert_str_eq(have, want);
	free(have);
}

static const struct {
	const char *text, *lines;
} texts[] = {
	{ "a b\n c\n", "t:1:1 a b;t:2:2 c;" },
	{ "a # b\n! c\n\n  \n", "t:1:1 a;" },
	{ "a#b\n", "t:1:1 a;" },
	{ "a\\#b \\! ! c\n", "t:1:1 a\\#b \\!;" },
	{ "a \"#!\" # x\n", "t:1:1 a \"#!\";" },
	{ "a '#'\n", "t:1:1 a ';" },
	{ "a\r\nb\r\n", "t:1:1 a;t:2:1 b;" },
	{ "a\rb", "t:1:1 a\rb;" },
	{ "\xef\xbb\xbf"
	  "a",
		"t:1:1 a;" },
	{ "last", "t:1:1 last;" },
	{ "", "" },
};

START_TEST(comments_and_blanks_go_and_places_stay)
{
	struct reading r;

	reading_init(&r);
	source_open_text(&r.source, "t", texts[_i].text, strlen(texts[_i].text));
	check_lines(&r, texts[_i].lines);
	ck_assert_uint_eq(conf_report_errors(r.report), 0);
	reading_fini(&r);
}
END_TEST

static const struct {
	const char *bytes;
	size_t len;
	const char *lines, *error; /* the lines before */
} binaries[] = {
	{ "a\0b", 3, "", "t:1:2: error: not a text file: it contains a NUL byte (\\x00)" },
	{ "a\nb\x01", 4, "t:1:1 a;",
		"t:2:2: error: not a text file: it contains the control character \\x01" },
	{ "\x7f"
	  "ELF",
		4, "", "t:1:1: error: not a text file: it contains the control character \\x7f" },
};

START_TEST(a_binary_file_is_refused_at_its_first_such_byte)
{
	struct reading r;

	reading_init(&r);
	source_open_text(&r.source, "t", binaries[_i].bytes, binaries[_i].len);
	check_lines(&r, binaries[_i].lines);
	ck_assert_str_eq(conf_report_first(r.report), binaries[_i].error);
	ck_assert_uint_eq(conf_report_errors(r.report), 1);
	reading_fini(&r);
}
END_TEST

START_TEST(include_is_relative_to_the_file_that_includes)
{
	struct reading r;

	mkdir("d", 0755);
	put_text("main", "a\ninclude d/one\nb\n");
	put_text("d/one", "c\ninclude two\nd\n");
	put_text("d/two", "e");
	reading_init(&r);
	ck_assert_int_eq(source_open(&r.source, "main"), 0);
	check_lines(&r, "main:1:1 a;d/one:1:1 c;d/two:1:1 e;d/one:3:1 d;main:3:1 b;");
	ck_assert_uint_eq(conf_report_errors(r.report), 0);
	reading_fini(&r);
}
END_TEST

START_TEST(include_takes_patterns_in_the_order_of_names)
{
	struct reading r;

	mkdir("d", 0755);
	mkdir("d/x.conf", 0755);
	put_text("main", "include d/*.conf\ninclude d/{b,a}.conf\ninclude none/*\n"
			 "include \"d/b.conf\" # quoted\n");
	put_text("d/b.conf", "b");
	put_text("d/a.conf", "a");
	put_text("d/c.txt", "c");
	reading_init(&r);
	ck_assert_int_eq(source_open(&r.source, "main"), 0);
	check_lines(
		&r, "d/a.conf:1:1 a;d/b.conf:1:1 b;d/b.conf:1:1 b;d/a.conf:1:1 a;d/b.conf:1:1 b;");
	ck_assert_uint_eq(conf_report_errors(r.report), 0);
	ck_assert_uint_eq(conf_report_warnings(r.report), 1); /* the folder x.conf */
	reading_fini(&r);
}
END_TEST

START_TEST(a_folder_with_special_characters_is_no_pattern)
{
	struct reading r;

	mkdir("d[1]", 0755);
	put_text("d[1]/main", "include *.conf\n");
	put_text("d[1]/a.conf", "a");
	reading_init(&r);
	ck_assert_int_eq(source_open(&r.source, "d[1]/main"), 0);
	check_lines(&r, "d[1]/a.conf:1:1 a;");
	reading_fini(&r);
}
END_TEST

static const struct {
	const char *main, *error;
} refused[] = {
	{ "include no-such", "main:1:1: error: include no-such: No such file or directory" },
	{ "x\n include", "main:2:2: error: include: the name of a file is missing" },
	{ "include main", "main:1:1: error: include main: this file is being read already: it "
			  "includes itself" },
	{ "include ./main", "main:1:1: error: include ./main: this file is being read already: it "
			    "includes itself" },
	{ "include loop", "loop:1:1: error: include main: this file is being read already: it "
			  "includes itself" },
	{ "include d", "main:1:1: error: include d: is a directory, not a file" },
	{ "include fifo", "main:1:1: error: include fifo: is a fifo, not a file" },
	{ "include /dev/null", "main:1:1: error: include /dev/null: is a device, not a file" },
	{ "includea no*", "main:1:1: error: include: no file matches `no*`" },
	{ "includew no*", "main:1:1: error: include: no file matches `no*`" },
	{ "includem no", "main:1:1: error: include no: No such file or directory" },
	{ "includem {no,nay}", "main:1:1: error: include: no file matches `{no,nay}`" },
	{ "includeb {loop2,no}", "main:1:1: error: include: no file matches `no`" },
	{ "includeb {loop2,n*}", "main:1:1: error: include: no file matches `n*`" },
	{ "includea {loop2,no}", "main:1:1: error: include: no file matches `no`" },
	{ "include {1,2,3}{1,2,3}{1,2,3}{1,2,3}{1,2,3}{1,2,3}{1,2,3}",
		"main:1:1: error: include: `{1,2,3}{1,2,3}{1,2,3}{1,2,3}{1,2,3}{1,2,3}{1,2,3}` "
		"stands for more than 1000 names" },
	{ "include_check wildcard_match\ninclude no*",
		"main:2:1: error: include: no file matches `no*`" },
	{ "include_check\ninclude no*", "main:2:1: error: include: no file matches `no*`" },
	{ "global_defs { include_check }\ninclude no*",
		"main:2:1: error: include: no file matches `no*`" },
	{ "include_check -match +wildcard_match\ninclude no*",
		"main:2:1: error: include: no file matches `no*`" },
	{ "include_check all", "main:1:15: error: include_check: `all` is not one of read, match, "
			       "wildcard_match and brace_match, with or without + or - before it" },
	{ "$N=no\ninclude ${N}-such",
		"main:2:1: error: include no-such: No such file or directory" },
	{ "~LST(x, loop2, no) include ${x}",
		"main:1:20: error: include no: No such file or directory" },
	{ "include binary", "binary:1:1: error: not a text file: it contains a NUL byte (\\x00)" },
	{ "include deep.1", "deep.15:1:1: error: include: more than 16 files deep" },
};

START_TEST(includes_that_cannot_be_are_refused_and_the_rest_is_read)
{
	struct reading r;
	char name[20], text[40], *rest;

	put_text("main", refused[_i].main);
	mkdir("d", 0755);
	ck_assert_int_eq(mkfifo("fifo", 0644), 0);
	put_text("loop", "include main");
	put_text("loop2", "");
	put("binary", "\0", 1);
	for (int i = 1; i < 20; i++) {
		snprintf(name, sizeof(name), "deep.%d", i);
		snprintf(text, sizeof(text), "include deep.%d", i + 1);
		put_text(name, text);
	}
	FILE *f = fopen("main", "a");

	fputs("\nrest\n", f);
	fclose(f);
	reading_init(&r);
	ck_assert_int_eq(source_open(&r.source, "main"), 0);
	rest = lines(&r);
	ck_assert_ptr_nonnull(strstr(rest, "rest;"));
	free(rest);
	ck_assert_str_eq(conf_report_first(r.report), refused[_i].error);
	ck_assert_uint_eq(conf_report_errors(r.report), 1);
	reading_fini(&r);
}
END_TEST

static const struct {
	const char *main, *lines;
	unsigned warnings;
} accepted[] = {
	{ "include no*", "", 0 },
	{ "include {no,one}", "d/one:1:1 1;", 0 },
	{ "includew {no,o*e}", "d/one:1:1 1;", 0 },
	{ "includeb {two,one}", "d/two:1:1 2;d/one:1:1 1;", 0 },
	{ "include {t{w,}o,on\\e}", "d/two:1:1 2;d/one:1:1 1;", 0 },
	{ "include_check read\ninclude no*", "d/main:1:1 include_check read;", 0 },
	{ "include_check\ninclude_check -wildcard_match\ninclude no*",
		"d/main:1:1 include_check;d/main:2:1 include_check -wildcard_match;", 0 },
	{ "include strict\ninclude no*", "d/strict:1:1 include_check;", 0 },
	{ "include exec\ninclude {exec,one}", "d/one:1:1 1;", 2 },
	{ "$N=one\ninclude $N\ninclude \"${N}\"", "d/one:1:1 1;d/one:1:1 1;", 0 },
	{ "~LST(f, one, two) include ${f}\nx", "d/one:1:1 1;d/two:1:1 2;d/main:2:1 x;", 0 },
	{ "$B=a\\\ninclude one\\\nb\n$B\nc", "d/main:1:4 a;d/one:1:1 1;d/main:3:1 b;d/main:5:1 c;",
		0 },
	{ "include define\n$P $S", "d/define:2:1 \"@\";d/main:2:1 \"@\" \"!\";", 0 },
	{ "@id include one\n@^id include two", "d/one:1:1 1;", 0 },
	{ "include pwd", "d/e/pwd:1:18 e;", 0 },
};

START_TEST(includes_that_can_be)
{
	struct reading r;

	mkdir("d", 0755);
	mkdir("d/e", 0755);
	put_text("d/main", accepted[_i].main);
	put_text("d/one", "1");
	put_text("d/two", "2");
	put_text("d/strict", "include_check\n");
	put_text("d/define", "$P=\"@\"\n$P\n$S=\"!\"\n");
	put_text("d/exec", "exec");
	put_text("d/pwd", "include e/*\n");
	put_text("d/e/pwd", "~LST(x, ${_PWD}) e\n");
	chmod("d/exec", 0700);
	reading_init(&r);
	r.source.config_id = "id";
	ck_assert_int_eq(source_open(&r.source, "d/main"), 0);
	check_lines(&r, accepted[_i].lines);
	ck_assert_str_eq(conf_report_first(r.report), "");
	ck_assert_uint_eq(conf_report_warnings(r.report), accepted[_i].warnings);
	reading_fini(&r);
}
END_TEST

START_TEST(the_folder_is_that_of_the_file)
{
	struct reading r;
	char want[200];

	mkdir("d", 0755);
	put_text("main", "include d/one\n${_PWD}\n");
	put_text("d/one", "${_PWD}\n");
	reading_init(&r);
	ck_assert_int_eq(source_open(&r.source, "main"), 0);
	snprintf(want, sizeof(want), "d/one:1:1 %s/d;main:2:1 %s;", folder, folder);
	check_lines(&r, want);
	reading_fini(&r);
}
END_TEST

START_TEST(the_main_file_may_be_a_pattern)
{
	struct reading r;

	put_text("a.conf", "a\n$X=1\n");
	put_text("b.conf", "b $X\n");
	reading_init(&r);
	ck_assert_int_eq(source_open(&r.source, "*.conf"), 0);
	check_lines(&r, "a.conf:1:1 a;b.conf:1:1 b 1;");
	ck_assert_uint_eq(conf_report_warnings(r.report), 1);
	reading_fini(&r);

	reading_init(&r);
	ck_assert_int_eq(source_open(&r.source, "a.*"), 0);
	check_lines(&r, "a.conf:1:1 a;");
	ck_assert_uint_eq(conf_report_warnings(r.report), 0);
	reading_fini(&r);
}
END_TEST

START_TEST(an_unreadable_main_file_is_told_apart)
{
	static const char *const names[] = { "no-such", ".", "no*" };
	struct reading r;

	for (int i = 0; i < 3; i++) {
		reading_init(&r);
		ck_assert_int_eq(source_open(&r.source, names[i]), -1);
		ck_assert(conf_report_is_unreadable(r.report));
		ck_assert_uint_eq(conf_report_errors(r.report), 1);
		reading_fini(&r);
	}
}
END_TEST

/* The tree as "word word{...}". */
static void print_tree(const struct tree_line *line, FILE *out)
{
	for (unsigned i = 0; i < line->count; i++)
		fprintf(out, i ? " %s" : "%s", line->words[i].text);
	if (line->has_block)
		putc('{', out);
	for (const struct tree_line *child = line->children; child; child = child->next)
		print_tree(child, out);
	putc(line->has_block ? '}' : ';', out);
}

static const struct {
	const char *text, *tree, *error;
} trees[] = {
	{ "a b\nc\n", "a b;c;", "" },
	{ "a { b }", "a{b;}", "" },
	{ "a{b{c}d}e", "a{b{c;}d;}e;", "" },
	{ "a\n\n{\n b\n}\n", "a{b;}", "" },
	{ "a { b 1 c 2 }", "a{b 1 c 2;}", "" },
	{ "a { } b { }", "a{}b{}", "" },
	{ "a \"{ }\" { b }", "a { }{b;}", "" },
	{ "a {\n b\n", "a{b;}",
		"t:1:1: error: `}` is missing: this block is not closed before the end (line 2)" },
	{ "a { b {", "a{b{}}",
		"t:1:5: error: `}` is missing: this block is not closed before the end (line 1)" },
	{ "a {\n  b {\n}\nc {\n}", "a{b{}c{}}",
		"t:1:1: error: `}` is missing: this block is not closed before the end (line 5); "
		"by the indentation, look at `b` in line 2" },
	{ "a { }\n}\nb", "a{}b;", "t:2:1: error: `}` too many: no block is open here" },
	{ "{ a { b } }\nc", "c;",
		"t:1:1: error: `{` without a keyword before it; what is inside is skipped" },
	{ "a { { b } c }", "a{c;}",
		"t:1:5: error: `{` without a keyword before it; what is inside is skipped" },
	{ "a { b } { c }", "a{b;}",
		"t:1:9: error: `{` without a keyword before it; what is inside is skipped" },
	{ "a { ~SEQ(i, 2) b }", "a{}",
		"t:1:5: error: `~SEQ` must stand at the beginning of a line" },
	{ "a { @left b\nc }", "a{c;}",
		"t:1:5: error: `@left` must stand at the beginning of a line" },
	{ "a \"b\nc", "c;", "t:1:3: error: the quote \" is not closed on this line" },
};

START_TEST(braces_make_blocks_wherever_they_stand)
{
	struct reading r;
	struct tree tree = { 0 };
	struct tree_line *line;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	reading_init(&r);
	source_open_text(&r.source, "t", trees[_i].text, strlen(trees[_i].text));
	tree.source = &r.source;
	tree.arena = r.arena;
	while ((line = tree_next(&tree)))
		print_tree(line, out);
	fclose(out);
	ck_assert_str_eq(text, trees[_i].tree);
	ck_assert_str_eq(conf_report_first(r.report), trees[_i].error);
	ck_assert_uint_eq(conf_report_errors(r.report), *trees[_i].error != '\0');
	free(text);
	reading_fini(&r);
}
END_TEST

START_TEST(blocks_too_deep_are_refused_once)
{
	char text[3 * CONF_DEPTH_MAX * 10] = "";
	struct reading r;
	struct tree tree = { 0 };

	for (int i = 0; i < 2 * CONF_DEPTH_MAX; i++)
		strcat(text, "a {");
	for (int i = 0; i < 2 * CONF_DEPTH_MAX; i++)
		strcat(text, "}");
	reading_init(&r);
	source_open_text(&r.source, "t", text, strlen(text));
	tree.source = &r.source;
	tree.arena = r.arena;
	ck_assert_ptr_nonnull(tree_next(&tree));
	ck_assert_ptr_null(tree_next(&tree));
	ck_assert_uint_eq(conf_report_errors(r.report), 1);
	reading_fini(&r);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_source");
	TCase *t = tcase_create("source");

	tcase_add_checked_fixture(t, enter_folder, leave_folder);
	tcase_add_loop_test(t, comments_and_blanks_go_and_places_stay, 0, COUNT(texts));
	tcase_add_loop_test(t, a_binary_file_is_refused_at_its_first_such_byte, 0, COUNT(binaries));
	tcase_add_test(t, include_is_relative_to_the_file_that_includes);
	tcase_add_test(t, include_takes_patterns_in_the_order_of_names);
	tcase_add_test(t, a_folder_with_special_characters_is_no_pattern);
	tcase_add_loop_test(
		t, includes_that_cannot_be_are_refused_and_the_rest_is_read, 0, COUNT(refused));
	tcase_add_loop_test(t, includes_that_can_be, 0, COUNT(accepted));
	tcase_add_test(t, the_folder_is_that_of_the_file);
	tcase_add_test(t, the_main_file_may_be_a_pattern);
	tcase_add_test(t, an_unreadable_main_file_is_told_apart);
	tcase_add_loop_test(t, braces_make_blocks_wherever_they_stand, 0, COUNT(trees));
	tcase_add_test(t, blocks_too_deep_are_refused_once);
	suite_add_tcase(s, t);
	return s;
}
