/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules inside one vrrp_instance: what it wants to be, when, and what strict_mode forbids. What
 * its peers have to agree with is in schema_peer.c.
 */
#include <string.h>

#include "vrrp/schema_iproute_rules.h"
#include "vrrp/schema_rows.h"

/*
 * What an advert has room for: its count has eight bits (RFC 3768 5.3.5), and over Ethernet it has
 * 1500 bytes with the headers of IPv6 and of VRRP.
 */
#define VIPS_MAX      255
#define VIPS_MAX_IPV6 ((1500 - 40 - 8) / 16)

#define STRICT_ADVERTS	 3
#define IGNORE(row, ...) vrrp_row_ignore(r, obj, row, __VA_ARGS__)

/* keepalived takes 1 where 0 announcements are asked for; so do we. */
void vrrp_at_least_one(struct conf_obj *obj, struct conf_rules *r, uint32_t *value, uint32_t offset)
{
	if (*value)
		return;
	*value = 1;
	if (!conf_is_set(obj, offset))
		return; /* inherited: the warning is where it is written */
	conf_repaired(obj, offset);
	WARN(offset, "0 announcements are none at all; 1 is taken");
}

/* ---- family, version, times ---- */

/* That of the first address, else of other addresses; AF_INET where there are none. */
static uint16_t family_of(const struct vrrp_instance_conf *i)
{
	if (i->vips.count)
		return ((const struct vrrp_vip_conf *)i->vips.items[0])->prefix.addr.family;
	if (i->native_ipv6)
		return AF_INET6;
	if (addr_is_set(&i->unicast_src_ip))
		return i->unicast_src_ip.family;
	return addr_is_set(&i->mcast_src_ip) ? i->mcast_src_ip.family : AF_INET;
}

/* RFC 9568 5.2.9: the first address of IPv6 is link-local: hosts know the router by it. */
static void link_local_check(struct vrrp_instance_conf *i, struct conf_rules *r)
{
	const struct vrrp_vip_conf *vip = i->vips.count ? i->vips.items[0] : NULL;

	if (vip && !r->is_canonical && vip->prefix.addr.family == AF_INET6 &&
		!IN6_IS_ADDR_LINKLOCAL(&vip->prefix.addr.v6))
		conf_complain(r, i->strict_mode ? CONF_ERROR : CONF_WARNING, &vip->obj,
			vip->obj.block->args,
			"the first address of an instance of IPv6 %s be link-local (fe80::)%s",
			i->strict_mode ? "must" : "should",
			i->strict_mode ? " with strict_mode" : "");
}

/* An advert has addresses of one family: keepalived drops the others, and so do we. */
static void families_check(struct vrrp_instance_conf *i, struct conf_rules *r)
{
	for (size_t n = 1; n < i->vips.count; n++) {
		struct vrrp_vip_conf *vip = i->vips.items[n];

		if (vip->prefix.addr.family == i->family)
			continue;
		conf_complain(r, CONF_WARNING, &vip->obj, vip->obj.block->args,
			"the first address is of %s and this one of %s: it is dropped; write it in "
			"virtual_ipaddress_excluded or in an instance of its own",
			i->family == AF_INET ? "IPv4" : "IPv6",
			vrrp_family_name(&vip->prefix.addr));
		conf_drop(&vip->obj);
	}
	conf_list_purge(&i->vips);
}

static void version_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (i->version == 3 || i->family != AF_INET6)
		return;
	i->version = 3;
	if (!conf_is_set(obj, FIELD(version)))
		return;
	conf_repaired(obj, FIELD(version));
	WARN(FIELD(version), "version 2 of the protocol has no IPv6; 3 is taken");
}

static void advert_int_set(struct conf_obj *obj, struct vrrp_instance_conf *i, int64_t us)
{
	i->advert_int = span_us(us);
	conf_repaired(obj, FIELD(advert_int));
}

/* RFC 3768 5.3.7: whole seconds in eight bits. keepalived rounds; the peer must round alike. */
static void whole_seconds(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	int64_t s = (i->advert_int.us + 500000) / 1000000;

	if (i->advert_int.us % 1000000 == 0)
		return;
	if (s < 1)
		s = 1;
	advert_int_set(obj, i, s * 1000000);
	WARN(FIELD(advert_int), "VRRP version 2 knows whole seconds only; %d is taken", (int)s);
}

/* RFC 9568 5.2.7: hundredths of a second in twelve bits. */
static void hundredths(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	int64_t n = (i->advert_int.us + 5000) / 10000;

	if (n > 4095)
		n = 4095;
	if (i->advert_int.us == n * 10000)
		return;
	advert_int_set(obj, i, n * 10000);
	WARN(FIELD(advert_int),
		"VRRP version 3 knows hundredths of a second, up to 40.95; %d.%02d is taken",
		(int)(n / 100), (int)(n % 100));
}

/* ---- what it wants to be ---- */

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

/* What goes with preemption only, or without it only. */
static void preempt_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (i->timer_expired_backup && !i->nopreempt)
		IGNORE(FIELD(timer_expired_backup),
			"timer_expired_backup needs nopreempt; it is ignored");
	if (i->preempt_after_sync.us && i->nopreempt)
		IGNORE(FIELD(preempt_after_sync),
			"preempt_after_sync has no effect with nopreempt; it is ignored");
	else if (i->preempt_after_sync.us && i->priority == PRIORITY_OWNER)
		IGNORE(FIELD(preempt_after_sync),
			"preempt_after_sync has no effect with priority 255; it is ignored");
	else if (i->preempt_after_sync.us && i->strict_mode)
		IGNORE(FIELD(preempt_after_sync),
			"strict_mode knows no preempt_after_sync; it is ignored");
	if (!i->preempt_delay.us)
		return;
	if (i->state == VRRP_CONF_MASTER)
		IGNORE(FIELD(preempt_delay),
			"preempt_delay has no effect with state MASTER: it is ignored; write state "
			"BACKUP");
	else if (i->nopreempt)
		IGNORE(FIELD(preempt_delay), "preempt_delay has no effect with nopreempt; it is "
					     "ignored");
	else if (i->strict_mode)
		IGNORE(FIELD(preempt_delay), "strict_mode knows no preempt_delay; it is ignored");
}

/* ---- strict_mode ---- */

/* A row that was asked to be what strict_mode does not have. */
static void strict_flag(
	struct conf_obj *obj, struct conf_rules *r, bool *value, bool must_be, uint32_t offset)
{
	const char *name = conf_row_at(obj->block, offset)->name;

	if (*value != must_be && conf_is_given(obj, offset)) {
		WARN(offset, "strict_mode has %s %s", name, must_be ? "on" : "off");
		conf_repaired(obj, offset);
	}
	*value = must_be;
}

static void strict_state(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	bool is_owner = i->priority == PRIORITY_OWNER;

	if (is_owner == (i->state == VRRP_CONF_MASTER))
		return;
	WARN(FIELD(state),
		"strict_mode: state MASTER is for priority 255 and only for it; %s is taken",
		is_owner ? "MASTER" : "BACKUP");
	i->state = is_owner ? VRRP_CONF_MASTER : VRRP_CONF_BACKUP;
	conf_repaired(obj, FIELD(state));
}

static void strict_garp(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if ((conf_is_set(obj, FIELD(garp_lower_prio_delay)) && i->garp_lower_prio_delay.us) ||
		(conf_is_set(obj, FIELD(garp_lower_prio_repeat)) && i->garp_lower_prio_repeat)) {
		WARN(conf_is_set(obj, FIELD(garp_lower_prio_delay)) ? FIELD(garp_lower_prio_delay)
								    : FIELD(garp_lower_prio_repeat),
			"strict_mode sends no gratuitous ARP after an advert of lower priority; 0 "
			"is taken");
		conf_repaired(obj, FIELD(garp_lower_prio_delay));
		conf_repaired(obj, FIELD(garp_lower_prio_repeat));
	}
	i->garp_lower_prio_delay = span_us(0);
	i->garp_lower_prio_repeat = 0;
}

static void strict_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (!i->strict_mode)
		return;
	strict_state(obj, i, r);
	strict_garp(obj, i, r);
	strict_flag(obj, r, &i->lower_prio_no_advert, true, FIELD(lower_prio_no_advert));
	strict_flag(obj, r, &i->higher_prio_send_advert, false, FIELD(higher_prio_send_advert));
	strict_flag(obj, r, &i->vmac_xmit_base, false, FIELD(vmac_xmit_base));
	if (i->priority == PRIORITY_OWNER)
		strict_flag(obj, r, &i->owner_ignore_adverts, true, FIELD(owner_ignore_adverts));
	if (i->down_timer_adverts != STRICT_ADVERTS) {
		i->down_timer_adverts = STRICT_ADVERTS;
		conf_repaired(obj, FIELD(down_timer_adverts));
		WARN(FIELD(down_timer_adverts), "strict_mode has down_timer_adverts %d",
			STRICT_ADVERTS);
	}
	if (i->use_vmac.mac_len) {
		memset(i->use_vmac.mac, 0, sizeof(i->use_vmac.mac));
		i->use_vmac.mac_len = 0;
		WARN(FIELD(use_vmac), "strict_mode has the MAC address of the protocol only");
	}
	if (i->accept && (i->version == 2 || i->priority != PRIORITY_OWNER))
		IGNORE(FIELD(accept), "strict_mode has no accept but with version 3 and priority "
				      "255; it is ignored");
	if (!i->vips.count && i->no_virtual_ipaddress)
		ERROR(FIELD(vips), "strict_mode needs an address in virtual_ipaddress");
}

/* ---- links ---- */

/* Without an interface, adverts can only go from an address to addresses. */
static void interface_check(
	struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	if (i->interface) {
		if (text_equal(i->interface, "lo"))
			ERROR(FIELD(interface), "adverts cannot be sent on the loopback interface");
		if (i->vrf)
			IGNORE(FIELD(vrf),
				"vrf is for an instance without interface; it is ignored");
		return;
	}
	if (!addr_is_set(&i->unicast_src_ip))
		ERROR(FIELD(interface), "vrrp_instance: `interface` is missing");
	else if (!i->peers.count && !i->unicast_fault_no_peer)
		ERROR(FIELD(interface),
			"vrrp_instance: without unicast_peer `interface` is needed");
	else if (i->unicast_src_ip.family == AF_INET6 &&
		 IN6_IS_ADDR_LINKLOCAL(&i->unicast_src_ip.v6))
		ERROR(FIELD(unicast_src_ip), "a link-local address needs `interface`");
}

static void vmac_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	bool is_vmac = conf_is_set(obj, FIELD(use_vmac));

	if (is_vmac && conf_is_set(obj, FIELD(use_ipvlan))) {
		IGNORE(FIELD(use_ipvlan), "use_vmac and use_ipvlan exclude each other: use_ipvlan "
					  "is ignored");
	} else if (conf_is_set(obj, FIELD(use_ipvlan)) &&
		   !addr_is_set(&i->use_ipvlan.address.addr) && i->family == AF_INET) {
		ERROR(FIELD(use_ipvlan), "use_ipvlan needs an address with IPv4");
	}
	if (i->vmac_xmit_base && !is_vmac && !conf_is_set(obj, FIELD(use_ipvlan)))
		IGNORE(FIELD(vmac_xmit_base), "vmac_xmit_base needs use_vmac; it is ignored");
	if (i->accept && i->no_accept)
		IGNORE(FIELD(accept), "accept and no_accept contradict each other: no_accept is "
				      "taken");
}

/* ---- all of it ---- */

/* The same address in virtual_ipaddress_excluded, whose rows are the same. */
static struct vrrp_vip_conf *as_excluded(
	struct vrrp_instance_conf *i, const struct vrrp_vip_conf *vip, struct arena *a)
{
	const struct block_index *index = obj_meta(&i->obj)->index, *excluded = NULL;
	struct conf_obj *obj;

	for (unsigned n = 0; n < index->row_count; n++)
		if (conf_row(i->obj.block, n)->offset == FIELD(excluded))
			excluded = index->children[n];
	obj = obj_new(excluded, &i->obj, vip->obj.pos, a);
	memcpy(obj->set, vip->obj.set, sizeof(obj->set));
	memcpy(obj_meta(obj)->given, obj_meta_const(&vip->obj)->given,
		sizeof(obj_meta(obj)->given));
	memcpy((char *)obj + sizeof(*obj), (const char *)vip + sizeof(*obj),
		sizeof(*vip) - sizeof(*obj));
	return (struct vrrp_vip_conf *)obj;
}

/* Addresses an advert has no room for move as well, but are not named in it. */
static void exclude_rest(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	size_t max = i->family == AF_INET6 ? VIPS_MAX_IPV6 : VIPS_MAX;

	if (i->vips.count <= max)
		return;
	WARN(FIELD(vips),
		"an advert has room for %zu addresses, and here are %zu: the rest is taken as "
		"virtual_ipaddress_excluded; write it there, the same on all nodes",
		max, i->vips.count);
	for (size_t n = max; n < i->vips.count; n++)
		conf_list_add(&i->excluded, as_excluded(i, i->vips.items[n], r->arena), r->arena);
	i->vips.count = max;
	conf_repaired(obj, FIELD(excluded));
}

/* An instance without an interface has its addresses on that of default_interface. */
static void take_default_interface(const struct vrrp_instance_conf *i, const struct conf_list *vips)
{
	const struct vrrp_conf *root = (const struct vrrp_conf *)i->obj.parent;

	for (size_t n = 0; n < vips->count; n++) {
		struct vrrp_vip_conf *vip = vips->items[n];

		if (!vip->dev)
			vip->dev = root->global->default_interface;
	}
}

static void vips_check(struct conf_obj *obj, struct vrrp_instance_conf *i, struct conf_rules *r)
{
	bool is_excluded_enough = i->excluded.count && i->version == 2 && !i->strict_mode;

	families_check(i, r);
	if (!i->interface) {
		take_default_interface(i, &i->vips);
		take_default_interface(i, &i->excluded);
	}
	link_local_check(i, r);
	vrrp_vips_drop_twins(&i->vips, r);
	vrrp_vips_drop_twins(&i->excluded, r);
	vrrp_routes_drop_twins(&i->routes, r);
	vrrp_rules_drop_twins(&i->rules, r);
	if (!i->vips.count && !i->no_virtual_ipaddress && !is_excluded_enough)
		ERROR(FIELD(vips), "there is no address in virtual_ipaddress");
	exclude_rest(obj, i, r);
}

/* Values that follow from others, where they are not written. */
static void take_defaults(struct vrrp_instance_conf *i)
{
	const struct vrrp_conf *root = (const struct vrrp_conf *)i->obj.parent;

	if (!conf_is_set(&i->obj, FIELD(strict_mode)))
		i->strict_mode = root->global->strict;
	if (!conf_is_given(&i->obj, FIELD(higher_prio_send_advert)))
		i->higher_prio_send_advert = true;
	if (root->global->min_garp && !conf_is_given(&i->obj, FIELD(garp_master_repeat)))
		i->garp_master_repeat = 1;
	if (root->global->min_garp && !conf_is_given(&i->obj, FIELD(garp_master_delay)))
		i->garp_master_delay = span_us(0);
	if (!conf_is_given(&i->obj, FIELD(garp_lower_prio_delay)))
		i->garp_lower_prio_delay = i->garp_master_delay;
	if (!conf_is_given(&i->obj, FIELD(garp_lower_prio_repeat)))
		i->garp_lower_prio_repeat = i->garp_master_repeat;
}

void vrrp_instance_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_instance_conf *i = (struct vrrp_instance_conf *)obj;

	vrrp_at_least_one(obj, r, &i->garp_master_repeat, FIELD(garp_master_repeat));
	vrrp_at_least_one(
		obj, r, &i->garp_master_refresh_repeat, FIELD(garp_master_refresh_repeat));
	i->family = family_of(i);
	take_defaults(i);
	interface_check(obj, i, r);
	vips_check(obj, i, r);
	version_check(obj, i, r);
	if (i->version == 2)
		whole_seconds(obj, i, r);
	else
		hundredths(obj, i, r);
	role_check(obj, i, r);
	preempt_check(obj, i, r);
	strict_check(obj, i, r);
	vmac_check(obj, i, r);
	vrrp_peers_check(obj, i, r);
}
