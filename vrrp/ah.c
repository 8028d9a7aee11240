/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making and checking authentication headers. Called by packet.c (the header) and adverts.c (the
 * numbers).
 */
#include "vrrp/ah.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum {
	IP_BYTES = 20,
	IP_MAX_BYTES = 60,
	PACKET_MAX_BYTES = 2048,
	NEXT_AT = 0, /* of the header */
	WORDS_AT = 1,
	SPI_AT = 4,
	NUMBER_AT = 8,
	ICV_AT = 12,
	ICV_BYTES = 12,
	NEXT_VRRP = 112,
	WORDS = AH_BYTES / 4 - 2, /* RFC 2402 2.2: in words of 32 bits, less two */
	MD5_BYTES = 16,
	ROWS_FROM_BELOW = 2,
	SPARE_NUMBERS = 64,
};

/* 2020-09-13: at four numbers a second, 32 bits last until 2054. */
#define CLOCK_FROM	   INT64_C(1600000000)
#define NUMBERS_PER_SECOND 4

/*
 * Over the packet with zeros for what changes on the way (RFC 2402 3.3.3.1) and for the ICV itself.
 * False: OpenSSL has no MD5.
 */
static bool make_icv(const uint8_t *packet, size_t len, size_t ihl_bytes,
	const uint8_t key[AH_KEY_BYTES], bool is_multicast, uint8_t icv[MD5_BYTES])
{
	uint8_t copy[PACKET_MAX_BYTES];
	unsigned made = 0;

	if (len > sizeof(copy))
		return false;
	memcpy(copy, packet, len);
	copy[1] = 0;	       /* type of service */
	copy[6] = copy[7] = 0; /* flags, fragment offset */
	if (!is_multicast)
		copy[8] = 0;	 /* TTL */
	copy[10] = copy[11] = 0; /* checksum */
	memset(copy + ihl_bytes + ICV_AT, 0, ICV_BYTES);
	return HMAC(EVP_md5(), key, AH_KEY_BYTES, copy, len, icv, &made) && made == MD5_BYTES;
}

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void ah_sign(uint8_t *packet, size_t len, const uint8_t key[AH_KEY_BYTES], uint32_t number,
	bool is_multicast)
{
	uint8_t *ah = packet + IP_BYTES, icv[MD5_BYTES] = { 0 };

	memset(ah, 0, AH_BYTES);
	ah[NEXT_AT] = NEXT_VRRP;
	ah[WORDS_AT] = WORDS;
	memcpy(ah + SPI_AT, packet + 12, 4);
	put32(ah + NUMBER_AT, number);
	if (make_icv(packet, len, IP_BYTES, key, is_multicast, icv))
		memcpy(ah + ICV_AT, icv, ICV_BYTES);
}

enum ah_result ah_verify(const uint8_t *packet, size_t len, size_t ihl_bytes,
	const uint8_t key[AH_KEY_BYTES], bool is_multicast, uint32_t *number)
{
	const uint8_t *ah = packet + ihl_bytes;
	uint8_t icv[MD5_BYTES];

	if (ihl_bytes < IP_BYTES || ihl_bytes > IP_MAX_BYTES || len < ihl_bytes + AH_BYTES ||
		ah[NEXT_AT] != NEXT_VRRP || ah[WORDS_AT] != WORDS)
		return AH_BROKEN;
	if (!make_icv(packet, len, ihl_bytes, key, is_multicast, icv) ||
		CRYPTO_memcmp(icv, ah + ICV_AT, ICV_BYTES) != 0)
		return AH_FOREIGN;
	if (memcmp(ah + SPI_AT, packet + 12, 4) != 0)
		return AH_FOREIGN;
	*number = get32(ah + NUMBER_AT);
	return AH_GOOD;
}

bool ah_window_take(struct ah_window *w, uint32_t number, bool is_silent)
{
	if (number > w->last) {
		*w = (struct ah_window){ .last = number };
		return true;
	}
	w->below_count = w->below_count && number > w->below ? w->below_count + 1 : 1;
	w->below = number;
	if (w->below_count < ROWS_FROM_BELOW || !is_silent)
		return false;
	*w = (struct ah_window){ .last = number };
	return true;
}

uint32_t ah_first_number(uint32_t left, int64_t wall_seconds)
{
	uint32_t after = left && left < UINT32_MAX - SPARE_NUMBERS ? left + SPARE_NUMBERS : 1;
	int64_t seconds = wall_seconds - CLOCK_FROM;
	uint32_t clock = seconds > 0 && seconds < UINT32_MAX / NUMBERS_PER_SECOND
				 ? (uint32_t)seconds * NUMBERS_PER_SECOND
				 : 0;

	return clock > after ? clock : after;
}
