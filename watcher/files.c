/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracked files: see files.h. Called by main.c, by inotify and by a timer. What a number means is
 * the business of those who track it. The folder of a file is watched and not the file, which may
 * be another one tomorrow; and it is read when its writer closes it, so that nobody sees it empty
 * between truncation and writing.
 */
#include "watcher/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/log.h"
#include "watcher/number.h"

#define LOOK_AGAIN_S	2
#define HALF_WRITTEN_S	1 /* so long a file without a number may be one that is being written */
#define EVENTS_BYTES	4096
#define EVENTS_PER_TURN 16
#define FOLDER_EVENTS                                                                              \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR)

struct watched_file {
	const struct conf_track_file *conf;
	uint32_t slot;
	int folder; /* inotify watch; -1 = the folder cannot be watched */
	const char *base;
	const char *problem; /* that was told last; NULL = none */
};

/* ---- reading ---- */

static int64_t age_s(const struct stat *st)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec - st->st_mtim.tv_sec;
}

/*
 * The number in the file, or NULL and the problem there is; *may_be_half: it has none yet, maybe.
 * A file that is no regular one is not read: others block.
 */
static const char *read_number(const char *path, int64_t *number, bool *may_be_half)
{
	char text[WATCH_NUMBER_BYTES + 1];
	struct stat st;
	ssize_t len;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	*number = 0;
	*may_be_half = false;
	if (fd < 0)
		return errno == ENOENT ? "it is missing" : strerror(errno);
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return "it is no regular file";
	}
	len = read(fd, text, WATCH_NUMBER_BYTES);
	close(fd);
	if (len < 0)
		return strerror(errno);
	if (watch_number(text, (size_t)len, number))
		return NULL;
	*may_be_half = age_s(&st) <= HALF_WRITTEN_S;
	return "there is no number in it";
}

static void say(struct watched_file *file, const char *problem)
{
	const struct conf_track_file *c = file->conf;

	if (problem == file->problem ||
		(problem && file->problem && !strcmp(problem, file->problem)))
		return;
	if (problem)
		log_warning("track_file %s, %s: %s: it counts as 0", c->name, c->path, problem);
	else
		log_notice("track_file %s, %s: has a number again", c->name, c->path);
	file->problem = problem;
}

/* is_closed: whoever wrote it is done. */
static void look(struct watched_files *f, struct watched_file *file, bool is_closed)
{
	bool may_be_half;
	int64_t number;
	const char *problem = read_number(file->conf->path, &number, &may_be_half);

	if (may_be_half && !is_closed)
		return;
	say(file, problem);
	watch_slots_set(f->slots, file->slot, number);
}

/* ---- events ---- */

static void watch_folder(struct watched_files *f, struct watched_file *file)
{
	char folder[PATH_MAX];
	size_t len = (size_t)(file->base - file->conf->path);

	if (len >= sizeof(folder))
		return;
	memcpy(folder, file->conf->path, len);
	folder[len] = '\0';
	file->folder = inotify_add_watch(f->inotify_fd, len ? folder : ".", FOLDER_EVENTS);
}

static void on_event(struct watched_files *f, const struct inotify_event *event)
{
	bool is_all = event->mask & IN_Q_OVERFLOW;

	for (size_t i = 0; i < f->count; i++) {
		struct watched_file *file = &f->list[i];

		if (is_all) {
			look(f, file, true);
		} else if (event->wd == file->folder) {
			if (event->mask & IN_IGNORED)
				file->folder = -1;
			else if (event->len && !strcmp(event->name, file->base))
				look(f, file, true);
		}
	}
}

static void on_inotify(void *arg, unsigned ready)
{
	_Alignas(struct inotify_event) char buf[EVENTS_BYTES];
	struct watched_files *f = arg;

	(void)ready;
	for (int i = 0; i < EVENTS_PER_TURN; i++) {
		ssize_t n = read(f->inotify_fd, buf, sizeof(buf));

		for (ssize_t at = 0; at + (ssize_t)sizeof(struct inotify_event) <= n;) {
			const struct inotify_event *event = (const void *)(buf + at);

			on_event(f, event);
			at += (ssize_t)(sizeof(*event) + event->len);
		}
		if (n <= 0)
			return;
	}
}

static void on_timer(void *arg)
{
	struct watched_files *f = arg;

	for (size_t i = 0; i < f->count; i++) {
		watch_folder(f, &f->list[i]); /* the same watch if it is the same folder */
		look(f, &f->list[i], false);
	}
	if (f->count)
		timer_set(&f->timer, mono_add(mono_now(), span_s(LOOK_AGAIN_S)));
}

/* ---- life ---- */

int watched_files_open(
	struct watched_files *f, struct loop *loop, struct watch_slots *slots, struct err *e)
{
	*f = (struct watched_files){ .loop = loop, .slots = slots };
	f->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (f->inotify_fd < 0)
		return err_sys(e, errno, "inotify");
	if (timer_open(&f->timer, loop, on_timer, f, e) < 0)
		return -1;
	return io_open(&f->io, loop, f->inotify_fd, IO_READ, on_inotify, f, e);
}

void watched_files_close(struct watched_files *f)
{
	io_close(&f->io);
	timer_close(&f->timer);
	if (f->inotify_fd >= 0)
		close(f->inotify_fd);
	free(f->list);
}

void watched_files_take(struct watched_files *f, const struct conf_list *conf, uint32_t first)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].folder >= 0) /* one that was removed with another file fails */
			inotify_rm_watch(f->inotify_fd, f->list[i].folder);
	free(f->list);
	f->count = conf->count;
	f->list = calloc(f->count + 1, sizeof(*f->list));
	if (!f->list)
		fatal(EXIT_INTERNAL, "out of memory for tracked files");
	for (size_t i = 0; i < f->count; i++) {
		const struct conf_track_file *c = conf->items[i];
		const char *slash = strrchr(c->path, '/');

		f->list[i] = (struct watched_file){ .conf = c,
			.slot = first + (uint32_t)i,
			.folder = -1,
			.base = slash ? slash + 1 : c->path };
	}
	timer_off(&f->timer);
	for (size_t i = 0; i < f->count; i++) {
		watch_folder(f, &f->list[i]);
		look(f, &f->list[i], true);
	}
	if (f->count)
		timer_set(&f->timer, mono_add(mono_now(), span_s(LOOK_AGAIN_S)));
}
