/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_WATCHED_H
#define KEEPD_VRRP_WATCHED_H

/*
 * What other processes see for this one (core/watch.h): their page, and the channel by which they
 * say that it changed. What a number in it means is the business of the source it is for.
 */

#include "core/loop.h"
#include "core/msg.h"
#include "core/page.h"
#include "core/watch.h"

struct vrrp_engine;

struct vrrp_watched {
	struct page page;	/* not mapped: none came */
	struct channel channel; /* fd -1: nobody is there */
	struct io io;
};

void vrrp_watched_init(struct vrrp_watched *w);
void vrrp_watched_close(struct vrrp_watched *w);

/* The page, and the channel to its writer. fd is owned by the callee. */
int vrrp_watched_page(struct vrrp_engine *engine, int fd, struct err *e);
int vrrp_watched_peer(struct vrrp_engine *engine, enum role peer, int fd, struct err *e);

/* What stands there now of this thing; false: nothing is known. */
bool vrrp_watched_find(
	const struct vrrp_watched *w, enum watch_kind kind, uint64_t id, struct watch_slot *slot);

#endif
