/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses of one virtual router in the kernel: what should be, what is, and the difference
 * done. Called by router.c after each transition and each event of the kernel; it does not matter
 * who changed what, nor whether the last attempt succeeded.
 */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/iface.h"
#include "vrrp/router.h"

enum {
	ADD_AT_ONCE = 128, /* then the loop gets its turn: adverts must not wait for addresses */
	RETRY_MS = 1000,
};

struct addr_key vrrp_addresses_key(const struct vrrp_router *r, const struct vrrp_vip_conf *vip)
{
	const struct link_info *link;
	struct addr_key key = { .addr = vip->prefix.addr, .len = vip->prefix.len };

	if (!vip->dev || !strcmp(vip->dev, r->iface->name)) {
		key.ifindex = r->iface->ifindex;
	} else {
		link = link_by_name(&r->engine->link.table, vip->dev);
		key.ifindex = link ? link->ifindex : 0;
	}
	return key;
}

/* Does another router want just that address where it is? Then it is not a leftover of this one. */
static bool is_wanted_elsewhere(const struct vrrp_router *r, const struct addr_key *key)
{
	for (const struct vrrp_router *o = r->engine->routers; o; o = o->next) {
		if (o == r || o->fsm.state != VRRP_ACTIVE)
			continue;
		for (size_t i = 0; i < o->vip_count; i++) {
			struct addr_key theirs = vrrp_addresses_key(o, o->vips[i].conf);

			if (!addr_key_cmp(&theirs, key))
				return true;
		}
	}
	return false;
}

static const char *vip_text(const struct vrrp_vip_conf *vip, char buf[ADDR_TEXT_BYTES])
{
	return addr_format(&vip->prefix.addr, buf);
}

/* An address that was there is gone, and it was not us. */
static void on_loss(struct vrrp_router *r, size_t i, mono_t now)
{
	struct vrrp_vip *vip = &r->vips[i];
	char text[ADDR_TEXT_BYTES];
	bool is_backoff;

	vip->was_present = false;
	r->slot.repairs++;
	vip->held_until = repair_loss(&vip->repair, now, &is_backoff);
	vip_text(vip->conf, text);
	if (is_backoff) {
		log_warning("instance %s: address %s is taken away again and again; putting it back"
			    " in %d s",
			r->conf->name, text, REPAIR_BACKOFF_SECONDS);
		role_event(r->engine->ctx, "address", text, "present", "held",
			"taken away five times in ten seconds");
	} else {
		log_warning("instance %s: address %s was taken away by somebody: putting it back",
			r->conf->name, text);
		role_event(r->engine->ctx, "address", text, "absent", "present",
			"taken away by somebody");
	}
}

static void find_wishes(struct vrrp_router *r, mono_t now)
{
	bool is_active = r->fsm.state == VRRP_ACTIVE;

	for (size_t i = 0; i < r->vip_count; i++) {
		struct vrrp_vip *vip = &r->vips[i];
		struct vip_want *w = &r->wants[i];
		bool is_there;

		w->key = vrrp_addresses_key(r, vip->conf);
		is_there = link_find_addr(&r->engine->link.table, &w->key) != NULL;
		if (is_active && vip->was_present && !is_there && w->key.ifindex)
			on_loss(r, i, now);
		if (!is_active) {
			vip->held_until = (mono_t){ 0 }; /* of this term of office */
			w->wish =
				is_there && is_wanted_elsewhere(r, &w->key) ? VIP_HELD : VIP_ABSENT;
		} else if (mono_before(now, vip->held_until)) {
			w->wish = VIP_HELD;
		} else {
			w->wish = VIP_PRESENT;
		}
	}
}

static void say_failures(struct vrrp_router *r, const struct netlink_addr_op *ops, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char text[ADDR_TEXT_BYTES];
		struct err e;

		if (!ops[i].sysno)
			continue;
		err_sys(&e, ops[i].sysno, "%s address %s/%u", ops[i].is_add ? "add" : "remove",
			addr_format(&ops[i].key.addr, text), ops[i].key.len);
		log_limited(&r->vip_limit, LOG_LEVEL_ERROR, "instance %s: %s; trying again",
			r->conf->name, e.text);
	}
}

static void execute(struct vrrp_router *r, const struct vip_op *planned, size_t count)
{
	struct netlink_addr_op ops[ADD_AT_ONCE];

	for (size_t done = 0; done < count;) {
		size_t n = 0;

		for (; n < ADD_AT_ONCE && done < count; n++, done++) {
			size_t i = planned[done].index;
			const struct vrrp_vip_conf *conf = r->vips[i].conf;

			r->vips[i].is_added = planned[done].is_add;
			ops[n] = (struct netlink_addr_op){ .is_add = planned[done].is_add,
				.key = r->wants[i].key,
				.scope = (uint8_t)conf->scope,
				.label = conf->label };
		}
		netlink_addrs(&r->engine->link.request, &r->engine->link.table, ops, n, NULL);
		say_failures(r, ops, n);
	}
	link_monitor_sync(&r->engine->link);
}

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

/* What is there after all, and when to look again. */
static void take_stock(struct vrrp_router *r, mono_t now, mono_t next)
{
	const struct link_table *table = &r->engine->link.table;
	bool is_active = r->fsm.state == VRRP_ACTIVE;
	const struct link_info *link = NULL;
	uint32_t present = 0;

	r->work_due = next;
	for (size_t i = 0; i < r->vip_count; i++) {
		struct vrrp_vip *vip = &r->vips[i];
		const struct addr_key *key = &r->wants[i].key;
		bool is_there = link_find_addr(table, key) != NULL;

		if (!link || link->ifindex != key->ifindex)
			link = link_by_index(table, key->ifindex);
		vip->was_present = is_active && is_there;
		present += is_there;
		/* Put on just now, at a takeover or later: the neighbours want to hear of it then.
		 */
		if ((is_to_be_found_anew(vip, link) || vip->is_added) && vip->was_present)
			announcer_add(r, i, now);
		/* The kernel tells of an IPv6 address a moment after it has answered. */
		if (vip->was_present || !is_active)
			vip->is_added = false;
		if (mono_before(now, vip->held_until))
			r->work_due = mono_min(r->work_due, vip->held_until);
	}
	if (r->slot.vips_present != present) {
		r->slot.vips_present = present;
		vrrp_router_touch(r);
	}
	vrrp_engine_work_at(r->engine, r->work_due);
}

void vrrp_addresses_reconcile(struct vrrp_router *r)
{
	bool is_owner = r->conf->priority == VRRP_OWNER_PRIORITY;
	mono_t now = mono_now();
	const struct link_table *table = &r->engine->link.table;
	mono_t next = MONO_NEVER;
	size_t room, needed;

	find_wishes(r, now);
	/* Removing is not put off: an address that is not ours must not answer any longer. */
	room = r->fsm.state == VRRP_ACTIVE && r->vip_count > ADD_AT_ONCE ? ADD_AT_ONCE
									 : r->vip_count;
	needed = vips_diff(r->wants, r->vip_count, table, is_owner, r->ops, room);
	if (needed)
		execute(r, r->ops, needed < room ? needed : room);
	if (needed > room)
		next = now;
	else if (needed && vips_diff(r->wants, r->vip_count, table, is_owner, NULL, 0))
		next = mono_add(now, span_ms(RETRY_MS)); /* something failed, adding or removing */
	take_stock(r, now, next);
}

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
			r->conf->name, vip_text(vip, text), key.len,
			vip->dev ? vip->dev : r->conf->interface);
	}
}

/* ---- reload ---- */

static bool is_in(
	const struct vrrp_router *r, const struct addr_key *key, const struct vrrp_vip_conf *conf)
{
	for (size_t i = 0; i < r->vip_count; i++) {
		struct addr_key have = vrrp_addresses_key(r, r->vips[i].conf);

		if (!addr_key_cmp(&have, key) && vrrp_vip_is_alike(r->vips[i].conf, conf))
			return true;
	}
	return false;
}

void vrrp_addresses_drop_old(struct vrrp_router *r, const struct vrrp_instance_conf *old_conf)
{
	for (size_t i = 0; i < old_conf->vips.count; i++) {
		const struct vrrp_vip_conf *vip = old_conf->vips.items[i];
		struct netlink_addr_op op = { .key = vrrp_addresses_key(r, vip) };
		const struct addr_info *there = link_find_addr(&r->engine->link.table, &op.key);

		if (!there || is_in(r, &op.key, vip) || is_wanted_elsewhere(r, &op.key) ||
			!vips_may_remove(&r->engine->link.table, there,
				old_conf->priority == VRRP_OWNER_PRIORITY))
			continue;
		netlink_addrs(&r->engine->link.request, &r->engine->link.table, &op, 1, NULL);
		say_failures(r, &op, 1);
	}
	link_monitor_sync(&r->engine->link);
}
