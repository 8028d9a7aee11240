/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receiving, and handing each advert to the router it is for. Called by iface.c, the routers, and
 * the loop.
 */
#include "vrrp/listener.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/exit.h"
#include "vrrp/ah.h"
#include "vrrp/iface.h"
#include "vrrp/router.h"
#include "vrrp/socket.h"
#include "vrrp/vmac.h"

enum {
	PACKETS_AT_ONCE = 64,
	PACKETS_MAX = 4096, /* more than a full receive buffer has */
	SOCKET_RETRY_MS = 1000,
};

/* ---- receiving ---- */

static void count_stray(struct vrrp_listener *l, enum vrrp_drop drop)
{
	l->errors[drop]++;
	l->is_dirty = true;
	vrrp_engine_publish_soon(l->iface->engine);
}

static void drop_malformed(struct vrrp_listener *l)
{
	count_stray(l, VRRP_DROP_LENGTH);
	log_limited(&l->malformed_limit, LOG_LEVEL_INFO, "%s: packet dropped: %s", l->iface->words,
		vrrp_drop_words(VRRP_DROP_LENGTH));
}

/* With unicast there may be several of that number: it is that of the sender's peers. */
static struct vrrp_router *find_router(
	const struct vrrp_listener *l, uint8_t vrid, const struct addr *source)
{
	struct vrrp_router *first = l->by_vrid[vrid];

	for (struct vrrp_router *r = first; r; r = r->same_vrid)
		if (vrrp_router_has_peer(r, source))
			return r;
	return first;
}

static void receive(struct vrrp_listener *l, const struct vrrp_datagram *d)
{
	struct vrrp_router *r;
	uint8_t vrid;

	if (vrrp_packet_vrid(d, &vrid) != VRRP_DROP_NONE) {
		drop_malformed(l);
		return;
	}
	r = find_router(l, vrid, &d->source);
	if (r) {
		vrrp_adverts_receive(r, d);
		return;
	}
	/* Other virtual routers on the same link are nothing unusual. */
	count_stray(l, VRRP_DROP_VRID);
	vrrp_census_unknown(l, d, vrid);
}

static void receive_up_to(struct vrrp_listener *l, int max)
{
	uint8_t buf[VRRP_PACKET_MAX_BYTES + 1024];
	struct vrrp_datagram d;

	for (int i = 0; i < max && l->fd >= 0; i++)
		switch (vrrp_socket_receive(l->fd, l->address.family, buf, sizeof(buf), &d)) {
		case VRRP_SOCKET_EMPTY: return;
		case VRRP_SOCKET_CUT: drop_malformed(l); break;
		case VRRP_SOCKET_READ: receive(l, &d); break;
		}
}

void vrrp_listener_drain(struct vrrp_listener *l)
{
	receive_up_to(l, PACKETS_AT_ONCE);
}

void vrrp_listener_hear_out(struct vrrp_listener *l)
{
	receive_up_to(l, PACKETS_MAX);
}

static void on_readable(void *arg, unsigned events)
{
	(void)events;
	vrrp_listener_drain(arg);
}

/* ---- the socket ---- */

void vrrp_listener_close(struct vrrp_listener *l)
{
	io_close(&l->io);
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->retry_due = (mono_t){ 0 };
}

static int open_socket(struct vrrp_listener *l, const char *ifname, struct err *e)
{
	const struct vrrp_socket_place place = { .ifindex = l->iface->ifindex,
		.ifname = ifname,
		.address = l->address,
		.protocol = l->protocol,
		.buffer_bytes = l->buffer_bytes };

	l->fd = vrrp_socket_receiver(&place, e);
	if (l->fd >= 0 && io_open(&l->io, l->iface->engine->ctx->loop, l->fd, IO_READ, on_readable,
				  l, e) == 0)
		return 0;
	vrrp_listener_close(l);
	return -1;
}

void vrrp_listener_refresh(struct vrrp_listener *l, const char *ifname)
{
	mono_t now = mono_now();
	struct err e = { 0 };

	/* Without IPv6 the kernel forgets the group, and does not join it again when IPv6 is back.
	 */
	if (l->address.family == AF_INET6 && addr_is_multicast(&l->address) &&
		!addr_is_set(&l->iface->source6)) {
		vrrp_listener_close(l);
		return;
	}
	if (l->fd >= 0 || mono_before(now, l->retry_due) || open_socket(l, ifname, &e) == 0)
		return;
	log_limited(
		&l->socket_limit, LOG_LEVEL_ERROR, "%s: %s; trying again", l->iface->words, e.text);
	l->retry_due = mono_add(now, span_ms(SOCKET_RETRY_MS));
	vrrp_engine_work_at(l->iface->engine, l->retry_due);
}

/* ---- life ---- */

/* Takes over the hold on the interface. */
static struct vrrp_listener *get(
	struct vrrp_iface *iface, const struct addr *address, uint8_t protocol)
{
	const struct log_limit limit = { .burst = 3, .per = span_s(60) };
	struct vrrp_listener *l;

	for (l = iface->listeners; l; l = l->next)
		if (addr_equal(&l->address, address) && l->protocol == protocol) {
			l->users++;
			vrrp_iface_release(iface);
			return l;
		}
	l = calloc(1, sizeof(*l));
	if (!l)
		fatal(EXIT_INTERNAL, "out of memory for interface %s", iface->name);
	l->iface = iface;
	l->address = *address;
	l->protocol = protocol;
	l->users = 1;
	l->fd = -1;
	l->malformed_limit = l->socket_limit = limit;
	l->next = iface->listeners;
	iface->listeners = l;
	vrrp_iface_refresh(iface);
	return l;
}

static void release(struct vrrp_listener *l)
{
	struct vrrp_listener **at = &l->iface->listeners;

	if (--l->users)
		return;
	while (*at != l)
		at = &(*at)->next;
	*at = l->next;
	vrrp_listener_close(l);
	vrrp_iface_release(l->iface);
	free(l);
}

/* Does an address say alone where it is? One of a link needs the interface as well. */
static bool is_of_node(const struct addr *a)
{
	return addr_is_set(a) && !(a->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&a->v6));
}

/* Of the group on the interface; with unicast of the source, which peers answer to. */
static struct vrrp_listener *find_place(const struct vrrp_router *r)
{
	const struct addr *group = vrrp_router_group(r->conf);
	struct addr source = vrrp_router_configured_source(r->conf);
	const char *name = r->iface->name;
	uint8_t protocol = vrrp_router_is_signed(r->conf) ? AH_PROTOCOL : VRRP_PROTOCOL;

	if (group)
		return get(vrrp_iface_get(r->engine, name), group, protocol);
	if (is_of_node(&source))
		name = VRRP_IFACE_ANY;
	source.family = r->conf->family; /* unset: the unspecified address */
	return get(vrrp_iface_get(r->engine, name), &source, protocol);
}

/* What its configuration wants; 0: nothing. */
static uint32_t buffer_bytes(const struct vrrp_router *r)
{
	const struct vrrp_instance_conf *conf = r->conf;
	const struct vrrp_global_conf *g = ((const struct vrrp_conf *)conf->obj.parent)->global;
	uint64_t bytes = g->rx_bufs_policy;

	if (conf->kernel_rx_buf_size)
		return conf->kernel_rx_buf_size;
	if (g->rx_bufs_policy == VRRP_RX_BUFS_MTU)
		bytes = (uint64_t)r->mtu * g->rx_bufs_multiplier;
	else if (g->rx_bufs_policy == VRRP_RX_BUFS_ADVERT)
		bytes = vrrp_packet_bytes(conf->version, conf->family, r->advertised_count) *
			g->rx_bufs_multiplier;
	return bytes < INT32_MAX / 2 ? (uint32_t)bytes : INT32_MAX / 2;
}

static void want_buffer(struct vrrp_listener *l, uint32_t bytes)
{
	if (bytes <= l->buffer_bytes)
		return;
	l->buffer_bytes = bytes;
	if (l->fd >= 0)
		vrrp_socket_buffer(l->fd, bytes);
}

void vrrp_listener_join(struct vrrp_router *r)
{
	struct vrrp_listener *l = find_place(r);

	want_buffer(l, buffer_bytes(r));
	if (l == r->listener) {
		release(l);
		return;
	}
	vrrp_listener_leave(r);
	vrrp_vmacs_deafen(r);
	r->listener = l;
	r->same_vrid = l->by_vrid[r->conf->vrid];
	l->by_vrid[r->conf->vrid] = r;
}

void vrrp_listener_leave(struct vrrp_router *r)
{
	struct vrrp_router **at;

	if (!r->listener)
		return;
	for (at = &r->listener->by_vrid[r->conf->vrid]; *at != r; at = &(*at)->same_vrid)
		;
	*at = r->same_vrid;
	release(r->listener);
	r->listener = NULL;
}
