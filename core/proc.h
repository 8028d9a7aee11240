/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_PROC_H
#define KEEPD_CORE_PROC_H

/*
 * Processes: starting a role of our own binary, and when to start it again.
 * The child is forked and re-executes /proc/self/exe with argv[0] "keepd: ROLE", so that it starts
 * from a clean image; its channel to the parent is descriptor PROC_CHANNEL_FD, stdin is /dev/null,
 * nothing else but stdout and stderr is inherited.
 */

#include <stdbool.h>
#include <sys/types.h>
#include "core/err.h"
#include "core/mono.h"
#include "core/msg.h"
#include "core/priv.h"

#define PROC_CHANNEL_FD 3

struct proc_spec {
	enum role role;
	const char *title;	 /* becomes argv[0]: "keepd: vrrp", "keepd: runner nobody" */
	const char *const *args; /* further arguments, NULL-terminated; may be NULL */
	int channel_fd;		 /* the child's end; stays the caller's */
};

/*
 * Returns the pid and a pidfd (owned by the caller) or -1; a binary that cannot be executed is an
 * error here, not a child that dies. argv of the child: title, "--role", the role's name, args. It
 * starts with no signal blocked and default handlers, except SIGINT, SIGHUP (a terminal sends them
 * to the whole group, but the parent decides) and SIGPIPE, which are ignored.
 */
pid_t proc_spawn(const struct proc_spec *spec, int *pidfd, struct err *e);

/*
 * Waits for the end of a process, at most that long, whatever signals come. True: it has ended and
 * *status is what waitpid() says. False: it has not, and is still the caller's.
 */
bool proc_wait(pid_t pid, span_t at_most, int *status);

/*
 * When a child that died is started again: at once, then after 1, 2, 4, ... 30 s; a child that ran
 * for a minute starts from the beginning. Pure.
 */
struct proc_backoff {
	unsigned failures;
};

span_t proc_backoff_next(struct proc_backoff *b, span_t ran_for);

#endif
