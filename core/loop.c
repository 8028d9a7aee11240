/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that knows libevent. Timers count on our own CLOCK_MONOTONIC stamps: libevent's
 * cached time is switched off, and a timer that comes a few microseconds early (both clocks are
 * truncated) is set again, so that no handler ever runs before its time. See loop.h.
 */
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>

#include "core/exit.h"
#include "core/log.h"
#include "core/loop.h"

/* Longer waits are made in pieces, so that no sum in libevent comes near an overflow. */
#ifndef WAIT_MAX_US /* a test has shorter ones */
#define WAIT_MAX_US ((int64_t)3600 * 1000000)
#endif

struct loop {
	struct event_base *base;
	bool is_stopped;
	int status;
};

/* What libevent has to say goes where all goes, not to a stderr that may block. */
static void library_says(int severity, const char *text)
{
	log_at(severity >= EVENT_LOG_ERR ? LOG_LEVEL_ERROR : LOG_LEVEL_DEBUG, "libevent: %s", text);
}

static struct event_base *make_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (!config)
		return NULL;
	if (event_config_set_flag(
		    config, EVENT_BASE_FLAG_PRECISE_TIMER | EVENT_BASE_FLAG_NO_CACHE_TIME |
				    EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV) == 0)
		base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

struct loop *loop_new(struct err *e)
{
	struct loop *l = calloc(1, sizeof(*l));

	event_set_log_callback(library_says);
	if (l)
		l->base = make_base();
	if (!l || !l->base) {
		err_sys(e, errno ? errno : ENOMEM, "event loop");
		free(l);
		return NULL;
	}
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	event_base_free(l->base);
	free(l);
}

int loop_run(struct loop *l)
{
	int status = 0;

	while (!l->is_stopped && status >= 0)
		status = event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY);
	if (!l->is_stopped)
		return -1;
	l->is_stopped = false;
	return l->status;
}

void loop_stop(struct loop *l, int status)
{
	l->is_stopped = true;
	l->status = status;
	event_base_loopbreak(l->base);
}

/* Adds a new event to the loop and returns it, or NULL and *e. */
static struct event *watch(struct loop *l, evutil_socket_t fd, short what, event_callback_fn fn,
	void *arg, struct err *e)
{
	struct event *event = event_new(l->base, fd, what, fn, arg);

	if (event && event_add(event, NULL) == 0)
		return event;
	err_sys(e, errno ? errno : ENOMEM, "watch %s %d",
		what & EV_SIGNAL ? "signal" : "descriptor", (int)fd);
	if (event)
		event_free(event);
	return NULL;
}

static void unwatch(void **event)
{
	if (*event)
		event_free(*event);
	*event = NULL;
}

static void io_ready(evutil_socket_t fd, short what, void *arg)
{
	const struct io *io = arg;
	unsigned events = 0;

	(void)fd;
	if (what & EV_READ)
		events |= IO_READ;
	if (what & EV_WRITE)
		events |= IO_WRITE;
	io->fn(io->arg, events); /* may close and free *io */
}

int io_open(struct io *io, struct loop *l, int fd, unsigned events,
	void (*fn)(void *arg, unsigned events), void *arg, struct err *e)
{
	int what = EV_PERSIST;

	if (events & IO_READ)
		what |= EV_READ;
	if (events & IO_WRITE)
		what |= EV_WRITE;
	*io = (struct io){ .fn = fn, .arg = arg };
	io->event = watch(l, fd, (short)what, io_ready, io, e);
	return io->event ? 0 : -1;
}

void io_close(struct io *io)
{
	unwatch(&io->event);
}

/* Tells libevent to come back at t->due, or earlier if that is far away. */
static void timer_arm(struct timer *t, mono_t now)
{
	int64_t us = mono_before(now, t->due) ? t->due.us - now.us : 0;
	struct timeval tv;

	if (us > WAIT_MAX_US)
		us = WAIT_MAX_US;
	tv.tv_sec = us / 1000000;
	tv.tv_usec = us % 1000000;
	if (event_add(t->event, &tv) < 0)
		fatal(EXIT_INTERNAL, "set a timer: out of memory");
}

static void timer_ready(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;
	mono_t now = mono_now();

	(void)fd;
	(void)what;
	if (mono_before(now, t->due)) {
		timer_arm(t, now);
		return;
	}
	t->due = MONO_NEVER;
	t->fn(t->arg); /* may close and free *t */
}

int timer_open(struct timer *t, struct loop *l, void (*fn)(void *arg), void *arg, struct err *e)
{
	*t = (struct timer){ .fn = fn, .arg = arg, .due = MONO_NEVER };
	t->event = event_new(l->base, -1, 0, timer_ready, t);
	if (!t->event)
		return err_sys(e, ENOMEM, "timer");
	return 0;
}

void timer_set(struct timer *t, mono_t due)
{
	if (due.us == MONO_NEVER.us) {
		timer_off(t);
		return;
	}
	t->due = due;
	timer_arm(t, mono_now());
}

void timer_off(struct timer *t)
{
	t->due = MONO_NEVER;
	if (t->event)
		event_del(t->event);
}

void timer_close(struct timer *t)
{
	t->due = MONO_NEVER;
	unwatch(&t->event);
}

static void sig_ready(evutil_socket_t signo, short what, void *arg)
{
	const struct sig *s = arg;

	(void)what;
	s->fn(s->arg, (int)signo); /* may close and free *s */
}

int sig_open(struct sig *s, struct loop *l, int signo, void (*fn)(void *arg, int signo), void *arg,
	struct err *e)
{
	*s = (struct sig){ .fn = fn, .arg = arg };
	s->event = watch(l, signo, EV_SIGNAL | EV_PERSIST, sig_ready, s, e);
	return s->event ? 0 : -1;
}

void sig_close(struct sig *s)
{
	unwatch(&s->event);
}
