/* SPDX-License-Identifier: Apache-2.0 */
/* Groups: instances that go together, or fail together, and interfaces that share a budget. */
#include "core/conf/names.h"
#include "vrrp/schema_iproute_rules.h"
#include "vrrp/schema_rows.h"

/* clang-format off */
#define SYNC(member)   .offset = offsetof(struct vrrp_sync_group_conf, member)
#define GROUP(member)  .offset = offsetof(struct vrrp_track_group_conf, member)
#define MEMBER(member) .offset = offsetof(struct vrrp_member_conf, member)
#define GARP(member)   .offset = offsetof(struct vrrp_garp_group_conf, member)
#define IF(member)     .offset = offsetof(struct vrrp_interface_conf, member)

/* ---- names of instances and of interfaces ---- */

static const struct conf_row member_args[] = {
	{ "INSTANCE", NULL, NULL, &conf_type_string, NULL, MEMBER(name), .scope = CONF_LIVE, .tier = A, .flags = CONF_KEY,
	  .example = "one\n\"two words\"", .doc = "The name of a vrrp_instance." },
};

static const struct conf_block member_block = {
	"group", sizeof(struct vrrp_member_conf), member_args, 1, NULL, 0, true, NULL, NULL,
};

static const struct conf_row interface_args[] = {
	{ "INTERFACE", NULL, NULL, &conf_type_ifname, NULL, IF(name), .scope = CONF_LIVE, .tier = C, .flags = CONF_KEY,
	  .doc = "The interface." },
};

static const struct conf_block interface_block = {
	"interfaces", sizeof(struct vrrp_interface_conf), interface_args, 1, NULL, 0, true, NULL, NULL,
};

/* ---- vrrp_sync_group ---- */

static const struct conf_row sync_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, SYNC(name), .flags = CONF_KEY,
	  .doc = "The name of the group, for logs and scripts." },
};

static const struct conf_row sync_rows[] = {
	{ "group", NULL, NULL, &conf_type_lines, &member_block, SYNC(members), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_REQUIRED | CONF_STRAYS, .doc = "The names of the instances. An instance may be in one group only." },
	TRACK_ROWS(SYNC, ", for all members", B, CONF_WORKS),
	{ "notify_master", NULL, NULL, &conf_type_script, NULL, SYNC(notify_master), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the group becomes active." },
	{ "notify_backup", NULL, NULL, &conf_type_script, NULL, SYNC(notify_backup), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the group becomes backup." },
	{ "notify_fault", NULL, NULL, &conf_type_script, NULL, SYNC(notify_fault), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the group fails, which it does if one member does." },
	{ "notify_stop", NULL, NULL, &conf_type_script, NULL, SYNC(notify_stop), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run when the group stops." },
	{ "notify", NULL, NULL, &conf_type_script, NULL, SYNC(notify), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Run at each of these, with four more arguments: GROUP, name, state, 0." },
	{ "smtp_alert", NULL, NULL, &conf_type_flag, NULL, SYNC(smtp_alert), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .flags = CONF_INHERIT, .doc = "A mail at each change of the state of the group." },
	{ "notify_priority_changes", NULL, NULL, &conf_type_flag, NULL, SYNC(notify_priority_changes), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "Changes of the priority of members are written to the pipes of notify_fifo." },
	{ "sync_group_tracking_weight", NULL, "global_tracking", &conf_type_flag, NULL, SYNC(sync_group_tracking_weight), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Members may have trackers with a weight of their own. Without, such weights are dropped, because the priorities of members must not drift apart." },
};

const struct conf_block vrrp_sync_group_block = {
	"vrrp_sync_group", sizeof(struct vrrp_sync_group_conf), sync_args, 1, sync_rows, COUNT_OF(sync_rows), false, NULL,
	"Instances that change their state together.",
};

/* ---- track_group ---- */

static const struct conf_row group_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, GROUP(name), .flags = CONF_KEY,
	  .doc = "The name by which track_group of static addresses, routes and rules refers to it." },
};

static const struct conf_row group_rows[] = {
	{ "group", NULL, NULL, &conf_type_lines, &member_block, GROUP(members), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_REQUIRED, .doc = "The names of the instances." },
};

const struct conf_block vrrp_track_group_block = {
	"track_group", sizeof(struct vrrp_track_group_conf), group_args, 1, group_rows, COUNT_OF(group_rows), false, NULL,
	"Instances that are in fault while a static address, route or rule of theirs is missing.",
};

/* ---- garp_group ---- */

static const struct conf_row garp_rows[] = {
	{ "garp_interval", NULL, NULL, &conf_type_span, NULL, GARP(garp_interval), 0, SECONDS(4294), "seconds", NULL, CONF_LIVE, C,
	  .doc = "The least time between two gratuitous ARPs." },
	{ "gna_interval", NULL, NULL, &conf_type_span, NULL, GARP(gna_interval), 0, SECONDS(4294), "seconds", NULL, CONF_LIVE, C,
	  .doc = "The least time between two unsolicited neighbour advertisements." },
	{ "interface", NULL, NULL, &conf_type_ifname, NULL, GARP(interface), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The interface for which that is." },
	{ "interfaces", NULL, NULL, &conf_type_lines, &interface_block, GARP(interfaces), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The interfaces for which that is, all together." },
};

const struct conf_block vrrp_garp_group_block = {
	"garp_group", sizeof(struct vrrp_garp_group_conf), NULL, 0, garp_rows, COUNT_OF(garp_rows), false, NULL,
	"How fast announcements may be sent, so that switches keep up.",
};
/* clang-format on */

/* ---- rules ---- */

#define GARP_AT(member) ((uint32_t)offsetof(struct vrrp_garp_group_conf, member))

static void taken(struct conf_rules *r, const struct conf_obj *obj, const struct conf_row *row,
	const char *name, const struct conf_obj *earlier)
{
	conf_complain(r, CONF_WARNING, obj, row,
		"%s is in the garp_group of line %u already: it is left out here", name,
		earlier->pos.line);
}

static void interfaces_check(
	struct vrrp_garp_group_conf *g, struct conf_names *names, struct conf_rules *r)
{
	const struct conf_obj *earlier;

	if (g->interface && (earlier = conf_names_add(names, g->interface, &g->obj))) {
		taken(r, &g->obj, conf_row_at(g->obj.block, GARP_AT(interface)), g->interface,
			earlier);
		vrrp_row_forget(&g->obj, GARP_AT(interface));
	}
	for (size_t n = 0; n < g->interfaces.count; n++) {
		struct vrrp_interface_conf *one = g->interfaces.items[n];

		earlier = one->name ? conf_names_add(names, one->name, &g->obj) : NULL;
		if (!earlier)
			continue;
		taken(r, &one->obj, one->obj.block->args, one->name, earlier);
		conf_drop(&one->obj);
	}
	conf_list_purge(&g->interfaces);
}

static const char *garp_obstacle(const struct vrrp_garp_group_conf *g)
{
	if (!g->garp_interval.us && !g->gna_interval.us)
		return "neither garp_interval nor gna_interval";
	if (!g->interface && !g->interfaces.count)
		return "no interface";
	return NULL;
}

void vrrp_garp_groups_check(struct vrrp_conf *c, struct conf_rules *r)
{
	struct conf_names *names;
	size_t count = 0;

	for (size_t n = 0; n < c->garp_groups.count; n++)
		count += 1 + ((const struct vrrp_garp_group_conf *)c->garp_groups.items[n])
				     ->interfaces.count;
	names = conf_names_new(count, r->arena);
	for (size_t n = 0; n < c->garp_groups.count; n++) {
		struct vrrp_garp_group_conf *g = c->garp_groups.items[n];
		const char *why;

		interfaces_check(g, names, r);
		why = garp_obstacle(g);
		if (!why || conf_is_faulty(&g->obj))
			continue;
		conf_complain(r, CONF_WARNING, &g->obj, NULL,
			"there is %s in this garp_group: it is dropped", why);
		conf_drop(&g->obj);
	}
	conf_list_purge(&c->garp_groups);
}
