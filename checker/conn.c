/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections of probes; see conn.h. Knows nothing of what is said over them.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include "checker/conn.h"

/* A timer this late means that this process did not run, not that the server was slow. */
#define LATE_US 500000

/* Errors that say something about this host and nothing about the server. */
static bool is_own_error(int sysno)
{
	switch (sysno) {
	case EMFILE:
	case ENFILE:
	case ENOBUFS:
	case ENOMEM:
	case EADDRNOTAVAIL:
	case EADDRINUSE:
	case EAGAIN: /* no local port left */
	case EAFNOSUPPORT: return true;
	default: return false;
	}
}

static struct check_result failure_of(enum check_status status, int sysno)
{
	return (struct check_result){
		.status = is_own_error(sysno) ? CHECK_LOCAL_ERROR : status,
		.code = sysno,
	};
}

struct check_result conn_error(int sysno)
{
	return failure_of(CHECK_BROKEN, sysno);
}

int probe_socket(const struct endpoint *to, const struct addr *from)
{
	struct endpoint local = { .addr = *from };
	struct sockaddr_storage ss;
	int fd = socket(to->addr.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
	socklen_t len;

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!addr_is_set(from))
		return fd;
	/* The port is chosen at connect, when the other end is known: more of them. */
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	len = endpoint_to_sockaddr(&local, &ss);
	if (bind(fd, (struct sockaddr *)&ss, len) < 0) {
		int sysno = errno;

		close(fd);
		errno = sysno;
		return -1;
	}
	return fd;
}

/* Tells the owner; false if it closed the connection. */
static bool tell(struct conn *c, enum conn_event event)
{
	bool is_closed = false;

	c->is_closed = &is_closed;
	c->fn(c->arg, event);
	if (!is_closed)
		c->is_closed = NULL;
	return !is_closed;
}

static bool fail(struct conn *c, struct check_result failure)
{
	c->failure = failure;
	return tell(c, CONN_FAILED);
}

/* The connection is made or refused; false if it is closed now. */
static bool connected(struct conn *c)
{
	int sysno = 0;
	socklen_t len = sizeof(sysno);

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &sysno, &len) < 0)
		sysno = errno;
	if (sysno)
		return fail(c, failure_of(CHECK_CONNECT, sysno));
	c->is_up = true;
	conn_want(c, IO_READ);
	return tell(c, CONN_UP);
}

static void on_io(void *arg, unsigned events)
{
	struct conn *c = arg;

	if (!c->is_up)
		connected(c);
	else if ((events & IO_READ) && !tell(c, CONN_READABLE))
		return;
	else if (events & IO_WRITE)
		tell(c, CONN_WRITABLE);
}

/* What is there is looked at first: it may be that only we are late. */
static void on_deadline(void *arg)
{
	struct conn *c = arg;
	struct pollfd p = { .fd = c->fd, .events = c->is_up ? POLLIN : POLLOUT };
	bool is_late = mono_sub(mono_now(), c->due).us > LATE_US;

	if (poll(&p, 1, 0) > 0 && !(c->is_up ? tell(c, CONN_READABLE) : connected(c)))
		return;
	fail(c, (struct check_result){ .status = is_late    ? CHECK_LATE
						 : c->is_up ? CHECK_ANSWER_TIMEOUT
							    : CHECK_CONNECT_TIMEOUT });
}

static int begin(struct conn *c, const struct conn_spec *spec, struct check_result *failure)
{
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&spec->to, &ss);
	struct err e = { 0 };

	c->fd = probe_socket(&spec->to, &spec->from);
	if (c->fd < 0) {
		*failure = (struct check_result){ .status = CHECK_LOCAL_ERROR, .code = errno };
		return -1;
	}
	if (connect(c->fd, (struct sockaddr *)&ss, len) < 0 && errno != EINPROGRESS) {
		*failure = failure_of(CHECK_CONNECT, errno);
		return -1;
	}
	if (io_open(&c->io, c->loop, c->fd, IO_WRITE, on_io, c, &e) < 0 ||
		timer_open(&c->deadline, c->loop, on_deadline, c, &e) < 0) {
		*failure = (struct check_result){ .status = CHECK_LOCAL_ERROR, .code = e.sysno };
		return -1;
	}
	return 0;
}

int conn_open(struct conn *c, const struct conn_spec *spec,
	void (*fn)(void *arg, enum conn_event event), void *arg, struct check_result *failure)
{
	*c = (struct conn){ .fd = -1, .loop = spec->loop, .fn = fn, .arg = arg };
	c->due = mono_add(mono_now(), spec->timeout);
	if (begin(c, spec, failure) < 0) {
		conn_close(c, true);
		return -1;
	}
	timer_set(&c->deadline, c->due);
	return 0;
}

void conn_want(struct conn *c, unsigned events)
{
	struct err e;

	io_close(&c->io);
	if (io_open(&c->io, c->loop, c->fd, events, on_io, c, &e) < 0)
		timer_set(&c->deadline, mono_now()); /* no memory for it: over */
}

void conn_close(struct conn *c, bool is_reset)
{
	struct linger reset = { .l_onoff = 1, .l_linger = 0 };

	io_close(&c->io);
	timer_close(&c->deadline);
	if (c->fd >= 0) {
		if (is_reset)
			setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(c->fd);
	}
	c->fd = -1;
	if (c->is_closed)
		*c->is_closed = true;
	c->is_closed = NULL;
}
