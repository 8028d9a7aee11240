/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_PIDFILE_H
#define KEEPD_KEEPD_PIDFILE_H

/*
 * Pid files that somebody asked for on the command line. Nothing depends on them: the lock of the
 * run directory says who runs.
 */

#include <sys/types.h>
#include "core/err.h"

/* Replaces the file whole. path may be NULL: then nothing happens, here and below. */
int pidfile_write(const char *path, pid_t pid, struct err *e);
/* Removes it, unless it names another process. */
void pidfile_remove(const char *path, pid_t pid);

#endif
