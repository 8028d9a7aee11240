/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_QUESTION_H
#define KEEPD_CHECKER_QUESTION_H

/*
 * Which question a configured check asks: type, target, parameters, timing. Identical questions
 * have the same identity and are asked once, whoever wants to know. Pure; prober and checker derive
 * the same identities from the same text.
 */

#include "checker/schedule.h"
#include "checker/schema.h"

struct question {
	uint64_t id;   /* with its timing */
	uint64_t what; /* without: what is known about it stays true when only the timing changes */
	const struct check_type *type;
	const struct check_conf *conf; /* borrowed from the configuration */
	struct endpoint server;	       /* the real server */
	struct endpoint target;	       /* where to connect to */
	struct probe_timing timing;
};

struct endpoint question_server(
	const struct virtual_server_conf *v, const struct real_server_conf *r);

/* -1 and *e if there is no check of that type. */
int question_make(const struct virtual_server_conf *v, const struct real_server_conf *r,
	const struct check_conf *c, struct question *q, struct err *e);

/* Calls fn for each check of the configuration, until it returns less than 0; returns that, or 0.
 */
int question_each(const struct checker_conf *conf,
	int (*fn)(void *arg, const struct question *q, struct err *e), void *arg, struct err *e);

#endif
