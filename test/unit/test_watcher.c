/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watcher: which bytes are a number, what stays in its page over reloads and restarts, and that
 * files are read whatever is done to them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"
#include "watcher/files.h"
#include "watcher/number.h"

static struct err e;

/* ---- numbers ---- */

#define DIGITS_64 "9999999999999999999999999999999999999999999999999999999999999999"

static const struct {
	const char *text;
	size_t len; /* 0 = strlen */
	bool is_number;
	int64_t number;
} numbers[] = {
	{ "10\n", 0, true, 10 },
	{ "0", 0, true, 0 },
	{ "  -7  \n\n", 0, true, -7 },
	{ "+3", 0, true, 3 },
	{ "0x10", 0, true, 16 },
	{ "010", 0, true, 8 },
	{ "", 0, false, 0 },
	{ "\n", 0, false, 0 },
	{ "up\n", 0, false, 0 },
	{ "10 20\n", 0, false, 0 },
	{ "10x", 0, false, 0 },
	{ "1.5", 0, false, 0 },
	{ "-", 0, false, 0 },
	{ "9223372036854775808", 0, true, INT64_MAX },
	{ "-99999999999999999999999", 0, true, INT64_MIN },
	{ DIGITS_64, 0, true, INT64_MAX },
	{ "1\0002", 3, false, 0 },
	{ "\0", 1, false, 0 },
};

START_TEST(bytes_are_a_number_or_not)
{
	char text[WATCH_NUMBER_BYTES + 1];
	size_t len = numbers[_i].len ? numbers[_i].len : strlen(numbers[_i].text);
	int64_t number = 77;

	memcpy(text, numbers[_i].text, len);
	ck_assert_msg(
		watch_number(text, len, &number) == numbers[_i].is_number, "%s", numbers[_i].text);
	ck_assert_int_eq(number, numbers[_i].number);
}
END_TEST

/* ---- slots ---- */

static struct watch_slots slots;
static int page_fd;

static void new_page(void)
{
	page_fd = page_create("watch", sizeof(struct watch_slot), WATCH_SLOTS, &e);
}

/* A process that takes over the page. */
static void open_slots(void)
{
	memset(&slots, 0, sizeof(slots));
	doorbell_init(&slots.vrrp, NULL);
	ck_assert_int_eq(watch_slots_open(&slots, page_fd, &e), 0);
}

static struct watch_slot in_page(uint32_t i)
{
	struct watch_slot slot;

	page_read(&slots.page, i, &slot);
	return slot;
}

START_TEST(what_is_known_survives_reloads_and_restarts)
{
	static const struct watch_slot a = { .kind = WATCH_FILE, .id = 1 },
				       b = { .kind = WATCH_FILE, .id = 2 },
				       other = { .kind = WATCH_PROCESS, .id = 1 };
	const struct watch_slot both[] = { a, b }, turned[] = { other, b, a };

	new_page();
	open_slots();
	watch_slots_take(&slots, both, 2);
	ck_assert(!in_page(0).is_known);
	watch_slots_set(&slots, 0, 10);
	watch_slots_set(&slots, 1, -20);
	watch_slots_take(&slots, turned, 3);
	ck_assert(!in_page(0).is_known);
	ck_assert_int_eq(in_page(1).number, -20);
	ck_assert_int_eq(in_page(2).number, 10);
	watch_slots_take(&slots, &b, 1);
	ck_assert_int_eq(in_page(0).number, -20);
	ck_assert_uint_eq(in_page(1).kind, WATCH_FREE);
	ck_assert_uint_eq(in_page(2).kind, WATCH_FREE);
	watch_slots_close(&slots);
	open_slots();
	watch_slots_take(&slots, both, 2);
	ck_assert_int_eq(in_page(1).number, -20);
	watch_slots_close(&slots);
	close(page_fd);
}
END_TEST

/* ---- files ---- */

static char folder[] = "/tmp/test_watcher.XXXXXX";
static struct loop *loop;
static struct watched_files files;
static struct timer timer;
static int64_t wanted;
static unsigned looks;

static const char *path_of(const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *out = fopen(path_of(name), "w");

	fputs(text, out);
	fclose(out);
}

static void on_timer(void *arg)
{
	(void)arg;
	if (in_page(0).number == wanted || ++looks > 500)
		loop_stop(loop, 0);
	else
		timer_set(&timer, mono_add(mono_now(), span_ms(1)));
}

/* Well before it would be looked at anyway. */
static void until(int64_t number)
{
	wanted = number;
	looks = 0;
	timer_set(&timer, mono_now());
	loop_run(loop);
	ck_assert_int_eq(in_page(0).number, number);
}

START_TEST(whatever_is_done_to_a_file_is_seen)
{
	struct conf_track_file conf = { .name = "load" };
	void *items[] = { &conf };
	const struct conf_list list = { .items = items, .count = 1 };
	static const struct watch_slot slot = { .kind = WATCH_FILE, .id = 1 };
	char path[200];

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/load", folder);
	conf.path = path;
	new_page();
	open_slots();
	loop = loop_new(&e);
	ck_assert_int_eq(timer_open(&timer, loop, on_timer, NULL, &e), 0);
	ck_assert_int_eq(watched_files_open(&files, loop, &slots, &e), 0);
	put("load", "7\n");
	watch_slots_take(&slots, &slot, 1);
	watched_files_take(&files, &list, 0);
	ck_assert_int_eq(in_page(0).number, 7); /* at once */
	put("load", "8");
	until(8);
	put("new", "9");
	rename(strcpy((char[200]){ 0 }, path_of("new")), path);
	until(9);
	unlink(path);
	until(0);
	put("load", "10");
	until(10);
	put("load", "garbage");
	until(0);
	put("load", "99999999999999999999");
	until(INT64_MAX);
	unlink(path);
	mkfifo(path, 0600);
	until(0);
	unlink(path);
	put("load", "11");
	until(11);
	watched_files_close(&files);
	timer_close(&timer);
	loop_free(loop);
	watch_slots_close(&slots);
	close(page_fd);
	unlink(path);
	rmdir(folder);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("watcher");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, bytes_are_a_number_or_not, 0, COUNT(numbers));
	tcase_add_test(t, what_is_known_survives_reloads_and_restarts);
	tcase_add_test(t, whatever_is_done_to_a_file_is_seen);
	suite_add_tcase(s, t);
	return s;
}
