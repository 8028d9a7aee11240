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

/* Can a script be started now? False while its runner is being restarted: the run keeps waiting. */
typedef bool (*script_test_fn)(void *arg, uint64_t script);

/* Hands out a run that may start now and marks its queue busy. False if there is none. */
bool script_queue_next(
	struct script_queues *q, script_test_fn can_run, void *arg, struct msg_script_run *run);

/* The run handed out for this queue has ended (or could not be started). */
void script_queue_done(struct script_queues *q, uint64_t queue);

/* A runner died: the runs handed out whose script passes the test have ended. */
void script_queue_abandon(struct script_queues *q, script_test_fn was_there, void *arg);

/* Queues that are busy or have something waiting. */
size_t script_queue_pending(const struct script_queues *q);

#endif
