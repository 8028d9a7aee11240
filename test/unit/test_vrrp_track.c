/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What trackers do to the priority and when they are a fault, as a table; and which row of results
 * makes a script succeed or fail.
 */
#include <string.h>

#include "unit.h"
#include "vrrp/track.h"

#define OF(kind, name, is_up, is_down)                                                             \
	&(const struct track_source)                                                               \
	{                                                                                          \
		TRACK_##kind, name,                                                                \
			(is_up)	    ? TRACK_UP                                                     \
			: (is_down) ? TRACK_DOWN                                                   \
				    : TRACK_UNKNOWN,                                               \
			is_up, is_down                                                             \
	}
#define ONE(kind, name, result)                                                                    \
	OF(kind, name, TRACK_##result == TRACK_UP, TRACK_##result == TRACK_DOWN)
#define IF(weight, reverse, result)                                                                \
	{                                                                                          \
		ONE(INTERFACE, "eth1", result), weight, reverse                                    \
	}
#define SCRIPT(weight, reverse, result)                                                            \
	{                                                                                          \
		ONE(SCRIPT, "chk", result), weight, reverse                                        \
	}
#define FILE_(weight, reverse, number)                                                             \
	{                                                                                          \
		&(const struct track_source){ TRACK_FILE, "load",                                  \
			(number) ? TRACK_DOWN : TRACK_UP, number, number },                        \
			weight, reverse                                                            \
	}
#define NO_NUMBER(weight, reverse)                                                                 \
	{                                                                                          \
		OF(FILE, "load", 0, 0), weight, reverse                                            \
	}
/* So many parts are as they must be, so many are not. */
#define PARTS(weight, reverse, result, value, missing)                                             \
	{                                                                                          \
		&(const struct track_source){ TRACK_PROCESS, "web", TRACK_##result, value,         \
			missing },                                                                 \
			weight, reverse                                                            \
	}

#define NO -1

static const struct row {
	const char *name;
	uint8_t base;
	struct track tracks[4];
	size_t count;
	uint8_t priority;
	int fault, undecided; /* which; NO = none */
} table[] = {
	/* clang-format off */
	{ "nothing tracked", 100, { { 0 } }, 0, 100, NO, NO },

	/* ---- weight 0: a fault ---- */
	{ "0 up", 100, { SCRIPT(0, false, UP) }, 1, 100, NO, NO },
	{ "0 down is a fault", 100, { SCRIPT(0, false, DOWN) }, 1, 100, 0, NO },
	{ "0 reverse: up is the fault", 100, { SCRIPT(0, true, UP) }, 1, 100, 0, NO },
	{ "0 reverse: down is none", 100, { SCRIPT(0, true, DOWN) }, 1, 100, NO, NO },
	{ "0 unknown is undecided", 100, { SCRIPT(0, false, UNKNOWN) }, 1, 100, NO, 0 },
	{ "0 reverse unknown, too", 100, { SCRIPT(0, true, UNKNOWN) }, 1, 100, NO, 0 },
	{ "an interface as well", 100, { IF(0, false, DOWN) }, 1, 100, 0, NO },
	{ "an owner as well", 255, { IF(0, false, DOWN) }, 1, 255, 0, NO },
	{ "the first fault is named", 100, { SCRIPT(0, false, UP), IF(0, false, DOWN), SCRIPT(0, false, DOWN) }, 3, 100, 1, NO },
	{ "one down, one undecided", 100, { SCRIPT(0, false, UNKNOWN), IF(0, false, DOWN) }, 2, 100, 1, 0 },

	/* ---- weights ---- */
	{ "more: added while up", 100, { SCRIPT(20, false, UP) }, 1, 120, NO, NO },
	{ "more: nothing while down", 100, { SCRIPT(20, false, DOWN) }, 1, 100, NO, NO },
	{ "less: nothing while up", 100, { SCRIPT(-20, false, UP) }, 1, 100, NO, NO },
	{ "less: taken while down", 100, { SCRIPT(-20, false, DOWN) }, 1, 80, NO, NO },
	{ "more reverse: taken while up", 100, { SCRIPT(20, true, UP) }, 1, 80, NO, NO },
	{ "more reverse: nothing while down", 100, { SCRIPT(20, true, DOWN) }, 1, 100, NO, NO },
	{ "less reverse: nothing while up", 100, { SCRIPT(-20, true, UP) }, 1, 100, NO, NO },
	{ "less reverse: added while down", 100, { SCRIPT(-20, true, DOWN) }, 1, 120, NO, NO },
	{ "unknown counts nothing", 100, { SCRIPT(20, false, UNKNOWN), SCRIPT(-20, false, UNKNOWN) }, 2, 100, NO, NO },
	{ "they add up", 100, { IF(10, false, UP), SCRIPT(-30, false, DOWN), SCRIPT(5, false, UP) }, 3, 85, NO, NO },
	{ "a weight beside a fault", 100, { IF(10, false, UP), SCRIPT(0, false, DOWN) }, 2, 110, 1, NO },

	/* ---- limits: the sum first, then 1..254 ---- */
	{ "not above 254", 200, { SCRIPT(253, false, UP) }, 1, 254, NO, NO },
	{ "not below 1", 100, { SCRIPT(-253, false, DOWN) }, 1, 1, NO, NO },
	{ "the sum is not cut on its way", 200, { SCRIPT(253, false, UP), SCRIPT(-253, false, DOWN) }, 2, 200, NO, NO },
	{ "255 never changes", 255, { SCRIPT(-50, false, DOWN) }, 1, 255, NO, NO },

	/* ---- values ---- */
	{ "value times weight", 100, { FILE_(2, false, 10) }, 1, 120, NO, NO },
	{ "reverse", 100, { FILE_(2, true, 10) }, 1, 80, NO, NO },
	{ "no number yet: it may be a fault", 100, { NO_NUMBER(2, false) }, 1, 100, NO, 0 },
	{ "weight 0: 0 is none", 100, { FILE_(0, false, 0) }, 1, 100, NO, NO },
	{ "weight 0: anything else is a fault", 100, { FILE_(0, false, -1) }, 1, 100, 0, NO },
	{ "weight 0 reverse", 100, { FILE_(0, true, 0) }, 1, 100, 0, NO },
	{ "-253 is taken", 254, { FILE_(1, false, -253) }, 1, 1, NO, NO },
	{ "-254 is a fault", 254, { FILE_(1, false, -254) }, 1, 254, 0, NO },
	{ "253 at most", 1, { FILE_(1, false, 1000) }, 1, 254, NO, NO },
	{ "much too much", 1, { FILE_(-254, false, INT64_MIN) }, 1, 254, NO, NO },
	{ "much too little", 1, { FILE_(254, false, INT64_MIN) }, 1, 1, 0, NO },

	/* ---- parts ---- */
	{ "more: for each that is as it must be", 100, { PARTS(10, false, UP, 3, 2) }, 1, 130, NO, NO },
	{ "less: for each that is not", 100, { PARTS(-10, false, UP, 3, 2) }, 1, 80, NO, NO },
	{ "more reverse: taken for each that is", 100, { PARTS(10, true, DOWN, 1, 2) }, 1, 90, NO, NO },
	{ "less reverse: added for each that is not", 100, { PARTS(-10, true, DOWN, 1, 2) }, 1, 120, NO, NO },
	{ "0: the result decides, not how many", 100, { PARTS(0, false, UP, 1, 2) }, 1, 100, NO, NO },
	{ "0: not enough of them", 100, { PARTS(0, false, DOWN, 1, 2) }, 1, 100, 0, NO },
	{ "many parts are no fault", 100, { PARTS(-253, false, DOWN, 0, 200) }, 1, 1, NO, NO },
	{ "what many add is limited before the sum", 1, { PARTS(100, false, UP, 9, 0), IF(-200, false, DOWN) }, 2, 54, NO, NO },
	/* clang-format on */
};

static int index_in(const struct row *row, const struct track *t)
{
	return t ? (int)(t - row->tracks) : NO;
}

START_TEST(table_row_holds)
{
	const struct row *row = &table[_i];
	struct track_verdict v = track_decide(row->tracks, row->count);
	uint8_t priority = track_priority(row->base, v.sum);
	bool is_complete = true;

	for (size_t i = 0; i < row->count; i++)
		is_complete &= row->tracks[i].source->result != TRACK_UNKNOWN;
	ck_assert_msg(priority == row->priority, "%s: priority %u", row->name, priority);
	ck_assert_msg(index_in(row, v.fault) == row->fault, "%s: fault %d", row->name,
		index_in(row, v.fault));
	ck_assert_msg(index_in(row, v.undecided) == row->undecided, "%s: undecided %d", row->name,
		index_in(row, v.undecided));
	ck_assert_msg(v.is_complete == is_complete, "%s: complete", row->name);
}
END_TEST

static const struct {
	struct track track;
	const char *text;
} texts[] = {
	{ IF(0, false, DOWN), "tracked interface eth1 is down" },
	{ IF(0, true, UP), "tracked interface eth1 is up" },
	{ SCRIPT(0, false, DOWN), "tracked script chk fails" },
	{ SCRIPT(0, true, UP), "tracked script chk succeeds" },
	{ SCRIPT(0, false, UNKNOWN), "tracked script chk has not reported yet" },
	{ FILE_(1, false, -300), "tracked file load has the value -300" },
	{ PARTS(0, false, DOWN, 1, 2), "tracked process web does not run as it must (1 of 3)" },
};

START_TEST(words_name_the_tracker)
{
	char name[200], buf[TRACK_TEXT_BYTES];
	struct track_source longest = { .kind = TRACK_SCRIPT, .name = name };

	for (size_t i = 0; i < COUNT(texts); i++)
		ck_assert_str_eq(track_text(texts[i].track.source, buf), texts[i].text);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	ck_assert_ptr_nonnull(strstr(track_text(&longest, buf), "xxx has not reported yet"));
	longest.kind = TRACK_FILE;
	track_source_number(&longest, INT64_MIN);
	ck_assert_ptr_nonnull(strstr(track_text(&longest, buf), "value -9223372036854775808"));
	ck_assert_str_eq(track_kind_word(TRACK_KIND_COUNT), "?");
	ck_assert_str_eq(track_result_word(TRACK_RESULT_COUNT), "?");
}
END_TEST

/* ---- so many equal results in a row ---- */

/* Results in: + success, - failure. Out after each: ? unknown, U up, D down. */
static const struct {
	uint32_t rise, fall;
	bool is_init_fail;
	const char *in, *out;
} counts[] = {
	{ 1, 1, false, "+-+-", "UDUD" },
	{ 3, 3, false, "+", "U" }, /* the first decides alone */
	{ 3, 3, false, "-", "D" },
	{ 1, 3, false, "+--+--+---", "UUUUUUUUUD" }, /* a success between begins the row anew */
	{ 3, 1, false, "-++-++-+++", "DDDDDDDDDU" },
	{ 2, 3, false, "+---++---+-++", "UUUDDUUUDDDDU" },
	{ 3, 2, true, "+++--", "DDUUD" },
	{ 1, 1, true, "+-", "UD" },
	{ 3, 1, true, "++-+++", "DDDDDU" },
};

START_TEST(results_in_a_row_decide)
{
	struct track_count c = { 0 };

	ck_assert_int_eq(track_count_result(&c, counts[_i].rise), TRACK_UNKNOWN);
	if (counts[_i].is_init_fail)
		c = track_count_init_fail();
	for (size_t i = 0; counts[_i].in[i]; i++) {
		track_count_add(&c, counts[_i].rise, counts[_i].fall, counts[_i].in[i] == '+');
		ck_assert_msg(track_count_result(&c, counts[_i].rise) ==
				      (counts[_i].out[i] == 'U' ? TRACK_UP : TRACK_DOWN),
			"%s: after %zu", counts[_i].in, i + 1);
	}
}
END_TEST

START_TEST(other_limits_change_no_verdict)
{
	struct track_count c = { 0 };

	track_count_limits(&c, 1, 5, 5);
	ck_assert_int_eq(track_count_result(&c, 5), TRACK_UNKNOWN);
	track_count_add(&c, 2, 2, true);
	track_count_limits(&c, 2, 5, 3);
	ck_assert_int_eq(track_count_result(&c, 5), TRACK_UP);
	track_count_add(&c, 5, 3, false);
	track_count_add(&c, 5, 3, false);
	ck_assert_int_eq(track_count_result(&c, 5), TRACK_UP);
	track_count_add(&c, 5, 3, false);
	ck_assert_int_eq(track_count_result(&c, 5), TRACK_DOWN);
	track_count_limits(&c, 5, 1, 1);
	ck_assert_int_eq(track_count_result(&c, 1), TRACK_DOWN);
}
END_TEST

/* ---- results that must last ---- */

/*
 * Up must last 3 steps of time, down 2. In, one in each step: U, D, or . where nobody looks. Out
 * after each: what counts.
 */
static const struct {
	const char *in, *out;
} delays[] = {
	{ "UUUU", "UUUU" }, /* the very first counts at once */
	{ "DDDD", "DDDD" },
	{ "UDDD", "UUUD" },
	{ "DUUUU", "DDDDU" },
	{ "UDUDUDU", "UUUUUUU" }, /* a flap begins anew each time */
	{ "DUUDUUU.U", "DDDDDDDDU" },
	{ "UD.U", "UUUU" },
	{ "UD..D", "UUUUD" },
};

START_TEST(a_change_counts_when_it_has_lasted)
{
	static const struct track_delays limits = { .up = { 3000000 }, .down = { 2000000 } };
	struct track_delay d = { 0 };
	mono_t due = MONO_NEVER;

	for (int i = 0; delays[_i].in[i]; i++) {
		mono_t now = { (i + 1) * INT64_C(1000000) };
		char in = delays[_i].in[i];

		if (in != '.')
			due = track_delay_see(&d, &limits, in == 'U' ? TRACK_UP : TRACK_DOWN, now);
		ck_assert_msg(d.shown == (delays[_i].out[i] == 'U' ? TRACK_UP : TRACK_DOWN),
			"%s: after %d", delays[_i].in, i + 1);
		ck_assert_int_eq(due.us != INT64_MAX, d.shown != d.seen);
	}
}
END_TEST

START_TEST(without_delays_everything_counts_at_once)
{
	static const struct track_delays none;
	struct track_delay d = { 0 };

	for (int i = 0; i < 4; i++) {
		enum track_result seen = i % 2 ? TRACK_UP : TRACK_DOWN;

		ck_assert_int_eq(track_delay_see(&d, &none, seen, (mono_t){ 5 }).us, INT64_MAX);
		ck_assert_int_eq(d.shown, seen);
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("vrrp track");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, table_row_holds, 0, COUNT(table));
	tcase_add_test(t, words_name_the_tracker);
	tcase_add_loop_test(t, results_in_a_row_decide, 0, COUNT(counts));
	tcase_add_test(t, other_limits_change_no_verdict);
	tcase_add_loop_test(t, a_change_counts_when_it_has_lasted, 0, COUNT(delays));
	tcase_add_test(t, without_delays_everything_counts_at_once);
	suite_add_tcase(s, t);
	return s;
}
