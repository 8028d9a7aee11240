/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_MAIN_H
#define KEEPD_VRRP_MAIN_H

#include "core/role.h"

/* The vrrp child: runs until it is stopped or its parent is gone. Returns the exit status. */
int vrrp_main(const struct role_args *args);

#endif
