/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_FIFO_OPEN_H
#define KEEPD_KEEPD_FIFO_OPEN_H

/* Making and opening a named pipe at a path that others might have something to do with. */

#include <stdbool.h>
#include <sys/types.h>
#include "core/err.h"

/*
 * Opens the pipe at an absolute path for writing, and for reading so that it needs no reader;
 * non-blocking. If there is nothing, it is made (*is_made), for uid and gid alone. What is there
 * must be a pipe of uid or of who runs keepd, and is left as it is. Every directory on the way must
 * belong to root or uid and be closed to others, or sticky. Returns the descriptor, or -1 and *e.
 */
int fifo_open(const char *path, uid_t uid, gid_t gid, bool *is_made, struct err *e);

#endif
