/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters, conditions and sequences: which lines the parser gets, where each word of them was
 * written, and what is refused. Lines are shown as "LINE:COLUMN WORD ...;", the first error and the
 * first warning as people see them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/expand.h"
#include "core/conf/sequence.h"
#include "core/conf/source.h"
#include "test/unit/unit.h"

struct reading {
	struct arena *arena;
	struct conf_report *report;
	struct source source;
	char *lines, *origins; /* what came, and whence */
};

static void print_line(const struct word_source *line, struct arena *a, FILE *out, FILE *origins)
{
	struct word *words;
	const char *why;
	size_t at;
	int n = words_split(a, line, WORDS_PLAIN, &words, &at, &why);

	if (n < 0)
		fprintf(out, "%.*s", (int)line->len, line->text);
	for (int i = 0; i < n; i++) {
		char *origin = line_origin_text(&words[i].pos);

		fprintf(out, "%s%u:%u", i ? " " : "", words[i].pos.line, words[i].pos.col);
		if (words[i].width != words[i].len)
			fprintf(out, "+%u", words[i].width);
		fprintf(out, " %s", words[i].text);
		if (origin)
			fprintf(origins, "%s;", origin);
		free(origin);
	}
	putc(';', out);
}

static void read_text(struct reading *r, const char *text, uint64_t seed)
{
	struct word_source line;
	size_t len;
	FILE *out, *origins;

	*r = (struct reading){ .arena = arena_new(), .report = conf_report_new() };
	r->source = (struct source){
		.arena = r->arena, .report = r->report, .config_id = "left", .random_seed = seed
	};
	out = open_memstream(&r->lines, &len);
	origins = open_memstream(&r->origins, &len);
	source_open_text(&r->source, "t", text, strlen(text));
	while (source_next(&r->source, &line))
		print_line(&line, r->arena, out, origins);
	fclose(out);
	fclose(origins);
}

static void done(struct reading *r)
{
	source_close(&r->source);
	conf_report_free(r->report);
	arena_free(r->arena);
	free(r->lines);
	free(r->origins);
}

/* The first line of the report; "" if there is nothing. */
static char *first_finding(const struct conf_report *report)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_report_print(report, out);
	fclose(out);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* ---- what becomes of lines ---- */

static const struct {
	const char *text, *lines;
} good[] = {
	/* as they stand */
	{ "a b\nc", "1:1 a 1:3 b;2:1 c;" },
	{ "a b@c ~d", "1:1 a 1:3 b@c 1:7 ~d;" },
	{ "a $ $1 $$", "1:1 a 1:3 $ 1:5 $1 1:8 $$;" },
	{ "a \"^x$\"", "1:1 a 1:3+5 ^x$;" },

	/* definition and use */
	{ "$A=b\na $A", "2:1 a 2:3+2 b;" },
	{ "$A=b\na ${A}", "2:1 a 2:3+4 b;" },
	{ "  $A = b\n", "" },
	{ "$A=b\na x${A}y z", "2:1 a 2:3+6 xby 2:10 z;" },
	{ "$A=b\na $A, $A) $A", "2:1 a 2:3+3 b, 2:7+3 b) 2:11+2 b;" },
	{ "$A=b c\na $A", "2:1 a 2:3+2 b 2:3+2 c;" },
	{ "$A=  b  # c\na $A d", "2:1 a 2:3+2 b 2:6 d;" },
	{ "$A=\na ${A} b${A}c", "2:1 a 2:8+6 bc;" },
	{ "$A=\n${A}\n", "" },
	{ "$A=1\na $A\n$A=2\na $A", "2:1 a 2:3+2 1;4:1 a 4:3+2 2;" },
	{ "$A=$B\n$B=1\na $A", "3:1 a 3:3+2 1;" },
	{ "$B=1\n$A=${B}\n$B=2\na $A", "4:1 a 4:3+2 2;" },
	{ "$A=x${B}\n$B=y${C}\n$C=z\na ${A}", "4:1 a 4:3+4 xyz;" },
	{ "$A=b\na \"${A} $A c\"", "2:1 a 2:3+11 b b c;" },
	{ "$A=\"b c\"\na $A", "2:1 a 2:3+2 b c;" },
	{ "$A=b {\n$A", "2:1+2 b 2:1+2 {;" },
	{ "$_a1=x\n${_a1}", "2:1+6 x;" },
	{ "$A=a=b\n$A", "2:1+2 a=b;" },
	{ "\t$A=b\r\n a $A\r\n", "2:2 a 2:4+2 b;" },

	/* comments */
	{ "$A=b\na $A # $B", "2:1 a 2:3+2 b;" },
	{ "$A=b\\#c\na $A", "2:1 a 2:3+2 b#c;" },
	{ "$A=\"#\"\na $A ${A}", "2:1 a 2:3+2 # 2:6+4 #;" },
	{ "a \"${_HASH}${_BANG}\" b", "1:1 a 1:3+18 #! 1:22 b;" },
	{ "~LST(a, \\#, \\!) b ${a}c", "1:17 b 1:19+5 #c;1:17 b 1:19+5 !c;" },

	/* several lines */
	{ "$A= \\\n b \\\n c d\ne\n$A\nf", "4:1 e;2:2 b;3:2 c 3:4 d;6:1 f;" },
	{ "$A=b \\\nc\n$A", "1:4 b;2:1 c;" },
	{ "$A=b \\\nc\nx $A", "3:1 x 1:4 b;2:1 c;" },
	{ "$A=b \\\nc\nx${A}", "3:1+1 xb;2:1 c;" },
	{ "$A=\\\nb\\\nc # \\\nd\n$A", "4:1 d;2:1 b;3:1 c;" },
	{ "$A=\\\nb\\\n\nd\n$A", "4:1 d;5:1+2 b;" },
	{ "$A=\\\n $B \\\n c\n$B= \\\n d \\\n e\n$A", "5:2 d;6:2 e;3:2 c;" },
	{ "$A=\\\n x $B \\\n c\n$B=1\n$A", "2:2 x 2:4+2 1;3:2 c;" },
	{ "$A=\\\n b\n$A $A", "3:1+2 b 3:4+2 b;" },
	{ "$A=$B\n$B=\\\nb\\\nc\n$A", "3:1 b;4:1 c;" },
	{ "$A=\\\n $X=1\\\n b $X\n$A", "3:2 b 3:4+2 1;" },
	{ "$A=b\\\nc\n$E=\n$E $A", "1:4 b;2:1 c;" },

	/* conditions */
	{ "@left a\n@right b", "1:7 a;" },
	{ "@^left a\n@^right b", "2:9 b;" },
	{ "@left\n@left  \n", "" },
	{ "@lef a\n@leftt b", "" },
	{ "@left $A=1\n@right $A=2\na $A", "3:1 a 3:3+2 1;" },
	{ "@right $A= \\\n b \\\n c\nd", "4:1 d;" },
	{ "@left $A= \\\n b \\\n c\n$A", "2:2 b;3:2 c;" },
	{ "$IF=@left\n$IF a b", "2:5 a 2:7 b;" },
	{ "$IF=@right\n${IF} a $UNDEFINED", "" },
	{ "$IF=$L\n$L=@left\n$IF a", "3:5 a;" },
	{ "$IF=@left\n$IF $A=1\na $A", "3:1 a 3:3+2 1;" },
	{ "$L=left\n@${L} a\n@^${L} b", "2:7 a;" },
	{ "@${_INSTANCE} a", "1:15 a;" },
	{ "$A=\\\n@left b\\\n@right c\n$A", "2:7 b;" },
	{ "@left ~SEQ(i, 2) a${i}", "1:18+5 a1;1:18+5 a2;" },
	{ "@left include_check all", "1:7 include_check 1:21 all;" },

	/* always there */
	{ "a $_INSTANCE", "1:1 a 1:3+10 left;" },
	{ "$_INSTANCE=x\na $_INSTANCE", "2:1 a 2:3+10 x;" },
	{ "a ${_RANDOM 7 7}", "1:1 a 1:3+14 7;" },
	{ "a ${_ENV KEEPD_TEST}-", "1:1 a 1:3+19 xy-;" },
	{ "a b${_ENV KEEPD_NO_TEST}c", "1:1 a 1:3+23 bc;" },

	/* sequences */
	{ "~SEQ(i, 1, 3) a $i", "1:15 a 1:17+2 1;1:15 a 1:17+2 2;1:15 a 1:17+2 3;" },
	{ "~SEQ(i, 2) a", "1:12 a;1:12 a;" },
	{ "~SEQ(i, -2) ${i}", "1:13+4 -1;1:13+4 -2;" },
	{ "~SEQ(i, 0) ${i}", "1:12+4 1;1:12+4 0;" },
	{ "~SEQ(i, 3, 1) ${i}", "1:15+4 3;1:15+4 2;1:15+4 1;" },
	{ "~SEQ(i, 1, 2, 6) ${i}", "1:18+4 1;1:18+4 3;1:18+4 5;" },
	{ "~SEQ(i, 6, -3, 1) ${i}", "1:19+4 6;1:19+4 3;" },
	{ "~SEQ(i, 5, 7, 5) ${i}", "1:18+4 5;" },
	{ "~SEQ(i, 0x0e, 020) ${i}", "1:20+4 14;1:20+4 15;1:20+4 16;" },
	{ "~SEQx(i, 9, 11) ${i}", "1:17+4 9;1:17+4 a;1:17+4 b;" },
	{ "~SEQx(i, 32, -16, 0) ${i}", "1:22+4 20;1:22+4 10;1:22+4 0;" },
	{ "~SEQ (i,1)${i}", "1:11+4 1;" },
	{ "$N=2\n~SEQ(i, 1, $N) ${i}", "2:16+4 1;2:16+4 2;" },
	{ "$N=1, 2\n~SEQ(i, $N) ${i}", "2:13+4 1;2:13+4 2;" },
	{ "~SEQ(i, 2) ~SEQ(j, 1, $i) ${i}${j}", "1:27+8 11;1:27+8 21;1:27+8 22;" },
	{ "$B=\\\na $i\\\nb\n~SEQ(i, 2) $B", "2:1 a 2:3+2 1;3:1 b;2:1 a 2:3+2 2;3:1 b;" },
	{ "$B=\\\n~SEQ(j, $i) ${i}${j}\n~SEQ(i, 2) $B", "3:12 11;3:12 21;3:12 22;" },
	{ "~SEQ(i, 2) @left ${i}\n~SEQ(i, 2) @^left ${i}", "1:18+4 1;1:18+4 2;" },
	{ "~SEQ(i, 2) $X=a${i}\n$X", "2:1 a2;" },
	{ "$A=9\n~SEQ(A, 1) ${A}\n$A", "2:12+4 1;3:1+2 9;" },
	{ "$S=~SEQ(i, 2)\n$S a${i}", "2:4+5 a1;2:4+5 a2;" },

	{ "$B=b\\\n}\n~SEQ(i, 2) a { $B", "3:12 a 3:14 { 1:4 b;2:1 };3:12 a 3:14 { 1:4 b;2:1 };" },

	/* lists */
	{ "~LST(x, a, b) ${x}", "1:15+4 a;1:15+4 b;" },
	{ "~LST(x, a,,b) -${x}", "1:15+5 -a;1:15 -;1:15+5 -b;" },
	{ "~LST(x, ) -${x}", "1:11 -;" },
	{ "~LST({x}, {a}, b) ${x}", "1:19+4 a;1:19+4 b;" },
	{ "~LST({x, y}, {a, b} ,{c}, d) ${x}-${y}", "1:30+9 a-b;1:30+5 c-;1:30+5 d-;" },
	{ "~LST(x, \"a, b\", c) ${x}", "1:20 a, b;1:20+4 c;" },
	{ "$L=a, b\n~LST(x, $L, c) ${x}", "2:16+4 a;2:16+4 b;2:16+4 c;" },
	{ "$L=a\n~LST(x, $L) ~SEQ(i, 2) ${x}${i}", "2:24+8 a1;2:24+8 a2;" },
	{ "~LST(x, $y) ~LST(y, b) ${x}", "1:24+4 $y;" },
};

START_TEST(lines_become)
{
	struct reading r;

	setenv("KEEPD_TEST", "xy", 1);
	unsetenv("KEEPD_NO_TEST");
	read_text(&r, good[_i].text, 1);
	ck_assert_msg(strcmp(r.lines, good[_i].lines) == 0, "%s\nis:     %s\nwanted: %s\n%s",
		good[_i].text, r.lines, good[_i].lines, conf_report_first(r.report));
	done(&r);
}
END_TEST

/* ---- whence ---- */

static const struct {
	const char *text, *origins;
} whence[] = {
	{ "$A=b\na", "" },
	{ "$A=b\na $A c", "$A is `b`, line 1;" },
	{ "$A=$B\n$B=c\n$A", "$A is `$B`, line 1;" },
	{ "$A=b\na x${A}y", "$A is `b`, line 1;" },
	{ "$A=b\\\nc\n$A", "from $A used in line 3;from $A used in line 3;" },
	{ "$A=$B\\\nc\n$B=d\\\ne\n$A", "from $B used in line 1, from $A used in line 5;"
				       "from $B used in line 1, from $A used in line 5;"
				       "from $A used in line 5;" },
	{ "~SEQ(i, 3, 3) a", "with i = 3;" },
	{ "~SEQ(i, 1) ~LST({x,y}, {b,c}) a ${y}",
		"with i = 1, x = b, y = c;with i = 1, x = b, y = c;" },
	{ "$A=b ${i}\\\n\n~SEQ(i, 1) $A", "$A is `b ${i}`, line 1, with i = 1;"
					  "$A is `b ${i}`, line 1, with i = 1;" },
	{ "$A=b\\\nc\n~SEQ(i, 1) $A", "from $A used in line 3, with i = 1;"
				      "from $A used in line 3, with i = 1;" },
	{ "$A=b\\\nc $V\n$V=2\n$A", "from $A used in line 4;from $A used in line 4;"
				    "$V is `2`, line 3, from $A used in line 4;" },
	{ "$A=12345678901234567890123456789012345678901234567890\n$A",
		"$A is `1234567890123456789012345678901234567890...`, line 1;" },
};

START_TEST(origins_are_known)
{
	struct reading r;

	read_text(&r, whence[_i].text, 1);
	ck_assert_str_eq(r.origins, whence[_i].origins);
	ck_assert_uint_eq(conf_report_errors(r.report), 0);
	done(&r);
}
END_TEST

/* ---- what is refused ---- */

static const struct {
	const char *text, *finding, *lines;
} bad[] = {
	/* not defined */
	{ "$PRIO=1\na ${PRIE}", "t:2:3: error: `${PRIE}` is not defined; did you mean `$PRIO`?",
		"2:1 a 2:3+7 $PRIE;" },
	{ "$PRIO=1\na $PRIE",
		"t:2:3: warning: `$PRIE` is not defined and stays as it is; did you "
		"mean `$PRIO`?",
		"2:1 a 2:3 $PRIE;" },
	{ "a \"x ${PRIE}\"", "t:1:6: warning: `${PRIE}` is not defined and stays as it is",
		"1:1 a 1:3+11 x ${PRIE};" },
	{ "$BODY", "t:1:1: error: `$BODY` is not defined", "1:1 $BODY;" },
	{ "a $_RANDON",
		"t:1:3: warning: `$_RANDON` is not defined and stays as it is; did you "
		"mean `$_RANDOM`?",
		"1:1 a 1:3 $_RANDON;" },
	{ "$A=$B\na x$A", "t:2:4: warning: `$B` is not defined and stays as it is",
		"2:1 a 2:3 x$B;" },
	{ "a ${",
		"t:1:3: error: `${` must be followed by the name of a parameter and `}`; if it "
		"is meant as it stands, put the word in quotes",
		"1:1 a 1:3+2 $;" },
	{ "a ${A b}",
		"t:1:3: error: `${` must be followed by the name of a parameter and `}`; if "
		"it is meant as it stands, put the word in quotes",
		"1:1 a 1:3+3 $A 1:7 b};" },
	{ "$A=1\na $A/32",
		"t:2:3: warning: `$A` is not replaced, because only a blank, `,`, `)` or "
		"the end of the line may follow it: write `${A}`",
		"2:1 a 2:3 $A/32;" },
	{ "~SEQ(i, 1) 10.$i.1",
		"t:1:15: warning: `$i` is not replaced, because only a blank, `,`, "
		"`)` or the end of the line may follow it: write `${i}`",
		"1:12 10.$i.1;" },

	/* definitions */
	{ "$A =b", "t:1:1: error: a definition is written $A=value, without a blank before the `=`",
		"" },
	{ "${A}=b", "t:1:1: error: a definition is written $A=value, without braces", "" },
	{ "$A=b\\\nc \\\n",
		"t:1:1: warning: the file ends within this definition: its last line ends with "
		"`\\`",
		"" },
	{ "$A=b\\\nc\n$A d",
		"t:3:1: error: `$A` has several lines: nothing may follow it on the "
		"line it is used on",
		"3:1 $A 3:4 d;" },
	{ "~SEQ(i, 1) $A=b \\",
		"t:1:12: error: a definition of several lines cannot be one of the "
		"lines that a sequence or another definition makes",
		"" },

	/* endless ones */
	{ "$A=$A\na $A", "t:2:3: error: the value of `$A` contains `$A` itself", "2:1 a;" },
	{ "$A=1\n$A=$A, 2\na $A\na $A", "t:3:3: error: the value of `$A` contains `$A` itself",
		"3:1 a 3:3+2 , 3:3+2 2;4:1 a;" },
	{ "$A=$B\n$B=$C\n$C=$A\na $A", "t:4:3: error: the value of `$A` contains `$A` itself",
		"4:1 a;" },
	{ "$A=b\\\n$A\n$A", "t:2:1: error: the value of `$A` contains `$A` itself", "1:4 b;" },
	{ "$A=$B\\\nx\n$B=y\\\n$A\n$A", "t:4:1: error: the value of `$A` contains `$A` itself",
		"3:4 y;2:1 x;" },

	/* conditions */
	{ "@ a", "t:1:1: error: `@` must be followed by a config-id, without a blank", "" },
	{ "@^ a", "t:1:1: error: `@^` must be followed by a config-id, without a blank", "" },
	{ "@left @left a", "t:1:7: error: only one `@` may stand before a line", "" },

	/* always there */
	{ "a ${_RANDOM 5 1}",
		"t:1:3: error: `$_RANDOM`: the greatest value of ${_RANDOM MIN MAX} is "
		"less than the least",
		"1:1 a 1:3+14 $_RANDOM;" },
	{ "a ${_RANDOM x}",
		"t:1:3: error: `$_RANDOM`: write ${_RANDOM}, ${_RANDOM MIN} or "
		"${_RANDOM MIN MAX}, with numbers from 0 to 2147483647",
		"1:1 a 1:3+12 $_RANDOM;" },
	{ "a ${_ENV}",
		"t:1:3: error: `$_ENV`: write ${_ENV NAME}, with the name of one environment "
		"variable",
		"1:1 a 1:3+7 $_ENV;" },
	{ "a ${_HASH x}", "t:1:3: error: `$_HASH`: this parameter takes no arguments",
		"1:1 a 1:3+10 $_HASH;" },
	{ "a b${_HASH}c",
		"t:1:4: warning: the rest of the line is a comment; put the word in quotes "
		"if the `#` is part of it",
		"1:1 a 1:3 b;" },

	/* sequences */
	{ "~SEQ(i, 1, 0, 3) a", "t:1:12: error: ~SEQ: a step of 0 leads nowhere", "" },
	{ "~SEQ(i, 1, -1, 3) a", "t:1:12: error: ~SEQ: steps of -1 do not lead from 1 to 3", "" },
	{ "~SEQ(i, 3, 1, 1) a", "t:1:12: error: ~SEQ: steps of 1 do not lead from 3 to 1", "" },
	{ "~SEQ(i, 1, 1, 1, 1) a",
		"t:1:18: error: ~SEQ: too many numbers; write VARIABLE, START, STEP, END", "" },
	{ "~SEQ(i) a",
		"t:1:6: error: ~SEQ: the numbers are missing; write VARIABLE, END or "
		"VARIABLE, START, END or VARIABLE, START, STEP, END",
		"" },
	{ "~SEQ() a", "t:1:6: error: ~SEQ: `` cannot be the name of a variable", "" },
	{ "~SEQ(i, 1x) a", "t:1:9: error: ~SEQ: `1x` is not a number", "" },
	{ "~SEQ(i, 1, ) a", "t:1:11: error: ~SEQ: `` is not a number", "" },
	{ "$N=x\n~SEQ(i, 1, $N) a", "t:2:12: error: ~SEQ: `x` is not a number", "" },
	{ "~SEQ(i, 99999999999999999999) a",
		"t:1:9: error: ~SEQ: `99999999999999999999` is too "
		"large",
		"" },
	{ "~SEQ(i, 1, 0x7fffffff) a",
		"t:1:6: error: ~SEQ: this makes 2147483647 lines; at most 65536", "" },
	{ "~SEQx(i, -1, 3) a", "t:1:10: error: ~SEQx: a hexadecimal number cannot be negative",
		"" },
	{ "~SEQx(i, 3, -1) a", "t:1:13: error: ~SEQx: a hexadecimal number cannot be negative",
		"" },
	{ "~SEQ($i, 1, 3) a",
		"t:1:6: error: ~SEQ: `$i` cannot be the name of a variable: write it "
		"without the `$` here",
		"" },
	{ "~SEQ(i, 1, 3", "t:1:1: error: ~SEQ: `)` is missing", "" },
	{ "~SEQ(i, 1, 3)", "t:1:1: error: ~SEQ(...): there is nothing to be repeated behind it",
		"" },
	{ "~SEP(i, 1, 3) a",
		"t:1:1: error: `~` begins a sequence: ~SEQ(...), ~SEQx(...) or "
		"~LST(...), but this is none",
		"" },
	{ "~SEQ(i, 2) a ${i} { b\n}",
		"t:1:19: error: ~SEQ repeats only this line: the block that begins here must end "
		"on it, or be in a parameter of several lines",
		"1:12 a 1:14+4 1 1:19 { 1:21 b;2:1 };" },
	{ "~LST(x) a",
		"t:1:6: error: ~LST: the values are missing; write VARIABLE, VALUE, VALUE ... "
		"or {VARIABLE, VARIABLE}, {VALUE, VALUE} ...",
		"" },
	{ "~LST({x,y}, {1,2}, {3,4,5}) a",
		"t:1:25: error: ~LST: `5` is one value too many: there are 2 variables", "" },
	{ "~LST(x, {1,2}) a", "t:1:12: error: ~LST: `2` is one value too many: there is 1 variable",
		"" },
	{ "$B=b\\\nc\n~LST(x, $B) a",
		"t:3:13: error: ~LST: `$B` has several lines and cannot stand "
		"here",
		"" },
};

START_TEST(mistakes_are_told)
{
	struct reading r;
	char *first;

	read_text(&r, bad[_i].text, 1);
	first = first_finding(r.report);
	ck_assert_str_eq(first, bad[_i].finding);
	ck_assert_str_eq(r.lines, bad[_i].lines);
	ck_assert_uint_eq(conf_report_errors(r.report) + conf_report_warnings(r.report), 1);
	free(first);
	done(&r);
}
END_TEST

/* ---- bombs ---- */

/* $A0=LEAF, each further one twice the one before, and a use of the last. */
static char *doubling(const char *leaf, int levels, bool has_lines)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fprintf(out, "$A0=%s\n", leaf);
	for (int i = 1; i <= levels; i++)
		if (has_lines)
			fprintf(out, "$A%d=$A%d\\\n$A%d\n", i, i - 1, i - 1);
		else
			fprintf(out, "$A%d=${A%d}${A%d}\n", i, i - 1, i - 1);
	fprintf(out, has_lines ? "$A%d" : "a ${A%d}", levels);
	fclose(out);
	return text;
}

static void check_bomb(char *text, const char *error)
{
	struct reading r;

	read_text(&r, text, 1);
	ck_assert_str_eq(conf_report_first(r.report), error);
	ck_assert_uint_eq(conf_report_errors(r.report), 1);
	done(&r);
	free(text);
}

START_TEST(explosions_are_bounded)
{
	static const char too_long[] =
		"t:32:3: error: with its parameters replaced this line is longer than 1 MiB";

	check_bomb(doubling("x", 30, false), too_long);
	check_bomb(doubling("", 30, false), too_long);
	check_bomb(doubling("x", 40, false),
		"t:42:3: error: more than 32 parameters inside one another");
	check_bomb(doubling("x\\\n", 40, true),
		"t:5:5: error: parameters and sequences make more than 32 MiB of text; nothing is "
		"read from here on");
}
END_TEST

START_TEST(sequences_of_sequences_are_bounded)
{
	char *text = strdup("~SEQ(i, 60000) ~SEQ(j, 60000) a\nb");

	check_bomb(text, "t:1:31: error: parameters and sequences make more than 32 MiB of text; "
			 "nothing is read from here on");
}
END_TEST

START_TEST(lines_may_be_long)
{
	size_t len = (size_t)900 << 10;
	char *text = malloc(len + 20);
	struct reading r;

	memset(text, 'x', len);
	memcpy(text, "$A=", 3);
	strcpy(text + len, "\na b${A}");
	read_text(&r, text, 1);
	ck_assert_uint_eq(conf_report_errors(r.report), 0);
	ck_assert_uint_eq(strlen(r.lines), strlen("2:1 a 2:3+5 b;") + len - 3);
	done(&r);
	free(text);
}
END_TEST

/* ---- chance ---- */

static char *chances(const char *text, uint64_t seed)
{
	struct reading r;
	char *lines;

	read_text(&r, text, seed);
	lines = strdup(r.lines);
	ck_assert_uint_eq(conf_report_errors(r.report), 0);
	done(&r);
	return lines;
}

START_TEST(random_numbers_follow_the_seed)
{
	static const char some[] = "${_RANDOM}.${_RANDOM}.${_RANDOM 5 2000000000}";
	static const char seeded[] = "global_defs {\nrandom_seed 7\n}\n${_RANDOM}.${_RANDOM}";
	static const char on_one_line[] =
		"global_defs { random_seed 7 }\n\n\n${_RANDOM}.${_RANDOM}";
	char *a = chances(some, 1), *b = chances(some, 1), *c = chances(some, 2);
	char *d = chances(seeded, 1), *e = chances(on_one_line, 2);

	ck_assert_str_eq(a, b);
	ck_assert_str_ne(a, c);
	ck_assert_str_eq(strrchr(d, ' '), strrchr(e, ' '));
	free(a);
	free(b);
	free(c);
	free(d);
	free(e);
	for (uint64_t seed = 0; seed < 100; seed++) {
		a = chances("${_RANDOM 3 5}", seed);
		ck_assert(strstr(a, " 3;") || strstr(a, " 4;") || strstr(a, " 5;"));
		free(a);
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_expand");
	TCase *t = tcase_create("expand");

	tcase_add_loop_test(t, lines_become, 0, COUNT(good));
	tcase_add_loop_test(t, origins_are_known, 0, COUNT(whence));
	tcase_add_loop_test(t, mistakes_are_told, 0, COUNT(bad));
	tcase_add_test(t, explosions_are_bounded);
	tcase_add_test(t, sequences_of_sequences_are_bounded);
	tcase_add_test(t, lines_may_be_long);
	tcase_add_test(t, random_numbers_follow_the_seed);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	return s;
}
