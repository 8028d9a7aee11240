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
#include "core/tuning.h"

/* What the parent tells every child on its command line. */
struct role_args {
	enum log_sink sink;
	enum log_level level;
	const char *user; /* the unprivileged user to become */
};

struct role_ctx {
	struct loop *loop; /* made by role_begin(), or role_run() if NULL; freed by the caller */
	struct channel parent; /* set by role_run(); a descriptor > 0 put there before is kept */
	void *self;	       /* the role's own process struct */
	struct tuner tuner;
	bool is_realtime; /* of ops; by role_begin() */
};

/* All but role, prepare, commit and stop may be 0. */
struct role_ops {
	enum role role;
	const int *caps;  /* CAP_* that are kept when root is given up, ends with -1; NULL = none */
	bool is_realtime; /* locked memory and real-time priority, if the system allows it */

	/*
	 * CONF_PREPARE: read the canonical text (NUL-terminated, borrowed during the call) and keep
	 * the new value beside the running one. -1 and *e: the reload is rejected with that reason.
	 * A text that is the running one is answered for the role: neither prepare nor commit come.
	 */
	int (*prepare)(void *self, uint64_t generation, const char *text, struct err *e);
	/* CONF_COMMIT: the prepared value becomes the running one; cannot fail. */
	void (*commit)(void *self, uint64_t generation);
	/* CONF_ABORT, or another CONF_PREPARE: forget the prepared value. */
	void (*abort)(void *self);
	/* A page arrived (fd owned by the callee). -1 and *e: the process ends. */
	int (*page)(void *self, enum page_kind kind, int fd, struct err *e);
	/* A fresh channel to a sibling (fd owned by the callee). */
	int (*peer)(void *self, enum role peer, int fd, struct err *e);
	/*
	 * SHUTDOWN or the parent is gone (is_orphan): called once. Withdraw what is owned, then
	 * call loop_stop(ctx->loop, 0), at once or when done. No other callback comes afterwards.
	 */
	void (*stop)(void *self, bool keep, bool is_orphan);
	/* Any other message the list allows for this role; a descriptor in it stays role_run's. */
	void (*message)(void *self, const struct msg *m);
};

/* Names the process: "keepd-vrrp". */
void role_become(enum role role);
/* In commit(): as the configuration wants it; NULL is the name of the role again. */
void role_rename(enum role role, const char *name);

/*
 * The beginning of a role's main: opens the log, becomes the unprivileged user with what ops says
 * is kept, fills in ctx->self and ctx->loop. What needs root comes before, everything else behind.
 * Ends the process with a line that says why if that cannot be.
 */
void role_begin(
	struct role_ctx *ctx, const struct role_ops *ops, const struct role_args *args, void *self);

/*
 * Runs until stopped; returns the exit status of the process. Names the process, makes the loop and
 * takes the channel to the parent, descriptor 3 (see proc.h), into *ctx before the first callback.
 * Signals are the parent's business: SIGINT, SIGHUP and SIGPIPE are ignored, SIGTERM only makes it
 * look whether the parent is still there. The channel is closed on return; the loop is not, because
 * the role's watchers may still stand in it: the caller closes those, then loop_free(ctx->loop).
 */
int role_run(struct role_ctx *ctx, const struct role_ops *ops);

/*
 * In commit(): what the configuration wants for this process. A role that runs in real time by
 * itself goes on to do so, and has its memory locked, whatever it says.
 */
void role_tune(struct role_ctx *ctx, const struct tuning *wanted);

/* Tells the parent that something happened: fills a msg_event and sends it; losing it is harmless.
 */
void role_event(struct role_ctx *ctx, const char *kind, const char *object, const char *from,
	const char *to, const char *reason);

#endif
