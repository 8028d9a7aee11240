/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_KEEPCTL_H
#define KEEPD_KEEPD_KEEPCTL_H

/* What the verbs of keepctl share. */

#include <stdbool.h>
#include <stdio.h>
#include "core/json.h"

struct call {
	const char *run_dir;
	bool is_json, is_effective, is_all, is_forced;
	const char *duration; /* --for; NULL: not written */
	FILE *stream;	      /* to the daemon */
	char *const *args;    /* behind the verb, NULL-terminated */
};

/* Sends a request without arguments, or about an object with that name (NULL: about all). */
void keepctl_ask(struct call *c, const char *verb);
void keepctl_ask_about(struct call *c, const char *verb, const char *name);
void keepctl_send(struct call *c, struct json *request); /* takes it */
/* The next object, or NULL (said so) when the daemon has closed. Caller frees. */
struct json *keepctl_answer(struct call *c);
/* The same of {"error":...}: says it and is true. */
bool keepctl_is_error(const struct json *j);

double keepctl_wall_now(void); /* seconds since 1970, as times in answers are */
/* A line for an event of the protocol. */
void keepctl_print_event(const struct json *event);

/* keepctl_vrrp.c: keepctl vrrp [NAME], explain NAME, scan; return the exit status. */
int keepctl_vrrp(struct call *c);
int keepctl_explain(struct call *c);
int keepctl_scan(struct call *c);

/* keepctl_operator.c: handover NAME|--all, maintenance [on|off]; return the exit status. */
int keepctl_handover(struct call *c);
int keepctl_maintenance(struct call *c);
/* Nothing if the node is not in maintenance. */
void keepctl_print_maintenance(const struct json *status);

/* keepctl config show | diff [FILE]; returns the exit status. */
int keepctl_config(struct call *c);

#endif
