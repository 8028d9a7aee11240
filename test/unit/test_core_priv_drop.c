/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole drop from root, judged by what the kernel says of the process afterwards. Each test is
 * a process of its own (Check forks), so nothing has to be undone. Needs root.
 */
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/priv.h"
#include "test/unit/unit.h"

#define NOBODY 65534

static struct err e, warn;
static const int net_caps[] = { CAP_NET_ADMIN, CAP_NET_RAW, -1 };
static const struct priv_spec nobody = {
	.user = "nobody", .uid = NOBODY, .gid = NOBODY, .caps = net_caps
};

const char *unit_obstacle(void)
{
	return geteuid() == 0 && priv_has(CAP_SETUID) && priv_has(CAP_SETGID) &&
			       priv_has(CAP_SETPCAP) && priv_has(CAP_NET_ADMIN) &&
			       priv_has(CAP_NET_RAW)
		       ? NULL
		       : "needs root with CAP_SETUID, SETGID, SETPCAP, NET_ADMIN and NET_RAW";
}

/* The value of a line of /proc/self/FILE, without leading white space. */
static const char *value_in(const char *file, const char *key)
{
	static char line[4096];
	FILE *in = fopen(file, "r");

	ck_assert_ptr_nonnull(in);
	while (fgets(line, sizeof(line), in))
		if (!strncmp(line, key, strlen(key))) {
			fclose(in);
			line[strcspn(line, "\n")] = '\0';
			return line + strlen(key) + strspn(line + strlen(key), " \t");
		}
	ck_abort_msg("no %s in %s", key, file);
	return "";
}

static const char *status(const char *key)
{
	return value_in("/proc/self/status", key);
}

static unsigned long long status_mask(const char *key)
{
	return strtoull(status(key), NULL, 16);
}

static void drop(const struct priv_spec *spec)
{
	ck_assert_msg(priv_drop(spec, getppid(), &warn, &e) == 0, "%s", e.text);
}

START_TEST(nothing_is_left_but_what_was_asked_for)
{
	const unsigned long long both = 1ULL << CAP_NET_ADMIN | 1ULL << CAP_NET_RAW;
	struct priv_spec spec = nobody;
	int signo;

	if (_i == 1)
		spec.caps = NULL;
	ck_assert_int_eq(setgroups(2, (const gid_t[]){ 0, 7 }), 0);
	drop(&spec);
	ck_assert_str_eq(warn.text, "");
	ck_assert_str_eq(status("Uid:"), "65534\t65534\t65534\t65534");
	ck_assert_str_eq(status("Gid:"), "65534\t65534\t65534\t65534");
	ck_assert_str_eq(status("Groups:"), "");
	ck_assert_uint_eq(status_mask("CapPrm:"), _i ? 0 : both);
	ck_assert_uint_eq(status_mask("CapEff:"), _i ? 0 : both);
	ck_assert_uint_eq(status_mask("CapBnd:"), 0);
	ck_assert_uint_eq(status_mask("CapInh:"), 0);
	ck_assert_uint_eq(status_mask("CapAmb:"), 0);
	ck_assert_str_eq(status("NoNewPrivs:"), "1");
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE), 0);
	ck_assert_int_eq(prctl(PR_GET_KEEPCAPS), 0);
	ck_assert_int_eq(prctl(PR_GET_PDEATHSIG, &signo), 0);
	ck_assert_int_eq(signo, SIGTERM);
	ck_assert(priv_has(CAP_NET_ADMIN) == !_i);
	ck_assert(!priv_has(CAP_SETUID));
	ck_assert_int_eq(setuid(0), -1);
	ck_assert_int_eq(setgid(0), -1);
	ck_assert(!priv_realtime());
}
END_TEST

START_TEST(a_second_drop_changes_nothing)
{
	drop(&nobody);
	drop(&nobody);
	ck_assert(priv_has(CAP_NET_RAW));
	ck_assert_str_eq(status("Uid:"), "65534\t65534\t65534\t65534");
}
END_TEST

START_TEST(the_parents_death_is_signalled)
{
	int fds[2], signo = 0;
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		pid_t middle = getpid();

		if (fork() == 0) {
			sigset_t set;

			sigemptyset(&set);
			sigaddset(&set, SIGTERM);
			sigprocmask(SIG_BLOCK, &set, NULL);
			/* The grandchild's parent stays root until it is told to go. */
			if (priv_drop(&nobody, middle, &warn, &e) < 0 || write(fds[1], "x", 1) < 0)
				_exit(1);
			sigwait(&set, &signo);
			_exit(write(fds[1], "t", 1) < 0);
		}
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(fds[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 'x');
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fds[1]);
	ck_assert_int_eq(poll(&(struct pollfd){ .fd = fds[0], .events = POLLIN }, 1, 10000), 1);
	ck_assert_int_eq(read(fds[0], &byte, 1), 1);
	ck_assert_int_eq(byte, 't');
}
END_TEST

/* ---- real time ---- */

static struct priv_spec realtime(void)
{
	struct priv_spec spec = nobody;

	spec.realtime = true;
	return spec;
}

START_TEST(real_time_is_had_or_warned_of)
{
	const struct priv_spec spec = realtime();
	bool is_mighty = priv_has(CAP_SYS_RESOURCE), may_rr = priv_has(CAP_SYS_NICE);
	struct rlimit limit;

	drop(&spec);
	if (is_mighty && may_rr && priv_realtime())
		ck_assert_str_eq(warn.text, "");
	if (!is_mighty)
		ck_assert_ptr_nonnull(strstr(warn.text, "RLIMIT_MEMLOCK"));
	ck_assert(priv_realtime() || strstr(warn.text, "no real-time priority"));
	if (priv_realtime()) {
		ck_assert_int_eq(sched_getscheduler(0), SCHED_RR | SCHED_RESET_ON_FORK);
		getrlimit(RLIMIT_RTTIME, &limit);
		ck_assert_uint_eq(limit.rlim_cur, PRIV_RTTIME_SECONDS * 1000000);
		ck_assert_uint_eq(limit.rlim_max, RLIM_INFINITY);
	}
	if (is_mighty)
		ck_assert_str_eq(value_in("/proc/self/oom_score_adj", ""), "-900");
}
END_TEST

START_TEST(memory_is_still_to_be_had)
{
	const struct priv_spec spec = realtime();
	char *much;

	drop(&spec);
	much = malloc((size_t)64 << 20);
	ck_assert_ptr_nonnull(much);
	memset(much, 1, (size_t)64 << 20);
	free(much);
}
END_TEST

static __attribute__((noinline)) void use_stack(void)
{
	volatile char bytes[384 << 10];

	for (size_t i = sizeof(bytes); i > 0; i -= 512)
		bytes[i - 1] = 1;
}

START_TEST(the_stack_is_there)
{
	const struct priv_spec spec = realtime();

	drop(&spec);
	use_stack();
}
END_TEST

START_TEST(scripts_do_not_inherit_real_time)
{
	const struct priv_spec spec = realtime();
	int end;
	pid_t pid;

	drop(&spec);
	pid = fork();
	if (pid == 0)
		_exit(priv_realtime());
	ck_assert_int_eq(waitpid(pid, &end, 0), pid);
	ck_assert_int_eq(end, 0);
}
END_TEST

START_TEST(one_who_never_sleeps_loses_real_time_but_lives)
{
	const struct priv_spec spec = realtime();
	bool may_renew = priv_has(CAP_SYS_RESOURCE);

	drop(&spec);
	if (!priv_realtime())
		return; /* not to be had here: the warning is tested above */
	raise(SIGXCPU); /* as RLIMIT_RTTIME does */
	ck_assert(!priv_realtime());
	if (may_renew) {
		ck_assert_msg(priv_realtime_set(PRIV_RT_PRIORITY, &e) == 0, "%s", e.text);
		ck_assert(priv_realtime());
	} else {
		ck_assert_int_eq(priv_realtime_set(PRIV_RT_PRIORITY, &e), -1);
		ck_assert_str_eq(e.text, "real-time priority: Operation not permitted");
	}
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/priv drop");
	TCase *t = tcase_create("drop");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, nothing_is_left_but_what_was_asked_for, 0, 2);
	tcase_add_test(t, a_second_drop_changes_nothing);
	tcase_add_test(t, the_parents_death_is_signalled);
	tcase_add_test(t, real_time_is_had_or_warned_of);
	tcase_add_test(t, memory_is_still_to_be_had);
	tcase_add_test(t, the_stack_is_there);
	tcase_add_test(t, scripts_do_not_inherit_real_time);
	tcase_add_test(t, one_who_never_sleeps_loses_real_time_but_lives);
	suite_add_tcase(s, t);
	return s;
}
