/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VRRP state machine. No I/O, no clock, no log, no allocation: called by the engine, the unit
 * tests and the simulator. Each branch names its clause of RFC 3768, which has the same number in
 * RFC 9568; where that or keepd does more, the comment says what and why. Here: its life, its link
 * and parameters; fsm_advert.c has the adverts, fsm_group.c the sync groups, fsm_step.c the
 * transitions, fsm_words.c the words.
 */
#include "vrrp/fsm.h"

#include "vrrp/fsm_step.h"

static void on_start(struct step *s)
{
	if (s->f->state != VRRP_INIT)
		return;
	if (s->event->reason != VRRP_BECAUSE_NONE)
		fsm_become_faulty(s, s->event->reason);
	else
		fsm_leave_init_or_fault(s, VRRP_BECAUSE_STARTED);
}

/* After a crash of this process, short enough that no peer has moved: go on as if nothing had been.
 */
static void on_resume(struct step *s)
{
	mono_t due;

	if (s->f->state != VRRP_INIT)
		return;
	s->f->state = VRRP_ACTIVE;
	if (s->event->reason != VRRP_BECAUSE_NONE) {
		fsm_become_faulty(s, s->event->reason);
		return;
	}
	s->f->last_sent = s->event->last_sent;
	s->f->last_priority = s->event->priority;
	due = mono_add(s->f->last_sent, s->params->advert_int);
	if (mono_before(s->now, due)) {
		fsm_advert_timer(s, due);
	} else {
		fsm_send_advert(s);
		fsm_advert_timer(s, mono_add(s->now, s->params->advert_int));
	}
	fsm_act(s, VRRP_DO_VIPS_ADD);
	fsm_announce(s, ANNOUNCE_RESUMED);
	fsm_go(s, VRRP_ACTIVE, VRRP_BECAUSE_RESUMED);
}

static void on_stop(struct step *s)
{
	switch (s->f->state) {
	case VRRP_INIT:
	case VRRP_STATE_COUNT: return;
	case VRRP_ACTIVE: /* RFC 3768 6.4.3, Shutdown */
		fsm_advert_timer_off(s);
		fsm_send_zero(s);
		fsm_act(s, VRRP_DO_VIPS_DEL);
		break;
	case VRRP_BACKUP: fsm_down_timer_off(s); break; /* RFC 3768 6.4.2, Shutdown */
	case VRRP_FAULT: break;
	}
	s->f->active_int = span_us(0);
	fsm_go(s, VRRP_INIT, s->event->reason);
}

static enum vrrp_reason why_down(const struct vrrp_fsm *f, mono_t now, span_t down)
{
	if (!addr_is_set(&f->peer))
		return VRRP_BECAUSE_NO_PEER;
	if (f->is_down_skew)
		return VRRP_BECAUSE_PEER_LEFT;
	/* Heard within the down interval, and yet the timer ran out: its adverts were discarded. */
	if (mono_sub(now, f->peer_heard).us < down.us && mono_before(f->down_from, f->peer_heard))
		return VRRP_BECAUSE_PREEMPTS;
	if (mono_before(f->peer_heard, f->down_from))
		return VRRP_BECAUSE_NO_PEER; /* nobody since we began to listen */
	return VRRP_BECAUSE_PEER_SILENT;
}

bool vrrp_fsm_is_link_silent(const struct vrrp_params *params, const struct vrrp_fsm *f, mono_t now)
{
	return f->state == VRRP_BACKUP && f->silent_from.us &&
	       mono_before(now, mono_add(f->silent_from, params->silence));
}

static void on_down_timer(struct step *s)
{
	if (s->f->state != VRRP_BACKUP || mono_before(s->now, s->f->down_due))
		return;
	if (vrrp_fsm_is_link_silent(s->params, s->f, s->now)) {
		/* Not in the RFC: on a link that carries nothing, silence says nothing. */
		fsm_down_timer_until(s, mono_add(s->f->silent_from, s->params->silence));
		fsm_go(s, VRRP_BACKUP, VRRP_BECAUSE_LINK_SILENT);
		return;
	}
	/* RFC 3768 6.4.2, Master_Down_Timer fires */
	fsm_become_active(
		s, why_down(s->f, s->now, vrrp_down_interval(s->params, fsm_active_int(s))));
}

/* The first frame on a silent link: from now on a peer can be heard, and gets two intervals. */
static void on_heard(struct step *s)
{
	span_t spent = span_mul(fsm_active_int(s), (int64_t)s->params->down_adverts - 2);
	mono_t from = mono_add(s->now, span_us(spent.us > 0 ? -spent.us : 0));

	if (!s->f->silent_from.us)
		return;
	s->f->silent_from = (mono_t){ 0 };
	if (mono_before(s->f->down_from, from))
		s->f->down_from = from;
	fsm_down_timer_update(s);
}

static enum vrrp_reason why_well(enum vrrp_reason fault)
{
	if (fault == VRRP_BECAUSE_GROUP)
		return VRRP_BECAUSE_GROUP_OK;
	if (fault == VRRP_BECAUSE_MAINTENANCE)
		return VRRP_BECAUSE_MAINTENANCE_OVER;
	if (fault == VRRP_BECAUSE_TRACKER || fault == VRRP_BECAUSE_TRACKER_WAITS ||
		fault == VRRP_BECAUSE_STATIC_MISSING)
		return VRRP_BECAUSE_TRACKERS_OK;
	return VRRP_BECAUSE_LINK_UP;
}

static void on_link(struct step *s)
{
	enum vrrp_reason fault = s->event->reason;

	if (s->f->state == VRRP_INIT)
		return;
	if (fault == VRRP_BECAUSE_NONE) {
		if (s->f->state == VRRP_FAULT)
			fsm_leave_init_or_fault(s, why_well(s->f->reason));
	} else if (s->f->state != VRRP_FAULT || s->f->reason != fault) {
		fsm_become_faulty(s, fault);
	}
}

/* New parameters: what runs, runs on with them; skew and intervals count from where they began. */
static void on_params(struct step *s)
{
	mono_t due;

	switch (s->f->state) {
	case VRRP_INIT:
	case VRRP_FAULT:
	case VRRP_STATE_COUNT: break;
	case VRRP_BACKUP: fsm_down_timer_update(s); break;
	case VRRP_ACTIVE:
		due = mono_add(s->f->last_sent, s->params->advert_int);
		if (mono_before(due, s->f->advert_due))
			fsm_advert_timer(s, due);
		break;
	}
}

void vrrp_fsm_step(const struct vrrp_params *params, const struct vrrp_fsm *in,
	const struct vrrp_event *event, mono_t now, struct vrrp_fsm *out,
	struct vrrp_actions *actions)
{
	struct step s = {
		.params = params, .event = event, .now = now, .f = out, .actions = actions
	};

	if (out != in)
		*out = *in;
	actions->count = 0;
	switch (event->type) {
	case VRRP_EV_START: on_start(&s); break;
	case VRRP_EV_RESUME: on_resume(&s); break;
	case VRRP_EV_STOP: on_stop(&s); break;
	case VRRP_EV_ADVERT: fsm_on_advert(&s); break;
	case VRRP_EV_ADVERT_TIMER: fsm_on_advert_timer(&s); break;
	case VRRP_EV_DOWN_TIMER: on_down_timer(&s); break;
	case VRRP_EV_LINK: on_link(&s); break;
	case VRRP_EV_HEARD: on_heard(&s); break;
	case VRRP_EV_PRIORITY:
	case VRRP_EV_PARAMS: on_params(&s); break;
	case VRRP_EV_YIELD: fsm_on_yield(&s); break;
	case VRRP_EV_PEER_LEFT: fsm_on_peer_left(&s); break;
	case VRRP_EV_REANNOUNCE: fsm_on_reannounce(&s); break;
	case VRRP_EV_COUNT: break;
	}
}
