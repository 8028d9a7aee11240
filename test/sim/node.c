/* SPDX-License-Identifier: Apache-2.0 */
/* The shell around the state machine, as in vrrp/router.c and vrrp/engine.c: see node.h. */
#include "test/sim/node.h"

#include <string.h>

#include "test/sim/rng.h"
#include "test/sim/sut.h"
#include "test/sim/world.h"

enum {
	VRID = 51,
	PACKETS_AT_ONCE = 64,
	ANNOUNCE_TICK_US = 10000,
};

static const struct announce_params announce_params = {
	.repeat = 5,
	.delay = { 5000000 },
	.conflict_repeat = 5,
	.conflict_delay = { 5000000 },
	.refresh_repeat = 1,
};

static struct addr address(uint32_t host)
{
	return addr_from_v4((struct in_addr){ htonl(0xc0000200u + host) });
}

struct addr node_source(unsigned index)
{
	return address(10 + index);
}

static struct addr virtual_address(void)
{
	return address(1);
}

static struct addr group(void)
{
	return addr_from_v4((struct in_addr){ htonl(0xe0000012u) }); /* 224.0.0.18 */
}

static mono_t now_of(const struct node *n)
{
	return (mono_t){ n->world->now };
}

static struct vrrp_identity identity(void)
{
	return (struct vrrp_identity){ .ifname = "eth0", .family = AF_INET, .vrid = VRID };
}

static void publish(struct node *n)
{
	n->slot.state = n->fsm.state;
	n->slot.since_us = n->fsm.since.us;
	n->slot.down_adverts = n->params.down_adverts;
	n->slot.priority = n->params.priority;
	n->slot.advert_int_us = n->params.advert_int.us;
}

/* ---- actions ---- */

static void set_timer(struct node *n, int64_t due)
{
	uint64_t chance = rng_mix(n->world->scenario->seed + 977 * n->index + ++n->timers_set);

	n->timer = due;
	n->timer_fires = due == NODE_NEVER ? NODE_NEVER
					   : (due > n->world->now ? due : n->world->now) +
						     (int64_t)(chance % NODE_LATENESS_US);
}

static void broadcast(struct node *n, struct net_frame *frame)
{
	frame->from = n->index;
	if (n->links_down)
		return;
	for (unsigned i = 0; i < SIM_ROUTERS; i++) {
		frame->to = i;
		if (n->world->scenario->routers[i].is_present &&
			(i != n->index || frame->kind == NET_ANNOUNCE) &&
			!net_send(&n->world->net, n->world->now, frame))
			invariants_lost(n->world, frame);
	}
}

static struct net_frame make_advert(const struct world *w, struct addr source, uint8_t priority,
	span_t interval, bool is_resumed)
{
	const struct addr vip = virtual_address();
	const struct vrrp_packet_spec spec = { .version = w->scenario->version,
		.vrid = VRID,
		.priority = priority,
		.advert_int = interval,
		.sum = w->scenario->version == 2 ? VRRP_SUM_MESSAGE : VRRP_SUM_PSEUDO_HEADER,
		.source = source,
		.ttl = VRRP_TTL,
		.destination = group(),
		.addrs = &vip,
		.addr_count = 1 };
	struct net_frame frame = {
		.kind = NET_ADVERT, .priority = priority, .interval = interval.us
	};

	frame.len = sut_encode(&spec, is_resumed, frame.bytes, sizeof(frame.bytes));
	return frame;
}

static void send_advert(struct node *n, uint8_t priority, span_t interval)
{
	struct net_frame frame =
		make_advert(n->world, n->params.source, priority, interval, n->is_resumed);

	if (n->links_down)
		return;
	n->slot.last_advert_us = n->world->now;
	broadcast(n, &frame);
	invariants_sent(n->world, n, &frame);
}

struct net_frame node_forge(const struct world *w, const struct node *to, uint8_t priority)
{
	struct net_frame frame =
		make_advert(w, node_source(SIM_STRANGER), priority, to->params.advert_int, false);

	frame.from = SIM_STRANGER;
	frame.to = to->index;
	return frame;
}

static void announce_at(struct node *n)
{
	int64_t due = announce_due(&n->plan, now_of(n)).us;

	n->announce_at = due > n->world->now ? due : n->world->now;
}

static void execute(struct node *n, const struct vrrp_action *a)
{
	switch (a->type) {
	case VRRP_DO_SEND: send_advert(n, a->priority, a->interval); break;
	case VRRP_DO_VIPS_ADD: n->has_addresses = true; break;
	case VRRP_DO_VIPS_DEL: n->has_addresses = false; break;
	case VRRP_DO_ANNOUNCE:
		announce_start(&n->plan, &announce_params, a->what, now_of(n));
		announce_at(n);
		break;
	case VRRP_DO_TIMER_SET: set_timer(n, a->due.us); break;
	case VRRP_DO_TIMER_OFF: set_timer(n, NODE_NEVER); break;
	case VRRP_DO_NOTIFY:
		if (a->to != VRRP_ACTIVE) {
			announce_stop(&n->plan);
			n->announce_at = NODE_NEVER;
		}
		break;
	}
}

static void step(struct node *n, const struct vrrp_event *event)
{
	struct vrrp_actions actions;
	enum vrrp_state was = n->fsm.state;

	sut_step(&n->params, event, now_of(n), (span_t){ n->wall }, &n->fsm, &actions);
	publish(n);
	for (unsigned i = 0; i < actions.count; i++)
		execute(n, &actions.list[i]);
	invariants_stepped(n->world, n, event, was);
}

/* ---- packets ---- */

static void read_advert(struct node *n, const struct net_frame *frame)
{
	const struct addr vip = virtual_address(), own[] = { node_source(n->index), vip };
	const struct vrrp_packet_params params = { .version = n->world->scenario->version,
		.vrid = VRID,
		.group = group(),
		.advert_int = n->params.advert_int,
		.addrs = &vip,
		.addr_count = 1,
		.own = own,
		.own_count = n->has_addresses ? 2 : 1 };
	enum vrrp_state was = n->fsm.state;
	struct vrrp_advert advert;
	enum vrrp_drop why;

	if (was != VRRP_BACKUP && was != VRRP_ACTIVE)
		return;
	why = sut_decode(frame->bytes, frame->len, &params, &advert);
	invariants_decoded(n->world, n, frame, why, &advert);
	if (why != VRRP_DROP_NONE)
		return;
	step(n, &(struct vrrp_event){ .type = VRRP_EV_ADVERT,
			.priority = advert.priority,
			.source = advert.source,
			.interval = advert.interval });
	invariants_read(n->world, n, frame, was);
}

static void drain(struct node *n, unsigned max)
{
	for (; max > 0 && n->queued > 0; max--) {
		struct net_frame frame = n->queue[n->queue_from];

		n->queue_from = (n->queue_from + 1) % NODE_QUEUE;
		n->queued--;
		read_advert(n, &frame);
	}
}

/* ---- events ---- */

static enum vrrp_reason fault_of(const struct node *n)
{
	return n->knows_link ? VRRP_BECAUSE_NONE : VRRP_BECAUSE_LINK_DOWN;
}

static void sync_link(struct node *n)
{
	if (n->knows_link == !n->links_down)
		return;
	n->knows_link = !n->links_down;
	step(n, &(struct vrrp_event){ .type = VRRP_EV_LINK, .reason = fault_of(n) });
}

/* As on_timer() in vrrp/router.c: who was late hears first what happened meanwhile. */
static void on_timer(struct node *n)
{
	struct vrrp_event event = { .type = VRRP_EV_ADVERT_TIMER };
	int64_t due;

	set_timer(n, NODE_NEVER);
	if (!sut_hears_out())
		;
	else if (n->fsm.state == VRRP_BACKUP)
		drain(n, NODE_QUEUE);
	else
		drain(n, PACKETS_AT_ONCE);
	if (n->fsm.state == VRRP_BACKUP) {
		sync_link(n);
		event.type = VRRP_EV_DOWN_TIMER;
	}
	step(n, &event);
	due = n->fsm.state == VRRP_ACTIVE   ? n->fsm.advert_due.us
	      : n->fsm.state == VRRP_BACKUP ? n->fsm.down_due.us
					    : NODE_NEVER;
	if (n->timer == NODE_NEVER)
		set_timer(n, due);
}

static void on_announce(struct node *n)
{
	uint32_t index;

	if (n->fsm.state == VRRP_ACTIVE &&
		announce_take(&n->plan, &announce_params, now_of(n), &index)) {
		struct net_frame frame = { .kind = NET_ANNOUNCE };

		broadcast(n, &frame);
	}
	n->announce_at = announce_due(&n->plan, now_of(n)).us;
	if (n->announce_at < n->world->now + ANNOUNCE_TICK_US)
		n->announce_at = n->world->now + ANNOUNCE_TICK_US;
}

void node_receive(struct node *n, const struct net_frame *frame)
{
	if (!n->is_running || n->links_down || n->is_suspended || n->queued == NODE_QUEUE)
		return;
	n->queue[(n->queue_from + n->queued++) % NODE_QUEUE] = *frame;
	if (!n->is_paused)
		drain(n, PACKETS_AT_ONCE);
}

void node_link_changed(struct node *n)
{
	if (node_is_awake(n))
		sync_link(n);
}

int64_t node_due(const struct node *n)
{
	int64_t due = n->withdraw_at;

	if (!node_is_awake(n))
		return due;
	if (n->timer_fires < due)
		due = n->timer_fires;
	return n->announce_at < due ? n->announce_at : due;
}

void node_run(struct node *n)
{
	if (n->withdraw_at <= n->world->now) {
		n->withdraw_at = NODE_NEVER;
		n->has_addresses = false;
	}
	if (node_is_awake(n) && n->timer_fires <= n->world->now)
		on_timer(n);
	if (node_is_awake(n) && n->announce_at <= n->world->now)
		on_announce(n);
}

/* ---- life ---- */

static void take_settings(struct node *n)
{
	n->params.version = n->world->scenario->version;
	n->params.priority = n->settings.priority;
	n->params.preempt = n->settings.preempt;
	n->params.preempt_delay = span_us(n->settings.delay);
	n->params.advert_int = span_us(n->settings.interval);
	n->params.down_adverts = n->world->scenario->down_adverts;
	n->params.source = node_source(n->index);
}

void node_start(struct node *n)
{
	const struct vrrp_identity id = identity();
	const struct vrrp_slot left = n->slot;
	struct vrrp_event event = { .type = VRRP_EV_START };

	n->is_running = true;
	n->is_suspended = false;
	n->is_paused = n->is_resumed = n->is_stop_pending = n->is_reload_pending = false;
	n->withdraw_at = NODE_NEVER;
	n->queued = n->queue_from = 0;
	n->knows_link = !n->links_down;
	n->fsm = (struct vrrp_fsm){ .advert_due = MONO_NEVER, .down_due = MONO_NEVER };
	n->rounds = 0;
	announce_init(&n->plan, &n->rounds, 1);
	n->announce_at = NODE_NEVER;
	set_timer(n, NODE_NEVER);
	take_settings(n);
	event.reason = fault_of(n);
	if (sut_may_resume(&left, &id, now_of(n))) {
		event.type = VRRP_EV_RESUME;
		event.last_sent = (mono_t){ left.last_advert_us };
		event.priority = left.priority;
		n->is_resumed = true;
	} else if (n->params.priority != VRRP_OWNER_PRIORITY || event.reason != VRRP_BECAUSE_NONE) {
		n->has_addresses = false; /* what a dead process left behind */
	}
	memcpy(n->slot.ifname, id.ifname, sizeof(n->slot.ifname));
	n->slot.family = id.family;
	n->slot.vrid = id.vrid;
	step(n, &event);
}

void node_stop(struct node *n)
{
	if (!n->is_running)
		return;
	if (n->is_paused) {
		n->is_stop_pending = true;
		return;
	}
	step(n, &(struct vrrp_event){ .type = VRRP_EV_STOP, .reason = VRRP_BECAUSE_STOPPED });
	n->is_running = false;
	n->slot = (struct vrrp_slot){ 0 };
}

void node_die(struct node *n, enum sim_fault_type how)
{
	bool was_active = n->slot.state == VRRP_ACTIVE;

	if (how == SIM_REBOOT)
		n->has_addresses = false;
	if (how == SIM_CRASH && n->is_running)
		n->withdraw_at = was_active ? n->slot.last_advert_us +
						      n->slot.down_adverts * n->slot.advert_int_us
					    : n->world->now;
	if (how != SIM_CRASH) {
		n->slot = (struct vrrp_slot){ 0 };
		n->withdraw_at = NODE_NEVER;
	}
	n->is_running = n->is_paused = n->is_suspended = false;
}

void node_pause(struct node *n)
{
	n->is_paused = n->is_running;
}

/* What it had not read yet is in the memory of the node, and stays there. */
void node_suspend(struct node *n)
{
	node_pause(n);
	n->is_suspended = n->is_paused;
}

/* What the event loop finds first, nobody knows: packets or the timer. */
void node_wake(struct node *n)
{
	if (!n->is_paused)
		return;
	n->is_paused = n->is_suspended = false;
	if (rng_mix(n->world->scenario->seed + ++n->timers_set) % 2) {
		drain(n, PACKETS_AT_ONCE);
		sync_link(n);
	}
	if (n->timer <= n->world->now)
		on_timer(n);
	drain(n, NODE_QUEUE);
	sync_link(n);
	if (n->is_reload_pending)
		node_reload(n);
	if (n->is_stop_pending)
		node_stop(n);
}

void node_reload(struct node *n)
{
	n->is_reload_pending = n->is_paused;
	if (!node_is_awake(n))
		return;
	take_settings(n);
	step(n, &(struct vrrp_event){ .type = VRRP_EV_PARAMS });
}
