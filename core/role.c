/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main loop of a child. It keeps the order of the two-phase configuration, so that a role never
 * sees a COMMIT it has not prepared; what a configuration means is the role's business. See role.h.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/priv.h"
#include "core/proc.h"
#include "core/role.h"

#define TEXT_MAX	 ((size_t)256 << 20)
#define MESSAGES_AT_ONCE 64 /* then the loop serves the others */
#define REALTIME_PERIOD	 10 /* seconds */

struct runner {
	struct role_ctx *ctx;
	const struct role_ops *ops;
	struct io io;
	struct sig sigterm;
	struct timer realtime; /* set if the process started with real-time priority */
	struct log_limit invalid;
	pid_t ppid;
	bool is_prepared, is_stopping;
	bool is_same;	   /* the prepared text is the running one: the role is not bothered */
	uint64_t prepared; /* its generation */
	char *prepared_text, *running_text;
};

static void answer(struct runner *r, enum msg_number number, const void *payload)
{
	struct err e;

	if (msg_send(&r->ctx->parent, number, payload, -1, &e) < 0)
		log_error("answer the parent: %s", e.text);
}

static void reject(struct runner *r, uint64_t generation, const struct err *why)
{
	struct msg_reject m = { .generation = generation, .sysno = why->sysno };

	snprintf(m.reason, sizeof(m.reason), "%s", why->text);
	answer(r, MSG_CONF_REJECT, &m);
}

/* ---- the two phases ---- */

static void forget_prepared(struct runner *r)
{
	if (r->is_prepared && !r->is_same && r->ops->abort)
		r->ops->abort(r->ctx->self);
	r->is_prepared = false;
	free(r->prepared_text);
	r->prepared_text = NULL;
}

static int prepare(struct runner *r, uint64_t generation, int fd, struct err *e)
{
	if (memfd_read(fd, TEXT_MAX, &r->prepared_text, NULL, e) < 0)
		return err_context(e, "configuration text");
	r->is_same = r->running_text && !strcmp(r->running_text, r->prepared_text);
	if (r->is_same)
		return 0;
	return r->ops->prepare(r->ctx->self, generation, r->prepared_text, e);
}

static void on_prepare(struct runner *r, const struct msg *m)
{
	uint64_t generation = m->generation.generation;
	struct err e = { 0 };

	forget_prepared(r);
	if (prepare(r, generation, m->fd, &e) < 0) {
		forget_prepared(r);
		reject(r, generation, &e);
		return;
	}
	r->is_prepared = true;
	r->prepared = generation;
	answer(r, MSG_CONF_READY, &m->generation);
}

static void watch_realtime(struct runner *r)
{
	timer_set(&r->realtime, mono_add(mono_now(), span_s(REALTIME_PERIOD)));
}

static void on_commit(struct runner *r, const struct msg *m)
{
	uint64_t generation = m->generation.generation;
	struct err e;

	if (!r->is_prepared || r->prepared != generation) {
		err_set(&e, "generation %llu is not prepared", (unsigned long long)generation);
		reject(r, generation, &e);
		return;
	}
	if (!r->is_same)
		r->ops->commit(r->ctx->self, generation);
	if (!timer_is_set(&r->realtime) && r->realtime.event && priv_realtime())
		watch_realtime(r);
	r->is_prepared = false;
	free(r->running_text);
	r->running_text = r->prepared_text;
	r->prepared_text = NULL;
	answer(r, MSG_CONF_RUNNING, &m->generation);
}

static void on_abort(struct runner *r, uint64_t generation)
{
	if (r->is_prepared && r->prepared == generation)
		forget_prepared(r);
}

/* ---- messages ---- */

/* Descriptors go to an op that owns them then. False: nobody took it. */
static bool hand_over(struct runner *r, const struct msg *m)
{
	const struct role_ops *ops = r->ops;
	struct err e = { 0 };

	if (m->number == MSG_PAGE && ops->page) {
		/* Of another version: nothing that this process could do would be right. */
		if (ops->page(r->ctx->self, (enum page_kind)m->page.kind, m->fd, &e) < 0)
			fatal(EXIT_INTERNAL, "page from the parent: %s", e.text);
		return true;
	}
	if (m->number == MSG_PEER && ops->peer) {
		if (ops->peer(r->ctx->self, (enum role)m->peer.role, m->fd, &e) < 0)
			log_error("channel to %s: %s", role_name((enum role)m->peer.role), e.text);
		return true;
	}
	return false;
}

static void stop(struct runner *r, bool keep, bool is_orphan)
{
	if (r->is_stopping)
		return;
	r->is_stopping = true;
	forget_prepared(r);
	r->ops->stop(r->ctx->self, keep, is_orphan);
}

static void dispatch(struct runner *r, const struct msg *m)
{
	switch ((enum msg_number)m->number) {
	case MSG_PAGE:
	case MSG_PEER:
		if (hand_over(r, m))
			return;
		break;
	case MSG_CONF_PREPARE: on_prepare(r, m); break;
	case MSG_CONF_COMMIT: on_commit(r, m); break;
	case MSG_CONF_ABORT: on_abort(r, m->generation.generation); break;
	case MSG_SHUTDOWN: stop(r, m->shutdown.keep, false); break;
	case MSG_CONF_READY:
	case MSG_CONF_REJECT:
	case MSG_CONF_RUNNING:
	case MSG_SLOT:
	case MSG_EVENT:
	case MSG_SCRIPT_RUN:
	case MSG_SCRIPT_DONE:
	case MSG_CONF_TEXT:
	case MSG_CONF_RESULT:
	case MSG_CONF_EARLIER:
	case MSG_NOTICE:
	case MSG_SCRIPT_END:
	case MSG_MAIL:
	case MSG_MAIL_DONE:
	case MSG_ORDER:
		if (r->ops->message)
			r->ops->message(r->ctx->self, m);
		break;
	}
	if (m->fd >= 0)
		close(m->fd);
}

static void channel_ready(void *arg, unsigned events)
{
	struct runner *r = arg;
	struct err e = { 0 };
	struct msg m;

	(void)events;
	for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
		switch (msg_receive(&r->ctx->parent, &m, &e)) {
		case MSG_NONE: return;
		case MSG_INVALID:
			log_limited(&r->invalid, LOG_LEVEL_ERROR, "%s: dropped", e.text);
			break;
		case MSG_CLOSED:
			io_close(&r->io);
			stop(r, false, true);
			return;
		case MSG_OK:
			if (!r->is_stopping)
				dispatch(r, &m);
			else if (m.fd >= 0)
				close(m.fd);
			break;
		}
	}
}

/* ---- signals and time ---- */

/*
 * The parent-death signal, or somebody who means the parent. End of file on the channel decides; a
 * changed parent does too, because a descriptor leaked elsewhere would hide the end of file.
 */
static void on_sigterm(void *arg, int signo)
{
	struct runner *r = arg;

	(void)signo;
	if (r->io.event)
		channel_ready(r, IO_READ);
	if (getppid() != r->ppid)
		stop(r, false, true);
}

static void on_realtime(void *arg)
{
	struct runner *r = arg;
	struct err e = { 0 };

	watch_realtime(r);
	if (priv_realtime() || !r->ctx->tuner.now.rt_priority)
		return;
	if (priv_realtime_set(r->ctx->tuner.now.rt_priority, &e) == 0) {
		log_warning("real-time priority was lost after %d s without a pause; set again",
			PRIV_RTTIME_SECONDS);
		return;
	}
	log_warning("real-time priority was lost after %d s without a pause: %s",
		PRIV_RTTIME_SECONDS, e.text);
	timer_off(&r->realtime);
}

static int open_watchers(struct runner *r, struct err *e)
{
	struct loop *loop = r->ctx->loop;

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (sig_open(&r->sigterm, loop, SIGTERM, on_sigterm, r, e) < 0 ||
		timer_open(&r->realtime, loop, on_realtime, r, e) < 0)
		return -1;
	if (priv_realtime())
		watch_realtime(r);
	return io_open(&r->io, loop, r->ctx->parent.fd, IO_READ, channel_ready, r, e);
}

static void close_watchers(struct runner *r)
{
	io_close(&r->io);
	sig_close(&r->sigterm);
	timer_close(&r->realtime);
	channel_close(&r->ctx->parent);
	free(r->prepared_text);
	free(r->running_text);
}

void role_become(enum role role)
{
	char name[16];

	snprintf(name, sizeof(name), "keepd-%s", role_name(role));
	prctl(PR_SET_NAME, name);
}

void role_tune(struct role_ctx *ctx, const struct tuning *wanted)
{
	struct tuning tuning = *wanted;
	struct err warn;

	if (ctx->is_realtime) {
		tuning.no_swap = ctx->tuner.now.no_swap;
		if (!tuning.rt_priority)
			tuning.rt_priority = PRIV_RT_PRIORITY;
	}
	tuning_apply(&ctx->tuner, &tuning, &warn);
	if (warn.text[0])
		log_warning("not as the configuration wants it: %s", warn.text);
}

void role_rename(enum role role, const char *name)
{
	if (name)
		prctl(PR_SET_NAME, name);
	else
		role_become(role);
}

static void give_up_root(const struct role_ops *ops, const struct role_args *args)
{
	struct priv_spec spec = {
		.user = args->user, .caps = ops->caps, .realtime = ops->is_realtime
	};
	struct err e = { 0 }, warn = { 0 };

	if (priv_user(args->user, &spec.uid, &spec.gid, &e) < 0)
		fatal(EXIT_NO_USER, "%s", e.text);
	tuning_allow();
	if (priv_drop(&spec, getppid(), &warn, &e) < 0)
		fatal(EXIT_CAPABILITY, "%s", e.text);
	if (warn.text[0])
		log_warning("real time: %s", warn.text);
}

void role_begin(
	struct role_ctx *ctx, const struct role_ops *ops, const struct role_args *args, void *self)
{
	struct err e = { 0 };

	log_open(args->sink, args->level, role_name(ops->role));
	give_up_root(ops, args);
	ctx->self = self;
	ctx->is_realtime = ops->is_realtime;
	if (ops->is_realtime) {
		ctx->tuner.now.rt_priority = PRIV_RT_PRIORITY;
		ctx->tuner.now.no_swap = true;
	}
	ctx->loop = loop_new(&e);
	if (!ctx->loop)
		fatal(EXIT_CHILD, "%s", e.text);
}

int role_run(struct role_ctx *ctx, const struct role_ops *ops)
{
	struct runner r = { .ctx = ctx,
		.ops = ops,
		.invalid = { .burst = 5, .per = span_s(10) },
		.ppid = getppid() };
	struct err e = { 0 };
	int status = -1;

	role_become(ops->role);
	ctx->parent = (struct channel){ .fd = ctx->parent.fd > 0 ? ctx->parent.fd : PROC_CHANNEL_FD,
		.self = ops->role,
		.peer = ROLE_PARENT };
	if (!ctx->loop)
		ctx->loop = loop_new(&e);
	if (ctx->loop && open_watchers(&r, &e) == 0) {
		status = loop_run(ctx->loop);
		if (status < 0)
			err_set(&e, "event loop failed");
	}
	if (status < 0)
		log_error("%s", e.text);
	close_watchers(&r);
	return status < 0 ? EXIT_INTERNAL : status;
}

void role_event(struct role_ctx *ctx, const char *kind, const char *object, const char *from,
	const char *to, const char *reason)
{
	struct msg_event event = { .at_us = mono_now().us };

	snprintf(event.kind, sizeof(event.kind), "%s", kind);
	snprintf(event.object, sizeof(event.object), "%s", object);
	snprintf(event.from, sizeof(event.from), "%s", from);
	snprintf(event.to, sizeof(event.to), "%s", to);
	snprintf(event.reason, sizeof(event.reason), "%s", reason);
	msg_send(&ctx->parent, MSG_EVENT, &event, -1, NULL);
}
