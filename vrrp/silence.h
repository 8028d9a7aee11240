/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SILENCE_H
#define KEEPD_VRRP_SILENCE_H

/*
 * Has an interface received anything since its link came up? A switch port that does not forward
 * yet (spanning tree), a bond or a tunnel that is being negotiated have a link and carry nothing;
 * who takes silence there for the end of a peer makes a second active router. So a socket waits for
 * the first frame of IPv4, IPv6 or ARP, whoever sent it, and is closed then. Frames of the switch
 * itself (BPDU, LLDP, LACP) say nothing.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/err.h"
#include "core/loop.h"

struct silence {
	int fd; /* -1 = not waiting: something was received, or nobody asks */
	struct io io;
	void (*fn)(void *arg);
	void *arg;
};

void silence_init(struct silence *s); /* not waiting */
static inline bool silence_lasts(const struct silence *s)
{
	return s->fd >= 0;
}

/* Waits from now on; fn is called once, when the first frame has come. -1 and *e: not waiting. */
int silence_begin(struct silence *s, struct loop *loop, uint32_t ifindex, void (*fn)(void *arg),
	void *arg, struct err *e);
void silence_end(struct silence *s);

#endif
