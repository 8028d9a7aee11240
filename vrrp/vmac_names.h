/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_VMAC_NAMES_H
#define KEEPD_VRRP_VMAC_NAMES_H

/*
 * How a link with a virtual MAC address is called, which address it has, and what is written on it
 * (IFLA_IFALIAS), so that a successor knows whose it is and what its making has changed. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VMAC_NAME_BYTES	 16 /* IFNAMSIZ */
#define VMAC_ALIAS_BYTES 96

/* 00:00:5e:00:01:VRID, with IPv6 00:00:5e:00:02:VRID (RFC 9568 7.3). */
void vmac_address(uint16_t family, uint8_t vrid, uint8_t mac[6]);

/*
 * The names it may have, in the order in which they are tried, as keepalived has them: PREFIX.VRID,
 * with IPv6 then PREFIX6.VRID, then PREFIX1.VRID and so on. False when there are no more, or when
 * a name would be too long.
 */
bool vmac_name(const char *prefix, uint16_t family, uint8_t vrid, unsigned attempt,
	char name[VMAC_NAME_BYTES]);

/* What the interface below had before its first such link was made (net.ipv4.conf). */
struct vmac_below {
	uint32_t arp_ignore, arp_announce;
};

/* What it needs: it must not answer for addresses on the link above, nor ask in their name, as its
 * neighbours would learn its own MAC address for them. */
struct vmac_below vmac_below_needed(const struct vmac_below *had);

const char *vmac_alias(const struct vmac_below *had, char text[VMAC_ALIAS_BYTES]);
/* False if the text is not one of ours. */
bool vmac_alias_parse(const char *text, struct vmac_below *had);

#endif
