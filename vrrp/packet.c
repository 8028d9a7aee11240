/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of VRRP, version 2 (RFC 3768 sections 5 and 7.1) and 3 (RFC 9568 sections 5 and 7.1).
 * Pure; no log, no state: who counts and who acts is the engine. Cheap checks come first, and what
 * tells "not for us" before what tells "wrong".
 */
#include "vrrp/packet.h"

#include <stdlib.h>
#include <string.h>

#include "vrrp/ah.h"
#include "vrrp/checksum.h"

enum {
	IP_MIN_BYTES = 20,
	IP6_BYTES = 40,
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

	const char *clause = drop < VRRP_DROP_COUNT ? clauses[drop][version == 3] : "?";
	size_t len = strlen(clause);

	return clause[len - 1] == '-' ? "in no RFC" : clause;
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

static size_t address_bytes(uint16_t family)
{
	return family == AF_INET6 ? 16 : 4;
}

static struct addr get_addr(uint16_t family, const uint8_t *p)
{
	struct addr addr = { .family = family };

	memcpy(addr.bytes, p, address_bytes(family));
	return addr;
}

/* Of VRRP_SUM_OLD_UNICAST, wherever the packet goes. */
static const struct addr old_destination = { .family = AF_INET, .bytes = { 224, 0, 0, 18 } };

/* ---- reading ---- */

static uint16_t sum_to(
	const struct addr *source, const struct addr *destination, const uint8_t *m, size_t len)
{
	return checksum_pseudo(source, destination, VRRP_PROTOCOL, m, len);
}

/* Which form the checksum of a received message is right with; UNKNOWN: none. */
static enum vrrp_sum sum_of(const struct vrrp_datagram *d, const struct vrrp_packet_params *params)
{
	bool is_v3 = d->message[0] >> 4 == 3;

	if (is_v3 && sum_to(&d->source, &d->destination, d->message, d->len) == 0)
		return VRRP_SUM_PSEUDO_HEADER;
	if (d->source.family != AF_INET)
		return VRRP_SUM_UNKNOWN;
	if (checksum_plain(d->message, d->len) == 0)
		return VRRP_SUM_MESSAGE;
	if (is_v3 && params->is_old_sum_accepted && !addr_is_set(&params->group) &&
		sum_to(&d->source, &old_destination, d->message, d->len) == 0)
		return VRRP_SUM_OLD_UNICAST;
	return VRRP_SUM_UNKNOWN;
}

enum vrrp_drop vrrp_packet_open(const uint8_t *ip, size_t len, struct vrrp_datagram *d)
{
	size_t ihl_bytes;

	if (len < IP_MIN_BYTES || ip[0] >> 4 != 4)
		return VRRP_DROP_LENGTH;
	ihl_bytes = (size_t)(ip[0] & 0x0f) * 4;
	if (ihl_bytes < IP_MIN_BYTES || ihl_bytes > len || get16(ip + 2) != len)
		return VRRP_DROP_LENGTH;
	*d = (struct vrrp_datagram){ .source = get_addr(AF_INET, ip + 12),
		.destination = get_addr(AF_INET, ip + 16),
		.ttl = ip[8],
		.message = ip + ihl_bytes,
		.len = len - ihl_bytes };
	if (ip[9] != AH_PROTOCOL)
		return VRRP_DROP_NONE;
	if (d->len < AH_BYTES)
		return VRRP_DROP_LENGTH;
	d->message += AH_BYTES;
	d->len -= AH_BYTES;
	d->ip = ip;
	d->ip_len = len;
	d->ihl_bytes = ihl_bytes;
	return VRRP_DROP_NONE;
}

enum vrrp_drop vrrp_packet_vrid(const struct vrrp_datagram *d, uint8_t *vrid)
{
	if (d->len < HEAD_BYTES)
		return VRRP_DROP_LENGTH;
	*vrid = d->message[1];
	return VRRP_DROP_NONE;
}

static bool is_own(const struct vrrp_packet_params *params, const struct addr *source)
{
	for (size_t i = 0; i < params->own_count; i++)
		if (addr_equal(&params->own[i], source))
			return true;
	return false;
}

static const struct vrrp_packet_peer *find_peer(
	const struct vrrp_packet_params *params, const struct addr *source)
{
	for (size_t i = 0; i < params->peer_count; i++)
		if (addr_equal(&params->peers[i].address, source))
			return &params->peers[i];
	return NULL;
}

/* Who may send: with a group everybody on the link, which a TTL of 255 shows (RFC 9568 5.1.1.3). */
static enum vrrp_drop check_sender(
	const struct vrrp_datagram *d, const struct vrrp_packet_params *params)
{
	const struct vrrp_packet_peer *peer;

	if (addr_is_set(&params->group))
		return d->ttl == VRRP_TTL ? VRRP_DROP_NONE : VRRP_DROP_TTL;
	peer = find_peer(params, &d->source);
	if (!peer)
		return params->is_anybody_heard ? VRRP_DROP_NONE : VRRP_DROP_SOURCE;
	return d->ttl >= peer->min_ttl && d->ttl <= peer->max_ttl ? VRRP_DROP_NONE : VRRP_DROP_TTL;
}

static bool is_destination(const struct vrrp_datagram *d, const struct vrrp_packet_params *params)
{
	return addr_is_set(&params->group) ? addr_equal(&d->destination, &params->group)
					   : !addr_is_multicast(&d->destination);
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* The same addresses in any order (RFC 3768 7.1 compares lists, and says nothing of their order).
 */
static bool is_list_equal(const struct vrrp_packet_params *params, const struct addr *source,
	const uint8_t *list, size_t count)
{
	uint16_t family = source->family;
	struct addr ours[VRRP_ADDRESSES_MAX], theirs[VRRP_ADDRESSES_MAX];
	size_t bytes = address_bytes(family), same = 0;

	if (addr_equal(source, &params->trusted))
		return true;
	if (count != params->addr_count)
		return false;
	while (same < count && !memcmp(list + bytes * same, params->addrs[same].bytes, bytes))
		same++;
	if (same == count)
		return true;
	for (size_t i = 0; i < count; i++) {
		ours[i] = params->addrs[i];
		theirs[i] = get_addr(family, list + bytes * i);
	}
	qsort(ours, count, sizeof(ours[0]), by_address);
	qsort(theirs, count, sizeof(theirs[0]), by_address);
	for (size_t i = 0; i < count; i++)
		if (!addr_equal(&ours[i], &theirs[i]))
			return false;
	return true;
}

static bool is_password(const struct vrrp_packet_params *params, const uint8_t *theirs)
{
	uint8_t differs = 0;

	for (size_t i = 0; i < VRRP_PASSWORD_BYTES; i++)
		differs |= params->password[i] ^ theirs[i];
	return !differs;
}

static enum vrrp_drop check_header(
	const struct vrrp_datagram *d, const struct vrrp_packet_params *params, uint32_t *number)
{
	switch (ah_verify(d->ip, d->ip_len, d->ihl_bytes, params->password,
		addr_is_set(&params->group), number)) {
	case AH_GOOD: return VRRP_DROP_NONE;
	case AH_BROKEN: return VRRP_DROP_LENGTH;
	case AH_FOREIGN: break;
	}
	return VRRP_DROP_SIGNATURE;
}

/*
 * Version 3 has none, and no header around it either.
 * RFC 2338 5.3.6 and 5.3.10; without authentication nobody looks at the data (RFC 3768 5.3.10),
 * which stand at the end.
 */
static enum vrrp_drop check_auth(
	const struct vrrp_datagram *d, const struct vrrp_packet_params *params, uint32_t *number)
{
	bool is_ah = params->auth == VRRP_PACKET_AUTH_AH;

	if (params->version != 2)
		return d->ip ? VRRP_DROP_AUTH_TYPE : VRRP_DROP_NONE;
	if (d->message[4] != params->auth || (d->ip != NULL) != is_ah)
		return VRRP_DROP_AUTH_TYPE;
	if (is_ah)
		return check_header(d, params, number);
	if (params->auth == VRRP_PACKET_AUTH_PASS &&
		!is_password(params, d->message + d->len - AUTH_V2_BYTES))
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

static size_t message_bytes(uint8_t version, uint16_t family, size_t addr_count)
{
	return HEAD_BYTES + address_bytes(family) * addr_count +
	       (version == 2 ? (size_t)AUTH_V2_BYTES : 0);
}

enum vrrp_drop vrrp_packet_decode(const struct vrrp_datagram *d,
	const struct vrrp_packet_params *params, struct vrrp_advert *advert)
{
	enum vrrp_drop drop = VRRP_DROP_NONE;
	const uint8_t *m = d->message;
	enum vrrp_sum sum;
	uint32_t number = 0;
	span_t interval;
	size_t count;

	if (d->len < HEAD_BYTES)
		return VRRP_DROP_LENGTH;
	count = m[3];
	if (m[1] != params->vrid)
		return VRRP_DROP_VRID;
	if (is_own(params, &d->source))
		return VRRP_DROP_OWN_SOURCE;
	if (d->len != message_bytes(m[0] >> 4, d->source.family, count))
		return VRRP_DROP_LENGTH;
	drop = check_sender(d, params);
	if (drop != VRRP_DROP_NONE)
		return drop;
	if (m[0] >> 4 != params->version)
		return VRRP_DROP_VERSION;
	drop = check_auth(d, params, &number);
	if (drop != VRRP_DROP_NONE)
		return drop;
	if ((m[0] & 0x0f) != TYPE_ADVERTISEMENT)
		return VRRP_DROP_TYPE;
	sum = sum_of(d, params);
	if (sum == VRRP_SUM_UNKNOWN)
		return VRRP_DROP_CHECKSUM;
	drop = check_interval(params, m, &interval);
	if (drop != VRRP_DROP_NONE)
		return drop;
	if (!is_destination(d, params))
		return VRRP_DROP_DESTINATION;
	if (params->version == 3 && count == 0)
		return VRRP_DROP_NO_ADDRESS;
	*advert = (struct vrrp_advert){ .source = d->source,
		.vrid = m[1],
		.priority = m[2],
		.interval = interval,
		.number = number,
		.sum = sum,
		.is_list_equal = is_list_equal(params, &d->source, m + HEAD_BYTES, count) };
	return VRRP_DROP_NONE;
}

/* ---- writing ---- */

static bool is_signed(const struct vrrp_packet_spec *spec)
{
	return spec->version == 2 && spec->auth == VRRP_PACKET_AUTH_AH;
}

static void put_ip_header(const struct vrrp_packet_spec *spec, uint8_t *ip, size_t len)
{
	memset(ip, 0, IP_MIN_BYTES);
	ip[0] = 0x45;
	ip[1] = VRRP_TOS;
	put16(ip + 2, (uint16_t)len);
	put16(ip + 4, is_signed(spec) && !spec->ip_id ? (uint16_t)(spec->number | 1) : spec->ip_id);
	ip[8] = spec->ttl;
	ip[9] = is_signed(spec) ? AH_PROTOCOL : VRRP_PROTOCOL;
	memcpy(ip + 12, spec->source.bytes, 4);
	memcpy(ip + 16, spec->destination.bytes, 4);
	put16(ip + 10, checksum_plain(ip, IP_MIN_BYTES));
}

/* What version 2 alone has: the interval in seconds, and the authentication. */
static void put_v2(const struct vrrp_packet_spec *spec, uint8_t *m, uint8_t *data)
{
	m[4] = (uint8_t)spec->auth;
	m[5] = (uint8_t)(spec->advert_int.us / 1000000);
	if (spec->auth == VRRP_PACKET_AUTH_PASS)
		memcpy(data, spec->password, AUTH_V2_BYTES);
}

static uint16_t sum_for(const struct vrrp_packet_spec *spec, const uint8_t *m, size_t len)
{
	bool is_v4 = spec->source.family == AF_INET;

	if (is_v4 && (spec->version == 2 || spec->sum == VRRP_SUM_MESSAGE))
		return checksum_plain(m, len);
	if (is_v4 && spec->sum == VRRP_SUM_OLD_UNICAST)
		return sum_to(&spec->source, &old_destination, m, len);
	return sum_to(&spec->source, &spec->destination, m, len);
}

static void put_message(const struct vrrp_packet_spec *spec, uint8_t *m, size_t len)
{
	size_t bytes = address_bytes(spec->source.family);

	memset(m, 0, len);
	m[0] = (uint8_t)(spec->version << 4 | TYPE_ADVERTISEMENT);
	m[1] = spec->vrid;
	m[2] = spec->priority;
	m[3] = (uint8_t)spec->addr_count;
	if (spec->version == 2)
		put_v2(spec, m, m + len - AUTH_V2_BYTES);
	else
		put16(m + 4, (uint16_t)(spec->advert_int.us / INTERVAL_V3_US & INTERVAL_V3_BITS));
	for (size_t i = 0; i < spec->addr_count; i++)
		memcpy(m + HEAD_BYTES + bytes * i, spec->addrs[i].bytes, bytes);
	put16(m + 6, sum_for(spec, m, len));
}

size_t vrrp_packet_encode(const struct vrrp_packet_spec *spec, uint8_t *buf, size_t room)
{
	size_t head = spec->source.family != AF_INET ? 0
		      : is_signed(spec)		     ? IP_MIN_BYTES + AH_BYTES
						     : IP_MIN_BYTES;
	size_t len = head + message_bytes(spec->version, spec->source.family, spec->addr_count);

	if (spec->addr_count > VRRP_ADDRESSES_MAX || len > room)
		return 0;
	put_message(spec, buf + head, len - head);
	if (head)
		put_ip_header(spec, buf, len);
	if (is_signed(spec))
		ah_sign(buf, len, spec->password, spec->number,
			addr_is_multicast(&spec->destination));
	return len;
}

size_t vrrp_packet_bytes(uint8_t version, uint16_t family, size_t addr_count)
{
	return (family == AF_INET6 ? IP6_BYTES : IP_MIN_BYTES) +
	       message_bytes(version, family, addr_count);
}

size_t vrrp_packet_room(uint8_t version, uint16_t family, size_t mtu)
{
	size_t fixed = vrrp_packet_bytes(version, family, 0);
	size_t count = mtu > fixed ? (mtu - fixed) / address_bytes(family) : 0;

	return count < VRRP_ADDRESSES_MAX ? count : VRRP_ADDRESSES_MAX;
}
