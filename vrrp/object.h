/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_OBJECT_H
#define KEEPD_VRRP_OBJECT_H

/*
 * What keepd puts into the kernel: addresses, routes, rules. An object is its identity, by which
 * the kernel tells one from another, and the message that makes it, which has all its properties.
 * Plain values; pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/addr.h"

/* Who made an object, in the kernel's words (IFA_PROTO, rtm_protocol, FRA_PROTOCOL). */
#define OBJECT_PROTO		112
#define OBJECT_PROTO_KEEPALIVED 18

/* In the order in which they go on; they come off in the opposite one. */
enum object_kind {
	OBJECT_ADDRESS,
	OBJECT_ROUTE,
	OBJECT_RULE,
	OBJECT_KINDS,
};

struct object_id {
	enum object_kind kind;
	uint32_t where; /* address: the ifindex, 0 = missing; route: the table; rule: preference */
	struct addr addr; /* route: the destination; rule: of its family */
	uint8_t len;	  /* of the prefix */
	uint8_t tos;	  /* of a route, as its metric */
	uint32_t metric;
};

#define OBJECT_TEXT_BYTES (ADDR_TEXT_BYTES + 64)

int object_id_cmp(const struct object_id *a, const struct object_id *b);
const char *object_word(enum object_kind kind); /* "address" */
/* "address 192.0.2.1/24", "route 192.0.2.0/24 table 7"; returns buf. */
const char *object_text(const struct object_id *id, char buf[OBJECT_TEXT_BYTES]);

/* ---- what is to be done ---- */

enum object_wish {
	OBJECT_ABSENT,
	OBJECT_PRESENT,
	OBJECT_HELD, /* present would be right, but not now */
};

struct object_state {
	enum object_wish wish;
	bool is_there;
	bool may_go;   /* it is ours to remove */
	bool may_come; /* it can be made now */
};

struct object_op {
	bool is_add;
	size_t index; /* of the state */
};

/* Is it as wished, as far as that can be now? */
bool object_is_settled(const struct object_state *s);

/*
 * From what should be and what is to what is to be done: first all that goes, the last first, then
 * all that comes, the first first. Writes at most `room` operations. Returns how many would be
 * needed, which may be more than room.
 */
size_t object_plan(
	const struct object_state *states, size_t count, struct object_op *ops, size_t room);

#endif
