/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arguments, environment, lines and mails as keepalived's users know them; see notify.h. Called by
 * router.c after the actions that matter more.
 */
#include "vrrp/notify.h"

#include <ctype.h>
#include <stdio.h>

#include "core/conf/conf.h"
#include "core/script_run.h"
#include "vrrp/router.h"

static const struct {
	const char *word;
	bool is_state;
} events[] = {
#define X(name, word, is_state) { word, is_state },
	NOTIFY_EVENT_LIST(X)
#undef X
};

static const struct {
	const char *word, *variable, *in_mail;
} kinds[] = {
	[NOTIFY_INSTANCE] = { "INSTANCE", "KEEPD_INSTANCE", "Instance" },
	[NOTIFY_GROUP] = { "GROUP", "KEEPD_GROUP", "Group" },
};

/* ---- scripts ---- */

static void put_vars(struct msg_script_run *run, const struct notify *n)
{
	script_run_var(run, kinds[n->kind].variable, "%s", n->name);
	script_run_var(run, "KEEPD_STATE", "%s", vrrp_state_word(n->to));
	script_run_var(run, "KEEPD_PREVIOUS", "%s", vrrp_state_word(n->from));
	script_run_var(run, "KEEPD_REASON", "%s", vrrp_reason_key(n->reason));
	script_run_var(run, "KEEPD_PRIORITY", "%u", n->priority);
	script_run_var(run, "KEEPD_SEQUENCE", "%llu", (unsigned long long)n->sequence);
}

static void run_script(struct role_ctx *ctx, const struct notify *n,
	const struct conf_script *script, bool is_generic)
{
	struct msg_script_run run;
	char priority[8];
	struct err e;

	if (!script || !script->command)
		return;
	run = script_run_begin(script->id, n->queue, n->sequence);
	if (is_generic) {
		snprintf(priority, sizeof(priority), "%u", n->priority);
		script_run_arg(&run, kinds[n->kind].word);
		script_run_arg(&run, n->name);
		script_run_arg(&run, events[n->event].word);
		script_run_arg(&run, priority);
	}
	put_vars(&run, n);
	if (msg_send(&ctx->parent, MSG_SCRIPT_RUN, &run, -1, &e) < 0)
		log_error("%s: notify script not run: %s", n->name, e.text);
}

/* ---- lines and mails ---- */

/* A name may be any text; what reads lines must not take it for two. */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

const char *notify_line(const struct notify *n, char *buf)
{
	/* A very long name is cut, never what stands behind it. */
	snprintf(buf, NOTIFY_LINE_BYTES, "%s \"%.200s\" %s %u", kinds[n->kind].word, n->name,
		events[n->event].word, n->priority);
	make_printable(buf);
	return buf;
}

static void put_mail(struct msg_notice *m, const struct notify *n)
{
	const char *kind = kinds[n->kind].in_mail, *word = events[n->event].word;

	if (n->event == NOTIFY_STOP)
		snprintf(m->subject, sizeof(m->subject), "VRRP %s %.60s - Stopping", kind, n->name);
	else
		snprintf(m->subject, sizeof(m->subject), "VRRP %s %.60s - Entering %s state", kind,
			n->name, word);
	snprintf(m->text, sizeof(m->text), "VRRP %s %.60s: %s -> %s (%s), priority %u", kind,
		n->name, vrrp_state_word(n->from), vrrp_state_word(n->to),
		vrrp_reason_words(n->reason), n->priority);
	make_printable(m->subject);
	make_printable(m->text);
}

static void send_notice(struct role_ctx *ctx, const struct notify *n)
{
	struct msg_notice m = { .object = n->queue,
		.is_state = events[n->event].is_state,
		.is_last = n->reason == VRRP_BECAUSE_REMOVED,
		.is_mailed = n->is_mailed && events[n->event].is_state };
	struct err e;

	notify_line(n, m.line);
	if (m.is_mailed)
		put_mail(&m, n);
	if (msg_send(&ctx->parent, MSG_NOTICE, &m, -1, &e) < 0)
		log_error("%s: not told to pipes and by mail: %s", n->name, e.text);
}

void notify(struct role_ctx *ctx, const struct notify *n)
{
	run_script(ctx, n, n->script, false);
	run_script(ctx, n, n->generic, true);
	send_notice(ctx, n);
}

/* ---- instances and groups ---- */

static enum notify_event event_of(enum vrrp_state state)
{
	switch (state) {
	case VRRP_INIT: return NOTIFY_STOP;
	case VRRP_BACKUP: return NOTIFY_BACKUP;
	case VRRP_ACTIVE: return NOTIFY_MASTER;
	case VRRP_FAULT:
	case VRRP_STATE_COUNT: break;
	}
	return NOTIFY_FAULT;
}

static bool is_mailed(const struct conf_obj *obj, bool smtp_alert, enum notify_event event)
{
	const struct vrrp_global_conf *global = ((const struct vrrp_conf *)obj->parent)->global;

	return smtp_alert && !(event == NOTIFY_FAULT && global->no_email_faults);
}

#define INSTANCE(member) offsetof(struct vrrp_instance_conf, member)
#define GROUP(member)	 offsetof(struct vrrp_sync_group_conf, member)

/* Where the script of an event stands in the configuration; 0 = there is none for it. */
static const size_t instance_scripts[] = {
	[NOTIFY_MASTER] = INSTANCE(notify_master),
	[NOTIFY_BACKUP] = INSTANCE(notify_backup),
	[NOTIFY_FAULT] = INSTANCE(notify_fault),
	[NOTIFY_STOP] = INSTANCE(notify_stop),
	[NOTIFY_DELETED] = INSTANCE(notify_deleted),
	[NOTIFY_RX_LOWER_PRI] = INSTANCE(notify_master_rx_lower_pri),
	[NOTIFY_MASTER_PRIORITY] = 0,
	[NOTIFY_BACKUP_PRIORITY] = 0,
};

static const size_t group_scripts[] = {
	[NOTIFY_MASTER] = GROUP(notify_master),
	[NOTIFY_BACKUP] = GROUP(notify_backup),
	[NOTIFY_FAULT] = GROUP(notify_fault),
	[NOTIFY_STOP] = GROUP(notify_stop),
};

static const struct conf_script *script_at(const void *conf, size_t offset)
{
	return offset ? (const struct conf_script *)((const char *)conf + offset) : NULL;
}

static struct notify from_instance(const struct vrrp_router *r, enum notify_event event)
{
	return (struct notify){ .kind = NOTIFY_INSTANCE,
		.name = r->conf->name,
		.queue = r->slot.queue,
		.sequence = r->slot.transitions,
		.priority = r->params.priority,
		.event = event,
		.from = r->fsm.state,
		.to = r->fsm.state,
		.reason = r->fsm.reason,
		.script = script_at(r->conf, instance_scripts[event]) };
}

void vrrp_notify(
	struct vrrp_router *r, enum vrrp_state from, enum vrrp_state to, enum vrrp_reason reason)
{
	bool is_deleted = to == VRRP_INIT && reason == VRRP_BECAUSE_REMOVED;
	enum notify_event event = event_of(to);
	struct notify n;

	if (is_deleted)
		event = conf_is_set(&r->conf->obj, INSTANCE(notify_deleted)) ? NOTIFY_DELETED
									     : NOTIFY_FAULT;
	n = from_instance(r, event);
	n.from = from;
	n.to = to;
	n.reason = reason;
	n.generic = &r->conf->notify;
	n.is_mailed = is_mailed(&r->conf->obj, r->conf->smtp_alert, event);
	notify(r->engine->ctx, &n);
	r->notified_priority = r->params.priority;
}

void vrrp_notify_lower_priority(struct vrrp_router *r)
{
	struct notify n = from_instance(r, NOTIFY_RX_LOWER_PRI);

	/* In a queue of its own: it may come with each advert, and delays no script of a state. */
	n.queue = ~n.queue;
	n.sequence = r->slot.rivals;
	notify(r->engine->ctx, &n);
}

void vrrp_notify_priority(struct vrrp_router *r)
{
	enum vrrp_state state = r->fsm.state;
	struct notify n;

	if ((state != VRRP_ACTIVE && state != VRRP_BACKUP) ||
		r->notified_priority == r->params.priority)
		return;
	r->notified_priority = r->params.priority;
	if (!r->conf->notify_priority_changes)
		return;
	n = from_instance(
		r, state == VRRP_ACTIVE ? NOTIFY_MASTER_PRIORITY : NOTIFY_BACKUP_PRIORITY);
	notify(r->engine->ctx, &n);
}

void vrrp_notify_group(struct role_ctx *ctx, const struct vrrp_sync_group_conf *group,
	uint64_t sequence, enum vrrp_state from, enum vrrp_state to, enum vrrp_reason reason)
{
	enum notify_event event = event_of(to);

	notify(ctx, &(struct notify){ .kind = NOTIFY_GROUP,
			    .name = group->name,
			    .queue = conf_hash(&group->obj, true),
			    .sequence = sequence,
			    .event = event,
			    .from = from,
			    .to = to,
			    .reason = reason,
			    .script = script_at(group, group_scripts[event]),
			    .generic = &group->notify,
			    .is_mailed = is_mailed(&group->obj, group->smtp_alert, event) });
}
