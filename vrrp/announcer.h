/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ANNOUNCER_H
#define KEEPD_VRRP_ANNOUNCER_H

/*
 * Sends the announcements of all virtual routers, each of which has its own plan (announce.h), at
 * one pace: neighbours and switches drop what comes too fast, and no advert waits for them.
 */

#include <stddef.h>
#include "core/err.h"
#include "core/loop.h"
#include "vrrp/announce.h"
#include "vrrp/pace.h"

struct vrrp_engine;
struct vrrp_router;

struct announcer {
	struct vrrp_engine *engine;
	int fd;				  /* a packet socket that only sends */
	struct timer timer;		  /* the next announcements that are due */
	mono_t earliest;		  /* not before: the pace */
	struct vrrp_router *first, *last; /* the queue of routers with something to announce */
	size_t count;
	uint64_t tick; /* numbers the runs of the timer */
	struct pace pace;
};

/* The place of a router in it. */
struct announce_turn {
	struct vrrp_router *next;
	bool is_queued;
	struct timer timer; /* not queued: when it is next */
	uint64_t tick;	    /* of its last announcement ... */
	size_t taken;	    /* ... and how many addresses that tick had */
};

/* -1 and *e. */
int announcer_open(struct announcer *a, struct vrrp_engine *engine, struct err *e);
void announcer_close(struct announcer *a); /* fd -1 = never opened */

void announcer_take_conf(struct announcer *a, const struct vrrp_conf *conf);

/* ---- of one router ---- */

/* Before anything else, and after all. */
int announcer_join(struct vrrp_router *r, struct err *e);
void announcer_leave(struct vrrp_router *r);

/* It is Active: its addresses are announced. */
void announcer_start(struct vrrp_router *r, enum announcement what, mono_t now);
/* One address was put on. */
void announcer_add(struct vrrp_router *r, size_t index, mono_t now);
/* What stands in its plan, or in its configuration, is different. */
void announcer_plan(struct vrrp_router *r, mono_t now);
/* The periodic announcements have another interval. */
void announcer_refresh(struct vrrp_router *r, mono_t now);

#endif
