/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration means: values, defaults, inheritance, repairs, scripts; and the way back. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"

static struct conf *conf;

static void done(void)
{
	conf_free(conf);
	conf = NULL;
}

/* Reads and expects the given word in the warnings; "" = no warning. */
static void read_warned(const char *text, const char *warning)
{
	char *report = conf_text_report(text, &conf);

	ck_assert_msg(conf != NULL, "%s", report);
	if (*warning)
		ck_assert_msg(strstr(report, warning) != NULL, "no `%s` in: %s", warning, report);
	else
		ck_assert_str_eq(report, "");
	free(report);
	conf_text_round_trip(conf);
}

static void check_addr(const struct addr *a, const char *want)
{
	char text[ADDR_TEXT_BYTES];

	ck_assert_str_eq(addr_format(a, text), want);
}

START_TEST(an_instance_has_keepalived_defaults)
{
	const struct vrrp_instance_conf *i;

	read_warned(CONF_TEXT_INSTANCE_WITH(""), "");
	i = conf_text_instance(conf, 0);
	ck_assert_str_eq(i->name, "A");
	ck_assert_str_eq(i->interface, "eth0");
	ck_assert_uint_eq(i->vrid, 1);
	ck_assert_uint_eq(i->priority, 100);
	ck_assert_uint_eq(i->state, VRRP_CONF_BACKUP);
	ck_assert_uint_eq(i->version, 2);
	ck_assert_int_eq(i->advert_int.us, 1000000);
	ck_assert(!i->nopreempt);
	ck_assert_uint_eq(i->down_timer_adverts, 3);
	ck_assert(!addr_is_set(&i->mcast_src_ip));
	ck_assert_int_eq(i->garp_master_delay.us, 5000000);
	ck_assert_uint_eq(i->garp_master_repeat, 5);
	ck_assert_int_eq(i->garp_master_refresh.us, 0);
	ck_assert_uint_eq(i->garp_master_refresh_repeat, 1);
	ck_assert_ptr_null(i->notify.command);
	ck_assert_uint_eq(i->notify.id, 0);
}
END_TEST

START_TEST(all_of_an_instance_is_read)
{
	const struct vrrp_instance_conf *i;
	const struct vrrp_vip_conf *v;

	read_warned(
		"global_defs { script_user root\n router_id here }\n"
		"vrrp_instance \"A B\" { state BACKUP\n interface eth0.1\n virtual_router_id 255\n"
		"priority 254\n advert_int 3\n version 2\n nopreempt\n mcast_src_ip 192.0.2.7\n"
		"virtual_ipaddress { 192.0.2.1/24 dev eth1 label eth1:1 scope link\n 192.0.2.2 }\n"
		"garp_master_delay 250ms\n garp_master_repeat 2\n garp_master_refresh 1m\n"
		"garp_master_refresh_repeat 3\n down_timer_adverts 4\n"
		"notify_master \"/bin/m 'a b'\"\n notify /bin/n nobody nogroup\n}\n",
		"");
	i = conf_text_instance(conf, 0);
	ck_assert_str_eq(i->name, "A B");
	ck_assert_uint_eq(i->vrid, 255);
	ck_assert_int_eq(i->advert_int.us, 3000000);
	ck_assert(i->nopreempt);
	check_addr(&i->mcast_src_ip, "192.0.2.7");
	ck_assert_int_eq(i->garp_master_delay.us, 250000);
	ck_assert_int_eq(i->garp_master_refresh.us, 60000000);
	ck_assert_uint_eq(i->vips.count, 2);
	v = i->vips.items[0];
	check_addr(&v->prefix.addr, "192.0.2.1");
	ck_assert_uint_eq(v->prefix.len, 24);
	ck_assert_str_eq(v->dev, "eth1");
	ck_assert_str_eq(v->label, "eth1:1");
	ck_assert_uint_eq(v->scope, 253);
	v = i->vips.items[1];
	ck_assert_uint_eq(v->prefix.len, 32);
	ck_assert_ptr_null(v->dev);
	ck_assert_uint_eq(v->scope, 0);
	ck_assert_str_eq(i->notify_master.command, "/bin/m 'a b'");
	ck_assert_str_eq(i->notify_master.user, "root");
	ck_assert_ptr_null(i->notify_master.group);
	ck_assert_str_eq(i->notify.user, "nobody");
	ck_assert_str_eq(i->notify.group, "nogroup");
	ck_assert_uint_ne(i->notify.id, i->notify_master.id);
}
END_TEST

START_TEST(instances_inherit_the_globals_in_any_order)
{
	read_warned("global_defs { vrrp_garp_master_repeat 9\n }\n" CONF_TEXT_INSTANCE_WITH(
			    "garp_master_delay 3\n") "global_defs { vrrp_garp_master_delay 7\n "
						     "vrrp_down_timer_adverts 5 }\n",
		"");
	ck_assert_uint_eq(conf_text_instance(conf, 0)->garp_master_repeat, 9);
	ck_assert_uint_eq(conf_text_instance(conf, 0)->down_timer_adverts, 5);
	ck_assert_int_eq(conf_text_instance(conf, 0)->garp_master_delay.us, 3000000);
	ck_assert_uint_eq(conf_text_instance(conf, 0)->garp_master_refresh_repeat, 1);
}
END_TEST

/* Repairs of keepalived's: the warning, and the value taken. */
static const struct {
	const char *lines, *warning;
	int64_t advert_us;
	unsigned priority, state, repeat;
	bool nopreempt;
} instances[] = {
	{ "advert_int 1.4", "1 is taken", 1000000, 100, VRRP_CONF_BACKUP, 5, false },
	{ "advert_int 0.2", "1 is taken", 1000000, 100, VRRP_CONF_BACKUP, 5, false },
	{ "advert_int 1500ms", "2 is taken", 2000000, 100, VRRP_CONF_BACKUP, 5, false },
	{ "state MASTER", "priority 255", 1000000, 255, VRRP_CONF_MASTER, 5, false },
	{ "priority 255", "", 1000000, 255, VRRP_CONF_MASTER, 5, false },
	{ "priority 255\nstate BACKUP", "", 1000000, 255, VRRP_CONF_BACKUP, 5, false },
	{ "state MASTER\npriority 3\nnopreempt", "no effect", 1000000, 3, VRRP_CONF_MASTER, 5,
		false },
	{ "nopreempt", "", 1000000, 100, VRRP_CONF_BACKUP, 5, true },
	{ "nopreempt\npreempt", "undoes", 1000000, 100, VRRP_CONF_BACKUP, 5, false },
	{ "preempt", "", 1000000, 100, VRRP_CONF_BACKUP, 5, false },
	{ "garp_master_repeat 0", "1 is taken", 1000000, 100, VRRP_CONF_BACKUP, 1, false },
	{ "priority 3\npriority 4", "written twice; the later is taken", 1000000, 4,
		VRRP_CONF_BACKUP, 5, false },
	{ "debug 3", "obsolete", 1000000, 100, VRRP_CONF_BACKUP, 5, false },
	{ "skip_check_adv_addr", "", 1000000, 100, VRRP_CONF_BACKUP, 5, false },
	{ "priority 7 8", "unexpected `8`", 1000000, 7, VRRP_CONF_BACKUP, 5, false },
};

START_TEST(mistakes_in_an_instance_are_repaired_as_keepalived_does)
{
	const struct vrrp_instance_conf *i;
	char text[500];

	snprintf(text, sizeof(text), CONF_TEXT_INSTANCE_WITH("%s\n"), instances[_i].lines);
	read_warned(text, instances[_i].warning);
	i = conf_text_instance(conf, 0);
	ck_assert_int_eq(i->advert_int.us, instances[_i].advert_us);
	ck_assert_uint_eq(i->priority, instances[_i].priority);
	ck_assert_uint_eq(i->state, instances[_i].state);
	ck_assert_uint_eq(i->garp_master_repeat, instances[_i].repeat);
	ck_assert(i->nopreempt == instances[_i].nopreempt);
}
END_TEST

START_TEST(an_address_twice_in_an_instance_counts_once)
{
	read_warned("vrrp_instance A { interface e\n virtual_router_id 1\n virtual_ipaddress {\n"
		    "192.0.2.1\n192.0.2.2\n192.0.2.1/24 label e:1\n192.0.2.1\n}\n}\n",
		"192.0.2.1 stands there twice: this one is dropped");
	ck_assert_uint_eq(conf_text_instance(conf, 0)->vips.count, 2);
}
END_TEST

START_TEST(a_script_written_twice_stays_the_first)
{
	read_warned(
		CONF_TEXT_INSTANCE_WITH("notify /bin/a\nnotify /bin/b\n"), "the first is taken");
	ck_assert_str_eq(conf_text_instance(conf, 0)->notify.command, "/bin/a");
}
END_TEST

START_TEST(scripts_run_as_nobody_special_and_never_as_root)
{
	const struct conf_script *s;

	read_warned(CONF_TEXT_INSTANCE_WITH("notify /bin/a\nnotify_stop \"/bin/a\"\n"), "");
	s = &conf_text_instance(conf, 0)->notify;
	ck_assert_ptr_nonnull(s->user);
	ck_assert_str_ne(s->user, "root");
	ck_assert_uint_eq(s->id, conf_text_instance(conf, 0)->notify_stop.id);
}
END_TEST

START_TEST(a_command_of_any_characters_survives_printing)
{
	read_warned(CONF_TEXT_INSTANCE_WITH("notify '/bin/a \"b  c\" d' root\n"
					    "notify_stop \"/bin/x \\\\x41 'a#!b' {}\"\n"
					    "notify_fault /bin/a\\#b\n"),
		"");
	ck_assert_str_eq(conf_text_instance(conf, 0)->notify.command, "/bin/a \"b  c\" d");
	ck_assert_str_eq(
		conf_text_instance(conf, 0)->notify_stop.command, "/bin/x \\\\x41 'a#!b' {}");
	ck_assert_str_eq(conf_text_instance(conf, 0)->notify_fault.command, "/bin/a#b");
}
END_TEST

START_TEST(a_virtual_server_has_keepalived_defaults)
{
	const struct virtual_server_conf *v;
	const struct check_conf *c;

	read_warned(CONF_TEXT_SERVER_WITH("", "TCP_CHECK { }\nHTTP_GET { url { path / } }"), "");
	v = conf_text_virtual(conf, 0);
	ck_assert_uint_eq(v->persistence_timeout_s, 0);
	ck_assert_uint_eq(v->quorum, 1);
	ck_assert_uint_eq(v->hysteresis, 0);
	ck_assert_ptr_null(v->sorry_server);
	ck_assert_uint_eq(conf_text_real(conf, 0)->weight, 1);
	ck_assert_uint_eq(conf_text_real(conf, 0)->method.kind, IPVS_NAT);
	c = conf_text_check(conf, 0);
	ck_assert_int_eq(c->connect_timeout.us, 5000000);
	ck_assert_int_eq(c->delay_loop.us, 60000000);
	ck_assert_int_eq(c->warmup.us, 60000000);
	ck_assert_int_eq(c->delay_before_retry.us, 1000000);
	ck_assert_uint_eq(c->retry, 1);
	ck_assert(!c->alpha);
	c = conf_text_check(conf, 1);
	ck_assert_str_eq(c->obj.block->name, "HTTP_GET");
	ck_assert_int_eq(c->delay_before_retry.us, 3000000);
	ck_assert_uint_eq(((const struct http_check_conf *)c)->http_protocol, HTTP_1_0);
	const struct http_url_conf *u = ((const struct http_check_conf *)c)->urls.items[0];

	ck_assert_uint_eq(u->status_codes.count, 1);
	ck_assert_uint_eq(((const struct conf_range *)u->status_codes.items[0])->last, 299);
	ck_assert_ptr_null(u->virtualhost);
}
END_TEST

START_TEST(checks_inherit_from_the_nearest_block_that_says_something)
{
	const struct check_conf *c;
	const struct http_url_conf *u;

	read_warned(
		CONF_TEXT_SERVER_WITH(
			"delay_loop 7\nretry 4\nalpha\nwarmup 2\nvirtualhost vs\nweight 3\n"
			"delay_before_retry 9\ninhibit_on_failure\n",
			"retry 2\nHTTP_GET { connect_timeout 2\n url { path /\n }\n"
			" url { path /x\n virtualhost url\n status_code 200 302-303 201\n } }\n"),
		"");
	ck_assert_uint_eq(conf_text_real(conf, 0)->weight, 3);
	ck_assert(conf_text_real(conf, 0)->inhibit_on_failure);
	c = conf_text_check(conf, 0);
	ck_assert_int_eq(c->delay_loop.us, 7000000);
	ck_assert_uint_eq(c->retry, 2);
	ck_assert(c->alpha);
	ck_assert_int_eq(c->warmup.us, 2000000);
	ck_assert_int_eq(c->connect_timeout.us, 2000000);
	ck_assert_int_eq(c->delay_before_retry.us, 9000000);
	u = ((const struct http_check_conf *)c)->urls.items[0];
	ck_assert_str_eq(u->virtualhost, "vs");
	u = ((const struct http_check_conf *)c)->urls.items[1];
	ck_assert_str_eq(u->virtualhost, "url");
	ck_assert_uint_eq(u->status_codes.count, 2); /* 200-201 302-303 */
}
END_TEST

START_TEST(all_of_a_virtual_server_is_read)
{
	const struct virtual_server_conf *v;
	const struct real_server_conf *s;
	const struct http_url_conf *u;

	read_warned(
		"virtual_server 192.0.2.1 80 { lb_algo sh\n lb_kind DR\n protocol tcp\n"
		"persistence_timeout\n quorum 2\n hysteresis 1\n quorum_up /bin/u\n"
		"sorry_server 127.0.0.1\n real_server 192.0.2.10 {\n weight 5\n uthreshold 9\n"
		"lthreshold 8\n notify_up /bin/n\n HTTP_GET {\n nb_get_retry 4\n connect_port 81\n"
		"connect_ip 192.0.2.11\n bindto 192.0.2.12\n log_all_failures\n http_protocol 1.1\n"
		"url {\n path /a\n regex \"^a\\\\.b \\x41\"\n regex_no_match\n"
		"digest 9b3a0c85a887a256d6939da88aabd8cd\n}\n}\n}\n}\n",
		"`nb_get_retry` is deprecated; write `retry`");
	v = conf_text_virtual(conf, 0);
	check_addr(&v->service.address, "192.0.2.1");
	ck_assert_uint_eq(v->service.port, 80);
	ck_assert_uint_eq(v->protocol, IPVS_TCP);
	ck_assert_uint_eq(v->method.kind, IPVS_DR);
	ck_assert_str_eq(v->scheduler, "sh");
	ck_assert_uint_eq(v->persistence_timeout_s, 360);
	ck_assert_uint_eq(v->quorum, 2);
	ck_assert_uint_eq(v->hysteresis, 1);
	check_addr(&v->sorry_server->address, "127.0.0.1");
	ck_assert_uint_eq(v->sorry_server->port, 80);
	s = v->real_servers.items[0];
	ck_assert_uint_eq(s->port, 80);
	ck_assert_uint_eq(s->method.kind, IPVS_DR);
	ck_assert_uint_eq(s->upper_threshold, 9);
	ck_assert_uint_eq(s->lower_threshold, 8);
	ck_assert_uint_eq(conf_text_check(conf, 0)->retry, 4);
	ck_assert_uint_eq(conf_text_check(conf, 0)->connect_port, 81);
	check_addr(&conf_text_check(conf, 0)->connect_ip, "192.0.2.11");
	u = ((const struct http_check_conf *)conf_text_check(conf, 0))->urls.items[0];
	ck_assert_str_eq(u->regex, "^a\\.b A");
	ck_assert(u->regex_no_match);
}
END_TEST

static const struct {
	const char *text, *warning, *canonical; /* part of the canonical text */
} servers[] = {
	{ "virtual_server 192.0.2.1 80 { lvs_method NAT\n protocol TCP\n real_server 192.0.2.2 80 "
	  "{ } }",
		"`lvs_sched` is missing: wlc is taken", "\tlvs_sched wlc\n" },
	{ "virtual_server 192.0.2.1 80 { lvs_sched rr\n protocol TCP\n real_server 192.0.2.2 80 { "
	  "} }",
		"`lvs_method` is missing: NAT is taken", "\tlvs_method NAT\n" },
	{ "virtual_server 192.0.2.1 80 { lvs_sched rr\n lvs_method NAT\n real_server 192.0.2.2 80 "
	  "{ } }",
		"`protocol` is missing: UDP is taken", "\tprotocol UDP\n" },
	{ "virtual_server 192.0.2.1 { lvs_sched rr\n lvs_method NAT\n protocol TCP\n real_server "
	  "192.0.2.2 { } }",
		"360 is taken", "\tpersistence_timeout 360\n" },
	{ "virtual_server 192.0.2.1 80 { lvs_sched rr\n lvs_method DR\n protocol TCP\n real_server "
	  "192.0.2.2 81 { } }",
		"with DR the port of a real server is that of the virtual server: 80 is taken",
		"\treal_server 192.0.2.2 80 {\n" },
	{ CONF_TEXT_SERVER_WITH("real_server 192.0.2.10 80 { weight 2\n }\n", ""),
		"real_server 192.0.2.10:80 stands there twice: this one is dropped, the other is "
		"in line 5",
		"weight 2\n" },
	{ CONF_TEXT_SERVER_WITH("", "") "virtual_server 192.0.2.9 80 { lvs_sched rr\n lvs_method "
					"NAT\n protocol TCP\n }",
		"this virtual server has no real server; it is left out",
		"virtual_server 192.0.2.1 80 {" },
	{ CONF_TEXT_SERVER_WITH("quorum 5\n", ""),
		"more than the weight of all real servers: 1 is taken", "\tquorum 1\n" },
	{ CONF_TEXT_SERVER_WITH("quorum 1\nhysteresis 1\n", ""),
		"must be less than the quorum: 0 is taken", "\thysteresis 0\n" },
	{ CONF_TEXT_SERVER_WITH("hashed\n", ""), "obsolete", "virtual_server" },
	{ CONF_TEXT_SERVER_WITH("delay_loop 5 seconds\n", ""), "unexpected `seconds`",
		"\tdelay_loop 5\n" },
	{ CONF_TEXT_SERVER_WITH("sorry_server 192.0.2.3 80\nsorry_server 192.0.2.4 80\n", ""),
		"the later is taken", "\tsorry_server 192.0.2.4 80\n" },
};

START_TEST(mistakes_in_a_virtual_server_are_repaired_as_keepalived_does)
{
	char *text;
	size_t len;

	read_warned(servers[_i].text, servers[_i].warning);
	ck_assert_uint_eq(conf_text_virtual(conf, 0)->real_servers.count, 1);
	text = conf_print_text(conf, &checker_section, &len);
	ck_assert_msg(strstr(text, servers[_i].canonical) != NULL, "%s", text);
	free(text);
}
END_TEST

START_TEST(the_parents_text_lists_each_script_once_with_numbers)
{
	const struct conf_section *const only[] = { &keepd_section, NULL };
	const struct conf_params params = { .sections = only, .is_canonical = true };
	struct conf_report *r = conf_report_new();
	const struct keepd_script_conf *s;
	const struct keepd_conf *own;
	struct conf *back;
	char *text;
	size_t len;

	read_warned("global_defs { router_id one\n }\n" CONF_TEXT_INSTANCE_WITH(
			    "notify \"/bin/a b\" root\nnotify_stop '/bin/a b' root\n"
			    "notify_fault '/bin/\"x\"' nobody root\n"),
		"");
	text = keepd_conf_print_canonical(conf, &len, r, &(struct script_list_result){ 0 });
	ck_assert_ptr_nonnull(text);
	back = conf_read_text("parent", text, len, &params, r);
	ck_assert_msg(back != NULL, "%s: %s", conf_report_first(r), text);
	own = (const struct keepd_conf *)conf_root(back, &keepd_section);
	ck_assert_str_eq(own->global->router_id, "one");
	ck_assert_uint_eq(own->scripts.count, 2);
	s = own->scripts.items[0];
	ck_assert_uint_eq(s->id, conf_text_instance(conf, 0)->notify_fault.id);
	ck_assert_str_eq(s->command, "/bin/\"x\"");
	ck_assert_str_eq(s->user, "nobody");
	ck_assert_uint_eq(s->gid, 0);
	s = own->scripts.items[1];
	ck_assert_uint_eq(s->id, conf_text_instance(conf, 0)->notify.id);
	ck_assert_uint_eq(s->uid, 0);
	conf_free(back);
	conf_report_free(r);
	free(text);
}
END_TEST

START_TEST(an_unknown_user_is_an_error_with_its_place)
{
	struct conf_report *r = conf_report_new();
	size_t len;

	read_warned(CONF_TEXT_INSTANCE_WITH("notify /bin/a no-such-user\n"), "");
	ck_assert_ptr_null(
		keepd_conf_print_canonical(conf, &len, r, &(struct script_list_result){ 0 }));
	ck_assert_str_eq(conf_report_first(r),
		"test.conf:7:8: error: notify: there is no user `no-such-user`; "
		"an argument of the command? Then put both in quotes");
	conf_report_free(r);
}
END_TEST

START_TEST(a_generated_row_is_refused_in_a_file)
{
	char *report = conf_text_report(
		CONF_TEXT_INSTANCE "script 0000000000000001 /bin/x 0 0 root\n", &conf);

	ck_assert_ptr_null(conf);
	ck_assert_ptr_nonnull(strstr(report, "written by keepd itself only"));
	free(report);
}
END_TEST

START_TEST(the_files_of_the_lab_read_without_a_word)
{
	static const char *const names[] = { "director-a.conf", "director-b.conf" };
	const struct conf_params params = { .sections = conf_text_sections, .generation = 7 };
	const char *top = getenv("srcdir");
	struct conf_report *r = conf_report_new();
	char path[300];

	snprintf(path, sizeof(path), "%s/test/lab/conf/%s", top ? top : ".", names[_i]);
	conf = conf_read_file(path, &params, r);
	ck_assert_msg(conf != NULL, "%s", conf_report_first(r));
	ck_assert_uint_eq(conf_report_warnings(r), 0);
	ck_assert_uint_eq(conf_generation(conf), 7);
	conf_text_round_trip(conf);
	conf_report_free(r);
}
END_TEST

START_TEST(a_role_that_has_nothing_to_do_is_told_apart)
{
	read_warned(CONF_TEXT_INSTANCE, "");
	ck_assert(checker_section.is_empty(conf_root(conf, &checker_section)));
	ck_assert(!vrrp_section.is_empty(conf_root(conf, &vrrp_section)));
	ck_assert_ptr_nonnull(
		((const struct checker_conf *)conf_root(conf, &checker_section))->global);
}
END_TEST

static char *shown(const struct conf *c)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	ck_assert_ptr_nonnull(out);
	conf_print_all(c, CONF_PRINT_MASKED, out);
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

/* --dump-config has no quotes of canonical text: a file would not be read so. */
START_TEST(a_command_is_shown_as_it_may_be_written)
{
	char *text, *again;

	read_warned("global_defs { script_user root\n}\n" CONF_TEXT_INSTANCE_WITH(
			    "notify '/bin/echo \"it\\x27s  #{x}\" \"\" a-b \\x41 \"\\\\\"'\n"),
		"");
	text = shown(conf);
	ck_assert_msg(
		strstr(text, "\tnotify \"/bin/echo 'it\\'s  #{x}' '' a-b A '\\\\'\"\n") != NULL,
		"%s", text);
	done();
	read_warned(text, "");
	again = shown(conf);
	ck_assert_str_eq(again, text);
	free(again);
	free(text);
}
END_TEST

START_TEST(a_line_of_nothing_but_braces_is_read_at_once)
{
	const size_t len = 400000;
	char *text = malloc(len + 1), *report;

	ck_assert_ptr_nonnull(text);
	memset(text, '{', len);
	text[len] = '\0';
	text[0] = _i ? '"' : '{'; /* within quotes, too */
	report = conf_text_report(text, &conf);
	ck_assert_ptr_null(conf);
	ck_assert_str_ne(report, "");
	free(report);
	free(text);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("conf_read");
	TCase *t = tcase_create("read");

	tcase_add_checked_fixture(t, NULL, done);
	tcase_add_test(t, an_instance_has_keepalived_defaults);
	tcase_add_test(t, all_of_an_instance_is_read);
	tcase_add_test(t, instances_inherit_the_globals_in_any_order);
	tcase_add_loop_test(
		t, mistakes_in_an_instance_are_repaired_as_keepalived_does, 0, COUNT(instances));
	tcase_add_test(t, an_address_twice_in_an_instance_counts_once);
	tcase_add_test(t, a_script_written_twice_stays_the_first);
	tcase_add_test(t, scripts_run_as_nobody_special_and_never_as_root);
	tcase_add_test(t, a_command_of_any_characters_survives_printing);
	tcase_add_test(t, a_virtual_server_has_keepalived_defaults);
	tcase_add_test(t, checks_inherit_from_the_nearest_block_that_says_something);
	tcase_add_test(t, all_of_a_virtual_server_is_read);
	tcase_add_loop_test(
		t, mistakes_in_a_virtual_server_are_repaired_as_keepalived_does, 0, COUNT(servers));
	tcase_add_test(t, the_parents_text_lists_each_script_once_with_numbers);
	tcase_add_test(t, an_unknown_user_is_an_error_with_its_place);
	tcase_add_test(t, a_generated_row_is_refused_in_a_file);
	tcase_add_loop_test(t, the_files_of_the_lab_read_without_a_word, 0, 2);
	tcase_add_test(t, a_role_that_has_nothing_to_do_is_told_apart);
	tcase_add_test(t, a_command_is_shown_as_it_may_be_written);
	tcase_add_loop_test(t, a_line_of_nothing_but_braces_is_read_at_once, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
