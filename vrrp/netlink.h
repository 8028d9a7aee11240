/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_NETLINK_H
#define KEEPD_VRRP_NETLINK_H

/*
 * The transport of rtnetlink: sockets that ask and order, sockets that listen, dumps and batches.
 * What stands in the messages is the business of table_netlink.c and of *_message.c. The kernel
 * answers rtnetlink requests while they are sent, so that asking does not wait for anybody but the
 * kernel itself. A message that does not come from the kernel is never looked at.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/err.h"

struct netlink {
	void *socket; /* NULL when closed */
	int fd;
	unsigned seq;
	bool is_strict; /* the kernel filters dumps as it is asked to (4.20) */
};

/* One message of the kernel. */
typedef void netlink_fn(void *arg, const void *message);

/* For requests. */
int netlink_open(struct netlink *n, struct err *e);
/* For events of the groups (RTNLGRP_*, ended by 0); non-blocking. */
int netlink_open_monitor(struct netlink *n, const unsigned *groups, struct err *e);
/* The receive buffer; 0 bytes: as it is. -1 and *e if it is smaller than that then. */
int netlink_set_buffer(struct netlink *n, uint32_t bytes, bool is_forced, struct err *e);
void netlink_close(struct netlink *n); /* safe on a zeroed struct */

enum netlink_dump {
	NETLINK_DUMPED,
	NETLINK_AGAIN, /* the kernel's list changed meanwhile */
	NETLINK_FAILED,
};

/* Sends the request, whose flags and number are set here, and hands over what is answered. */
enum netlink_dump netlink_dump(
	struct netlink *n, void *request, netlink_fn *fn, void *arg, struct err *e);

enum netlink_events {
	NETLINK_NOTHING, /* no event was there */
	NETLINK_EVENTS,
	NETLINK_LOST, /* events were lost: dump */
};

/* Reads all events that are there. */
enum netlink_events netlink_events(struct netlink *n, netlink_fn *fn, void *arg);

struct netlink_op {
	void *message; /* borrowed and left as it is: its number and NLM_F_ACK are set in a copy */
	int sysno;     /* out: 0, or why not */
	/* For the caller; not looked at. */
	bool is_add, was_so;
	size_t tag;
};

/*
 * Executes all operations, in their order and in batches; one that fails does not stop the others.
 * -1 and *e only if netlink itself fails; operations without an answer have that error then.
 */
int netlink_batch(struct netlink *n, struct netlink_op *ops, size_t count, struct err *e);

#endif
