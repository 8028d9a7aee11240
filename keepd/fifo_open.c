/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each step holds on to what the step before has looked at, so that nobody can put something else
 * in its place; a device is never opened. See fifo_open.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keepd/fifo_open.h"
#include "keepd/script_path.h"

/* The directory of the path; *name is what follows. */
static int open_directory(const char *path, uid_t uid, const char **name, struct err *e)
{
	char dir[PATH_MAX], real[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = (size_t)(slash - path);
	int fd;

	if (len >= sizeof(dir))
		return err_sys(e, ENAMETOOLONG, "pipe %s", path);
	memcpy(dir, path, len);
	dir[len] = '\0';
	*name = slash + 1;
	if (!realpath(len ? dir : "/", real))
		return err_sys(e, errno, "pipe %s: its directory", path);
	if (path_is_guarded(real, uid, "the pipe's owner", e) < 0)
		return -1;
	fd = open(real, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? err_sys(e, errno, "pipe %s: its directory", path) : fd;
}

/* Does it stand there as it must? */
static int check(const struct stat *st, const char *path, uid_t uid, struct err *e)
{
	if (!S_ISFIFO(st->st_mode))
		return err_set(e, "%s is there and is no pipe: remove it", path);
	if (st->st_uid != uid && st->st_uid != geteuid())
		return err_set(e,
			"pipe %s belongs to uid %u, not to uid %u: remove it, or name its owner "
			"behind the path",
			path, (unsigned)st->st_uid, (unsigned)uid);
	return 0;
}

static int open_found(int found, const char *path, uid_t uid, struct err *e)
{
	char link[64];
	struct stat st;
	int fd;

	if (fstat(found, &st) < 0)
		return err_sys(e, errno, "pipe %s", path);
	if (check(&st, path, uid, e) < 0)
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", found);
	fd = open(link, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? err_sys(e, errno, "open pipe %s", path) : fd;
}

int fifo_open(const char *path, uid_t uid, gid_t gid, bool *is_made, struct err *e)
{
	const char *name;
	int dir, found, fd;

	*is_made = false;
	if (path[0] != '/')
		return err_set(e, "pipe %s: the path must be absolute", path);
	dir = open_directory(path, uid, &name, e);
	if (dir < 0)
		return -1;
	*is_made = mkfifoat(dir, name, 0600) == 0;
	if (!*is_made && errno != EEXIST) {
		err_sys(e, errno, "make pipe %s", path);
		close(dir);
		return -1;
	}
	found = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	close(dir);
	if (found < 0)
		return err_sys(e, errno, "pipe %s", path);
	fd = open_found(found, path, uid, e);
	close(found);
	if (fd >= 0 && *is_made && fchown(fd, uid, gid) < 0) {
		err_sys(e, errno, "pipe %s: chown to uid %u", path, (unsigned)uid);
		close(fd);
		return -1;
	}
	return fd;
}
