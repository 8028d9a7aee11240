/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_CONTROL_H
#define KEEPD_KEEPD_CONTROL_H

/*
 * The control socket: a UNIX stream in the run directory, one JSON object per line each way. Root
 * may do everything; members of the keepd user's group may look (status, events). Clients cannot
 * hold the parent up: input and output are bounded, who does not read is cut off.
 *
 *   {"verb":"status"}   -> the status object (status.h)
 *   {"verb":"reload"}   -> {"result":"ok"|"refused","generation":N,"reason":"...","report":"..."}
 *   {"verb":"config"}   -> {"generation":N,"file":"...","texts":{"parent":0,"vrrp":1,...}} and with
 * it the descriptors of the canonical texts (sealed memfds), by these numbers; secrets included:
 * for root only
 *   {"verb":"history","name":"VI_1"} -> {"history":[...]}, the last transitions as events
 *   {"verb":"handover","name":"VI_1","force":false} -> {"result":"ok"} when vrrp has been told;
 * without a name all that are active
 *   {"verb":"maintenance","on":true,"seconds":600} -> {"result":"ok"}
 *   {"verb":"events"}   -> one object per event until the client goes
 *   anything else       -> {"error":"..."}
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/err.h"
#include "core/msg.h"

struct control;
struct parent;

struct control *control_new(struct parent *p, struct err *e);
void control_free(struct control *c); /* NULL is fine */

/* A reload has ended: tells those who asked for this generation or an earlier one. */
void control_reload_result(
	struct control *c, uint64_t generation, bool is_ok, const char *reason, const char *report);

/* Forwards an event to those who follow. */
void control_event(struct control *c, const struct msg_event *event);

#endif
