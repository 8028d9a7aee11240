/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_VIPS_H
#define KEEPD_VRRP_VIPS_H

/*
 * From which addresses should be and which are to what is to be done: pure. Only declared addresses
 * are looked at; what else is on an interface is somebody else's.
 */

#include "vrrp/table.h"

/* Who made an address, in the kernel's words (IFA_PROTO); 18 is keepalived. */
#define VIPS_PROTO	      112
#define VIPS_PROTO_KEEPALIVED 18

enum vip_wish {
	VIP_ABSENT,
	VIP_PRESENT,
	VIP_HELD, /* present would be right, but not now */
};

struct vip_want {
	struct addr_key key; /* ifindex 0: its interface does not exist */
	enum vip_wish wish;
};

struct vip_op {
	bool is_add;
	size_t index; /* of the want */
};

/*
 * Is this the address by which the interface belongs to its subnet, made by somebody else? Then a
 * configuration that declares it as virtual is mistaken, and removing it would cut off the node.
 * On kernels that do not keep who made an address (before 5.18) nothing is.
 */
bool vips_is_own(const struct link_table *actual, const struct addr_info *there);

/* May it be removed? An owner of its addresses (priority 255) may have had them before keepd: those
 * without our tag stay. */
bool vips_may_remove(const struct link_table *actual, const struct addr_info *there, bool is_owner);

/*
 * Writes at most `room` operations, removals first within their order. Returns how many would be
 * needed, which may be more than room.
 */
size_t vips_diff(const struct vip_want *wants, size_t count, const struct link_table *actual,
	bool is_owner, struct vip_op *ops, size_t room);

#endif
