/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_RELOAD_H
#define KEEPD_KEEPD_RELOAD_H

/*
 * The two-phase reload as a pure state machine: what happens on a request, when the files were
 * read, when children answer, die or say nothing. The first start is a reload from nothing. The
 * parent executes the actions. Rules:
 *
 *   - nothing changes before COMMIT: unreadable files, a rejection, a death or silence end in
 * ABORT;
 *   - after COMMIT there is no way back: who dies then is started again with the new generation;
 *   - a request during a reload is remembered once and served afterwards.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/err.h"
#include "core/mono.h"

enum reload_phase {
	RELOAD_IDLE,
	RELOAD_READING,	  /* the conf process reads and validates the files */
	RELOAD_PREPARING, /* the children look at the new generation */
};

enum reload_event_type {
	RELOAD_REQUEST,
	RELOAD_READ_OK,	    /* participants is set */
	RELOAD_READ_FAILED, /* reason is set */
	RELOAD_READY,	    /* participant */
	RELOAD_REJECT,	    /* participant, reason */
	RELOAD_DIED,	    /* participant, reason */
	RELOAD_TIMEOUT,
	RELOAD_CANCEL, /* reason: keepd is stopping; the request that waits is dropped as well */
	RELOAD_EVENT_COUNT,
};

struct reload_event {
	enum reload_event_type type;
	uint64_t participants; /* READ_OK: a bit for each child that has to agree */
	unsigned participant;  /* READY, REJECT, DIED: the number of its bit */
	const char *reason;
};

enum reload_actions {
	RELOAD_KILL_READER = 1 << 0,
	RELOAD_SEND_PREPARE = 1 << 1, /* to all participants */
	RELOAD_SEND_COMMIT = 1 << 2,  /* the new generation is the committed one from now on */
	RELOAD_SEND_ABORT = 1 << 3,
	RELOAD_REPORT_OK = 1 << 4,
	RELOAD_REPORT_FAILED = 1 << 5, /* with reason */
	RELOAD_START_READER = 1 << 6,
};

#define RELOAD_READ_SECONDS    10
#define RELOAD_PREPARE_SECONDS 10

struct reload {
	enum reload_phase phase;
	uint64_t running;	     /* generation that is committed; 0 = none yet */
	uint64_t trying;	     /* generation of the reload going on */
	uint64_t waiting;	     /* participants that have not answered */
	mono_t deadline;	     /* MONO_NEVER when idle */
	bool is_queued;		     /* another request came meanwhile */
	char reason[ERR_TEXT_BYTES]; /* of the last failure */
};

/* Takes one event; returns the actions to execute, in the order of their bits. Pure. */
unsigned reload_step(struct reload *r, const struct reload_event *event, mono_t now);

#endif
