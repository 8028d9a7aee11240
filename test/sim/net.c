/* SPDX-License-Identifier: Apache-2.0 */
#include "test/sim/net.h"

#include <stdlib.h>

#include "test/sim/rng.h"

static bool is_before(const struct net_frame *a, const struct net_frame *b)
{
	return a->at != b->at ? a->at < b->at : a->number < b->number;
}

static void push(struct net *net, const struct net_frame *frame)
{
	size_t i = net->count++;

	if (net->count > net->room) {
		net->room = net->room ? 2 * net->room : 64;
		net->heap = realloc(net->heap, net->room * sizeof(*net->heap));
		if (!net->heap)
			abort();
	}
	for (; i > 0 && is_before(frame, &net->heap[(i - 1) / 2]); i = (i - 1) / 2)
		net->heap[i] = net->heap[(i - 1) / 2];
	net->heap[i] = *frame;
}

static void deliver(struct net *net, int64_t now, struct net_frame frame, struct rng *r)
{
	int64_t *last = &net->last[frame.from][frame.to];

	frame.number = ++net->numbers;
	frame.at = now + rng_between(r, NET_LATENCY_US / 10, NET_LATENCY_US);
	if (net->delay) {
		frame.at += rng_below(r, net->delay);
		if (frame.at > net->late_until)
			net->late_until = frame.at;
	} else {
		if (frame.at < *last)
			frame.at = *last;
		*last = frame.at;
	}
	push(net, &frame);
}

static bool is_cut(const struct net *net, unsigned from, unsigned to)
{
	return ((net->parted >> from ^ net->parted >> to) & 1) || net->oneway[from][to];
}

/* In the message: the kernel has looked at the header. */
static void corrupt(struct net_frame *frame, struct rng *r)
{
	size_t at = NET_IP_BYTES + (size_t)rng_below(r, (int64_t)frame->len - NET_IP_BYTES);

	frame->bytes[at] ^= (uint8_t)(1u << rng_below(r, 8));
	frame->is_corrupt = true;
}

bool net_send(struct net *net, int64_t now, const struct net_frame *frame)
{
	struct rng r = { rng_mix(net->seed ^ rng_mix((uint64_t)now)) + frame->from * 64 +
			 frame->to * 8 + frame->kind };
	struct net_frame sent = *frame;

	if (is_cut(net, frame->from, frame->to) || rng_below(&r, 100) < net->loss)
		return false;
	if (net->corrupt && frame->kind == NET_ADVERT && rng_below(&r, 100) < net->corrupt) {
		corrupt(&sent, &r);
		deliver(net, now, sent, &r);
		return false;
	}
	deliver(net, now, sent, &r);
	if (rng_below(&r, 100) < net->duplicate)
		deliver(net, now, sent, &r);
	return true;
}

int64_t net_due(const struct net *net)
{
	return net->count ? net->heap[0].at : INT64_MAX;
}

struct net_frame net_take(struct net *net)
{
	struct net_frame first = net->heap[0], moved = net->heap[--net->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < net->count) {
		if (child + 1 < net->count && is_before(&net->heap[child + 1], &net->heap[child]))
			child++;
		if (!is_before(&net->heap[child], &moved))
			break;
		net->heap[i] = net->heap[child];
		i = child;
	}
	net->heap[i] = moved;
	return first;
}

void net_free(struct net *net)
{
	free(net->heap);
}
