/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SOCKET_H
#define KEEPD_VRRP_SOCKET_H

/*
 * Raw sockets for adverts (protocol 112 over IPv4 and IPv6): those that receive what is sent to a
 * group on one interface or to an address of this node, and for each family one that sends on any
 * and receives nothing. All non-blocking.
 */

#include <stddef.h>
#include <stdint.h>
#include "core/err.h"
#include "vrrp/packet.h"

/*
 * Where adverts are received: sent to a group, or to an address, which need not be there yet; the
 * unspecified one (0.0.0.0, ::) is each of the node.
 */
struct vrrp_socket_place {
	uint32_t ifindex;   /* 0 = on any interface, with an address only */
	const char *ifname; /* for words */
	struct addr address;
	uint8_t protocol;      /* 112, or that of ah.h */
	const uint8_t *mac;    /* only what comes from that one; NULL = from any */
	uint32_t buffer_bytes; /* of the receive buffer; 0 = as it is good */
};

/* The size of the receive buffer; what the system does not grant is no error. */
void vrrp_socket_buffer(int fd, uint32_t bytes);

/* Caller closes; -1 and *e on failure. */
int vrrp_socket_receiver(const struct vrrp_socket_place *place, struct err *e);

/*
 * The sockets that send, opened when they are needed: who has no virtual router of IPv6 needs none
 * in the kernel.
 */
struct vrrp_sender {
	int fd4, fd6; /* -1 = not open */
};

#define VRRP_SENDER_CLOSED ((struct vrrp_sender){ -1, -1 })
void vrrp_sender_close(struct vrrp_sender *s);

/* On which way an advert leaves; source and destination are of one family. */
struct vrrp_socket_way {
	uint32_t ifindex; /* 0 = as the routes say */
	struct addr source, destination;
	uint8_t ttl; /* of IPv6; the IPv4 header has its own */
};

/* Sends what vrrp_packet_encode() made. */
int vrrp_sender_send(struct vrrp_sender *s, const struct vrrp_socket_way *way,
	const uint8_t *packet, size_t len, struct err *e);

enum vrrp_socket_result {
	VRRP_SOCKET_EMPTY, /* nothing there now */
	VRRP_SOCKET_CUT,   /* a packet that did not fit, or whose header is wrong */
	VRRP_SOCKET_READ,
};

/* Reads one packet of the socket's family into buf, to which *d refers then. */
enum vrrp_socket_result vrrp_socket_receive(
	int fd, uint16_t family, uint8_t *buf, size_t room, struct vrrp_datagram *d);

#endif
