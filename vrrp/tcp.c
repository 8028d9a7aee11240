/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vrrp_track_tcp: a target is there if it accepts a connection, which is ended at once. A way to
 * ask, see reach.h.
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vrrp/engine.h"
#include "vrrp/reach.h"

static int on_open(struct reach *r, struct err *e)
{
	(void)r;
	(void)e;
	return 0;
}

static void on_close(struct reach *r)
{
	(void)r;
}

/* By a reset, so that nothing of it stays behind. */
static void give_up(struct reach_target *t)
{
	const struct linger reset = { .l_onoff = 1 };

	if (t->fd < 0)
		return;
	io_close(&t->io);
	setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(t->fd);
	t->fd = -1;
}

static void on_ready(void *arg, unsigned events)
{
	struct reach_target *t = arg;
	int error = 0;
	socklen_t len = sizeof(error);

	(void)events;
	if (getsockopt(t->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	give_up(t);
	reach_answer(t, error == 0);
}

static int begin(struct reach_target *t)
{
	const struct endpoint to = { .addr = t->conf->address, .port = t->conf->port };
	const struct endpoint from = { .addr = reach_from(t->reach, &to.addr) };
	struct sockaddr_storage ss;
	socklen_t len;

	if (addr_is_set(&from.addr)) {
		len = endpoint_to_sockaddr(&from, &ss);
		if (bind(t->fd, (const struct sockaddr *)&ss, len) < 0)
			return -1;
	}
	len = endpoint_to_sockaddr(&to, &ss);
	return connect(t->fd, (const struct sockaddr *)&ss, len) < 0 && errno != EINPROGRESS ? -1
											     : 0;
}

static int ask(struct reach_target *t)
{
	struct loop *loop = t->reach->source.engine->ctx->loop;
	struct err e;

	give_up(t);
	t->fd = socket(
		t->conf->address.family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (t->fd < 0)
		return -1;
	if (begin(t) == 0 && io_open(&t->io, loop, t->fd, IO_WRITE, on_ready, t, &e) == 0)
		return 0;
	give_up(t);
	return -1;
}

static const struct reach_way way = {
	.open = on_open, .close = on_close, .ask = ask, .give_up = give_up
};

static void on_source(struct vrrp_source *s)
{
	reach_open(s, &way);
}

const struct vrrp_source_ops vrrp_tcp_ops = { .bytes = sizeof(struct reach),
	.open = on_source,
	.change = reach_change,
	.close = reach_close };
