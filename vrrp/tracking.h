/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TRACKING_H
#define KEEPD_VRRP_TRACKING_H

/*
 * What one virtual router watches: its trackers, fed with what the engine knows.
 */

#include "vrrp/state.h"
#include "vrrp/track.h"

struct vrrp_instance_conf;
struct vrrp_router;
struct vrrp_script;

struct vrrp_tracking {
	struct track *list;
	const struct vrrp_script **scripts; /* of each in list; NULL where it is none */
	size_t count;
	struct track_verdict verdict;
	/* After a restart of the process: what the predecessor sent, until all results are known;
	 * 0 = no such. */
	uint8_t held_priority;
};

/* The trackers of a configuration, with their results as they are now. Borrowed: conf. */
void vrrp_tracking_take(struct vrrp_router *r, const struct vrrp_instance_conf *conf);
void vrrp_tracking_free(struct vrrp_tracking *t);

/* Takes over what the engine knows now, and the priority that follows into r->params. */
void vrrp_tracking_refresh(struct vrrp_router *r);

/* Why the router may not take part (TRACKER, TRACKER_WAITS), or NONE. */
enum vrrp_reason vrrp_tracking_fault(const struct vrrp_tracking *t);

/* The words for that, "" for NONE. Returns buf. */
const char *vrrp_tracking_text(const struct vrrp_tracking *t, char buf[TRACK_TEXT_BYTES]);

#endif
