/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines to pipes, and who reads them; see fifos.h. Which lines may be lost is decided in
 * fifo_queue.c, how a pipe is made in fifo_open.c.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf/common.h"
#include "core/conf/conf.h"
#include "core/exit.h"
#include "core/json.h"
#include "core/log.h"
#include "core/script_run.h"
#include "keepd/fifo_open.h"
#include "keepd/fifo_queue.h"
#include "keepd/fifos.h"
#include "keepd/parent.h"
#include "keepd/runner.h"
#include "keepd/schema.h"

#define QUEUE_LIMIT   1024 /* lines, behind what the pipe itself holds */
#define RETRY_SECONDS 5	   /* a pipe that cannot be opened */
#define DRAIN_TICK_MS 20
#define DRAIN_SECONDS 1 /* at the stop */

#define GLOBAL(member) offsetof(struct keepd_global_conf, member)

/* Which rows make a pipe, and whose lines go there. */
static const struct {
	const char *keyword;
	size_t fifo, script;
	unsigned roles;
} kinds[] = {
	{ "notify_fifo", GLOBAL(notify_fifo), GLOBAL(notify_fifo_script),
		ROLE_BIT(ROLE_VRRP) | ROLE_BIT(ROLE_CHECKER) },
	{ "vrrp_notify_fifo", GLOBAL(vrrp_notify_fifo), GLOBAL(vrrp_notify_fifo_script),
		ROLE_BIT(ROLE_VRRP) },
	{ "lvs_notify_fifo", GLOBAL(lvs_notify_fifo), GLOBAL(lvs_notify_fifo_script),
		ROLE_BIT(ROLE_CHECKER) },
};
#define FIFOS (sizeof(kinds) / sizeof(kinds[0]))
_Static_assert(FIFOS <= RUNNER_FIFOS, "each has a queue for its script");

struct fifo {
	struct fifos *all;
	unsigned kind;

	/* as configured */
	char *path; /* NULL = there is none */
	uid_t uid;
	gid_t gid;
	uint64_t script; /* 0 = none */

	int fd; /* -1 = not open */
	bool is_made;
	bool owes_states; /* who reads it cannot know those told before */
	struct fifo_queue *queue;
	struct io io;	    /* waits for room in the pipe */
	struct timer retry; /* to open it */
	struct log_limit full_limit;
	uint64_t written, dropped;

	uint64_t step; /* of the last run of the script */
	bool is_running;
	mono_t started;
	struct proc_backoff backoff;
	struct timer restart;
};

/* The last state of an object, in the order in which they were heard of. */
struct known {
	struct known *next;
	uint64_t object;
	enum role from;
	char line[FIFO_LINE_BYTES];
};

struct fifos {
	struct parent *p;
	struct fifo list[FIFOS];
	struct known *known;
	bool is_reloaded; /* and vrrp has not settled yet */
	struct timer drain;
	mono_t drain_until;
};

/* ---- writing ---- */

static void fifo_write(struct fifo *f);

static void on_room(void *arg, unsigned events)
{
	(void)events;
	fifo_write(arg);
}

static void fifo_push(struct fifo *f, uint64_t object, bool is_state, const char *line, size_t len)
{
	unsigned dropped = fifo_queue_push(f->queue, object, is_state, line, len);

	f->dropped += dropped;
	if (dropped)
		log_limited(&f->full_limit, LOG_LEVEL_WARNING,
			"pipe %s is not read: lines that later ones have overtaken are dropped, "
			"%llu so far",
			f->path, (unsigned long long)f->dropped);
}

/* For who cannot know them. */
static void fifo_tell_states(struct fifo *f)
{
	for (const struct known *k = f->all->known; k; k = k->next)
		if (kinds[f->kind].roles & ROLE_BIT(k->from))
			fifo_push(f, k->object, true, k->line, strlen(k->line));
}

static void fifo_shut(struct fifo *f)
{
	io_close(&f->io);
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

static void fifo_retry(void *arg);

static void fifo_begin(struct fifo *f)
{
	struct err e;

	f->fd = fifo_open(f->path, f->uid, f->gid, &f->is_made, &e);
	if (f->fd < 0) {
		log_error("%s: %s", kinds[f->kind].keyword, e.text);
		timer_set(&f->retry, mono_add(mono_now(), span_s(RETRY_SECONDS)));
		return;
	}
	if (f->owes_states)
		fifo_tell_states(f);
	f->owes_states = false;
	fifo_write(f);
}

static void fifo_retry(void *arg)
{
	fifo_begin(arg);
}

/* Somebody removed it: nobody would read what is written any more. */
static void fifo_look_after(struct fifo *f)
{
	struct stat st;

	if (f->fd < 0 || fstat(f->fd, &st) < 0 || st.st_nlink)
		return;
	log_warning("pipe %s was removed: making it again", f->path);
	fifo_shut(f);
	f->owes_states = true;
	fifo_begin(f);
}

static void fifo_write(struct fifo *f)
{
	const char *line;
	size_t len;
	struct err e;

	io_close(&f->io);
	while (f->fd >= 0 && (line = fifo_queue_first(f->queue, &len))) {
		ssize_t n = write(f->fd, line, len);

		if (n < 0 && errno == EAGAIN) {
			if (io_open(&f->io, f->all->p->loop, f->fd, IO_WRITE, on_room, f, &e) < 0)
				log_error("pipe %s: %s", f->path, e.text);
			return;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log_error("pipe %s: %s", f->path, strerror(errno));
			fifo_shut(f);
			timer_set(&f->retry, mono_add(mono_now(), span_s(RETRY_SECONDS)));
			return;
		}
		fifo_queue_pop(f->queue);
		f->written++;
	}
}

/* ---- the script that reads ---- */

static void script_start(struct fifo *f)
{
	struct msg_script_run run =
		script_run_begin(f->script, RUNNER_QUEUE_FIFOS + f->kind, ++f->step);

	run.is_tracked = true;
	script_run_arg(&run, f->path);
	f->is_running = true;
	f->started = mono_now();
	scripts_take(f->all->p, &run);
}

static void script_stop(struct fifo *f)
{
	timer_off(&f->restart);
	if (f->is_running)
		scripts_end(f->all->p, f->script, RUNNER_QUEUE_FIFOS + f->kind);
	f->is_running = false;
}

static void script_restart(void *arg)
{
	struct fifo *f = arg;

	if (f->all->p->is_stopping)
		return;
	fifo_tell_states(f);
	fifo_write(f);
	script_start(f);
}

void fifos_script_ended(struct fifos *all, const struct msg_script_done *done)
{
	struct fifo *f = &all->list[(done->queue - RUNNER_QUEUE_FIFOS) % FIFOS];

	if (done->is_running || done->step != f->step || !f->is_running)
		return;
	f->is_running = false;
	if (all->p->is_stopping)
		return;
	if (done->status == SCRIPT_NOT_STARTED)
		log_error("%s_script cannot be run; trying again", kinds[f->kind].keyword);
	else
		log_warning("%s_script has ended; starting it again", kinds[f->kind].keyword);
	timer_set(&f->restart, mono_add(mono_now(), proc_backoff_next(&f->backoff,
							    mono_sub(mono_now(), f->started))));
}

/* ---- configuration ---- */

/* As it is wanted: but for paths that are borrowed, what is in a struct fifo. */
struct wanted {
	const char *path;
	uid_t uid;
	gid_t gid;
	uint64_t script;
};

static struct wanted wanted_of(const struct conf *conf, unsigned kind)
{
	const struct keepd_conf *own = (const struct keepd_conf *)conf_root(conf, &keepd_section);
	const char *base = (const char *)own->global;
	const struct conf_fifo *fifo = *(struct conf_fifo *const *)(base + kinds[kind].fifo);
	const struct conf_script *script = (const struct conf_script *)(base + kinds[kind].script);
	struct wanted w = { .uid = geteuid(), .gid = getegid() };
	const struct keepd_script_conf *as;

	if (!fifo)
		return w;
	w.path = fifo->path;
	w.script = script->command ? script->id : 0;
	as = keepd_conf_script(conf, w.script);
	if (as) { /* who is to read it, unless somebody else is named */
		w.uid = as->uid;
		w.gid = as->gid;
	}
	for (size_t i = 0; i < own->fifo_owners.count; i++) {
		const struct keepd_owner_conf *o = own->fifo_owners.items[i];

		if (strcmp(o->path, w.path) != 0)
			continue;
		w.uid = o->uid;
		w.gid = o->gid;
	}
	return w;
}

/* The one that was made here, and nothing that has taken its place. */
static void remove_made(const struct fifo *f)
{
	struct stat ours, there;

	if (f->is_made && f->fd >= 0 && fstat(f->fd, &ours) == 0 && lstat(f->path, &there) == 0 &&
		ours.st_ino == there.st_ino && ours.st_dev == there.st_dev)
		unlink(f->path);
}

static void fifo_forget(struct fifo *f)
{
	if (!f->path)
		return;
	fifo_write(f); /* what there is room for */
	remove_made(f);
	fifo_shut(f);
	timer_off(&f->retry);
	f->is_made = false;
	free(f->path);
	f->path = NULL;
	/* What is left is for nobody else to read. */
	fifo_queue_free(f->queue);
	f->queue = fifo_queue_new(QUEUE_LIMIT);
}

static void fifo_take(struct fifo *f, const struct wanted *w)
{
	bool is_same = f->path && w->path && !strcmp(f->path, w->path) && f->uid == w->uid &&
		       f->gid == w->gid;
	bool is_same_script = is_same && f->script == w->script;

	if (!is_same_script)
		script_stop(f);
	if (!is_same) {
		fifo_forget(f);
		f->uid = w->uid;
		f->gid = w->gid;
		f->path = w->path ? strdup(w->path) : NULL;
		f->owes_states = true;
		if (f->path)
			fifo_begin(f);
	}
	f->script = w->script;
	if (f->path && f->script && !is_same_script) {
		f->backoff = (struct proc_backoff){ 0 };
		script_start(f);
	}
}

void fifos_configure(struct fifos *all)
{
	for (unsigned i = 0; all->p->committed.own && i < FIFOS; i++) {
		const struct wanted w = wanted_of(all->p->committed.own, i);

		fifo_take(&all->list[i], &w);
	}
	all->is_reloaded = all->p->previous_own != NULL;
}

void fifos_settled(struct fifos *all)
{
	const struct keepd_conf *own =
		(const struct keepd_conf *)conf_root(all->p->committed.own, &keepd_section);
	bool is_wanted = all->is_reloaded && own->global->fifo_write_vrrp_states_on_reload;

	all->is_reloaded = false;
	for (unsigned i = 0; is_wanted && i < FIFOS; i++) {
		if (!all->list[i].path)
			continue;
		fifo_tell_states(&all->list[i]);
		fifo_write(&all->list[i]);
	}
}

/* ---- what is told ---- */

static void remember(struct fifos *all, enum role from, const struct msg_notice *n,
	const char line[FIFO_LINE_BYTES])
{
	struct known **at = &all->known, *k;

	while (*at && (*at)->object != n->object)
		at = &(*at)->next;
	k = *at;
	if (n->is_last && k) {
		*at = k->next;
		free(k);
		return;
	}
	if (n->is_last)
		return;
	if (!k) {
		k = *at = calloc(1, sizeof(*k));
		if (!k)
			fatal(EXIT_INTERNAL, "out of memory");
		k->object = n->object;
		k->from = from;
	}
	memcpy(k->line, line, FIFO_LINE_BYTES);
}

void fifos_notice(struct fifos *all, enum role from, const struct msg_notice *n)
{
	char line[FIFO_LINE_BYTES] = "";

	size_t len = (size_t)snprintf(line, sizeof(line), "%s\n", n->line);

	if (from == ROLE_CHECKER)
		len++; /* keepalived ends those with a NUL behind the newline */
	/* First what waits: a pipe that was made again tells what was true until now. */
	for (unsigned i = 0; i < FIFOS; i++)
		fifo_look_after(&all->list[i]);
	if (n->is_state)
		remember(all, from, n, line);
	for (unsigned i = 0; i < FIFOS; i++) {
		struct fifo *f = &all->list[i];

		if (!f->path || !(kinds[i].roles & ROLE_BIT(from)))
			continue;
		fifo_push(f, n->object, n->is_state, line, len);
		fifo_write(f);
	}
}

/* ---- the stop ---- */

static void drained(void *arg)
{
	struct fifos *all = arg;

	parent_stop_step(all->p);
}

static bool is_unread(const struct fifo *f)
{
	int bytes = 0;

	return f->is_running && f->fd >= 0 &&
	       (fifo_queue_count(f->queue) || (ioctl(f->fd, FIONREAD, &bytes) == 0 && bytes));
}

bool fifos_wait(struct fifos *all)
{
	mono_t now = mono_now();
	bool is_waiting = false;

	if (!all->drain_until.us)
		all->drain_until = mono_add(now, span_s(DRAIN_SECONDS));
	for (unsigned i = 0; i < FIFOS; i++)
		is_waiting |= is_unread(&all->list[i]);
	if (!is_waiting || !mono_before(now, all->drain_until))
		return false;
	timer_set(&all->drain, mono_add(now, span_ms(DRAIN_TICK_MS)));
	return true;
}

/* ---- life ---- */

struct json *fifos_json(const struct fifos *all)
{
	struct json *list = json_new_array();

	for (unsigned i = 0; i < FIFOS; i++) {
		const struct fifo *f = &all->list[i];
		struct json *j;

		if (!f->path)
			continue;
		j = json_new_object();
		json_set_string(j, "path", f->path);
		json_set_bool(j, "is_open", f->fd >= 0);
		json_set_int(j, "written", (int64_t)f->written);
		json_set_int(j, "waiting", (int64_t)fifo_queue_count(f->queue));
		json_set_int(j, "dropped", (int64_t)f->dropped);
		json_append(list, j);
	}
	return list;
}

struct fifos *fifos_new(struct parent *p, struct err *e)
{
	struct fifos *all = calloc(1, sizeof(*all));

	if (!all)
		fatal(EXIT_INTERNAL, "out of memory");
	all->p = p;
	for (unsigned i = 0; i < FIFOS; i++) {
		struct fifo *f = &all->list[i];

		f->all = all;
		f->kind = i;
		f->fd = -1;
		f->queue = fifo_queue_new(QUEUE_LIMIT);
		f->full_limit = (struct log_limit){ .burst = 1, .per = span_s(60) };
		if (timer_open(&f->retry, p->loop, fifo_retry, f, e) < 0 ||
			timer_open(&f->restart, p->loop, script_restart, f, e) < 0) {
			fifos_free(all);
			return NULL;
		}
	}
	if (timer_open(&all->drain, p->loop, drained, all, e) == 0)
		return all;
	fifos_free(all);
	return NULL;
}

void fifos_free(struct fifos *all)
{
	if (!all)
		return;
	for (unsigned i = 0; i < FIFOS; i++) {
		struct fifo *f = &all->list[i];

		fifo_forget(f);
		fifo_queue_free(f->queue);
		timer_close(&f->retry);
		timer_close(&f->restart);
	}
	while (all->known) {
		struct known *k = all->known;

		all->known = k->next;
		free(k);
	}
	timer_close(&all->drain);
	free(all);
}
