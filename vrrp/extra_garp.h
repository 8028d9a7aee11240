/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_EXTRA_GARP_H
#define KEEPD_VRRP_EXTRA_GARP_H

/*
 * garp_extra_if: one announcement now and then, while a router is Active, of addresses that are not
 * on the interface its adverts leave through. Adverts keep that one known to switches; the MAC
 * address of another one they would forget.
 */

#include "core/err.h"
#include "core/loop.h"

struct vrrp_router;

struct extra_garp {
	struct timer timer;
	span_t every; /* as the timer was set; 0 = it is off */
};

int extra_garp_open(struct vrrp_router *r, struct err *e);
void extra_garp_close(struct vrrp_router *r);

/* After each step: its state or its configuration may be different. */
void extra_garp_follow(struct vrrp_router *r);

#endif
