/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_IPVS_KERNEL_H
#define KEEPD_IPVS_KERNEL_H

/*
 * The kernel's IPVS table behind an interface: genl.c talks to the real one, fake.c stands in for
 * it in tests.
 */

#include "core/err.h"
#include "ipvs/plan.h"
#include "ipvs/sync.h"

enum ipvs_status {
	IPVS_DONE,    /* asked and answered: the results say how each operation went */
	IPVS_MISSING, /* the kernel has no IPVS (module not there or not loadable) */
	IPVS_UNKNOWN, /* answers were lost: what was done is not known, dump and compare */
	IPVS_FAILED,  /* the kernel could not be asked at all (permission, socket) */
};

struct ipvs_kernel {
	void *self;
	/*
	 * Fills t (emptied first, sorted afterwards) with all services; destinations only of those
	 * in `wanted` (NULL = of all). *e unless DONE.
	 */
	enum ipvs_status (*dump)(
		void *self, const struct ipvs_keys *wanted, struct ipvs_table *t, struct err *e);
	/*
	 * Executes n operations in order; one that fails does not stop the rest. results[i]: 0, or
	 * the errno of the kernel: EEXIST  NEW of something that is there ESRCH   the service is
	 * not there ENOENT  the destination is not there; NEW, SET of a service: no such scheduler
	 * or engine ERANGE  weight or thresholds       EINVAL  what the kernel cannot do
	 */
	enum ipvs_status (*apply)(void *self, const struct ipvs_op *const *ops, size_t n,
		int *results, struct err *e);
	/* The sync daemons that run. *e unless DONE. */
	enum ipvs_status (*sync_get)(void *self, struct ipvs_sync *found, struct err *e);
	/*
	 * Starts one, or stops it if `d` is NULL. DONE: *result is 0, or the errno of the kernel:
	 * EEXIST  it runs already    ESRCH  it does not run    ENODEV  no such interface
	 */
	enum ipvs_status (*sync_set)(void *self, enum ipvs_sync_role role,
		const struct ipvs_sync_daemon *d, int *result, struct err *e);
};

#endif
