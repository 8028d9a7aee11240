/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of peers: who is named stays, who is heard comes and goes.
 */
#include <check.h>
#include <string.h>

#include "vrrp/peers.h"

static struct addr host(uint8_t last)
{
	return addr_from_v4((struct in_addr){ htonl(0xc0000200u + last) });
}

static void hear(struct vrrp_peer *peers, uint8_t last, int64_t when)
{
	const struct addr a = host(last);
	struct vrrp_peer *p = vrrp_peers_place(peers, &a);

	ck_assert_ptr_nonnull(p);
	p->heard_us = when;
	p->priority = last;
}

START_TEST(who_is_silent_for_longest_makes_place)
{
	struct vrrp_peer peers[VRRP_PEERS_MAX] = { 0 };
	const struct addr first = host(1), second = host(2), late = host(200);

	for (uint8_t i = 1; i <= VRRP_PEERS_MAX; i++)
		hear(peers, i, i);
	hear(peers, 1, 100);
	hear(peers, 200, 101);
	ck_assert_ptr_nonnull(vrrp_peers_find(peers, &first));
	ck_assert_ptr_null(vrrp_peers_find(peers, &second));
	ck_assert_uint_eq(vrrp_peers_find(peers, &late)->priority, 200);
}
END_TEST

START_TEST(who_is_named_is_in_order_and_stays_known)
{
	const struct addr list[] = { host(3), host(1) }, stranger = host(9), none = { 0 };
	struct vrrp_peer peers[VRRP_PEERS_MAX] = { 0 };

	hear(peers, 1, 5);
	hear(peers, 2, 6);
	vrrp_peers_configure(peers, list, 2);
	ck_assert(addr_equal(&peers[0].address, &list[0]) && peers[0].heard_us == 0);
	ck_assert(addr_equal(&peers[1].address, &list[1]) && peers[1].heard_us == 5);
	ck_assert(!addr_is_set(&peers[2].address));
	for (int i = 0; i < 100; i++)
		hear(peers, (uint8_t)(100 + i), i);
	ck_assert(addr_equal(&peers[0].address, &list[0]));
	ck_assert(addr_equal(&peers[1].address, &list[1]));
	ck_assert_ptr_null(vrrp_peers_find(peers, &stranger));
	ck_assert_ptr_null(vrrp_peers_find(peers, &none));
}
END_TEST

START_TEST(table_full_of_named_ones_has_no_place)
{
	struct vrrp_peer peers[VRRP_PEERS_MAX] = { 0 };
	struct addr list[VRRP_PEERS_MAX + 4];
	const struct addr stranger = host(200);

	for (uint8_t i = 0; i < VRRP_PEERS_MAX + 4; i++)
		list[i] = host(i);
	vrrp_peers_configure(peers, list, VRRP_PEERS_MAX + 4);
	ck_assert_ptr_null(vrrp_peers_place(peers, &stranger));
	ck_assert_ptr_null(vrrp_peers_place(peers, &list[VRRP_PEERS_MAX]));
	vrrp_peers_configure(peers, NULL, 0); /* multicast from now on */
	ck_assert_ptr_nonnull(vrrp_peers_find(peers, &list[0]));
	ck_assert_ptr_nonnull(vrrp_peers_place(peers, &stranger));
}
END_TEST

Suite *make_suite(void);
Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp peers");
	TCase *t = tcase_create("peers");

	tcase_add_test(t, who_is_silent_for_longest_makes_place);
	tcase_add_test(t, who_is_named_is_in_order_and_stays_known);
	tcase_add_test(t, table_full_of_named_ones_has_no_place);
	suite_add_tcase(s, t);
	return s;
}
