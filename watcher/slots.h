/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_SLOTS_H
#define KEEPD_WATCHER_SLOTS_H

/*
 * The watcher's page: which thing stands in which slot, and the doorbell of those who read it. The
 * things of a configuration stand there from 0 on, in its order.
 */

#include "core/doorbell.h"
#include "core/page.h"
#include "core/watch.h"

struct watch_slots {
	struct page page;
	struct doorbell vrrp;
	struct watch_slot values[WATCH_SLOTS];
	uint32_t count; /* ever written */
};

/* The page, with what a predecessor left in it. fd stays the caller's. */
int watch_slots_open(struct watch_slots *s, int fd, struct err *e);
void watch_slots_close(struct watch_slots *s);

/* Another configuration: these things, in this order. What is known of one stays known. */
void watch_slots_take(struct watch_slots *s, const struct watch_slot *things, uint32_t count);

/* What has been seen of it just now. */
void watch_slots_set(struct watch_slots *s, uint32_t slot, int64_t number);

#endif
