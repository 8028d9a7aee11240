/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop over libevent; the only file that includes it. See loop.h.
 */
#include <event2/event.h>
#include <stdlib.h>

#include "core/loop.h"

struct loop {
	struct event_base *base;
	int status;
};

struct loop *loop_new(struct err *e)
{
	struct event_config *config = event_config_new();
	struct loop *l = calloc(1, sizeof(*l));

	if (l && config) {
		/* The default timer rounds to the coarse clock: up to 3.5 ms early. */
		event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
		l->base = event_base_new_with_config(config);
	}
	if (config)
		event_config_free(config);
	if (!l || !l->base) {
		free(l);
		err_set(e, "event loop: out of memory or descriptors");
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
	l->status = -1;
	event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY);
	return l->status;
}

void loop_stop(struct loop *l, int status)
{
	l->status = status;
	event_base_loopbreak(l->base);
}

/* ---- descriptors ---- */

static void io_fired(evutil_socket_t fd, short what, void *arg)
{
	struct io *io = arg;

	(void)fd;
	io->fn(io->arg, (what & EV_READ ? IO_READ : 0U) | (what & EV_WRITE ? IO_WRITE : 0U));
}

int io_open(struct io *io, struct loop *l, int fd, unsigned events,
	void (*fn)(void *arg, unsigned events), void *arg, struct err *e)
{
	short what = EV_PERSIST;

	what |= events & IO_READ ? EV_READ : 0;
	what |= events & IO_WRITE ? EV_WRITE : 0;
	*io = (struct io){ .fn = fn, .arg = arg };
	io->event = event_new(l->base, fd, what, io_fired, io);
	if (!io->event || event_add(io->event, NULL) < 0) {
		io_close(io);
		return err_set(e, "watch descriptor %d: refused", fd);
	}
	return 0;
}

void io_close(struct io *io)
{
	if (io->event)
		event_free(io->event);
	io->event = NULL;
}

/* ---- timers ---- */

static void arm(struct timer *t)
{
	int64_t left = t->due.us - mono_now().us;
	struct timeval tv = { .tv_sec = left > 0 ? left / 1000000 : 0,
		.tv_usec = left > 0 ? left % 1000000 : 0 };

	event_add(t->event, &tv);
}

static void timer_fired(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;

	(void)fd;
	(void)what;
	if (mono_before(mono_now(), t->due)) { /* the loop's clock stood a little behind ours */
		arm(t);
		return;
	}
	t->due = MONO_NEVER;
	t->fn(t->arg);
}

int timer_open(struct timer *t, struct loop *l, void (*fn)(void *arg), void *arg, struct err *e)
{
	*t = (struct timer){ .fn = fn, .arg = arg, .due = MONO_NEVER };
	t->event = evtimer_new(l->base, timer_fired, t);
	return t->event ? 0 : err_set(e, "timer: out of memory");
}

void timer_set(struct timer *t, mono_t due)
{
	if (due.us == INT64_MAX) {
		timer_off(t);
		return;
	}
	t->due = due;
	arm(t);
}

void timer_off(struct timer *t)
{
	t->due = MONO_NEVER;
	if (t->event)
		event_del(t->event);
}

void timer_close(struct timer *t)
{
	if (t->event)
		event_free(t->event);
	t->event = NULL;
	t->due = MONO_NEVER;
}

/* ---- signals ---- */

static void sig_fired(evutil_socket_t fd, short what, void *arg)
{
	struct sig *s = arg;

	(void)what;
	s->fn(s->arg, (int)fd);
}

int sig_open(struct sig *s, struct loop *l, int signo, void (*fn)(void *arg, int signo), void *arg,
	struct err *e)
{
	*s = (struct sig){ .fn = fn, .arg = arg };
	s->event = evsignal_new(l->base, signo, sig_fired, s);
	if (!s->event || event_add(s->event, NULL) < 0) {
		sig_close(s);
		return err_set(e, "watch signal %d: refused", signo);
	}
	return 0;
}

void sig_close(struct sig *s)
{
	if (s->event)
		event_free(s->event);
	s->event = NULL;
}
