/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The difference between desired and actual addresses. Called by addresses.c.
 */
#include "vrrp/vips.h"

static bool is_needed(const struct vip_want *w, const struct addr_info *there, bool is_owner)
{
	switch (w->wish) {
	case VIP_PRESENT: return !there && w->key.ifindex != 0;
	case VIP_ABSENT: return there && (!is_owner || there->proto == VIPS_PROTO);
	case VIP_HELD: break;
	}
	return false;
}

size_t vips_diff(const struct vip_want *wants, size_t count, const struct link_table *actual,
	bool is_owner, struct vip_op *ops, size_t room)
{
	size_t needed = 0;

	for (int is_add = 0; is_add <= 1; is_add++)
		for (size_t i = 0; i < count; i++) {
			const struct vip_want *w = &wants[i];

			if ((w->wish == VIP_PRESENT) != is_add ||
				!is_needed(w, link_find_addr(actual, &w->key), is_owner))
				continue;
			if (needed < room)
				ops[needed] = (struct vip_op){ .is_add = is_add, .index = i };
			needed++;
		}
	return needed;
}
