/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stop, in stages: who answers for addresses goes first, who runs scripts last. Part of the
 * parent.
 */
#include "core/conf/conf.h"
#include "core/log.h"
#include "keepd/fifos.h"
#include "keepd/mails.h"
#include "keepd/parent.h"
#include "keepd/schema.h"
#include "keepd/sd.h"

static const unsigned stop_stages[] = {
	ROLE_BIT(ROLE_VRRP),
	ROLE_BIT(ROLE_CHECKER) | ROLE_BIT(ROLE_PROBER) | ROLE_BIT(ROLE_WATCHER),
	ROLE_BIT(ROLE_RUNNER),
};

bool parent_stop_keeps(const struct parent *p, enum role role)
{
	return p->is_stopping && ((role == ROLE_VRRP && p->opt->is_vrrp_kept) ||
					 (role == ROLE_CHECKER && p->opt->is_ipvs_kept));
}

/* child_wait_time */
static span_t longest_wait(const struct parent *p)
{
	const struct conf *c = p->committed.own;
	const struct keepd_conf *own =
		c ? (const struct keepd_conf *)conf_root(c, &keepd_section) : NULL;

	if (!own)
		return span_s(CHILD_STOP_SECONDS);
	return span_s(own->child_wait_time_s ? own->child_wait_time_s : 1);
}

static bool stop_stage(struct parent *p, unsigned roles)
{
	bool is_done = true;

	for (unsigned i = 0; i < CHILD_MAX; i++) {
		struct child *c = &p->children[i];

		if (!(roles & ROLE_BIT(c->role)))
			continue;
		if (c->state != CHILD_OFF && c->state != CHILD_STOPPING) {
			child_stop(c, parent_stop_keeps(p, c->role));
			if (c->state == CHILD_STOPPING)
				timer_set(&c->timer, mono_add(mono_now(), longest_wait(p)));
		}
		is_done = is_done && c->state == CHILD_OFF;
	}
	return is_done;
}

static bool last_scripts_run(struct parent *p)
{
	if (!p->is_last_stage)
		timer_set(&p->stop_timer, mono_add(mono_now(), span_s(CHILD_STOP_SECONDS)));
	p->is_last_stage = true;
	if (!script_queue_pending(p->scripts))
		timer_off(&p->stop_timer);
	return timer_is_set(&p->stop_timer);
}

void parent_stop_step(struct parent *p)
{
	for (size_t i = 0; i < sizeof(stop_stages) / sizeof(stop_stages[0]); i++) {
		/* Last scripts (notify_stop) get a moment before their runners go. */
		if (stop_stages[i] == ROLE_BIT(ROLE_RUNNER) &&
			(last_scripts_run(p) || own_scripts_wait(p) || fifos_wait(p->fifos) ||
				mails_wait(p->mails)))
			return;
		if (!stop_stage(p, stop_stages[i]))
			return;
	}
	child_kill(&p->reader);
	loop_stop(p->loop, p->exit_status);
}

static void scripts_overdue(void *arg)
{
	struct parent *p = arg;

	log_warning("scripts still run at stop; not waiting any longer");
	timer_off(&p->stop_timer);
	parent_stop_step(p);
}

void parent_stop(struct parent *p, int status)
{
	if (p->is_stopping)
		return;
	p->is_stopping = true;
	p->exit_status = status;
	sd_notify_state("STOPPING=1");
	transaction_cancel(p, "keepd is stopping");
	parent_stop_step(p);
}

int parent_stop_init(struct parent *p, struct err *e)
{
	return timer_open(&p->stop_timer, p->loop, scripts_overdue, p, e);
}
