/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_CHECK_H
#define KEEPD_CHECKER_CHECK_H

/*
 * A check type: one file with a vtable and its keyword table. It asks one question of one server
 * and yields one struct check_result; it knows nothing of schedules, retries, weights, logs or
 * IPVS. To add one: a file check_NAME.c and a line in CHECK_TYPE_LIST.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/addr.h"
#include "core/err.h"
#include "core/loop.h"
#include "core/mono.h"

/*
 *    name	    what `code` is	words for people (never bytes of a server)
 */
#define CHECK_STATUS_LIST(X)                                                                       \
	X(NONE, CHECK_CODE_NONE, "not checked yet")                                                \
	X(OK, CHECK_CODE_NONE, "ok")                                                               \
	X(LOCAL_ERROR, CHECK_CODE_ERRNO, "cannot ask")                                             \
	X(LATE, CHECK_CODE_NONE, "keepd itself was late")                                          \
	X(CONNECT, CHECK_CODE_ERRNO, "connect")                                                    \
	X(CONNECT_TIMEOUT, CHECK_CODE_NONE, "connect: no answer in time")                          \
	X(ANSWER_TIMEOUT, CHECK_CODE_NONE, "no complete answer in time")                           \
	X(BROKEN, CHECK_CODE_ERRNO, "connection broken")                                           \
	X(CLOSED, CHECK_CODE_NONE, "closed before the answer was complete")                        \
	X(HTTP_STATUS, CHECK_CODE_HTTP, "HTTP status")                                             \
	X(HTTP_MALFORMED, CHECK_CODE_NONE, "not an HTTP answer")                                   \
	X(HTTP_FLOOD, CHECK_CODE_NONE, "HTTP header too long")                                     \
	X(HTTP_BODY_TOO_LONG, CHECK_CODE_NONE, "body too long for a digest")                       \
	X(NO_MATCH, CHECK_CODE_NONE, "body does not match the expression")                         \
	X(UNWANTED_MATCH, CHECK_CODE_NONE, "body matches the expression and must not")             \
	X(MATCH_LIMIT, CHECK_CODE_NONE, "the expression takes too long on this body")              \
	X(DIGEST, CHECK_CODE_NONE, "body has another digest")

enum check_code_kind {
	CHECK_CODE_NONE,
	CHECK_CODE_ERRNO,
	CHECK_CODE_HTTP,
};

enum check_status {
#define X(name, code, words) CHECK_##name,
	CHECK_STATUS_LIST(X)
#undef X
		CHECK_STATUS_COUNT,
};

struct check_result {
	uint32_t status; /* enum check_status */
	int32_t code;	 /* errno or HTTP status, as the status says */
	uint32_t detail; /* which part: the number of the url, from 1; 0 = the whole */
	uint32_t duration_us;
};

enum check_outcome {
	CHECK_SAYS_UP,
	CHECK_SAYS_DOWN,
	CHECK_SAYS_NOTHING, /* an error of our own: changes no count and no verdict */
};

enum check_outcome check_outcome(const struct check_result *r);

#define CHECK_REASON_BYTES 120
/*
 * "connect: connection refused", "url 2: HTTP status 503". A status from another process that is
 * out of range reads "unknown". Returns buf.
 */
const char *check_reason_format(const struct check_result *r, char buf[CHECK_REASON_BYTES]);

/* The kinds of checks: number, keyword, symbol of the vtable. Numbers stand in state pages. */
#define CHECK_TYPE_LIST(X)                                                                         \
	X(TCP, "TCP_CHECK", check_type_tcp)                                                        \
	X(HTTP, "HTTP_GET", check_type_http)

enum check_type_id {
#define X(id, keyword, symbol) CHECK_TYPE_##id,
	CHECK_TYPE_LIST(X)
#undef X
		CHECK_TYPE_COUNT,
};

struct check_conf;
struct check_type;
struct hash;

/* What a check is told when it starts. */
struct check_params {
	struct loop *loop;
	/*
	 * Borrowed until done or stopped. A reload that keeps the question puts those of the new
	 * configuration in their place between two callbacks: not to be copied.
	 */
	const struct check_conf *conf;
	struct endpoint target; /* where to connect to */
	struct endpoint server; /* the real server the question is about */
	const void *prepared;	/* what `prepare` made of conf; NULL without; as conf */
	void (*done)(void *arg, const struct check_result *result);
	void *arg;
};

/* A running probe: the head of the type's own struct. */
struct check_run {
	const struct check_type *type;
	struct check_params params;
	mono_t started;
};

struct check_type {
	const char *keyword;
	enum check_type_id id;
	/* Adds the parameters that make the question; the common ones are added by the caller. */
	void (*identify)(
		const struct check_conf *conf, const struct endpoint *server, struct hash *h);
	/*
	 * Work done once per configured question (regular expressions); may be NULL. *prepared is
	 * handed to each start and freed with unprepare.
	 */
	int (*prepare)(const struct check_conf *conf, void **prepared, struct err *e);
	void (*unprepare)(void *prepared);
	/*
	 * Begins one probe. Returns the running probe, or NULL with *result filled. A running probe
	 * calls done once, from the loop, and is freed before that.
	 */
	struct check_run *(*start)(const struct check_params *params, struct check_result *result);
	/* Ends a running probe without a result and frees it. */
	void (*stop)(struct check_run *run);
};

#define X(id, keyword, symbol) extern const struct check_type symbol;
CHECK_TYPE_LIST(X)
#undef X

/* The end of a probe: fills in how long it took, frees it, reports. */
void check_finish(struct check_run *run, struct check_result result);

/* The type with this number, or NULL. */
const struct check_type *check_type_get(uint32_t id);
/* The type of a configured check, by its block's keyword, or NULL. */
const struct check_type *check_type_of(const struct check_conf *conf);

#endif
