/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adverts in the state machine: what those of others do to a Backup and to an Active router, and
 * when an Active router sends its own. Called by fsm.c.
 */
#include "vrrp/fsm_step.h"

#include "vrrp/packet.h"

/* ---- saying that we are here ---- */

/* However many adverts a rival floods, what they make us send is a quarter of an interval apart. */
static mono_t not_before(const struct step *s, mono_t last)
{
	return mono_add(last, span_us(s->params->advert_int.us / 4));
}

/*
 * The rival may be yielding to the advert we sent a moment ago, and this its last one: then it is
 * now that the neighbours must hear us, whether or not we have to answer.
 */
void fsm_announce_again(struct step *s, enum announcement what)
{
	if (!mono_before(s->now, not_before(s, s->f->last_announced)))
		fsm_announce(s, what);
}

/*
 * We were silent for so long that a peer may have taken over, and may have left again without our
 * hearing of it: then our neighbours still have its MAC.
 */
static bool was_silent(const struct step *s)
{
	span_t longest = span_mul(s->params->advert_int, s->params->down_adverts);

	return mono_sub(s->now, s->f->last_sent).us >= longest.us;
}

/* RFC 9568 6.4.3 (and RFC 3768 for priority 0): say at once that we are here. */
static void assert_activity(struct step *s)
{
	mono_t earliest = not_before(s, s->f->last_sent);
	bool is_late;

	if (mono_before(s->now, earliest)) {
		fsm_advert_timer(s, mono_min(earliest, s->f->advert_due));
		return;
	}
	is_late = was_silent(s);
	fsm_send_advert(s);
	fsm_advert_timer(s, mono_add(s->now, s->params->advert_int));
	if (is_late)
		fsm_announce_again(s, ANNOUNCE_TAKEOVER);
}

/* ---- heard ---- */

static bool is_patient(const struct vrrp_params *p)
{
	return p->preempt_delay.us || p->preempt_not_before.us;
}

/*
 * Is the active router of lower priority to be put up with? Not in the RFC: preempt_delay counts
 * from its first advert; what is equal or higher ends the count, silence and priority 0 do not wait
 * for it.
 */
static bool is_preempt_delayed(struct step *s)
{
	const struct vrrp_params *p = s->params;

	if (!s->f->preempt_from.us)
		s->f->preempt_from = s->now;
	return mono_before(s->now, vrrp_preempt_due(p, s->f));
}

bool vrrp_fsm_is_stranger_leaving(const struct vrrp_fsm *f, const struct vrrp_event *event)
{
	return f->state == VRRP_BACKUP && event->type == VRRP_EV_ADVERT && event->priority == 0 &&
	       !addr_equal(&f->active, &event->source);
}

static void on_advert_backup(struct step *s)
{
	const struct vrrp_params *p = s->params;
	bool preempt = (p->preempt || p->priority == VRRP_OWNER_PRIORITY) && !s->f->has_handed_over;
	bool is_lower = preempt && s->event->priority < p->priority;
	bool is_accepted = !is_lower;

	if (s->event->priority == 0) {
		fsm_down_timer_start(s, true); /* RFC 3768 6.4.2: Master_Down_Timer to Skew_Time */
		return;
	}
	if (!is_lower || !is_patient(p) || p->priority == VRRP_OWNER_PRIORITY)
		s->f->preempt_from = (mono_t){ 0 };
	else
		is_accepted = is_preempt_delayed(s);
	if (is_accepted) {
		s->f->active = s->event->source;
		s->f->silent_from = (mono_t){ 0 };
		s->f->active_int = s->event->interval; /* RFC 9568 6.4.2 */
		/* RFC 3768 6.4.2: Master_Down_Timer to its full time. */
		fsm_down_timer_start(s, false);
	}
	/* RFC 3768 6.4.2: else discard; the timer runs on, and we take over when it is due. */
}

/* Does the sender win against the priority `own` of ours? */
static bool is_above(
	const struct vrrp_params *params, uint8_t own, uint8_t priority, const struct addr *source)
{
	return priority > own || (priority == own && addr_cmp(source, &params->source) > 0);
}

bool vrrp_fsm_must_yield(const struct vrrp_params *params, const struct vrrp_fsm *f,
	uint8_t priority, const struct addr *source)
{
	return is_above(params, params->priority, priority, source) &&
	       is_above(params, f->last_priority, priority, source);
}

/* RFC 3768 6.4.3: a lower one is discarded; RFC 9568 6.4.3: and gets an advert. We announce, too.
 */
static void on_rival(struct step *s)
{
	if (is_above(s->params, s->params->priority, s->event->priority, &s->event->source) ||
		!s->params->lower_prio_no_advert)
		assert_activity(s);
	fsm_announce_again(s, ANNOUNCE_CONFLICT);
	s->f->is_contested = true;
}

/* Only an active router says that it leaves: there were two, and it may have left its MAC with our
 * neighbours. */
static void on_rival_leaving(struct step *s)
{
	assert_activity(s); /* RFC 3768 6.4.3 */
	if (s->f->is_contested)
		fsm_announce(s, ANNOUNCE_CONFLICT);
	else
		fsm_announce_again(s, ANNOUNCE_CONFLICT);
	s->f->is_contested = false;
}

/*
 * RFC 3768 6.4.3, but for one thing: whoever is above what we are now and not above what we said
 * last may be yielding to that this moment, and if we did too, nobody would be left. So it hears
 * what we are now, at once; if it goes on, we yield.
 */
static void on_advert_active(struct step *s)
{
	const struct vrrp_params *p = s->params;

	if (s->event->priority == 0)
		on_rival_leaving(s);
	else if (s->event->is_held)
		s->f->is_contested = true; /* not in the RFC: group_holds() */
	else if (vrrp_fsm_must_yield(p, s->f, s->event->priority, &s->event->source))
		/* Two owners: RFC 9568 erratum 8298. */
		fsm_yield(s, s->event->priority > p->priority ? VRRP_BECAUSE_HIGHER_PRIORITY
							      : VRRP_BECAUSE_HIGHER_ADDRESS);
	else if (s->event->priority != p->priority || addr_cmp(&s->event->source, &p->source) != 0)
		on_rival(s);
	/* Else somebody uses our address: not decidable, stay. */
}

/* Not in the RFC (timer_expired_backup): so late that we leave it to whoever has taken over. */
static bool has_stalled(const struct step *s)
{
	span_t allowed = span_mul(s->params->advert_int, s->params->expired_adverts);

	return s->params->expired_adverts && s->f->state == VRRP_ACTIVE &&
	       mono_before(mono_add(s->f->advert_due, allowed), s->now);
}

void fsm_on_advert(struct step *s)
{
	if (s->params->is_ignoring_adverts && s->params->priority == VRRP_OWNER_PRIORITY)
		return;
	if (has_stalled(s))
		fsm_step_aside(s);
	if (vrrp_fsm_is_stranger_leaving(s->f, s->event))
		return;
	switch (s->f->state) {
	case VRRP_INIT: /* RFC 3768 6.4.1 knows Startup only */
	case VRRP_FAULT:
	case VRRP_STATE_COUNT: return;
	case VRRP_BACKUP: on_advert_backup(s); break;
	case VRRP_ACTIVE: on_advert_active(s); break;
	}
	s->f->peer = s->event->source;
	s->f->peer_priority = s->event->priority;
	s->f->peer_heard = s->now;
	s->f->peer_int = s->event->interval;
}

/* ---- sent ---- */

/* Has the rival of an episode with two active routers been silent long enough to be gone? */
static bool is_rival_gone(const struct step *s)
{
	span_t longer = span_max(s->params->advert_int, s->f->peer_int);

	return s->f->is_contested && mono_sub(s->now, s->f->peer_heard).us > 2 * longer.us;
}

void fsm_on_advert_timer(struct step *s)
{
	bool is_late = was_silent(s);
	mono_t next;

	if (s->f->state != VRRP_ACTIVE || mono_before(s->now, s->f->advert_due))
		return;
	if (has_stalled(s)) {
		fsm_step_aside(s);
		return;
	}
	/* RFC 3768 6.4.3. Counted from when it was due, so that lateness does not add up. */
	next = mono_add(s->f->advert_due, s->params->advert_int);
	fsm_send_advert(s);
	fsm_advert_timer(
		s, mono_before(s->now, next) ? next : mono_add(s->now, s->params->advert_int));
	if (is_rival_gone(s)) {
		fsm_announce(s, ANNOUNCE_CONFLICT);
		s->f->is_contested = false;
	} else if (is_late) {
		fsm_announce_again(s, ANNOUNCE_TAKEOVER);
	}
}
