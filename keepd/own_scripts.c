/* SPDX-License-Identifier: Apache-2.0 */
/*
 * startup_script and shutdown_script: run once by the runner of their user, the first before any
 * child acts on its first configuration, the last when all that concerns addresses and servers has
 * ended. Neither can hold up anything for longer than its timeout. Part of the parent.
 */
#include "core/conf/conf.h"
#include "core/log.h"
#include "keepd/parent.h"
#include "keepd/runner.h"
#include "keepd/schema.h"

static const struct keepd_global_conf *global(const struct parent *p)
{
	const struct keepd_conf *own = p->committed.own ? (const struct keepd_conf *)conf_root(
								  p->committed.own, &keepd_section)
							: NULL;

	return own ? own->global : NULL;
}

/* Hands it to its runner. False: there is none to run. */
static bool begin(struct parent *p, struct own_script *s, const struct conf_script *script,
	uint64_t queue, span_t timeout)
{
	const struct msg_script_run run = { .script = script->id, .queue = queue, .step = 1 };

	s->state = OWN_SCRIPT_OVER;
	if (!script->command)
		return false;
	s->state = OWN_SCRIPT_RUNS;
	timer_set(&s->timer, mono_add(mono_now(), timeout));
	scripts_take(p, &run);
	return true;
}

static void end(struct own_script *s)
{
	s->state = OWN_SCRIPT_OVER;
	timer_off(&s->timer);
}

/* ---- at the start ---- */

bool own_scripts_hold(struct parent *p)
{
	const struct keepd_global_conf *g = global(p);

	if (p->startup.state == OWN_SCRIPT_DUE && g)
		begin(p, &p->startup, &g->startup_script, RUNNER_QUEUE_STARTUP,
			g->startup_script_timeout);
	return p->startup.state == OWN_SCRIPT_RUNS;
}

static void startup_overdue(void *arg)
{
	struct parent *p = arg;

	log_error("startup_script takes longer than startup_script_timeout: starting without it");
	end(&p->startup);
	transaction_let_go(p);
}

/* ---- at the stop ---- */

bool own_scripts_wait(struct parent *p)
{
	const struct keepd_global_conf *g = global(p);

	if (p->shutdown.state == OWN_SCRIPT_DUE) {
		end(&p->startup);
		if (g && scripts_can_run(p, g->shutdown_script.id))
			begin(p, &p->shutdown, &g->shutdown_script, RUNNER_QUEUE_SHUTDOWN,
				g->shutdown_script_timeout);
		else
			end(&p->shutdown);
	}
	return p->shutdown.state == OWN_SCRIPT_RUNS;
}

static void shutdown_overdue(void *arg)
{
	struct parent *p = arg;

	log_error("shutdown_script takes longer than shutdown_script_timeout: not waiting for it");
	end(&p->shutdown);
	parent_stop_step(p);
}

/* ---- both ---- */

void own_scripts_done(struct parent *p, const struct msg_script_done *done)
{
	if (done->queue == RUNNER_QUEUE_STARTUP && p->startup.state == OWN_SCRIPT_RUNS) {
		if (done->status)
			log_error("startup_script failed: starting all the same");
		end(&p->startup);
		transaction_let_go(p);
	} else if (done->queue == RUNNER_QUEUE_SHUTDOWN) {
		end(&p->shutdown); /* the caller goes on with the stop */
	}
}

int own_scripts_init(struct parent *p, struct err *e)
{
	if (timer_open(&p->startup.timer, p->loop, startup_overdue, p, e) < 0)
		return -1;
	return timer_open(&p->shutdown.timer, p->loop, shutdown_overdue, p, e);
}

void own_scripts_fini(struct parent *p)
{
	timer_close(&p->startup.timer);
	timer_close(&p->shutdown.timer);
}
