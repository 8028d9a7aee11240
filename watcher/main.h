/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_MAIN_H
#define KEEPD_WATCHER_MAIN_H

/*
 * The watcher role: looks at the files and processes that somebody tracks and leaves what it saw in
 * its state page, so that those who may never wait for a disk need not.
 */

#include "core/role.h"

/* Main of the role; returns the exit status of the process. */
int watcher_main(const struct role_args *args);

#endif
