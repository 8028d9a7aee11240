/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pieces and transitions of the state machine: see fsm_step.h. Called by fsm.c and fsm_advert.c,
 * which say when; here stands what happens then, in its order.
 */
#include "vrrp/fsm_step.h"

#include "vrrp/packet.h"

struct vrrp_action *fsm_act(struct step *s, enum vrrp_action_type type)
{
	struct vrrp_action *a = &s->actions->list[s->actions->count++];

	*a = (struct vrrp_action){ .type = type };
	return a;
}

span_t vrrp_skew(const struct vrrp_params *params, span_t active_int)
{
	int64_t unit = params->version == 3 ? active_int.us : 1000000;

	return span_us((256 - (int64_t)params->priority) * unit / 256);
}

span_t vrrp_down_interval(const struct vrrp_params *params, span_t active_int)
{
	return span_sum(span_mul(active_int, params->down_adverts), vrrp_skew(params, active_int));
}

mono_t vrrp_preempt_due(const struct vrrp_params *params, const struct vrrp_fsm *f)
{
	mono_t due = mono_add(f->preempt_from, params->preempt_delay);

	if (!f->preempt_from.us)
		return MONO_NEVER;
	return mono_before(due, params->preempt_not_before) ? params->preempt_not_before : due;
}

span_t fsm_active_int(const struct step *s)
{
	bool is_adopted = s->params->version == 3 && s->f->active_int.us;

	return is_adopted ? s->f->active_int : s->params->advert_int;
}

/* ---- pieces ---- */

static void send_of(struct step *s, uint8_t priority, span_t interval)
{
	struct vrrp_action *a = fsm_act(s, VRRP_DO_SEND);

	a->priority = priority;
	a->interval = interval;
	s->f->last_sent = s->now;
	if (priority)
		s->f->last_priority = priority;
}

void fsm_send_advert(struct step *s)
{
	send_of(s, s->params->priority, s->params->advert_int);
}

void fsm_send_zero(struct step *s)
{
	send_of(s, 0, s->params->advert_int);
}

void fsm_announce(struct step *s, enum announcement what)
{
	fsm_act(s, VRRP_DO_ANNOUNCE)->what = what;
	s->f->last_announced = s->now;
}

void fsm_advert_timer(struct step *s, mono_t due)
{
	struct vrrp_action *a = fsm_act(s, VRRP_DO_TIMER_SET);

	a->timer = VRRP_TIMER_ADVERT;
	a->due = due;
	s->f->advert_due = due;
}

void fsm_advert_timer_off(struct step *s)
{
	fsm_act(s, VRRP_DO_TIMER_OFF)->timer = VRRP_TIMER_ADVERT;
	s->f->advert_due = MONO_NEVER;
}

void fsm_down_timer_update(struct step *s)
{
	span_t lasts = s->f->is_down_skew ? vrrp_skew(s->params, fsm_active_int(s))
					  : vrrp_down_interval(s->params, fsm_active_int(s));

	fsm_down_timer_until(s, mono_add(s->f->down_from, lasts));
}

void fsm_down_timer_until(struct step *s, mono_t due)
{
	struct vrrp_action *a = fsm_act(s, VRRP_DO_TIMER_SET);

	a->timer = VRRP_TIMER_DOWN;
	a->due = due;
	s->f->down_due = due;
}

void fsm_down_timer_start(struct step *s, bool is_skew)
{
	s->f->down_from = s->now;
	s->f->is_down_skew = is_skew;
	fsm_down_timer_update(s);
}

void fsm_down_timer_off(struct step *s)
{
	fsm_act(s, VRRP_DO_TIMER_OFF)->timer = VRRP_TIMER_DOWN;
	s->f->down_due = MONO_NEVER;
}

void fsm_go(struct step *s, enum vrrp_state to, enum vrrp_reason reason)
{
	struct vrrp_action *a = fsm_act(s, VRRP_DO_NOTIFY);

	a->from = s->f->state;
	a->to = to;
	a->reason = reason;
	if (s->f->state != to)
		s->f->since = s->now;
	s->f->state = to;
	s->f->reason = reason;
	s->f->is_contested = false;
	s->f->active = (struct addr){ 0 };
	s->f->preempt_from = (mono_t){ 0 };
	if (a->from == to)
		return;
	s->f->silent_from = (mono_t){ 0 };
	s->f->has_handed_over = false;
}

/* ---- transitions ---- */

/*
 * RFC 3768 6.4.1 (owner) and 6.4.2: send an advert, announce every address, start the advert timer.
 * The advert goes first: it silences other Backups however long the addresses take.
 */
void fsm_become_active(struct step *s, enum vrrp_reason reason)
{
	fsm_send_advert(s);
	fsm_act(s, VRRP_DO_VIPS_ADD);
	fsm_announce(s, ANNOUNCE_TAKEOVER);
	if (s->f->state == VRRP_BACKUP)
		fsm_down_timer_off(s);
	s->f->active_int = span_us(0);
	fsm_advert_timer(s, mono_add(s->now, s->params->advert_int));
	fsm_go(s, VRRP_ACTIVE, reason);
}

/* RFC 3768 6.4.1: a router that does not own the addresses listens for a full down interval first.
 */
void fsm_become_backup(struct step *s, enum vrrp_reason reason)
{
	fsm_down_timer_start(s, false);
	fsm_go(s, VRRP_BACKUP, reason);
}

void fsm_leave_init_or_fault(struct step *s, enum vrrp_reason reason)
{
	if (s->params->priority == VRRP_OWNER_PRIORITY && !s->event->is_held)
		fsm_become_active(s, VRRP_BECAUSE_OWNER);
	else
		fsm_become_backup(s, reason);
	if (s->f->state == VRRP_BACKUP && s->event->is_silent)
		s->f->silent_from = s->now;
}

/* Not in the RFC: an interface that cannot carry adverts takes its routers out of the election. */
void fsm_become_faulty(struct step *s, enum vrrp_reason reason)
{
	switch (s->f->state) {
	case VRRP_ACTIVE:
		fsm_advert_timer_off(s);
		/* With a link the peers can be told; without one nothing can leave. */
		if (reason == VRRP_BECAUSE_NO_SOURCE || reason == VRRP_BECAUSE_NO_SOCKET ||
			reason == VRRP_BECAUSE_TRACKER || reason == VRRP_BECAUSE_GROUP ||
			reason == VRRP_BECAUSE_STATIC_MISSING || reason == VRRP_BECAUSE_MAINTENANCE)
			fsm_send_zero(s);
		fsm_act(s, VRRP_DO_VIPS_DEL);
		break;
	case VRRP_BACKUP: fsm_down_timer_off(s); break;
	case VRRP_INIT:
	case VRRP_FAULT:
	case VRRP_STATE_COUNT: break;
	}
	s->f->active_int = span_us(0);
	fsm_go(s, VRRP_FAULT, reason);
}

/*
 * RFC 3768 6.4.3, yielding. Beyond the RFC one last advert goes out after the addresses are gone:
 * it tells the winner that there were two of us, so that it announces again to neighbours which
 * still hold our MAC. It says the interval of the winner: a third router may take it for the
 * active one's, and would not wait for the next advert of the winner if ours were shorter.
 */
void fsm_yield(struct step *s, enum vrrp_reason reason)
{
	fsm_advert_timer_off(s);
	fsm_act(s, VRRP_DO_VIPS_DEL);
	if (!s->params->is_yielding_silently)
		send_of(s, s->params->priority, s->event->interval);
	s->f->active_int = s->event->interval; /* RFC 9568 6.4.3 */
	fsm_become_backup(s, reason);
	s->f->active = s->event->source;
}

/*
 * Not in the RFC (timer_expired_backup): priority 0 hands over at once if nobody has taken over
 * yet, and if somebody has, makes it announce again.
 */
void fsm_step_aside(struct step *s)
{
	fsm_advert_timer_off(s);
	fsm_act(s, VRRP_DO_VIPS_DEL);
	fsm_send_zero(s);
	fsm_become_backup(s, VRRP_BECAUSE_STALLED);
}
