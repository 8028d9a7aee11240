/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP_GET: asks for one url after the other, each over a connection and with a deadline of its
 * own; the server is good when all of them pass. What comes back is only ever handed to the parser,
 * the matcher and the digest. The body is read only as far as somebody wants it.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "checker/conn.h"
#include "checker/hash.h"
#include "checker/http_parse.h"
#include "checker/match.h"
#include "checker/schema.h"
#include "core/exit.h"

#define READ_BYTES	16384
#define READS_PER_TURN	8		    /* then others have their turn */
#define MATCH_BODY_MAX	((size_t)256 << 10) /* an expression looks at so much of the body */
#define DIGEST_BODY_MAX ((uint64_t)16 << 20)
#define DIGEST_BYTES	16 /* MD5 */

/* What is made of a url once. */
struct http_prepared {
	size_t count;
	struct http_url {
		const struct http_url_conf *conf;
		struct match *match; /* NULL = none */
		uint8_t digest[DIGEST_BYTES];
	} urls[];
};

struct http_run {
	struct check_run run;
	struct conn conn;
	size_t url; /* the one being asked for */
	char *request;
	size_t request_bytes, sent_bytes;
	struct http_parser parser;
	bool is_wrong_status;
	EVP_MD_CTX *digest; /* of the body; NULL without */
	uint8_t *body;	    /* for the expression; grows */
	size_t body_bytes, body_room;
};

static const struct http_prepared *prepared_of(const struct http_run *h)
{
	return h->run.params.prepared;
}

static const struct http_url *url_of(const struct http_run *h)
{
	return &prepared_of(h)->urls[h->url];
}

/* ---- what is done once ---- */

static const struct http_check_conf *http_conf(const struct check_conf *conf)
{
	return (const struct http_check_conf *)conf;
}

static void http_identify(
	const struct check_conf *conf, const struct endpoint *server, struct hash *h)
{
	const struct http_check_conf *c = http_conf(conf);

	hash_u64(h, c->http_protocol);
	for (size_t i = 0; i < c->urls.count; i++) {
		const struct http_url_conf *u = c->urls.items[i];

		hash_text(h, u->path);
		hash_text(h, u->virtualhost);
		if (!u->virtualhost)
			hash_endpoint(h, server);
		hash_text(h, u->regex);
		hash_u64(h, u->regex_no_match);
		hash_text(h, u->digest);
		hash_u64(h, u->status_codes.count);
		for (size_t j = 0; j < u->status_codes.count; j++) {
			const struct conf_range *r = u->status_codes.items[j];

			hash_u64(h, (uint64_t)r->first << 32 | r->last);
		}
	}
}

static void http_unprepare(void *prepared)
{
	struct http_prepared *p = prepared;

	for (size_t i = 0; p && i < p->count; i++)
		match_free(p->urls[i].match);
	free(p);
}

static int read_digest(const char *text, uint8_t digest[DIGEST_BYTES], struct err *e)
{
	if (strlen(text) != 2 * DIGEST_BYTES ||
		strspn(text, "0123456789abcdefABCDEF") != 2 * DIGEST_BYTES)
		return err_set(e, "digest %s: 32 hexadecimal digits are needed", text);
	for (size_t i = 0; i < DIGEST_BYTES; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], '\0' };

		digest[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return 0;
}

static int prepare_url(const struct http_url_conf *conf, struct http_url *url, struct err *e)
{
	url->conf = conf;
	if (conf->regex) {
		url->match = match_new(conf->regex, e);
		if (!url->match)
			return -1;
	}
	return conf->digest ? read_digest(conf->digest, url->digest, e) : 0;
}

static int http_prepare(const struct check_conf *conf, void **prepared, struct err *e)
{
	const struct conf_list *urls = &http_conf(conf)->urls;
	struct http_prepared *p = calloc(1, sizeof(*p) + urls->count * sizeof(p->urls[0]));

	if (!p)
		fatal(EXIT_INTERNAL, "out of memory");
	if (!urls->count) {
		free(p);
		return err_set(e, "HTTP_GET without a url");
	}
	p->count = urls->count;
	for (size_t i = 0; i < urls->count; i++)
		if (prepare_url(urls->items[i], &p->urls[i], e) < 0) {
			http_unprepare(p);
			return -1;
		}
	*prepared = p;
	return 0;
}

/* ---- one url ---- */

static void on_conn(void *arg, enum conn_event event);

/* Host: the virtual host, or address and port of the real server, as keepalived says it. */
static int make_request(struct http_run *h)
{
	const struct http_url_conf *u = url_of(h)->conf;
	uint32_t protocol = http_conf(h->run.params.conf)->http_protocol;
	char server[ENDPOINT_TEXT_BYTES];
	int n;

	free(h->request);
	n = asprintf(&h->request,
		"GET %s HTTP/1.%c\r\n"
		"Host: %s\r\n"
		"User-Agent: keepd\r\n"
		"Accept: */*\r\n"
		"%s\r\n",
		u->path, protocol == HTTP_1_1 ? '1' : '0',
		u->virtualhost ? u->virtualhost : endpoint_format(&h->run.params.server, server),
		protocol == HTTP_1_0 ? "" : "Connection: close\r\n");
	if (n < 0)
		h->request = NULL;
	h->request_bytes = n < 0 ? 0 : (size_t)n;
	h->sent_bytes = 0;
	return n < 0 ? -1 : 0;
}

static bool is_good_status(const struct http_url_conf *u, unsigned status)
{
	if (!u->status_codes.count)
		return status >= 200 && status <= 299;
	for (size_t i = 0; i < u->status_codes.count; i++) {
		const struct conf_range *r = u->status_codes.items[i];

		if (status >= r->first && status <= r->last)
			return true;
	}
	return false;
}

static bool on_head(void *arg, unsigned status)
{
	struct http_run *h = arg;
	const struct http_url_conf *u = url_of(h)->conf;

	h->is_wrong_status = !is_good_status(u, status);
	return !h->is_wrong_status && (u->regex || u->digest);
}

static void on_body(void *arg, const uint8_t *bytes, size_t len)
{
	struct http_run *h = arg;
	size_t want = h->body_bytes + len;

	if (h->digest)
		EVP_DigestUpdate(h->digest, bytes, len);
	if (!url_of(h)->match || h->body_bytes >= MATCH_BODY_MAX)
		return;
	if (want > MATCH_BODY_MAX)
		want = MATCH_BODY_MAX;
	while (h->body_room < want) {
		h->body_room = h->body_room ? 2 * h->body_room : READ_BYTES;
		h->body = realloc(h->body, h->body_room);
		if (!h->body)
			fatal(EXIT_INTERNAL, "out of memory");
	}
	memcpy(h->body + h->body_bytes, bytes, want - h->body_bytes);
	h->body_bytes = want;
}

/* Everything that belongs to the last url is dropped, and the next one asked for. */
static int ask(struct http_run *h, struct check_result *failure)
{
	const struct check_conf *conf = h->run.params.conf;
	const struct http_url_conf *u = url_of(h)->conf;
	const struct conn_spec spec = { .loop = h->run.params.loop,
		.to = h->run.params.target,
		.from = conf->bindto,
		.timeout = conf->connect_timeout };

	h->parser = (struct http_parser){
		.head = on_head,
		.body = on_body,
		.arg = h,
		.body_max = u->digest ? DIGEST_BODY_MAX : MATCH_BODY_MAX,
	};
	h->is_wrong_status = false;
	h->body_bytes = 0;
	EVP_MD_CTX_free(h->digest);
	h->digest = u->digest ? EVP_MD_CTX_new() : NULL;
	if (make_request(h) < 0 ||
		(u->digest && (!h->digest || !EVP_DigestInit_ex(h->digest, EVP_md5(), NULL)))) {
		*failure = (struct check_result){ .status = CHECK_LOCAL_ERROR, .code = ENOMEM };
		return -1;
	}
	return conn_open(&h->conn, &spec, on_conn, h, failure);
}

static void finish(struct http_run *h, enum check_status status, int code)
{
	struct check_result result = { .status = status, .code = code };

	if (prepared_of(h)->count > 1 && status != CHECK_OK)
		result.detail = (uint32_t)h->url + 1;
	check_finish(&h->run, result);
}

static enum check_status judge_digest(struct http_run *h)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (h->parser.is_cut)
		return CHECK_HTTP_BODY_TOO_LONG;
	if (!EVP_DigestFinal_ex(h->digest, digest, &len) || len != DIGEST_BYTES ||
		memcmp(digest, url_of(h)->digest, DIGEST_BYTES))
		return CHECK_DIGEST;
	return CHECK_OK;
}

/* Where the body is longer than we read, what was read decides. */
static enum check_status judge_match(struct http_run *h)
{
	const struct http_url *url = url_of(h);

	switch (match_find(url->match, h->body ? (const void *)h->body : "", h->body_bytes)) {
	case MATCH_FOUND: return url->conf->regex_no_match ? CHECK_UNWANTED_MATCH : CHECK_OK;
	case MATCH_NOT_FOUND: return url->conf->regex_no_match ? CHECK_OK : CHECK_NO_MATCH;
	case MATCH_LIMITED: break;
	}
	return CHECK_MATCH_LIMIT;
}

static enum check_status judge(struct http_run *h)
{
	const struct http_url_conf *u = url_of(h)->conf;
	enum check_status status = CHECK_OK;

	if (h->is_wrong_status)
		return CHECK_HTTP_STATUS;
	if (u->digest)
		status = judge_digest(h);
	if (u->regex && status == CHECK_OK)
		status = judge_match(h);
	return status;
}

/* The answer is complete: a verdict, or the next url. */
static void answered(struct http_run *h)
{
	enum check_status status = judge(h);
	struct check_result failure;

	if (status != CHECK_OK) {
		finish(h, status, status == CHECK_HTTP_STATUS ? (int)h->parser.status : 0);
		return;
	}
	if (h->url + 1 == prepared_of(h)->count) {
		finish(h, CHECK_OK, 0);
		return;
	}
	conn_close(&h->conn, false);
	h->url++;
	if (ask(h, &failure) < 0)
		finish(h, (enum check_status)failure.status, failure.code);
}

/* Returns false when the probe is over or another connection was opened. */
static bool progressed(struct http_run *h, enum http_progress progress)
{
	switch (progress) {
	case HTTP_MORE: return true;
	case HTTP_COMPLETE: answered(h); break;
	case HTTP_MALFORMED: finish(h, CHECK_HTTP_MALFORMED, 0); break;
	case HTTP_FLOOD: finish(h, CHECK_HTTP_FLOOD, 0); break;
	case HTTP_TRUNCATED: finish(h, CHECK_CLOSED, 0); break;
	}
	return false;
}

static void receive(struct http_run *h)
{
	uint8_t bytes[READ_BYTES];

	for (int i = 0; i < READS_PER_TURN; i++) {
		ssize_t n = recv(h->conn.fd, bytes, sizeof(bytes), 0);

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			struct check_result failure = conn_error(errno);

			finish(h, (enum check_status)failure.status, failure.code);
			return;
		}
		if (!progressed(h, n ? http_parse(&h->parser, bytes, (size_t)n)
				     : http_parse_end(&h->parser)))
			return;
	}
}

/* An error of send is not the end: the answer may be there already. */
static void transmit(struct http_run *h)
{
	ssize_t n = send(h->conn.fd, h->request + h->sent_bytes, h->request_bytes - h->sent_bytes,
		MSG_NOSIGNAL);
	bool is_blocked = n < 0 && (errno == EAGAIN || errno == EINTR);

	if (n > 0)
		h->sent_bytes += (size_t)n;
	if (h->sent_bytes < h->request_bytes && (n >= 0 || is_blocked))
		conn_want(&h->conn, IO_READ | IO_WRITE);
	else
		conn_want(&h->conn, IO_READ);
}

static void on_conn(void *arg, enum conn_event event)
{
	struct http_run *h = arg;

	switch (event) {
	case CONN_UP:
	case CONN_WRITABLE: transmit(h); break;
	case CONN_READABLE: receive(h); break;
	case CONN_FAILED:
		finish(h, (enum check_status)h->conn.failure.status, h->conn.failure.code);
		break;
	}
}

static void http_stop(struct check_run *run)
{
	struct http_run *h = (struct http_run *)run;

	conn_close(&h->conn, h->parser.progress != HTTP_COMPLETE || h->is_wrong_status);
	EVP_MD_CTX_free(h->digest);
	free(h->request);
	free(h->body);
	free(h);
}

static struct check_run *http_start(const struct check_params *params, struct check_result *result)
{
	struct http_run *h = calloc(1, sizeof(*h));

	if (!h)
		fatal(EXIT_INTERNAL, "out of memory");
	h->run = (struct check_run){ &check_type_http, *params, mono_now() };
	if (ask(h, result) < 0) {
		if (prepared_of(h)->count > 1)
			result->detail = 1;
		h->conn.fd = -1;
		http_stop(&h->run);
		return NULL;
	}
	return &h->run;
}

const struct check_type check_type_http = {
	.keyword = "HTTP_GET",
	.id = CHECK_TYPE_HTTP,
	.identify = http_identify,
	.prepare = http_prepare,
	.unprepare = http_unprepare,
	.start = http_start,
	.stop = http_stop,
};
