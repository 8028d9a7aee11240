/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events of the state machine that are in no RFC: what the other members of a sync group, or the
 * operator, want of a virtual router. Called by fsm.c; when they come is decided in group.c.
 */
#include "vrrp/fsm_step.h"

/* Who leaves says so, as at Shutdown, so that a peer follows at once; who yields as fsm_yield(). */
void fsm_on_yield(struct step *s)
{
	if (s->f->state != VRRP_ACTIVE)
		return;
	fsm_advert_timer_off(s);
	if (s->event->is_leaving)
		fsm_send_zero(s);
	fsm_act(s, VRRP_DO_VIPS_DEL);
	if (!s->event->is_leaving && !s->params->is_yielding_silently)
		fsm_send_advert(s);
	fsm_become_backup(s, s->event->reason);
	s->f->has_handed_over = s->event->is_handover;
}

/* The peer said on another link that it leaves: as though it had said so here. */
void fsm_on_peer_left(struct step *s)
{
	if (s->f->state != VRRP_BACKUP || s->f->is_down_skew || !addr_is_set(&s->f->active))
		return;
	s->f->peer_priority = 0;
	fsm_down_timer_start(s, true);
}

/* Two were active on another link: our neighbours may know the other one, too. */
void fsm_on_reannounce(struct step *s)
{
	if (s->f->state == VRRP_ACTIVE)
		fsm_announce_again(s, ANNOUNCE_CONFLICT);
}
