/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files for programs that read those of keepalived: the lab compares them with the originals,
 * here stand the corners.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/json.h"
#include "keepd/dump.h"
#include "unit.h"

static struct conf *conf;
static char *text;

static const struct vrrp_conf *read_conf(void)
{
	static const char lines[] =
		"vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 150\n"
		"preempt_delay 2.5\n notify_stop \"/x 'a b'\" root\n"
		"authentication {\nauth_type PASS\nauth_pass secret\n}\n"
		"virtual_ipaddress {\n192.0.2.1/24\n192.0.2.2 dev eth1\n}\n}\n"
		"vrrp_instance VI_2 {\n interface eth0\n virtual_router_id 52\n"
		"virtual_ipaddress {\n192.0.2.3\n}\n}\n";
	static const struct conf_section *const sections[] = { &vrrp_section, NULL };
	const struct conf_params params = { .sections = sections, .is_to_look_at = true };
	struct conf_report *report = conf_report_new();

	conf = conf_read_text("test", lines, strlen(lines), &params, report);
	ck_assert_msg(conf != NULL, "%s", conf_report_first(report));
	conf_report_free(report);
	return (const struct vrrp_conf *)conf_root(conf, &vrrp_section);
}

static const struct vrrp_slot slots[] = {
	{ .vrid = 99, .name = "GONE" },
	{ .vrid = 51,
		.name = "VI_1",
		.state = VRRP_BACKUP,
		.priority = 140,
		.peer_priority = 200,
		.peer_int_us = 500000,
		.received = 7,
		.vips = 2,
		.errors = { [VRRP_DROP_PASSWORD] = 3 } },
};

static void dump(enum dump_form form, unsigned version)
{
	size_t len;

	text = dump_text(form, read_conf(), slots, COUNT(slots), version, &len);
	ck_assert_uint_eq(strlen(text), len);
}

static void teardown(void)
{
	conf_free(conf);
	free(text);
}

START_TEST(json_of_version_1_is_an_array_and_of_2_an_object)
{
	struct json *j;
	const struct json *one, *data, *stats;

	dump(DUMP_JSON, 1);
	ck_assert(text[0] == '[' && strstr(text, "VI_1") && !strstr(text, "VI_2"));
	free(text);
	conf_free(conf);
	dump(DUMP_JSON, 2);
	j = json_parse(text, strlen(text) - 1);
	ck_assert_ptr_nonnull(j);
	ck_assert_uint_eq(json_count(json_get(j, "vrrp")), 1); /* without a slot: not told */
	one = json_at(json_get(j, "vrrp"), 0);
	data = json_get(one, "data");
	stats = json_get(one, "stats");
	ck_assert_int_eq(json_get_int(data, "state"), 1);
	ck_assert_int_eq(json_get_int(data, "base_priority"), 150);
	ck_assert_int_eq(json_get_int(data, "effective_priority"), 140);
	ck_assert_int_eq(json_get_int(data, "master_priority"), 200);
	ck_assert(json_get_double(data, "master_adver_int") == 0.5);
	ck_assert_int_eq(json_get_int(data, "preempt_delay"), 2);
	ck_assert_str_eq(json_get_string(data, "script_stop"), "'/x' 'a b'");
	ck_assert_str_eq(json_get_string(data, "auth_data"), "********");
	ck_assert_uint_eq(json_count(json_get(data, "vips")), 2);
	ck_assert_int_eq(json_get_int(stats, "advert_rcvd"), 7);
	ck_assert_int_eq(json_get_int(stats, "auth_failure"), 3);
	json_free(j);
}
END_TEST

START_TEST(text_has_the_lines_that_scripts_look_for)
{
	dump(DUMP_DATA, 1);
	ck_assert_ptr_nonnull(strstr(text, "\n VRRP Instance = VI_1\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n   State = BACKUP\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n   Virtual IP (2):\n     192.0.2.1/24 dev eth0 scope "
					   "global\n     192.0.2.2 dev eth1 scope global\n"));
	ck_assert_ptr_null(strstr(text, "secret"));
}
END_TEST

START_TEST(counters_stand_in_their_sections)
{
	dump(DUMP_STATS, 1);
	ck_assert_ptr_nonnull(
		strstr(text, "VRRP Instance: VI_1\n  Advertisements:\n    Received: 7\n"
			     "    Sent: 0\n  Became master: 0\n"));
	ck_assert_ptr_nonnull(strstr(text, "  Authentication Errors:\n    Invalid Type: 0\n"
					   "    Type Mismatch: 0\n    Failure: 3\n"));
}
END_TEST

START_TEST(without_an_instance_there_is_an_empty_list)
{
	size_t len;

	conf = NULL;
	text = dump_text(DUMP_JSON, NULL, slots, COUNT(slots), 1, &len);
	ck_assert_str_eq(text, "[]\n");
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd dump");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, json_of_version_1_is_an_array_and_of_2_an_object);
	tcase_add_test(t, text_has_the_lines_that_scripts_look_for);
	tcase_add_test(t, counters_stand_in_their_sections);
	tcase_add_test(t, without_an_instance_there_is_an_empty_list);
	suite_add_tcase(s, t);
	return s;
}
