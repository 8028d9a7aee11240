/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_ROLE_H
#define KEEPD_CORE_ROLE_H

/*
 * What every child process has in common: the channel to the parent, the state pages, the
 * configuration in two phases, end of file as the sign that the parent is gone. A role supplies a
 * struct role_ops; role_run() is its main loop. Used by vrrp, checker, prober and runner.
 */

#include "core/log.h"
#include "core/loop.h"
#include "core/msg.h"
#include "core/page.h"

/* What the parent tells every child on its command line. */
struct role_args {
	enum log_sink sink;
	enum log_level level;
	const char *user; /* the unprivileged user to become */
};

struct role_ctx {
	struct loop *loop;
	struct channel parent;
	void *self; /* the role's own process struct */
};

struct role_ops {
	enum role role;

	/*
	 * CONF_PREPARE: read the canonical text (NUL-terminated, borrowed during the call) and keep
	 * the new value beside the running one. -1 and *e: the reload is rejected with that reason.
	 */
	int (*prepare)(void *self, uint64_t generation, const char *text, struct err *e);
	/* CONF_COMMIT: the prepared value becomes the running one; cannot fail. */
	void (*commit)(void *self, uint64_t generation);
	/* CONF_ABORT: forget the prepared value. */
	void (*abort)(void *self);
	/* A page arrived (fd owned by the callee). */
	int (*page)(void *self, enum page_kind kind, int fd, struct err *e);
	/* A fresh channel to a sibling (fd owned by the callee). */
	int (*peer)(void *self, enum role peer, int fd, struct err *e);
	/*
	 * SHUTDOWN or the parent is gone (is_orphan). Withdraw what is owned, then call
	 * loop_stop(ctx->loop, 0), at once or when done.
	 */
	void (*stop)(void *self, bool keep, bool is_orphan);
	/* Any other message the list allows for this role. */
	void (*message)(void *self, const struct msg *m);
};

/* Names the process: "keepd-vrrp". */
void role_become(enum role role);

/*
 * Runs until stopped; returns the exit status of the process. ctx->loop is made if it is NULL. The
 * channel to the parent is descriptor 3 (see proc.h). `self` gets its ctx before the first
 * callback.
 */
int role_run(struct role_ctx *ctx, const struct role_ops *ops);

/* Tells the parent that something happened: fills a msg_event and sends it; losing it is harmless.
 */
void role_event(struct role_ctx *ctx, const char *kind, const char *object, const char *from,
	const char *to, const char *reason);

#endif
