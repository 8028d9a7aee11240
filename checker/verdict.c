/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The counters of a probe and the verdict that follows from them; see verdict.h. The prober counts,
 * the checker judges.
 */
#include "checker/verdict.h"

enum verdict_state verdict_next(enum verdict_state before, uint64_t ok_before, uint32_t retry,
	const struct probe_slot *probe)
{
	if (probe->ok_run)
		return VERDICT_UP;
	if (!probe->failed_run)
		return before;
	if (!probe->ok_total || probe->failed_run > retry)
		return VERDICT_DOWN;
	/* Failures only since it went down: a retry that was raised since is no success. */
	return before == VERDICT_DOWN && probe->ok_total == ok_before ? VERDICT_DOWN : VERDICT_UP;
}

const char *verdict_name(enum verdict_state v)
{
	switch (v) {
	case VERDICT_NONE: return "none";
	case VERDICT_UP: return "up";
	case VERDICT_DOWN: return "down";
	}
	return "?";
}

static void count_up(uint32_t *n)
{
	if (*n < UINT32_MAX)
		(*n)++;
}

void probe_count(struct probe_slot *probe, const struct check_result *result, mono_t started,
	mono_t finished)
{
	probe->result = *result;
	probe->last_start_us = started.us;
	probe->last_at_us = finished.us;
	switch (check_outcome(result)) {
	case CHECK_SAYS_UP:
		probe->failed_run = 0;
		count_up(&probe->ok_run);
		probe->ok_total++;
		break;
	case CHECK_SAYS_DOWN:
		probe->ok_run = 0;
		count_up(&probe->failed_run);
		probe->failed_total++;
		break;
	case CHECK_SAYS_NOTHING: probe->local_errors++; break;
	}
}
