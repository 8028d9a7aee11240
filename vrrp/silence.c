/* SPDX-License-Identifier: Apache-2.0 */
/* The first frame an interface receives: see silence.h. Called by iface.c and the loop. */
#include "vrrp/silence.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

void silence_init(struct silence *s)
{
	*s = (struct silence){ .fd = -1 };
}

/* What was received, not what this node sends (PACKET_OUTGOING and what follows it); and of the
 * network, not of the device at the other end. */
static int attach_filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, PACKET_OUTGOING, 5, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PROTOCOL)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog program = { .len = sizeof(code) / sizeof(code[0]), .filter = code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static void on_frame(void *arg, unsigned events)
{
	struct silence *s = arg;
	uint8_t byte;

	(void)events;
	/* An error, as when the link goes, is no frame. */
	if (recv(s->fd, &byte, 1, MSG_DONTWAIT) < 0)
		return;
	silence_end(s);
	s->fn(s->arg);
}

int silence_begin(struct silence *s, struct loop *loop, uint32_t ifindex, void (*fn)(void *arg),
	void *arg, struct err *e)
{
	const struct sockaddr_ll on = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex };

	silence_end(s);
	s->fn = fn;
	s->arg = arg;
	/* Protocol 0: nothing comes before the filter is there and the interface is bound. */
	s->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0)
		return err_sys(e, errno, "socket for the first frame");
	if (attach_filter(s->fd) == 0 &&
		bind(s->fd, (const struct sockaddr *)&on, sizeof(on)) == 0 &&
		io_open(&s->io, loop, s->fd, IO_READ, on_frame, s, e) == 0)
		return 0;
	err_sys(e, errno, "wait for the first frame");
	silence_end(s);
	return -1;
}

void silence_end(struct silence *s)
{
	io_close(&s->io);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}
