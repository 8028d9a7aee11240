/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_STARTUP_H
#define KEEPD_VRRP_STARTUP_H

/*
 * vrrp_startup_delay and vrrp_delay_after_boot: until then routers stay in Initialize, so that a
 * node whose network is not up yet does not take part. Not for the successor of a process that
 * died: it goes on where that one was.
 */

#include <stdbool.h>
#include "core/err.h"
#include "core/loop.h"
#include "vrrp/schema.h"

struct vrrp_engine;

struct vrrp_startup {
	mono_t began; /* this process; 0 = no configuration yet */
	bool is_successor;
	mono_t due; /* routers start then; in the past = at once */
	struct timer timer;
};

/* When routers may start. Counts from `began`, and from boot, where CLOCK_MONOTONIC begins. */
mono_t vrrp_startup_due(const struct vrrp_global_conf *g, bool is_successor, mono_t began);

int vrrp_startup_open(struct vrrp_engine *engine, struct err *e);
void vrrp_startup_close(struct vrrp_engine *engine);
/* Another configuration, before routers are started. */
void vrrp_startup_take(struct vrrp_engine *engine, const struct vrrp_global_conf *g);

#endif
