/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What trackers and groups refer to, wherever in the file it stands. keepalived ignores names it
 * does not know, with a message; so do we, and say which name may be meant.
 */
#include "core/conf/names.h"
#include "vrrp/schema_iproute_rules.h"
#include "vrrp/schema_rows.h"

struct refs {
	struct vrrp_conf *c;
	struct conf_rules *r;
	struct conf_names *instances, *groups;
	struct conf_names *tracked[TRACK_KIND_COUNT]; /* NULL: has no blocks */
};

/* ---- names ---- */

/* The member that holds the name, of all that are named here. */
static const char *name_of(const struct conf_obj *obj)
{
	return *(const char *const *)(const void *)((const char *)obj + obj->block->args->offset);
}

/* All objects of the list by name; of two with the same name the later is dropped. */
static struct conf_names *name_all(struct conf_list *list, struct conf_rules *r)
{
	struct conf_names *names = conf_names_new(list->count, r->arena);

	for (size_t i = 0; i < list->count; i++) {
		struct conf_obj *obj = list->items[i];
		const char *name = name_of(obj);
		const struct conf_obj *earlier = name ? conf_names_add(names, name, obj) : NULL;

		if (!earlier)
			continue;
		conf_complain(r, CONF_WARNING, obj, obj->block->args,
			"there is a %s %s already, in line %u: this one is dropped",
			obj->block->name, name, earlier->pos.line);
		conf_drop(obj);
	}
	conf_list_purge(list);
	return names;
}

/* Of instances, two with the same name are an error; see schema_rules.c. */
static struct conf_names *name_instances(const struct conf_list *list, struct conf_rules *r)
{
	struct conf_names *names = conf_names_new(list->count, r->arena);

	for (size_t i = 0; i < list->count; i++) {
		struct vrrp_instance_conf *one = list->items[i];

		if (one->name)
			conf_names_add(names, one->name, one);
	}
	return names;
}

/* What `obj` refers to by its name; NULL: nothing, and it is dropped. */
static void *resolve(
	struct conf_obj *obj, struct conf_names *names, const char *what, struct conf_rules *r)
{
	const char *name = name_of(obj), *near;
	void *target = name ? conf_names_find(names, name) : NULL;

	if (target)
		return target;
	if (!name) { /* which was told already */
		conf_drop(obj);
		return NULL;
	}
	near = conf_names_nearest(names, name);
	conf_complain(r, CONF_WARNING, obj, obj->block->args,
		"there is no %s %s: this entry is ignored%s%s%s", what, name,
		near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
	conf_drop(obj);
	return NULL;
}

/* ---- entries that stand twice ---- */

static void same_entry(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct vrrp_rule_list *t = arg;
	struct conf_obj *obj = t->list->items[later];

	conf_complain(t->r, CONF_WARNING, obj, obj->block->args,
		"%s stands there twice: this one is dropped, the other is in line %u", name_of(obj),
		earlier->pos.line);
	conf_drop(obj);
}

static void drop_twins(struct conf_list *list, struct conf_rules *r)
{
	struct vrrp_rule_list twins = { list, r };

	conf_twins(list, r->arena, same_entry, &twins);
	conf_list_purge(list);
}

/* ---- trackers ---- */

#define TRACK_AT(member) ((uint32_t)offsetof(struct vrrp_track_conf, member))

static const struct conf_weight *weight_of(const struct conf_obj *target, uint32_t offset)
{
	return (const void *)((const char *)target + offset);
}

static void resolve_tracks(struct conf_list *list, struct conf_names *names,
	const struct vrrp_track_place *place, struct conf_rules *r)
{
	for (size_t i = 0; place->block && i < list->count; i++) {
		struct vrrp_track_conf *t = list->items[i];

		t->target = resolve(&t->obj, names, place->block, r);
		if (t->target && !conf_is_set(&t->obj, TRACK_AT(weight)))
			t->weight = *weight_of(t->target, place->weight);
	}
	conf_list_purge(list);
	drop_twins(list, r);
}

static void tracks_check(struct vrrp_tracks *t, const struct refs *refs)
{
	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		resolve_tracks(
			&t->lists[kind], refs->tracked[kind], &vrrp_track_places[kind], refs->r);
}

/* ---- groups ---- */

static void resolve_members(struct conf_list *list, const struct refs *refs)
{
	for (size_t i = 0; i < list->count; i++) {
		struct vrrp_member_conf *m = list->items[i];

		m->instance = resolve(&m->obj, refs->instances, "vrrp_instance", refs->r);
	}
	conf_list_purge(list);
	drop_twins(list, refs->r);
}

static void join(struct vrrp_sync_group_conf *g, struct conf_rules *r)
{
	for (size_t i = 0; i < g->members.count; i++) {
		struct vrrp_member_conf *m = g->members.items[i];
		const struct vrrp_sync_group_conf *other = m->instance->sync_group;

		if (!other) {
			m->instance->sync_group = g;
			continue;
		}
		conf_complain(r, CONF_WARNING, &m->obj, m->obj.block->args,
			"%s is in vrrp_sync_group %s already, line %u: it is left out here",
			m->name, other->name, other->obj.pos.line);
		conf_drop(&m->obj);
	}
	conf_list_purge(&g->members);
}

/* Members that own their addresses want to be active always, others do not. */
static void owners_check(const struct vrrp_sync_group_conf *g, struct conf_rules *r)
{
	size_t owners = 0;

	for (size_t i = 0; i < g->members.count; i++) {
		const struct vrrp_member_conf *m = g->members.items[i];

		owners += m->instance->priority == PRIORITY_OWNER;
	}
	if (owners && owners < g->members.count && !r->is_canonical)
		conf_complain(r, CONF_WARNING, &g->obj, NULL,
			"%zu of the %zu instances have priority 255 and the others do not: those "
			"that own their addresses wait until the others may be active, too",
			owners, g->members.count);
}

static void sync_group_check(struct vrrp_sync_group_conf *g, const struct refs *refs)
{
	resolve_members(&g->members, refs);
	join(g, refs->r);
	tracks_check(&g->tracks, refs);
	owners_check(g, refs->r);
	vrrp_members_check(g, refs->r);
	if (g->members.count == 1 && !refs->r->is_canonical)
		conf_complain(refs->r, CONF_WARNING, &g->obj, NULL,
			"there is only one instance in this vrrp_sync_group, which adds nothing");
	if (g->members.count || conf_is_faulty(&g->obj))
		return;
	conf_complain(refs->r, CONF_WARNING, &g->obj, NULL,
		"there is no instance in this vrrp_sync_group: it is dropped");
	conf_drop(&g->obj);
}

static void track_group_check(struct vrrp_track_group_conf *g, const struct refs *refs)
{
	resolve_members(&g->members, refs);
	if (g->members.count || conf_is_faulty(&g->obj))
		return;
	conf_complain(refs->r, CONF_WARNING, &g->obj, NULL,
		"there is no instance in this track_group: it is dropped");
	conf_drop(&g->obj);
}

/* ---- all of it ---- */

/* What static addresses, routes and rules have in `track_group`, a field at `offset`. */
static void statics_check(const struct conf_list *list, uint32_t offset, const struct refs *refs)
{
	for (size_t i = 0; i < list->count; i++) {
		struct conf_obj *obj = list->items[i];
		const char *name = *(const char *const *)(const void *)((const char *)obj + offset);
		const struct vrrp_track_group_conf *group =
			name ? conf_names_find(refs->groups, name) : NULL;
		const char *near;

		if (!name || (group && group->members.count))
			continue;
		near = group ? NULL : conf_names_nearest(refs->groups, name);
		vrrp_row_ignore(refs->r, obj, offset,
			"there is no track_group %s: it is ignored%s%s%s", name,
			near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
	}
}

static struct conf_list *blocks_of(struct vrrp_conf *c, const struct vrrp_track_place *place)
{
	return (void *)((char *)c + place->list);
}

void vrrp_refs_check(struct vrrp_conf *c, struct conf_rules *r)
{
	struct refs refs = {
		.c = c,
		.r = r,
		.instances = name_instances(&c->instances, r),
	};

	for (unsigned kind = 0; kind < TRACK_KIND_COUNT; kind++)
		if (vrrp_track_places[kind].block)
			refs.tracked[kind] = name_all(blocks_of(c, &vrrp_track_places[kind]), r);
	name_all(&c->sync_groups, r);
	for (size_t i = 0; i < c->instances.count; i++)
		tracks_check(&((struct vrrp_instance_conf *)c->instances.items[i])->tracks, &refs);
	for (size_t i = 0; i < c->sync_groups.count; i++)
		sync_group_check(c->sync_groups.items[i], &refs);
	conf_list_purge(&c->sync_groups);
	refs.groups = name_all(&c->track_groups, r);
	for (size_t i = 0; i < c->track_groups.count; i++)
		track_group_check(c->track_groups.items[i], &refs);
	statics_check(&c->static_addresses, offsetof(struct vrrp_vip_conf, track_group), &refs);
	statics_check(&c->static_routes, offsetof(struct vrrp_route_conf, track_group), &refs);
	statics_check(&c->static_rules, offsetof(struct vrrp_rule_conf, track_group), &refs);
	conf_list_purge(&c->track_groups);
}

/* ---- scripts ---- */

static void mark_tracked(const struct vrrp_tracks *t)
{
	const struct conf_list *scripts = &t->lists[TRACK_SCRIPT];

	for (size_t i = 0; i < scripts->count; i++) {
		const struct vrrp_track_conf *one = scripts->items[i];

		((struct vrrp_script_conf *)(uintptr_t)one->target)->is_tracked = true;
	}
}

/* keepalived never runs a script that nobody tracks. */
void vrrp_untracked_drop(struct vrrp_conf *c, struct conf_rules *r)
{
	if (conf_is_faulty(&c->obj))
		return; /* what tracks it may be what is wrong */
	for (size_t i = 0; i < c->instances.count; i++)
		mark_tracked(&((const struct vrrp_instance_conf *)c->instances.items[i])->tracks);
	for (size_t i = 0; i < c->sync_groups.count; i++)
		mark_tracked(
			&((const struct vrrp_sync_group_conf *)c->sync_groups.items[i])->tracks);
	for (size_t i = 0; i < c->scripts.count; i++) {
		struct vrrp_script_conf *s = c->scripts.items[i];

		if (s->is_tracked)
			continue;
		conf_complain(r, CONF_WARNING, &s->obj, NULL,
			"nothing tracks %s: it is never run; this vrrp_script is "
			"dropped",
			s->name);
		conf_drop(&s->obj);
	}
	conf_list_purge(&c->scripts);
}
