/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main loop of a child: the parent's messages, the configuration in two phases, end of file. A
 * text that has not changed is not parsed again. See role.h.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/log.h"
#include "core/proc.h"
#include "core/role.h"

#define CONF_TEXT_MAX ((size_t)256 << 20)

struct role_state {
	struct role_ctx *ctx;
	const struct role_ops *ops;
	char *running_text, *prepared_text; /* NULL = none */
	uint64_t prepared;		    /* generation; 0 = none */
	bool is_same;			    /* the prepared text is the running one */
	bool is_stopping;
};

static void answer(struct role_state *s, enum msg_number number, const void *payload)
{
	struct err e;

	if (msg_send(&s->ctx->parent, number, payload, -1, &e) < 0)
		log_error("answer the parent: %s", e.text);
}

static void reject(struct role_state *s, uint64_t generation, const struct err *e)
{
	struct msg_reject m = { .generation = generation, .sysno = e->sysno };

	snprintf(m.reason, sizeof(m.reason), "%s", e->text);
	answer(s, MSG_CONF_REJECT, &m);
}

static void forget_prepared(struct role_state *s)
{
	if (s->prepared && !s->is_same)
		s->ops->abort(s->ctx->self);
	free(s->prepared_text);
	s->prepared_text = NULL;
	s->prepared = 0;
}

static void on_prepare(struct role_state *s, const struct msg *m)
{
	const struct msg_generation ready = m->generation;
	struct err e = { 0 };
	size_t len;

	forget_prepared(s);
	if (memfd_read(m->fd, CONF_TEXT_MAX, &s->prepared_text, &len, &e) < 0) {
		reject(s, ready.generation, &e);
		return;
	}
	s->is_same = s->running_text && !strcmp(s->running_text, s->prepared_text);
	if (!s->is_same &&
		s->ops->prepare(s->ctx->self, ready.generation, s->prepared_text, &e) < 0) {
		free(s->prepared_text);
		s->prepared_text = NULL;
		reject(s, ready.generation, &e);
		return;
	}
	s->prepared = ready.generation;
	answer(s, MSG_CONF_READY, &ready);
}

static void on_commit(struct role_state *s, const struct msg_generation *m)
{
	struct err e;

	if (m->generation != s->prepared || !s->prepared) {
		err_set(&e, "this generation was not prepared");
		reject(s, m->generation, &e);
		return;
	}
	if (!s->is_same)
		s->ops->commit(s->ctx->self, m->generation);
	free(s->running_text);
	s->running_text = s->prepared_text;
	s->prepared_text = NULL;
	s->prepared = 0;
	answer(s, MSG_CONF_RUNNING, m);
}

static void stop(struct role_state *s, bool keep, bool is_orphan)
{
	if (s->is_stopping)
		return;
	s->is_stopping = true;
	s->ops->stop(s->ctx->self, keep, is_orphan);
}

/* Takes over m->fd where a callback does. */
static void dispatch(struct role_state *s, struct msg *m)
{
	struct err e = { 0 };

	switch ((enum msg_number)m->number) {
	case MSG_CONF_PREPARE: on_prepare(s, m); break;
	case MSG_CONF_COMMIT: on_commit(s, &m->generation); return;
	case MSG_CONF_ABORT: forget_prepared(s); return;
	case MSG_SHUTDOWN: stop(s, m->shutdown.keep, false); return;
	case MSG_PAGE:
		if (!s->ops->page)
			break;
		if (s->ops->page(s->ctx->self, (enum page_kind)m->page.kind, m->fd, &e) < 0)
			fatal(EXIT_INTERNAL, "%s", e.text);
		return;
	case MSG_PEER:
		if (!s->ops->peer)
			break;
		if (s->ops->peer(s->ctx->self, (enum role)m->peer.role, m->fd, &e) < 0)
			log_error("%s", e.text);
		return;
	case MSG_SCRIPT_RUN:
		if (s->ops->message)
			s->ops->message(s->ctx->self, m);
		break;
	case MSG_CONF_READY:
	case MSG_CONF_REJECT:
	case MSG_CONF_RUNNING:
	case MSG_SLOT:
	case MSG_EVENT:
	case MSG_SCRIPT_DONE:
	case MSG_CONF_TEXT:
	case MSG_CONF_RESULT: break; /* never from the parent: msg_receive() refuses them */
	}
	if (m->fd >= 0)
		close(m->fd);
}

static void parent_ready(void *arg, unsigned events)
{
	struct role_state *s = arg;
	enum msg_status status;
	struct err e;
	struct msg m;

	(void)events;
	while ((status = msg_receive(&s->ctx->parent, &m, &e)) != MSG_NONE) {
		if (status == MSG_CLOSED) {
			stop(s, false, true);
			return;
		}
		if (status == MSG_INVALID)
			log_error("%s", e.text);
		else
			dispatch(s, &m);
	}
}

/* The parent decides when children go; a terminal's ^C or a stray signal does not. */
static void on_signal(void *arg, int signo)
{
	(void)signo;
	parent_ready(arg, 0);
}

void role_become(enum role role)
{
	char name[16];

	snprintf(name, sizeof(name), "keepd-%s", role_name(role));
	prctl(PR_SET_NAME, name);
}

int role_run(struct role_ctx *ctx, const struct role_ops *ops)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP };
	struct role_state s = { .ctx = ctx, .ops = ops };
	struct sig sigs[sizeof(signals) / sizeof(signals[0])];
	struct io io;
	struct err e;
	int status;

	role_become(ops->role);
	signal(SIGPIPE, SIG_IGN);
	ctx->parent =
		(struct channel){ .fd = PROC_CHANNEL_FD, .self = ops->role, .peer = ROLE_PARENT };
	if (!ctx->loop)
		ctx->loop = loop_new(&e);
	if (!ctx->loop ||
		io_open(&io, ctx->loop, PROC_CHANNEL_FD, IO_READ, parent_ready, &s, &e) < 0)
		fatal(EXIT_INTERNAL, "%s", e.text);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sig_open(&sigs[i], ctx->loop, signals[i], on_signal, &s, &e) < 0)
			fatal(EXIT_INTERNAL, "%s", e.text);
	status = loop_run(ctx->loop);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sig_close(&sigs[i]);
	io_close(&io);
	channel_close(&ctx->parent);
	forget_prepared(&s);
	free(s.running_text);
	return status < 0 ? EXIT_INTERNAL : status;
}

void role_event(struct role_ctx *ctx, const char *kind, const char *object, const char *from,
	const char *to, const char *reason)
{
	struct msg_event m = { .at_us = mono_now().us };
	struct err e;

	snprintf(m.kind, sizeof(m.kind), "%s", kind);
	snprintf(m.object, sizeof(m.object), "%s", object);
	snprintf(m.from, sizeof(m.from), "%s", from);
	snprintf(m.to, sizeof(m.to), "%s", to);
	snprintf(m.reason, sizeof(m.reason), "%s", reason);
	msg_send(&ctx->parent, MSG_EVENT, &m, -1, &e);
}
