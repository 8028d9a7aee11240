/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counting losses of one object in a sliding window. Called by the engine for addresses.
 */
#include "vrrp/repair.h"

mono_t repair_loss(struct repair *r, mono_t now, bool *is_backoff)
{
	mono_t oldest;

	r->losses[r->next] = now;
	r->next = (r->next + 1) % REPAIR_LOSSES;
	oldest = r->losses[r->next];
	*is_backoff =
		oldest.us != 0 && mono_sub(now, oldest).us <= span_s(REPAIR_WINDOW_SECONDS).us;
	return *is_backoff ? mono_add(now, span_s(REPAIR_BACKOFF_SECONDS)) : now;
}
