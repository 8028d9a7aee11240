/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two-phase reload as a table: in each phase, what each event does.
 */
#include <check.h>
#include <string.h>

#include "keepd/reload.h"

static const mono_t now = { 1000000 };

static struct reload in_phase(enum reload_phase phase)
{
	struct reload r = { .phase = phase, .running = 4, .trying = 4, .deadline = MONO_NEVER };

	if (phase != RELOAD_IDLE) {
		r.trying = 5;
		r.deadline = mono_add(now, span_s(1));
	}
	if (phase == RELOAD_PREPARING)
		r.waiting = 0x3; /* participants 0 and 1 */
	return r;
}

static const struct row {
	const char *name;
	enum reload_phase phase;
	struct reload_event event;
	unsigned actions;
	enum reload_phase next;
	uint64_t running;
} table[] = {
	{ "a request starts the reader", RELOAD_IDLE, { .type = RELOAD_REQUEST },
		RELOAD_START_READER, RELOAD_READING, 4 },
	{ "late answers change nothing", RELOAD_IDLE, { .type = RELOAD_READY, .participant = 1 }, 0,
		RELOAD_IDLE, 4 },
	{ "a late death is not a reload's business", RELOAD_IDLE, { .type = RELOAD_DIED }, 0,
		RELOAD_IDLE, 4 },
	{ "idle has no deadline", RELOAD_IDLE, { .type = RELOAD_TIMEOUT }, 0, RELOAD_IDLE, 4 },
	{ "good files go to the children", RELOAD_READING,
		{ .type = RELOAD_READ_OK, .participants = 0x5 }, RELOAD_SEND_PREPARE,
		RELOAD_PREPARING, 4 },
	{ "nobody to ask commits at once", RELOAD_READING, { .type = RELOAD_READ_OK },
		RELOAD_SEND_COMMIT | RELOAD_REPORT_OK, RELOAD_IDLE, 5 },
	{ "bad files change nothing", RELOAD_READING,
		{ .type = RELOAD_READ_FAILED, .reason = "line 3" }, RELOAD_REPORT_FAILED,
		RELOAD_IDLE, 4 },
	{ "a reader that hangs is killed", RELOAD_READING, { .type = RELOAD_TIMEOUT },
		RELOAD_KILL_READER | RELOAD_REPORT_FAILED, RELOAD_IDLE, 4 },
	{ "a child may die while files are read", RELOAD_READING, { .type = RELOAD_DIED }, 0,
		RELOAD_READING, 4 },
	{ "one of two has agreed", RELOAD_PREPARING, { .type = RELOAD_READY, .participant = 1 }, 0,
		RELOAD_PREPARING, 4 },
	{ "a rejection aborts", RELOAD_PREPARING,
		{ .type = RELOAD_REJECT, .participant = 0, .reason = "no" },
		RELOAD_SEND_ABORT | RELOAD_REPORT_FAILED, RELOAD_IDLE, 4 },
	{ "a death before commit aborts", RELOAD_PREPARING,
		{ .type = RELOAD_DIED, .participant = 1, .reason = "killed" },
		RELOAD_SEND_ABORT | RELOAD_REPORT_FAILED, RELOAD_IDLE, 4 },
	{ "silence aborts", RELOAD_PREPARING, { .type = RELOAD_TIMEOUT, .reason = "silent" },
		RELOAD_SEND_ABORT | RELOAD_REPORT_FAILED, RELOAD_IDLE, 4 },
	{ "a stop gives up the files", RELOAD_READING, { .type = RELOAD_CANCEL, .reason = "stop" },
		RELOAD_KILL_READER | RELOAD_REPORT_FAILED, RELOAD_IDLE, 4 },
	{ "a stop needs no answers any more", RELOAD_PREPARING,
		{ .type = RELOAD_CANCEL, .reason = "stop" },
		RELOAD_KILL_READER | RELOAD_REPORT_FAILED, RELOAD_IDLE, 4 },
	{ "a stop of an idle one", RELOAD_IDLE, { .type = RELOAD_CANCEL, .reason = "stop" }, 0,
		RELOAD_IDLE, 4 },
	{ "a second result of the reader is ignored", RELOAD_PREPARING,
		{ .type = RELOAD_READ_FAILED, .reason = "x" }, 0, RELOAD_PREPARING, 4 },
};

START_TEST(each_event_in_each_phase)
{
	const struct row *row = &table[_i];
	struct reload r = in_phase(row->phase);

	ck_assert_msg(reload_step(&r, &row->event, now) == row->actions, "%s: actions", row->name);
	ck_assert_msg(r.phase == row->next, "%s: phase", row->name);
	ck_assert_msg(r.running == row->running, "%s: generation", row->name);
	ck_assert_msg((r.deadline.us == INT64_MAX) == (r.phase == RELOAD_IDLE), "%s: deadline",
		row->name);
	if (row->event.reason && (row->actions & RELOAD_REPORT_FAILED))
		ck_assert_str_eq(r.reason, row->event.reason);
}
END_TEST

START_TEST(commits_only_when_all_have_agreed)
{
	struct reload r = in_phase(RELOAD_PREPARING);

	ck_assert_uint_eq(
		reload_step(
			&r, &(struct reload_event){ .type = RELOAD_READY, .participant = 0 }, now),
		0);
	ck_assert_uint_eq(
		reload_step(
			&r, &(struct reload_event){ .type = RELOAD_READY, .participant = 0 }, now),
		0);
	ck_assert_uint_eq(
		reload_step(
			&r, &(struct reload_event){ .type = RELOAD_READY, .participant = 1 }, now),
		RELOAD_SEND_COMMIT | RELOAD_REPORT_OK);
	ck_assert_uint_eq(r.running, 5);
}
END_TEST

START_TEST(requests_during_a_reload_are_served_once_afterwards)
{
	struct reload r = in_phase(RELOAD_PREPARING);
	const struct reload_event request = { .type = RELOAD_REQUEST };

	for (int i = 0; i < 100; i++)
		ck_assert_uint_eq(reload_step(&r, &request, now), 0);
	ck_assert_uint_eq(
		reload_step(
			&r, &(struct reload_event){ .type = RELOAD_REJECT, .reason = "no" }, now),
		RELOAD_SEND_ABORT | RELOAD_REPORT_FAILED | RELOAD_START_READER);
	ck_assert_str_eq(r.reason, "no");
	ck_assert_uint_eq(r.trying, 6); /* a number is never used for two texts */
	ck_assert_uint_eq(
		reload_step(&r,
			&(struct reload_event){ .type = RELOAD_READ_FAILED, .reason = "no" }, now),
		RELOAD_REPORT_FAILED);
	ck_assert_int_eq(r.phase, RELOAD_IDLE);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd/reload");
	TCase *t = tcase_create("reload");

	tcase_add_loop_test(t, each_event_in_each_phase, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(t, commits_only_when_all_have_agreed);
	tcase_add_test(t, requests_during_a_reload_are_served_once_afterwards);
	suite_add_tcase(s, t);
	return s;
}
