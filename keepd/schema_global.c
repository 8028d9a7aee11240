/* SPDX-License-Identifier: Apache-2.0 */
/*
 * global_defs as far as it concerns the daemon as a whole: names, scripts, mail, pipes, SNMP and
 * D-Bus, files. Ranges and defaults are those of keepalived 2.4.
 */
#include <stddef.h>
#include <string.h>

#include "core/conf/common.h"
#include "core/conf/rules.h"
#include "keepd/schema_rows.h"
#include "keepd/smtp.h"

/* HOST:PORT would be looked up as a name. */
static void smtp_check(struct conf_obj *obj, struct conf_rules *r)
{
	const char *host = ((const struct keepd_smtp_conf *)obj)->host;
	const char *colon = strchr(host, ':');

	if (colon && !strchr(colon + 1, ':'))
		conf_complain(r, CONF_ERROR, obj,
			conf_row_at(obj->block, offsetof(struct keepd_smtp_conf, host)),
			"`%s` is no host; write the port after a blank, as a word of its own",
			host);
}

static void mail_check(struct conf_obj *obj, struct conf_rules *r)
{
	const char *address = ((const struct keepd_mail_conf *)obj)->address;
	char buf[SMTP_ADDRESS_BYTES];

	if (!smtp_address(address, buf))
		conf_complain(r, CONF_WARNING, obj, obj->block->args,
			"`%s` is no address that mail can be sent to: it gets none", address);
}

/* clang-format off */
#define GLOBAL(member) .offset = offsetof(struct keepd_global_conf, member)
#define MAIL(member)   .offset = offsetof(struct keepd_mail_conf, member)
#define SMTP(member)   .offset = offsetof(struct keepd_smtp_conf, member)
#define NAME(member)   .offset = offsetof(struct keepd_name_conf, member)
#define LATER_OK .state = CONF_LATER_OK
#define LATER    .state = CONF_LATER
#define OBSOLETE_VALUE .state = CONF_OBSOLETE
#define NO_SNMP  .instead = "keepctl --json status has the same values"
#define NO_BFD   .instead = "write vrrp_... in place of bfd_...: BFD is spoken by the vrrp process"

/* ---- lines ---- */

static const struct conf_row mail_args[] = {
	{ "ADDRESS", NULL, NULL, &conf_type_string, NULL, MAIL(address), .example = "ops@example.org\n\"Ops <ops@example.org>\"",
	  .doc = "A mail address; in quotes if there is a name with it." },
};

static const struct conf_block mail_block = {
	"notification_email", sizeof(struct keepd_mail_conf), mail_args, 1, NULL, 0, true, mail_check, NULL,
};

static const struct conf_row smtp_args[] = {
	{ "HOST", NULL, NULL, &conf_type_string, NULL, SMTP(host), .example = "mail.example.org\n192.0.2.25\n2001:db8::25",
	  .doc = "The name or address of the mail server." },
	{ "PORT", NULL, NULL, &conf_type_u16, NULL, SMTP(port), 1, 65535, NULL, "25", .flags = CONF_OPTIONAL_ARG,
	  .doc = "Its port." },
};

static const struct conf_block smtp_block = {
	"smtp_server", sizeof(struct keepd_smtp_conf), smtp_args, 2, NULL, 0, true, smtp_check, NULL,
};

static const struct conf_row name_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, NAME(name), .flags = CONF_OPTIONAL_ARG, .example = "web\n\"a b\"",
	  .doc = "The name; the keyword alone stands for the default one." },
};

const struct conf_block keepd_name_block = {
	"name", sizeof(struct keepd_name_conf), name_args, 1, NULL, 0, true, NULL, NULL,
};

static const struct conf_row path_args[] = {
	{ "PATH", NULL, NULL, &conf_type_string, NULL, NAME(name), .flags = CONF_OPTIONAL_ARG, .example = "/run/keepd/reloading",
	  .doc = "The file; the keyword alone stands for keepalived.reload in the run directory." },
};

static const struct conf_block path_block = {
	"path", sizeof(struct keepd_name_conf), path_args, 1, NULL, 0, true, NULL, NULL,
};

/* ---- global_defs ---- */

static void global_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row global_rows[] = {
	{ "router_id", NULL, NULL, &conf_type_string, NULL, GLOBAL(router_id), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .example = "director-a\n\"two words\"", .doc = "The name of this node, as shown by keepctl; else the name of the host." },

	/* scripts */
	{ "script_user", NULL, NULL, &conf_type_user, NULL, GLOBAL(script_user), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .example = "nobody\nnobody nogroup\nroot",
	  .doc = "Whom scripts run as that name no user. Else keepd_script, keepalived_script or nobody, whichever exists first; never root unless it is written." },
	OBSOLETE("enable_script_security", A, "scripts that others could write are never run"),
	{ "set_supplementary_groups", NULL, NULL, &conf_type_flag, NULL, GLOBAL(set_supplementary_groups), 0, 0, NULL, NULL, CONF_LIVE, C, LATER,
	  .instead = "name the group that a script needs behind its user",
	  .doc = "Scripts run with all groups of their user." },
	{ "use_symlink_paths", NULL, NULL, &conf_type_flag, NULL, GLOBAL(use_symlink_paths), 0, 0, NULL, NULL, CONF_LIVE, C, OBSOLETE_VALUE,
	  .instead = "a script is run by the path that was checked, and finds the name it was written with as its first argument",
	  .doc = "Scripts see the name they are called by as it is written, symbolic links included." },
	{ "startup_script", NULL, NULL, &conf_type_script, NULL, GLOBAL(startup_script), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Run once at the start, before the first advert and before the first virtual server is there; keepd starts also if it fails." },
	{ "startup_script_timeout", NULL, NULL, &conf_type_span, NULL, GLOBAL(startup_script_timeout), SECONDS(1), SECONDS(1000), "seconds", "10", CONF_LIVE, C,
	  .doc = "How long startup_script may take; then it is killed, and keepd starts." },
	{ "shutdown_script", NULL, NULL, &conf_type_script, NULL, GLOBAL(shutdown_script), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Run once at the stop, when addresses and virtual servers are gone and all other scripts have run." },
	{ "shutdown_script_timeout", NULL, NULL, &conf_type_span, NULL, GLOBAL(shutdown_script_timeout), SECONDS(1), SECONDS(1000), "seconds", "10", CONF_LIVE, C,
	  .doc = "How long shutdown_script may take; then it is killed. The unit of systemd waits 30 seconds for the whole stop." },

	/* mail */
	{ "notification_email", NULL, NULL, &conf_type_lines, &mail_block, GLOBAL(notification_email), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "To whom mail is sent when a state changes, where smtp_alert is on." },
	{ "notification_email_from", NULL, NULL, &conf_type_string, NULL, GLOBAL(notification_email_from), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .example = "keepd@example.org", .doc = "The sender of mail; else keepd at this host." },
	{ "smtp_server", NULL, NULL, &conf_type_line, &smtp_block, GLOBAL(smtp_server), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "The server that takes mail; without it none is sent." },
	{ "smtp_helo_name", NULL, NULL, &conf_type_string, NULL, GLOBAL(smtp_helo_name), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .example = "director-a.example.org", .doc = "The name this host gives itself to the mail server; else the name of the host." },
	{ "smtp_connect_timeout", NULL, NULL, &conf_type_u32, NULL, GLOBAL(smtp_connect_timeout_s), 0, INT32_MAX, "seconds", "30", CONF_LIVE, B,
	  .doc = "How long a connection to the mail server may take; 0 counts as 1." },

	/* events */
	{ "notify_fifo", NULL, NULL, &conf_type_line, &conf_fifo_block, GLOBAL(notify_fifo), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "A named pipe into which a line is written for each change of an instance, a group, a real server or a quorum. If it is not there it is made, for its owner alone: who is named, else the user of its script, else root." },
	{ "notify_fifo_script", NULL, NULL, &conf_type_script, NULL, GLOBAL(notify_fifo_script), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run all the time to read from notify_fifo, whose path is its last argument. If it ends it is started again, and told all states." },
	{ "vrrp_notify_fifo", NULL, NULL, &conf_type_line, &conf_fifo_block, GLOBAL(vrrp_notify_fifo), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "As notify_fifo, for instances and groups alone." },
	{ "vrrp_notify_fifo_script", NULL, NULL, &conf_type_script, NULL, GLOBAL(vrrp_notify_fifo_script), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "As notify_fifo_script, for that pipe." },
	{ "lvs_notify_fifo", NULL, NULL, &conf_type_line, &conf_fifo_block, GLOBAL(lvs_notify_fifo), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As notify_fifo, for real servers and quorums alone." },
	{ "lvs_notify_fifo_script", NULL, NULL, &conf_type_script, NULL, GLOBAL(lvs_notify_fifo_script), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As notify_fifo_script, for that pipe." },
	{ "fifo_write_vrrp_states_on_reload", NULL, NULL, &conf_type_flag, NULL, GLOBAL(fifo_write_vrrp_states_on_reload), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "After a reload all states are written to the pipes again." },

	/* processes */
	{ "process_names", NULL, NULL, &conf_type_flag, NULL, GLOBAL(process_names), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  .instead = "each process of keepd is named after what it does",
	  .doc = "Each process is named after what it does." },
	{ "process_name", NULL, NULL, &conf_type_process, NULL, GLOBAL(process_name), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The name of the parent process, at most 15 characters; else keepd." },
	{ "bfd_process_name", NULL, NULL, &conf_type_process, NULL, GLOBAL(bfd_process_name), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  NO_BFD, .doc = "The name of the process that speaks BFD." },
	{ "bfd_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(bfd_priority), -20, 19, NULL, "0", CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  NO_BFD, .doc = "The nice value of the process that speaks BFD." },
	{ "bfd_no_swap", NULL, NULL, &conf_type_flag, NULL, GLOBAL(bfd_no_swap), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  NO_BFD, .doc = "The memory of the process that speaks BFD is never swapped out." },
	{ "bfd_rt_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(bfd_rt_priority), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  NO_BFD, .example = "50", .doc = "The priority of the process that speaks BFD in real time, 1 to 99." },
	{ "bfd_rlimit_rttime", NULL, "bfd_rlimit_rtime", &conf_type_u32, NULL, GLOBAL(bfd_rlimit_rttime_us), 1, 0xffffffff, "microseconds", "10000", CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  NO_BFD, .doc = "How long the process that speaks BFD may compute in real time without a pause." },
	{ "bfd_cpu_affinity", NULL, NULL, &conf_type_ranges, NULL, GLOBAL(bfd_cpus), 0, 4095, NULL, NULL, CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  NO_BFD, .doc = "The processors on which the process that speaks BFD may run." },
	{ "max_auto_priority", NULL, NULL, &conf_type_i32, "99", GLOBAL(max_auto_priority), -1, 99, NULL, "0", CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  .flags = CONF_OPTIONAL_ARG, .instead = "the vrrp process runs in real time from the start",
	  .doc = "How far the priority of a process that is late may be raised; 0 = not, -1 = nor is it told." },
	{ "min_auto_priority_delay", NULL, NULL, &conf_type_u32, NULL, GLOBAL(min_auto_priority_delay_us), 1, 10000000, "microseconds", "1000000", CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  .instead = "the vrrp process runs in real time from the start",
	  .doc = "How late a process must be for its priority to be raised." },
	OBSOLETE("process_monitor_rcv_bufs", C, "what the kernel had no room to tell is found by a look at all processes"),
	OBSOLETE("process_monitor_rcv_bufs_force", C, "what the kernel had no room to tell is found by a look at all processes"),

	/* SNMP and D-Bus */
	{ "snmp_socket", NULL, NULL, &conf_type_string, NULL, GLOBAL(snmp_socket), 0, 0, NULL, "unix:/var/agentx/master", CONF_RESTART_ROLE, C, LATER_OK,
	  NO_SNMP, .example = "unix:/var/agentx/master\ntcp:localhost:705", .doc = "Where the SNMP agent is reached by AgentX." },
	{ "enable_snmp_vrrp", NULL, "enable_snmp_keepalived", &conf_type_flag, NULL, GLOBAL(enable_snmp_vrrp), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  NO_SNMP, .doc = "Answer SNMP requests about VRRP, in the tables of keepalived." },
	{ "enable_snmp_checker", NULL, NULL, &conf_type_flag, NULL, GLOBAL(enable_snmp_checker), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  NO_SNMP, .doc = "Answer SNMP requests about virtual and real servers." },
	{ "enable_snmp_rfc", NULL, NULL, &conf_type_flag, NULL, GLOBAL(enable_snmp_rfc), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  NO_SNMP, .doc = "Answer SNMP requests about VRRP, in the tables of both RFCs." },
	{ "enable_snmp_rfcv2", NULL, NULL, &conf_type_flag, NULL, GLOBAL(enable_snmp_rfcv2), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  NO_SNMP, .doc = "Answer SNMP requests about VRRP, in the table of RFC 2787." },
	{ "enable_snmp_rfcv3", NULL, NULL, &conf_type_flag, NULL, GLOBAL(enable_snmp_rfcv3), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  NO_SNMP, .doc = "Answer SNMP requests about VRRP, in the table of RFC 6527." },
	{ "enable_traps", NULL, NULL, &conf_type_flag, NULL, GLOBAL(enable_traps), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  .instead = "follow `keepctl --json events`", .doc = "Send SNMP traps when a state changes." },
	{ "enable_dbus", NULL, NULL, &conf_type_flag, NULL, GLOBAL(enable_dbus), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  .instead = "use keepctl", .doc = "Offer instances on D-Bus." },
	{ "dbus_service_name", NULL, NULL, &conf_type_string, NULL, GLOBAL(dbus_service_name), 0, 0, NULL, "org.keepalived.Vrrp1", CONF_RESTART_ROLE, C, LATER_OK,
	  .instead = "use keepctl", .example = "org.example.Vrrp", .doc = "The name of the service on D-Bus." },
	{ "dbus_no_interface_name", NULL, NULL, &conf_type_string, NULL, GLOBAL(dbus_no_interface_name), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C, LATER_OK,
	  .instead = "use keepctl", .example = "none", .doc = "What stands in the path of an instance without an interface." },

	/* reading and reloading */
	{ "include_check", NULL, NULL, &conf_type_strings, NULL, GLOBAL(include_check), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_OPTIONAL_ARG, .example = "\nmatch\n+read -wildcard_match",
	  .doc = "How strict the includes are that follow in this file and in the files they include: read, match, wildcard_match, brace_match; words with + or - change what is in effect, none at all mean all of them. See include." },
	{ "random_seed", NULL, NULL, &conf_type_u32, NULL, GLOBAL(random_seed), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The numbers that ${_RANDOM} stands for in the lines that follow are the same each time the file is read." },
	OBSOLETE("reload_check_config", C, "a reload always checks the configuration first"),
	{ "reload_time_file", NULL, NULL, &conf_type_string, NULL, GLOBAL(reload_time_file), 0, 0, NULL, NULL, CONF_LIVE, C, OBSOLETE_VALUE,
	  .instead = "let cron or a systemd timer run `keepctl reload`", .example = "/etc/keepd/reload-at",
	  .doc = "A file that says when the next reload is due." },
	{ "reload_repeat", NULL, NULL, &conf_type_flag, NULL, GLOBAL(reload_repeat), 0, 0, NULL, NULL, CONF_LIVE, C, OBSOLETE_VALUE,
	  .instead = "let cron or a systemd timer run `keepctl reload`",
	  .doc = "A reload at that time each day." },
	{ "reload_file", NULL, NULL, &conf_type_line, &path_block, GLOBAL(reload_file), 0, 0, NULL, NULL, CONF_LIVE, C, OBSOLETE_VALUE,
	  .instead = "wait for `keepctl reload`, which ends when the reload is done",
	  .doc = "A file that is there while the configuration is read." },
	{ "umask", NULL, NULL, &keepd_type_umask, NULL, GLOBAL(umask), 0, 0, NULL, "0177", CONF_RESTART_ROLE, C, OBSOLETE_VALUE,
	  .instead = "files of keepd are for their owner alone, some also for the group of keepd",
	  .doc = "What others may not do with files that are made, as a mask of permissions." },
	{ "iproute_usr_dir", NULL, NULL, &conf_type_string, NULL, GLOBAL(iproute_usr_dir), 0, 0, NULL, NULL, CONF_LIVE, C, OBSOLETE_VALUE,
	  .example = "/usr/share/iproute2", .instead = "names are looked up in /usr/share/iproute2 and /etc/iproute2; write a number for what stands elsewhere", .doc = "The folder with the names of routing tables and the like that the system brings." },
	{ "iproute_etc_dir", NULL, NULL, &conf_type_string, NULL, GLOBAL(iproute_etc_dir), 0, 0, NULL, NULL, CONF_LIVE, C, OBSOLETE_VALUE,
	  .example = "/etc/iproute2", .instead = "names are looked up in /usr/share/iproute2 and /etc/iproute2; write a number for what stands elsewhere", .doc = "The folder with such names of this host, which come first." },

	/* what keepalived keeps in files and keepd does not */
	OBSOLETE("tmp_config_directory", C, "what is read is never written to a disk"),
	OBSOLETE("config_save_dir", C, "`keepctl config show` prints what is running at any time"),
	OBSOLETE("data_use_instance", C, "each keepd has its files in its own --run-dir"),
	OBSOLETE("state_dump_file", C, "SIGUSR1 writes keepalived.data into the --run-dir"),
	OBSOLETE("stats_dump_file", C, "SIGUSR2 writes keepalived.stats into the --run-dir"),
	OBSOLETE("json_dump_file", C, "the signal JSON writes keepalived.json into the --run-dir"),
	{ "json_version", NULL, NULL, &conf_type_u32, NULL, GLOBAL(json_version), 1, 2, NULL, "1", CONF_LIVE, C,
	  .doc = "The form of keepalived.json: 1 = an array of instances, 2 = an object with that array as vrrp." },
};

const struct conf_block keepd_global_block = {
	"global_defs", sizeof(struct keepd_global_conf), NULL, 0,
	global_rows, COUNT_OF(global_rows), false, global_check, NULL,
};
/* clang-format on */

static void global_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct keepd_global_conf *g = (struct keepd_global_conf *)obj;

	conf_rt_priority_check(
		r, obj, offsetof(struct keepd_global_conf, bfd_rt_priority), &g->bfd_rt_priority);
}
