/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes tracked files at the start: see init_files.h. As root, therefore no symbolic link is
 * followed in the place of the file, and nothing but a regular file is written to.
 */
#include "keepd/init_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf/common.h"
#include "core/log.h"

static int write_number(int fd, int32_t value)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d\n", value);
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return ftruncate(fd, 0) < 0 || write(fd, text, (size_t)len) != len ? -1 : 0;
}

static void write_file(const struct conf_track_file *c)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	int fd = open(c->path, c->init->overwrite ? flags : flags | O_EXCL, 0644);

	if (fd < 0 && errno == EEXIST)
		return;
	if (fd < 0 || write_number(fd, c->init->value) < 0)
		log_warning("track_file %s: init_file: %s: %s", c->name, c->path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

void init_files_write(const struct conf_list *files)
{
	for (size_t i = 0; i < files->count; i++) {
		const struct conf_track_file *c = files->items[i];

		if (c->init)
			write_file(c);
	}
}
