/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of BFD control packets: see bfd_packet.h. Called by bfd.c; which session a packet is for,
 * and what it does to it, is decided elsewhere.
 */
#include "vrrp/bfd_packet.h"

/* RFC 5880 section 4.1: where the fields are. */
enum {
	AT_VERSION_DIAG = 0,
	AT_STATE_FLAGS = 1,
	AT_MULTIPLIER = 2,
	AT_LENGTH = 3,
	AT_MINE = 4,
	AT_YOURS = 8,
	AT_DESIRED_TX = 12,
	AT_REQUIRED_RX = 16,
	AT_REQUIRED_ECHO = 20,
};

enum {
	VERSION = 1,
	VERSION_SHIFT = 5,
	DIAG_MASK = 0x1f,
	STATE_SHIFT = 6,
	FLAG_POLL = 0x20,
	FLAG_FINAL = 0x10,
	FLAG_INDEPENDENT = 0x08,
	FLAG_AUTHENTICATION = 0x04,
	FLAG_DEMAND = 0x02,
	FLAG_MULTIPOINT = 0x01,
};

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

static enum bfd_drop check(const uint8_t *bytes, size_t len)
{
	enum bfd_state state;

	if (len < BFD_PACKET_BYTES || bytes[AT_LENGTH] < BFD_PACKET_BYTES || bytes[AT_LENGTH] > len)
		return BFD_DROP_LENGTH;
	if (bytes[AT_VERSION_DIAG] >> VERSION_SHIFT != VERSION)
		return BFD_DROP_VERSION;
	if (!bytes[AT_MULTIPLIER])
		return BFD_DROP_MULTIPLIER;
	if (bytes[AT_STATE_FLAGS] & FLAG_MULTIPOINT)
		return BFD_DROP_MULTIPOINT;
	if (!get32(bytes + AT_MINE))
		return BFD_DROP_MY_DISCRIMINATOR;
	state = (enum bfd_state)(bytes[AT_STATE_FLAGS] >> STATE_SHIFT);
	if (!get32(bytes + AT_YOURS) && state != BFD_DOWN && state != BFD_ADMIN_DOWN)
		return BFD_DROP_YOUR_DISCRIMINATOR;
	return BFD_DROP_NONE;
}

enum bfd_drop bfd_packet_decode(const uint8_t *bytes, size_t len, struct bfd_packet *packet)
{
	enum bfd_drop drop = check(bytes, len);
	uint8_t flags;

	if (drop != BFD_DROP_NONE)
		return drop;
	flags = bytes[AT_STATE_FLAGS];
	*packet = (struct bfd_packet){
		.state = (enum bfd_state)(flags >> STATE_SHIFT),
		.diag = bytes[AT_VERSION_DIAG] & DIAG_MASK,
		.is_poll = flags & FLAG_POLL,
		.is_final = flags & FLAG_FINAL,
		.is_demand = flags & FLAG_DEMAND,
		.is_independent = flags & FLAG_INDEPENDENT,
		.is_authenticated = flags & FLAG_AUTHENTICATION,
		.multiplier = bytes[AT_MULTIPLIER],
		.mine = get32(bytes + AT_MINE),
		.yours = get32(bytes + AT_YOURS),
		.desired_tx = span_us(get32(bytes + AT_DESIRED_TX)),
		.required_rx = span_us(get32(bytes + AT_REQUIRED_RX)),
		.required_echo = span_us(get32(bytes + AT_REQUIRED_ECHO)),
	};
	return BFD_DROP_NONE;
}

void bfd_packet_encode(const struct bfd_packet *packet, uint8_t bytes[BFD_PACKET_BYTES])
{
	bytes[AT_VERSION_DIAG] = (uint8_t)(VERSION << VERSION_SHIFT | (packet->diag & DIAG_MASK));
	bytes[AT_STATE_FLAGS] =
		(uint8_t)((unsigned)packet->state << STATE_SHIFT |
			  (packet->is_poll ? FLAG_POLL : 0) | (packet->is_final ? FLAG_FINAL : 0) |
			  (packet->is_independent ? FLAG_INDEPENDENT : 0) |
			  (packet->is_demand ? FLAG_DEMAND : 0));
	bytes[AT_MULTIPLIER] = packet->multiplier;
	bytes[AT_LENGTH] = BFD_PACKET_BYTES;
	put32(bytes + AT_MINE, packet->mine);
	put32(bytes + AT_YOURS, packet->yours);
	put32(bytes + AT_DESIRED_TX, (uint32_t)packet->desired_tx.us);
	put32(bytes + AT_REQUIRED_RX, (uint32_t)packet->required_rx.us);
	put32(bytes + AT_REQUIRED_ECHO, (uint32_t)packet->required_echo.us);
}

/* ---- words ---- */

const char *bfd_state_word(unsigned state)
{
	static const char *const words[] = {
#define X(name, word) word,
		BFD_STATE_LIST(X)
#undef X
	};

	return state < BFD_STATE_COUNT ? words[state] : "?";
}

const char *bfd_diag_words(unsigned diag)
{
	static const char *const words[] = {
#define X(name, text) text,
		BFD_DIAG_LIST(X)
#undef X
	};

	return diag < BFD_DIAG_COUNT ? words[diag] : "?";
}

const char *bfd_drop_key(unsigned drop)
{
	static const char *const keys[] = {
#define X(name, key, words) key,
		BFD_DROP_LIST(X)
#undef X
	};

	return drop < BFD_DROP_COUNT ? keys[drop] : "?";
}

const char *bfd_drop_words(unsigned drop)
{
	static const char *const texts[] = {
#define X(name, key, words) words,
		BFD_DROP_LIST(X)
#undef X
	};

	return drop < BFD_DROP_COUNT ? texts[drop] : "?";
}
