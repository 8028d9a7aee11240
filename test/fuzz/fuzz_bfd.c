/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BFD control packets: any bytes as the payload of a UDP packet. What is accepted comes out of the
 * encoder as it was; then the input is a row of packets for one session, with a little time between
 * them, and the session must keep its own rules.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/bfd_session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_round_trip(const uint8_t *data, const struct bfd_packet *p)
{
	uint8_t made[BFD_PACKET_BYTES];

	bfd_packet_encode(p, made);
	require(made[0] == data[0] && (made[1] | 0x04) == (data[1] | 0x04));
	require(made[2] == data[2] && !memcmp(made + 4, data + 4, BFD_PACKET_BYTES - 4));
}

static void check_session(
	const struct bfd_session *s, const struct bfd_output *out, const struct bfd_params *params)
{
	require(s->state == BFD_DOWN || s->state == BFD_INIT || s->state == BFD_UP);
	require(s->mine == 1 && s->polls <= 2 && s->verdict <= BFD_VERDICT_DOWN);
	require((s->detect_due.us != INT64_MAX) == (s->yours != 0));
	for (unsigned i = 0; i < out->count; i++) {
		const struct bfd_packet *p = &out->packets[i];

		require(!(p->is_poll && p->is_final) && p->mine == 1);
		require(p->state != BFD_UP ? p->desired_tx.us >= 1000000 : p->yours != 0);
		require(p->required_rx.us == params->min_rx.us);
	}
}

static void try_session(const uint8_t *data, size_t size, bool is_passive)
{
	const struct bfd_params params = { .min_tx = { 10000 },
		.min_rx = { 10000 },
		.idle_tx = { 1000000 },
		.multiplier = 1 + (size & 3),
		.is_passive = is_passive };
	mono_t now = { 1000000 };
	struct bfd_session s;

	bfd_session_init(&s, &params, 1, now);
	for (; size >= BFD_PACKET_BYTES; data += BFD_PACKET_BYTES, size -= BFD_PACKET_BYTES) {
		struct bfd_packet p;
		struct bfd_output out = { 0 };

		now = mono_add(now, span_ms(data[0]));
		bfd_session_tick(&s, &params, now, data[1], &out);
		check_session(&s, &out, &params);
		if (bfd_packet_decode(data, BFD_PACKET_BYTES, &p) != BFD_DROP_NONE)
			continue;
		bfd_session_receive(&s, &params, &p, now, data[2], &out);
		check_session(&s, &out, &params);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bfd_packet p;
	enum bfd_drop drop = bfd_packet_decode(data, size, &p);

	require(drop <= BFD_DROP_YOUR_DISCRIMINATOR);
	if (drop == BFD_DROP_NONE)
		check_round_trip(data, &p);
	try_session(data, size, false);
	try_session(data, size, true);
	return 0;
}
