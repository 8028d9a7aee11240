/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The VRRP state machine. No I/O, no clock, no log, no allocation: called by the engine, the unit
 * tests and the simulator. Each branch names its clause of RFC 3768, which has the same number in
 * RFC 9568; where that or keepd does more, the comment says what and why.
 */
#include "vrrp/fsm.h"

#include <stdio.h>
#include <string.h>

#include "vrrp/packet.h"

/* What one step works on. */
struct step {
	const struct vrrp_params *params;
	const struct vrrp_event *event;
	mono_t now;
	struct vrrp_fsm *f;
	struct vrrp_actions *actions;
};

static struct vrrp_action *act(struct step *s, enum vrrp_action_type type)
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
	return f->preempt_from.us ? mono_add(f->preempt_from, params->preempt_delay) : MONO_NEVER;
}

/* Active_Adver_Interval of RFC 9568 6.1; version 2 has one interval for all (RFC 3768 6.1). */
static span_t active_int(const struct step *s)
{
	bool is_adopted = s->params->version == 3 && s->f->active_int.us;

	return is_adopted ? s->f->active_int : s->params->advert_int;
}

/* ---- pieces ---- */

static void send_advert(struct step *s)
{
	act(s, VRRP_DO_SEND)->priority = s->params->priority;
	s->f->last_sent = s->now;
}

static void send_zero(struct step *s)
{
	act(s, VRRP_DO_SEND)->priority = 0;
	s->f->last_sent = s->now;
}

static void announce(struct step *s, bool is_once)
{
	act(s, VRRP_DO_ANNOUNCE)->is_once = is_once;
	s->f->last_announced = s->now;
}

static void advert_timer(struct step *s, mono_t due)
{
	struct vrrp_action *a = act(s, VRRP_DO_TIMER_SET);

	a->timer = VRRP_TIMER_ADVERT;
	a->due = due;
	s->f->advert_due = due;
}

static void advert_timer_off(struct step *s)
{
	act(s, VRRP_DO_TIMER_OFF)->timer = VRRP_TIMER_ADVERT;
	s->f->advert_due = MONO_NEVER;
}

/* Sets the down timer from what it counts from. */
static void down_timer_update(struct step *s)
{
	struct vrrp_action *a = act(s, VRRP_DO_TIMER_SET);
	span_t lasts = s->f->is_down_skew ? vrrp_skew(s->params, active_int(s))
					  : vrrp_down_interval(s->params, active_int(s));

	a->timer = VRRP_TIMER_DOWN;
	a->due = mono_add(s->f->down_from, lasts);
	s->f->down_due = a->due;
}

static void down_timer_start(struct step *s, bool is_skew)
{
	s->f->down_from = s->now;
	s->f->is_down_skew = is_skew;
	down_timer_update(s);
}

static void down_timer_off(struct step *s)
{
	act(s, VRRP_DO_TIMER_OFF)->timer = VRRP_TIMER_DOWN;
	s->f->down_due = MONO_NEVER;
}

static void go(struct step *s, enum vrrp_state to, enum vrrp_reason reason)
{
	struct vrrp_action *a = act(s, VRRP_DO_NOTIFY);

	a->from = s->f->state;
	a->to = to;
	a->reason = reason;
	if (s->f->state != to)
		s->f->since = s->now;
	s->f->state = to;
	s->f->reason = reason;
	s->f->is_contested = false;
	s->f->preempt_from = (mono_t){ 0 };
}

/* ---- transitions ---- */

/*
 * RFC 3768 6.4.1 (owner) and 6.4.2: send an advert, announce every address, start the advert timer.
 * The advert goes first: it silences other Backups however long the addresses take.
 */
static void become_active(struct step *s, enum vrrp_reason reason)
{
	send_advert(s);
	act(s, VRRP_DO_VIPS_ADD);
	announce(s, false);
	if (s->f->state == VRRP_BACKUP)
		down_timer_off(s);
	s->f->active_int = span_us(0);
	advert_timer(s, mono_add(s->now, s->params->advert_int));
	go(s, VRRP_ACTIVE, reason);
}

/* RFC 3768 6.4.1: a router that does not own the addresses listens for a full down interval first.
 */
static void become_backup(struct step *s, enum vrrp_reason reason)
{
	down_timer_start(s, false);
	go(s, VRRP_BACKUP, reason);
}

static void leave_init_or_fault(struct step *s, enum vrrp_reason reason)
{
	if (s->params->priority == VRRP_OWNER_PRIORITY)
		become_active(s, VRRP_BECAUSE_OWNER);
	else
		become_backup(s, reason);
}

/* Not in the RFC: an interface that cannot carry adverts takes its routers out of the election. */
static void become_faulty(struct step *s, enum vrrp_reason reason)
{
	switch (s->f->state) {
	case VRRP_ACTIVE:
		advert_timer_off(s);
		/* With a link the peers can be told; without one nothing can leave. */
		if (reason == VRRP_BECAUSE_NO_SOURCE || reason == VRRP_BECAUSE_NO_SOCKET ||
			reason == VRRP_BECAUSE_TRACKER)
			send_zero(s);
		act(s, VRRP_DO_VIPS_DEL);
		break;
	case VRRP_BACKUP: down_timer_off(s); break;
	case VRRP_INIT:
	case VRRP_FAULT:
	case VRRP_STATE_COUNT: break;
	}
	s->f->active_int = span_us(0);
	go(s, VRRP_FAULT, reason);
}

/*
 * RFC 3768 6.4.3, yielding. Beyond the RFC one last advert goes out after the addresses are gone:
 * it tells the winner that there were two of us, so that it announces again to neighbours which
 * still hold our MAC.
 */
static void yield(struct step *s, enum vrrp_reason reason)
{
	advert_timer_off(s);
	act(s, VRRP_DO_VIPS_DEL);
	send_advert(s);
	s->f->active_int = s->event->interval; /* RFC 9568 6.4.3 */
	become_backup(s, reason);
}

/* However many adverts a rival floods, what they make us send is a quarter of an interval apart. */
static mono_t not_before(const struct step *s, mono_t last)
{
	return mono_add(last, span_us(s->params->advert_int.us / 4));
}

/*
 * The rival may be yielding to the advert we sent a moment ago, and this its last one: then it is
 * now that the neighbours must hear us, whether or not we have to answer.
 */
static void announce_again(struct step *s)
{
	if (!mono_before(s->now, not_before(s, s->f->last_announced)))
		announce(s, false);
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
		advert_timer(s, mono_min(earliest, s->f->advert_due));
		return;
	}
	is_late = was_silent(s);
	send_advert(s);
	advert_timer(s, mono_add(s->now, s->params->advert_int));
	if (is_late)
		announce_again(s);
}

/* ---- events ---- */

static void on_start(struct step *s)
{
	if (s->f->state != VRRP_INIT)
		return;
	if (s->event->reason != VRRP_BECAUSE_NONE)
		become_faulty(s, s->event->reason);
	else
		leave_init_or_fault(s, VRRP_BECAUSE_STARTED);
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
		become_faulty(s, s->event->reason);
		return;
	}
	s->f->last_sent = s->event->last_sent;
	due = mono_add(s->f->last_sent, s->params->advert_int);
	if (mono_before(s->now, due)) {
		advert_timer(s, due);
	} else {
		send_advert(s);
		advert_timer(s, mono_add(s->now, s->params->advert_int));
	}
	act(s, VRRP_DO_VIPS_ADD);
	announce(s, true);
	go(s, VRRP_ACTIVE, VRRP_BECAUSE_RESUMED);
}

static void on_stop(struct step *s)
{
	switch (s->f->state) {
	case VRRP_INIT:
	case VRRP_STATE_COUNT: return;
	case VRRP_ACTIVE: /* RFC 3768 6.4.3, Shutdown */
		advert_timer_off(s);
		send_zero(s);
		act(s, VRRP_DO_VIPS_DEL);
		break;
	case VRRP_BACKUP: down_timer_off(s); break; /* RFC 3768 6.4.2, Shutdown */
	case VRRP_FAULT: break;
	}
	s->f->active_int = span_us(0);
	go(s, VRRP_INIT, s->event->reason);
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

static void on_advert_backup(struct step *s)
{
	const struct vrrp_params *p = s->params;
	bool preempt = p->preempt || p->priority == VRRP_OWNER_PRIORITY;
	bool is_lower = preempt && s->event->priority < p->priority;
	bool is_accepted = !is_lower;

	if (s->event->priority == 0) {
		down_timer_start(s, true); /* RFC 3768 6.4.2: Master_Down_Timer to Skew_Time */
		return;
	}
	if (!is_lower || !p->preempt_delay.us || p->priority == VRRP_OWNER_PRIORITY)
		s->f->preempt_from = (mono_t){ 0 };
	else
		is_accepted = is_preempt_delayed(s);
	if (is_accepted) {
		s->f->active_int = s->event->interval; /* RFC 9568 6.4.2 */
		down_timer_start(s, false); /* RFC 3768 6.4.2: Master_Down_Timer to its full time */
	}
	/* RFC 3768 6.4.2: else discard; the timer runs on, and we take over when it is due. */
}

static void on_advert_active(struct step *s)
{
	const struct vrrp_params *p = s->params;
	int order = addr_cmp(&s->event->source, &p->source);

	if (s->event->priority == 0) {
		/* RFC 3768 6.4.3; a rival that leaves may have left its MAC with our neighbours. */
		assert_activity(s);
		if (s->f->is_contested)
			announce(s, false);
		s->f->is_contested = false;
	} else if (s->event->priority > p->priority) {
		yield(s, VRRP_BECAUSE_HIGHER_PRIORITY); /* RFC 3768 6.4.3 */
	} else if (s->event->priority == p->priority && order > 0) {
		yield(s, VRRP_BECAUSE_HIGHER_ADDRESS); /* RFC 3768 6.4.3; two owners: RFC 9568 8298
							*/
	} else if (s->event->priority == p->priority && order == 0) {
		/* Somebody uses our address: not decidable, stay. */
	} else {
		/* RFC 3768 6.4.3 discards; RFC 9568 6.4.3: and sends an advert. We announce, too.
		 */
		assert_activity(s);
		announce_again(s);
		s->f->is_contested = true;
	}
}

static void on_advert(struct step *s)
{
	enum vrrp_state was = s->f->state;

	switch (was) {
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

/* Has the rival of an episode with two active routers been silent long enough to be gone? */
static bool is_rival_gone(const struct step *s)
{
	span_t longer = span_max(s->params->advert_int, s->f->peer_int);

	return s->f->is_contested && mono_sub(s->now, s->f->peer_heard).us > 2 * longer.us;
}

static void on_advert_timer(struct step *s)
{
	bool is_late = was_silent(s);
	mono_t next;

	if (s->f->state != VRRP_ACTIVE || mono_before(s->now, s->f->advert_due))
		return;
	/* RFC 3768 6.4.3. Counted from when it was due, so that lateness does not add up. */
	next = mono_add(s->f->advert_due, s->params->advert_int);
	send_advert(s);
	advert_timer(s, mono_before(s->now, next) ? next : mono_add(s->now, s->params->advert_int));
	if (is_rival_gone(s)) {
		announce(s, false);
		s->f->is_contested = false;
	} else if (is_late) {
		announce_again(s);
	}
}

static enum vrrp_reason why_down(const struct vrrp_fsm *f, mono_t now, span_t down)
{
	if (!addr_is_set(&f->peer))
		return VRRP_BECAUSE_NO_PEER;
	if (f->peer_priority == 0)
		return VRRP_BECAUSE_PEER_LEFT;
	/* Heard within the down interval, and yet the timer ran out: its adverts were discarded. */
	if (mono_sub(now, f->peer_heard).us < down.us && mono_before(f->down_from, f->peer_heard))
		return VRRP_BECAUSE_PREEMPTS;
	if (mono_before(f->peer_heard, f->down_from) && !f->is_down_skew)
		return VRRP_BECAUSE_NO_PEER; /* nobody since we began to listen */
	return VRRP_BECAUSE_PEER_SILENT;
}

static void on_down_timer(struct step *s)
{
	if (s->f->state != VRRP_BACKUP || mono_before(s->now, s->f->down_due))
		return;
	/* RFC 3768 6.4.2, Master_Down_Timer fires */
	become_active(s, why_down(s->f, s->now, vrrp_down_interval(s->params, active_int(s))));
}

static bool is_tracker(enum vrrp_reason reason)
{
	return reason == VRRP_BECAUSE_TRACKER || reason == VRRP_BECAUSE_TRACKER_WAITS;
}

static void on_link(struct step *s)
{
	enum vrrp_reason fault = s->event->reason;

	if (s->f->state == VRRP_INIT)
		return;
	if (fault == VRRP_BECAUSE_NONE) {
		if (s->f->state == VRRP_FAULT)
			leave_init_or_fault(s, is_tracker(s->f->reason) ? VRRP_BECAUSE_TRACKERS_OK
									: VRRP_BECAUSE_LINK_UP);
	} else if (s->f->state != VRRP_FAULT || s->f->reason != fault) {
		become_faulty(s, fault);
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
	case VRRP_BACKUP: down_timer_update(s); break;
	case VRRP_ACTIVE:
		due = mono_add(s->f->last_sent, s->params->advert_int);
		if (mono_before(due, s->f->advert_due))
			advert_timer(s, due);
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
	case VRRP_EV_ADVERT: on_advert(&s); break;
	case VRRP_EV_ADVERT_TIMER: on_advert_timer(&s); break;
	case VRRP_EV_DOWN_TIMER: on_down_timer(&s); break;
	case VRRP_EV_LINK: on_link(&s); break;
	case VRRP_EV_PRIORITY:
	case VRRP_EV_PARAMS: on_params(&s); break;
	case VRRP_EV_COUNT: break;
	}
}

/* ---- words ---- */

const char *vrrp_fsm_reason(const struct vrrp_fsm *was, enum vrrp_reason reason,
	const struct vrrp_event *event, mono_t now, char buf[VRRP_REASON_TEXT_BYTES])
{
	char peer[ADDR_TEXT_BYTES];

	addr_format(event->type == VRRP_EV_ADVERT ? &event->source : &was->peer, peer);
	switch (reason) {
	case VRRP_BECAUSE_NO_PEER:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "no peer heard for %.3f s",
			span_seconds(mono_sub(now, was->down_from)));
		break;
	case VRRP_BECAUSE_PEER_SILENT:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s silent for %.3f s", peer,
			span_seconds(mono_sub(now, was->peer_heard)));
		break;
	case VRRP_BECAUSE_PEER_LEFT:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s left", peer);
		break;
	case VRRP_BECAUSE_PREEMPTS:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s has a lower priority, %u", peer,
			was->peer_priority);
		break;
	case VRRP_BECAUSE_HIGHER_PRIORITY:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "peer %s has a higher priority, %u", peer,
			event->priority);
		break;
	case VRRP_BECAUSE_HIGHER_ADDRESS:
		snprintf(buf, VRRP_REASON_TEXT_BYTES,
			"peer %s has our priority, %u, and a higher address", peer,
			event->priority);
		break;
	case VRRP_BECAUSE_TRACKER:
	case VRRP_BECAUSE_TRACKER_WAITS:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "%s",
			event->tracker && event->tracker[0] ? event->tracker
							    : vrrp_reason_words(reason));
		break;
	case VRRP_BECAUSE_NONE:
	case VRRP_BECAUSE_STARTED:
	case VRRP_BECAUSE_STOPPED:
	case VRRP_BECAUSE_REMOVED:
	case VRRP_BECAUSE_RESUMED:
	case VRRP_BECAUSE_OWNER:
	case VRRP_BECAUSE_LINK_ABSENT:
	case VRRP_BECAUSE_LINK_DOWN:
	case VRRP_BECAUSE_NO_SOURCE:
	case VRRP_BECAUSE_LINK_UP:
	case VRRP_BECAUSE_NO_SOCKET:
	case VRRP_BECAUSE_TRACKERS_OK:
	case VRRP_REASON_COUNT:
		snprintf(buf, VRRP_REASON_TEXT_BYTES, "%s", vrrp_reason_words(reason));
		break;
	}
	return buf;
}
