/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_EXPLAIN_H
#define KEEPD_KEEPD_EXPLAIN_H

/*
 * Why an instance is in its state, in sentences for people, from what the status (status.h) says of
 * it. Pure; keepctl explain prints it.
 */

#include "core/json.h"

/* The instance of that name in a status object, borrowed; NULL: there is none. */
const struct json *explain_find(const struct json *status, const char *name);

/* A list of sentences. now: wall time. Caller frees. */
struct json *explain_instance(const struct json *status, const struct json *instance, double now);

#endif
