/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_PROC_H
#define KEEPD_CORE_PROC_H

/*
 * Processes: starting a role of our own binary, when to start it again, and giving up privileges.
 * The child is forked and re-executes /proc/self/exe with argv[0] "keepd: ROLE", so that it starts
 * from a clean image; its channel to the parent is descriptor PROC_CHANNEL_FD, stdin is /dev/null,
 * nothing else but stdout and stderr is inherited.
 */

#include <stdbool.h>
#include <sys/types.h>
#include "core/err.h"
#include "core/mono.h"
#include "core/msg.h"

#define PROC_CHANNEL_FD 3

struct proc_spec {
	enum role role;
	const char *title;	 /* becomes argv[0]: "keepd: vrrp", "keepd: runner nobody" */
	const char *const *args; /* further arguments, NULL-terminated; may be NULL */
	int channel_fd;		 /* the child's end; stays the caller's */
};

/* Returns the pid and a pidfd (owned by the caller) or -1. */
pid_t proc_spawn(const struct proc_spec *spec, int *pidfd, struct err *e);

/*
 * When a child that died is started again: at once, then after 1, 2, 4, ... 30 s; a child that ran
 * for a minute starts from the beginning. Pure.
 */
struct proc_backoff {
	unsigned failures;
};

span_t proc_backoff_next(struct proc_backoff *b, span_t ran_for);

/* What a role keeps when it stops being root. */
struct priv_spec {
	const char *user; /* name, for messages */
	uid_t uid;
	gid_t gid;
	const int *caps; /* CAP_* to keep, -1 terminated; NULL = none */
	bool realtime;	 /* memory locked, SCHED_RR: refused = a warning in *warn */
};

/*
 * The whole sequence, in the order that works: memlock limit, mlockall(ONFAULT), SCHED_RR with
 * reset-on-fork and RLIMIT_RTTIME (realtime only), oom score, groups, uid, capabilities (permitted,
 * effective; bounding set emptied), no_new_privs, not dumpable, parent-death signal last, then a
 * check that the parent (ppid) still lives. Failing to drop is an error the caller must not
 * survive.
 */
int priv_drop(const struct priv_spec *spec, pid_t ppid, struct err *warn, struct err *e);

/* Is the capability in the effective set? For messages such as "keepd needs CAP_NET_ADMIN". */
bool priv_has(int cap);

/* Resolves a user name to uid and primary gid. -1 and *e (with the remedy) if there is none. */
int priv_user(const char *name, uid_t *uid, gid_t *gid, struct err *e);

#endif
