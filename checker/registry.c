/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of check types, and what their results mean and read like. See check.h.
 */
#include <stdio.h>
#include <string.h>

#include "checker/check.h"
#include "checker/schema.h"

static const struct check_type *const types[] = {
#define X(id, keyword, symbol) [CHECK_TYPE_##id] = &(symbol),
	CHECK_TYPE_LIST(X)
#undef X
};

const struct check_type *check_type_get(uint32_t id)
{
	return id < CHECK_TYPE_COUNT ? types[id] : NULL;
}

const struct check_type *check_type_of(const struct check_conf *conf)
{
	for (size_t i = 0; i < CHECK_TYPE_COUNT; i++)
		if (!strcmp(types[i]->keyword, conf->obj.block->name))
			return types[i];
	return NULL;
}

void check_finish(struct check_run *run, struct check_result result)
{
	struct check_params params = run->params;
	int64_t us = mono_sub(mono_now(), run->started).us;

	result.duration_us = us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
	run->type->stop(run);
	params.done(params.arg, &result);
}

static const struct {
	enum check_code_kind code;
	const char *words;
} statuses[] = {
#define X(name, code_kind, text) [CHECK_##name] = { code_kind, text },
	CHECK_STATUS_LIST(X)
#undef X
};

enum check_outcome check_outcome(const struct check_result *r)
{
	switch ((enum check_status)r->status) {
	case CHECK_OK: return CHECK_SAYS_UP;
	case CHECK_NONE:
	case CHECK_LOCAL_ERROR:
	case CHECK_LATE: return CHECK_SAYS_NOTHING;
	case CHECK_CONNECT:
	case CHECK_CONNECT_TIMEOUT:
	case CHECK_ANSWER_TIMEOUT:
	case CHECK_BROKEN:
	case CHECK_CLOSED:
	case CHECK_HTTP_STATUS:
	case CHECK_HTTP_MALFORMED:
	case CHECK_HTTP_FLOOD:
	case CHECK_HTTP_BODY_TOO_LONG:
	case CHECK_NO_MATCH:
	case CHECK_UNWANTED_MATCH:
	case CHECK_MATCH_LIMIT:
	case CHECK_DIGEST: return CHECK_SAYS_DOWN;
	case CHECK_STATUS_COUNT: break;
	}
	return CHECK_SAYS_NOTHING;
}

/* The words of the C library, as they stand in a sentence: "connection refused". */
static void format_errno(int sysno, char *buf, size_t bytes)
{
	const char *words = strerrordesc_np(sysno);

	snprintf(buf, bytes, "%s", words ? words : "unknown error");
	if (buf[0] >= 'A' && buf[0] <= 'Z' && buf[1] >= 'a' && buf[1] <= 'z')
		buf[0] = (char)(buf[0] - 'A' + 'a');
}

const char *check_reason_format(const struct check_result *r, char buf[CHECK_REASON_BYTES])
{
	char where[24] = "", code[64] = "";
	const char *between = "";

	if (r->status >= CHECK_STATUS_COUNT) {
		snprintf(buf, CHECK_REASON_BYTES, "unknown");
		return buf;
	}
	if (r->detail)
		snprintf(where, sizeof(where), "url %u: ", (unsigned)r->detail);
	switch (statuses[r->status].code) {
	case CHECK_CODE_NONE: break;
	case CHECK_CODE_ERRNO:
		between = ": ";
		format_errno(r->code, code, sizeof(code));
		break;
	case CHECK_CODE_HTTP:
		between = " ";
		snprintf(code, sizeof(code), "%d", r->code);
		break;
	}
	snprintf(buf, CHECK_REASON_BYTES, "%s%s%s%s", where, statuses[r->status].words, between,
		code);
	return buf;
}
