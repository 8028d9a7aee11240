/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts on their way from the child that wants them to the runner of their user. Order is decided
 * by the queues (script_queue.c); here they are only forwarded. Part of the parent.
 */
#include "core/log.h"
#include "keepd/parent.h"
#include "keepd/schema.h"

/* A removed object may still ask for its last script, hence the generation before. */
static const struct keepd_script_conf *find_script(struct parent *p, uint64_t id)
{
	const struct keepd_script_conf *s = keepd_conf_script(p->committed.own, id);

	return s ? s : keepd_conf_script(p->previous_own, id);
}

static struct child *runner_of(struct parent *p, uint64_t script)
{
	const struct keepd_script_conf *s = find_script(p, script);

	for (unsigned i = CHILD_RUNNERS; s && i < CHILD_MAX; i++)
		if (p->children[i].user[0] && p->children[i].uid == s->uid)
			return &p->children[i];
	return NULL;
}

static bool can_run(void *arg, uint64_t script)
{
	const struct child *c = runner_of(arg, script);

	/* Without a runner it never can: let it through, to be reported and dropped. */
	return !c || c->state == CHILD_RUNNING;
}

void scripts_dispatch(struct parent *p)
{
	struct msg_script_run run;
	struct err e;

	while (script_queue_next(p->scripts, can_run, p, &run)) {
		struct child *c = runner_of(p, run.script);

		if (!c)
			err_set(&e, "no such script in the configuration");
		else if (msg_send(&c->channel, MSG_SCRIPT_RUN, &run, -1, &e) == 0)
			continue;
		log_error("script %016llx: %s", (unsigned long long)run.script, e.text);
		script_queue_done(p->scripts, run.queue);
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

void scripts_done(struct parent *p, const struct msg_script_done *done)
{
	script_queue_done(p->scripts, done->queue);
	scripts_dispatch(p);
}

struct dead_runner {
	struct parent *p;
	const struct child *runner;
};

static bool ran_there(void *arg, uint64_t script)
{
	const struct dead_runner *dead = arg;

	return runner_of(dead->p, script) == dead->runner;
}

void scripts_runner_died(struct parent *p, const struct child *c)
{
	struct dead_runner dead = { p, c };

	script_queue_abandon(p->scripts, ran_there, &dead);
}
