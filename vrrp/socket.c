/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets of VRRP. What differs between the families stands in one table each: options, and the
 * control data that say which way a packet takes. Called by listener.c (receiving) and adverts.c
 * (sending).
 */
#include "vrrp/socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <linux/filter.h>

/* Adverts of some hundred peers may wait here while this process does not get the processor. */
#define RECEIVE_BUFFER_BYTES (1 << 20)
#define SEND_BUFFER_BYTES    (4 << 20)
#define STRAYS_MAX	     4096

struct option {
	int level, name, value;
};

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int set_all(int fd, const struct option *options, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (set_int(fd, options[i].level, options[i].name, options[i].value) < 0)
			return -1;
	return 0;
}

#define SET_ALL(fd, options) set_all(fd, options, sizeof(options) / sizeof(options[0]))

/* ---- receiving ---- */

/*
 * IPv4: only that protocol and only what was sent to the group, since such a socket is also handed
 * what local senders address to us; offsets from the IPv4 header. An IPv6 socket does not need
 * that: being bound to the group is enough there. Both: only from that MAC address.
 */
static int attach_filter(int fd, const struct vrrp_socket_place *place)
{
	const struct addr *group = &place->address;
	const uint8_t any[6] = { 0 }, *mac = place->mac, *m = mac ? mac : any;
	struct sock_filter code[] = {
		/* Ethernet source: four bytes and two */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_LL_OFF + 6),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
			(uint32_t)m[0] << 24 | (uint32_t)m[1] << 16 | (uint32_t)m[2] << 8 | m[3], 0,
			7),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_LL_OFF + 10),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)m[4] << 8 | m[5], 0, 5),
		/* IPv4 */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, place->protocol, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ntohl(group->v4.s_addr), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	enum { MAC_CODE = 4, ALL = sizeof(code) / sizeof(code[0]), VERDICT = ALL - 2 };
	struct sock_fprog program = { .len = ALL, .filter = code };

	if (!mac) {
		program.filter += MAC_CODE;
		program.len -= MAC_CODE;
	}
	if (group->family == AF_INET6) {
		if (!mac)
			return 0;
		/* Behind the MAC address there is nothing more to look at. */
		code[MAC_CODE] = code[VERDICT];
	}
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int join_v4(int fd, uint32_t ifindex, const struct addr *group)
{
	static const struct option options[] = { { IPPROTO_IP, IP_MULTICAST_ALL, 0 } };
	const struct ip_mreqn membership = { .imr_multiaddr = group->v4,
		.imr_ifindex = (int)ifindex };

	if (SET_ALL(fd, options) < 0)
		return -1;
	return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof(membership));
}

static int join_v6(int fd, uint32_t ifindex, const struct addr *group)
{
	static const struct option options[] = { { IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0 },
		{ IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1 }, { IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 } };
	const struct ipv6_mreq membership = { .ipv6mr_multiaddr = group->v6,
		.ipv6mr_interface = ifindex };

	if (SET_ALL(fd, options) < 0)
		return -1;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &membership, sizeof(membership));
}

static socklen_t sockaddr_of(const struct addr *a, uint32_t ifindex, struct sockaddr_storage *ss)
{
	socklen_t len = endpoint_to_sockaddr(&(struct endpoint){ .addr = *a }, ss);
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ss;

	if (a->family == AF_INET6 &&
		(IN6_IS_ADDR_LINKLOCAL(&a->v6) || IN6_IS_ADDR_MC_LINKLOCAL(&a->v6)))
		v6->sin6_scope_id = ifindex;
	return len;
}

static int (*const joins[])(
	int fd, uint32_t ifindex, const struct addr *group) = { join_v4, join_v6 };

/* Unicast: being bound to an address is all it takes. */
static int prepare_unicast(int fd, uint16_t family)
{
	static const struct option v4[] = { { IPPROTO_IP, IP_FREEBIND, 1 },
		{ IPPROTO_IP, IP_MULTICAST_ALL, 0 } };
	static const struct option v6[] = { { IPPROTO_IPV6, IPV6_FREEBIND, 1 },
		{ IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0 }, { IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1 },
		{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1 } };

	return family == AF_INET6 ? SET_ALL(fd, v6) : SET_ALL(fd, v4);
}

void vrrp_socket_buffer(int fd, uint32_t bytes)
{
	/* The kernel keeps twice of what is asked for, for what it needs itself. */
	int value = bytes ? (int)bytes : RECEIVE_BUFFER_BYTES;

	if (set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, value) < 0)
		set_int(fd, SOL_SOCKET, SO_RCVBUF, value);
}

static int set_up_receiver(int fd, const struct vrrp_socket_place *p)
{
	bool is_v6 = p->address.family == AF_INET6;
	struct sockaddr_storage to;
	socklen_t len = sockaddr_of(&p->address, p->ifindex, &to);
	uint8_t stray;

	vrrp_socket_buffer(fd, p->buffer_bytes);
	/* By number: a name may belong to another interface by now. Kernel 5.1. */
	if (p->ifindex && set_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, (int)p->ifindex) < 0)
		return -1;
	if (addr_is_multicast(&p->address) && attach_filter(fd, p) < 0)
		return -1;
	if ((addr_is_multicast(&p->address) ? joins[is_v6](fd, p->ifindex, &p->address)
					    : prepare_unicast(fd, p->address.family)) < 0 ||
		bind(fd, (const struct sockaddr *)&to, len) < 0)
		return -1;
	/* Until it was bound, adverts of all interfaces came in. */
	for (int i = 0; i < STRAYS_MAX && recv(fd, &stray, 1, MSG_DONTWAIT) >= 0; i++)
		;
	return 0;
}

int vrrp_socket_receiver(const struct vrrp_socket_place *place, struct err *e)
{
	const struct addr *address = &place->address;
	int fd = socket(address->family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, place->protocol);
	char text[ADDR_TEXT_BYTES];

	if (fd < 0)
		return err_sys(e, errno, "raw socket for adverts");
	if (set_up_receiver(fd, place) < 0) {
		err_sys(e, errno, "receive adverts to %s on %s", addr_format(address, text),
			place->ifname);
		close(fd);
		return -1;
	}
	return fd;
}

/* What the IPv6 header said, which is not among the bytes. */
static bool read_control(struct msghdr *msg, struct vrrp_datagram *d)
{
	const struct sockaddr_in6 *from = msg->msg_name;
	struct in6_pktinfo info;
	int hops = -1;

	d->source = addr_from_v6(&from->sin6_addr);
	d->destination = (struct addr){ 0 };
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != IPPROTO_IPV6)
			continue;
		if (c->cmsg_type == IPV6_HOPLIMIT && c->cmsg_len == CMSG_LEN(sizeof(hops)))
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
		if (c->cmsg_type == IPV6_PKTINFO && c->cmsg_len == CMSG_LEN(sizeof(info))) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			d->destination = addr_from_v6(&info.ipi6_addr);
		}
	}
	d->ttl = (uint8_t)hops;
	return hops >= 0 && addr_is_set(&d->destination);
}

enum vrrp_socket_result vrrp_socket_receive(
	int fd, uint16_t family, uint8_t *buf, size_t room, struct vrrp_datagram *d)
{
	_Alignas(struct cmsghdr) char control[256];
	struct sockaddr_storage from = { 0 };
	struct iovec iov = { .iov_base = buf, .iov_len = room };
	struct msghdr msg = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	bool is_whole;
	ssize_t len;

	do
		len = recvmsg(fd, &msg, MSG_DONTWAIT);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return VRRP_SOCKET_EMPTY;
	if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return VRRP_SOCKET_CUT;
	if (family == AF_INET6) {
		*d = (struct vrrp_datagram){ .message = buf, .len = (size_t)len };
		is_whole = read_control(&msg, d);
	} else {
		is_whole = vrrp_packet_open(buf, (size_t)len, d) == VRRP_DROP_NONE;
	}
	return is_whole ? VRRP_SOCKET_READ : VRRP_SOCKET_CUT;
}

/* ---- sending ---- */

/* An IPv6 socket of protocol 112 receives as well: nothing gets past this. */
static int receive_nothing(int fd)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	const struct sock_fprog program = { .len = 1, .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

/*
 * What waits for an address that nobody answers for (a unicast peer that is off), or in the queue
 * of a link that stands still, is charged to the socket: there must be room for all the others.
 */
static void make_room(int fd)
{
	const int bytes = SEND_BUFFER_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

static int set_up_sender(int fd, uint16_t family)
{
	/* The IPv4 header says TOS and TTL to the network, the socket to the queues below us. */
	static const struct option v4[] = { { IPPROTO_IP, IP_MULTICAST_LOOP, 0 },
		{ IPPROTO_IP, IP_TOS, VRRP_TOS }, { IPPROTO_IP, IP_MULTICAST_TTL, VRRP_TTL } };
	static const struct option v6[] = { { IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0 },
		{ IPPROTO_IPV6, IPV6_TCLASS, VRRP_TOS },
		/* A link with a virtual MAC address has not the source address itself. */
		{ IPPROTO_IPV6, IPV6_FREEBIND, 1 } };

	make_room(fd);
	if (family == AF_INET)
		return SET_ALL(fd, v4);
	return receive_nothing(fd) < 0 || SET_ALL(fd, v6) < 0 ? -1 : 0;
}

static int open_sender(uint16_t family, struct err *e)
{
	/* IPPROTO_RAW: the header is ours (IP_HDRINCL), and no packet is ever delivered. */
	int protocol = family == AF_INET ? IPPROTO_RAW : VRRP_PROTOCOL;
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	if (fd < 0)
		return err_sys(e, errno, "raw socket to send adverts");
	if (set_up_sender(fd, family) < 0) {
		err_sys(e, errno, "socket to send adverts");
		close(fd);
		return -1;
	}
	return fd;
}

/* Where control data for sendmsg() are put together. */
struct control {
	_Alignas(struct cmsghdr) char bytes[128];
	size_t used;
};

static void put_control(struct control *to, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c = (struct cmsghdr *)(to->bytes + to->used);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	to->used += CMSG_SPACE(len);
}

/* What an IPv4 header says itself, with IPv6 the kernel must be told. */
static void put_way(const struct vrrp_socket_way *way, struct control *to)
{
	const struct in_pktinfo v4 = { .ipi_ifindex = (int)way->ifindex };
	const struct in6_pktinfo v6 = { .ipi6_ifindex = way->ifindex, .ipi6_addr = way->source.v6 };
	const int hops = way->ttl;

	if (way->destination.family == AF_INET) {
		put_control(to, IPPROTO_IP, IP_PKTINFO, &v4, sizeof(v4));
		return;
	}
	put_control(to, IPPROTO_IPV6, IPV6_PKTINFO, &v6, sizeof(v6));
	put_control(to, IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops));
}

int vrrp_sender_send(struct vrrp_sender *s, const struct vrrp_socket_way *way,
	const uint8_t *packet, size_t len, struct err *e)
{
	int *fd = way->destination.family == AF_INET6 ? &s->fd6 : &s->fd4;
	struct control control = { .used = 0 };
	char text[ADDR_TEXT_BYTES];
	struct sockaddr_storage to;
	struct iovec iov = { .iov_len = len };
	struct msghdr msg = { .msg_name = &to,
		.msg_namelen = sockaddr_of(&way->destination, way->ifindex, &to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes };

	if (*fd < 0)
		*fd = open_sender(way->destination.family, e);
	if (*fd < 0)
		return -1;
	memcpy(&iov.iov_base, &packet, sizeof(packet)); /* the kernel only reads it */
	put_way(way, &control);
	msg.msg_controllen = control.used;
	if (sendmsg(*fd, &msg, MSG_DONTWAIT) < 0)
		return err_sys(e, errno, "send advert to %s", addr_format(&way->destination, text));
	return 0;
}

void vrrp_sender_close(struct vrrp_sender *s)
{
	if (s->fd4 >= 0)
		close(s->fd4);
	if (s->fd6 >= 0)
		close(s->fd6);
	*s = VRRP_SENDER_CLOSED;
}
