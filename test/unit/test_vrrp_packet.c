/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of versions 2 and 3: packets recorded and dissected elsewhere, each mistake by itself,
 * and every length.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/checksum.h"
#include "vrrp/packet.h"

/* IPv4 packets, VRID 51, 1 s, from 192.0.2.1; checked with another dissector. */
#define V2_NONE                                                                                    \
	"45c0002800010000ff701891c0000201e00000122133640100"                                       \
	"01b865c00002640000000000000000"
#define V2_ZERO                                                                                    \
	"45c0002800010000ff701891c0000201e00000122133000100"                                       \
	"011c66c00002640000000000000000"
#define V2_TEXT                                                                                    \
	"45c0002c00010000ff70188dc0000201e0000012213396020101"                                     \
	"5580c0000264c00002657365637265743132"
#define V3_NONE	   "45c0002000010000ff701899c0000201e00000123133640100640572c0000264"
#define V3_MESSAGE "45c0002000010000ff701899c0000201e0000012313364010064a802c0000264"

static struct addr host(uint8_t last)
{
	return addr_from_v4((struct in_addr){ htonl(0xc0000200u + last) });
}

static size_t unhex(const char *hex, uint8_t *bytes)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return len;
}

static struct addr vips[VRRP_ADDRESSES_MAX];
static const struct addr own = { .family = AF_INET, .bytes = { 192, 0, 2, 9 } };

static const struct addr group4 = { .family = AF_INET, .bytes = { 224, 0, 0, 18 } };

static struct vrrp_packet_params params_of(size_t addr_count)
{
	for (size_t i = 0; i < VRRP_ADDRESSES_MAX; i++)
		vips[i] = host((uint8_t)(100 + i));
	return (struct vrrp_packet_params){ .version = 2,
		.vrid = 51,
		.group = group4,
		.advert_int = span_s(1),
		.addrs = vips,
		.addr_count = addr_count,
		.own = &own,
		.own_count = 1 };
}

static struct vrrp_packet_params params_v3(size_t addr_count)
{
	struct vrrp_packet_params params = params_of(addr_count);

	params.version = 3;
	return params;
}

static struct vrrp_packet_params params_pass(size_t addr_count)
{
	struct vrrp_packet_params params = params_of(addr_count);

	params.auth = VRRP_PACKET_AUTH_PASS;
	memcpy(params.password, "secret12", VRRP_PASSWORD_BYTES);
	return params;
}

static enum vrrp_drop decode(const uint8_t *bytes, size_t len,
	const struct vrrp_packet_params *params, struct vrrp_advert *advert)
{
	struct vrrp_datagram d;
	enum vrrp_drop drop = vrrp_packet_open(bytes, len, &d);

	return drop == VRRP_DROP_NONE ? vrrp_packet_decode(&d, params, advert) : drop;
}

static uint16_t pseudo_sum(const uint8_t *packet, size_t len)
{
	struct addr source = { .family = AF_INET }, destination = source;

	memcpy(source.bytes, packet + 12, 4);
	memcpy(destination.bytes, packet + 16, 4);
	return checksum_pseudo(&source, &destination, VRRP_PROTOCOL, packet + 20, len - 20);
}

/* Makes the checksum of a message good again after a change. */
static void mend(uint8_t *packet, size_t len)
{
	uint16_t sum;

	packet[26] = packet[27] = 0;
	sum = packet[20] >> 4 == 3 ? pseudo_sum(packet, len)
				   : checksum_plain(packet + 20, len - 20);
	packet[26] = (uint8_t)(sum >> 8);
	packet[27] = (uint8_t)sum;
}

START_TEST(golden_packets_are_what_encode_makes)
{
	static const struct {
		uint8_t version, priority;
		size_t addr_count;
		enum vrrp_packet_auth auth;
		enum vrrp_sum sum;
		const char *hex;
	} rows[] = {
		{ 2, 100, 1, VRRP_PACKET_AUTH_NONE, VRRP_SUM_MESSAGE, V2_NONE },
		{ 2, 0, 1, VRRP_PACKET_AUTH_NONE, VRRP_SUM_MESSAGE, V2_ZERO },
		{ 2, 150, 2, VRRP_PACKET_AUTH_PASS, VRRP_SUM_MESSAGE, V2_TEXT },
		{ 3, 100, 1, VRRP_PACKET_AUTH_NONE, VRRP_SUM_PSEUDO_HEADER, V3_NONE },
		{ 3, 100, 1, VRRP_PACKET_AUTH_NONE, VRRP_SUM_MESSAGE, V3_MESSAGE },
	};

	params_of(1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct vrrp_packet_spec spec = { .version = rows[i].version,
			.vrid = 51,
			.priority = rows[i].priority,
			.advert_int = span_s(1),
			.sum = rows[i].sum,
			.auth = rows[i].auth,
			.password = "secret12",
			.source = host(1),
			.ttl = 255,
			.destination = group4,
			.ip_id = 1,
			.addrs = vips,
			.addr_count = rows[i].addr_count };
		uint8_t made[VRRP_PACKET_MAX_BYTES], golden[64];
		size_t len = unhex(rows[i].hex, golden);

		ck_assert_uint_eq(vrrp_packet_encode(&spec, made, sizeof(made)), len);
		ck_assert_mem_eq(made, golden, len);
		ck_assert_uint_eq(vrrp_packet_encode(&spec, made, len - 1), 0);
	}
}
END_TEST

START_TEST(golden_packets_are_read)
{
	struct vrrp_packet_params params = params_of(1);
	struct vrrp_advert advert;
	struct vrrp_datagram d;
	uint8_t bytes[64], vrid = 0;
	size_t len = unhex(V2_NONE, bytes);

	ck_assert_int_eq(vrrp_packet_open(bytes, len, &d), VRRP_DROP_NONE);
	ck_assert_int_eq(vrrp_packet_vrid(&d, &vrid), VRRP_DROP_NONE);
	ck_assert_uint_eq(vrid, 51);
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert_uint_eq(advert.priority, 100);
	ck_assert_uint_eq(advert.vrid, 51);
	ck_assert_int_eq(advert.interval.us, 1000000);
	ck_assert(advert.is_list_equal);
	ck_assert(addr_equal(
		&advert.source, &(struct addr){ .family = AF_INET, .bytes = { 192, 0, 2, 1 } }));
	len = unhex(V2_ZERO, bytes);
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert_uint_eq(advert.priority, 0);
}
END_TEST

START_TEST(both_checksums_of_version_3_are_good_and_told_apart)
{
	static const struct {
		const char *hex;
		enum vrrp_sum sum;
	} rows[] = { { V3_NONE, VRRP_SUM_PSEUDO_HEADER }, { V3_MESSAGE, VRRP_SUM_MESSAGE } };
	struct vrrp_packet_params params = params_v3(1);
	struct vrrp_advert advert;
	uint8_t bytes[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = unhex(rows[i].hex, bytes);

		ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_NONE);
		ck_assert_int_eq(advert.sum, rows[i].sum);
		ck_assert_uint_eq(advert.priority, 100);
		ck_assert_int_eq(advert.interval.us, 1000000);
		ck_assert(advert.is_list_equal);
	}
}
END_TEST

START_TEST(version_2_has_no_pseudo_header)
{
	struct vrrp_packet_params params = params_of(1);
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(V2_NONE, bytes);
	uint16_t sum;

	bytes[26] = bytes[27] = 0;
	sum = pseudo_sum(bytes, len);
	bytes[26] = (uint8_t)(sum >> 8);
	bytes[27] = (uint8_t)sum;
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_CHECKSUM);
}
END_TEST

/* RFC 9568 5.2.7: twelve bits; 5.2.6: those above them are ignored. */
START_TEST(intervals_of_version_3_are_read_as_they_come)
{
	static const struct {
		uint8_t high, low;
		int64_t us;
	} rows[] = { { 0x00, 0x01, 10000 }, { 0x00, 0x0a, 100000 }, { 0x0f, 0xff, 40950000 },
		{ 0xf0, 0x64, 1000000 } };
	struct vrrp_packet_params params = params_v3(1);
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(V3_NONE, bytes);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bytes[24] = rows[i].high;
		bytes[25] = rows[i].low;
		mend(bytes, len);
		ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_NONE);
		ck_assert_int_eq(advert.interval.us, rows[i].us);
	}
}
END_TEST

START_TEST(every_interval_of_version_3_comes_back)
{
	struct vrrp_packet_params params = params_v3(1);

	for (int64_t cs = 1; cs <= 4095; cs++) {
		const struct vrrp_packet_spec spec = { .version = 3,
			.vrid = 51,
			.priority = 1,
			.advert_int = span_us(cs * 10000),
			.sum = cs % 2 ? VRRP_SUM_MESSAGE : VRRP_SUM_PSEUDO_HEADER,
			.source = host(1),
			.ttl = 255,
			.destination = group4,
			.addrs = vips,
			.addr_count = 1 };
		uint8_t buf[VRRP_PACKET_MAX_BYTES];
		size_t len = vrrp_packet_encode(&spec, buf, sizeof(buf));
		struct vrrp_advert advert;

		ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
		ck_assert_int_eq(advert.interval.us, cs * 10000);
		ck_assert_int_eq(advert.sum, spec.sum);
	}
}
END_TEST

START_TEST(passwords_shorter_than_their_field_end_with_zeros)
{
	struct vrrp_packet_params params = params_pass(1);
	struct vrrp_packet_spec spec = { .version = 2,
		.vrid = 51,
		.advert_int = span_s(1),
		.auth = VRRP_PACKET_AUTH_PASS,
		.password = "1111",
		.source = host(1),
		.ttl = 255,
		.destination = group4,
		.addrs = vips,
		.addr_count = 1 };
	uint8_t buf[VRRP_PACKET_MAX_BYTES];
	struct vrrp_advert advert;
	size_t len = vrrp_packet_encode(&spec, buf, sizeof(buf));

	ck_assert_mem_eq(buf + len - 8, "1111\0\0\0", 8);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_PASSWORD);
	memcpy(params.password, "1111\0\0\0", 8);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
	memcpy(params.password, "1111\0\0\1", 8);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_PASSWORD);
}
END_TEST

START_TEST(clauses_are_those_of_the_version)
{
	ck_assert_str_eq(vrrp_drop_rfc(VRRP_DROP_TYPE, 2), "RFC 3768 5.3.2");
	ck_assert_str_eq(vrrp_drop_rfc(VRRP_DROP_TYPE, 3), "RFC 9568 5.2.2");
	ck_assert_str_eq(vrrp_drop_rfc(VRRP_DROP_SOURCE, 3), "in no RFC");
	ck_assert_str_eq(vrrp_drop_rfc(VRRP_DROP_COUNT, 3), "?");
	ck_assert_str_eq(vrrp_sum_key(VRRP_SUM_MESSAGE), "message");
	ck_assert_str_eq(vrrp_sum_key(VRRP_SUM_COUNT), "?");
}
END_TEST

START_TEST(ip_options_are_stepped_over)
{
	struct vrrp_packet_params params = params_of(1);
	struct vrrp_advert advert;
	uint8_t bytes[64], longer[64] = { 0 };
	size_t len = unhex(V2_NONE, bytes);

	memcpy(longer, bytes, 20);
	memcpy(longer + 24, bytes + 20, len - 20);
	longer[0] = 0x46;
	longer[3] = (uint8_t)(len + 4);
	ck_assert_int_eq(decode(longer, len + 4, &params, &advert), VRRP_DROP_NONE);
	ck_assert_uint_eq(advert.priority, 100);
}
END_TEST

/* One byte changed in a good packet; the checksum is made good again unless the row is about it. */
static const struct mistake {
	const char *name;
	size_t offset;
	uint8_t value;
	enum vrrp_drop drop;
	bool keeps_checksum;
} mistakes[] = {
	{ "ip_version_6", 0, 0x65, VRRP_DROP_LENGTH, false },
	{ "ip_header_of_16_bytes", 0, 0x44, VRRP_DROP_LENGTH, false },
	{ "ip_header_longer_than_the_packet", 0, 0x4f, VRRP_DROP_LENGTH, false },
	{ "ip_total_length_too_large", 3, 0x29, VRRP_DROP_LENGTH, false },
	{ "ip_total_length_too_small", 3, 0x27, VRRP_DROP_LENGTH, false },
	{ "another_vrid", 21, 52, VRRP_DROP_VRID, false },
	{ "our_own_source", 15, 9, VRRP_DROP_OWN_SOURCE, false },
	{ "more_addresses_than_bytes", 23, 2, VRRP_DROP_LENGTH, false },
	{ "fewer_addresses_than_bytes", 23, 0, VRRP_DROP_LENGTH, false },
	{ "ttl_254", 8, 254, VRRP_DROP_TTL, false },
	{ "ttl_1", 8, 1, VRRP_DROP_TTL, false },
	{ "version_1", 20, 0x11, VRRP_DROP_LENGTH, false },
	{ "authentication_1", 24, 1, VRRP_DROP_AUTH_TYPE, false },
	{ "authentication_2", 24, 2, VRRP_DROP_AUTH_TYPE, false },
	{ "type_2", 20, 0x22, VRRP_DROP_TYPE, false },
	{ "type_0", 20, 0x20, VRRP_DROP_TYPE, false },
	{ "checksum", 26, 0xb9, VRRP_DROP_CHECKSUM, true },
	{ "priority_changed_on_the_way", 22, 255, VRRP_DROP_CHECKSUM, true },
	{ "authentication_data_changed_on_the_way", 39, 1, VRRP_DROP_CHECKSUM, true },
	{ "interval_2", 25, 2, VRRP_DROP_INTERVAL, false },
	{ "interval_0", 25, 0, VRRP_DROP_INTERVAL, false },
	{ "unicast", 19, 0x13, VRRP_DROP_DESTINATION, false },
};

/* Likewise in a packet of version 3 (RFC 9568 7.1). */
static const struct mistake mistakes_v3[] = {
	{ "ip_total_length_too_large", 3, 0x21, VRRP_DROP_LENGTH, false },
	{ "another_vrid", 21, 52, VRRP_DROP_VRID, false },
	{ "our_own_source", 15, 9, VRRP_DROP_OWN_SOURCE, false },
	{ "more_addresses_than_bytes", 23, 2, VRRP_DROP_LENGTH, false },
	{ "fewer_addresses_than_bytes", 23, 0, VRRP_DROP_LENGTH, false },
	{ "ttl_254", 8, 254, VRRP_DROP_TTL, false },
	{ "version_4", 20, 0x41, VRRP_DROP_VERSION, false },
	{ "version_2_without_its_last_field", 20, 0x21, VRRP_DROP_LENGTH, false },
	{ "type_2", 20, 0x32, VRRP_DROP_TYPE, false },
	{ "checksum", 26, 0x06, VRRP_DROP_CHECKSUM, true },
	{ "checksum_with_the_pseudo_header_of_another_source", 15, 2, VRRP_DROP_CHECKSUM, true },
	{ "priority_changed_on_the_way", 22, 255, VRRP_DROP_CHECKSUM, true },
	{ "interval_0", 25, 0, VRRP_DROP_INTERVAL_ZERO, false },
	{ "unicast", 19, 0x13, VRRP_DROP_DESTINATION, false },
};

/* Likewise in a packet with the password secret12 and two addresses. */
static const struct mistake mistakes_pass[] = {
	{ "no_authentication", 24, 0, VRRP_DROP_AUTH_TYPE, false },
	{ "authentication_2", 24, 2, VRRP_DROP_AUTH_TYPE, false },
	{ "first_byte_of_the_password", 36, 'S', VRRP_DROP_PASSWORD, false },
	{ "last_byte_of_the_password", 43, 0, VRRP_DROP_PASSWORD, false },
	{ "checksum", 26, 0x56, VRRP_DROP_CHECKSUM, true },
};

static void try_mistake(
	const struct mistake *m, const char *hex, const struct vrrp_packet_params *params)
{
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(hex, bytes);
	enum vrrp_drop drop;

	ck_assert_int_eq(decode(bytes, len, params, &advert), VRRP_DROP_NONE);
	bytes[m->offset] = m->value;
	if (!m->keeps_checksum)
		mend(bytes, len);
	drop = decode(bytes, len, params, &advert);
	ck_assert_msg(drop == m->drop, "%s: %s, expected %s", m->name, vrrp_drop_key(drop),
		vrrp_drop_key(m->drop));
}

START_TEST(each_mistake_has_its_cause)
{
	const struct vrrp_packet_params params = params_of(1);

	try_mistake(&mistakes[_i], V2_NONE, &params);
}
END_TEST

START_TEST(each_mistake_of_version_3_has_its_cause)
{
	const struct vrrp_packet_params params = params_v3(1);

	try_mistake(&mistakes_v3[_i], V3_NONE, &params);
}
END_TEST

START_TEST(each_mistake_with_a_password_has_its_cause)
{
	const struct vrrp_packet_params params = params_pass(2);

	try_mistake(&mistakes_pass[_i], V2_TEXT, &params);
}
END_TEST

START_TEST(other_versions_and_passwords_are_told_apart)
{
	struct vrrp_packet_params params = params_of(1);
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(V3_NONE, bytes);

	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_VERSION);
	len = unhex(V2_TEXT, bytes);
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_AUTH_TYPE);
	params = params_v3(1);
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_VERSION);
}
END_TEST

/*
 * The message of the same virtual router over IPv6, from fe80::1, with its two addresses; the
 * header around it was checked with another dissector as well.
 */
#define V6                                                                                         \
	"313364020064ddc9fe8000000000000002005efffe000233"                                         \
	"20010db8000000000000000000000100"

static struct addr v6_of(const char *text)
{
	struct addr a = { 0 };

	ck_assert_int_eq(addr_parse(text, &a), 0);
	return a;
}

static struct vrrp_packet_params params_v6(struct addr list[2])
{
	struct vrrp_packet_params params = params_v3(2);

	list[0] = v6_of("fe80::200:5eff:fe00:233");
	list[1] = v6_of("2001:db8::100");
	params.group = v6_of("ff02::12");
	params.addrs = list;
	return params;
}

static struct vrrp_datagram datagram_v6(const uint8_t *message, size_t len)
{
	return (struct vrrp_datagram){ .source = v6_of("fe80::1"),
		.destination = v6_of("ff02::12"),
		.ttl = 255,
		.message = message,
		.len = len };
}

START_TEST(golden_message_over_ipv6_goes_both_ways)
{
	struct addr list[2];
	const struct vrrp_packet_params params = params_v6(list);
	const struct vrrp_packet_spec spec = { .version = 3,
		.vrid = 51,
		.priority = 100,
		.advert_int = span_s(1),
		.sum = VRRP_SUM_MESSAGE, /* of no meaning here */
		.source = v6_of("fe80::1"),
		.destination = v6_of("ff02::12"),
		.addrs = list,
		.addr_count = 2 };
	uint8_t golden[64], made[VRRP_PACKET_MAX_BYTES];
	size_t len = unhex(V6, golden);
	struct vrrp_datagram d = datagram_v6(golden, len);
	struct vrrp_advert advert;

	ck_assert_uint_eq(vrrp_packet_encode(&spec, made, sizeof(made)), len);
	ck_assert_mem_eq(made, golden, len);
	ck_assert_int_eq(vrrp_packet_decode(&d, &params, &advert), VRRP_DROP_NONE);
	ck_assert_int_eq(advert.sum, VRRP_SUM_PSEUDO_HEADER);
	ck_assert(advert.is_list_equal && addr_equal(&advert.source, &d.source));
	list[0] = v6_of("2001:db8::100");
	list[1] = v6_of("fe80::200:5eff:fe00:233");
	ck_assert_int_eq(vrrp_packet_decode(&d, &params, &advert), VRRP_DROP_NONE);
	ck_assert(advert.is_list_equal); /* in another order */
	list[1] = v6_of("fe80::200:5eff:fe00:234");
	ck_assert_int_eq(vrrp_packet_decode(&d, &params, &advert), VRRP_DROP_NONE);
	ck_assert(!advert.is_list_equal);
}
END_TEST

/* What the header said, and what the message says; the checksum is made good again. */
START_TEST(each_mistake_over_ipv6_has_its_cause)
{
	static const struct {
		const char *name, *source, *destination;
		uint8_t ttl;
		size_t cut, offset;
		uint8_t value;
		bool is_message_sum;
		enum vrrp_drop drop;
	} rows[] = {
		{ "good", "fe80::1", "ff02::12", 255, 0, 2, 100, false, VRRP_DROP_NONE },
		{ "hop_limit_254", "fe80::1", "ff02::12", 254, 0, 2, 100, false, VRRP_DROP_TTL },
		{ "another_group", "fe80::1", "ff02::13", 255, 0, 2, 100, false,
			VRRP_DROP_DESTINATION },
		{ "own_source", "fe80::9", "ff02::12", 255, 0, 2, 100, false,
			VRRP_DROP_OWN_SOURCE },
		{ "half_an_address", "fe80::1", "ff02::12", 255, 8, 2, 100, false,
			VRRP_DROP_LENGTH },
		{ "addresses_of_ipv4", "fe80::1", "ff02::12", 255, 24, 3, 2, false,
			VRRP_DROP_LENGTH },
		{ "no_head", "fe80::1", "ff02::12", 255, 36, 2, 100, false, VRRP_DROP_LENGTH },
		{ "version_2", "fe80::1", "ff02::12", 255, 0, 0, 0x21, false, VRRP_DROP_LENGTH },
		{ "another_vrid", "fe80::1", "ff02::12", 255, 0, 1, 52, false, VRRP_DROP_VRID },
		{ "without_pseudo_header", "fe80::1", "ff02::12", 255, 0, 2, 100, true,
			VRRP_DROP_CHECKSUM },
		{ "interval_0", "fe80::1", "ff02::12", 255, 0, 5, 0, false,
			VRRP_DROP_INTERVAL_ZERO },
	};
	const struct addr own6 = v6_of("fe80::9");
	struct addr list[2];
	struct vrrp_packet_params params = params_v6(list);
	uint8_t bytes[64];
	size_t len = unhex(V6, bytes) - rows[_i].cut;
	struct vrrp_datagram d = datagram_v6(bytes, len);
	struct vrrp_advert advert;
	enum vrrp_drop drop;
	uint16_t sum;

	params.own = &own6;
	d.source = v6_of(rows[_i].source);
	d.destination = v6_of(rows[_i].destination);
	d.ttl = rows[_i].ttl;
	bytes[rows[_i].offset] = rows[_i].value;
	bytes[6] = bytes[7] = 0;
	sum = rows[_i].is_message_sum
		      ? checksum_plain(bytes, len)
		      : checksum_pseudo(&d.source, &d.destination, VRRP_PROTOCOL, bytes, len);
	bytes[6] = (uint8_t)(sum >> 8);
	bytes[7] = (uint8_t)sum;
	drop = vrrp_packet_decode(&d, &params, &advert);
	ck_assert_msg(drop == rows[_i].drop, "%s: %s, expected %s", rows[_i].name,
		vrrp_drop_key(drop), vrrp_drop_key(rows[_i].drop));
}
END_TEST

START_TEST(room_for_addresses_is_that_of_one_packet)
{
	static const struct {
		uint8_t version;
		uint16_t family;
		size_t mtu, room;
	} rows[] = {
		{ 2, AF_INET, 1500, 255 },
		{ 3, AF_INET, 1500, 255 },
		{ 2, AF_INET, 576, 135 },
		{ 3, AF_INET, 576, 137 },
		{ 3, AF_INET6, 1500, 90 },
		{ 3, AF_INET6, 1280, 77 },
		{ 3, AF_INET6, 9000, 255 },
		{ 3, AF_INET6, 48, 0 },
		{ 2, AF_INET, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_uint_eq(vrrp_packet_room(rows[i].version, rows[i].family, rows[i].mtu),
			rows[i].room);
}
END_TEST

/* The message of version 3 over IPv4, from 192.0.2.1 to 192.0.2.2; dissected elsewhere. */
#define V3_UNICAST "45c0002000010000ff700000c0000201c00002023133640100642382c0000264"

static struct vrrp_packet_params params_unicast(const struct vrrp_packet_peer *peer)
{
	struct vrrp_packet_params params = params_v3(1);

	params.group = (struct addr){ 0 };
	params.peers = peer;
	params.peer_count = 1;
	params.is_old_sum_accepted = true;
	return params;
}

START_TEST(unicast_is_for_those_who_are_named)
{
	static const struct {
		const char *name;
		uint8_t peer, ttl, min_ttl, max_ttl, destination;
		bool is_anybody_heard;
		enum vrrp_drop drop;
	} rows[] = {
		{ "named", 1, 255, 0, 255, 2, false, VRRP_DROP_NONE },
		{ "named_and_far", 1, 3, 0, 255, 2, false, VRRP_DROP_NONE },
		{ "too_far", 1, 253, 254, 255, 2, false, VRRP_DROP_TTL },
		{ "as_far_as_may_be", 1, 254, 254, 255, 2, false, VRRP_DROP_NONE },
		{ "too_near", 1, 255, 0, 254, 2, false, VRRP_DROP_TTL },
		{ "not_named", 3, 255, 0, 255, 2, false, VRRP_DROP_SOURCE },
		{ "not_named_and_not_looked_at", 3, 1, 255, 255, 2, true, VRRP_DROP_NONE },
		{ "named_and_not_looked_at_but_too_far", 1, 1, 255, 255, 2, true, VRRP_DROP_TTL },
		{ "to_the_group", 1, 255, 0, 255, 0, false, VRRP_DROP_DESTINATION },
	};
	const struct vrrp_packet_peer peer = { .address = host(rows[_i].peer),
		.min_ttl = rows[_i].min_ttl,
		.max_ttl = rows[_i].max_ttl };
	struct vrrp_packet_params params = params_unicast(&peer);
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(V3_UNICAST, bytes);
	enum vrrp_drop drop;

	bytes[8] = rows[_i].ttl;
	if (!rows[_i].destination) {
		memcpy(bytes + 16, group4.bytes, 4);
		mend(bytes, len);
	}
	params.is_anybody_heard = rows[_i].is_anybody_heard;
	drop = decode(bytes, len, &params, &advert);
	ck_assert_msg(drop == rows[_i].drop, "%s: %s, expected %s", rows[_i].name,
		vrrp_drop_key(drop), vrrp_drop_key(rows[_i].drop));
}
END_TEST

/* The pseudo-header has the peer, or with the old form 224.0.0.18 all the same. */
START_TEST(forms_of_the_checksum_of_unicast_are_told_apart)
{
	static const enum vrrp_sum forms[] = { VRRP_SUM_PSEUDO_HEADER, VRRP_SUM_MESSAGE,
		VRRP_SUM_OLD_UNICAST };
	const struct vrrp_packet_peer peer = { .address = host(1), .max_ttl = 255 };
	struct vrrp_packet_params params = params_unicast(&peer);
	uint8_t golden[64], buf[VRRP_PACKET_MAX_BYTES];
	size_t len = unhex(V3_UNICAST, golden);
	struct vrrp_advert advert;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const struct vrrp_packet_spec spec = { .version = 3,
			.vrid = 51,
			.priority = 100,
			.advert_int = span_s(1),
			.ttl = 17,
			.sum = forms[i],
			.source = host(1),
			.destination = host(2),
			.addrs = vips,
			.addr_count = 1 };

		ck_assert_uint_eq(vrrp_packet_encode(&spec, buf, sizeof(buf)), len);
		ck_assert_uint_eq(buf[8], 17);
		ck_assert(memcmp(buf + 20, golden + 20, len - 20) == 0 ||
			  forms[i] != VRRP_SUM_PSEUDO_HEADER);
		params.is_old_sum_accepted = true;
		ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
		ck_assert_int_eq(advert.sum, forms[i]);
		params.is_old_sum_accepted = false;
		ck_assert_int_eq(decode(buf, len, &params, &advert),
			forms[i] == VRRP_SUM_OLD_UNICAST ? VRRP_DROP_CHECKSUM : VRRP_DROP_NONE);
	}
	/* The old form is that of the same message to the group. */
	ck_assert_uint_eq(buf[26] << 8 | buf[27], 0x0572);
}
END_TEST

START_TEST(unicast_is_not_heard_with_a_group)
{
	const struct vrrp_packet_params params = params_v3(1);
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(V3_UNICAST, bytes);

	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_DESTINATION);
}
END_TEST

/* The checks that come first decide: all mistakes at once are a matter of the first of them. */
START_TEST(first_check_decides)
{
	struct vrrp_packet_params params = params_of(1);
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(V2_NONE, bytes);

	bytes[8] = 1;	  /* TTL */
	bytes[20] = 0x52; /* version and type */
	bytes[24] = 1;	  /* authentication */
	bytes[25] = 9;	  /* interval */
	bytes[21] = 52;	  /* VRID */
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_VRID);
	bytes[21] = 51;
	bytes[20] = 0x22;
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_TTL);
	bytes[8] = 255;
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_AUTH_TYPE);
	bytes[24] = 0;
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_TYPE);
	bytes[20] = 0x21;
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_CHECKSUM);
}
END_TEST

static size_t encode_list(const struct addr *list, size_t count, uint8_t *buf)
{
	const struct vrrp_packet_spec spec = { .version = 2,
		.vrid = 51,
		.priority = 100,
		.advert_int = span_s(1),
		.source = host(1),
		.ttl = 255,
		.destination = group4,
		.addrs = list,
		.addr_count = count };

	return vrrp_packet_encode(&spec, buf, VRRP_PACKET_MAX_BYTES);
}

START_TEST(lists_are_compared_without_their_order)
{
	struct vrrp_packet_params params = params_of(3);
	const struct addr turned[] = { host(102), host(100), host(101) };
	const struct addr other[] = { host(102), host(100), host(99) };
	const struct addr doubled[] = { host(100), host(100), host(101) };
	uint8_t buf[VRRP_PACKET_MAX_BYTES];
	struct vrrp_advert advert;
	size_t len;

	len = encode_list(turned, 3, buf);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(advert.is_list_equal);
	len = encode_list(other, 3, buf);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(!advert.is_list_equal);
	len = encode_list(doubled, 3, buf);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(!advert.is_list_equal);
	len = encode_list(turned, 2, buf);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(!advert.is_list_equal);
	len = encode_list(turned, 0, buf);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(!advert.is_list_equal);
}
END_TEST

START_TEST(list_of_a_trusted_sender_is_not_compared)
{
	struct vrrp_packet_params params = params_of(2);
	struct vrrp_advert advert;
	uint8_t bytes[64];
	size_t len = unhex(V2_NONE, bytes);

	params.trusted = host(2);
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(!advert.is_list_equal);
	params.trusted = host(1);
	ck_assert_int_eq(decode(bytes, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(advert.is_list_equal);
}
END_TEST

START_TEST(as_many_addresses_as_the_field_can_count)
{
	struct vrrp_packet_params params = params_of(VRRP_ADDRESSES_MAX);
	uint8_t buf[VRRP_PACKET_MAX_BYTES];
	struct vrrp_advert advert;
	size_t len = encode_list(vips, VRRP_ADDRESSES_MAX, buf);

	ck_assert_uint_eq(len, 20 + 16 + 4 * VRRP_ADDRESSES_MAX);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NONE);
	ck_assert(advert.is_list_equal);
	ck_assert_uint_eq(encode_list(vips, VRRP_ADDRESSES_MAX + 1, buf), 0);
}
END_TEST

START_TEST(version_3_names_an_address)
{
	struct vrrp_packet_params params = params_v3(0);
	const struct vrrp_packet_spec spec = { .version = 3,
		.vrid = 51,
		.advert_int = span_s(1),
		.source = host(1),
		.ttl = 255,
		.destination = group4 };
	uint8_t buf[VRRP_PACKET_MAX_BYTES];
	struct vrrp_advert advert;
	size_t len = vrrp_packet_encode(&spec, buf, sizeof(buf));

	ck_assert_uint_eq(len, 28);
	ck_assert_int_eq(decode(buf, len, &params, &advert), VRRP_DROP_NO_ADDRESS);
}
END_TEST

/* Each length in a buffer of just that size, so that the sanitizers see a byte too far. */
START_TEST(no_length_reads_beyond_its_end)
{
	struct vrrp_packet_params params = params_of(1);

	for (size_t len = 0; len <= 1500; len++) {
		uint8_t *bytes = malloc(len ? len : 1), vrid;
		struct vrrp_advert advert;
		struct vrrp_datagram d;

		ck_assert_ptr_nonnull(bytes);
		memset(bytes, 0x46, len);
		if (len >= 4) {
			bytes[2] = (uint8_t)(len >> 8);
			bytes[3] = (uint8_t)len;
		}
		if (len >= 26)
			bytes[25] = 51;
		if (vrrp_packet_open(bytes, len, &d) == VRRP_DROP_NONE)
			vrrp_packet_vrid(&d, &vrid);
		ck_assert_int_ne(decode(bytes, len, &params, &advert), VRRP_DROP_NONE);
		free(bytes);
	}
}
END_TEST

START_TEST(checksum_of_an_odd_length_counts_the_last_byte_high)
{
	static const uint8_t bytes[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4 };

	ck_assert_uint_eq(checksum_plain(bytes, 5), (uint16_t)~0xe605u);
}
END_TEST

Suite *make_suite(void);
Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp packet");
	TCase *t = tcase_create("packet");

	tcase_add_test(t, golden_packets_are_what_encode_makes);
	tcase_add_test(t, golden_packets_are_read);
	tcase_add_test(t, ip_options_are_stepped_over);
	tcase_add_loop_test(
		t, each_mistake_has_its_cause, 0, sizeof(mistakes) / sizeof(mistakes[0]));
	tcase_add_loop_test(t, each_mistake_of_version_3_has_its_cause, 0,
		sizeof(mistakes_v3) / sizeof(mistakes_v3[0]));
	tcase_add_loop_test(t, each_mistake_with_a_password_has_its_cause, 0,
		sizeof(mistakes_pass) / sizeof(mistakes_pass[0]));
	tcase_add_test(t, golden_message_over_ipv6_goes_both_ways);
	tcase_add_loop_test(t, each_mistake_over_ipv6_has_its_cause, 0, 11);
	tcase_add_test(t, room_for_addresses_is_that_of_one_packet);
	tcase_add_loop_test(t, unicast_is_for_those_who_are_named, 0, 9);
	tcase_add_test(t, forms_of_the_checksum_of_unicast_are_told_apart);
	tcase_add_test(t, unicast_is_not_heard_with_a_group);
	tcase_add_test(t, both_checksums_of_version_3_are_good_and_told_apart);
	tcase_add_test(t, version_2_has_no_pseudo_header);
	tcase_add_test(t, intervals_of_version_3_are_read_as_they_come);
	tcase_add_test(t, every_interval_of_version_3_comes_back);
	tcase_add_test(t, passwords_shorter_than_their_field_end_with_zeros);
	tcase_add_test(t, clauses_are_those_of_the_version);
	tcase_add_test(t, version_3_names_an_address);
	tcase_add_test(t, other_versions_and_passwords_are_told_apart);
	tcase_add_test(t, first_check_decides);
	tcase_add_test(t, lists_are_compared_without_their_order);
	tcase_add_test(t, list_of_a_trusted_sender_is_not_compared);
	tcase_add_test(t, as_many_addresses_as_the_field_can_count);
	tcase_add_test(t, no_length_reads_beyond_its_end);
	tcase_add_test(t, checksum_of_an_odd_length_counts_the_last_byte_high);
	suite_add_tcase(s, t);
	return s;
}
