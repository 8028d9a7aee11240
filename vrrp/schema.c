/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VRRP keywords: one row each, and the rules between them. Ranges, defaults and repairs are
 * those of keepalived 2.4; where keepd differs, the rule says why.
 */
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "vrrp/schema.h"

#define VIPS_MAX       255 /* the count in an advert has eight bits (RFC 3768 5.3.5) */
#define PRIORITY_OWNER 255

static const char *const state_words[] = { "BACKUP", "MASTER", NULL };
static const struct conf_words states = { state_words, false };
static const struct conf_name scopes[] = { { "global", 0 }, { "site", 200 }, { "link", 253 },
	{ "host", 254 }, { "nowhere", 255 }, { NULL, 0 } };

/* clang-format off */
#define VIP(member)    .offset = offsetof(struct vrrp_vip_conf, member)
#define INST(member)   .offset = offsetof(struct vrrp_instance_conf, member)
#define GLOBAL(member) .offset = offsetof(struct vrrp_global_conf, member)
#define ROOT(member)   .offset = offsetof(struct vrrp_conf, member)
#define LATER(word, tier, instead)    CONF_ROW_NONE(word, CONF_LATER, tier, instead)
#define LATER_OK(word, tier, instead) CONF_ROW_NONE(word, CONF_LATER_OK, tier, instead)
#define OBSOLETE(word, instead)       CONF_ROW_NONE(word, CONF_OBSOLETE, CONF_TIER_D, instead)
#define A CONF_TIER_A
#define B CONF_TIER_B
#define C CONF_TIER_C
#define SECONDS(n) ((int64_t)(n) * 1000000)
#define DAY SECONDS(86400)

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

static const struct conf_block vip_block = {
	"virtual_ipaddress", sizeof(struct vrrp_vip_conf), vip_args, 1,
	vip_rows, sizeof(vip_rows) / sizeof(*vip_rows), true, NULL,
	"The addresses that move, one on each line.",
};

/* ---- vrrp_instance ---- */

static void instance_check(struct conf_obj *obj, struct conf_rules *r);

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
	{ "preempt", NULL, NULL, &conf_type_flag, NULL, INST(preempt), 0, 0, NULL, NULL, CONF_LIVE, CONF_TIER_D,
	  .doc = "Undoes nopreempt; the default." },
	{ "mcast_src_ip", NULL, NULL, &conf_type_addr, NULL, INST(mcast_src_ip), 0, 0, NULL, NULL, CONF_RESTART, B,
	  .doc = "The source address of adverts; else the first address of the interface." },
	{ "virtual_ipaddress", NULL, NULL, &conf_type_lines, &vip_block, INST(vips), 0, 0, NULL, NULL, CONF_LIVE, A,
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
	LATER("old_unicast_checksum", CONF_TIER_D, NULL),
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
	LATER("native_ipv6", CONF_TIER_D, NULL),
	LATER("timer_expired_backup", C, NULL),
	LATER("lower_prio_no_advert", C, NULL),
	LATER("higher_prio_send_advert", C, NULL),
	LATER("owner_ignore_adverts", C, NULL),
	LATER("v3_checksum_as_v2", C, NULL),
	LATER_OK("skip_check_adv_addr", C, "an advert with other addresses is accepted anyway"),
	LATER_OK("garp_lower_prio_delay", C, NULL),
	LATER_OK("garp_lower_prio_repeat", C, NULL),
	LATER_OK("garp_extra_if", C, NULL),
	LATER_OK("vmac_garp_intvl", CONF_TIER_D, NULL),
	LATER("notify_deleted", C, NULL),
	LATER("notify_master_rx_lower_pri", C, NULL),
	LATER_OK("notify_priority_changes", C, NULL),
	LATER_OK("smtp_alert", B, NULL),
	LATER_OK("kernel_rx_buf_size", C, NULL),
	LATER_OK("linkbeat_use_polling", CONF_TIER_D, NULL),
	LATER("lvs_sync_daemon_interface", CONF_TIER_D, NULL),
	OBSOLETE("debug", "it has no effect"),
};

static const struct conf_block instance_block = {
	"vrrp_instance", sizeof(struct vrrp_instance_conf), instance_args, 1,
	instance_rows, sizeof(instance_rows) / sizeof(*instance_rows), false, instance_check,
	"A virtual router: a group of nodes one of which has the addresses.",
};

/* ---- global_defs ---- */

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
	LATER_OK("vrrp_vmac_garp_intvl", CONF_TIER_D, NULL),
	LATER_OK("vrrp_notify_priority_changes", C, NULL),
	LATER_OK("disable_local_igmp", C, NULL),
	LATER_OK("log_unknown_vrids", C, NULL),
	LATER_OK("vmac_prefix", C, NULL),
	LATER_OK("vmac_addr_prefix", C, NULL),
	LATER_OK("vrrp_priority", C, NULL),
	LATER_OK("vrrp_no_swap", C, "the vrrp process never swaps"),
	LATER_OK("vrrp_rt_priority", C, "the vrrp process runs in real time"),
	LATER_OK("vrrp_rlimit_rttime", C, NULL),
	LATER_OK("vrrp_rlimit_rtime", CONF_TIER_D, NULL),
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

static const struct conf_block global_block = {
	"global_defs", sizeof(struct vrrp_global_conf), NULL, 0,
	global_rows, sizeof(global_rows) / sizeof(*global_rows), false, global_check, NULL,
};

/* ---- outermost level ---- */

static const struct conf_row root_rows[] = {
	{ "global_defs", NULL, NULL, &conf_type_block, &global_block, ROOT(global), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_ALWAYS, .doc = "What concerns all instances." },
	{ "vrrp_instance", NULL, NULL, &conf_type_block, &instance_block, ROOT(instances), .scope = CONF_LIVE, .tier = A,
	  .flags = CONF_REPEATS, .doc = "A virtual router." },
	LATER("vrrp_sync_group", A, NULL),
	LATER("vrrp_script", A, NULL),
	LATER("vrrp_track_process", B, NULL),
	LATER("track_file", B, NULL),
	LATER("vrrp_track_file", CONF_TIER_D, NULL),
	LATER("track_group", C, NULL),
	LATER("bfd_instance", B, NULL),
	LATER("static_ipaddress", B, NULL),
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

/* ---- rules inside one object ---- */

#define WARN(row, ...)                                                                             \
	conf_complain(r, CONF_WARNING, obj, conf_row_at(obj->block, row), __VA_ARGS__)
#define ERROR(row, ...) conf_complain(r, CONF_ERROR, obj, conf_row_at(obj->block, row), __VA_ARGS__)
#define FIELD(member)	((uint32_t)offsetof(struct vrrp_instance_conf, member))

/* keepalived takes 1 where 0 announcements are asked for; so do we. */
static void at_least_one(
	struct conf_obj *obj, struct conf_rules *r, uint32_t *value, uint32_t offset)
{
	if (*value)
		return;
	*value = 1;
	conf_repaired(obj, offset);
	WARN(offset, "0 announcements are none at all; 1 is taken");
}

static void global_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_global_conf *g = (struct vrrp_global_conf *)obj;

	if (g->version == 3)
		ERROR((uint32_t)offsetof(struct vrrp_global_conf, version),
			"VRRP version 3 is not supported yet");
	at_least_one(obj, r, &g->garp_master_repeat,
		offsetof(struct vrrp_global_conf, garp_master_repeat));
	at_least_one(obj, r, &g->garp_master_refresh_repeat,
		offsetof(struct vrrp_global_conf, garp_master_refresh_repeat));
}

/* RFC 3768 5.3.7: whole seconds in eight bits. keepalived rounds; the peer must round alike. */
static void whole_seconds(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	int64_t s = (i->advert_int.us + 500000) / 1000000;

	if (i->version != 2 || i->advert_int.us % 1000000 == 0)
		return;
	if (s < 1)
		s = 1;
	i->advert_int = span_s(s);
	conf_repaired(obj, FIELD(advert_int));
	WARN(FIELD(advert_int), "VRRP version 2 knows whole seconds only; %d is taken", (int)s);
}

/* What state, priority and nopreempt mean together, as keepalived has it. */
static void role_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (!conf_is_set(obj, FIELD(priority)) && i->state == VRRP_CONF_MASTER) {
		i->priority = PRIORITY_OWNER;
		conf_repaired(obj, FIELD(priority));
		WARN(FIELD(state), "state MASTER without a priority means priority 255; write it");
	}
	if (!conf_is_set(obj, FIELD(state)) && i->priority == PRIORITY_OWNER)
		i->state = VRRP_CONF_MASTER;
	if (i->preempt && i->nopreempt) {
		WARN(FIELD(preempt), "preempt undoes nopreempt");
		i->nopreempt = false;
	}
	if (!i->nopreempt)
		return;
	if (i->state == VRRP_CONF_MASTER)
		WARN(FIELD(nopreempt),
			"nopreempt has no effect with state MASTER; write state BACKUP");
	else if (i->priority == PRIORITY_OWNER)
		WARN(FIELD(nopreempt), "nopreempt has no effect with priority 255");
	else
		return;
	i->nopreempt = false;
}

static void vip_check(const struct vrrp_vip_conf *vip, struct conf_rules *r)
{
	if (vip->prefix.addr.family != AF_INET)
		conf_complain(
			r, CONF_ERROR, &vip->obj, vip_args, "IPv6 addresses are not supported yet");
}

static int by_address(const void *a, const void *b)
{
	const struct vrrp_vip_conf *x = *(const struct vrrp_vip_conf *const *)a;
	const struct vrrp_vip_conf *y = *(const struct vrrp_vip_conf *const *)b;
	int order = addr_cmp(&x->prefix.addr, &y->prefix.addr);

	if (order)
		return order;
	if (x->obj.pos.line != y->obj.pos.line)
		return x->obj.pos.line < y->obj.pos.line ? -1 : 1;
	return x < y ? -1 : 1;
}

/*
 * The same address twice in an instance: keepalived says so and runs with the first, and so do we;
 * on two interfaces there is no first.
 */
static void twins_inside(
	const struct vrrp_vip_conf *a, struct vrrp_vip_conf *b, struct conf_rules *r)
{
	char text[ADDR_TEXT_BYTES];

	addr_format(&b->prefix.addr, text);
	if (!text_equal(a->dev, b->dev)) {
		conf_complain(r, CONF_ERROR, &b->obj, vip_args,
			"%s stands there on two interfaces: the other is in line %u", text,
			a->obj.pos.line);
		return;
	}
	conf_complain(r, CONF_WARNING, &b->obj, vip_args,
		"%s stands there twice: this one is dropped, the other is in line %u", text,
		a->obj.pos.line);
	conf_drop(&b->obj);
}

static void drop_twins(struct vrrp_instance_conf *i, struct conf_rules *r)
{
	struct vrrp_vip_conf **vips = arena_alloc(r->arena, (i->vips.count + 1) * sizeof(*vips));
	size_t first = 0;

	for (size_t n = 0; n < i->vips.count; n++)
		vips[n] = i->vips.items[n];
	qsort(vips, i->vips.count, sizeof(struct vrrp_vip_conf *), by_address);
	for (size_t n = 1; n < i->vips.count; n++)
		if (addr_equal(&vips[first]->prefix.addr, &vips[n]->prefix.addr))
			twins_inside(vips[first], vips[n], r);
		else
			first = n;
	conf_list_purge(&i->vips);
}

static void instance_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_instance_conf *i = (struct vrrp_instance_conf *)obj;

	if (i->version == 3)
		ERROR(FIELD(version), "VRRP version 3 is not supported yet");
	if (i->mcast_src_ip.family == AF_INET6)
		ERROR(FIELD(mcast_src_ip), "the source of adverts must be an IPv4 address");
	drop_twins(i, r);
	if (!i->vips.count)
		ERROR(FIELD(vips), "there is no address in virtual_ipaddress");
	if (i->vips.count > VIPS_MAX)
		ERROR(FIELD(vips), "%zu addresses are more than the %d an advert can name",
			i->vips.count, VIPS_MAX);
	for (size_t n = 0; n < i->vips.count; n++)
		vip_check(i->vips.items[n], r);
	whole_seconds(obj, i, r);
	role_check(obj, i, r);
	at_least_one(obj, r, &i->garp_master_repeat, FIELD(garp_master_repeat));
	at_least_one(obj, r, &i->garp_master_refresh_repeat, FIELD(garp_master_refresh_repeat));
}

/* ---- rules between objects ---- */

struct twins {
	const struct vrrp_conf *c;
	struct conf_rules *r;
};

/* The same virtual router twice on a link: both would send, and both would own. */
static void same_router(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct twins *t = arg;
	const struct vrrp_instance_conf *b = t->c->instances.items[later];
	const struct vrrp_instance_conf *a = (const struct vrrp_instance_conf *)earlier;

	if (!conf_is_faulty(&a->obj) && !conf_is_faulty(&b->obj))
		conf_complain(t->r, CONF_ERROR, &b->obj, conf_row_at(&instance_block, FIELD(vrid)),
			"virtual_router_id %u is taken on %s: by %s, line %u", b->vrid,
			b->interface, a->name, a->obj.pos.line);
}

static int by_name(const void *a, const void *b)
{
	const struct vrrp_instance_conf *x = *(const struct vrrp_instance_conf *const *)a;
	const struct vrrp_instance_conf *y = *(const struct vrrp_instance_conf *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->obj.pos.line < y->obj.pos.line ? -1 : 1;
}

static void name_twins(const struct vrrp_conf *c, struct conf_rules *r)
{
	const struct vrrp_instance_conf **all =
		arena_alloc(r->arena, c->instances.count * sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < c->instances.count; i++) {
		const struct vrrp_instance_conf *one = c->instances.items[i];

		if (one->name)
			all[n++] = one;
	}
	qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 1; i < n; i++)
		if (strcmp(all[i - 1]->name, all[i]->name) == 0)
			conf_complain(r, CONF_ERROR, &all[i]->obj, instance_args,
				"there is a vrrp_instance %s already, in line %u", all[i]->name,
				all[i - 1]->obj.pos.line);
}

/* All addresses of instances without errors, in the order of addresses. */
static const struct vrrp_vip_conf **all_vips(
	const struct vrrp_conf *c, struct arena *a, size_t *count)
{
	const struct vrrp_vip_conf **vips;
	size_t max = 0;

	for (size_t i = 0; i < c->instances.count; i++)
		max += ((const struct vrrp_instance_conf *)c->instances.items[i])->vips.count;
	vips = arena_alloc(a, (max + 1) * sizeof(*vips));
	*count = 0;
	for (size_t i = 0; i < c->instances.count; i++) {
		const struct vrrp_instance_conf *one = c->instances.items[i];

		for (size_t j = 0; j < one->vips.count && !conf_is_faulty(&one->obj); j++)
			vips[(*count)++] = one->vips.items[j];
	}
	qsort(vips, *count, sizeof(const struct vrrp_vip_conf *), by_address);
	return vips;
}

static void section_check(struct conf_obj *root, struct conf_rules *r)
{
	struct vrrp_conf *c = (struct vrrp_conf *)root;
	struct twins twins = { c, r };
	const struct vrrp_vip_conf **vips;
	char text[ADDR_TEXT_BYTES];
	size_t count;

	conf_twins(&c->instances, r->arena, same_router, &twins);
	name_twins(c, r);
	vips = all_vips(c, r->arena, &count);
	for (size_t i = 1; i < count; i++)
		if (addr_equal(&vips[i - 1]->prefix.addr, &vips[i]->prefix.addr))
			conf_complain(r, CONF_WARNING, &vips[i]->obj, vip_args,
				"%s is also an address of %s, line %u",
				addr_format(&vips[i]->prefix.addr, text),
				((const struct vrrp_instance_conf *)vips[i - 1]->obj.parent)->name,
				vips[i - 1]->obj.pos.line);
}

static bool is_empty(const struct conf_obj *root)
{
	return !((const struct vrrp_conf *)root)->instances.count;
}

const struct conf_section vrrp_section = {
	.name = "vrrp",
	.root = &root_block,
	.check = section_check,
	.is_empty = is_empty,
};
