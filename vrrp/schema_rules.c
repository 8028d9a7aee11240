/* SPDX-License-Identifier: Apache-2.0 */
/* The rules between the objects of the VRRP section. */
#include <stdlib.h>
#include <string.h>

#include "vrrp/schema_rows.h"

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
		conf_complain(t->r, CONF_ERROR, &b->obj,
			conf_row_at(&vrrp_instance_block, FIELD(vrid)),
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
			conf_complain(r, CONF_ERROR, &all[i]->obj, vrrp_instance_block.args,
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
	qsort(vips, *count, sizeof(const struct vrrp_vip_conf *), vrrp_vip_order);
	return vips;
}

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
	struct twins twins = { c, r };
	const struct vrrp_vip_conf **vips;
	char text[ADDR_TEXT_BYTES];
	size_t count;

	conf_twins(&c->instances, r->arena, same_router, &twins);
	name_twins(c, r);
	vrrp_vips_drop_twins(&c->static_addresses, r);
	vrrp_routes_drop_twins(&c->static_routes, r);
	vrrp_rules_drop_twins(&c->static_rules, r);
	number_rules(c, r);
	vips = all_vips(c, r->arena, &count);
	for (size_t i = 1; i < count; i++)
		if (addr_equal(&vips[i - 1]->prefix.addr, &vips[i]->prefix.addr))
			conf_complain(r, CONF_WARNING, &vips[i]->obj, vrrp_vip_block.args,
				"%s is also an address of %s, line %u",
				addr_format(&vips[i]->prefix.addr, text),
				((const struct vrrp_instance_conf *)vips[i - 1]->obj.parent)->name,
				vips[i - 1]->obj.pos.line);
}
