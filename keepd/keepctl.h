/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_KEEPCTL_H
#define KEEPD_KEEPD_KEEPCTL_H

/* What the verbs of keepctl share. */

#include <stdbool.h>
#include <stdio.h>
#include "core/json.h"

struct call {
	const char *run_dir;
	bool is_json, is_effective;
	FILE *stream;	   /* to the daemon */
	char *const *args; /* behind the verb, NULL-terminated */
};

/* Sends a request without arguments. */
void keepctl_ask(struct call *c, const char *verb);
/* The next object, or NULL (said so) when the daemon has closed. Caller frees. */
struct json *keepctl_answer(struct call *c);
/* The same of {"error":...}: says it and is true. */
bool keepctl_is_error(const struct json *j);

/* keepctl config show | diff [FILE]; returns the exit status. */
int keepctl_config(struct call *c);

#endif
