/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watcher: gives up root but for reading, and connects files.c, processes.c and their page with
 * the parent. Files may stand on disks that hang, therefore it is a process of its own: the
 * elections go on with what was read last. See main.h.
 */
#include "watcher/main.h"

#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "core/priv.h"
#include "watcher/files.h"
#include "watcher/processes.h"

struct watcher {
	struct role_ctx ctx;
	struct conf *running, *prepared; /* owned; NULL = none */
	struct watch_slots slots;
	struct watched_files files;
	struct watched_processes processes;
};

static const struct watcher_conf *root_of(const struct conf *c)
{
	return (const struct watcher_conf *)conf_root(c, &watcher_section);
}

static void on_abort(void *self)
{
	struct watcher *w = self;

	conf_free(w->prepared);
	w->prepared = NULL;
}

static size_t thing_count(const struct watcher_conf *c)
{
	return c->files.count + c->processes.count;
}

static int on_prepare(void *self, uint64_t generation, const char *text, struct err *e)
{
	static const struct conf_section *const sections[] = { &watcher_section, NULL };
	const struct conf_params params = {
		.sections = sections, .generation = generation, .is_canonical = true
	};
	struct watcher *w = self;
	struct conf_report *report = conf_report_new();

	on_abort(self);
	w->prepared = conf_read_text("watcher", text, strlen(text), &params, report);
	if (!w->prepared)
		err_set(e, "%s", conf_report_first(report));
	conf_report_free(report);
	if (w->prepared && thing_count(root_of(w->prepared)) > WATCH_SLOTS) {
		err_set(e, "more than %d files and processes are tracked", WATCH_SLOTS);
		on_abort(self);
	}
	return w->prepared ? 0 : -1;
}

static void put_things(
	struct watch_slot *things, const struct conf_list *list, enum watch_kind kind)
{
	for (size_t i = 0; i < list->count; i++)
		things[i] =
			(struct watch_slot){ .kind = kind, .id = conf_hash(list->items[i], true) };
}

static void on_commit(void *self, uint64_t generation)
{
	struct watcher *w = self;
	struct watch_slot things[WATCH_SLOTS] = { 0 };
	const struct watcher_conf *c = root_of(w->prepared);
	uint32_t files = (uint32_t)c->files.count;

	(void)generation;
	put_things(things, &c->files, WATCH_FILE);
	put_things(things + files, &c->processes, WATCH_PROCESS);
	watch_slots_take(&w->slots, things, (uint32_t)thing_count(c));
	watched_files_take(&w->files, &c->files, 0);
	watched_processes_take(&w->processes, &c->processes, files);
	conf_free(w->running);
	w->running = w->prepared;
	w->prepared = NULL;
}

static int on_page(void *self, enum page_kind kind, int fd, struct err *e)
{
	struct watcher *w = self;
	int status = 0;

	if (kind == PAGE_WATCH && !w->slots.page.map)
		status = watch_slots_open(&w->slots, fd, e);
	close(fd);
	return status;
}

static int on_peer(void *self, enum role peer, int fd, struct err *e)
{
	struct watcher *w = self;

	if (peer != ROLE_VRRP) {
		close(fd);
		return err_set(e, "a channel to %s is of no use here", role_name(peer));
	}
	doorbell_connect(&w->slots.vrrp, ROLE_WATCHER, ROLE_VRRP, fd);
	return 0;
}

static void on_stop(void *self, bool keep, bool is_orphan)
{
	struct watcher *w = self;

	(void)keep;
	(void)is_orphan;
	loop_stop(w->ctx.loop, EXIT_OK);
}

int watcher_main(const struct role_args *args)
{
	/* Without it, as in some containers, only what everybody may read is read. */
	const int caps[] = { priv_has(CAP_DAC_READ_SEARCH) ? CAP_DAC_READ_SEARCH : -1, -1 };
	const struct role_ops ops = {
		.role = ROLE_WATCHER,
		.caps = caps,
		.prepare = on_prepare,
		.commit = on_commit,
		.abort = on_abort,
		.page = on_page,
		.peer = on_peer,
		.stop = on_stop,
	};
	struct watcher w = { 0 };
	struct err e;
	int status;

	watched_processes_prepare(&w.processes);
	role_begin(&w.ctx, &ops, args, &w);
	doorbell_init(&w.slots.vrrp, w.ctx.loop);
	if (watched_files_open(&w.files, w.ctx.loop, &w.slots, &e) < 0 ||
		watched_processes_open(&w.processes, w.ctx.loop, &w.slots, &e) < 0)
		fatal(EXIT_CHILD, "%s", e.text);
	status = role_run(&w.ctx, &ops);
	watched_files_close(&w.files);
	watched_processes_close(&w.processes);
	watch_slots_close(&w.slots);
	conf_free(w.running);
	conf_free(w.prepared);
	loop_free(w.ctx.loop);
	return status;
}
