/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of tracked scripts, a kind of source (source.h): see script.h. Called by source.c,
 * main.c and timers; which row of results means what is decided in track.c.
 */
#include "vrrp/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "core/script_run.h"
#include "vrrp/engine.h"

/* Who is told to end gets two seconds for it, and a runner that died a moment to come back. */
#define LOST_AFTER_US 35000000

static const struct vrrp_script_conf *conf_of(const struct vrrp_script *s)
{
	return (const struct vrrp_script_conf *)s->source.conf;
}

/* There are a handful. */
static struct vrrp_script *find(const struct vrrp_engine *engine, uint64_t queue)
{
	struct vrrp_source *s = engine->sources.lists[TRACK_SCRIPT];

	while (s && s->id != queue)
		s = s->next;
	return (struct vrrp_script *)s;
}

/* ---- starts ---- */

static void ask(struct vrrp_script *s, mono_t now)
{
	const struct vrrp_script_conf *c = conf_of(s);
	struct msg_script_run run = script_run_begin(c->script.id, s->source.id, (uint64_t)now.us);
	struct err e;

	run.is_tracked = true;
	run.deadline_ms = (uint32_t)(c->timeout.us / 1000);
	s->started = now;
	if (msg_send(&s->source.engine->ctx->parent, MSG_SCRIPT_RUN, &run, -1, &e) < 0) {
		log_limited(
			&s->send_limit, LOG_LEVEL_ERROR, "script %s: not run: %s", c->name, e.text);
		return;
	}
	s->step = run.step;
	s->is_running = true;
	s->is_counted = false;
	s->lost_due = mono_add(now, span_us(2 * c->timeout.us + LOST_AFTER_US));
}

static void start_at(struct vrrp_script *s, mono_t due)
{
	s->due = due;
	timer_set(&s->timer, due);
}

/* From start to start; a start while one runs is left out. */
static void on_timer(void *arg)
{
	struct vrrp_script *s = arg;
	mono_t now = mono_now(), next = mono_add(s->due, conf_of(s)->interval);

	if (s->is_running && !mono_before(now, s->lost_due)) {
		log_limited(&s->lost_limit, LOG_LEVEL_ERROR,
			"script %s: how it ended was never told; running it again",
			conf_of(s)->name);
		s->is_running = false;
	}
	if (!s->is_running)
		ask(s, now);
	start_at(s, mono_before(now, next) ? next : mono_add(now, conf_of(s)->interval));
}

/* ---- results ---- */

static void count(struct vrrp_script *s, bool is_success, const char *why)
{
	const struct vrrp_script_conf *c = conf_of(s);

	if (s->is_renewed)
		s->count.is_known = false;
	s->is_renewed = false;
	track_count_add(&s->count, c->rise, c->fall, is_success);
	vrrp_source_report(&s->source, track_count_result(&s->count, c->rise), why);
}

static void say_how(const struct msg_script_done *done, char *buf, size_t room)
{
	if (done->timed_out)
		snprintf(buf, room, "timed out");
	else if (done->status == SCRIPT_NOT_STARTED)
		snprintf(buf, room, "it could not be started");
	else if (done->status < 0)
		snprintf(buf, room, "killed by signal %d", -done->status);
	else
		snprintf(buf, room, "exit status %d", done->status);
}

void vrrp_script_done(struct vrrp_engine *engine, const struct msg_script_done *done)
{
	struct vrrp_script *s = find(engine, done->queue);
	char why[48];

	if (!s || !s->is_running || s->step != done->step)
		return; /* asked for by a predecessor, or of another configuration */
	s->is_running = done->is_running;
	if (done->status == SCRIPT_LOST && !s->is_counted) {
		start_at(s, mono_now()); /* nothing is known: once more */
		return;
	}
	if (s->is_counted)
		return;
	s->is_counted = true;
	s->source.looked = s->started;
	s->source.took = mono_sub(mono_now(), s->started);
	say_how(done, why, sizeof(why));
	count(s, !done->timed_out && done->status == 0, why);
}

/* ---- a kind of source ---- */

static void on_open(struct vrrp_source *source)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };
	struct vrrp_script *s = (struct vrrp_script *)source;
	const struct vrrp_script_conf *conf = conf_of(s);
	struct err e;

	s->send_limit = s->lost_limit = limit;
	if (conf->init_fail)
		s->count = track_count_init_fail();
	track_source_set(&source->is, track_count_result(&s->count, conf->rise));
	if (timer_open(&s->timer, source->engine->ctx->loop, on_timer, s, &e) < 0)
		fatal(EXIT_INTERNAL, "script %s: %s", conf->name, e.text);
	start_at(s, mono_now());
}

/* What was found out stays until the next result says something else. */
static void on_change(struct vrrp_source *source, const struct conf_obj *old_obj)
{
	const struct vrrp_script_conf *old = (const struct vrrp_script_conf *)old_obj;
	struct vrrp_script *s = (struct vrrp_script *)source;
	const struct vrrp_script_conf *conf = conf_of(s);

	track_count_limits(&s->count, old->rise, conf->rise, conf->fall);
	if (old->script.id != conf->script.id) {
		s->is_renewed = true;
		s->is_running = false;
		start_at(s, mono_now());
	} else if (old->interval.us != conf->interval.us) {
		start_at(s, mono_add(s->started, conf->interval));
	}
}

static void on_close(struct vrrp_source *source)
{
	timer_close(&((struct vrrp_script *)source)->timer);
}

const struct vrrp_source_ops vrrp_script_ops = {
	.bytes = sizeof(struct vrrp_script),
	.open = on_open,
	.change = on_change,
	.close = on_close,
};
