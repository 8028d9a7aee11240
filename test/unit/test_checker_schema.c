/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker's part of the configuration language: what comes from where, and what the rules say
 * of it.
 */
#include <stdlib.h>
#include <string.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

static struct conf *conf;

static void done(void)
{
	conf_free(conf);
	conf = NULL;
}

/* Reads the text; `said` must be in the report ("" = there must be none). */
static void read_said(const char *text, const char *said)
{
	char *report = conf_text_report(text, &conf);

	ck_assert_msg(conf != NULL, "%s", report);
	ck_assert_msg(*said ? strstr(report, said) != NULL : !*report, "%s", report);
	conf_text_round_trip(conf);
	free(report);
}

/* ---- defaults ---- */

#define CHAIN(outer, virtual, inner, real, check)                                                  \
	"defaults {\n" outer "\n}\nvirtual_server 192.0.2.1 80 {\n lvs_sched rr\n lvs_method "     \
	"NAT\n protocol TCP\n" virtual "\n defaults {\n" inner                                     \
				       "\n}\n real_server 192.0.2.2 80 {\n" real                   \
				       "\n TCP_CHECK {\n" check "\n}\n}\n}\n"

static const struct {
	const char *text, *said;
	uint32_t server, real, check; /* retry of each */
} chain[] = {
	{ CHAIN("", "", "", "", ""), "", 1, 1, 1 },
	{ CHAIN("retry 2", "", "", "", ""), "", 2, 2, 2 },
	{ CHAIN("retry 2", "retry 3", "", "", ""), "", 3, 3, 3 },
	{ CHAIN("retry 2", "", "retry 4", "", ""), "", 2, 4, 4 },
	{ CHAIN("retry 2", "retry 3", "retry 4", "", ""),
		"`retry` stands in virtual_server too: for the servers in it this one counts", 3, 4,
		4 },
	{ CHAIN("retry 2", "retry 3", "", "retry 5", ""), "", 3, 5, 5 },
	{ CHAIN("", "", "retry 4", "retry 5", ""), "", 1, 5, 5 },
	{ CHAIN("retry 2", "", "retry 4", "retry 5", "retry 6"), "", 2, 5, 6 },
	{ CHAIN("retry 2", "", "", "", "retry 6"), "", 2, 2, 6 },
};

START_TEST(what_stands_nearer_wins)
{
	read_said(chain[_i].text, chain[_i].said);
	ck_assert_uint_eq(conf_text_virtual(conf, 0)->retry, chain[_i].server);
	ck_assert_uint_eq(conf_text_real(conf, 0)->retry, chain[_i].real);
	ck_assert_uint_eq(conf_text_check(conf, 0)->retry, chain[_i].check);
}
END_TEST

START_TEST(defaults_of_all_levels_say_what_servers_need)
{
	const struct virtual_server_conf *v;

	read_said("virtual_server 192.0.2.1 80 { real_server 192.0.2.2 80 { TCP_CHECK { } } }\n"
		  "defaults { protocol TCP\n lvs_sched rr\n lvs_method DR\n weight 7\n"
		  "persistence_timeout 60\n log_all_failures\n quorum_up /bin/u\n"
		  "notify_down \"/bin/d x\" root\n inhibit_on_failure\n virtualhost a }\n",
		"");
	v = conf_text_virtual(conf, 0);
	ck_assert_uint_eq(v->protocol, IPVS_TCP);
	ck_assert_str_eq(v->scheduler, "rr");
	ck_assert_uint_eq(v->persistence_timeout_s, 60);
	ck_assert_str_eq(v->quorum_up.command, "/bin/u");
	ck_assert_str_eq(conf_text_real(conf, 0)->notify_down.user, "root");
	ck_assert_uint_eq(conf_text_real(conf, 0)->weight, 7);
	ck_assert(conf_text_real(conf, 0)->inhibit_on_failure);
	ck_assert(conf_text_check(conf, 0)->log_all_failures);
}
END_TEST

START_TEST(failures_are_logged_where_the_globals_say_so)
{
	read_said("global_defs { checker_log_all_failures }\n" CONF_TEXT_SERVER_WITH(
			  "", "TCP_CHECK { }\n TCP_CHECK { log_all_failures off }"),
		"");
	ck_assert(conf_text_check(conf, 0)->log_all_failures);
	ck_assert(!conf_text_check(conf, 1)->log_all_failures);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("checker_schema");
	TCase *t = tcase_create("defaults");

	tcase_add_checked_fixture(t, NULL, done);
	tcase_add_loop_test(t, what_stands_nearer_wins, 0, COUNT(chain));
	tcase_add_test(t, defaults_of_all_levels_say_what_servers_need);
	tcase_add_test(t, failures_are_logged_where_the_globals_say_so);
	suite_add_tcase(s, t);
	return s;
}
