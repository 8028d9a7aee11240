/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that signals ask for. A process of its own reads the committed text and the state pages
 * and writes: neither the parent nor a child touches a file for it, and nobody waits. See dump.h.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "core/memfd.h"
#include "keepd/dump.h"
#include "keepd/parent.h"
#include "keepd/schema.h"

#define TEXT_MAX	((size_t)256 << 20)
#define SECONDS_AT_MOST 10

static const char *const files[] = {
	[DUMP_DATA] = "keepalived.data",
	[DUMP_STATS] = "keepalived.stats",
	[DUMP_JSON] = "keepalived.json",
};

static struct conf *read_conf(const struct parent *p, struct err *e)
{
	static const struct conf_section *const sections[] = { &vrrp_section, NULL };
	const struct conf_params params = { .sections = sections, .is_canonical = true };
	struct conf_report *report = conf_report_new();
	struct conf *conf = NULL;
	char *text = NULL;
	size_t len = 0;

	if (p->committed.text[ROLE_VRRP] < 0 ||
		memfd_read(p->committed.text[ROLE_VRRP], TEXT_MAX, &text, &len, e) == 0)
		conf = conf_read_text("vrrp", text ? text : "", len, &params, report);
	conf_report_free(report);
	free(text);
	return conf;
}

static size_t read_slots(const struct page *page, struct vrrp_slot *slots)
{
	size_t n = 0;

	for (uint32_t i = 0; i < VRRP_SLOTS && page_read(page, i, &slots[n]); i++)
		n += slots[n].vrid != 0;
	return n;
}

static int write_file(struct parent *p, enum dump_form form, struct err *e)
{
	const struct keepd_conf *own = p->committed.own ? (const struct keepd_conf *)conf_root(
								  p->committed.own, &keepd_section)
							: NULL;
	struct vrrp_slot *slots = calloc(VRRP_SLOTS, sizeof(*slots));
	struct conf *conf = slots ? read_conf(p, e) : NULL;
	size_t len;
	char *text;

	if (!conf)
		return err_set(e, "the configuration cannot be read again");
	text = dump_text(form, (const struct vrrp_conf *)conf_root(conf, &vrrp_section), slots,
		read_slots(&p->pages[PAGE_VRRP], slots), own ? own->global->json_version : 1, &len);
	return rundir_write(&p->rundir, files[form], text, len, e);
}

/* Its parent is not the one who is to hear of its end, so nobody has to. */
static _Noreturn void write_and_exit(struct parent *p, enum dump_form form)
{
	struct err e = { 0 };

	if (fork() != 0)
		_exit(0);
	close(p->rundir.lock_fd); /* should it hang, it does not hold the lock */
	signal(SIGALRM, SIG_DFL);
	alarm(SECONDS_AT_MOST);
	if (write_file(p, form, &e) < 0)
		log_error("%s: %s", files[form], e.text);
	else
		log_notice("wrote %s/%s", p->rundir.path, files[form]);
	_exit(0);
}

void dump_write(struct parent *p, enum dump_form form)
{
	pid_t pid = fork();

	if (pid == 0)
		write_and_exit(p, form);
	if (pid < 0)
		log_error("%s: %s", files[form], strerror(errno));
	else
		waitpid(pid, NULL, 0); /* at once */
}
