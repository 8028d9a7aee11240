/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SOCKET_H
#define KEEPD_VRRP_SOCKET_H

/*
 * Raw sockets for adverts (IPv4, protocol 112, group 224.0.0.18): one that receives on one
 * interface, and one that sends on any and receives nothing. All non-blocking.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "core/err.h"

/* Caller closes; -1 and *e on failure. */
int vrrp_socket_receiver(uint32_t ifindex, const char *ifname, struct err *e);
int vrrp_socket_sender(struct err *e);

/* Sends a whole IPv4 packet to the group through an interface. */
int vrrp_socket_send(int fd, uint32_t ifindex, const uint8_t *packet, size_t len, struct err *e);

enum {
	VRRP_SOCKET_EMPTY = -1, /* nothing there now */
	VRRP_SOCKET_CUT = 0,	/* a packet that did not fit */
};

/* Reads one packet, IPv4 header first: its length, or one of the values above. */
ssize_t vrrp_socket_receive(int fd, uint8_t *buf, size_t room);

#endif
