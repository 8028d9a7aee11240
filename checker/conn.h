/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_CONN_H
#define KEEPD_CHECKER_CONN_H

/*
 * A connection towards a real server: one absolute deadline from its first packet on, whatever the
 * server does; errors of our own told apart from those of the server; and a deadline that passed
 * while this process itself did not run is not held against the server.
 */

#include "checker/check.h"

struct conn_spec {
	struct loop *loop;
	struct endpoint to;
	struct addr from; /* local address; unset = any */
	span_t timeout;
};

enum conn_event {
	CONN_UP,       /* connected */
	CONN_READABLE, /* data, or the end of it */
	CONN_WRITABLE, /* only while conn_want(IO_WRITE) */
	CONN_FAILED,   /* over; `failure` says why */
};

struct conn {
	int fd; /* -1 when closed */
	struct io io;
	struct timer deadline;
	mono_t due;
	struct loop *loop;
	bool is_up;
	bool *is_closed; /* where to note that conn_close() was called from inside fn */
	struct check_result failure;
	void (*fn)(void *arg, enum conn_event event);
	void *arg;
};

/*
 * A non-blocking TCP socket for a probe, bound to `from` if that is set. Returns the descriptor, or
 * -1 with errno. The only place where probes get sockets.
 */
int probe_socket(const struct endpoint *to, const struct addr *from);

/*
 * Begins to connect. fn is called from the loop; it may close the connection. Returns 0, or -1 with
 * *failure filled and nothing to close.
 */
int conn_open(struct conn *c, const struct conn_spec *spec,
	void (*fn)(void *arg, enum conn_event event), void *arg, struct check_result *failure);

/* After CONN_UP: what to be told about (IO_READ | IO_WRITE). */
void conn_want(struct conn *c, unsigned events);

/* What a failed send or recv means. */
struct check_result conn_error(int sysno);

/*
 * Closes; safe when closed. With is_reset the server is told by a reset, and no TIME_WAIT stays
 * behind: for connections that were given up.
 */
void conn_close(struct conn *c, bool is_reset);

#endif
