/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The adverts of one virtual router: sending its own, and what becomes of those of others: counted,
 * told to the operator if something is wrong or odd, given to the state machine. Called by router.c
 * and listener.c; what is right is decided in packet.c.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "vrrp/ah.h"
#include "vrrp/iface.h"
#include "vrrp/listener.h"
#include "vrrp/router.h"
#include "vrrp/socket.h"
#include "vrrp/vmac.h"

#define SKEW_MAX_US 1000000 /* of version 2 */

/* The rules have left a password of at most that many bytes. */
static enum vrrp_packet_auth auth_of(
	const struct vrrp_router *r, uint8_t password[VRRP_PASSWORD_BYTES])
{
	const struct vrrp_auth_conf *auth = r->conf->authentication;

	if (!auth)
		return VRRP_PACKET_AUTH_NONE;
	memcpy(password, auth->pass, strnlen(auth->pass, VRRP_PASSWORD_BYTES));
	return vrrp_router_is_signed(r->conf) ? VRRP_PACKET_AUTH_AH : VRRP_PACKET_AUTH_PASS;
}

/* The form of our checksums: to a peer of old the one it has itself. */
static enum vrrp_sum sum_for(const struct vrrp_router *r, const struct vrrp_peer *peer)
{
	const struct vrrp_instance_conf *conf = r->conf;

	if (conf->version == 2 || (conf->v3_checksum_as_v2 && conf->family == AF_INET))
		return VRRP_SUM_MESSAGE;
	if (!r->peer_count || conf->family != AF_INET)
		return VRRP_SUM_PSEUDO_HEADER;
	switch ((enum vrrp_old_checksum)conf->old_unicast_checksum) {
	case VRRP_OLD_CHECKSUM_ON: return VRRP_SUM_OLD_UNICAST;
	case VRRP_OLD_CHECKSUM_NEVER: return VRRP_SUM_PSEUDO_HEADER;
	case VRRP_OLD_CHECKSUM_AUTO: break;
	}
	return peer && peer->sum == VRRP_SUM_OLD_UNICAST ? VRRP_SUM_OLD_UNICAST
							 : VRRP_SUM_PSEUDO_HEADER;
}

/* ---- sending ---- */

static uint8_t ttl_of(const struct vrrp_router *r)
{
	return r->peer_count ? r->conf->unicast_ttl : VRRP_TTL;
}

/* A group is reached through the interface, an address by the routes. */
static uint32_t ifindex_to(const struct vrrp_router *r, const struct addr *destination)
{
	bool is_on_link =
		addr_is_multicast(destination) ||
		(destination->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&destination->v6));

	return is_on_link ? vrrp_vmac_exit(r) : 0;
}

static int send_to(
	struct vrrp_router *r, uint8_t priority, span_t interval, const struct addr *destination)
{
	struct vrrp_packet_spec spec = { .version = r->conf->version,
		.vrid = r->conf->vrid,
		.priority = priority,
		.advert_int = interval,
		.ttl = ttl_of(r),
		.number = r->next_number,
		.sum = sum_for(r, vrrp_peers_find(r->slot.peers, destination)),
		.source = r->params.source,
		.destination = *destination,
		.addrs = r->advertised,
		.addr_count = r->advertised_count };
	const struct vrrp_socket_way way = { .ifindex = ifindex_to(r, destination),
		.source = spec.source,
		.destination = spec.destination,
		.ttl = spec.ttl };
	uint8_t packet[VRRP_PACKET_MAX_BYTES];
	struct err e = { 0 };
	size_t len;

	spec.auth = auth_of(r, spec.password);
	len = vrrp_packet_encode(&spec, packet, sizeof(packet));
	if (vrrp_sender_send(&r->engine->sender, &way, packet, len, &e) == 0) {
		r->slot.sent++;
		r->slot.zero_sent += priority == 0;
		return 0;
	}
	r->slot.send_errors++;
	/* Once for each cause: it may last, and an advert is due every so often. */
	if (e.sysno != r->send_sysno)
		log_limited(&r->send_limit, LOG_LEVEL_WARNING, "instance %s: %s%s; trying again",
			r->conf->name, e.text,
			e.sysno == EPERM ? ": a firewall rule of this node drops it" : "");
	r->send_sysno = e.sysno;
	return -1;
}

static void say_recovery(struct vrrp_router *r)
{
	log_limited(&r->send_limit, LOG_LEVEL_NOTICE, "instance %s: adverts are sent again",
		r->conf->name);
	r->send_sysno = 0;
}

void vrrp_adverts_send(struct vrrp_router *r, uint8_t priority, span_t interval)
{
	const struct addr *group = vrrp_router_group(r->conf);
	size_t count = group ? 1 : r->peer_count, sent = 0;

	/* One number for an advert, to however many peers; the next process goes on from it. */
	r->next_number =
		r->next_number ? r->next_number + 1 : ah_first_number(r->slot.number, time(NULL));
	r->slot.number = r->next_number;
	for (size_t i = 0; i < count; i++)
		sent += send_to(r, priority, interval, group ? group : &r->peers[i].address) == 0;
	if (!sent) {
		vrrp_router_touch(r);
		return;
	}
	if (sent == count && r->send_sysno)
		say_recovery(r);
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

/* Each router accepts one form of the checksum or more: say so when the peer's is not ours. */
static void say_sum(
	struct vrrp_router *r, const struct vrrp_advert *advert, const struct vrrp_peer *peer)
{
	static const char *const words[VRRP_SUM_COUNT] = {
		[VRRP_SUM_UNKNOWN] = "of an unknown form",
		[VRRP_SUM_PSEUDO_HEADER] = "with the pseudo-header",
		[VRRP_SUM_MESSAGE] = "without the pseudo-header",
		[VRRP_SUM_OLD_UNICAST] = "as keepalived up to 1.3.6 had them",
	};
	enum vrrp_sum ours = sum_for(r, peer);
	char source[ADDR_TEXT_BYTES];

	addr_format(&advert->source, source);
	if (advert->sum == VRRP_SUM_OLD_UNICAST && ours == advert->sum)
		log_limited(&r->sum_limit, LOG_LEVEL_NOTICE,
			"instance %s: peer %s has checksums %s; it gets the same", r->conf->name,
			source, words[advert->sum]);
	else if (ours != advert->sum)
		log_limited(&r->sum_limit, LOG_LEVEL_WARNING,
			"instance %s: peer %s has checksums %s, we have them %s "
			"(v3_checksum_as_v2, old_unicast_checksum): it may not accept ours",
			r->conf->name, source, words[advert->sum], words[ours]);
}

/* Is the number of a signed advert one that its sender has had already? */
static bool is_repeated(struct vrrp_router *r, const struct vrrp_advert *advert)
{
	struct vrrp_peer *peer = vrrp_peers_place(r->slot.peers, &advert->source);
	int64_t patience = r->params.down_adverts * r->params.advert_int.us + SKEW_MAX_US;
	bool is_silent = peer && mono_now().us - peer->heard_us >= patience;

	return peer && !ah_window_take(&peer->window, advert->number, is_silent);
}

/* What is known of the sender from now on. */
static void learn_peer(struct vrrp_router *r, const struct vrrp_advert *advert)
{
	struct vrrp_peer *peer = vrrp_peers_place(r->slot.peers, &advert->source);
	bool is_known =
		r->slot.peer_sum == advert->sum && addr_equal(&r->fsm.peer, &advert->source);

	r->slot.peer_sum = advert->sum;
	if (peer) {
		is_known = peer->sum == advert->sum;
		peer->sum = advert->sum;
		peer->priority = advert->priority;
		peer->heard_us = mono_now().us;
	}
	if (!is_known)
		say_sum(r, advert, peer);
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
	r->params.preempt_not_before = vrrp_election_synced(r);
	vrrp_router_step(r, &event);
	vrrp_rivals_heard(r, &was, &event);
}

void vrrp_adverts_receive(struct vrrp_router *r, const struct vrrp_datagram *d)
{
	struct vrrp_packet_params params = { .version = r->conf->version,
		.vrid = r->conf->vrid,
		.peers = r->peers,
		.peer_count = r->peer_count,
		.is_anybody_heard = !r->conf->check_unicast_src,
		.is_old_sum_accepted = r->conf->old_unicast_checksum != VRRP_OLD_CHECKSUM_NEVER,
		.advert_int = r->params.advert_int,
		.addrs = r->advertised,
		.addr_count = r->advertised_count,
		.own = r->listener->iface->own,
		.own_count = r->listener->iface->own_count };
	const struct addr *group = vrrp_router_group(r->conf);
	struct vrrp_advert advert;
	enum vrrp_drop why;

	if (r->fsm.state != VRRP_BACKUP && r->fsm.state != VRRP_ACTIVE)
		return;
	if (group)
		params.group = *group;
	if (r->conf->skip_check_adv_addr)
		params.trusted = r->fsm.peer;
	params.auth = auth_of(r, params.password);
	why = vrrp_packet_decode(d, &params, &advert);
	if (why == VRRP_DROP_NONE && params.auth == VRRP_PACKET_AUTH_AH && is_repeated(r, &advert))
		why = VRRP_DROP_REPLAY;
	if (why != VRRP_DROP_NONE) {
		drop(r, why, &d->source);
		return;
	}
	r->slot.received++;
	r->slot.zero_received += advert.priority == 0;
	vrrp_router_touch(r);
	note_oddities(r, &advert);
	learn_peer(r, &advert);
	vrrp_census_known(r, &advert);
	take(r, &advert);
}
