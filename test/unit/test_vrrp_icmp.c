/* SPDX-License-Identifier: Apache-2.0 */
/* Echo requests as the RFCs have them, and what counts as a reply. */
#include <netinet/in.h>
#include <string.h>

#include "unit.h"
#include "vrrp/icmp.h"

START_TEST(requests_are_as_the_rfcs_have_them)
{
	static const uint8_t v4[] = { 8, 0, 0xf3, 0xb3, 0x12, 0x34, 0x00, 0x07, 'k', 'e', 'e', 'p',
		'd', 0, 0, 0 };
	uint8_t out[ICMP_ECHO_BYTES];
	uint32_t sum = 0;

	icmp_echo_make(out, AF_INET, 0x1234, 7);
	for (size_t i = 0; i < sizeof(out); i += 2)
		sum += (uint32_t)(out[i] << 8 | out[i + 1]);
	ck_assert_uint_eq((sum & 0xffff) + (sum >> 16), 0xffff);
	ck_assert_uint_eq(out[0], 8);
	ck_assert_mem_eq(out + 4, v4 + 4, sizeof(v4) - 4);
	icmp_echo_make(out, AF_INET6, 0x1234, 7);
	ck_assert_uint_eq(out[0], 128);
	ck_assert_uint_eq(out[2] | out[3], 0); /* the kernel's business */
}
END_TEST

#define IP20		 0x45, 0, 0, 36, 0, 0, 0, 0, 64, 1, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2
#define IP24		 0x46, 0, 0, 40, 0, 0, 0, 0, 64, 1, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 1, 1, 1, 1
#define ECHO(type, code) type, code, 0, 0, 0x12, 0x34, 0x00, 0x07

static const struct {
	uint16_t family;
	size_t len;
	uint8_t bytes[40];
	bool is_reply;
} received[] = {
	{ AF_INET, 28, { IP20, ECHO(0, 0) }, true },
	{ AF_INET, 32, { IP24, ECHO(0, 0) }, true },
	{ AF_INET, 28, { IP20, ECHO(8, 0) }, false }, /* somebody pings us */
	{ AF_INET, 28, { IP20, ECHO(0, 1) }, false },
	{ AF_INET, 28, { IP20, ECHO(3, 0) }, false },
	{ AF_INET, 28, { IP24, ECHO(0, 0) }, false }, /* cut */
	{ AF_INET, 27, { IP20, ECHO(0, 0) }, false },
	{ AF_INET, 19, { IP20 }, false },
	{ AF_INET, 28, { 0x44, 0, 0, 36 }, false }, /* a head that is too short */
	{ AF_INET, 0, { 0 }, false },
	{ AF_INET6, 8, { ECHO(129, 0) }, true },
	{ AF_INET6, 8, { ECHO(128, 0) }, false },
	{ AF_INET6, 7, { ECHO(129, 0) }, false },
	{ AF_INET6, 0, { 0 }, false },
};

START_TEST(replies_are_understood)
{
	uint16_t id = 0, sequence = 0;

	ck_assert_int_eq(icmp_reply_parse(received[_i].bytes, received[_i].len, received[_i].family,
				 &id, &sequence),
		received[_i].is_reply);
	if (!received[_i].is_reply)
		return;
	ck_assert_uint_eq(id, 0x1234);
	ck_assert_uint_eq(sequence, 7);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp icmp");
	TCase *t = tcase_create("all");

	tcase_add_test(t, requests_are_as_the_rfcs_have_them);
	tcase_add_loop_test(t, replies_are_understood, 0, COUNT(received));
	suite_add_tcase(s, t);
	return s;
}
