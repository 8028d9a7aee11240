/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_SCHEMA_ROWS_H
#define KEEPD_CHECKER_SCHEMA_ROWS_H

/*
 * What the tables of the checker share: shorthands, and the rows that stand in several blocks, so
 * that each is written once. For the schema*.c files only.
 */

#include <stddef.h>

#include "checker/schema.h"
#include "checker/schema_check.h"
#include "checker/schema_types.h"
#include "core/conf/conf.h"
#include "core/conf/rules.h"

#define A		 CONF_TIER_A
#define B		 CONF_TIER_B
#define C		 CONF_TIER_C
#define D		 CONF_TIER_D
#define SECONDS(n)	 ((int64_t)(n)*1000000)
#define SPAN_MAX	 SECONDS(4294967)
#define ROWS_COUNT(rows) (sizeof(rows) / sizeof(*(rows)))
#define WEIGHT_MAX	 2147483647

#define LATER(word, tier, instead)    CONF_ROW_NONE(word, CONF_LATER, tier, instead)
#define LATER_OK(word, tier, instead) CONF_ROW_NONE(word, CONF_LATER_OK, tier, instead)

/* clang-format off */

/*
 * The rhythm of probes: virtual_server, real_server, the checks and defaults have these. old_retry
 * is a deprecated spelling, attempts and pause the defaults of retry and delay_before_retry.
 */
#define RHYTHM_ROWS(AT, how, old_retry, attempts, pause) \
	{ "delay_loop", NULL, NULL, &conf_type_span, NULL, AT(delay_loop), 1000, SPAN_MAX, "seconds", "60", CONF_LIVE, A, \
	  .flags = how, .doc = "The time from the start of a probe to the start of the next one." }, \
	{ "retry", NULL, old_retry, &conf_type_u32, NULL, AT(retry), 0, INT32_MAX, NULL, attempts, CONF_LIVE, A, \
	  .flags = how, .doc = "How many more attempts before a server counts as down. Where it stands nowhere it is 3 for DNS_CHECK, 0 for MISC_CHECK and 1 for the others." }, \
	{ "delay_before_retry", NULL, NULL, &conf_type_span, NULL, AT(delay_before_retry), 0, SPAN_MAX, "seconds", pause, CONF_LIVE, A, \
	  .flags = how, .doc = "The time between such attempts. Where it stands nowhere it is 3 seconds for HTTP_GET and SSL_GET, delay_loop for DNS_CHECK and 1 second for the others." }, \
	{ "warmup", NULL, NULL, &conf_type_span, NULL, AT(warmup), 0, SPAN_MAX, "seconds", NULL, CONF_LIVE, C, \
	  .flags = how, .doc = "The first probe is at a random point of this time; the default is delay_loop." }, \
	{ "alpha", NULL, NULL, &conf_type_flag, NULL, AT(alpha), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = how, .doc = "A server counts as down until its first good probe." }

#define CONNECT_TIMEOUT_ROW(AT, how) \
	{ "connect_timeout", NULL, NULL, &conf_type_span, NULL, AT(connect_timeout), 1000, SECONDS(4294), "seconds", "5", CONF_LIVE, A, \
	  .flags = how, .doc = "How long a probe may take." }

/* What virtual_server, real_server and defaults have to say to what is inside them. */
#define INHERITED_ROWS(AT, how) \
	RHYTHM_ROWS(AT, how, NULL, "1", "1"), \
	CONNECT_TIMEOUT_ROW(AT, how), \
	{ "inhibit_on_failure", NULL, NULL, &conf_type_flag, NULL, AT(inhibit_on_failure), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = how, .doc = "A failed server stays in the table with weight 0: its connections go on." }, \
	{ "virtualhost", NULL, NULL, &conf_type_string, NULL, AT(virtualhost), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = how, .example = "www.example.org\n\"a b\"", .doc = "The Host of HTTP requests." }

#define METHOD_ROW(AT, how) \
	{ "lvs_method", "lb_kind", NULL, &checker_type_method, &checker_methods, AT(method), 0, 0, NULL, "NAT", CONF_LIVE, A, \
	  .flags = how, .doc = "How packets are forwarded to the servers: rewritten (NAT), with another link-layer address only (DR) or inside packets to them (TUN). With DR and TUN the ports are those of the virtual server." }
#define WEIGHT_ROW(AT, how) \
	{ "weight", NULL, NULL, &conf_type_u32, NULL, AT(weight), 1, WEIGHT_MAX, NULL, "1", CONF_LIVE, C, \
	  .flags = how, .doc = "The weight of real servers that have none." }

/* How a service is spread: virtual_server and the outermost defaults. */
#define SERVICE_ROWS(AT, how) \
	{ "protocol", NULL, NULL, &conf_type_enum, &checker_protocols, AT(protocol), 0, 0, NULL, "UDP", CONF_RESTART, A, \
	  .flags = CONF_KEY | (how), .doc = "TCP, UDP or SCTP. SCTP is not supported yet. A service by firewall mark has none." }, \
	{ "lvs_sched", "lb_algo", NULL, &conf_type_choice, &checker_schedulers, AT(scheduler), 0, 0, NULL, "wlc", CONF_LIVE, A, \
	  .flags = how, .doc = "The scheduler, which chooses the server of a connection." }, \
	METHOD_ROW(AT, how), \
	{ "persistence_timeout", NULL, NULL, &conf_type_u32, PERSISTENCE_BARE, AT(persistence_timeout_s), 1, 2678400, "seconds", NULL, CONF_LIVE, A, \
	  .flags = CONF_OPTIONAL_ARG | (how), .doc = "For how long a client stays with its server; without a number 360." }

/* What scripts hear of a service, and of a server. */
#define QUORUM_SCRIPT_ROWS(AT, how) \
	{ "omega", NULL, NULL, &conf_type_flag, NULL, AT(omega), 0, 0, NULL, NULL, CONF_LIVE, C, CONF_LATER, \
	  .flags = how, .doc = "When keepd ends, quorum_down and notify_down are run for what was up. Without it scripts hear nothing of the end." }, \
	{ "quorum_up", NULL, NULL, &conf_type_script, NULL, AT(quorum_up), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = how, .doc = "Run when the quorum is reached." }, \
	{ "quorum_down", NULL, NULL, &conf_type_script, NULL, AT(quorum_down), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = how, .doc = "Run when the quorum is lost." }
#define NOTIFY_ROWS(AT, how) \
	{ "notify_up", NULL, NULL, &conf_type_script, NULL, AT(notify_up), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = how, .doc = "Run when the server comes up." }, \
	{ "notify_down", NULL, NULL, &conf_type_script, NULL, AT(notify_down), 0, 0, NULL, NULL, CONF_LIVE, B, \
	  .flags = how, .doc = "Run when the server goes down." }

/* What all checks have that ask over the network or run a program. */
#define LOG_ROWS(AT, how) \
	{ "log_all_failures", NULL, NULL, &conf_type_flag, NULL, AT(log_all_failures), 0, 0, NULL, NULL, CONF_LIVE, C, \
	  .flags = how, .doc = "Log each failed attempt." }
#define COMMON_ROWS(old_retry, attempts, pause) \
	RHYTHM_ROWS(CHECK, CONF_INHERIT, old_retry, attempts, pause), \
	LOG_ROWS(CHECK, CONF_INHERIT)

/* From where checks connect; defaults have it too. */
#define SOURCE_ROWS(AT, how, later) \
	{ "bindto", NULL, NULL, &conf_type_addr, NULL, AT(bindto), 0, 0, NULL, NULL, CONF_RESTART, C, \
	  .flags = how, .doc = "The local address of the probe, of the family of the address that is probed." }, \
	{ "bind_if", NULL, NULL, &conf_type_ifname, NULL, AT(bind_if), 0, 0, NULL, NULL, CONF_RESTART, C, later, \
	  .flags = how, .doc = "The interface of the probe. A link-local IPv6 address cannot be probed without." }, \
	{ "fwmark", NULL, NULL, &conf_type_u32, NULL, AT(fwmark), 0, 0, NULL, "0", CONF_RESTART, C, later, \
	  .flags = how, .doc = "The firewall mark of the packets of the probe; 0 = none." }

/* Where checks connect to, and from where. later: the state of what only some checks can do yet. */
#define CONNECT_ROWS(later) \
	{ "connect_ip", NULL, NULL, &conf_type_addr, NULL, CHECK(connect_ip), 0, 0, NULL, NULL, CONF_RESTART, B, \
	  .flags = CONF_KEY, .doc = "The address that is probed; else that of the real server." }, \
	{ "connect_port", NULL, NULL, &conf_type_u16, NULL, CHECK(connect_port), 1, 65535, NULL, NULL, CONF_RESTART, A, \
	  .flags = CONF_KEY, .doc = "The port that is probed; else that of the real server." }, \
	CONNECT_TIMEOUT_ROW(CHECK, CONF_INHERIT), \
	SOURCE_ROWS(CHECK, CONF_KEY | CONF_INHERIT, later), \
	{ "bind_port", NULL, NULL, &conf_type_u16, NULL, CHECK(bind_port), 1, 65535, NULL, NULL, CONF_RESTART, C, later, \
	  .flags = CONF_KEY, .doc = "The local port of the probe. Only one probe at a time can have it: one server, one check." }

#define CHECK(member) .offset = offsetof(struct check_conf, member)
/* clang-format on */

#define PERSISTENCE_BARE "360" /* seconds, if no number is written */

extern const struct conf_block virtual_server_block, real_server_block, outer_defaults_block,
	inner_defaults_block, server_group_block;

/* A finding about one row, at its place. */
#define WARN(r, obj, offset, ...)                                                                  \
	conf_complain(                                                                             \
		r, CONF_WARNING, obj, conf_row_at((obj)->block, (uint32_t)(offset)), __VA_ARGS__)
#define ERROR(r, obj, offset, ...)                                                                 \
	conf_complain(                                                                             \
		r, CONF_ERROR, obj, conf_row_at((obj)->block, (uint32_t)(offset)), __VA_ARGS__)

#define VS_AT(member) ((uint32_t)offsetof(struct virtual_server_conf, member))
#define RS_AT(member) ((uint32_t)offsetof(struct real_server_conf, member))

/* Rules of one virtual server with all that is in it, and between virtual servers. */
void checker_rules_virtual(struct conf_obj *obj, struct conf_rules *r);
void checker_rules_section(struct conf_obj *root, struct conf_rules *r);

#endif
