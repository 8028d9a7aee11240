/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gratuitous ARP over a packet socket. Called by the engine for each address when it is due.
 */
#include "vrrp/arp.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

enum {
	ARP_AT = ETH_HLEN,
	SENDER_MAC = ARP_AT + 8,
	SENDER_IP = ARP_AT + 14,
	TARGET_MAC = ARP_AT + 18,
	TARGET_IP = ARP_AT + 24,
};

void arp_announcement(uint8_t frame[ARP_FRAME_BYTES], enum arp_form form, const uint8_t mac[6],
	const struct addr *address)
{
	/* Ethernet type ARP; hardware Ethernet, protocol IPv4, address lengths 6 and 4 */
	static const uint8_t fixed[] = { 0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 6, 4, 0 };

	memset(frame, 0xff, ETH_ALEN);
	memcpy(frame + ETH_ALEN, mac, ETH_ALEN);
	memcpy(frame + ETH_HLEN - 2, fixed, sizeof(fixed));
	frame[ARP_AT + 7] = (uint8_t)form;
	memcpy(frame + SENDER_MAC, mac, ETH_ALEN);
	memcpy(frame + SENDER_IP, address->bytes, 4);
	if (form == ARP_REQUEST)
		memset(frame + TARGET_MAC, 0xff, ETH_ALEN);
	else
		memcpy(frame + TARGET_MAC, mac, ETH_ALEN);
	memcpy(frame + TARGET_IP, address->bytes, 4);
}

int arp_open(struct err *e)
{
	/* Protocol 0: no frame is ever delivered. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return err_sys(e, errno, "packet socket for announcements");
	return fd;
}

int arp_send(int fd, uint32_t ifindex, enum arp_form form, const uint8_t mac[6],
	const struct addr *address, struct err *e)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = (int)ifindex,
		.sll_halen = ETH_ALEN };
	uint8_t frame[ARP_FRAME_BYTES];
	char text[ADDR_TEXT_BYTES];

	arp_announcement(frame, form, mac, address);
	memset(to.sll_addr, 0xff, ETH_ALEN);
	if (sendto(fd, frame, sizeof(frame), MSG_DONTWAIT, (const struct sockaddr *)&to,
		    sizeof(to)) < 0)
		return err_sys(e, errno, "announce %s", addr_format(address, text));
	return 0;
}
