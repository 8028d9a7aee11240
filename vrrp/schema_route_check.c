/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of one route, and between the routes of a list. What the kernel would refuse when the
 * route is added is an error here: that is earlier, and somebody is there to read it.
 */
#include <string.h>

#include "core/conf/conf.h"
#include "vrrp/schema_iproute_rules.h"
#include "vrrp/schema_route.h"
#include "vrrp/schema_route_check.h"

#define COUNT(list)   (sizeof(list) / sizeof(*(list)))
#define ENCAP(member) ((uint32_t)offsetof(struct vrrp_encap_conf, member))
#define HOP(member)   ((uint32_t)offsetof(struct vrrp_nexthop_conf, member))
#define ROUTE(member) ((uint32_t)offsetof(struct vrrp_route_conf, member))
#define ERROR(obj, offset, ...)                                                                    \
	conf_complain(r, CONF_ERROR, obj, conf_row_at((obj)->block, offset), __VA_ARGS__)

static const char *row_name(const struct conf_obj *obj, uint32_t offset)
{
	return conf_row_at(obj->block, offset)->name;
}

/* ---- tunnels and ways ---- */

void vrrp_encap_check(struct conf_obj *obj, struct conf_rules *r)
{
	static const uint32_t ip_only[] = { ENCAP(id), ENCAP(dst), ENCAP(src), ENCAP(tos),
		ENCAP(ttl), ENCAP(flags) };
	static const uint32_t ends[] = { ENCAP(dst), ENCAP(src) };
	const struct vrrp_encap_conf *e = (const struct vrrp_encap_conf *)obj;
	bool is_ip = e->target.kind == VRRP_ENCAP_IP || e->target.kind == VRRP_ENCAP_IP6;

	for (size_t i = 0; i < COUNT(ip_only) && !is_ip; i++)
		if (conf_is_set(obj, ip_only[i])) {
			ERROR(obj, ip_only[i], "%s: this is for encap ip and encap ip6 only",
				row_name(obj, ip_only[i]));
			return;
		}
	for (size_t i = 0; i < COUNT(ends); i++) {
		const struct addr *a = (const void *)((const char *)obj + ends[i]);
		bool is_ip6 = e->target.kind == VRRP_ENCAP_IP6;

		if (addr_is_set(a) && (a->family == AF_INET6) != is_ip6)
			ERROR(obj, ends[i], "%s: encap %s has ends in %s", row_name(obj, ends[i]),
				is_ip6 ? "ip6" : "ip", is_ip6 ? "IPv6" : "IPv4");
	}
}

void vrrp_nexthop_check(struct conf_obj *obj, struct conf_rules *r)
{
	const struct vrrp_nexthop_conf *n = (const struct vrrp_nexthop_conf *)obj;

	if (!addr_is_set(&n->via) && !n->dev)
		conf_complain(
			r, CONF_ERROR, obj, NULL, "nexthop: neither `via` nor `dev` is there");
	else if (n->onlink && !n->dev)
		ERROR(obj, HOP(onlink), "onlink: on the link of which interface? `dev` is missing");
}

/* ---- the destination ---- */

/* `to DEST` is `DEST`. */
static void take_to(struct vrrp_route_conf *route, struct conf_rules *r)
{
	struct vrrp_to to = route->to;

	if (!conf_is_set(&route->obj, ROUTE(to)))
		return;
	if (to.is_given && conf_is_set(&route->obj, ROUTE(dest))) {
		ERROR(&route->obj, ROUTE(to), "the route has two destinations");
		return;
	}
	vrrp_row_forget(&route->obj, ROUTE(to));
	if (!to.is_given)
		return;
	route->dest = to.net;
	conf_repaired(&route->obj, ROUTE(dest));
}

/* Bits behind the length: the kernel refuses them in IPv4, and clears them in IPv6. */
static void host_bits(
	struct vrrp_route_conf *route, struct conf_prefix *p, uint32_t offset, struct conf_rules *r)
{
	char text[ADDR_TEXT_BYTES + 4], other[ADDR_TEXT_BYTES + 4];
	struct conf_prefix net = vrrp_network(p);

	if (addr_equal(&net.addr, &p->addr))
		return;
	vrrp_prefix_text(p, text);
	vrrp_prefix_text(&net, other);
	if (p->addr.family == AF_INET)
		ERROR(&route->obj, offset,
			"%s has bits behind its length, which the kernel refuses: write %s, or "
			"%.*s/32 for that address alone",
			text, other, (int)strcspn(text, "/"), text);
	else
		conf_complain(r, CONF_WARNING, &route->obj, conf_row_at(route->obj.block, offset),
			"%s has bits behind its length; %s is taken", text, other);
	*p = net;
}

/* ---- families ---- */

struct family {
	struct conf_rules *r;
	uint16_t family; /* 0 = not known yet */
};

/* False after a complaint: the address is of another family than what stands before. */
static bool agrees(
	struct family *f, const struct conf_obj *obj, uint32_t offset, const struct addr *a)
{
	char text[ADDR_TEXT_BYTES];

	if (!addr_is_set(a))
		return true;
	if (!f->family)
		f->family = a->family;
	if (f->family == a->family)
		return true;
	conf_complain(f->r, CONF_ERROR, obj, conf_row_at(obj->block, offset),
		"%s: %s is an %s address, but the route is for %s",
		obj->block->arg_count && offset == ROUTE(dest) ? "the destination"
							       : row_name(obj, offset),
		addr_format(a, text), vrrp_family_name(a), f->family == AF_INET6 ? "IPv6" : "IPv4");
	return false;
}

static bool all_agree(struct vrrp_route_conf *route, struct family *f)
{
	static const uint32_t at[] = { ROUTE(dest), ROUTE(via), ROUTE(or_via), ROUTE(src) };

	for (size_t i = 0; i < COUNT(at); i++) /* a prefix begins with its address */
		if (!agrees(f, &route->obj, at[i], (const void *)((const char *)route + at[i])))
			return false;
	for (size_t i = 0; i < route->nexthops.count; i++) {
		const struct vrrp_nexthop_conf *n = route->nexthops.items[i];

		if (!agrees(f, &n->obj, HOP(via), &n->via))
			return false;
	}
	return agrees(f, &route->obj, ROUTE(from), &route->from.addr);
}

static void one_family_only(struct vrrp_route_conf *route, struct conf_rules *r)
{
	static const uint32_t ipv6_only[] = { ROUTE(from), ROUTE(pref), ROUTE(expires) };
	bool is_ipv6 = route->dest.addr.family == AF_INET6;

	for (size_t i = 0; i < COUNT(ipv6_only) && !is_ipv6; i++)
		if (conf_is_set(&route->obj, ipv6_only[i]))
			ERROR(&route->obj, ipv6_only[i], "%s: this is for IPv6 routes only",
				row_name(&route->obj, ipv6_only[i]));
	if (!is_ipv6)
		return;
	if (conf_is_set(&route->obj, ROUTE(realms)))
		ERROR(&route->obj, ROUTE(realms), "realms: this is for IPv4 routes only");
	for (size_t i = 0; i < route->nexthops.count; i++) {
		const struct vrrp_nexthop_conf *n = route->nexthops.items[i];

		if (conf_is_set(&n->obj, HOP(realms)))
			ERROR(&n->obj, HOP(realms), "realms: this is for IPv4 routes only");
	}
}

/* The family of the route, and with it that of `default`. False after a complaint. */
static bool family_check(struct vrrp_route_conf *route, struct conf_rules *r)
{
	struct family f = { .r = r };

	if (conf_is_set(&route->obj, ROUTE(family)))
		f.family = route->family == VRRP_FAMILY_INET6 ? AF_INET6 : AF_INET;
	if (!all_agree(route, &f))
		return false;
	if (!addr_is_set(&route->dest.addr))
		route->dest.addr.family = f.family ? f.family : AF_INET;
	if (conf_is_set(&route->obj, ROUTE(from)) && !addr_is_set(&route->from.addr))
		vrrp_row_forget(&route->obj, ROUTE(from)); /* from all */
	one_family_only(route, r);
	return true;
}

/* ---- where it leads ---- */

/* via A or B: nexthop via A nexthop via B */
static void take_or(struct vrrp_route_conf *route, struct conf_rules *r)
{
	const struct block_index *index = obj_meta(&route->obj)->index, *hop = NULL;
	const struct addr ways[] = { route->via, route->or_via };

	if (!addr_is_set(&route->or_via))
		return;
	if (!addr_is_set(&route->via) || route->nexthops.count) {
		ERROR(&route->obj, ROUTE(or_via),
			"or: it stands behind `via`, and not with `nexthop`");
		return;
	}
	for (unsigned i = 0; i < index->row_count; i++)
		if (conf_row(route->obj.block, i)->offset == ROUTE(nexthops))
			hop = index->children[i];
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct vrrp_nexthop_conf *n = (struct vrrp_nexthop_conf *)obj_new(
			hop, &route->obj, route->obj.pos, r->arena);

		n->via = ways[i];
		conf_repaired(&n->obj, HOP(via));
		if (route->dev) {
			n->dev = route->dev;
			conf_repaired(&n->obj, HOP(dev));
		}
		conf_list_add(&route->nexthops, n, r->arena);
	}
	vrrp_row_forget(&route->obj, ROUTE(via));
	vrrp_row_forget(&route->obj, ROUTE(or_via));
	vrrp_row_forget(&route->obj, ROUTE(dev));
	conf_repaired(&route->obj, ROUTE(nexthops));
}

/* The first of what says where packets go, or 0. */
static uint32_t way_of(const struct vrrp_route_conf *route, bool is_with_dev)
{
	if (addr_is_set(&route->via))
		return ROUTE(via);
	if (route->nexthops.count)
		return ROUTE(nexthops);
	if (route->encap)
		return ROUTE(encap);
	return is_with_dev && route->dev ? ROUTE(dev) : 0;
}

static void way_check(struct vrrp_route_conf *route, struct conf_rules *r)
{
	bool is_reject = route->type >= VRRP_ROUTE_BLACKHOLE;
	uint32_t way = way_of(route, !is_reject || route->dest.addr.family == AF_INET);

	if (is_reject && way)
		ERROR(&route->obj, way, "a route of type %s leads nowhere: it has no `%s`",
			vrrp_route_types.words[route->type], row_name(&route->obj, way));
	else if (!is_reject && (!way || way == ROUTE(encap)) && !route->dev)
		conf_complain(r, CONF_ERROR, &route->obj, NULL,
			"where does the route lead? `via`, `dev` or `nexthop` is missing");
	else if (route->nexthops.count && (addr_is_set(&route->via) || route->dev))
		ERROR(&route->obj, addr_is_set(&route->via) ? ROUTE(via) : ROUTE(dev),
			"with `nexthop`, `via` and `dev` are written behind each of them");
	else if (route->onlink && !route->dev)
		ERROR(&route->obj, ROUTE(onlink),
			"onlink: on the link of which interface? `dev` is missing");
}

/* ---- keeping watch ---- */

static void track_check(struct vrrp_route_conf *route, struct conf_rules *r)
{
	bool has_group = route->track_group != NULL;

	if (!vrrp_is_own_protocol(route->protocol) && !route->no_track) {
		vrrp_row_ignore(r, &route->obj, ROUTE(protocol),
			"keepd knows its routes by protocol keepd, which is taken; with no_track "
			"another one may stand here");
		route->protocol = OBJECT_PROTO;
	}
	if (has_group && route->obj.block != &vrrp_static_route_block)
		vrrp_row_ignore(r, &route->obj, ROUTE(track_group),
			"only routes of static_routes can have a group; `track_group` is ignored");
	else if (has_group && route->no_track)
		vrrp_row_ignore(r, &route->obj, ROUTE(track_group),
			"with no_track, nothing follows from its loss; `track_group` is ignored");
	else if (has_group && !route->dev)
		vrrp_row_ignore(r, &route->obj, ROUTE(track_group),
			"a route without dev cannot have a group; `track_group` is ignored");
}

void vrrp_route_check(struct conf_obj *obj, struct conf_rules *r)
{
	struct vrrp_route_conf *route = (struct vrrp_route_conf *)obj;

	vrrp_row_forget(obj, ROUTE(as));
	take_to(route, r);
	if (!conf_is_set(obj, ROUTE(dest))) {
		conf_complain(r, CONF_ERROR, obj, NULL, "the route has no destination");
		return;
	}
	if (conf_is_faulty(obj) || !family_check(route, r))
		return;
	host_bits(route, &route->dest, ROUTE(dest), r);
	host_bits(route, &route->from, ROUTE(from), r);
	take_or(route, r);
	way_check(route, r);
	track_check(route, r);
}

/* ---- rules between routes ---- */

struct twins {
	struct conf_list *list;
	struct conf_rules *r;
};

static void twin(void *arg, size_t later, const struct conf_obj *earlier)
{
	struct twins *t = arg;
	struct vrrp_route_conf *b = t->list->items[later];

	if (conf_equal(earlier, &b->obj)) {
		conf_complain(t->r, CONF_WARNING, &b->obj, NULL,
			"the same route stands in line %u; this one is dropped", earlier->pos.line);
		conf_drop(&b->obj);
	} else if (b->insert == VRRP_ROUTE_ADD && !t->r->is_canonical) {
		conf_complain(t->r, CONF_WARNING, &b->obj, conf_row_at(b->obj.block, ROUTE(insert)),
			"add: there is a route to the same network in line %u, so the kernel will "
			"refuse this one",
			earlier->pos.line);
	}
}

void vrrp_routes_drop_twins(struct conf_list *routes, struct conf_rules *r)
{
	struct twins t = { routes, r };

	conf_twins(routes, r->arena, twin, &t);
	conf_list_purge(routes);
}
