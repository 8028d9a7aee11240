/* SPDX-License-Identifier: Apache-2.0 */
/* The VRRP keywords of global_defs. */
#include "vrrp/schema_rows.h"

/* clang-format off */
#define GLOBAL(member) .offset = offsetof(struct vrrp_global_conf, member)

static void global_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row global_rows[] = {
	{ "vrrp_version", NULL, NULL, &conf_type_u8, NULL, GLOBAL(version), 2, 3, NULL, "2", CONF_RESTART, B,
	  .doc = "The version of the protocol for all instances." },
	{ "vrrp_garp_master_delay", NULL, NULL, &conf_type_span, NULL, GLOBAL(garp_master_delay), 0, DAY, "seconds", "5", CONF_LIVE, B,
	  .doc = "As garp_master_delay, for all instances." },
	{ "vrrp_garp_master_repeat", NULL, NULL, &conf_type_u32, NULL, GLOBAL(garp_master_repeat), 0, INT32_MAX, NULL, "5", CONF_LIVE, B,
	  .doc = "As garp_master_repeat, for all instances." },
	{ "vrrp_garp_master_refresh", NULL, NULL, &conf_type_span, NULL, GLOBAL(garp_master_refresh), 0, DAY, "seconds", "0", CONF_LIVE, B,
	  .doc = "As garp_master_refresh, for all instances." },
	{ "vrrp_garp_master_refresh_repeat", NULL, NULL, &conf_type_u32, NULL, GLOBAL(garp_master_refresh_repeat), 0, INT32_MAX, NULL, "1", CONF_LIVE, B,
	  .doc = "As garp_master_refresh_repeat, for all instances." },
	{ "vrrp_down_timer_adverts", NULL, NULL, &conf_type_u32, NULL, GLOBAL(down_timer_adverts), 1, 100, NULL, "3", CONF_LIVE, C,
	  .doc = "As down_timer_adverts, for all instances." },
	{ "dynamic_interfaces", NULL, NULL, &conf_type_flag, NULL, GLOBAL(dynamic_interfaces), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "An interface may be missing at start or reload: its instances are in fault until it appears. Without, "
		 "a name that was never seen is taken for a mistake. An interface that goes and comes back later is followed "
		 "in any case." },

	LATER("default_interface", C, "name the interface with dev"),
	LATER("vrrp_mcast_group4", C, NULL),
	LATER("vrrp_mcast_group6", C, NULL),
	LATER("vrrp_lower_prio_no_advert", C, NULL),
	LATER("vrrp_higher_prio_send_advert", C, NULL),
	LATER("vrrp_owner_ignore_adverts", C, NULL),
	LATER("v3_checksum_as_v2", C, NULL),
	LATER("vrrp_check_unicast_src", C, NULL),
	LATER("vrrp_strict", B, NULL),
	LATER("vrrp_startup_delay", C, NULL),
	LATER("vrrp_delay_after_boot", C, NULL),
	LATER("vrrp_iptables", C, NULL),
	LATER("vrrp_ipsets", C, NULL),
	LATER("nftables", C, NULL),
	LATER_OK("nftables_priority", C, NULL),
	LATER_OK("nftables_ifindex", C, NULL),
	LATER_OK("nftables_counters", C, NULL),
	LATER_OK("vrrp_skip_check_adv_addr", B, "an advert with other addresses is accepted anyway"),
	LATER_OK("vrrp_garp_lower_prio_delay", C, NULL),
	LATER_OK("vrrp_garp_lower_prio_repeat", C, NULL),
	LATER_OK("vrrp_garp_interval", C, NULL),
	LATER_OK("vrrp_gna_interval", C, NULL),
	LATER_OK("vrrp_min_garp", C, NULL),
	LATER_OK("vrrp_garp_extra_if", C, NULL),
	LATER_OK("vrrp_vmac_garp_intvl", D, NULL),
	LATER_OK("vrrp_notify_priority_changes", C, NULL),
	LATER_OK("disable_local_igmp", C, NULL),
	LATER_OK("log_unknown_vrids", C, NULL),
	LATER_OK("vmac_prefix", C, NULL),
	LATER_OK("vmac_addr_prefix", C, NULL),
	LATER_OK("vrrp_priority", C, NULL),
	LATER_OK("vrrp_no_swap", C, "the vrrp process never swaps"),
	LATER_OK("vrrp_rt_priority", C, "the vrrp process runs in real time"),
	LATER_OK("vrrp_rlimit_rttime", C, NULL),
	LATER_OK("vrrp_rlimit_rtime", D, NULL),
	LATER_OK("vrrp_cpu_affinity", C, NULL),
	LATER_OK("vrrp_rx_bufs_policy", C, NULL),
	LATER_OK("vrrp_rx_bufs_multiplier", C, NULL),
	LATER_OK("vrrp_netlink_cmd_rcv_bufs", C, NULL),
	LATER_OK("vrrp_netlink_cmd_rcv_bufs_force", C, NULL),
	LATER_OK("vrrp_netlink_monitor_rcv_bufs", C, NULL),
	LATER_OK("vrrp_netlink_monitor_rcv_bufs_force", C, NULL),
	LATER("vrrp_notify_fifo", B, NULL),
	LATER("vrrp_notify_fifo_script", B, NULL),
	LATER_OK("fifo_write_vrrp_states_on_reload", C, NULL),
	LATER_OK("vrrp_process_name", C, NULL),
};

const struct conf_block vrrp_global_block = {
	"global_defs", sizeof(struct vrrp_global_conf), NULL, 0,
	global_rows, sizeof(global_rows) / sizeof(*global_rows), false, global_check, NULL,
};
/* clang-format on */

static void global_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_global_conf *g = (struct vrrp_global_conf *)obj;

	if (g->version == 3)
		ERROR((uint32_t)offsetof(struct vrrp_global_conf, version),
			"VRRP version 3 is not supported yet");
	vrrp_at_least_one(obj, r, &g->garp_master_repeat,
		offsetof(struct vrrp_global_conf, garp_master_repeat));
	vrrp_at_least_one(obj, r, &g->garp_master_refresh_repeat,
		offsetof(struct vrrp_global_conf, garp_master_refresh_repeat));
}
