/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting a role: this binary is executed again and reports, through its channel, what it got.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/proc.h"
#include "test/unit/unit.h"

static struct err e;
static int fds[2];

/* ---- in the child ---- */

/* What the role got: "argv; descriptors; blocked signals; ignored signals; stdin". */
static void describe(char *text, size_t len, int argc, char **argv)
{
	FILE *out = fmemopen(text, len, "w");
	struct sigaction action;
	sigset_t blocked;
	struct stat st;

	for (int i = 0; i < argc; i++)
		fprintf(out, "%s|", argv[i]);
	fprintf(out, "; fds");
	for (int fd = 0; fd < 1024; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			fprintf(out, " %d", fd);
	fprintf(out, "; blocked");
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (int signo = 1; signo < 32; signo++)
		if (sigismember(&blocked, signo))
			fprintf(out, " %d", signo);
	fprintf(out, "; ignored");
	for (int signo = 1; signo < 32; signo++)
		if (sigaction(signo, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			fprintf(out, " %d", signo);
	fstat(STDIN_FILENO, &st);
	fprintf(out, "; stdin %u:%u", major(st.st_rdev), minor(st.st_rdev));
	fclose(out);
}

int unit_role(int argc, char **argv)
{
	char text[4096] = "";

	describe(text, sizeof(text), argc, argv);
	return send(PROC_CHANNEL_FD, text, strlen(text), MSG_NOSIGNAL) > 0 ? 7 : 8;
}

/* ---- in the parent ---- */

static const char *report(void)
{
	static char text[4096];
	struct pollfd p = { .fd = fds[0], .events = POLLIN };
	ssize_t n;

	ck_assert_int_eq(poll(&p, 1, 30000), 1);
	n = recv(fds[0], text, sizeof(text) - 1, 0);
	ck_assert_int_ge(n, 0);
	text[n] = '\0';
	return text;
}

static int end_of(pid_t pid, int pidfd)
{
	siginfo_t info = { 0 };

	ck_assert_int_eq(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED), 0);
	ck_assert_int_eq(info.si_pid, pid);
	close(pidfd);
	return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

static void setup(void)
{
	ck_assert_int_eq(channel_pair(fds, &e), 0);
	for (int fd = 4; fd < 64; fd++) /* those of Check */
		if (fd != fds[0] && fd != fds[1] && fcntl(fd, F_GETFD) >= 0)
			fcntl(fd, F_SETFD, 0);
}

static void teardown(void)
{
	close(fds[0]);
	close(fds[1]);
}

START_TEST(a_role_gets_its_arguments_and_a_clean_process)
{
	static const char *const args[] = { "--user", "nobody", "", NULL };
	struct proc_spec spec = { .role = ROLE_RUNNER,
		.title = "keepd: runner nobody",
		.args = args,
		.channel_fd = fds[1] };
	sigset_t set;
	int pidfd;
	pid_t pid;

	/* What it must not inherit. */
	ck_assert_int_ge(dup(fds[0]), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR2, SIG_IGN);
	signal(SIGALRM, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_DFL);

	pid = proc_spawn(&spec, &pidfd, &e);
	ck_assert_msg(pid > 0, "%s", e.text);
	ck_assert_int_eq(fcntl(pidfd, F_GETFD), FD_CLOEXEC);
	ck_assert_str_eq(report(), "keepd: runner nobody|--role|runner|--user|nobody||; "
				   "fds 0 1 2 3; blocked; ignored 1 2 13; stdin 1:3");
	ck_assert_int_eq(end_of(pid, pidfd), 7);
	ck_assert_int_ge(fcntl(fds[1], F_GETFD), 0); /* stays the caller's */
	sigprocmask(SIG_SETMASK, NULL, &set);
	ck_assert(sigismember(&set, SIGUSR1));
	ck_assert(!sigismember(&set, SIGUSR2));
}
END_TEST

START_TEST(the_pidfd_tells_the_end)
{
	struct proc_spec spec = { .role = ROLE_VRRP, .title = "keepd: vrrp", .channel_fd = fds[1] };
	int pidfd;
	pid_t pid = proc_spawn(&spec, &pidfd, &e);

	ck_assert_int_gt(pid, 0);
	ck_assert_ptr_nonnull(strstr(report(), "keepd: vrrp|--role|vrrp|;"));
	ck_assert_int_eq(end_of(pid, pidfd), 7);
	close(fds[1]);
	ck_assert_str_eq(report(), ""); /* end of file: nobody else has the child's end */
	fds[1] = -1;
}
END_TEST

START_TEST(any_number_may_be_the_channels)
{
	struct proc_spec spec = { .role = ROLE_VRRP, .title = "t", .channel_fd = _i };
	int saved[6], pidfd;
	pid_t pid;

	for (int fd = 0; fd < 6; fd++)
		saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 100);
	fds[0] = fcntl(fds[0], F_DUPFD_CLOEXEC, 100);
	fds[1] = fcntl(fds[1], F_DUPFD_CLOEXEC, 100);
	close(STDIN_FILENO);
	dup2(fds[1], _i);
	pid = proc_spawn(&spec, &pidfd, &e);
	pidfd = fcntl(pidfd, F_DUPFD_CLOEXEC, 100);
	for (int fd = 0; fd < 6; fd++)
		if (saved[fd] >= 0)
			dup2(saved[fd], fd);
	ck_assert_msg(pid > 0, "%s", e.text);
	ck_assert_ptr_nonnull(strstr(report(), "fds 0 1 2 3; "));
	ck_assert_int_eq(end_of(pid, pidfd), 7);
}
END_TEST

START_TEST(missing_streams_become_null)
{
	struct proc_spec spec = { .role = ROLE_VRRP, .title = "t", .channel_fd = fds[1] };
	int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100);
	int pidfd;
	pid_t pid;

	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	pid = proc_spawn(&spec, &pidfd, &e);
	pidfd = fcntl(pidfd, F_DUPFD_CLOEXEC, 100);
	dup2(out, STDOUT_FILENO);
	ck_assert_msg(pid > 0, "%s", e.text);
	ck_assert_ptr_nonnull(strstr(report(), "fds 0 1 2 3; "));
	ck_assert_int_eq(end_of(pid, pidfd), 7);
}
END_TEST

START_TEST(an_exec_that_fails_is_an_error_and_leaves_no_child)
{
	static char huge[1 << 20]; /* more than MAX_ARG_STRLEN */
	const char *const args[] = { huge, NULL };
	struct proc_spec spec = {
		.role = ROLE_VRRP, .title = "keepd: vrrp", .args = args, .channel_fd = fds[1]
	};
	int pidfd = 99;

	memset(huge, 'x', sizeof(huge) - 1);
	ck_assert_int_eq(proc_spawn(&spec, &pidfd, &e), -1);
	ck_assert_int_eq(pidfd, -1);
	ck_assert_int_eq(e.sysno, E2BIG);
	ck_assert_str_eq(e.text, "start \"keepd: vrrp\": Argument list too long");
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

START_TEST(a_bad_channel_is_an_error)
{
	struct proc_spec spec = { .role = ROLE_VRRP, .title = "t", .channel_fd = 1000 };
	int pidfd;

	ck_assert_int_eq(proc_spawn(&spec, &pidfd, &e), -1);
	ck_assert_int_eq(e.sysno, EBADF);
}
END_TEST

/* ---- when to start again ---- */

static pid_t waited_for;
static volatile sig_atomic_t alarms;

static void end_it_at_the_third_alarm(int signo)
{
	(void)signo;
	if (++alarms == 3)
		kill(waited_for, SIGKILL);
}

START_TEST(signals_do_not_end_a_wait)
{
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, never = { 0 };
	int status;

	waited_for = fork();
	if (waited_for == 0) {
		pause();
		_exit(0);
	}
	signal(SIGALRM, end_it_at_the_third_alarm);
	setitimer(ITIMER_REAL, &often, NULL);
	ck_assert(proc_wait(waited_for, span_s(10), &status));
	setitimer(ITIMER_REAL, &never, NULL);
	ck_assert_int_ge(alarms, 3);
	ck_assert(WIFSIGNALED(status));
}
END_TEST

START_TEST(a_wait_has_an_end)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	ck_assert(!proc_wait(pid, span_ms(1), &status));
	kill(pid, SIGKILL);
	ck_assert(proc_wait(pid, span_s(10), &status));
	ck_assert(!proc_wait(pid, span_s(10), &status)); /* it is not ours any more */
}
END_TEST

START_TEST(backoff_is_at_once_then_doubles_up_to_half_a_minute)
{
	static const int64_t seconds[] = { 0, 1, 2, 4, 8, 16, 30, 30, 30 };
	struct proc_backoff b = { 0 };

	for (size_t i = 0; i < COUNT(seconds); i++)
		ck_assert_int_eq(proc_backoff_next(&b, span_s(59)).us, span_s(seconds[i]).us);
	for (int i = 0; i < 10000; i++)
		ck_assert_int_eq(proc_backoff_next(&b, span_s(0)).us, span_s(30).us);
	ck_assert_int_eq(proc_backoff_next(&b, span_s(60)).us, 0);
	ck_assert_int_eq(proc_backoff_next(&b, span_s(1)).us, span_s(1).us);
}
END_TEST

Suite *make_suite(void)
{
	Suite *s = suite_create("core/proc");
	TCase *t = tcase_create("proc");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_role_gets_its_arguments_and_a_clean_process);
	tcase_add_test(t, the_pidfd_tells_the_end);
	tcase_add_loop_test(t, any_number_may_be_the_channels, 0, 6);
	tcase_add_test(t, missing_streams_become_null);
	tcase_add_test(t, an_exec_that_fails_is_an_error_and_leaves_no_child);
	tcase_add_test(t, a_bad_channel_is_an_error);
	tcase_add_test(t, signals_do_not_end_a_wait);
	tcase_add_test(t, a_wait_has_an_end);
	tcase_add_test(t, backoff_is_at_once_then_doubles_up_to_half_a_minute);
	suite_add_tcase(s, t);
	return s;
}
