/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue of mails; see mails.h. One mailer at a time takes all that waits, in one connection;
 * when that is more than a few, as one mail. What cannot be delivered is tried again twice, then
 * given up with an event, so that an operator who follows them knows that mail is no news.
 */
#include "keepd/mails.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "core/conf/conf.h"
#include "core/exit.h"
#include "core/json.h"
#include "core/log.h"
#include "core/memfd.h"
#include "keepd/control.h"
#include "keepd/parent.h"
#include "keepd/schema.h"
#include "keepd/smtp.h"

#define WAITING_MAX	 256 /* then the oldest go */
#define SINGLE_MAX	 8   /* more than that become one mail */
#define TRIES		 3
#define RETRY_SECONDS	 10
#define DIALOGUE_SECONDS 30 /* of a mailer, besides the time to connect */
#define STOP_SECONDS	 2

struct mail {
	struct mail *next;
	double at; /* wall clock */
	char subject[sizeof(((struct msg_notice *)0)->subject)];
	char text[sizeof(((struct msg_notice *)0)->text)];
};

struct mails {
	struct parent *p;
	struct child mailer;
	struct mail *first, **end;
	size_t count;
	size_t in_hand; /* the first so many are with the mailer, or were in vain ... */
	unsigned tries; /* ... so often */
	unsigned lost;	/* overrun since the last mail */
	bool is_answered;
	struct timer retry;
	struct timer stop;
	mono_t stop_until;
};

static const struct keepd_global_conf *global(const struct mails *m)
{
	const struct conf *c = m->p->committed.own;
	const struct keepd_conf *own =
		c ? (const struct keepd_conf *)conf_root(c, &keepd_section) : NULL;

	return own ? own->global : NULL;
}

static bool is_wanted(const struct keepd_global_conf *g)
{
	return g && g->smtp_server && g->notification_email.count;
}

/* ---- what waits ---- */

static void drop_first(struct mails *m, size_t n)
{
	while (n-- && m->first) {
		struct mail *gone = m->first;

		m->first = gone->next;
		if (!m->first)
			m->end = &m->first;
		m->count--;
		free(gone);
	}
}

/* The oldest that is not in the hands of the mailer. */
static void make_room(struct mails *m)
{
	struct mail **at = &m->first;

	if (m->count - m->in_hand < WAITING_MAX)
		return;
	for (size_t i = 0; i < m->in_hand; i++)
		at = &(*at)->next;
	struct mail *gone = *at;

	*at = gone->next;
	if (!gone->next)
		m->end = at;
	m->count--;
	m->lost++;
	free(gone);
}

static void add(struct mails *m, const struct msg_notice *n)
{
	struct mail *mail = calloc(1, sizeof(*mail));

	if (!mail)
		fatal(EXIT_INTERNAL, "out of memory");
	make_room(m);
	mail->at = mono_to_wall(mono_now());
	memcpy(mail->subject, n->subject, sizeof(mail->subject));
	memcpy(mail->text, n->text, sizeof(mail->text));
	*m->end = mail;
	m->end = &mail->next;
	m->count++;
}

/* ---- the job of a mailer ---- */

static const char *node_name(char *buf, size_t len)
{
	struct utsname host;

	snprintf(buf, len, "%s",
		uname(&host) == 0 && host.nodename[0] ? host.nodename : "localhost");
	return buf;
}

static void add_message(
	struct json *list, const char *router_id, const char *subject, const char *text, double at)
{
	struct json *j = json_new_object();
	char full[512];

	snprintf(full, sizeof(full), "[%.200s] %s", router_id, subject);
	json_set_string(j, "subject", full);
	json_set_string(j, "text", text);
	json_set_int(j, "at", (int64_t)at);
	json_append(list, j);
}

static void put_time(FILE *out, double at)
{
	time_t seconds = (time_t)at;
	char buf[32] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(out, "%s  ", buf);
}

/* Many are one mail: what it is about first, then each with its time. */
static void add_digest(const struct mails *m, struct json *list, const char *router_id)
{
	char *text = NULL, subject[64];
	const struct mail *mail = m->first;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		fatal(EXIT_INTERNAL, "out of memory");
	for (size_t i = 0; i < m->in_hand; i++, mail = mail->next) {
		put_time(out, mail->at);
		fprintf(out, "%s\n", mail->text);
	}
	if (m->lost)
		fprintf(out, "(%u more before these were too many)\n", m->lost);
	if (fclose(out) != 0)
		fatal(EXIT_INTERNAL, "out of memory");
	snprintf(subject, sizeof(subject), "%zu changes", m->in_hand + m->lost);
	add_message(list, router_id, subject, text, m->first->at);
	free(text);
}

static struct json *messages_json(const struct mails *m, const char *router_id)
{
	struct json *list = json_new_array();
	const struct mail *mail = m->first;

	if (m->in_hand > SINGLE_MAX) {
		add_digest(m, list, router_id);
		return list;
	}
	for (size_t i = 0; i < m->in_hand; i++, mail = mail->next)
		add_message(list, router_id, mail->subject, mail->text, mail->at);
	return list;
}

static struct json *job_json(const struct mails *m, const struct keepd_global_conf *g)
{
	struct json *j = json_new_object(), *to = json_new_array();
	char host[256], from[300], address[SMTP_ADDRESS_BYTES];

	node_name(host, sizeof(host));
	snprintf(from, sizeof(from), "keepd@%s", host);
	json_set_string(j, "host", g->smtp_server->host);
	json_set_int(j, "port", g->smtp_server->port);
	json_set_int(j, "timeout", g->smtp_connect_timeout_s ? g->smtp_connect_timeout_s : 1);
	json_set_string(j, "helo", g->smtp_helo_name ? g->smtp_helo_name : host);
	json_set_string(j, "from", g->notification_email_from ? g->notification_email_from : from);
	for (size_t i = 0; i < g->notification_email.count; i++) {
		const struct keepd_mail_conf *one = g->notification_email.items[i];
		struct json *entry;

		if (!smtp_address(one->address, address))
			continue; /* a rule has complained */
		entry = json_new_object();
		json_set_string(entry, "address", one->address);
		json_append(to, entry);
	}
	json_set(j, "to", to);
	json_set(j, "messages", messages_json(m, g->router_id ? g->router_id : host));
	return j;
}

static int start_mailer(struct mails *m, const struct keepd_global_conf *g, struct err *e)
{
	const char *args[PARENT_CHILD_ARGS] = { 0 };
	size_t n = parent_child_args(m->p, args);
	const struct msg_mail msg = { .messages = (uint32_t)m->in_hand };
	struct json *job = job_json(m, g);
	const char *text = json_text(job);
	int fd = memfd_seal("mail", text, strlen(text), e), status = -1;

	args[n++] = "--user";
	args[n++] = m->p->opt->user;
	json_free(job);
	if (fd < 0)
		return -1;
	m->is_answered = false;
	if (child_spawn(&m->mailer, m->p->loop, args, e) == 0) {
		timer_set(&m->mailer.timer,
			mono_add(mono_now(), span_s(g->smtp_connect_timeout_s + DIALOGUE_SECONDS)));
		status = msg_send(&m->mailer.channel, MSG_MAIL, &msg, fd, e);
		if (status < 0)
			child_kill(&m->mailer);
	}
	close(fd);
	return status;
}

/* ---- one after the other ---- */

static void failed(struct mails *m, const char *reason);

static void send_waiting(struct mails *m)
{
	const struct keepd_global_conf *g = global(m);
	struct err e;

	if (child_is_alive(&m->mailer) || timer_is_set(&m->retry) || !m->first)
		return;
	if (!is_wanted(g)) { /* any more */
		drop_first(m, m->count);
		m->in_hand = m->tries = 0;
		return;
	}
	if (!m->in_hand)
		m->in_hand = m->count;
	m->tries++;
	if (start_mailer(m, g, &e) < 0 && !child_is_alive(&m->mailer))
		failed(m, e.text);
}

static void retry_now(void *arg)
{
	send_waiting(arg);
}

static void say_lost(struct mails *m, const char *reason)
{
	struct msg_event event = { .at_us = mono_now().us, .kind = "mail", .to = "lost" };

	snprintf(event.object, sizeof(event.object), "%zu changes", m->in_hand);
	snprintf(event.reason, sizeof(event.reason), "%s", reason);
	log_error("mail about %zu changes is lost: %s", m->in_hand, reason);
	control_event(m->p->control, &event);
}

static void over(struct mails *m)
{
	drop_first(m, m->in_hand);
	m->in_hand = m->tries = m->lost = 0;
}

static void failed(struct mails *m, const char *reason)
{
	if (m->tries >= TRIES || m->p->is_stopping) {
		say_lost(m, reason);
		over(m);
	} else {
		log_warning("mail not sent: %s; trying again in %d s", reason, RETRY_SECONDS);
	}
	if (m->first)
		timer_set(&m->retry, mono_add(mono_now(), span_s(RETRY_SECONDS)));
}

void mails_notice(struct mails *m, const struct msg_notice *n)
{
	if (!n->is_mailed || !is_wanted(global(m)))
		return;
	add(m, n);
	send_waiting(m);
}

bool mails_is_mailer(const struct mails *m, const struct child *c)
{
	return c == &m->mailer;
}

void mails_done(struct mails *m, const struct msg_mail_done *done)
{
	bool is_digest = m->in_hand > SINGLE_MAX;
	size_t sent = is_digest && done->sent ? m->in_hand : done->sent;

	m->is_answered = true;
	if (sent > m->in_hand)
		sent = m->in_hand;
	drop_first(m, sent);
	m->in_hand -= sent;
	if (!m->in_hand)
		over(m);
	else
		failed(m, done->reason);
}

void mails_mailer_died(struct mails *m, int status)
{
	char reason[64];

	m->mailer.state = CHILD_OFF;
	if (!m->is_answered) {
		snprintf(reason, sizeof(reason), "the mailer ended with status %d", status);
		failed(m, reason);
	}
	send_waiting(m);
	if (m->p->is_stopping)
		parent_stop_step(m->p);
}

void mails_mailer_overdue(struct mails *m)
{
	m->is_answered = true;
	failed(m, "the server takes too long");
	child_kill(&m->mailer);
}

/* ---- the stop ---- */

static void stop_overdue(void *arg)
{
	struct mails *m = arg;

	child_kill(&m->mailer);
	if (m->first) {
		m->in_hand = m->count;
		say_lost(m, "keepd stops");
	}
	drop_first(m, m->count);
	parent_stop_step(m->p);
}

bool mails_wait(struct mails *m)
{
	if (!m->first && !child_is_alive(&m->mailer))
		return false;
	if (!m->stop_until.us) {
		m->stop_until = mono_add(mono_now(), span_s(STOP_SECONDS));
		timer_set(&m->stop, m->stop_until);
		timer_off(&m->retry);
		send_waiting(m);
	}
	return mono_before(mono_now(), m->stop_until);
}

/* ---- life ---- */

struct mails *mails_new(struct parent *p, struct err *e)
{
	struct mails *m = calloc(1, sizeof(*m));

	if (!m)
		fatal(EXIT_INTERNAL, "out of memory");
	m->p = p;
	m->end = &m->first;
	if (child_init(&m->mailer, p, ROLE_MAILER, CHILD_MAX, p->loop, e) == 0 &&
		timer_open(&m->retry, p->loop, retry_now, m, e) == 0 &&
		timer_open(&m->stop, p->loop, stop_overdue, m, e) == 0)
		return m;
	mails_free(m);
	return NULL;
}

void mails_free(struct mails *m)
{
	if (!m)
		return;
	child_kill(&m->mailer);
	child_fini(&m->mailer);
	timer_close(&m->retry);
	timer_close(&m->stop);
	drop_first(m, m->count);
	free(m);
}
