/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executes what the pure reload machine (reload.c) decides: starts the conf process, spawns and
 * asks the children, commits or aborts. Part of the parent. Commit order: runners, prober, checker,
 * vrrp, so that who uses something finds it ready.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/log.h"
#include "core/memfd.h"
#include "keepd/control.h"
#include "keepd/fifos.h"
#include "keepd/netns.h"
#include "keepd/parent.h"
#include "keepd/schema.h"
#include "keepd/sd.h"

#define REPORT_MAX ((size_t)1 << 20)

/* ---- which children a generation wants ---- */

static const struct keepd_conf *own_conf(const struct generation *g)
{
	return g->own ? (const struct keepd_conf *)conf_root(g->own, &keepd_section) : NULL;
}

static bool runs_as(const struct keepd_script_conf *s, const struct child *runner)
{
	return s->uid == runner->uid && s->gid == runner->gid;
}

static bool is_wanted_by(const struct generation *g, const struct child *c)
{
	const struct keepd_conf *own = own_conf(g);

	if (c->role != ROLE_RUNNER)
		return g->text[c->role] >= 0;
	for (size_t i = 0; own && c->user[0] && i < own->scripts.count; i++)
		if (runs_as(own->scripts.items[i], c))
			return true;
	return false;
}

/* Each script user (with its group) of the new generation gets a row. */
static int assign_runners(struct parent *p, struct err *e)
{
	const struct keepd_conf *own = own_conf(&p->prepared);

	for (size_t i = 0; own && i < own->scripts.count; i++) {
		const struct keepd_script_conf *s = own->scripts.items[i];
		struct child *free_row = NULL;
		bool is_there = false;

		for (unsigned n = CHILD_RUNNERS; n < CHILD_MAX && !is_there; n++) {
			struct child *c = &p->children[n];

			is_there = c->user[0] && runs_as(s, c);
			if (!c->user[0] && !free_row)
				free_row = c;
		}
		if (is_there)
			continue;
		if (!free_row)
			return err_set(
				e, "scripts run as more than %d users", CHILD_MAX - CHILD_RUNNERS);
		snprintf(free_row->user, sizeof(free_row->user), "%s", s->user);
		free_row->uid = s->uid;
		free_row->gid = s->gid;
		free_row->restarts = 0; /* those were another user's */
		free_row->backoff = (struct proc_backoff){ 0 };
	}
	return 0;
}

/* Spawns what is new; *participants gets a bit for each child that has to agree. */
static int gather(struct parent *p, uint64_t *participants, struct err *e)
{
	*participants = 0;
	if (assign_runners(p, e) < 0)
		return -1;
	for (unsigned i = 0; i < CHILD_MAX; i++) {
		struct child *c = &p->children[i];

		if (!is_wanted_by(&p->prepared, c))
			continue;
		/* Also who died and waits for its next start: what it cannot run is not committed.
		 */
		if ((c->state == CHILD_OFF || c->state == CHILD_WAITING) &&
			parent_spawn(p, c, e) < 0)
			return -1;
		if (c->state == CHILD_STARTING || c->state == CHILD_RUNNING)
			*participants |= UINT64_C(1) << i;
	}
	return 0;
}

void transaction_free_row(struct parent *p, struct child *c)
{
	if (c->state == CHILD_OFF && !is_wanted_by(&p->committed, c) &&
		!is_wanted_by(&p->prepared, c))
		c->user[0] = '\0';
}

/* Children that were spawned for a generation that did not come about, rows nobody needs. */
static void release_unwanted(struct parent *p)
{
	for (unsigned i = 0; i < CHILD_MAX; i++) {
		struct child *c = &p->children[i];

		c->is_wanted = is_wanted_by(&p->committed, c);
		if (c->is_wanted) {
			if (c->state == CHILD_OFF)
				parent_start_soon(c); /* went while it was wanted back */
			continue;
		}
		if (c->state == CHILD_WAITING) {
			timer_off(&c->timer);
			c->state = CHILD_OFF;
		} else if (c->state != CHILD_OFF &&
			   (c->role != ROLE_RUNNER || c->state != CHILD_RUNNING)) {
			child_stop(c, false);
		}
		if (c->role == ROLE_RUNNER)
			transaction_free_row(p, c);
	}
}

/* Has everybody who wants scripts said all there is to say about what the last commit removed? */
static bool is_settled(const struct parent *p)
{
	for (unsigned i = 0; i < CHILD_RUNNERS; i++) {
		const struct child *c = &p->children[i];

		if (c->role == ROLE_PROBER || c->role == ROLE_WATCHER || c->state == CHILD_OFF)
			continue;
		if (c->state != CHILD_RUNNING || c->running != p->committed.number)
			return false;
	}
	return true;
}

void transaction_release_runners(struct parent *p)
{
	if (p->is_stopping || p->reload.phase == RELOAD_PREPARING || !is_settled(p))
		return;
	for (unsigned i = CHILD_RUNNERS; i < CHILD_MAX; i++) {
		struct child *c = &p->children[i];

		if (c->state == CHILD_RUNNING && !c->is_wanted && !scripts_need(p, c))
			child_stop(c, false);
	}
}

/* ---- messages of the two phases ---- */

static int send_prepare(struct child *c, const struct generation *g, struct err *e)
{
	const struct msg_generation msg = { .generation = g->number };

	c->asked = g->number;
	child_let_go(c);
	return msg_send(&c->channel, MSG_CONF_PREPARE, &msg, g->text[c->role], e);
}

static void send_simple(struct child *c, enum msg_number number, uint64_t generation)
{
	const struct msg_generation msg = { .generation = generation };
	char name[80];
	struct err e;

	if (msg_send(&c->channel, number, &msg, -1, &e) == 0)
		return;
	/* After COMMIT there is no way back: who cannot hear starts again with the new generation.
	 */
	log_error("%s: %s; starting it again", child_name(c, name, sizeof(name)), e.text);
	child_kill(c);
}

void transaction_bring_up(struct parent *p, struct child *c)
{
	char name[80];
	struct err e;

	if (send_prepare(c, &p->committed, &e) < 0) {
		log_error("%s: %s", child_name(c, name, sizeof(name)), e.text);
		child_kill(c);
	}
}

static void prepare_all(struct parent *p)
{
	uint64_t participants = p->reload.waiting;
	char reason[ERR_TEXT_BYTES], name[80];
	struct err e;

	for (unsigned i = 0; i < CHILD_MAX; i++) {
		struct child *c = &p->children[i];

		if (!(participants & (UINT64_C(1) << i)))
			continue;
		if (send_prepare(c, &p->prepared, &e) == 0)
			continue;
		snprintf(reason, sizeof(reason), "%s: %.400s", child_name(c, name, sizeof(name)),
			e.text);
		transaction_event(
			p, &(struct reload_event){
				   .type = RELOAD_REJECT, .participant = i, .reason = reason });
		return;
	}
}

static void write_state(struct parent *p, enum role role)
{
	const char *file = rundir_state_file(role);
	struct err e = { 0 };
	char *text = NULL;
	size_t len;

	/* A role that is not wanted any more keeps its file until its child has gone (parent.c). */
	if (!file || p->committed.text[role] < 0)
		return;
	if (memfd_read(p->committed.text[role], (size_t)256 << 20, &text, &len, &e) < 0 ||
		rundir_write(&p->rundir, file, text, len, &e) < 0)
		log_warning("%s: after a crash it will not be known what is ours", e.text);
	free(text);
}

static const enum role commit_order[] = { ROLE_RUNNER, ROLE_WATCHER, ROLE_PROBER, ROLE_CHECKER,
	ROLE_VRRP };
#define COMMIT_ROLES (sizeof(commit_order) / sizeof(commit_order[0]))

void transaction_let_go(struct parent *p)
{
	if (p->is_stopping)
		return;
	for (size_t n = 0; n < COMMIT_ROLES; n++)
		for (unsigned i = 0; i < CHILD_MAX; i++) {
			struct child *c = &p->children[i];

			if (c->role == commit_order[n] && child_let_go(c) && c->is_wanted)
				send_simple(c, MSG_CONF_COMMIT, p->committed.number);
		}
}

static void rename_self(const struct parent *p)
{
	const struct keepd_conf *own = own_conf(&p->committed);
	const char *name = own ? own->global->process_name : NULL;

	prctl(PR_SET_NAME, name ? name : "keepd");
}

static void commit_all(struct parent *p)
{
	uint64_t number = p->prepared.number;
	bool is_held;

	withdraw_supersede(p);
	conf_free(p->previous_own);
	p->previous_own = p->committed.own;
	p->committed.own = NULL;
	generation_fini(&p->committed);
	p->committed = p->prepared;
	generation_init(&p->prepared, 0);
	for (enum role r = 0; r < ROLE_COUNT; r++)
		write_state(p, r);
	release_unwanted(p);
	is_held = own_scripts_hold(p);
	for (size_t n = 0; n < COMMIT_ROLES; n++)
		for (unsigned i = 0; i < CHILD_MAX; i++) {
			struct child *c = &p->children[i];

			if (c->role != commit_order[n] || !c->is_wanted ||
				(c->state != CHILD_STARTING && c->state != CHILD_RUNNING))
				continue;
			if (c->role != ROLE_RUNNER && is_held)
				child_hold(c);
			else
				send_simple(c, MSG_CONF_COMMIT, number);
		}
	rename_self(p);
	fifos_configure(p->fifos); /* their scripts are known to the runners now */
	transaction_release_runners(p);
}

static void abort_all(struct parent *p)
{
	const struct msg_generation abort = { .generation = p->prepared.number };

	generation_fini(&p->prepared);
	release_unwanted(p);
	for (unsigned i = 0; i < CHILD_MAX; i++) {
		struct child *c = &p->children[i];

		if (!c->is_wanted)
			continue;
		if (c->state == CHILD_RUNNING)
			/* Who does not hear it forgets with the next PREPARE: no reason to end it.
			 */
			(void)msg_send(&c->channel, MSG_CONF_ABORT, &abort, -1, NULL);
		else if (c->state == CHILD_STARTING)
			transaction_bring_up(p, c);
	}
}

/* ---- the conf process ---- */

static void read_failed(struct parent *p, const char *reason)
{
	transaction_event(
		p, &(struct reload_event){ .type = RELOAD_READ_FAILED, .reason = reason });
}

static void spawn_reader(struct parent *p)
{
	const char *path = options_conf_path(p->opt), *args[PARENT_CHILD_ARGS] = { 0 };
	size_t n = parent_child_args(p, args);
	char generation[32];
	struct err e;

	if (!p->opt->conf_path && options_is_fallback(path))
		log_notice("there is no keepd.conf: reading %s", path);
	args[n++] = "--use-file";
	args[n++] = path;
	args[n++] = "--generation";
	args[n++] = generation;
	if (p->opt->config_id) {
		args[n++] = "--config-id";
		args[n++] = p->opt->config_id;
	}
	if (p->opt->is_dumped) {
		args[n++] = "--dump-conf";
		args[n++] = "1";
	}
	snprintf(generation, sizeof(generation), "%llu", (unsigned long long)p->reload.trying);
	if (child_spawn(&p->reader, p->loop, args, &e) == 0)
		timer_off(&p->reader.timer); /* the reload has the deadline */
	else
		read_failed(p, e.text);
}

static void start_reader(struct parent *p)
{
	generation_fini(&p->prepared);
	generation_init(&p->prepared, p->reload.trying);
	free(p->report);
	p->report = NULL;
	p->fail_status = EXIT_CHILD;
	if (p->is_ready)
		sd_notify_state("RELOADING=1");
	/* That of the last reload has said its word, or was overdue; its place is free when it
	 * ends. */
	p->is_reader_due = child_is_alive(&p->reader);
	if (p->is_reader_due)
		child_kill(&p->reader);
	else
		spawn_reader(p);
}

static int enter_netns(struct parent *p, struct err *e)
{
	const struct keepd_conf *own = own_conf(&p->prepared);

	return netns_take(p, own ? own->net_namespace : NULL, e);
}

static void reader_result(struct parent *p, const struct msg *m)
{
	struct reload_event event = { .type = RELOAD_READ_OK };
	char first[ERR_TEXT_BYTES] = "the configuration has errors";
	struct err e = { 0 };
	size_t len;

	free(p->report);
	p->report = NULL;
	if (m->conf_result.status != EXIT_OK)
		p->fail_status = (int)m->conf_result.status;
	if (memfd_read(m->fd, REPORT_MAX, &p->report, &len, &e) < 0)
		p->report = strdup(e.text);
	if (m->conf_result.status != EXIT_OK) {
		if (p->report && p->report[0])
			snprintf(first, sizeof(first), "%.*s", (int)strcspn(p->report, "\n"),
				p->report);
		read_failed(p, first);
		return;
	}
	if (generation_complete(&p->prepared, &e) < 0 || enter_netns(p, &e) < 0 ||
		gather(p, &event.participants, &e) < 0) {
		release_unwanted(p);
		read_failed(p, e.text);
		return;
	}
	transaction_event(p, &event);
}

void transaction_on_reader(struct parent *p, const struct msg *m)
{
	if (p->reload.phase != RELOAD_READING)
		return;
	if (m->number == MSG_CONF_TEXT && m->conf_text.generation == p->reload.trying &&
		m->conf_text.role < ROLE_COUNT) {
		int fd;

		if (!options_want(p->opt, (enum role)m->conf_text.role))
			return;
		fd = fcntl(m->fd, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			read_failed(p, "out of descriptors");
		else
			generation_take_text(&p->prepared, (enum role)m->conf_text.role, fd);
	} else if (m->number == MSG_CONF_RESULT && m->conf_result.generation == p->reload.trying) {
		reader_result(p, m);
	}
}

void transaction_on_reader_death(struct parent *p, int status)
{
	char reason[128];

	p->reader.state = CHILD_OFF;
	if (p->reload.phase != RELOAD_READING)
		return;
	if (p->is_reader_due) {
		p->is_reader_due = false;
		spawn_reader(p);
		return;
	}
	snprintf(reason, sizeof(reason), "the conf process ended without a result (status %d)",
		status);
	read_failed(p, reason);
}

/* ---- the machine ---- */

static void report(struct parent *p, uint64_t generation, bool is_ok)
{
	char first[ERR_TEXT_BYTES];

	/* A start has nothing to fall back to; everybody else goes on with what runs. */
	snprintf(first, sizeof(first), "%s", p->reload.reason);
	if (is_ok)
		log_notice(
			"configuration generation %llu committed", (unsigned long long)generation);
	else if (p->committed.number)
		log_error("reload refused, generation %llu goes on: %s",
			(unsigned long long)p->committed.number, first);
	if (p->is_ready && !p->is_stopping)
		sd_notify_state("READY=1");
	control_reload_result(p->control, generation, is_ok, first, p->report);
	if (is_ok)
		parent_check_ready(p); /* of nobody, as with --check and no virtual server */
	if (!is_ok && !p->committed.number)
		parent_start_failed(p, p->fail_status, first);
}

void transaction_event(struct parent *p, const struct reload_event *event)
{
	static void (*const steps[])(struct parent *) = { prepare_all, commit_all, abort_all };
	static const unsigned bits[] = { RELOAD_SEND_PREPARE, RELOAD_SEND_COMMIT,
		RELOAD_SEND_ABORT };
	uint64_t subject = p->reload.trying;
	unsigned actions = reload_step(&p->reload, event, mono_now());

	timer_set(&p->reload_timer, p->reload.deadline);
	if (actions & RELOAD_KILL_READER)
		child_kill(&p->reader);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (actions & bits[i])
			steps[i](p);
	if (actions & (RELOAD_REPORT_OK | RELOAD_REPORT_FAILED))
		report(p, subject, actions & RELOAD_REPORT_OK);
	if (actions & RELOAD_START_READER)
		start_reader(p);
}

uint64_t transaction_next(const struct parent *p)
{
	const struct reload *r = &p->reload;

	return (r->trying > r->running ? r->trying : r->running) + 1;
}

void transaction_request(struct parent *p)
{
	transaction_event(p, &(struct reload_event){ .type = RELOAD_REQUEST });
}

void transaction_cancel(struct parent *p, const char *reason)
{
	transaction_event(p, &(struct reload_event){ .type = RELOAD_CANCEL, .reason = reason });
}

/* Names those that have not answered. */
static void deadline_passed(void *arg)
{
	struct parent *p = arg;
	char reason[ERR_TEXT_BYTES] = "", name[80];
	size_t len = 0;

	for (unsigned i = 0; i < CHILD_MAX && len < sizeof(reason) - 200; i++)
		if (p->reload.waiting & (UINT64_C(1) << i))
			len += (size_t)snprintf(reason + len, sizeof(reason) - len, "%s%s (pid %d)",
				len ? ", " : "", child_name(&p->children[i], name, sizeof(name)),
				(int)p->children[i].pid);
	snprintf(reason + len, sizeof(reason) - len, " did not answer within %d s",
		RELOAD_PREPARE_SECONDS);
	transaction_event(p, &(struct reload_event){ .type = RELOAD_TIMEOUT, .reason = reason });
}

int transaction_init(struct parent *p, struct err *e)
{
	p->reload = (struct reload){ .deadline = MONO_NEVER };
	generation_init(&p->committed, 0);
	generation_init(&p->prepared, 0);
	return timer_open(&p->reload_timer, p->loop, deadline_passed, p, e);
}
