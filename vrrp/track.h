/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_TRACK_H
#define KEEPD_VRRP_TRACK_H

/*
 * What is watched, and what that means for those who track it: results in, what they add to a
 * priority and whether one may take part at all out. Pure; source.c holds the results, tracking.c
 * who tracks what, script.c counts runs with it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "core/mono.h"

/*
 * Numbers stand in state pages: append only.
 *
 *    name	   in logs and JSON   its result, in words, after its name
 */
#define TRACK_KIND_LIST(X)                                                                         \
	X(INTERFACE, "interface", "is up", "is down", "is not known yet")                          \
	X(SCRIPT, "script", "succeeds", "fails", "has not reported yet")                           \
	X(FILE, "file", "has the value", "has the value", "has not been read yet")                 \
	X(PROCESS, "process", "runs as it must", "does not run as it must", "is not known yet")    \
	X(BFD, "bfd", "is up", "is down", "has not come up yet")                                   \
	X(PING, "ping", "reaches enough targets", "does not reach enough targets",                 \
		"has not asked yet")                                                               \
	X(TCP, "tcp", "reaches enough targets", "does not reach enough targets",                   \
		"has not asked yet")

enum track_kind {
#define X(name, word, up, down, unknown) TRACK_##name,
	TRACK_KIND_LIST(X)
#undef X
		TRACK_KIND_COUNT
};

enum track_result {
	TRACK_UNKNOWN, /* not reported yet */
	TRACK_UP,
	TRACK_DOWN,
	TRACK_RESULT_COUNT,
};

/* Both are safe for numbers read from elsewhere: "?" for what is not in the table. */
const char *track_kind_word(unsigned kind);
const char *track_result_word(unsigned result);

/*
 * One thing that is watched. How much of it is as it must be and how much is not: 1 and 0 or 0 and
 * 1 where it is one thing, numbers that add up to more where it has parts. Of a file both are the
 * number in it.
 */
struct track_source {
	enum track_kind kind;
	const char *name; /* borrowed */
	enum track_result result;
	int64_t value, missing; /* while the result is known */
};

/* That of one thing. */
void track_source_set(struct track_source *s, enum track_result result);
/* That of a file. Any number but 0 is what a tracker without a weight takes as a fault. */
void track_source_number(struct track_source *s, int64_t number);

/* One who tracks it. */
struct track {
	const struct track_source *source; /* borrowed */
	/* 0: a fault while down. More: added while up. Less: taken while down. Reverse: the fault
	 * is being up; what would be added is taken, and the other way round. Times the parts. */
	int32_t weight;
	bool is_reverse;
};

struct track_effect {
	int priority; /* added to it; -253 .. 253 */
	bool is_fault;
	bool is_undecided; /* may turn out to be a fault */
};

struct track_effect track_effect(const struct track *t);

/* Of all that somebody tracks. The trackers are borrowed from the list. */
struct track_verdict {
	int64_t sum;		       /* what they add to the priority, unlimited */
	const struct track *fault;     /* the first that is a fault; NULL = none */
	const struct track *undecided; /* the first that may turn out to be one; NULL = none */
	bool is_complete;	       /* every result is known */
};

struct track_verdict track_decide(const struct track *tracks, size_t count);

/* `base` 255 owns the addresses: its priority never changes. Others stay within 1..254. */
uint8_t track_priority(uint8_t base, int64_t sum);

/* "tracked interface eth1 is down", "tracked script chk has not reported yet". Returns buf. */
#define TRACK_TEXT_BYTES 96
const char *track_text(const struct track_source *s, char buf[TRACK_TEXT_BYTES]);

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

/* ---- results that must last ---- */

/* Zeroed = nothing known. */
struct track_delay {
	enum track_result shown; /* what counts */
	enum track_result seen;	 /* what was seen last ... */
	mono_t due;		 /* ... and counts from then on if it stays; while they differ */
};

/* It must stay up, or down, for so long. */
struct track_delays {
	span_t up, down;
};

/*
 * What is seen now; the very first counts at once. Returns when to see again, MONO_NEVER if what
 * counts is what was seen.
 */
mono_t track_delay_see(struct track_delay *d, const struct track_delays *delays,
	enum track_result seen, mono_t now);

#endif
