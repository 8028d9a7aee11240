/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rtnetlink through libmnl: sockets, dumps, events, batches. Called by table_netlink.c, link.c,
 * keeper.c and withdraw.c.
 */
#include "vrrp/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

enum {
	BUFFER_BYTES = 32768,
	MONITOR_BUFFER_BYTES = 4 << 20,
	/* Each error is answered in a packet of its own, for which the receive buffer has room. */
	BATCH_OPS = 64,
	ANSWER_SECONDS = 2,
};

/* ---- sockets ---- */

static int open_socket(struct netlink *n, int flags, struct err *e)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | flags);

	*n = (struct netlink){ 0 };
	if (!s)
		return err_sys(e, errno, "rtnetlink socket");
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0) {
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

	if (open_socket(n, 0, e) < 0)
		return -1;
	/* An answer that does not come is an error, not a process that hangs. */
	setsockopt(n->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(n->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	n->is_strict =
		setsockopt(n->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one)) == 0;
	return 0;
}

int netlink_open_monitor(struct netlink *n, const unsigned *groups, struct err *e)
{
	int bytes = MONITOR_BUFFER_BYTES;

	if (open_socket(n, SOCK_NONBLOCK, e) < 0)
		return -1;
	for (; *groups; groups++)
		if (setsockopt(n->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, groups,
			    sizeof(*groups)) < 0) {
			err_sys(e, errno, "listen to rtnetlink");
			netlink_close(n);
			return -1;
		}
	if (setsockopt(n->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(n->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return 0;
}

int netlink_set_buffer(struct netlink *n, uint32_t bytes, bool is_forced, struct err *e)
{
	int asked = (int)bytes, has = 0;
	socklen_t len = sizeof(has);

	if (!bytes || n->fd < 0 || !n->socket)
		return 0;
	if (setsockopt(n->fd, SOL_SOCKET, is_forced ? SO_RCVBUFFORCE : SO_RCVBUF, &asked,
		    sizeof(asked)) < 0)
		return err_sys(e, errno, "%u bytes", bytes);
	/* The kernel has twice as much, for its own needs. */
	if (getsockopt(n->fd, SOL_SOCKET, SO_RCVBUF, &has, &len) == 0 && has / 2 < asked)
		return err_set(e,
			"%d bytes and not %d, as net.core.rmem_max has it: write _force, too",
			has / 2, asked);
	return 0;
}

void netlink_close(struct netlink *n)
{
	if (n->socket)
		mnl_socket_close(n->socket);
	*n = (struct netlink){ 0 };
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

/* ---- events ---- */

enum netlink_events netlink_events(struct netlink *n, netlink_fn *fn, void *arg)
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
			fn(arg, h);
	}
}

/* ---- dumps ---- */

static enum netlink_dump read_dump(
	struct netlink *n, unsigned seq, netlink_fn *fn, void *arg, struct err *e)
{
	enum netlink_dump result = NETLINK_DUMPED;
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];

	for (;;) {
		ssize_t got = receive(n, buf, 0);
		int len = (int)got;

		if (got < 0) {
			err_sys(e, errno, "rtnetlink dump");
			return NETLINK_FAILED;
		}
		for (const struct nlmsghdr *h = (const struct nlmsghdr *)buf; mnl_nlmsg_ok(h, len);
			h = mnl_nlmsg_next(h, &len)) {
			if (h->nlmsg_seq != seq)
				continue;
			if (h->nlmsg_flags & NLM_F_DUMP_INTR)
				result = NETLINK_AGAIN;
			if (h->nlmsg_type == NLMSG_DONE)
				return result;
			if (h->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *err = mnl_nlmsg_get_payload(h);

				err_sys(e, -err->error, "rtnetlink dump");
				return NETLINK_FAILED;
			}
			fn(arg, h);
		}
	}
}

enum netlink_dump netlink_dump(
	struct netlink *n, void *request, netlink_fn *fn, void *arg, struct err *e)
{
	struct nlmsghdr *h = request;

	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = ++n->seq;
	if (mnl_socket_sendto(n->socket, h, h->nlmsg_len) < 0) {
		err_sys(e, errno, "rtnetlink dump");
		return NETLINK_FAILED;
	}
	return read_dump(n, h->nlmsg_seq, fn, arg, e);
}

/* ---- operations ---- */

/* Reads answers until that to the last operation. Those before it answer errors only. */
static int read_answers(
	struct netlink *n, struct netlink_op *ops, size_t count, unsigned first_seq, struct err *e)
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
			ops[i].sysno = -answer->error;
			if (i == count - 1)
				return 0;
		}
	}
}

/* As many as there is room for, at least one. *count: how many they were. */
static int run_some(struct netlink *n, struct netlink_op *ops, size_t *count, struct err *e)
{
	_Alignas(struct nlmsghdr) char buf[BUFFER_BYTES];
	struct nlmsghdr *last = NULL;
	unsigned first_seq = n->seq + 1;
	size_t used = 0, i;

	for (i = 0; i < *count && i < BATCH_OPS; i++) {
		const struct nlmsghdr *message = ops[i].message;

		if (used + MNL_ALIGN(message->nlmsg_len) > sizeof(buf))
			break;
		last = memcpy(buf + used, message, message->nlmsg_len);
		last->nlmsg_seq = ++n->seq;
		last->nlmsg_flags |= NLM_F_REQUEST;
		used += MNL_ALIGN(message->nlmsg_len);
		ops[i].sysno = 0;
	}
	*count = i;
	if (!last)
		return err_set(e, "rtnetlink request: too long");
	last->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(n->socket, buf, used) < 0)
		return err_sys(e, errno, "rtnetlink request");
	return read_answers(n, ops, i, first_seq, e);
}

int netlink_batch(struct netlink *n, struct netlink_op *ops, size_t count, struct err *e)
{
	struct err mine = { 0 };
	size_t now;

	for (size_t done = 0; done < count; done += now) {
		now = count - done;
		if (run_some(n, ops + done, &now, &mine) == 0)
			continue;
		for (size_t i = done; i < count; i++)
			ops[i].sysno = mine.sysno ? mine.sysno : EIO;
		if (e)
			*e = mine;
		return -1;
	}
	return 0;
}
