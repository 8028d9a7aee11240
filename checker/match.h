/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_MATCH_H
#define KEEPD_CHECKER_MATCH_H

/*
 * Regular expressions over what servers answered: compiled once, and limited in steps, depth,
 * memory and time, because the subject comes from outside.
 */

#include <stddef.h>
#include "core/err.h"

struct match;

/* PCRE2 syntax. Caller frees with match_free. NULL and *e if the expression is not valid. */
struct match *match_new(const char *pattern, struct err *e);
void match_free(struct match *m); /* NULL is fine */

enum match_result {
	MATCH_FOUND,
	MATCH_NOT_FOUND,
	MATCH_LIMITED, /* gave up */
};

/* Searches anywhere in the bytes. */
enum match_result match_find(const struct match *m, const void *bytes, size_t len);

#endif
