/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a configuration: no crash, no leak, and what is accepted prints to a text that is
 * accepted as equal and prints to itself; so does what is not built yet. It can be shown in every
 * way, and is not different from what the daemon would hand out of it. Texts with an include are
 * left out: they would read what lies around on this machine.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checker/schema.h"
#include "core/conf/conf.h"
#include "core/conf/words.h"
#include "keepd/schema.h"
#include "vrrp/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECTIONS 3

static const struct conf_section *const sections[SECTIONS + 1] = { &keepd_section, &vrrp_section,
	&checker_section, NULL };

/* What was read back; the caller frees it. */
static struct conf *there_and_back(const struct conf *c, const struct conf_section *section)
{
	const struct conf_section *const only[] = { section, NULL };
	const struct conf_params params = {
		.sections = only, .is_canonical = true, .is_to_look_at = true
	};
	struct conf_report *r = conf_report_new();
	size_t len, again_len;
	char *text = conf_print_text(c, section, &len), *again;
	struct conf *back = conf_read_text(section->name, text, len, &params, r);

	if (!back || !conf_equal(conf_root(c, section), conf_root(back, section)))
		abort();
	again = conf_print_text(back, section, &again_len);
	if (len != again_len || memcmp(text, again, len) != 0)
		abort();
	free(text);
	free(again);
	conf_report_free(r);
	return back;
}

static FILE *to_memory(char **text, size_t *len)
{
	FILE *out = open_memstream(text, len);

	if (!out)
		abort();
	return out;
}

static char *print_all(const struct conf *c, unsigned how)
{
	char *text = NULL;
	size_t len;
	FILE *out = to_memory(&text, &len);

	conf_print_all(c, how, out);
	fclose(out);
	return text;
}

/* All ways to show it, of which the plain one is the same for what was handed out. */
static void show(const struct conf *c, const struct conf *handed_out)
{
	char *text, *other;

	for (unsigned how = 1; how <= (CONF_PRINT_EFFECTIVE | CONF_PRINT_MASKED); how++)
		free(print_all(c, how));
	text = print_all(c, 0);
	other = print_all(handed_out, 0);
	if (strcmp(text, other) != 0)
		abort();
	free(text);
	free(other);
}

static void expect_no_difference(const struct conf *a, const struct conf *b)
{
	char *text = NULL;
	size_t len;
	FILE *out = to_memory(&text, &len);
	const struct conf_compare_result result = conf_compare(a, b, out);

	fclose(out);
	if (len || result.added || result.removed || result.changed) {
		fputs(text, stderr);
		abort();
	}
	free(text);
}

static void cut_command(void *arg, const struct conf_obj *obj, const struct conf_row *row,
	const struct conf_script *script)
{
	char **argv;
	struct err e;

	(void)obj;
	(void)row;
	if (script_argv(arg, script->command, &argv, &e) < 1)
		abort(); /* the parser has seen it already */
}

static void try_accepted(const struct conf *c)
{
	struct conf *parts[SECTIONS], *handed_out;
	struct arena *a = arena_new();

	conf_scripts(c, cut_command, a);
	for (unsigned i = 0; i < SECTIONS; i++)
		parts[i] = there_and_back(c, sections[i]);
	handed_out = conf_join(parts, SECTIONS);
	show(c, handed_out);
	expect_no_difference(c, c);
	expect_no_difference(handed_out, c);
	conf_free(handed_out);
	arena_free(a);
}

static void try(const uint8_t *data, size_t size, bool is_canonical)
{
	const struct conf_params params = {
		.sections = sections, .is_canonical = is_canonical, .is_to_look_at = true
	};
	struct conf_report *r = conf_report_new();
	struct conf *c = conf_read_text("fuzz", (const char *)data, size, &params, r);
	char *text = NULL;
	size_t len;
	FILE *out = to_memory(&text, &len);

	conf_report_print(r, out);
	conf_report_sum(r, out);
	fclose(out);
	free(text);
	if ((c == NULL) != (conf_report_errors(r) > conf_report_not_built(r)) ||
		(conf_report_errors(r) > 0) != (*conf_report_first(r) != 0))
		abort();
	if (c)
		try_accepted(c);
	conf_free(c);
	conf_report_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!memmem(data, size, "include", strlen("include")))
		try(data, size, false);
	try(data, size, true);
	return 0;
}
