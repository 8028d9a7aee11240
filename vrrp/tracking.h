/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TRACKING_H
#define KEEPD_VRRP_TRACKING_H

/*
 * What an instance or a group tracks: the list from its configuration, and the verdict of it, which
 * is made anew whenever a source in the list is different.
 */

#include "vrrp/source.h"
#include "vrrp/state.h"

struct vrrp_tracking {
	struct track *list;
	struct vrrp_use *uses; /* of each in list */
	size_t count;
	struct track_verdict verdict;
	/* The verdict may be another one, because of `cause`. May not free its own tracking. */
	void (*changed)(void *owner, const struct track *cause);
	void *owner;
	struct vrrp_engine *engine;
	/* For who looks at it; set by the owner, borrowed. */
	const char *owner_name;
	bool is_group;

	bool is_dirty;
	struct vrrp_tracking *next_dirty;
	const struct track *cause;
};

void vrrp_tracking_init(struct vrrp_tracking *t, struct vrrp_engine *engine,
	void (*changed)(void *owner, const struct track *cause), void *owner);
/* Zeroed or initialised before. */
void vrrp_tracking_free(struct vrrp_tracking *t);

/* Another list, with the results as they are now; changed() is not called. */
void vrrp_tracking_take(struct vrrp_tracking *t, const struct vrrp_tracks *conf);

/* For source.c: one of them is different; now it is to be decided. */
void vrrp_tracking_mark(struct vrrp_tracking *t, const struct track *cause);
void vrrp_tracking_tell(struct vrrp_tracking *t);

/* Why its owner may not take part (TRACKER, TRACKER_WAITS), or NONE. */
enum vrrp_reason vrrp_tracking_fault(const struct vrrp_tracking *t);

/* The words for that, "" for NONE. Returns buf. */
const char *vrrp_tracking_text(const struct vrrp_tracking *t, char buf[TRACK_TEXT_BYTES]);

#endif
