/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker's part of the configuration language: what comes from where, and what the rules say
 * of it.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/common.h"
#include "ipvs/ipvs.h"
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

/* ---- all keywords ---- */

/* clang-format off */
static const char everything[] =
	"global_defs {\n"
	"    checker_log_all_failures\n"
	"    ipvs_audit_interval 2\n"
	"    lvs_sync_daemon eth0 inst VI_1 id 7 maxlen 1400 port 8849 ttl 2 group 224.0.0.82\n"
	"    lvs_timeouts tcp 7200 tcpfin 120 udp 300\n"
	"    lvs_flush\n"
	"    lvs_flush_on_stop VS\n"
	"    nftables_ipvs\n"
	"    nftables_ipvs_priority 5\n"
	"    nftables_ipvs_start_fwmark 5000\n"
	"    rs_init_notifies\n"
	"    no_checker_emails\n"
	"    smtp_alert\n"
	"    smtp_alert_checker off\n"
	"    checker_priority -5\n"
	"    checker_no_swap\n"
	"    checker_rt_priority 20\n"
	"    checker_rlimit_rttime 20000\n"
	"    checker_cpu_affinity 0 2-3\n"
	"    checker_process_name lb_check\n"
	"    lvs_netlink_cmd_rcv_bufs 1048576\n"
	"    lvs_netlink_cmd_rcv_bufs_force\n"
	"    lvs_netlink_monitor_rcv_bufs 2097152\n"
	"    lvs_netlink_monitor_rcv_bufs_force off\n"
	"    snmp_vs_stats_update_interval 2.5\n"
	"}\n"
	"SSL {\n"
	"    password \"s3 cret\"\n"
	"    ca /etc/ssl/ca.pem\n"
	"    certificate /etc/ssl/client.pem\n"
	"    key /etc/ssl/client.key\n"
	"}\n"
	"virtual_server group web {\n"
	"    protocol TCP\n"
	"    lvs_sched mh\n"
	"    mh-port\n"
	"    mh-fallback\n"
	"    flag-3\n"
	"    lvs_method TUN type gue port 6080 remcsum\n"
	"    persistence_engine sip\n"
	"    persistence_granularity 255.255.255.0\n"
	"    omega\n"
	"    ha_suspend\n"
	"    smtp_alert\n"
	"    snmp_name \"web farm\"\n"
	"    sorry_server 192.0.2.99 80\n"
	"    sorry_server_inhibit\n"
	"    sorry_server_lvs_method NAT\n"
	"    real_server 192.0.2.11 80 {\n"
	"        weight 5\n"
	"        lvs_method TUN type gre csum\n"
	"        smtp_alert off\n"
	"        snmp_name web1\n"
	"        SSL_GET {\n"
	"            url {\n"
	"                path /\n"
	"                regex \"alive\"\n"
	"                regex_options caseless dotall\n"
	"                regex_options multiline\n"
	"                regex_min_offset 5\n"
	"                regex_max_offset 500\n"
	"                regex_stack 1024 65536\n"
	"                tls_compliant off\n"
	"            }\n"
	"            enable_sni\n"
	"            sni_name www.example.org\n"
	"            tls_compliant\n"
	"            fast_recovery\n"
	"            bind_port 1024\n"
	"            bind_if eth0\n"
	"            fwmark 9\n"
	"            bindto 192.0.2.2\n"
	"        }\n"
	"        SMTP_CHECK {\n"
	"            helo_name lb.example.org\n"
	"            connect_timeout 2\n"
	"            host {\n"
	"                connect_ip 192.0.2.12\n"
	"                connect_port 25\n"
	"            }\n"
	"            host {\n"
	"                connect_timeout 1\n"
	"            }\n"
	"        }\n"
	"        DNS_CHECK {\n"
	"            type aaaa\n"
	"            name example.org\n"
	"            delay_loop 7\n"
	"        }\n"
	"        MISC_CHECK {\n"
	"            misc_path \"/bin/true a 'b c'\"\n"
	"            misc_dynamic\n"
	"            user root\n"
	"            delay_loop 9\n"
	"        }\n"
	"        MISC_CHECK {\n"
	"            misc_path \"/bin/false\"\n"
	"            misc_timeout 2\n"
	"        }\n"
	"        UDP_CHECK {\n"
	"            payload 0 1a \"ff 0\"\n"
	"            require_reply 0x Xf\n"
	"            min_reply_length 2\n"
	"            max_reply_length 1400\n"
	"        }\n"
	"        UDP_CHECK {\n"
	"            require_reply\n"
	"            connect_port 53\n"
	"        }\n"
	"        PING_CHECK {\n"
	"            retry 4\n"
	"        }\n"
	"        FILE_CHECK {\n"
	"            track_file load\n"
	"        }\n"
	"        FILE_CHECK {\n"
	"            track_file load\n"
	"            weight -5 reverse\n"
	"        }\n"
	"        BFD_CHECK {\n"
	"            name peer\n"
	"            alpha\n"
	"        }\n"
	"    }\n"
	"}\n"
	"virtual_server fwmark 7 {\n"
	"    lvs_sched sh\n"
	"    sh-port\n"
	"    sh-fallback\n"
	"    flag-1\n"
	"    flag-2\n"
	"    ops\n"
	"    ip_family inet6\n"
	"    lvs_method NAT\n"
	"    real_server 2001:db8::11 80 {\n"
	"    }\n"
	"}\n"
	"virtual_server 192.0.2.1 5060 {\n"
	"    lvs_sched ovf\n"
	"    lvs_method DR\n"
	"    protocol SCTP\n"
	"    real_server 192.0.2.13 {\n"
	"        HTTP_GET {\n"
	"            url {\n"
	"                path /\n"
	"            }\n"
	"        }\n"
	"    }\n"
	"}\n"
	"virtual_server_group web {\n"
	"    192.0.2.1 80\n"
	"    192.0.2.2-4 80\n"
	"    192.0.2.8-192.0.2.9\n"
	"    192.0.2.16/28 443\n"
	"    fwmark 8 inet\n"
	"}\n"
	"bfd_instance peer {\n"
	"    neighbor_ip 192.0.2.3\n"
	"}\n"
	"track_file load {\n"
	"    file /run/load\n"
	"    weight 3\n"
	"}\n";
/* clang-format on */

static const struct checker_conf *root(void)
{
	return (const struct checker_conf *)conf_root(conf, &checker_section);
}

/* Each keyword of the checkers that is not built yet, and some that are. */
static void read_everything(void)
{
	const struct conf_params params = {
		.sections = conf_text_sections, .generation = 1, .is_to_look_at = true
	};
	struct conf_report *r = conf_report_new();

	conf = conf_read_text("test.conf", everything, strlen(everything), &params, r);
	if (!conf)
		conf_report_print(r, stderr);
	ck_assert_ptr_nonnull(conf);
	ck_assert_uint_eq(conf_report_errors(r), conf_report_not_built(r));
	conf_report_free(r);
}

START_TEST(all_of_global_defs_is_read)
{
	const struct checker_global_conf *g;

	read_everything();
	g = root()->global;
	ck_assert_str_eq(g->sync->interface, "eth0");
	ck_assert_str_eq(g->sync->vrrp, "VI_1");
	ck_assert_uint_eq(g->sync->id, 7);
	ck_assert_uint_eq(g->sync->maxlen, 1400);
	ck_assert_uint_eq(g->sync->port, 8849);
	ck_assert_uint_eq(g->sync->ttl, 2);
	ck_assert_uint_eq(g->timeouts->tcp_s, 7200);
	ck_assert_uint_eq(g->timeouts->udp_s, 300);
	ck_assert(g->lvs_flush);
	ck_assert_uint_eq(g->lvs_flush_on_stop, LVS_FLUSH_VS);
	ck_assert_str_eq(g->nftables_ipvs, "keepalived_ipvs");
	ck_assert_int_eq(g->nftables_ipvs_priority, 5);
	ck_assert_int_eq(g->nice, -5);
	ck_assert_uint_eq(g->cpus.count, 2);
	ck_assert(!g->netlink_monitor_force);
	ck_assert_int_eq(g->snmp_rs_interval.us, 2500000);
	ck_assert_str_eq(root()->ssl->password, "s3 cret");
}
END_TEST

START_TEST(services_of_all_kinds_are_read)
{
	const struct virtual_server_conf *v;
	const struct server_group_entry *e;

	read_everything();
	v = conf_text_virtual(conf, 0);
	ck_assert_uint_eq(v->service.kind, SERVICE_GROUP);
	ck_assert_ptr_eq(v->group, root()->groups.items[0]);
	ck_assert_uint_eq(v->group->entries.count, 5);
	e = v->group->entries.items[1];
	ck_assert_uint_eq(e->last.bytes[3], 4);
	e = v->group->entries.items[3];
	ck_assert_uint_eq(e->first.bytes[3], 16);
	ck_assert_uint_eq(e->last.bytes[3], 31);
	ck_assert_uint_eq(e->port, 443);
	e = v->group->entries.items[4];
	ck_assert_uint_eq(e->fwmark, 8);
	ck_assert_uint_eq(e->family, IP_FAMILY_INET);
	ck_assert(v->mh_port && v->mh_fallback && v->flag_3 && v->omega && v->ha_suspend);
	ck_assert_uint_eq(v->method.tunnel, TUNNEL_GUE);
	ck_assert_uint_eq(v->method.port, 6080);
	ck_assert_uint_eq(v->method.checksum, TUNNEL_REMCSUM);
	ck_assert_uint_eq(v->sorry_server_method.kind, IPVS_NAT);
	ck_assert_uint_eq(v->granularity.prefix, 24);
	ck_assert_uint_eq(v->persistence_timeout_s, 360); /* comes with it */
	ck_assert_uint_eq(conf_text_real(conf, 0)->method.tunnel, TUNNEL_GRE);
	v = conf_text_virtual(conf, 1);
	ck_assert_uint_eq(v->service.kind, SERVICE_FWMARK);
	ck_assert_uint_eq(v->service.fwmark, 7);
	ck_assert(v->ops && v->sh_port && v->flag_1);
	v = conf_text_virtual(conf, 2);
	ck_assert_uint_eq(v->service.port, 5060);
	ck_assert_uint_eq(v->protocol, IPVS_SCTP);
}
END_TEST

/* Check number i, which must be of that block. */
static const void *check_of(size_t i, const char *keyword)
{
	const struct check_conf *c = conf_text_check(conf, i);

	ck_assert_str_eq(c->obj.block->name, keyword);
	return c;
}

START_TEST(checks_over_tls_and_of_mail_and_names_are_read)
{
	const struct http_check_conf *http;
	const struct http_url_conf *u;
	const struct smtp_check_conf *smtp;
	const struct dns_check_conf *dns;

	read_everything();
	http = check_of(0, "SSL_GET");
	ck_assert(http->enable_sni && http->fast_recovery && http->tls_compliant);
	ck_assert_uint_eq(http->check.bind_port, 1024);
	ck_assert_str_eq(http->check.bind_if, "eth0");
	u = http->urls.items[0];
	ck_assert_uint_eq(__builtin_popcount(u->regex_options), 3);
	ck_assert_uint_eq(u->regex_max_offset, 500);
	ck_assert_uint_eq(u->regex_stack.most, 65536);
	ck_assert(!u->tls_compliant);
	smtp = check_of(1, "SMTP_CHECK");
	ck_assert_uint_eq(smtp->hosts.count, 2);
	ck_assert_int_eq(
		((const struct check_conf *)smtp->hosts.items[0])->connect_timeout.us, 2000000);
	ck_assert_int_eq(
		((const struct check_conf *)smtp->hosts.items[1])->connect_timeout.us, 1000000);
	dns = check_of(2, "DNS_CHECK");
	ck_assert_uint_eq(dns->type, DNS_AAAA);
	ck_assert_uint_eq(dns->check.retry, 3);
	ck_assert_int_eq(dns->check.delay_before_retry.us, 7000000);
}
END_TEST

START_TEST(checks_by_programs_datagrams_and_files_are_read)
{
	const struct misc_check_conf *misc;
	const struct udp_check_conf *udp;
	const struct file_check_conf *file;

	read_everything();
	misc = check_of(3, "MISC_CHECK");
	ck_assert_str_eq(misc->command.user, "root");
	ck_assert_int_eq(misc->timeout.us, 60000000); /* delay_loop of the virtual server */
	ck_assert(misc->dynamic);
	ck_assert_uint_eq(misc->check.retry, 0);
	misc = check_of(4, "MISC_CHECK");
	ck_assert_int_eq(misc->timeout.us, 2000000);
	udp = check_of(5, "UDP_CHECK");
	ck_assert_uint_eq(udp->payload.len, 4);
	ck_assert(memcmp(udp->payload.bytes, "\0\x1a\xff\0", 4) == 0);
	ck_assert_uint_eq(udp->require_reply.len, 2);
	ck_assert_uint_eq(udp->require_reply.mask[0], 0xf0);
	ck_assert_uint_eq(udp->require_reply.mask[1], 0x0f);
	udp = check_of(6, "UDP_CHECK");
	ck_assert(udp->require_reply.is_written);
	ck_assert_uint_eq(udp->max_reply_length, 255);
	check_of(7, "PING_CHECK");
	file = check_of(8, "FILE_CHECK");
	ck_assert_ptr_eq(file->file, root()->track_files.items[0]);
	ck_assert_int_eq(file->weight.value, 3); /* of the file */
	file = check_of(9, "FILE_CHECK");
	ck_assert_int_eq(file->weight.value, -5);
	ck_assert(file->weight.is_reverse);
	ck_assert_ptr_eq(((const struct bfd_check_conf *)check_of(10, "BFD_CHECK"))->bfd,
		root()->bfd_instances.items[0]);
}
END_TEST

START_TEST(what_is_not_built_yet_survives_printing)
{
	read_everything();
	conf_text_round_trip(conf);
}
END_TEST

/* ---- values that are right or wrong ---- */

#define CHECK(lines) CONF_TEXT_SERVER_WITH("", lines)
#define GROUP(lines) "virtual_server_group g {\n" lines "\n}\n" CONF_TEXT_SERVER_WITH("", "")

static const struct {
	const char *text, *said,
		*printed; /* said: the error; printed: part of the canonical text */
} values[] = {
	{ GROUP("192.0.2.7"), NULL, "192.0.2.7\n" },
	{ GROUP("192.0.2.7 0"), NULL, "192.0.2.7\n" },
	{ GROUP("192.0.2.7-7"), "the end must be greater", NULL },
	{ GROUP("192.0.2.7/32"), NULL, "192.0.2.7\n" },
	{ GROUP("192.0.2.7/33"), "not a number from 0 to 32", NULL },
	{ GROUP("0.0.0.0/0 9"), NULL, "0.0.0.0-255.255.255.255 9\n" },
	{ GROUP("2001:db8::fffe-ffff"), NULL, "2001:db8::fffe-2001:db8::ffff\n" },
	{ GROUP("2001:db8::1-10000"), "the last part of one", NULL },
	{ GROUP("2001:db8::/127"), NULL, "2001:db8::-2001:db8::1\n" },
	{ GROUP("192.0.2.7-"), "behind the dash", NULL },
	{ GROUP("-7"), "is not an address", NULL },
	{ GROUP("fwmark 4294967296"), "is not a number from 1", NULL },
	{ GROUP("fwmark 1 inet6"), NULL, "fwmark 1 inet6\n" },
	{ CHECK("DNS_CHECK { name . }"), NULL, "name .\n" },
	{ CHECK("DNS_CHECK { name a.b. }"), NULL, "name a.b.\n" },
	{ CHECK("DNS_CHECK { name .a }"), "is not a name", NULL },
	{ CHECK("DNS_CHECK { name a.. }"), "is not a name", NULL },
	{ CHECK("DNS_CHECK { name \"a b\" }"), "is not a name", NULL },
	{ CHECK("DNS_CHECK { name aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123 "
		"}"),
		NULL, "f123\n" },
	{ CHECK("DNS_CHECK { name aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234 "
		"}"),
		"is not a name", NULL },
	{ CHECK("UDP_CHECK { payload abc }"), NULL, "payload ab0c\n" },
	{ CHECK("UDP_CHECK { payload x0 }"), "is not hexadecimal", NULL },
	{ CHECK("UDP_CHECK { payload \"\" }"), "is not hexadecimal", NULL },
	{ CHECK("UDP_CHECK { require_reply x 0x }"), NULL, "require_reply 0x0x\n" },
	{ CHECK("UDP_CHECK { require_reply\n }"), NULL, "require_reply" },
	{ CONF_TEXT_SERVER_WITH("persistence_granularity 255.255.0.0", ""), NULL,
		"persistence_granularity 255.255.0.0\n" },
	{ CONF_TEXT_SERVER_WITH("persistence_granularity 0.0.0.0", ""), "is not a netmask", NULL },
	{ CONF_TEXT_SERVER_WITH("persistence_granularity 129", ""), "is not a netmask", NULL },
	{ CONF_TEXT_SERVER_WITH(
		  "sorry_server 192.0.2.9\nsorry_server_lvs_method TUN csum type gre", ""),
		NULL, "sorry_server_lvs_method TUN type gre csum\n" },
};

START_TEST(values_of_the_checkers_are_read_and_printed)
{
	const struct conf_params params = {
		.sections = conf_text_sections, .generation = 1, .is_to_look_at = true
	};
	struct conf_report *r = conf_report_new();
	char *text = NULL, *report = NULL;
	size_t len;
	FILE *out = open_memstream(&report, &len);

	conf = conf_read_text("test.conf", values[_i].text, strlen(values[_i].text), &params, r);
	conf_report_print(r, out);
	fclose(out);
	ck_assert_msg((conf == NULL) == (values[_i].said != NULL), "%s", report);
	if (conf) {
		text = conf_print_text(conf, &checker_section, &len);
		ck_assert_msg(strstr(text, values[_i].printed) != NULL, "%s", text);
		conf_text_round_trip(conf);
	} else {
		ck_assert_msg(strstr(report, values[_i].said) != NULL, "%s", report);
	}
	conf_report_free(r);
	free(report);
	free(text);
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
	t = tcase_create("keywords");
	tcase_add_checked_fixture(t, NULL, done);
	tcase_add_test(t, all_of_global_defs_is_read);
	tcase_add_test(t, services_of_all_kinds_are_read);
	tcase_add_test(t, checks_over_tls_and_of_mail_and_names_are_read);
	tcase_add_test(t, checks_by_programs_datagrams_and_files_are_read);
	tcase_add_test(t, what_is_not_built_yet_survives_printing);
	tcase_add_loop_test(t, values_of_the_checkers_are_read_and_printed, 0, COUNT(values));
	suite_add_tcase(s, t);
	return s;
}
