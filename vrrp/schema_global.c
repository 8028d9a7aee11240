/* SPDX-License-Identifier: Apache-2.0 */
/* The VRRP keywords of global_defs. */
#include <string.h>

#include "core/conf/common.h"
#include "vrrp/schema_rows.h"

static const char *const dynamic_words[] = { "allow_if_changes", NULL };
static const struct conf_words dynamics = { dynamic_words, false };
static const struct conf_name rx_policies[] = { { "MTU", VRRP_RX_BUFS_MTU },
	{ "ADVERT", VRRP_RX_BUFS_ADVERT }, { "mtu", VRRP_RX_BUFS_MTU },
	{ "advert", VRRP_RX_BUFS_ADVERT }, { NULL, 0 } };

/* clang-format off */
#define GLOBAL(member) .offset = offsetof(struct vrrp_global_conf, member)

static void global_check(struct conf_obj *obj, struct conf_rules *r);

static const struct conf_row global_rows[] = {
	{ "vrrp_version", NULL, NULL, &conf_type_u8, NULL, GLOBAL(version), 2, 3, NULL, "2", CONF_LIVE, B,
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
	{ "dynamic_interfaces", NULL, NULL, &conf_type_option, &dynamics, GLOBAL(dynamic_interfaces), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .flags = CONF_OPTIONAL_ARG, .example = "\nallow_if_changes",
	  .doc = "An interface may be missing at start or reload: its instances are in fault until it appears. Without, "
		 "a name that was never seen is taken for a mistake. An interface that goes and comes back later is followed "
		 "in any case, so allow_if_changes adds nothing." },

	{ "default_interface", NULL, NULL, &conf_type_ifname, NULL, GLOBAL(default_interface), 0, 0, NULL, "eth0", CONF_LIVE, C,
	  .doc = "The interface of static addresses that name none." },
	{ "vrrp_mcast_group4", NULL, NULL, &conf_type_addr, NULL, GLOBAL(mcast_group4), 0, 0, NULL, "224.0.0.18", CONF_RESTART, C,
	  .example = "224.0.0.18\n224.0.0.19", .doc = "The multicast group of adverts with IPv4. All nodes must have the same." },
	{ "vrrp_mcast_group6", NULL, NULL, &conf_type_addr, NULL, GLOBAL(mcast_group6), 0, 0, NULL, "ff02::12", CONF_RESTART, C,
	  .example = "ff02::12\nff02::13", .doc = "The multicast group of adverts with IPv6. All nodes must have the same." },

	{ "vrrp_garp_lower_prio_delay", NULL, NULL, &conf_type_span, NULL, GLOBAL(garp_lower_prio_delay), 0, DAY, "seconds", NULL, CONF_LIVE, C,
	  .doc = "As garp_lower_prio_delay, for all instances." },
	{ "vrrp_garp_lower_prio_repeat", NULL, NULL, &conf_type_u32, NULL, GLOBAL(garp_lower_prio_repeat), 0, INT32_MAX, NULL, NULL, CONF_LIVE, C,
	  .doc = "As garp_lower_prio_repeat, for all instances." },
	{ "vrrp_garp_interval", NULL, NULL, &conf_type_span, NULL, GLOBAL(garp_interval), 1, SECONDS(4294), "seconds", NULL, CONF_LIVE, C,
	  .doc = "The least time between two gratuitous ARPs on an interface. It makes a takeover of many addresses slower." },
	{ "vrrp_gna_interval", NULL, NULL, &conf_type_span, NULL, GLOBAL(gna_interval), 1, SECONDS(4294), "seconds", NULL, CONF_LIVE, C,
	  .doc = "The least time between two unsolicited neighbour advertisements on an interface." },
	{ "vrrp_min_garp", NULL, NULL, &conf_type_flag, NULL, GLOBAL(min_garp), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "One gratuitous ARP for each address and no second burst, where garp_master_repeat and garp_master_delay are not written." },
	{ "vrrp_garp_extra_if", NULL, "vrrp_vmac_garp_intvl", &vrrp_type_extra_garp, NULL, GLOBAL(garp_extra_if), SECONDS(1), DAY, "seconds", NULL, CONF_LIVE, C,
	  .doc = "As garp_extra_if, for all instances." },

	{ "vrrp_lower_prio_no_advert", NULL, NULL, &conf_type_flag, NULL, GLOBAL(lower_prio_no_advert), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As lower_prio_no_advert, for all instances." },
	{ "vrrp_higher_prio_send_advert", NULL, NULL, &conf_type_flag, NULL, GLOBAL(higher_prio_send_advert), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As higher_prio_send_advert, for all instances." },
	{ "vrrp_owner_ignore_adverts", NULL, NULL, &conf_type_flag, NULL, GLOBAL(owner_ignore_adverts), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As owner_ignore_adverts, for all instances." },
	{ "v3_checksum_as_v2", NULL, NULL, &conf_type_flag, NULL, GLOBAL(v3_checksum_as_v2), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As v3_checksum_as_v2 of an instance, for all of them." },
	{ "vrrp_check_unicast_src", NULL, NULL, &conf_type_flag, NULL, GLOBAL(check_unicast_src), 0, 0, NULL, "on", CONF_LIVE, C,
	  .doc = "As check_unicast_src, for all instances." },
	{ "vrrp_skip_check_adv_addr", NULL, NULL, &conf_type_flag, NULL, GLOBAL(skip_check_adv_addr), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "As skip_check_adv_addr, for all instances." },
	{ "vrrp_strict", NULL, NULL, &conf_type_flag, NULL, GLOBAL(strict), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "As strict_mode, for all instances." },
	{ "vrrp_notify_priority_changes", NULL, NULL, &conf_type_flag, NULL, GLOBAL(notify_priority_changes), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As notify_priority_changes, for all instances." },
	{ "vrrp_startup_delay", NULL, NULL, &conf_type_span, NULL, GLOBAL(startup_delay), 1000, SECONDS(4294), "seconds", NULL, CONF_LIVE, C,
	  .doc = "For so long after the start instances wait and hear no adverts. Not after a restart of the vrrp process alone." },
	{ "vrrp_delay_after_boot", NULL, NULL, &conf_type_span, NULL, GLOBAL(delay_after_boot), 1000, SECONDS(4294967), "seconds", NULL, CONF_LIVE, C,
	  .doc = "Instances wait until the machine has been up for so long; of this and vrrp_startup_delay the longer counts." },
	{ "vrrp_link_silence", NULL, NULL, &conf_type_span, NULL, GLOBAL(link_silence), 0, SECONDS(600), "seconds", "30", CONF_LIVE, C,
	  .flags = CONF_OWN, .doc = "An instance that starts, or whose link comes back, does not become active while its interface has received nothing at all, for so long at most: "
		 "a switch port that does not forward yet looks like a peer that is gone. After the first packet, whoever sent it, a peer has two advert_int to be heard. 0 = do not wait." },

	{ "vrrp_iptables", NULL, NULL, &vrrp_type_words, NULL, GLOBAL(iptables), 0, 2, NULL, NULL, CONF_LIVE, C, .state = CONF_OBSOLETE,
	  .flags = CONF_OPTIONAL_ARG, .instead = "the rules are made with nftables: see nftables", .example = "\nkeepd_in\nkeepd_in keepd_out", .doc = "The chains for the rules of no_accept and of vmac interfaces: for packets that come in and, if there is a second, that go out. Without a name INPUT and OUTPUT." },
	{ "vrrp_ipsets", NULL, NULL, &vrrp_type_words, NULL, GLOBAL(ipsets), 0, 6, NULL, NULL, CONF_LIVE, C, .state = CONF_OBSOLETE,
	  .flags = CONF_OPTIONAL_ARG, .instead = "the rules are made with nftables: see nftables", .example = "\nset4 set6 set6if\na b c d e f", .doc = "The names of the sets that those rules use: IPv4, IPv6, IPv6 with interface, IGMP, MLD, neighbour discovery. Without a name no sets are used." },
	{ "nftables", NULL, NULL, &vrrp_type_optional, "keepalived", GLOBAL(nftables), 0, 0, NULL, "keepd", CONF_LIVE, C,
	  .flags = CONF_OPTIONAL_ARG, .doc = "The name of the nftables table, family inet, for the rules of no_accept. It exists only while it is needed and belongs to keepd as a whole, which knows it by its comment; a table of somebody else with that name is not touched." },
	{ "nftables_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(nftables_priority), 0, 0, NULL, "-1", CONF_LIVE, C,
	  .doc = "The priority of the chain of that table, at the hook input." },
	{ "nftables_ifindex", NULL, NULL, &conf_type_flag, NULL, GLOBAL(nftables_ifindex), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Sets of IPv6 link-local addresses have the number of the interface and not its name." },
	{ "nftables_counters", NULL, NULL, &conf_type_flag, NULL, GLOBAL(nftables_counters), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The rules count the packets that they drop." },
	{ "disable_local_igmp", NULL, NULL, &conf_type_flag, NULL, GLOBAL(disable_local_igmp), 0, 0, NULL, NULL, CONF_LIVE, C, .state = CONF_OBSOLETE,
	  .instead = "set net.ipv4.igmp_link_local_mcast_reports to 0 for the whole host: it is no matter of one program",
	  .doc = "The kernel sends no IGMP reports for link-local groups, which some switches do not like." },
	{ "log_unknown_vrids", NULL, NULL, &conf_type_flag, NULL, GLOBAL(log_unknown_vrids), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The first advert of each virtual router that is not configured is logged, with its sender." },
	{ "vmac_prefix", NULL, NULL, &conf_type_string, NULL, GLOBAL(vmac_prefix), 0, 0, NULL, "vrrp", CONF_LIVE, C,
	  .example = "vrrp\nvm", .doc = "How names of vmac interfaces begin that use_vmac does not name: vrrp.51 is that of virtual_router_id 51, or vrrp1.51 if there is such an interface, and so on." },
	{ "vmac_addr_prefix", NULL, NULL, &conf_type_string, NULL, GLOBAL(vmac_addr_prefix), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .example = "vaddr", .doc = "How names of vmac interfaces of single addresses begin; the default is vmac_prefix." },

	{ "smtp_alert", NULL, NULL, &conf_type_flag, NULL, GLOBAL(smtp_alert), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .doc = "Whether mail is sent about instances, groups and servers that do not say so themselves; else about real servers only." },
	{ "smtp_alert_vrrp", NULL, NULL, &conf_type_flag, NULL, GLOBAL(smtp_alert_vrrp), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "As smtp_alert, for instances and groups; where both are written, this counts for them." },
	{ "no_email_faults", NULL, NULL, &conf_type_flag, NULL, GLOBAL(no_email_faults), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "No mail about faults." },

	{ "vrrp_process_name", NULL, NULL, &conf_type_process, NULL, GLOBAL(process_name), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .example = "keepd_vrrp", .doc = "The name of the vrrp process, at most 15 characters; else keepd-vrrp." },
	{ "vrrp_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(priority), -20, 19, NULL, "0", CONF_LIVE, C,
	  .doc = "The nice value of the vrrp process." },
	{ "vrrp_rt_priority", NULL, NULL, &conf_type_i32, NULL, GLOBAL(rt_priority), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The priority of the vrrp process in real time, 1 to 99; else 2." },
	{ "vrrp_rlimit_rttime", NULL, "vrrp_rlimit_rtime", &conf_type_u32, NULL, GLOBAL(rlimit_rttime_us), 1, UINT32_MAX, "microseconds", "10000", CONF_RESTART_ROLE, C, .state = CONF_LATER_OK,
	  .doc = "For how long the vrrp process may run in real time without a pause, at least 2 microseconds." },
	{ "vrrp_no_swap", NULL, NULL, &conf_type_flag, NULL, GLOBAL(no_swap), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The memory of the vrrp process is never swapped out. It never is." },
	{ "vrrp_cpu_affinity", NULL, NULL, &conf_type_ranges, NULL, GLOBAL(cpu_affinity), 0, 4095, NULL, NULL, CONF_LIVE, C,
	  .doc = "The processors on which the vrrp process may run." },
	{ "vrrp_rx_bufs_policy", NULL, NULL, &conf_type_named, rx_policies, GLOBAL(rx_bufs_policy), 0, INT32_MAX, "bytes", NULL, CONF_RESTART, C,
	  .doc = "The size of receive buffers: by the MTU of the interface, by the size of an advert, or in bytes." },
	{ "vrrp_rx_bufs_multiplier", NULL, NULL, &conf_type_u32, NULL, GLOBAL(rx_bufs_multiplier), 1, INT32_MAX, NULL, "3", CONF_RESTART, C,
	  .doc = "So many packets of that size have room." },
	{ "vrrp_netlink_cmd_rcv_bufs", NULL, NULL, &conf_type_u32, NULL, GLOBAL(netlink_cmd_rcv_bufs), 0, INT32_MAX, "bytes", NULL, CONF_RESTART_ROLE, C,
	  .doc = "The receive buffer of the netlink socket from which answers of the kernel are read." },
	{ "vrrp_netlink_cmd_rcv_bufs_force", NULL, NULL, &conf_type_flag, NULL, GLOBAL(netlink_cmd_rcv_bufs_force), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C,
	  .doc = "Also beyond the limit the system has for it." },
	{ "vrrp_netlink_monitor_rcv_bufs", NULL, NULL, &conf_type_u32, NULL, GLOBAL(netlink_monitor_rcv_bufs), 0, INT32_MAX, "bytes", NULL, CONF_RESTART_ROLE, C,
	  .doc = "The receive buffer of the netlink socket from which news of the kernel are read; 4 MiB if it is not written. What does not fit is made good by reading everything." },
	{ "vrrp_netlink_monitor_rcv_bufs_force", NULL, NULL, &conf_type_flag, NULL, GLOBAL(netlink_monitor_rcv_bufs_force), 0, 0, NULL, NULL, CONF_RESTART_ROLE, C,
	  .doc = "Also beyond the limit the system has for it." },
};

const struct conf_block vrrp_global_block = {
	"global_defs", sizeof(struct vrrp_global_conf), NULL, 0,
	global_rows, sizeof(global_rows) / sizeof(*global_rows), false, global_check, NULL,
};
/* clang-format on */

/* ---- rules ---- */

#define AT(member) ((uint32_t)offsetof(struct vrrp_global_conf, member))

static void group_check(struct conf_obj *obj, struct conf_rules *r, const struct addr *group,
	uint32_t offset, uint16_t family)
{
	if (group->family != family || !addr_is_multicast(group))
		ERROR(offset, "this is no multicast address of IPv%d", family == AF_INET ? 4 : 6);
}

static void process_rules(struct conf_obj *obj, struct vrrp_global_conf *g, struct conf_rules *r)
{
	conf_rt_priority_check(r, obj, AT(rt_priority), &g->rt_priority);
	if (g->rlimit_rttime_us < 2) {
		g->rlimit_rttime_us = 2;
		conf_repaired(obj, AT(rlimit_rttime_us));
		WARN(AT(rlimit_rttime_us), "1 microsecond is too little; 2 is taken");
	}
}

static void global_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_global_conf *g = (struct vrrp_global_conf *)obj;

	vrrp_at_least_one(obj, r, &g->garp_master_repeat, AT(garp_master_repeat));
	vrrp_at_least_one(obj, r, &g->garp_master_refresh_repeat, AT(garp_master_refresh_repeat));
	group_check(obj, r, &g->mcast_group4, AT(mcast_group4), AF_INET);
	group_check(obj, r, &g->mcast_group6, AT(mcast_group6), AF_INET6);
	if (!r->is_canonical && addr_is_multicast(&g->mcast_group6) &&
		(g->mcast_group6.bytes[1] & 0xf) != 2)
		WARN(AT(mcast_group6), "this is not a link-local group (ff_2:): its adverts may be "
				       "routed");
	process_rules(obj, g, r);
}
