/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP response parser: answers as a table, each of them fed whole, byte by byte and cut at
 * every point: the outcome must be the same.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "checker/http_parse.h"

#define BODY_MAX 32

struct outcome {
	enum http_progress progress;
	unsigned status;
	size_t body_bytes;
	char body[BODY_MAX + 1];
	bool is_cut;
};

static const struct row {
	const char *name, *bytes;
	enum http_progress progress; /* after the end of the connection */
	unsigned status;
	const char *body;
	bool is_cut;
} table[] = {
	{ "length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", HTTP_COMPLETE, 200,
		"hello", 0 },
	{ "what stands behind the body is not read",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello\x01", HTTP_COMPLETE, 200, "he",
		0 },
	{ "no length: until the end", "HTTP/1.0 200 OK\r\n\r\nhello", HTTP_COMPLETE, 200, "hello",
		0 },
	{ "bare line feeds", "HTTP/1.0 200 OK\nA: b\n\nhello", HTTP_COMPLETE, 200, "hello", 0 },
	{ "no reason phrase", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", HTTP_COMPLETE, 404, "",
		0 },
	{ "empty reason phrase", "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", HTTP_COMPLETE, 404,
		"", 0 },
	{ "any minor version", "HTTP/1.7 200 OK\r\nContent-Length: 0\r\n\r\n", HTTP_COMPLETE, 200,
		"", 0 },
	{ "chunked",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nT: v\r\n\r\n",
		HTTP_COMPLETE, 200, "hello", 0 },
	{ "chunked after another coding",
		"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked "
		"\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
		HTTP_COMPLETE, 200, "0123456789", 0 },
	{ "another coding: until the end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxyz",
		HTTP_COMPLETE, 200, "xyz", 0 },
	{ "chunked beats length",
		"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n"
		"1\r\nx\r\n0\r\n\r\n",
		HTTP_COMPLETE, 200, "x", 0 },
	{ "100 Continue is skipped",
		"HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\n"
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
		HTTP_COMPLETE, 200, "x", 0 },
	{ "204 has no body", "HTTP/1.1 204 No Content\r\n\r\n", HTTP_COMPLETE, 204, "", 0 },
	{ "304 has no body", "HTTP/1.1 304 Not\r\nContent-Length: 9\r\n\r\n", HTTP_COMPLETE, 304,
		"", 0 },
	{ "the same length twice",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", HTTP_COMPLETE,
		200, "x", 0 },
	{ "a folded field", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 1\r\n\r\nx",
		HTTP_COMPLETE, 200, "x", 0 },
	{ "a body longer than we read",
		"HTTP/1.0 200 OK\r\n\r\n0123456789012345678901234567890123456789", HTTP_COMPLETE,
		200, "01234567890123456789012345678901", true },
	{ "a chunked body longer than we read",
		"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"28\r\n0123456789012345678901234567890123456789\r\n0\r\n\r\n",
		HTTP_COMPLETE, 200, "01234567890123456789012345678901", true },

	{ "nothing", "", HTTP_TRUNCATED, 0, "", 0 },
	{ "half a status line", "HTTP/1.1 2", HTTP_TRUNCATED, 0, "", 0 },
	{ "half a header", "HTTP/1.1 200 OK\r\nA: b\r\n", HTTP_TRUNCATED, 200, "", 0 },
	{ "half a body", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", HTTP_TRUNCATED, 200,
		"he", 0 },
	{ "half the chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n",
		HTTP_TRUNCATED, 200, "he", 0 },
	{ "only interim answers", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 102 P\r\n\r\n", HTTP_TRUNCATED, 0,
		"", 0 },

	{ "two digits", "HTTP/1.1 20\r\n\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "four digits", "HTTP/1.1 2000\r\n\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "status below 100", "HTTP/1.1 099 X\r\n\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "letters", "HTTP/1.1 2x0 OK\r\n\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "two spaces", "HTTP/1.1  200 OK\r\n\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "HTTP/2", "HTTP/2.0 200 OK\r\n\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "another protocol", "220 mail.example ESMTP\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "an empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n", HTTP_MALFORMED, 0, "", 0 },
	{ "a field without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", HTTP_MALFORMED, 200, "",
		0 },
	{ "a field without a name", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", HTTP_MALFORMED, 200, "", 0 },
	{ "white space before the colon", "HTTP/1.1 200 OK\r\nA : x\r\n\r\n", HTTP_MALFORMED, 200,
		"", 0 },
	{ "a fold of nothing", "HTTP/1.1 200 OK\r\n A: x\r\n\r\n", HTTP_MALFORMED, 200, "", 0 },
	{ "lengths that differ",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
		HTTP_MALFORMED, 200, "", 0 },
	{ "a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", HTTP_MALFORMED,
		200, "", 0 },
	{ "no length in the length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nx", HTTP_MALFORMED,
		200, "", 0 },
	{ "a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\nx", HTTP_MALFORMED,
		200, "", 0 },
	{ "a length beyond measure",
		"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nx",
		HTTP_MALFORMED, 200, "", 0 },
	{ "a chunk without a size",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nx\r\n", HTTP_MALFORMED,
		200, "", 0 },
	{ "a chunk size beyond measure",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\nx\r\n",
		HTTP_MALFORMED, 200, "", 0 },
	{ "a negative chunk size",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n", HTTP_MALFORMED,
		200, "", 0 },
	{ "data longer than its chunk",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n0\r\n\r\n",
		HTTP_MALFORMED, 200, "x", 0 },
};

static bool on_head(void *arg, unsigned status)
{
	(void)arg;
	ck_assert_uint_ge(status, 100);
	ck_assert_uint_le(status, 999);
	return true;
}

static void on_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct outcome *o = arg;

	ck_assert_uint_le(o->body_bytes + len, BODY_MAX);
	memcpy(o->body + o->body_bytes, bytes, len);
	o->body_bytes += len;
}

/* Feeds the bytes in two parts (cut in 0 .. len) or, with cut = -1, one by one. */
static struct outcome feed(const char *bytes, size_t len, ssize_t cut)
{
	struct outcome o = { 0 };
	struct http_parser p = {
		.head = on_head, .body = on_body, .arg = &o, .body_max = BODY_MAX
	};

	if (cut < 0) {
		for (size_t i = 0; i < len; i++)
			http_parse(&p, bytes + i, 1);
	} else {
		http_parse(&p, bytes, (size_t)cut);
		http_parse(&p, bytes + cut, len - (size_t)cut);
	}
	o.progress = http_parse_end(&p);
	o.status = p.status;
	o.is_cut = p.is_cut;
	return o;
}

START_TEST(each_answer_at_every_cut)
{
	const struct row *row = &table[_i];
	size_t len = strlen(row->bytes);

	for (ssize_t cut = -1; cut <= (ssize_t)len; cut++) {
		struct outcome o = feed(row->bytes, len, cut);

		ck_assert_msg(o.progress == row->progress, "%s, cut at %zd: %d", row->name, cut,
			(int)o.progress);
		ck_assert_msg(o.status == row->status, "%s, cut at %zd: status %u", row->name, cut,
			o.status);
		ck_assert_msg(
			!strcmp(o.body, row->body), "%s, cut at %zd: %s", row->name, cut, o.body);
		ck_assert(o.is_cut == row->is_cut);
	}
}
END_TEST

static enum http_progress repeat(const char *first, const char *again, size_t times, size_t *fed)
{
	struct outcome o = { 0 };
	struct http_parser p = {
		.head = on_head, .body = on_body, .arg = &o, .body_max = BODY_MAX
	};

	http_parse(&p, first, strlen(first));
	*fed = strlen(first);
	for (size_t i = 0; i < times && p.progress == HTTP_MORE; i++) {
		http_parse(&p, again, strlen(again));
		*fed += strlen(again);
	}
	return p.progress;
}

START_TEST(floods_end)
{
	static const struct {
		const char *first, *again;
	} floods[] = {
		{ "HTTP/1.1 200 OK\r\n", "A: b\r\n" },
		{ "HTTP/1.1 200 OK\r\n", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		{ "HTTP/1.1 200 OK\r\nA: ", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" },
		{ "", "HTTP/1.1 100 Continue\r\n\r\n" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "0000000000000000" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "T: v\r\n" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "extension=value;" },
		{ "HTTP/1.1 200 ", "OK OK OK OK OK OK" },
	};

	for (size_t i = 0; i < sizeof(floods) / sizeof(floods[0]); i++) {
		size_t fed;
		enum http_progress progress =
			repeat(floods[i].first, floods[i].again, 100000, &fed);

		ck_assert_msg(progress == HTTP_FLOOD || progress == HTTP_MALFORMED, "flood %zu", i);
		ck_assert_uint_le(fed, HTTP_HEAD_BYTES_MAX + 64);
	}
}
END_TEST

START_TEST(a_long_but_reasonable_field_passes)
{
	static char bytes[8192];
	struct outcome o;

	strcpy(bytes, "HTTP/1.1 200 OK\r\nSet-Cookie: ");
	memset(bytes + strlen(bytes), 'x', 4000);
	strcat(bytes, "\r\n");
	memset(bytes + strlen(bytes), 'n', 1000);
	strcat(bytes, ": v\r\nContent-Length: 1\r\n\r\ny");
	o = feed(bytes, strlen(bytes), -1);
	ck_assert_int_eq(o.progress, HTTP_COMPLETE);
	ck_assert_str_eq(o.body, "y");
}
END_TEST

/* Servers that flush after each line: more framing than anybody would call a header. */
static void ignore_body(void *arg, const uint8_t *bytes, size_t len)
{
	(void)arg;
	(void)bytes;
	(void)len;
}

START_TEST(a_body_in_small_chunks_passes)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	static const char chunk[] = "0004;x=y\r\nline\r\n";
	struct outcome o = { 0 };
	struct http_parser p = {
		.head = on_head, .body = ignore_body, .arg = &o, .body_max = 4 * 100000
	};

	http_parse(&p, head, strlen(head));
	for (int i = 0; i < 100000; i++) {
		ck_assert_int_eq(p.progress, HTTP_MORE);
		http_parse(&p, chunk, strlen(chunk));
	}
	ck_assert_int_eq(p.progress, HTTP_COMPLETE);
}
END_TEST

static bool refuse_body(void *arg, unsigned status)
{
	(void)arg;
	(void)status;
	return false;
}

START_TEST(who_wants_no_body_is_done_with_the_head)
{
	static const char bytes[] = "HTTP/1.1 503 X\r\nTransfer-Encoding: chunked\r\n\r\nnonsense";
	struct http_parser p = { .head = refuse_body, .body = on_body };

	ck_assert_int_eq(http_parse(&p, bytes, strlen(bytes)), HTTP_COMPLETE);
	ck_assert_uint_eq(p.status, 503);
	ck_assert_int_eq(http_parse_end(&p), HTTP_COMPLETE);
}
END_TEST

Suite *make_suite(void);

Suite *make_suite(void)
{
	Suite *s = suite_create("checker/http_parse");
	TCase *t = tcase_create("answers");

	tcase_add_loop_test(t, each_answer_at_every_cut, 0, sizeof(table) / sizeof(table[0]));
	tcase_add_test(t, floods_end);
	tcase_add_test(t, a_body_in_small_chunks_passes);
	tcase_add_test(t, a_long_but_reasonable_field_passes);
	tcase_add_test(t, who_wants_no_body_is_done_with_the_head);
	suite_add_tcase(s, t);
	return s;
}
