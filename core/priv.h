/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_PRIV_H
#define KEEPD_CORE_PRIV_H

/*
 * Giving up privileges, and what a real-time process asks of the kernel before it does.
 */

#include <stdbool.h>
#include <sys/types.h>
#include "core/err.h"

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
 * reset-on-fork and RLIMIT_RTTIME, oom score (all realtime only; what is refused is a warning in
 * *warn, whose text stays empty otherwise), bounding set, groups, uid, capabilities (permitted,
 * effective), no_new_privs, not dumpable, parent-death signal last, then a check that the parent
 * (ppid) still lives. Failing to drop is an error the caller must not survive.
 *
 * A process that is the user already and has the capabilities (a container without root) is fine.
 * The parent-death signal is SIGTERM, which role_run() takes as "look at the channel": end of file
 * there is what a role acts on, and it must have time to withdraw. warn may be NULL.
 */
int priv_drop(const struct priv_spec *spec, pid_t ppid, struct err *warn, struct err *e);

/*
 * A real-time process that computes for PRIV_RTTIME_SECONDS without ever sleeping is no longer
 * honest; it is not killed (its addresses would go) but loses SCHED_RR, so that the node stays
 * usable. priv_realtime() says whether the caller has SCHED_RR; priv_realtime_set() asks for it
 * (again), or gives it up with priority 0, and fails if the limits do not allow that. role_run()
 * does both.
 */
#define PRIV_RTTIME_SECONDS 1
#define PRIV_RT_PRIORITY    2 /* unless somebody says otherwise */
bool priv_realtime(void);
int priv_realtime_set(int priority, struct err *e);

/* Is the capability in the effective set? For messages such as "keepd needs CAP_NET_ADMIN". */
bool priv_has(int cap);

/* Resolves a user name to uid and primary gid. -1 and *e (with the remedy) if there is none. */
int priv_user(const char *name, uid_t *uid, gid_t *gid, struct err *e);

#endif
