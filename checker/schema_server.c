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
	  .doc = "The address of the server." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, RS(port), .scope = CONF_RESTART, .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "Its port; else, or if 0, that of the virtual server." },
};

static const struct conf_row real_rows[] = {
	{ "weight", NULL, NULL, &conf_type_u32, NULL, RS(weight), 0, WEIGHT_MAX, NULL, "1", CONF_LIVE, A,
	  .flags = CONF_INHERIT, .doc = "Its share of the connections; 0 = no new ones." },
	{ "lvs_method", "lb_kind", NULL, &checker_type_method, &checker_methods, RS(method), 0, 0, NULL, "NAT", CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "How packets are forwarded to it." },
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
	LATER("SSL_GET", A, NULL),
	LATER("SMTP_CHECK", B, NULL),
	LATER("DNS_CHECK", B, NULL),
	LATER("MISC_CHECK", A, NULL),
	LATER("UDP_CHECK", B, NULL),
	LATER("PING_CHECK", B, NULL),
	LATER("FILE_CHECK", C, NULL),
	LATER("BFD_CHECK", C, NULL),
	LATER_OK("smtp_alert", C, NULL),
	LATER_OK("snmp_name", C, NULL),
};

const struct conf_block real_server_block = {
	"real_server", sizeof(struct real_server_conf), real_args, 2,
	real_rows, ROWS_COUNT(real_rows), false, NULL,
	"A server of the pool, with the checks that all must succeed.",
};

/* ---- sorry_server ---- */

static const struct conf_row sorry_args[] = {
	{ "ADDRESS", NULL, NULL, &conf_type_addr, NULL, SORRY(address), .flags = CONF_KEY,
	  .doc = "The address of the server." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, SORRY(port), .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "Its port; else, or if 0, that of the virtual server." },
};

static const struct conf_block sorry_block = {
	"sorry_server", sizeof(struct sorry_server_conf), sorry_args, 2, NULL, 0, false, NULL, NULL,
};

/* ---- defaults ---- */

#define DEFAULT_METHOD_ROW                                                                         \
	{ "lvs_method", "lb_kind", NULL, &checker_type_method, &checker_methods, DEFAULTS(method), 0, 0, NULL, NULL, CONF_LIVE, A, \
	  .flags = CONF_OWN, .doc = "How packets are forwarded to the servers." }
#define DEFAULT_WEIGHT_ROW                                                                         \
	{ "weight", NULL, NULL, &conf_type_u32, NULL, DEFAULTS(weight), 1, WEIGHT_MAX, NULL, NULL, CONF_LIVE, C, \
	  .flags = CONF_OWN, .doc = "The weight of real servers that have none." }

static const struct conf_row outer_rows[] = {
	SERVICE_ROWS(DEFAULTS, CONF_OWN),
	DEFAULT_METHOD_ROW,
	INHERITED_ROWS(DEFAULTS, CONF_OWN),
	DEFAULT_WEIGHT_ROW,
	QUORUM_SCRIPT_ROWS(DEFAULTS, CONF_OWN),
	NOTIFY_ROWS(DEFAULTS, CONF_OWN),
	LOG_ROWS(DEFAULTS, CONF_OWN),
};

const struct conf_block outer_defaults_block = {
	"defaults", sizeof(struct server_defaults_conf), NULL, 0,
	outer_rows, ROWS_COUNT(outer_rows), false, NULL,
	"What virtual servers, their real servers and checks take where they say nothing themselves. What stands nearer wins.",
};

static const struct conf_row inner_rows[] = {
	DEFAULT_METHOD_ROW,
	INHERITED_ROWS(DEFAULTS, CONF_OWN),
	DEFAULT_WEIGHT_ROW,
	NOTIFY_ROWS(DEFAULTS, CONF_OWN),
	LOG_ROWS(DEFAULTS, CONF_OWN),
};

const struct conf_block inner_defaults_block = {
	"defaults", sizeof(struct server_defaults_conf), NULL, 0,
	inner_rows, ROWS_COUNT(inner_rows), false, NULL,
	"What the real servers and checks of this virtual server take where they say nothing themselves. It wins over the same keyword of the virtual server, and that over the outermost defaults.",
};

/* ---- virtual_server ---- */

static const struct conf_row virtual_args[] = {
	{ "ADDRESS", NULL, NULL, &checker_type_server, NULL, VS(address), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "The address clients connect to." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, VS(port), .scope = CONF_RESTART, .flags = CONF_KEY | CONF_OPTIONAL_ARG,
	  .doc = "The port; none or 0 = all ports, which needs persistence." },
};

static const struct conf_row virtual_rows[] = {
	SERVICE_ROWS(VS, CONF_INHERIT),
	{ "lvs_method", "lb_kind", NULL, &checker_type_method, &checker_methods, VS(method), 0, 0, NULL, "NAT", CONF_LIVE, A,
	  .flags = CONF_INHERIT, .doc = "How packets are forwarded to the servers." },
	{ "defaults", NULL, NULL, &conf_type_block, &inner_defaults_block, VS(defaults), .scope = CONF_LIVE, .tier = C,
	  .flags = CONF_OWN, .doc = "For the real servers and checks of this virtual server." },
	INHERITED_ROWS(VS, CONF_INHERIT),
	{ "weight", NULL, NULL, &conf_type_u32, NULL, VS(weight), 1, WEIGHT_MAX, NULL, "1", CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "The weight of real servers that have none." },
	{ "quorum", NULL, NULL, &conf_type_u32, NULL, VS(quorum), 1, WEIGHT_MAX, NULL, "1", CONF_LIVE, B,
	  .doc = "How much weight must be up for the service to count as up." },
	{ "hysteresis", NULL, NULL, &conf_type_u32, NULL, VS(hysteresis), 0, WEIGHT_MAX, NULL, "0", CONF_LIVE, C,
	  .doc = "How far from the quorum, both ways, the weight must be to change that." },
	QUORUM_SCRIPT_ROWS(VS, CONF_INHERIT),
	{ "sorry_server", NULL, NULL, &conf_type_block, &sorry_block, VS(sorry_server), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "The server that answers when the quorum is lost." },
	{ "real_server", NULL, NULL, &conf_type_block, &real_server_block, VS(real_servers), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REPEATS, .doc = "A server of the pool." },
	LATER("persistence_engine", C, NULL),
	LATER("persistence_granularity", C, NULL),
	LATER("flag-1", C, NULL),
	LATER("flag-2", C, NULL),
	LATER("flag-3", C, NULL),
	LATER("sh-port", C, NULL),
	LATER("sh-fallback", C, NULL),
	LATER("mh-port", C, NULL),
	LATER("mh-fallback", C, NULL),
	LATER("ops", C, NULL),
	LATER("ip_family", C, NULL),
	LATER("ha_suspend", C, NULL),
	LATER("omega", C, NULL),
	LATER("sorry_server_inhibit", C, NULL),
	LATER("sorry_server_lvs_method", C, NULL),
	CONF_ROW_NONE("hashed", CONF_OBSOLETE, D, "it has no effect"),
	LATER_OK("smtp_alert", C, NULL),
	LATER_OK("snmp_name", C, NULL),
};

const struct conf_block virtual_server_block = {
	"virtual_server", sizeof(struct virtual_server_conf), virtual_args, 2,
	virtual_rows, ROWS_COUNT(virtual_rows), false, checker_rules_virtual,
	"A service that is spread over a pool of servers.",
};
/* clang-format on */
