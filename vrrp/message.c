/* SPDX-License-Identifier: Apache-2.0 */
/* What all messages have in common. Called by keeper.c and withdraw.c. */
#include "vrrp/message.h"

#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "core/err.h"
#include "core/exit.h"
#include "vrrp/attrs.h"

void *message_begin(char buf[MESSAGE_BYTES])
{
	memset(buf, 0, MESSAGE_BYTES);
	return mnl_nlmsg_put_header(buf);
}

void *message_dup(const void *message)
{
	const struct nlmsghdr *h = message;
	void *copy = malloc(h->nlmsg_len);

	if (!copy)
		fatal(EXIT_INTERNAL, "out of memory for an object of the kernel");
	return memcpy(copy, message, h->nlmsg_len);
}

bool message_equal(const void *a, const void *b)
{
	const struct nlmsghdr *x = a, *y = b;

	if (!x || !y)
		return x == y;
	return x->nlmsg_len == y->nlmsg_len && !memcmp(x, y, x->nlmsg_len);
}

/* ---- what it is about ---- */

static void take_addr(struct addr *to, uint8_t family, const struct nlattr *a)
{
	to->family = family;
	if (mnl_attr_get_payload_len(a) == addr_len_bytes(to))
		memcpy(to->bytes, mnl_attr_get_payload(a), addr_len_bytes(to));
}

static uint32_t number(const struct nlattr *a)
{
	return mnl_attr_get_payload_len(a) == sizeof(uint32_t) ? mnl_attr_get_u32(a) : 0;
}

static struct object_id address_id(const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	struct object_id id = { OBJECT_ADDRESS, m->ifa_index, { 0 }, m->ifa_prefixlen, 0, 0 };
	const struct nlattr *a;

	attrs_of_message (a, h, sizeof(*m)) {
		if (mnl_attr_get_type(a) == IFA_LOCAL)
			take_addr(&id.addr, m->ifa_family, a);
	}
	return id;
}

static struct object_id route_id(const struct nlmsghdr *h)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	struct object_id id = { OBJECT_ROUTE, m->rtm_table, { .family = m->rtm_family },
		m->rtm_dst_len, m->rtm_tos, 0 };
	const struct nlattr *a;

	attrs_of_message (a, h, sizeof(*m)) {
		switch (mnl_attr_get_type(a)) {
		case RTA_TABLE: id.where = number(a); break;
		case RTA_PRIORITY: id.metric = number(a); break;
		case RTA_DST: take_addr(&id.addr, m->rtm_family, a); break;
		}
	}
	return id;
}

static struct object_id rule_id(const struct nlmsghdr *h)
{
	const struct fib_rule_hdr *m = mnl_nlmsg_get_payload(h);
	struct object_id id = { OBJECT_RULE, 0, { .family = m->family }, 0, 0, 0 };
	const struct nlattr *a;

	attrs_of_message (a, h, sizeof(*m)) {
		if (mnl_attr_get_type(a) == FRA_PRIORITY)
			id.where = number(a);
	}
	return id;
}

struct object_id message_id(const void *message)
{
	const struct nlmsghdr *h = message;

	switch (h->nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE: return route_id(h);
	case RTM_NEWRULE:
	case RTM_DELRULE: return rule_id(h);
	}
	return address_id(h);
}

const char *message_text(const void *message, char buf[OBJECT_TEXT_BYTES])
{
	const struct object_id id = message_id(message);

	return object_text(&id, buf);
}

uint8_t message_protocol(const void *message)
{
	const struct nlmsghdr *h = message;
	const struct nlattr *a;

	if (h->nlmsg_type == RTM_NEWROUTE || h->nlmsg_type == RTM_DELROUTE)
		return ((const struct rtmsg *)mnl_nlmsg_get_payload(h))->rtm_protocol;
	attrs_of_message (a, h, sizeof(struct fib_rule_hdr)) {
		if (mnl_attr_get_type(a) == FRA_PROTOCOL && mnl_attr_get_payload_len(a) == 1)
			return mnl_attr_get_u8(a);
	}
	return 0;
}

bool message_is_object(const void *message)
{
	const struct nlmsghdr *h = message;
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);

	switch (h->nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return mnl_nlmsg_get_payload_len(h) >= sizeof(*m) &&
		       (m->rtm_family == AF_INET || m->rtm_family == AF_INET6) &&
		       !(m->rtm_flags & RTM_F_CLONED);
	case RTM_NEWRULE:
	case RTM_DELRULE: return mnl_nlmsg_get_payload_len(h) >= sizeof(struct fib_rule_hdr);
	}
	return false;
}

void message_for_dump(
	enum object_kind kind, uint16_t family, uint8_t protocol, char buf[MESSAGE_BYTES])
{
	struct nlmsghdr *h = message_begin(buf);

	if (kind == OBJECT_RULE) {
		struct fib_rule_hdr *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

		h->nlmsg_type = RTM_GETRULE;
		m->family = (uint8_t)family;
	} else {
		struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

		h->nlmsg_type = RTM_GETROUTE;
		m->rtm_family = (uint8_t)family;
		m->rtm_protocol = protocol;
	}
}

/* ---- removal ---- */

/*
 * Of an address, what it is and no more: with a label that somebody has changed the kernel would
 * not find it.
 */
static void address_for_removal(const struct nlmsghdr *from, struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(from);
	const struct nlattr *a;

	memcpy(mnl_nlmsg_put_extra_header(h, sizeof(*m)), m, sizeof(*m));
	attrs_of_message (a, from, sizeof(*m))
		if (mnl_attr_get_type(a) == IFA_LOCAL || mnl_attr_get_type(a) == IFA_ADDRESS)
			mnl_attr_put(h, mnl_attr_get_type(a), mnl_attr_get_payload_len(a),
				mnl_attr_get_payload(a));
}

void message_for_removal(const void *message, char buf[MESSAGE_BYTES])
{
	const struct nlmsghdr *from = message;
	struct nlmsghdr *h = message_begin(buf);

	if (from->nlmsg_type == RTM_NEWADDR)
		address_for_removal(from, h);
	else
		memcpy(h, from, from->nlmsg_len);
	/* The others say how the route does at present. */
	if (from->nlmsg_type == RTM_NEWROUTE)
		((struct rtmsg *)mnl_nlmsg_get_payload(h))->rtm_flags &= RTNH_F_ONLINK;
	h->nlmsg_type = (uint16_t)(from->nlmsg_type + 1); /* RTM_NEW... and RTM_DEL... */
	h->nlmsg_flags = NLM_F_REQUEST;
}
