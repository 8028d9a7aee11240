/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a transition tells the world: the scripts of the configuration, by way of the parent, and an
 * event for those who follow. Called by router.c after the actions that matter more.
 */
#include <stdio.h>

#include "core/conf/conf.h"
#include "core/script_run.h"
#include "vrrp/router.h"

static void put_vars(struct msg_script_run *run, const struct vrrp_router *r, enum vrrp_state from,
	enum vrrp_state to, enum vrrp_reason reason)
{
	script_run_var(run, "KEEPD_INSTANCE", "%s", r->conf->name);
	script_run_var(run, "KEEPD_STATE", "%s", vrrp_state_word(to));
	script_run_var(run, "KEEPD_PREVIOUS", "%s", vrrp_state_word(from));
	script_run_var(run, "KEEPD_REASON", "%s", vrrp_reason_key(reason));
	script_run_var(run, "KEEPD_PRIORITY", "%u", r->params.priority);
	script_run_var(run, "KEEPD_SEQUENCE", "%llu", (unsigned long long)r->slot.transitions);
}

static void run_script(struct vrrp_router *r, const struct conf_script *script, bool is_generic,
	enum vrrp_state from, enum vrrp_state to, enum vrrp_reason reason)
{
	struct msg_script_run run =
		script_run_begin(script->id, r->slot.queue, r->slot.transitions);
	char priority[8];
	struct err e;

	if (!script->command)
		return;
	if (is_generic) {
		snprintf(priority, sizeof(priority), "%u", r->params.priority);
		script_run_arg(&run, "INSTANCE");
		script_run_arg(&run, r->conf->name);
		script_run_arg(&run, vrrp_state_notify_word(to));
		script_run_arg(&run, priority);
	}
	put_vars(&run, r, from, to, reason);
	if (msg_send(&r->engine->ctx->parent, MSG_SCRIPT_RUN, &run, -1, &e) < 0)
		log_error("instance %s: notify script not run: %s", r->conf->name, e.text);
}

static const struct conf_script *script_for(
	const struct vrrp_instance_conf *conf, enum vrrp_state state)
{
	switch (state) {
	case VRRP_INIT: return &conf->notify_stop;
	case VRRP_BACKUP: return &conf->notify_backup;
	case VRRP_ACTIVE: return &conf->notify_master;
	case VRRP_FAULT: return &conf->notify_fault;
	case VRRP_STATE_COUNT: break;
	}
	return &conf->notify_fault;
}

void vrrp_notify(
	struct vrrp_router *r, enum vrrp_state from, enum vrrp_state to, enum vrrp_reason reason)
{
	run_script(r, script_for(r->conf, to), false, from, to, reason);
	run_script(r, &r->conf->notify, true, from, to, reason);
}
