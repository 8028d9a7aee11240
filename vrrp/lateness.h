/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_LATENESS_H
#define KEEPD_VRRP_LATENESS_H

/*
 * How late this process and its peers are. Of ourselves: how long after its time each timer of a
 * router, and a tick once in a second, was served: a histogram, and the worst. Of the peers:
 * adverts of the active router that came after advert_warn intervals or more and before it was
 * given up. Adverts that were on time while we stood still do not count.
 */

#include <stdint.h>
#include "core/err.h"
#include "core/log.h"
#include "core/loop.h"
#include "vrrp/fsm.h"
#include "vrrp/slot.h"

struct vrrp_engine;
struct vrrp_router;

struct vrrp_lateness {
	struct timer tick;
	mono_t tick_due;
	uint64_t counts[VRRP_LATENESS_BUCKETS];
	span_t worst;
	mono_t stalled_until; /* the end of the last time we stood still; 0 = never */
	struct log_limit limit;
};

/* Which bucket: up to 1 ms, 10 ms, 100 ms, 1 s, 10 s, more. */
unsigned vrrp_lateness_bucket(span_t late);

int vrrp_lateness_open(struct vrrp_engine *engine, struct err *e);
void vrrp_lateness_close(struct vrrp_engine *engine);
/* Something that was due then is served now. */
void vrrp_lateness_note(struct vrrp_engine *engine, mono_t due, mono_t now);
void vrrp_lateness_publish(const struct vrrp_engine *engine, struct vrrp_slot *slot);

/*
 * So many intervals after the advert before, if that is too late: 0 = it is not, or it says
 * nothing. `stalled_until` as above, or the time of a stall that is not over yet. Pure.
 */
uint32_t vrrp_lateness_missed(const struct vrrp_fsm *was, const struct vrrp_event *advert,
	const struct vrrp_params *params, mono_t stalled_until, mono_t now);
/* An advert was accepted; `was` is the state before. */
void vrrp_lateness_heard(
	struct vrrp_router *r, const struct vrrp_fsm *was, const struct vrrp_event *advert);

#endif
