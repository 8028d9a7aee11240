/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_RUNNER_H
#define KEEPD_KEEPD_RUNNER_H

/*
 * A runner: the process that runs scripts of one user, as that user, so that the rest of keepd
 * never forks and never changes identity. It is told the number of a configured script, never a
 * path. Each run has its own process group, an empty environment plus KEEPD_*, and a deadline
 * (TERM, two seconds later KILL).
 */

#include <sys/types.h>
#include "core/role.h"

struct runner_args {
	const struct role_args *role;
	const char *user;
	uid_t uid;
	gid_t gid;
};

#define RUNNER_DEADLINE_SECONDS 60

/* The queues of startup_script and shutdown_script, which have deadlines of their own. */
#define RUNNER_QUEUE_STARTUP  UINT64_C(1)
#define RUNNER_QUEUE_SHUTDOWN UINT64_C(2)
/* The first of those whose scripts run for as long as they are wanted: the readers of pipes. */
#define RUNNER_QUEUE_FIFOS UINT64_C(3)
#define RUNNER_FIFOS	   3

static inline bool runner_is_endless(uint64_t queue)
{
	return queue >= RUNNER_QUEUE_FIFOS && queue < RUNNER_QUEUE_FIFOS + RUNNER_FIFOS;
}

int runner_main(const struct runner_args *args);

#endif
