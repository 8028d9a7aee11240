/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_REPAIR_H
#define KEEPD_VRRP_REPAIR_H

/*
 * Repair does not fight for ever: what somebody takes away is put back at once, but after five
 * losses within ten seconds only after a pause. Pure; one struct per object.
 */

#include <stdbool.h>
#include "core/mono.h"

#define REPAIR_LOSSES	       5
#define REPAIR_WINDOW_SECONDS  10
#define REPAIR_BACKOFF_SECONDS 5

struct repair {
	mono_t losses[REPAIR_LOSSES]; /* a ring; 0 = none yet */
	unsigned next;
};

/*
 * The object was lost at `now`. Returns when it may be put back: now, or after the back-off, and
 * then *is_backoff is true.
 */
mono_t repair_loss(struct repair *r, mono_t now, bool *is_backoff);

#endif
