/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The adverts of one virtual router: sending its own, and what becomes of those of others: counted,
 * told to the operator if something is wrong or odd, given to the state machine. Called by router.c
 * and listener.c; what is right is decided in packet.c.
 */
#include <string.h>

#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/router.h"
#include "vrrp/socket.h"
#include "vrrp/vmac.h"

/* The rules have left PASS only, with a password of at most that many bytes. */
static enum vrrp_packet_auth auth_of(
	const struct vrrp_router *r, uint8_t password[VRRP_PASSWORD_BYTES])
{
	const struct vrrp_auth_conf *auth = r->conf->authentication;

	if (!auth)
		return VRRP_PACKET_AUTH_NONE;
	memcpy(password, auth->pass, strnlen(auth->pass, VRRP_PASSWORD_BYTES));
	return VRRP_PACKET_AUTH_PASS;
}

static enum vrrp_sum own_sum(const struct vrrp_router *r)
{
	bool is_message =
		r->conf->version == 2 || (r->conf->v3_checksum_as_v2 && r->conf->family == AF_INET);

	return is_message ? VRRP_SUM_MESSAGE : VRRP_SUM_PSEUDO_HEADER;
}

void vrrp_adverts_send(struct vrrp_router *r, uint8_t priority)
{
	struct vrrp_packet_spec spec = { .version = r->conf->version,
		.vrid = r->conf->vrid,
		.priority = priority,
		.advert_int = r->params.advert_int,
		.sum = own_sum(r),
		.source = r->params.source,
		.destination = r->listener->group,
		.addrs = r->advertised,
		.addr_count = r->advertised_count };
	const struct vrrp_socket_way way = {
		.ifindex = vrrp_vmac_exit(r), .source = spec.source, .destination = spec.destination
	};
	uint8_t packet[VRRP_PACKET_MAX_BYTES];
	struct err e;
	size_t len;

	spec.auth = auth_of(r, spec.password);
	len = vrrp_packet_encode(&spec, packet, sizeof(packet));
	if (vrrp_sender_send(&r->engine->sender, &way, packet, len, &e) < 0) {
		r->slot.send_errors++;
		vrrp_router_touch(r);
		log_limited(&r->send_limit, LOG_LEVEL_WARNING, "instance %s: %s", r->conf->name,
			e.text);
		return;
	}
	r->slot.sent++;
	r->slot.zero_sent += priority == 0;
	/* A successor asks how long ago this was: it stands there before anything else happens. */
	r->slot.last_advert_us = mono_now().us;
	vrrp_router_publish(r);
}

/* ---- receiving ---- */

static void drop(struct vrrp_router *r, enum vrrp_drop why, const struct addr *from)
{
	char source[ADDR_TEXT_BYTES];

	r->errors[why]++;
	vrrp_router_touch(r);
	log_limited(&r->drop_limits[why], LOG_LEVEL_WARNING, "instance %s: advert from %s: %s (%s)",
		r->conf->name, addr_format(from, source), vrrp_drop_words(why),
		vrrp_drop_rfc(why, r->conf->version));
}

/* What is odd about an advert and yet no reason to drop it. */
static void note_oddities(struct vrrp_router *r, const struct vrrp_advert *advert)
{
	if (!advert->is_list_equal)
		drop(r, VRRP_DROP_ADDRESS_LIST, &advert->source);
	if (advert->interval.us != r->params.advert_int.us)
		drop(r, VRRP_DROP_INTERVAL_ADOPTED, &advert->source);
}

/* Each router accepts one form of the checksum or both: say so when the peer's is not ours. */
static void learn_sum(struct vrrp_router *r, const struct vrrp_advert *advert)
{
	bool is_known =
		r->slot.peer_sum == advert->sum && addr_equal(&r->fsm.peer, &advert->source);
	char source[ADDR_TEXT_BYTES];

	r->slot.peer_sum = advert->sum;
	if (is_known || advert->sum == own_sum(r))
		return;
	log_limited(&r->sum_limit, LOG_LEVEL_WARNING,
		"instance %s: peer %s has checksums %s the pseudo-header, we have them %s it "
		"(v3_checksum_as_v2): it may not accept ours",
		r->conf->name, addr_format(&advert->source, source),
		advert->sum == VRRP_SUM_MESSAGE ? "without" : "with",
		advert->sum == VRRP_SUM_MESSAGE ? "with" : "without");
}

/* Gives it to the state machine. */
static void take(struct vrrp_router *r, const struct vrrp_advert *advert)
{
	const struct vrrp_fsm was = r->fsm;
	const struct vrrp_event event = { .type = VRRP_EV_ADVERT,
		.priority = advert->priority,
		.source = advert->source,
		.interval = advert->interval };

	if (vrrp_fsm_is_stranger_leaving(&was, &event))
		drop(r, VRRP_DROP_LEAVE, &advert->source);
	vrrp_lateness_heard(r, &was, &event);
	vrrp_router_step(r, &event);
	vrrp_rivals_heard(r, &was, &event);
}

void vrrp_adverts_receive(struct vrrp_router *r, const struct vrrp_datagram *d)
{
	struct vrrp_packet_params params = { .version = r->conf->version,
		.vrid = r->conf->vrid,
		.group = r->listener->group,
		.advert_int = r->params.advert_int,
		.addrs = r->advertised,
		.addr_count = r->advertised_count,
		.own = r->iface->own,
		.own_count = r->iface->own_count };
	struct vrrp_advert advert;
	enum vrrp_drop why;

	if (r->fsm.state != VRRP_BACKUP && r->fsm.state != VRRP_ACTIVE)
		return;
	params.auth = auth_of(r, params.password);
	why = vrrp_packet_decode(d, &params, &advert);
	if (why != VRRP_DROP_NONE) {
		drop(r, why, &d->source);
		return;
	}
	r->slot.received++;
	r->slot.zero_received += advert.priority == 0;
	vrrp_router_touch(r);
	note_oddities(r, &advert);
	learn_sum(r, &advert);
	vrrp_census_known(r, &advert);
	take(r, &advert);
}
