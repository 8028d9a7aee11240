/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealed texts: they arrive whole, cannot be changed, and what is not sealed is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/memfd.h"
#include "test/unit/unit.h"

static struct err e;

START_TEST(a_text_arrives_whole)
{
	static const size_t sizes[] = { 0, 1, 4096, 100000 };
	size_t size = sizes[_i], len;
	char *bytes = malloc(size + 1), *text;
	int fd;

	memset(bytes, 'x', size);
	fd = memfd_seal("test", bytes, size, &e);
	ck_assert_int_ge(fd, 0);
	lseek(fd, 17, SEEK_SET); /* the sender's offset is no business of the reader */
	for (int again = 0; again < 2; again++) {
		ck_assert_int_eq(memfd_read(fd, size, &text, &len, &e), 0);
		ck_assert_uint_eq(len, size);
		ck_assert(!memcmp(text, bytes, size));
		ck_assert_int_eq(text[size], '\0');
		free(text);
	}
	ck_assert_int_eq(memfd_read(fd, size, &text, NULL, &e), 0);
	free(text);
	free(bytes);
	close(fd);
}
END_TEST

START_TEST(a_sealed_text_cannot_be_changed)
{
	int fd = memfd_seal("test", "text", 4, &e);

	ck_assert_int_eq(pwrite(fd, "x", 1, 0), -1);
	ck_assert_int_eq(ftruncate(fd, 0), -1);
	ck_assert_int_eq(ftruncate(fd, 100), -1);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), -1);
	ck_assert_ptr_eq(mmap(NULL, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
}
END_TEST

START_TEST(more_than_allowed_is_refused)
{
	int fd = memfd_seal("test", "text", 4, &e);
	size_t len = 99;
	char *text;

	ck_assert_int_eq(memfd_read(fd, 3, &text, &len, &e), -1);
	ck_assert_ptr_null(text);
	ck_assert_uint_eq(len, 0);
	ck_assert_str_eq(e.text, "memfd of 4 bytes, more than 3");
	close(fd);
}
END_TEST

START_TEST(what_may_still_change_is_refused)
{
	int fds[] = { memfd_new("test", &e), open("/dev/null", O_RDONLY | O_CLOEXEC), -1 };
	char *text;

	for (size_t i = 0; i < COUNT(fds); i++) {
		ck_assert_int_eq(memfd_read(fds[i], 100, &text, NULL, &e), -1);
		ck_assert_ptr_null(text);
		if (fds[i] >= 0)
			close(fds[i]);
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/memfd");
	TCase *t = tcase_create("memfd");

	tcase_add_loop_test(t, a_text_arrives_whole, 0, 4);
	tcase_add_test(t, a_sealed_text_cannot_be_changed);
	tcase_add_test(t, more_than_allowed_is_refused);
	tcase_add_test(t, what_may_still_change_is_refused);
	suite_add_tcase(s, t);
	return s;
}
