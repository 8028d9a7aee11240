/* SPDX-License-Identifier: Apache-2.0 */
/* Reading one file whole: a regular one, within the bytes a configuration may have. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/conf/source.h"

const char *source_kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return "is a directory, not a file";
	if (S_ISFIFO(mode))
		return "is a fifo, not a file";
	if (S_ISSOCK(mode))
		return "is a socket, not a file";
	return "is a device, not a file";
}

/* Reads to the end of the file, up to the cap, into the arena; a NUL follows. NULL with *why. */
static char *read_fd(struct source *s, int fd, const struct stat *st, size_t *len, const char **why)
{
	size_t most = CONF_BYTES_MAX - s->bytes + 1, used = 0;
	size_t room = (st->st_size > 0 ? (size_t)st->st_size : 4096) + 1;
	char *text;

	if (room > most)
		room = most;
	text = arena_take(s->arena, room + 1);
	for (;;) {
		ssize_t n = read(fd, text + used, room - used);

		if (n < 0) {
			*why = strerrordesc_np(errno);
			return NULL;
		}
		used += (size_t)n;
		if (used == most) {
			*why = "is larger than the 256 MiB a configuration may have";
			return NULL;
		}
		if (n == 0)
			break;
		if (used == room) { /* it has grown, or did not say how large it is */
			char *bigger;

			room = 2 * room < most ? 2 * room : most;
			bigger = arena_take(s->arena, room + 1);
			memcpy(bigger, text, used);
			text = bigger;
		}
	}
	text[used] = '\0';
	*len = used;
	return text;
}

char *source_read_file(
	struct source *s, const char *path, struct stat *st, size_t *len, const char **why)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char *text = NULL;

	if (fd < 0 || fstat(fd, st) < 0)
		*why = strerrordesc_np(errno);
	else if (!S_ISREG(st->st_mode))
		*why = source_kind_of_file(st->st_mode);
	else
		text = read_fd(s, fd, st, len, why);
	if (fd >= 0)
		close(fd);
	return text;
}
