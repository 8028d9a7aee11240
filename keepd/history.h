/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_HISTORY_H
#define KEEPD_KEEPD_HISTORY_H

/*
 * The last transitions of every instance and every sync group, kept in the parent: they outlive the
 * process that made them. Bounded: some ten thousand objects, of which those make room that did not
 * change for longest. Looking one up takes the same time however many there are.
 */

#include "core/json.h"
#include "core/msg.h"

#define HISTORY_EACH 50 /* of one object */

struct history;

struct history *history_new(void);    /* out of memory is fatal */
void history_free(struct history *h); /* NULL is fine */

/* Takes transitions of instances and groups, and nothing else. */
void history_add(struct history *h, const struct msg_event *event);

/* One event as it is told to those who follow. Caller frees. */
struct json *history_event_json(const struct msg_event *event);
/* Those of the instance or group with that name, the oldest first; a list. Caller frees. */
struct json *history_json(const struct history *h, const char *name);

#endif
