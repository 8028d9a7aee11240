/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel tells of routes and rules. On a router with a full table there are many, and few
 * of them ours: the kernel is told which ones to deliver. An event is but a reason to read again.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "vrrp/keeper.h"
#include "vrrp/message.h"

enum {
	PROTOCOLS_MAX = 64, /* with more, all routes are delivered */
	RETRY_MS = 1000,
};

/* ---- which events ---- */

/*
 * All of rules; of routes those of our protocols, and those that replace another one, which may
 * have been ours. BPF loads in network order, netlink has that of the host.
 */
static int filter(struct keeper *k, struct err *e)
{
	struct sock_filter code[PROTOCOLS_MAX + 16];
	unsigned short n = 0, protocols = 0;
	struct sock_fprog program;

	for (unsigned p = 0; p < 256; p++)
		protocols += k->records.is_protocol[p];
	if (protocols > PROTOCOLS_MAX)
		return 0;
#define ADD(...) code[n++] = (struct sock_filter)__VA_ARGS__
	ADD(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)));
	ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 2, 0));
	ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 1, 0));
	ADD(BPF_STMT(BPF_RET | BPF_K, UINT32_MAX));
	ADD(BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_flags)));
	ADD(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htons(NLM_F_REPLACE), 0, 1));
	ADD(BPF_STMT(BPF_RET | BPF_K, UINT32_MAX));
	ADD(BPF_STMT(
		BPF_LD | BPF_B | BPF_ABS, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol)));
	for (unsigned p = 0; p < 256; p++) {
		if (!k->records.is_protocol[p])
			continue;
		protocols--;
		ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, p, (uint8_t)(protocols + 1), 0));
	}
	ADD(BPF_STMT(BPF_RET | BPF_K, 0));
	ADD(BPF_STMT(BPF_RET | BPF_K, UINT32_MAX));
#undef ADD
	program = (struct sock_fprog){ n, code };
	if (setsockopt(k->events.fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0)
		return err_sys(e, errno, "filter of routes");
	return 0;
}

/* ---- events ---- */

static void on_event(void *arg, const void *message)
{
	struct keeper *k = arg;
	struct object_id id;
	size_t first;

	if (k->records.is_stale || !message_is_object(message))
		return;
	id = message_id(message);
	k->records.is_stale = claims_of(keeper_claims(k), &id, &first) > first;
}

static void on_readable(void *arg, unsigned events)
{
	struct keeper *k = arg;

	(void)events;
	if (netlink_events(&k->events, on_event, k) == NETLINK_LOST)
		k->records.is_stale = true;
	if (k->records.is_stale)
		k->work_at(k->arg, mono_now());
}

/* ---- reading again ---- */

void keeper_refresh(struct keeper *k)
{
	struct err e;

	if (!k->records.is_stale)
		return;
	if (k->events.socket)
		netlink_events(&k->events, on_event, k); /* older than what is read now */
	if (records_read(&k->records, &k->link->request, &e) < 0) {
		log_limited(&k->departed.limit, LOG_LEVEL_ERROR,
			"routes and rules: %s; trying again", e.text);
		k->work_at(k->arg, mono_add(mono_now(), span_ms(RETRY_MS)));
		return;
	}
	for (struct holdings *h = k->lists; h; h = h->next)
		for (size_t i = h->count; i > 0 && !h->is_stale; i--)
			h->is_stale = h->items[i - 1].id.kind != OBJECT_ADDRESS;
}

void keeper_doubt(struct keeper *k)
{
	if (!k->records.are_routes && !k->records.are_rules)
		return;
	k->records.is_stale = true;
	k->work_at(k->arg, mono_now());
}

void keeper_watch(struct keeper *k)
{
	static const unsigned groups[] = { RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,
		RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE, 0 };
	struct err e;

	if (!k->records.are_routes && !k->records.are_rules)
		return;
	if (!k->events.socket && (netlink_open_monitor(&k->events, groups, &e) < 0 ||
					 io_open(&k->io, k->ctx->loop, k->events.fd, IO_READ,
						 on_readable, k, &e) < 0)) {
		netlink_close(&k->events);
		log_error(
			"routes and rules: %s: what somebody does to them is not noticed", e.text);
		return;
	}
	if (filter(k, &e) < 0)
		log_warning("%s: all are read", e.text);
	k->records.is_stale = true;
	keeper_refresh(k);
}
