/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_ANNOUNCE_H
#define KEEPD_VRRP_ANNOUNCE_H

/*
 * When which address of an Active router is announced to the neighbours: a burst at takeover, a
 * second one later, and a refresh. Pure: says what is due, the engine paces and sends. The rounds
 * that are still to go are counted per address, so that a burst which begins anew half way does
 * not starve the last ones, and a repaired address is announced alone.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/mono.h"

/* Why all addresses of an Active router are announced. */
enum announcement {
	ANNOUNCE_TAKEOVER, /* they were elsewhere, or may have been: both bursts */
	ANNOUNCE_RESUMED,  /* they were here all the time: one round */
	ANNOUNCE_CONFLICT, /* they were here and elsewhere: bursts of their own */
};

struct announce_params {
	uint32_t repeat;	  /* rounds of a burst */
	span_t delay;		  /* until the second burst; 0 = none */
	uint32_t conflict_repeat; /* the same for ANNOUNCE_CONFLICT; 0 = none at all */
	span_t conflict_delay;
	span_t refresh; /* between refreshes; 0 = none */
	uint32_t refresh_repeat;
};

struct announce_plan {
	uint32_t *left; /* rounds to go, one per address; owned by the caller, as is its length */
	uint32_t count;
	uint32_t next;		/* where the current round stands */
	uint32_t pending;	/* addresses with rounds to go */
	mono_t second_due;	/* MONO_NEVER = none ... */
	uint32_t second_rounds; /* ... of so many */
	mono_t refresh_due;
};

/* Begins: all addresses have nothing to go. */
void announce_init(struct announce_plan *p, uint32_t *left, uint32_t count);
/* The first burst now, the second one and refreshes later. */
void announce_start(struct announce_plan *p, const struct announce_params *params,
	enum announcement what, mono_t now);
/* While Active, params have another refresh than before: from now on. */
void announce_refresh(struct announce_plan *p, const struct announce_params *params, mono_t now);
/* A burst for one address. */
void announce_one(struct announce_plan *p, const struct announce_params *params, uint32_t index);
/* At least so many rounds to go for one address. */
void announce_raise(struct announce_plan *p, uint32_t index, uint32_t rounds);
/* Not Active any more: nothing is announced. */
void announce_stop(struct announce_plan *p);

/* Is there an address to announce now? It stays in the plan. */
bool announce_peek(
	struct announce_plan *p, const struct announce_params *params, mono_t now, uint32_t *index);
/* Likewise, and takes it off. Call until false, or until paced. */
bool announce_take(
	struct announce_plan *p, const struct announce_params *params, mono_t now, uint32_t *index);
/* When there will be something: now or earlier, later, or MONO_NEVER. */
mono_t announce_due(const struct announce_plan *p, mono_t now);

#endif
