/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vrrp child: gives up root, keeps the two capabilities its sockets need, and connects the
 * engine with the parent. It never blocks: no names are resolved here, no files read, no process
 * is started.
 */
#include "vrrp/main.h"

#include <errno.h>
#include <linux/capability.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "core/conf/common.h"
#include "core/conf/conf.h"
#include "core/exit.h"
#include "vrrp/engine.h"
#include "vrrp/script.h"
#include "vrrp/track_slot.h"

struct vrrp_process {
	struct role_ctx ctx;
	struct vrrp_engine engine;
	struct page page, bfd_page, seen;
	struct page tracks;
	struct conf *running, *prepared; /* owned; NULL = none */
};

static const struct vrrp_conf *root_of(const struct conf *c)
{
	return c ? (const struct vrrp_conf *)conf_root(c, &vrrp_section) : NULL;
}

/* An interface that never existed is a mistake; one that is gone for now is not. */
static int check_interfaces(struct vrrp_process *p, const struct vrrp_conf *conf, struct err *e)
{
	if (conf->global->dynamic_interfaces)
		return 0;
	link_monitor_sync(&p->engine.link);
	for (size_t i = 0; i < conf->instances.count; i++) {
		const struct vrrp_instance_conf *inst = conf->instances.items[i];

		if (!inst->interface || vrrp_engine_knows_interface(&p->engine, inst->interface))
			continue;
		err_set(e,
			"instance %s: interface %s does not exist: correct the name, or set "
			"dynamic_interfaces",
			inst->name, inst->interface);
		e->sysno = ENODEV;
		return -1;
	}
	return 0;
}

static bool has_multicast(const struct link_table *t, const char *ifname)
{
	const struct link_info *link = ifname ? link_by_name(t, ifname) : NULL;

	return link && (link->flags & IFF_MULTICAST);
}

/* No RFC knows unicast: with strict_mode it is for links that cannot do better. */
static int check_strict(const struct vrrp_process *p, const struct vrrp_conf *conf, struct err *e)
{
	for (size_t i = 0; i < conf->instances.count; i++) {
		const struct vrrp_instance_conf *inst = conf->instances.items[i];

		if (inst->strict_mode && inst->peers.count &&
			has_multicast(&p->engine.link.table, inst->interface))
			return err_set(e,
				"instance %s: interface %s has multicast, and strict_mode no "
				"unicast_peer there: leave out one of them",
				inst->name, inst->interface);
	}
	return 0;
}

static void on_abort(void *self)
{
	struct vrrp_process *p = self;

	conf_free(p->prepared);
	p->prepared = NULL;
}

static int on_prepare(void *self, uint64_t generation, const char *text, struct err *e)
{
	static const struct conf_section *const sections[] = { &vrrp_section, NULL };
	const struct conf_params params = {
		.sections = sections, .generation = generation, .is_canonical = true
	};
	struct vrrp_process *p = self;
	const struct vrrp_conf *conf;
	struct conf_report *report = conf_report_new();

	on_abort(self);
	p->prepared = conf_read_text("vrrp", text, strlen(text), &params, report);
	if (!p->prepared)
		err_set(e, "%s", conf_report_first(report));
	conf_report_free(report);
	if (!p->prepared)
		return -1;
	conf = (const struct vrrp_conf *)conf_root(p->prepared, &vrrp_section);
	if (check_interfaces(p, conf, e) < 0 || check_strict(p, conf, e) < 0 ||
		vrrp_firewall_check(conf, e) < 0) {
		on_abort(self);
		return -1;
	}
	return 0;
}

static void tune(struct vrrp_process *p, const struct vrrp_global_conf *g)
{
	struct tuning tuning = { .nice = g->priority, .rt_priority = g->rt_priority };

	tuning.has_cpus = conf_cpus(&g->cpu_affinity, &tuning.cpus);
	role_tune(&p->ctx, &tuning);
	role_rename(ROLE_VRRP, g->process_name);
}

static void on_commit(void *self, uint64_t generation)
{
	struct vrrp_process *p = self;
	struct conf *old = p->running;

	(void)generation;
	p->running = p->prepared;
	p->prepared = NULL;
	tune(p, ((const struct vrrp_conf *)conf_root(p->running, &vrrp_section))->global);
	vrrp_engine_apply(&p->engine, root_of(old), root_of(p->running));
	conf_free(old);
}

static int on_page(void *self, enum page_kind kind, int fd, struct err *e)
{
	struct vrrp_process *p = self;
	int result = 0;

	if (kind == PAGE_WATCH)
		return vrrp_watched_page(&p->engine, fd, e);
	if (kind == PAGE_ELECTION)
		return vrrp_election_page(&p->engine, fd, e);
	if (kind == PAGE_SYNC)
		return vrrp_election_listening_page(&p->engine, fd, e);
	if (kind == PAGE_VRRP && !p->page.map) {
		result = page_open(&p->page, fd, sizeof(struct vrrp_slot), VRRP_SLOTS, true, e);
		if (result == 0)
			vrrp_slots_page(&p->engine.slots, &p->page);
	} else if (kind == PAGE_BFD && !p->bfd_page.map) {
		result = page_open(&p->bfd_page, fd, sizeof(struct bfd_slot), BFD_SLOTS, true, e);
		if (result == 0)
			bfd_page(&p->engine, &p->bfd_page);
	}
	if (kind == PAGE_TRACK && !p->tracks.map) {
		result = page_open(&p->tracks, fd, sizeof(struct track_slot), TRACK_SLOTS, true, e);
		if (result == 0)
			vrrp_track_page_take(&p->engine.track_page, &p->tracks);
	}
	if (kind == PAGE_SEEN && !p->seen.map) {
		result = page_open(&p->seen, fd, sizeof(struct seen_row), SEEN_ROWS, true, e);
		if (result == 0)
			p->engine.census.page = &p->seen;
	}
	close(fd);
	return result;
}

static int on_peer(void *self, enum role peer, int fd, struct err *e)
{
	struct vrrp_process *p = self;

	if (peer != ROLE_CHECKER)
		return vrrp_watched_peer(&p->engine, peer, fd, e);
	vrrp_election_peer(&p->engine, fd);
	return 0;
}

static void on_message(void *self, const struct msg *m)
{
	struct vrrp_process *p = self;

	if (m->number == MSG_SCRIPT_DONE)
		vrrp_script_done(&p->engine, &m->script_done);
	else if (m->number == MSG_ORDER)
		vrrp_engine_order(&p->engine, &m->order);
}

static void on_stop(void *self, bool keep, bool is_orphan)
{
	struct vrrp_process *p = self;

	if (is_orphan)
		log_warning("the parent is gone: withdrawing");
	vrrp_engine_stop(&p->engine, keep);
	loop_stop(p->ctx.loop, EXIT_OK);
}

int vrrp_main(const struct role_args *args)
{
	static const int caps[] = { CAP_NET_ADMIN, CAP_NET_RAW, -1 };
	static const struct role_ops ops = { .role = ROLE_VRRP,
		.caps = caps,
		.is_realtime = true,
		.prepare = on_prepare,
		.commit = on_commit,
		.abort = on_abort,
		.page = on_page,
		.peer = on_peer,
		.stop = on_stop,
		.message = on_message };
	struct vrrp_process p = { 0 };
	struct err e;
	int status;

	role_begin(&p.ctx, &ops, args, &p);
	if (vrrp_engine_open(&p.engine, &p.ctx, &e) < 0)
		fatal(EXIT_CHILD, "%s", e.text);
	status = role_run(&p.ctx, &ops);
	vrrp_engine_close(&p.engine);
	conf_free(p.running);
	conf_free(p.prepared);
	page_close(&p.page);
	page_close(&p.bfd_page);
	page_close(&p.seen);
	page_close(&p.tracks);
	loop_free(p.ctx.loop);
	return status;
}
