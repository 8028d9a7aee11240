/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_FAKE_H
#define KEEPD_IPVS_FAKE_H

/*
 * An IPVS table in memory with the kernel's errors, for tests. It can be told to fail, to lose
 * answers, and to show its table to an observer after each operation.
 */

#include "ipvs/kernel.h"

struct ipvs_fake {
	struct ipvs_table table; /* always sorted */
	enum ipvs_status status; /* answer to the next calls: DONE = normal */
	/* An errno for this operation, 0 = do it; may be NULL. */
	int (*fail)(void *arg, const struct ipvs_op *op);
	/* After each operation that changed the table; may be NULL. */
	void (*observe)(void *arg, const struct ipvs_table *table, const struct ipvs_op *op);
	void *arg;
	size_t ops, dumps; /* how many there were */
	struct ipvs_sync sync;
	int sync_error; /* an errno for each start of a sync daemon, 0 = do it */
};

/* The interface to it; `fake` must stay where it is. */
struct ipvs_kernel ipvs_fake_kernel(struct ipvs_fake *fake);
void ipvs_fake_fini(struct ipvs_fake *fake);

/* One operation: 0 or an errno. */
int ipvs_fake_apply(struct ipvs_fake *fake, const struct ipvs_op *op);

#endif
