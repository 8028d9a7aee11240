/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keepd owns in the kernel: the difference between what should be and what is, whose an
 * address is, who declares what, and the lists over a reload. No kernel is asked.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "test/unit/conf_text.h"
#include "vrrp/keeper.h"
#include "vrrp/message.h"
#include "vrrp/vips.h"

static struct addr host(uint8_t last)
{
	struct in_addr a = { htonl(0xc0000200U | last) };

	return addr_from_v4(a);
}

/* ---- the difference ---- */

START_TEST(what_goes_goes_first_and_in_the_opposite_order)
{
	static const struct object_state states[] = {
		{ OBJECT_PRESENT, true, true, true },  /* is there */
		{ OBJECT_PRESENT, false, true, true }, /* is not */
		{ OBJECT_ABSENT, true, true, true },
		{ OBJECT_ABSENT, false, true, true },
		{ OBJECT_HELD, false, true, true },
		{ OBJECT_HELD, true, true, true },
		{ OBJECT_PRESENT, false, true, false }, /* its interface does not exist */
		{ OBJECT_ABSENT, true, false, true },	/* somebody else's */
		{ OBJECT_ABSENT, true, true, true },
		{ OBJECT_PRESENT, false, false, true },
	};
	static const struct object_op expected[] = { { false, 8 }, { false, 2 }, { true, 1 },
		{ true, 9 } };
	struct object_op ops[10];

	ck_assert_uint_eq(object_plan(states, 10, ops, 10), 4);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(ops[i].is_add, expected[i].is_add);
		ck_assert_uint_eq(ops[i].index, expected[i].index);
	}
	ck_assert_uint_eq(object_plan(states, 10, ops, 1), 4); /* says how many it would be */
}
END_TEST

/* Whatever was there, after the operations all is as wished, as far as it can be. */
START_TEST(difference_leads_from_anything_to_the_wish)
{
	srand(7);
	for (int run = 0; run < 500; run++) {
		struct object_state states[20];
		struct object_op ops[20];
		size_t needed;

		for (size_t i = 0; i < 20; i++)
			states[i] = (struct object_state){ (enum object_wish)(rand() % 3),
				rand() % 2, rand() % 4 != 0, rand() % 4 != 0 };
		needed = object_plan(states, 20, ops, 20);
		for (size_t i = 0; i < needed; i++) {
			struct object_state *s = &states[ops[i].index];

			ck_assert_int_ne(s->is_there, ops[i].is_add);
			ck_assert(ops[i].is_add ? s->may_come : s->may_go);
			ck_assert_int_ne(s->wish, OBJECT_HELD);
			s->is_there = ops[i].is_add;
		}
		ck_assert_uint_eq(object_plan(states, 20, ops, 20), 0);
	}
}
END_TEST

/* ---- whose an address is ---- */

static void put(struct link_table *t, uint32_t ifindex, uint8_t last, uint8_t len, uint8_t proto)
{
	const struct addr_info info = { .key = { ifindex, host(last), len }, .proto = proto };

	link_table_put_addr(t, &info);
}

static bool may_remove(const struct link_table *t, uint8_t last, uint8_t len, bool is_owner)
{
	const struct addr_key key = { 2, host(last), len };

	return vips_may_remove(t, link_find_addr(t, &key), is_owner);
}

START_TEST(owner_keeps_what_it_had_before)
{
	struct link_table t = { 0 };

	put(&t, 2, 1, 24, 0);
	put(&t, 2, 2, 32, OBJECT_PROTO);
	ck_assert(!may_remove(&t, 1, 24, true));
	ck_assert(may_remove(&t, 2, 32, true));
	ck_assert(!may_remove(&t, 1, 24, false));
	put(&t, 2, 3, 24, 0); /* with another address in the subnet the first can go */
	ck_assert(may_remove(&t, 1, 24, false));
	link_table_fini(&t);
}
END_TEST

START_TEST(own_address_declared_by_mistake_stays)
{
	static const struct {
		const char *what;
		uint8_t proto, len, other; /* other: of the same subnet, 0 = none */
		bool is_secondary, knows_makers, is_removed;
	} rows[] = {
		{ "the only one of its subnet", 0, 24, 0, false, true, false },
		{ "as NetworkManager or whoever marks it", 77, 24, 0, false, true, false },
		{ "put there by us", OBJECT_PROTO, 24, 0, false, true, true },
		{ "left behind by keepalived", OBJECT_PROTO_KEEPALIVED, 24, 0, false, true, true },
		{ "beside the own one", 0, 24, 10, true, true, true },
		{ "of no subnet", 0, 32, 0, false, true, true },
		{ "who made it is not known", 0, 24, 0, false, false, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct addr_info info = { .key = { 2, host(100), rows[i].len },
			.proto = rows[i].proto,
			.is_secondary = rows[i].is_secondary };
		struct link_table t = { 0 };

		if (rows[i].knows_makers)
			put(&t, 1, 1, 8, 1);
		if (rows[i].other)
			put(&t, 2, rows[i].other, 24, 0);
		link_table_put_addr(&t, &info);
		ck_assert_msg(may_remove(&t, 100, rows[i].len, false) == rows[i].is_removed, "%s",
			rows[i].what);
		link_table_fini(&t);
	}
}
END_TEST

/* ---- lists ---- */

struct world {
	struct link_monitor link;
	struct keeper keeper;
	struct holdings lists[2];
	struct conf *confs[2];
};

/* The interface of the instance is number 2, whatever it is called. */
static uint32_t device(const void *arg, const struct conf_obj *obj)
{
	const struct world *w = arg;
	const struct vrrp_vip_conf *vip = (const struct vrrp_vip_conf *)obj;
	const struct link_info *link = vip->dev ? link_by_name(&w->link.table, vip->dev) : NULL;

	return vip->dev ? link ? link->ifindex : 0 : 2;
}

static void begin(struct world *w)
{
	const struct link_info eth0 = { .ifindex = 2, .name = "eth0" };
	const struct link_info eth1 = { .ifindex = 3, .name = "eth1" };

	*w = (struct world){ 0 };
	link_table_put_link(&w->link.table, &eth0);
	link_table_put_link(&w->link.table, &eth1);
	keeper_open(&w->keeper, NULL, &w->link, NULL, NULL);
	for (size_t i = 0; i < 2; i++) {
		w->lists[i].device = device;
		w->lists[i].arg = w;
		keeper_join(&w->keeper, &w->lists[i]);
	}
	keeper_note_changes(&w->keeper);
}

/* Gives list i these addresses. */
static void take(struct world *w, size_t i, const char *vips, size_t *was)
{
	struct object_list list = { OBJECT_ADDRESS, NULL };
	char text[1024];
	struct conf *conf;

	snprintf(text, sizeof(text),
		"vrrp_instance A {\n interface eth0\n virtual_router_id 1\n state BACKUP\n"
		" virtual_ipaddress {\n 198.51.100.1\n }\n virtual_ipaddress_excluded "
		"{\n%s\n}\n}\n",
		vips);
	conf = conf_text_read(text);
	list.list = &conf_text_instance(conf, 0)->excluded;
	keeper_take(&w->keeper, &w->lists[i], &list, 1, was);
	conf_free(w->confs[i]);
	w->confs[i] = conf;
}

static void end(struct world *w)
{
	keeper_close(&w->keeper);
	link_table_fini(&w->link.table);
	conf_free(w->confs[0]);
	conf_free(w->confs[1]);
}

START_TEST(reload_keeps_what_is_alike_and_dismisses_the_rest)
{
	size_t was[4] = { 9, 9, 9, 9 };
	char text[OBJECT_TEXT_BYTES];
	struct world w;

	begin(&w);
	take(&w, 0, "192.0.2.1/32\n192.0.2.2/32\n192.0.2.3/32 label eth0:3\n192.0.2.4/32", NULL);
	for (size_t i = 0; i < 4; i++)
		w.lists[0].items[i].is_there = true;
	take(&w, 0, "192.0.2.4/32\n192.0.2.3/32\n192.0.2.5/32\n192.0.2.1/32 no_track", was);
	ck_assert_uint_eq(was[0], 3);
	ck_assert_uint_eq(was[1], HOLDINGS_NONE); /* it has no label now: another object */
	ck_assert_uint_eq(was[2], HOLDINGS_NONE);
	ck_assert_uint_eq(was[3], 0); /* not a property of the object */
	ck_assert(w.lists[0].items[0].is_there);
	ck_assert(!w.lists[0].items[1].is_there);
	ck_assert(w.lists[0].items[3].is_there);
	ck_assert(w.lists[0].items[3].is_no_loss);
	ck_assert_uint_eq(w.keeper.departed.count, 2);
	ck_assert_str_eq(object_text(&w.keeper.departed.items[0].id, text), "address 192.0.2.2/32");
	ck_assert_str_eq(object_text(&w.keeper.departed.items[1].id, text), "address 192.0.2.3/32");
	end(&w);
}
END_TEST

START_TEST(other_link_behind_a_name_is_another_object)
{
	const struct link_info again = { .ifindex = 7, .name = "eth1" };
	struct world w;

	begin(&w);
	take(&w, 0, "192.0.2.1/32\n192.0.2.2/32 dev eth1\n192.0.2.3/32 dev eth9", NULL);
	ck_assert_uint_eq(w.lists[0].items[0].id.where, 2);
	ck_assert_uint_eq(w.lists[0].items[1].id.where, 3);
	ck_assert_ptr_null(w.lists[0].items[2].message);
	w.lists[0].items[0].is_there = w.lists[0].items[1].is_there = true;
	link_table_drop_link(&w.link.table, 3);
	keeper_note_changes(&w.keeper);
	ck_assert_ptr_null(w.lists[0].items[1].message);
	link_table_put_link(&w.link.table, &again);
	keeper_note_changes(&w.keeper);
	ck_assert_uint_eq(w.lists[0].items[1].id.where, 7);
	ck_assert(!w.lists[0].items[1].is_there); /* which is no loss */
	ck_assert(w.lists[0].items[0].is_there);
	end(&w);
}
END_TEST

START_TEST(event_concerns_those_alone_who_declare_the_address)
{
	struct world w;

	begin(&w);
	take(&w, 0, "192.0.2.1/32\n192.0.2.2/32", NULL);
	take(&w, 1, "192.0.2.3/32\n192.0.2.2/32", NULL);
	keeper_note_changes(&w.keeper);
	w.lists[0].is_stale = w.lists[1].is_stale = false;
	put(&w.link.table, 2, 9, 32, 0); /* of nobody */
	put(&w.link.table, 3, 1, 32, 0); /* on another interface */
	keeper_note_changes(&w.keeper);
	ck_assert(!w.lists[0].is_stale && !w.lists[1].is_stale);
	put(&w.link.table, 2, 3, 32, 0);
	keeper_note_changes(&w.keeper);
	ck_assert(!w.lists[0].is_stale && w.lists[1].is_stale);
	w.lists[1].is_stale = false;
	link_table_drop_addr(&w.link.table, &(struct addr_key){ 2, host(3), 32 });
	put(&w.link.table, 2, 2, 32, 0); /* of both */
	keeper_note_changes(&w.keeper);
	ck_assert(w.lists[0].is_stale && w.lists[1].is_stale);
	end(&w);
}
END_TEST

START_TEST(address_is_made_with_all_its_properties)
{
	/* in the order of the message: the properties as text, and the bytes that must be in it */
	static const struct {
		const char *line;
		uint8_t len;
		const char *bytes; /* an attribute: length, type, value */
		size_t count;
	} rows[] = {
		{ "192.0.2.1/24 brd +", 24, "\x08\x00\x04\x00\xc0\x00\x02\xff", 8 },
		{ "192.0.2.1/24 label eth0:x", 24,
			"\x0b\x00\x03\x00"
			"eth0:x",
			11 },
		{ "192.0.2.1 peer 192.0.2.9/28", 28, "\x08\x00\x01\x00\xc0\x00\x02\x09", 8 },
		{ "192.0.2.1 noprefixroute", 32, "\x08\x00\x08\x00\x00\x02\x00\x00", 8 },
		{ "224.1.2.3 autojoin", 32, "\x08\x00\x08\x00\x00\x04\x00\x00", 8 },
		{ "192.0.2.1 preferred_lft 60", 32,
			"\x14\x00\x06\x00\x3c\x00\x00\x00\xff\xff\xff\xff", 12 },
		{ "2001:db8::1/64", 64, "\x08\x00\x08\x00\x02\x00\x00\x00", 8 },
		{ "2001:db8::1/64 -nodad home", 64, "\x08\x00\x08\x00\x10\x00\x00\x00", 8 },
		{ "2001:db8::1/64 mngtmpaddr", 64, "\x08\x00\x08\x00\x02\x01\x00\x00", 8 },
		{ "2001:db8::1", 128, "\x14\x00\x06\x00\x00\x00\x00\x00\xff\xff\xff\xff", 12 },
		{ "192.0.2.1", 32, "\x05\x00\x0b\x00\x70", 5 }, /* who made it */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct holding *item;
		struct world w;
		uint32_t len;

		begin(&w);
		take(&w, 0, rows[i].line, NULL);
		item = &w.lists[0].items[0];
		ck_assert_ptr_nonnull(item->message);
		memcpy(&len, item->message, sizeof(len));
		ck_assert_msg(memmem(item->message, len, rows[i].bytes, rows[i].count) != NULL,
			"%s", rows[i].line);
		ck_assert_msg(item->id.len == rows[i].len, "%s", rows[i].line);
		ck_assert_uint_eq(message_id(item->message).len, rows[i].len);
		end(&w);
	}
}
END_TEST

/* ---- what the kernel shows ---- */

/* The message of a line of virtual_routes or virtual_rules, with two interfaces. Caller frees. */
static void *message_of(const char *list, const char *line)
{
	const struct vrrp_instance_conf *one;
	struct world w;
	bool is_missing;
	char text[1024];
	struct conf *c;
	void *message;

	snprintf(text, sizeof(text),
		"vrrp_instance A {\n interface eth0\n virtual_router_id 1\n state BACKUP\n"
		" virtual_ipaddress {\n 198.51.100.1\n }\n %s {\n%s\n}\n}\n",
		list, line);
	c = conf_text_read(text);
	one = conf_text_instance(c, 0);
	begin(&w);
	message = one->routes.count
			  ? route_message(one->routes.items[0], &w.link.table, &is_missing)
			  : rule_message(one->rules.items[0]);
	end(&w);
	conf_free(c);
	return message;
}

/* Does the kernel, when it shows what `there` asks for, show what `asked` asks for? */
static void compare(const char *list, const char *asked, const char *there, bool is_shown)
{
	void *a = message_of(list, asked), *b = message_of(list, there);

	ck_assert_msg(message_is_shown(a, b) == is_shown, "%s / %s", asked, there);
	ck_assert_msg(message_is_shown(a, a), "%s", asked);
	free(a);
	free(b);
}

START_TEST(route_is_shown_if_all_of_it_is_and_nothing_else)
{
	/* clang-format off */
	static const struct {
		const char *asked, *there;
		bool is_shown;
	} rows[] = {
		{ "192.0.2.0/24 via 198.51.100.2", "192.0.2.0/24 via 198.51.100.2 dev eth1", true },
		{ "192.0.2.0/24 via 198.51.100.2 dev eth1", "192.0.2.0/24 via 198.51.100.2 dev eth0", false },
		{ "192.0.2.0/24 via 198.51.100.2", "192.0.2.0/24 via 198.51.100.3", false },
		{ "192.0.2.0/24 via 198.51.100.2", "192.0.2.0/24 via 198.51.100.2 src 198.51.100.1", false },
		{ "192.0.2.0/24 via 198.51.100.2", "192.0.2.0/24 via 198.51.100.2 protocol keepalived", false },
		{ "192.0.2.0/24 dev eth0", "192.0.2.0/24 dev eth0 scope global", false },
		{ "blackhole 192.0.2.0/24", "prohibit 192.0.2.0/24", false },
		{ "192.0.2.0/24 dev eth0 mtu 1400", "192.0.2.0/24 dev eth0", false },
		{ "192.0.2.0/24 dev eth0", "192.0.2.0/24 dev eth0 mtu 1400", false },
		{ "192.0.2.0/24 dev eth0 mtu 1400", "192.0.2.0/24 dev eth0 mtu lock 1400", false },
		{ "192.0.2.0/24 dev eth0 mtu 70000", "192.0.2.0/24 dev eth0 mtu 65520", true },
		{ "192.0.2.0/24 dev eth0 congctl reno", "192.0.2.0/24 dev eth0 congctl cubic", false },
		{ "192.0.2.0/24 nexthop via 198.51.100.2 nexthop via 198.51.100.3",
		  "192.0.2.0/24 nexthop via 198.51.100.3 dev eth0 nexthop via 198.51.100.2 dev eth1", true },
		{ "192.0.2.0/24 nexthop via 198.51.100.2 nexthop via 198.51.100.3",
		  "192.0.2.0/24 nexthop via 198.51.100.2 nexthop via 198.51.100.3 weight 2", false },
		{ "192.0.2.0/24 nexthop via 198.51.100.2 nexthop via 198.51.100.3",
		  "192.0.2.0/24 nexthop via 198.51.100.2 nexthop via 198.51.100.3 nexthop via 198.51.100.4", false },
		{ "192.0.2.0/24 nexthop via 198.51.100.2", "192.0.2.0/24 via 198.51.100.2", true },
		{ "192.0.2.0/24 dev eth0 encap ip id 7 dst 198.51.100.9", "192.0.2.0/24 dev eth0 encap ip id 8 dst 198.51.100.9", false },
		{ "192.0.2.0/24 dev eth0 encap mpls 100/200", "192.0.2.0/24 dev eth0 encap mpls 100", false },
		{ "2001:db8::/64 dev eth0", "2001:db8::/64 dev eth0 metric 1024", true },
		{ "2001:db8::/64 dev eth0", "2001:db8::/64 dev eth0 metric 7", false },
		{ "2001:db8::/64 dev eth0", "2001:db8::/64 dev eth0 pref medium", true },
		{ "2001:db8::/64 dev eth0 expires 60", "2001:db8::/64 dev eth0", true },
		{ "2001:db8::/64 dev eth0 from 2001:db8:1::/48", "2001:db8::/64 dev eth0", false },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		compare("virtual_routes", rows[i].asked, rows[i].there, rows[i].is_shown);
}
END_TEST

START_TEST(rule_is_shown_if_all_of_it_is_and_nothing_else)
{
	/* clang-format off */
	static const struct {
		const char *asked, *there;
		bool is_shown;
	} rows[] = {
		{ "from 192.0.2.0/24 table 7 preference 1", "from 192.0.2.0/24 table 8 preference 1", false },
		{ "from 192.0.2.0/24 table 7 preference 1", "from 192.0.2.0/24 iif eth0 table 7 preference 1", false },
		{ "from 192.0.2.0/24 iif eth0 table 7 preference 1", "from 192.0.2.0/24 table 7 preference 1", false },
		{ "from 192.0.2.0/24 table 7 preference 1", "not from 192.0.2.0/24 table 7 preference 1", false },
		{ "from 192.0.2.0/24 table 7 preference 1", "from 192.0.2.0/24 blackhole preference 1", false },
		{ "fwmark 1 table 7 preference 1", "fwmark 1/0xff table 7 preference 1", false },
		{ "table 7 preference 1 suppress_prefixlength 0", "table 7 preference 1", false },
		{ "table 7 preference 1", "table 7 preference 1 suppress_prefixlength 0", false },
		{ "table 7 preference 1 dport 80", "table 7 preference 1 dport 80-80", true },
		{ "table 7 preference 1 dport 80", "table 7 preference 1 dport 80-81", false },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		compare("virtual_rules", rows[i].asked, rows[i].there, rows[i].is_shown);
}
END_TEST

START_TEST(record_is_found_among_those_of_its_identity)
{
	static const char *const lines[] = { "192.0.2.0/24 via 198.51.100.2 dev eth0",
		"192.0.2.0/24 via 198.51.100.3 dev eth0",
		"192.0.2.0/24 via 198.51.100.3 dev eth0 metric 5",
		"192.0.3.0/24 via 198.51.100.3 dev eth0" };
	void *wanted = message_of("virtual_routes", "192.0.2.0/24 via 198.51.100.3");
	const struct object_id id = message_id(wanted);
	char text[OBJECT_TEXT_BYTES];
	const struct record *found;
	struct records r = { 0 };
	size_t first;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		void *message = message_of("virtual_routes", lines[i]);

		records_add(&r, message);
		free(message);
	}
	ck_assert_str_eq(object_text(&r.items[2].id, text), "route 192.0.2.0/24 metric 5");
	ck_assert_uint_eq(records_of(&r, &id, &first) - first, 2);
	found = records_find(&r, &id, wanted);
	ck_assert_ptr_nonnull(found);
	records_drop(&r, found);
	ck_assert_uint_eq(r.count, 3);
	ck_assert_ptr_null(records_find(&r, &id, wanted));
	records_free(&r);
	free(wanted);
}
END_TEST

Suite *make_suite(void);
Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp objects");
	TCase *t = tcase_create("difference");

	tcase_add_test(t, what_goes_goes_first_and_in_the_opposite_order);
	tcase_add_test(t, difference_leads_from_anything_to_the_wish);
	tcase_add_test(t, owner_keeps_what_it_had_before);
	tcase_add_test(t, own_address_declared_by_mistake_stays);
	suite_add_tcase(s, t);
	t = tcase_create("lists");
	tcase_add_test(t, reload_keeps_what_is_alike_and_dismisses_the_rest);
	tcase_add_test(t, other_link_behind_a_name_is_another_object);
	tcase_add_test(t, event_concerns_those_alone_who_declare_the_address);
	tcase_add_test(t, address_is_made_with_all_its_properties);
	suite_add_tcase(s, t);
	t = tcase_create("routes and rules");
	tcase_add_test(t, route_is_shown_if_all_of_it_is_and_nothing_else);
	tcase_add_test(t, rule_is_shown_if_all_of_it_is_and_nothing_else);
	tcase_add_test(t, record_is_found_among_those_of_its_identity);
	suite_add_tcase(s, t);
	return s;
}
