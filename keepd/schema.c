/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The section of the daemon as a whole: the outermost level, and the generated list of scripts. See
 * schema_global.c for global_defs.
 */
#include <pwd.h>
#include <stddef.h>
#include <string.h>

#include "core/conf/rules.h"
#include "keepd/schema_rows.h"

static void root_check(struct conf_obj *obj, struct conf_rules *r)
{
	const char *name = ((const struct keepd_conf *)obj)->net_namespace;

	if (name && (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..")))
		conf_complain(r, CONF_ERROR, obj,
			conf_row_at(obj->block, offsetof(struct keepd_conf, net_namespace)),
			"`%s` is not the name of a network namespace, as `ip netns` shows it",
			name);
}

/* clang-format off */
#define SCRIPT(member) .offset = offsetof(struct keepd_script_conf, member)
#define OWNER(member)  .offset = offsetof(struct keepd_owner_conf, member)
#define ROOT(member)   .offset = offsetof(struct keepd_conf, member)

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

static const struct conf_row owner_args[] = {
	{ "PATH", NULL, NULL, &conf_type_string, NULL, OWNER(path), .flags = CONF_KEY, .doc = "" },
	{ "UID", NULL, NULL, &conf_type_u32, NULL, OWNER(uid), .doc = "" },
	{ "GID", NULL, NULL, &conf_type_u32, NULL, OWNER(gid), .doc = "" },
};

static const struct conf_block owner_block = {
	"fifo_owner", sizeof(struct keepd_owner_conf), owner_args, 3, NULL, 0, false, NULL, NULL,
};

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &keepd_global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns keepd as a whole." },
	{ "script", NULL, NULL, &conf_type_block, &script_block, ROOT(scripts), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS | CONF_GENERATED | CONF_OWN, .doc = "" },
	{ "fifo_owner", NULL, NULL, &conf_type_block, &owner_block, ROOT(fifo_owners), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS | CONF_GENERATED | CONF_OWN, .doc = "" },
	{ "net_namespace", NULL, NULL, &conf_type_string, NULL, ROOT(net_namespace), 0, 0, NULL, NULL, CONF_FIXED, C,
	  .example = "web", .doc = "The network namespace, by its name in ip-netns(8), in which all of keepd works, with its scripts. It must be there when keepd starts." },
	{ "net_namespace_ipvs", NULL, NULL, &conf_type_line, &keepd_name_block, ROOT(net_namespace_ipvs), 0, 0, NULL, NULL, CONF_FIXED, C, CONF_LATER,
	  .doc = "The network namespace whose table of virtual servers is kept; without a name the one of the host." },
	OBSOLETE("namespace_with_ipsets", D, "every kernel keepd runs on has sets of addresses in each namespace"),
	{ "instance", NULL, NULL, &conf_type_string, NULL, ROOT(instance), 0, 0, NULL, NULL, CONF_FIXED, C, CONF_OBSOLETE,
	  .instead = "give each keepd of a host a --run-dir of its own",
	  .example = "web", .doc = "The name by which several daemons on a host are told apart." },
	OBSOLETE("use_pid_dir", C, "all files of keepd are in its --run-dir"),
	{ "child_wait_time", NULL, NULL, &conf_type_u32, NULL, ROOT(child_wait_time_s), 0, 0, "seconds", "5", CONF_LIVE, C,
	  .doc = "How long the parent waits at the stop for each child to end, at least 1; then it ends it, and withdraws what that has left. The unit of systemd waits 30 seconds for the whole stop." },
};

static const struct conf_block root_block = {
	"keepd", sizeof(struct keepd_conf), NULL, 0,
	root_rows, COUNT_OF(root_rows), false, root_check, NULL,
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
