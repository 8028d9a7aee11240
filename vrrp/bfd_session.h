/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEPD_VRRP_BFD_SESSION_H
#define KEEPD_VRRP_BFD_SESSION_H

/*
 * One BFD session in asynchronous mode (RFC 5880 section 6): pure. Packets and points in time in,
 * packets to be sent and the verdict for trackers out. Timers are points in time inside the state,
 * bfd_session_due() says when it wants to be called next. Randomness is an argument. No
 * authentication, no echo, and demand mode only as far as the neighbor asks for it.
 */

#include <stdbool.h>
#include <stdint.h>
#include "core/mono.h"
#include "vrrp/bfd_packet.h"

/* As configured; all spans are below 2^32 microseconds. */
struct bfd_params {
	span_t min_tx, min_rx; /* bfd.DesiredMinTxInterval while up, bfd.RequiredMinRxInterval */
	span_t idle_tx;	       /* bfd.DesiredMinTxInterval while not up, at least 1 s */
	uint8_t multiplier;    /* bfd.DetectMult */
	bool is_passive;       /* silent until the neighbor was heard */
};

/* What the loss of a session means to those who track it. */
enum bfd_verdict {
	BFD_VERDICT_UNKNOWN, /* it is young, and was not up yet */
	BFD_VERDICT_UP,
	BFD_VERDICT_DOWN,
};

/* Fixed size and without pointers: it stands in state pages, for a successor. */
struct bfd_session {
	uint32_t state;	  /* enum bfd_state */
	uint32_t diag;	  /* enum bfd_diag, why it is in this state */
	uint32_t mine;	  /* bfd.LocalDiscr */
	uint32_t yours;	  /* bfd.RemoteDiscr; 0: not known */
	uint32_t verdict; /* enum bfd_verdict */
	uint32_t polls;	  /* Final bits that are awaited: 0 no poll sequence, 2 one more follows */
	uint32_t is_unsettled; /* a loss is no failure before settle_due: it was not up yet, or not
				  confirmed since this process took it over */
	mono_t settle_due;
	mono_t since; /* of state */

	/* Of the last accepted packet; before the first as section 6.8.1 says. */
	uint32_t remote_state; /* enum bfd_state */
	uint32_t remote_diag;
	uint32_t remote_multiplier;
	uint32_t remote_demand;
	span_t remote_desired_tx, remote_required_rx;
	mono_t heard; /* 0: never */

	/* What is in force; it lags behind what is announced while a poll sequence runs (6.8.3). */
	span_t desired_tx, required_rx;

	mono_t tx_due;	   /* the next periodic packet; NEVER: none is to be sent */
	mono_t detect_due; /* the neighbor counts as silent; NEVER: it does already */
};

/* What is to be done after a step: packets to be sent in this order, and what changed. */
struct bfd_output {
	struct bfd_packet packets[2];
	unsigned count;
	enum bfd_state from, to; /* equal: no transition */
	enum bfd_verdict verdict_was;
};

/* A new session, Down. `mine` is not 0 and unique on this node. */
void bfd_session_init(
	struct bfd_session *s, const struct bfd_params *params, uint32_t mine, mono_t now);

/*
 * What a dead process left goes on: the same discriminators and state; sends at once, and detection
 * starts anew. false: the values make no sense, and *s is to be initialized.
 */
bool bfd_session_resume(struct bfd_session *s, const struct bfd_params *params, mono_t now);

/* An authentic packet for this session; BFD_DROP_NONE, or why it was not accepted. */
enum bfd_drop bfd_session_receive(struct bfd_session *s, const struct bfd_params *params,
	const struct bfd_packet *packet, mono_t now, uint32_t random, struct bfd_output *out);

/* Time has passed: detection, periodic packets, the end of patience. Harmless when nothing is due.
 */
void bfd_session_tick(struct bfd_session *s, const struct bfd_params *params, mono_t now,
	uint32_t random, struct bfd_output *out);

/* Other params are in force, which the neighbor learns by a poll sequence if it is up. */
void bfd_session_change(struct bfd_session *s, const struct bfd_params *params, mono_t now,
	uint32_t random, struct bfd_output *out);

/* The session is taken out of service: AdminDown, which tells the neighbor that nothing failed. */
void bfd_session_stop(
	struct bfd_session *s, const struct bfd_params *params, mono_t now, struct bfd_output *out);

/* When to call bfd_session_tick(). */
mono_t bfd_session_due(const struct bfd_session *s);

/* The interval of periodic packets before jitter (6.8.2); 0: the neighbor wants none. */
span_t bfd_session_tx_interval(const struct bfd_session *s);
/* Detection Time (6.8.4); 0 before the first packet. */
span_t bfd_session_detection_time(const struct bfd_session *s);

#endif
