/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SLOTS_H
#define KEEPD_VRRP_SLOTS_H

/*
 * Which virtual router writes which slot of the state page, and what a predecessor of this process
 * left in them. One per engine; zeroed = no page came: everything is accepted and nothing kept.
 */

#include <stdbool.h>
#include "core/page.h"
#include "vrrp/adopt.h"
#include "vrrp/slot.h"

struct vrrp_slots {
	struct page *page; /* borrowed; NULL = none came */
	uint32_t count;	   /* slots ever written */
	bool *is_taken;	   /* VRRP_SLOTS */
	/* What a predecessor left behind, until vrrp_slots_forget(); vrid 0 = nothing, or claimed.
	 */
	struct vrrp_slot *left;
	uint32_t left_count;
};

#define VRRP_NO_SLOT VRRP_SLOTS

/* The page, and with it what a predecessor left in it. */
void vrrp_slots_page(struct vrrp_slots *s, struct page *page);
void vrrp_slots_free(struct vrrp_slots *s);

/*
 * A slot for a virtual router: the one a predecessor had for it, copied to *left, else a free one
 * and *left is untouched. VRRP_NO_SLOT: the page is full.
 */
uint32_t vrrp_slots_claim(
	struct vrrp_slots *s, const struct vrrp_identity *id, struct vrrp_slot *left);
void vrrp_slots_write(struct vrrp_slots *s, uint32_t index, const struct vrrp_slot *value);
/* Its router is gone: the slot is free again. */
void vrrp_slots_release(struct vrrp_slots *s, uint32_t index);

/* Did a predecessor run on an interface of that name? */
bool vrrp_slots_knew_interface(const struct vrrp_slots *s, const char *name);
/* What nobody claimed is over. True if a router that was Active is among it. */
bool vrrp_slots_forget(struct vrrp_slots *s);

#endif
