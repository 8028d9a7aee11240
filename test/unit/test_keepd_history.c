/* SPDX-License-Identifier: Apache-2.0 */
/* The last transitions of instances and groups; and what explain makes of a status. */
#include <stdio.h>
#include <string.h>

#include "keepd/explain.h"
#include "keepd/history.h"
#include "unit.h"

static void add(struct history *h, const char *kind, const char *object, unsigned n)
{
	struct msg_event event = { .at_us = n };

	snprintf(event.kind, sizeof(event.kind), "%s", kind);
	snprintf(event.object, sizeof(event.object), "%s", object);
	snprintf(event.reason, sizeof(event.reason), "%u", n);
	history_add(h, &event);
}

static void check(const struct history *h, const char *name, unsigned first, unsigned count)
{
	struct json *list = history_json(h, name);

	ck_assert_uint_eq(json_count(list), count);
	for (unsigned i = 0; i < count; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%u", first + i);
		ck_assert_str_eq(json_get_string(json_at(list, i), "reason"), text);
	}
	json_free(list);
}

START_TEST(last_fifty_of_each_are_kept_in_order)
{
	struct history *h = history_new();

	for (unsigned n = 0; n < HISTORY_EACH + 7; n++) {
		add(h, "instance", "VI_1", n);
		if (n < 3)
			add(h, "group", "G", n);
		add(h, "server", "192.0.2.1:80", n);
	}
	check(h, "VI_1", 7, HISTORY_EACH);
	check(h, "G", 0, 3);
	check(h, "192.0.2.1:80", 0, 0);
	check(h, "VI_2", 0, 0);
	history_free(h);
}
END_TEST

/* What changes stays; of what does not, more than enough for 4096 instances. */
START_TEST(objects_that_change_stay)
{
	struct history *h = history_new();
	char name[16];

	add(h, "instance", "early", 0);
	for (unsigned n = 0; n < 20000; n++) {
		snprintf(name, sizeof(name), "VI_%u", n);
		add(h, "instance", name, n);
		add(h, "instance", "busy", n);
	}
	check(h, "early", 0, 0);
	check(h, "busy", 20000 - HISTORY_EACH, HISTORY_EACH);
	for (unsigned n = 20000 - 4096; n < 20000; n++) {
		snprintf(name, sizeof(name), "VI_%u", n);
		check(h, name, n, 1);
	}
	history_free(h);
}
END_TEST

/* ---- explain: what a status of instance "a" says, and a sentence that must be there ---- */

static const struct {
	const char *instance, *sentence;
} sentences[] = {
	{ "\"state\":\"active\",\"since\":90,\"reason\":\"the active peer left\"",
		"It is in state active since 10 s: the active peer left." },
	{ "\"state\":\"fault\"", "It takes no part in the election, and peers may be active. When "
				 "the cause is gone, it listens as a backup first." },
	{ "\"state\":\"init\"", "It takes no part in the election yet." },
	{ "\"priority\":130,\"priority_base\":150", "Its priority is 130, and 150 as configured." },
	{ "\"priority_base\":255",
		"Its priority is 255: it owns its addresses, and trackers do not change that." },
	{ "\"tracks\":[{\"text\":\"tracked script chk is down\",\"adds\":-20}]",
		"  tracked script chk is down: -20" },
	{ "\"tracks\":[{\"text\":\"x\",\"adds\":0,\"fault\":true}]",
		"  x: +0, and that is a fault" },
	{ "\"tracks\":[{\"text\":\"x\",\"adds\":0,\"waits\":true}]",
		"  x: +0, and it waits for the result" },
	{ "\"tracks\":[],\"group\":\"G\"", "  what the group tracks: -7" },
	{ "\"state\":\"backup\"", "No peer has been heard." },
	{ "\"state\":\"backup\",\"peer\":\"P\",\"peer_heard\":99,\"peer_priority\":150,"
	  "\"priority\":100",
		"P stays active because its priority is higher." },
	{ "\"state\":\"backup\",\"peer\":\"P\",\"peer_heard\":99,\"peer_priority\":100,"
	  "\"priority\":100",
		"P stays active because an equal priority does not take over." },
	{ "\"state\":\"backup\",\"peer\":\"P\",\"peer_heard\":99,\"peer_priority\":50,"
	  "\"priority\":100,\"handed_over\":true",
		"P has the lower priority and stays active because this one has handed over." },
	{ "\"state\":\"backup\",\"peer\":\"P\",\"peer_heard\":99,\"peer_priority\":50,"
	  "\"priority\":100,\"nopreempt\":true",
		"P has the lower priority and stays active because of nopreempt." },
	{ "\"state\":\"backup\",\"peer\":\"P\",\"peer_heard\":99,\"peer_priority\":50,"
	  "\"priority\":100,\"preempt_delay_until\":107.5",
		"P has the lower priority and is put up with for another 7.5 s (preempt_delay)." },
	{ "\"state\":\"backup\",\"peer\":\"P\",\"peer_heard\":99,\"peer_priority\":50,"
	  "\"priority\":100",
		"P has the lower priority: its adverts are discarded, and this one takes over "
		"when its timer has run out." },
	{ "\"state\":\"active\",\"peer\":\"P\",\"peer_heard\":40,\"peer_priority\":50",
		"The last peer that was heard is P, with priority 50, 60.0 s ago. Backups are "
		"silent." },
	{ "\"state\":\"backup\",\"down_interval\":3.609,\"skew\":0.609",
		"It takes over 3.609 s after the last advert that it accepts, or 0.609 s after "
		"priority 0." },
	{ "\"group\":\"G\"",
		"It is in the sync group G, which is backup: members are active together or not "
		"at all." },
	{ "\"group\":\"G\"", "  b is active" },
	{ "\"group\":\"G\",\"group_waits_for\":\"b\"", "It would be active, and waits for b." },
	{ "\"state\":\"active\",\"addresses\":3,\"addresses_present\":1",
		"Only 1 of its 3 addresses are on the interface; it tries again." },
};

START_TEST(status_is_explained)
{
	const struct json *instance;
	struct json *status, *lines;
	char text[1024];
	bool has = false;

	snprintf(text, sizeof(text),
		"{\"instances\":[{\"name\":\"z\"},{\"name\":\"a\",%s}],\"groups\":[{\"name\":\"G\","
		"\"tracks\":[{\"text\":\"what the group tracks\",\"adds\":-7}],"
		"\"state\":\"backup\",\"members\":[{\"name\":\"a\",\"state\":\"backup\"},"
		"{\"name\":\"b\",\"state\":\"active\"}]}]}",
		sentences[_i].instance);
	status = json_parse(text, strlen(text));
	ck_assert_ptr_nonnull(status);
	instance = explain_find(status, "a");
	ck_assert_ptr_nonnull(instance);
	ck_assert_ptr_null(explain_find(status, "c"));
	lines = explain_instance(status, instance, 100);
	for (size_t i = 0; i < json_count(lines); i++)
		has |= !strcmp(json_string_at(lines, i), sentences[_i].sentence);
	ck_assert_msg(has, "not in %s", json_text(lines));
	json_free(lines);
	json_free(status);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd history");
	TCase *t = tcase_create("all");

	tcase_add_test(t, last_fifty_of_each_are_kept_in_order);
	tcase_add_test(t, objects_that_change_stay);
	tcase_add_loop_test(t, status_is_explained, 0, COUNT(sentences));
	suite_add_tcase(s, t);
	return s;
}
