/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VRRP keywords of the outermost level. Those of global_defs are in schema_global.c, those of
 * instances in schema_instance.c; the rules are in schema_check.c and schema_rules.c.
 */
#include "vrrp/schema_rows.h"

/* clang-format off */
#define ROOT(member) .offset = offsetof(struct vrrp_conf, member)

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &vrrp_global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns all instances." },
	{ "vrrp_instance", NULL, NULL, &conf_type_block, &vrrp_instance_block, ROOT(instances), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "A virtual router." },
	LATER("vrrp_sync_group", A, NULL),
	LATER("vrrp_script", A, NULL),
	LATER("vrrp_track_process", B, NULL),
	LATER("track_file", B, NULL),
	LATER("vrrp_track_file", D, NULL),
	LATER("track_group", C, NULL),
	LATER("bfd_instance", B, NULL),
	{ "static_ipaddress", NULL, NULL, &conf_type_lines, &vrrp_static_address_block, ROOT(static_addresses), 0, 0, NULL, NULL,
	  CONF_LIVE, B, CONF_LATER, .doc = "Addresses this node always has." },
	LATER("static_routes", B, NULL),
	LATER("static_rules", C, NULL),
	LATER_OK("garp_group", C, NULL),
	LATER("linkbeat_interfaces", C, NULL),
	LATER("linkbeat_use_polling", C, NULL),
	LATER("interface_up_down_delays", C, NULL),
};

static const struct conf_block root_block = {
	"vrrp", sizeof(struct vrrp_conf), NULL, 0,
	root_rows, sizeof(root_rows) / sizeof(*root_rows), false, NULL, NULL,
};
/* clang-format on */

static bool is_empty(const struct conf_obj *root)
{
	return !((const struct vrrp_conf *)root)->instances.count;
}

const struct conf_section vrrp_section = {
	.name = "vrrp",
	.root = &root_block,
	.check = vrrp_section_check,
	.is_empty = is_empty,
};
