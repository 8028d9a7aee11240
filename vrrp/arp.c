/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of a gratuitous ARP. Called by announcer.c.
 */
#include "vrrp/arp.h"

#include <string.h>
#include <linux/if_ether.h>

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
