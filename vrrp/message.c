/* SPDX-License-Identifier: Apache-2.0 */
/* What all messages have in common. Called by keeper.c and withdraw.c. */
#include "vrrp/message.h"

#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "core/err.h"
#include "core/exit.h"

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

struct addr_key message_addr_key(const void *message)
{
	const struct nlmsghdr *h = message;
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	struct addr_key key = { .ifindex = m->ifa_index, .len = m->ifa_prefixlen };
	const struct nlattr *a;

	key.addr.family = m->ifa_family;
	mnl_attr_for_each(a, h, sizeof(*m)) if (mnl_attr_get_type(a) == IFA_LOCAL)
		memcpy(key.addr.bytes, mnl_attr_get_payload(a), addr_len_bytes(&key.addr));
	return key;
}

const char *message_text(const void *message, char buf[OBJECT_TEXT_BYTES])
{
	const struct addr_key key = message_addr_key(message);
	const struct object_id id = { OBJECT_ADDRESS, key.ifindex, key.addr, key.len };

	return object_text(&id, buf);
}

/*
 * Of an address, what it is and no more: with a label that somebody has changed the kernel would
 * not find it.
 */
static void address_for_removal(const struct nlmsghdr *from, struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(from);
	const struct nlattr *a;

	memcpy(mnl_nlmsg_put_extra_header(h, sizeof(*m)), m, sizeof(*m));
	mnl_attr_for_each(a, from, sizeof(*m)) if (mnl_attr_get_type(a) == IFA_LOCAL ||
						   mnl_attr_get_type(a) == IFA_ADDRESS)
		mnl_attr_put(h, mnl_attr_get_type(a), mnl_attr_get_payload_len(a),
			mnl_attr_get_payload(a));
}

void message_for_removal(const void *message, char buf[MESSAGE_BYTES])
{
	const struct nlmsghdr *from = message;
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	if (from->nlmsg_type == RTM_NEWADDR)
		address_for_removal(from, h);
	else
		memcpy(h, from, from->nlmsg_len);
	h->nlmsg_type = (uint16_t)(from->nlmsg_type + 1); /* RTM_NEW... and RTM_DEL... */
	h->nlmsg_flags = NLM_F_REQUEST;
}
