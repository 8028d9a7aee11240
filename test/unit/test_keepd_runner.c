/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which script paths a runner accepts, as a table over a tree made for it. Where /tmp lets nobody
 * but us in between (sticky), it is a fine place for both good and bad scripts.
 */
#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keepd/runner.h"
#include "keepd/script_path.h"

static char top[] = "/tmp/keepd-runner-XXXXXX";

static void make(const char *name, mode_t mode)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", top, name);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
	ck_assert_int_ge(fd, 0);
	fchmod(fd, mode);
	close(fd);
}

static void make_tree(void)
{
	char path[PATH_MAX], target[PATH_MAX];

	ck_assert_ptr_nonnull(mkdtemp(top));
	make("good", 0755);
	make("writable", 0775);
	make("world", 0757);
	make("plain", 0644);
	snprintf(path, sizeof(path), "%s/open", top);
	mkdir(path, 0700);
	chmod(path, 0777);
	make("open/good", 0755);
	snprintf(path, sizeof(path), "%s/link-good", top);
	snprintf(target, sizeof(target), "%s/good", top);
	ck_assert_int_eq(symlink(target, path), 0);
	snprintf(path, sizeof(path), "%s/link-bad", top);
	snprintf(target, sizeof(target), "%s/open/good", top);
	ck_assert_int_eq(symlink(target, path), 0);
}

static void remove_tree(void)
{
	static const char *const names[] = { "good", "writable", "world", "plain", "open/good",
		"link-good", "link-bad" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", top, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/open", top);
	rmdir(path);
	rmdir(top);
}

static const struct {
	const char *name;
	const char *why; /* NULL = accepted; else a part of the reason */
} table[] = {
	{ "good", NULL },
	{ "link-good", NULL },
	{ "writable", "mode 0775" },
	{ "world", "mode 0757" },
	{ "plain", "not executable" },
	{ "open/good", "/open has mode 0777" },
	{ "link-bad", "/open has mode 0777" },
	{ "missing", "No such file" },
};

START_TEST(paths)
{
	char path[PATH_MAX], real[PATH_MAX];
	struct err e = { 0 };
	int status;

	snprintf(path, sizeof(path), "%s/%s", top, table[_i].name);
	status = script_path_check(path, geteuid(), real, &e);
	if (!table[_i].why) {
		ck_assert_msg(status == 0, "%s: %s", table[_i].name, e.text);
		return;
	}
	ck_assert_msg(status == -1, "%s was accepted", table[_i].name);
	ck_assert_msg(strstr(e.text, table[_i].why) != NULL, "%s: %s", table[_i].name, e.text);
}
END_TEST

START_TEST(relative_paths_are_refused)
{
	char real[PATH_MAX];
	struct err e;

	ck_assert_int_eq(script_path_check("notify.sh", 0, real, &e), -1);
}
END_TEST

/* Somebody else's file is somebody else's will, whatever its mode. */
START_TEST(owner_must_be_root_or_the_user)
{
	char path[PATH_MAX], real[PATH_MAX];
	struct err e;

	if (geteuid() != 0)
		return; /* only root can make files of others */
	snprintf(path, sizeof(path), "%s/good", top);
	ck_assert_int_eq(chown(path, 12345, 12345), 0);
	ck_assert_int_eq(script_path_check(path, 0, real, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "uid 12345"));
	ck_assert_int_eq(script_path_check(path, 12345, real, &e), 0);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("keepd/runner");
	TCase *t = tcase_create("paths");

	tcase_add_unchecked_fixture(t, make_tree, remove_tree);
	tcase_add_loop_test(t, paths, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(t, relative_paths_are_refused);
	tcase_add_test(t, owner_must_be_root_or_the_user);
	suite_add_tcase(s, t);
	return s;
}
