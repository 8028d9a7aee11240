/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_LOOP_H
#define KEEPD_CORE_LOOP_H

/*
 * The event loop of a process: descriptors, timers, signals. A thin face over libevent (with its
 * precise timers; the default clock ticks at 4 ms), so that nothing else includes it.
 * Watchers are embedded in their owner, which must keep them in place while they are set. A
 * callback may close, and free, its own watcher and any other.
 */

#include <stdbool.h>
#include "core/err.h"
#include "core/mono.h"

struct loop;

/* Caller frees with loop_free, after all its watchers are closed. NULL and *e on failure. */
struct loop *loop_new(struct err *e);
void loop_free(struct loop *l);

/* Runs until loop_stop, which may have come before; returns the status given there, or -1 if the
 * kernel interface fails. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l, int status);

enum io_events {
	IO_READ = 1,
	IO_WRITE = 2,
};

struct io {
	void *event;
	void (*fn)(void *arg, unsigned events);
	void *arg;
};

/* Watches fd (not owned) for events (IO_READ | IO_WRITE), level-triggered, until io_close. */
int io_open(struct io *io, struct loop *l, int fd, unsigned events,
	void (*fn)(void *arg, unsigned events), void *arg, struct err *e);
/* Stops watching; safe on a zeroed or closed struct. Does not close the descriptor. */
void io_close(struct io *io);

struct timer {
	void *event;
	void (*fn)(void *arg);
	void *arg;
	mono_t due; /* MONO_NEVER when not set */
};

int timer_open(struct timer *t, struct loop *l, void (*fn)(void *arg), void *arg, struct err *e);
/* One shot, never early, at the point in time `due` (at once if it has passed); replaces an earlier
 * setting. MONO_NEVER is timer_off(). */
void timer_set(struct timer *t, mono_t due);
void timer_off(struct timer *t);
void timer_close(struct timer *t); /* safe on a zeroed struct */
static inline bool timer_is_set(const struct timer *t)
{
	return t->event && t->due.us != INT64_MAX;
}

struct sig {
	void *event;
	void (*fn)(void *arg, int signo);
	void *arg;
};

/* Delivers signo to fn in the loop, not in signal context. */
int sig_open(struct sig *s, struct loop *l, int signo, void (*fn)(void *arg, int signo), void *arg,
	struct err *e);
void sig_close(struct sig *s);

#endif
