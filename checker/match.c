/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PCRE2 behind match.h: the only file that includes it. The library's limits hold for one starting
 * point of a match; a long body has many, so the body is searched in slices of starting points and
 * the processor time used is looked at in between.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "checker/match.h"
#include "core/exit.h"
#include "core/mono.h"

/*
 * First many starting points at once with few steps each, which is all that most expressions need.
 * Where those do not suffice ("start.*end" in a long line, "(.|\n)*" over a page), a few at a time
 * with many steps.
 */
struct patience {
	size_t starts;	/* between two looks at the clock */
	uint32_t steps; /* from one of them */
};

static const struct patience quick = { 16384, 10000 }, patient = { 4, 2000000 };

#define MATCH_HEAP_KIB_MAX 65536 /* a page of 100 KiB, one group for each byte */
#define MATCH_CPU_MS	   200	 /* a long body of near misses takes a tenth of it */

struct match {
	pcre2_code *code;
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
	m->context = pcre2_match_context_create(NULL);
	if (!m->context)
		fatal(EXIT_INTERNAL, "out of memory");
	pcre2_set_depth_limit(m->context, patient.steps); /* the heap is what counts */
	pcre2_set_heap_limit(m->context, MATCH_HEAP_KIB_MAX);
	return m;
}

void match_free(struct match *m)
{
	if (!m)
		return;
	pcre2_code_free(m->code);
	pcre2_match_context_free(m->context);
	free(m);
}

struct search {
	const struct match *m;
	pcre2_match_data *data;
	const void *bytes;
	size_t len;
	span_t give_up; /* at this processor time: a busy machine is no reason to */
};

/* Tries the starting points [at, end). Returns what pcre2_match() does. */
static int search(const struct search *s, size_t at, size_t end, const struct patience *p)
{
	int found = PCRE2_ERROR_NOMATCH;

	pcre2_set_match_limit(s->m->context, p->steps);
	for (; at < end; at += p->starts) {
		if (mono_cpu().us >= s->give_up.us)
			return PCRE2_ERROR_MATCHLIMIT;
		pcre2_set_offset_limit(s->m->context, at + p->starts - 1);
		found = pcre2_match(s->m->code, s->bytes, s->len, at, 0, s->data, s->m->context);
		if (found == PCRE2_ERROR_MATCHLIMIT && p == &quick) {
			size_t to = end - at < p->starts ? end : at + p->starts;

			found = search(s, at, to, &patient);
			pcre2_set_match_limit(s->m->context, p->steps);
		}
		if (found != PCRE2_ERROR_NOMATCH)
			break;
	}
	return found;
}

enum match_result match_find(const struct match *m, const void *bytes, size_t len)
{
	struct search s = {
		.m = m,
		.data = pcre2_match_data_create(1, NULL), /* goes with the memory of a long match */
		.bytes = bytes,
		.len = len,
		.give_up = span_sum(mono_cpu(), span_ms(MATCH_CPU_MS)),
	};
	int found;

	if (!s.data)
		fatal(EXIT_INTERNAL, "out of memory");
	found = search(&s, 0, len + 1, &quick);
	pcre2_match_data_free(s.data);
	if (found >= 0)
		return MATCH_FOUND;
	return found == PCRE2_ERROR_NOMATCH ? MATCH_NOT_FOUND : MATCH_LIMITED;
}
