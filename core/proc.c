/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting a role of our own binary, and when to start it again. Giving up privileges is priv.c.
 * See proc.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/proc.h"

#define ARGS_MAX 32

/* Between fork and exec: only async-signal-safe calls. */
static _Noreturn void become(const struct proc_spec *spec, char *const *argv)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY);

	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	if (spec->channel_fd == PROC_CHANNEL_FD)
		fcntl(PROC_CHANNEL_FD, F_SETFD, 0);
	else
		dup2(spec->channel_fd, PROC_CHANNEL_FD);
	close_range(PROC_CHANNEL_FD + 1, ~0U, 0);
	execv("/proc/self/exe", argv);
	_exit(127);
}

pid_t proc_spawn(const struct proc_spec *spec, int *pidfd, struct err *e)
{
	const char *argv[ARGS_MAX + 4] = { spec->title, "--role", role_name(spec->role) };
	size_t n = 3;
	pid_t pid;

	for (size_t i = 0; spec->args && spec->args[i]; i++) {
		if (n >= ARGS_MAX)
			return err_set(e, "too many arguments for %s", spec->title);
		argv[n++] = spec->args[i];
	}
	pid = fork();
	if (pid == 0)
		become(spec, (char *const *)(uintptr_t)argv);
	if (pid < 0)
		return err_sys(e, errno, "fork");
	*pidfd = pidfd_open(pid, 0);
	if (*pidfd < 0) {
		err_sys(e, errno, "pidfd_open");
		kill(pid, SIGKILL);
		return -1;
	}
	return pid;
}

#define BACKOFF_MAX_S  30
#define BACKOFF_GOOD_S 60

span_t proc_backoff_next(struct proc_backoff *b, span_t ran_for)
{
	int64_t seconds;

	if (ran_for.us >= span_s(BACKOFF_GOOD_S).us)
		b->failures = 0;
	seconds = b->failures == 0 ? 0 : b->failures > 5 ? BACKOFF_MAX_S : 1 << (b->failures - 1);
	if (seconds > BACKOFF_MAX_S)
		seconds = BACKOFF_MAX_S;
	if (b->failures < 100)
		b->failures++;
	return span_s(seconds);
}
