/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_STEADY_H
#define KEEPD_VRRP_STEADY_H

/* A source whose result counts only after it has lasted (track_delay_see()): the timer for that. */

#include "core/loop.h"
#include "vrrp/source.h"

struct vrrp_steady {
	struct vrrp_source *source;
	struct track_delay delay;
	struct track_delays delays; /* may be changed at any time */
	struct timer timer;
	char why[48];
};

/* Nothing is known yet. The timer is closed with vrrp_steady_close(). */
void vrrp_steady_open(struct vrrp_steady *s, struct vrrp_source *source);
void vrrp_steady_close(struct vrrp_steady *s);

/* The first result, while the source is opened: it counts and is not reported. */
void vrrp_steady_begin(struct vrrp_steady *s, enum track_result result);
/* What is seen now; reported when it counts. */
void vrrp_steady_see(struct vrrp_steady *s, enum track_result result, const char *why);

#endif
