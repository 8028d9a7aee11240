/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses and endpoints as values: text both ways, order, sockaddr.
 */
#include <arpa/inet.h>
#include <string.h>

#include "core/addr.h"
#include "test/unit/unit.h"

static const struct text_row {
	const char *text;
	uint16_t family;
	const char *canonical; /* NULL: refused */
} texts[] = {
	{ "192.0.2.1", AF_INET, "192.0.2.1" },
	{ "0.0.0.0", AF_INET, "0.0.0.0" },
	{ "2001:DB8:0:0::1", AF_INET6, "2001:db8::1" },
	{ "::", AF_INET6, "::" },
	{ "::ffff:192.0.2.1", AF_INET6, "::ffff:192.0.2.1" },
	{ "", 0, NULL },
	{ "192.0.2", 0, NULL },
	{ "192.0.2.256", 0, NULL },
	{ "192.0.2.1 ", 0, NULL },
	{ "192.0.2.1/24", 0, NULL },
	{ "fe80::1%eth0", 0, NULL },
	{ "localhost", 0, NULL },
};

START_TEST(reads_addresses_and_nothing_else)
{
	const struct text_row *row = &texts[_i];
	char buf[ADDR_TEXT_BYTES];
	struct addr a;

	ck_assert_int_eq(addr_parse(row->text, &a), row->canonical ? 0 : -1);
	ck_assert_uint_eq(a.family, row->family);
	ck_assert_str_eq(addr_format(&a, buf), row->canonical ? row->canonical : "-");
	ck_assert(addr_is_set(&a) == !!row->canonical);
	ck_assert_uint_eq(addr_len_bytes(&a), row->family == AF_INET	? 4
					      : row->family == AF_INET6 ? 16
									: 0);
}
END_TEST

START_TEST(equal_addresses_are_equal_bytewise)
{
	struct addr a, b;

	memset(&a, 0xff, sizeof(a));
	memset(&b, 0x11, sizeof(b));
	ck_assert_int_eq(addr_parse("192.0.2.1", &a), 0);
	ck_assert_int_eq(addr_parse("192.0.2.1", &b), 0);
	ck_assert_mem_eq(&a, &b, sizeof(a));
}
END_TEST

/* Ascending, RFC 9568 6.4.3: unsigned, in network byte order. */
static const char *const ascending[] = { "0.0.0.1", "1.0.0.0", "127.255.255.255", "128.0.0.0",
	"192.0.2.1", "192.0.2.2", "192.0.3.0", "::1", "2001:db8::1", "2001:db8::8000:0:0:1",
	"fe80::1", "ff02::12" };

START_TEST(order_is_by_family_then_unsigned)
{
	struct addr a, b;

	for (size_t i = 0; i < COUNT(ascending); i++)
		for (size_t j = 0; j < COUNT(ascending); j++) {
			int order;

			addr_parse(ascending[i], &a);
			addr_parse(ascending[j], &b);
			order = addr_cmp(&a, &b);
			ck_assert_msg((order < 0) == (i < j) && (order > 0) == (i > j), "%s %s",
				ascending[i], ascending[j]);
			ck_assert(addr_equal(&a, &b) == (i == j));
		}
}
END_TEST

static const struct endpoint_row {
	const char *addr;
	uint16_t port;
	const char *text;
} endpoints[] = {
	{ "192.0.2.1", 80, "192.0.2.1:80" },
	{ "192.0.2.1", 0, "192.0.2.1" },
	{ "2001:db8::1", 65535, "[2001:db8::1]:65535" },
	{ "2001:db8::1", 0, "2001:db8::1" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", 65535,
		"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
};

START_TEST(endpoints_survive_text_and_sockaddr)
{
	const struct endpoint_row *row = &endpoints[_i];
	struct endpoint e = { .port = row->port }, back;
	char buf[ENDPOINT_TEXT_BYTES];
	struct sockaddr_storage ss;
	socklen_t len;

	ck_assert_int_eq(addr_parse(row->addr, &e.addr), 0);
	ck_assert_str_eq(endpoint_format(&e, buf), row->text);
	len = endpoint_to_sockaddr(&e, &ss);
	ck_assert_uint_eq(len, e.addr.family == AF_INET ? sizeof(struct sockaddr_in)
							: sizeof(struct sockaddr_in6));
	back = endpoint_from_sockaddr(&ss);
	ck_assert_int_eq(endpoint_cmp(&e, &back), 0);
	back.port++;
	ck_assert_int_ne(endpoint_cmp(&e, &back), 0);
}
END_TEST

START_TEST(unknown_families_give_no_address)
{
	const struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	const struct endpoint e = endpoint_from_sockaddr(&ss);

	ck_assert(!addr_is_set(&e.addr));
	ck_assert_uint_eq(e.port, 0);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/addr");
	TCase *t = tcase_create("addr");

	tcase_add_loop_test(t, reads_addresses_and_nothing_else, 0, COUNT(texts));
	tcase_add_test(t, equal_addresses_are_equal_bytewise);
	tcase_add_test(t, order_is_by_family_then_unsigned);
	tcase_add_loop_test(t, endpoints_survive_text_and_sockaddr, 0, COUNT(endpoints));
	tcase_add_test(t, unknown_families_give_no_address);
	suite_add_tcase(s, t);
	return s;
}
