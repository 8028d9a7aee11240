/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_NETNS_H
#define KEEPD_KEEPD_NETNS_H

/* net_namespace: all of keepd works in a network namespace of ip-netns(8). */

#include <stdbool.h>
#include <stddef.h>
#include "core/err.h"
#include "keepd/rundir.h"

/*
 * Moves the calling process, and with it all that it starts, into /run/netns/NAME. Descriptors stay
 * what they are. -1 and *e; e->sysno is ENOENT if there is none of that name.
 */
int netns_enter(const char *name, struct err *e);

struct parent;

/*
 * The first configuration that is read says where keepd works, before any child is started; the
 * next ones must say the same. The name is left in the run directory for who cleans up after a
 * crash.
 */
int netns_take(struct parent *p, const char *name, struct err *e);

/* Where a dead keepd worked, into buf; NULL: where this process is. */
#define NETNS_NAME_BYTES 256
const char *netns_left(struct rundir *d, char buf[NETNS_NAME_BYTES]);

#endif
