/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_FILES_H
#define KEEPD_WATCHER_FILES_H

/*
 * Tracked files: read when the kernel says that somebody wrote, replaced or removed one, and looked
 * at every two seconds beside, for what it does not say (what a symbolic link points to, a folder
 * that comes back, events that were lost).
 */

#include "core/loop.h"
#include "watcher/schema.h"
#include "watcher/slots.h"

struct watched_file;

struct watched_files {
	struct loop *loop;
	struct watch_slots *slots; /* borrowed */
	struct watched_file *list;
	size_t count;
	int inotify_fd;
	struct io io;
	struct timer timer;
};

int watched_files_open(
	struct watched_files *f, struct loop *loop, struct watch_slots *slots, struct err *e);
void watched_files_close(struct watched_files *f);

/* Those of another configuration, in slots from `first` on; they are read at once. Borrowed: conf.
 */
void watched_files_take(struct watched_files *f, const struct conf_list *conf, uint32_t first);

#endif
