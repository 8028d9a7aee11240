/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP_CHECK and HTTP_GET against servers of our own on the loopback: what each kind of behaviour
 * leads to. No root, ports chosen by the kernel, no sleeping: everything waits for events.
 */
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "checker/check.h"
#include "checker/conf.h"
#include "checker/question.h"
#include "core/conf/conf.h"

/* ---- a server that says one thing and hangs up, or not ---- */

struct server {
	struct loop *loop;
	struct endpoint endpoint;
	int listener, connection;
	struct io accept_io, io;
	const char *const *answers; /* one for each connection, the last again and again */
	bool stays_open, resets, bytewise;
	unsigned connections;
	unsigned stall_ms;  /* after its answer the whole process stands still for so long */
	char request[1024]; /* the last one */
	size_t request_bytes;
	const char *left; /* of the answer */
};

static void server_say(struct server *s)
{
	size_t len = s->bytewise && *s->left ? 1 : strlen(s->left);
	ssize_t n = send(s->connection, s->left, len, MSG_NOSIGNAL);

	if (n > 0)
		s->left += n;
}

static void server_hang_up(struct server *s)
{
	struct linger reset = { .l_onoff = 1 };

	if (s->resets)
		setsockopt(s->connection, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	io_close(&s->io);
	close(s->connection);
	s->connection = -1;
}

static void server_on_io(void *arg, unsigned events)
{
	struct server *s = arg;
	ssize_t n = 0;

	if (events & IO_READ)
		n = recv(s->connection, s->request + s->request_bytes,
			sizeof(s->request) - 1 - s->request_bytes, 0);
	if (n < 0 || ((events & IO_READ) && n == 0)) {
		server_hang_up(s);
		return;
	}
	s->request_bytes += (size_t)n;
	if (!strstr(s->request, "\r\n\r\n"))
		return;
	if (*s->left)
		server_say(s);
	if (*s->left) { /* more of it when the other side had time to look */
		struct err e;

		io_close(&s->io);
		io_open(&s->io, s->loop, s->connection, IO_READ | IO_WRITE, server_on_io, s, &e);
		return;
	}
	if (s->stall_ms)
		poll(NULL, 0, (int)s->stall_ms);
	if (!s->stays_open)
		server_hang_up(s);
}

static void server_on_accept(void *arg, unsigned events)
{
	struct server *s = arg;
	struct err e;

	(void)events;
	if (s->connection >= 0)
		server_hang_up(s);
	s->connection = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	ck_assert_int_ge(s->connection, 0);
	memset(s->request, 0, sizeof(s->request));
	s->request_bytes = 0;
	s->left = s->answers[0];
	if (s->answers[1])
		s->answers++;
	s->connections++;
	ck_assert_int_eq(io_open(&s->io, s->loop, s->connection, IO_READ, server_on_io, s, &e), 0);
}

static void server_open(struct server *s, struct loop *loop, const char *const *answers)
{
	struct endpoint any = { .addr = { .family = AF_INET, .bytes = { 127, 0, 0, 1 } } };
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&any, &ss);
	struct err e;

	*s = (struct server){ .loop = loop, .connection = -1, .answers = answers };
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(s->listener, (struct sockaddr *)&ss, len), 0);
	ck_assert_int_eq(listen(s->listener, 8), 0);
	len = sizeof(ss);
	getsockname(s->listener, (struct sockaddr *)&ss, &len);
	s->endpoint = endpoint_from_sockaddr(&ss);
	ck_assert_int_eq(
		io_open(&s->accept_io, loop, s->listener, IO_READ, server_on_accept, s, &e), 0);
}

static void server_close(struct server *s)
{
	if (s->connection >= 0)
		server_hang_up(s);
	io_close(&s->accept_io);
	close(s->listener);
}

/* ---- one probe ---- */

struct client {
	struct loop *loop;
	struct check_result result;
	unsigned results;
};

static void on_done(void *arg, const struct check_result *result)
{
	struct client *c = arg;

	c->result = *result;
	c->results++;
	loop_stop(c->loop, 0);
}

static int first_question(void *arg, const struct question *q, struct err *e)
{
	(void)e;
	*(struct question *)arg = *q;
	return 0;
}

/* Asks the server what the check (as it is written in a configuration) asks. */
static struct check_result ask(struct loop *loop, const struct endpoint *to, const char *check)
{
	struct client client = { .loop = loop };
	struct check_params params = { .loop = loop, .done = on_done, .arg = &client };
	char text[4096], addr[ADDR_TEXT_BYTES];
	struct question q = { 0 };
	struct err e = { 0 };
	struct conf *conf;
	void *prepared = NULL;

	addr_format(&to->addr, addr);
	snprintf(text, sizeof(text),
		"virtual_server 192.0.2.1 80 {\n lvs_sched rr\n lvs_method NAT\n protocol TCP\n"
		" real_server %s %u {\n %s\n }\n}\n",
		addr, to->port, check);
	conf = checker_conf_read(text, 1, &e);
	ck_assert_msg(conf != NULL, "%s", e.text);
	ck_assert_int_eq(question_each(checker_conf_root(conf), first_question, &q, &e), 0);
	if (q.type->prepare)
		ck_assert_msg(q.type->prepare(q.conf, &prepared, &e) == 0, "%s", e.text);
	params.conf = q.conf;
	params.target = q.target;
	params.server = q.server;
	params.prepared = prepared;
	if (q.type->start(&params, &client.result))
		ck_assert_int_eq(loop_run(loop), 0);
	if (prepared)
		q.type->unprepare(prepared);
	conf_free(conf);
	ck_assert_uint_le(client.results, 1);
	return client.result;
}

#define OK_5 "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define URL  "HTTP_GET { connect_timeout 2\n url { path /x\n"

static const struct row {
	const char *name, *check;
	const char *answers[4];
	enum check_status status;
	int code;
	uint32_t detail;
	unsigned connections;
	bool resets, stays_open;
} table[] = {
	{ "accepting is enough", "TCP_CHECK { connect_timeout 2 }", { "" }, CHECK_OK, 0, 0, 0, 0,
		0 },
	{ "status", URL "} }", { OK_5 }, CHECK_OK, 0, 0, 1, 0, 0 },
	{ "status alone does not wait for the body", URL "} }",
		{ "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhel" }, CHECK_OK, 0, 0, 1, 0,
		true },
	{ "another status", URL "} }", { "HTTP/1.0 503 No\r\n\r\n" }, CHECK_HTTP_STATUS, 503, 0, 1,
		0, 0 },
	{ "status wanted", URL "status_code 401\n} }", { "HTTP/1.0 401 No\r\n\r\n" }, CHECK_OK, 0,
		0, 1, 0, 0 },
	{ "status in ranges", URL "status_code 200 300-302\n} }", { "HTTP/1.0 301 Moved\r\n\r\n" },
		CHECK_OK, 0, 0, 1, 0, 0 },
	{ "200 can be unwanted", URL "status_code 300-302\n} }", { OK_5 }, CHECK_HTTP_STATUS, 200,
		0, 1, 0, 0 },
	{ "expression", URL "regex \"hel+o\"\n} }", { OK_5 }, CHECK_OK, 0, 0, 1, 0, 0 },
	{ "expression not found", URL "regex \"bye\"\n} }", { OK_5 }, CHECK_NO_MATCH, 0, 0, 1, 0,
		0 },
	{ "expression must not be found", URL "regex \"hello\"\nregex_no_match\n} }", { OK_5 },
		CHECK_UNWANTED_MATCH, 0, 0, 1, 0, 0 },
	{ "expression is not found, as wanted", URL "regex \"bye\"\nregex_no_match\n} }", { OK_5 },
		CHECK_OK, 0, 0, 1, 0, 0 },
	{ "expression in a body without length", URL "regex \"hello\"\n} }",
		{ "HTTP/1.0 200 OK\r\n\r\nhello" }, CHECK_OK, 0, 0, 1, 0, 0 },
	{ "digest", URL "digest 5d41402abc4b2a76b9719d911017c592\n} }", { OK_5 }, CHECK_OK, 0, 0, 1,
		0, 0 },
	{ "another digest", URL "digest 5d41402abc4b2a76b9719d911017c593\n} }", { OK_5 },
		CHECK_DIGEST, 0, 0, 1, 0, 0 },
	{ "digest of an empty body", URL "digest d41d8cd98f00b204e9800998ecf8427e\n} }",
		{ "HTTP/1.1 204 No\r\n\r\n" }, CHECK_OK, 0, 0, 1, 0, 0 },
	{ "not HTTP", URL "} }", { "220 mail ESMTP\r\n" }, CHECK_HTTP_MALFORMED, 0, 0, 1, 0, 0 },
	{ "nothing said", URL "} }", { "" }, CHECK_CLOSED, 0, 0, 1, 0, 0 },
	{ "half an answer", URL "regex \"hello\"\n} }",
		{ "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello" }, CHECK_CLOSED, 0, 0, 1, 0,
		0 },
	{ "a reset", URL "} }", { "" }, CHECK_BROKEN, ECONNRESET, 0, 1, true, 0 },
	{ "two urls", URL "}\nurl { path /y\n} }", { OK_5, OK_5 }, CHECK_OK, 0, 0, 2, 0, 0 },
	{ "the second url fails", URL "}\nurl { path /y\n} }", { OK_5, "HTTP/1.0 500 No\r\n\r\n" },
		CHECK_HTTP_STATUS, 500, 2, 2, 0, 0 },
	{ "the first url fails: the second is not asked for", URL "}\nurl { path /y\n} }",
		{ "HTTP/1.0 500 No\r\n\r\n", OK_5 }, CHECK_HTTP_STATUS, 500, 1, 1, 0, 0 },
	{ "no answer in time", "HTTP_GET { connect_timeout 0.05\n url { path /x\n} }", { "" },
		CHECK_ANSWER_TIMEOUT, 0, 0, 1, 0, true },
	{ "half an answer in time", "HTTP_GET { connect_timeout 0.05\n url { path /x\n} }",
		{ "HTTP/1.0 200 OK\r\n" }, CHECK_ANSWER_TIMEOUT, 0, 0, 1, 0, true },
};

static void run_row(const struct row *row, bool bytewise)
{
	struct err e;
	struct loop *loop = loop_new(&e);
	struct server server;
	struct check_result r;

	signal(SIGPIPE, SIG_IGN);
	server_open(&server, loop, row->answers);
	server.resets = row->resets;
	server.stays_open = row->stays_open;
	server.bytewise = bytewise;
	r = ask(loop, &server.endpoint, row->check);
	ck_assert_msg(r.status == row->status && r.code == row->code && r.detail == row->detail,
		"%s: status %u, code %d, detail %u", row->name, r.status, r.code, r.detail);
	ck_assert_msg(server.connections == row->connections || !row->connections, "%s", row->name);
	server_close(&server);
	loop_free(loop);
}

START_TEST(each_behaviour)
{
	run_row(&table[_i], false);
}
END_TEST

START_TEST(each_behaviour_byte_by_byte)
{
	run_row(&table[_i], true);
}
END_TEST

START_TEST(a_closed_port_is_refused)
{
	static const char *const checks[] = { "TCP_CHECK { connect_timeout 2 }", URL "} }" };
	struct err e;
	struct loop *loop = loop_new(&e);

	for (int i = 0; i < 2; i++) {
		static const char *const none[] = { "", NULL };
		struct server server;
		struct check_result r;

		server_open(&server, loop, none);
		server_close(&server);
		r = ask(loop, &server.endpoint, checks[i]);
		ck_assert_uint_eq(r.status, CHECK_CONNECT);
		ck_assert_int_eq(r.code, ECONNREFUSED);
	}
	loop_free(loop);
}
END_TEST

START_TEST(a_local_address_we_do_not_have_is_our_own_error)
{
	struct err e;
	struct loop *loop = loop_new(&e);
	struct endpoint to = { .addr = { .family = AF_INET, .bytes = { 127, 0, 0, 1 } },
		.port = 9 };
	struct check_result r = ask(loop, &to, "TCP_CHECK { bindto 192.0.2.77\n }");

	ck_assert_uint_eq(r.status, CHECK_LOCAL_ERROR);
	ck_assert_int_eq(r.code, EADDRNOTAVAIL);
	loop_free(loop);
}
END_TEST

/* As after SIGSTOP and SIGCONT: the deadline passed, but nobody was there to look. */
START_TEST(a_deadline_we_slept_through_is_not_held_against_the_server)
{
	static const char check[] = "HTTP_GET { connect_timeout 0.1\n url { path /x\n"
				    "regex \"hello\"\n} }";
	static const struct {
		const char *answers[2];
		enum check_status status;
	} rows[] = {
		{ { "" }, CHECK_LATE },
		{ { "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello" }, CHECK_LATE },
		{ { OK_5 }, CHECK_OK }, /* the answer was there in time, for all we know */
	};
	struct err e;
	struct loop *loop = loop_new(&e);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server server;

		server_open(&server, loop, rows[i].answers);
		server.stays_open = true;
		server.stall_ms = 700;
		ck_assert_uint_eq(ask(loop, &server.endpoint, check).status, rows[i].status);
		server_close(&server);
	}
	loop_free(loop);
}
END_TEST

START_TEST(the_request_is_as_it_should_be)
{
	static const struct {
		const char *check, *request;
	} rows[] = {
		{ URL "virtualhost www.example\n} }",
			"GET /x HTTP/1.0\r\nHost: www.example\r\nUser-Agent: keepd\r\nAccept: "
			"*/*\r\n\r\n" },
		{ "HTTP_GET { http_protocol 1.1\n virtualhost a.example\n url { path /x\n} }",
			"GET /x HTTP/1.1\r\nHost: a.example\r\nUser-Agent: keepd\r\nAccept: */*\r\n"
			"Connection: close\r\n\r\n" },
		{ URL "} }",
			"GET /x HTTP/1.0\r\nHost: %s\r\nUser-Agent: keepd\r\nAccept: */*\r\n\r\n" },
	};
	static const char *const answers[] = { OK_5, NULL };
	struct err e;
	struct loop *loop = loop_new(&e);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[ENDPOINT_TEXT_BYTES], expected[256];
		const char *hole = strstr(rows[i].request, "%s");
		struct server server;

		server_open(&server, loop, answers);
		ask(loop, &server.endpoint, rows[i].check);
		if (hole)
			snprintf(expected, sizeof(expected), "%.*s%s%s",
				(int)(hole - rows[i].request), rows[i].request,
				endpoint_format(&server.endpoint, name), hole + 2);
		else
			snprintf(expected, sizeof(expected), "%s", rows[i].request);
		ck_assert_str_eq(server.request, expected);
		server_close(&server);
	}
	loop_free(loop);
}
END_TEST

START_TEST(a_body_without_end_is_judged_by_its_beginning)
{
	static char answer[2 << 20];
	const char *answers[] = { answer, NULL };
	struct err e;
	struct loop *loop = loop_new(&e);
	struct server server;

	strcpy(answer, "HTTP/1.0 200 OK\r\n\r\nhello ");
	memset(answer + strlen(answer), 'x', sizeof(answer) - strlen(answer) - 1);
	server_open(&server, loop, answers);
	server.stays_open = true;
	ck_assert_uint_eq(ask(loop, &server.endpoint, URL "regex \"hello\"\n} }").status, CHECK_OK);
	ck_assert_uint_eq(
		ask(loop, &server.endpoint, URL "regex \"bye\"\n} }").status, CHECK_NO_MATCH);
	server_close(&server);
	loop_free(loop);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("checker/probe");
	TCase *t = tcase_create("probe");
	int rows = sizeof(table) / sizeof(table[0]);

	tcase_set_timeout(t, 20);
	tcase_add_loop_test(t, each_behaviour, 0, rows);
	tcase_add_loop_test(t, each_behaviour_byte_by_byte, 0, rows);
	tcase_add_test(t, a_closed_port_is_refused);
	tcase_add_test(t, a_local_address_we_do_not_have_is_our_own_error);
	tcase_add_test(t, a_deadline_we_slept_through_is_not_held_against_the_server);
	tcase_add_test(t, the_request_is_as_it_should_be);
	tcase_add_test(t, a_body_without_end_is_judged_by_its_beginning);
	suite_add_tcase(s, t);
	return s;
}
