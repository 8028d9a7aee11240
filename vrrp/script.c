/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of tracked scripts: see script.h. Called by the engine and by timers; which row of
 * results means what is decided in track.c, what that means for instances in tracking.c.
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

static const char *result_word(enum track_result result)
{
	static const char *const words[] = { "unknown", "up", "down" };

	return words[result];
}

/* There are a handful. */
static struct vrrp_script *find(const struct vrrp_engine *engine, uint64_t queue)
{
	struct vrrp_script *s = engine->scripts;

	while (s && s->queue != queue)
		s = s->next;
	return s;
}

/* ---- starts ---- */

static void ask(struct vrrp_script *s, mono_t now)
{
	const struct vrrp_script_conf *c = s->conf;
	struct msg_script_run run = script_run_begin(c->script.id, s->queue, (uint64_t)now.us);
	struct err e;

	run.is_tracked = true;
	run.deadline_ms = (uint32_t)(c->timeout.us / 1000);
	s->started = now;
	if (msg_send(&s->engine->ctx->parent, MSG_SCRIPT_RUN, &run, -1, &e) < 0) {
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
	mono_t now = mono_now(), next = mono_add(s->due, s->conf->interval);

	if (s->is_running && !mono_before(now, s->lost_due)) {
		log_limited(&s->lost_limit, LOG_LEVEL_ERROR,
			"script %s: how it ended was never told; running it again", s->conf->name);
		s->is_running = false;
	}
	if (!s->is_running)
		ask(s, now);
	start_at(s, mono_before(now, next) ? next : mono_add(now, s->conf->interval));
}

/* ---- results ---- */

static void count(struct vrrp_script *s, bool is_success, const char *why)
{
	const struct vrrp_script_conf *c = s->conf;
	enum track_result was = s->result;

	if (s->is_renewed)
		s->count.is_known = false;
	s->is_renewed = false;
	track_count_add(&s->count, c->rise, c->fall, is_success);
	s->result = track_count_result(&s->count, c->rise);
	if (s->result == was)
		return;
	log_notice(
		"script %s: %s -> %s (%s)", c->name, result_word(was), result_word(s->result), why);
	role_event(
		s->engine->ctx, "script", c->name, result_word(was), result_word(s->result), why);
	vrrp_engine_tracked(s->engine);
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
	say_how(done, why, sizeof(why));
	count(s, !done->timed_out && done->status == 0, why);
}

/* ---- configuration ---- */

const struct vrrp_script *vrrp_script_find(const struct vrrp_engine *engine, const char *name)
{
	const struct vrrp_script *s = engine->scripts;

	while (s && (!s->conf || strcmp(s->conf->name, name) != 0))
		s = s->next;
	return s;
}

static void add(struct vrrp_engine *engine, const struct vrrp_script_conf *conf, uint64_t queue)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };
	struct vrrp_script *s = calloc(1, sizeof(*s));
	struct err e;

	if (!s)
		fatal(EXIT_INTERNAL, "out of memory for script %s", conf->name);
	s->engine = engine;
	s->conf = conf;
	s->queue = queue;
	s->send_limit = s->lost_limit = limit;
	if (conf->init_fail)
		s->count = track_count_init_fail();
	s->result = track_count_result(&s->count, conf->rise);
	if (timer_open(&s->timer, engine->ctx->loop, on_timer, s, &e) < 0)
		fatal(EXIT_INTERNAL, "script %s: %s", conf->name, e.text);
	start_at(s, mono_now());
	s->next = engine->scripts;
	engine->scripts = s;
}

/* What was found out stays until the next result says something else. */
static void change(struct vrrp_script *s, const struct vrrp_script_conf *old,
	const struct vrrp_script_conf *conf)
{
	s->conf = conf;
	track_count_limits(&s->count, old->rise, conf->rise, conf->fall);
	if (old->script.id != conf->script.id) {
		s->is_renewed = true;
		s->is_running = false;
		start_at(s, mono_now());
	} else if (old->interval.us != conf->interval.us) {
		start_at(s, mono_add(s->started, conf->interval));
	}
}

void vrrp_scripts_take(struct vrrp_engine *engine, const struct vrrp_conf *conf)
{
	struct vrrp_script *s;

	for (s = engine->scripts; s; s = s->next) {
		s->old_conf = s->conf;
		s->conf = NULL;
	}
	for (size_t i = 0; i < conf->scripts.count; i++) {
		const struct vrrp_script_conf *c = conf->scripts.items[i];
		uint64_t queue = conf_hash(&c->obj, true);

		s = find(engine, queue);
		if (s)
			change(s, s->old_conf, c);
		else
			add(engine, c, queue);
	}
}

static void free_one(struct vrrp_script *s)
{
	timer_close(&s->timer);
	free(s);
}

void vrrp_scripts_sweep(struct vrrp_engine *engine)
{
	for (struct vrrp_script **at = &engine->scripts; *at;) {
		struct vrrp_script *s = *at;

		s->old_conf = NULL;
		if (s->conf) {
			at = &s->next;
			continue;
		}
		*at = s->next;
		free_one(s);
	}
}

void vrrp_scripts_free(struct vrrp_engine *engine)
{
	while (engine->scripts) {
		struct vrrp_script *s = engine->scripts;

		engine->scripts = s->next;
		free_one(s);
	}
}
