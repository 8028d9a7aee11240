/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_CHECKER_FOLLOW_H
#define KEEPD_CHECKER_FOLLOW_H

/*
 * The sync daemons in their process: who is active comes in by a page and a channel of vrrp, time
 * by a timer; what is to be done then is in sync.c.
 */

#include "checker/sync.h"
#include "core/loop.h"
#include "core/msg.h"
#include "core/page.h"

struct follow {
	struct sync sync;
	struct loop *loop;
	void (*changed)(void *arg); /* sync.status is to be published */
	void *arg;
	struct page page;	/* of elections; not mapped: none came */
	struct page listening;	/* for vrrp: since when we listen; likewise */
	struct channel channel; /* to vrrp; fd -1: nobody is there */
	struct io io;
	struct timer timer;
};

/* -1 and *e. */
int follow_open(struct follow *f, struct loop *loop, const struct ipvs_kernel *kernel,
	void (*changed)(void *arg), void *arg, struct err *e);
void follow_close(struct follow *f);

/* The page of vrrp, the one for it, and the channel to it. fd is owned by the callee. */
int follow_page(struct follow *f, int fd, struct err *e);
int follow_own_page(struct follow *f, int fd, struct err *e);
int follow_peer(struct follow *f, int fd, struct err *e);

/* A configuration is in effect. */
void follow_configure(struct follow *f, const struct checker_conf *conf);

#endif
