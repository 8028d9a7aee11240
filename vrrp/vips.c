/* SPDX-License-Identifier: Apache-2.0 */
/* Whose an address is. Called by keeper.c, addresses.c and withdraw.c. */
#include "vrrp/vips.h"

#include "vrrp/object.h"

bool vips_is_own(const struct link_table *actual, const struct addr_info *there)
{
	size_t i, end = link_addrs(actual, there->key.ifindex, &i);

	if (!actual->has_makers || there->proto == OBJECT_PROTO ||
		there->proto == OBJECT_PROTO_KEEPALIVED || there->is_secondary ||
		there->key.len >= addr_len_bytes(&there->key.addr) * 8)
		return false;
	for (; i < end; i++) {
		const struct addr_info *other = &actual->addrs[i];

		if (other != there && other->proto != OBJECT_PROTO &&
			addr_key_is_same_subnet(&other->key, &there->key))
			return false;
	}
	return true;
}

bool vips_may_remove(const struct link_table *actual, const struct addr_info *there, bool is_owner)
{
	return there->proto == OBJECT_PROTO || (!is_owner && !vips_is_own(actual, there));
}
