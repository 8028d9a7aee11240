/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run directory: lock, pid file and state files, all by openat() under one descriptor, never
 * following links. See rundir.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keepd/rundir.h"

#define STATE_FILE_MAX ((off_t)256 << 20)

const char *rundir_state_file(enum role role)
{
	return role == ROLE_VRRP      ? RUNDIR_VRRP_STATE
	       : role == ROLE_CHECKER ? RUNDIR_CHECKER_STATE
				      : NULL;
}

int rundir_open_existing(struct rundir *d, const char *path, struct err *e)
{
	struct stat st;

	*d = (struct rundir){ .path = path, .fd = -1, .lock_fd = -1 };
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (d->fd < 0)
		return err_sys(e, errno, "run directory %s", path);
	if (fstat(d->fd, &st) < 0 || (st.st_uid != 0 && st.st_uid != geteuid()) ||
		(st.st_mode & (S_IWGRP | S_IWOTH))) {
		rundir_close(d);
		return err_set(
			e, "run directory %s: others than root can write to it; remove it", path);
	}
	return 0;
}

/*
 * Made for us, but nobody told it of the group, which may look through the socket. Any other
 * directory stays as it is: somebody may say --run-dir /run.
 */
static bool is_of_service_manager(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && geteuid() == 0 && st.st_uid == 0 && st.st_gid == 0 &&
	       (st.st_mode & 07777) == 0750;
}

int rundir_open(struct rundir *d, const char *path, gid_t gid, struct err *e)
{
	bool is_new = mkdir(path, 0750) == 0;

	*d = (struct rundir){ .path = path, .fd = -1, .lock_fd = -1 };
	if (!is_new && errno != EEXIST)
		return err_sys(e, errno, "create run directory %s", path);
	if (rundir_open_existing(d, path, e) < 0)
		return -1;
	if ((is_new || is_of_service_manager(d->fd)) &&
		(fchown(d->fd, (uid_t)-1, gid) < 0 || fchmod(d->fd, 0750) < 0)) {
		err_sys(e, errno, "run directory %s: set group and mode", path);
		rundir_close(d);
		return -1;
	}
	return 0;
}

/* Who had the lock removes the file before it lets go: a lock on what is gone locks out nobody. */
static bool is_still_there(const struct rundir *d, int fd)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 &&
	       fstatat(d->fd, RUNDIR_PID, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

int rundir_lock(struct rundir *d, pid_t *owner, struct err *e)
{
	char text[32] = "";
	int fd = openat(
		d->fd, RUNDIR_PID, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);

	*owner = 0;
	if (fd < 0)
		return err_sys(e, errno, "pid file %s/%s", d->path, RUNDIR_PID);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int sysno = errno;

		if (pread(fd, text, sizeof(text) - 1, 0) > 0)
			*owner = (pid_t)strtol(text, NULL, 10);
		close(fd);
		return err_sys(e, sysno, "lock %s/%s", d->path, RUNDIR_PID);
	}
	if (!is_still_there(d, fd)) {
		close(fd);
		return rundir_lock(d, owner, e);
	}
	d->lock_fd = fd;
	return 0;
}

int rundir_write_pid(struct rundir *d, struct err *e)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	if (ftruncate(d->lock_fd, 0) < 0 || pwrite(d->lock_fd, text, (size_t)len, 0) != len)
		return err_sys(e, errno, "write %s/%s", d->path, RUNDIR_PID);
	return 0;
}

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

int rundir_write(struct rundir *d, const char *name, const char *text, size_t len, struct err *e)
{
	char tmp[64];
	int fd, sysno;

	snprintf(tmp, sizeof(tmp), ".%s.new", name);
	unlinkat(d->fd, tmp, 0);
	fd = openat(d->fd, tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, errno, "create %s/%s", d->path, tmp);
	if (write_all(fd, text, len) == 0 && renameat(d->fd, tmp, d->fd, name) == 0) {
		close(fd);
		return 0;
	}
	sysno = errno;
	close(fd);
	unlinkat(d->fd, tmp, 0);
	return err_sys(e, sysno, "write %s/%s", d->path, name);
}

int rundir_read(struct rundir *d, const char *name, char **text, size_t *len, struct err *e)
{
	int fd = openat(d->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	size_t got = 0;

	*text = NULL;
	*len = 0;
	if (fd < 0)
		return err_sys(e, errno, "read %s/%s", d->path, name);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > STATE_FILE_MAX) {
		close(fd);
		return err_set(e, "%s/%s is not a state file of keepd", d->path, name);
	}
	*text = calloc(1, (size_t)st.st_size + 1);
	while (*text && got < (size_t)st.st_size) {
		ssize_t n = read(fd, *text + got, (size_t)st.st_size - got);

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	close(fd);
	*len = got;
	return *text ? 0 : err_sys(e, ENOMEM, "read %s/%s", d->path, name);
}

void rundir_remove(struct rundir *d, const char *name)
{
	unlinkat(d->fd, name, 0);
}

void rundir_close(struct rundir *d)
{
	if (d->lock_fd >= 0)
		close(d->lock_fd);
	if (d->fd >= 0)
		close(d->fd);
	d->fd = d->lock_fd = -1;
}
