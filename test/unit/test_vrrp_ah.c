/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authentication headers: a packet of keepalived, each of its bytes changed, and the window of
 * numbers.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/ah.h"
#include "vrrp/packet.h"

/* VRID 51, priority 100, from 192.0.2.1 with number 1 and the password secret12. */
#define GOLDEN                                                                                     \
	"45c0004000010000ff3318b6c0000201e000001270040000c000020100000001"                         \
	"a19d7681400ddf1c910a6083213364010201b665c00002640000000000000000"

static const uint8_t key[AH_KEY_BYTES] = "secret12";

static size_t unhex(const char *hex, uint8_t *bytes)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return len;
}

static struct addr host(uint8_t last)
{
	return addr_from_v4((struct in_addr){ htonl(0xc0000200u + last) });
}

static const struct addr group = { .family = AF_INET, .bytes = { 224, 0, 0, 18 } };

START_TEST(packet_of_keepalived_goes_both_ways)
{
	const struct addr vip = host(100);
	const struct vrrp_packet_spec spec = { .version = 2,
		.vrid = 51,
		.priority = 100,
		.advert_int = span_s(1),
		.ttl = 255,
		.auth = VRRP_PACKET_AUTH_AH,
		.password = "secret12",
		.number = 1,
		.source = host(1),
		.destination = group,
		.addrs = &vip,
		.addr_count = 1 };
	struct vrrp_packet_params params = { .version = 2,
		.vrid = 51,
		.group = group,
		.advert_int = span_s(1),
		.auth = VRRP_PACKET_AUTH_AH,
		.password = "secret12",
		.addrs = &vip,
		.addr_count = 1 };
	uint8_t golden[64], made[VRRP_PACKET_MAX_BYTES];
	size_t len = unhex(GOLDEN, golden);
	struct vrrp_advert advert;
	struct vrrp_datagram d;

	ck_assert_uint_eq(vrrp_packet_encode(&spec, made, sizeof(made)), len);
	ck_assert_mem_eq(made, golden, len);
	ck_assert_int_eq(vrrp_packet_open(golden, len, &d), VRRP_DROP_NONE);
	ck_assert_int_eq(vrrp_packet_decode(&d, &params, &advert), VRRP_DROP_NONE);
	ck_assert_uint_eq(advert.number, 1);
	ck_assert_uint_eq(advert.priority, 100);
	memcpy(params.password, "secret13", AH_KEY_BYTES);
	ck_assert_int_eq(vrrp_packet_decode(&d, &params, &advert), VRRP_DROP_SIGNATURE);
	params.auth = VRRP_PACKET_AUTH_PASS;
	ck_assert_int_eq(vrrp_packet_decode(&d, &params, &advert), VRRP_DROP_AUTH_TYPE);
}
END_TEST

/* With unicast routers on the way count the TTL down, and it is not signed. */
START_TEST(ttl_is_signed_with_multicast_only)
{
	static const uint8_t icv[] = { 0x34, 0x04, 0x5c, 0x05, 0xf3, 0x59, 0x4b, 0x5a, 0xfb, 0x8d,
		0x09, 0xe3 };
	uint8_t packet[64];
	size_t len = unhex(GOLDEN, packet);
	uint32_t number;

	packet[8] = 254;
	ck_assert_int_eq(ah_verify(packet, len, 20, key, true, &number), AH_FOREIGN);
	ah_sign(packet, len, key, 1, false);
	ck_assert_mem_eq(packet + 32, icv, sizeof(icv));
	packet[8] = 9;
	ck_assert_int_eq(ah_verify(packet, len, 20, key, false, &number), AH_GOOD);
}
END_TEST

/* Any bit changed is found, but for those that routers may change. */
START_TEST(each_byte_is_signed_but_what_routers_change)
{
	static const size_t mutable[] = { 1, 6, 7, 10, 11 };
	uint8_t packet[64];
	size_t len = unhex(GOLDEN, packet);
	uint32_t number;

	for (size_t i = 0; i < len; i++) {
		enum ah_result expected = i == 20 || i == 21 ? AH_BROKEN : AH_FOREIGN;

		for (size_t n = 0; n < sizeof(mutable) / sizeof(mutable[0]); n++)
			if (mutable[n] == i)
				expected = AH_GOOD;
		packet[i] ^= 0x10;
		ck_assert_msg(
			ah_verify(packet, len, 20, key, true, &number) == expected, "byte %zu", i);
		packet[i] ^= 0x10;
	}
}
END_TEST

START_TEST(no_length_reads_beyond_its_end)
{
	for (size_t len = 0; len <= 3000; len++) {
		uint8_t *packet = malloc(len ? len : 1);
		struct vrrp_datagram d;
		uint32_t number;

		ck_assert_ptr_nonnull(packet);
		memset(packet, 0x45, len);
		if (len > 21) {
			packet[2] = (uint8_t)(len >> 8);
			packet[3] = (uint8_t)len;
			packet[9] = AH_PROTOCOL;
			packet[20] = 112;
			packet[21] = 4;
		}
		vrrp_packet_open(packet, len, &d);
		ck_assert_int_ne(ah_verify(packet, len, 20, key, true, &number), AH_GOOD);
		free(packet);
	}
}
END_TEST

START_TEST(numbers_grow_or_begin_anew)
{
	static const struct {
		uint32_t number;
		bool is_silent, is_taken;
	} rows[] = {
		{ 1000, true, true },
		{ 1001, false, true },
		{ 1001, true, false }, /* the same again, for as long as one likes */
		{ 1001, true, false },
		{ 1001, true, false },
		{ 7, true, false },
		{ 7, true, false },
		{ 5, true, false },
		{ 1, false, false }, /* a sender that began anew ... */
		{ 2, false, false }, /* ... too soon to be believed ... */
		{ 3, true, true },   /* ... and now it is */
		{ 4, false, true },
		{ 1001, false, true }, /* inherent: a captured one from later on */
		{ UINT32_MAX, false, true },
		{ 1, true, false },
		{ 2, true, true },
	};
	struct ah_window w = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(
			ah_window_take(&w, rows[i].number, rows[i].is_silent) == rows[i].is_taken,
			"row %zu", i);
}
END_TEST

START_TEST(first_number_is_beyond_all_that_may_have_been_sent)
{
	static const struct {
		uint32_t left;
		int64_t wall;
		uint32_t first;
	} rows[] = {
		{ 0, 1600000500, 2000 },    /* a fresh process, by the clock */
		{ 0, 1000, 1 },		    /* a node whose clock stands still at 1970 */
		{ 5000, 1600000500, 5064 }, /* a successor */
		{ 5000, 1600009000, 36000 },
		{ UINT32_MAX - 3, 1600000500, 2000 }, /* they are used up */
		{ 5, INT64_MAX, 69 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_uint_eq(ah_first_number(rows[i].left, rows[i].wall), rows[i].first);
}
END_TEST

Suite *make_suite(void);
Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp ah");
	TCase *t = tcase_create("ah");

	tcase_add_test(t, packet_of_keepalived_goes_both_ways);
	tcase_add_test(t, ttl_is_signed_with_multicast_only);
	tcase_add_test(t, each_byte_is_signed_but_what_routers_change);
	tcase_add_test(t, no_length_reads_beyond_its_end);
	tcase_add_test(t, numbers_grow_or_begin_anew);
	tcase_add_test(t, first_number_is_beyond_all_that_may_have_been_sent);
	suite_add_tcase(s, t);
	return s;
}
