/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects of one virtual router: given to the keeper when the router changes its state, and its
 * addresses announced when they came, or came to another link. Called by router.c and engine.c.
 */
#include <net/if.h>
#include <string.h>

#include "vrrp/iface.h"
#include "vrrp/message.h"
#include "vrrp/orders.h"
#include "vrrp/router.h"
#include "vrrp/vips.h"
#include "vrrp/vmac.h"

/* ---- where ---- */

uint32_t vrrp_addresses_device(const void *router, const struct conf_obj *conf)
{
	const struct vrrp_router *r = router;
	const struct vrrp_vip_conf *vip = (const struct vrrp_vip_conf *)conf;
	const struct vmac *vmac = vrrp_vmac_of(r, vip);
	const struct link_info *link;

	if (vmac)
		return vmac->ifindex;
	if (!vip->dev || !strcmp(vip->dev, r->iface->name))
		return r->iface->ifindex;
	link = link_by_name(&r->engine->link.table, vip->dev);
	return link ? link->ifindex : 0;
}

struct addr_key vrrp_addresses_key(const struct vrrp_router *r, const struct vrrp_vip_conf *vip)
{
	return address_key(vip, vrrp_addresses_device(r, &vip->obj));
}

/* ---- announcing ---- */

/* Has its interface another MAC, or does it reach the neighbours again? */
static bool is_to_be_found_anew(struct vrrp_vip *vip, const struct link_info *link)
{
	bool is_up = link && (link->flags & IFF_UP) && (link->flags & IFF_RUNNING);
	bool is_new = is_up && vip->is_link_known &&
		      (!vip->is_link_up || memcmp(vip->mac, link->mac, sizeof(vip->mac)) != 0);

	vip->is_link_known = true;
	vip->is_link_up = is_up;
	if (is_up)
		memcpy(vip->mac, link->mac, sizeof(vip->mac));
	return is_new;
}

/* Put on just now, at a takeover or later: then is when the neighbours want to hear of it. */
static void announce_new(struct vrrp_router *r, mono_t now)
{
	const struct link_table *table = &r->engine->link.table;
	const struct link_info *link = NULL;

	for (size_t i = 0; i < r->vip_count; i++) {
		const struct holding *item = &r->holdings.items[i];
		bool is_new;

		if (!link || link->ifindex != item->id.where)
			link = link_by_index(table, item->id.where);
		is_new = is_to_be_found_anew(&r->vips[i], link) || item->is_added;
		if (is_new && item->is_there)
			announcer_add(r, i, now);
	}
}

/* How many of each kind are there, for who asks; true if it is another number than before. */
static bool count_present(struct vrrp_router *r)
{
	struct vrrp_slot *s = &r->slot;
	uint32_t *const present[] = { [OBJECT_ADDRESS] = &s->vips_present,
		[OBJECT_ROUTE] = &s->routes_present,
		[OBJECT_RULE] = &s->rules_present };
	uint32_t count[OBJECT_KINDS] = { 0 };
	bool is_other = false;

	for (size_t i = 0; i < r->holdings.count; i++)
		count[r->holdings.items[i].id.kind] += r->holdings.items[i].is_there;
	for (size_t kind = 0; kind < OBJECT_KINDS; kind++) {
		is_other |= *present[kind] != count[kind];
		*present[kind] = count[kind];
	}
	return is_other;
}

void vrrp_addresses_reconcile(struct vrrp_router *r)
{
	struct holdings *h = &r->holdings;
	bool is_other;

	vrrp_addresses_promote(r, r->conf->promote_secondaries);
	h->is_wanted = r->fsm.state == VRRP_ACTIVE;
	keeper_reconcile(&r->engine->keeper, h);
	announce_new(r, mono_now());
	is_other = count_present(r) || r->slot.repairs != h->repairs;
	r->slot.repairs = h->repairs;
	if (is_other)
		vrrp_router_touch(r);
}

/* ---- promote_secondaries ---- */

static void set_promotion(struct vrrp_router *r, uint32_t ifindex, bool is_on)
{
	struct orders o = { 0 };

	orders_promote(&o, ifindex, is_on);
	orders_give(&o, &r->engine->link.request, NULL);
	if (o.ops[0].sysno)
		log_warning("instance %s: promote_secondaries of %s: %s", r->conf->name,
			r->conf->interface, strerror(o.ops[0].sysno));
	orders_free(&o);
}

void vrrp_addresses_promote(struct vrrp_router *r, bool is_on)
{
	const struct link_table *t = &r->engine->link.table;
	const struct link_info *link = link_by_index(t, r->iface->ifindex);

	if (r->promoted && (!is_on || !link || link->ifindex != r->promoted)) {
		if (link_by_index(t, r->promoted))
			set_promotion(r, r->promoted, false);
		r->promoted = 0;
	}
	if (!is_on || !link || link->promotes || r->promoted)
		return;
	set_promotion(r, link->ifindex, true);
	r->promoted = link->ifindex;
}

/* ---- mistakes ---- */

void vrrp_addresses_check(const struct vrrp_router *r)
{
	const struct link_table *t = &r->engine->link.table;

	for (size_t i = 0; i < r->vip_count; i++) {
		const struct vrrp_vip_conf *vip = r->vips[i].conf;
		struct addr_key key = vrrp_addresses_key(r, vip);
		const struct addr_info *there = link_find_addr(t, &key);
		char text[ADDR_TEXT_BYTES];

		if (r->conf->priority == VRRP_OWNER_PRIORITY || !there || !vips_is_own(t, there))
			continue;
		log_warning("instance %s: %s/%u is the own address of %s: it stays there, also on a"
			    " backup; take another one, or priority 255 on the node that owns it",
			r->conf->name, addr_format(&key.addr, text), key.len,
			vip->dev ? vip->dev : r->conf->interface);
	}
}
