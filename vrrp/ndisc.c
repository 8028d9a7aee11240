/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of an unsolicited neighbour advertisement (RFC 4861 section 4.4). Called by
 * announcer.c.
 */
#include "vrrp/ndisc.h"

#include <string.h>
#include <linux/if_ether.h>

#include "vrrp/checksum.h"

enum {
	IP_AT = ETH_HLEN,
	IP_SOURCE = IP_AT + 8,
	IP_DESTINATION = IP_AT + 24,
	ICMP_AT = IP_AT + 40,
	ICMP_SUM = ICMP_AT + 2,
	ICMP_FLAGS = ICMP_AT + 4,
	ICMP_TARGET = ICMP_AT + 8,
	OPTION_MAC = ICMP_AT + 26,
	ICMP_BYTES = NDISC_FRAME_BYTES - ICMP_AT,
	NEXT_HEADER_ICMP = 58,
	FLAG_ROUTER = 0x80,
	FLAG_OVERRIDE = 0x20, /* known hosts take the new MAC; Solicited is clear */
};

void ndisc_announcement(uint8_t frame[NDISC_FRAME_BYTES], const uint8_t mac[6],
	const struct addr *address, bool is_router)
{
	/* The MAC and IPv6 address of all nodes; Ethernet type IPv6; version 6; hop limit 255 */
	static const uint8_t all_nodes_mac[] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const struct addr all_nodes = { .family = AF_INET6,
		.bytes = { 0xff, 0x02, [15] = 1 } };
	static const uint8_t type[] = { 0x86, 0xdd };
	static const uint8_t ip[] = { 0x60, 0, 0, 0, 0, ICMP_BYTES, NEXT_HEADER_ICMP, 255 };
	/* neighbour advertisement; the option "target link-layer address", 8 bytes long */
	static const uint8_t icmp[] = { 136, 0 }, option[] = { 2, 1 };
	uint16_t sum;

	memset(frame, 0, NDISC_FRAME_BYTES);
	memcpy(frame, all_nodes_mac, ETH_ALEN);
	memcpy(frame + ETH_ALEN, mac, ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, type, sizeof(type));
	memcpy(frame + IP_AT, ip, sizeof(ip));
	memcpy(frame + IP_SOURCE, address->bytes, 16);
	memcpy(frame + IP_DESTINATION, all_nodes.bytes, 16);
	memcpy(frame + ICMP_AT, icmp, sizeof(icmp));
	frame[ICMP_FLAGS] = is_router ? FLAG_ROUTER | FLAG_OVERRIDE : FLAG_OVERRIDE;
	memcpy(frame + ICMP_TARGET, address->bytes, 16);
	memcpy(frame + OPTION_MAC - 2, option, sizeof(option));
	memcpy(frame + OPTION_MAC, mac, ETH_ALEN);
	sum = checksum_pseudo(address, &all_nodes, NEXT_HEADER_ICMP, frame + ICMP_AT, ICMP_BYTES);
	frame[ICMP_SUM] = (uint8_t)(sum >> 8);
	frame[ICMP_SUM + 1] = (uint8_t)sum;
}
