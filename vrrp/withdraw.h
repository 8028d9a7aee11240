/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_WITHDRAW_H
#define KEEPD_VRRP_WITHDRAW_H

/*
 * Taking addresses away when the process that kept them is gone: after a crash (keepd --withdraw,
 * and at start), and by the parent when no successor comes in time.
 */

#include "core/conf/conf.h"
#include "core/err.h"

/*
 * Removes every virtual address of the VRRP section of c that is in the kernel, exactly as
 * configured: address, prefix length, interface. Synchronous; announces nothing. Returns the number
 * removed, or -1 and *e. An interface that is not there has no addresses.
 */
int vrrp_withdraw(const struct conf *c, struct err *e);

#endif
