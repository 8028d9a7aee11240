/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parent: what it means for the whole when a child speaks, dies or is late; signals; start and
 * stop. Reloads are executed in transaction.c, scripts in scripts.c, the last resort for addresses
 * is withdraw.c; how a child is started and how all are stopped stands in spawn.c and stop.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/log.h"
#include "keepd/control.h"
#include "keepd/dump.h"
#include "keepd/fifos.h"
#include "keepd/mails.h"
#include "keepd/parent.h"
#include "keepd/pidfile.h"
#include "keepd/sd.h"

/* ---- the first start ---- */

/* To who started us and still waits; see go_background() in main.c. */
static void say_to_starter(struct parent *p, const char *text)
{
	if (p->ready_fd >= 0)
		(void)!write(p->ready_fd, text, strlen(text));
	else
		fputs(text, stderr);
}

void parent_start_failed(struct parent *p, int status, const char *reason)
{
	bool is_in_report = status == EXIT_CONFIG || status == EXIT_UNREADABLE;
	bool is_logged_elsewhere = p->opt->sink != LOG_SINK_STDERR;
	char text[ERR_TEXT_BYTES + 32];

	if (p->is_stopping)
		return;
	/* What the conf process found has its place in the files; it is said as it is. */
	if (p->report && p->report[0])
		say_to_starter(p, p->report);
	if (!is_in_report && is_logged_elsewhere) {
		snprintf(text, sizeof(text), "keepd: cannot start: %s\n", reason);
		say_to_starter(p, text);
	}
	if (!is_in_report)
		log_error("cannot start: %s", reason);
	else if (is_logged_elsewhere)
		log_error("%s", reason);
	parent_stop(p, status);
}

/* ---- children ---- */

void parent_check_ready(struct parent *p)
{
	char status[64];

	for (unsigned i = 0; i < CHILD_MAX; i++)
		if (p->children[i].is_wanted && p->children[i].state != CHILD_RUNNING)
			return;
	if (p->is_ready || !p->committed.number)
		return;
	p->is_ready = true;
	log_notice("ready");
	snprintf(status, sizeof(status), "READY=1\nMAINPID=%d", (int)getpid());
	sd_notify_state(status);
	if (p->ready_fd >= 0) {
		(void)!write(p->ready_fd, "", 1);
		close(p->ready_fd);
		p->ready_fd = -1;
	}
}

void parent_child_running(struct parent *p, struct child *c)
{
	if (c->state != CHILD_STARTING)
		return;
	c->state = CHILD_RUNNING;
	timer_off(&c->timer);
	if (c->role == ROLE_VRRP)
		withdraw_disarm(p);
	if (c->role == ROLE_RUNNER)
		scripts_dispatch(p);
	if (c->role == ROLE_CHECKER && p->earlier_checker >= 0) {
		close(p->earlier_checker);
		p->earlier_checker = -1;
	}
	parent_check_ready(p);
}

static void on_ready(struct parent *p, struct child *c, uint64_t generation)
{
	const struct msg_generation commit = { .generation = generation };
	struct err e;

	if (generation != c->asked)
		return; /* a reload has asked for another one meanwhile */
	if (p->reload.phase == RELOAD_PREPARING && generation == p->reload.trying)
		transaction_event(
			p, &(struct reload_event){ .type = RELOAD_READY, .participant = c->index });
	else if (c->state == CHILD_STARTING && generation == p->committed.number) {
		if (c->role != ROLE_RUNNER && own_scripts_hold(p))
			child_hold(c);
		else if (msg_send(&c->channel, MSG_CONF_COMMIT, &commit, -1, &e) < 0)
			child_kill(c);
	}
}

static void on_reject(struct parent *p, struct child *c, const struct msg_reject *m)
{
	char reason[ERR_TEXT_BYTES + 96], name[80];

	if (m->generation != c->asked)
		return;
	snprintf(reason, sizeof(reason), "%s: %s", child_name(c, name, sizeof(name)), m->reason);
	if (p->reload.phase == RELOAD_PREPARING && m->generation == p->reload.trying) {
		if (m->sysno == ENODEV)
			p->fail_status = EXIT_NO_INTERFACE;
		transaction_event(p,
			&(struct reload_event){
				.type = RELOAD_REJECT, .participant = c->index, .reason = reason });
		return;
	}
	log_error("%s", reason);
	child_kill(c);
}

void parent_on_message(struct child *c, const struct msg *m)
{
	struct parent *p = c->parent;

	if (c == &p->reader) {
		transaction_on_reader(p, m);
		return;
	}
	if (mails_is_mailer(p->mails, c)) {
		if (m->number == MSG_MAIL_DONE)
			mails_done(p->mails, &m->mail_done);
		return;
	}
	switch ((enum msg_number)m->number) {
	case MSG_CONF_READY: on_ready(p, c, m->generation.generation); break;
	case MSG_CONF_REJECT: on_reject(p, c, &m->reject); break;
	case MSG_CONF_RUNNING:
		if (m->generation.generation != p->committed.number)
			break;
		c->running = m->generation.generation;
		if (c->role == ROLE_VRRP)
			withdraw_settled(p);
		if (c->role == ROLE_VRRP)
			fifos_settled(p->fifos);
		parent_child_running(p, c);
		transaction_release_runners(p);
		break;
	case MSG_EVENT: control_event(p->control, &m->event); break;
	case MSG_NOTICE:
		fifos_notice(p->fifos, c->role, &m->notice);
		mails_notice(p->mails, &m->notice);
		break;
	case MSG_SCRIPT_RUN: scripts_take(p, &m->script_run); break;
	case MSG_SCRIPT_DONE:
		scripts_done(p, c, &m->script_done);
		own_scripts_done(p, &m->script_done);
		transaction_release_runners(p);
		if (p->is_stopping)
			parent_stop_step(p);
		break;
	case MSG_PAGE:
	case MSG_PEER:
	case MSG_CONF_PREPARE:
	case MSG_CONF_COMMIT:
	case MSG_CONF_ABORT:
	case MSG_SHUTDOWN:
	case MSG_SLOT:
	case MSG_CONF_TEXT:
	case MSG_CONF_EARLIER:
	case MSG_SCRIPT_END:
	case MSG_MAIL:
	case MSG_MAIL_DONE:
	case MSG_ORDER:
	case MSG_CONF_RESULT: break; /* not for the parent: msg_receive() refuses them */
	}
}

void parent_start_soon(struct child *c)
{
	c->state = CHILD_WAITING;
	timer_set(&c->timer, mono_now());
}

/* A child that went although nobody asked it to. */
static void on_unexpected_death(struct parent *p, struct child *c, int status)
{
	bool was_starting = c->state == CHILD_STARTING;
	char reason[160], name[80];
	span_t delay;

	child_name(c, name, sizeof(name));
	if (status < 0)
		snprintf(reason, sizeof(reason), "%s was killed by signal %d", name, -status);
	else
		snprintf(reason, sizeof(reason), "%s ended with status %d", name, status);
	if (c->state == CHILD_STOPPING) { /* no reload counts on it */
		log_warning("%s while it was to end", reason);
		c->state = CHILD_OFF;
		return;
	}
	c->state = CHILD_OFF;
	if (c->is_wanted || was_starting) {
		c->restarts++;
		c->state = CHILD_WAITING;
	}
	if (status == EXIT_CAPABILITY || status == EXIT_NO_USER)
		p->fail_status = status;
	transaction_event(
		p, &(struct reload_event){
			   .type = RELOAD_DIED, .participant = c->index, .reason = reason });
	if (p->is_stopping)
		return;
	if (!c->is_wanted) {
		c->state = CHILD_OFF;
		return;
	}
	delay = proc_backoff_next(&c->backoff, mono_sub(mono_now(), c->started));
	log_error("%s; starting it again%s", reason, delay.us ? " after a pause" : "");
	timer_set(&c->timer, mono_add(mono_now(), delay));
}

/* Whether nothing of it is in the kernel any more. */
static bool leaves_nothing(struct parent *p, const struct child *c, bool was_asked)
{
	if (was_asked) {
		if (c->role == ROLE_VRRP)
			withdraw_settled(p);
		return true;
	}
	if (c->role != ROLE_VRRP)
		return false;
	/* Died between COMMIT and its taking effect: its successor would not know the old ones. */
	if (p->is_stopping || c->state == CHILD_STOPPING || p->outgoing_vrrp >= 0)
		return withdraw_now(p);
	withdraw_arm(p);
	return false;
}

/* Unless a reload wants the role back: then the file is that of the new generation already. */
static void forget_state(struct parent *p, const struct child *c)
{
	const char *file = rundir_state_file(c->role);

	/* Services that stay are known to the next keepd by it; addresses that stay on purpose are
	 * nothing to be withdrawn. */
	if (c->role == ROLE_CHECKER && parent_stop_keeps(p, c->role))
		return;
	if (file && (p->is_stopping || !c->is_wanted))
		rundir_remove(&p->rundir, file);
}

void parent_on_death(struct child *c, int status)
{
	struct parent *p = c->parent;
	bool was_asked = c->state == CHILD_STOPPING && status == EXIT_OK;

	if (c == &p->reader) {
		transaction_on_reader_death(p, status);
		return;
	}
	if (mails_is_mailer(p->mails, c)) {
		mails_mailer_died(p->mails, status);
		return;
	}
	pidfile_remove(options_pid_path(p->opt, c->role), c->gone);
	if (p->opt->is_respawn_off && !was_asked && c->is_wanted && c->role != ROLE_RUNNER &&
		!p->is_stopping) {
		log_error("%s died: keepd stops (--dont-respawn)", role_name(c->role));
		parent_stop(p, EXIT_CHILD);
	}
	if (leaves_nothing(p, c, was_asked))
		forget_state(p, c);
	if (was_asked)
		c->state = CHILD_OFF;
	else
		on_unexpected_death(p, c, status);
	if (p->is_stopping)
		c->state = CHILD_OFF;
	else if (c->state == CHILD_OFF && c->is_wanted)
		parent_start_soon(c); /* a reload wanted it back while it was still going */
	if (c->role == ROLE_RUNNER) {
		scripts_runner_died(p, c);
		transaction_free_row(p, c);
		scripts_dispatch(p);
	}
	transaction_release_runners(p);
	if (p->is_stopping)
		parent_stop_step(p);
}

void parent_on_timer(struct child *c)
{
	struct parent *p = c->parent;
	char name[80];
	struct err e;

	if (mails_is_mailer(p->mails, c)) {
		mails_mailer_overdue(p->mails);
		return;
	}
	child_name(c, name, sizeof(name));
	switch (c->state) {
	case CHILD_WAITING:
		if (parent_spawn(p, c, &e) < 0) {
			log_error("%s", e.text);
			if (!child_is_alive(c)) {
				c->state = CHILD_WAITING;
				timer_set(&c->timer,
					mono_add(mono_now(),
						proc_backoff_next(&c->backoff, span_s(0))));
			}
			return;
		}
		transaction_bring_up(p, c);
		break;
	case CHILD_STARTING:
	case CHILD_RUNNING:
	case CHILD_STOPPING:
		log_error("%s (pid %d) does not %s: killing it", name, (int)c->pid,
			c->state == CHILD_STARTING ? "come up" : "end");
		child_kill(c);
		break;
	case CHILD_OFF: break;
	}
}

/* ---- signals, start ---- */

static void on_signal(void *arg, int signo)
{
	struct parent *p = arg;

	switch (signo) {
	case SIGHUP:
		if (!p->is_stopping)
			transaction_request(p);
		break;
	case SIGTERM:
	case SIGINT: parent_stop(p, EXIT_OK); break;
	case SIGUSR1: dump_write(p, DUMP_DATA); break;
	case SIGUSR2: dump_write(p, DUMP_STATS); break;
	default:
		if (signo == SIGRTMIN + 2)
			dump_write(p, DUMP_JSON);
		else
			/* It must not be the end of us. */
			log_notice("signal %d does nothing; keepctl status shows what there is",
				signo);
		break;
	}
}

static int open_all(struct parent *p, struct err *e)
{
	/* The last three are what keepalived calls JSON, STATS_CLEAR and TDATA. */
	const int signals[PARENT_SIGNALS] = { SIGHUP, SIGTERM, SIGINT, SIGUSR1, SIGUSR2,
		SIGRTMIN + 2, SIGRTMAX - 1, SIGRTMAX };

	p->loop = loop_new(e);
	if (!p->loop || spawn_init(p, e) < 0 || transaction_init(p, e) < 0 ||
		withdraw_init(p, e) < 0)
		return -1;
	for (unsigned i = 0; i < CHILD_MAX; i++) {
		enum role role = i == CHILD_VRRP      ? ROLE_VRRP
				 : i == CHILD_CHECKER ? ROLE_CHECKER
				 : i == CHILD_PROBER  ? ROLE_PROBER
				 : i == CHILD_WATCHER ? ROLE_WATCHER
						      : ROLE_RUNNER;

		if (child_init(&p->children[i], p, role, i, p->loop, e) < 0)
			return -1;
	}
	if (child_init(&p->reader, p, ROLE_CONF, CHILD_MAX, p->loop, e) < 0 ||
		parent_stop_init(p, e) < 0 || own_scripts_init(p, e) < 0)
		return -1;
	if (p->opt->is_sigint_ignored)
		signal(SIGINT, SIG_IGN);
	for (size_t i = 0; i < PARENT_SIGNALS; i++)
		if (!(signals[i] == SIGINT && p->opt->is_sigint_ignored) &&
			sig_open(&p->sigs[i], p->loop, signals[i], on_signal, p, e) < 0)
			return -1;
	p->scripts = script_queues_new();
	p->fifos = fifos_new(p, e);
	p->mails = p->fifos ? mails_new(p, e) : NULL;
	if (!p->mails)
		return -1;
	if (maintenance_open(p, e) < 0)
		return -1;
	p->control = control_new(p, e);
	return p->control ? 0 : -1;
}

static void close_all(struct parent *p)
{
	control_free(p->control);
	maintenance_close(p);
	fifos_free(p->fifos);
	mails_free(p->mails);
	script_queues_free(p->scripts);
	for (size_t i = 0; i < sizeof(p->sigs) / sizeof(p->sigs[0]); i++)
		sig_close(&p->sigs[i]);
	for (unsigned i = 0; i < CHILD_MAX; i++)
		child_fini(&p->children[i]);
	child_fini(&p->reader);
	timer_close(&p->stop_timer);
	own_scripts_fini(p);
	timer_close(&p->reload_timer);
	timer_close(&p->withdraw_timer);
	for (int i = 0; i < PAGE_COUNT; i++) {
		page_close(&p->pages[i]);
		close(p->page_fds[i]);
	}
	generation_fini(&p->committed);
	generation_fini(&p->prepared);
	conf_free(p->previous_own);
	if (p->earlier_checker >= 0)
		close(p->earlier_checker);
	withdraw_settled(p);
	free(p->report);
	free(p->netns);
	loop_free(p->loop);
}

int parent_run(const struct options *opt, struct rundir *rundir, int ready_fd)
{
	struct parent *p = calloc(1, sizeof(*p));
	struct err e = { 0 };
	int status;

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory");
	p->opt = opt;
	p->rundir = *rundir;
	p->ready_fd = ready_fd;
	signal(SIGPIPE, SIG_IGN);
	if (open_all(p, &e) < 0)
		fatal(EXIT_INTERNAL, "start: %s", e.text);
	withdraw_leftovers(&p->rundir);
	transaction_request(p);
	status = loop_run(p->loop);
	if (status < 0)
		status = EXIT_INTERNAL;
	close_all(p);
	free(p);
	return status;
}
