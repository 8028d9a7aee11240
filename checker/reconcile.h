/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_RECONCILE_H
#define KEEPD_CHECKER_RECONCILE_H

/*
 * Keeps the kernel's IPVS table equal to the desired one: writes changes, compares both at start,
 * after any error and at an interval (the kernel sends no events), repairs what somebody else
 * changed and says so, tries again with back-off when the kernel refuses or has no IPVS. Touches
 * only services that we declare or declared.
 */

#include "checker/slot.h"
#include "core/log.h"
#include "ipvs/kernel.h"

struct reconcile {
	struct ipvs_kernel kernel;
	span_t audit_interval;

	struct ipvs_keys owned;	    /* services we declared, now or earlier */
	struct ipvs_table desired;  /* sorted */
	struct ipvs_table believed; /* what we think is in the kernel */
	bool is_believed;	    /* false: compare with the kernel before anything else */
	bool is_change;		    /* desired was set and not written yet */
	bool is_fresh;		    /* and writing it was not tried yet */
	struct ipvs_plan plan;
	mono_t next;	   /* when to run again */
	unsigned failures; /* in a row */
	struct kernel_slot status;
	struct log_limit repairs;
};

void reconcile_init(struct reconcile *r, const struct ipvs_kernel *kernel);
void reconcile_fini(struct reconcile *r);

/* This service is ours from an earlier life. */
void reconcile_own(struct reconcile *r, const struct ipvs_service_key *key);

/* The table to fill with what should be there (sorted); then call reconcile_changed(). */
struct ipvs_table *reconcile_desired(struct reconcile *r);
void reconcile_changed(struct reconcile *r);

/*
 * Does what is due: writes changes at once, audits at r->next. To be called after a change and at
 * r->next. Logs.
 */
void reconcile_run(struct reconcile *r, mono_t now);

/* Removes all that is ours. Returns 0, or -1 and *e. */
int reconcile_withdraw(struct reconcile *r, struct err *e);

#endif
