/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_BFD_SOCKET_H
#define KEEPD_VRRP_BFD_SOCKET_H

/*
 * UDP sockets of BFD (RFC 5881 section 4, RFC 5883 section 5): one for each family and port that
 * receives for all sessions, and one for each session that only sends, as the source port is the
 * session's own. All non-blocking.
 */

#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"
#include "core/err.h"

/* Caller closes; -1 and *e on failure. Of *e, sysno EADDRINUSE: somebody else speaks BFD here. */
int bfd_socket_receiver(uint16_t family, uint16_t port, struct err *e);

/*
 * A socket that sends with this TTL from `source`, which need not be an address of this node yet;
 * unset: what the kernel chooses for each packet. *port is taken if it is free, else another one of
 * 49152 to 65535, and *port says which.
 */
int bfd_socket_sender(
	const struct addr *source, uint16_t family, uint8_t ttl, uint16_t *port, struct err *e);

int bfd_socket_send(int fd, const struct addr *to, uint16_t port, const uint8_t *bytes, size_t len,
	struct err *e);

#define BFD_DATAGRAM_BYTES 256

struct bfd_datagram {
	struct addr from, to;
	uint8_t ttl;
	size_t len; /* of bytes; what does not fit is cut off */
	uint8_t bytes[BFD_DATAGRAM_BYTES];
};

/* False: nothing there now. */
bool bfd_socket_receive(int fd, struct bfd_datagram *d);

#endif
