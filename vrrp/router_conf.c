/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a virtual router takes over from its configuration, when it is made and at each reload:
 * parameters, trackers, the list of addresses. Nothing of the kernel is touched here. Called by
 * router.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "vrrp/iface.h"
#include "vrrp/ah.h"
#include "vrrp/router.h"
#include "vrrp/vmac.h"

static void *allocate(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for a virtual router");
	return p;
}

static void take_advertised(struct vrrp_router *r)
{
	const struct link_info *link = link_by_index(&r->engine->link.table, r->iface->ifindex);
	const struct conf_list *vips = &r->conf->vips;
	size_t room, head;

	r->mtu = link ? link->mtu : 0;
	head = vrrp_router_is_signed(r->conf) ? AH_BYTES : 0;
	room = r->mtu > head ? vrrp_packet_room(r->conf->version, r->conf->family, r->mtu - head)
			     : VRRP_ADDRESSES_MAX;
	free(r->advertised);
	r->advertised = allocate(vips->count, sizeof(*r->advertised));
	r->advertised_count = 0;
	for (size_t i = 0; i < vips->count && r->advertised_count < room; i++) {
		const struct vrrp_vip_conf *vip = vips->items[i];

		if (vip->prefix.addr.family == r->conf->family)
			r->advertised[r->advertised_count++] = vip->prefix.addr;
	}
	if (vips->count > room)
		log_warning("instance %s: an advert has room for %zu of %zu addresses, as the MTU "
			    "of %s is %u: the others are not named in it",
			r->conf->name, room, vips->count, r->conf->interface, r->mtu);
}

void vrrp_router_take_mtu(struct vrrp_router *r)
{
	const struct link_info *link = link_by_index(&r->engine->link.table, r->iface->ifindex);

	if (link && link->mtu != r->mtu)
		take_advertised(r);
}

/* What is known of addresses that were in the old list stays known. was: see keeper_take(). */
static void take_vips(struct vrrp_router *r, const size_t *was)
{
	struct vrrp_vip *old = r->vips;
	uint32_t *old_left = r->announce_left;
	const struct announce_plan plan = r->plan;

	r->vips = allocate(r->vip_count, sizeof(*r->vips));
	r->announce_left = allocate(r->vip_count, sizeof(*r->announce_left));
	announce_init(&r->plan, r->announce_left, (uint32_t)r->vip_count);
	if (old) {
		r->plan.second_due = plan.second_due;
		r->plan.refresh_due = plan.refresh_due;
	}
	for (size_t i = 0; i < r->vip_count; i++) {
		if (was[i] != HOLDINGS_NONE) {
			r->vips[i] = old[was[i]];
			announce_raise(&r->plan, (uint32_t)i, old_left[was[i]]);
		} else if (r->fsm.state == VRRP_ACTIVE) {
			announce_raise(&r->plan, (uint32_t)i, r->conf->garp_master_repeat);
		}
		r->vips[i].conf = (const struct vrrp_vip_conf *)r->holdings.items[i].conf;
	}
	free(old);
	free(old_left);
}

static void take_holdings(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	const struct object_list lists[] = { { OBJECT_ADDRESS, &conf->vips },
		{ OBJECT_ADDRESS, &conf->excluded }, { OBJECT_ROUTE, &conf->routes },
		{ OBJECT_RULE, &conf->rules } };
	size_t *was;

	r->vip_count = conf->vips.count + conf->excluded.count;
	was = allocate(r->vip_count + conf->routes.count + conf->rules.count, sizeof(*was));
	r->holdings.is_owner = conf->priority == VRRP_OWNER_PRIORITY;
	snprintf(r->holdings.who, sizeof(r->holdings.who), "instance %s: ", conf->name);
	keeper_take(&r->engine->keeper, &r->holdings, lists, sizeof(lists) / sizeof(*lists), was);
	take_vips(r, was);
	free(was);
	take_advertised(r);
	r->slot.vips = (uint32_t)r->vip_count;
	r->slot.routes = (uint32_t)conf->routes.count;
	r->slot.rules = (uint32_t)conf->rules.count;
}

/* Of unicast_peer. What is known of a node stays known. */
static void take_peers(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	struct addr first[VRRP_PEERS_MAX];
	size_t count = conf->peers.count;

	free(r->peers);
	r->peers = allocate(count, sizeof(*r->peers));
	r->peer_count = count;
	for (size_t i = 0; i < count; i++) {
		const struct vrrp_peer_conf *p = conf->peers.items[i];

		r->peers[i] = (struct vrrp_packet_peer){
			.address = p->address, .min_ttl = p->min_ttl, .max_ttl = p->max_ttl
		};
		if (i < VRRP_PEERS_MAX)
			first[i] = p->address;
	}
	vrrp_peers_configure(r->slot.peers, first, count < VRRP_PEERS_MAX ? count : VRRP_PEERS_MAX);
	r->slot.unicast_source = vrrp_router_identity(conf).unicast_source;
}

void vrrp_router_take_conf(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	r->conf = conf;
	vrrp_vmacs_take(r);
	r->params.version = conf->version;
	r->params.preempt = !conf->nopreempt;
	r->params.silence = r->engine->silence;
	r->params.preempt_delay = conf->preempt_delay;
	r->params.advert_int = conf->advert_int;
	r->params.down_adverts = conf->down_timer_adverts;
	r->params.lower_prio_no_advert = conf->lower_prio_no_advert;
	r->params.is_yielding_silently = !conf->higher_prio_send_advert;
	r->params.is_ignoring_adverts = conf->owner_ignore_adverts;
	r->params.expired_adverts = conf->timer_expired_backup;
	r->params.advert_warn = conf->advert_warn;
	memset(r->slot.name, 0, sizeof(r->slot.name));
	strncpy(r->slot.name, conf->name, sizeof(r->slot.name) - 1);
	r->slot.version = conf->version;
	r->slot.priority_base = conf->priority;
	r->slot.down_adverts = conf->down_timer_adverts;
	r->slot.advert_int_us = conf->advert_int.us;
	take_peers(r, conf);
	r->tracking.owner_name = conf->name;
	vrrp_tracking_take(&r->tracking, &conf->tracks);
	vrrp_router_hold_priority(r, r->held_priority);
	take_holdings(r, conf);
}

struct addr vrrp_router_configured_source(const struct vrrp_instance_conf *conf)
{
	return addr_is_set(&conf->unicast_src_ip) ? conf->unicast_src_ip : conf->mcast_src_ip;
}

struct vrrp_identity vrrp_router_identity(const struct vrrp_instance_conf *conf)
{
	struct vrrp_identity id = { .family = conf->family, .vrid = conf->vrid };

	if (conf->interface)
		strncpy(id.ifname, conf->interface, sizeof(id.ifname) - 1);
	if (conf->peers.count) {
		id.unicast_source = conf->unicast_src_ip;
		id.unicast_source.family = conf->family; /* unset: that of the interface */
	}
	return id;
}

const struct addr *vrrp_router_group(const struct vrrp_instance_conf *conf)
{
	const struct vrrp_global_conf *global =
		((const struct vrrp_conf *)conf->obj.parent)->global;

	if (conf->peers.count)
		return NULL;
	if (addr_is_set(&conf->mcast_dst_ip))
		return &conf->mcast_dst_ip;
	return conf->family == AF_INET6 ? &global->mcast_group6 : &global->mcast_group4;
}

bool vrrp_router_is_signed(const struct vrrp_instance_conf *conf)
{
	return conf->authentication && conf->authentication->type == VRRP_AUTH_AH;
}

bool vrrp_router_has_peer(const struct vrrp_router *r, const struct addr *address)
{
	for (size_t i = 0; i < r->peer_count; i++)
		if (addr_equal(&r->peers[i].address, address))
			return true;
	return false;
}
