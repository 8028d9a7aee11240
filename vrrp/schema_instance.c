/* SPDX-License-Identifier: Apache-2.0 */
/* The keywords of a virtual router: vrrp_instance and what stands in it. */
#include "vrrp/schema_rows.h"

static const char *const state_words[] = { "BACKUP", "MASTER", NULL };
static const struct conf_words states = { state_words, false };

/* clang-format off */
#define INST(member) .offset = offsetof(struct vrrp_instance_conf, member)
#define AUTH(member) .offset = offsetof(struct vrrp_auth_conf, member)
#define HMAC(member) .offset = offsetof(struct vrrp_hmac_conf, member)
#define KEY(member)  .offset = offsetof(struct vrrp_hmac_key_conf, member)
#define PEER(member) .offset = offsetof(struct vrrp_peer_conf, member)

/* ---- authentication and auth_hmac ---- */

static const char *const auth_words[] = { "PASS", "AH", NULL };
static const struct conf_words auth_types = { auth_words, false };

static const struct conf_row auth_rows[] = {
	{ "auth_type", NULL, NULL, &conf_type_enum, &auth_types, AUTH(type), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "PASS: the password stands in each advert for everybody to read, which keeps out mistakes only. AH: adverts are signed with it (RFC 2402, with MD5), and one that is sent again by somebody else is dropped." },
	{ "auth_pass", NULL, NULL, &conf_type_string, NULL, AUTH(pass), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .flags = CONF_SECRET, .example = "secret\n\"two one\"", .doc = "The password; only its first 8 characters count." },
};

static const struct conf_block auth_block = {
	"authentication", sizeof(struct vrrp_auth_conf), NULL, 0, auth_rows, COUNT_OF(auth_rows), false, NULL,
	"The authentication of version 2, the same on all nodes: they do not hear one another otherwise.",
};

static const char *const replay_words[] = { "time", "monotonic", NULL };
static const struct conf_words replays = { replay_words, false };
static const char *const mode_words[] = { "enforce", "permissive", "receive-only", NULL };
static const struct conf_words modes = { mode_words, false };

static const struct conf_row key_args[] = {
	{ "ID", NULL, NULL, &conf_type_u8, NULL, KEY(id), 1, 255, NULL, NULL, CONF_RESTART, C, .flags = CONF_KEY,
	  .doc = "The number of the key, as adverts carry it." },
	{ "VALUE", NULL, NULL, &conf_type_string, NULL, KEY(value), 0, 0, NULL, NULL, CONF_RESTART, C, .flags = CONF_SECRET,
	  .example = "0123456789abcdef0123456789abcdef\nfile:/etc/keepd/key",
	  .doc = "32 to 64 characters, hex: and twice as many hexadecimal digits, or file: and the name of a file with either." },
};

static const struct conf_block key_block = {
	"key", sizeof(struct vrrp_hmac_key_conf), key_args, COUNT_OF(key_args), NULL, 0, true, NULL, NULL,
};

static const struct conf_row hmac_rows[] = {
	{ "key", NULL, NULL, &conf_type_line, &key_block, HMAC(keys), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_REPEATS, .doc = "A key. Several may stand there, so that a key can be replaced without a break." },
	{ "active_key", NULL, NULL, &conf_type_u8, NULL, HMAC(active_key), 1, 255, NULL, NULL, CONF_RESTART, C,
	  .flags = CONF_REQUIRED, .doc = "The number of the key that own adverts are signed with; all keys are accepted." },
	{ "anti_replay", NULL, NULL, &conf_type_enum, &replays, HMAC(anti_replay), 0, 0, NULL, "time", CONF_RESTART, C,
	  .doc = "How old adverts are told from new ones: by the time in them, which needs clocks that agree, or by a number that must grow." },
	{ "time_window", NULL, NULL, &conf_type_span, NULL, HMAC(time_window), SECONDS(1), SECONDS(300), "seconds", NULL, CONF_RESTART, C,
	  .doc = "How far the clocks may be apart; the default is three times advert_int, at least 5 seconds." },
	{ "mode", NULL, NULL, &conf_type_enum, &modes, HMAC(mode), 0, 0, NULL, "enforce", CONF_RESTART, C,
	  .doc = "enforce: adverts without a good signature are dropped. permissive: accepted, while the nodes are changed over. receive-only: also none is sent." },
};

static const struct conf_block hmac_block = {
	"auth_hmac", sizeof(struct vrrp_hmac_conf), NULL, 0, hmac_rows, COUNT_OF(hmac_rows), false, NULL,
	"Signatures over adverts.",
};

/* ---- unicast_peer: ADDRESS [min_ttl N] [max_ttl N] ---- */

static const struct conf_row peer_args[] = {
	{ "ADDRESS", NULL, NULL, &conf_type_addr, NULL, PEER(address), .scope = CONF_RESTART, .tier = B, .flags = CONF_KEY, .example = "192.0.2.2\n2001:db8::2",
	  .doc = "The address of another node." },
};

static const struct conf_row peer_rows[] = {
	{ "min_ttl", NULL, NULL, &conf_type_u8, NULL, PEER(min_ttl), 0, 255, NULL, "0", CONF_RESTART, C,
	  .doc = "Adverts of this node with a lower TTL are dropped; sources are checked then." },
	{ "max_ttl", NULL, NULL, &conf_type_u8, NULL, PEER(max_ttl), 0, 255, NULL, "255", CONF_RESTART, C,
	  .doc = "Adverts of this node with a higher TTL are dropped; sources are checked then." },
};

static const struct conf_block peer_block = {
	"unicast_peer", sizeof(struct vrrp_peer_conf), peer_args, 1, peer_rows, COUNT_OF(peer_rows), true, NULL, NULL,
};

/* ---- vrrp_instance ---- */

static const char *const old_checksum_words[] = { "never", NULL };
static const struct conf_words old_checksums = { old_checksum_words, false };

static const struct conf_row instance_args[] = {
	{ "NAME", NULL, NULL, &conf_type_string, NULL, INST(name),
	  .doc = "The name of the instance, for logs and scripts." },
};

static const struct conf_row instance_rows[] = {
	{ "state", NULL, NULL, &conf_type_enum, &states, INST(state), 0, 0, NULL, "BACKUP", CONF_LIVE, A,
	  .doc = "What the instance wants to be at the start. It listens for a full down interval either way, unless its priority is 255." },
	{ "interface", NULL, NULL, &conf_type_ifname, NULL, INST(interface), 0, 0, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_KEY,
	  .doc = "The interface on which adverts are sent and received. Only an instance with unicast_src_ip may be without." },
	{ "virtual_router_id", NULL, NULL, &conf_type_u8, NULL, INST(vrid), 1, 255, NULL, NULL, CONF_RESTART, A,
	  .flags = CONF_KEY | CONF_REQUIRED,
	  .doc = "The number of the virtual router, the same on all its nodes." },
	{ "priority", NULL, NULL, &conf_type_u8, NULL, INST(priority), 1, 255, NULL, "100", CONF_LIVE, A,
	  .doc = "The higher wins. 255 is for the node that owns the addresses by itself." },
	{ "advert_int", NULL, NULL, &conf_type_span, NULL, INST(advert_int), 10000, SECONDS(255), "seconds", "1", CONF_LIVE, A,
	  .doc = "The time between two adverts, the same on all nodes. Version 2 knows whole seconds only, version 3 hundredths of a second up to 40.95; there a backup takes the time of the active one." },
	{ "version", NULL, NULL, &conf_type_u8, NULL, INST(version), 2, 3, NULL, "2", CONF_LIVE, B,
	  .flags = CONF_INHERIT,
	  .doc = "The version of the protocol." },
	{ "nopreempt", NULL, NULL, &conf_type_flag, NULL, INST(nopreempt), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "Never take over from an active router of lower priority." },
	{ "preempt", NULL, NULL, &conf_type_flag, NULL, INST(preempt), 0, 0, NULL, NULL, CONF_LIVE, D,
	  .doc = "Undoes nopreempt; the default." },
	{ "mcast_src_ip", NULL, NULL, &conf_type_addr, NULL, INST(mcast_src_ip), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "The source address of adverts; else the first address of the interface." },
	{ "virtual_ipaddress", NULL, NULL, &conf_type_lines, &vrrp_vip_block, INST(vips), 0, 0, NULL, NULL, CONF_LIVE, A,
	  .doc = "The addresses that move, named in adverts; those for which an advert has no room are taken as virtual_ipaddress_excluded." },
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

	{ "authentication", NULL, NULL, &conf_type_block, &auth_block, INST(authentication), .scope = CONF_LIVE, .tier = A,
	  .doc = "The authentication of version 2, which RFC 3768 has removed; without effect in version 3." },
	{ "auth_hmac", NULL, NULL, &conf_type_block, &hmac_block, INST(auth_hmac), .scope = CONF_RESTART, .tier = C, .state = CONF_LATER,
	  .doc = "Adverts are signed with a key that all nodes have. Takes the place of authentication." },
	{ "preempt_delay", NULL, NULL, &conf_type_span, NULL, INST(preempt_delay), 0, SECONDS(1000), "seconds", "0", CONF_LIVE, B,
	  .doc = "How long adverts of a lower priority are heard before it is taken over from. It delays no takeover from a node that has gone." },
	{ "preempt_after_sync", NULL, NULL, &conf_type_span, NULL, INST(preempt_after_sync), 0, SECONDS(86400), "seconds", "0", CONF_LIVE, C,
	  .flags = CONF_OWN, .doc = "A node of lower priority is taken over from only when the sync daemon (lvs_sync_daemon) has listened to its connections for so long. It delays no takeover from a node that has gone." },
	{ "timer_expired_backup", NULL, "thread_timer_expired", &conf_type_u8, "254", INST(timer_expired_backup), 1, 254, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_OPTIONAL_ARG, .doc = "An active router that is late by more than so many advert_int, as after a pause of its virtual machine, becomes backup at once, whatever it hears. Needs nopreempt. Without it, it reads first what was sent meanwhile and gives way to a higher priority only." },
	{ "accept", NULL, NULL, &conf_type_flag, NULL, INST(accept), 0, 0, NULL, NULL, CONF_LIVE, C, .state = CONF_OBSOLETE,
	  .instead = "packets to the addresses are accepted anyway, unless no_accept is written",
	  .doc = "Packets to the addresses are accepted, as without strict_mode they are anyway." },
	{ "no_accept", NULL, NULL, &conf_type_flag, NULL, INST(no_accept), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The addresses are a gateway and no host: packets to them are dropped by an nftables rule (see nftables) unless the priority is 255. Not for the addresses of virtual servers." },
	{ "strict_mode", NULL, NULL, &conf_type_flag, NULL, INST(strict_mode), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .doc = "Nothing that the RFC does not have: no authentication, no preempt_delay, state MASTER only with priority 255, and so on. The default is that of vrrp_strict." },
	{ "native_ipv6", NULL, NULL, &conf_type_flag, NULL, INST(native_ipv6), 0, 0, NULL, NULL, CONF_RESTART, D,
	  .doc = "The instance is one of IPv6, and of version 3; otherwise its first address says so." },
	{ "promote_secondaries", NULL, NULL, &conf_type_flag, NULL, INST(promote_secondaries), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The sysctl of that name is set on the interface, until the instance stops: if its first address goes, the others stay. Where the removal of a virtual address would take others along, it is set in any case." },
	{ "no_virtual_ipaddress", NULL, NULL, &conf_type_flag, NULL, INST(no_virtual_ipaddress), 0, 0, NULL, NULL, CONF_LIVE, C, .state = CONF_LATER,
	  .doc = "There may be no address in virtual_ipaddress." },

	{ "vrf", NULL, NULL, &conf_type_ifname, NULL, INST(vrf), 0, 0, NULL, NULL, CONF_RESTART, C, .state = CONF_LATER,
	  .doc = "The VRF of an instance with unicast_src_ip and without interface." },
	{ "unicast_src_ip", NULL, NULL, &conf_type_addr, NULL, INST(unicast_src_ip), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .flags = CONF_KEY, .example = "192.0.2.1\n198.51.100.7", .doc = "The source address of adverts that are sent to unicast_peer." },
	{ "unicast_peer", NULL, NULL, &conf_type_lines, &peer_block, INST(peers), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "The other nodes, one on each line. Adverts are sent to each of them and not to the multicast group." },
	{ "unicast_ttl", NULL, NULL, &conf_type_u8, NULL, INST(unicast_ttl), 0, 255, NULL, "255", CONF_RESTART, C,
	  .doc = "The TTL or hop limit of adverts to unicast_peer." },
	{ "unicast_fault_no_peer", NULL, NULL, &conf_type_flag, NULL, INST(unicast_fault_no_peer), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .doc = "Without a peer the instance is in fault; otherwise it uses multicast." },
	{ "check_unicast_src", NULL, NULL, &conf_type_flag, NULL, INST(check_unicast_src), 0, 0, NULL, "on", CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "Adverts are accepted from unicast_peer only. Otherwise also from nodes that are not named there." },
	{ "mcast_dst_ip", NULL, NULL, &conf_type_addr, NULL, INST(mcast_dst_ip), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .example = "224.0.0.19\nff02::13", .doc = "Another multicast group than that of all instances. All nodes must have the same." },
	{ "old_unicast_checksum", NULL, NULL, &conf_type_option, &old_checksums, INST(old_unicast_checksum), 0, 0, NULL, NULL, CONF_RESTART, D,
	  .flags = CONF_OPTIONAL_ARG, .doc = "The checksum of unicast adverts of version 3 as keepalived up to 1.3.6 made it; never: not even if the peer does. Otherwise as the peer does it." },
	{ "v3_checksum_as_v2", NULL, NULL, &conf_type_flag, NULL, INST(v3_checksum_as_v2), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "The checksum of version 3 with IPv4 leaves out the pseudo-header, as some other routers do. Both are accepted." },
	{ "skip_check_adv_addr", NULL, NULL, &conf_type_flag, NULL, INST(skip_check_adv_addr), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT,
	  .doc = "The addresses in an advert are not compared if its sender is the one of the advert before. An advert with other addresses is accepted and counted." },
	{ "kernel_rx_buf_size", NULL, NULL, &conf_type_u32, NULL, INST(kernel_rx_buf_size), 0, INT32_MAX, "bytes", NULL, CONF_RESTART, C,
	  .doc = "The size of the receive buffer of the socket, the largest one of all instances that share it; otherwise by vrrp_rx_bufs_policy, else 1048576." },

	{ "use_vmac", NULL, NULL, &vrrp_type_vmac, NULL, INST(use_vmac), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .flags = CONF_OPTIONAL_ARG, .doc = "The addresses that have no dev of their own are put on a macvlan interface that has the MAC address of the virtual router, 00:00:5e:00:01:VRID, with IPv6 00:00:5e:00:02:VRID, so that clients see no change of it. It is made and removed by keepd, and up only while the instance is active. As long as it exists, the interface below has arp_ignore 1 and arp_announce 2. A MAC address of 5 octets has the VRID as the sixth. Of netlink_notify_msg nothing follows: the kernel tells of the interface anyway." },
	{ "use_vmac_addr", NULL, NULL, &conf_type_flag, NULL, INST(use_vmac_addr), 0, 0, NULL, NULL, CONF_RESTART, C,
	  .doc = "Such an interface also for addresses that have a dev of their own." },
	{ "vmac_xmit_base", NULL, NULL, &conf_type_flag, NULL, INST(vmac_xmit_base), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "Adverts are sent through the interface below, with its own MAC address: for networks that refuse others. So are those to unicast peers." },
	{ "use_ipvlan", NULL, NULL, &vrrp_type_ipvlan, NULL, INST(use_ipvlan), 0, 0, NULL, NULL, CONF_RESTART, C, .state = CONF_LATER,
	  .flags = CONF_OPTIONAL_ARG, .doc = "The addresses are put on an ipvlan interface of layer 2. With IPv4 it needs an address, which adverts are sent from." },

	TRACK_ROWS(INST, "", A, CONF_WORKS),
	{ "dont_track_primary", NULL, NULL, &conf_type_flag, NULL, INST(dont_track_primary), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "The interface of the instance being down is no fault." },
	{ "track_src_ip", NULL, NULL, &conf_type_flag, NULL, INST(track_src_ip), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "It is a fault if the address of mcast_src_ip or unicast_src_ip is not on this node." },
	OBSOLETE("linkbeat_use_polling", NO_POLLING),

	{ "garp_lower_prio_delay", NULL, NULL, &conf_type_span, NULL, INST(garp_lower_prio_delay), 0, DAY, "seconds", NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "When gratuitous ARP is sent a second time after another router was active, too; 0 = never; the default is garp_master_delay." },
	{ "garp_lower_prio_repeat", NULL, NULL, &conf_type_u32, NULL, INST(garp_lower_prio_repeat), 0, INT32_MAX, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "How many gratuitous ARPs for each address when another router is active, too, or was until now; 0 = none; the default is garp_master_repeat." },
	{ "garp_extra_if", NULL, "vmac_garp_intvl", &vrrp_type_extra_garp, NULL, INST(garp_extra_if), 0, DAY, "seconds", NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "How often gratuitous ARP is sent while active for addresses on vmac interfaces that adverts do not leave through, so that switches do not forget them; with all on any other interface as well; 0 = never." },
	{ "lower_prio_no_advert", NULL, NULL, &conf_type_flag, NULL, INST(lower_prio_no_advert), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "An active router does not answer an advert of a lower priority with one of its own." },
	{ "higher_prio_send_advert", NULL, NULL, &conf_type_flag, NULL, INST(higher_prio_send_advert), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "An active router that gives way to a higher priority sends one more advert when its addresses are gone, so that the other announces them again; on unless written off." },
	{ "owner_ignore_adverts", NULL, NULL, &conf_type_flag, NULL, INST(owner_ignore_adverts), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "A router of priority 255 drops all adverts it receives: of two such routers none ever gives way." },

	{ "advert_warn", NULL, NULL, &conf_type_u32, NULL, INST(advert_warn), 0, 100, NULL, "2", CONF_LIVE, C,
	  .flags = CONF_OWN, .doc = "An advert of the active router that comes so many advert_int after the one before, or more, and yet in time, is told of in the log and as an event: the link or that node is not well. 0 = never." },

	{ "notify_deleted", NULL, NULL, &conf_type_script, NULL, INST(notify_deleted), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_OPTIONAL_ARG, .doc = "An instance that a reload removes is reported as DELETED and not as FAULT, and this is run." },
	{ "notify_master_rx_lower_pri", NULL, NULL, &conf_type_script, NULL, INST(notify_master_rx_lower_pri), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .doc = "Run when an active router receives an advert of a lower priority." },
	{ "notify_priority_changes", NULL, NULL, &conf_type_flag, NULL, INST(notify_priority_changes), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .flags = CONF_INHERIT, .doc = "Changes of the priority are written to the pipes of notify_fifo." },
	{ "smtp_alert", NULL, NULL, &conf_type_flag, NULL, INST(smtp_alert), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .flags = CONF_INHERIT, .doc = "A mail at each change of the state." },
	{ "lvs_sync_daemon_interface", NULL, NULL, &conf_type_ifname, NULL, INST(lvs_sync_daemon_interface), 0, 0, NULL, NULL, CONF_RESTART, D, .state = CONF_LATER,
	  .instead = "write lvs_sync_daemon in global_defs",
	  .doc = "The interface over which connections of IPVS are told to the other node." },
	{ "debug", NULL, NULL, &conf_type_u8, NULL, INST(debug), 0, 4, NULL, NULL, CONF_LIVE, D, .state = CONF_OBSOLETE,
	  .instead = "it has no effect", .doc = "Does nothing." },
	{ "virtual_ipaddress_excluded", NULL, NULL, &conf_type_lines, &vrrp_excluded_block, INST(excluded), 0, 0, NULL, NULL,
	  CONF_LIVE, B, .doc = "Addresses that move as well, but are not named in adverts." },
	{ "virtual_routes", NULL, NULL, &conf_type_lines, &vrrp_route_block, INST(routes), 0, 0, NULL, NULL, CONF_LIVE, B,
	  .example = "198.51.100.0/24 via 192.0.2.254",
	  .doc = "Routes that are there while the instance has the addresses." },
	{ "virtual_rules", NULL, NULL, &conf_type_lines, &vrrp_rule_block, INST(rules), 0, 0, NULL, NULL, CONF_LIVE, C,
	  .example = "from 198.51.100.0/24 table 100 preference 1000",
	  .doc = "Policy rules that are there while the instance has the addresses." },
	{ "family", NULL, NULL, &conf_type_u16, NULL, INST(family), .scope = CONF_RESTART, .flags = CONF_KEY | CONF_GENERATED | CONF_OWN,
	  .doc = "" }, /* never written: the rules set it */
};

const struct conf_block vrrp_instance_block = {
	"vrrp_instance", sizeof(struct vrrp_instance_conf), instance_args, 1,
	instance_rows, sizeof(instance_rows) / sizeof(*instance_rows), false, vrrp_instance_check,
	"A virtual router: a group of nodes one of which has the addresses.",
};
/* clang-format on */
