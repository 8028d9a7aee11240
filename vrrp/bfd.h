/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_BFD_H
#define KEEPD_VRRP_BFD_H

/*
 * BFD in this process. A session is a kind of source (source.h), with a socket that sends and a
 * timer of its own; what they share is the speaker: sockets that receive, and the state page. What
 * packets and time do to a session is decided in bfd_session.c.
 */

#include "core/conf/common.h"
#include "core/log.h"
#include "core/loop.h"
#include "core/page.h"
#include "vrrp/bfd_slot.h"
#include "vrrp/bfd_socket.h"
#include "vrrp/source.h"

/* One bfd_instance. */
struct vrrp_bfd {
	struct vrrp_source source;
	struct bfd_params params;
	uint8_t ttl;	  /* of what is sent */
	int32_t max_hops; /* what is received may have been lowered by; see struct conf_bfd */
	struct timer timer;
	int fd; /* sends; -1: could not be opened yet */
	uint32_t slot_index;
	struct bfd_slot slot; /* with the session itself, and what is published of it */
	bool is_dirty;
	struct log_limit drop_limits[BFD_DROP_COUNT];
	struct log_limit send_limit;
};

enum {
	BFD_RECEIVERS = 4, /* two families, two ports */
};

struct bfd_receiver {
	struct vrrp_engine *engine;
	uint16_t family, port;
	int fd; /* -1: not needed, or not possible */
	struct io io;
};

struct bfd_speaker {
	struct page *page;     /* borrowed; NULL: none came */
	struct bfd_slot *left; /* of a predecessor, until bfd_forget(); name "" = none */
	uint32_t slot_count;   /* ever written */
	struct bfd_receiver receivers[BFD_RECEIVERS];
	struct timer retry_timer;   /* sockets that could not be opened */
	struct timer publish_timer; /* counters that changed */
	struct log_limit stray_limit, open_limit;
};

/* ---- bfd_speaker.c ---- */

/* The speaker of the engine. -1 and *e. One that is zeroed may be closed. */
int bfd_open(struct vrrp_engine *engine, struct err *e);
void bfd_close(struct vrrp_engine *engine);

/* The state page, and with it what a predecessor left in it. */
void bfd_page(struct vrrp_engine *engine, struct page *page);
/*
 * A configuration is in effect: sockets that are needed are opened, perhaps later if it cannot be
 * now, those that are not are closed, and what a predecessor left and nobody claimed is over.
 */
void bfd_settle(struct vrrp_engine *engine);

/* The slot a predecessor had for this session, copied to *slot; else a free one, *slot untouched.
 */
uint32_t bfd_claim_slot(
	struct vrrp_engine *engine, const struct conf_bfd *conf, struct bfd_slot *slot);
void bfd_erase_slot(struct vrrp_engine *engine, uint32_t index);
void bfd_publish(struct vrrp_bfd *b);
/* Within a tenth of a second. */
void bfd_publish_soon(struct vrrp_bfd *b);

/* NULL behind the last one. Some may be about to go: source.conf is NULL. */
struct vrrp_bfd *bfd_first(const struct vrrp_engine *engine);
struct vrrp_bfd *bfd_next(const struct vrrp_bfd *b);

/* ---- bfd.c ---- */

/* What its neighbor listens on, and we do. */
uint16_t bfd_port(const struct vrrp_bfd *b);
/* Packets wait on the descriptor of a receiver. */
void bfd_receive(struct bfd_receiver *r);
/* The timer of a session. */
void bfd_on_timer(void *b);
/* A step of its session was made: sends, tells, sets the timer. */
void bfd_act(struct vrrp_bfd *b, const struct bfd_output *out);
enum track_result bfd_result(const struct vrrp_bfd *b);
uint32_t bfd_random(void);

/* ---- bfd_source.c ---- */

bool bfd_is_same(const struct bfd_slot *slot, const struct conf_bfd *conf);
/* This process ends: tells all neighbors that nothing failed. */
void bfd_stop(struct vrrp_engine *engine);

#endif
