/* SPDX-License-Identifier: Apache-2.0 */
/* Pid files for others; see pidfile.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "keepd/pidfile.h"

int pidfile_write(const char *path, pid_t pid, struct err *e)
{
	char tmp[PATH_MAX], text[32];
	int len = snprintf(text, sizeof(text), "%d\n", (int)pid), fd, sysno;

	if (!path)
		return 0;
	if (snprintf(tmp, sizeof(tmp), "%s.new", path) >= (int)sizeof(tmp))
		return err_sys(e, ENAMETOOLONG, "pid file %s", path);
	unlink(tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_sys(e, errno, "pid file %s", path);
	if (write(fd, text, (size_t)len) == len && rename(tmp, path) == 0) {
		close(fd);
		return 0;
	}
	sysno = errno;
	close(fd);
	unlink(tmp);
	return err_sys(e, sysno, "pid file %s", path);
}

void pidfile_remove(const char *path, pid_t pid)
{
	char text[32] = "";
	ssize_t n = -1;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) : -1;

	if (fd < 0)
		return;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n > 0 && strtol(text, NULL, 10) == (long)pid)
		unlink(path);
}
