/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_PROBER_H
#define KEEPD_CHECKER_PROBER_H

/*
 * The prober role: asks the real servers, each question once, and leaves the results in its state
 * page for the checker. Parses what servers answer and therefore holds no capability.
 */

#include "core/role.h"

/* Main of the role; returns the exit status of the process. */
int prober_main(const struct role_args *args);

#endif
