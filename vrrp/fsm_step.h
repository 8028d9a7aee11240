/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_FSM_STEP_H
#define KEEPD_VRRP_FSM_STEP_H

/*
 * The inside of the state machine, for fsm*.c alone: what one step works on, its pieces (an advert
 * goes out, a timer begins), the transitions made of them, and the events that have a file of their
 * own.
 */

#include "vrrp/fsm.h"

struct step {
	const struct vrrp_params *params;
	const struct vrrp_event *event;
	mono_t now;
	struct vrrp_fsm *f;
	struct vrrp_actions *actions;
};

/* One more action, to be filled in. */
struct vrrp_action *fsm_act(struct step *s, enum vrrp_action_type type);

/* Active_Adver_Interval of RFC 9568 6.1; version 2 has one interval for all (RFC 3768 6.1). */
span_t fsm_active_int(const struct step *s);

void fsm_send_advert(struct step *s);
void fsm_send_zero(struct step *s);
void fsm_announce(struct step *s, enum announcement what);
void fsm_advert_timer(struct step *s, mono_t due);
void fsm_advert_timer_off(struct step *s);
void fsm_down_timer_start(struct step *s, bool is_skew);
void fsm_down_timer_until(struct step *s, mono_t due);
/* Sets the down timer from what it counts from: after a change of the parameters. */
void fsm_down_timer_update(struct step *s);
void fsm_down_timer_off(struct step *s);

/* The transition as such, without what it takes to get there. */
void fsm_go(struct step *s, enum vrrp_state to, enum vrrp_reason reason);
void fsm_become_active(struct step *s, enum vrrp_reason reason);
void fsm_become_backup(struct step *s, enum vrrp_reason reason);
void fsm_become_faulty(struct step *s, enum vrrp_reason reason);
void fsm_leave_init_or_fault(struct step *s, enum vrrp_reason reason);
/* To the sender of the advert at hand. */
void fsm_yield(struct step *s, enum vrrp_reason reason);
/* To whoever may have taken over while we were late. */
void fsm_step_aside(struct step *s);

/* fsm_advert.c; the burst of announcements again, unless one has begun just now */
void fsm_on_advert(struct step *s);
void fsm_on_advert_timer(struct step *s);
void fsm_announce_again(struct step *s, enum announcement what);

/* fsm_group.c */
void fsm_on_yield(struct step *s);
void fsm_on_peer_left(struct step *s);
void fsm_on_reannounce(struct step *s);

#endif
