/* SPDX-License-Identifier: Apache-2.0 */
/* Reading configuration texts in tests; see conf_text.h. */
#include <stdlib.h>
#include <string.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

const struct conf_section *const conf_text_sections[] = { &keepd_section, &vrrp_section,
	&checker_section, NULL };

static char *report_text(const struct conf_report *r)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	conf_report_print(r, out);
	fclose(out);
	return text;
}

static char *read_report(const char *text, const struct conf_params *params, struct conf **conf)
{
	struct conf_report *r = conf_report_new();
	struct conf *c = conf_read_text("test.conf", text, strlen(text), params, r);
	char *report = report_text(r);
	unsigned allowed = params->is_to_look_at ? conf_report_not_built(r) : 0;

	ck_assert_msg(
		(c == NULL) == (conf_report_errors(r) > allowed), "errors and a value: %s", report);
	conf_report_free(r);
	if (conf)
		*conf = c;
	else
		conf_free(c);
	return report;
}

char *conf_text_report(const char *text, struct conf **conf)
{
	const struct conf_params params = { .sections = conf_text_sections, .generation = 1 };

	return read_report(text, &params, conf);
}

char *conf_text_report_values(const char *text, struct conf **conf)
{
	const struct conf_params params = {
		.sections = conf_text_sections, .is_to_look_at = true, .has_no_rules = true
	};

	return read_report(text, &params, conf);
}

struct conf *conf_text_read(const char *text)
{
	struct conf *c;
	char *report = conf_text_report(text, &c);

	ck_assert_msg(c != NULL, "%s", report);
	free(report);
	return c;
}

static void section_round_trip(
	const struct conf *c, const struct conf_section *section, bool has_no_rules)
{
	const struct conf_section *const sections[] = { section, NULL };
	const struct conf_params params = {
		.sections = sections, .is_canonical = true, .has_no_rules = has_no_rules
	};
	struct conf_report *r = conf_report_new();
	size_t len, again_len;
	char *text = conf_print_text(c, section, &len), *report, *again;
	struct conf *back = conf_read_text(section->name, text, len, &params, r);

	report = report_text(r);
	ck_assert_msg(back != NULL, "canonical text is refused:\n%s\n%s", report, text);
	ck_assert_msg(conf_equal(conf_root(c, section), conf_root(back, section)),
		"reading back gives another value:\n%s", text);
	again = conf_print_text(back, section, &again_len);
	ck_assert_msg(len == again_len && memcmp(text, again, len) == 0,
		"printing is no fixpoint:\n%s\n---\n%s", text, again);
	free(again);
	free(text);
	free(report);
	conf_free(back);
	conf_report_free(r);
}

void conf_text_round_trip(const struct conf *c)
{
	for (int i = 0; conf_text_sections[i]; i++)
		section_round_trip(c, conf_text_sections[i], false);
}

void conf_text_round_trip_values(const struct conf *c)
{
	for (int i = 0; conf_text_sections[i]; i++)
		section_round_trip(c, conf_text_sections[i], true);
}

const struct vrrp_instance_conf *conf_text_instance(const struct conf *c, size_t i)
{
	const struct vrrp_conf *v = (const struct vrrp_conf *)conf_root(c, &vrrp_section);

	ck_assert_uint_lt(i, v->instances.count);
	return v->instances.items[i];
}

const struct virtual_server_conf *conf_text_virtual(const struct conf *c, size_t i)
{
	const struct checker_conf *v = (const struct checker_conf *)conf_root(c, &checker_section);

	ck_assert_uint_lt(i, v->virtual_servers.count);
	return v->virtual_servers.items[i];
}

const struct real_server_conf *conf_text_real(const struct conf *c, size_t i)
{
	const struct virtual_server_conf *v = conf_text_virtual(c, 0);

	ck_assert_uint_lt(i, v->real_servers.count);
	return v->real_servers.items[i];
}

const struct check_conf *conf_text_check(const struct conf *c, size_t i)
{
	const struct real_server_conf *s = conf_text_real(c, 0);

	ck_assert_uint_lt(i, s->checks.count);
	return s->checks.items[i];
}
