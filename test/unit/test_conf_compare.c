/* SPDX-License-Identifier: Apache-2.0 */
/* What people are told about the difference of two configurations, and the text they are shown. */
#include <stdlib.h>
#include <string.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

#define INSTANCE(rest)                                                                             \
	"vrrp_instance A {\n interface eth0\n virtual_router_id 1\n priority 100\n" rest           \
	"\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n"
#define SERVER(port, rest)                                                                         \
	"virtual_server 192.0.2.1 " port                                                           \
	" {\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n" rest "\n}\n"
#define REAL(address, rest) "real_server " address " 80 {\n" rest "\n}\n"

static const struct {
	const char *before, *after, *told;
	struct conf_compare_result result;
} rows[] = {
	{ INSTANCE(""), INSTANCE(""), "", { 0, 0, 0 } },
	{ INSTANCE(""), INSTANCE("advert_int 1"), "", { 0, 0, 0 } },
	{ INSTANCE(""), INSTANCE("nopreempt"), "  vrrp_instance A\n~     nopreempt: off -> on\n",
		{ 0, 0, 1 } },
	{ INSTANCE(""), INSTANCE("mcast_src_ip 192.0.2.9"),
		"  vrrp_instance A\n~     mcast_src_ip: nothing -> 192.0.2.9 (begins anew)\n",
		{ 0, 0, 1 } },
	{ INSTANCE(""), INSTANCE("") SERVER("80", REAL("192.0.2.10", "")),
		"+ virtual_server 192.0.2.1 80\n", { 1, 0, 0 } },
	{ INSTANCE("") SERVER("80", REAL("192.0.2.10", "")), INSTANCE(""),
		"- virtual_server 192.0.2.1 80\n", { 0, 1, 0 } },
	/* what is inherited is told where it is written */
	{ SERVER("80", "delay_loop 5\n" REAL("192.0.2.10", "TCP_CHECK {\n}")
			       REAL("192.0.2.11", "TCP_CHECK {\n}")),
		SERVER("80", "delay_loop 6\n" REAL("192.0.2.10", "TCP_CHECK {\n}")
				     REAL("192.0.2.12", "TCP_CHECK {\n}")),
		"  virtual_server 192.0.2.1 80\n"
		"~     delay_loop: 5 -> 6\n"
		"-     real_server 192.0.2.11 80\n"
		"+     real_server 192.0.2.12 80\n",
		{ 1, 1, 1 } },
	{ SERVER("80", REAL("192.0.2.10", "TCP_CHECK {\n}")) SERVER("81", REAL("192.0.2.10", "")),
		SERVER("80", REAL("192.0.2.10", "TCP_CHECK {\n retry 2\n}"))
			SERVER("81", REAL("192.0.2.10", "weight 3")),
		"  virtual_server 192.0.2.1 80\n"
		"      real_server 192.0.2.10 80\n"
		"          TCP_CHECK\n"
		"~             retry: 1 -> 2\n"
		"  virtual_server 192.0.2.1 81\n"
		"      real_server 192.0.2.10 80\n"
		"~         weight: 1 -> 3\n",
		{ 0, 0, 2 } },
	{ "global_defs {\n router_id a\n}\n" INSTANCE(""),
		"global_defs {\n router_id b\n}\n" INSTANCE(""),
		"  global_defs\n~     router_id: a -> b\n", { 0, 0, 1 } },
};

START_TEST(differences_are_told_field_by_field)
{
	struct conf *a = conf_text_read(rows[_i].before), *b = conf_text_read(rows[_i].after);
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct conf_compare_result result = conf_compare(a, b, out);

	fclose(out);
	ck_assert_str_eq(text, rows[_i].told);
	ck_assert_uint_eq(result.added, rows[_i].result.added);
	ck_assert_uint_eq(result.removed, rows[_i].result.removed);
	ck_assert_uint_eq(result.changed, rows[_i].result.changed);
	free(text);
	conf_free(a);
	conf_free(b);
}
END_TEST

static char *shown(const struct conf *c, unsigned how)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	conf_print_all(c, how, out);
	fclose(out);
	return text;
}

static struct conf *part(const struct conf *c, const struct conf_section *section)
{
	const struct conf_section *const sections[] = { section, NULL };
	const struct conf_params params = { .sections = sections, .is_canonical = true };
	struct conf_report *r = conf_report_new();
	size_t len;
	char *text = conf_print_text(c, section, &len);
	struct conf *one = conf_read_text(section->name, text, len, &params, r);

	ck_assert_msg(one != NULL, "%s", conf_report_first(r));
	conf_report_free(r);
	free(text);
	return one;
}

START_TEST(the_parts_of_the_processes_make_up_the_whole)
{
	struct conf *whole = conf_text_read(
		"global_defs {\n router_id x\n vrrp_version 2\n}\n" INSTANCE("nopreempt")
			SERVER("80", REAL("192.0.2.10", "TCP_CHECK {\n}")));
	struct conf *const parts[] = { part(whole, &keepd_section), part(whole, &vrrp_section),
		part(whole, &checker_section) };
	struct conf *joined = conf_join(parts, 3);
	char *a = shown(whole, 0), *b = shown(joined, 0);
	struct conf_compare_result result = conf_compare(whole, joined, stdout);

	ck_assert_str_eq(a, b);
	ck_assert_uint_eq(result.added + result.removed + result.changed, 0);
	free(a);
	free(b);
	conf_free(whole);
	conf_free(joined);
}
END_TEST

/* What was not written is shown as well, and reading all of it gives the same values. */
START_TEST(effective_values_are_a_configuration_of_the_same_meaning)
{
	struct conf *c = conf_text_read(
		INSTANCE("") SERVER("80", "delay_loop 7\n" REAL("192.0.2.10", "TCP_CHECK {\n}")));
	char *text = shown(c, CONF_PRINT_EFFECTIVE), *report;
	struct conf *back;

	ck_assert_ptr_nonnull(strstr(text, "\tnopreempt off\n"));
	ck_assert_ptr_nonnull(strstr(text, "\tadvert_int 1\n"));
	ck_assert_ptr_nonnull(strstr(text, "\t\t\tdelay_loop 7\n"));
	report = conf_text_report(text, &back);
	ck_assert_msg(back != NULL, "%s\n%s", report, text);
	ck_assert(conf_equal(conf_root(c, &checker_section), conf_root(back, &checker_section)));
	ck_assert(conf_equal(conf_root(c, &vrrp_section), conf_root(back, &vrrp_section)));
	free(report);
	free(text);
	conf_free(c);
	conf_free(back);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_compare");
	TCase *t = tcase_create("compare");

	tcase_add_loop_test(t, differences_are_told_field_by_field, 0, COUNT(rows));
	tcase_add_test(t, the_parts_of_the_processes_make_up_the_whole);
	tcase_add_test(t, effective_values_are_a_configuration_of_the_same_meaning);
	suite_add_tcase(s, t);
	return s;
}
