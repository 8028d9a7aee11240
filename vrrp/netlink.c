/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtnetlink through libmnl: dumps, events, address operations. Called by link.c and withdraw.c.
 */
#include "vrrp/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

#include "vrrp/vips.h"

enum {
	BUFFER_BYTES = 32768,
	MONITOR_BUFFER_BYTES = 4 << 20,
	BATCH_OPS = 64,
	DUMP_TRIES = 10,
	ANSWER_SECONDS = 2,
	GROUP_NETCONF6 = 1 << (RTNLGRP_IPV6_NETCONF - 1),
};

/* ---- sockets ---- */

static int open_socket(struct netlink *n, unsigned groups, int flags, struct err *e)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | flags);

	*n = (struct netlink){ 0 };
	if (!s)
		return err_sys(e, errno, "rtnetlink socket");
	if (mnl_socket_bind(s, groups, MNL_SOCKET_AUTOPID) < 0) {
		err_sys(e, errno, "bind rtnetlink socket");
		mnl_socket_close(s);
		return -1;
	}
	n->socket = s;
	n->fd = mnl_socket_get_fd(s);
	return 0;
}

int netlink_open(struct netlink *n, struct err *e)
{
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	int one = 1;

	if (open_socket(n, 0, 0, e) < 0)
		return -1;
	/* An answer that does not come is an error, not a process that hangs. */
	setsockopt(n->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(n->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	return 0;
}

int netlink_open_monitor(struct netlink *n, struct err *e)
{
	int bytes = MONITOR_BUFFER_BYTES;

	if (open_socket(n, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | GROUP_NETCONF6,
		    SOCK_NONBLOCK, e) < 0)
		return -1;
	if (setsockopt(n->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(n->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return 0;
}

void netlink_close(struct netlink *n)
{
	if (n->socket)
		mnl_socket_close(n->socket);
	*n = (struct netlink){ 0 };
}

/* ---- what the kernel tells ---- */

struct attrs {
	const struct nlattr *link_name, *link_mac, *link_families;
	const struct nlattr *local, *address, *flags, *proto;
};

static int link_attr(const struct nlattr *a, void *data)
{
	struct attrs *found = data;

	if (mnl_attr_get_type(a) == IFLA_IFNAME && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
		found->link_name = a;
	else if (mnl_attr_get_type(a) == IFLA_ADDRESS)
		found->link_mac = a;
	else if (mnl_attr_get_type(a) == IFLA_AF_SPEC)
		found->link_families = a;
	return MNL_CB_OK;
}

static const struct nlattr *inside(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *a;

	if (!nest)
		return NULL;
	mnl_attr_for_each_nested(a, nest)
	{
		if (mnl_attr_get_type(a) == type)
			return a;
	}
	return NULL;
}

/* net.ipv6.conf.IF.forwarding, one of an array of numbers. */
static bool get_forwarding6(const struct nlattr *families)
{
	const struct nlattr *conf = inside(inside(families, AF_INET6), IFLA_INET6_CONF);
	int32_t forwarding = 0;

	if (conf && mnl_attr_get_payload_len(conf) >= (DEVCONF_FORWARDING + 1) * sizeof(int32_t))
		memcpy(&forwarding,
			(const int32_t *)mnl_attr_get_payload(conf) + DEVCONF_FORWARDING,
			sizeof(forwarding));
	return forwarding > 0;
}

/* A sysctl of an interface has changed: the kernel sends no word of the interface itself then. */
static void on_netconf(struct link_table *t, const struct nlmsghdr *h)
{
	const struct netconfmsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *a;
	int32_t ifindex = 0, forwarding = -1;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m) || m->ncm_family != AF_INET6)
		return;
	mnl_attr_for_each(a, h, sizeof(*m))
	{
		if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
			continue;
		if (mnl_attr_get_type(a) == NETCONFA_IFINDEX)
			ifindex = (int32_t)mnl_attr_get_u32(a);
		if (mnl_attr_get_type(a) == NETCONFA_FORWARDING)
			forwarding = (int32_t)mnl_attr_get_u32(a);
	}
	if (ifindex > 0 && forwarding >= 0)
		link_table_set_router6(t, (uint32_t)ifindex, forwarding > 0);
}

static int addr_attr(const struct nlattr *a, void *data)
{
	struct attrs *found = data;

	switch (mnl_attr_get_type(a)) {
	case IFA_LOCAL: found->local = a; break;
	case IFA_ADDRESS: found->address = a; break;
	case IFA_FLAGS:
		if (mnl_attr_validate(a, MNL_TYPE_U32) >= 0)
			found->flags = a;
		break;
	case IFA_PROTO:
		if (mnl_attr_validate(a, MNL_TYPE_U8) >= 0)
			found->proto = a;
		break;
	}
	return MNL_CB_OK;
}

static void on_link(struct link_table *t, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	struct link_info link = { 0 };
	struct attrs found = { 0 };

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return;
	/* A port that leaves a bridge says DELLINK, too, in the bridge's family. */
	if (m->ifi_family != AF_UNSPEC)
		return;
	if (h->nlmsg_type == RTM_DELLINK) {
		link_table_drop_link(t, (uint32_t)m->ifi_index);
		return;
	}
	mnl_attr_parse(h, sizeof(*m), link_attr, &found);
	if (!found.link_name)
		return;
	link.ifindex = (uint32_t)m->ifi_index;
	link.flags = m->ifi_flags;
	link.hwtype = m->ifi_type;
	strncpy(link.name, mnl_attr_get_str(found.link_name), sizeof(link.name) - 1);
	if (found.link_mac && mnl_attr_get_payload_len(found.link_mac) == sizeof(link.mac)) {
		memcpy(link.mac, mnl_attr_get_payload(found.link_mac), sizeof(link.mac));
		link.has_mac = true;
	}
	link.is_router6 = get_forwarding6(found.link_families);
	link_table_put_link(t, &link);
}

static struct addr get_addr(uint8_t family, const struct nlattr *a)
{
	struct addr addr = { 0 };
	size_t len = family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;

	if (a && len && mnl_attr_get_payload_len(a) == len) {
		addr.family = family;
		memcpy(addr.bytes, mnl_attr_get_payload(a), len);
	}
	return addr;
}

static void on_addr(struct link_table *t, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	struct addr_info info = { 0 };
	struct attrs found = { 0 };
	uint32_t flags;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return;
	mnl_attr_parse(h, sizeof(*m), addr_attr, &found);
	info.key.ifindex = m->ifa_index;
	info.key.len = m->ifa_prefixlen;
	/* With a peer, IFA_ADDRESS is the peer's; without one the two are equal or LOCAL is
	 * missing. */
	info.key.addr = get_addr(m->ifa_family, found.local ? found.local : found.address);
	if (!addr_is_set(&info.key.addr))
		return;
	if (h->nlmsg_type == RTM_DELADDR) {
		link_table_drop_addr(t, &info.key);
		return;
	}
	flags = found.flags ? mnl_attr_get_u32(found.flags) : m->ifa_flags;
	info.is_secondary = m->ifa_family == AF_INET && (flags & IFA_F_SECONDARY);
	/* An optimistic one may be used at once (RFC 4429 3.3). */
	info.is_tentative = (flags & IFA_F_TENTATIVE) && !(flags & IFA_F_OPTIMISTIC);
	info.is_duplicate = flags & IFA_F_DADFAILED;
	info.scope = m->ifa_scope;
	info.proto = found.proto ? mnl_attr_get_u8(found.proto) : 0;
	link_table_put_addr(t, &info);
}

static void on_message(struct link_table *t, const struct nlmsghdr *h)
{
	switch (h->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK: on_link(t, h); break;
	case RTM_NEWADDR:
	case RTM_DELADDR: on_addr(t, h); break;
	case RTM_NEWNETCONF: on_netconf(t, h); break;
	}
}

/* One datagram, from the kernel only. Returns its length, 0 for one to be ignored, -1 and errno. */
static ssize_t receive(const struct netlink *n, void *buf, int flags)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { .iov_base = buf, .iov_len = BUFFER_BYTES };
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1
	};
	ssize_t len;

	do
		len = recvmsg(n->fd, &msg, flags);
	while (len < 0 && errno == EINTR);
	if (len > 0 && (msg.msg_flags & MSG_TRUNC)) {
		errno = ENOBUFS;
		return -1;
	}
	return len > 0 && from.nl_pid != 0 ? 0 : len;
}

enum netlink_events netlink_events(struct netlink *n, struct link_table *t)
{
	enum netlink_events seen = NETLINK_NOTHING;
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];

	for (;;) {
		ssize_t got = receive(n, buf, MSG_DONTWAIT);
		int len = (int)got;

		if (got < 0)
			return errno == EAGAIN ? seen : NETLINK_LOST;
		seen = NETLINK_EVENTS;
		for (const struct nlmsghdr *h = (const struct nlmsghdr *)buf; mnl_nlmsg_ok(h, len);
			h = mnl_nlmsg_next(h, &len))
			on_message(t, h);
	}
}

/* ---- dumps ---- */

enum dump_result {
	DUMP_DONE,
	DUMP_AGAIN, /* the kernel's list changed meanwhile */
	DUMP_FAILED,
};

static enum dump_result read_dump(
	struct netlink *n, struct link_table *t, unsigned seq, struct err *e)
{
	enum dump_result result = DUMP_DONE;
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];

	for (;;) {
		ssize_t got = receive(n, buf, 0);
		int len = (int)got;

		if (got < 0) {
			err_sys(e, errno, "rtnetlink dump");
			return DUMP_FAILED;
		}
		for (const struct nlmsghdr *h = (const struct nlmsghdr *)buf; mnl_nlmsg_ok(h, len);
			h = mnl_nlmsg_next(h, &len)) {
			if (h->nlmsg_seq != seq)
				continue;
			if (h->nlmsg_flags & NLM_F_DUMP_INTR)
				result = DUMP_AGAIN;
			if (h->nlmsg_type == NLMSG_DONE)
				return result;
			if (h->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *err = mnl_nlmsg_get_payload(h);

				err_sys(e, -err->error, "rtnetlink dump");
				return DUMP_FAILED;
			}
			on_message(t, h);
		}
	}
}

static enum dump_result dump(struct netlink *n, struct link_table *t, uint16_t type, struct err *e)
{
	char buf[64] = { 0 };
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = ++n->seq;
	if (type == RTM_GETLINK) {
		mnl_nlmsg_put_extra_header(h, sizeof(struct ifinfomsg));
		mnl_attr_put_u32(h, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	} else {
		mnl_nlmsg_put_extra_header(h, sizeof(struct ifaddrmsg));
	}
	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) < 0) {
		err_sys(e, errno, "rtnetlink dump");
		return DUMP_FAILED;
	}
	return read_dump(n, t, h->nlmsg_seq, e);
}

int netlink_dump(struct netlink *n, struct link_table *t, struct err *e)
{
	enum dump_result result = DUMP_AGAIN;
	struct link_table fresh = { 0 };

	for (int i = 0; i < DUMP_TRIES && result == DUMP_AGAIN; i++) {
		link_table_clear(&fresh);
		result = dump(n, &fresh, RTM_GETLINK, e);
		if (result == DUMP_DONE)
			result = dump(n, &fresh, RTM_GETADDR, e);
	}
	if (result == DUMP_DONE)
		link_table_replace(t, &fresh);
	else
		link_table_fini(&fresh);
	if (result == DUMP_AGAIN)
		err_set(e, "rtnetlink dump: the addresses change faster than they can be read");
	return result == DUMP_DONE ? 0 : -1;
}

/* ---- operations ---- */

static void put_op(struct nlmsghdr *h, const struct netlink_addr_op *op)
{
	size_t len = addr_len_bytes(&op->key.addr);
	bool is_v6 = op->key.addr.family == AF_INET6;
	struct ifaddrmsg *m;

	h->nlmsg_type = op->is_add ? RTM_NEWADDR : RTM_DELADDR;
	h->nlmsg_flags = NLM_F_REQUEST | (op->is_add ? NLM_F_CREATE | NLM_F_EXCL : 0);
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	m->ifa_family = (uint8_t)op->key.addr.family;
	m->ifa_prefixlen = op->key.len;
	m->ifa_index = op->key.ifindex;
	m->ifa_scope = op->scope;
	mnl_attr_put(h, IFA_LOCAL, len, op->key.addr.bytes);
	if (!op->is_add)
		return;
	mnl_attr_put(h, IFA_ADDRESS, len, op->key.addr.bytes);
	mnl_attr_put_u8(h, IFA_PROTO, VIPS_PROTO);
	if (is_v6) {
		/* The old holder may have it still: waiting for duplicate detection would be wrong.
		 */
		m->ifa_flags = IFA_F_NODAD;
		mnl_attr_put_u32(h, IFA_FLAGS, IFA_F_NODAD);
	} else if (op->label) {
		mnl_attr_put_strz(h, IFA_LABEL, op->label);
	}
}

static void set_result(struct netlink_addr_op *op, int sysno)
{
	bool is_done = op->is_add ? sysno == EEXIST : sysno == EADDRNOTAVAIL || sysno == ENODEV;

	op->sysno = is_done ? 0 : sysno;
}

/* Reads answers until that to the last operation. Those before it answer errors only. */
static int read_answers(struct netlink *n, struct netlink_addr_op *ops, size_t count,
	unsigned first_seq, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];

	for (;;) {
		ssize_t got = receive(n, buf, 0);
		int len = (int)got;

		if (got < 0)
			return err_sys(e, errno, "rtnetlink answer");
		for (const struct nlmsghdr *h = (const struct nlmsghdr *)buf; mnl_nlmsg_ok(h, len);
			h = mnl_nlmsg_next(h, &len)) {
			const struct nlmsgerr *answer = mnl_nlmsg_get_payload(h);
			unsigned i = h->nlmsg_seq - first_seq;

			if (h->nlmsg_type != NLMSG_ERROR || i >= count)
				continue;
			set_result(&ops[i], -answer->error);
			if (i == count - 1)
				return 0;
		}
	}
}

static int run_batch(struct netlink *n, struct netlink_addr_op *ops, size_t count, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[BATCH_OPS * 128];
	unsigned first_seq = n->seq + 1;
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		struct nlmsghdr *h = mnl_nlmsg_put_header(buf + used);

		put_op(h, &ops[i]);
		h->nlmsg_seq = ++n->seq;
		if (i == count - 1)
			h->nlmsg_flags |= NLM_F_ACK;
		used += MNL_ALIGN(h->nlmsg_len);
		ops[i].sysno = 0;
	}
	if (mnl_socket_sendto(n->socket, buf, used) < 0)
		return err_sys(e, errno, "rtnetlink request");
	return read_answers(n, ops, count, first_seq, e);
}

/* ---- secondary addresses ---- */

static bool is_among(const struct netlink_addr_op *ops, size_t count, const struct addr_key *key)
{
	for (size_t i = 0; i < count; i++)
		if (!ops[i].is_add && !addr_key_cmp(&ops[i].key, key))
			return true;
	return false;
}

/* Would the kernel remove, with this one, addresses that nobody asked it to? */
static bool takes_others_along(const struct link_table *t, const struct netlink_addr_op *ops,
	size_t count, const struct addr_key *key)
{
	const struct addr_info *there = link_find_addr(t, key);
	size_t i, end;

	if (!there || there->is_secondary || key->addr.family != AF_INET || key->len >= 32)
		return false;
	end = link_addrs(t, key->ifindex, &i);
	for (; i < end; i++)
		if (t->addrs[i].is_secondary && addr_key_is_same_subnet(&t->addrs[i].key, key) &&
			!is_among(ops, count, &t->addrs[i].key))
			return true;
	return false;
}

/* net.ipv4.conf.IF.promote_secondaries = 1. Best effort. */
static void promote_secondaries(struct netlink *n, uint32_t ifindex)
{
	_Alignas(struct nlmsghdr) char buf[256];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct netlink_addr_op answer = { 0 };
	struct nlattr *families, *inet, *conf;
	struct ifinfomsg *m;

	h->nlmsg_type = RTM_SETLINK;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	h->nlmsg_seq = ++n->seq;
	m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	m->ifi_index = (int)ifindex;
	families = mnl_attr_nest_start(h, IFLA_AF_SPEC);
	inet = mnl_attr_nest_start(h, AF_INET);
	conf = mnl_attr_nest_start(h, IFLA_INET_CONF);
	mnl_attr_put_u32(h, IPV4_DEVCONF_PROMOTE_SECONDARIES, 1);
	mnl_attr_nest_end(h, conf);
	mnl_attr_nest_end(h, inet);
	mnl_attr_nest_end(h, families);
	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) >= 0)
		read_answers(n, &answer, 1, h->nlmsg_seq, NULL);
}

static void spare_others(struct netlink *n, const struct link_table *t,
	const struct netlink_addr_op *ops, size_t count)
{
	uint32_t done = 0;

	for (size_t i = 0; i < count; i++) {
		if (ops[i].is_add || ops[i].key.ifindex == done ||
			!takes_others_along(t, ops, count, &ops[i].key))
			continue;
		done = ops[i].key.ifindex;
		promote_secondaries(n, done);
	}
}

int netlink_addrs(struct netlink *n, const struct link_table *t, struct netlink_addr_op *ops,
	size_t count, struct err *e)
{
	struct err mine = { 0 };

	spare_others(n, t, ops, count);
	for (size_t done = 0; done < count; done += BATCH_OPS) {
		size_t now = count - done < BATCH_OPS ? count - done : BATCH_OPS;

		if (run_batch(n, ops + done, now, &mine) == 0)
			continue;
		for (size_t i = done; i < count; i++)
			ops[i].sysno = mine.sysno ? mine.sysno : EIO;
		if (e)
			*e = mine;
		return -1;
	}
	return 0;
}
