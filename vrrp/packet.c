/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of VRRP over IPv4, version 2 (RFC 3768 sections 5 and 7.1) and 3 (RFC 9568 sections 5
 * and 7.1). Pure; no log, no state: who counts and who acts is the engine. Cheap checks come first,
 * and what tells "not for us" before what tells "wrong".
 */
#include "vrrp/packet.h"

#include <string.h>

enum {
	IP_MIN_BYTES = 20,
	HEAD_BYTES = 8,			     /* of the VRRP message, before the addresses */
	AUTH_V2_BYTES = VRRP_PASSWORD_BYTES, /* behind them: RFC 3768 kept the field, all zero */
	TYPE_ADVERTISEMENT = 1,
	INTERVAL_V3_BITS = 0x0fff, /* of 16, the others are reserved */
	INTERVAL_V3_US = 10000,
};

const char *vrrp_drop_key(unsigned drop)
{
	static const char *const keys[] = {
#define X(name, key, words, v2, v3) key,
		VRRP_DROP_LIST(X)
#undef X
	};

	return drop < VRRP_DROP_COUNT ? keys[drop] : "?";
}

const char *vrrp_drop_words(unsigned drop)
{
	static const char *const texts[] = {
#define X(name, key, words, v2, v3) words,
		VRRP_DROP_LIST(X)
#undef X
	};

	return drop < VRRP_DROP_COUNT ? texts[drop] : "?";
}

const char *vrrp_drop_rfc(unsigned drop, uint8_t version)
{
	static const char *const clauses[][2] = {
#define X(name, key, words, v2, v3) { "RFC 3768 " v2, "RFC 9568 " v3 },
		VRRP_DROP_LIST(X)
#undef X
	};

	return drop < VRRP_DROP_COUNT ? clauses[drop][version == 3] : "?";
}

const char *vrrp_sum_key(unsigned sum)
{
	static const char *const keys[] = {
#define X(name, key) key,
		VRRP_SUM_LIST(X)
#undef X
	};

	return sum < VRRP_SUM_COUNT ? keys[sum] : "?";
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

static struct addr get_v4(const uint8_t *p)
{
	struct in_addr v4;

	memcpy(&v4, p, sizeof(v4));
	return addr_from_v4(v4);
}

static uint32_t sum16(const uint8_t *bytes, size_t len, uint32_t sum)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(bytes + i);
	if (len & 1)
		sum += (uint32_t)bytes[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

uint16_t vrrp_checksum(const uint8_t *bytes, size_t len)
{
	return (uint16_t)~sum16(bytes, len, 0);
}

uint16_t vrrp_checksum_v4(const uint8_t *ip, const uint8_t *message, size_t len)
{
	uint32_t pseudo = sum16(ip + 12, 8, VRRP_PROTOCOL + (uint32_t)len);

	return (uint16_t)~sum16(message, len, pseudo);
}

/* Which of the two the checksum of a received message is right with; UNKNOWN: neither. */
static enum vrrp_sum sum_of(const uint8_t *ip, const uint8_t *message, size_t len)
{
	if (message[0] >> 4 == 3 && vrrp_checksum_v4(ip, message, len) == 0)
		return VRRP_SUM_PSEUDO_HEADER;
	return vrrp_checksum(message, len) == 0 ? VRRP_SUM_MESSAGE : VRRP_SUM_UNKNOWN;
}

/* Where the message begins, or 0 if there is no room for its fixed part. */
static size_t message_offset(const uint8_t *bytes, size_t len)
{
	size_t ihl_bytes;

	if (len < IP_MIN_BYTES || bytes[0] >> 4 != 4)
		return 0;
	ihl_bytes = (size_t)(bytes[0] & 0x0f) * 4;
	if (ihl_bytes < IP_MIN_BYTES || get16(bytes + 2) != len || len < ihl_bytes + HEAD_BYTES)
		return 0;
	return ihl_bytes;
}

enum vrrp_drop vrrp_packet_vrid(const uint8_t *bytes, size_t len, uint8_t *vrid)
{
	size_t at = message_offset(bytes, len);

	if (!at)
		return VRRP_DROP_LENGTH;
	*vrid = bytes[at + 1];
	return VRRP_DROP_NONE;
}

static bool is_own(const struct vrrp_packet_params *params, const struct addr *source)
{
	for (size_t i = 0; i < params->own_count; i++)
		if (addr_equal(&params->own[i], source))
			return true;
	return false;
}

static void sort32(uint32_t *v, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint32_t x = v[i];
		size_t j = i;

		for (; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

/* The same addresses in any order (RFC 3768 7.1 compares lists, and says nothing of their order).
 */
static bool is_list_equal(
	const struct vrrp_packet_params *params, const uint8_t *list, size_t count)
{
	uint32_t ours[VRRP_ADDRESSES_MAX], theirs[VRRP_ADDRESSES_MAX];
	size_t same = 0;

	if (count != params->addr_count)
		return false;
	while (same < count && !memcmp(list + 4 * same, params->addrs[same].bytes, 4))
		same++;
	if (same == count)
		return true;
	for (size_t i = 0; i < count; i++) {
		ours[i] = get32(params->addrs[i].bytes);
		theirs[i] = get32(list + 4 * i);
	}
	sort32(ours, count);
	sort32(theirs, count);
	return !memcmp(ours, theirs, count * sizeof(ours[0]));
}

static bool is_password(const struct vrrp_packet_params *params, const uint8_t *theirs)
{
	uint8_t differs = 0;

	for (size_t i = 0; i < VRRP_PASSWORD_BYTES; i++)
		differs |= params->password[i] ^ theirs[i];
	return !differs;
}

/* RFC 2338 5.3.6 and 5.3.10; without authentication nobody looks at the data (RFC 3768 5.3.10). */
static enum vrrp_drop check_auth(
	const struct vrrp_packet_params *params, const uint8_t *m, size_t count)
{
	if (m[4] != params->auth)
		return VRRP_DROP_AUTH_TYPE;
	if (params->auth == VRRP_PACKET_AUTH_PASS &&
		!is_password(params, m + HEAD_BYTES + 4 * count))
		return VRRP_DROP_PASSWORD;
	return VRRP_DROP_NONE;
}

/* The interval must be ours in version 2; in version 3 it is the sender's own matter. */
static enum vrrp_drop check_interval(
	const struct vrrp_packet_params *params, const uint8_t *m, span_t *interval)
{
	if (params->version == 3) {
		*interval = span_us((int64_t)(get16(m + 4) & INTERVAL_V3_BITS) * INTERVAL_V3_US);
		return interval->us ? VRRP_DROP_NONE : VRRP_DROP_INTERVAL_ZERO;
	}
	*interval = span_s(m[5]);
	return interval->us == params->advert_int.us ? VRRP_DROP_NONE : VRRP_DROP_INTERVAL;
}

enum vrrp_drop vrrp_packet_decode(const uint8_t *bytes, size_t len,
	const struct vrrp_packet_params *params, struct vrrp_advert *advert)
{
	size_t at = message_offset(bytes, len), message_bytes, count;
	enum vrrp_drop drop = VRRP_DROP_NONE;
	const uint8_t *m = bytes + at;
	struct addr source;
	enum vrrp_sum sum;
	span_t interval;

	if (!at)
		return VRRP_DROP_LENGTH;
	message_bytes = len - at;
	count = m[3];
	source = get_v4(bytes + 12);
	if (m[1] != params->vrid)
		return VRRP_DROP_VRID;
	if (is_own(params, &source))
		return VRRP_DROP_OWN_SOURCE;
	if (message_bytes != HEAD_BYTES + 4 * count + (m[0] >> 4 == 2 ? AUTH_V2_BYTES : 0))
		return VRRP_DROP_LENGTH;
	if (bytes[8] != VRRP_TTL)
		return VRRP_DROP_TTL;
	if (m[0] >> 4 != params->version)
		return VRRP_DROP_VERSION;
	if (params->version == 2 && (drop = check_auth(params, m, count)) != VRRP_DROP_NONE)
		return drop;
	if ((m[0] & 0x0f) != TYPE_ADVERTISEMENT)
		return VRRP_DROP_TYPE;
	sum = sum_of(bytes, m, message_bytes);
	if (sum == VRRP_SUM_UNKNOWN)
		return VRRP_DROP_CHECKSUM;
	if ((drop = check_interval(params, m, &interval)) != VRRP_DROP_NONE)
		return drop;
	if (get32(bytes + 16) != VRRP_GROUP_V4)
		return VRRP_DROP_DESTINATION;
	if (params->version == 3 && count == 0)
		return VRRP_DROP_NO_ADDRESS;
	*advert = (struct vrrp_advert){ .source = source,
		.vrid = m[1],
		.priority = m[2],
		.interval = interval,
		.sum = sum,
		.is_list_equal = is_list_equal(params, m + HEAD_BYTES, count) };
	return VRRP_DROP_NONE;
}

static void put_ip_header(const struct vrrp_packet_spec *spec, uint8_t *ip, size_t len)
{
	memset(ip, 0, IP_MIN_BYTES);
	ip[0] = 0x45;
	ip[1] = VRRP_TOS;
	put16(ip + 2, (uint16_t)len);
	put16(ip + 4, spec->ip_id);
	ip[8] = VRRP_TTL;
	ip[9] = VRRP_PROTOCOL;
	memcpy(ip + 12, spec->source.bytes, 4);
	put32(ip + 16, VRRP_GROUP_V4);
	put16(ip + 10, vrrp_checksum(ip, IP_MIN_BYTES));
}

/* What version 2 alone has: the interval in seconds, and the authentication. */
static void put_v2(const struct vrrp_packet_spec *spec, uint8_t *m)
{
	m[4] = (uint8_t)spec->auth;
	m[5] = (uint8_t)(spec->advert_int.us / 1000000);
	if (spec->auth == VRRP_PACKET_AUTH_PASS)
		memcpy(m + HEAD_BYTES + 4 * spec->addr_count, spec->password, AUTH_V2_BYTES);
}

size_t vrrp_packet_encode(const struct vrrp_packet_spec *spec, uint8_t *buf, size_t room)
{
	size_t message_bytes =
		HEAD_BYTES + 4 * spec->addr_count + (spec->version == 2 ? AUTH_V2_BYTES : 0);
	uint8_t *m = buf + IP_MIN_BYTES;
	uint16_t sum;

	if (spec->addr_count > VRRP_ADDRESSES_MAX || IP_MIN_BYTES + message_bytes > room)
		return 0;
	memset(m, 0, message_bytes);
	m[0] = (uint8_t)(spec->version << 4 | TYPE_ADVERTISEMENT);
	m[1] = spec->vrid;
	m[2] = spec->priority;
	m[3] = (uint8_t)spec->addr_count;
	if (spec->version == 2)
		put_v2(spec, m);
	else
		put16(m + 4, (uint16_t)(spec->advert_int.us / INTERVAL_V3_US & INTERVAL_V3_BITS));
	for (size_t i = 0; i < spec->addr_count; i++)
		memcpy(m + HEAD_BYTES + 4 * i, spec->addrs[i].bytes, 4);
	put_ip_header(spec, buf, IP_MIN_BYTES + message_bytes);
	sum = spec->version == 2 || spec->sum == VRRP_SUM_MESSAGE
		      ? vrrp_checksum(m, message_bytes)
		      : vrrp_checksum_v4(buf, m, message_bytes);
	put16(m + 6, sum);
	return IP_MIN_BYTES + message_bytes;
}
