/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a line of virtual_routes or static_routes to the message that makes the route. What is not
 * written and needs a value gets that of ip route. Pure.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/ila.h>
#include <linux/lwtunnel.h>
#include <linux/mpls.h>
#include <linux/mpls_iptunnel.h>
#include <linux/rtnetlink.h>

#include "core/conf/conf.h"
#include "core/conf/rules.h"
#include "vrrp/message.h"

#define METRIC_IPV6   1024	   /* what the kernel takes in place of 0 */
#define MTU_MAX	      (65535 - 15) /* more than that it cuts */
#define ADVMSS_MAX    (65535 - 40)
#define ROUTE(member) ((uint32_t)offsetof(struct vrrp_route_conf, member))
#define ENCAP(member) ((uint32_t)offsetof(struct vrrp_encap_conf, member))
#define COUNT(list)   (sizeof(list) / sizeof(*(list)))

static void put_addr(struct nlmsghdr *h, uint16_t type, const struct addr *a)
{
	if (addr_is_set(a))
		mnl_attr_put(h, type, addr_len_bytes(a), a->bytes);
}

static uint32_t ifindex_of(const struct link_table *links, const char *name, bool *is_missing)
{
	const struct link_info *link = name ? link_by_name(links, name) : NULL;

	*is_missing |= name && !link;
	return link ? link->ifindex : 0;
}

/* ---- metrics ---- */

static const struct {
	uint32_t offset; /* of a struct vrrp_metric */
	uint16_t type;
	uint32_t max; /* 0 = none */
} lockable[] = {
	{ ROUTE(mtu), RTAX_MTU, MTU_MAX },
	{ ROUTE(advmss), RTAX_ADVMSS, ADVMSS_MAX },
	{ ROUTE(rtt), RTAX_RTT, 0 },
	{ ROUTE(rttvar), RTAX_RTTVAR, 0 },
	{ ROUTE(reordering), RTAX_REORDERING, 0 },
	{ ROUTE(cwnd), RTAX_CWND, 0 },
	{ ROUTE(ssthresh), RTAX_SSTHRESH, 0 },
	{ ROUTE(rto_min), RTAX_RTO_MIN, 0 },
};

static const struct {
	uint32_t offset; /* of a uint32_t, or a uint8_t */
	uint16_t type;
	bool is_byte;
} plain[] = {
	{ ROUTE(window), RTAX_WINDOW, false },
	{ ROUTE(initcwnd), RTAX_INITCWND, false },
	{ ROUTE(initrwnd), RTAX_INITRWND, false },
	{ ROUTE(hoplimit), RTAX_HOPLIMIT, true },
	{ ROUTE(quickack), RTAX_QUICKACK, true },
	{ ROUTE(fastopen_no_cookie), RTAX_FASTOPEN_NO_COOKIE, true },
};

static void put_metrics(struct nlmsghdr *h, const struct vrrp_route_conf *route)
{
	struct nlattr *nest = mnl_attr_nest_start(h, RTA_METRICS);
	const void *begin = mnl_nlmsg_get_payload_tail(h);
	uint32_t locks = 0;

	for (size_t i = 0; i < COUNT(lockable); i++) {
		const struct vrrp_metric *m =
			(const void *)((const char *)route + lockable[i].offset);

		if (!conf_is_set(&route->obj, lockable[i].offset))
			continue;
		mnl_attr_put_u32(h, lockable[i].type,
			lockable[i].max && m->value > lockable[i].max ? lockable[i].max : m->value);
		locks |= m->is_locked ? UINT32_C(1) << lockable[i].type : 0;
	}
	for (size_t i = 0; i < COUNT(plain); i++) {
		const void *field = (const char *)route + plain[i].offset;

		if (conf_is_set(&route->obj, plain[i].offset))
			mnl_attr_put_u32(h, plain[i].type,
				plain[i].is_byte ? *(const uint8_t *)field
						 : *(const uint32_t *)field);
	}
	if (route->features)
		mnl_attr_put_u32(h, RTAX_FEATURES, RTAX_FEATURE_ECN);
	if (route->congctl.name) {
		mnl_attr_put_strz(h, RTAX_CC_ALGO, route->congctl.name);
		locks |= route->congctl.is_locked ? UINT32_C(1) << RTAX_CC_ALGO : 0;
	}
	if (locks)
		mnl_attr_put_u32(h, RTAX_LOCK, locks);
	if (mnl_nlmsg_get_payload_tail(h) == begin)
		mnl_attr_nest_cancel(h, nest);
	else
		mnl_attr_nest_end(h, nest);
}

/* ---- tunnels ---- */

/* ip and ip6 have the same attributes under other numbers. */
struct tunnel_attrs {
	uint16_t type, id, dst, src, tos, ttl, flags;
};

static const struct tunnel_attrs tunnels[] = {
	[VRRP_ENCAP_IP] = { LWTUNNEL_ENCAP_IP, LWTUNNEL_IP_ID, LWTUNNEL_IP_DST, LWTUNNEL_IP_SRC,
		LWTUNNEL_IP_TOS, LWTUNNEL_IP_TTL, LWTUNNEL_IP_FLAGS },
	[VRRP_ENCAP_IP6] = { LWTUNNEL_ENCAP_IP6, LWTUNNEL_IP6_ID, LWTUNNEL_IP6_DST,
		LWTUNNEL_IP6_SRC, LWTUNNEL_IP6_TC, LWTUNNEL_IP6_HOPLIMIT, LWTUNNEL_IP6_FLAGS },
};

static uint16_t put_tunnel(
	struct nlmsghdr *h, const struct vrrp_encap_conf *e, const struct tunnel_attrs *t)
{
	if (conf_is_set(&e->obj, ENCAP(id)))
		mnl_attr_put_u64(h, t->id, htobe64(e->id));
	put_addr(h, t->dst, &e->dst);
	put_addr(h, t->src, &e->src);
	if (conf_is_set(&e->obj, ENCAP(tos)))
		mnl_attr_put_u8(h, t->tos, (uint8_t)e->tos);
	if (conf_is_set(&e->obj, ENCAP(ttl)))
		mnl_attr_put_u8(h, t->ttl, e->ttl);
	if (conf_is_set(&e->obj, ENCAP(flags)))
		mnl_attr_put_u16(h, t->flags, htons((uint16_t)e->flags));
	return t->type;
}

static uint16_t put_labels(struct nlmsghdr *h, const struct vrrp_encap_target *t)
{
	struct mpls_label stack[VRRP_LABELS_MAX];

	for (uint32_t i = 0; i < t->label_count; i++)
		stack[i].entry = htonl(t->labels[i] << MPLS_LS_LABEL_SHIFT |
				       (uint32_t)(i + 1 == t->label_count) << MPLS_LS_S_SHIFT);
	mnl_attr_put(h, MPLS_IPTUNNEL_DST, t->label_count * sizeof(*stack), stack);
	return LWTUNNEL_ENCAP_MPLS;
}

static void put_encap(struct nlmsghdr *h, const struct vrrp_encap_conf *e)
{
	struct nlattr *nest;
	uint16_t type = LWTUNNEL_ENCAP_NONE;

	if (!e)
		return;
	nest = mnl_attr_nest_start(h, RTA_ENCAP);
	switch ((enum vrrp_encap_kind)e->target.kind) {
	case VRRP_ENCAP_IP:
	case VRRP_ENCAP_IP6: type = put_tunnel(h, e, &tunnels[e->target.kind]); break;
	case VRRP_ENCAP_MPLS: type = put_labels(h, &e->target); break;
	case VRRP_ENCAP_ILA:
		mnl_attr_put_u64(h, ILA_ATTR_LOCATOR, htobe64(e->target.locator));
		type = LWTUNNEL_ENCAP_ILA;
		break;
	}
	mnl_attr_nest_end(h, nest);
	mnl_attr_put_u16(h, RTA_ENCAP_TYPE, type);
}

/* ---- ways ---- */

static void put_way(struct nlmsghdr *h, const struct vrrp_nexthop_conf *way)
{
	put_addr(h, RTA_GATEWAY, &way->via);
	if (way->realms)
		mnl_attr_put_u32(h, RTA_FLOW, way->realms);
	put_encap(h, way->encap);
}

static void put_ways(struct nlmsghdr *h, const struct vrrp_route_conf *route,
	const struct link_table *links, bool *is_missing)
{
	struct nlattr *nest = mnl_attr_nest_start(h, RTA_MULTIPATH);

	for (size_t i = 0; i < route->nexthops.count; i++) {
		const struct vrrp_nexthop_conf *way = route->nexthops.items[i];
		struct rtnexthop *hop = mnl_nlmsg_get_payload_tail(h);
		uint32_t begin = h->nlmsg_len;

		*hop = (struct rtnexthop){ .rtnh_hops = (uint8_t)(way->weight - 1),
			.rtnh_flags = way->onlink ? RTNH_F_ONLINK : 0,
			.rtnh_ifindex = (int)ifindex_of(links, way->dev, is_missing) };
		h->nlmsg_len += (uint32_t)sizeof(*hop);
		put_way(h, way);
		hop->rtnh_len = (uint16_t)(h->nlmsg_len - begin);
	}
	mnl_attr_nest_end(h, nest);
}

/* One way is no choice of ways: the kernel shows it as `via` and `dev`. */
static struct vrrp_nexthop_conf only_way(const struct vrrp_route_conf *route)
{
	if (route->nexthops.count == 1)
		return *(const struct vrrp_nexthop_conf *)route->nexthops.items[0];
	return (struct vrrp_nexthop_conf){ .via = route->via,
		.dev = route->dev,
		.onlink = route->onlink,
		.realms = route->realms,
		.encap = route->encap };
}

/* ---- the route ---- */

static uint8_t scope_of(const struct vrrp_route_conf *route, const struct vrrp_nexthop_conf *way)
{
	if (route->dest.addr.family == AF_INET6)
		return RT_SCOPE_UNIVERSE; /* IPv6 knows no other */
	if (conf_is_set(&route->obj, ROUTE(scope)))
		return (uint8_t)route->scope;
	switch ((enum vrrp_route_type)route->type) {
	case VRRP_ROUTE_LOCAL: return RT_SCOPE_HOST;
	case VRRP_ROUTE_BROADCAST:
	case VRRP_ROUTE_ANYCAST:
	case VRRP_ROUTE_MULTICAST: return RT_SCOPE_LINK;
	case VRRP_ROUTE_UNICAST:
		return addr_is_set(&way->via) || route->nexthops.count > 1 ? RT_SCOPE_UNIVERSE
									   : RT_SCOPE_LINK;
	case VRRP_ROUTE_BLACKHOLE:
	case VRRP_ROUTE_UNREACHABLE:
	case VRRP_ROUTE_PROHIBIT:
	case VRRP_ROUTE_THROW: break;
	}
	return RT_SCOPE_UNIVERSE;
}

static uint32_t table_of(
	const struct vrrp_route_conf *route, const struct link_table *links, bool *is_missing)
{
	const struct link_info *vrf = route->vrf ? link_by_name(links, route->vrf) : NULL;

	*is_missing |= route->vrf && !(vrf && vrf->vrf_table);
	return vrf && vrf->vrf_table ? vrf->vrf_table : route->table;
}

static uint16_t flags_of(const struct vrrp_route_conf *route)
{
	static const uint16_t flags[] = { [VRRP_ROUTE_PREPEND] = 0,
		[VRRP_ROUTE_ADD] = NLM_F_EXCL,
		[VRRP_ROUTE_APPEND] = NLM_F_APPEND };

	return NLM_F_REQUEST | NLM_F_CREATE | flags[route->insert];
}

static struct nlmsghdr *begin(char buf[MESSAGE_BYTES], const struct vrrp_route_conf *route,
	const struct vrrp_nexthop_conf *way)
{
	struct nlmsghdr *h = message_begin(buf);
	struct rtmsg *m;

	h->nlmsg_type = RTM_NEWROUTE;
	h->nlmsg_flags = flags_of(route);
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	m->rtm_family = (uint8_t)route->dest.addr.family;
	m->rtm_dst_len = route->dest.len;
	m->rtm_src_len = route->from.len;
	m->rtm_tos = (uint8_t)route->tos;
	m->rtm_protocol = (uint8_t)route->protocol;
	m->rtm_scope = scope_of(route, way);
	m->rtm_type = (uint8_t)(RTN_UNICAST + route->type);
	m->rtm_flags = way->onlink ? RTNH_F_ONLINK : 0;
	return h;
}

/* What only few routes have. */
static void put_options(struct nlmsghdr *h, const struct vrrp_route_conf *route)
{
	put_addr(h, RTA_PREFSRC, &route->src);
	if (route->from.len)
		put_addr(h, RTA_SRC, &route->from.addr);
	put_metrics(h, route);
	if (conf_is_set(&route->obj, ROUTE(pref)))
		mnl_attr_put_u8(h, RTA_PREF, (uint8_t)route->pref);
	if (conf_is_set(&route->obj, ROUTE(expires)))
		mnl_attr_put_u32(h, RTA_EXPIRES, route->expires);
	if (conf_is_set(&route->obj, ROUTE(ttl_propagate)))
		mnl_attr_put_u8(h, RTA_TTL_PROPAGATE, (uint8_t)route->ttl_propagate);
}

void *route_message(
	const struct vrrp_route_conf *route, const struct link_table *links, bool *is_missing)
{
	_Alignas(struct nlmsghdr) char buf[MESSAGE_BYTES];
	const struct vrrp_nexthop_conf way = only_way(route);
	struct nlmsghdr *h = begin(buf, route, &way);
	uint32_t metric = route->metric, ifindex;

	*is_missing = false;
	if (!metric && route->dest.addr.family == AF_INET6)
		metric = METRIC_IPV6;
	if (route->dest.len)
		put_addr(h, RTA_DST, &route->dest.addr);
	mnl_attr_put_u32(h, RTA_TABLE, table_of(route, links, is_missing));
	if (metric)
		mnl_attr_put_u32(h, RTA_PRIORITY, metric);
	put_options(h, route);
	if (route->nexthops.count > 1) {
		put_ways(h, route, links, is_missing);
		return message_dup(h);
	}
	put_way(h, &way);
	ifindex = ifindex_of(links, way.dev, is_missing);
	if (ifindex)
		mnl_attr_put_u32(h, RTA_OIF, ifindex);
	return message_dup(h);
}
