/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a configuration: no crash, no leak, and what is accepted prints to a text that is
 * accepted as equal and prints to itself; so does what is not built yet. Texts with an include are
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

static const struct conf_section *const sections[] = { &keepd_section, &vrrp_section,
	&checker_section, NULL };

static void there_and_back(const struct conf *c, const struct conf_section *section)
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
	conf_free(back);
	conf_report_free(r);
}

static void cut_command(void *arg, const struct conf_script *script)
{
	char **argv;
	struct err e;

	if (script_argv(arg, script->command, &argv, &e) < 1)
		abort(); /* the parser has seen it already */
}

static void try(const uint8_t *data, size_t size, bool is_canonical)
{
	const struct conf_params params = {
		.sections = sections, .is_canonical = is_canonical, .is_to_look_at = true
	};
	struct conf_report *r = conf_report_new();
	struct conf *c = conf_read_text("fuzz", (const char *)data, size, &params, r);
	struct arena *a = arena_new();
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		abort();
	conf_report_print(r, out);
	fclose(out);
	free(text);
	if ((c == NULL) != (conf_report_errors(r) > conf_report_not_built(r)) ||
		(conf_report_errors(r) > 0) != (*conf_report_first(r) != 0))
		abort();
	for (int i = 0; c && sections[i]; i++) {
		there_and_back(c, sections[i]);
		conf_scripts(c, sections[i], cut_command, a);
	}
	arena_free(a);
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
