/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_LINK_H
#define KEEPD_VRRP_LINK_H

/*
 * Interfaces and addresses as they are now: the table, kept by the kernel's events, and dumped
 * afresh when events were lost. From time to time it is compared with the kernel, for what nobody
 * noticed; the more there is, the less often.
 */

#include "core/log.h"
#include "core/loop.h"
#include "vrrp/netlink.h"
#include "vrrp/table.h"

struct link_monitor {
	struct link_table table;
	struct netlink request, events;
	struct loop *loop;
	struct io io;
	struct timer retry; /* a dump that failed, or came too soon after the last one */
	struct timer audit;
	struct timer tell; /* something changed outside of the loop's own reading */
	uint64_t told;	   /* table.changes when changed() was called last */
	bool is_lost;	   /* events were lost, and no dump has succeeded since */
	bool is_suspect;   /* the last audit found another table than this */
	mono_t read;	   /* when it was dumped last */
	struct log_limit limit;
	void (*changed)(void *arg);
	void (*audited)(void *arg); /* may be NULL; the time for others to look, too */
	void *arg;
};

/* Opens, and reads everything once. changed() is called by the loop when something is different. */
int link_monitor_open(struct link_monitor *m, struct loop *loop, void (*changed)(void *arg),
	void *arg, struct err *e);
void link_monitor_close(struct link_monitor *m); /* safe on a zeroed struct */

/* The receive buffers, in bytes; 0 = as they are. */
struct netlink_buffers {
	uint32_t request, events;
	bool is_request_forced, are_events_forced; /* beyond net.core.rmem_max */
};
void link_monitor_tune(struct link_monitor *m, const struct netlink_buffers *b);

/*
 * Brings the table up to this moment. The kernel queues its events before it answers an operation,
 * so that afterwards our own operations are in the table, and only what is different from them was
 * done by somebody else.
 */
void link_monitor_sync(struct link_monitor *m);

#endif
