/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a transition tells the world: the scripts of the configuration, by way of the parent, and an
 * event for those who follow. Called by router.c after the actions that matter more.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/conf/conf.h"
#include "vrrp/router.h"

/* Appends one NUL-terminated string; what does not fit is left out whole. */
static bool put(struct msg_script_run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static bool put(struct msg_script_run *run, const char *fmt, ...)
{
	size_t room = sizeof(run->strings) - run->bytes;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(run->strings + run->bytes, room, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= room)
		return false;
	run->bytes = (uint16_t)(run->bytes + len + 1);
	return true;
}

static void put_arg(struct msg_script_run *run, const char *text)
{
	run->args = (uint16_t)(run->args + put(run, "%s", text));
}

static void put_vars(struct msg_script_run *run, const struct vrrp_router *r, enum vrrp_state from,
	enum vrrp_state to, enum vrrp_reason reason)
{
	unsigned vars = 0;

	vars += put(run, "KEEPD_INSTANCE=%s", r->conf->name);
	vars += put(run, "KEEPD_STATE=%s", vrrp_state_word(to));
	vars += put(run, "KEEPD_PREVIOUS=%s", vrrp_state_word(from));
	vars += put(run, "KEEPD_REASON=%s", vrrp_reason_key(reason));
	vars += put(run, "KEEPD_PRIORITY=%u", r->params.priority);
	vars += put(run, "KEEPD_SEQUENCE=%llu", (unsigned long long)r->slot.transitions);
	run->vars = (uint16_t)vars;
}

static void run_script(struct vrrp_router *r, const struct conf_script *script, bool is_generic,
	enum vrrp_state from, enum vrrp_state to, enum vrrp_reason reason)
{
	struct msg_script_run run = {
		.script = script->id, .queue = r->slot.queue, .step = r->slot.transitions
	};
	char priority[8];
	struct err e;

	if (!script->command)
		return;
	if (is_generic) {
		snprintf(priority, sizeof(priority), "%u", r->params.priority);
		put_arg(&run, "INSTANCE");
		put_arg(&run, r->conf->name);
		put_arg(&run, vrrp_state_notify_word(to));
		put_arg(&run, priority);
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
