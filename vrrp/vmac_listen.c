/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adverts of peers that send from the virtual MAC address. While the link is up the kernel gives a
 * frame from its own MAC address to nobody else; what comes from other MAC addresses arrives on the
 * interface below as well and is not read a second time. Called by vmac.c and the loop.
 */
#include <unistd.h>

#include "vrrp/engine.h"
#include "vrrp/listener.h"
#include "vrrp/router.h"
#include "vrrp/socket.h"
#include "vrrp/vmac_make.h"

#define PACKETS_AT_ONCE 64

void vrrp_vmac_drain(struct vrrp_router *r)
{
	uint8_t buf[VRRP_PACKET_MAX_BYTES + 1024];
	const struct vmac *v = r->vmacs;
	struct vrrp_datagram d;
	uint8_t vrid;

	for (int i = 0; i < PACKETS_AT_ONCE && v && v->fd >= 0; i++)
		switch (vrrp_socket_receive(v->fd, v->family, buf, sizeof(buf), &d)) {
		case VRRP_SOCKET_EMPTY: return;
		case VRRP_SOCKET_CUT: break;
		case VRRP_SOCKET_READ:
			if (vrrp_packet_vrid(&d, &vrid) == VRRP_DROP_NONE && vrid == r->conf->vrid)
				vrrp_adverts_receive(r, &d);
			break;
		}
}

static void on_readable(void *arg, unsigned events)
{
	(void)events;
	vrrp_vmac_drain(arg);
}

void vmac_deafen(struct vmac *v)
{
	io_close(&v->io);
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
}

int vmac_listen(struct vrrp_router *r, struct vmac *v, struct err *e)
{
	const struct vrrp_socket_place place = { .ifindex = v->ifindex,
		.ifname = v->dev,
		.address = r->listener->address,
		.protocol = r->listener->protocol,
		.mac = v->mac };

	vmac_deafen(v);
	if (!addr_is_multicast(&place.address))
		return 0; /* unicast comes in below */
	v->fd = vrrp_socket_receiver(&place, e);
	if (v->fd >= 0 &&
		io_open(&v->io, r->engine->ctx->loop, v->fd, IO_READ, on_readable, r, e) == 0)
		return 0;
	vmac_deafen(v);
	return -1;
}
