/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that are asked whether they are there: see reach.h. Called by ping.c, tcp.c and timers. */
#include "vrrp/reach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "vrrp/engine.h"

static const struct vrrp_reach_conf *conf_of(const struct reach *r)
{
	return (const struct vrrp_reach_conf *)r->source.conf;
}

/* ---- what is known ---- */

/* Unknown until all targets have shown what they are. */
static void report(struct reach *r, const char *why)
{
	const struct vrrp_reach_conf *c = conf_of(r);
	struct track_source now = { .kind = r->source.is.kind };

	for (size_t i = 0; i < r->count; i++) {
		enum track_result one = track_count_result(&r->targets[i].count, c->rise);

		if (one == TRACK_UNKNOWN)
			return;
		now.value += one == TRACK_UP;
		now.missing += one == TRACK_DOWN;
	}
	now.result = now.value >= c->need ? TRACK_UP : TRACK_DOWN;
	vrrp_source_report_as(&r->source, &now, why);
}

void reach_answer(struct reach_target *t, bool is_there)
{
	const struct vrrp_reach_conf *c = conf_of(t->reach);
	char address[ADDR_TEXT_BYTES], why[48];

	if (!t->is_asked)
		return;
	t->is_asked = false;
	track_count_add(&t->count, c->rise, c->fall, is_there);
	snprintf(why, sizeof(why), "%.24s %s", addr_format(&t->conf->address, address),
		is_there ? "answers" : "does not answer");
	report(t->reach, why);
}

/* ---- questions ---- */

static void ask_all(struct reach *r, mono_t now)
{
	const struct vrrp_reach_conf *c = conf_of(r);
	struct err e = { 0 };
	bool is_open = r->way->open(r, &e) == 0;

	if (!is_open)
		log_limited(&r->limit, LOG_LEVEL_ERROR, "%s %s: %s",
			track_kind_word(r->source.is.kind), c->name, e.text);
	r->asked = now;
	r->round++;
	r->is_waiting = true;
	timer_set(&r->timer, mono_add(now, c->timeout));
	for (size_t i = 0; i < r->count; i++) {
		struct reach_target *t = &r->targets[i];

		t->is_asked = true;
		if (!is_open || r->way->ask(t) < 0)
			reach_answer(t, false);
	}
}

static void give_up(struct reach *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct reach_target *t = &r->targets[i];

		if (r->way->give_up)
			r->way->give_up(t);
		reach_answer(t, false);
	}
	r->is_waiting = false;
}

/* From question to question; those that were slept through are left out. */
static void on_timer(void *arg)
{
	struct reach *r = arg;
	mono_t now = mono_now(), next = mono_add(r->asked, conf_of(r)->interval);

	if (r->is_waiting)
		give_up(r);
	if (mono_before(now, next))
		timer_set(&r->timer, next);
	else
		ask_all(r, now);
}

/* ---- the address to ask from ---- */

static struct addr chosen_by_kernel(const struct addr *to)
{
	const struct endpoint there = { .addr = *to, .port = 9 };
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&there, &ss);
	int fd = socket(to->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct addr from = { 0 };

	if (fd < 0)
		return from;
	if (connect(fd, (const struct sockaddr *)&ss, len) == 0) {
		len = sizeof(ss);
		if (getsockname(fd, (struct sockaddr *)&ss, &len) == 0)
			from = endpoint_from_sockaddr(&ss).addr;
	}
	close(fd);
	return from;
}

struct addr reach_from(const struct reach *r, const struct addr *to)
{
	const struct vrrp_engine *engine = r->source.engine;
	const struct link_table *t = &engine->link.table;
	const struct addr from = chosen_by_kernel(to);

	if (!addr_is_set(&from) || !vrrp_engine_is_vip(engine, &from))
		return (struct addr){ 0 };
	for (size_t i = 0; i < t->addr_count; i++)
		if (addr_equal(&t->addrs[i].key.addr, &from))
			return link_source(
				t, t->addrs[i].key.ifindex, to->family, vrrp_engine_is_vip, engine);
	return (struct addr){ 0 };
}

/* ---- life ---- */

static void take_targets(struct reach *r)
{
	const struct vrrp_reach_conf *c = conf_of(r);

	r->count = c->targets.count;
	r->targets = calloc(r->count + 1, sizeof(*r->targets));
	if (!r->targets)
		fatal(EXIT_INTERNAL, "out of memory for %s", c->name);
	for (size_t i = 0; i < r->count; i++)
		r->targets[i] = (struct reach_target){
			.reach = r, .conf = c->targets.items[i], .index = (unsigned)i, .fd = -1
		};
}

static void drop_targets(struct reach *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->way->give_up)
			r->way->give_up(&r->targets[i]);
	free(r->targets);
	r->targets = NULL;
	r->count = 0;
	r->is_waiting = false;
}

void reach_open(struct vrrp_source *s, const struct reach_way *way)
{
	struct reach *r = (struct reach *)s;
	struct err e;

	r->way = way;
	r->limit = (struct log_limit){ .burst = 3, .per = span_s(60) };
	r->ping.fd4 = r->ping.fd6 = -1;
	if (timer_open(&r->timer, s->engine->ctx->loop, on_timer, r, &e) < 0)
		fatal(EXIT_INTERNAL, "%s: %s", s->is.name, e.text);
	take_targets(r);
	r->asked = mono_now();
	timer_set(&r->timer, r->asked);
	r->asked.us -= conf_of(r)->interval.us;
}

static bool are_same_targets(const struct vrrp_reach_conf *a, const struct vrrp_reach_conf *b)
{
	if (a->targets.count != b->targets.count)
		return false;
	for (size_t i = 0; i < a->targets.count; i++)
		if (!conf_equal(a->targets.items[i], b->targets.items[i]))
			return false;
	return true;
}

/* What was found out of the same targets stays. */
void reach_change(struct vrrp_source *s, const struct conf_obj *old_obj)
{
	const struct vrrp_reach_conf *old = (const struct vrrp_reach_conf *)old_obj;
	struct reach *r = (struct reach *)s;
	const struct vrrp_reach_conf *c = conf_of(r);
	char why[sizeof(s->why)];

	if (!are_same_targets(old, c)) {
		drop_targets(r);
		take_targets(r);
		timer_set(&r->timer, mono_now());
		r->asked.us = mono_now().us - c->interval.us;
		return;
	}
	for (size_t i = 0; i < r->count; i++) {
		r->targets[i].conf = c->targets.items[i];
		track_count_limits(&r->targets[i].count, old->rise, c->rise, c->fall);
	}
	memcpy(why, s->why, sizeof(why)); /* it is written anew */
	report(r, why);
}

void reach_close(struct vrrp_source *s)
{
	struct reach *r = (struct reach *)s;

	drop_targets(r);
	r->way->close(r);
	timer_close(&r->timer);
}
