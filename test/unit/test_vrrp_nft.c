/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which instances have their addresses dropped, the table in order, and the messages that make it.
 * That the kernel understands them is shown in the lab.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "test/unit/unit.h"
#include "vrrp/firewall.h"

/* ---- who accepts ---- */

static const struct {
	uint8_t priority;
	bool no_accept, strict_mode, accepts;
} modes[] = {
	{ 100, false, false, true },
	{ 100, true, false, false },
	{ 100, false, true, false }, /* as the RFC has it */
	{ 100, true, true, false },
	{ 254, true, false, false },
	{ 255, false, false, true }, /* an owner always */
	{ 255, true, false, true },
	{ 255, true, true, true },
};

START_TEST(only_an_owner_accepts_what_is_not_to_be_accepted)
{
	const struct vrrp_instance_conf conf = { .priority = modes[_i].priority,
		.no_accept = modes[_i].no_accept,
		.strict_mode = modes[_i].strict_mode };
	void *items[] = { (void *)(uintptr_t)&conf };
	const struct vrrp_conf all = { .instances = { .items = items, .count = 1 } };

	ck_assert(vrrp_firewall_accepts(&conf) == modes[_i].accepts);
	ck_assert(vrrp_firewall_is_needed(&all) == !modes[_i].accepts);
}
END_TEST

/* ---- the table ---- */

static struct nft_address address(const char *text, uint32_t ifindex, const char *ifname)
{
	struct nft_address a = { .ifindex = ifindex };

	ck_assert(addr_parse(text, &a.addr) == 0);
	strcpy(a.ifname, ifname);
	return a;
}

START_TEST(addresses_are_in_order_and_none_is_there_twice)
{
	struct nft_address addrs[] = { address("2001:db8::1", 0, ""), address("192.0.2.2", 0, ""),
		address("fe80::1", 3, "eth1"), address("192.0.2.1", 0, ""),
		address("fe80::1", 2, "eth0"), address("192.0.2.2", 0, ""),
		address("fe80::1", 3, "eth1") };
	struct nft_table t = { .addrs = addrs, .count = 7 };

	nft_table_settle(&t);
	ck_assert_uint_eq(t.count, 5);
	ck_assert(addrs[0].addr.bytes[3] == 1 && addrs[1].addr.bytes[3] == 2);
	ck_assert(addrs[3].ifindex == 2 && addrs[4].ifindex == 3);
}
END_TEST

START_TEST(tables_differ_in_each_of_their_parts)
{
	struct nft_address one[] = { address("fe80::1", 3, "eth1") };
	struct nft_address other[] = { address("fe80::1", 3, "eth2") };
	const struct nft_table t = { .name = "keepd", .priority = -1, .addrs = one, .count = 1 };
	struct nft_table u = t;

	ck_assert(nft_table_equal(&t, &u));
	u.name = "other";
	ck_assert(!nft_table_equal(&t, &u));
	u = t;
	u.priority = 0;
	ck_assert(!nft_table_equal(&t, &u));
	u = t;
	u.is_by_ifindex = true;
	ck_assert(!nft_table_equal(&t, &u));
	u = t;
	u.has_counters = true;
	ck_assert(!nft_table_equal(&t, &u));
	u = t;
	u.addrs = other;
	ck_assert(!nft_table_equal(&t, &u));
	u = t;
	u.count = 0;
	ck_assert(!nft_table_equal(&t, &u));
}
END_TEST

/* ---- messages ---- */

#define NFT(type) (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_##type)

/* The types of the messages of a batch. */
static size_t types_of(const void *batch, size_t len, uint16_t types[], size_t room)
{
	const struct nlmsghdr *h = batch;
	int left = (int)len;
	size_t count = 0;

	for (; mnl_nlmsg_ok(h, left) && count < room; h = mnl_nlmsg_next(h, &left))
		types[count++] = h->nlmsg_type;
	ck_assert_int_eq(left, 0);
	return count;
}

static void expect_types(const struct nft_table *t, bool is_there, const uint16_t expected[])
{
	uint16_t types[64];
	size_t len, count, i;
	void *batch = nft_table_encode(t, is_there, &len);

	ck_assert_ptr_nonnull(batch);
	count = types_of(batch, len, types, 64);
	for (i = 0; i < count && expected[i]; i++)
		ck_assert_msg(types[i] == expected[i], "message %zu is %#x and not %#x", i,
			types[i], expected[i]);
	ck_assert_msg(i == count && !expected[i], "%zu messages", count);
	free(batch);
}

START_TEST(kind_of_address_that_is_there_has_its_set_and_its_rule)
{
	struct nft_address addrs[] = { address("192.0.2.1", 0, ""), address("2001:db8::1", 0, ""),
		address("fe80::1", 2, "eth0") };
	const struct nft_table v4 = { .name = "keepd", .addrs = addrs, .count = 1 };
	const struct nft_table all = { .name = "keepd", .addrs = addrs, .count = 3 };

	expect_types(&v4, false,
		(uint16_t[]){ NFNL_MSG_BATCH_BEGIN, NFT(NEWTABLE), NFT(NEWCHAIN), NFT(NEWSET),
			NFT(NEWSETELEM), NFT(NEWRULE), NFNL_MSG_BATCH_END, 0 });
	/* In the place of the old one, and neighbour discovery first. */
	expect_types(&all, true,
		(uint16_t[]){ NFNL_MSG_BATCH_BEGIN, NFT(DELTABLE), NFT(NEWTABLE), NFT(NEWCHAIN),
			NFT(NEWRULE), NFT(NEWSET), NFT(NEWSETELEM), NFT(NEWRULE), NFT(NEWSET),
			NFT(NEWSETELEM), NFT(NEWRULE), NFT(NEWSET), NFT(NEWSETELEM), NFT(NEWRULE),
			NFNL_MSG_BATCH_END, 0 });
}
END_TEST

START_TEST(thousands_of_addresses_are_messages_that_fit)
{
	enum { COUNT = 5000, PER_MESSAGE = 256 };
	static struct nft_address addrs[COUNT];
	static uint16_t types[COUNT];
	struct nft_table t = { .name = "keepd", .addrs = addrs, .count = COUNT };
	size_t len, count, elements = 0, rules = 0;
	void *batch;

	for (uint32_t i = 0; i < COUNT; i++)
		addrs[i] = (struct nft_address){ .addr = addr_from_v4((struct in_addr){
							 htonl(0x0a000000 + i) }) };
	batch = nft_table_encode(&t, false, &len);
	ck_assert_ptr_nonnull(batch);
	count = types_of(batch, len, types, COUNT);
	for (size_t i = 0; i < count; i++) {
		elements += types[i] == NFT(NEWSETELEM);
		rules += types[i] == NFT(NEWRULE);
	}
	ck_assert_uint_eq(elements, (COUNT + PER_MESSAGE - 1) / PER_MESSAGE);
	ck_assert_uint_eq(rules, 1);
	free(batch);
}
END_TEST

START_TEST(link_local_address_goes_with_the_name_or_the_number_of_its_interface)
{
	static const uint8_t name[20] = { [15] = 1, 'e', 't', 'h', '7' }; /* behind the address */
	static const uint32_t ifindex = 0x01020304;
	struct nft_address addrs[] = { address("fe80::1", ifindex, "eth7") };
	struct nft_table t = { .name = "keepd", .addrs = addrs, .count = 1 };
	uint8_t by_index[20] = { [15] = 1 };
	size_t len;
	void *batch;

	memcpy(by_index + 16, &ifindex, sizeof(ifindex));
	batch = nft_table_encode(&t, false, &len);
	ck_assert(memmem(batch, len, name + 2, 18) && !memmem(batch, len, by_index + 2, 18));
	free(batch);
	t.is_by_ifindex = true;
	batch = nft_table_encode(&t, false, &len);
	ck_assert(!memmem(batch, len, name + 2, 18) && memmem(batch, len, by_index + 2, 18));
	free(batch);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("nft");
	TCase *tc = tcase_create("nft");

	tcase_add_loop_test(tc, only_an_owner_accepts_what_is_not_to_be_accepted, 0,
		sizeof(modes) / sizeof(*modes));
	tcase_add_test(tc, addresses_are_in_order_and_none_is_there_twice);
	tcase_add_test(tc, tables_differ_in_each_of_their_parts);
	tcase_add_test(tc, kind_of_address_that_is_there_has_its_set_and_its_rule);
	tcase_add_test(tc, thousands_of_addresses_are_messages_that_fit);
	tcase_add_test(tc, link_local_address_goes_with_the_name_or_the_number_of_its_interface);
	suite_add_tcase(s, tc);
	return s;
}
