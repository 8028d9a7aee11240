/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Internet checksum. Called by the makers and readers of packets: packet.c, ndisc.c.
 */
#include "vrrp/checksum.h"

static uint32_t sum16(const uint8_t *bytes, size_t len, uint32_t sum)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (len & 1)
		sum += (uint32_t)bytes[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

uint16_t checksum_plain(const uint8_t *bytes, size_t len)
{
	return (uint16_t)~sum16(bytes, len, 0);
}

uint16_t checksum_pseudo(const struct addr *source, const struct addr *destination,
	uint8_t protocol, const uint8_t *bytes, size_t len)
{
	uint32_t sum = protocol + (uint32_t)len;

	sum = sum16(source->bytes, addr_len_bytes(source), sum);
	sum = sum16(destination->bytes, addr_len_bytes(destination), sum);
	return (uint16_t)~sum16(bytes, len, sum);
}
