/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All virtual routers together: see engine.h. Called by main.c; calls routers and interfaces, which
 * call back for what they share.
 */
#include "vrrp/engine.h"

#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/router.h"
#include "vrrp/vmac.h"

enum {
	PUBLISH_DELAY_MS = 100,
};

/* ---- timers that routers share ---- */

static void set_earlier(struct timer *t, mono_t due)
{
	if (due.us != INT64_MAX && mono_before(due, t->due))
		timer_set(t, due);
}

void vrrp_engine_work_at(struct vrrp_engine *engine, mono_t due)
{
	set_earlier(&engine->work_timer, due);
}

void vrrp_engine_publish_soon(struct vrrp_engine *engine)
{
	if (!timer_is_set(&engine->publish_timer))
		timer_set(&engine->publish_timer, mono_add(mono_now(), span_ms(PUBLISH_DELAY_MS)));
}

static void on_publish(void *arg)
{
	struct vrrp_engine *engine = arg;

	vrrp_census_publish(&engine->census);
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		if (r->is_dirty || r->listener->is_dirty)
			vrrp_router_publish(r);
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		r->listener->is_dirty = false;
}

void vrrp_engine_look(struct vrrp_engine *engine)
{
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		if (!r->group)
			vrrp_router_link(r);
	for (struct vrrp_group *g = engine->groups.list; g; g = g->next)
		vrrp_group_link(g);
}

static void refresh_links(struct vrrp_engine *engine)
{
	for (struct vrrp_iface *i = engine->ifaces; i; i = i->next)
		vrrp_iface_refresh(i);
	vrrp_vmacs_settle(engine);
	keeper_note_changes(&engine->keeper);
	vrrp_statics_settle(engine);
	vrrp_sources_links(engine);
	vrrp_engine_look(engine);
	vrrp_firewall_settle(engine);
}

static void on_audited(void *arg)
{
	struct vrrp_engine *engine = arg;

	keeper_doubt(&engine->keeper);
}

static struct netlink_buffers buffers_of(const struct vrrp_global_conf *g)
{
	return (struct netlink_buffers){ g->netlink_cmd_rcv_bufs, g->netlink_monitor_rcv_bufs,
		g->netlink_cmd_rcv_bufs_force, g->netlink_monitor_rcv_bufs_force };
}

static void on_links_changed(void *arg)
{
	refresh_links(arg);
}

/* Is there something to look at again that the kernel will tell nothing about? */
static bool are_links_stale(const struct vrrp_engine *engine, mono_t now)
{
	bool is_stale = vrrp_vmacs_are_missing(engine);

	for (const struct vrrp_iface *i = engine->ifaces; i; i = i->next)
		is_stale |= vrrp_iface_lacks_socket(i) || vrrp_iface_is_stale(i, now);
	return is_stale;
}

static void on_work(void *arg)
{
	struct vrrp_engine *engine = arg;
	mono_t now = mono_now();

	if (are_links_stale(engine, now))
		refresh_links(engine);
	keeper_next_turn(&engine->keeper, now);
	keeper_work(&engine->keeper, now);
	if (vrrp_statics_settle(engine))
		refresh_links(engine);
	for (struct vrrp_router *r = engine->routers; r; r = r->next) {
		bool is_stale = r->holdings.is_stale && r->fsm.state != VRRP_INIT;
		bool is_due = is_stale || !mono_before(now, r->holdings.due);

		if (is_due && keeper_has_room(&engine->keeper))
			vrrp_addresses_reconcile(r);
		else
			vrrp_engine_work_at(engine, is_due ? now : r->holdings.due);
	}
}

static void on_keeper_due(void *arg, mono_t due)
{
	vrrp_engine_work_at(arg, due);
}

void vrrp_engine_sync(struct vrrp_engine *engine)
{
	uint64_t before = engine->link.table.changes;

	link_monitor_sync(&engine->link);
	if (engine->link.table.changes != before)
		refresh_links(engine);
}

/* ---- configuration ---- */

static int by_address(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* No address of these is a source of adverts. */
static void collect_vips(struct vrrp_engine *engine)
{
	size_t room = 1;

	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		room += r->vip_count;
	free(engine->vips);
	engine->vip_count = 0;
	engine->vips = calloc(room, sizeof(*engine->vips));
	if (!engine->vips)
		fatal(EXIT_INTERNAL, "out of memory for addresses");
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		for (size_t i = 0; r->conf->priority != VRRP_OWNER_PRIORITY && i < r->vip_count;
			i++)
			engine->vips[engine->vip_count++] = r->vips[i].conf->prefix.addr;
	qsort(engine->vips, engine->vip_count, sizeof(*engine->vips), by_address);
	for (struct vrrp_iface *i = engine->ifaces; i; i = i->next)
		vrrp_iface_refresh(i);
}

bool vrrp_engine_is_vip(const void *arg, const struct addr *addr)
{
	const struct vrrp_engine *engine = arg;

	return engine->vip_count &&
	       bsearch(addr, engine->vips, engine->vip_count, sizeof(*engine->vips), by_address);
}

bool vrrp_engine_knows_interface(const struct vrrp_engine *engine, const char *name)
{
	if (link_by_name(&engine->link.table, name))
		return true;
	for (const struct vrrp_iface *i = engine->ifaces; i; i = i->next)
		if (!strcmp(i->name, name))
			return true;
	return vrrp_slots_knew_interface(&engine->slots, name);
}

struct vrrp_router *vrrp_engine_find(
	const struct vrrp_engine *engine, const struct vrrp_instance_conf *conf)
{
	struct vrrp_router *r = engine->routers;

	while (r && r->conf != conf)
		r = r->next;
	return r;
}

static struct vrrp_router *add_router(
	struct vrrp_engine *engine, const struct vrrp_instance_conf *conf)
{
	const struct vrrp_identity id = vrrp_router_identity(conf);
	struct vrrp_slot left = { 0 };
	uint32_t index = vrrp_slots_claim(&engine->slots, &id, &left);
	struct vrrp_router *r, **at = &engine->routers;

	if (index == VRRP_NO_SLOT && engine->slots.page)
		log_warning("instance %s: the state page has no room for more than %d instances",
			conf->name, VRRP_SLOTS);
	r = vrrp_router_new(engine, conf, index, left.vrid ? &left : NULL);
	while (*at)
		at = &(*at)->next;
	*at = r;
	return r;
}

static void stop_router(struct vrrp_engine *engine, struct vrrp_router *r, enum vrrp_reason reason)
{
	struct vrrp_router **at = &engine->routers;

	vrrp_router_stop(r, reason);
	vrrp_vmacs_remove(r);
	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	vrrp_slots_release(&engine->slots, r->slot_index);
	vrrp_router_free(r);
}

static void take_change(struct vrrp_engine *engine, const struct conf_change *ch)
{
	const struct vrrp_instance_conf *conf = ch->new_obj;
	struct vrrp_router *r = ch->old_obj ? vrrp_engine_find(engine, ch->old_obj) : NULL;

	switch (ch->op) {
	case CONF_ADD: add_router(engine, conf); break;
	case CONF_DEL: break; /* later */
	case CONF_CHANGE:
	case CONF_SAME:
		if (r && vrrp_vmacs_differ(r->conf, conf)) {
			stop_router(engine, r, VRRP_BECAUSE_STOPPED);
			add_router(engine, conf);
		} else if (r) {
			vrrp_router_take(r, conf);
		}
		break;
	}
}

static void take_removal(struct vrrp_engine *engine, const struct conf_change *ch)
{
	struct vrrp_router *r = ch->op == CONF_DEL ? vrrp_engine_find(engine, ch->old_obj) : NULL;

	if (!r)
		return;
	stop_router(engine, r, VRRP_BECAUSE_REMOVED);
}

void vrrp_engine_apply(struct vrrp_engine *engine, const struct vrrp_conf *old_conf,
	const struct vrrp_conf *new_conf)
{
	const struct conf_list none = { 0 };
	const struct netlink_buffers buffers = buffers_of(new_conf->global);
	struct conf_change *changes;
	size_t count;

	link_monitor_tune(&engine->link, &buffers);
	link_monitor_sync(&engine->link);
	engine->global = new_conf->global;
	engine->silence = new_conf->global->link_silence;
	engine->census.is_loud = new_conf->global->log_unknown_vrids;
	vrrp_groups_hold(engine);
	vrrp_startup_take(engine, new_conf->global);
	engine->link_delays = &new_conf->link_delays;
	vrrp_sources_take(engine, new_conf);
	announcer_take_conf(&engine->announcer, new_conf);
	changes = conf_diff(old_conf ? &old_conf->instances : &none, &new_conf->instances, &count);
	/* First all lists are taken over, then addresses are touched: one that moves from router to
	 * router stays where it is. And only then is it known which addresses are virtual ones. */
	for (size_t i = 0; i < count; i++)
		take_change(engine, &changes[i]);
	vrrp_groups_take(engine, new_conf);
	for (size_t i = 0; i < count; i++)
		take_removal(engine, &changes[i]);
	free(changes);
	vrrp_statics_take(engine, new_conf);
	collect_vips(engine);
	vrrp_vmacs_settle(engine);
	keeper_resolve(&engine->keeper);
	vrrp_firewall_settle(engine);
	keeper_watch(&engine->keeper);
	keeper_dismiss(&engine->keeper);
	vrrp_statics_settle(engine);
	for (struct vrrp_group *g = engine->groups.list; g; g = g->next)
		vrrp_group_look(g);
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		if (r->old_conf)
			vrrp_router_settle(r);
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		if (r->fsm.state == VRRP_INIT)
			vrrp_router_start(r);
	vrrp_groups_release(engine);
	vrrp_vmacs_settle(engine); /* those that are not needed any more */
	vrrp_sources_sweep(engine);
	bfd_settle(engine);
	vrrp_election_settle(engine);
	if (vrrp_slots_forget(&engine->slots))
		keeper_remove_orphans(&engine->keeper);
}

void vrrp_engine_stop(struct vrrp_engine *engine, bool keep)
{
	bfd_stop(engine);
	if (keep)
		return;
	engine->is_stopping = true;
	vrrp_groups_hold(engine);
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		vrrp_router_stop(r, VRRP_BECAUSE_STOPPED);
	for (struct vrrp_router *r = engine->routers; r; r = r->next)
		vrrp_addresses_reconcile(r);
	vrrp_groups_release(engine);
	vrrp_statics_remove(engine);
	vrrp_vmacs_remove_all(engine);
	vrrp_firewall_remove(engine);
}

/* ---- life ---- */

int vrrp_engine_open(struct vrrp_engine *engine, struct role_ctx *ctx, struct err *e)
{
	*engine = (struct vrrp_engine){
		.ctx = ctx, .sender = VRRP_SENDER_CLOSED, .announcer = { .fd = -1 }
	};
	vrrp_watched_init(&engine->watched);
	vrrp_election_init(engine);
	keeper_open(&engine->keeper, ctx, &engine->link, on_keeper_due, engine);
	vrrp_statics_open(engine);
	vrrp_census_init(&engine->census);
	if (announcer_open(&engine->announcer, engine, e) < 0 ||
		vrrp_firewall_open(engine, e) < 0 || vrrp_startup_open(engine, e) < 0 ||
		vrrp_lateness_open(engine, e) < 0 || bfd_open(engine, e) < 0 ||
		timer_open(&engine->work_timer, ctx->loop, on_work, engine, e) < 0 ||
		timer_open(&engine->publish_timer, ctx->loop, on_publish, engine, e) < 0 ||
		link_monitor_open(&engine->link, ctx->loop, on_links_changed, engine, e) < 0) {
		vrrp_engine_close(engine);
		return -1;
	}
	engine->link.audited = on_audited;
	return 0;
}

void vrrp_engine_close(struct vrrp_engine *engine)
{
	while (engine->routers) {
		struct vrrp_router *r = engine->routers;

		engine->routers = r->next;
		vrrp_router_free(r);
	}
	vrrp_statics_close(engine);
	keeper_close(&engine->keeper);
	vrrp_groups_free(engine);
	vrrp_sources_free(engine);
	vrrp_watched_close(&engine->watched);
	bfd_close(engine);
	vrrp_election_close(engine);
	announcer_close(&engine->announcer);
	vrrp_firewall_close(engine);
	vrrp_startup_close(engine);
	vrrp_lateness_close(engine);
	timer_close(&engine->work_timer);
	timer_close(&engine->publish_timer);
	link_monitor_close(&engine->link);
	vrrp_sender_close(&engine->sender);
	vrrp_slots_free(&engine->slots);
	free(engine->vips);
	*engine = (struct vrrp_engine){ .sender = VRRP_SENDER_CLOSED, .announcer = { .fd = -1 } };
}
