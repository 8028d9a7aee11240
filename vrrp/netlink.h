/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_NETLINK_H
#define KEEPD_VRRP_NETLINK_H

/*
 * rtnetlink for interfaces and addresses: one socket that asks and orders, one that listens. The
 * kernel answers rtnetlink requests while they are sent, so that asking does not wait for anybody
 * but the kernel itself.
 */

#include "core/err.h"
#include "vrrp/table.h"

struct netlink {
	void *socket; /* NULL when closed */
	int fd;
	unsigned seq;
};

/* For requests. */
int netlink_open(struct netlink *n, struct err *e);
/* For events about interfaces and addresses; non-blocking. */
int netlink_open_monitor(struct netlink *n, struct err *e);
void netlink_close(struct netlink *n); /* safe on a zeroed struct */

/* Replaces what is in the table by what the kernel has now; on failure it stays as it was. */
int netlink_dump(struct netlink *n, struct link_table *t, struct err *e);

enum netlink_events {
	NETLINK_NOTHING, /* no event was there */
	NETLINK_EVENTS,	 /* the table is as the kernel is */
	NETLINK_LOST,	 /* events were lost: dump */
};

/* Reads all events that are there into the table. */
enum netlink_events netlink_events(struct netlink *n, struct link_table *t);

/* One address to be put on, or taken off, an interface. */
struct netlink_addr_op {
	bool is_add;
	struct addr_key key;
	uint8_t scope;
	const char *label; /* IPv4 only; NULL = none */
	int sysno;	   /* out: 0, or why not */
};

/*
 * Executes all operations, in batches. Each gets its own result in sysno; that an address to add is
 * there, or one to remove is not, is a success. -1 and *e only if netlink itself fails; operations
 * without an answer have that error then.
 * t is what is there now: when the primary address of a subnet is removed, the kernel removes its
 * secondary ones along, unless promote_secondaries is set on the interface; it is set if there are
 * any that are not to go.
 */
int netlink_addrs(struct netlink *n, const struct link_table *t, struct netlink_addr_op *ops,
	size_t count, struct err *e);

#endif
