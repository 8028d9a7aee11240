/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_CHECKSUM_H
#define KEEPD_VRRP_CHECKSUM_H

/* The Internet checksum (RFC 1071), as it stands on the wire; 0 over bytes that include it. */

#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"

uint16_t checksum_plain(const uint8_t *bytes, size_t len);
/* With the pseudo-header of IPv4 (RFC 9568 5.2.8) or IPv6 (RFC 8200 8.1). */
uint16_t checksum_pseudo(const struct addr *source, const struct addr *destination,
	uint8_t protocol, const uint8_t *bytes, size_t len);

#endif
