/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 behind match.h: the only file that includes it. The library's limits hold for one starting
 * point of a match; a long body has many, so the body is searched in slices of starting points and
 * the processor time used is looked at in between.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <time.h>

#include "checker/match.h"
#include "core/exit.h"

#define MATCH_STEPS_MAX	   10000 /* from one starting point */
#define MATCH_DEPTH_MAX	   1000
#define MATCH_HEAP_KIB_MAX 1024
#define MATCH_SLICE	   16384 /* starting points between two looks at the clock */
#define MATCH_CPU_MS	   200	 /* a long body of near misses takes a tenth of it */

struct match {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
};

struct match *match_new(const char *pattern, struct err *e)
{
	struct match *m = calloc(1, sizeof(*m));
	int error;
	PCRE2_SIZE offset;

	if (!m)
		fatal(EXIT_INTERNAL, "out of memory");
	m->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_BACKSLASH_C, &error, &offset, NULL);
	if (!m->code) {
		PCRE2_UCHAR words[120] = "";

		pcre2_get_error_message(error, words, sizeof(words));
		err_set(e, "regex \"%s\": %s at character %zu", pattern, (const char *)words,
			(size_t)offset + 1);
		match_free(m);
		return NULL;
	}
	m->data = pcre2_match_data_create(1, NULL);
	m->context = pcre2_match_context_create(NULL);
	if (!m->data || !m->context)
		fatal(EXIT_INTERNAL, "out of memory");
	pcre2_set_match_limit(m->context, MATCH_STEPS_MAX);
	pcre2_set_depth_limit(m->context, MATCH_DEPTH_MAX);
	pcre2_set_heap_limit(m->context, MATCH_HEAP_KIB_MAX);
	return m;
}

void match_free(struct match *m)
{
	if (!m)
		return;
	pcre2_code_free(m->code);
	pcre2_match_data_free(m->data);
	pcre2_match_context_free(m->context);
	free(m);
}

/* Of this thread, in milliseconds: a busy machine is no reason to give up. */
static int64_t cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

enum match_result match_find(const struct match *m, const void *bytes, size_t len)
{
	int64_t give_up = cpu_ms() + MATCH_CPU_MS;

	for (size_t at = 0; at <= len; at += MATCH_SLICE) {
		int found;

		pcre2_set_offset_limit(m->context, at + MATCH_SLICE - 1);
		found = pcre2_match(m->code, bytes, len, at, 0, m->data, m->context);
		if (found >= 0)
			return MATCH_FOUND;
		if (found != PCRE2_ERROR_NOMATCH || cpu_ms() >= give_up)
			return found == PCRE2_ERROR_NOMATCH && at + MATCH_SLICE > len
				       ? MATCH_NOT_FOUND
				       : MATCH_LIMITED;
	}
	return MATCH_NOT_FOUND;
}
