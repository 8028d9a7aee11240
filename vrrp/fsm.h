/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_FSM_H
#define KEEPD_VRRP_FSM_H

/*
 * The state machine of one virtual router (RFC 3768 section 6.4 for version 2, RFC 9568 section 6.4
 * for version 3): pure. State and event in, state and actions out; the engine executes the actions
 * in their order. Timers are points in time inside the state; TIMER_SET only mirrors them outwards.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/addr.h"
#include "core/mono.h"
#include "vrrp/announce.h"
#include "vrrp/state.h"

struct vrrp_params {
	uint8_t version;  /* of the protocol, 2 or 3 */
	uint8_t priority; /* effective; 255 = owner of the addresses */
	bool preempt;
	span_t preempt_delay;	   /* a lower active router is put up with for so long ... */
	mono_t preempt_not_before; /* ... and until then at least; 0 = no such, NEVER = for ever */
	span_t silence;		   /* at most so long a link without any frame is waited for */
	span_t advert_int;	   /* Advertisement_Interval */
	uint32_t down_adverts; /* Master_Down_Interval is so many intervals plus skew; the RFC says
				  3 */
	struct addr source;    /* adverts are sent from; breaks ties */
	/* What the operator may want otherwise; zeroed = as the RFC and fsm*.c have it. */
	bool lower_prio_no_advert; /* Active: a lower rival is not answered */
	bool is_yielding_silently; /* higher_prio_send_advert off: no last advert */
	bool is_ignoring_adverts;  /* owner_ignore_adverts, with priority 255 */
	uint32_t expired_adverts;  /* timer_expired_backup; 0 = never */
	uint32_t advert_warn;	   /* for lateness.c alone: intervals; 0 = never */
};

/* Which event, and for which payload see struct vrrp_event. */
#define VRRP_EVENT_LIST(X)                                                                         \
	X(START)                                                                                   \
	X(RESUME)                                                                                  \
	X(STOP)                                                                                    \
	X(ADVERT)                                                                                  \
	X(ADVERT_TIMER)                                                                            \
	X(DOWN_TIMER)                                                                              \
	X(LINK)                                                                                    \
	X(HEARD)                                                                                   \
	X(PRIORITY)                                                                                \
	X(PARAMS)                                                                                  \
	X(YIELD)                                                                                   \
	X(PEER_LEFT)                                                                               \
	X(REANNOUNCE)

enum vrrp_event_type {
#define X(name) VRRP_EV_##name,
	VRRP_EVENT_LIST(X)
#undef X
		VRRP_EV_COUNT
};

struct vrrp_event {
	enum vrrp_event_type type;
	/* START, RESUME, LINK: why the interface cannot be used, NONE = it can. STOP: STOPPED,
	 * REMOVED. */
	enum vrrp_reason reason;
	uint8_t priority; /* ADVERT: its own; RESUME: of the last advert of the predecessor */
	/* ADVERT */
	struct addr source;
	span_t interval;
	/* START, LINK: nothing was received on the link since it came; HEARD ends that. */
	bool is_silent;
	/* YIELD, which others in the sync group want, or the operator: why. is_leaving: the last
	 * advert says priority 0, so that a peer follows at once */
	bool is_leaving;
	/* YIELD: and a peer that takes over is not preempted as long as it is active */
	bool is_handover;
	/* Of a sync group. START, LINK: even an owner listens first. ADVERT: stay Active although
	 * the sender is superior */
	bool is_held;
	/* START, RESUME, LINK, YIELD: the words for the reason; NULL = those of the table */
	const char *words;
	/* RESUME: when the dead predecessor sent its last advert */
	mono_t last_sent;
};

enum vrrp_timer {
	VRRP_TIMER_ADVERT, /* Adver_Timer */
	VRRP_TIMER_DOWN,   /* Master_Down_Timer */
};

/* Zeroed = Initialize, nothing known. */
struct vrrp_fsm {
	enum vrrp_state state;
	enum vrrp_reason reason; /* of the last transition */
	mono_t since;		 /* of state */

	mono_t advert_due;     /* Active only */
	mono_t last_sent;      /* the last advert we decided to send; 0 = never */
	uint8_t last_priority; /* of the last that was not 0: what peers take us for */
	mono_t down_due;       /* Backup only */
	mono_t down_from;      /* what the down timer counts from ... */
	bool is_down_skew; /* ... and whether it lasts Skew_Time only (RFC 3768 6.4.2, priority 0)
			    */

	/* Backup: nothing was received since then; 0 = something was. */
	mono_t silent_from;
	/* Backup: the sender of the last advert that set the timer; unset = none did. */
	struct addr active;

	/* The sender of the last advert that had a meaning for us; unset = none heard yet. */
	struct addr peer;
	uint8_t peer_priority;
	mono_t peer_heard;
	span_t peer_int; /* the interval it advertises at, as it says itself */

	/* Version 3, Backup: Active_Adver_Interval once adopted from an advert; 0 = our own. */
	span_t active_int;

	/* Backup: since when adverts of a lower priority come; 0 = none, or none that matters. */
	mono_t preempt_from;

	/* Backup: it handed over to a peer, whatever the priority of that is. */
	bool has_handed_over;

	/* Active: a peer of lower priority advertises as well, last heard at peer_heard. */
	bool is_contested;
	mono_t last_announced; /* the last burst we asked for; 0 = never */
};

enum vrrp_action_type {
	VRRP_DO_SEND,	   /* an advert of `priority`, which says `interval` */
	VRRP_DO_VIPS_ADD,  /* the addresses are ours: put them on the interface */
	VRRP_DO_VIPS_DEL,  /* they are not */
	VRRP_DO_ANNOUNCE,  /* tell the neighbours; `what` */
	VRRP_DO_TIMER_SET, /* `timer` to `due` */
	VRRP_DO_TIMER_OFF, /* `timer` */
	VRRP_DO_NOTIFY, /* `from`, `to`, `reason`; from == to: nothing changed for those outside */
};

struct vrrp_action {
	enum vrrp_action_type type;
	uint8_t priority;
	span_t interval;
	enum announcement what;
	enum vrrp_timer timer;
	mono_t due;
	enum vrrp_state from, to;
	enum vrrp_reason reason;
};

#define VRRP_ACTIONS_MAX 8

struct vrrp_actions {
	struct vrrp_action list[VRRP_ACTIONS_MAX];
	unsigned count;
};

/*
 * One step. *out and *in may be the same object. params are those in force after the event. A timer
 * event before its time is ignored: whoever was late drains its socket first, which may have moved
 * it.
 */
void vrrp_fsm_step(const struct vrrp_params *params, const struct vrrp_fsm *in,
	const struct vrrp_event *event, mono_t now, struct vrrp_fsm *out,
	struct vrrp_actions *actions);

/*
 * Skew_Time, in whole microseconds: (256 - priority) / 256, of a second in version 2 (RFC 3768
 * 6.1), of the interval at which the active router advertises in version 3 (RFC 9568 6.1).
 */
span_t vrrp_skew(const struct vrrp_params *params, span_t active_int);
/* Master_Down_Interval = down_adverts x that interval + Skew_Time. */
span_t vrrp_down_interval(const struct vrrp_params *params, span_t active_int);

/*
 * Must an active router yield to a sender of that priority (RFC 3768 6.4.3)? To one that wins
 * against what it is now and against what it said last.
 */
bool vrrp_fsm_must_yield(const struct vrrp_params *params, const struct vrrp_fsm *f,
	uint8_t priority, const struct addr *source);

/* Backup: was nothing received at all since the link came, and is that to be waited for? */
bool vrrp_fsm_is_link_silent(
	const struct vrrp_params *params, const struct vrrp_fsm *f, mono_t now);

/* When adverts of a lower priority will be discarded: preempt_delay is over and its bound is past;
 * NEVER. */
mono_t vrrp_preempt_due(const struct vrrp_params *params, const struct vrrp_fsm *f);

/*
 * Does this advert of priority 0 mean nothing to this Backup? RFC 3768 6.4.2 has the timer set to
 * the skew whoever sent it. We do so if its sender is the router whose adverts set our timer: only
 * that one can hand anything over, and a Backup of high priority, whose skew is short, would take
 * over before the one that is active had its say.
 */
bool vrrp_fsm_is_stranger_leaving(const struct vrrp_fsm *f, const struct vrrp_event *event);

/*
 * The words for the reason of a transition, with what is known of the peer: "peer 192.0.2.7 silent
 * for 3.609 s". `was` is the state before the step, now its time. Returns buf.
 */
#define VRRP_REASON_TEXT_BYTES 128
const char *vrrp_fsm_reason(const struct vrrp_fsm *was, enum vrrp_reason reason,
	const struct vrrp_event *event, mono_t now, char buf[VRRP_REASON_TEXT_BYTES]);

#endif
