/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The invariants, and how long each may be hurt. With
 *
 *    A  Advertisement_Interval
 *    S  Skew_Time: (256 - priority) / 256 s (RFC 3768 6.1), x A in version 3 (RFC 9568 6.1)
 *    D  Master_Down_Interval: down_adverts x A + S (the same sections; down_adverts is 3 there)
 *    e  what the virtual world allows itself: latency of the network and lateness of timers
 *
 * each the greatest of all routers that run, counted from the last disturbance: a fault that began
 * or ended, an advert that was lost or, in version 2, rejected for its interval (RFC 3768 7.1).
 *
 * I1: an owner within D + e. Every Backup's timer was set at the latest at the disturbance, and it
 * takes over when it fires (3768 6.4.2). After a clean stop within the least S + e: priority 0 sets
 * all timers to the skew (6.4.2, 6.4.3). And each router by itself: a Backup takes over no later
 * than D, or S, after the advert that set its timer last.
 *
 * I2: two owners no longer than A + e. Each advertises once in A, and the first advert that gets
 * through makes the lower one yield (6.4.3). An owner's adverts are never further apart than A.
 * Whoever hears a rival that is above what it is now, but not above what it said last, says what it
 * is, and the time counts from then.
 *
 * I3: 5 s, the second burst of announcements, after everything settled, clients know an owner. A
 * client is excused when an announcement for it was lost, and when an owner ended of which the
 * remaining one cannot know: there were two that never met, or the last advert of the one that
 * yielded was lost. The excuse ends with the next announcement, or when owners meet.
 *
 * I4: settled after D + A + e: the last timer fires after D, and a preempted router hears of it.
 * Then nobody changes roles, and no Backup that may preempt has a higher priority than the Active
 * (6.4.2). In between each router takes over at most once, and once more if it was preempted. And
 * each by itself: no Backup takes over before its timer, or over adverts it has not read; an Active
 * yields to the higher priority or address, and to nobody else (6.4.3). With preempt_delay it takes
 * longer: the lower one takes over first, is put up with, and with its last advert within that
 * another D begins.
 *
 * I5: who is not Active, or has no link, has no addresses (6.4.2: MUST NOT answer).
 *
 * I6, the wire: what arrives is what was meant; adverts are accepted unless configurations differ.
 */
#include "test/sim/invariants.h"

#include <stdarg.h>
#include <stdio.h>

#include "test/sim/world.h"

enum {
	E_US = 5000,
	TIMER_US = 2 * NODE_LATENESS_US,
	SECOND_BURST_US = 5000000,
	ROLE_CHANGES = 2, /* each way */
};

__attribute__((format(printf, 3, 4))) static void violated(
	struct world *w, unsigned invariant, const char *format, ...)
{
	struct violation *v = &w->inv.violation;
	va_list args;

	if (v->invariant)
		return;
	v->invariant = invariant;
	v->at = w->now;
	va_start(args, format);
	vsnprintf(v->text, sizeof(v->text), format, args);
	va_end(args);
}

/* ---- the times of the protocol, computed here anew ---- */

static int64_t active_interval(const struct world *w, const struct node *n)
{
	int64_t adopted = w->inv.nodes[n->index].adopted;

	return w->scenario->version == 3 && adopted ? adopted : n->params.advert_int.us;
}

static int64_t skew_of(const struct world *w, const struct node *n)
{
	int64_t unit = w->scenario->version == 2 ? 1000000 : active_interval(w, n);

	return (256 - n->params.priority) * unit / 256;
}

static int64_t down_of(const struct world *w, const struct node *n)
{
	return w->scenario->down_adverts * active_interval(w, n) + skew_of(w, n);
}

static int64_t takeover_due(const struct world *w, const struct node *n)
{
	const struct expected *x = &w->inv.nodes[n->index];

	return x->heard + (x->is_skew ? skew_of(w, n) : down_of(w, n));
}

static int64_t greatest(
	const struct world *w, int64_t (*of)(const struct world *w, const struct node *n))
{
	int64_t most = 0;

	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		if (w->nodes[i].is_running && of(w, &w->nodes[i]) > most)
			most = of(w, &w->nodes[i]);
	return most;
}

static int64_t interval_of(const struct world *w, const struct node *n)
{
	int64_t adopted = active_interval(w, n);

	return adopted > n->params.advert_int.us ? adopted : n->params.advert_int.us;
}

/* A lower one that took over is put up with, and with its last advert within that a full down
 * interval begins. */
static int64_t delay_of(const struct world *w, const struct node *n)
{
	int64_t delay = n->params.preempt_delay.us;

	return delay ? delay + interval_of(w, n) + down_of(w, n) : 0;
}

static int64_t allowance(const struct world *w)
{
	int64_t late = w->net.late_until - w->now;

	return E_US + w->net.delay + (late > 0 ? late : 0);
}

static bool is_settled(const struct world *w)
{
	return !w->inv.is_messy && w->now > w->inv.disturbed + greatest(w, down_of) +
						    greatest(w, interval_of) +
						    greatest(w, delay_of) + allowance(w);
}

/* ---- disturbances ---- */

static void disturb(struct world *w)
{
	w->inv.disturbed = w->now;
	w->inv.resigned_bound = NODE_NEVER;
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		w->inv.nodes[i].became = w->inv.nodes[i].left = 0;
	if (w->net.delay || w->net.late_until > w->now)
		w->inv.is_messy = true;
}

void invariants_init(struct world *w)
{
	w->inv = (struct invariants){
		.ownerless_since = 0, .rivals_since = NODE_NEVER, .resigned_bound = NODE_NEVER
	};
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		w->inv.clients[i].owner = -1;
}

void invariants_disturb(struct world *w)
{
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		w->inv.nodes[i].gap_from = w->now;
	disturb(w);
}

void invariants_delays(struct world *w)
{
	if (!is_settled(w))
		w->inv.is_messy = true;
}

static bool is_visible_owner(const struct node *n)
{
	return n->has_addresses && !n->links_down && !n->is_suspended;
}

static bool has_link(const struct node *n)
{
	return node_is_awake(n) && n->knows_link && !n->links_down;
}

void invariants_resigns(struct world *w, const struct node *n)
{
	bool was_settled = is_settled(w) && !w->net.delay && w->net.late_until <= w->now;
	int64_t least = NODE_NEVER;

	invariants_disturb(w);
	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		const struct node *other = &w->nodes[i];

		if (other != n && has_link(other) && other->fsm.state == VRRP_BACKUP &&
			skew_of(w, other) < least)
			least = skew_of(w, other);
	}
	if (was_settled && has_link(n) && n->fsm.state == VRRP_ACTIVE && least != NODE_NEVER)
		w->inv.resigned_bound = w->now + least + E_US;
}

/* It goes to the owner that ended, or to one before: the one that ended would have told it. */
static void excuse_one(const struct world *w, struct client *c, int owner)
{
	if (c->owner == owner || (c->owner >= 0 && !is_visible_owner(&w->nodes[c->owner])))
		c->is_deaf = true;
}

static void excuse(struct world *w, int owner)
{
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		excuse_one(w, &w->inv.clients[i], owner);
}

void invariants_lost(struct world *w, const struct net_frame *frame)
{
	const struct node *to = &w->nodes[frame->to];
	bool is_last = !w->nodes[frame->from].has_addresses;

	if (frame->kind == NET_ANNOUNCE) {
		w->inv.clients[frame->to].is_deaf = true;
		return;
	}
	if (is_last)
		excuse(w, (int)frame->from);
	if (to->is_running && !to->links_down)
		disturb(w);
}

/* ---- the wire ---- */

void invariants_sent(struct world *w, const struct node *n, const struct net_frame *frame)
{
	struct expected *x = &w->inv.nodes[n->index];

	if (frame->priority)
		x->said = frame->priority;
	x->silent = w->now - x->sent;
	x->sent = w->now;
}

void invariants_decoded(struct world *w, const struct node *n, const struct net_frame *frame,
	enum vrrp_drop why, const struct vrrp_advert *advert)
{
	bool is_alike = !frame->is_corrupt &&
			(w->scenario->version == 3 || frame->interval == n->params.advert_int.us);
	struct addr source = node_source(frame->from);

	w->inv.nodes[n->index].said_before = w->inv.nodes[n->index].said;
	if ((why == VRRP_DROP_NONE) != is_alike)
		violated(w, 6, "router %u: advert of router %u: %s", n->index, frame->from,
			vrrp_drop_words(why));
	if (why != VRRP_DROP_NONE)
		disturb(w);
	else if (advert->priority != frame->priority || advert->interval.us != frame->interval ||
		 !addr_equal(&advert->source, &source) || !advert->is_list_equal)
		violated(w, 6, "router %u: advert of router %u says something else", n->index,
			frame->from);
}

void invariants_announced(struct world *w, const struct net_frame *frame)
{
	struct client *c = &w->inv.clients[frame->to];

	/* Overtaken by the end of who sent it: as if it had come before that. */
	c->is_deaf = !w->nodes[frame->from].has_addresses;
	c->owner = (int)frame->from;
}

/* ---- one router ---- */

/* Is the sender, of lower priority, put up with for the time being (preempt_delay)? */
static bool is_put_up_with(const struct world *w, const struct node *n)
{
	int64_t from = w->inv.nodes[n->index].putting_up;

	if (n->params.priority == VRRP_OWNER_PRIORITY || !n->params.preempt_delay.us)
		return false;
	return !from || w->now < from + n->params.preempt_delay.us;
}

static bool is_discarded(const struct node *n, const struct net_frame *frame)
{
	bool preempt = n->params.preempt || n->params.priority == VRRP_OWNER_PRIORITY;

	return preempt && frame->priority < n->params.priority;
}

/* Does this advert set the down timer of a Backup (RFC 3768 6.4.2)? Priority 0 of the active one.
 */
static bool sets_timer(const struct world *w, const struct node *n, const struct net_frame *frame)
{
	if (frame->priority == 0)
		return w->inv.nodes[n->index].active == (int)frame->from;
	return !is_discarded(n, frame) || is_put_up_with(w, n);
}

static bool has_unread(const struct world *w, const struct node *n)
{
	for (unsigned i = 0; i < n->queued; i++) {
		const struct net_frame *frame = &n->queue[(n->queue_from + i) % NODE_QUEUE];

		if (!frame->is_corrupt && sets_timer(w, n, frame) &&
			(w->scenario->version == 3 || frame->interval == n->params.advert_int.us))
			return true;
	}
	return false;
}

static void enters_backup(struct world *w, const struct node *n)
{
	struct expected *x = &w->inv.nodes[n->index];

	x->heard = w->now;
	x->is_skew = false;
	x->adopted = 0;
	x->active = -1;
	x->putting_up = 0;
}

static void takes_over(struct world *w, const struct node *n, const struct vrrp_event *event)
{
	struct expected *x = &w->inv.nodes[n->index];
	int64_t early = takeover_due(w, n) - w->now;

	if (event->type != VRRP_EV_DOWN_TIMER)
		violated(w, 4, "router %u: takes over, though no timer fired", n->index);
	if (early > 0)
		violated(w, 4, "router %u: takes over %lld us early", n->index, (long long)early);
	if (has_unread(w, n))
		violated(w, 4, "router %u: takes over with an advert unread", n->index);
	if (!n->links_down && x->sent != w->now)
		violated(w, 2, "router %u: takes over without an advert", n->index);
	x->became++;
}

static void starts(struct world *w, const struct node *n, const struct vrrp_event *event)
{
	const struct expected *x = &w->inv.nodes[n->index];
	int64_t silent = x->sent == w->now ? x->silent : w->now - x->sent;

	if (n->fsm.state != VRRP_ACTIVE)
		return;
	if (event->type == VRRP_EV_RESUME &&
		silent > w->scenario->down_adverts * n->params.advert_int.us)
		violated(w, 2, "router %u: goes on after %lld us of silence", n->index,
			(long long)silent);
	if (event->type != VRRP_EV_RESUME && n->params.priority != VRRP_OWNER_PRIORITY)
		violated(w, 4, "router %u: begins as active", n->index);
}

void invariants_stepped(
	struct world *w, const struct node *n, const struct vrrp_event *event, enum vrrp_state was)
{
	const struct expected *x = &w->inv.nodes[n->index];
	bool by_itself = event->type == VRRP_EV_DOWN_TIMER || event->type == VRRP_EV_ADVERT;

	if (w->trace && was != n->fsm.state)
		fprintf(w->trace, "%12.6f router %u: %s -> %s (%s)\n", (double)w->now / 1e6,
			n->index, vrrp_state_word(was), vrrp_state_word(n->fsm.state),
			vrrp_reason_words(n->fsm.reason));
	if (was == n->fsm.state)
		return;
	if (was == VRRP_BACKUP && n->fsm.state == VRRP_ACTIVE)
		takes_over(w, n, event);
	else if (was == VRRP_INIT || was == VRRP_FAULT)
		starts(w, n, event);
	else if (was == VRRP_ACTIVE && n->fsm.state == VRRP_BACKUP)
		w->inv.nodes[n->index].left++;
	if (n->fsm.state == VRRP_BACKUP)
		enters_backup(w, n);
	if (n->fsm.state == VRRP_INIT && n->has_addresses)
		violated(w, 5, "router %u: stopped, and keeps its addresses", n->index);
	if (by_itself && is_settled(w))
		violated(w, 4, "router %u: %s without a cause", n->index,
			vrrp_state_word(n->fsm.state));
	if (!w->inv.is_messy && (x->became > ROLE_CHANGES || x->left > ROLE_CHANGES))
		violated(w, 4, "router %u: changes roles again and again", n->index);
}

static bool is_above(const struct node *n, const struct net_frame *frame, uint8_t priority)
{
	return frame->priority > priority ||
	       (frame->priority == priority && frame->from > n->index);
}

/* RFC 3768 6.4.3, once it has said what it is: else its rival may be yielding to what it was. */
static bool is_higher(const struct world *w, const struct node *n, const struct net_frame *frame)
{
	return is_above(n, frame, n->params.priority) &&
	       is_above(n, frame, w->inv.nodes[n->index].said_before);
}

void invariants_read(
	struct world *w, const struct node *n, const struct net_frame *frame, enum vrrp_state was)
{
	struct expected *x = &w->inv.nodes[n->index];

	/* It says what it is, once, and the election begins with that. */
	if (was == VRRP_ACTIVE && is_above(n, frame, n->params.priority) && !is_higher(w, n, frame))
		disturb(w);
	if (was == VRRP_BACKUP) {
		bool sets = sets_timer(w, n, frame);

		if (frame->priority && (!is_discarded(n, frame) || !n->params.preempt_delay.us))
			x->putting_up = 0;
		else if (frame->priority && !x->putting_up)
			x->putting_up = w->now;
		if (!sets)
			return;
		x->heard = w->now;
		x->active = (int)frame->from;
		x->is_skew = frame->priority == 0;
		if (frame->priority > 0)
			x->adopted = frame->interval;
	} else if (is_higher(w, n, frame) != (n->fsm.state == VRRP_BACKUP)) {
		violated(w, 4, "router %u: %s before priority %u of router %u", n->index,
			n->fsm.state == VRRP_BACKUP ? "yields" : "does not yield", frame->priority,
			frame->from);
	} else if (n->fsm.state == VRRP_BACKUP) {
		x->adopted = frame->interval;
		x->active = (int)frame->from;
	} else if (frame->priority > 0) {
		/* There were two owners, and this one knows: it tells all clients again. */
		for (unsigned i = 0; i < SIM_ROUTERS; i++)
			w->inv.clients[i].is_deaf = false;
	}
}

static void check_router(struct world *w, const struct node *n)
{
	const struct expected *x = &w->inv.nodes[n->index];
	int64_t due = takeover_due(w, n), next = x->sent + n->params.advert_int.us;

	if (!node_is_awake(n))
		return;
	if (n->has_addresses && (n->fsm.state != VRRP_ACTIVE || !has_link(n)))
		violated(w, 5, "router %u: %s, and has the addresses", n->index,
			n->knows_link ? vrrp_state_word(n->fsm.state) : "without link");
	if (due < x->gap_from)
		due = x->gap_from;
	if (next < x->gap_from)
		next = x->gap_from;
	if (n->fsm.state == VRRP_BACKUP && w->now > due + TIMER_US)
		violated(w, 1, "router %u: should have taken over at %lld", n->index,
			(long long)due);
	if (n->fsm.state == VRRP_ACTIVE && has_link(n) && w->now > next + TIMER_US)
		violated(w, 2, "router %u: should have sent an advert at %lld", n->index,
			(long long)next);
}

/* ---- all of them ---- */

struct census {
	unsigned owners;   /* clients see, whoever runs there */
	unsigned rivals;   /* owners that run, and could hear each other */
	unsigned eligible; /* routers that could be owners */
	unsigned paused;
};

static struct census take_census(const struct world *w)
{
	struct census c = { 0 };

	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		const struct node *n = &w->nodes[i];

		c.owners += is_visible_owner(n);
		c.rivals += is_visible_owner(n) && has_link(n);
		c.eligible += has_link(n);
		c.paused += n->is_paused;
	}
	return c;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void check_owners(struct world *w, const struct census *c)
{
	struct invariants *inv = &w->inv;

	if (c->owners) {
		inv->ownerless_since = NODE_NEVER;
		inv->resigned_bound = NODE_NEVER;
	} else if (inv->ownerless_since == NODE_NEVER) {
		inv->ownerless_since = w->now;
	} else if (c->eligible && !inv->is_messy) {
		if (w->now > inv->resigned_bound)
			violated(w, 1, "no owner, though the last one said that it leaves");
		if (w->now > later(inv->ownerless_since, inv->disturbed) + greatest(w, down_of) +
				     allowance(w))
			violated(w, 1, "no owner since %lld", (long long)inv->ownerless_since);
	}
	if (c->rivals < 2)
		inv->rivals_since = NODE_NEVER;
	else if (inv->rivals_since == NODE_NEVER)
		inv->rivals_since = w->now;
	else if (!inv->is_messy && w->now > later(inv->rivals_since, inv->disturbed) +
						    greatest(w, interval_of) + allowance(w))
		violated(w, 2, "%u owners since %lld", c->rivals, (long long)inv->rivals_since);
}

/* Is there one to whom this Backup has to leave the addresses (RFC 3768 6.4.2)? */
static void check_election(struct world *w, const struct node *n)
{
	bool preempt = n->params.preempt || n->params.priority == VRRP_OWNER_PRIORITY;

	if (!has_link(n) || n->fsm.state != VRRP_BACKUP || !preempt)
		return;
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		if (has_link(&w->nodes[i]) && w->nodes[i].fsm.state == VRRP_ACTIVE &&
			w->nodes[i].params.priority >= n->params.priority)
			return;
	violated(w, 4, "router %u: does not preempt", n->index);
}

/* Whoever yields says so to the owner; whoever ends otherwise does not, and may not have been
 * alone. */
static void note_ends(struct world *w, const struct census *c)
{
	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		const struct node *n = &w->nodes[i];
		bool is_owner = is_visible_owner(n);
		bool has_yielded = n->fsm.reason == VRRP_BECAUSE_HIGHER_PRIORITY ||
				   n->fsm.reason == VRRP_BECAUSE_HIGHER_ADDRESS;

		if (w->inv.was_owner[i] && !is_owner && !(has_link(n) && has_yielded) && c->owners)
			excuse(w, (int)i);
		w->inv.was_owner[i] = is_owner;
	}
}

static void check_clients(struct world *w, const struct census *c)
{
	if (w->now <= w->inv.disturbed + greatest(w, down_of) + greatest(w, interval_of) +
				SECOND_BURST_US + allowance(w) ||
		!c->owners || c->paused)
		return;
	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		const struct client *client = &w->inv.clients[i];

		if (w->scenario->routers[i].is_present && !client->is_deaf && client->owner >= 0 &&
			!is_visible_owner(&w->nodes[client->owner]))
			violated(w, 3, "clients beside router %u still go to router %d", i,
				client->owner);
	}
}

void invariants_check(struct world *w)
{
	const struct census c = take_census(w);

	if (w->inv.is_messy && !w->net.delay && w->net.late_until <= w->now) {
		w->inv.is_messy = false;
		disturb(w);
	}
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		check_router(w, &w->nodes[i]);
	check_owners(w, &c);
	note_ends(w, &c);
	if (!is_settled(w))
		return;
	for (unsigned i = 0; i < SIM_ROUTERS; i++)
		check_election(w, &w->nodes[i]);
	check_clients(w, &c);
}
