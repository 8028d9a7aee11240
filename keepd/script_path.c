/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at each component of the path of a script; see script_path.h. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keepd/script_path.h"

static int check_component(const char *path, uid_t uid, const char *who, struct err *e)
{
	struct stat st;
	bool is_sticky_dir;

	if (lstat(path, &st) < 0)
		return err_sys(e, errno, "%s", path);
	is_sticky_dir = S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX);
	if (st.st_uid != 0 && st.st_uid != uid)
		return err_set(e, "%s belongs to uid %u, not to root or %s: chown it", path,
			(unsigned)st.st_uid, who);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) && !is_sticky_dir)
		return err_set(e, "%s has mode %04o, others can write to it: chmod go-w %s", path,
			(unsigned)st.st_mode & 07777, path);
	return 0;
}

int path_is_guarded(char *real, uid_t uid, const char *who, struct err *e)
{
	for (char *slash = real; slash; slash = strchr(slash + 1, '/')) {
		char at = slash[1];
		int status;

		if (slash == real)
			slash[1] = '\0';
		else
			*slash = '\0';
		status = check_component(real, uid, who, e);
		if (slash == real)
			slash[1] = at;
		else
			*slash = '/';
		if (status < 0)
			return -1;
	}
	return check_component(real, uid, who, e);
}

int script_path_check(const char *path, uid_t uid, char *real, struct err *e)
{
	if (path[0] != '/')
		return err_set(e, "script %s: the path must be absolute", path);
	if (!realpath(path, real))
		return err_sys(e, errno, "script %s", path);
	if (path_is_guarded(real, uid, "the script's user", e) < 0)
		return -1;
	if (access(real, X_OK) < 0)
		return err_sys(
			e, errno, "script %s: not executable as uid %u", real, (unsigned)uid);
	return 0;
}
