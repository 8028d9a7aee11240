/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machine of a BFD session with its timers: see bfd_session.h. Section numbers are those
 * of RFC 5880. Called by bfd.c.
 */
#include "vrrp/bfd_session.h"

enum {
	/* Jitter: periodic packets are sent so much earlier (6.8.7). */
	JITTER_MIN_PERMILLE = 0,
	JITTER_MIN_PERMILLE_ONE = 100, /* with a multiplier of 1 */
	JITTER_MAX_PERMILLE = 250,
	/* A handshake takes two slow periods at most, once each side can be heard. */
	PATIENCE_PERIODS = 3,
};

/* ---- intervals ---- */

static bool is_up(const struct bfd_session *s)
{
	return s->state == BFD_UP;
}

/* 6.8.3: at least a second while not up. */
static span_t announced_tx(const struct bfd_session *s, const struct bfd_params *params)
{
	return is_up(s) ? params->min_tx : params->idle_tx;
}

span_t bfd_session_tx_interval(const struct bfd_session *s)
{
	if (!s->remote_required_rx.us)
		return span_us(0);
	return span_max(s->desired_tx, s->remote_required_rx);
}

span_t bfd_session_detection_time(const struct bfd_session *s)
{
	return span_mul(span_max(s->required_rx, s->remote_desired_tx), s->remote_multiplier);
}

static span_t jittered(span_t interval, const struct bfd_params *params, uint32_t random)
{
	uint32_t least = params->multiplier == 1 ? JITTER_MIN_PERMILLE_ONE : JITTER_MIN_PERMILLE;
	uint32_t permille = least + random % (JITTER_MAX_PERMILLE - least + 1);

	return span_us(interval.us - interval.us * permille / 1000);
}

/* 6.8.7: when periodic packets must not be sent. */
static bool is_silent(const struct bfd_session *s, const struct bfd_params *params)
{
	if (s->state == BFD_ADMIN_DOWN || !s->remote_required_rx.us)
		return true;
	if (params->is_passive && !s->yours)
		return true;
	return s->remote_demand && is_up(s) && s->remote_state == BFD_UP && !s->polls;
}

/* A shorter interval counts at once, a longer one after the next packet. */
static void schedule(
	struct bfd_session *s, const struct bfd_params *params, mono_t now, uint32_t random)
{
	span_t interval = bfd_session_tx_interval(s);

	if (is_silent(s, params))
		s->tx_due = MONO_NEVER;
	else if (mono_before(mono_add(now, interval), s->tx_due))
		s->tx_due = mono_add(now, jittered(interval, params, random));
}

static void schedule_detection(struct bfd_session *s)
{
	s->detect_due = s->yours ? mono_add(s->heard, bfd_session_detection_time(s)) : MONO_NEVER;
}

/*
 * 6.8.3: what was announced comes into force. While up, slower sending and faster detection have to
 * wait until the neighbor has seen it.
 */
static void take_intervals(struct bfd_session *s, const struct bfd_params *params)
{
	span_t tx = announced_tx(s, params);

	if (!is_up(s) || !s->polls || tx.us < s->desired_tx.us)
		s->desired_tx = tx;
	if (!is_up(s) || !s->polls || params->min_rx.us > s->required_rx.us)
		s->required_rx = params->min_rx;
}

/* ---- packets ---- */

static struct bfd_packet make_packet(
	const struct bfd_session *s, const struct bfd_params *params, bool is_final)
{
	return (struct bfd_packet){
		.state = (enum bfd_state)s->state,
		.diag = (uint8_t)s->diag,
		.is_poll = s->polls && !is_final,
		.is_final = is_final,
		.multiplier = params->multiplier,
		.mine = s->mine,
		.yours = s->yours,
		.desired_tx = announced_tx(s, params),
		.required_rx = params->min_rx,
	};
}

static void put(struct bfd_output *out, struct bfd_packet packet)
{
	if (out->count < sizeof(out->packets) / sizeof(out->packets[0]))
		out->packets[out->count++] = packet;
}

/* A packet between the periodic ones, because there is something to tell. */
static void send_now(struct bfd_session *s, const struct bfd_params *params, mono_t now,
	uint32_t random, struct bfd_output *out)
{
	if (is_silent(s, params))
		return;
	put(out, make_packet(s, params, false));
	s->tx_due = MONO_NEVER;
	schedule(s, params, now, random);
}

/* ---- states ---- */

static void settle(struct bfd_session *s, enum bfd_verdict verdict)
{
	s->verdict = verdict;
	s->is_unsettled = false;
	s->settle_due = MONO_NEVER;
}

static void unsettle(struct bfd_session *s, const struct bfd_params *params, mono_t now)
{
	s->is_unsettled = true;
	s->settle_due = mono_add(now, span_mul(params->idle_tx, PATIENCE_PERIODS));
}

/* What a transition means to trackers. */
static void judge(struct bfd_session *s)
{
	if (is_up(s)) {
		/* Of one that was taken over, the neighbor has to say so first. */
		if (s->verdict != BFD_VERDICT_UP || s->remote_state == BFD_UP)
			settle(s, BFD_VERDICT_UP);
		return;
	}
	/* RFC 5882 section 3.2: the neighbor switched BFD off, the path may be as good as ever. */
	if (s->remote_state == BFD_ADMIN_DOWN) {
		if (s->verdict == BFD_VERDICT_UNKNOWN)
			settle(s, BFD_VERDICT_UP);
		return;
	}
	if (!s->is_unsettled && s->state == BFD_DOWN && s->verdict == BFD_VERDICT_UP)
		s->verdict = BFD_VERDICT_DOWN;
}

static void enter(struct bfd_session *s, const struct bfd_params *params, enum bfd_state state,
	enum bfd_diag diag, mono_t now)
{
	s->state = state;
	s->diag = diag;
	s->since = now;
	/* The interval of sending is another one in state Up: the neighbor is polled. */
	s->polls = is_up(s) && params->min_tx.us != params->idle_tx.us;
	take_intervals(s, params);
}

/* 6.8.6: the state here, and what came. */
static enum bfd_state next_state(const struct bfd_session *s)
{
	/* clang-format off */
	static const enum bfd_state table[BFD_STATE_COUNT][BFD_STATE_COUNT] = {
		/* received:	      AdminDown       Down            Init            Up */
		[BFD_ADMIN_DOWN] = { BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN, BFD_ADMIN_DOWN },
		[BFD_DOWN]	 = { BFD_DOWN,	     BFD_INIT,	     BFD_UP,	     BFD_DOWN },
		[BFD_INIT]	 = { BFD_DOWN,	     BFD_INIT,	     BFD_UP,	     BFD_UP },
		[BFD_UP]	 = { BFD_DOWN,	     BFD_DOWN,	     BFD_UP,	     BFD_UP },
	};
	/* clang-format on */

	return table[s->state][s->remote_state];
}

static void begin(const struct bfd_session *s, struct bfd_output *out)
{
	*out = (struct bfd_output){ .from = (enum bfd_state)s->state,
		.verdict_was = (enum bfd_verdict)s->verdict };
}

static void end(const struct bfd_session *s, struct bfd_output *out)
{
	out->to = (enum bfd_state)s->state;
}

/* ---- what happens ---- */

void bfd_session_init(
	struct bfd_session *s, const struct bfd_params *params, uint32_t mine, mono_t now)
{
	*s = (struct bfd_session){
		.state = BFD_DOWN,
		.mine = mine,
		.since = now,
		.remote_state = BFD_DOWN,
		.remote_required_rx = span_us(1),
		.tx_due = params->is_passive ? MONO_NEVER : now,
		.detect_due = MONO_NEVER,
	};
	unsettle(s, params, now);
	take_intervals(s, params);
}

/* What another process left behind, which may have been of another version. */
static bool is_sound(const struct bfd_session *s)
{
	static const int64_t limit = UINT32_MAX;

	return s->mine && (s->state == BFD_DOWN || s->state == BFD_INIT || s->state == BFD_UP) &&
	       s->diag < BFD_DIAG_COUNT && s->remote_state < BFD_STATE_COUNT &&
	       s->verdict <= BFD_VERDICT_DOWN && s->polls <= 2 &&
	       s->remote_multiplier <= UINT8_MAX && s->remote_desired_tx.us >= 0 &&
	       s->remote_desired_tx.us <= limit && s->remote_required_rx.us >= 0 &&
	       s->remote_required_rx.us <= limit && s->desired_tx.us > 0 &&
	       s->desired_tx.us <= limit && s->required_rx.us > 0 && s->required_rx.us <= limit;
}

bool bfd_session_resume(struct bfd_session *s, const struct bfd_params *params, mono_t now)
{
	if (!is_sound(s))
		return false;
	/* The neighbor may have missed packets of ours, which is no failure of its own. */
	settle(s, (enum bfd_verdict)s->verdict);
	if (s->verdict != BFD_VERDICT_DOWN)
		unsettle(s, params, now);
	s->heard = now;
	s->polls = is_up(s);
	take_intervals(s, params);
	schedule_detection(s);
	s->tx_due = is_silent(s, params) ? MONO_NEVER : now;
	return true;
}

static void remember(struct bfd_session *s, const struct bfd_packet *packet, mono_t now)
{
	s->yours = packet->mine;
	s->remote_state = packet->state;
	s->remote_diag = packet->diag;
	s->remote_demand = packet->is_demand;
	s->remote_desired_tx = packet->desired_tx;
	s->remote_required_rx = packet->required_rx;
	s->remote_multiplier = packet->multiplier;
	s->heard = now;
}

enum bfd_drop bfd_session_receive(struct bfd_session *s, const struct bfd_params *params,
	const struct bfd_packet *packet, mono_t now, uint32_t random, struct bfd_output *out)
{
	enum bfd_state next;

	begin(s, out);
	end(s, out);
	if (packet->is_authenticated)
		return BFD_DROP_AUTHENTICATION;
	if (packet->is_poll && packet->is_final)
		return BFD_DROP_POLL_FINAL;
	if (s->state == BFD_ADMIN_DOWN)
		return BFD_DROP_ADMIN_DOWN;
	remember(s, packet, now);
	if (packet->is_final && s->polls) {
		s->polls--;
		take_intervals(s, params);
	}
	next = next_state(s);
	if (next != (enum bfd_state)s->state)
		enter(s, params, next, next == BFD_DOWN ? BFD_DIAG_NEIGHBOR : BFD_DIAG_NONE, now);
	judge(s);
	schedule_detection(s);
	/* 6.8.7: the answer to a poll does not wait, nor does a new state. */
	if (packet->is_poll)
		put(out, make_packet(s, params, true));
	end(s, out);
	if (out->from != out->to && !packet->is_poll)
		send_now(s, params, now, random, out);
	else
		schedule(s, params, now, random);
	return BFD_DROP_NONE;
}

/* 6.8.4, 6.8.1: a Detection Time has passed without a packet. */
static void expire(struct bfd_session *s, const struct bfd_params *params, mono_t now)
{
	s->yours = 0;
	s->remote_demand = false;
	s->detect_due = MONO_NEVER;
	if (s->state != BFD_INIT && s->state != BFD_UP)
		return;
	enter(s, params, BFD_DOWN, BFD_DIAG_EXPIRED, now);
	judge(s);
}

void bfd_session_tick(struct bfd_session *s, const struct bfd_params *params, mono_t now,
	uint32_t random, struct bfd_output *out)
{
	begin(s, out);
	if (!mono_before(now, s->detect_due))
		expire(s, params, now);
	/* Patience has ended: it is what it is. */
	if (!mono_before(now, s->settle_due))
		settle(s, is_up(s) ? BFD_VERDICT_UP : BFD_VERDICT_DOWN);
	end(s, out);
	if (out->from != out->to || !mono_before(now, s->tx_due))
		send_now(s, params, now, random, out);
	if (is_silent(s, params))
		s->tx_due = MONO_NEVER;
}

void bfd_session_change(struct bfd_session *s, const struct bfd_params *params, mono_t now,
	uint32_t random, struct bfd_output *out)
{
	begin(s, out);
	end(s, out);
	/* One that runs is ended by a Final bit which may be older than the change. */
	if (is_up(s))
		s->polls = s->polls ? 2 : 1;
	take_intervals(s, params);
	schedule_detection(s);
	send_now(s, params, now, random, out);
}

void bfd_session_stop(
	struct bfd_session *s, const struct bfd_params *params, mono_t now, struct bfd_output *out)
{
	bool was_silent = is_silent(s, params);

	begin(s, out);
	enter(s, params, BFD_ADMIN_DOWN, BFD_DIAG_ADMIN, now);
	end(s, out);
	s->tx_due = s->detect_due = s->settle_due = MONO_NEVER;
	if (!was_silent)
		put(out, make_packet(s, params, false));
}

mono_t bfd_session_due(const struct bfd_session *s)
{
	return mono_min(s->tx_due, mono_min(s->detect_due, s->settle_due));
}
