/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CORE_SYNC_H
#define KEEPD_CORE_SYNC_H

/*
 * What stands in PAGE_SYNC, which has one slot: since when this node has listened to the
 * connections of another director. Written by the checker, read by vrrp for preempt_after_sync.
 */

#include <stdint.h>

#define LISTENING_SLOTS 1

struct listening_slot {
	int64_t since_us; /* mono_t; 0: the backup sync daemon does not run */
};

#endif
