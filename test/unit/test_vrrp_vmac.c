/* SPDX-License-Identifier: Apache-2.0 */
/* Names, addresses and marks of links with a virtual MAC address, and who needs one. That they
 * work: the lab. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "test/unit/conf_text.h"
#include "test/unit/unit.h"
#include "vrrp/vmac_make.h"

START_TEST(address_is_that_of_the_rfc)
{
	static const uint8_t v4[6] = { 0, 0, 0x5e, 0, 1, 51 }, v6[6] = { 0, 0, 0x5e, 0, 2, 255 };
	uint8_t mac[6];

	vmac_address(AF_INET, 51, mac);
	ck_assert_mem_eq(mac, v4, 6);
	vmac_address(AF_INET6, 255, mac);
	ck_assert_mem_eq(mac, v6, 6);
}
END_TEST

static const struct {
	const char *prefix;
	uint16_t family;
	uint8_t vrid;
	unsigned attempt;
	const char *name; /* NULL: there is none */
} names[] = {
	{ "vrrp", AF_INET, 51, 0, "vrrp.51" },
	{ "vrrp", AF_INET, 51, 1, "vrrp1.51" },
	{ "vrrp", AF_INET, 51, 6, "vrrp6.51" },
	{ "vrrp", AF_INET6, 51, 0, "vrrp.51" },
	{ "vrrp", AF_INET6, 51, 1, "vrrp6.51" },
	{ "vrrp", AF_INET6, 51, 2, "vrrp1.51" },
	{ "vrrp", AF_INET6, 51, 6, "vrrp5.51" },
	{ "vrrp", AF_INET6, 51, 7, "vrrp7.51" },
	{ "vrrp", AF_INET, 51, 99, "vrrp99.51" },
	{ "vrrp", AF_INET, 51, 100, NULL },
	{ "elevenchars", AF_INET, 255, 0, "elevenchars.255" },
	{ "twelve_chars", AF_INET, 255, 0, NULL }, /* would be 16 */
	{ "elevenchars", AF_INET, 255, 1, NULL },
};

START_TEST(name_is_prefix_and_number_then_the_next)
{
	char name[VMAC_NAME_BYTES];
	bool is_there = vmac_name(
		names[_i].prefix, names[_i].family, names[_i].vrid, names[_i].attempt, name);

	ck_assert(is_there == (names[_i].name != NULL));
	if (is_there)
		ck_assert_str_eq(name, names[_i].name);
}
END_TEST

START_TEST(no_name_is_tried_twice)
{
	static const uint16_t families[] = { AF_INET, AF_INET6 };
	char seen[100][VMAC_NAME_BYTES], name[VMAC_NAME_BYTES];

	for (size_t f = 0; f < COUNT(families); f++) {
		unsigned n = 0;

		for (; vmac_name("v", families[f], 1, n, name); n++) {
			for (unsigned i = 0; i < n; i++)
				ck_assert_str_ne(seen[i], name);
			strcpy(seen[n], name);
		}
		ck_assert_uint_eq(n, 100);
	}
}
END_TEST

START_TEST(mark_is_read_as_it_was_written)
{
	const struct vmac_below had = { 8, 1 };
	char text[VMAC_ALIAS_BYTES];
	struct vmac_below again;

	ck_assert(vmac_alias_parse(vmac_alias(&had, text), &again));
	ck_assert_uint_eq(again.arp_ignore, 8);
	ck_assert_uint_eq(again.arp_announce, 1);
}
END_TEST

static const char *const foreign[] = { "", "keepd", "uplink to core",
	"keepd: below was arp_ignore 1", "keepd: below was arp_ignore 1, arp_announce 2 ",
	"keepd: below was arp_ignore -1, arp_announce 2",
	"keepd: below was arp_ignore 01, arp_announce 2",
	"keepd: below was arp_ignore 99999999999, arp_announce 2",
	" keepd: below was arp_ignore 1, arp_announce 2" };

START_TEST(mark_of_somebody_else_is_none)
{
	struct vmac_below had;

	ck_assert(!vmac_alias_parse(foreign[_i], &had));
}
END_TEST

START_TEST(interface_below_gets_no_less_than_it_had)
{
	static const struct {
		struct vmac_below had, needed;
	} t[] = {
		{ { 0, 0 }, { 1, 2 } },
		{ { 1, 1 }, { 1, 2 } },
		{ { 2, 2 }, { 2, 2 } },
		{ { 8, 0 }, { 8, 2 } },
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		struct vmac_below needed = vmac_below_needed(&t[i].had);

		ck_assert_uint_eq(needed.arp_ignore, t[i].needed.arp_ignore);
		ck_assert_uint_eq(needed.arp_announce, t[i].needed.arp_announce);
	}
}
END_TEST

/* ---- who needs one ---- */

#define INSTANCE(lines, vip)                                                                       \
	"vrrp_instance A {\n interface eth0\n virtual_router_id 51\n priority 100\n" lines         \
	"\n virtual_ipaddress {\n " vip "\n }\n}\n"

static const struct {
	const char *text;
	bool has_own, wants;
	const char *dev; /* of the address's link */
	uint8_t mac[6];	 /* of the link of the instance */
} asked[] = {
	{ INSTANCE("", "192.0.2.1"), false, false, "eth0", { 0, 0, 0x5e, 0, 1, 51 } },
	{ INSTANCE("use_vmac", "192.0.2.1"), true, true, "eth0", { 0, 0, 0x5e, 0, 1, 51 } },
	/* dev says where it goes, also if that is the interface of the instance */
	{ INSTANCE("use_vmac", "192.0.2.1 dev eth0"), true, false, "eth0",
		{ 0, 0, 0x5e, 0, 1, 51 } },
	{ INSTANCE("use_vmac", "192.0.2.1 dev eth1 use_vmac"), true, true, "eth1",
		{ 0, 0, 0x5e, 0, 1, 51 } },
	{ INSTANCE("use_vmac_addr", "192.0.2.1 dev eth1"), false, true, "eth1",
		{ 0, 0, 0x5e, 0, 1, 51 } },
	{ INSTANCE("use_vmac_addr", "192.0.2.1"), false, false, "eth0", { 0, 0, 0x5e, 0, 1, 51 } },
	{ INSTANCE("", "192.0.2.1 use_vmac"), false, true, "eth0", { 0, 0, 0x5e, 0, 1, 51 } },
	{ INSTANCE("use_vmac gw0 02:00:00:00:07", "192.0.2.1"), true, true, "eth0",
		{ 2, 0, 0, 0, 7, 51 } },
	{ INSTANCE("use_vmac 02:00:00:00:07:08", "192.0.2.1"), true, true, "eth0",
		{ 2, 0, 0, 0, 7, 8 } },
	{ INSTANCE("use_vmac", "2001:db8::1"), true, true, "eth0", { 0, 0, 0x5e, 0, 2, 51 } },
};

START_TEST(address_has_a_link_of_its_own_if_that_is_asked_for)
{
	struct conf *c;
	const struct vrrp_instance_conf *conf;
	const struct vrrp_vip_conf *vip;
	uint8_t mac[6];

	free(conf_text_report(asked[_i].text, &c));
	ck_assert_ptr_nonnull(c);
	conf = conf_text_instance(c, 0);
	vip = conf->vips.items[0];
	ck_assert(vmac_conf_has_own(conf) == asked[_i].has_own);
	ck_assert(vmac_conf_wants(conf, vip) == asked[_i].wants);
	ck_assert_str_eq(vmac_conf_dev(conf, vip), asked[_i].dev);
	vmac_conf_mac(mac, conf, conf->family, true);
	ck_assert_mem_eq(mac, asked[_i].mac, sizeof(mac));
	conf_free(c);
}
END_TEST

START_TEST(other_links_mean_that_the_router_starts_anew)
{
	struct conf *a, *b;

	for (size_t i = 0; i < COUNT(asked); i++)
		for (size_t j = 0; j < COUNT(asked); j++) {
			const struct vrrp_instance_conf *x, *y;

			free(conf_text_report(asked[i].text, &a));
			free(conf_text_report(asked[j].text, &b));
			x = conf_text_instance(a, 0);
			y = conf_text_instance(b, 0);
			ck_assert(vrrp_vmacs_differ(x, y) ==
				  (x->use_vmac_addr != y->use_vmac_addr ||
					  vmac_conf_has_own(x) != vmac_conf_has_own(y) ||
					  x->use_vmac.mac_len != y->use_vmac.mac_len));
			conf_free(a);
			conf_free(b);
		}
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vmac");
	TCase *tc = tcase_create("vmac");

	tcase_add_test(tc, address_is_that_of_the_rfc);
	tcase_add_loop_test(tc, name_is_prefix_and_number_then_the_next, 0, COUNT(names));
	tcase_add_test(tc, no_name_is_tried_twice);
	tcase_add_test(tc, mark_is_read_as_it_was_written);
	tcase_add_loop_test(tc, mark_of_somebody_else_is_none, 0, COUNT(foreign));
	tcase_add_test(tc, interface_below_gets_no_less_than_it_had);
	tcase_add_loop_test(
		tc, address_has_a_link_of_its_own_if_that_is_asked_for, 0, COUNT(asked));
	tcase_add_test(tc, other_links_mean_that_the_router_starts_anew);
	suite_add_tcase(s, tc);
	return s;
}
