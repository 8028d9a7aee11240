/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sockets of VRRP over IPv4. Called by iface.c (receiving) and router.c (sending).
 */
#include "vrrp/socket.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <linux/filter.h>

#include "vrrp/packet.h"

/* Adverts of some hundred peers may wait here while this process does not get the processor. */
#define RECEIVE_BUFFER_BYTES (1 << 20)
#define STRAYS_MAX	     4096

/*
 * Only what was sent to the group, and only protocol 112: a raw socket is also handed what local
 * senders address to us. Offsets from the IPv4 header.
 */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_PROTOCOL, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, VRRP_GROUP_V4, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int set_up_receiver(int fd, uint32_t ifindex)
{
	const struct in_addr group = { htonl(VRRP_GROUP_V4) };
	const struct ip_mreqn membership = { .imr_multiaddr = group, .imr_ifindex = (int)ifindex };
	const struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = group };
	uint8_t stray;

	if (set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES) < 0)
		set_int(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES);
	if (attach_filter(fd) < 0 ||
		/* By number: a name may belong to another interface by now. Kernel 5.1. */
		set_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, (int)ifindex) < 0 ||
		set_int(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0) < 0 ||
		setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof(membership)) <
			0 ||
		bind(fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return -1;
	/* Until it was bound, adverts of all interfaces came in. */
	for (int i = 0; i < STRAYS_MAX && recv(fd, &stray, 1, MSG_DONTWAIT) >= 0; i++)
		;
	return 0;
}

int vrrp_socket_receiver(uint32_t ifindex, const char *ifname, struct err *e)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, VRRP_PROTOCOL);

	if (fd < 0)
		return err_sys(e, errno, "raw socket for adverts");
	if (set_up_receiver(fd, ifindex) < 0) {
		err_sys(e, errno, "receive adverts on %s", ifname);
		close(fd);
		return -1;
	}
	return fd;
}

int vrrp_socket_sender(struct err *e)
{
	/* IPPROTO_RAW: the header is ours (IP_HDRINCL), and no packet is ever delivered. */
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW);

	if (fd < 0)
		return err_sys(e, errno, "raw socket to send adverts");
	/* The header says TOS and TTL to the network, the socket to the queues below us. */
	if (set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0) < 0 ||
		set_int(fd, IPPROTO_IP, IP_TOS, VRRP_TOS) < 0 ||
		set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, VRRP_TTL) < 0) {
		err_sys(e, errno, "socket to send adverts");
		close(fd);
		return -1;
	}
	return fd;
}

int vrrp_socket_send(int fd, uint32_t ifindex, const uint8_t *packet, size_t len, struct err *e)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl(VRRP_GROUP_V4) } };
	const struct in_pktinfo info = { .ipi_ifindex = (int)ifindex };
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(info))] = { 0 };
	struct iovec iov = { .iov_len = len };
	struct msghdr msg = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	memcpy(&iov.iov_base, &packet, sizeof(packet)); /* the kernel only reads it */
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	if (sendmsg(fd, &msg, MSG_DONTWAIT) < 0)
		return err_sys(e, errno, "send advert");
	return 0;
}

ssize_t vrrp_socket_receive(int fd, uint8_t *buf, size_t room)
{
	ssize_t len;

	do
		len = recv(fd, buf, room, MSG_DONTWAIT | MSG_TRUNC);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return VRRP_SOCKET_EMPTY;
	return (size_t)len > room ? VRRP_SOCKET_CUT : len;
}
