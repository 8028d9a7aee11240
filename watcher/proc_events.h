/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_WATCHER_PROC_EVENTS_H
#define KEEPD_WATCHER_PROC_EVENTS_H

/*
 * What the kernel tells about processes (its process events connector): who began, who became
 * another program, who ended. It speaks in the first network, user and process namespace only, and
 * before 6.6 only to who has CAP_NET_ADMIN when the socket is opened.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum proc_change {
	PROC_NOTHING, /* none that matters here; but the kernel speaks */
	PROC_FORK,    /* `parent` has a child, `pid` */
	PROC_BECOME,  /* `pid` has another program or name */
	PROC_EXIT,    /* `pid` ended */
};

struct proc_news {
	enum proc_change change;
	pid_t pid, parent; /* processes, not threads */
};

/* A datagram of the connector. False: it is none. Pure. */
bool proc_news_parse(const void *bytes, size_t len, struct proc_news *event);

/* The socket, which listens; -1: the kernel does not speak here. Non-blocking. */
int proc_events_open(void);

enum proc_status {
	PROC_OK,
	PROC_NONE, /* nothing there now */
	PROC_LOST, /* there was no room for some */
};

enum proc_status proc_events_next(int fd, struct proc_news *event);

#endif
