/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The channel between two processes: every message goes through the table made of MSG_LIST, when it
 * is sent and when it is received. No other place judges sizes, directions or descriptors; who acts
 * on a message is the roles' business. See msg.h.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/msg.h"

/* Room for more descriptors than any message has; the kernel drops those beyond. */
#define FDS_MAX 4

static const struct row {
	const char *name; /* NULL: no such number */
	size_t bytes;	  /* of the payload */
	unsigned from, to;
	unsigned fds;
} table[] = {
#define X(name_, number, payload, from_, to_, fds_, doc)                                           \
	[number] = { .name = #name_,                                                               \
		.bytes = sizeof(struct payload),                                                   \
		.from = (from_),                                                                   \
		.to = (to_),                                                                       \
		.fds = (fds_) },
	MSG_LIST(X)
#undef X
};

#define X(name, number, payload, from, to, fds, doc)                                               \
	_Static_assert(sizeof(struct msg_head) + sizeof(struct payload) <= MSG_MAX_BYTES,          \
		#name " is longer than a message may be");
MSG_LIST(X)
#undef X

static const struct row *row_of(uint32_t number)
{
	if (number >= sizeof(table) / sizeof(table[0]) || !table[number].name)
		return NULL;
	return &table[number];
}

const char *msg_name(uint32_t number)
{
	const struct row *row = row_of(number);

	return row ? row->name : "unknown";
}

const char *role_name(enum role r)
{
	static const char *const names[ROLE_COUNT] = {
		[ROLE_PARENT] = "parent",
		[ROLE_CONF] = "conf",
		[ROLE_VRRP] = "vrrp",
		[ROLE_CHECKER] = "checker",
		[ROLE_PROBER] = "prober",
		[ROLE_WATCHER] = "watcher",
		[ROLE_RUNNER] = "runner",
		[ROLE_MAILER] = "mailer",
	};

	return (unsigned)r < ROLE_COUNT ? names[r] : "unknown";
}

/*
 * Room for what all virtual routers say when a link goes: the kernel's default is full after some
 * ninety messages. Without CAP_NET_ADMIN it is as much as the system allows.
 */
static void make_room(int fd)
{
	const int bytes = 4 << 20;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

int channel_pair(int fds[2], struct err *e)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0) {
		fds[0] = fds[1] = -1;
		return err_sys(e, errno, "socketpair");
	}
	make_room(fds[0]);
	make_room(fds[1]);
	return 0;
}

void channel_close(struct channel *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static bool is_allowed(const struct row *row, enum role from, enum role to)
{
	return row->from & ROLE_BIT(from) && row->to & ROLE_BIT(to);
}

/* ---- what is inside a payload ---- */

static int check_strings(const struct msg_script_run *run, struct err *e)
{
	unsigned ends = 0;

	if (run->bytes > sizeof(run->strings))
		return err_set(e, "SCRIPT_RUN: %u bytes of strings", run->bytes);
	for (unsigned i = 0; i < run->bytes; i++)
		ends += run->strings[i] == '\0';
	if (ends != (unsigned)run->args + run->vars || (run->bytes && run->strings[run->bytes - 1]))
		return err_set(
			e, "SCRIPT_RUN: %u strings, not %u and %u", ends, run->args, run->vars);
	return 0;
}

static int check_payload(const struct msg *m, struct err *e)
{
#define X(name, member, limit)                                                                     \
	if (m->number == MSG_##name && m->member >= (limit))                                       \
		return err_set(e, #name ": " #member " is %u", m->member);
	MSG_LIMITS(X)
#undef X
	return m->number == MSG_SCRIPT_RUN ? check_strings(&m->script_run, e) : 0;
}

static void terminate_texts(struct msg *m)
{
#define X(name, member)                                                                            \
	if (m->number == MSG_##name)                                                               \
		m->member[sizeof(m->member) - 1] = '\0';
	MSG_TEXTS(X)
#undef X
}

/* All members of the union start at its start. */
static void *payload_of(struct msg *m)
{
	return &m->page;
}

/* ---- sending ---- */

static int check_outgoing(
	const struct channel *c, const struct row *row, struct msg *m, int fd, struct err *e)
{
	if (!is_allowed(row, c->self, c->peer))
		return err_set(e, "%s must not go from %s to %s", row->name, role_name(c->self),
			role_name(c->peer));
	if (row->fds != (fd >= 0))
		return err_set(e, "%s with %d descriptors, not %u", row->name, fd >= 0, row->fds);
	return check_payload(m, e);
}

static int send_bytes(int fd, const struct msg *m, size_t bytes, int passed)
{
	struct msg_head head = { .number = m->number };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec iov[2] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)(uintptr_t)&m->page, .iov_len = bytes },
	};
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;

	if (passed >= 0) {
		h.msg_control = control.bytes;
		h.msg_controllen = sizeof(control.bytes);
		struct cmsghdr *cmsg = CMSG_FIRSTHDR(&h);

		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &passed, sizeof(int));
	}
	do
		n = sendmsg(fd, &h, MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

int msg_send(struct channel *c, enum msg_number number, const void *payload, int fd, struct err *e)
{
	const struct row *row = row_of((uint32_t)number);
	struct msg m = { .number = (uint32_t)number };

	if (!row)
		return err_set(e, "message %u does not exist", (unsigned)number);
	memcpy(payload_of(&m), payload, row->bytes);
	if (check_outgoing(c, row, &m, fd, e) < 0)
		return -1;
	if (c->fd < 0)
		return err_sys(e, EPIPE, "send %s to %s", row->name, role_name(c->peer));
	if (send_bytes(c->fd, &m, row->bytes, fd) == 0)
		return 0;
	if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM) {
		c->dropped++;
		errno = EAGAIN;
	} else if (errno == ECONNRESET || errno == ENOTCONN) {
		errno = EPIPE;
	}
	return err_sys(e, errno, "send %s to %s", row->name, role_name(c->peer));
}

/* ---- receiving ---- */

struct parcel {
	size_t bytes; /* of data, with the head */
	struct msg_head head;
	char data[MSG_MAX_BYTES - sizeof(struct msg_head)];
	unsigned fds;
	int fd[FDS_MAX];
	bool is_cut; /* more data or descriptors than there was room for */
};

static void take_fds(struct parcel *p, struct msghdr *h)
{
	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(h); cmsg; cmsg = CMSG_NXTHDR(h, cmsg)) {
		size_t n;

		if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(p->fd + p->fds, CMSG_DATA(cmsg), n * sizeof(int));
		p->fds += (unsigned)n;
	}
}

static void close_fds(struct parcel *p)
{
	while (p->fds)
		close(p->fd[--p->fds]);
}

/* MSG_OK with *p filled, MSG_NONE, or MSG_CLOSED. */
static enum msg_status parcel_receive(int fd, struct parcel *p, struct err *e)
{
	union {
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov[2] = {
		{ .iov_base = &p->head, .iov_len = sizeof(p->head) },
		{ .iov_base = p->data, .iov_len = sizeof(p->data) },
	};
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t n;
	int resets = 0;

	/*
	 * A peer that closed with unread messages of ours gives ECONNRESET once, then what it had
	 * sent, then end of file.
	 */
	do {
		h.msg_control = control.bytes;
		h.msg_controllen = sizeof(control.bytes);
		n = recvmsg(fd, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	} while (n < 0 && (errno == EINTR || (errno == ECONNRESET && !resets++)));
	if (n < 0 && (errno == EAGAIN || errno == ENOMEM || errno == ENOBUFS))
		return MSG_NONE;
	if (n < 0) {
		err_sys(e, errno, "receive");
		return MSG_CLOSED;
	}
	p->fds = 0;
	take_fds(p, &h);
	p->bytes = (size_t)n;
	p->is_cut = h.msg_flags & (MSG_TRUNC | MSG_CTRUNC);
	if (n == 0) { /* an empty message cannot be told from the end; nobody sends one */
		close_fds(p);
		err_set(e, "end of file");
		return MSG_CLOSED;
	}
	return MSG_OK;
}

static int check_incoming(const struct channel *c, const struct parcel *p, struct err *e)
{
	const struct row *row;

	if (p->bytes < sizeof(p->head))
		return err_set(e, "message of %zu bytes", p->bytes);
	row = row_of(p->head.number);
	if (!row)
		return err_set(e, "message %u does not exist", p->head.number);
	if (!is_allowed(row, c->peer, c->self))
		return err_set(e, "%s must not go from %s to %s", row->name, role_name(c->peer),
			role_name(c->self));
	if (p->is_cut || p->bytes != sizeof(p->head) + row->bytes)
		return err_set(e, "%s of %zu bytes%s, not %zu", row->name, p->bytes,
			p->is_cut ? " or more" : "", sizeof(p->head) + row->bytes);
	if (p->fds != row->fds)
		return err_set(e, "%s with %u descriptors, not %u", row->name, p->fds, row->fds);
	return 0;
}

enum msg_status msg_receive(struct channel *c, struct msg *m, struct err *e)
{
	struct parcel p = { 0 };
	enum msg_status status;

	*m = (struct msg){ .fd = -1 };
	if (c->fd < 0) {
		err_set(e, "closed channel");
		return MSG_CLOSED;
	}
	status = parcel_receive(c->fd, &p, e);
	if (status != MSG_OK)
		return status;
	if (check_incoming(c, &p, e) == 0) {
		m->number = p.head.number;
		memcpy(payload_of(m), p.data, p.bytes - sizeof(p.head));
		terminate_texts(m);
		if (check_payload(m, e) == 0) {
			m->fd = p.fds ? p.fd[0] : -1;
			return MSG_OK;
		}
	}
	close_fds(&p);
	*m = (struct msg){ .fd = -1 };
	err_context(e, "message from %s", role_name(c->peer));
	return MSG_INVALID;
}
