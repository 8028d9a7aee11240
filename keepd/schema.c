/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keywords of the parent: names, users of scripts, and the generated list of scripts. Also all
 * keywords of keepalived that concern the daemon as a whole and do nothing here.
 */
#include <pwd.h>

#include "core/conf/rules.h"
#include "keepd/schema.h"

/* clang-format off */
#define SCRIPT(member) .offset = offsetof(struct keepd_script_conf, member)
#define GLOBAL(member) .offset = offsetof(struct keepd_global_conf, member)
#define ROOT(member)   .offset = offsetof(struct keepd_conf, member)
#define LATER(word, tier, instead)    CONF_ROW_NONE(word, CONF_LATER, tier, instead)
#define LATER_OK(word, tier, instead) CONF_ROW_NONE(word, CONF_LATER_OK, tier, instead)
#define OBSOLETE(word, tier, instead) CONF_ROW_NONE(word, CONF_OBSOLETE, tier, instead)
#define A CONF_TIER_A
#define B CONF_TIER_B
#define C CONF_TIER_C
#define D CONF_TIER_D

static const struct conf_row script_args[] = {
	{ "ID", NULL, NULL, &conf_type_id, NULL, SCRIPT(id), .flags = CONF_KEY, .doc = "" },
	{ "COMMAND", NULL, NULL, &conf_type_string, NULL, SCRIPT(command), .doc = "" },
	{ "UID", NULL, NULL, &conf_type_u32, NULL, SCRIPT(uid), .doc = "" },
	{ "GID", NULL, NULL, &conf_type_u32, NULL, SCRIPT(gid), .doc = "" },
	{ "USER", NULL, NULL, &conf_type_string, NULL, SCRIPT(user), .doc = "" },
};

static const struct conf_block script_block = {
	"script", sizeof(struct keepd_script_conf), script_args, 5, NULL, 0, false, NULL, NULL,
};

static const struct conf_row global_rows[] = {
	{ "router_id", NULL, NULL, &conf_type_string, NULL, GLOBAL(router_id), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "The name of this node, as shown by keepctl; else the name of the host." },
	{ "script_user", NULL, NULL, &conf_type_user, NULL, GLOBAL(script_user), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Whom scripts run as that name no user. Else keepd_script, keepalived_script or nobody, whichever exists first; never root unless it is written." },
	{ "include_check", NULL, NULL, &conf_type_strings, NULL, GLOBAL(include_check), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_OPTIONAL_ARG, .example = "\nmatch\n+read -wildcard_match",
	  .doc = "How strict the includes are that follow in this file and in the files they include: read, match, wildcard_match, brace_match; words with + or - change what is in effect, none at all mean all of them. See include." },
	{ "random_seed", NULL, NULL, &conf_type_u32, NULL, GLOBAL(random_seed), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The numbers that ${_RANDOM} stands for in the lines that follow are the same each time the file is read." },

	OBSOLETE("enable_script_security", A, "scripts that others could write are never run"),
	LATER_OK("notification_email", B, "keepd sends no mail"),
	LATER_OK("notification_email_from", B, "keepd sends no mail"),
	LATER_OK("smtp_server", B, "keepd sends no mail"),
	LATER_OK("smtp_helo_name", C, "keepd sends no mail"),
	LATER_OK("smtp_connect_timeout", B, "keepd sends no mail"),
	LATER_OK("smtp_alert", B, "keepd sends no mail"),
	LATER_OK("smtp_alert_vrrp", C, "keepd sends no mail"),
	LATER_OK("no_email_faults", C, "keepd sends no mail"),
	LATER("startup_script", C, NULL),
	LATER("startup_script_timeout", C, NULL),
	LATER("shutdown_script", C, NULL),
	LATER("shutdown_script_timeout", C, NULL),
	LATER("set_supplementary_groups", C, NULL),
	LATER_OK("use_symlink_paths", C, NULL),
	LATER_OK("process_names", C, NULL),
	LATER_OK("process_name", C, NULL),
	LATER_OK("bfd_process_name", C, NULL),
	LATER("notify_fifo", B, NULL),
	LATER("notify_fifo_script", B, NULL),
	LATER_OK("max_auto_priority", C, NULL),
	LATER_OK("min_auto_priority_delay", C, NULL),
	LATER_OK("bfd_priority", C, NULL),
	LATER_OK("bfd_no_swap", C, NULL),
	LATER_OK("bfd_rt_priority", C, NULL),
	LATER_OK("bfd_rlimit_rttime", C, NULL),
	LATER_OK("bfd_rlimit_rtime", D, NULL),
	LATER_OK("bfd_cpu_affinity", C, NULL),
	LATER_OK("process_monitor_rcv_bufs", C, NULL),
	LATER_OK("process_monitor_rcv_bufs_force", C, NULL),
	LATER_OK("snmp_socket", C, NULL),
	LATER_OK("enable_snmp_vrrp", C, NULL),
	LATER_OK("enable_snmp_keepalived", D, NULL),
	LATER_OK("enable_snmp_checker", C, NULL),
	LATER_OK("enable_snmp_rfc", C, NULL),
	LATER_OK("enable_snmp_rfcv2", C, NULL),
	LATER_OK("enable_snmp_rfcv3", C, NULL),
	LATER_OK("enable_traps", C, NULL),
	LATER_OK("enable_dbus", C, NULL),
	LATER_OK("dbus_service_name", C, NULL),
	LATER_OK("dbus_no_interface_name", C, NULL),
	LATER_OK("umask", C, NULL),
	OBSOLETE("reload_check_config", C, "a reload always checks the configuration first"),
	LATER_OK("reload_time_file", C, NULL),
	LATER_OK("reload_repeat", C, NULL),
	LATER_OK("reload_file", C, NULL),
	LATER_OK("config_save_dir", C, NULL),
	OBSOLETE("tmp_config_directory", C, "keepd needs none"),
	LATER_OK("data_use_instance", C, NULL),
	LATER_OK("state_dump_file", C, NULL),
	LATER_OK("stats_dump_file", C, NULL),
	LATER_OK("json_dump_file", C, NULL),
	LATER_OK("json_version", C, NULL),
	LATER_OK("iproute_usr_dir", C, NULL),
	LATER_OK("iproute_etc_dir", C, NULL),
};

static const struct conf_block global_block = {
	"global_defs", sizeof(struct keepd_global_conf), NULL, 0,
	global_rows, sizeof(global_rows) / sizeof(*global_rows), false, NULL, NULL,
};

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns keepd as a whole." },
	{ "script", NULL, NULL, &conf_type_block, &script_block, ROOT(scripts), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS | CONF_GENERATED | CONF_OWN, .doc = "" },
	LATER("net_namespace", C, NULL),
	LATER("net_namespace_ipvs", C, NULL),
	LATER_OK("namespace_with_ipsets", D, NULL),
	LATER_OK("instance", C, NULL),
	LATER_OK("use_pid_dir", C, NULL),
	LATER_OK("child_wait_time", C, NULL),
};

static const struct conf_block root_block = {
	"keepd", sizeof(struct keepd_conf), NULL, 0,
	root_rows, sizeof(root_rows) / sizeof(*root_rows), false, NULL, NULL,
};
/* clang-format on */

static bool is_empty(const struct conf_obj *root)
{
	return !((const struct keepd_conf *)root)->scripts.count;
}

static struct conf_user script_user(const struct conf_obj *root)
{
	static const char *const fallbacks[] = { "keepd_script", "keepalived_script" };
	const struct keepd_global_conf *g = ((const struct keepd_conf *)root)->global;

	if (g->script_user.name)
		return g->script_user;
	for (size_t i = 0; i < 2; i++)
		if (getpwnam(fallbacks[i]))
			return (struct conf_user){ .name = fallbacks[i] };
	return (struct conf_user){ .name = "nobody" };
}

const struct conf_section keepd_section = {
	.name = "keepd",
	.root = &root_block,
	.is_empty = is_empty,
	.script_user = script_user,
};
