/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is told that something he tracks is different: those who track it, once, and nobody else.
 * With interfaces, whose table is made by hand.
 */
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "vrrp/engine.h"
#include "vrrp/tracking.h"

static struct role_ctx ctx;
static struct vrrp_engine engine;
static struct link_info links[3];

struct owner {
	struct vrrp_tracking tracking;
	unsigned told;
	const char *cause;
};

static struct owner owners[3];

static void on_changed(void *arg, const struct track *cause)
{
	struct owner *o = arg;

	o->told++;
	o->cause = cause->source->name;
}

static struct vrrp_track_conf entries[3] = {
	{ .name = "eth0" },
	{ .name = "eth1", .weight = { .value = -20 } },
	{ .name = "eth2", .weight = { .value = -30 } },
};

/* Tracks the interfaces whose bits are set. */
static void track(struct owner *o, unsigned which)
{
	struct vrrp_tracks conf = { 0 };
	struct conf_list *list = &conf.lists[TRACK_INTERFACE];
	void *items[3];

	list->items = items;
	for (size_t i = 0; i < 3; i++)
		if (which & 1u << i)
			items[list->count++] = &entries[i];
	vrrp_tracking_take(&o->tracking, &conf);
}

static void set_up(unsigned which)
{
	for (size_t i = 0; i < 3; i++)
		links[i].flags = which & 1u << i ? IFF_UP | IFF_RUNNING : IFF_UP;
	vrrp_sources_links(&engine);
}

static void begin(void)
{
	static const char *const names[] = { "eth0", "eth1", "eth2" };

	ctx = (struct role_ctx){ .parent = { .fd = -1 }, .loop = loop_new(NULL) };
	engine = (struct vrrp_engine){ .ctx = &ctx };
	memset(links, 0, sizeof(links));
	for (size_t i = 0; i < 3; i++) {
		links[i].ifindex = (uint32_t)i + 1;
		strncpy(links[i].name, names[i], sizeof(links[i].name) - 1);
	}
	engine.link.table.links = links;
	engine.link.table.link_count = 3;
	set_up(7);
	for (size_t i = 0; i < 3; i++) {
		owners[i] = (struct owner){ 0 };
		vrrp_tracking_init(&owners[i].tracking, &engine, on_changed, &owners[i]);
	}
	track(&owners[0], 1);
	track(&owners[1], 6);
}

static void end(void)
{
	for (size_t i = 0; i < 3; i++)
		vrrp_tracking_free(&owners[i].tracking);
	vrrp_sources_free(&engine);
	loop_free(ctx.loop);
}

START_TEST(only_users_are_told)
{
	begin();
	set_up(6);
	ck_assert_uint_eq(owners[0].told, 1);
	ck_assert_str_eq(owners[0].cause, "eth0");
	ck_assert_int_eq(vrrp_tracking_fault(&owners[0].tracking), VRRP_BECAUSE_TRACKER);
	set_up(6);
	ck_assert_uint_eq(owners[0].told, 1);
	ck_assert_uint_eq(owners[1].told, 0);
	ck_assert_uint_eq(owners[2].told, 0);
	end();
}
END_TEST

START_TEST(two_changes_at_once_are_told_once)
{
	begin();
	set_up(1);
	ck_assert_uint_eq(owners[0].told, 0);
	ck_assert_uint_eq(owners[1].told, 1);
	ck_assert_int_eq(owners[1].tracking.verdict.sum, -50);
	end();
}
END_TEST

START_TEST(held_changes_are_told_at_the_release)
{
	begin();
	vrrp_sources_hold(&engine);
	set_up(0);
	ck_assert_uint_eq(owners[0].told + owners[1].told, 0);
	vrrp_sources_release(&engine);
	ck_assert_uint_eq(owners[0].told, 1);
	ck_assert_uint_eq(owners[1].told, 1);
	end();
}
END_TEST

START_TEST(who_takes_a_new_list_or_goes_is_not_told)
{
	begin();
	vrrp_sources_hold(&engine);
	set_up(0);
	track(&owners[0], 2);
	vrrp_tracking_free(&owners[1].tracking);
	vrrp_sources_release(&engine);
	ck_assert_uint_eq(owners[0].told + owners[1].told, 0);
	ck_assert_int_eq(owners[0].tracking.verdict.sum, -20);
	set_up(2);
	ck_assert_uint_eq(owners[0].told, 1);
	ck_assert_int_eq(owners[0].tracking.verdict.sum, 0);
	end();
}
END_TEST

START_TEST(what_nobody_tracks_is_swept)
{
	const struct vrrp_conf none = { 0 };

	begin();
	vrrp_sources_take(&engine, &none);
	track(&owners[1], 2);
	vrrp_sources_sweep(&engine);
	ck_assert_ptr_nonnull(engine.sources.lists[TRACK_INTERFACE]);
	vrrp_sources_take(&engine, &none);
	track(&owners[0], 0);
	track(&owners[1], 0);
	vrrp_sources_sweep(&engine);
	ck_assert_ptr_null(engine.sources.lists[TRACK_INTERFACE]);
	end();
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp source");
	TCase *t = tcase_create("all");

	tcase_add_test(t, only_users_are_told);
	tcase_add_test(t, two_changes_at_once_are_told_once);
	tcase_add_test(t, held_changes_are_told_at_the_release);
	tcase_add_test(t, who_takes_a_new_list_or_goes_is_not_told);
	tcase_add_test(t, what_nobody_tracks_is_swept);
	suite_add_tcase(s, t);
	return s;
}
