/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets of BFD: see bfd_socket.h. Called by bfd.c.
 */
#include "vrrp/bfd_socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <linux/filter.h>

enum {
	SOURCE_PORT_FIRST = 49152,
	SOURCE_PORTS = 65536 - SOURCE_PORT_FIRST,
	PORT_TRIES = 64,
	TOS = 0xc0, /* internetwork control, as routing protocols do */
};

/* What the two families call the same. */
static const struct options {
	int level, receive_ttl, receive_info, ttl, tos, freebind;
} v4 = { IPPROTO_IP, IP_RECVTTL, IP_PKTINFO, IP_TTL, IP_TOS, IP_FREEBIND }, v6 = { IPPROTO_IPV6,
	IPV6_RECVHOPLIMIT, IPV6_RECVPKTINFO, IPV6_UNICAST_HOPS, IPV6_TCLASS, IPV6_FREEBIND };

static const struct options *options_of(uint16_t family)
{
	return family == AF_INET6 ? &v6 : &v4;
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int bind_to(int fd, const struct addr *addr, uint16_t port)
{
	const struct endpoint at = { .addr = *addr, .port = port };
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&at, &ss);

	return bind(fd, (const struct sockaddr *)&ss, len);
}

static int open_socket(uint16_t family, struct err *e)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_sys(e, errno, "socket for BFD");
	if (family == AF_INET6 && set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0) {
		err_sys(e, errno, "socket for BFD");
		close(fd);
		return -1;
	}
	return fd;
}

int bfd_socket_receiver(uint16_t family, uint16_t port, struct err *e)
{
	const struct options *o = options_of(family);
	const struct addr any = { .family = family };
	int fd = open_socket(family, e);

	if (fd < 0)
		return -1;
	if (set_int(fd, o->level, o->receive_ttl, 1) < 0 ||
		set_int(fd, o->level, o->receive_info, 1) < 0 || bind_to(fd, &any, port) < 0) {
		err_sys(e, errno, "receive BFD on UDP port %u", port);
		close(fd);
		return -1;
	}
	return fd;
}

/* What somebody sends to the port of a sender is not kept. */
static int drop_all(int fd)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	const struct sock_fprog program = { .len = 1, .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static uint16_t random_port(void)
{
	uint16_t random = 0;

	(void)!getrandom(&random, sizeof(random), 0);
	return (uint16_t)(SOURCE_PORT_FIRST + random % SOURCE_PORTS);
}

static int bind_sender(int fd, const struct addr *source, uint16_t *port)
{
	for (int i = 0; i < PORT_TRIES; i++) {
		if (*port < SOURCE_PORT_FIRST)
			*port = random_port();
		if (bind_to(fd, source, *port) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -1;
		*port = 0;
	}
	return -1;
}

int bfd_socket_sender(
	const struct addr *source, uint16_t family, uint8_t ttl, uint16_t *port, struct err *e)
{
	const struct options *o = options_of(family);
	const struct addr any = { .family = family }, *from = addr_is_set(source) ? source : &any;
	int fd = open_socket(family, e);

	if (fd < 0)
		return -1;
	if (drop_all(fd) < 0 || set_int(fd, o->level, o->ttl, ttl) < 0 ||
		set_int(fd, o->level, o->tos, TOS) < 0 ||
		set_int(fd, o->level, o->freebind, 1) < 0 || bind_sender(fd, from, port) < 0) {
		err_sys(e, errno, "socket to send BFD");
		close(fd);
		return -1;
	}
	return fd;
}

int bfd_socket_send(int fd, const struct addr *to, uint16_t port, const uint8_t *bytes, size_t len,
	struct err *e)
{
	const struct endpoint at = { .addr = *to, .port = port };
	char text[ENDPOINT_TEXT_BYTES];
	struct sockaddr_storage ss;
	socklen_t size = endpoint_to_sockaddr(&at, &ss);

	if (sendto(fd, bytes, len, MSG_DONTWAIT, (const struct sockaddr *)&ss, size) < 0)
		return err_sys(e, errno, "send to %s", endpoint_format(&at, text));
	return 0;
}

/* TTL and destination, from what the kernel tells beside the packet. */
static void read_control(struct msghdr *msg, struct bfd_datagram *d)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		struct in6_pktinfo info6;
		struct in_pktinfo info;
		int ttl;

		if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) ||
			(c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT)) {
			memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
			d->ttl = (uint8_t)ttl;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			d->to = addr_from_v4(info.ipi_addr);
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info6, CMSG_DATA(c), sizeof(info6));
			d->to = addr_from_v6(&info6.ipi6_addr);
		}
	}
}

bool bfd_socket_receive(int fd, struct bfd_datagram *d)
{
	_Alignas(struct cmsghdr) char
		control[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))] = { 0 };
	struct sockaddr_storage from = { 0 };
	struct iovec iov = { .iov_base = d->bytes, .iov_len = sizeof(d->bytes) };
	struct msghdr msg = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	ssize_t len;

	do
		len = recvmsg(fd, &msg, MSG_DONTWAIT);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return false;
	d->len = (size_t)len;
	d->ttl = 0;
	d->to = (struct addr){ 0 };
	d->from = endpoint_from_sockaddr(&from).addr;
	read_control(&msg, d);
	return true;
}
