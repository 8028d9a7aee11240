/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The difference between desired and actual addresses. Called by addresses.c and withdraw.c.
 */
#include "vrrp/vips.h"

bool vips_is_own(const struct link_table *actual, const struct addr_info *there)
{
	size_t i, end = link_addrs(actual, there->key.ifindex, &i);

	if (!actual->has_makers || there->proto == VIPS_PROTO ||
		there->proto == VIPS_PROTO_KEEPALIVED || there->is_secondary ||
		there->key.len >= addr_len_bytes(&there->key.addr) * 8)
		return false;
	for (; i < end; i++) {
		const struct addr_info *other = &actual->addrs[i];

		if (other != there && other->proto != VIPS_PROTO &&
			addr_key_is_same_subnet(&other->key, &there->key))
			return false;
	}
	return true;
}

bool vips_may_remove(const struct link_table *actual, const struct addr_info *there, bool is_owner)
{
	return there->proto == VIPS_PROTO || (!is_owner && !vips_is_own(actual, there));
}

static bool is_needed(const struct link_table *actual, const struct vip_want *w, bool is_owner)
{
	const struct addr_info *there = link_find_addr(actual, &w->key);

	switch (w->wish) {
	case VIP_PRESENT: return !there && w->key.ifindex != 0;
	case VIP_ABSENT: return there && vips_may_remove(actual, there, is_owner);
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

			if ((w->wish == VIP_PRESENT) != is_add || !is_needed(actual, w, is_owner))
				continue;
			if (needed < room)
				ops[needed] = (struct vip_op){ .is_add = is_add, .index = i };
			needed++;
		}
	return needed;
}
