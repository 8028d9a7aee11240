/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ORDERS_H
#define KEEPD_VRRP_ORDERS_H

/*
 * Orders to the kernel, collected and then given in one go: make this object, remove that one. That
 * one to be made is there, or one to be removed is not, is a success (was_so).
 */

#include "vrrp/netlink.h"
#include "vrrp/table.h"

struct orders {
	struct netlink_op *ops; /* the messages are owned */
	size_t count, room;
};

/* `tag` is for the caller to find it again. The message is copied. Out of memory is fatal. */
void orders_make(struct orders *o, const void *message, size_t tag);
void orders_remove(struct orders *o, const void *message, size_t tag);

#define ORDERS_NO_TAG SIZE_MAX /* an order that nobody asked for, and nobody misses */

/*
 * Goes in front of the removals of addresses that are there: where the kernel would remove, with
 * the primary address of a subnet, secondary ones that are to stay, promote_secondaries is set on
 * the interface.
 */
void orders_spare_others(struct orders *o, const struct link_table *t);

/* Whether, when a primary address goes, the next one of its subnet takes its place
 * (net.ipv4.conf.IF.promote_secondaries). */
void orders_promote(struct orders *o, uint32_t ifindex, bool is_on);

/* Gives them all; ops[i].sysno says what became of each. -1 and *e if netlink itself fails. */
int orders_give(struct orders *o, struct netlink *n, struct err *e);
void orders_free(struct orders *o); /* also for reuse */

#endif
