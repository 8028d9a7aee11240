/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_SCRIPT_QUEUE_H
#define KEEPD_KEEPD_SCRIPT_QUEUE_H

/*
 * The order of scripts: one serial queue per object, whatever user its scripts run as, so that the
 * last run always tells the truth. Within a queue one script runs at a time; runs that still wait
 * are dropped when the object has moved on (a higher step), never the newest. Pure: the parent
 * sends what script_queue_next() hands out to the runners and reports what they say.
 */

#include <stdbool.h>
#include <stddef.h>
#include "core/msg.h"

#define SCRIPT_QUEUE_WAITING_MAX 8 /* scripts of one step that may wait in one queue */

struct script_queues; /* caller frees with script_queues_free */

struct script_queues *script_queues_new(void);
void script_queues_free(struct script_queues *q);

/* Takes a run (copied). Returns how many waiting runs it replaced. */
unsigned script_queue_push(struct script_queues *q, const struct msg_script_run *run);

/* Where a script can be started now: a number, or SCRIPT_QUEUE_LATER: the run keeps waiting. */
typedef unsigned (*script_place_fn)(void *arg, const struct msg_script_run *run);
#define SCRIPT_QUEUE_LATER (~0U)

/*
 * Hands out a run that may start now, and at which place; marks its queue busy there. False if
 * there is none. Those that have waited longest are asked first.
 */
bool script_queue_next(struct script_queues *q, script_place_fn place_of, void *arg,
	struct msg_script_run *run, unsigned *place);

/* The run handed out for this queue has ended at that place (or could not be started). */
void script_queue_done(struct script_queues *q, uint64_t queue, unsigned place);

/* What was at work at a place has ended with it: lost() hears of each (SCRIPT_LOST), if not NULL.
 */
typedef void (*script_lost_fn)(void *arg, const struct msg_script_done *lost);
void script_queue_abandon(struct script_queues *q, unsigned place, script_lost_fn lost, void *arg);

/* Does a run wait whose script passes the test? */
typedef bool (*script_test_fn)(void *arg, uint64_t script);
bool script_queue_waits(const struct script_queues *q, script_test_fn test, void *arg);

/* Queues that are busy or have something waiting which somebody would miss: tracked runs do not
 * count. */
size_t script_queue_pending(const struct script_queues *q);

#endif
