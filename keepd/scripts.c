/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts on their way from the child that wants them to the runner of their user. Order is decided
 * by the queues (script_queue.c); here they are only forwarded. Part of the parent.
 */
#include "core/log.h"
#include "keepd/fifos.h"
#include "keepd/parent.h"
#include "keepd/runner.h"
#include "keepd/schema.h"

/* Of one user: a node on which all servers go down must not drown in processes as well. */
#define SCRIPTS_AT_ONCE 32
/* Tracked scripts are a handful, and whoever fails must not hold them up. */
#define TRACKED_AT_ONCE 256

/* A removed object may still ask for its last script, hence the generation before. */
static const struct keepd_script_conf *find_script(struct parent *p, uint64_t id)
{
	const struct keepd_script_conf *s = keepd_conf_script(p->committed.own, id);

	return s ? s : keepd_conf_script(p->previous_own, id);
}

static struct child *runner_of(struct parent *p, uint64_t script)
{
	const struct keepd_script_conf *s = find_script(p, script);

	for (unsigned i = CHILD_RUNNERS; s && i < CHILD_MAX; i++) {
		struct child *c = &p->children[i];

		if (c->user[0] && c->uid == s->uid && c->gid == s->gid)
			return c;
	}
	return NULL;
}

bool scripts_can_run(struct parent *p, uint64_t id)
{
	const struct child *c = runner_of(p, id);

	return c && c->state == CHILD_RUNNING;
}

#define NOWHERE CHILD_MAX

static unsigned place_of(void *arg, const struct msg_script_run *run)
{
	const struct child *c = runner_of(arg, run->script);

	/* Without a runner it never can: let it through, to be reported and dropped. */
	if (!c)
		return NOWHERE;
	if (c->state != CHILD_RUNNING)
		return SCRIPT_QUEUE_LATER;
	if (run->is_tracked ? c->tracked >= TRACKED_AT_ONCE : c->scripts >= SCRIPTS_AT_ONCE)
		return SCRIPT_QUEUE_LATER;
	return c->index;
}

/* To who asked for it and waits. */
static void pass_on(void *arg, const struct msg_script_done *done)
{
	struct parent *p = arg;
	struct child *c = &p->children[CHILD_VRRP];
	struct err e;

	if (runner_is_endless(done->queue))
		fifos_script_ended(p->fifos, done);
	else if (done->is_tracked && c->state == CHILD_RUNNING &&
		 msg_send(&c->channel, MSG_SCRIPT_DONE, done, -1, &e) < 0)
		log_error("tell the end of a script: %s", e.text);
}

void scripts_dispatch(struct parent *p)
{
	struct msg_script_run run;
	unsigned place;
	struct err e;

	while (script_queue_next(p->scripts, place_of, p, &run, &place)) {
		struct child *c = place == NOWHERE ? NULL : &p->children[place];

		if (!c) {
			err_set(&e, "no such script in the configuration");
		} else if (msg_send(&c->channel, MSG_SCRIPT_RUN, &run, -1, &e) == 0) {
			*(run.is_tracked ? &c->tracked : &c->scripts) += 1;
			continue;
		}
		log_error("script %016llx: %s", (unsigned long long)run.script, e.text);
		script_queue_done(p->scripts, run.queue, place);
		pass_on(p, &(struct msg_script_done){ .script = run.script,
				   .queue = run.queue,
				   .step = run.step,
				   .status = SCRIPT_NOT_STARTED,
				   .is_tracked = run.is_tracked });
	}
}

void scripts_take(struct parent *p, const struct msg_script_run *run)
{
	unsigned replaced = script_queue_push(p->scripts, run);

	if (replaced)
		log_info(
			"%u waiting scripts were overtaken by a later state and dropped", replaced);
	scripts_dispatch(p);
}

void scripts_done(struct parent *p, struct child *c, const struct msg_script_done *done)
{
	unsigned *at_work = done->is_tracked ? &c->tracked : &c->scripts;

	pass_on(p, done);
	if (done->is_running)
		return;
	if (*at_work)
		--*at_work;
	script_queue_done(p->scripts, done->queue, c->index);
	scripts_dispatch(p);
}

void scripts_end(struct parent *p, uint64_t script, uint64_t queue)
{
	const struct msg_script_end msg = { .queue = queue };
	struct child *c = runner_of(p, script);
	struct err e;

	if (c && c->state == CHILD_RUNNING &&
		msg_send(&c->channel, MSG_SCRIPT_END, &msg, -1, &e) < 0)
		log_error("end a script: %s", e.text);
}

void scripts_runner_died(struct parent *p, struct child *c)
{
	c->scripts = c->tracked = 0;
	script_queue_abandon(p->scripts, c->index, pass_on, p);
}

struct runner_of_parent {
	struct parent *p;
	const struct child *runner;
};

static bool is_for(void *arg, uint64_t script)
{
	const struct runner_of_parent *r = arg;

	return runner_of(r->p, script) == r->runner;
}

bool scripts_need(struct parent *p, const struct child *c)
{
	struct runner_of_parent r = { p, c };

	return c->scripts || script_queue_waits(p->scripts, is_for, &r);
}
