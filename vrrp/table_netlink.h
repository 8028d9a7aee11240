/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TABLE_NETLINK_H
#define KEEPD_VRRP_TABLE_NETLINK_H

/* Where the table of interfaces and addresses comes from. */

#include "vrrp/netlink.h"
#include "vrrp/table.h"

/* For events about interfaces and addresses. */
int link_table_monitor(struct netlink *n, struct err *e);

/* Replaces what is in the table by what the kernel has now; on failure it stays as it was. */
int link_table_dump(struct netlink *n, struct link_table *t, struct err *e);

/* Takes one event; a netlink_fn. arg: struct link_table. */
void link_table_event(void *table, const void *message);

#endif
