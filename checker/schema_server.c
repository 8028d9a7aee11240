/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keywords of virtual servers, their real servers and the sorry server, and of the defaults for
 * all of them. Ranges and defaults are those of keepalived 2.4. What is said between them is in
 * schema_rules.c, the checks are in schema_check.c and those after it.
 */
#include "checker/schema_rows.h"

/* clang-format off */
#define VS(member)       .offset = offsetof(struct virtual_server_conf, member)
#define RS(member)       .offset = offsetof(struct real_server_conf, member)
#define SORRY(member)    .offset = offsetof(struct sorry_server_conf, member)
#define DEFAULTS(member) .offset = offsetof(struct server_defaults_conf, member)

/* ---- real_server ---- */

static const struct conf_row real_args[] = {
	{ "ADDRESS", NULL, NULL, &conf_type_addr, NULL, RS(address), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .example = "192.0.2.11\n2001:db8::11", .doc = "The address of the server." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, RS(port), .scope = CONF_RESTART, .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "Its port; else, or if 0, that of the virtual server." },
};

static const struct conf_row real_rows[] = {
	{ "weight", NULL, NULL, &conf_type_u32, NULL, RS(weight), 0, WEIGHT_MAX, NULL, "1", CONF_LIVE, A,
	  .flags = CONF_INHERIT, .doc = "Its share of the connections; 0 = no new ones." },
	METHOD_ROW(RS, CONF_INHERIT),
	INHERITED_ROWS(RS, CONF_INHERIT),
	{ "uthreshold", NULL, NULL, &conf_type_u32, NULL, RS(upper_threshold), 0, 0, NULL, "0", CONF_LIVE, C,
	  .doc = "No new connections above so many; 0 = no limit." },
	{ "lthreshold", NULL, NULL, &conf_type_u32, NULL, RS(lower_threshold), 0, 0, NULL, "0", CONF_LIVE, C,
	  .doc = "New connections again below so many." },
	NOTIFY_ROWS(RS, CONF_INHERIT),
	{ "TCP_CHECK", NULL, NULL, &conf_type_block, &tcp_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS, .doc = "A check by making a connection." },
	{ "HTTP_GET", NULL, NULL, &conf_type_block, &http_get_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS, .doc = "A check by fetching pages." },
	{ "SSL_GET", NULL, NULL, &conf_type_block, &ssl_get_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, A, CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "A check by fetching pages over TLS." },
	{ "SMTP_CHECK", NULL, NULL, &conf_type_block, &smtp_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, B, CONF_LATER,
	  .flags = CONF_REPEATS, .instead = "TCP_CHECK tells whether anything listens",
	  .doc = "A check by greeting a mail server." },
	{ "DNS_CHECK", NULL, NULL, &conf_type_block, &dns_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, B, CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "A check by asking a name server." },
	{ "MISC_CHECK", NULL, NULL, &conf_type_block, &misc_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, A, CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "A check by a program." },
	{ "UDP_CHECK", NULL, NULL, &conf_type_block, &udp_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, B, CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "A check by sending a datagram." },
	{ "PING_CHECK", NULL, NULL, &conf_type_block, &ping_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, B, CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "A check by ICMP echo." },
	{ "FILE_CHECK", NULL, NULL, &conf_type_block, &file_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "A check by a number in a file." },
	{ "BFD_CHECK", NULL, NULL, &conf_type_block, &bfd_check_block, RS(checks), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .flags = CONF_REPEATS, .doc = "A check by a BFD session." },
	{ "smtp_alert", NULL, NULL, &conf_type_flag, NULL, RS(smtp_alert), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Mail when the server goes up or down. Where neither this nor a row of global_defs says anything, it is on." },
	{ "snmp_name", NULL, NULL, &conf_type_string, NULL, RS(snmp_name), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER_OK,
	  .doc = "The name of the server in SNMP." },
};

const struct conf_block real_server_block = {
	"real_server", sizeof(struct real_server_conf), real_args, 2,
	real_rows, ROWS_COUNT(real_rows), false, NULL,
	"A server of the pool, with the checks that all must succeed.",
};

/* ---- sorry_server ---- */

static const struct conf_row sorry_args[] = {
	{ "ADDRESS", NULL, NULL, &conf_type_addr, NULL, SORRY(address), .flags = CONF_KEY,
	  .example = "192.0.2.21\n2001:db8::21", .doc = "The address of the server." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, SORRY(port), .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "Its port; else, or if 0, that of the virtual server." },
};

static const struct conf_block sorry_block = {
	"sorry_server", sizeof(struct sorry_server_conf), sorry_args, 2, NULL, 0, false, NULL, NULL,
};

/* ---- defaults ---- */

static const struct conf_row outer_rows[] = {
	SERVICE_ROWS(DEFAULTS, CONF_OWN),
	INHERITED_ROWS(DEFAULTS, CONF_OWN),
	WEIGHT_ROW(DEFAULTS, CONF_OWN),
	QUORUM_SCRIPT_ROWS(DEFAULTS, CONF_OWN),
	NOTIFY_ROWS(DEFAULTS, CONF_OWN),
	LOG_ROWS(DEFAULTS, CONF_OWN),
	SOURCE_ROWS(DEFAULTS, CONF_OWN, CONF_LATER),
};

const struct conf_block outer_defaults_block = {
	"defaults", sizeof(struct server_defaults_conf), NULL, 0,
	outer_rows, ROWS_COUNT(outer_rows), false, NULL,
	"What virtual servers, their real servers and checks take where they say nothing themselves. What stands nearer wins.",
};

static const struct conf_row inner_rows[] = {
	METHOD_ROW(DEFAULTS, CONF_OWN),
	INHERITED_ROWS(DEFAULTS, CONF_OWN),
	WEIGHT_ROW(DEFAULTS, CONF_OWN),
	NOTIFY_ROWS(DEFAULTS, CONF_OWN),
	LOG_ROWS(DEFAULTS, CONF_OWN),
	SOURCE_ROWS(DEFAULTS, CONF_OWN, CONF_LATER),
};

const struct conf_block inner_defaults_block = {
	"defaults", sizeof(struct server_defaults_conf), NULL, 0,
	inner_rows, ROWS_COUNT(inner_rows), false, NULL,
	"What the real servers and checks of this virtual server take where they say nothing themselves. It wins over the same keyword of the virtual server, and that over the outermost defaults.",
};

/* ---- virtual_server ---- */

static const struct conf_row virtual_args[] = {
	{ "SERVICE", NULL, NULL, &checker_type_service, NULL, VS(service), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "What clients connect to: ADDRESS [PORT], fwmark N for packets with that mark, or group NAME for all services of a virtual_server_group. No port or 0 = all ports, which needs persistence. Only ADDRESS [PORT] is supported yet." },
};

static const struct conf_row virtual_rows[] = {
	SERVICE_ROWS(VS, CONF_INHERIT),
	INHERITED_ROWS(VS, CONF_INHERIT),
	WEIGHT_ROW(VS, CONF_INHERIT),
	{ "quorum", NULL, NULL, &conf_type_u32, NULL, VS(quorum), 1, WEIGHT_MAX, NULL, "1", CONF_LIVE, B,
	  .doc = "How much weight must be up for the service to count as up." },
	{ "hysteresis", NULL, NULL, &conf_type_u32, NULL, VS(hysteresis), 0, WEIGHT_MAX, NULL, "0", CONF_LIVE, C,
	  .doc = "How far from the quorum, both ways, the weight must be to change that." },
	QUORUM_SCRIPT_ROWS(VS, CONF_INHERIT),
	{ "sorry_server", NULL, NULL, &conf_type_block, &sorry_block, VS(sorry_server), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "The server that answers when the quorum is lost." },
	{ "real_server", NULL, NULL, &conf_type_block, &real_server_block, VS(real_servers), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS, .doc = "A server of the pool." },
	{ "persistence_engine", NULL, NULL, &checker_type_name, NULL, VS(persistence_engine), 1, 15, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .example = "sip", .doc = "What clients are told apart by, other than their address: sip, the Call-ID." },
	{ "persistence_granularity", NULL, NULL, &checker_type_granularity, NULL, VS(granularity), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "Clients of one network of this size stay with the same server. Persistence of 360 seconds comes with it where persistence_timeout is not written." },
	{ "flag-1", NULL, NULL, &conf_type_flag, NULL, VS(flag_1), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The first flag of the scheduler: sh-fallback of sh, mh-fallback of mh." },
	{ "flag-2", NULL, NULL, &conf_type_flag, NULL, VS(flag_2), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The second flag of the scheduler: sh-port of sh, mh-port of mh." },
	{ "flag-3", NULL, NULL, &conf_type_flag, NULL, VS(flag_3), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The third flag of the scheduler. No scheduler of the kernel has one." },
	{ "sh-port", NULL, NULL, &conf_type_flag, NULL, VS(sh_port), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The scheduler sh looks at the port of the client too. keepalived ignores it before lvs_sched sh." },
	{ "sh-fallback", NULL, NULL, &conf_type_flag, NULL, VS(sh_fallback), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The scheduler sh takes another server when the one it chose is down or has weight 0. keepalived ignores it before lvs_sched." },
	{ "mh-port", NULL, NULL, &conf_type_flag, NULL, VS(mh_port), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The scheduler mh looks at the port of the client too. keepalived ignores it before lvs_sched mh." },
	{ "mh-fallback", NULL, NULL, &conf_type_flag, NULL, VS(mh_fallback), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The scheduler mh takes another server when the one it chose is down or has weight 0. keepalived ignores it before lvs_sched." },
	{ "ops", NULL, NULL, &conf_type_flag, NULL, VS(ops), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "Each datagram is scheduled by itself, whoever sent it. For UDP and firewall marks only." },
	{ "ip_family", NULL, NULL, &conf_type_enum, &checker_families, VS(family), 0, 0, NULL, NULL, CONF_RESTART, C, CONF_LATER,
	  .doc = "The address family of a service by firewall mark; else that of its servers. For inet6 it is needed where all servers are behind IPv4 tunnels." },
	{ "ha_suspend", NULL, NULL, &conf_type_flag, NULL, VS(ha_suspend), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The servers are checked only while the address of the service is on this host; else they stay as they were. Of a service by firewall mark nobody knows the address." },
	{ "sorry_server_inhibit", NULL, NULL, &conf_type_flag, NULL, VS(sorry_server_inhibit), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "The sorry server is always in the table, with weight 0 as long as it is not needed." },
	{ "sorry_server_lvs_method", NULL, NULL, &checker_type_method, &checker_methods, VS(sorry_server_method), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER,
	  .doc = "How packets are forwarded to the sorry server; else lvs_method. In keepalived it must stand after sorry_server." },
	CONF_ROW_NONE("hashed", CONF_OBSOLETE, D, "it has no effect"),
	{ "smtp_alert", NULL, NULL, &conf_type_flag, NULL, VS(smtp_alert), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Mail when the quorum is gained or lost. Where neither this nor a row of global_defs says anything, it is off." },
	{ "snmp_name", NULL, NULL, &conf_type_string, NULL, VS(snmp_name), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER_OK,
	  .doc = "The name of the service in SNMP." },
	{ "defaults", NULL, NULL, &conf_type_block, &inner_defaults_block, VS(defaults), .scope = CONF_LIVE, .tier = C,
	  .flags = CONF_OWN, .doc = "For the real servers and checks of this virtual server." },
};

const struct conf_block virtual_server_block = {
	"virtual_server", sizeof(struct virtual_server_conf), virtual_args, 1,
	virtual_rows, ROWS_COUNT(virtual_rows), false, checker_rules_virtual,
	"A service that is spread over a pool of servers.",
};
/* clang-format on */
