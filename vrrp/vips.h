/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_VIPS_H
#define KEEPD_VRRP_VIPS_H

/*
 * Whose is an address that is there? Pure. Only declared addresses are asked about; what else is on
 * an interface is somebody else's.
 */

#include "vrrp/table.h"

/*
 * Is this the address by which the interface belongs to its subnet, made by somebody else? Then a
 * configuration that declares it as virtual is mistaken, and removing it would cut off the node.
 * On kernels that do not keep who made an address (before 5.18) nothing is.
 */
bool vips_is_own(const struct link_table *actual, const struct addr_info *there);

/* May it be removed? An owner of its addresses (priority 255) may have had them before keepd: those
 * without our tag stay. */
bool vips_may_remove(const struct link_table *actual, const struct addr_info *there, bool is_owner);

#endif
