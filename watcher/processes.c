/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tracked processes: see processes.h. Called by main.c, by the kernel's news and by a timer. How
 * many must run, and for how long, is the business of those who track them.
 */
#include "watcher/processes.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/log.h"
#include "watcher/proc_events.h"

#define LOOK_AGAIN_S	 5
#define LOOK_UNTOLD_S	 1
#define EVENTS_PER_TURN	 256
#define BETWEEN_LOOKS_MS 100 /* at all, however much was lost */

struct known {
	pid_t pid;
	uint64_t start;
};

struct watched_process {
	const struct conf_process *conf;
	uint32_t slot;
	struct known *known;
	size_t count, room;
};

/* ---- who is known ---- */

static struct known *find(const struct watched_process *w, pid_t pid)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->known[i].pid == pid)
			return &w->known[i];
	return NULL;
}

static void add(struct watched_process *w, const struct process *p)
{
	if (w->count == w->room) {
		w->room = w->room ? 2 * w->room : 16;
		w->known = realloc(w->known, w->room * sizeof(*w->known));
		if (!w->known)
			fatal(EXIT_INTERNAL, "out of memory for processes");
	}
	w->known[w->count++] = (struct known){ p->pid, p->start };
}

static void drop(struct watched_process *w, struct known *k)
{
	*k = w->known[--w->count];
}

static void publish(struct watched_processes *p)
{
	for (size_t i = 0; i < p->count; i++)
		watch_slots_set(p->slots, p->list[i].slot, (int64_t)p->list[i].count);
}

/* ---- one process ---- */

/* What is under that number now. `dead`, if not 0, is the start of one that has ended. */
static void look_at(struct watched_processes *p, pid_t pid, uint64_t dead)
{
	bool is_there = process_read(&p->seen, pid, p->with_cmdline) && p->seen.start != dead;

	for (size_t i = 0; i < p->count; i++) {
		struct watched_process *w = &p->list[i];
		struct known *k = find(w, pid);
		bool is_one = is_there && process_matches(&p->seen, w->conf);

		if (k && is_one)
			k->start = p->seen.start;
		else if (k)
			drop(w, k);
		else if (is_one)
			add(w, &p->seen);
	}
}

static const struct known *find_any(const struct watched_processes *p, pid_t pid)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct known *k = find(&p->list[i], pid);

		if (k)
			return k;
	}
	return NULL;
}

/* One that ends may still be seen; whoever has its number next has another start. */
static void on_event(struct watched_processes *p, const struct proc_news *event)
{
	const struct known *k;

	switch (event->change) {
	case PROC_NOTHING: break;
	case PROC_FORK:
		if (find_any(p, event->parent))
			look_at(p, event->pid, 0);
		break;
	case PROC_BECOME: look_at(p, event->pid, 0); break;
	case PROC_EXIT:
		k = find_any(p, event->pid);
		if (k)
			look_at(p, event->pid, k->start);
		break;
	}
}

/* ---- all processes ---- */

static void look_at_all(struct watched_processes *p)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	p->looked = mono_now();
	timer_set(
		&p->timer, mono_add(p->looked, span_s(p->is_told ? LOOK_AGAIN_S : LOOK_UNTOLD_S)));
	if (!proc) {
		log_error("/proc cannot be read: which processes run is not known");
		return;
	}
	for (size_t i = 0; i < p->count; i++)
		p->list[i].count = 0;
	while ((entry = readdir(proc))) {
		char *end;
		long pid = strtol(entry->d_name, &end, 10);

		if (pid <= 0 || *end || !process_read(&p->seen, (pid_t)pid, p->with_cmdline))
			continue;
		for (size_t i = 0; i < p->count; i++)
			if (process_matches(&p->seen, p->list[i].conf))
				add(&p->list[i], &p->seen);
	}
	closedir(proc);
	publish(p);
}

static void on_timer(void *arg)
{
	look_at_all(arg);
}

static void look_at_all_soon(struct watched_processes *p)
{
	mono_t due = mono_add(p->looked, span_ms(BETWEEN_LOOKS_MS));

	if (mono_before(due, p->timer.due))
		timer_set(&p->timer, due);
}

static void on_news(void *arg, unsigned ready)
{
	struct watched_processes *p = arg;
	struct proc_news event;

	(void)ready;
	for (int i = 0; i < EVENTS_PER_TURN; i++) {
		enum proc_status status = proc_events_next(p->fd, &event);

		if (status == PROC_NONE)
			break;
		p->is_told = true;
		if (status == PROC_LOST)
			look_at_all_soon(p);
		else
			on_event(p, &event);
	}
	publish(p);
}

/* ---- life ---- */

void watched_processes_prepare(struct watched_processes *p)
{
	p->fd = proc_events_open();
}

int watched_processes_open(
	struct watched_processes *p, struct loop *loop, struct watch_slots *slots, struct err *e)
{
	p->loop = loop;
	p->slots = slots;
	return timer_open(&p->timer, loop, on_timer, p, e);
}

static void forget(struct watched_processes *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->list[i].known);
	free(p->list);
	p->list = NULL;
	p->count = 0;
}

void watched_processes_close(struct watched_processes *p)
{
	io_close(&p->io);
	timer_close(&p->timer);
	if (p->fd >= 0)
		close(p->fd);
	forget(p);
}

/* Its socket is left alone while nobody is interested; what overflows then costs nothing. */
static void listen_if_needed(struct watched_processes *p)
{
	struct err e;

	io_close(&p->io);
	if (p->fd >= 0 && p->count && io_open(&p->io, p->loop, p->fd, IO_READ, on_news, p, &e) < 0)
		log_error("%s", e.text);
}

void watched_processes_take(
	struct watched_processes *p, const struct conf_list *conf, uint32_t first)
{
	forget(p);
	p->list = calloc(conf->count + 1, sizeof(*p->list));
	if (!p->list)
		fatal(EXIT_INTERNAL, "out of memory for processes");
	p->with_cmdline = false;
	for (; p->count < conf->count; p->count++) {
		const struct conf_process *c = conf->items[p->count];

		p->list[p->count] =
			(struct watched_process){ .conf = c, .slot = first + (uint32_t)p->count };
		p->with_cmdline |= process_needs_cmdline(c);
	}
	listen_if_needed(p);
	timer_off(&p->timer);
	if (p->count)
		look_at_all(p);
}
