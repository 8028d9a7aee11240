/* SPDX-License-Identifier: Apache-2.0 */
/* The keywords of a virtual router: vrrp_instance and what stands in it. */
#include "vrrp/schema_rows.h"

static const char *const state_words[] = { "BACKUP", "MASTER", NULL };
static const struct conf_words states = { state_words, false };
static const struct conf_name scopes[] = { { "global", 0 }, { "site", 200 }, { "link", 253 },
	{ "host", 254 }, { "nowhere", 255 }, { NULL, 0 } };

/* clang-format off */
#define VIP(member) .offset = offsetof(struct vrrp_vip_conf, member)
#define INST(member) .offset = offsetof(struct vrrp_instance_conf, member)

/* ---- virtual_ipaddress: ADDR[/LEN] [option value]... ---- */

static const struct conf_row vip_args[] = {
	{ "address", NULL, NULL, &conf_type_prefix, NULL, VIP(prefix), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "The address; the prefix length is 32 if it is not written." },
};

static const struct conf_row vip_rows[] = {
	{ "dev", NULL, NULL, &conf_type_ifname, NULL, VIP(dev), .scope = CONF_RESTART, .flags = CONF_KEY,
	  .doc = "The interface the address is put on; else that of the instance." },
	{ "label", NULL, NULL, &conf_type_ifname, NULL, VIP(label), .scope = CONF_RESTART,
	  .doc = "The label of the address, as ip address shows it." },
	{ "scope", NULL, NULL, &conf_type_named, scopes, VIP(scope), 0, 255, NULL, "global", CONF_RESTART, B,
	  .doc = "The scope of the address." },
	LATER("brd", B, "leave it out: the kernel needs none"),
	LATER("broadcast", B, "leave it out: the kernel needs none"),
	LATER("peer", C, NULL),
	LATER("preferred_lft", C, NULL),
	LATER("home", C, NULL),
	LATER("-nodad", C, NULL),
	LATER("mngtmpaddr", C, NULL),
	LATER("noprefixroute", C, NULL),
	LATER("autojoin", C, NULL),
	LATER("no_track", C, NULL),
	LATER("use_vmac", C, NULL),
	LATER("track_group", C, NULL),
};

const struct conf_block vrrp_vip_block = {
	"virtual_ipaddress", sizeof(struct vrrp_vip_conf), vip_args, 1,
	vip_rows, sizeof(vip_rows) / sizeof(*vip_rows), true, NULL,
	"The addresses that move, one on each line.",
};

/* ---- vrrp_instance ---- */

static const struct conf_row instance_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, INST(name),
	  .doc = "The name of the instance, for logs and scripts." },
};

static const struct conf_row instance_rows[] = {
	{ "state", NULL, NULL, &conf_type_enum, &states, INST(state), 0, 0, NULL, "BACKUP", CONF_LIVE, A,
	  .doc = "What the instance wants to be at the start. It listens for a full down interval either way, unless its priority is 255." },
	{ "interface", NULL, NULL, &conf_type_ifname, NULL, INST(interface), 0, 0, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_KEY | CONF_REQUIRED,
	  .doc = "The interface on which adverts are sent and received." },
	{ "virtual_router_id", NULL, NULL, &conf_type_u8, NULL, INST(vrid), 1, 255, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_KEY | CONF_REQUIRED,
	  .doc = "The number of the virtual router, the same on all its nodes." },
	{ "priority", NULL, NULL, &conf_type_u8, NULL, INST(priority), 1, 255, NULL, "100", CONF_LIVE, A,
	  .doc = "The higher wins. 255 is for the node that owns the addresses by itself." },
	{ "advert_int", NULL, NULL, &conf_type_span, NULL, INST(advert_int), 10000, SECONDS(255), "seconds", "1", CONF_LIVE, A,
	  .doc = "The time between two adverts, the same on all nodes. Version 2 knows whole seconds only." },
	{ "version", NULL, NULL, &conf_type_u8, NULL, INST(version), 2, 3, NULL, "2", CONF_RESTART, B,
	  .flags = CONF_INHERIT,
	  .doc = "The version of the protocol." },
	{ "nopreempt", NULL, NULL, &conf_type_flag, NULL, INST(nopreempt), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Never take over from an active router of lower priority." },
	{ "preempt", NULL, NULL, &conf_type_flag, NULL, INST(preempt), 0, 0, NULL, NULL, CONF_LIVE, D,
	  .doc = "Undoes nopreempt; the default." },
	{ "mcast_src_ip", NULL, NULL, &conf_type_addr, NULL, INST(mcast_src_ip), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "The source address of adverts; else the first address of the interface." },
	{ "virtual_ipaddress", NULL, NULL, &conf_type_lines, &vrrp_vip_block, INST(vips), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "The addresses that move." },
	{ "garp_master_delay", NULL, NULL, &conf_type_span, NULL, INST(garp_master_delay), 0, DAY, "seconds", "5", CONF_LIVE, B,
	  .flags = CONF_INHERIT, .doc = "When gratuitous ARP is sent a second time after a takeover; 0 = never." },
	{ "garp_master_repeat", NULL, NULL, &conf_type_u32, NULL, INST(garp_master_repeat), 0, INT32_MAX, NULL, "5", CONF_LIVE, B,
	  .flags = CONF_INHERIT, .doc = "How many gratuitous ARPs for each address at a time." },
	{ "garp_master_refresh", NULL, NULL, &conf_type_span, NULL, INST(garp_master_refresh), 0, DAY, "seconds", "0", CONF_LIVE, B,
	  .flags = CONF_INHERIT, .doc = "How often gratuitous ARP is repeated while active; 0 = not." },
	{ "garp_master_refresh_repeat", NULL, NULL, &conf_type_u32, NULL, INST(garp_master_refresh_repeat), 0, INT32_MAX, NULL, "1", CONF_LIVE, B,
	  .flags = CONF_INHERIT, .doc = "How many gratuitous ARPs at each such time." },
	{ "down_timer_adverts", NULL, NULL, &conf_type_u32, NULL, INST(down_timer_adverts), 1, 100, NULL, "3", CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "After how many missing adverts (and the skew) a backup takes over." },
	{ "notify_master", NULL, NULL, &conf_type_script, NULL, INST(notify_master), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Run when the instance becomes active." },
	{ "notify_backup", NULL, NULL, &conf_type_script, NULL, INST(notify_backup), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Run when the instance becomes backup." },
	{ "notify_fault", NULL, NULL, &conf_type_script, NULL, INST(notify_fault), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Run when the instance fails, as with its interface down." },
	{ "notify_stop", NULL, NULL, &conf_type_script, NULL, INST(notify_stop), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Run when the instance stops." },
	{ "notify", NULL, NULL, &conf_type_script, NULL, INST(notify), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Run at each of these, with four more arguments: INSTANCE, name, state, priority." },

	LATER("authentication", A, "without it, keepd and a peer that uses it do not hear one another"),
	LATER("auth_hmac", C, NULL),
	LATER("virtual_ipaddress_excluded", B, NULL),
	LATER("no_virtual_ipaddress", C, NULL),
	LATER("virtual_routes", B, NULL),
	LATER("virtual_rules", C, NULL),
	LATER("preempt_delay", B, NULL),
	LATER("track_interface", A, "the interface of the instance itself is always tracked"),
	LATER("track_script", A, NULL),
	LATER("track_file", B, NULL),
	LATER("track_process", B, NULL),
	LATER("track_bfd", C, NULL),
	LATER("track_src_ip", C, NULL),
	LATER("dont_track_primary", C, NULL),
	LATER("unicast_src_ip", B, NULL),
	LATER("unicast_peer", B, NULL),
	LATER("unicast_ttl", C, NULL),
	LATER("unicast_fault_no_peer", C, NULL),
	LATER("check_unicast_src", C, NULL),
	LATER("old_unicast_checksum", D, NULL),
	LATER("mcast_dst_ip", C, NULL),
	LATER("vrf", C, NULL),
	LATER("use_vmac", B, NULL),
	LATER("use_vmac_addr", C, NULL),
	LATER("vmac_xmit_base", B, NULL),
	LATER("use_ipvlan", C, NULL),
	LATER("accept", C, "leave it out: packets to the addresses are accepted"),
	LATER("no_accept", C, NULL),
	LATER("strict_mode", C, NULL),
	LATER("promote_secondaries", C, NULL),
	LATER("native_ipv6", D, NULL),
	LATER("timer_expired_backup", C, NULL),
	LATER("lower_prio_no_advert", C, NULL),
	LATER("higher_prio_send_advert", C, NULL),
	LATER("owner_ignore_adverts", C, NULL),
	LATER("v3_checksum_as_v2", C, NULL),
	LATER_OK("skip_check_adv_addr", C, "an advert with other addresses is accepted anyway"),
	LATER_OK("garp_lower_prio_delay", C, NULL),
	LATER_OK("garp_lower_prio_repeat", C, NULL),
	LATER_OK("garp_extra_if", C, NULL),
	LATER_OK("vmac_garp_intvl", D, NULL),
	LATER("notify_deleted", C, NULL),
	LATER("notify_master_rx_lower_pri", C, NULL),
	LATER_OK("notify_priority_changes", C, NULL),
	LATER_OK("smtp_alert", B, NULL),
	LATER_OK("kernel_rx_buf_size", C, NULL),
	LATER_OK("linkbeat_use_polling", D, NULL),
	LATER("lvs_sync_daemon_interface", D, NULL),
	OBSOLETE("debug", "it has no effect"),
};

const struct conf_block vrrp_instance_block = {
	"vrrp_instance", sizeof(struct vrrp_instance_conf), instance_args, 1,
	instance_rows, sizeof(instance_rows) / sizeof(*instance_rows), false, vrrp_instance_check,
	"A virtual router: a group of nodes one of which has the addresses.",
};
/* clang-format on */
