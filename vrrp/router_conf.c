/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a virtual router takes over from its configuration, when it is made and at each reload:
 * parameters, trackers, the list of addresses. Nothing of the kernel is touched here. Called by
 * router.c.
 */
#include <stdlib.h>
#include <string.h>

#include "core/exit.h"
#include "vrrp/router.h"

static void *allocate(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes);

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory for a virtual router");
	return p;
}

static bool text_equal(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

bool vrrp_vip_is_alike(const struct vrrp_vip_conf *a, const struct vrrp_vip_conf *b)
{
	return a->scope == b->scope && text_equal(a->label, b->label);
}

static const struct vrrp_vip *find_vip(
	const struct vrrp_vip *vips, size_t count, const struct vrrp_vip_conf *conf)
{
	for (size_t i = 0; i < count; i++) {
		const struct vrrp_vip_conf *c = vips[i].conf;

		if (c->prefix.len == conf->prefix.len &&
			addr_equal(&c->prefix.addr, &conf->prefix.addr) &&
			text_equal(c->dev, conf->dev))
			return &vips[i];
	}
	return NULL;
}

static void take_advertised(struct vrrp_router *r)
{
	r->advertised = allocate(r->vip_count, sizeof(*r->advertised));
	r->advertised_count = 0;
	for (size_t i = 0; i < r->vip_count && r->advertised_count < VRRP_ADDRESSES_MAX; i++)
		if (r->vips[i].conf->prefix.addr.family == r->conf->family)
			r->advertised[r->advertised_count++] = r->vips[i].conf->prefix.addr;
}

/* The list of addresses; what is known of those that were in the old list stays known. */
static void take_vips(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	struct vrrp_vip *old = r->vips;
	uint32_t *old_left = r->announce_left;
	size_t old_count = r->vip_count;
	struct announce_plan plan = r->plan;

	free(r->wants);
	free(r->ops);
	free(r->advertised);
	r->vip_count = conf->vips.count;
	r->vips = allocate(r->vip_count, sizeof(*r->vips));
	r->wants = allocate(r->vip_count, sizeof(*r->wants));
	r->ops = allocate(r->vip_count, sizeof(*r->ops));
	r->announce_left = allocate(r->vip_count, sizeof(*r->announce_left));
	announce_init(&r->plan, r->announce_left, (uint32_t)r->vip_count);
	if (old) {
		r->plan.second_due = plan.second_due;
		r->plan.refresh_due = plan.refresh_due;
	}
	for (size_t i = 0; i < r->vip_count; i++) {
		const struct vrrp_vip_conf *c = conf->vips.items[i];
		const struct vrrp_vip *known = find_vip(old, old_count, c);

		if (known) {
			r->vips[i] = *known;
			r->vips[i].was_present &= vrrp_vip_is_alike(known->conf, c);
			announce_raise(&r->plan, (uint32_t)i, old_left[known - old]);
		} else if (r->fsm.state == VRRP_ACTIVE) {
			announce_raise(&r->plan, (uint32_t)i, conf->garp_master_repeat);
		}
		r->vips[i].conf = c;
	}
	take_advertised(r);
	r->slot.vips = (uint32_t)r->vip_count;
	free(old);
	free(old_left);
}

void vrrp_router_take_conf(struct vrrp_router *r, const struct vrrp_instance_conf *conf)
{
	r->conf = conf;
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
	memset(r->slot.name, 0, sizeof(r->slot.name));
	strncpy(r->slot.name, conf->name, sizeof(r->slot.name) - 1);
	r->slot.version = conf->version;
	r->slot.priority_base = conf->priority;
	r->slot.down_adverts = conf->down_timer_adverts;
	r->slot.advert_int_us = conf->advert_int.us;
	vrrp_tracking_take(&r->tracking, &conf->tracks);
	vrrp_router_hold_priority(r, r->held_priority);
	take_vips(r, conf);
}

struct vrrp_identity vrrp_router_identity(const struct vrrp_instance_conf *conf)
{
	struct vrrp_identity id = { .family = conf->family, .vrid = conf->vrid };

	strncpy(id.ifname, conf->interface, sizeof(id.ifname) - 1);
	return id;
}

const struct addr *vrrp_router_group(const struct vrrp_instance_conf *conf)
{
	const struct vrrp_global_conf *global =
		((const struct vrrp_conf *)conf->obj.parent)->global;

	if (addr_is_set(&conf->mcast_dst_ip))
		return &conf->mcast_dst_ip;
	return conf->family == AF_INET6 ? &global->mcast_group6 : &global->mcast_group4;
}
