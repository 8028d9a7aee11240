/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TRACK_H
#define KEEPD_VRRP_TRACK_H

/*
 * What an instance watches, and what that means for it: results in, the priority it may claim and
 * whether it may take part at all out. Pure; tracking.c feeds it, script.c counts runs with it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum track_kind {
	TRACK_INTERFACE,
	TRACK_SCRIPT,
	TRACK_FILE, /* has a value, not a result */
	TRACK_KIND_COUNT,
};

enum track_result {
	TRACK_UNKNOWN, /* not reported yet */
	TRACK_UP,
	TRACK_DOWN,
};

struct track {
	enum track_kind kind;
	const char *name; /* borrowed */
	/* 0: a fault while down. More: added while up. Less: taken while down. Reverse: the fault
	 * is being up; what would be added is taken, and the other way round. */
	int32_t weight;
	bool is_reverse;
	enum track_result result;
	/* TRACK_FILE: times the weight; with weight 0, another value than 0 is a fault. Unknown
	 * counts as 0. */
	int64_t value;
};

struct track_verdict {
	uint8_t priority;	       /* effective */
	const struct track *fault;     /* the first that is a fault; NULL = none */
	const struct track *undecided; /* the first that may turn out to be one; NULL = none */
	bool is_complete;	       /* every result is known */
};

/* `base` 255 owns the addresses: its priority never changes. Others stay within 1..254. */
struct track_verdict track_decide(const struct track *tracks, size_t count, uint8_t base);

/* "tracked interface eth1 is down", "tracked script chk has not reported yet". Returns buf. */
#define TRACK_TEXT_BYTES 96
const char *track_text(const struct track *t, char buf[TRACK_TEXT_BYTES]);

/* ---- so many equal results in a row ---- */

/* Zeroed = nothing known. */
struct track_count {
	bool is_known;
	uint32_t level; /* 0 .. rise + fall - 1; from rise on it is up */
};

/* Down until it has succeeded `rise` times. */
struct track_count track_count_init_fail(void);

/* One more result; the very first decides alone. */
void track_count_add(struct track_count *c, uint32_t rise, uint32_t fall, bool is_success);

enum track_result track_count_result(const struct track_count *c, uint32_t rise);

/* Other limits: up stays up and down stays down, and the counting starts afresh. */
void track_count_limits(
	struct track_count *c, uint32_t old_rise, uint32_t new_rise, uint32_t new_fall);

#endif
