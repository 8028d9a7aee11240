/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_FRAME_H
#define KEEPD_VRRP_FRAME_H

/* The packet socket by which announcements leave, as whole Ethernet frames. */

#include <stddef.h>
#include <stdint.h>
#include "core/err.h"

/* It receives nothing. Caller closes; -1 and *e on failure. */
int frame_open(struct err *e);
/* Sends a frame, Ethernet header first. Never blocks; a full queue is an error as any other. */
int frame_send(int fd, uint32_t ifindex, const uint8_t *frame, size_t len, struct err *e);

#endif
