/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to the kernel; see orders.h. Called by keeper.c and withdraw.c. */
#include "vrrp/orders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>

#include "core/exit.h"
#include "vrrp/message.h"

static void *grown(void *items, size_t count, size_t bytes)
{
	items = reallocarray(items, count, bytes);
	if (!items)
		fatal(EXIT_INTERNAL, "out of memory for orders to the kernel");
	return items;
}

static void add(struct orders *o, const void *message, size_t tag, bool is_add)
{
	if (o->count == o->room) {
		o->room = o->room ? o->room * 2 : 32;
		o->ops = grown(o->ops, o->room, sizeof(*o->ops));
	}
	o->ops[o->count++] = (struct netlink_op){
		.message = message_dup(message), .is_add = is_add, .tag = tag
	};
}

void orders_make(struct orders *o, const void *message, size_t tag)
{
	add(o, message, tag, true);
}

void orders_remove(struct orders *o, const void *message, size_t tag)
{
	_Alignas(struct nlmsghdr) char buf[MESSAGE_BYTES];

	message_for_removal(message, buf);
	add(o, buf, tag, false);
}

/* ---- secondary addresses ---- */

struct removed {
	struct addr_key *keys; /* sorted */
	size_t count;
};

static int by_key(const void *a, const void *b)
{
	return addr_key_cmp(a, b);
}

static struct removed removed_by(const struct orders *o)
{
	struct removed r = { grown(NULL, o->count + 1, sizeof(*r.keys)), 0 };

	for (size_t i = 0; i < o->count; i++) {
		const struct nlmsghdr *h = o->ops[i].message;

		if (h->nlmsg_type == RTM_DELADDR) {
			const struct object_id id = message_id(h);

			r.keys[r.count++] = (struct addr_key){ id.where, id.addr, id.len };
		}
	}
	qsort(r.keys, r.count, sizeof(*r.keys), by_key);
	return r;
}

/* Does a primary address of the subnet of `left` go? */
static bool loses_its_primary(
	const struct removed *r, const struct link_table *t, const struct addr_info *left)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct addr_info *there;

		if (!addr_key_is_same_subnet(&r->keys[i], &left->key))
			continue;
		there = link_find_addr(t, &r->keys[i]);
		if (there && !there->is_secondary)
			return true;
	}
	return false;
}

/* Would the kernel remove addresses of the interface that nobody asked it to? */
static bool takes_others_along(
	const struct removed *r, const struct link_table *t, uint32_t ifindex)
{
	size_t i, end = link_addrs(t, ifindex, &i);

	for (; i < end; i++) {
		const struct addr_info *a = &t->addrs[i];

		if (a->is_secondary && a->key.addr.family == AF_INET &&
			!bsearch(&a->key, r->keys, r->count, sizeof(*r->keys), by_key) &&
			loses_its_primary(r, t, a))
			return true;
	}
	return false;
}

void orders_promote(struct orders *o, uint32_t ifindex, bool is_on)
{
	_Alignas(struct nlmsghdr) char buf[256];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nlattr *families, *inet, *conf;
	struct ifinfomsg *m;

	h->nlmsg_type = RTM_SETLINK;
	h->nlmsg_flags = NLM_F_REQUEST;
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	m->ifi_index = (int)ifindex;
	families = mnl_attr_nest_start(h, IFLA_AF_SPEC);
	inet = mnl_attr_nest_start(h, AF_INET);
	conf = mnl_attr_nest_start(h, IFLA_INET_CONF);
	mnl_attr_put_u32(h, IPV4_DEVCONF_PROMOTE_SECONDARIES, is_on);
	mnl_attr_nest_end(h, conf);
	mnl_attr_nest_end(h, inet);
	mnl_attr_nest_end(h, families);
	add(o, h, ORDERS_NO_TAG, true);
}

/* The last one becomes the first. */
static void bring_forward(struct orders *o)
{
	struct netlink_op op = o->ops[o->count - 1];

	memmove(o->ops + 1, o->ops, (o->count - 1) * sizeof(*o->ops));
	o->ops[0] = op;
}

void orders_spare_others(struct orders *o, const struct link_table *t)
{
	struct removed r = removed_by(o);

	for (size_t i = 0; i < r.count; i++) {
		if ((i && r.keys[i].ifindex == r.keys[i - 1].ifindex) ||
			!takes_others_along(&r, t, r.keys[i].ifindex))
			continue;
		orders_promote(o, r.keys[i].ifindex, true);
		bring_forward(o);
	}
	free(r.keys);
}

/* ---- giving them ---- */

static bool is_success(bool is_add, int sysno)
{
	if (is_add)
		return sysno == EEXIST;
	return sysno == EADDRNOTAVAIL || sysno == ENODEV || sysno == ESRCH || sysno == ENOENT;
}

int orders_give(struct orders *o, struct netlink *n, struct err *e)
{
	int result = netlink_batch(n, o->ops, o->count, e);

	for (size_t i = 0; i < o->count; i++)
		if (is_success(o->ops[i].is_add, o->ops[i].sysno)) {
			o->ops[i].was_so = true;
			o->ops[i].sysno = 0;
		}
	return result;
}

void orders_free(struct orders *o)
{
	for (size_t i = 0; i < o->count; i++)
		free(o->ops[i].message);
	free(o->ops);
	*o = (struct orders){ 0 };
}
