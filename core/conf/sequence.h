/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_CONF_SEQUENCE_H
#define KEEPD_CORE_CONF_SEQUENCE_H

/* ~SEQ(...), ~SEQx(...) and ~LST(...): one line that stands for many. */

#include "core/conf/expand.h"

#define CONF_ROUNDS_MAX 65536 /* of one sequence */
#define CONF_VARS_MAX	16    /* of one list */

struct sequence {
	unsigned vars;
	const char *names[CONF_VARS_MAX];
	size_t rounds;
	const char **values; /* of a list: all of the first round, then all of the second ... */
	bool is_hex;
	int64_t start, step;
	struct word_source text; /* what is repeated */
};

/* Reads a line that begins with ~. NULL if it is wrong (reported). */
struct sequence *sequence_parse(
	struct expand *e, const struct word_source *line, const struct conf_origin *origin);
/* The variables of a round, around those of the line the sequence stands in. */
const struct conf_origin *sequence_round(
	const struct sequence *s, size_t n, const struct conf_origin *outer, struct arena *a);

#endif
