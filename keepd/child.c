/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One child process: spawn, watch, stop. A death is seen at the pidfd; messages that the child sent
 * before it died are read first. See child.h.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "keepd/child.h"

#define MESSAGES_AT_ONCE 64

const char *child_state_name(enum child_state s)
{
	static const char *const names[] = { "off", "waiting", "starting", "running", "stopping" };

	return names[s];
}

const char *child_name(const struct child *c, char *buf, size_t len)
{
	if (c->role == ROLE_RUNNER)
		snprintf(buf, len, "runner %s", c->user);
	else
		snprintf(buf, len, "%s", role_name(c->role));
	return buf;
}

/* It is about to end: the pidfd will say so. If it does not, the timer ends it. */
static void channel_ended(struct child *c)
{
	io_close(&c->channel_io);
	if (!timer_is_set(&c->timer))
		timer_set(&c->timer, mono_add(mono_now(), span_s(CHILD_LINGER_SECONDS)));
}

static void read_messages(struct child *c, unsigned at_most)
{
	struct err e;
	struct msg m;

	for (unsigned i = 0; i < at_most && child_is_alive(c); i++) {
		enum msg_status status = msg_receive(&c->channel, &m, &e);

		if (status == MSG_INVALID) {
			log_error("%s: %s", role_name(c->role), e.text);
			continue;
		}
		if (status != MSG_OK) {
			if (status == MSG_CLOSED)
				channel_ended(c);
			return;
		}
		parent_on_message(c, &m);
		if (m.fd >= 0)
			close(m.fd);
	}
}

static void channel_ready(void *arg, unsigned events)
{
	(void)events;
	/* Bounded, so that a child that floods its channel cannot starve the others. */
	read_messages(arg, MESSAGES_AT_ONCE);
}

static void let_go(struct child *c)
{
	io_close(&c->pid_io);
	io_close(&c->channel_io);
	channel_close(&c->channel);
	if (c->pidfd >= 0)
		close(c->pidfd);
	c->pidfd = -1;
	c->gone = c->pid;
	c->is_held = false;
	c->pid = 0;
}

static void pid_ready(void *arg, unsigned events)
{
	struct child *c = arg;
	siginfo_t info = { 0 };
	int status;

	(void)events;
	if (waitid(P_PIDFD, (id_t)c->pidfd, &info, WEXITED | WNOHANG) < 0 || !info.si_pid)
		return;
	/* Its last words, all of them: it cannot add any. */
	read_messages(c, UINT_MAX);
	status = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
	let_go(c);
	timer_off(&c->timer);
	parent_on_death(c, status);
}

static void timer_fired(void *arg)
{
	parent_on_timer(arg);
}

int child_init(struct child *c, struct parent *p, enum role role, unsigned index, struct loop *loop,
	struct err *e)
{
	*c = (struct child){
		.parent = p, .role = role, .index = index, .pidfd = -1, .channel.fd = -1
	};
	return timer_open(&c->timer, loop, timer_fired, c, e);
}

int child_spawn(struct child *c, struct loop *loop, const char *const *role_args, struct err *e)
{
	struct proc_spec spec = { .role = c->role, .args = role_args };
	char name[80], title[96];
	int fds[2];

	snprintf(title, sizeof(title), "keepd: %s", child_name(c, name, sizeof(name)));
	spec.title = title;
	if (channel_pair(fds, e) < 0)
		return -1;
	spec.channel_fd = fds[1];
	c->pid = proc_spawn(&spec, &c->pidfd, e);
	close(fds[1]);
	if (c->pid < 0) {
		c->pid = 0;
		close(fds[0]);
		return err_context(e, "start %s", name);
	}
	c->channel = (struct channel){ .fd = fds[0], .self = ROLE_PARENT, .peer = c->role };
	if (io_open(&c->pid_io, loop, c->pidfd, IO_READ, pid_ready, c, e) < 0 ||
		io_open(&c->channel_io, loop, c->channel.fd, IO_READ, channel_ready, c, e) < 0) {
		kill(c->pid, SIGKILL);
		return err_context(e, "watch %s", name);
	}
	c->state = CHILD_STARTING;
	c->started = mono_now();
	timer_set(&c->timer, mono_add(c->started, span_s(CHILD_START_SECONDS)));
	return 0;
}

void child_stop(struct child *c, bool keep)
{
	const struct msg_shutdown shutdown = { .keep = keep };
	struct err e;

	if (c->state == CHILD_STOPPING)
		return;
	c->state = child_is_alive(c) ? CHILD_STOPPING : CHILD_OFF;
	timer_off(&c->timer);
	if (!child_is_alive(c))
		return;
	timer_set(&c->timer, mono_add(mono_now(), span_s(CHILD_STOP_SECONDS)));
	if (msg_send(&c->channel, MSG_SHUTDOWN, &shutdown, -1, &e) < 0) {
		log_error("stop %s: %s", role_name(c->role), e.text);
		child_kill(c);
	}
}

void child_hold(struct child *c)
{
	c->is_held = true;
	if (c->state == CHILD_STARTING)
		timer_off(&c->timer);
}

bool child_let_go(struct child *c)
{
	bool was_held = c->is_held;

	c->is_held = false;
	if (was_held && c->state == CHILD_STARTING)
		timer_set(&c->timer, mono_add(mono_now(), span_s(CHILD_START_SECONDS)));
	return was_held;
}

void child_kill(struct child *c)
{
	if (child_is_alive(c))
		kill(c->pid, SIGKILL);
}

void child_fini(struct child *c)
{
	let_go(c);
	timer_close(&c->timer);
}
