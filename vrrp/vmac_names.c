/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names, addresses and marks of links with a virtual MAC address. Called by vmac.c and withdraw.c.
 */
#include "vrrp/vmac_names.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ALIAS_FORMAT "keepd: below was arp_ignore %u, arp_announce %u"

enum {
	ATTEMPTS = 100,
	/* include/linux/inetdevice.h, Documentation/networking/ip-sysctl.rst */
	ARP_IGNORE_OF_OTHER_LINKS = 1,
	ARP_ANNOUNCE_BEST = 2,
};

void vmac_address(uint16_t family, uint8_t vrid, uint8_t mac[6])
{
	const uint8_t address[6] = { 0x00, 0x00, 0x5e, 0x00, family == AF_INET6 ? 2 : 1, vrid };

	memcpy(mac, address, sizeof(address));
}

bool vmac_name(const char *prefix, uint16_t family, uint8_t vrid, unsigned attempt,
	char name[VMAC_NAME_BYTES])
{
	char number[12] = "";
	int len;

	if (family == AF_INET6 && attempt > 0)
		attempt = attempt == 1 ? 6 : attempt <= 6 ? attempt - 1 : attempt;
	if (attempt >= ATTEMPTS)
		return false;
	if (attempt)
		snprintf(number, sizeof(number), "%u", attempt);
	len = snprintf(name, VMAC_NAME_BYTES, "%s%s.%u", prefix, number, vrid);
	return len > 0 && len < VMAC_NAME_BYTES;
}

struct vmac_below vmac_below_needed(const struct vmac_below *had)
{
	struct vmac_below need = *had;

	if (need.arp_ignore < ARP_IGNORE_OF_OTHER_LINKS)
		need.arp_ignore = ARP_IGNORE_OF_OTHER_LINKS;
	if (need.arp_announce < ARP_ANNOUNCE_BEST)
		need.arp_announce = ARP_ANNOUNCE_BEST;
	return need;
}

const char *vmac_alias(const struct vmac_below *had, char text[VMAC_ALIAS_BYTES])
{
	snprintf(text, VMAC_ALIAS_BYTES, ALIAS_FORMAT, had->arp_ignore, had->arp_announce);
	return text;
}

bool vmac_alias_parse(const char *text, struct vmac_below *had)
{
	char again[VMAC_ALIAS_BYTES];

	return sscanf(text, ALIAS_FORMAT, &had->arp_ignore, &had->arp_announce) == 2 &&
	       !strcmp(vmac_alias(had, again), text);
}
