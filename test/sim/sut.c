/* SPDX-License-Identifier: Apache-2.0 */
/* The mutants: see sut.h. */
#include "test/sim/sut.h"

enum sut_mutant sut_mutant;

const char *sut_mutant_word(enum sut_mutant m)
{
	static const char *const words[] = {
#define X(name, word) word,
		SUT_MUTANT_LIST(X)
#undef X
	};

	return words[m];
}

static void drop_actions(struct vrrp_actions *actions, enum vrrp_action_type type)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < actions->count; i++)
		if (actions->list[i].type != type)
			actions->list[kept++] = actions->list[i];
	actions->count = kept;
}

/* What never reaches the state machine. */
static bool is_swallowed(
	const struct vrrp_params *p, const struct vrrp_event *ev, const struct vrrp_fsm *f)
{
	bool is_advert = ev->type == VRRP_EV_ADVERT;

	switch ((int)sut_mutant) {
	case SUT_ZERO_IGNORED: return is_advert && ev->priority == 0;
	case SUT_DOWN_TIMER_RUNS_ON:
		return is_advert && ev->priority > 0 && f->state == VRRP_BACKUP;
	case SUT_NEVER_YIELDS:
		return is_advert && ev->priority > p->priority && f->state == VRRP_ACTIVE;
	case SUT_LINK_IGNORED: return ev->type == VRRP_EV_LINK && ev->reason != VRRP_BECAUSE_NONE;
	case SUT_RELOAD_IGNORED: return ev->type == VRRP_EV_PARAMS;
	default: return false;
	}
}

static void distort_input(struct vrrp_params *p, struct vrrp_event *ev, mono_t *now, span_t wall,
	const struct vrrp_fsm *f)
{
	struct addr source = p->source;
	bool is_advert = ev->type == VRRP_EV_ADVERT;

	switch ((int)sut_mutant) {
	case SUT_TIE_INVERTED:
		if (is_advert) {
			p->source = ev->source;
			ev->source = source;
		}
		break;
	case SUT_ZERO_WITHOUT_SKEW:
		if (is_advert && ev->priority == 0 && f->state == VRRP_BACKUP)
			ev->priority = 255;
		break;
	case SUT_PREEMPT_ALWAYS: p->preempt = true; break;
	case SUT_PREEMPT_NEVER: p->preempt = false; break;
	case SUT_PREEMPT_DELAY_IGNORED: p->preempt_delay.us = 0; break;
	case SUT_PREEMPT_DELAY_LASTS: p->preempt_delay.us *= 100; break;
	case SUT_INTERVAL_UNITS: p->advert_int.us *= 10; break;
	case SUT_YIELDS_TO_LOWER:
		if (is_advert && ev->priority > 0 && f->state == VRRP_ACTIVE)
			ev->priority = 255;
		break;
	case SUT_LINK_UP_ACTIVE:
		if (ev->type == VRRP_EV_LINK && ev->reason == VRRP_BECAUSE_NONE &&
			f->state == VRRP_FAULT)
			p->priority = 255;
		break;
	case SUT_INTERVAL_NOT_ADOPTED: ev->interval = p->advert_int; break;
	case SUT_SKEW_OF_VERSION_2: p->version = 2; break;
	case SUT_WALL_CLOCK: now->us += wall.us; break;
	case SUT_ADOPTION_FORGETS_ADVERT:
		if (ev->type == VRRP_EV_RESUME)
			ev->last_sent = *now;
		break;
	default: break;
	}
}

/* What it remembers of earlier steps. */
static void distort_memory(const struct vrrp_event *ev, struct vrrp_fsm *f)
{
	switch ((int)sut_mutant) {
	case SUT_ZERO_OF_ANYBODY:
		if (ev->type == VRRP_EV_ADVERT && ev->priority == 0 && f->state == VRRP_BACKUP)
			f->active = ev->source;
		break;
	case SUT_FALLS_AND_YIELDS: f->last_priority = 0; break;
	default: break;
	}
}

static void distort_output(const struct vrrp_params *p, const struct vrrp_event *ev,
	enum vrrp_state was, struct vrrp_fsm *f, struct vrrp_actions *actions)
{
	bool is_takeover = was == VRRP_BACKUP && f->state == VRRP_ACTIVE;

	switch ((int)sut_mutant) {
	case SUT_SKEW_FORGOTTEN:
		if (f->state == VRRP_BACKUP && !f->is_down_skew)
			for (unsigned i = 0; i < actions->count; i++)
				if (actions->list[i].type == VRRP_DO_TIMER_SET)
					actions->list[i].due = f->down_due = mono_add(f->down_from,
						span_mul(f->active_int.us ? f->active_int
									  : p->advert_int,
							p->down_adverts));
		break;
	case SUT_ADDRESSES_STAY: drop_actions(actions, VRRP_DO_VIPS_DEL); break;
	case SUT_TAKEOVER_SILENT:
		if (is_takeover)
			drop_actions(actions, VRRP_DO_SEND);
		break;
	case SUT_TAKEOVER_UNANNOUNCED:
		if (is_takeover)
			drop_actions(actions, VRRP_DO_ANNOUNCE);
		break;
	case SUT_CONFLICT_UNANNOUNCED:
		if (was == VRRP_ACTIVE)
			drop_actions(actions, VRRP_DO_ANNOUNCE);
		break;
	case SUT_STALL_UNANNOUNCED:
		if (ev->type == VRRP_EV_ADVERT_TIMER)
			drop_actions(actions, VRRP_DO_ANNOUNCE);
		break;
	case SUT_STOP_SILENT:
		if (ev->type == VRRP_EV_STOP)
			drop_actions(actions, VRRP_DO_SEND);
		break;
	default: break;
	}
}

void sut_step(const struct vrrp_params *params, const struct vrrp_event *event, mono_t now,
	span_t wall, struct vrrp_fsm *f, struct vrrp_actions *actions)
{
	struct vrrp_params p = *params;
	struct vrrp_event ev = *event;
	enum vrrp_state was = f->state;

	actions->count = 0;
	if (is_swallowed(&p, &ev, f))
		return;
	distort_input(&p, &ev, &now, wall, f);
	distort_memory(&ev, f);
	vrrp_fsm_step(&p, f, &ev, now, f, actions);
	distort_output(&p, &ev, was, f, actions);
}

size_t sut_encode(const struct vrrp_packet_spec *spec, bool is_resumed, uint8_t *buf, size_t room)
{
	struct vrrp_packet_spec s = *spec;
	size_t len;

	if (sut_mutant == SUT_INTERVAL_ON_WIRE)
		s.advert_int.us *= 2;
	if (sut_mutant == SUT_ADOPTION_FORGETS_SOURCE && is_resumed)
		s.source = addr_from_v4((struct in_addr){ 0 });
	len = vrrp_packet_encode(&s, buf, room);
	if (sut_mutant == SUT_WRONG_CHECKSUM && len)
		buf[20 + 6] ^= 1;
	return len;
}

enum vrrp_drop sut_decode(const uint8_t *bytes, size_t len, const struct vrrp_packet_params *params,
	struct vrrp_advert *advert)
{
	struct vrrp_datagram d;
	enum vrrp_drop drop = vrrp_packet_open(bytes, len, &d);

	return drop == VRRP_DROP_NONE ? vrrp_packet_decode(&d, params, advert) : drop;
}

bool sut_may_resume(const struct vrrp_slot *slot, const struct vrrp_identity *id, mono_t now)
{
	if (sut_mutant == SUT_ADOPTS_ANY_AGE)
		return vrrp_adopt_is_same(slot, id) && slot->state == VRRP_ACTIVE;
	return vrrp_adopt_may_resume(slot, id, now);
}

bool sut_hears_out(void)
{
	return sut_mutant != SUT_LATE_TIMER_FIRST;
}
