/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_SCRIPT_PATH_H
#define KEEPD_KEEPD_SCRIPT_PATH_H

/* Whether a path may be trusted, as that of a script: nobody but root and its user may be able to
 * change it. */

#include <sys/types.h>
#include "core/err.h"

/*
 * Can nobody but root and uid put something else at this path? Every component must belong to one
 * of them and must not be writable by others (but for sticky directories). `real` is a resolved
 * path, the same on return; `who` stands for uid in *e, which names the component and its mode.
 */
int path_is_guarded(char *real, uid_t uid, const char *who, struct err *e);

/*
 * May a script at this path be run as uid? Every component of its resolved path must belong to root
 * or to uid and must not be writable by others. On success the resolved path is in `real`
 * (PATH_MAX bytes); else *e names the component and its mode.
 */
int script_path_check(const char *path, uid_t uid, char *real, struct err *e);

#endif
