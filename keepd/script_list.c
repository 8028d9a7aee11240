/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of all scripts that any part of keepd may run, and of owners of pipes, made by the conf
 * process: users resolved to numbers, paths looked at. See schema.h.
 */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/conf/common.h"
#include "core/conf/rules.h"
#include "core/exit.h"
#include "keepd/schema.h"
#include "keepd/script_path.h"

struct collection {
	struct conf_rules rules;  /* for the report only */
	const char *default_user; /* script_user, NULL = not written */
	FILE *out;
	struct arena *scratch;
	struct script_list_result *result;
};

__attribute__((format(printf, 4, 5))) static void fail(struct collection *all,
	const struct conf_obj *obj, const struct conf_row *row, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	conf_complain(&all->rules, all->result->is_other_host ? CONF_WARNING : CONF_ERROR, obj, row,
		"%s: %s", row->name, text);
	all->result->is_failed |= !all->result->is_other_host;
}

/* Will the runner run it, as far as can be seen from here? */
static void look_at_path(struct collection *all, const struct conf_obj *obj,
	const struct conf_row *row, const struct conf_script *s, uid_t uid)
{
	char real[PATH_MAX], **argv;
	struct err e = { 0 };

	if (all->result->is_other_host || script_argv(all->scratch, s->command, &argv, &e) < 0 ||
		script_path_check(argv[0], uid, real, &e) == 0)
		return;
	if (e.sysno == EACCES && geteuid() != 0)
		return; /* who runs keepd can */
	all->result->refused++;
	conf_complain(&all->rules, CONF_WARNING, obj, row, "%s: this script will not be run: %s",
		row->name, e.text);
}

/* Numbers for a user and perhaps a group; false after an error. */
static bool find_user(struct collection *all, const struct conf_obj *obj,
	const struct conf_row *row, const char *user, const char *group, uid_t *uid, gid_t *gid)
{
	const struct passwd *pw = getpwnam(user);
	const struct group *gr;

	if (!pw) {
		bool is_default = all->default_user && !strcmp(user, all->default_user);

		fail(all, obj, row, "there is no user `%s`%s", user,
			is_default ? ", which is the script_user of global_defs"
			: row->type == &conf_type_script
				? "; an argument of the command? Then put both in quotes"
				: "");
		return false;
	}
	*uid = pw->pw_uid;
	*gid = pw->pw_gid;
	if (!group)
		return true;
	gr = getgrnam(group);
	if (!gr) {
		fail(all, obj, row, "there is no group `%s`", group);
		return false;
	}
	*gid = gr->gr_gid;
	return true;
}

static void print_script(void *arg, const struct conf_obj *obj, const struct conf_row *row,
	const struct conf_script *s)
{
	struct collection *all = arg;
	uid_t uid;
	gid_t gid;

	if (!find_user(all, obj, row, s->user, s->group, &uid, &gid))
		return;
	look_at_path(all, obj, row, s, uid);
	fprintf(all->out, "script %016llx ", (unsigned long long)s->id);
	type_print_word(s->command, all->out);
	fprintf(all->out, " %u %u ", uid, gid);
	type_print_word(s->user, all->out);
	putc('\n', all->out);
}

static void print_owner(struct collection *all, const struct keepd_global_conf *g, size_t offset)
{
	const struct conf_fifo *fifo = *(struct conf_fifo *const *)((const char *)g + offset);
	const struct conf_row *row = conf_row_at(g->obj.block, (uint32_t)offset);
	uid_t uid;
	gid_t gid;

	if (!fifo || !fifo->owner.name ||
		!find_user(all, &g->obj, row, fifo->owner.name, fifo->owner.group, &uid, &gid))
		return;
	fputs("fifo_owner ", all->out);
	type_print_word(fifo->path, all->out);
	fprintf(all->out, " %u %u\n", uid, gid);
}

static void print_owners(struct collection *all, const struct keepd_global_conf *g)
{
	static const size_t fifos[] = { offsetof(struct keepd_global_conf, notify_fifo),
		offsetof(struct keepd_global_conf, vrrp_notify_fifo),
		offsetof(struct keepd_global_conf, lvs_notify_fifo) };

	for (size_t i = 0; i < sizeof(fifos) / sizeof(fifos[0]); i++)
		print_owner(all, g, fifos[i]);
}

const struct keepd_script_conf *keepd_conf_script(const struct conf *c, uint64_t id)
{
	const struct keepd_conf *own =
		c ? (const struct keepd_conf *)conf_root(c, &keepd_section) : NULL;

	for (size_t i = 0; own && i < own->scripts.count; i++) {
		const struct keepd_script_conf *s = own->scripts.items[i];

		if (s->id == id)
			return s;
	}
	return NULL;
}

char *keepd_conf_print_canonical(
	const struct conf *c, size_t *len, struct conf_report *r, struct script_list_result *result)
{
	const struct keepd_conf *own = (const struct keepd_conf *)conf_root(c, &keepd_section);
	struct collection all = { .default_user = own->global->script_user.name,
		.rules = { .report = r },
		.scratch = arena_new(),
		.result = result };
	char *text = NULL;

	all.out = open_memstream(&text, len);
	if (!all.out)
		fatal(EXIT_INTERNAL, "out of memory");
	conf_print(c, &keepd_section, all.out);
	conf_scripts(c, print_script, &all);
	print_owners(&all, own->global);
	arena_free(all.scratch);
	if (fclose(all.out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	if (!result->is_failed)
		return text;
	free(text);
	return NULL;
}
