/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_VERDICT_H
#define KEEPD_CHECKER_VERDICT_H

/*
 * From what a probe found to what a consumer thinks of its server: pure. Level-triggered: the
 * verdict follows from the counters as they are, so that a result that was never heard of loses
 * nothing.
 */

#include <stdbool.h>
#include "checker/slot.h"

enum verdict_state {
	VERDICT_NONE, /* no result yet */
	VERDICT_UP,
	VERDICT_DOWN,
};

/*
 * Down after more than `retry` failures in a row; the first probe of all counts at once. Up on the
 * first success, and not before one. ok_before: the successes (ok_total) when the verdict `before`
 * was made, so that one in between that nobody heard of is seen.
 */
enum verdict_state verdict_next(enum verdict_state before, uint64_t ok_before, uint32_t retry,
	const struct probe_slot *probe);

/* Does a server with this verdict get traffic? alpha: not before it has proved itself. */
static inline bool verdict_is_up(enum verdict_state v, bool alpha)
{
	return v == VERDICT_UP || (v == VERDICT_NONE && !alpha);
}

const char *verdict_name(enum verdict_state v); /* "none", "up", "down" */

/* Counts a result in; results of our own errors change nothing but local_errors. Pure. */
void probe_count(struct probe_slot *probe, const struct check_result *result, mono_t started,
	mono_t finished);

#endif
