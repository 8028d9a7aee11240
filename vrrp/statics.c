/* SPDX-License-Identifier: Apache-2.0 */
/* Static objects; see statics.h. Called by the engine, and by routers that look for faults. */
#include "vrrp/statics.h"

#include <string.h>

#include "vrrp/engine.h"

static uint32_t device(const void *arg, const struct conf_obj *conf)
{
	const struct vrrp_engine *engine = arg;
	const struct vrrp_vip_conf *addr = (const struct vrrp_vip_conf *)conf;
	const char *name = addr->dev ? addr->dev : engine->statics.conf->global->default_interface;
	const struct link_info *link = link_by_name(&engine->link.table, name);

	return link ? link->ifindex : 0;
}

void vrrp_statics_open(struct vrrp_engine *engine)
{
	struct holdings *h = &engine->statics.holdings;

	h->device = device;
	h->arg = engine;
	strcpy(h->who, "static ");
	keeper_join(&engine->keeper, h);
}

void vrrp_statics_take(struct vrrp_engine *engine, const struct vrrp_conf *conf)
{
	const struct object_list lists[] = { { OBJECT_ADDRESS, &conf->static_addresses },
		{ OBJECT_ROUTE, &conf->static_routes }, { OBJECT_RULE, &conf->static_rules } };
	struct vrrp_statics *s = &engine->statics;

	s->conf = conf;
	s->holdings.is_wanted = true;
	keeper_take(&engine->keeper, &s->holdings, lists, sizeof(lists) / sizeof(*lists), NULL);
}

/* ---- track_group ---- */

static const char *group_of(const struct holding *item)
{
	switch (item->id.kind) {
	case OBJECT_ADDRESS: return ((const struct vrrp_vip_conf *)item->conf)->track_group;
	case OBJECT_ROUTE: return ((const struct vrrp_route_conf *)item->conf)->track_group;
	case OBJECT_RULE: return ((const struct vrrp_rule_conf *)item->conf)->track_group;
	case OBJECT_KINDS: break;
	}
	return NULL;
}

static bool is_member(
	const struct vrrp_statics *s, const char *group, const struct vrrp_instance_conf *instance)
{
	const struct conf_list *groups = &s->conf->track_groups;

	for (size_t i = 0; i < groups->count; i++) {
		const struct vrrp_track_group_conf *g = groups->items[i];

		for (size_t n = 0; n < g->members.count && !strcmp(g->name, group); n++) {
			const struct vrrp_member_conf *m = g->members.items[n];

			if (!strcmp(m->name, instance->name))
				return true;
		}
	}
	return false;
}

const struct holding *vrrp_statics_missing(
	const struct vrrp_statics *s, const struct vrrp_instance_conf *instance)
{
	for (size_t i = 0; s->missing && i < s->holdings.count; i++) {
		const struct holding *item = &s->holdings.items[i];
		const char *group = item->is_there ? NULL : group_of(item);

		if (group && is_member(s, group, instance))
			return item;
	}
	return NULL;
}

/* The number of those that are missing, and which they are: another one if they are others. */
static uint64_t sum_missing(const struct holdings *h)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < h->count; i++)
		if (!h->items[i].is_there && group_of(&h->items[i]))
			sum = sum * 31 + i + 1;
	return sum;
}

/* ---- in the kernel ---- */

bool vrrp_statics_settle(struct vrrp_engine *engine)
{
	struct vrrp_statics *s = &engine->statics;
	mono_t now = mono_now();
	uint64_t missing;

	if (!s->conf || (!s->holdings.is_stale && mono_before(now, s->holdings.due))) {
		vrrp_engine_work_at(engine, s->holdings.due);
		return false;
	}
	keeper_reconcile(&engine->keeper, &s->holdings);
	missing = sum_missing(&s->holdings);
	if (missing == s->missing)
		return false;
	s->missing = missing;
	return true;
}

void vrrp_statics_remove(struct vrrp_engine *engine)
{
	engine->statics.holdings.is_wanted = false;
	keeper_reconcile(&engine->keeper, &engine->statics.holdings);
}

void vrrp_statics_close(struct vrrp_engine *engine)
{
	keeper_leave(&engine->keeper, &engine->statics.holdings);
}
