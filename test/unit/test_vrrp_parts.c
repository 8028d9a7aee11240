/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smaller pure parts of the VRRP child: adoption, back-off of repairs, the plan of
 * announcements and their frames, the table of addresses and the difference to what should be.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp/adopt.h"
#include "vrrp/announce.h"
#include "vrrp/arp.h"
#include "vrrp/ndisc.h"
#include "vrrp/pace.h"
#include "vrrp/repair.h"
#include "vrrp/seen.h"
#include "vrrp/startup.h"
#include "vrrp/table.h"

#define T0 INT64_C(1000000000)
#define A  INT64_C(1000000)

static mono_t at(int64_t us)
{
	return (mono_t){ T0 + us };
}

static struct addr host(uint8_t last)
{
	return addr_from_v4((struct in_addr){ htonl(0xc0000200u + last) });
}

/* ---- adoption ---- */

static struct vrrp_slot good_slot(void)
{
	return (struct vrrp_slot){ .ifname = "eth0",
		.family = AF_INET,
		.vrid = 51,
		.state = VRRP_ACTIVE,
		.down_adverts = 3,
		.advert_int_us = A,
		.last_advert_us = T0 };
}

static const struct vrrp_identity good_id = { .ifname = "eth0", .family = AF_INET, .vrid = 51 };

START_TEST(active_is_resumed_before_any_peer_can_have_moved)
{
	struct vrrp_slot slot = good_slot();

	ck_assert(vrrp_adopt_may_resume(&slot, &good_id, at(0)));
	ck_assert(vrrp_adopt_may_resume(&slot, &good_id, at(3 * A - 1)));
	ck_assert(!vrrp_adopt_may_resume(&slot, &good_id, at(3 * A))); /* without the skew */
	ck_assert(!vrrp_adopt_may_resume(&slot, &good_id, at(10 * A)));
}
END_TEST

START_TEST(only_what_was_active_is_resumed)
{
	struct vrrp_slot slot = good_slot();

	for (unsigned state = 0; state < VRRP_STATE_COUNT + 3; state++) {
		slot.state = state;
		ck_assert(vrrp_adopt_may_resume(&slot, &good_id, at(1)) == (state == VRRP_ACTIVE));
	}
}
END_TEST

START_TEST(another_identity_is_not_resumed)
{
	struct vrrp_slot slot = good_slot();
	struct vrrp_identity id = good_id;

	id.vrid = 52;
	ck_assert(!vrrp_adopt_may_resume(&slot, &id, at(1)));
	id = good_id;
	id.family = AF_INET6;
	ck_assert(!vrrp_adopt_may_resume(&slot, &id, at(1)));
	id = good_id;
	strcpy(id.ifname, "eth1");
	ck_assert(!vrrp_adopt_may_resume(&slot, &id, at(1)));
	id = good_id;
	id.unicast_source = host(1);
	ck_assert(!vrrp_adopt_may_resume(&slot, &id, at(1)));
	slot.vrid = 0; /* a free slot is nobody's */
	id = good_id;
	id.vrid = 0;
	ck_assert(!vrrp_adopt_is_same(&slot, &id));
}
END_TEST

START_TEST(nonsense_in_a_slot_is_not_resumed)
{
	static const struct {
		int64_t last, interval;
		uint32_t adverts;
	} rows[] = {
		{ 0, A, 3 },		  /* never sent */
		{ -1, A, 3 },		  /* before the clock began */
		{ T0 + 2, A, 3 },	  /* in the future */
		{ T0, 0, 3 },		  /* no interval */
		{ T0, -A, 3 },		  /* a negative one */
		{ T0, INT64_MAX, 3 },	  /* one that overflows */
		{ T0, INT64_MAX / 3, 4 }, /* one whose product does */
		{ T0, A, 0 },		  /* no adverts */
		{ T0, A, UINT32_MAX },	  /* too many */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vrrp_slot slot = good_slot();

		slot.last_advert_us = rows[i].last;
		slot.advert_int_us = rows[i].interval;
		slot.down_adverts = rows[i].adverts;
		ck_assert_msg(!vrrp_adopt_may_resume(&slot, &good_id, at(1)), "row %zu", i);
	}
}
END_TEST

/* ---- repair ---- */

START_TEST(five_losses_in_ten_seconds_are_answered_with_a_pause)
{
	struct repair r = { 0 };
	bool is_backoff;

	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(repair_loss(&r, at(i * A), &is_backoff).us, at(i * A).us);
		ck_assert(!is_backoff);
	}
	ck_assert_int_eq(repair_loss(&r, at(4 * A), &is_backoff).us, at(9 * A).us);
	ck_assert(is_backoff);
	/* Who goes on gets the pause again, who stops is forgiven. */
	ck_assert_int_eq(repair_loss(&r, at(9 * A), &is_backoff).us, at(14 * A).us);
	ck_assert_int_eq(repair_loss(&r, at(60 * A), &is_backoff).us, at(60 * A).us);
	ck_assert(!is_backoff);
}
END_TEST

START_TEST(losses_that_are_far_apart_are_repaired_at_once)
{
	struct repair r = { 0 };
	bool is_backoff;

	for (int i = 0; i < 100; i++) {
		repair_loss(&r, at(i * 2600000), &is_backoff);
		ck_assert(!is_backoff);
	}
}
END_TEST

/* ---- announcements ---- */

static unsigned take_all(
	struct announce_plan *p, const struct announce_params *params, mono_t now, unsigned *each)
{
	unsigned count = 0;
	uint32_t i;

	while (announce_take(p, params, now, &i)) {
		ck_assert_uint_lt(i, p->count);
		each[i]++;
		count++;
	}
	return count;
}

START_TEST(bursts_and_refreshes_come_when_they_should)
{
	const struct announce_params params = {
		.repeat = 5, .delay = span_s(5), .refresh = span_s(60), .refresh_repeat = 2
	};
	uint32_t left[3];
	unsigned each[3] = { 0 };
	struct announce_plan p;

	announce_init(&p, left, 3);
	ck_assert_int_eq(announce_due(&p, at(0)).us, INT64_MAX);
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(0));
	ck_assert_int_eq(announce_due(&p, at(0)).us, at(0).us);
	ck_assert_uint_eq(take_all(&p, &params, at(0), each), 15);
	ck_assert_uint_eq(each[0], 5);
	ck_assert_uint_eq(each[2], 5);
	ck_assert_int_eq(announce_due(&p, at(1)).us, at(5 * A).us);
	ck_assert_uint_eq(take_all(&p, &params, at(5 * A - 1), each), 0);
	ck_assert_uint_eq(take_all(&p, &params, at(5 * A), each), 15);
	ck_assert_int_eq(announce_due(&p, at(5 * A)).us, at(65 * A).us);
	ck_assert_uint_eq(take_all(&p, &params, at(65 * A), each), 6);
	ck_assert_int_eq(announce_due(&p, at(65 * A)).us, at(125 * A).us);
	announce_stop(&p);
	ck_assert_int_eq(announce_due(&p, at(0)).us, INT64_MAX);
	ck_assert_uint_eq(take_all(&p, &params, at(999 * A), each), 0);
}
END_TEST

START_TEST(without_delay_and_refresh_there_is_one_burst)
{
	const struct announce_params params = { .repeat = 1 };
	uint32_t left[2];
	unsigned each[2] = { 0 };
	struct announce_plan p;

	announce_init(&p, left, 2);
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(0));
	ck_assert_uint_eq(take_all(&p, &params, at(0), each), 2);
	ck_assert_int_eq(announce_due(&p, at(1)).us, INT64_MAX);
}
END_TEST

START_TEST(addresses_are_announced_in_turn)
{
	const struct announce_params params = { .repeat = 2 };
	uint32_t left[3], i;
	struct announce_plan p;

	announce_init(&p, left, 3);
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(0));
	for (uint32_t n = 0; n < 6; n++) {
		ck_assert(announce_take(&p, &params, at(0), &i));
		ck_assert_uint_eq(i, n % 3);
	}
}
END_TEST

START_TEST(burst_that_begins_anew_does_not_starve_the_last_address)
{
	const struct announce_params params = { .repeat = 5 };
	unsigned each[100] = { 0 };
	uint32_t left[100], i;
	struct announce_plan p;

	announce_init(&p, left, 100);
	for (int n = 0; n < 300; n++) {
		if (n % 10 == 0)
			announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(n));
		ck_assert(announce_take(&p, &params, at(n), &i));
		each[i]++;
	}
	for (i = 0; i < 100; i++)
		ck_assert_uint_eq(each[i], 3);
}
END_TEST

START_TEST(looking_takes_nothing_off)
{
	const struct announce_params params = { .repeat = 1, .delay = span_s(5) };
	uint32_t left[2], i, j;
	struct announce_plan p;

	announce_init(&p, left, 2);
	ck_assert(!announce_peek(&p, &params, at(0), &i));
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(0));
	for (uint32_t n = 0; n < 4; n++) {
		mono_t now = at(n < 2 ? 0 : 5 * A);

		ck_assert(announce_peek(&p, &params, now, &i));
		ck_assert(announce_peek(&p, &params, now, &j));
		ck_assert_uint_eq(i, j);
		ck_assert(announce_take(&p, &params, now, &j));
		ck_assert_uint_eq(i, j);
		ck_assert_uint_eq(i, n % 2);
	}
	ck_assert(!announce_peek(&p, &params, at(5 * A), &i));
}
END_TEST

START_TEST(fewer_rounds_do_not_cut_a_burst_short)
{
	const struct announce_params params = { .repeat = 5 };
	unsigned each[1] = { 0 };
	struct announce_plan p;
	uint32_t left[1];

	announce_init(&p, left, 1);
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(0));
	announce_start(&p, &params, ANNOUNCE_RESUMED, at(0)); /* asks for one round */
	ck_assert_uint_eq(take_all(&p, &params, at(0), each), 5);
}
END_TEST

START_TEST(repaired_address_is_announced_alone)
{
	const struct announce_params params = { .repeat = 5 };
	unsigned each[3] = { 0 };
	uint32_t left[3];
	struct announce_plan p;

	announce_init(&p, left, 3);
	announce_one(&p, &params, 1);
	announce_one(&p, &params, 7); /* none of ours */
	ck_assert_uint_eq(take_all(&p, &params, at(0), each), 5);
	ck_assert_uint_eq(each[1], 5);
}
END_TEST

START_TEST(resumed_router_announces_one_round)
{
	const struct announce_params params = { .repeat = 5, .delay = span_s(5) };
	unsigned each[3] = { 0 };
	uint32_t left[3];
	struct announce_plan p;

	announce_init(&p, left, 3);
	announce_start(&p, &params, ANNOUNCE_RESUMED, at(0));
	ck_assert_uint_eq(take_all(&p, &params, at(10 * A), each), 3);
}
END_TEST

START_TEST(another_refresh_counts_from_the_reload)
{
	struct announce_params params = { .repeat = 1, .refresh_repeat = 1 };
	struct announce_plan p;
	uint32_t left[1], i;

	announce_init(&p, left, 1);
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(0));
	ck_assert(announce_take(&p, &params, at(0), &i));
	params.refresh = span_s(60);
	announce_refresh(&p, &params, at(A));
	ck_assert_int_eq(announce_due(&p, at(A)).us, at(61 * A).us);
	params.refresh = span_s(0);
	announce_refresh(&p, &params, at(2 * A));
	ck_assert_int_eq(announce_due(&p, at(2 * A)).us, INT64_MAX);
}
END_TEST

START_TEST(conflict_has_bursts_of_its_own)
{
	struct announce_params params = {
		.repeat = 5, .delay = span_s(5), .conflict_repeat = 2, .conflict_delay = span_s(1)
	};
	unsigned each[1] = { 0 };
	struct announce_plan p;
	uint32_t left[1];

	announce_init(&p, left, 1);
	announce_start(&p, &params, ANNOUNCE_CONFLICT, at(0));
	ck_assert_uint_eq(take_all(&p, &params, at(0), each), 2);
	ck_assert_int_eq(announce_due(&p, at(0)).us, at(A).us);
	ck_assert_uint_eq(take_all(&p, &params, at(A), each), 2);
	ck_assert_int_eq(announce_due(&p, at(A)).us, INT64_MAX);
	/* Switched off, it takes nothing away from what a takeover has still to come. */
	params.conflict_repeat = 0;
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(10 * A));
	ck_assert_uint_eq(take_all(&p, &params, at(10 * A), each), 5);
	announce_start(&p, &params, ANNOUNCE_CONFLICT, at(11 * A));
	ck_assert_uint_eq(take_all(&p, &params, at(11 * A), each), 0);
	ck_assert_uint_eq(take_all(&p, &params, at(15 * A), each), 5);
}
END_TEST

static void group(
	struct vrrp_garp_group_conf *g, int64_t arp_us, const char *interface, void **names)
{
	*g = (struct vrrp_garp_group_conf){ .garp_interval = { arp_us },
		.interface = interface,
		.interfaces = { .items = names, .count = 1 } };
}

START_TEST(links_of_a_group_share_a_budget_others_have_their_own)
{
	struct vrrp_interface_conf eth1 = { .name = "eth1" };
	void *names[] = { &eth1 };
	struct vrrp_garp_group_conf g;
	void *groups[] = { &g };
	struct vrrp_global_conf global = { .garp_interval = { 1000 }, .gna_interval = { 2000 } };
	struct vrrp_conf conf = { .global = &global,
		.garp_groups = { .items = groups, .count = 1 } };
	struct pace p = { 0 };
	struct pace_budget *b;

	ck_assert_ptr_null(pace_budget(&p, "eth0"));
	group(&g, 50000, "eth0", names);
	pace_take(&p, &conf);
	b = pace_budget(&p, "eth0");
	ck_assert_int_eq(b->gap[PACE_ARP].us, 50000);
	ck_assert_int_eq(b->gap[PACE_NA].us, 0);
	ck_assert_ptr_eq(pace_budget(&p, "eth1"), b);
	b = pace_budget(&p, "eth2");
	ck_assert_int_eq(b->gap[PACE_ARP].us, 1000);
	ck_assert_int_eq(b->gap[PACE_NA].us, 2000);
	b->ready[PACE_ARP] = at(7);
	ck_assert_int_eq(pace_budget(&p, "eth3")->ready[PACE_ARP].us, 0);
	ck_assert_int_eq(pace_budget(&p, "eth2")->ready[PACE_ARP].us, at(7).us);
	global.garp_interval = global.gna_interval = span_us(0);
	pace_take(&p, &conf);
	ck_assert_ptr_null(pace_budget(&p, "eth2"));
	ck_assert_ptr_nonnull(pace_budget(&p, "eth1"));
	pace_free(&p);
}
END_TEST

START_TEST(nothing_to_announce_is_no_endless_loop)
{
	const struct announce_params params = { .repeat = 5, .refresh = span_s(1) };
	struct announce_plan p;
	uint32_t i;

	announce_init(&p, NULL, 0);
	announce_start(&p, &params, ANNOUNCE_TAKEOVER, at(0));
	ck_assert(!announce_take(&p, &params, at(9 * A), &i));
}
END_TEST

/* ---- frames ---- */

START_TEST(gratuitous_arp_is_what_neighbours_expect)
{
	static const uint8_t mac[6] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x33 };
	static const uint8_t request[ARP_FRAME_BYTES] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
		0x00, 0x5e, 0x00, 0x01, 0x33, 0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00,
		0x01, 0x00, 0x00, 0x5e, 0x00, 0x01, 0x33, 0xc0, 0x00, 0x02, 0x64, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xc0, 0x00, 0x02, 0x64 };
	const struct addr vip = host(100);
	uint8_t frame[ARP_FRAME_BYTES], reply[ARP_FRAME_BYTES];

	arp_announcement(frame, ARP_REQUEST, mac, &vip);
	ck_assert_mem_eq(frame, request, sizeof(frame));
	memcpy(reply, request, sizeof(reply));
	reply[21] = 2;
	memcpy(reply + 32, mac, sizeof(mac));
	arp_announcement(frame, ARP_REPLY, mac, &vip);
	ck_assert_mem_eq(frame, reply, sizeof(frame));
}
END_TEST

/* Of 2001:db8::100; dissected elsewhere. A host differs in the flag and the checksum alone. */
START_TEST(neighbour_advertisement_is_what_neighbours_expect)
{
	static const uint8_t mac[6] = { 0x00, 0x00, 0x5e, 0x00, 0x02, 0x33 };
	static const uint8_t router[NDISC_FRAME_BYTES] = { 0x33, 0x33, 0x00, 0x00, 0x00, 0x01, 0x00,
		0x00, 0x5e, 0x00, 0x02, 0x33, 0x86, 0xdd, 0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 0x3a,
		0xff, 0x20, 0x01, 0x0d, 0xb8, [36] = 0x01, 0x00, 0xff, 0x02, [53] = 0x01, 0x88,
		0x00, 0x18, 0xfa, 0xa0, 0x00, 0x00, 0x00, 0x20, 0x01, 0x0d, 0xb8, [76] = 0x01, 0x00,
		0x02, 0x01, 0x00, 0x00, 0x5e, 0x00, 0x02, 0x33 };
	uint8_t frame[NDISC_FRAME_BYTES];
	struct addr vip;

	ck_assert_int_eq(addr_parse("2001:db8::100", &vip), 0);
	ndisc_announcement(frame, mac, &vip, true);
	ck_assert_mem_eq(frame, router, sizeof(frame));
	ndisc_announcement(frame, mac, &vip, false);
	ck_assert_uint_eq(frame[58], 0x20);
	ck_assert_uint_eq(frame[56], 0x98); /* less 0x8000 above is more 0x8000 in the complement */
	ck_assert_mem_eq(frame + 59, router + 59, sizeof(frame) - 59);
}
END_TEST

/* ---- the table ---- */

static void put(struct link_table *t, uint32_t ifindex, uint8_t last, uint8_t len, uint8_t proto)
{
	const struct addr_info info = {
		.key = { .ifindex = ifindex, .addr = host(last), .len = len }, .proto = proto
	};

	link_table_put_addr(t, &info);
}

static bool is_vip_200(const void *arg, const struct addr *addr)
{
	const struct addr vip = host(200);

	(void)arg;
	return addr_equal(addr, &vip);
}

START_TEST(source_is_the_oldest_primary_address_and_never_a_vip)
{
	struct link_table t = { 0 };
	const struct addr expected = host(10), next = host(20);
	struct addr_info second = { .key = { .ifindex = 2, .addr = host(5), .len = 24 },
		.is_secondary = true };
	struct addr source;

	put(&t, 2, 200, 32, 0);
	link_table_put_addr(&t, &second);
	put(&t, 2, 10, 24, 0);
	put(&t, 2, 9, 24, 0);
	put(&t, 3, 1, 24, 0);
	source = link_source(&t, 2, AF_INET, is_vip_200, NULL);
	ck_assert(addr_equal(&source, &expected));
	link_table_drop_addr(&t, &(struct addr_key){ .ifindex = 2, .addr = expected, .len = 24 });
	link_table_drop_addr(&t, &(struct addr_key){ .ifindex = 2, .addr = host(9), .len = 24 });
	put(&t, 2, 20, 24, 0);
	source = link_source(&t, 2, AF_INET, is_vip_200, NULL);
	ck_assert(addr_equal(&source, &next));
	source = link_source(&t, 9, AF_INET, is_vip_200, NULL);
	ck_assert(!addr_is_set(&source));
	link_table_fini(&t);
}
END_TEST

START_TEST(source_of_ipv6_is_link_local_and_ready)
{
	static const struct {
		const char *text;
		bool is_tentative, is_duplicate;
	} rows[] = { { "2001:db8::1", false, false }, { "fe80::1", true, false },
		{ "fe80::2", false, true }, { "fe80::4", false, false },
		{ "fe80::3", false, false } };
	struct link_table t = { 0 };
	struct addr_info first = { 0 };
	struct addr source, expected;

	put(&t, 2, 10, 24, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct addr_info info = { .key = { .ifindex = 2, .len = 64 },
			.is_tentative = rows[i].is_tentative,
			.is_duplicate = rows[i].is_duplicate };

		source = link_source(&t, 2, AF_INET6, is_vip_200, NULL);
		ck_assert(addr_is_set(&source) == (i > 3));
		ck_assert_int_eq(addr_parse(rows[i].text, &info.key.addr), 0);
		link_table_put_addr(&t, &info);
		if (i == 1)
			first = info;
	}
	ck_assert_int_eq(addr_parse("fe80::4", &expected), 0);
	source = link_source(&t, 2, AF_INET6, is_vip_200, NULL);
	ck_assert(addr_equal(&source, &expected));
	first.is_tentative = false; /* nobody objected: it was there first */
	link_table_put_addr(&t, &first);
	source = link_source(&t, 2, AF_INET6, is_vip_200, NULL);
	ck_assert(addr_equal(&source, &first.key.addr));
	link_table_fini(&t);
}
END_TEST

START_TEST(forwarding_is_kept_until_the_link_says_otherwise)
{
	struct link_table t = { 0 };
	const struct link_info link = { .ifindex = 2, .name = "eth0" };
	uint64_t changes;

	link_table_set_router6(&t, 2, true); /* of nobody */
	link_table_put_link(&t, &link);
	ck_assert(!link_by_index(&t, 2)->is_router6);
	link_table_set_router6(&t, 2, true);
	ck_assert(link_by_index(&t, 2)->is_router6);
	changes = t.changes;
	link_table_set_router6(&t, 2, true);
	ck_assert_uint_eq(t.changes, changes);
	link_table_fini(&t);
}
END_TEST

START_TEST(interface_that_goes_takes_its_addresses_along)
{
	struct link_table t = { 0 };
	const struct link_info eth0 = { .ifindex = 2, .name = "eth0" };
	const struct link_info eth1 = { .ifindex = 3, .name = "eth1" };
	size_t first;

	link_table_put_link(&t, &eth0);
	link_table_put_link(&t, &eth1);
	for (uint8_t i = 1; i < 100; i++)
		put(&t, 2 + i % 2, i, 24, 0);
	ck_assert_ptr_nonnull(link_by_name(&t, "eth0"));
	ck_assert_uint_eq(link_by_index(&t, 2)->birth, 1);
	link_table_drop_link(&t, 2);
	ck_assert_ptr_null(link_by_name(&t, "eth0"));
	ck_assert_ptr_nonnull(link_by_index(&t, 3));
	ck_assert_uint_eq(link_addrs(&t, 2, &first) - first, 0);
	ck_assert_uint_eq(link_addrs(&t, 3, &first) - first, 50);
	ck_assert_uint_eq(t.addr_count, 50);
	link_table_fini(&t);
}
END_TEST

START_TEST(link_made_again_is_another_one)
{
	const struct link_info eth0 = { .ifindex = 2, .name = "eth0" };
	struct link_table t = { 0 }, fresh = { 0 };
	uint64_t birth, changes;

	link_table_put_link(&t, &eth0);
	birth = link_by_index(&t, 2)->birth;
	link_table_put_link(&t, &eth0);
	ck_assert_uint_eq(link_by_index(&t, 2)->birth, birth);
	link_table_drop_link(&t, 2);
	link_table_put_link(&t, &eth0);
	ck_assert_uint_ne(link_by_index(&t, 2)->birth, birth);
	birth = link_by_index(&t, 2)->birth;
	changes = t.changes;
	link_table_put_link(&fresh, &eth0);
	put(&fresh, 2, 1, 24, 0);
	link_table_replace(&t, &fresh); /* after lost events it may be another one */
	ck_assert_uint_ne(link_by_index(&t, 2)->birth, birth);
	ck_assert_uint_gt(t.changes, changes);
	ck_assert_uint_eq(t.addr_count, 1);
	link_table_fini(&t);
	link_table_fini(&fresh);
}
END_TEST

START_TEST(tables_are_equal_if_the_kernel_has_the_same)
{
	const struct link_info eth0 = { .ifindex = 2, .name = "eth0", .mtu = 1500 };
	const struct link_info eth1 = { .ifindex = 3, .name = "eth1", .mtu = 1500 };
	struct link_info smaller = eth1;
	struct link_table a = { 0 }, b = { 0 };

	link_table_put_link(&a, &eth0);
	link_table_put_link(&a, &eth1);
	put(&a, 2, 1, 24, 0);
	put(&a, 2, 2, 24, 0);
	put(&b, 2, 2, 24, 0); /* in another order, and at another time */
	put(&b, 2, 1, 24, 0);
	link_table_put_link(&b, &eth1);
	ck_assert(!link_table_equal(&a, &b));
	link_table_put_link(&b, &eth0);
	ck_assert(link_table_equal(&a, &b));
	put(&b, 2, 1, 24, 112);
	ck_assert(!link_table_equal(&a, &b));
	put(&b, 2, 1, 24, 0);
	smaller.mtu = 1400;
	link_table_put_link(&b, &smaller);
	ck_assert(!link_table_equal(&a, &b));
	link_table_fini(&a);
	link_table_fini(&b);
}
END_TEST

START_TEST(subnets_are_compared_bit_by_bit)
{
	struct addr_key a = { .ifindex = 2, .addr = host(0x7f), .len = 25 }, b = a;

	b.addr = host(1);
	ck_assert(addr_key_is_same_subnet(&a, &b));
	b.addr = host(0x80);
	ck_assert(!addr_key_is_same_subnet(&a, &b));
	a.len = b.len = 24;
	ck_assert(addr_key_is_same_subnet(&a, &b));
	b.len = 25;
	ck_assert(!addr_key_is_same_subnet(&a, &b));
	a.len = b.len = 32;
	ck_assert(!addr_key_is_same_subnet(&a, &b));
	b = a;
	ck_assert(addr_key_is_same_subnet(&a, &b));
	b.ifindex = 3;
	ck_assert(!addr_key_is_same_subnet(&a, &b));
}
END_TEST

/* ---- who advertises what ---- */

static struct seen_row advert_of(uint8_t vrid, uint32_t host)
{
	return (struct seen_row){ .ifname = "eth0",
		.vrid = vrid,
		.source = addr_from_v4((struct in_addr){ htonl(host) }) };
}

START_TEST(same_sender_and_number_is_one_row_and_counted)
{
	struct seen s = { 0 };
	struct seen_row a = advert_of(1, 1), other = advert_of(1, 1), *row;
	bool is_new;

	seen_note(&s, &a, at(A), &is_new);
	ck_assert(is_new);
	a.priority = 7;
	row = seen_note(&s, &a, at(2 * A), &is_new);
	ck_assert(!is_new);
	ck_assert_uint_eq(row->count, 2);
	ck_assert_uint_eq(row->priority, 7);
	ck_assert_int_eq(row->first_us, at(A).us);
	ck_assert_int_eq(row->last_us, at(2 * A).us);
	strcpy(other.ifname, "eth1");
	seen_note(&s, &other, at(2 * A), &is_new);
	ck_assert(is_new);
	a = advert_of(2, 1);
	seen_note(&s, &a, at(2 * A), &is_new);
	ck_assert(is_new);
	ck_assert(s.rows[2].vrid == 2 && s.rows[3].vrid == 0);
}
END_TEST

START_TEST(flood_of_sources_replaces_who_was_silent_for_longest)
{
	struct seen s = { 0 };
	struct seen_row peer = advert_of(51, 1);
	bool is_new;

	for (uint32_t i = 0; i < 10 * SEEN_ROWS; i++) {
		struct seen_row forged = advert_of(9, 1000 + i);

		seen_note(&s, &forged, at(i), &is_new);
		ck_assert(is_new);
		if (i % 100 == 0)
			seen_note(&s, &peer, at(i), &is_new);
	}
	seen_note(&s, &peer, at(10 * A), &is_new);
	ck_assert(!is_new);
}
END_TEST

/* ---- the delays of the start ---- */

START_TEST(start_waits_for_the_longer_delay_and_a_successor_for_none)
{
	static const struct {
		int64_t startup, boot;
		bool is_successor;
		int64_t began, due;
	} rows[] = {
		{ 0, 0, false, 100 * A, 100 * A },
		{ 5 * A, 0, false, 100 * A, 105 * A },
		{ 5 * A, 60 * A, false, 10 * A, 60 * A },
		{ 5 * A, 60 * A, false, 58 * A, 63 * A },
		{ 0, 60 * A, false, 100 * A, 100 * A },
		{ 5 * A, 60 * A, true, 10 * A, 10 * A },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct vrrp_global_conf g = { .startup_delay = span_us(rows[i].startup),
			.delay_after_boot = span_us(rows[i].boot) };
		mono_t due = vrrp_startup_due(&g, rows[i].is_successor, (mono_t){ rows[i].began });

		ck_assert_msg(due.us == rows[i].due, "row %zu: %lld", i, (long long)due.us);
	}
}
END_TEST

Suite *make_suite(void);
Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp parts");
	TCase *t = tcase_create("adopt and repair");

	tcase_add_test(t, active_is_resumed_before_any_peer_can_have_moved);
	tcase_add_test(t, only_what_was_active_is_resumed);
	tcase_add_test(t, another_identity_is_not_resumed);
	tcase_add_test(t, nonsense_in_a_slot_is_not_resumed);
	tcase_add_test(t, five_losses_in_ten_seconds_are_answered_with_a_pause);
	tcase_add_test(t, losses_that_are_far_apart_are_repaired_at_once);
	suite_add_tcase(s, t);
	t = tcase_create("announce");
	tcase_add_test(t, bursts_and_refreshes_come_when_they_should);
	tcase_add_test(t, without_delay_and_refresh_there_is_one_burst);
	tcase_add_test(t, addresses_are_announced_in_turn);
	tcase_add_test(t, burst_that_begins_anew_does_not_starve_the_last_address);
	tcase_add_test(t, fewer_rounds_do_not_cut_a_burst_short);
	tcase_add_test(t, repaired_address_is_announced_alone);
	tcase_add_test(t, resumed_router_announces_one_round);
	tcase_add_test(t, another_refresh_counts_from_the_reload);
	tcase_add_test(t, start_waits_for_the_longer_delay_and_a_successor_for_none);
	tcase_add_test(t, same_sender_and_number_is_one_row_and_counted);
	tcase_add_test(t, flood_of_sources_replaces_who_was_silent_for_longest);
	tcase_add_test(t, conflict_has_bursts_of_its_own);
	tcase_add_test(t, looking_takes_nothing_off);
	tcase_add_test(t, links_of_a_group_share_a_budget_others_have_their_own);
	tcase_add_test(t, nothing_to_announce_is_no_endless_loop);
	tcase_add_test(t, neighbour_advertisement_is_what_neighbours_expect);
	tcase_add_test(t, gratuitous_arp_is_what_neighbours_expect);
	suite_add_tcase(s, t);
	t = tcase_create("addresses");
	tcase_add_test(t, source_is_the_oldest_primary_address_and_never_a_vip);
	tcase_add_test(t, source_of_ipv6_is_link_local_and_ready);
	tcase_add_test(t, forwarding_is_kept_until_the_link_says_otherwise);
	tcase_add_test(t, interface_that_goes_takes_its_addresses_along);
	tcase_add_test(t, link_made_again_is_another_one);
	tcase_add_test(t, tables_are_equal_if_the_kernel_has_the_same);
	tcase_add_test(t, subnets_are_compared_bit_by_bit);
	suite_add_tcase(s, t);
	return s;
}
