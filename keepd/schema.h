/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_SCHEMA_H
#define KEEPD_KEEPD_SCHEMA_H

/*
 * The part of the configuration that concerns the parent and the runners: names, and all scripts
 * that any part of keepd may run. Scripts are collected here by the conf process, their users
 * resolved to numbers; a runner knows no other scripts than these.
 */

#include "core/conf/conf.h"
#include "core/mono.h"

/* An entry of notification_email. */
struct keepd_mail_conf {
	struct conf_obj obj;
	const char *address;
};

/* smtp_server HOST [PORT] */
struct keepd_smtp_conf {
	struct conf_obj obj;
	const char *host;
	uint16_t port;
};

/* A keyword with a name or path that may be missing. */
struct keepd_name_conf {
	struct conf_obj obj;
	const char *name; /* NULL: the keyword alone */
};

struct conf_fifo; /* core/conf/common.h */

struct keepd_global_conf {
	struct conf_obj obj;
	const char *router_id; /* NULL: the host's name */
	struct conf_user
		script_user; /* whom scripts run as that name no user; name NULL = not written */
	/* what the reader of the files has noted already, core/conf/source.c */
	struct conf_list include_check;
	uint32_t random_seed;

	struct conf_fifo *notify_fifo, *vrrp_notify_fifo, *lvs_notify_fifo; /* NULL = none */
	struct conf_script notify_fifo_script, vrrp_notify_fifo_script, lvs_notify_fifo_script;
	bool fifo_write_vrrp_states_on_reload;
	uint32_t json_version;
	struct conf_list notification_email; /* of struct keepd_mail_conf */
	const char *notification_email_from;
	struct keepd_smtp_conf *smtp_server; /* NULL = none */
	const char *smtp_helo_name;
	uint32_t smtp_connect_timeout_s;

	/* what follows is read and checked only, so far */
	bool set_supplementary_groups, use_symlink_paths;
	struct conf_script startup_script, shutdown_script;
	span_t startup_script_timeout, shutdown_script_timeout;
	bool process_names;
	const char *process_name, *bfd_process_name;
	int32_t bfd_priority, bfd_rt_priority; /* real time: 0 = not */
	bool bfd_no_swap;
	uint32_t bfd_rlimit_rttime_us;
	struct conf_list bfd_cpus; /* of struct conf_range */
	int32_t max_auto_priority;
	uint32_t min_auto_priority_delay_us;
	const char *snmp_socket;
	bool enable_snmp_vrrp, enable_snmp_checker;
	bool enable_snmp_rfc, enable_snmp_rfcv2, enable_snmp_rfcv3, enable_traps;
	bool enable_dbus;
	const char *dbus_service_name, *dbus_no_interface_name;
	const char *reload_time_file;
	bool reload_repeat;
	struct keepd_name_conf *reload_file; /* NULL = none */
	uint32_t umask;
	const char *iproute_usr_dir, *iproute_etc_dir;
};

/* script ID "COMMAND" UID GID USER: generated, in canonical text only */
struct keepd_script_conf {
	struct conf_obj obj;
	uint64_t id;
	const char *command; /* see script_argv() */
	uint32_t uid, gid;
	const char *user;
};

/* fifo_owner PATH UID GID: likewise, of a pipe whose owner is named */
struct keepd_owner_conf {
	struct conf_obj obj;
	const char *path;
	uint32_t uid, gid;
};

struct keepd_conf {
	struct conf_obj obj;
	struct keepd_global_conf *global;	    /* never NULL after reading */
	struct conf_list scripts;		    /* of struct keepd_script_conf, each id once */
	struct conf_list fifo_owners;		    /* of struct keepd_owner_conf */
	const char *net_namespace;		    /* NULL = that of who starts us */
	const char *instance;			    /* nothing looks at it */
	struct keepd_name_conf *net_namespace_ipvs; /* NULL = not written */
	uint32_t child_wait_time_s;
};

extern const struct conf_section keepd_section;

/* The script with this id, or NULL; c may be NULL. Borrowed from c. */
const struct keepd_script_conf *keepd_conf_script(const struct conf *c, uint64_t id);

/* What the conf process found about the scripts. */
struct script_list_result {
	bool is_other_host; /* in: users and files of this host say nothing; they are not looked at
			     */
	bool is_failed;	    /* a user or group does not exist */
	unsigned refused;   /* so many scripts will not be run: others could change them, ... */
};

/*
 * The canonical text of the keepd section, one script row for each script of all sections and one
 * fifo_owner row for each pipe whose owner is named, with the numbers of user and group. Returns
 * malloc'ed text, or NULL if a user or group does not exist: then *r has the error with its place.
 * *r gets a warning for each script that will not be run.
 */
char *keepd_conf_print_canonical(const struct conf *c, size_t *len, struct conf_report *r,
	struct script_list_result *result);

#endif
