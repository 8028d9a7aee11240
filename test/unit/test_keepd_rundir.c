/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run directory: who may be trusted with it, one keepd at a time, files whole or not at all,
 * and no link is ever followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keepd/rundir.h"
#include "unit.h"

static char base[] = "/tmp/keepd-rundir-XXXXXX", path[64], other[64];
static struct rundir d;
static struct err e;

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(base));
	snprintf(path, sizeof(path), "%s/run", base);
	snprintf(other, sizeof(other), "%s/other", base);
	umask(0);
	ck_assert_int_eq(rundir_open(&d, path, getegid(), &e), 0);
}

static void teardown(void)
{
	char command[128];

	rundir_close(&d);
	snprintf(command, sizeof(command), "rm -rf '%s'", base);
	ck_assert_int_eq(system(command), 0);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	ck_assert_int_eq(fstatat(d.fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
	return st.st_mode & 07777;
}

static void put(const char *name, const char *text)
{
	int fd = openat(d.fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void assert_holds(const char *name, const char *expected)
{
	size_t len;
	char *text;

	ck_assert_int_eq(rundir_read(&d, name, &text, &len, &e), 0);
	ck_assert_str_eq(text, expected);
	ck_assert_uint_eq(len, strlen(expected));
	free(text);
}

/* ---- the directory ---- */

START_TEST(a_directory_of_ours_has_its_mode_whatever_the_umask)
{
	ck_assert_uint_eq(mode_of("."), 0750);
}
END_TEST

static const struct {
	mode_t mode;
	bool is_fine;
} directories[] = {
	{ 0750, true },
	{ 0755, true },
	{ 0700, true },
	{ 0770, false },
	{ 0757, false },
	{ 01777, false },
};

START_TEST(a_directory_that_others_can_write_to_is_refused)
{
	struct rundir there;

	ck_assert_int_eq(mkdir(other, 0700), 0);
	ck_assert_int_eq(chmod(other, directories[_i].mode), 0);
	ck_assert_int_eq(rundir_open(&there, other, getegid(), &e) == 0, directories[_i].is_fine);
	if (directories[_i].is_fine)
		rundir_close(&there);
}
END_TEST

START_TEST(a_directory_that_is_there_keeps_its_mode)
{
	struct rundir there;
	struct stat st;

	ck_assert_int_eq(mkdir(other, 0755), 0);
	ck_assert_int_eq(rundir_open(&there, other, getegid(), &e), 0);
	ck_assert_int_eq(fstat(there.fd, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
	rundir_close(&there);
}
END_TEST

START_TEST(a_link_is_no_directory)
{
	struct rundir there;

	ck_assert_int_eq(symlink(path, other), 0);
	ck_assert_int_eq(rundir_open(&there, other, getegid(), &e), -1);
	ck_assert_int_eq(rundir_open_existing(&there, other, &e), -1);
}
END_TEST

START_TEST(none_is_told_from_one_that_cannot_be_used)
{
	struct rundir there;

	ck_assert_int_eq(rundir_open_existing(&there, other, &e), -1);
	ck_assert_int_eq(e.sysno, ENOENT);
}
END_TEST

/* ---- the lock ---- */

START_TEST(one_keepd_at_a_time_and_the_second_learns_who)
{
	struct rundir second;
	pid_t owner;

	ck_assert_int_eq(rundir_lock(&d, &owner, &e), 0);
	ck_assert_int_eq(rundir_write_pid(&d, &e), 0);
	ck_assert_uint_eq(mode_of(RUNDIR_PID) & 022, 0);
	ck_assert_int_eq(rundir_open_existing(&second, path, &e), 0);
	ck_assert_int_eq(rundir_lock(&second, &owner, &e), -1);
	ck_assert_int_eq(e.sysno, EAGAIN);
	ck_assert_int_eq(owner, getpid());
	rundir_close(&d);
	ck_assert_int_eq(rundir_lock(&second, &owner, &e), 0);
	rundir_close(&second);
}
END_TEST

/*
 * While one goes (removes the file, lets go) and others come, never two of them hold the lock. Who
 * has it says so in a file that must not be there yet.
 */
START_TEST(a_lock_on_a_removed_file_is_none)
{
	int status;

	for (int i = 0; i < 4; i++)
		if (fork() == 0) {
			struct rundir own;
			int fd, rounds = 0;
			pid_t owner;

			while (rounds < 500) {
				if (rundir_open_existing(&own, path, &e) < 0)
					_exit(2);
				if (rundir_lock(&own, &owner, &e) == 0) {
					fd = openat(
						own.fd, "held", O_CREAT | O_EXCL | O_CLOEXEC, 0600);
					if (fd < 0)
						_exit(1);
					close(fd);
					rundir_remove(&own, "held");
					rundir_remove(&own, RUNDIR_PID);
					rounds++;
				}
				rundir_close(&own);
			}
			_exit(0);
		}
	for (int i = 0; i < 4; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
}
END_TEST

START_TEST(a_link_is_no_pid_file)
{
	pid_t owner;

	put("target", "untouched");
	ck_assert_int_eq(symlinkat("target", d.fd, RUNDIR_PID), 0);
	ck_assert_int_eq(rundir_lock(&d, &owner, &e), -1);
	assert_holds("target", "untouched");
}
END_TEST

/* ---- state files ---- */

START_TEST(what_was_written_is_read_and_for_root_only)
{
	ck_assert_int_eq(rundir_write(&d, "x.state", "first", 5, &e), 0);
	assert_holds("x.state", "first");
	ck_assert_int_eq(rundir_write(&d, "x.state", "", 0, &e), 0);
	assert_holds("x.state", "");
	ck_assert_uint_eq(mode_of("x.state"), 0600);
	rundir_remove(&d, "x.state");
	ck_assert_int_eq(faccessat(d.fd, "x.state", F_OK, 0), -1);
}
END_TEST

START_TEST(links_are_replaced_not_followed)
{
	put("target", "untouched");
	ck_assert_int_eq(symlinkat("target", d.fd, "x.state"), 0);
	ck_assert_int_eq(symlinkat("target", d.fd, ".x.state.new"), 0);
	ck_assert_int_eq(rundir_write(&d, "x.state", "text", 4, &e), 0);
	assert_holds("target", "untouched");
	assert_holds("x.state", "text");
}
END_TEST

START_TEST(what_a_crash_left_half_written_is_no_obstacle)
{
	put(".x.state.new", "half of a longer te");
	ck_assert_int_eq(rundir_write(&d, "x.state", "text", 4, &e), 0);
	assert_holds("x.state", "text");
	ck_assert_int_eq(faccessat(d.fd, ".x.state.new", F_OK, 0), -1);
}
END_TEST

START_TEST(a_write_that_fails_leaves_what_was_there)
{
	put("x.state", "old");
	ck_assert_int_eq(mkdirat(d.fd, ".x.state.new", 0700), 0);
	ck_assert_int_eq(rundir_write(&d, "x.state", "new", 3, &e), -1);
	assert_holds("x.state", "old");
}
END_TEST

START_TEST(only_files_are_read)
{
	size_t len;
	char *text;

	put("target", "secret");
	ck_assert_int_eq(symlinkat("target", d.fd, "link"), 0);
	ck_assert_int_eq(mkfifoat(d.fd, "fifo", 0600), 0);
	ck_assert_int_eq(mkdirat(d.fd, "directory", 0700), 0);
	ck_assert_int_eq(rundir_read(&d, "link", &text, &len, &e), -1);
	ck_assert_int_eq(rundir_read(&d, "fifo", &text, &len, &e), -1);
	ck_assert_int_eq(rundir_read(&d, "directory", &text, &len, &e), -1);
	ck_assert_int_eq(rundir_read(&d, "missing", &text, &len, &e), -1);
	ck_assert_int_eq(e.sysno, ENOENT);
	ck_assert_ptr_null(text);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd/rundir");
	TCase *t = tcase_create("rundir");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, a_directory_of_ours_has_its_mode_whatever_the_umask);
	tcase_add_loop_test(
		t, a_directory_that_others_can_write_to_is_refused, 0, (int)COUNT(directories));
	tcase_add_test(t, a_directory_that_is_there_keeps_its_mode);
	tcase_add_test(t, a_link_is_no_directory);
	tcase_add_test(t, none_is_told_from_one_that_cannot_be_used);
	tcase_add_test(t, one_keepd_at_a_time_and_the_second_learns_who);
	tcase_add_test(t, a_lock_on_a_removed_file_is_none);
	tcase_add_test(t, a_link_is_no_pid_file);
	tcase_add_test(t, what_was_written_is_read_and_for_root_only);
	tcase_add_test(t, links_are_replaced_not_followed);
	tcase_add_test(t, what_a_crash_left_half_written_is_no_obstacle);
	tcase_add_test(t, a_write_that_fails_leaves_what_was_there);
	tcase_add_test(t, only_files_are_read);
	suite_add_tcase(s, t);
	return s;
}
