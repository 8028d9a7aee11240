/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker's part of the language: the outermost level and what global_defs says of checkers and
 * IPVS. Servers are in schema_server.c, checks in schema_check.c and its neighbours, the rules in
 * schema_rules.c.
 */
#include "checker/schema_rows.h"

/* clang-format off */
#define GLOBAL(member) .offset = offsetof(struct checker_global_conf, member)
#define ROOT(member)   .offset = offsetof(struct checker_conf, member)

static const struct conf_row global_rows[] = {
	{ "ipvs_audit_interval", NULL, NULL, &conf_type_span, NULL, GLOBAL(ipvs_audit_interval), 100000, SECONDS(3600), "seconds", "5", CONF_LIVE, C,
	  .flags = CONF_OWN, .doc = "How often the table of the kernel is compared with what it should be." },
	LATER("lvs_sync_daemon", B, NULL),
	LATER("lvs_timeouts", C, NULL),
	LATER("lvs_flush", B, "keepd repairs its own services and leaves others alone"),
	LATER("lvs_flush_on_stop", C, NULL),
	LATER("lvs_flush_onstop", D, NULL),
	LATER("nftables_ipvs", C, NULL),
	LATER("rs_init_notifies", C, NULL),
	LATER_OK("nftables_ipvs_priority", C, NULL),
	LATER_OK("nftables_ipvs_start_fwmark", C, NULL),
	{ "checker_log_all_failures", NULL, NULL, &conf_type_flag, NULL, GLOBAL(log_all_failures), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Log each failed attempt of all checks that do not say otherwise." },
	LATER_OK("no_checker_emails", C, NULL),
	LATER_OK("smtp_alert_checker", C, NULL),
	LATER("lvs_notify_fifo", C, NULL),
	LATER("lvs_notify_fifo_script", C, NULL),
	LATER_OK("checker_priority", C, NULL),
	LATER_OK("checker_no_swap", C, NULL),
	LATER_OK("checker_rt_priority", C, NULL),
	LATER_OK("checker_rlimit_rttime", C, NULL),
	LATER_OK("checker_rlimit_rtime", D, NULL),
	LATER_OK("checker_cpu_affinity", C, NULL),
	LATER_OK("checker_process_name", C, NULL),
	LATER_OK("lvs_process_name", D, NULL),
	LATER_OK("lvs_netlink_cmd_rcv_bufs", C, NULL),
	LATER_OK("lvs_netlink_cmd_rcv_bufs_force", C, NULL),
	LATER_OK("lvs_netlink_monitor_rcv_bufs", C, NULL),
	LATER_OK("lvs_netlink_monitor_rcv_bufs_force", C, NULL),
	LATER_OK("snmp_vs_stats_update_interval", C, NULL),
	LATER_OK("snmp_rs_stats_update_interval", C, NULL),
};

static const struct conf_block global_block = {
	"global_defs", sizeof(struct checker_global_conf), NULL, 0,
	global_rows, ROWS_COUNT(global_rows), false, NULL, NULL,
};

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns all virtual servers." },
	{ "defaults", NULL, NULL, &conf_type_block, &outer_defaults_block, ROOT(defaults), .scope = CONF_LIVE, .tier = C,
	  .flags = CONF_OWN, .doc = "What virtual servers, real servers and checks take where they say nothing." },
	{ "virtual_server", NULL, NULL, &conf_type_block, &virtual_server_block, ROOT(virtual_servers), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "A service." },
	LATER("virtual_server_group", B, NULL),
	LATER("SSL", C, NULL),
};

static const struct conf_block root_block = {
	"checker", sizeof(struct checker_conf), NULL, 0,
	root_rows, ROWS_COUNT(root_rows), false, NULL, NULL,
};
/* clang-format on */

static bool is_empty(const struct conf_obj *root)
{
	return !((const struct checker_conf *)root)->virtual_servers.count;
}

const struct conf_section checker_section = {
	.name = "checker",
	.root = &root_block,
	.check = checker_rules_section,
	.is_empty = is_empty,
};
