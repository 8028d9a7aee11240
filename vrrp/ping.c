/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vrrp_track_ping: a target is there if it answers an echo request. One raw socket for each family
 * and tracker, behind a filter that lets only replies to its own id through. A way to ask, see
 * reach.h.
 */
#include <errno.h>
#include <linux/filter.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vrrp/engine.h"
#include "vrrp/icmp.h"
#include "vrrp/reach.h"

#define REPLIES_PER_TURN 64
#define ROUND_SHIFT	 6 /* of the sequence number: below it is the target */
#define TARGETS_MAX	 64
_Static_assert(TARGETS_MAX == 1 << ROUND_SHIFT, "a target fits below the round");

static uint16_t sequence_of(const struct reach_target *t)
{
	return (uint16_t)(t->reach->round << ROUND_SHIFT | t->index);
}

/* ---- replies ---- */

static void take_reply(struct reach *r, const struct sockaddr_storage *from, uint16_t sequence)
{
	const struct addr address = endpoint_from_sockaddr(from).addr;
	size_t i = sequence % TARGETS_MAX;

	/* An answer to an earlier round came too late; from elsewhere it is no answer. */
	if (i < r->count && sequence_of(&r->targets[i]) == sequence &&
		addr_equal(&address, &r->targets[i].conf->address))
		reach_answer(&r->targets[i], true);
}

static void drain(struct reach *r, int fd, uint16_t family)
{
	uint8_t bytes[256];

	for (int i = 0; i < REPLIES_PER_TURN; i++) {
		struct sockaddr_storage from = { 0 };
		socklen_t len = sizeof(from);
		uint16_t id, sequence;
		ssize_t n = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&from, &len);

		if (n < 0)
			return;
		if (icmp_reply_parse(bytes, (size_t)n, family, &id, &sequence) && id == r->ping.id)
			take_reply(r, &from, sequence);
	}
}

static void on_ready4(void *arg, unsigned events)
{
	struct reach *r = arg;

	(void)events;
	drain(r, r->ping.fd4, AF_INET);
}

static void on_ready6(void *arg, unsigned events)
{
	struct reach *r = arg;

	(void)events;
	drain(r, r->ping.fd6, AF_INET6);
}

/* ---- sockets ---- */

/* Echo replies with our id: behind the IP header of IPv4, at the beginning with IPv6. */
static int set_filter(int fd, uint16_t family, uint16_t id)
{
	struct sock_filter v4[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP_ECHOREPLY, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter v6[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6_ECHO_REPLY, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, id, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program =
		family == AF_INET ? (struct sock_fprog){ 7, v4 } : (struct sock_fprog){ 6, v6 };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int open_socket(struct reach *r, uint16_t family, int *fd, struct io *io,
	void (*fn)(void *arg, unsigned events), struct err *e)
{
	if (*fd >= 0)
		return 0;
	*fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
		family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	if (*fd < 0)
		return err_sys(e, errno, "socket for pings");
	if (set_filter(*fd, family, r->ping.id) == 0 &&
		io_open(io, r->source.engine->ctx->loop, *fd, IO_READ, fn, r, e) == 0)
		return 0;
	err_sys(e, errno, "socket for pings");
	close(*fd);
	*fd = -1;
	return -1;
}

static bool has_family(const struct reach *r, uint16_t family)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->targets[i].conf->address.family == family)
			return true;
	return false;
}

static int on_open(struct reach *r, struct err *e)
{
	if (has_family(r, AF_INET) &&
		open_socket(r, AF_INET, &r->ping.fd4, &r->ping.io4, on_ready4, e) < 0)
		return -1;
	if (has_family(r, AF_INET6) &&
		open_socket(r, AF_INET6, &r->ping.fd6, &r->ping.io6, on_ready6, e) < 0)
		return -1;
	return 0;
}

static void on_close(struct reach *r)
{
	io_close(&r->ping.io4);
	io_close(&r->ping.io6);
	if (r->ping.fd4 >= 0)
		close(r->ping.fd4);
	if (r->ping.fd6 >= 0)
		close(r->ping.fd6);
}

/* ---- questions ---- */

/* The source of one datagram, without binding the socket. */
static void put_source(struct msghdr *msg, const struct addr *from)
{
	struct cmsghdr *c = msg->msg_control;
	bool is_v6 = from->family == AF_INET6;
	const struct in_pktinfo v4 = { .ipi_spec_dst = from->v4 };
	const struct in6_pktinfo v6 = { .ipi6_addr = from->v6 };

	if (!addr_is_set(from)) {
		msg->msg_control = NULL;
		msg->msg_controllen = 0;
		return;
	}
	*c = (struct cmsghdr){ .cmsg_level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP,
		.cmsg_type = is_v6 ? IPV6_PKTINFO : IP_PKTINFO,
		.cmsg_len = is_v6 ? CMSG_LEN(sizeof(v6)) : CMSG_LEN(sizeof(v4)) };
	memcpy(CMSG_DATA(c), is_v6 ? (const void *)&v6 : &v4, is_v6 ? sizeof(v6) : sizeof(v4));
	msg->msg_controllen = is_v6 ? CMSG_SPACE(sizeof(v6)) : CMSG_SPACE(sizeof(v4));
}

static int ask(struct reach_target *t)
{
	const struct endpoint to = { .addr = t->conf->address };
	const struct addr from = reach_from(t->reach, &to.addr);
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))] = { 0 };
	uint8_t bytes[ICMP_ECHO_BYTES];
	struct iovec iov = { bytes, sizeof(bytes) };
	struct sockaddr_storage ss;
	struct msghdr msg = { .msg_name = &ss,
		.msg_namelen = endpoint_to_sockaddr(&to, &ss),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control };
	int fd = to.addr.family == AF_INET ? t->reach->ping.fd4 : t->reach->ping.fd6;

	put_source(&msg, &from);
	icmp_echo_make(bytes, to.addr.family, t->reach->ping.id, sequence_of(t));
	return sendmsg(fd, &msg, 0) == (ssize_t)sizeof(bytes) ? 0 : -1;
}

static const struct reach_way way = { .open = on_open, .close = on_close, .ask = ask };

static void on_source(struct vrrp_source *s)
{
	struct reach *r = (struct reach *)s;

	/* Another one for each tracker, and for each process. */
	r->ping.id = (uint16_t)(s->id ^ (uint64_t)getpid() * UINT64_C(40503));
	reach_open(s, &way);
}

const struct vrrp_source_ops vrrp_ping_ops = { .bytes = sizeof(struct reach),
	.open = on_source,
	.change = reach_change,
	.close = reach_close };
