/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memfds: making, sealing, reading whole. Offsets are never used, because a passed descriptor
 * shares its offset with the sender's. See memfd.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/memfd.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3; vm.memfd_noexec=2 insists on it */
#endif

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

int memfd_new(const char *name, struct err *e)
{
	const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
	int fd = memfd_create(name, flags | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, flags);
	if (fd < 0)
		return err_sys(e, errno, "memfd %s", name);
	return fd;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = pwrite(fd, bytes + at, len - at, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

int memfd_seal(const char *name, const void *bytes, size_t len, struct err *e)
{
	int fd = memfd_new(name, e);

	if (fd < 0)
		return -1;
	if (write_all(fd, bytes, len) == 0 && fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) == 0)
		return fd;
	err_sys(e, errno, "memfd %s", name);
	close(fd);
	return -1;
}

static int read_all(int fd, char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = pread(fd, bytes + at, len - at, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

int memfd_read(int fd, size_t max, char **text, size_t *len, struct err *e)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);
	size_t size;

	*text = NULL;
	if (len)
		*len = 0;
	if (seals < 0 || (seals & SEALS) != SEALS)
		return err_set(e, "descriptor %d is not a sealed memfd", fd);
	if (fstat(fd, &st) < 0)
		return err_sys(e, errno, "memfd");
	size = (size_t)st.st_size;
	if (size > max)
		return err_set(e, "memfd of %zu bytes, more than %zu", size, max);
	*text = malloc(size + 1);
	if (!*text)
		return err_sys(e, ENOMEM, "memfd of %zu bytes", size);
	if (read_all(fd, *text, size) < 0) {
		err_sys(e, errno, "read memfd");
		free(*text);
		*text = NULL;
		return -1;
	}
	(*text)[size] = '\0';
	if (len)
		*len = size;
	return 0;
}
