/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_CHECKER_H
#define KEEPD_CHECKER_CHECKER_H

/*
 * The checker role: makes verdicts of the prober's results, pools of the verdicts, and keeps the
 * kernel's IPVS table equal to them. Holds CAP_NET_ADMIN and never reads a byte from a real server.
 */

#include "core/role.h"

/* Main of the role; returns the exit status of the process. */
int checker_main(const struct role_args *args);

#endif
