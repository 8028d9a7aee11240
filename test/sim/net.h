/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_SIM_NET_H
#define KEEPD_TEST_SIM_NET_H

/*
 * The network: carries frames from router to router, late, twice, out of order, or not at all. What
 * happens to a frame follows from the seed, its sender and its number alone, so that a fault taken
 * out of a scenario changes nothing for the frames it did not touch.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "test/sim/scenario.h"

/* A network in order delivers within this, and in the order of sending. */
#define NET_LATENCY_US 1000
#define NET_IP_BYTES   20

enum net_kind {
	NET_ADVERT,
	NET_ANNOUNCE, /* a gratuitous ARP, heard by the clients beside router `to` */
};

struct net_frame {
	int64_t at; /* arrives */
	uint64_t number;
	enum net_kind kind;
	unsigned from, to;
	/* What the sender's configuration said: for the invariants only. */
	uint8_t priority;
	int64_t interval;
	bool is_corrupt; /* a bit of the message is not what was sent */
	size_t len;
	uint8_t bytes[48];
};

struct net {
	uint64_t seed, numbers;
	struct net_frame *heap;
	size_t count, room;
	int64_t last[SIM_ROUTERS][SIM_ROUTERS]; /* arrival of the last frame that was in order */
	int64_t late_until;			/* when the last delayed frame arrives */
	/* in force */
	int64_t loss, duplicate, delay, parted, corrupt;
	unsigned oneway[SIM_ROUTERS][SIM_ROUTERS];
};

/* False: it is lost, or nobody will take it for what it was. */
bool net_send(struct net *net, int64_t now, const struct net_frame *frame);
/* When the next frame arrives; INT64_MAX = none is under way. */
int64_t net_due(const struct net *net);
struct net_frame net_take(struct net *net);
void net_free(struct net *net);

#endif
