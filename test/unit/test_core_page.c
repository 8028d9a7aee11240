/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State pages: a reader gets a whole value whatever the writer is doing or did not finish. The
 * module is included as text, so that a half-written copy can be made by hand.
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

/* A version that is another one whenever it is looked at. */
static bool is_insane;
static uint64_t insane_version;

#define __atomic_load_n(at, order) (is_insane ? ++insane_version : __atomic_load_n(at, order))
#include "core/page.c"
#undef __atomic_load_n

#include "test/unit/unit.h"

#define SLOTS 5

struct value {
	uint64_t words[13];
	char odd[3]; /* the size is no multiple of a word */
} __attribute__((packed));

static struct err e;

static struct value value_of(unsigned char n)
{
	struct value v;

	memset(&v, n, sizeof(v));
	return v;
}

/* Asserts that v is whole, and returns what it was made of. */
static unsigned char whole(const struct value *v)
{
	const unsigned char *bytes = (const unsigned char *)v;

	for (size_t i = 1; i < sizeof(*v); i++)
		ck_assert_msg(
			bytes[i] == bytes[0], "torn at byte %zu: %u and %u", i, bytes[0], bytes[i]);
	return bytes[0];
}

static int create(void)
{
	int fd = page_create("test", sizeof(struct value), SLOTS, &e);

	ck_assert_int_ge(fd, 0);
	return fd;
}

static void open_both(int fd, struct page *writer, struct page *reader)
{
	ck_assert_int_eq(page_open(writer, fd, sizeof(struct value), SLOTS, true, &e), 0);
	ck_assert_int_eq(page_open(reader, fd, sizeof(struct value), SLOTS, false, &e), 0);
}

START_TEST(a_slot_never_written_is_zero)
{
	int fd = create();
	struct page w, r;
	struct value v = value_of(9);

	open_both(fd, &w, &r);
	close(fd); /* the mapping stays */
	for (uint32_t i = 0; i < SLOTS; i++) {
		v = value_of(9);
		ck_assert_uint_eq(page_read(&r, i, &v), 0);
		ck_assert_uint_eq(whole(&v), 0);
	}
	v = value_of(9);
	ck_assert_uint_eq(page_read(&r, SLOTS, &v), 0); /* there is none */
	ck_assert_uint_eq(whole(&v), 0);
	page_close(&w);
	page_close(&r);
	page_close(&r);
}
END_TEST

START_TEST(the_latest_value_wins_and_moves_the_version)
{
	int fd = create();
	uint64_t version = 0;
	struct page w, r;

	open_both(fd, &w, &r);
	for (unsigned n = 1; n < 40; n++) {
		struct value in = value_of((unsigned char)n), out;
		uint64_t next;

		page_write(&w, 2, &in);
		next = page_read(&r, 2, &out);
		ck_assert_uint_ne(next, version);
		ck_assert_uint_eq(page_read(&r, 2, &out), next);
		ck_assert_uint_eq(whole(&out), n);
		version = next;
	}
	for (uint32_t i = 0; i < SLOTS; i++) {
		struct value out;

		ck_assert_uint_eq(page_read(&r, i, &out) != 0, i == 2);
	}
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

START_TEST(every_size_comes_back_as_it_was)
{
	static const size_t sizes[] = { 1, 7, 8, 9, 63, 64, 65, 4096 };
	size_t size = sizes[_i];
	unsigned char in[4096], out[4096 + 1];
	int fd = page_create("test", size, 3, &e);
	struct page w, r;

	ck_assert_int_eq(page_open(&w, fd, size, 3, true, &e), 0);
	ck_assert_int_eq(page_open(&r, fd, size, 3, false, &e), 0);
	for (uint32_t i = 0; i < 6; i++) {
		for (size_t k = 0; k < size; k++)
			in[k] = (unsigned char)(k * 7 + i);
		out[size] = 0xee;
		page_write(&w, i % 3, in);
		ck_assert_uint_eq(page_read(&r, i % 3, out), 1 + i / 3);
		ck_assert_mem_eq(in, out, size);
		ck_assert_uint_eq(out[size], 0xee);
	}
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

START_TEST(a_half_written_copy_is_not_seen_and_is_overwritten)
{
	struct value old = value_of(1), new = value_of(2), newer = value_of(3), out;
	int fd = create();
	struct page w, r;

	open_both(fd, &w, &r);
	for (uint32_t round = 0; round < 2; round++) { /* each of the two copies */
		page_write(&w, 0, &old);
		for (size_t len = 0; len <= sizeof(new); len += sizeof(uint64_t)) {
			uint64_t version = page_read(&r, 0, &out);

			store_words(copy_of(&w, 0, version + 1), (const char *)&new, len);
			ck_assert_uint_eq(page_read(&r, 0, &out), version);
			ck_assert_uint_eq(whole(&out), 1);
		}
		page_close(&w); /* the writer dies here; its successor knows nothing of it */
		ck_assert_int_eq(page_open(&w, fd, sizeof(old), SLOTS, true, &e), 0);
		page_write(&w, 0, &newer);
		page_read(&r, 0, &out);
		ck_assert_uint_eq(whole(&out), 3);
	}
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

static _Noreturn void write_traced(struct page *w, const struct value *v)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(99);
	raise(SIGSTOP);
	page_write(w, 0, v);
	_exit(0);
}

START_TEST(the_writer_may_die_after_any_instruction)
{
	struct value old = value_of(1), new = value_of(2), out;
	unsigned steps[3] = { 0 };
	int fd = create(), status;
	struct page w, r;
	pid_t pid;

	open_both(fd, &w, &r);
	page_write(&w, 0, &old);
	pid = fork();
	if (pid == 0)
		write_traced(&w, &new);
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		page_read(&r, 0, &out);
		steps[whole(&out)]++;
		ck_assert_int_eq(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
	}
	ck_assert(WIFEXITED(status));
	if (WEXITSTATUS(status) == 99) {
		fprintf(stderr, "skipped: no ptrace here\n");
	} else {
		ck_assert_uint_gt(steps[1], 20);
		ck_assert_uint_gt(steps[2], 1);
	}
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

/* ---- readers beside a writer ---- */

#define WRITES 200000

static void *write_many(void *arg)
{
	struct page *w = arg;

	for (unsigned n = 1; n <= WRITES; n++) {
		struct value v = value_of((unsigned char)n);

		page_write(w, 1, &v);
	}
	return NULL;
}

static void read_until(struct page *r, uint64_t last)
{
	uint64_t version, before = 0;
	struct value v;

	do {
		version = page_read(r, 1, &v);
		ck_assert_uint_ge(version, before);
		ck_assert_uint_eq(whole(&v), (unsigned char)version);
		before = version;
	} while (version < last);
}

START_TEST(a_reader_beside_a_writing_thread_sees_whole_values)
{
	int fd = create();
	struct page w, r;
	pthread_t thread;

	open_both(fd, &w, &r);
	ck_assert_int_eq(pthread_create(&thread, NULL, write_many, &w), 0);
	read_until(&r, WRITES);
	pthread_join(thread, NULL);
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

START_TEST(a_reader_beside_a_writing_process_sees_whole_values)
{
	int fd = create(), status;
	struct page w, r;
	pid_t pid;

	open_both(fd, &w, &r);
	pid = fork();
	if (pid == 0) {
		write_many(&w);
		_exit(0);
	}
	read_until(&r, WRITES);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

START_TEST(an_insane_writer_cannot_hold_a_reader_for_ever)
{
	struct value v = value_of(1);
	int fd = create();
	struct page w, r;

	open_both(fd, &w, &r);
	page_write(&w, 0, &v);
	is_insane = true;
	ck_assert_uint_eq(page_read(&r, 0, &v), 0);
	ck_assert_uint_eq(whole(&v), 0);
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

/* ---- shapes ---- */

START_TEST(another_shape_or_version_is_refused)
{
	struct header h = {
		.magic = PAGE_MAGIC, .layout = PAGE_LAYOUT, .slots = SLOTS, .slot_bytes = 8
	};
	struct page p;
	int fd;

	switch (_i) {
	case 0: break; /* as it should be */
	case 1: h.magic++; break;
	case 2: h.layout++; break;
	case 3: h.slots++; break;
	case 4: h.slot_bytes++; break;
	}
	fd = memfd_new("test", &e);
	ck_assert_int_eq(ftruncate(fd, (off_t)page_bytes(8, SLOTS)), 0);
	ck_assert_int_eq(pwrite(fd, &h, sizeof(h), 0), sizeof(h));
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, SEALS), 0);
	ck_assert_int_eq(page_open(&p, fd, 8, SLOTS, false, &e), _i == 0 ? 0 : -1);
	page_close(&p);
	close(fd);
}
END_TEST

START_TEST(a_page_of_another_size_is_refused)
{
	int fd = create();
	struct page p;

	ck_assert_int_eq(page_open(&p, fd, sizeof(struct value), SLOTS + 1, false, &e), -1);
	ck_assert_int_eq(page_open(&p, fd, sizeof(struct value) + 8, SLOTS, false, &e), -1);
	ck_assert_int_eq(page_open(&p, fd, 0, 0, false, &e), -1);
	ck_assert_ptr_null(p.map);
	close(fd);
}
END_TEST

START_TEST(what_could_shrink_is_refused)
{
	int fds[] = { memfd_new("test", &e), open("/dev/zero", O_RDWR | O_CLOEXEC), -1 };
	struct page p;

	ck_assert_int_eq(ftruncate(fds[0], (off_t)page_bytes(8, SLOTS)), 0);
	for (size_t i = 0; i < COUNT(fds); i++) {
		ck_assert_int_eq(page_open(&p, fds[i], 8, SLOTS, false, &e), -1);
		ck_assert_ptr_nonnull(strstr(e.text, "sealed"));
		if (fds[i] >= 0)
			close(fds[i]);
	}
}
END_TEST

START_TEST(a_page_cannot_be_resized_and_readers_cannot_write)
{
	int fd = create(), zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	struct page w, r;

	open_both(fd, &w, &r);
	ck_assert_int_eq(ftruncate(fd, 0), -1);
	ck_assert_int_eq(ftruncate(fd, 1 << 20), -1);
	ck_assert_int_eq(read(zero, version_of(&w, 0), 8), 8);
	ck_assert_int_eq(read(zero, version_of(&r, 0), 8), -1); /* EFAULT */
	close(zero);
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

START_TEST(impossible_sizes_are_refused)
{
	static const struct {
		size_t slot_bytes;
		uint32_t slots;
	} rows[] = { { 0, 1 }, { 1, 0 }, { SIZE_MAX, 1 }, { SIZE_MAX / 16, UINT32_MAX },
		{ SIZE_MAX / 8, 4 } };

	for (size_t i = 0; i < COUNT(rows); i++)
		ck_assert_int_eq(page_create("test", rows[i].slot_bytes, rows[i].slots, &e), -1);
}
END_TEST

START_TEST(untouched_slots_cost_no_memory)
{
	struct {
		char bytes[4096];
	} v = { { 1 } };
	int fd = page_create("test", sizeof(v), 1000, &e);
	struct page w, r;
	struct stat st;

	ck_assert_int_eq(page_open(&w, fd, sizeof(v), 1000, true, &e), 0);
	ck_assert_int_eq(page_open(&r, fd, sizeof(v), 1000, false, &e), 0);
	page_write(&w, 500, &v);
	for (uint32_t i = 0; i < 1000; i++)
		page_read(&r, i, &v);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_lt(st.st_blocks * 512, 64 << 10);
	page_close(&w);
	page_close(&r);
	close(fd);
}
END_TEST

START_TEST(writing_where_one_may_not_is_a_broken_invariant)
{
	int fd = create();
	struct value v = value_of(1);
	struct page w, r;

	open_both(fd, &w, &r);
	if (_i == 0)
		page_write(&r, 0, &v);
	else
		page_write(&w, SLOTS, &v);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/page");
	TCase *t = tcase_create("page");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, a_slot_never_written_is_zero);
	tcase_add_test(t, the_latest_value_wins_and_moves_the_version);
	tcase_add_loop_test(t, every_size_comes_back_as_it_was, 0, 8);
	tcase_add_test(t, a_half_written_copy_is_not_seen_and_is_overwritten);
	tcase_add_test(t, the_writer_may_die_after_any_instruction);
	tcase_add_test(t, a_reader_beside_a_writing_thread_sees_whole_values);
	tcase_add_test(t, a_reader_beside_a_writing_process_sees_whole_values);
	tcase_add_test(t, an_insane_writer_cannot_hold_a_reader_for_ever);
	tcase_add_loop_test(t, another_shape_or_version_is_refused, 0, 5);
	tcase_add_test(t, a_page_of_another_size_is_refused);
	tcase_add_test(t, what_could_shrink_is_refused);
	tcase_add_test(t, a_page_cannot_be_resized_and_readers_cannot_write);
	tcase_add_test(t, impossible_sizes_are_refused);
	tcase_add_test(t, untouched_slots_cost_no_memory);
	tcase_add_loop_exit_test(
		t, writing_where_one_may_not_is_a_broken_invariant, EXIT_INTERNAL, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
