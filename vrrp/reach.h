/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_REACH_H
#define KEEPD_VRRP_REACH_H

/*
 * Sources that ask other hosts whether they are there (vrrp_track_ping, vrrp_track_tcp): when they
 * are asked, what answers and their absence mean. How one is asked is in ping.c and tcp.c.
 */

#include "core/log.h"
#include "core/loop.h"
#include "vrrp/schema_reach.h"
#include "vrrp/source.h"

struct reach;

struct reach_target {
	struct reach *reach;
	const struct vrrp_target_conf *conf;
	unsigned index; /* among the targets */
	struct track_count count;
	bool is_asked; /* and has not answered yet */
	int fd;	       /* tcp.c: of the question; -1 = none */
	struct io io;
};

/* How a target is asked. */
struct reach_way {
	/* What all questions have in common; -1 and it is tried again with the next question. */
	int (*open)(struct reach *r, struct err *e);
	void (*close)(struct reach *r);
	/* -1: it cannot be asked now, which is no answer. An answer is told to reach_answer(). */
	int (*ask)(struct reach_target *t);
	void (*give_up)(struct reach_target *t); /* its time is over; may be NULL */
};

struct reach {
	struct vrrp_source source; /* conf is a struct vrrp_reach_conf */
	const struct reach_way *way;
	struct reach_target *targets;
	size_t count;
	struct timer timer; /* the next question, or the end of the time for answers */
	mono_t asked;	    /* the last time */
	bool is_waiting;    /* for answers */
	uint16_t round;	    /* of questions */

	struct { /* ping.c */
		int fd4, fd6;
		struct io io4, io6;
		uint16_t id;
	} ping;
	struct log_limit limit;
};

/* The target answered the question of this round: whether it is there. */
void reach_answer(struct reach_target *t, bool is_there);

/*
 * The address to ask it from: what the kernel would choose, unless that is a virtual one, which
 * may move while the answer is under way. Unset: as the kernel chooses.
 */
struct addr reach_from(const struct reach *r, const struct addr *to);

/* For the operations of the two kinds of sources. */
void reach_open(struct vrrp_source *s, const struct reach_way *way);
void reach_change(struct vrrp_source *s, const struct conf_obj *old);
void reach_close(struct vrrp_source *s);

extern const struct vrrp_source_ops vrrp_ping_ops, vrrp_tcp_ops; /* ping.c, tcp.c */

#endif
