/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_DOORBELL_H
#define KEEPD_CORE_DOORBELL_H

/*
 * "Slot n of my page changed", said to a sibling that may be slow, or not there: rung again when
 * the channel has room, and then for all slots. Losing a doorbell loses nothing, as there is a
 * later one.
 */

#include <stdint.h>
#include "core/loop.h"
#include "core/msg.h"

#define DOORBELL_ALL UINT32_MAX /* in MSG_SLOT: look at all slots */

struct doorbell {
	struct loop *loop;
	struct channel channel; /* fd -1: nobody is there */
	struct io io;
	bool is_due; /* the channel was full */
};

/* Nobody is there yet. */
void doorbell_init(struct doorbell *d, struct loop *loop);
/* To this sibling from now on; fd is owned, whatever happens. Rings for all slots. */
void doorbell_connect(struct doorbell *d, enum role self, enum role peer, int fd);
void doorbell_ring(struct doorbell *d, uint32_t slot);
void doorbell_close(struct doorbell *d);

#endif
