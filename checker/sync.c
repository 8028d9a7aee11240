/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sync daemons of the kernel; see sync.h. Called by main.c; how to get from those that run to
 * those that should is in ipvs/sync.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "checker/schema.h"
#include "checker/sync.h"
#include "core/conf/conf.h"
#include "core/log.h"

enum {
	LOOK_MS = 1000,
	RETRY_MAX_S = 30,
};

static uint32_t system_interface(const char *name)
{
	return if_nametoindex(name);
}

void sync_init(struct sync *s, const struct ipvs_kernel *kernel,
	uint32_t (*find_interface)(const char *name))
{
	*s = (struct sync){ .kernel = *kernel,
		.find_interface = find_interface ? find_interface : system_interface,
		.next = MONO_NEVER };
}

/* ---- what should be ---- */

struct sync_conf sync_conf_of(const struct checker_conf *conf)
{
	const struct lvs_sync_conf *c = conf->global->sync;
	struct sync_conf out = { 0 };

	if (!c)
		return out;
	out.is_there = true;
	out.has_id = conf_is_set(&c->obj, offsetof(struct lvs_sync_conf, id)) ||
		     conf_is_set(&c->obj, offsetof(struct lvs_sync_conf, old_id));
	out.daemon = (struct ipvs_sync_daemon){ .is_there = true,
		.id = c->id,
		.maxlen = c->maxlen,
		.port = c->port,
		.ttl = c->ttl,
		.group = c->group };
	snprintf(out.daemon.interface, sizeof(out.daemon.interface), "%s", c->interface);
	snprintf(out.instance, sizeof(out.instance), "%s", c->vrrp ? c->vrrp : "");
	return out;
}

enum sync_state sync_wanted(const struct sync_conf *conf, const struct election_slot *election,
	uint32_t ifindex, struct ipvs_sync *wanted)
{
	struct ipvs_sync_daemon daemon = conf->daemon;

	*wanted = (struct ipvs_sync){ 0 };
	if (!conf->is_there)
		return SYNC_OFF;
	if (!ifindex)
		return SYNC_NO_LINK;
	if (!conf->instance[0]) {
		wanted->daemons[IPVS_SYNC_MASTER] = wanted->daemons[IPVS_SYNC_BACKUP] = daemon;
		return SYNC_OK;
	}
	if (!election)
		return SYNC_WAITS;
	if (!conf->has_id)
		daemon.id = election->vrid;
	wanted->daemons[election->is_active ? IPVS_SYNC_MASTER : IPVS_SYNC_BACKUP] = daemon;
	return SYNC_OK;
}

void sync_configure(struct sync *s, const struct sync_conf *conf)
{
	if (strcmp(conf->instance, s->conf.instance) != 0)
		s->is_known = false;
	s->conf = *conf;
	s->is_ours |= conf->is_there;
	s->failures = 0;
	snprintf(s->status.interface, sizeof(s->status.interface), "%s", conf->daemon.interface);
}

void sync_own(struct sync *s)
{
	s->is_ours = true;
}

void sync_elect(struct sync *s, const struct election_slot *election)
{
	s->is_known = election != NULL;
	if (election)
		s->election = *election;
}

/* ---- what is said ---- */

static void set_status(struct sync *s, enum sync_state state, int sysno, mono_t now)
{
	if (s->status.state != (uint32_t)state)
		s->status.since_us = now.us;
	s->status.state = state;
	s->status.sysno = sysno;
}

static void tell_start(const struct sync *s, enum ipvs_sync_role role, uint8_t id)
{
	const char *name = s->conf.instance;

	log_notice("IPVS sync daemon: %s on %s, id %u (%s%s%s)", ipvs_sync_role_name(role),
		s->conf.daemon.interface, id, name[0] ? "instance " : "", name,
		!name[0]		? "both roles, as no instance is named"
		: s->election.is_active ? " is active"
					: " is not active");
}

/* The same failure is an error once and a debug line afterwards. */
static void failed(struct sync *s, const struct err *e, mono_t now)
{
	bool is_news = s->status.state != SYNC_FAILED || s->status.sysno != e->sysno;
	int64_t wait = s->failures < 5 ? (int64_t)1 << s->failures : RETRY_MAX_S;

	s->failures++;
	s->next = mono_add(now, span_s(wait));
	s->listening_since = (mono_t){ 0 };
	log_at(is_news && e->sysno != ENOENT ? LOG_LEVEL_ERROR : LOG_LEVEL_DEBUG,
		"IPVS sync daemon: %s (it is tried again, at least every %d s)", e->text,
		RETRY_MAX_S);
	set_status(s, SYNC_FAILED, e->sysno, now);
}

/* An instance that vrrp does not know at the second look will hardly come. */
static void tell_waiting(struct sync *s, enum sync_state state)
{
	bool was_so = s->status.state == (uint32_t)state;

	if (state == SYNC_NO_LINK && !was_so)
		log_warning("IPVS sync daemon: interface %s does not exist: waiting for it",
			s->conf.daemon.interface);
	if (state == SYNC_WAITS && was_so && !s->is_missing_told)
		log_warning("IPVS sync daemon: there is no vrrp_instance %s: waiting for it",
			s->conf.instance);
	s->is_missing_told = state == SYNC_WAITS && was_so;
}

/* ---- doing it ---- */

static int perform(struct sync *s, const struct ipvs_sync *wanted, const struct ipvs_sync_op *op,
	struct err *e)
{
	const struct ipvs_sync_daemon *d = op->is_start ? &wanted->daemons[op->role] : NULL;
	const char *role = ipvs_sync_role_name(op->role);
	int result = 0;

	if (s->kernel.sync_set(s->kernel.self, op->role, d, &result, e) != IPVS_DONE)
		return -1;
	if (result && (op->is_start || result != ESRCH))
		return err_sys(e, result, "%s %s on %s", op->is_start ? "start" : "stop", role,
			s->conf.daemon.interface);
	s->is_fresh |= op->is_start && op->role == IPVS_SYNC_BACKUP;
	if (op->is_start)
		tell_start(s, op->role, d->id);
	else
		log_info("IPVS sync daemon: %s stopped", role);
	return 0;
}

static int go(struct sync *s, const struct ipvs_sync *wanted, uint32_t ifindex, struct err *e)
{
	struct ipvs_sync found;
	struct ipvs_sync_plan plan;

	if (s->kernel.sync_get(s->kernel.self, &found, e) != IPVS_DONE)
		return -1;
	/* A daemon keeps to the interface it was started on, though another one has its name. */
	for (unsigned role = 0; role < IPVS_SYNC_ROLES; role++)
		found.daemons[role].is_doomed = s->ifindex && s->ifindex != ifindex;
	plan = ipvs_sync_plan(&found, wanted);
	for (size_t i = 0; i < plan.count; i++)
		if (perform(s, wanted, &plan.ops[i], e) < 0)
			return -1;
	s->ifindex = ifindex;
	return 0;
}

static void note_roles(struct sync *s, const struct ipvs_sync *wanted, mono_t now)
{
	const struct ipvs_sync_daemon *master = &wanted->daemons[IPVS_SYNC_MASTER];
	const struct ipvs_sync_daemon *backup = &wanted->daemons[IPVS_SYNC_BACKUP];

	if (s->status.is_master != master->is_there || s->status.is_backup != backup->is_there)
		s->status.since_us = now.us;
	if (!backup->is_there)
		s->listening_since = (mono_t){ 0 };
	else if (s->is_fresh || !s->listening_since.us)
		s->listening_since = now;
	s->status.is_master = master->is_there;
	s->status.is_backup = backup->is_there;
	s->status.id = master->is_there ? master->id : backup->id;
}

void sync_run(struct sync *s, mono_t now)
{
	struct ipvs_sync wanted;
	uint32_t ifindex;
	enum sync_state state;
	struct err e = { 0 };

	if (!s->is_ours)
		return;
	ifindex = s->conf.is_there ? s->find_interface(s->conf.daemon.interface) : 0;
	s->is_fresh = false;
	state = sync_wanted(&s->conf, s->is_known ? &s->election : NULL, ifindex, &wanted);
	if (go(s, &wanted, ifindex, &e) < 0) {
		failed(s, &e, now);
		return;
	}
	s->failures = 0;
	tell_waiting(s, state);
	note_roles(s, &wanted, now);
	set_status(s, state, 0, now);
	s->is_ours = s->conf.is_there;
	s->next = s->is_ours ? mono_add(now, span_ms(LOOK_MS)) : MONO_NEVER;
}

void sync_withdraw(struct sync *s)
{
	const struct ipvs_sync nothing = { 0 };
	struct err e = { 0 };

	if (s->is_ours && go(s, &nothing, 0, &e) < 0 && e.sysno != ENOENT)
		log_error("IPVS sync daemon: it may still run: %s", e.text);
	s->is_ours = false;
}
