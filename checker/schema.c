/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker's part of the language: the outermost level and what global_defs says of checkers and
 * IPVS. Servers are in schema_server.c, checks in schema_check.c and its neighbours, the rules in
 * schema_rules.c.
 */
#include "checker/schema_rows.h"
#include "core/conf/common.h"

/* clang-format off */
#define GLOBAL(member) .offset = offsetof(struct checker_global_conf, member)
#define ROOT(member)   .offset = offsetof(struct checker_conf, member)

#define SYNC(member)   .offset = offsetof(struct lvs_sync_conf, member)
#define TIMEOUTS(member) .offset = offsetof(struct lvs_timeouts_conf, member)
#define SSL(member)    .offset = offsetof(struct ssl_conf, member)

static void sync_check(struct conf_obj *obj, struct conf_rules *r);
static void timeouts_check(struct conf_obj *obj, struct conf_rules *r);
static void global_check(struct conf_obj *obj, struct conf_rules *r);

/* ---- lvs_sync_daemon ---- */

static const struct conf_row sync_args[] = {
	{ "INTERFACE", NULL, NULL, &conf_type_ifname, NULL, SYNC(interface), .scope = CONF_LIVE,
	  .doc = "The interface the connections go over." },
	{ "INSTANCE", NULL, NULL, &conf_type_string, NULL, SYNC(vrrp), .scope = CONF_LIVE, .flags = CONF_OPTIONAL_ARG | CONF_FLOATS,
	  .example = "VI_1", .doc = "The vrrp_instance that decides who sends: whoever is master." },
	{ "ID", NULL, NULL, &conf_type_u8, NULL, SYNC(old_id), .scope = CONF_LIVE, .flags = CONF_OPTIONAL_ARG | CONF_FLOATS,
	  .doc = "As id, in the way of old files." },
};

static const struct conf_row sync_rows[] = {
	{ "inst", NULL, NULL, &conf_type_string, NULL, SYNC(inst), .scope = CONF_LIVE, .tier = C, .example = "VI_1",
	  .doc = "As INSTANCE, for a name that is also a word of this line." },
	{ "id", NULL, NULL, &conf_type_u8, NULL, SYNC(id), .scope = CONF_LIVE, .tier = C,
	  .doc = "Only directors of the same number listen to one another; else the virtual_router_id of the instance, or 0." },
	{ "maxlen", NULL, NULL, &conf_type_u16, NULL, SYNC(maxlen), 1, 65507, "bytes", NULL, CONF_LIVE, C,
	  .doc = "The greatest datagram; else what the interface can carry." },
	{ "port", NULL, NULL, &conf_type_u16, NULL, SYNC(port), 1, 65535, NULL, "8848", CONF_LIVE, C,
	  .doc = "The UDP port." },
	{ "ttl", NULL, NULL, &conf_type_u8, NULL, SYNC(ttl), 1, 255, NULL, "1", CONF_LIVE, C,
	  .doc = "The time to live of the datagrams: how many routers they may pass." },
	{ "group", NULL, NULL, &conf_type_addr, NULL, SYNC(group), 0, 0, NULL, "224.0.0.81", CONF_LIVE, C,
	  .example = "224.0.0.81\nff02::81", .doc = "The multicast group they are sent to." },
};

static const struct conf_block sync_block = {
	"lvs_sync_daemon", sizeof(struct lvs_sync_conf), sync_args, ROWS_COUNT(sync_args),
	sync_rows, ROWS_COUNT(sync_rows), true, sync_check, NULL,
};

/* ---- lvs_timeouts ---- */

#define TIMEOUT_ROW(word, member, text) \
	{ word, NULL, NULL, &conf_type_u32, NULL, TIMEOUTS(member), 0, 2678400, "seconds", NULL, CONF_LIVE, C, \
	  .doc = text }

static const struct conf_row timeouts_rows[] = {
	TIMEOUT_ROW("tcp", tcp_s, "Of a TCP connection; 0 = as it is."),
	TIMEOUT_ROW("tcpfin", tcpfin_s, "Of a TCP connection that one side has ended; 0 = as it is."),
	TIMEOUT_ROW("udp", udp_s, "Of datagrams that belong together; 0 = as it is."),
};

static const struct conf_block timeouts_block = {
	"lvs_timeouts", sizeof(struct lvs_timeouts_conf), NULL, 0,
	timeouts_rows, ROWS_COUNT(timeouts_rows), true, timeouts_check, NULL,
};

/* ---- SSL ---- */

static const struct conf_row ssl_rows[] = {
	{ "password", NULL, NULL, &conf_type_string, NULL, SSL(password), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_SECRET, .doc = "What the key is encrypted with." },
	{ "ca", NULL, NULL, &conf_type_string, NULL, SSL(ca), 0, 0, NULL, NULL, CONF_LIVE, C, .example = "/etc/ssl/certs/ca.pem",
	  .doc = "The file with the certificates of who is trusted. Without it any certificate of a server will do." },
	{ "certificate", NULL, NULL, &conf_type_string, NULL, SSL(certificate), 0, 0, NULL, NULL, CONF_LIVE, C, .example = "/etc/keepd/client.pem",
	  .doc = "The file with the certificate that is shown to servers that ask for one." },
	{ "key", NULL, NULL, &conf_type_string, NULL, SSL(key), 0, 0, NULL, NULL, CONF_LIVE, C, .example = "/etc/keepd/client.key",
	  .doc = "The file with the key of that certificate." },
};

static void ssl_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_block ssl_block = {
	"SSL", sizeof(struct ssl_conf), NULL, 0, ssl_rows, ROWS_COUNT(ssl_rows), false, ssl_check,
	"How SSL_GET speaks TLS.",
};

/* ---- global_defs ---- */

#define NETLINK_ROWS(word, bytes, force, what) \
	{ word, NULL, NULL, &conf_type_u32, NULL, GLOBAL(bytes), 0, INT32_MAX, "bytes", NULL, CONF_RESTART_ROLE, C, CONF_LATER_OK, \
	  .doc = "How much the kernel keeps for the checker process: " what ". 0 = as the kernel has it." }, \
	{ word "_force", NULL, NULL, &conf_type_flag, NULL, GLOBAL(force), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, CONF_LATER_OK, \
	  .doc = "As much even where it is more than net.core.rmem_max." }

static const struct conf_row global_rows[] = {
	{ "ipvs_audit_interval", NULL, NULL, &conf_type_span, NULL, GLOBAL(ipvs_audit_interval), 100000, SECONDS(3600), "seconds", "5", CONF_LIVE, C,
	  .flags = CONF_OWN, .doc = "How often the table of the kernel is compared with what it should be." },
	{ "checker_log_all_failures", NULL, NULL, &conf_type_flag, NULL, GLOBAL(log_all_failures), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Log each failed attempt of all checks that do not say otherwise." },
	{ "lvs_sync_daemon", NULL, NULL, &conf_type_line, &sync_block, GLOBAL(sync), 0, 0, NULL, NULL, CONF_LIVE, B, .example = "eth0 VI_1",
	  .doc = "The kernel sends its connections to another director, or takes those of another one, so that they go on when the addresses move: it tells them while INSTANCE is master, and listens else; without INSTANCE it does both all the time. Nothing authenticates what is told: use an interface that nobody else can reach, and an id." },
	{ "lvs_timeouts", NULL, NULL, &conf_type_line, &timeouts_block, GLOBAL(timeouts), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER, .example = "tcp 900 udp 300",
	  .doc = "How long the kernel remembers connections without packets. What is not written stays as it is." },
	{ "lvs_flush", NULL, NULL, &conf_type_flag, NULL, GLOBAL(lvs_flush), 0, 0, NULL, NULL, CONF_RESTART_ROLE, B, CONF_LATER,
	  .instead = "keepd repairs its own services and leaves others alone",
	  .doc = "The table of the kernel is emptied at the start, whoever made what is in it. Not at a reload." },
	{ "lvs_flush_on_stop", NULL, "lvs_flush_onstop", &checker_type_flush, NULL, GLOBAL(lvs_flush_on_stop), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER, .flags = CONF_OPTIONAL_ARG,
	  .doc = "At the end the table of the kernel is emptied, whoever made what is in it; with VS the services of this file are deleted, and their servers with them." },
	{ "nftables_ipvs", NULL, NULL, &checker_type_table, "keepalived_ipvs", GLOBAL(nftables_ipvs), 1, 255, NULL, NULL, CONF_RESTART_ROLE, C, CONF_LATER, .flags = CONF_OPTIONAL_ARG,
	  .doc = "The services of a virtual_server_group become one, by a firewall mark that nftables sets in a table of this name." },
	{ "nftables_ipvs_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(nftables_ipvs_priority), 0, 0, NULL, "-1", CONF_RESTART_ROLE, C, CONF_LATER_OK,
	  .doc = "The priority of its chain." },
	{ "nftables_ipvs_start_fwmark", NULL, NULL, &conf_type_u32, NULL, GLOBAL(nftables_ipvs_start_fwmark), 1, UINT32_MAX, NULL, "1000", CONF_RESTART_ROLE, C, CONF_LATER_OK,
	  .doc = "The first of its firewall marks." },
	{ "rs_init_notifies", NULL, NULL, &conf_type_flag, NULL, GLOBAL(rs_init_notifies), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "notify_up is run for servers that are up from the start too." },
	{ "no_checker_emails", NULL, NULL, &conf_type_flag, NULL, GLOBAL(no_checker_emails), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_OBSOLETE,
	  .instead = "mail is about servers, never about a single check", .doc = "Mail only when a server goes up or down, not for each of its checks." },
	{ "smtp_alert", NULL, NULL, &conf_type_flag, NULL, GLOBAL(smtp_alert_all), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Whether mail is sent about instances, groups and servers that do not say so themselves; else about real servers only." },
	{ "smtp_alert_checker", NULL, NULL, &conf_type_flag, NULL, GLOBAL(smtp_alert), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As smtp_alert, for virtual servers and real servers; where both are written, this counts for them." },
	{ "checker_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(nice), -20, 19, NULL, "0", CONF_LIVE, C,
	  .doc = "The nice value of the checker and the prober process." },
	{ "checker_no_swap", NULL, NULL, &conf_type_flag, NULL, GLOBAL(no_swap), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The memory of the checker and the prober process is never swapped out." },
	{ "checker_rt_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(rt_priority), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .example = "50",
	  .doc = "The checker and the prober process run in real time, with this priority, 1 to 99." },
	{ "checker_rlimit_rttime", NULL, "checker_rlimit_rtime", &conf_type_u32, NULL, GLOBAL(rlimit_rttime_us), 1, UINT32_MAX, "microseconds", "10000", CONF_RESTART_ROLE, C, CONF_LATER_OK,
	  .doc = "How long it may run in real time without a pause before the kernel ends it; at least 2." },
	{ "checker_cpu_affinity", NULL, NULL, &conf_type_ranges, NULL, GLOBAL(cpus), 0, 4095, NULL, NULL, CONF_LIVE, C,
	  .doc = "The processors the checker and the prober process may run on, by number from 0; ranges are keepd's own." },
	{ "checker_process_name", NULL, "lvs_process_name", &conf_type_process, NULL, GLOBAL(process_name), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .example = "keepd_checker\n\"a b\"", .doc = "The name of the checker process, at most 15 characters; else keepd-checker." },
	NETLINK_ROWS("lvs_netlink_cmd_rcv_bufs", netlink_cmd_bytes, netlink_cmd_force, "answers to its commands"),
	NETLINK_ROWS("lvs_netlink_monitor_rcv_bufs", netlink_monitor_bytes, netlink_monitor_force, "news of addresses"),
	{ "snmp_vs_stats_update_interval", NULL, NULL, &conf_type_span, NULL, GLOBAL(snmp_vs_interval), 1000, SECONDS(30), "seconds", "5", CONF_LIVE, C, CONF_LATER_OK,
	  .doc = "How old the numbers of virtual servers may be that SNMP shows." },
	{ "snmp_rs_stats_update_interval", NULL, NULL, &conf_type_span, NULL, GLOBAL(snmp_rs_interval), 1000, SECONDS(30), "seconds", NULL, CONF_LIVE, C, CONF_LATER_OK,
	  .doc = "How old those of real servers may be; the default is snmp_vs_stats_update_interval." },
};

static const struct conf_block global_block = {
	"global_defs", sizeof(struct checker_global_conf), NULL, 0,
	global_rows, ROWS_COUNT(global_rows), false, global_check, NULL,
};

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns all virtual servers." },
	{ "virtual_server", NULL, NULL, &conf_type_block, &virtual_server_block, ROOT(virtual_servers), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "A service." },
	{ "virtual_server_group", NULL, NULL, &conf_type_block, &server_group_block, ROOT(groups), .scope = CONF_LIVE, .tier = B, .state = CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "Several services that share one pool of servers." },
	{ "SSL", NULL, NULL, &conf_type_block, &ssl_block, ROOT(ssl), .scope = CONF_LIVE, .tier = C, .state = CONF_LATER,
	  .doc = "How SSL_GET speaks TLS." },
	{ "defaults", NULL, NULL, &conf_type_block, &outer_defaults_block, ROOT(defaults), .scope = CONF_LIVE, .tier = C,
	  .flags = CONF_OWN, .doc = "What virtual servers, real servers and checks take where they say nothing." },
	CONF_TRACK_FILE_ROW(ROOT(track_files)),
	CONF_BFD_ROW(ROOT(bfd_instances)),
};

static const struct conf_block root_block = {
	"checker", sizeof(struct checker_conf), NULL, 0,
	root_rows, ROWS_COUNT(root_rows), false, NULL, NULL,
};
/* clang-format on */

/* ---- rules of what stands on one line, and of global_defs ---- */

#define SYNC_AT(member) offsetof(struct lvs_sync_conf, member)

static bool is_multicast(const struct addr *a)
{
	return a->family == AF_INET ? IN_MULTICAST(ntohl(a->v4.s_addr))
				    : IN6_IS_ADDR_MULTICAST(&a->v6);
}

static void sync_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct lvs_sync_conf *s = (struct lvs_sync_conf *)obj;

	if (s->inst && s->vrrp)
		WARN(r, obj, SYNC_AT(inst), "two instances stand here; `%s` is taken", s->inst);
	if (s->inst)
		s->vrrp = s->inst;
	if (conf_is_set(obj, SYNC_AT(old_id)) && conf_is_set(obj, SYNC_AT(id)))
		WARN(r, obj, SYNC_AT(id), "two numbers stand here; id %u is taken", s->id);
	else if (conf_is_set(obj, SYNC_AT(old_id))) {
		WARN(r, obj, SYNC_AT(old_id),
			"a number without `id` before it is deprecated; write `id %u`", s->old_id);
		s->id = s->old_id;
	}
	if (!is_multicast(&s->group))
		ERROR(r, obj, SYNC_AT(group), "group: not a multicast address");
}

static void timeouts_check(struct conf_obj *obj, struct conf_rules *r)
{
	for (size_t i = 0; i < obj->block->row_count; i++)
		if (conf_is_set(obj, obj->block->rows[i].offset))
			return;
	conf_complain(r, CONF_ERROR, obj, NULL,
		"lvs_timeouts: at least one of tcp, tcpfin, udp and its seconds must stand here");
}

static void ssl_check(struct conf_obj *obj, struct conf_rules *r)
{
	const struct ssl_conf *s = (const struct ssl_conf *)obj;

	if (s->key && !s->certificate)
		WARN(r, obj, offsetof(struct ssl_conf, key),
			"a key without certificate has no effect");
	if (s->password && !s->key)
		WARN(r, obj, offsetof(struct ssl_conf, password),
			"a password without key has no effect");
}

static void global_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct checker_global_conf *g = (struct checker_global_conf *)obj;

	if (!conf_is_set(obj, offsetof(struct checker_global_conf, snmp_rs_interval)))
		g->snmp_rs_interval = g->snmp_vs_interval;
	conf_rt_priority_check(
		r, obj, offsetof(struct checker_global_conf, rt_priority), &g->rt_priority);
	if (g->rlimit_rttime_us >= 2)
		return;
	WARN(r, obj, offsetof(struct checker_global_conf, rlimit_rttime_us),
		"checker_rlimit_rttime: 1 is less than the kernel can tell; 2 is taken");
	g->rlimit_rttime_us = 2;
}

static bool is_empty(const struct conf_obj *root)
{
	const struct checker_conf *c = (const struct checker_conf *)root;

	return !c->virtual_servers.count && !c->global->sync;
}

const struct conf_section checker_section = {
	.name = "checker",
	.root = &root_block,
	.check = checker_rules_section,
	.is_empty = is_empty,
};
