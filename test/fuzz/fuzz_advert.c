/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The advert decoder: any bytes as a raw socket might deliver them, to a router of each version and
 * family, with and without a password. What it accepts must be what the encoder makes of it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/ah.h"
#include "vrrp/checksum.h"
#include "vrrp/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A router that the bytes are given to, and its two addresses. */
struct router {
	uint8_t version;
	enum vrrp_packet_auth auth;
	bool is_unicast;
	struct addr group, own, addrs[2];
};

#define V4_ROUTER                                                                                  \
	.group = { .family = AF_INET, .bytes = { 224, 0, 0, 18 } },                                \
	.own = { .family = AF_INET, .bytes = { 192, 0, 2, 9 } },                                   \
	.addrs = { { .family = AF_INET, .bytes = { 192, 0, 2, 100 } },                             \
		{ .family = AF_INET, .bytes = { 192, 0, 2, 101 } } }
#define V6(...)                                                                                    \
	{                                                                                          \
		.family = AF_INET6, .bytes = { __VA_ARGS__ }                                       \
	}

static const struct router v4_routers[] = {
	{ .version = 2, V4_ROUTER },
	{ .version = 2, .auth = VRRP_PACKET_AUTH_PASS, V4_ROUTER },
	{ .version = 2, .auth = VRRP_PACKET_AUTH_AH, V4_ROUTER },
	{ .version = 3, V4_ROUTER },
	{ .version = 3, .is_unicast = true, V4_ROUTER },
};

static const struct router v6_router = { .version = 3,
	.group = V6(0xff, 0x02, [15] = 0x12),
	.own = V6(0xfe, 0x80, [15] = 9),
	.addrs = { V6(0xfe, 0x80, [8] = 0x02, 0x00, 0x5e, 0xff, 0xfe, 0x00, 0x02, 0x33),
		V6(0x20, 0x01, 0x0d, 0xb8, [14] = 1) } };

static void require(int holds)
{
	if (!holds)
		abort();
}

/* A list in the order of the packet was accepted as equal: the same packet must come out. */
static void check_round_trip(const struct vrrp_datagram *d, const struct vrrp_advert *advert,
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
		.ttl = 255,
		.destination = d->destination,
		.addrs = params->addrs,
		.addr_count = params->addr_count };
	uint8_t made[VRRP_PACKET_MAX_BYTES], *m = made;
	size_t len = vrrp_packet_encode(&spec, made, sizeof(made));

	if (d->source.family == AF_INET) {
		size_t head = d->ip ? 20 + AH_BYTES : 20;

		m += head;
		len -= head;
	}
	require(len == d->len);
	/* Addresses may come in another order, and authentication data need not be zero in v2. */
	require(!memcmp(m, d->message, 4));
	require(m[5] == d->message[5]);
	/* The upper bits of the interval of version 3 are reserved. */
	require(m[4] == (params->version == 3 ? d->message[4] & 0x0f : d->message[4]));
	if (params->auth == VRRP_PACKET_AUTH_PASS)
		require(!memcmp(m + len - 8, d->message + d->len - 8, 8));
}

static void try_router(const struct vrrp_datagram *d, const struct router *router)
{
	const struct vrrp_packet_peer peer = {
		.address = { .family = AF_INET, .bytes = { 192, 0, 2, 1 } }, .max_ttl = 255
	};
	struct vrrp_packet_params params = { .version = router->version,
		.auth = router->auth,
		.password = "secret12",
		.vrid = 51,
		.group = router->is_unicast ? (struct addr){ 0 } : router->group,
		.peers = &peer,
		.peer_count = 1,
		.is_old_sum_accepted = true,
		.advert_int = span_s(1),
		.addrs = router->addrs,
		.own = &router->own,
		.own_count = 1 };
	struct vrrp_advert advert;
	uint8_t vrid;

	for (params.addr_count = 0; params.addr_count <= 2; params.addr_count++) {
		enum vrrp_drop drop = vrrp_packet_decode(d, &params, &advert);

		require(drop < VRRP_DROP_COUNT && drop != VRRP_DROP_ADDRESS_LIST &&
			drop != VRRP_DROP_INTERVAL_ADOPTED);
		if (drop != VRRP_DROP_NONE)
			continue;
		require(vrrp_packet_vrid(d, &vrid) == VRRP_DROP_NONE && vrid == 51);
		require(!addr_equal(&advert.source, &router->own));
		require(advert.interval.us > 0 && advert.sum != VRRP_SUM_UNKNOWN);
		if (advert.is_list_equal)
			check_round_trip(d, &advert, &params);
	}
}

static void try_packet(const uint8_t *data, size_t size)
{
	struct vrrp_datagram d;

	if (vrrp_packet_open(data, size, &d) != VRRP_DROP_NONE)
		return;
	for (size_t i = 0; i < sizeof(v4_routers) / sizeof(v4_routers[0]); i++)
		try_router(&d, &v4_routers[i]);
}

/* Of IPv6 a socket delivers the message alone; the kernel tells the rest. */
static void try_message(const uint8_t *data, size_t size)
{
	const struct vrrp_datagram d = { .source = V6(0xfe, 0x80, [15] = 1),
		.destination = v6_router.group,
		.ttl = 255,
		.message = data,
		.len = size };

	try_router(&d, &v6_router);
}

static void put_sum(uint8_t *message, uint16_t sum)
{
	message[6] = (uint8_t)(sum >> 8);
	message[7] = (uint8_t)sum;
}

static uint8_t *copy_of(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);

	require(copy != NULL);
	memcpy(copy, data, size);
	return copy;
}

/* Nobody guesses a checksum: the same bytes once more with a good one and the right length. */
static void try_mended(const uint8_t *data, size_t size, enum vrrp_sum form)
{
	size_t head = size ? (size_t)(data[0] & 0x0f) * 4 : 0;
	struct vrrp_datagram d;
	uint8_t *copy;

	if (head < 20 || size < head + 8 || size > 65535)
		return;
	copy = copy_of(data, size);
	copy[2] = (uint8_t)(size >> 8);
	copy[3] = (uint8_t)size;
	put_sum(copy + head, 0);
	if (vrrp_packet_open(copy, size, &d) == VRRP_DROP_NONE)
		put_sum(copy + head, form == VRRP_SUM_MESSAGE
					     ? checksum_plain(d.message, d.len)
					     : checksum_pseudo(&d.source, &d.destination,
						       VRRP_PROTOCOL, d.message, d.len));
	try_packet(copy, size);
	free(copy);
}

static void try_mended_message(const uint8_t *data, size_t size)
{
	const struct addr source = V6(0xfe, 0x80, [15] = 1);
	uint8_t *copy;

	if (size < 8 || size > 65535)
		return;
	copy = copy_of(data, size);
	put_sum(copy, 0);
	put_sum(copy, checksum_pseudo(&source, &v6_router.group, VRRP_PROTOCOL, copy, size));
	try_message(copy, size);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_packet(data, size);
	try_mended(data, size, VRRP_SUM_MESSAGE);
	try_mended(data, size, VRRP_SUM_PSEUDO_HEADER);
	try_message(data, size);
	try_mended_message(data, size);
	return 0;
}
