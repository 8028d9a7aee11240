/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending Ethernet frames. Called by announcer.c.
 */
#include "vrrp/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

int frame_open(struct err *e)
{
	/* Protocol 0: no frame is ever delivered. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_sys(e, errno, "packet socket for announcements");
	return fd;
}

int frame_send(int fd, uint32_t ifindex, const uint8_t *frame, size_t len, struct err *e)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = (int)ifindex, .sll_halen = ETH_ALEN
	};

	memcpy(to.sll_addr, frame, ETH_ALEN);
	memcpy(&to.sll_protocol, frame + 2 * ETH_ALEN, sizeof(to.sll_protocol));
	if (sendto(fd, frame, len, MSG_DONTWAIT, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return err_sys(e, errno, "send announcement");
	return 0;
}
