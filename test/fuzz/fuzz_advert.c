/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The advert decoder: any bytes as a raw socket might deliver them, to a router of each version,
 * with and without a password. What it accepts must be what the encoder makes of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

/* A list in the order of the packet was accepted as equal: the same packet must come out. */
static void check_round_trip(const uint8_t *data, size_t size, const struct vrrp_advert *advert,
	const struct vrrp_packet_params *params)
{
	const struct vrrp_packet_spec spec = { .version = params->version,
		.vrid = advert->vrid,
		.priority = advert->priority,
		.advert_int = advert->interval,
		.sum = advert->sum,
		.auth = params->auth,
		.password = "secret12",
		.source = advert->source,
		.addrs = params->addrs,
		.addr_count = params->addr_count };
	size_t head = (size_t)(data[0] & 0x0f) * 4;
	uint8_t made[VRRP_PACKET_MAX_BYTES];
	size_t len = vrrp_packet_encode(&spec, made, sizeof(made));

	require(len == size - head + 20);
	/* Addresses may come in another order, and authentication data need not be zero in v2. */
	require(!memcmp(made + 20, data + head, 4));
	require(made[25] == data[head + 5]);
	/* The upper bits of the interval of version 3 are reserved. */
	require(made[24] == (params->version == 3 ? data[head + 4] & 0x0f : data[head + 4]));
	if (params->auth == VRRP_PACKET_AUTH_PASS)
		require(!memcmp(made + len - 8, data + size - 8, 8));
}

static void try_router(
	const uint8_t *data, size_t size, uint8_t version, enum vrrp_packet_auth auth)
{
	static const struct addr addrs[] = {
		{ .family = AF_INET, .bytes = { 192, 0, 2, 100 } },
		{ .family = AF_INET, .bytes = { 192, 0, 2, 101 } },
	};
	static const struct addr own = { .family = AF_INET, .bytes = { 192, 0, 2, 9 } };
	struct vrrp_packet_params params = { .version = version,
		.auth = auth,
		.password = "secret12",
		.vrid = 51,
		.advert_int = span_s(1),
		.addrs = addrs,
		.own = &own,
		.own_count = 1 };
	struct vrrp_advert advert;
	uint8_t vrid;

	for (params.addr_count = 0; params.addr_count <= 2; params.addr_count++) {
		enum vrrp_drop drop = vrrp_packet_decode(data, size, &params, &advert);

		require(drop < VRRP_DROP_COUNT && drop != VRRP_DROP_ADDRESS_LIST &&
			drop != VRRP_DROP_INTERVAL_ADOPTED);
		if (drop != VRRP_DROP_NONE)
			continue;
		require(vrrp_packet_vrid(data, size, &vrid) == VRRP_DROP_NONE && vrid == 51);
		require(!addr_equal(&advert.source, &own));
		require(advert.interval.us > 0 && advert.sum != VRRP_SUM_UNKNOWN);
		if (advert.is_list_equal)
			check_round_trip(data, size, &advert, &params);
	}
}

static void try_packet(const uint8_t *data, size_t size)
{
	try_router(data, size, 2, VRRP_PACKET_AUTH_NONE);
	try_router(data, size, 2, VRRP_PACKET_AUTH_PASS);
	try_router(data, size, 3, VRRP_PACKET_AUTH_NONE);
}

/* Nobody guesses a checksum: the same bytes once more with a good one and the right length. */
static void try_mended(const uint8_t *data, size_t size, enum vrrp_sum form)
{
	size_t head = size ? (size_t)(data[0] & 0x0f) * 4 : 0;
	uint16_t sum;
	uint8_t *copy;

	if (head < 20 || size < head + 8 || size > 65535)
		return;
	copy = malloc(size);
	require(copy != NULL);
	memcpy(copy, data, size);
	copy[2] = (uint8_t)(size >> 8);
	copy[3] = (uint8_t)size;
	copy[head + 6] = copy[head + 7] = 0;
	sum = form == VRRP_SUM_MESSAGE ? vrrp_checksum(copy + head, size - head)
				       : vrrp_checksum_v4(copy, copy + head, size - head);
	copy[head + 6] = (uint8_t)(sum >> 8);
	copy[head + 7] = (uint8_t)sum;
	try_packet(copy, size);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_packet(data, size);
	try_mended(data, size, VRRP_SUM_MESSAGE);
	try_mended(data, size, VRRP_SUM_PSEUDO_HEADER);
	return 0;
}
