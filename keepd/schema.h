/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_SCHEMA_H
#define KEEPD_KEEPD_SCHEMA_H

/*
 * The part of the configuration that concerns the parent and the runners: names, and all scripts
 * that any part of keepd may run. Scripts are collected here by the conf process, their users
 * resolved to numbers; a runner knows no other scripts than these.
 */

#include "core/conf/conf.h"

struct keepd_global_conf {
	struct conf_obj obj;
	const char *router_id; /* NULL: the host's name */
	struct conf_user
		script_user; /* whom scripts run as that name no user; name NULL = not written */
	/* what the reader of the files has noted already, core/conf/source.c */
	struct conf_list include_check;
	uint32_t random_seed;
};

/* script ID "COMMAND" UID GID USER: generated, in canonical text only */
struct keepd_script_conf {
	struct conf_obj obj;
	uint64_t id;
	const char *command; /* see script_argv() */
	uint32_t uid, gid;
	const char *user;
};

struct keepd_conf {
	struct conf_obj obj;
	struct keepd_global_conf *global; /* never NULL after reading */
	struct conf_list scripts;	  /* of struct keepd_script_conf, each id once */
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
 * The canonical text of the keepd section and one script row for each script of all sections, with
 * the numbers of its user and group. Returns malloc'ed text, or NULL if a user or group does not
 * exist: then *r has the error with its place. *r gets a warning for each script that will not be
 * run.
 */
char *keepd_conf_print_canonical(const struct conf *c, size_t *len, struct conf_report *r,
	struct script_list_result *result);

#endif
