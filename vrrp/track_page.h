/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TRACK_PAGE_H
#define KEEPD_VRRP_TRACK_PAGE_H

/* The state page of trackers (track_slot.h). */

#include "vrrp/source.h"

struct page;

struct vrrp_track_page {
	struct page *page; /* borrowed; NULL = none came */
	uint32_t written;  /* slots ever */
};

/* The page, and how much of it a predecessor wrote. */
void vrrp_track_page_take(struct vrrp_track_page *t, struct page *page);

/* All sources and who uses them, after a change of the configuration. */
void vrrp_track_page_write(struct vrrp_engine *engine);
/* One source is different. */
void vrrp_track_page_update(struct vrrp_source *s);

#endif
