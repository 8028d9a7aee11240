/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_KEEPD_SD_H
#define KEEPD_KEEPD_SD_H

/*
 * The service manager's side: the sd_notify protocol (a datagram to $NOTIFY_SOCKET). Does nothing
 * where there is none.
 */

/* Takes the address from the environment, and out of it: scripts must not see it. */
void sd_open(void);

/* "READY=1\nSTATUS=...", "RELOADING=1", "STOPPING=1". */
void sd_notify_state(const char *state);

#endif
