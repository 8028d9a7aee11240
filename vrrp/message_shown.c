/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a route or rule that the kernel shows the one that was asked for? Attributes are compared one
 * by one, in both directions: what is 0 counts as not there, as the kernel leaves some of that out,
 * and a few it adds, or never shows. Pure; called by records.c.
 */
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "vrrp/attrs.h"
#include "vrrp/message.h"

#define ANY_MAX 4

/* FRA_SPORT_MASK, FRA_DPORT_MASK: newer than the headers may be (6.15). */
enum {
	RULE_SPORT_MASK = 28,
	RULE_DPORT_MASK = 29,
};

/* A kind of message: which bits of its header count, and the attributes that need care. */
struct shape {
	uint16_t type;
	size_t header_bytes;
	const void *header_mask;
	uint16_t unasked[ANY_MAX];  /* the kernel shows them although nobody asked for them */
	uint16_t unshown[ANY_MAX];  /* it does not show them */
	uint16_t all_ones[ANY_MAX]; /* not there is not 0, but all bits set */
};

static const struct rtmsg route_mask = { .rtm_family = 0xff,
	.rtm_dst_len = 0xff,
	.rtm_src_len = 0xff,
	.rtm_tos = 0xff,
	.rtm_protocol = 0xff,
	.rtm_scope = 0xff,
	.rtm_type = 0xff,
	.rtm_flags = RTNH_F_ONLINK };

static const struct fib_rule_hdr rule_mask = { .family = 0xff,
	.dst_len = 0xff,
	.src_len = 0xff,
	.tos = 0xff,
	.action = 0xff,
	.flags = FIB_RULE_INVERT };

static const struct shape shapes[] = {
	{ RTM_NEWROUTE, sizeof(struct rtmsg), &route_mask, { RTA_OIF, RTA_CACHEINFO },
		{ RTA_EXPIRES, RTA_TTL_PROPAGATE }, { 0 } },
	{ RTM_NEWRULE, sizeof(struct fib_rule_hdr), &rule_mask,
		{ RULE_SPORT_MASK, RULE_DPORT_MASK }, { 0 },
		{ FRA_SUPPRESS_PREFIXLEN, FRA_SUPPRESS_IFGROUP } },
};

/* Attributes in a row. */
struct attrs {
	const void *first;
	size_t len;
};

static const struct nlattr *find(struct attrs in, uint16_t type)
{
	const struct nlattr *attr;

	attrs_of_bytes (attr, in.first, in.len) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

static struct attrs inside(const struct nlattr *a)
{
	return (struct attrs){ mnl_attr_get_payload(a), mnl_attr_get_payload_len(a) };
}

static bool is_among(const uint16_t list[ANY_MAX], uint16_t type)
{
	for (size_t i = 0; i < ANY_MAX && list[i]; i++)
		if (list[i] == type)
			return true;
	return false;
}

static bool is_filled_with(const struct nlattr *a, uint8_t byte)
{
	const uint8_t *p = mnl_attr_get_payload(a);

	for (size_t i = 0; i < mnl_attr_get_payload_len(a); i++)
		if (p[i] != byte)
			return false;
	return true;
}

static bool is_same(const struct nlattr *a, const struct nlattr *b)
{
	return mnl_attr_get_payload_len(a) == mnl_attr_get_payload_len(b) &&
	       !memcmp(mnl_attr_get_payload(a), mnl_attr_get_payload(b),
		       mnl_attr_get_payload_len(a));
}

/* All that is in `some` is in `all`. */
static bool is_within(struct attrs some, struct attrs all)
{
	const struct nlattr *attr;

	attrs_of_bytes (attr, some.first, some.len) {
		const struct nlattr *other = find(all, mnl_attr_get_type(attr));

		if (other ? !is_same(attr, other) : !is_filled_with(attr, 0))
			return false;
	}
	return true;
}

/* ---- several ways ---- */

static const struct rtnexthop *next_way(const struct rtnexthop *way, size_t *left)
{
	size_t len = RTNH_ALIGN(way->rtnh_len);

	*left = len < *left ? *left - len : 0;
	return (const void *)((const char *)way + len);
}

static bool is_way(const struct rtnexthop *way, size_t left)
{
	return left >= sizeof(*way) && way->rtnh_len >= sizeof(*way) && way->rtnh_len <= left;
}

static bool is_same_way(const struct rtnexthop *a, const struct rtnexthop *b)
{
	const struct attrs in_a = { a + 1, a->rtnh_len - sizeof(*a) };
	const struct attrs in_b = { b + 1, b->rtnh_len - sizeof(*b) };

	return a->rtnh_hops == b->rtnh_hops &&
	       (!a->rtnh_ifindex || a->rtnh_ifindex == b->rtnh_ifindex) &&
	       !((a->rtnh_flags ^ b->rtnh_flags) & RTNH_F_ONLINK) && is_within(in_a, in_b);
}

/* Each of the ways in a is one of b, and there are as many; in IPv6 their order may be another. */
static bool are_same_ways(const struct nlattr *a, const struct nlattr *b)
{
	size_t left_a = mnl_attr_get_payload_len(a), balance = 0;
	const struct rtnexthop *in_a = mnl_attr_get_payload(a);

	for (; is_way(in_a, left_a); in_a = next_way(in_a, &left_a), balance++) {
		size_t left_b = mnl_attr_get_payload_len(b);
		const struct rtnexthop *in_b = mnl_attr_get_payload(b);

		while (is_way(in_b, left_b) && !is_same_way(in_a, in_b))
			in_b = next_way(in_b, &left_b);
		if (!is_way(in_b, left_b))
			return false;
	}
	left_a = mnl_attr_get_payload_len(b);
	for (in_a = mnl_attr_get_payload(b); is_way(in_a, left_a); in_a = next_way(in_a, &left_a))
		balance--;
	return balance == 0;
}

/* ---- all of it ---- */

/* As if it were not there. */
static bool says_nothing(const struct shape *s, const struct nlattr *a)
{
	return is_filled_with(a, is_among(s->all_ones, mnl_attr_get_type(a)) ? 0xff : 0);
}

static bool is_attr_shown(
	const struct shape *s, const struct nlattr *asked, const struct nlattr *shown)
{
	uint16_t type = mnl_attr_get_type(asked);

	if (is_among(s->unshown, type))
		return true;
	if (!shown)
		return says_nothing(s, asked);
	if (s->type == RTM_NEWROUTE && type == RTA_MULTIPATH)
		return are_same_ways(asked, shown);
	if (s->type == RTM_NEWROUTE && type == RTA_METRICS)
		return is_within(inside(asked), inside(shown)) &&
		       is_within(inside(shown), inside(asked));
	if (s->type == RTM_NEWROUTE && type == RTA_ENCAP)
		return is_within(inside(asked), inside(shown));
	return is_same(asked, shown);
}

static bool is_uncalled(const struct shape *s, const struct nlattr *shown)
{
	return !is_among(s->unasked, mnl_attr_get_type(shown)) && !says_nothing(s, shown);
}

static bool are_headers_alike(const struct shape *s, const uint8_t *a, const uint8_t *b)
{
	const uint8_t *mask = s->header_mask;

	for (size_t i = 0; i < s->header_bytes; i++)
		if ((a[i] ^ b[i]) & mask[i])
			return false;
	return true;
}

bool message_is_shown(const void *message, const void *shown)
{
	const struct nlmsghdr *a = message, *b = shown;
	const struct shape *s = a->nlmsg_type == RTM_NEWROUTE ? &shapes[0] : &shapes[1];
	struct attrs asked, there;
	const struct nlattr *attr;

	if (a->nlmsg_type != b->nlmsg_type ||
		!are_headers_alike(s, mnl_nlmsg_get_payload(a), mnl_nlmsg_get_payload(b)))
		return false;
	asked = (struct attrs){ mnl_nlmsg_get_payload_offset(a, s->header_bytes),
		mnl_nlmsg_get_payload_len(a) - MNL_ALIGN(s->header_bytes) };
	there = (struct attrs){ mnl_nlmsg_get_payload_offset(b, s->header_bytes),
		mnl_nlmsg_get_payload_len(b) - MNL_ALIGN(s->header_bytes) };
	attrs_of_bytes (attr, asked.first, asked.len) {
		if (!is_attr_shown(s, attr, find(there, mnl_attr_get_type(attr))))
			return false;
	}
	attrs_of_bytes (attr, there.first, there.len) {
		if (!find(asked, mnl_attr_get_type(attr)) && is_uncalled(s, attr))
			return false;
	}
	return true;
}
