/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a sync group: see group.h. No I/O, no clock, no log. Called by grouping.c and the
 * unit tests, which let two nodes play against each other with it.
 */
#include "vrrp/group.h"

#include "vrrp/packet.h"

/* ---- faults ---- */

static size_t find_fault(const struct group *g, bool is_waiting)
{
	size_t i = 0;

	while (i < g->count &&
		(g->list[i].fault == VRRP_BECAUSE_NONE ||
			(g->list[i].fault == VRRP_BECAUSE_TRACKER_WAITS) != is_waiting))
		i++;
	return i;
}

static bool has_begun(const struct group_member *m)
{
	return m->fsm->state == VRRP_BACKUP || m->fsm->state == VRRP_ACTIVE;
}

enum vrrp_reason group_fault(const struct group *g, size_t i, size_t *by)
{
	const struct group_member *m = &g->list[i];

	*by = i;
	if (m->fault != VRRP_BECAUSE_NONE && m->fault != VRRP_BECAUSE_TRACKER_WAITS)
		return m->fault;
	*by = find_fault(g, false);
	if (*by < g->count)
		return VRRP_BECAUSE_GROUP;
	*by = find_fault(g, true);
	if (*by < g->count && !has_begun(m))
		return VRRP_BECAUSE_TRACKER_WAITS;
	*by = i;
	return VRRP_BECAUSE_NONE;
}

/* ---- becoming active ---- */

bool group_must_listen(const struct group *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->list[i].params->priority != VRRP_OWNER_PRIORITY ||
			g->list[i].fault != VRRP_BECAUSE_NONE)
			return true;
	return false;
}

static bool is_ready(const struct group_member *m, mono_t now)
{
	const struct vrrp_fsm *f = m->fsm;

	return f->state == VRRP_ACTIVE ||
	       (f->state == VRRP_BACKUP && !mono_before(now, f->down_due));
}

static size_t find_unready(const struct group *g, mono_t now)
{
	size_t i = 0;

	while (i < g->count && is_ready(&g->list[i], now))
		i++;
	return i;
}

bool group_is_ready(const struct group *g, mono_t now)
{
	return find_unready(g, now) == g->count;
}

size_t group_waits_for(const struct group *g, size_t i, mono_t now)
{
	const struct group_member *m = &g->list[i];

	return m->fsm->state == VRRP_BACKUP && is_ready(m, now) ? find_unready(g, now) : g->count;
}

/* ---- two active ---- */

/* Does a's link decide before b's? */
static bool decides_before(const struct group_member *a, const struct group_member *b)
{
	return a->vrid != b->vrid ? a->vrid < b->vrid : addr_cmp(&a->lowest, &b->lowest) < 0;
}

static span_t longest_interval(const struct group_member *m, span_t peer_int)
{
	return span_max(m->params->advert_int, peer_int);
}

/* Does it hear a rival that has to yield to it? */
static bool is_winning(const struct group_member *m, mono_t now)
{
	const struct vrrp_fsm *f = m->fsm;
	span_t lasts = span_mul(longest_interval(m, f->peer_int), m->params->down_adverts);

	return f->state == VRRP_ACTIVE && f->is_contested &&
	       mono_sub(now, f->peer_heard).us < lasts.us &&
	       !vrrp_fsm_must_yield(m->params, f, f->peer_priority, &f->peer);
}

/*
 * For how long a superior rival of member i is put up with. Not at all where i decides. Where one
 * that decides before it hears the rival and wins, until the rival must have yielded; it may not
 * hear us there, so that this has an end, which comes sooner the more i decides, or both nodes
 * would yield at once. Else that one may just not have heard it yet: until the next advert.
 */
static span_t patience(const struct group *g, size_t i, span_t peer_int, mono_t now)
{
	const struct group_member *m = &g->list[i];
	span_t interval = longest_interval(m, peer_int);
	int64_t before = 0;
	bool is_won = false;

	for (size_t k = 0; k < g->count; k++) {
		before += decides_before(&g->list[k], m);
		is_won |= decides_before(&g->list[k], m) && is_winning(&g->list[k], now);
	}
	if (!before)
		return span_us(0);
	return is_won ? span_mul(interval, before * m->params->down_adverts)
		      : span_us(interval.us / 2);
}

bool group_holds(const struct group *g, size_t i, const struct vrrp_event *event, mono_t now)
{
	const struct group_member *m = &g->list[i];
	struct group_contest *c = m->contest;
	span_t interval = longest_interval(m, event->interval);

	if (m->fsm->state != VRRP_ACTIVE ||
		!vrrp_fsm_must_yield(m->params, m->fsm, event->priority, &event->source))
		return false;
	if (!c->last.us || mono_sub(now, c->last).us > 2 * interval.us)
		c->from = now;
	c->last = now;
	return mono_sub(now, c->from).us < patience(g, i, event->interval, now).us;
}

/* ---- what follows for the others ---- */

static bool is_anybody(const struct group *g, enum vrrp_state state)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->list[i].fsm->state == state)
			return true;
	return false;
}

enum group_cue group_cue(
	const struct group *g, size_t i, const struct vrrp_fsm *was, const struct vrrp_event *event)
{
	const struct vrrp_fsm *is = g->list[i].fsm;

	bool is_timer_set = is->down_from.us != was->down_from.us;

	if (was->state == VRRP_ACTIVE && is->state == VRRP_BACKUP)
		return is->reason == VRRP_BECAUSE_STALLED ? GROUP_RESIGNS : GROUP_YIELDS;
	if (was->state != is->state)
		return GROUP_GOES_ON;
	if (is->state == VRRP_ACTIVE && was->last_announced.us != is->last_announced.us)
		return GROUP_SURVIVES;
	if (is->state != VRRP_BACKUP || event->type != VRRP_EV_ADVERT)
		return GROUP_GOES_ON;
	/* Also where it would be Active already if the others did not wait for the peer. */
	if (event->priority == 0)
		return is_timer_set || addr_equal(&event->source, &was->peer) ? GROUP_PEER_LEFT
									      : GROUP_GOES_ON;
	/* Somebody whom it accepts is active on its link. */
	return is_timer_set && is_anybody(g, VRRP_ACTIVE) ? GROUP_RESIGNS : GROUP_GOES_ON;
}

bool group_tell(enum group_cue cue, enum vrrp_state state, struct vrrp_event *event)
{
	static const struct {
		enum vrrp_state state; /* of those that are told */
		struct vrrp_event event;
	} table[GROUP_CUE_COUNT] = {
		[GROUP_PEER_LEFT] = { VRRP_BACKUP, { .type = VRRP_EV_PEER_LEFT } },
		[GROUP_YIELDS] = { VRRP_ACTIVE,
			{ .type = VRRP_EV_YIELD, .reason = VRRP_BECAUSE_GROUP_YIELDS } },
		[GROUP_RESIGNS] = { VRRP_ACTIVE, { .type = VRRP_EV_YIELD,
							 .reason = VRRP_BECAUSE_GROUP_YIELDS,
							 .is_leaving = true } },
		[GROUP_SURVIVES] = { VRRP_ACTIVE, { .type = VRRP_EV_REANNOUNCE } },
	};

	if (cue == GROUP_GOES_ON || table[cue].state != state)
		return false;
	*event = table[cue].event;
	return true;
}

/* ---- its state ---- */

static bool are_all(const struct group *g, enum vrrp_state state)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->list[i].fsm->state != state)
			return false;
	return g->count > 0;
}

enum vrrp_state group_state(const struct group *g, enum vrrp_state was)
{
	if (is_anybody(g, VRRP_FAULT))
		return VRRP_FAULT;
	if (are_all(g, VRRP_INIT) || !g->count)
		return VRRP_INIT;
	if (are_all(g, VRRP_ACTIVE) || (was == VRRP_ACTIVE && is_anybody(g, VRRP_ACTIVE)))
		return VRRP_ACTIVE;
	return VRRP_BACKUP;
}
