/* SPDX-License-Identifier: Apache-2.0 */
/* Announcements on interfaces without adverts: see extra_garp.h. Called by router.c. */
#include "vrrp/extra_garp.h"

#include "vrrp/announcer.h"
#include "vrrp/router.h"
#include "vrrp/vmac.h"

static bool is_elsewhere(const struct vrrp_router *r, const struct vrrp_vip_conf *vip)
{
	return vrrp_addresses_key(r, vip).ifindex != vrrp_vmac_exit(r) &&
	       (r->conf->garp_extra_if.is_all || vrrp_vmac_of(r, vip));
}

static void on_timer(void *arg)
{
	struct vrrp_router *r = arg;
	mono_t now = mono_now();

	for (size_t i = 0; i < r->vip_count; i++)
		if (is_elsewhere(r, r->vips[i].conf))
			announce_raise(&r->plan, (uint32_t)i, 1);
	announcer_plan(r, now);
	timer_set(&r->extra_garp.timer, mono_add(now, r->extra_garp.every));
}

void extra_garp_follow(struct vrrp_router *r)
{
	struct extra_garp *x = &r->extra_garp;
	span_t every = r->fsm.state == VRRP_ACTIVE ? r->conf->garp_extra_if.every : span_us(0);

	if (every.us == x->every.us)
		return;
	x->every = every;
	if (every.us)
		timer_set(&x->timer, mono_add(mono_now(), every));
	else
		timer_off(&x->timer);
}

int extra_garp_open(struct vrrp_router *r, struct err *e)
{
	return timer_open(&r->extra_garp.timer, r->engine->ctx->loop, on_timer, r, e);
}

void extra_garp_close(struct vrrp_router *r)
{
	timer_close(&r->extra_garp.timer);
}
