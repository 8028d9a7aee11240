/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BFD sessions at work: packets in and out, timers, words. Which sessions there are is the business
 * of bfd_source.c, what they do that of bfd_session.c.
 */
#include "vrrp/bfd.h"

#include <stdio.h>
#include <sys/random.h>

#include "vrrp/engine.h"

enum {
	RECEIVE_MAX = 256, /* packets in a row, then others have their turn */
	ANY_HOPS = 255,
};

uint32_t bfd_random(void)
{
	uint32_t random = 0;

	(void)!getrandom(&random, sizeof(random), 0);
	return random;
}

uint16_t bfd_port(const struct vrrp_bfd *b)
{
	return b->slot.is_multihop ? BFD_PORT_MULTIHOP : BFD_PORT_SINGLEHOP;
}

enum track_result bfd_result(const struct vrrp_bfd *b)
{
	static const enum track_result results[] = {
		[BFD_VERDICT_UNKNOWN] = TRACK_UNKNOWN,
		[BFD_VERDICT_UP] = TRACK_UP,
		[BFD_VERDICT_DOWN] = TRACK_DOWN,
	};

	return results[b->slot.session.verdict];
}

static long long ms(span_t t)
{
	return (long long)(t.us / 1000);
}

/* ---- what people are told ---- */

#define WHY_BYTES 160

/* Why the session is in its state, or counts as down although it never was up. */
static void say_why(const struct vrrp_bfd *b, char why[WHY_BYTES])
{
	const struct bfd_session *s = &b->slot.session;
	char neighbor[ADDR_TEXT_BYTES];

	addr_format(&b->slot.neighbor, neighbor);
	if (s->state == BFD_UP)
		snprintf(why, WHY_BYTES, "neighbor %s, detection time %lld ms", neighbor,
			ms(bfd_session_detection_time(s)));
	else if (s->diag == BFD_DIAG_EXPIRED)
		snprintf(why, WHY_BYTES, "%s: neighbor %s was not heard for %lld ms",
			bfd_diag_words(s->diag), neighbor, ms(mono_sub(s->since, s->heard)));
	else if (s->state == BFD_ADMIN_DOWN)
		snprintf(why, WHY_BYTES, "taken out of service here; neighbor %s", neighbor);
	else if (s->diag == BFD_DIAG_NEIGHBOR || s->remote_state == BFD_ADMIN_DOWN)
		snprintf(why, WHY_BYTES, "neighbor %s is %s: %s", neighbor,
			bfd_state_word(s->remote_state), bfd_diag_words(s->remote_diag));
	else
		snprintf(why, WHY_BYTES, "neighbor %s does not answer", neighbor);
}

/* A transition that is none for those who track the session. */
static void say_transition(struct vrrp_bfd *b, const struct bfd_output *out, const char *why)
{
	const char *from = bfd_state_word(out->from), *to = bfd_state_word(out->to);

	if (out->from != BFD_UP && out->to != BFD_UP) {
		log_debug("bfd %s: session %s -> %s (%s)", b->slot.name, from, to, why);
		return;
	}
	log_notice("bfd %s: session %s -> %s (%s), which counts as no failure", b->slot.name, from,
		to, why);
	role_event(b->source.engine->ctx, "bfd session", b->slot.name, from, to, why);
}

/* Those who track it are told of another result by the source, with a line in the log. */
static void tell(struct vrrp_bfd *b, const struct bfd_output *out)
{
	char why[WHY_BYTES];

	say_why(b, why);
	if (out->verdict_was != b->slot.session.verdict)
		vrrp_source_report(&b->source, bfd_result(b), why);
	else
		say_transition(b, out, why);
}

/* ---- packets ---- */

static void send_packet(struct vrrp_bfd *b, const struct bfd_packet *packet)
{
	uint8_t bytes[BFD_PACKET_BYTES];
	struct err e;

	if (b->fd < 0)
		return;
	bfd_packet_encode(packet, bytes);
	if (bfd_socket_send(b->fd, &b->slot.neighbor, bfd_port(b), bytes, sizeof(bytes), &e) == 0) {
		b->slot.sent++;
		return;
	}
	b->slot.send_errors++;
	log_limited(&b->send_limit, LOG_LEVEL_INFO, "bfd %s: %s", b->slot.name, e.text);
}

void bfd_act(struct vrrp_bfd *b, const struct bfd_output *out)
{
	for (unsigned i = 0; i < out->count; i++)
		send_packet(b, &out->packets[i]);
	timer_set(&b->timer, bfd_session_due(&b->slot.session));
	if (out->from == out->to && out->verdict_was == b->slot.session.verdict) {
		bfd_publish_soon(b);
		return;
	}
	b->slot.came_up += out->from != out->to && out->to == BFD_UP;
	b->slot.went_down += out->from != out->to && out->from == BFD_UP;
	bfd_publish(b);
	tell(b, out);
}

/* GTSM (RFC 5881 section 5), as far as max_hops does not loosen it. */
static bool is_ttl_enough(const struct vrrp_bfd *b, uint8_t ttl)
{
	return b->max_hops < 0 || b->max_hops == ANY_HOPS || ttl + b->max_hops >= b->ttl;
}

/* RFC 5880 section 6.8.6: by the discriminator that is ours, else by the addresses. */
static struct vrrp_bfd *find_session(
	const struct bfd_receiver *r, const struct bfd_datagram *d, uint32_t yours)
{
	struct vrrp_bfd *b;

	for (b = bfd_first(r->engine); b; b = bfd_next(b)) {
		if (!b->source.conf || bfd_port(b) != r->port)
			continue;
		if (yours ? b->slot.session.mine == yours
			  : addr_equal(&b->slot.neighbor, &d->from) &&
					(!addr_is_set(&b->slot.source) ||
						addr_equal(&b->slot.source, &d->to)))
			break;
	}
	return b;
}

/* Counted where it seems to belong. */
static void drop_packet(
	struct bfd_receiver *r, const struct bfd_datagram *d, struct vrrp_bfd *b, enum bfd_drop why)
{
	char from[ADDR_TEXT_BYTES];

	addr_format(&d->from, from);
	if (!b)
		b = find_session(r, d, 0);
	if (!b) {
		log_limited(&r->engine->bfd.stray_limit, LOG_LEVEL_DEBUG, "bfd: packet of %s: %s",
			from, bfd_drop_words(why));
		return;
	}
	b->slot.drops[why]++;
	bfd_publish_soon(b);
	if (why == BFD_DROP_TTL)
		log_limited(&b->drop_limits[why], LOG_LEVEL_WARNING,
			"bfd %s: packet of %s: its TTL is %u and should be %u: it came through "
			"routers, or %s sends it so low; max_hops allows it",
			b->slot.name, from, d->ttl, b->ttl - b->max_hops, from);
	else
		log_limited(&b->drop_limits[why], LOG_LEVEL_INFO, "bfd %s: packet of %s: %s",
			b->slot.name, from, bfd_drop_words(why));
}

static enum bfd_drop take_packet(
	struct vrrp_bfd *b, const struct bfd_datagram *d, const struct bfd_packet *packet)
{
	struct bfd_output out;
	enum bfd_drop drop;

	if (!is_ttl_enough(b, d->ttl))
		return BFD_DROP_TTL;
	drop = bfd_session_receive(
		&b->slot.session, &b->params, packet, mono_now(), bfd_random(), &out);
	if (drop != BFD_DROP_NONE)
		return drop;
	b->slot.received++;
	bfd_act(b, &out);
	return BFD_DROP_NONE;
}

static void handle(struct bfd_receiver *r, const struct bfd_datagram *d)
{
	struct vrrp_bfd *b = NULL;
	struct bfd_packet packet;
	enum bfd_drop drop = bfd_packet_decode(d->bytes, d->len, &packet);

	if (drop == BFD_DROP_NONE) {
		b = find_session(r, d, packet.yours);
		drop = b ? take_packet(b, d, &packet) : BFD_DROP_SESSION;
	}
	if (drop != BFD_DROP_NONE)
		drop_packet(r, d, b, drop);
}

void bfd_receive(struct bfd_receiver *r)
{
	struct bfd_datagram d;

	for (int i = 0; r->fd >= 0 && i < RECEIVE_MAX && bfd_socket_receive(r->fd, &d); i++)
		handle(r, &d);
}

/* ---- time ---- */

/* Who was late itself reads first what the neighbor sent in time. */
void bfd_on_timer(void *arg)
{
	struct vrrp_bfd *b = arg;
	struct bfd_output out;

	for (int i = 0; i < BFD_RECEIVERS; i++)
		bfd_receive(&b->source.engine->bfd.receivers[i]);
	bfd_session_tick(&b->slot.session, &b->params, mono_now(), bfd_random(), &out);
	bfd_act(b, &out);
}
