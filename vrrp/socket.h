/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SOCKET_H
#define KEEPD_VRRP_SOCKET_H

/*
 * Raw sockets for adverts (protocol 112 over IPv4 and IPv6): those that receive what is sent to a
 * group on one interface, and for each family one that sends on any and receives nothing. All
 * non-blocking.
 */

#include <stddef.h>
#include <stdint.h>
#include "core/err.h"
#include "vrrp/packet.h"

/* mac: only what comes from that one; NULL = from any. Caller closes; -1 and *e on failure. ifname
 * is for words only. */
int vrrp_socket_receiver(uint32_t ifindex, const char *ifname, const struct addr *group,
	const uint8_t *mac, struct err *e);

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
	uint32_t ifindex;
	struct addr source, destination;
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
