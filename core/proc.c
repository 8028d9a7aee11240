/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting a role of our own binary. Between fork and exec the child makes system calls only; an
 * exec that fails is reported through a pipe that a successful one closes. Watching the child and
 * reaping it is the caller's business (pidfd). See proc.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/proc.h"

#define REPORT_FD (PROC_CHANNEL_FD + 1) /* closed by exec */
#define FREE_FD	  10			/* above all those that get a place */

#define BACKOFF_MAX_SECONDS   30
#define BACKOFF_RESET_SECONDS 60

extern char **environ;

/* ---- in the child ---- */

static int place_descriptors(int channel, int report)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* First out of the way of each other. */
	channel = fcntl(channel, F_DUPFD_CLOEXEC, FREE_FD);
	report = fcntl(report, F_DUPFD_CLOEXEC, FREE_FD);
	null = fcntl(null, F_DUPFD_CLOEXEC, FREE_FD);
	if (channel < 0 || report < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0)
		return -1;
	/* One that is closed, or has gone to a descriptor of ours, which exec closes. */
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) != 0 && dup2(null, fd) < 0)
			return -1;
	if (dup2(channel, PROC_CHANNEL_FD) < 0 || dup3(report, REPORT_FD, O_CLOEXEC) < 0)
		return -1;
	return close_range(REPORT_FD + 1, ~0U, 0);
}

static void reset_signals(void)
{
	const struct sigaction normal = { .sa_handler = SIG_DFL },
			       ignored = { .sa_handler = SIG_IGN };
	sigset_t none;

	for (int signo = 1; signo < NSIG; signo++)
		sigaction(signo, &normal, NULL); /* EINVAL for those that cannot be set */
	sigaction(SIGINT, &ignored, NULL);
	sigaction(SIGHUP, &ignored, NULL);
	sigaction(SIGPIPE, &ignored, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void become_role(char *const *argv, int channel, int report)
{
	int error = 0;

	reset_signals();
	if (place_descriptors(channel, report) == 0) {
		report = REPORT_FD;
		execve("/proc/self/exe", argv, environ);
	}
	error = errno;
	if (write(report, &error, sizeof(error)) != sizeof(error))
		_exit(126);
	_exit(127);
}

/* ---- in the parent ---- */

/* Pointers only: the strings stay the spec's. The caller frees. */
static char **make_argv(const struct proc_spec *spec)
{
	size_t n = 0, count = 0;
	const char **argv;

	while (spec->args && spec->args[count])
		count++;
	argv = calloc(count + 4, sizeof(*argv));
	if (!argv)
		return NULL;
	argv[n++] = spec->title;
	argv[n++] = "--role";
	argv[n++] = role_name(spec->role);
	for (size_t i = 0; i < count; i++)
		argv[n++] = spec->args[i];
	return (char **)(uintptr_t)argv;
}

/* No handler of ours may run in the child before it has reset them. */
static pid_t fork_quietly(char *const *argv, int channel, int report)
{
	sigset_t all, before;
	pid_t pid;
	int error;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		become_role(argv, channel, report);
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return pid;
}

/* 0 when the child has executed, else the errno it reported. */
static int wait_for_exec(int report)
{
	int error = 0;
	ssize_t n;

	do
		n = read(report, &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	return n == sizeof(error) ? error : 0;
}

static int fork_and_exec(char *const *argv, int channel, pid_t *pid, int *pidfd)
{
	int report[2], error;

	if (pipe2(report, O_CLOEXEC) < 0)
		return errno;
	*pid = fork_quietly(argv, channel, report[1]);
	error = *pid < 0 ? errno : 0;
	close(report[1]);
	if (!error)
		error = wait_for_exec(report[0]);
	close(report[0]);
	if (*pid < 0)
		return error;
	if (!error && (*pidfd = pidfd_open(*pid, 0)) < 0)
		error = errno;
	if (error) {
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
	}
	return error;
}

pid_t proc_spawn(const struct proc_spec *spec, int *pidfd, struct err *e)
{
	char **argv = make_argv(spec);
	int error = ENOMEM;
	pid_t pid = -1;

	*pidfd = -1;
	if (argv)
		error = fork_and_exec(argv, spec->channel_fd, &pid, pidfd);
	free(argv);
	if (error)
		return err_sys(e, error, "start \"%s\"", spec->title);
	return pid;
}

bool proc_wait(pid_t pid, span_t at_most, int *status)
{
	const mono_t until = mono_add(mono_now(), at_most);
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	pid_t ended;

	while ((ended = waitpid(pid, status, WNOHANG)) == 0) {
		int64_t left_ms = (mono_sub(until, mono_now()).us + 999) / 1000;

		if (left_ms <= 0)
			break;
		/* Without a descriptor for it: look again soon. */
		poll(&end, end.fd >= 0, end.fd >= 0 || left_ms < 10 ? (int)left_ms : 10);
	}
	if (end.fd >= 0)
		close(end.fd);
	return ended == pid;
}

span_t proc_backoff_next(struct proc_backoff *b, span_t ran_for)
{
	unsigned failures;

	if (ran_for.us >= span_s(BACKOFF_RESET_SECONDS).us)
		b->failures = 0;
	failures = b->failures;
	if (b->failures < 31)
		b->failures++;
	if (failures == 0)
		return span_s(0);
	if (failures > 5) /* 2^5 is more already */
		return span_s(BACKOFF_MAX_SECONDS);
	return span_s(INT64_C(1) << (failures - 1));
}
