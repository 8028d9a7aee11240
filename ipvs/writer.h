/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_WRITER_H
#define KEEPD_IPVS_WRITER_H

/*
 * Executes a plan idempotently: what turns out to be there is edited, what turns out to be missing
 * is added, what is gone already counts as removed. Removals that would leave a pool with nothing
 * that serves, because the additions failed, are left undone.
 */

#include "ipvs/kernel.h"

struct ipvs_write {
	size_t done;	  /* operations that succeeded, in the end */
	size_t failed;	  /* operations the kernel refused; first_error is about the first */
	size_t skipped;	  /* removals left undone */
	size_t surprises; /* the table was not as the plan thought: somebody else changed it */
	struct err first_error; /* sysno and text */
};

/*
 * results has room for plan->count: 0, an errno, ECANCELED for what was skipped. Unless DONE, the
 * rest of the plan was not executed and *e says why.
 */
enum ipvs_status ipvs_write(const struct ipvs_kernel *kernel, const struct ipvs_plan *plan,
	int *results, struct ipvs_write *w, struct err *e);

#endif
