/* SPDX-License-Identifier: Apache-2.0 */
/* The rules between the objects of the VRRP section. */
#include <stdio.h>
#include <stdlib.h>

#include "core/conf/names.h"
#include "vrrp/schema_rows.h"

/* ---- virtual routers ---- */

static size_t key_count(const struct vrrp_instance_conf *i)
{
	return i->peers.count ? i->peers.count : 1;
}

/*
 * What no two virtual routers may share: a link, a number, a family, and where adverts go. With
 * several peers there are several such keys.
 */
static const char *router_key(const struct vrrp_instance_conf *i, size_t n,
	const struct vrrp_global_conf *g, struct arena *a)
{
	uint16_t family = i->family;
	const struct addr *to = family == AF_INET6 ? &g->mcast_group6 : &g->mcast_group4;
	char address[ADDR_TEXT_BYTES], text[ADDR_TEXT_BYTES + 64];

	if (i->peers.count)
		to = &((const struct vrrp_peer_conf *)i->peers.items[n])->address;
	else if (addr_is_set(&i->mcast_dst_ip))
		to = &i->mcast_dst_ip;
	snprintf(text, sizeof(text), "%s/%s %u %u %s", i->interface ? i->interface : "",
		i->vrf ? i->vrf : "", i->vrid, family, addr_format(to, address));
	return arena_strdup(a, text);
}

/* The same virtual router twice on a link: both would send, and both would own. */
static void routers_check(const struct vrrp_conf *c, struct conf_rules *r)
{
	struct conf_names *names;
	size_t count = 0;

	for (size_t i = 0; i < c->instances.count; i++)
		count += key_count(c->instances.items[i]);
	names = conf_names_new(count, r->arena);
	for (size_t i = 0; i < c->instances.count; i++) {
		struct vrrp_instance_conf *b = c->instances.items[i], *a = NULL;

		for (size_t n = 0; n < key_count(b) && !a && !conf_is_faulty(&b->obj); n++)
			a = conf_names_add(names, router_key(b, n, c->global, r->arena), b);
		if (a && a != b)
			conf_complain(r, CONF_ERROR, &b->obj,
				conf_row_at(&vrrp_instance_block, FIELD(vrid)),
				"virtual_router_id %u is taken on %s: by %s, line %u", b->vrid,
				b->interface ? b->interface : "that link", a->name,
				a->obj.pos.line);
	}
}

static void names_check(const struct vrrp_conf *c, struct conf_rules *r)
{
	struct conf_names *names = conf_names_new(c->instances.count, r->arena);

	for (size_t i = 0; i < c->instances.count; i++) {
		struct vrrp_instance_conf *b = c->instances.items[i], *a;

		a = b->name ? conf_names_add(names, b->name, b) : NULL;
		if (a)
			conf_complain(r, CONF_ERROR, &b->obj, vrrp_instance_block.args,
				"there is a vrrp_instance %s already, in line %u", b->name,
				a->obj.pos.line);
	}
}

/* ---- addresses ---- */

static void add_vips(const struct vrrp_vip_conf **vips, size_t *count, const struct conf_list *list)
{
	for (size_t j = 0; j < list->count; j++)
		vips[(*count)++] = list->items[j];
}

/* All addresses of instances without errors, in the order of addresses. */
static const struct vrrp_vip_conf **all_vips(
	const struct vrrp_conf *c, struct arena *a, size_t *count)
{
	const struct vrrp_vip_conf **vips;
	size_t max = 0;

	for (size_t i = 0; i < c->instances.count; i++) {
		const struct vrrp_instance_conf *one = c->instances.items[i];

		max += one->vips.count + one->excluded.count;
	}
	vips = arena_alloc(a, (max + 1) * sizeof(*vips));
	*count = 0;
	for (size_t i = 0; i < c->instances.count; i++) {
		const struct vrrp_instance_conf *one = c->instances.items[i];

		if (conf_is_faulty(&one->obj))
			continue;
		add_vips(vips, count, &one->vips);
		add_vips(vips, count, &one->excluded);
	}
	qsort(vips, *count, sizeof(const struct vrrp_vip_conf *), vrrp_vip_order);
	return vips;
}

static void vips_check(const struct vrrp_conf *c, struct conf_rules *r)
{
	char text[ADDR_TEXT_BYTES];
	size_t count;
	const struct vrrp_vip_conf **vips = all_vips(c, r->arena, &count);

	for (size_t i = 1; i < count && !r->is_canonical; i++)
		if (addr_equal(&vips[i - 1]->prefix.addr, &vips[i]->prefix.addr))
			conf_complain(r, CONF_WARNING, &vips[i]->obj, vips[i]->obj.block->args,
				"%s is also an address of %s, line %u",
				addr_format(&vips[i]->prefix.addr, text),
				((const struct vrrp_instance_conf *)vips[i - 1]->obj.parent)->name,
				vips[i - 1]->obj.pos.line);
}

/* ---- links ---- */

static void same_interface(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct vrrp_rule_list *t = arg;
	struct conf_obj *obj = t->list->items[later];

	conf_complain(t->r, CONF_WARNING, obj, obj->block->args,
		"this interface stands there twice: this line is dropped, the other is line %u",
		earlier->pos.line);
	conf_drop(obj);
}

static void drop_twins(struct conf_list *list, struct conf_rules *r)
{
	struct vrrp_rule_list twins = { list, r };

	conf_twins(list, r->arena, same_interface, &twins);
	conf_list_purge(list);
}

/* A link that is down for as long as it takes the others to take over must not count as up. */
static void delay_check(
	struct vrrp_link_delay_conf *d, const struct vrrp_instance_conf *i, struct conf_rules *r)
{
	uint32_t offset = offsetof(struct vrrp_link_delay_conf, down);
	int64_t limit = (i->down_timer_adverts - 1) * i->advert_int.us;

	if (!d->down.us || d->down.us < limit)
		return;
	conf_complain(r, CONF_WARNING, &d->obj, conf_row_at(d->obj.block, offset),
		"the others take over before %s counts as down for %s: the time must be less than "
		"%d.%02d seconds (down_timer_adverts less one, times advert_int); 0 is taken",
		d->interface, i->name, (int)(limit / 1000000), (int)(limit / 10000 % 100));
	d->down = span_us(0);
	conf_repaired(&d->obj, offset);
}

static void delays_check(struct vrrp_conf *c, struct conf_rules *r)
{
	struct conf_names *names = conf_names_new(c->link_delays.count, r->arena);

	drop_twins(&c->link_delays, r);
	for (size_t n = 0; n < c->link_delays.count; n++) {
		struct vrrp_link_delay_conf *d = c->link_delays.items[n];

		if (d->interface)
			conf_names_add(names, d->interface, d);
	}
	for (size_t n = 0; n < c->instances.count; n++) {
		const struct vrrp_instance_conf *i = c->instances.items[n];
		struct vrrp_link_delay_conf *d =
			i->interface ? conf_names_find(names, i->interface) : NULL;

		if (d && !conf_is_faulty(&i->obj))
			delay_check(d, i, r);
	}
}

/* ---- all of it ---- */

/* Of static_rules first, then of the instances in their order. */
static void number_rules(struct vrrp_conf *c, struct conf_rules *r)
{
	struct vrrp_rule_counters next = { VRRP_RULE_FIRST, VRRP_RULE_FIRST };

	vrrp_rules_number(&c->static_rules, &next, r);
	for (size_t i = 0; i < c->instances.count; i++) {
		struct vrrp_instance_conf *one = c->instances.items[i];

		vrrp_rules_number(&one->rules, &next, r);
	}
}

void vrrp_section_check(struct conf_obj *root, struct conf_rules *r)
{
	struct vrrp_conf *c = (struct vrrp_conf *)root;

	routers_check(c, r);
	names_check(c, r);
	vrrp_vips_drop_twins(&c->static_addresses, r);
	vrrp_routes_drop_twins(&c->static_routes, r);
	vrrp_rules_drop_twins(&c->static_rules, r);
	number_rules(c, r);
	vips_check(c, r);
	vrrp_refs_check(c, r);
	vrrp_weights_check(c, r);
	vrrp_untracked_drop(c, r);
	delays_check(c, r);
	vrrp_garp_groups_check(c, r);
}
