/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_TEST_CONF_RANDOM_H
#define KEEPD_TEST_CONF_RANDOM_H

/*
 * Configuration texts made from the tables: random ones, and ones that are right except for the one
 * line a test asks for.
 */

#include <stdio.h>
#include "core/conf/schema.h"

struct conf_random {
	uint64_t seed;	 /* the same seed, the same text */
	bool is_minimal; /* only what is required */
	/* in the first object of this block, this text stands for this row (NULL: as any other) */
	const struct conf_block *block;
	unsigned row;
	const char *line;
};

/* The text of all sections. */
void conf_random_text(struct conf_random *r, FILE *out);
/* A value of the row that its type takes, as it would be written; "" if nothing needs to stand. */
void conf_random_value(struct conf_random *r, const struct conf_row *row, FILE *out);
uint32_t conf_random_below(struct conf_random *r, uint32_t limit);

struct conf_random_limits {
	int64_t min, max;
};

/* Has the row limits, and which? */
bool conf_random_is_number(const struct conf_row *row, struct conf_random_limits *limits);

#endif
