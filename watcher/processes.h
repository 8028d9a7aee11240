/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_PROCESSES_H
#define KEEPD_WATCHER_PROCESSES_H

/*
 * How many processes of each tracked kind there are: by what the kernel tells, and by a look at all
 * of them every five seconds, or every second where it tells nothing. Whatever is told, it is
 * /proc that says what is.
 */

#include "core/loop.h"
#include "watcher/process.h"
#include "watcher/slots.h"

struct watched_process;

struct watched_processes {
	struct loop *loop;
	struct watch_slots *slots; /* borrowed */
	struct watched_process *list;
	size_t count;
	bool with_cmdline; /* somebody needs it */
	int fd;		   /* the kernel's news; -1 = it tells none */
	bool is_told;	   /* it did tell something */
	struct io io;	   /* while there is something to watch */
	struct timer timer;
	mono_t looked;	     /* at all, the last time */
	struct process seen; /* scratch */
};

/* Before root is given up: opens what may need it. */
void watched_processes_prepare(struct watched_processes *p);
int watched_processes_open(
	struct watched_processes *p, struct loop *loop, struct watch_slots *slots, struct err *e);
void watched_processes_close(struct watched_processes *p);

/* Those of another configuration, in slots from `first` on; counted at once. Borrowed: conf. */
void watched_processes_take(
	struct watched_processes *p, const struct conf_list *conf, uint32_t first);

#endif
