/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_HOLDINGS_H
#define KEEPD_VRRP_HOLDINGS_H

/*
 * A list of objects that are in the kernel together or not at all: those of a virtual router, while
 * it is active. What is known of each of them; what follows from that is in keeper.c.
 */

#include "core/conf/schema.h"
#include "core/log.h"
#include "vrrp/object.h"
#include "vrrp/repair.h"

struct keeper;

struct holding {
	const struct conf_obj *conf; /* borrowed; NULL: not configured any more */
	struct object_id id;
	void *message;	 /* makes it; owned; NULL: it cannot be made, its interface is missing */
	bool is_owner;	 /* see vips_may_remove() */
	bool is_no_loss; /* whoever takes it away may do so (no_track) */
	bool is_there;	 /* when the kernel was looked at last */
	bool is_blind;	 /* the kernel has it, and shows it otherwise than we ask for it */
	bool is_added;	 /* by us, and not seen there before */
	bool is_given_up, is_missed; /* a loss, a missing interface has been told */
	struct repair repair;
	mono_t held_until;
};

#define HOLDINGS_NONE SIZE_MAX

struct holdings {
	struct holdings *next; /* of the keeper */
	struct keeper *keeper; /* NULL: not opened */
	struct holding *items; /* addresses first, in the order of the configuration */
	size_t count;
	bool is_wanted; /* they are to be in the kernel */
	bool is_owner;
	bool is_stale;	  /* the kernel may have something else by now */
	uint64_t changes; /* of the table of links and addresses, when it was looked at last */
	uint64_t repairs; /* grows with each loss */
	mono_t due;	  /* to be tried again */
	span_t pause;	  /* before the next try, if this one fails */
	char who[80];	  /* begins each line in the log: "instance VI_1: " */
	struct log_limit limit;

	/* The interface of an address that names none, or whose name is that of one that follows
	 * another one. 0 = missing. */
	uint32_t (*device)(const void *arg, const struct conf_obj *conf);
	const void *arg;
};

#endif
