/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_SLOT_H
#define KEEPD_VRRP_SLOT_H

/*
 * What stands in PAGE_VRRP: one slot per virtual router, from slot 0 on without gaps in what was
 * ever written; a slot that is free (again) has vrid 0. Read by the parent for status and for the
 * withdraw deadline, and by a successor that wants to go on where this process died (adopt.h).
 * Fixed-size values only. Times are mono_t, 0 = never.
 */

#include <stdint.h>
#include "core/addr.h"
#include "vrrp/packet.h"
#include "vrrp/peers.h"
#include "vrrp/state.h"

#define VRRP_SLOTS	      4096
#define VRRP_SLOT_NAME_BYTES  64
#define VRRP_LATENESS_BUCKETS 6

struct vrrp_slot {
	/* identity */
	char ifname[16];
	char vmac[16]; /* its interface with the virtual MAC address; empty: none */
	uint16_t family;
	uint8_t vrid; /* 0 = free */
	uint8_t version;
	uint8_t priority;	    /* effective: what is sent */
	uint8_t priority_base;	    /* as configured */
	uint8_t peer_priority;	    /* of the last accepted advert */
	uint8_t is_resumed;	    /* this process took it over from a dead one */
	struct addr unicast_source; /* part of the identity; unset for multicast, unspecified: as
				       the interface has it */

	char name[VRRP_SLOT_NAME_BYTES]; /* cut if longer */
	uint32_t state;			 /* enum vrrp_state */
	uint32_t previous;		 /* enum vrrp_state */
	uint32_t reason;		 /* enum vrrp_reason: why it is in this state */
	uint32_t down_adverts;		 /* peers believe in us for this many intervals ... */
	int64_t advert_int_us;		 /* ... of this length ... */
	int64_t last_advert_us;		 /* ... after the last advert we sent */
	int64_t since_us;		 /* of state */
	uint64_t transitions;		 /* grows with every one, over restarts too */
	uint64_t queue;			 /* of its notify scripts */

	struct addr source; /* adverts are sent from */
	struct addr peer;   /* sent the last accepted advert */
	int64_t peer_heard_us;
	int64_t peer_int_us; /* it advertises at, as it says; 0 = not known */
	uint32_t peer_sum;   /* enum vrrp_sum: what its checksum covers */
	int64_t preempt_us;  /* it is put up with until then (preempt_delay); 0 = not so */

	struct vrrp_peer peers[VRRP_PEERS_MAX];
	uint32_t number; /* of the last advert we sent, see ah.h */

	uint64_t sent, received;
	uint64_t zero_sent, zero_received; /* of these with priority 0 */
	uint64_t became_active, released;
	uint64_t rivals;		  /* adverts of lower priority while active */
	uint64_t errors[VRRP_DROP_COUNT]; /* VRID: of the interface, the same in all its routers */
	uint64_t send_errors;
	uint64_t announcements; /* frames sent */
	uint64_t repairs;	/* addresses, routes, rules that somebody else had taken away */
	uint64_t late_adverts;	/* of the active peer: see lateness.h */
	/* Of the process, the same in all its routers: timers served so late, and the worst. */
	uint64_t lateness[VRRP_LATENESS_BUCKETS];
	int64_t lateness_worst_us;
	uint32_t vips, vips_present;
	uint32_t routes, routes_present, rules, rules_present;
	char tracker[96]; /* with the reasons TRACKER, TRACKER_WAITS, GROUP and GROUP_YIELDS: the
			   * words for it */

	uint8_t nopreempt, has_handed_over;
	int64_t down_int_us, skew_us; /* Master_Down_Interval and Skew_Time as they are now */
	char group_waits_for[VRRP_SLOT_NAME_BYTES]; /* it would be Active but for that member */

	char group[VRRP_SLOT_NAME_BYTES]; /* its sync group, cut if longer; "" = in none */
	uint32_t group_state;		  /* enum vrrp_state */
	int64_t group_since_us;		  /* of group_state */
	uint64_t group_transitions;	  /* grows with every one, over restarts too */
};

#endif
