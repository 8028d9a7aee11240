/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BFD control packets: a known one byte by byte, one change of it for each reason to drop it in the
 * order of the checks, and the way there and back.
 */
#include <string.h>

#include "unit.h"
#include "vrrp/bfd_packet.h"

/* Down, multiplier 5, discriminator 0x11223344, sends every second, can take one in 10 ms. */
static const uint8_t known[BFD_PACKET_BYTES] = { 0x20, 0x40, 0x05, 0x18, 0x11, 0x22, 0x33, 0x44, 0,
	0, 0, 0, 0x00, 0x0f, 0x42, 0x40, 0x00, 0x00, 0x27, 0x10, 0, 0, 0, 0 };

START_TEST(known_packet_is_read_and_written)
{
	uint8_t made[BFD_PACKET_BYTES];
	struct bfd_packet p;

	ck_assert_int_eq(bfd_packet_decode(known, sizeof(known), &p), BFD_DROP_NONE);
	ck_assert_int_eq(p.state, BFD_DOWN);
	ck_assert_uint_eq(p.diag, BFD_DIAG_NONE);
	ck_assert_uint_eq(p.multiplier, 5);
	ck_assert_uint_eq(p.mine, 0x11223344);
	ck_assert_uint_eq(p.yours, 0);
	ck_assert_int_eq(p.desired_tx.us, 1000000);
	ck_assert_int_eq(p.required_rx.us, 10000);
	ck_assert_int_eq(p.required_echo.us, 0);
	ck_assert(!p.is_poll && !p.is_final && !p.is_demand && !p.is_independent &&
		  !p.is_authenticated);
	bfd_packet_encode(&p, made);
	ck_assert_mem_eq(made, known, sizeof(known));
}
END_TEST

/* The known packet with up to two other bytes, of another length if `len` says so. */
static const struct row {
	const char *name;
	struct {
		uint8_t at, value;
	} change[2];
	size_t len; /* 0: its own */
	enum bfd_drop drop;
} rows[] = {
	/* clang-format off */
	{ "as it is", { { 0, 0x20 } }, 0, BFD_DROP_NONE },
	{ "nothing", { { 0, 0x20 } }, SIZE_MAX, BFD_DROP_LENGTH },
	{ "a byte too short", { { 0, 0x20 } }, 23, BFD_DROP_LENGTH },
	{ "it says it is shorter", { { 3, 23 } }, 0, BFD_DROP_LENGTH },
	{ "it says it is longer", { { 3, 25 } }, 0, BFD_DROP_LENGTH },
	{ "what follows it is not looked at", { { 0, 0x20 } }, 30, BFD_DROP_NONE },
	{ "length first", { { 3, 23 }, { 0, 0x40 } }, 0, BFD_DROP_LENGTH },
	{ "version 0", { { 0, 0x00 } }, 0, BFD_DROP_VERSION },
	{ "version 2", { { 0, 0x40 } }, 0, BFD_DROP_VERSION },
	{ "then the version", { { 0, 0x40 }, { 2, 0 } }, 0, BFD_DROP_VERSION },
	{ "multiplier 0", { { 2, 0 } }, 0, BFD_DROP_MULTIPLIER },
	{ "then the multiplier", { { 2, 0 }, { 1, 0x41 } }, 0, BFD_DROP_MULTIPLIER },
	{ "multipoint", { { 1, 0x41 } }, 0, BFD_DROP_MULTIPOINT },
	{ "init without your discriminator", { { 1, 0x80 } }, 0, BFD_DROP_YOUR_DISCRIMINATOR },
	{ "up without your discriminator", { { 1, 0xc0 } }, 0, BFD_DROP_YOUR_DISCRIMINATOR },
	{ "admin down without", { { 1, 0x00 } }, 0, BFD_DROP_NONE },
	{ "up with one", { { 1, 0xc0 }, { 11, 1 } }, 0, BFD_DROP_NONE },
	{ "poll and final are for the session", { { 1, 0x70 } }, 0, BFD_DROP_NONE },
	{ "authentication, too", { { 1, 0x44 } }, 0, BFD_DROP_NONE },
	/* clang-format on */
};

START_TEST(row_is_dropped_for_its_reason)
{
	const struct row *row = &rows[_i];
	uint8_t bytes[30] = { 0 };
	struct bfd_packet p;
	size_t len = row->len == SIZE_MAX ? 0 : row->len ? row->len : sizeof(known);
	enum bfd_drop drop;

	memcpy(bytes, known, sizeof(known));
	for (size_t i = 0; i < 2; i++)
		if (row->change[i].at || i == 0)
			bytes[row->change[i].at] = row->change[i].value;
	drop = bfd_packet_decode(bytes, len, &p);
	ck_assert_msg(drop == row->drop, "%s: %s", row->name, bfd_drop_key(drop));
}
END_TEST

START_TEST(no_discriminator_of_its_own_is_dropped_before_none_of_ours)
{
	uint8_t bytes[BFD_PACKET_BYTES];
	struct bfd_packet p;

	memcpy(bytes, known, sizeof(known));
	memset(bytes + 4, 0, 4);
	bytes[1] = 0xc0;
	ck_assert_int_eq(bfd_packet_decode(bytes, sizeof(bytes), &p), BFD_DROP_MY_DISCRIMINATOR);
}
END_TEST

START_TEST(every_field_goes_there_and_back)
{
	static const struct bfd_packet all[] = {
		{ .state = BFD_UP, .is_poll = true, .multiplier = 1, .mine = 1, .yours = 2 },
		{ .state = BFD_UP, .is_final = true, .multiplier = 255, .mine = 1, .yours = 2 },
		{ .state = BFD_INIT, .is_demand = true, .multiplier = 3, .mine = 9, .yours = 8 },
		{ .state = BFD_ADMIN_DOWN,
			.diag = BFD_DIAG_ADMIN,
			.is_independent = true,
			.multiplier = 3,
			.mine = UINT32_MAX,
			.yours = UINT32_MAX,
			.desired_tx = { UINT32_MAX },
			.required_rx = { 1 },
			.required_echo = { 0x01020304 } },
	};

	for (size_t i = 0; i < COUNT(all); i++) {
		uint8_t bytes[BFD_PACKET_BYTES], again[BFD_PACKET_BYTES];
		struct bfd_packet p;

		bfd_packet_encode(&all[i], bytes);
		ck_assert_int_eq(bfd_packet_decode(bytes, sizeof(bytes), &p), BFD_DROP_NONE);
		ck_assert_int_eq(p.state, all[i].state);
		ck_assert_int_eq(p.is_poll, all[i].is_poll);
		ck_assert_int_eq(p.is_final, all[i].is_final);
		ck_assert_uint_eq(p.yours, all[i].yours);
		ck_assert_int_eq(p.desired_tx.us, all[i].desired_tx.us);
		bfd_packet_encode(&p, again);
		ck_assert_mem_eq(again, bytes, sizeof(bytes));
	}
}
END_TEST

START_TEST(words_are_there_for_every_number)
{
	for (unsigned i = 0; i < BFD_STATE_COUNT; i++)
		ck_assert_str_ne(bfd_state_word(i), "?");
	for (unsigned i = 0; i < BFD_DIAG_COUNT; i++)
		ck_assert_str_ne(bfd_diag_words(i), "?");
	for (unsigned i = 0; i < BFD_DROP_COUNT; i++)
		ck_assert(strcmp(bfd_drop_key(i), "?") != 0 && strcmp(bfd_drop_words(i), "?") != 0);
	ck_assert_str_eq(bfd_state_word(BFD_STATE_COUNT), "?");
	ck_assert_str_eq(bfd_diag_words(31), "?");
	ck_assert_str_eq(bfd_drop_key(BFD_DROP_COUNT), "?");
	ck_assert_str_eq(bfd_drop_words(BFD_DROP_COUNT), "?");
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp bfd packet");
	TCase *t = tcase_create("all");

	tcase_add_test(t, known_packet_is_read_and_written);
	tcase_add_loop_test(t, row_is_dropped_for_its_reason, 0, COUNT(rows));
	tcase_add_test(t, no_discriminator_of_its_own_is_dropped_before_none_of_ours);
	tcase_add_test(t, every_field_goes_there_and_back);
	tcase_add_test(t, words_are_there_for_every_number);
	suite_add_tcase(s, t);
	return s;
}
