/* SPDX-License-Identifier: Apache-2.0 */
/* Echo requests and replies: see icmp.h. Called by ping.c and its fuzz target. */
#include "vrrp/icmp.h"

#include <netinet/in.h>
#include <string.h>

enum {
	ECHO_REPLY = 0,
	ECHO_REQUEST = 8,
	ECHO6_REQUEST = 128,
	ECHO6_REPLY = 129,
	HEAD_BYTES = 8, /* type, code, checksum, id, sequence */
	IP_BYTES_MIN = 20,
};

static uint16_t get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint16_t checksum(const uint8_t *bytes, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(bytes + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

void icmp_echo_make(uint8_t out[ICMP_ECHO_BYTES], uint16_t family, uint16_t id, uint16_t sequence)
{
	memset(out, 0, ICMP_ECHO_BYTES);
	out[0] = family == AF_INET6 ? ECHO6_REQUEST : ECHO_REQUEST;
	put16(out + 4, id);
	put16(out + 6, sequence);
	memcpy(out + HEAD_BYTES, "keepd", 5);
	if (family == AF_INET)
		put16(out + 2, checksum(out, ICMP_ECHO_BYTES));
}

bool icmp_reply_parse(
	const uint8_t *bytes, size_t len, uint16_t family, uint16_t *id, uint16_t *sequence)
{
	size_t at = 0;

	if (family == AF_INET) {
		if (len < IP_BYTES_MIN)
			return false;
		at = (size_t)(bytes[0] & 0xf) * 4;
		if (at < IP_BYTES_MIN)
			return false;
	}
	if (len < at + HEAD_BYTES || bytes[at + 1] != 0 ||
		bytes[at] != (family == AF_INET6 ? ECHO6_REPLY : ECHO_REPLY))
		return false;
	*id = get16(bytes + at + 4);
	*sequence = get16(bytes + at + 6);
	return true;
}
