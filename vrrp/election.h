/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ELECTION_H
#define KEEPD_VRRP_ELECTION_H

/*
 * Who is active, for the checker (core/election.h): this process writes the page and rings. The
 * slots have the numbers of those in the state page.
 */

#include "core/doorbell.h"
#include "core/election.h"
#include "core/mono.h"
#include "core/page.h"

struct vrrp_engine;
struct vrrp_router;

struct vrrp_election {
	struct page page;      /* not mapped: none came */
	struct page listening; /* of the checker (core/sync.h); likewise */
	struct doorbell bell;
	uint32_t count; /* slots ever written */
};

void vrrp_election_init(struct vrrp_engine *engine);
void vrrp_election_close(struct vrrp_engine *engine);

/* The page, and the channel to its reader. fd is owned by the callee. */
int vrrp_election_page(struct vrrp_engine *engine, int fd, struct err *e);
int vrrp_election_listening_page(struct vrrp_engine *engine, int fd, struct err *e);
void vrrp_election_peer(struct vrrp_engine *engine, int fd);

/* The state of an instance may be another one. */
void vrrp_election_tell(const struct vrrp_router *r);
/*
 * When this instance may take over from one of lower priority, as far as the connections of that
 * one are concerned (preempt_after_sync): 0 = at any time, NEVER = they are not listened to.
 */
mono_t vrrp_election_synced(const struct vrrp_router *r);
/* A configuration is in effect: slots of instances that are not there any more are free. */
void vrrp_election_settle(struct vrrp_engine *engine);

#endif
