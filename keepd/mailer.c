/* SPDX-License-Identifier: Apache-2.0 */
/* The connection to a mail server, step by step and each with a deadline; see mailer.h. */
#include "keepd/mailer.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/exit.h"
#include "core/json.h"
#include "core/memfd.h"
#include "core/proc.h"
#include "keepd/smtp.h"

#define JOB_MAX		 ((size_t)1 << 20)
#define REPLY_SECONDS	 15 /* between two words of the server */
#define JOB_WAIT_SECONDS 10

static int wait_for(int fd, short events, span_t most, struct err *e)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n;

	do
		n = poll(&p, 1, (int)(most.us / 1000));
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return err_set(e, "no answer within %g s", span_seconds(most));
	return n < 0 ? err_sys(e, errno, "poll") : 0;
}

/* ---- the job ---- */

static struct json *receive_job(struct channel *parent, struct err *e)
{
	struct json *job;
	struct msg m;
	char *text;
	size_t len;

	if (wait_for(parent->fd, POLLIN, span_s(JOB_WAIT_SECONDS), e) < 0 ||
		msg_receive(parent, &m, e) != MSG_OK)
		return NULL;
	if (m.number != MSG_MAIL || memfd_read(m.fd, JOB_MAX, &text, &len, e) < 0)
		return NULL;
	close(m.fd);
	job = json_parse(text, len);
	free(text);
	if (!job)
		err_set(e, "no job");
	return job;
}

static void read_job(const struct json *from, struct smtp_job *job)
{
	const struct json *to = json_get(from, "to"), *messages = json_get(from, "messages");

	*job = (struct smtp_job){ .helo = json_get_string(from, "helo"),
		.from = json_get_string(from, "from") };
	for (size_t i = 0; i < json_count(to) && job->recipients < SMTP_RECIPIENTS_MAX; i++)
		job->to[job->recipients++] = json_get_string(json_at(to, i), "address");
	for (size_t i = 0; i < json_count(messages) && job->count < SMTP_MESSAGES_MAX; i++) {
		const struct json *m = json_at(messages, i);

		job->messages[job->count++] =
			(struct smtp_message){ .subject = json_get_string(m, "subject"),
				.text = json_get_string(m, "text"),
				.at = json_get_int(m, "at") };
	}
}

/* ---- the connection ---- */

static int connect_one(const struct addrinfo *a, span_t most, struct err *e)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
	socklen_t len = sizeof(error);

	if (fd < 0)
		return err_sys(e, errno, "socket");
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	if (errno != EINPROGRESS)
		err_sys(e, errno, "connect");
	else if (wait_for(fd, POLLOUT, most, e) == 0) {
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 && !error)
			return fd;
		err_sys(e, error, "connect");
	}
	close(fd);
	return -1;
}

static int connect_any(const struct json *job, struct err *e)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
	const char *host = json_get_string(job, "host");
	struct addrinfo *list;
	char port[16];
	int fd = -1, error;

	snprintf(port, sizeof(port), "%d", (int)json_get_int(job, "port"));
	error = getaddrinfo(host, port, &hints, &list);
	if (error)
		return err_set(e, "%s: %s", host, gai_strerror(error));
	for (const struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		fd = connect_one(a, span_s(json_get_int(job, "timeout")), e);
	freeaddrinfo(list);
	return fd < 0 ? err_context(e, "%s port %s", host, port) : fd;
}

static int send_all(int fd, const char *text, struct err *e)
{
	size_t len = strlen(text);

	while (len) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN) {
			if (wait_for(fd, POLLOUT, span_s(REPLY_SECONDS), e) < 0)
				return -1;
			continue;
		}
		if (n < 0 && errno != EINTR)
			return err_sys(e, errno, "send");
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
	return 0;
}

static int converse(int fd, struct smtp *s, struct err *e)
{
	char bytes[4096];

	while (s->state < SMTP_DONE) {
		char *answer;
		ssize_t n;
		int status;

		if (wait_for(fd, POLLIN, span_s(REPLY_SECONDS), e) < 0)
			return -1;
		n = recv(fd, bytes, sizeof(bytes), 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0)
			return err_sys(e, errno, "receive");
		if (n == 0)
			return err_set(e, "the server closed the connection");
		answer = smtp_take(s, bytes, (size_t)n);
		status = answer ? send_all(fd, answer, e) : 0;
		free(answer);
		if (status < 0)
			return -1;
	}
	return s->state == SMTP_DONE ? 0 : err_set(e, "%s", s->reason);
}

static void deliver(const struct json *from, struct msg_mail_done *done)
{
	struct smtp_job job;
	struct smtp smtp;
	struct err e = { 0 };
	int fd = connect_any(from, &e);

	read_job(from, &job);
	smtp_begin(&smtp, &job);
	if (fd >= 0) {
		(void)converse(fd, &smtp, &e);
		close(fd);
	}
	done->sent = (uint32_t)smtp.sent; /* the rest does not matter then */
	if (smtp.sent < job.count)
		snprintf(done->reason, sizeof(done->reason), "%.*s", (int)sizeof(done->reason) - 1,
			e.text);
}

int mailer_main(const struct role_args *args)
{
	static const struct role_ops ops = { .role = ROLE_MAILER };
	struct channel parent = { .fd = PROC_CHANNEL_FD, .self = ROLE_MAILER, .peer = ROLE_PARENT };
	struct msg_mail_done done = { 0 };
	struct role_ctx ctx = { 0 };
	struct json *job;
	struct err e = { 0 };

	role_begin(&ctx, &ops, args, NULL);
	role_become(ROLE_MAILER);
	job = receive_job(&parent, &e);
	if (!job)
		fatal(EXIT_INTERNAL, "job: %s", e.text);
	deliver(job, &done);
	json_free(job);
	if (msg_send(&parent, MSG_MAIL_DONE, &done, -1, &e) < 0)
		fatal(EXIT_INTERNAL, "%s", e.text);
	loop_free(ctx.loop);
	return EXIT_OK;
}
