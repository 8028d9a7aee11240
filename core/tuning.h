/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_TUNING_H
#define KEEPD_CORE_TUNING_H

/*
 * What an operator wants of the scheduler and the memory for one process. A process sets it for
 * itself, at each commit; the limits that make this possible are raised while it is still root.
 */

#include <sched.h>
#include <stdbool.h>
#include "core/err.h"

struct tuning {
	int nice;	 /* -20 to 19 */
	int rt_priority; /* SCHED_RR, 1 to 99; 0 = not in real time */
	bool no_swap;
	bool has_cpus; /* else all it began with */
	cpu_set_t cpus;
};

/* What a process has at the moment; zeroed before the first use. */
struct tuner {
	struct tuning now;
	bool is_known;
	cpu_set_t all;
};

/* As root: so that the process may still do all of it when it is not root any more. */
void tuning_allow(void);

/* Changes what is different; *warn gets what the system refused, its text is empty otherwise. */
void tuning_apply(struct tuner *t, const struct tuning *wanted, struct err *warn);

#endif
