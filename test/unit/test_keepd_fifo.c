/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pipes for those outside: what may be lost when nobody reads, and which paths are taken.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keepd/fifo_open.h"
#include "keepd/fifo_queue.h"
#include "unit.h"

/* ---- the queue ---- */

/*
 * Lines are two letters: an object, and a state of it if that is a capital. What is pushed, and
 * what is left, with a limit of 4.
 */
static const struct {
	const char *name, *pushed, *left;
	unsigned dropped;
} queues[] = {
	/* clang-format off */
	{ "in order",				  "aM bM aB",			"aM bM aB",	   0 },
	{ "up to the limit nothing is lost",	  "aM aB aM aB",		"aM aB aM aB",	   0 },
	{ "an overtaken state goes first",	  "aM bM aB bB aM",		"bM aB bB aM",	   1 },
	{ "the newest of each object stays",	  "aM aB aM aB aM bM aB",	"aB aM bM aB",	   3 },
	{ "what is no state goes before states",  "aM bM ap bp cM",		"aM bM bp cM",	   1 },
	{ "but not if there is something older",  "aM aB ap bM cM",		"aB ap bM cM",	   1 },
	{ "last states stay beyond the limit",	  "aM bM cM dM eM fM",		"aM bM cM dM eM fM", 0 },
	{ "and make room when they are overtaken", "aM bM cM dM eM aB bB",	"cM dM eM aB bB",  2 },
	/* clang-format on */
};

START_TEST(the_last_state_of_each_object_is_never_lost)
{
	struct fifo_queue *q = fifo_queue_new(4);
	char left[64] = "";
	const char *line;
	unsigned dropped = 0;
	size_t len;

	for (const char *at = queues[_i].pushed; *at; at += at[2] ? 3 : 2)
		dropped += fifo_queue_push(q, (uint64_t)at[0], at[1] == 'M' || at[1] == 'B', at, 2);
	while ((line = fifo_queue_first(q, &len))) {
		ck_assert_uint_eq(len, 2);
		snprintf(left + strlen(left), sizeof(left) - strlen(left), "%s%.2s",
			left[0] ? " " : "", line);
		fifo_queue_pop(q);
	}
	ck_assert_msg(!strcmp(left, queues[_i].left), "%s: %s", queues[_i].name, left);
	ck_assert_msg(dropped == queues[_i].dropped, "%s: %u", queues[_i].name, dropped);
	ck_assert_uint_eq(fifo_queue_count(q), 0);
	fifo_queue_push(q, 1, true, "zM", 2); /* goes on after it was empty */
	ck_assert_uint_eq(fifo_queue_count(q), 1);
	fifo_queue_free(q);
}
END_TEST

/* ---- opening ---- */

static char dir[64], path[96];
static struct err e;

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/keepd-fifo-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/pipe", dir);
}

static void teardown(void)
{
	chmod(dir, 0700);
	unlink(path);
	rmdir(dir);
}

static int open_path(bool *is_made)
{
	return fifo_open(path, geteuid(), getegid(), is_made, &e);
}

START_TEST(a_pipe_is_made_for_its_owner_alone_and_taken_again)
{
	struct stat st;
	bool is_made;
	int fd = open_path(&is_made);

	ck_assert_msg(fd >= 0, "%s", e.text);
	ck_assert(is_made);
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert(S_ISFIFO(st.st_mode));
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(write(fd, "x", 1), 1); /* needs no reader */
	ck_assert(fcntl(fd, F_GETFL) & O_NONBLOCK);
	ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	fd = open_path(&is_made);
	ck_assert_int_ge(fd, 0);
	ck_assert(!is_made);
	close(fd);
}
END_TEST

static void make_file(void)
{
	close(open(path, O_WRONLY | O_CREAT, 0600));
}

static void make_link(void)
{
	ck_assert_int_eq(symlink("/dev/null", path), 0);
}

static void make_directory_open(void)
{
	ck_assert_int_eq(chmod(dir, 0777), 0);
}

static void make_directory_sticky(void)
{
	ck_assert_int_eq(chmod(dir, 01777), 0);
}

static void make_relative(void)
{
	snprintf(path, sizeof(path), "pipe");
}

static void make_lost(void)
{
	snprintf(path, sizeof(path), "%s/nowhere/pipe", dir);
}

static const struct {
	const char *name;
	void (*make)(void);
	const char *error; /* in the text; NULL = fine */
} places[] = {
	{ "a file", make_file, "is no pipe" },
	{ "a link", make_link, "is no pipe" },
	{ "a directory that others can write to", make_directory_open, "mode 0777" },
	{ "a sticky one", make_directory_sticky, NULL },
	{ "no absolute path", make_relative, "must be absolute" },
	{ "no directory", make_lost, "No such file" },
};

START_TEST(only_a_pipe_in_a_safe_place_is_opened)
{
	bool is_made;
	int fd;

	e.text[0] = '\0';
	places[_i].make();
	fd = open_path(&is_made);
	ck_assert_msg((fd >= 0) == !places[_i].error, "%s: %s", places[_i].name, e.text);
	if (places[_i].error)
		ck_assert_msg(strstr(e.text, places[_i].error) != NULL, "%s: %s", places[_i].name,
			e.text);
	close(fd);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd fifo");
	TCase *queue = tcase_create("queue"), *place = tcase_create("place");

	tcase_add_loop_test(queue, the_last_state_of_each_object_is_never_lost, 0, COUNT(queues));
	suite_add_tcase(s, queue);
	tcase_add_checked_fixture(place, setup, teardown);
	tcase_add_test(place, a_pipe_is_made_for_its_owner_alone_and_taken_again);
	tcase_add_loop_test(place, only_a_pipe_in_a_safe_place_is_opened, 0, COUNT(places));
	suite_add_tcase(s, place);
	return s;
}
