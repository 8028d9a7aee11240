/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runner role: spawns configured scripts with a deadline and reports how they ended. Order and
 * queues are the parent's business (script_queue.c). See runner.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/conf/conf.h"
#include "core/conf/words.h"
#include "core/exit.h"
#include "core/priv.h"
#include "core/proc.h"
#include "keepd/runner.h"
#include "keepd/script_path.h"
#include "keepd/schema.h"

#define ARGS_MAX      64
#define KILL_AFTER_US 2000000
#define STOP_AFTER_US 500000 /* the same when keepd stops, or is gone */

/* One running script. */
struct run {
	struct run *next;
	struct runner *runner;
	struct msg_script_done done; /* what is reported */
	char text[128];
	pid_t pid;
	int pidfd;
	struct io io;
	struct timer deadline;
	span_t allowed;
};

struct runner {
	struct role_ctx ctx;
	const struct runner_args *args;
	struct conf *running, *previous, *prepared;
	struct run *runs;
	struct timer stop_timer;
	struct log_limit refusal_limit; /* a tracked script comes again and again */
	bool is_stopping;
};

static void run_free(struct run *run)
{
	struct run **at = &run->runner->runs;

	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	io_close(&run->io);
	timer_close(&run->deadline);
	close(run->pidfd);
	free(run);
}

static void report_done(struct runner *r, const struct msg_script_done *done)
{
	struct err e;

	if (r->is_stopping)
		return; /* nobody asks any more */
	if (msg_send(&r->ctx.parent, MSG_SCRIPT_DONE, done, -1, &e) < 0)
		log_error("report the end of a script: %s", e.text);
}

/* Of a tracked one its sender tells what is new. */
static void say_end(const struct run *run)
{
	enum log_level level = run->done.is_tracked ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING;
	int status = run->done.status;

	if (run->done.timed_out)
		log_at(level, "script %s: killed after %g s", run->text,
			span_seconds(run->allowed));
	else if (status < 0)
		log_at(level, "script %s: killed by signal %d", run->text, -status);
	else if (status)
		log_at(level, "script %s: exit status %d", run->text, status);
	else
		log_debug("script %s: done", run->text);
}

static void run_ended(void *arg, unsigned events)
{
	struct run *run = arg;
	struct runner *r = run->runner;
	siginfo_t info = { 0 };

	(void)events;
	/* Whatever it left behind in its group; before it is reaped, while the number is its own.
	 */
	kill(-run->pid, SIGKILL);
	if (waitid(P_PIDFD, (id_t)run->pidfd, &info, WEXITED | WNOHANG) < 0 || !info.si_pid)
		return;
	run->done.status = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
	run->done.is_running = false;
	say_end(run);
	report_done(r, &run->done);
	run_free(run);
	if (r->is_stopping && !r->runs)
		loop_stop(r->ctx.loop, EXIT_OK);
}

/* First it is asked, then it has to. */
static void run_end(struct run *run)
{
	kill(-run->pid, run->done.timed_out ? SIGKILL : SIGTERM);
	run->done.timed_out = true;
	timer_set(&run->deadline, mono_add(mono_now(), span_us(KILL_AFTER_US)));
}

static void run_overdue(void *arg)
{
	struct run *run = arg;
	bool is_first = !run->done.timed_out;

	run_end(run);
	if (is_first && run->done.is_tracked) {
		run->done.is_running = true;
		report_done(run->runner, &run->done);
	}
}

static void end_queue(struct runner *r, uint64_t queue)
{
	for (struct run *run = r->runs; run; run = run->next)
		if (run->done.queue == queue)
			run_end(run);
}

/* In the child between fork and exec: only async-signal-safe calls. */
static _Noreturn void become_script(const char *path, char **argv, char **envp)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (null < 0)
		_exit(126);
	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	close_range(3, ~0U, 0);
	umask(022);
	if (chdir("/") < 0)
		_exit(126);
	execve(path, argv, envp);
	_exit(126);
}

/* The strings of a message (validated on receipt) as pointers behind what is there already. */
static void append_strings(char **list, size_t have, unsigned n, char **at)
{
	for (unsigned i = 0; i < n; i++) {
		list[have++] = *at;
		*at += strlen(*at) + 1;
	}
	list[have] = NULL;
}

static span_t allowed(const struct runner *r, const struct msg_script_run *run)
{
	const struct keepd_conf *conf =
		(const struct keepd_conf *)conf_root(r->running, &keepd_section);

	if (run->deadline_ms)
		return span_ms(run->deadline_ms);
	switch (run->queue) {
	case RUNNER_QUEUE_STARTUP: return conf->global->startup_script_timeout;
	case RUNNER_QUEUE_SHUTDOWN: return conf->global->shutdown_script_timeout;
	default: return span_s(RUNNER_DEADLINE_SECONDS);
	}
}

static struct msg_script_done done_of(const struct msg_script_run *run)
{
	return (struct msg_script_done){ .script = run->script,
		.queue = run->queue,
		.step = run->step,
		.status = SCRIPT_NOT_STARTED,
		.is_tracked = run->is_tracked };
}

static int start(struct runner *r, const struct keepd_script_conf *script,
	struct msg_script_run *msg, struct err *e)
{
	struct arena *arena = arena_new();
	char *argv[ARGS_MAX + 1], *envp[ARGS_MAX + 1], *strings = msg->strings;
	char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	char real[PATH_MAX], **words;
	struct run *run = NULL;
	size_t n = 0;

	if (script_argv(arena, script->command, &words, e) < 0)
		goto fail;
	while (words[n])
		n++;
	if (n + msg->args >= ARGS_MAX || msg->vars + 1 >= ARGS_MAX) {
		err_set(e, "more than %d arguments", ARGS_MAX);
		goto fail;
	}
	if (script_path_check(words[0], script->uid, real, e) < 0)
		goto fail;
	memcpy(argv, words, n * sizeof(*words));
	append_strings(argv, n, msg->args, &strings);
	envp[0] = path;
	append_strings(envp, 1, msg->vars, &strings);

	run = calloc(1, sizeof(*run));
	if (!run) {
		err_set(e, "out of memory");
		goto fail;
	}
	run->runner = r;
	run->done = done_of(msg);
	run->pidfd = -1;
	snprintf(run->text, sizeof(run->text), "%s", script->command);
	run->pid = fork();
	if (run->pid == 0)
		become_script(real, argv, envp);
	if (run->pid < 0) {
		err_sys(e, errno, "fork");
		goto fail;
	}
	setpgid(run->pid, run->pid);
	run->pidfd = pidfd_open(run->pid, 0);
	if (run->pidfd < 0 || timer_open(&run->deadline, r->ctx.loop, run_overdue, run, e) < 0 ||
		io_open(&run->io, r->ctx.loop, run->pidfd, IO_READ, run_ended, run, e) < 0)
		fatal(EXIT_INTERNAL, "watch a script: %s", e->text);
	run->allowed = allowed(r, msg);
	if (!runner_is_endless(msg->queue))
		timer_set(&run->deadline, mono_add(mono_now(), run->allowed));
	run->next = r->runs;
	r->runs = run;
	arena_free(arena);
	return 0;
fail:
	free(run);
	arena_free(arena);
	return -1;
}

static void runner_message(void *self, const struct msg *m)
{
	struct runner *r = self;
	const struct keepd_script_conf *script;
	struct msg_script_done done;
	struct msg_script_run run;
	struct err e = { 0 };

	if (m->number == MSG_SCRIPT_END)
		end_queue(r, m->script_end.queue);
	if (m->number != MSG_SCRIPT_RUN)
		return;
	run = m->script_run;
	script = keepd_conf_script(r->running, run.script);
	if (!script)
		script = keepd_conf_script(r->previous, run.script);
	if (!script)
		err_set(&e, "script %016llx is not configured", (unsigned long long)run.script);
	else if (script->uid != r->args->uid || script->gid != r->args->gid)
		err_set(&e, "script %s belongs to another runner", script->command);
	else if (start(r, script, &run, &e) == 0)
		return;
	log_limited(&r->refusal_limit, LOG_LEVEL_ERROR, "%s%s%s", script ? script->command : "",
		script ? ": " : "", e.text);
	done = done_of(&run);
	report_done(r, &done);
}

static int runner_prepare(void *self, uint64_t generation, const char *text, struct err *e)
{
	static const struct conf_section *const sections[] = { &keepd_section, NULL };
	const struct conf_params params = {
		.sections = sections, .generation = generation, .is_canonical = true
	};
	struct conf_report *report = conf_report_new();
	struct runner *r = self;

	r->prepared = conf_read_text("runner", text, strlen(text), &params, report);
	if (!r->prepared)
		err_set(e, "%s", conf_report_first(report));
	conf_report_free(report);
	return r->prepared ? 0 : -1;
}

static void runner_commit(void *self, uint64_t generation)
{
	struct runner *r = self;

	(void)generation;
	conf_free(r->previous); /* a removed object may still ask for its last script */
	r->previous = r->running;
	r->running = r->prepared;
	r->prepared = NULL;
}

static void runner_abort(void *self)
{
	struct runner *r = self;

	conf_free(r->prepared);
	r->prepared = NULL;
}

static void kill_all(struct runner *r, int signo)
{
	for (struct run *run = r->runs; run; run = run->next)
		kill(-run->pid, signo);
}

static void stop_overdue(void *arg)
{
	struct runner *r = arg;

	kill_all(r, SIGKILL);
	loop_stop(r->ctx.loop, EXIT_OK);
}

/* Nothing stays behind that nobody would watch. */
static void runner_stop(void *self, bool keep, bool is_orphan)
{
	struct runner *r = self;

	(void)keep;
	(void)is_orphan;
	r->is_stopping = true;
	if (!r->runs) {
		loop_stop(r->ctx.loop, EXIT_OK);
		return;
	}
	kill_all(r, SIGTERM);
	timer_set(&r->stop_timer, mono_add(mono_now(), span_us(STOP_AFTER_US)));
}

int runner_main(const struct runner_args *args)
{
	static const struct role_ops ops = {
		.role = ROLE_RUNNER,
		.prepare = runner_prepare,
		.commit = runner_commit,
		.abort = runner_abort,
		.stop = runner_stop,
		.message = runner_message,
	};
	const struct priv_spec priv = { .user = args->user, .uid = args->uid, .gid = args->gid };
	struct runner r = { .args = args, .refusal_limit = { .burst = 20, .per = span_s(60) } };
	struct err warn = { 0 }, e = { 0 };
	int status;

	log_open(args->role->sink, args->role->level, "runner");
	/* `user root` is written in the file: such scripts are meant to have root's powers. */
	if (args->uid != 0 && priv_drop(&priv, getppid(), &warn, &e) < 0)
		fatal(EXIT_CAPABILITY, "become %s: %s", args->user, e.text);
	r.ctx.self = &r;
	r.ctx.loop = loop_new(&e);
	if (!r.ctx.loop || timer_open(&r.stop_timer, r.ctx.loop, stop_overdue, &r, &e) < 0)
		fatal(EXIT_CHILD, "%s", e.text);
	status = role_run(&r.ctx, &ops);
	while (r.runs)
		run_free(r.runs);
	timer_close(&r.stop_timer);
	loop_free(r.ctx.loop);
	conf_free(r.running);
	conf_free(r.previous);
	conf_free(r.prepared);
	return status;
}
