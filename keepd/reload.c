/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two-phase reload: decides, does nothing itself. See reload.h; the parent (parent.c) executes.
 */
#include <stdio.h>

#include "keepd/reload.h"

static unsigned start(struct reload *r, mono_t now)
{
	r->phase = RELOAD_READING;
	r->trying = (r->trying > r->running ? r->trying : r->running) + 1;
	r->waiting = 0;
	r->deadline = mono_add(now, span_s(RELOAD_READ_SECONDS));
	r->reason[0] = '\0';
	return RELOAD_START_READER;
}

/* Back to idle, or on to the request that came meanwhile. */
static unsigned finish(struct reload *r, unsigned actions, mono_t now)
{
	r->phase = RELOAD_IDLE;
	r->waiting = 0;
	r->deadline = MONO_NEVER;
	if (r->is_queued) {
		r->is_queued = false;
		return actions | start(r, now);
	}
	return actions;
}

static unsigned fail(struct reload *r, unsigned actions, const char *reason, mono_t now)
{
	char text[ERR_TEXT_BYTES];

	snprintf(text, sizeof(text), "%s", reason);
	actions = finish(r, actions | RELOAD_REPORT_FAILED, now);
	snprintf(r->reason, sizeof(r->reason), "%s", text);
	return actions;
}

static unsigned commit(struct reload *r, mono_t now)
{
	r->running = r->trying;
	return finish(r, RELOAD_SEND_COMMIT | RELOAD_REPORT_OK, now);
}

static unsigned while_reading(struct reload *r, const struct reload_event *ev, mono_t now)
{
	switch (ev->type) {
	case RELOAD_REQUEST: r->is_queued = true; return 0;
	case RELOAD_READ_OK:
		r->phase = RELOAD_PREPARING;
		r->waiting = ev->participants;
		r->deadline = mono_add(now, span_s(RELOAD_PREPARE_SECONDS));
		if (!r->waiting)
			return commit(r, now);
		return RELOAD_SEND_PREPARE;
	case RELOAD_READ_FAILED: return fail(r, 0, ev->reason, now);
	case RELOAD_TIMEOUT:
		return fail(r, RELOAD_KILL_READER,
			"reading the configuration took longer than 10 s: is a file on a dead "
			"network file system?",
			now);
	case RELOAD_READY:
	case RELOAD_REJECT:
	case RELOAD_DIED:
	case RELOAD_CANCEL:
	case RELOAD_EVENT_COUNT: break;
	}
	return 0;
}

static unsigned while_preparing(struct reload *r, const struct reload_event *ev, mono_t now)
{
	uint64_t bit = ev->participant < 64 ? UINT64_C(1) << ev->participant : 0;

	switch (ev->type) {
	case RELOAD_REQUEST: r->is_queued = true; return 0;
	case RELOAD_READY: r->waiting &= ~bit; return r->waiting ? 0 : commit(r, now);
	case RELOAD_REJECT:
	case RELOAD_DIED:
		/* Who has agreed and died since cannot run the new generation: nothing changes. */
		return fail(r, RELOAD_SEND_ABORT, ev->reason, now);
	case RELOAD_TIMEOUT: return fail(r, RELOAD_SEND_ABORT, ev->reason, now);
	case RELOAD_READ_OK:
	case RELOAD_READ_FAILED:
	case RELOAD_CANCEL:
	case RELOAD_EVENT_COUNT: break;
	}
	return 0;
}

unsigned reload_step(struct reload *r, const struct reload_event *ev, mono_t now)
{
	if (ev->type == RELOAD_CANCEL) {
		r->is_queued = false;
		return r->phase == RELOAD_IDLE ? 0 : fail(r, RELOAD_KILL_READER, ev->reason, now);
	}
	switch (r->phase) {
	case RELOAD_IDLE: return ev->type == RELOAD_REQUEST ? start(r, now) : 0;
	case RELOAD_READING: return while_reading(r, ev, now);
	case RELOAD_PREPARING: return while_preparing(r, ev, now);
	}
	return 0;
}
