/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VRRP keywords of the outermost level. Those of global_defs are in schema_global.c, those of
 * instances in schema_instance.c, trackers in schema_track.c, groups in schema_group.c. Rules
 * inside an instance are in schema_check.c and schema_peer.c, those between objects in
 * schema_rules.c, schema_refs.c and schema_weight.c.
 */
#include "vrrp/schema_rows.h"

/* clang-format off */
#define ROOT(member) .offset = offsetof(struct vrrp_conf, member)

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &vrrp_global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns all instances." },
	{ "vrrp_instance", NULL, NULL, &conf_type_block, &vrrp_instance_block, ROOT(instances), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "A virtual router." },
	{ "vrrp_sync_group", NULL, NULL, &conf_type_block, &vrrp_sync_group_block, ROOT(sync_groups), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "Instances that change their state together." },
	{ "vrrp_script", NULL, NULL, &conf_type_block, &vrrp_script_block, ROOT(scripts), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "A command that is run again and again; track_script refers to it." },
	CONF_PROCESS_ROW(ROOT(processes)),
	CONF_TRACK_FILE_ROW(ROOT(track_files)),
	CONF_BFD_ROW(ROOT(bfds)),
	VRRP_PING_ROW(ROOT(pings)),
	VRRP_TCP_ROW(ROOT(tcps)),
	{ "track_group", NULL, NULL, &conf_type_block, &vrrp_track_group_block, ROOT(track_groups), .scope = CONF_LIVE, .tier = C,
	  .flags = CONF_REPEATS, .doc = "Instances that are in fault while a static address, route or rule with this track_group is missing." },
	{ "garp_group", NULL, NULL, &conf_type_block, &vrrp_garp_group_block, ROOT(garp_groups), .scope = CONF_LIVE, .tier = C,
	  .flags = CONF_REPEATS, .doc = "How fast announcements may be sent on interfaces." },
	OBSOLETE("linkbeat_interfaces", NO_POLLING),
	OBSOLETE("linkbeat_use_polling", NO_POLLING),
	{ "interface_up_down_delays", NULL, NULL, &conf_type_lines, &vrrp_link_delay_block, ROOT(link_delays), .scope = CONF_LIVE, .tier = C,
	  .doc = "Interfaces, one on each line, of which short changes of the state do not count." },
	{ "static_ipaddress", NULL, NULL, &conf_type_lines, &vrrp_static_address_block, ROOT(static_addresses), 0, 0, NULL, NULL,
	  CONF_LIVE, B, .doc = "Addresses this node always has." },
	{ "static_routes", NULL, NULL, &conf_type_lines, &vrrp_static_route_block, ROOT(static_routes), 0, 0, NULL, NULL,
	  CONF_LIVE, B, .example = "198.51.100.0/24 via 192.0.2.254", .doc = "Routes this node always has." },
	{ "static_rules", NULL, NULL, &conf_type_lines, &vrrp_static_rule_block, ROOT(static_rules), 0, 0, NULL, NULL,
	  CONF_LIVE, C, .example = "from 198.51.100.0/24 table 100 preference 1000",
	  .doc = "Policy rules this node always has." },
};

static const struct conf_block root_block = {
	"vrrp", sizeof(struct vrrp_conf), NULL, 0,
	root_rows, sizeof(root_rows) / sizeof(*root_rows), false, NULL, NULL,
};
/* clang-format on */

static bool is_empty(const struct conf_obj *root)
{
	const struct vrrp_conf *c = (const struct vrrp_conf *)root;

	return !c->instances.count && !c->bfds.count && !c->static_addresses.count &&
	       !c->static_routes.count && !c->static_rules.count;
}

const struct conf_section vrrp_section = {
	.name = "vrrp",
	.root = &root_block,
	.check = vrrp_section_check,
	.is_empty = is_empty,
};
